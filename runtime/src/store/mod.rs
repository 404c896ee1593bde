//! Where a layout's bytes are.

pub(crate) mod directory;
mod index_json;
mod layout_file;
pub(crate) mod memory;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use oci_fixture_grammar::Digest;
use serde::Deserialize;
use serde::de::Error as _;

pub use self::memory::Memory;
use crate::error::{Error, Result};

pub(crate) const INDEX_FILE: &str = "index.json";
pub(crate) const BLOBS: &str = "blobs";

/// Where a [`Layout`](crate::Layout)'s bytes are: a [`Directory`], a [`TempDir`], or [`Memory`].
pub trait Store: fmt::Debug + sealed::Sealed {
    /// The bytes of index.json.
    #[doc(hidden)]
    fn index(&self) -> Result<Cow<'_, [u8]>>;

    /// The bytes of a blob.
    #[doc(hidden)]
    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>>;

    /// The digests under which blobs are stored, sorted.
    #[doc(hidden)]
    fn digests(&self) -> Result<Vec<Digest>>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Directory {}
    impl Sealed for super::TempDir {}
    impl Sealed for super::Memory {}
}

/// An OCI image layout in a directory.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl AsRef<Path> for Directory {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Store for Directory {
    fn index(&self) -> Result<Cow<'_, [u8]>> {
        let path = self.0.join(INDEX_FILE);
        match fs::read(&path) {
            Ok(bytes) => Ok(Cow::Owned(bytes)),
            Err(error) => Err(Error::io(&path, "read the file", error)),
        }
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        let path = blob_path(&self.0, digest);
        match fs::read(&path) {
            Ok(bytes) => Ok(Cow::Owned(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing(digest).with_source(error)),
            Err(error) => Err(Error::io(&path, "read the blob", error)),
        }
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        let mut digests = Vec::new();
        for algorithm in names(&self.0.join(BLOBS))? {
            for hex in names(&self.0.join(BLOBS).join(&algorithm))? {
                // What is not named by a digest is not a blob.
                digests.extend(Digest::parse(&format!("{algorithm}:{hex}")));
            }
        }
        digests.sort();
        Ok(digests)
    }
}

/// An OCI image layout in a temporary directory, which goes when this is dropped.
#[derive(Debug)]
pub struct TempDir {
    directory: Directory,
    /// Removes the directory.
    _guard: tempfile::TempDir,
}

impl TempDir {
    pub(crate) fn new() -> Result<Self> {
        let guard = tempfile::Builder::new()
            .prefix("oci-fixture-")
            .tempdir()
            .map_err(|error| Error::io(&std::env::temp_dir(), "create a temporary directory", error))?;
        Ok(Self { directory: Directory::new(guard.path()), _guard: guard })
    }
}

impl AsRef<Path> for TempDir {
    fn as_ref(&self) -> &Path {
        self.directory.as_ref()
    }
}

impl Store for TempDir {
    fn index(&self) -> Result<Cow<'_, [u8]>> {
        self.directory.index()
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.directory.blob(digest)
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        self.directory.digests()
    }
}

/// `DIR/blobs/ALGORITHM/HEX`
pub(crate) fn blob_path(directory: &Path, digest: &Digest) -> PathBuf {
    directory.join(BLOBS).join(digest.algorithm()).join(digest.hex())
}

fn missing(digest: &Digest) -> Error {
    Error::not_found(format!("the layout has no blob `{digest}`"))
}

/// The JSON document of a file, which should be `what`. serde takes a list for an object, so that is refused first.
fn document<'a, D: Deserialize<'a>>(path: &Path, what: &str, text: &'a [u8]) -> Result<D> {
    let parsed = match text.trim_ascii_start().first() {
        Some(b'[') => Err(serde_json::Error::custom("a list, where an object is expected")),
        _ => serde_json::from_slice(text),
    };
    parsed.map_err(|error| {
        Error::layout(path.display(), format!("cannot be read as {what}")).with_source(error)
    })
}

/// The names in a directory that are text; none where there is no such directory.
fn names(directory: &Path) -> Result<Vec<String>> {
    let failed = |error| Error::io(directory, "list the directory", error);
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(failed)?.file_name().into_string());
    }
    Ok(names)
}
