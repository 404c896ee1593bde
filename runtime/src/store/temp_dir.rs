//! A layout in a temporary directory.

use std::borrow::Cow;
use std::env;
use std::io::{self, Read, Write};
use std::path::Path;

use oci_fixture_grammar::Digest;

use super::{Directory, Found, Name, Store};
use crate::error::{Error, Result};

/// While it is set, temporary directories are kept.
const KEEP: &str = "OCI_FIXTURE_KEEP";

/// An OCI image layout in a temporary directory, which goes when this is dropped.
///
/// It stays, and its path is printed to the standard error, where the environment variable `OCI_FIXTURE_KEEP` is set
/// to anything but nothing and `0`: `OCI_FIXTURE_KEEP=1 cargo test` leaves what the tests have made to be looked at.
#[derive(Debug)]
pub struct TempDir {
    directory: Directory,
    /// Removes the directory.
    guard: tempfile::TempDir,
}

impl TempDir {
    pub(crate) fn new() -> Result<Self> {
        let guard = tempfile::Builder::new()
            .prefix("oci-fixture-")
            .tempdir()
            .map_err(|error| Error::io(&env::temp_dir(), "create a temporary directory", error))?;
        let mut temporary = Self { directory: Directory::new(guard.path()), guard };
        if env::var_os(KEEP).is_some_and(|keep| !keep.is_empty() && keep != "0") {
            temporary.disarm();
        }
        Ok(temporary)
    }

    /// The directory, which stays.
    pub(crate) fn keep(mut self) -> Directory {
        self.disarm();
        self.directory
    }

    fn disarm(&mut self) {
        self.guard.disable_cleanup(true);
        // Where nobody can be told, the directory is kept nevertheless. It is no `eprintln!`, which a test that passes
        // does not show.
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

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        self.directory.reader(digest)
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
}
