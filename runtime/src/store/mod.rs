//! Where a layout's bytes are.

mod archive;
mod directory;
mod documents;
mod found;
pub(crate) mod index_json;
mod layout_file;
mod memory;
pub(crate) mod staging;
mod temp_dir;

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use oci_fixture_grammar::Digest;
use serde::Deserialize;
use serde::de::Error as _;

pub use self::archive::Archive;
pub use self::directory::Directory;
pub(crate) use self::documents::Documents;
pub(crate) use self::found::{Found, Name};
pub(crate) use self::layout_file::check as check_layout;
pub use self::memory::Memory;
pub use self::temp_dir::TempDir;
use crate::error::{Error, Result};

pub(crate) const INDEX_FILE: &str = "index.json";
pub(crate) const LAYOUT_FILE: &str = "oci-layout";
const BLOBS: &str = "blobs";

/// What oci-layout holds, with the space that other tools write.
pub(crate) const LAYOUT: &[u8] = b"{\"imageLayoutVersion\": \"1.0.0\"}";

/// Where a [`Layout`](crate::Layout)'s bytes are: a [`Directory`], a [`TempDir`], an [`Archive`], or [`Memory`].
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

    /// The same, piece by piece.
    #[doc(hidden)]
    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>>;

    /// The digests under which blobs are stored, sorted.
    #[doc(hidden)]
    fn digests(&self) -> Result<Vec<Digest>>;

    /// What lies under a name, whatever that is.
    #[doc(hidden)]
    fn look(&self, name: Name<'_>) -> Result<Found<'_>>;

    /// The digests, in any order and one at a time.
    #[doc(hidden)]
    fn each_digest(&self, take: &mut dyn FnMut(Digest)) -> Result<()> {
        self.digests()?.into_iter().for_each(take);
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
}

/// `blobs/ALGORITHM/HEX`
pub(crate) fn blob_name(digest: &Digest) -> String {
    format!("{BLOBS}/{}/{}", digest.algorithm(), digest.hex())
}

pub(crate) fn blob_path(directory: &Path, digest: &Digest) -> PathBuf {
    directory.join(BLOBS).join(digest.algorithm()).join(digest.hex())
}

fn lacking(layout: impl fmt::Display, file: &str) -> Error {
    Error::layout(layout, format!("has no `{file}`, so it is no OCI image layout"))
}

fn missing(digest: &Digest) -> Error {
    Error::not_found(format!("the layout has no blob `{digest}`"))
}

/// The JSON document of a file, which should be `what`. serde takes a list for an object, so that is refused first.
fn document<'a, D: Deserialize<'a>>(place: impl fmt::Display, what: &str, text: &'a [u8]) -> Result<D> {
    let parsed = match text.trim_ascii_start().first() {
        Some(b'[') => Err(serde_json::Error::custom("a list, where an object is expected")),
        _ => serde_json::from_slice(text),
    };
    parsed.map_err(|error| Error::layout(place, format!("cannot be read as {what}")).with_source(error))
}
