//! Further files: what a layout holds besides index.json, oci-layout and the blobs.

use std::fmt;

use oci_fixture_grammar::{Digest, layout_path};

use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::fixture::Fixture;
use crate::declare::graph::Edge;
use crate::declare::part::Part;
use crate::declare::text::{Text, ToText};
use crate::error::{Error, Problem, Result};
use crate::image_layout::BLOBS;

/// A further file or symbolic link in the layout, which no document refers to.
///
/// Its path is relative, and neither index.json nor oci-layout. A directory and an archive hold it, and so does memory,
/// but for symbolic links. A registry and an archive for Docker without a layout have no place for it, and refuse it.
///
/// ```
/// use oci_fixture::{ExtraFile, Fixture};
///
/// let fixture = Fixture::new().with(ExtraFile::new("README", "An image layout.\n"));
/// let layout = fixture.tempdir()?;
/// assert_eq!(std::fs::read(layout.path().join("README")).unwrap(), b"An image layout.\n");
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a file does nothing until it is put into a fixture"]
pub struct ExtraFile {
    pub(crate) path: Text,
    pub(crate) body: ExtraBody,
    pub(crate) unchecked: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum ExtraBody {
    Content(Content),
    Symlink(Text),
}

/// A further file once all nodes are sealed.
pub(crate) struct SealedFile {
    pub(crate) path: String,
    pub(crate) body: SealedBody,
}

pub(crate) enum SealedBody {
    Content(Content),
    Symlink(String),
}

impl ExtraFile {
    /// A file with this content. Directories on its path are made.
    pub fn new(path: impl ToText, content: impl ToContent) -> Self {
        Self { path: path.into_text(), body: ExtraBody::Content(content.into_content()), unchecked: false }
    }

    /// A symbolic link, whose target counts from the directory of the link and does not climb above the layout.
    ///
    /// ```
    /// use oci_fixture::ExtraFile;
    ///
    /// ExtraFile::symlink("current", "blobs/sha256");
    /// ```
    pub fn symlink(path: impl ToText, target: impl ToText) -> Self {
        Self { path: path.into_text(), body: ExtraBody::Symlink(target.into_text()), unchecked: false }
    }

    /// Before sealing: the file may be below `blobs`, but cannot be a blob that is stored. The target of a symbolic
    /// link may be any text.
    ///
    /// ```
    /// use oci_fixture::ExtraFile;
    ///
    /// ExtraFile::new("blobs/sha256/left-over", "").unchecked();
    /// ExtraFile::symlink("blobs/sha256/passwd", "/etc/passwd").unchecked();
    /// ```
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        self.path.mentions(mentions);
        match &self.body {
            ExtraBody::Content(content) => content.mentions(mentions),
            ExtraBody::Symlink(target) => target.mentions(mentions),
        }
    }

    /// Checks the file. Texts that mention a node are checked once that node is sealed.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if let Some(path) = self.path.plain() {
            layout_path::check(path, self.unchecked).map_err(|invalid| self.at(invalid.into()))?;
        }
        match &self.body {
            ExtraBody::Content(content) => content.check().map_err(|problem| self.at(problem)),
            ExtraBody::Symlink(target) => match (self.path.plain(), target.plain()) {
                (Some(path), Some(target)) => layout_path::check_target(path, target, self.unchecked)
                    .map_err(|invalid| self.at(invalid.into())),
                _ => Ok(()),
            },
        }
    }

    fn at(&self, problem: Problem) -> Problem {
        problem.at(self.place())
    }

    /// How errors call the file.
    pub(crate) fn place(&self) -> String {
        format!("file {:?}", self.path.to_string())
    }

    /// The digest under which a reader finds the file as a blob, as far as its path mentions no node.
    pub(crate) fn digest(&self) -> Option<Digest> {
        self.path.plain().and_then(blob_digest)
    }

    /// The name of the fault, as the language writes it.
    pub(crate) fn fault_name(&self) -> Option<String> {
        self.unchecked.then(|| format!("#[unchecked] {}", self.place()))
    }

    pub(crate) fn is_symlink(&self) -> bool {
        matches!(self.body, ExtraBody::Symlink(_))
    }

    /// The file, in which the digests and sizes of sealed nodes are filled in.
    pub(crate) fn sealed(&self, context: &Context<'_>) -> Result<SealedFile> {
        let path = context.text(&self.path).into_owned();
        let failed = |problem: Problem| self.at(problem).into_error(String::new());
        layout_path::check(&path, self.unchecked).map_err(|invalid| failed(invalid.into()))?;
        let body = match &self.body {
            ExtraBody::Content(declared) => {
                let known = declared.resolved(context);
                known.size().map_err(|error| Error::recipe(error).in_place(|| self.place()))?;
                SealedBody::Content(known)
            }
            ExtraBody::Symlink(target) => {
                let target = context.text(target).into_owned();
                let checked = layout_path::check_target(&path, &target, self.unchecked);
                checked.map_err(|invalid| failed(invalid.into()))?;
                SealedBody::Symlink(target)
            }
        };
        Ok(SealedFile { path, body })
    }
}

impl SealedFile {
    /// The digest under which a reader finds the file as a blob.
    pub(crate) fn digest(&self) -> Option<Digest> {
        blob_digest(&self.path)
    }
}

fn blob_digest(path: &str) -> Option<Digest> {
    let (algorithm, encoded) = path.strip_prefix(BLOBS)?.strip_prefix('/')?.split_once('/')?;
    Digest::parse(&format!("{algorithm}:{encoded}")).ok()
}

impl Part<Fixture> for ExtraFile {
    fn add_to(self, fixture: &mut Fixture) {
        fixture.push_file(self);
    }
}

/// One line: the path and what is there.
impl fmt::Debug for ExtraFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraFile({:?}, {:?})", self.path, self.body)
    }
}
