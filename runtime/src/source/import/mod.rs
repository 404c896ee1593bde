//! A layout that any tool has written, as a declaration.
//!
//! Each blob is tried in several forms, the most readable first: fields and entries, these with `merge` and `extend`, and
//! bytes. A candidate is sealed, and taken if it has the digest of the blob. While a document is tried, descriptors stand in
//! the place of the nodes below it, so that no layer is made again. At the end, the whole declaration is sealed. If it does
//! not give the files of the layout, all blobs are declared as bytes.

mod config;
mod descriptor;
mod documents;
mod entries;
mod entry;
mod forms;
mod further;
mod header;
mod layer;
mod layers;
mod left_out;
mod manifest;
mod patch;
mod sealed;
mod sparse;
mod spool;
mod stored;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use oci_fixture_grammar::Digest;

use self::descriptor::{NaturalDescriptor, pairs};
use self::further::further;
use self::left_out::LeftOut;
use self::sealed::is_same;
use self::spool::ContentSpool;
use self::stored::BlobState;
use crate::declare::blob::Blob;
use crate::declare::content::Content;
use crate::declare::extra_file::ExtraFile;
use crate::declare::fixture::Fixture;
use crate::declare::graph::{DeclaredNode, Edge, NodeKind, Parent};
use crate::declare::map::Map;
use crate::declare::text::{Property, Text};
#[cfg(feature = "text")]
use crate::error::Error;
use crate::error::Result;
use crate::image_layout::{BLOBS, LAYOUT};
use crate::json::Json;
use crate::layout::Layout;
#[cfg(feature = "text")]
use crate::source::outline::Outline;
use crate::source::{SourceText, Unsayable};
use crate::store::Store;
#[cfg(feature = "text")]
use crate::temp_path::TempPath;

/// The media type of blobs that no document names.
const BYTES: &str = "application/octet-stream";

/// The largest number of bytes of a blob that is read into memory, and printed in the text.
const SMALL: u64 = 16 * 1024;

/// The largest number of bytes of a document.
const DOCUMENT: u64 = 16 << 20;

impl<S: Store> Layout<S> {
    /// The layout as the text of a declaration that gives the same files, whichever tool has written the layout.
    ///
    /// Each node has the first of these forms that gives its bytes: fields, entries and an encoder; these, with `merge`, `extend`
    /// and entries by hand; the bytes of the node. A layer whose compressed bytes no encoder of this crate makes is a `blob` with
    /// its `diff_id`. A blob that is missing is `dangling`. A blob that does not have its digest has the fault that explains it,
    /// or is a `file`. Other files of the layout, and symbolic links, are also `file`s. Directories without files are left out. A
    /// symbolic link in the place of a blob is declared as the blob to which it leads in the layout.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).in_memory()?;
    /// assert_eq!(layout.source()?.text(), "manifest \"app:1\" { \"a\" => \"b\" }\n");
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) if a file cannot be read, and [`Declaration`](crate::ErrorKind::Declaration) if the layout
    /// has a file that cannot be declared: a named pipe, a device, or a file whose path is not UTF-8.
    pub fn source(&self) -> Result<SourceText> {
        let fixture = Import::new(self, false)?.fixture()?;
        match checked_source(&fixture, self)? {
            Some(source) => Ok(source),
            None => Import::new(self, false)?.bytes()?.declared_source()?.map_err(Unsayable::into_error),
        }
    }

    /// The images of the layout as the text of the shortest declaration. The digests differ from those of the layout:
    /// compressed layers become stored blocks, and documents and entries get their usual form. A comment at the beginning of
    /// the text names what is left out: entries that no honest layer has, members of documents for which the language has no
    /// fields, and files that no image needs, such as blobs to which nothing refers. What is wrong with an image itself stays: a
    /// layer that is missing and a blob that does not have its digest are declared as by [`source`](Self::source), and an entry
    /// with a path that the checks refuse is `#[unchecked]`. A config that is missing becomes that of the layers.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest, Value};
    ///
    /// let odd = Manifest::new().reference("app:1").with(Layer::new().with(("a", "b")).eof(0));
    /// let layout = Fixture::new().with(odd.extend(Value::map([("odd", true)]))).in_memory()?;
    /// let source = layout.logical_source()?;
    /// assert!(source.text().starts_with("// Left out: the member `odd` of the manifest sha256:"));
    /// assert!(source.text().ends_with("\nmanifest \"app:1\" { \"a\" => \"b\" }\n"));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) if a blob cannot be read, and [`Declaration`](crate::ErrorKind::Declaration) if no honest
    /// declaration has the images.
    pub fn logical_source(&self) -> Result<SourceText> {
        let mut import = Import::new(self, true)?;
        let mut source = import.fixture()?.declared_source()?.map_err(Unsayable::into_error)?;
        source.text.insert_str(0, &import.left_out.borrow().to_string());
        Ok(source)
    }
}

/// The state while the nodes of a layout are declared.
struct Import<'l, S> {
    layout: &'l Layout<S>,
    spool: ContentSpool,
    /// How often each node is listed, or mentioned as a subject.
    uses: HashMap<Digest, usize>,
    /// The digests that stand in annotations.
    mentioned: BTreeSet<Digest>,
    states: HashMap<Digest, BlobState>,
    /// The nodes that are declared, by their digests and keywords.
    nodes: HashMap<(Digest, &'static str), ImportedNode>,
    /// The digests of all nodes that were made.
    digests: HashMap<*const DeclaredNode, Digest>,
    /// All nodes that were made. They are kept, because their addresses are keys of `digests`.
    made: Vec<Edge>,
    /// The blobs whose paths are those of symbolic links that lead to no file of the layout.
    linked: BTreeSet<Digest>,
    is_logical: bool,
    /// The parts that the shortest form leaves out.
    left_out: RefCell<LeftOut>,
}

/// A node, and the descriptor that a parent writes for it without `descriptor:`.
#[derive(Clone)]
struct ImportedNode {
    edge: Edge,
    natural: NaturalDescriptor,
    diff_id: Option<String>,
}

/// The nodes in which a node is declared: their attributes that apply to it, and their number.
#[derive(Clone, Copy, Default)]
struct Surroundings {
    docker: Said,
    sha512: Said,
    /// The number of documents around the node.
    depth: usize,
}

impl Surroundings {
    /// Whether a node with this digest can be declared there.
    fn takes(self, digest: &Digest) -> bool {
        match digest.algorithm() {
            "sha256" => !self.sha512.is_said(),
            algorithm => algorithm == "sha512",
        }
    }
}

/// Whether an attribute that applies to all nodes in a node, such as `#[docker]`, is written, and where.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nowhere,
    /// A node around the node has the attribute.
    Outside,
    /// The node itself has the attribute.
    Here,
}

impl Said {
    fn is_said(self) -> bool {
        self != Self::Nowhere
    }

    /// The value for a node in this one. `has` says whether that node needs the attribute.
    fn with(self, has: bool) -> Self {
        match self {
            Self::Outside | Self::Here => Self::Outside,
            Self::Nowhere if has => Self::Here,
            Self::Nowhere => Self::Nowhere,
        }
    }
}

impl<'l, S: Store> Import<'l, S> {
    fn new(layout: &'l Layout<S>, is_logical: bool) -> Result<Self> {
        Ok(Self {
            layout,
            spool: ContentSpool::new()?,
            uses: HashMap::new(),
            mentioned: BTreeSet::new(),
            states: HashMap::new(),
            nodes: HashMap::new(),
            digests: HashMap::new(),
            made: Vec::new(),
            linked: BTreeSet::new(),
            is_logical,
            left_out: RefCell::default(),
        })
    }

    fn store(&self) -> &'l S {
        &self.layout.store
    }

    /// The declaration in which each node has its most readable form.
    fn fixture(&mut self) -> Result<Fixture> {
        let index = self.layout.index_bytes()?;
        self.count_uses(&index)?;
        let mut fixture = self.root(&index)?;
        if self.is_logical {
            self.leave_out_unreached(&fixture)?;
            return Ok(fixture);
        }
        fixture = self.with_layout_file(fixture);
        self.push_further(&mut fixture)?;
        self.push_unreached(&mut fixture)?;
        Ok(fixture)
    }

    /// The declaration in which index.json and all blobs are declared by their bytes.
    fn bytes(&mut self) -> Result<Fixture> {
        let mut fixture = Fixture::new().raw(self.layout.index_bytes()?.into_owned());
        fixture = self.with_layout_file(fixture);
        self.push_further(&mut fixture)?;
        for digest in self.digests()? {
            self.push_bytes(&digest, &mut fixture)?;
        }
        Ok(fixture)
    }

    /// Declares the files besides index.json, oci-layout and the blobs.
    fn push_further(&mut self, fixture: &mut Fixture) -> Result<()> {
        for file in further(self.store(), &self.spool)? {
            self.linked.extend(file.digest());
            fixture.push(file);
        }
        Ok(())
    }

    /// The digests of the blobs that are files.
    fn digests(&self) -> Result<Vec<Digest>> {
        let mut digests = self.store().digests()?;
        digests.retain(|digest| !self.linked.contains(digest));
        Ok(digests)
    }

    /// Notes the blobs and files that no image needs.
    fn leave_out_unreached(&mut self, fixture: &Fixture) -> Result<()> {
        let mut reached = BTreeSet::new();
        self.reach(&fixture.data().edges, &mut reached);
        let mut left_out = self.left_out.borrow_mut();
        for digest in self.store().digests()?.iter().filter(|digest| !reached.contains(digest)) {
            left_out.add(format!("the blob {digest}, which no image needs"));
        }
        self.store().each_further(&mut |path, _| {
            left_out.add(format!("the file {:?}", String::from_utf8_lossy(path)));
            Ok(())
        })
    }

    fn with_layout_file(&self, fixture: Fixture) -> Fixture {
        match self.layout.oci_layout_bytes() {
            Ok(bytes) if *bytes == *LAYOUT => fixture,
            Ok(bytes) => fixture.oci_layout(bytes.into_owned()),
            Err(_) => fixture.without_oci_layout(),
        }
    }

    /// Declares the blobs that no other node stores.
    fn push_unreached(&mut self, fixture: &mut Fixture) -> Result<()> {
        let mut reached = BTreeSet::new();
        self.reach(&fixture.data().edges.clone(), &mut reached);
        let mut rest: Vec<Digest> =
            self.digests()?.into_iter().filter(|digest| !reached.contains(digest)).collect();
        // Nodes that other documents list are declared with these documents.
        for keyword in ["index", "manifest"] {
            for digest in rest.clone() {
                if reached.contains(&digest) || self.keyword(&digest)? != Some(keyword) {
                    continue;
                }
                if let Some(edge) = self.unlisted(&digest, keyword)? {
                    self.reach(std::slice::from_ref(&edge), &mut reached);
                    fixture.push_edge(edge);
                }
            }
            rest.retain(|digest| !reached.contains(digest));
        }
        for digest in rest {
            self.push_bytes(&digest, fixture)?;
        }
        Ok(())
    }

    /// Collects the digests of nodes and of all below them. Each node is visited once, however many list it.
    fn reach(&self, edges: &[Edge], reached: &mut BTreeSet<Digest>) {
        let mut rest: Vec<&Edge> = edges.iter().collect();
        let mut visited = HashSet::new();
        while let Some(edge) = rest.pop() {
            if visited.insert(Arc::as_ptr(&edge.node)) {
                reached.extend(self.digests.get(&Arc::as_ptr(&edge.node)).cloned());
                rest.extend(edge.node.edges());
            }
        }
    }

    /// Declares a blob by its bytes, or as a file if they do not have its digest.
    fn push_bytes(&mut self, digest: &Digest, fixture: &mut Fixture) -> Result<()> {
        let content = self.content(digest)?;
        let is_whole = matches!(self.state(digest, None)?, BlobState::Whole(_));
        match digest.algorithm() {
            "sha256" if is_whole => fixture.push(Blob::new(BYTES, content).unlisted()),
            "sha512" if is_whole => fixture.push(Blob::new(BYTES, content).unlisted().sha512()),
            algorithm => {
                let path = format!("{BLOBS}/{algorithm}/{}", digest.hex());
                fixture.push(ExtraFile::new(path, content).unchecked());
            }
        }
        Ok(())
    }

    /// The blob that is stored under a digest. `size` is the size in a descriptor.
    fn state(&mut self, digest: &Digest, size: Option<u64>) -> Result<BlobState> {
        if let Some(state) = self.states.get(digest) {
            return Ok(state.clone());
        }
        let state = BlobState::of(self.store(), digest, size)?;
        self.states.insert(digest.clone(), state.clone());
        Ok(state)
    }

    /// The stored bytes of a blob: in memory if they are few.
    fn content(&self, digest: &Digest) -> Result<Content> {
        let content = self.store().content(digest)?;
        let is_small = content.as_ref().is_some_and(|content| content.size().is_ok_and(|size| size <= SMALL));
        Ok(match content {
            Some(content) if !is_small => content,
            _ => Content::new(self.store().blob(digest)?),
        })
    }

    /// Reads the bytes of a blob before its faults.
    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        match self.states.get(digest) {
            Some(BlobState::Faulty(original, _)) => Ok(Box::new(original.as_slice())),
            _ => self.store().reader(digest),
        }
    }

    /// The bytes of a document before its faults. `None` if they are unknown, or too many.
    fn document(&mut self, digest: &Digest, size: Option<u64>) -> Result<Option<Vec<u8>>> {
        Ok(match self.state(digest, size)? {
            BlobState::Whole(stored) if stored <= DOCUMENT => Some(self.store().blob(digest)?.into_owned()),
            BlobState::Faulty(original, _) => Some(original),
            BlobState::Whole(_) | BlobState::Missing | BlobState::Broken => None,
        })
    }

    /// The bytes of a node before its faults.
    fn original(&mut self, digest: &Digest, size: Option<u64>) -> Result<Option<Content>> {
        Ok(match self.state(digest, size)? {
            BlobState::Whole(_) => Some(self.content(digest)?),
            BlobState::Faulty(original, _) => Some(Content::new(original)),
            BlobState::Missing | BlobState::Broken => None,
        })
    }

    /// Completes a node: its label, its faults after sealing, and its digest.
    fn made(&mut self, mut edge: Edge, digest: &Digest, label: &str) -> Edge {
        if let Some(node) = Arc::get_mut(&mut edge.node) {
            if self.uses.get(digest).is_some_and(|uses| *uses > 1) || self.mentioned.contains(digest) {
                node.set_label(label);
            }
            match &mut node.kind {
                NodeKind::Index(index) => self.mention(&mut index.head.annotations),
                NodeKind::Manifest(manifest) => self.mention(&mut manifest.head.annotations),
                _ => {}
            }
            if let Some(BlobState::Faulty(_, fault)) = self.states.get(digest) {
                node.faults = vec![fault.clone()];
            }
        }
        self.digests.insert(Arc::as_ptr(&edge.node), digest.clone());
        self.made.push(edge.clone());
        edge
    }

    /// Puts the labels of nodes in the place of their digests.
    fn mention(&self, annotations: &mut Map) {
        for text in annotations.0.iter_mut().filter_map(|(_, text)| text.as_mut()) {
            let Some(digest) = text.plain().and_then(|text| Digest::parse(text).ok()) else { continue };
            let keys = ["manifest", "index", "layer", "blob"].map(|keyword| (digest.clone(), keyword));
            let known = keys.iter().find_map(|key| self.nodes.get(key));
            if let Some(known) = known.filter(|known| known.edge.node.label().is_some()) {
                *text = Text::of(Edge::again(&known.edge.node), Property::Digest);
            }
        }
    }

    /// Counts how often nodes are listed, or mentioned as a subject. A node that is mentioned gets a label.
    fn count_uses(&mut self, index: &[u8]) -> Result<()> {
        let mut rest = vec![index.to_vec()];
        let mut seen = BTreeSet::new();
        while let Some(bytes) = rest.pop() {
            let Ok(document) = Json::parse(&bytes) else { continue };
            let lists = ["manifests", "layers"].into_iter().filter_map(|name| match document.get(name) {
                Some(Json::List(values)) => Some(values.as_slice()),
                _ => None,
            });
            let listed = lists.flatten().chain(document.get("subject"));
            let heads = listed.clone().chain([&document]);
            for text in heads.filter_map(|head| head.get("annotations").and_then(pairs)).flatten() {
                self.mentioned.extend(Digest::parse(text.1).ok());
            }
            for (digest, size) in listed.filter_map(identity) {
                *self.uses.entry(digest.clone()).or_default() += 1;
                if seen.insert(digest.clone()) && self.keyword_of(&digest, Some(size))?.is_some() {
                    rest.extend(self.document(&digest, Some(size))?);
                }
            }
        }
        Ok(())
    }

    fn keyword(&mut self, digest: &Digest) -> Result<Option<&'static str>> {
        self.keyword_of(digest, None)
    }

    /// `index` or `manifest`, if the content of a blob is one of them.
    fn keyword_of(&mut self, digest: &Digest, size: Option<u64>) -> Result<Option<&'static str>> {
        let (BlobState::Whole(_) | BlobState::Faulty(..)) = self.state(digest, size)? else {
            return Ok(None);
        };
        let mut first = [0];
        if self.reader(digest)?.read(&mut first).unwrap_or_default() == 0 || first != *b"{" {
            return Ok(None);
        }
        let Some(bytes) = self.document(digest, size)? else { return Ok(None) };
        let Ok(document) = Json::parse(&bytes) else { return Ok(None) };
        let is_list = |name| matches!(document.get(name), Some(Json::List(_)));
        Ok(match (is_list("manifests"), is_list("layers")) {
            (true, false) => Some("index"),
            (false, true) => Some("manifest"),
            _ => None,
        })
    }
}

/// The text of the fixture. `None` if the text does not give the files of the layout when it is read again. Some values of
/// builders have no text with the same meaning, and only reading the text shows that.
#[cfg(feature = "text")]
fn checked_source<S: Store>(fixture: &Fixture, layout: &Layout<S>) -> Result<Option<SourceText>> {
    let Ok(Ok((source, outline))) = Outline::of(fixture) else { return Ok(None) };
    let parent = std::env::temp_dir();
    let folder = TempPath::directory(&parent, "oci-fixture-")
        .map_err(|error| Error::io(&parent, "create a temporary directory", error))?;
    source.write_files(folder.path())?;
    let Some(read) = outline.read(folder.path())? else { return Ok(None) };
    Ok(is_same(&read, layout)?.then_some(source))
}

/// Without the feature `text`, the text cannot be read, so the fixture itself is compared.
#[cfg(not(feature = "text"))]
fn checked_source<S: Store>(fixture: &Fixture, layout: &Layout<S>) -> Result<Option<SourceText>> {
    let Ok(Ok(source)) = fixture.declared_source() else { return Ok(None) };
    Ok(is_same(fixture, layout)?.then_some(source))
}

/// The digest and the size of a descriptor. A size that cannot be read is 0.
fn identity(descriptor: &Json<'_>) -> Option<(Digest, u64)> {
    let size = match descriptor.get("size") {
        Some(Json::Number(number)) => number.parse().unwrap_or_default(),
        _ => 0,
    };
    Some((digest_of(descriptor)?, size))
}

/// The digest of a descriptor.
fn digest_of(descriptor: &Json<'_>) -> Option<Digest> {
    match descriptor.get("digest") {
        Some(Json::Text(digest)) => Digest::parse(digest).ok(),
        _ => None,
    }
}

/// The media type of a descriptor, which is empty where there is none.
fn media_type_of(descriptor: &Json<'_>) -> String {
    match descriptor.get("mediaType") {
        Some(Json::Text(text)) => text.clone().into_owned(),
        _ => String::new(),
    }
}
