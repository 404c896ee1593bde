//! Stores: places of the bytes of a layout, with the code that writes and reads them. A store handles the files of a
//! layout by their names; the contents of the files belong to `layout`.

mod archive;
mod directory;
mod documents;
pub(crate) mod index_json;
mod layout_file;
mod memory;
#[cfg(feature = "registry")]
pub(crate) mod spool;
pub(crate) mod staging;
mod temp_dir;

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use oci_fixture_grammar::Digest;
use serde::Deserialize;
use serde::de::Error as _;

pub use self::archive::Archive;
pub(crate) use self::archive::ArchivedFiles;
pub use self::directory::Directory;
pub(crate) use self::documents::Documents;
pub(crate) use self::layout_file::check as check_layout;
pub use self::memory::Memory;
#[cfg(feature = "registry")]
pub use self::spool::Spool;
pub use self::temp_dir::TempDir;
use crate::declare::content::Content;
use crate::error::{Error, ErrorKind, Result};
use crate::image_layout::{BLOBS, INDEX_FILE, LAYOUT, LAYOUT_FILE, blob_name, blob_path};

/// The store of a [`Layout`](crate::Layout)'s bytes: a [`Directory`], a [`TempDir`], an [`Archive`], or [`Memory`].
pub trait Store: fmt::Debug + sealed::Sealed {
    /// The bytes of oci-layout.
    #[doc(hidden)]
    fn layout(&self) -> Result<Cow<'_, [u8]>>;

    /// The bytes of index.json.
    #[doc(hidden)]
    fn index(&self) -> Result<Cow<'_, [u8]>>;

    /// The bytes of a blob.
    #[doc(hidden)]
    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>>;

    /// The bytes of a blob for another fixture; `None` if there is no such blob.
    #[doc(hidden)]
    fn content(&self, digest: &Digest) -> Result<Option<Content>> {
        match self.blob(digest) {
            Ok(bytes) => Ok(Some(Content::new(bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A reader of the bytes of a blob.
    #[doc(hidden)]
    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>>;

    /// The digests under which blobs are stored, sorted.
    #[doc(hidden)]
    fn digests(&self) -> Result<Vec<Digest>>;

    /// The file that is found under a name.
    #[doc(hidden)]
    fn look(&self, name: Name<'_>) -> Result<Found<'_>>;

    /// Calls `take` with each digest, in any order.
    #[doc(hidden)]
    fn each_digest(&self, take: &mut dyn FnMut(Digest)) -> Result<()> {
        self.digests()?.into_iter().for_each(take);
        Ok(())
    }

    /// The directory of the blobs. A store without directories always has it.
    #[doc(hidden)]
    fn blobs(&self) -> Result<BlobsFound> {
        Ok(BlobsFound::Directory)
    }

    /// Calls `take`, sorted by path, with each file besides index.json, oci-layout and the blobs. Directories are left out. A
    /// symbolic link with the path of a blob is a further file if it leads to no file of the layout.
    #[doc(hidden)]
    fn each_further(&self, _take: &mut dyn FnMut(&[u8], FurtherFile<'_>) -> Result<()>) -> Result<()> {
        Ok(())
    }

    /// Calls `take`, in any order, with each path below the directory of the blobs, and with whether it is a directory. The
    /// paths of blobs may be left out.
    #[doc(hidden)]
    fn each_name(&self, _take: &mut dyn FnMut(&[u8], bool)) -> Result<()> {
        Ok(())
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Archive {}
    impl Sealed for super::Directory {}
    impl Sealed for super::Documents {}
    impl Sealed for super::TempDir {}
    impl Sealed for super::Memory {}
    #[cfg(feature = "registry")]
    impl Sealed for super::Spool {}
}

/// The name of a file of a layout.
// Users can name the trait `Store`, but cannot implement it.
#[allow(unreachable_pub, reason = "an argument of a method of the trait `Store`")]
#[derive(Clone, Copy, Debug)]
pub enum Name<'n> {
    OciLayout,
    Index,
    Blob(&'n Digest),
}

/// The file that is found under a name.
#[allow(unreachable_pub, reason = "what a method of the trait `Store` returns")]
pub enum Found<'s> {
    Nothing,
    File {
        size: u64,
        /// Whether a symbolic link leads to the file. The file itself is in the layout.
        linked: bool,
        reader: Box<dyn Read + 's>,
    },
    /// A symbolic link that leads out of the layout, or to no file.
    Outside,
    /// A file that is not a regular one, such as a directory or a pipe.
    NoFile,
}

/// A file of a layout besides index.json, oci-layout and the blobs.
#[allow(unreachable_pub, reason = "an argument of a method of the trait `Store`")]
pub enum FurtherFile<'s> {
    File(Box<dyn Read + 's>),
    /// A symbolic link, and its target.
    Symlink(Vec<u8>),
    /// Anything else, such as a named pipe.
    Other,
}

/// The state of the directory of the blobs.
#[allow(unreachable_pub, reason = "what a method of the trait `Store` returns")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobsFound {
    Directory,
    /// There is no such directory.
    Nothing,
    /// The directory is a symbolic link that leads out of the layout, or to no file.
    Outside,
    /// A symbolic link of an archive, which is not followed to a directory, stands in its place.
    ArchivedLink,
}

impl<'s> Found<'s> {
    fn bytes(bytes: &'s [u8]) -> Self {
        Self::File { size: bytes.len() as u64, linked: false, reader: Box::new(bytes) }
    }
}

/// The path of the file in the layout.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OciLayout => f.write_str(LAYOUT_FILE),
            Self::Index => f.write_str(INDEX_FILE),
            Self::Blob(digest) => f.write_str(&blob_name(digest)),
        }
    }
}

/// The digest of a blob's path, `blobs/ALGORITHM/ENCODED`.
fn blob_digest(name: &[u8]) -> Option<Digest> {
    let name = str::from_utf8(name).ok()?;
    let (algorithm, hex) = name.strip_prefix(BLOBS)?.strip_prefix('/')?.split_once('/')?;
    Digest::parse(&format!("{algorithm}:{hex}")).ok()
}

/// Whether the path is that of a file which every layout has.
fn is_of_each_layout(name: &[u8]) -> bool {
    name == INDEX_FILE.as_bytes() || name == LAYOUT_FILE.as_bytes()
}

fn lacking(layout: impl fmt::Display, file: &str) -> Error {
    Error::layout(layout, format!("has no `{file}`, so it is no OCI image layout"))
}

fn missing(digest: &Digest) -> Error {
    Error::not_found(format!("the layout has no blob `{digest}`"))
}

/// Parses the JSON document of a file, whose name in errors is `what`. A list is refused first, because serde would accept
/// a list for an object.
fn document<'a, D: Deserialize<'a>>(place: impl fmt::Display, what: &str, text: &'a [u8]) -> Result<D> {
    let parsed = match text.trim_ascii_start().first() {
        Some(b'[') => Err(serde_json::Error::custom("a list, where an object is expected")),
        _ => serde_json::from_slice(text),
    };
    parsed.map_err(|error| Error::layout(place, format!("cannot be read as {what}")).with_source(error))
}
