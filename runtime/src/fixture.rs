//! A fixture: the whole declaration.

use std::fmt;
use std::io::Write;
use std::path::Path;

use crate::archive::ArchiveWriter;
use crate::content::{Content, ToContent};
use crate::context::Context;
use crate::declaration::Declaration;
use crate::declared::{Edge, Parent};
use crate::docker_archive::DockerArchive;
use crate::edits::{Edits, edited};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::layout::Layout;
use crate::map::Map;
use crate::media_type;
use crate::part::Part;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::seal::{Body, Measure, seal};
use crate::sealing::Index;
use crate::store::staging::Staging;
use crate::store::{Archive, Directory, Documents, INDEX_FILE, LAYOUT, LAYOUT_FILE, Memory, TempDir};
use crate::text::{Text, ToText};

/// A declaration of images: what `oci_image!` evaluates to, or what is built by hand.
///
/// Declaring never fails. What is wrong with a value is reported, with its place, when the fixture is written; then
/// nothing is. The same declaration gives the same bytes, wherever and however often it is written.
///
/// ```
/// use oci_fixture::{Fixture, Index, Manifest};
///
/// let fixture = Fixture::new().with(
///     Index::new()
///         .reference("twoplatform:latest")
///         .with(Manifest::new().platform("linux/amd64").with(("bash", "layer1")))
///         .with(Manifest::new().platform("linux/arm64").with(("bash", "layer2"))),
/// );
/// let layout = fixture.tempdir()?;
/// assert_eq!(layout.index()?.manifests().len(), 1);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a fixture does nothing until it is written"]
pub struct Fixture(Box<Parts>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// The entries of index.json.
    pub(crate) edges: Vec<Edge>,
    annotations: Map,
    edits: Edits,
    layout: LayoutContent,
}

/// What oci-layout is to hold.
#[derive(Clone, Debug, Default)]
enum LayoutContent {
    #[default]
    Usual,
    Other(Content),
    /// There is none.
    None,
}

edited!(Fixture);

impl Fixture {
    /// The empty layout: an index.json that lists nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry of index.json: an [`Index`](crate::Index), a [`Manifest`](crate::Manifest), a
    /// [`Config`](crate::Config), a [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor), or a
    /// [`Tag`](crate::Tag).
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }

    /// Adds annotations of index.json. They are written sorted by key; the same key twice is an error.
    ///
    /// ```
    /// use oci_fixture::Fixture;
    ///
    /// let layout = Fixture::new().annotations([("org.example.origin", "a test")]).in_memory()?;
    /// assert_eq!(layout.index()?.annotations().as_ref().map(|annotations| annotations.len()), Some(1));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn annotations<K: ToText, V: ToText>(
        mut self,
        annotations: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.0.annotations.extend(annotations);
        self
    }

    /// What oci-layout holds, instead of the version that there is.
    ///
    /// ```
    /// use oci_fixture::{Content, Fixture, Value};
    ///
    /// Fixture::new().oci_layout(Content::json(Value::map([("imageLayoutVersion", "2.0.0")])));
    /// ```
    pub fn oci_layout(mut self, content: impl ToContent) -> Self {
        self.0.layout = LayoutContent::Other(content.into_content());
        self
    }

    /// There is no oci-layout.
    ///
    /// ```
    /// use oci_fixture::Fixture;
    ///
    /// let layout = Fixture::new().without_oci_layout().tempdir()?;
    /// assert!(!layout.path().join("oci-layout").exists());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn without_oci_layout(mut self) -> Self {
        self.0.layout = LayoutContent::None;
        self
    }

    /// Writes the fixture into a directory, as an [OCI image
    /// layout](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md).
    ///
    /// The directory is made where it does not exist. Where it is a layout already, the fixture is added to it: an
    /// entry of index.json is replaced by one of the same name, an unnamed one by an equal one, and everything else
    /// stays as it is. One that says what its index.json or its oci-layout is as a whole
    /// ([`annotations`](Self::annotations), [`merge`](Self::merge), [`extend`](Self::extend), [`raw`](Self::raw),
    /// [`oci_layout`](Self::oci_layout)) is written only where there is none. Several processes may write into one directory at a time. A process that is killed leaves the
    /// old layout or the new one, and perhaps leftovers named `.oci-fixture-*`.
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) where a value is not what it should be,
    /// [`Layout`](crate::ErrorKind::Layout) where the path is no directory, or the index.json or oci-layout in it are none, and
    /// [`Io`](crate::ErrorKind::Io). Then nothing that was there has changed.
    pub fn write_to(&self, directory: impl AsRef<Path>) -> Result<Layout<Directory>> {
        let directory = directory.as_ref();
        let declaration = self.write(directory)?;
        Ok(Layout::of(Directory::new(directory), declaration))
    }

    /// Writes the fixture into a new temporary directory, which goes when the layout is dropped: see [`TempDir`], and
    /// [`Layout::keep`].
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).tempdir()?;
    /// assert!(layout.path().join("index.json").is_file());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn tempdir(&self) -> Result<Layout<TempDir>> {
        // Nothing is made, and nothing kept, for a declaration that is refused.
        let plan = Plan::of(&self.0)?;
        let directory = TempDir::new()?;
        let declaration = write(&plan, directory.as_ref())?;
        Ok(Layout::of(directory, declaration))
    }

    /// Makes the layout in memory, for code that takes blobs and not a directory.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).in_memory()?;
    /// for blob in layout.blobs()? {
    ///     let (digest, bytes) = blob?;
    ///     println!("{digest} {} bytes", bytes.len());
    /// }
    /// assert_eq!(layout.reference("app:1")?.manifest()?.layers().len(), 1);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn in_memory(&self) -> Result<Layout<Memory>> {
        let plan = Plan::of(&self.0)?;
        let mut memory = Memory::default();
        let sealing = seal(&plan, &mut memory)?;
        Ok(Layout::of(memory.publish(&sealing), sealing.into_declaration()))
    }

    /// Writes the image layout as one tar, and gives the writer back.
    ///
    /// The members are sorted by name and have mode 0644, uid and gid 0 and the time 0. However large the layers are,
    /// memory stays constant; but each is made twice, since a tar says what a member is called before its bytes.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let tar: Vec<u8> = fixture.write_archive(Vec::new())?;
    /// assert_eq!(tar, fixture.write_archive(Vec::new())?);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) where a value is not what it should be: then nothing is written.
    /// [`Io`](crate::ErrorKind::Io) where the bytes cannot be made, or the writer takes no more.
    pub fn write_archive<W: Write>(&self, out: W) -> Result<W> {
        let plan = Plan::of(&self.0)?;
        let sealing = seal(&plan, &mut Measure)?;
        ArchiveWriter::of_layout(&sealing).write(out)
    }

    /// The same into a file: whole, or not at all. A file that is there is replaced; one that a killed process has left
    /// unfinished is named `.oci-fixture-*`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layout, Manifest};
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let path = directory.path().join("app.tar");
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let written = fixture.write_archive_to(&path)?;
    /// let opened = Layout::open_archive(&path)?;
    /// assert_eq!(opened.reference("app:1")?.digest(), written.reference("app:1")?.digest());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`write_archive`](Self::write_archive), and [`Layout`](crate::ErrorKind::Layout) where the path is that of
    /// something else than a file.
    pub fn write_archive_to(&self, path: impl AsRef<Path>) -> Result<Layout<Archive>> {
        let path = path.as_ref();
        let plan = Plan::of(&self.0)?;
        let sealing = seal(&plan, &mut Measure)?;
        ArchiveWriter::of_layout(&sealing).write_to(path)?;
        Ok(Layout::of(Archive::open(path)?, sealing.into_declaration()))
    }

    /// Writes an archive that `docker load` of any version takes, and gives the writer back: the short form of
    /// [`docker_archive`](Self::docker_archive) for images of one platform.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let tar: Vec<u8> = fixture.write_docker_archive(Vec::new())?;
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`DockerArchive::write`].
    pub fn write_docker_archive<W: Write>(&self, out: W) -> Result<W> {
        self.docker_archive().write(out)
    }

    /// An archive that `docker load` takes, of which more is to be said: the platform, or that it is an OCI image layout
    /// as well.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Index, Manifest};
    ///
    /// let amd64 = Manifest::new().platform("linux/amd64").with(("a", "b"));
    /// let arm64 = Manifest::new().platform("linux/arm64").with(("a", "c"));
    /// let fixture = Fixture::new().with(Index::new().reference("app:1").with(amd64).with(arm64));
    ///
    /// let error = fixture.write_docker_archive(Vec::new()).unwrap_err();
    /// assert!(error.to_string().contains("`.docker_archive().platform("), "{error}");
    /// let tar = fixture.docker_archive().platform("linux/arm64").write(Vec::new())?;
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn docker_archive(&self) -> DockerArchive<'_> {
        DockerArchive::of(&self.0)
    }

    /// Writes, and gives what the layout is to know of the fixture.
    fn write(&self, directory: &Path) -> Result<Declaration> {
        write(&Plan::of(&self.0)?, directory)
    }
}

fn write(plan: &Plan<'_>, directory: &Path) -> Result<Declaration> {
    let mut staging = Staging::new(directory)?;
    let sealing = seal(plan, &mut staging)?;
    staging.publish(&sealing)?;
    Ok(sealing.into_declaration())
}

/// The tree of the layout that the fixture would be, with the digests: all bytes are made for them, and none kept but
/// those of documents. What is wrong with the declaration is said instead.
impl fmt::Display for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.documents() {
            Ok(layout) => layout.fmt(f),
            Err(error) => error.fmt(f),
        }
    }
}

impl Fixture {
    fn documents(&self) -> Result<Layout<Documents>> {
        let plan = Plan::of(&self.0)?;
        let mut documents = Documents::default();
        let sealing = seal(&plan, &mut documents)?;
        Ok(Layout::of(documents.publish(&sealing), sealing.into_declaration()))
    }
}

impl Parent for Fixture {
    fn push_edge(&mut self, edge: Edge) {
        self.0.edges.push(edge);
    }
}

impl Parts {
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        mentions.extend(self.annotations.texts().flat_map(Text::mentions));
        self.edits.mentions(mentions);
        if let LayoutContent::Other(content) = &self.layout {
            content.mentions(mentions);
        }
    }

    /// What it says of the files beside the blobs that is not as in an honest layout.
    pub(crate) fn lies(&self) -> Vec<String> {
        let layout = !matches!(self.layout, LayoutContent::Usual);
        self.edits.lies().chain(layout.then(|| "oci_layout:".to_owned())).collect()
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.annotations.check("annotation")?;
        self.edits.check(!self.annotations.is_empty())?;
        match &self.layout {
            LayoutContent::Other(content) => content.check(),
            LayoutContent::Usual | LayoutContent::None => Ok(()),
        }
    }

    /// The files beside the blobs: index.json, and the bytes of oci-layout.
    pub(crate) fn files<'s>(
        &'s self,
        entries: Vec<Json<'s>>,
        context: &Context<'s>,
    ) -> Result<(Index, Option<Vec<u8>>)> {
        let index = if self.annotations.is_empty() && self.edits.is_empty() {
            Index::Entries(entries.iter().map(Json::to_vec).collect())
        } else {
            let document = Json::object([
                ("schemaVersion", Some(Json::number("2"))),
                ("mediaType", Some(Json::text(media_type::INDEX))),
                ("manifests", Some(Json::List(entries))),
                ("annotations", self.annotations.json(context)),
            ]);
            Index::Whole(bytes(&self.edits.body(document, context), INDEX_FILE)?)
        };
        let layout = match &self.layout {
            LayoutContent::Usual => Some(LAYOUT.to_vec()),
            LayoutContent::Other(other) => Some(bytes(&other.body(context), LAYOUT_FILE)?),
            LayoutContent::None => None,
        };
        Ok((index, layout))
    }
}

/// The bytes of a small file.
fn bytes(body: &Body<'_>, file: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    body.write_to(&mut bytes).map_err(|error| Error::recipe(error).in_place(|| file.to_owned()))?;
    Ok(bytes)
}
