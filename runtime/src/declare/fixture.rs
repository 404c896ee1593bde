//! A fixture: the whole declaration.

use std::fmt;

use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::edits::{Edits, edited};
use crate::declare::encoded::Body;
use crate::declare::extra_file::ExtraFile;
use crate::declare::graph::{Edge, Parent};
use crate::declare::map::Map;
use crate::declare::order::{self, spliced};
use crate::declare::part::Part;
use crate::declare::text::ToText;
use crate::error::{Error, Problem, Result};
use crate::image_layout::{INDEX_FILE, LAYOUT, LAYOUT_FILE, write_index};
use crate::io::Recipe;
use crate::json::Writer;

/// A declaration of images: the value of `oci_image!`, or of the calls of the builders.
///
/// Declaring never fails. A mistake in a value is reported, with its place, when the fixture is written; then nothing
/// is written. The same declaration gives the same bytes, wherever and however often it is written.
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
#[derive(Clone, Default)]
#[must_use = "a fixture does nothing until it is written"]
pub struct Fixture(Box<FixtureData>);

#[derive(Clone, Default)]
pub(crate) struct FixtureData {
    /// The entries of index.json.
    pub(crate) edges: Vec<Edge>,
    /// Whether entries have an order that differs in each run.
    pub(crate) is_random: bool,
    pub(crate) annotations: Map,
    pub(crate) edits: Edits,
    pub(crate) layout: LayoutContent,
    pub(crate) files: Vec<ExtraFile>,
}

/// The declared content of index.json.
pub(crate) enum IndexContent {
    /// These entries, which are added to those that a layout has already.
    Entries(Vec<Vec<u8>>),
    /// These bytes, as the whole file.
    Whole(Vec<u8>),
}

/// The declared content of oci-layout.
#[derive(Clone, Debug, Default)]
pub(crate) enum LayoutContent {
    #[default]
    Usual,
    Other(Content),
    /// There is no such file.
    None,
}

edited!(Fixture, edits);
spliced! {
    /// Adds an entry of index.json: an [`Index`](crate::Index), a [`Manifest`](crate::Manifest), a
    /// [`Config`](crate::Config), a [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor) or a
    /// [`Tag`](crate::Tag); or a further file of the layout, an [`ExtraFile`].
    Fixture
}

impl Fixture {
    /// The empty layout: an index.json that lists nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds annotations of index.json. They are written sorted by key; a key that is given twice is an error when the
    /// fixture is written.
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

    /// Replaces the content of oci-layout, which is otherwise `{"imageLayoutVersion": "1.0.0"}`.
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

    /// Leaves out the file oci-layout.
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
}

impl Fixture {
    pub(crate) fn data(&self) -> &FixtureData {
        &self.0
    }

    pub(crate) fn push_file(&mut self, file: ExtraFile) {
        self.0.files.push(file);
    }
}

impl Parent for Fixture {
    fn push_edge(&mut self, edge: Edge) {
        self.0.edges.push(edge);
    }
}

impl FixtureData {
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        self.annotations.mentions(mentions);
        self.edits.mentions(mentions);
        if let LayoutContent::Other(content) = &self.layout {
            content.mentions(mentions);
        }
        self.files.iter().for_each(|file| file.mentions(mentions));
    }

    /// The names of the faults of index.json and oci-layout, as the language writes them.
    pub(crate) fn fault_names(&self) -> Vec<String> {
        let mut faults = Vec::new();
        self.edits.add_fault_names(&mut faults);
        if !matches!(self.layout, LayoutContent::Usual) {
            faults.push("oci_layout:".to_owned());
        }
        faults.extend(self.files.iter().filter_map(ExtraFile::fault_name));
        faults
    }

    pub(crate) fn extra_files(&self) -> &[ExtraFile] {
        &self.files
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        order::check(self.is_random)?;
        self.annotations.check_annotations(false)?;
        self.edits.check(!self.annotations.is_empty())?;
        match &self.layout {
            LayoutContent::Other(content) => content.check(),
            LayoutContent::Usual | LayoutContent::None => Ok(()),
        }
    }

    /// The files beside the blobs: the content of index.json, and the bytes of oci-layout, or `None` for no such file.
    pub(crate) fn files<'s>(
        &'s self,
        entries: Vec<Vec<u8>>,
        context: &Context<'s>,
    ) -> Result<(IndexContent, Option<Vec<u8>>)> {
        let index = if self.annotations.is_empty() && self.edits.is_empty() {
            IndexContent::Entries(entries)
        } else {
            let write_members = |out: &mut Writer| {
                write_index(out, &entries);
                self.annotations.write(out, "annotations", context);
            };
            let body = self.edits.body(|out| out.object(write_members), context);
            IndexContent::Whole(bytes(&body, INDEX_FILE)?)
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

/// One line: the entries of index.json.
impl fmt::Debug for FixtureData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The most entries that are shown.
        const SHOWN: usize = 8;
        f.write_str("Fixture(")?;
        let mut before = "";
        for edge in self.edges.iter().take(SHOWN) {
            write!(f, "{before}{edge:?}")?;
            before = ", ";
        }
        match self.edges.len().saturating_sub(SHOWN) {
            0 => f.write_str(")"),
            more => write!(f, ", and {more} more)"),
        }
    }
}
