//! A store in a temporary directory.

use std::borrow::Cow;
use std::env;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use oci_fixture_grammar::Digest;

use super::{BlobsFound, Directory, Found, FurtherFile, Name, Store};
use crate::declare::content::Content;
use crate::error::{Error, Result};
use crate::temp_path::TempPath;

/// The environment variable that keeps temporary directories.
const KEEP: &str = "OCI_FIXTURE_KEEP";

/// An OCI image layout in a temporary directory, which is removed when the value is dropped.
///
/// If the environment variable `OCI_FIXTURE_KEEP` is set, and is neither empty nor `0`, the directory is kept and its
/// path is printed to the standard error. So `OCI_FIXTURE_KEEP=1 cargo test` keeps the layouts of all tests.
pub struct TempDir {
    directory: Directory,
    /// Removes the directory when it is dropped.
    guard: TempPath,
}

impl TempDir {
    pub(crate) fn new() -> Result<Self> {
        let parent = env::temp_dir();
        let guard = TempPath::directory(&parent, "oci-fixture-")
            .map_err(|error| Error::io(&parent, "create a temporary directory", error))?;
        let mut temporary = Self { directory: Directory::new(guard.path()), guard };
        if env::var_os(KEEP).is_some_and(|keep| !keep.is_empty() && keep != "0") {
            temporary.disarm();
        }
        Ok(temporary)
    }

    /// Keeps the directory.
    pub(crate) fn keep(mut self) -> Directory {
        self.disarm();
        self.directory
    }

    fn disarm(&mut self) {
        self.guard.keep();
        // The directory is kept even if the message cannot be written. `eprintln!` would not show it in a test that
        // passes.
        let _ = writeln!(io::stderr(), "oci-fixture: kept {}", self.guard.path().display());
    }
}

impl AsRef<Path> for TempDir {
    fn as_ref(&self) -> &Path {
        self.directory.as_ref()
    }
}

impl Store for TempDir {
    fn layout(&self) -> Result<Cow<'_, [u8]>> {
        self.directory.layout()
    }

    fn index(&self) -> Result<Cow<'_, [u8]>> {
        self.directory.index()
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.directory.blob(digest)
    }

    fn content(&self, digest: &Digest) -> Result<Option<Content>> {
        self.directory.content(digest)
    }

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        self.directory.reader(digest)
    }

    fn each_further(&self, take: &mut dyn FnMut(&[u8], FurtherFile<'_>) -> Result<()>) -> Result<()> {
        self.directory.each_further(take)
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        self.directory.digests()
    }

    fn look(&self, name: Name<'_>) -> Result<Found<'_>> {
        self.directory.look(name)
    }

    fn each_digest(&self, take: &mut dyn FnMut(Digest)) -> Result<()> {
        self.directory.each_digest(take)
    }

    fn blobs(&self) -> Result<BlobsFound> {
        self.directory.blobs()
    }

    fn each_name(&self, take: &mut dyn FnMut(&[u8], bool)) -> Result<()> {
        self.directory.each_name(take)
    }
}

impl fmt::Debug for TempDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TempDir({:?})", self.guard.path())
    }
}
