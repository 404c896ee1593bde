//! Harnesses: each gives any bytes to the crate as one kind of input, such as a tar, and panics if a law does not hold.

mod archive;
mod directory;
mod findings;
mod fixtures;
mod gzip;
mod json;
mod layer;
mod path;
mod platform;
mod reference;
#[cfg(feature = "registry")]
mod registry;
mod tar;
mod zstd;

pub(crate) use self::archive::ARCHIVE;
pub(crate) use self::directory::DIRECTORY;
pub(crate) use self::gzip::GZIP;
pub(crate) use self::json::JSON;
pub(crate) use self::path::PATH;
pub(crate) use self::platform::PLATFORM;
pub(crate) use self::reference::REFERENCE;
#[cfg(feature = "registry")]
pub(crate) use self::registry::REGISTRY;
pub(crate) use self::tar::TAR;
pub(crate) use self::zstd::ZSTD;

/// A harness: the code that fuzzes one kind of input.
pub(crate) struct Harness {
    /// The name of the harness, which ends the name of its test.
    pub(crate) name: &'static str,
    /// The first inputs, from which others are made.
    pub(crate) corpus: fn() -> Vec<Vec<u8>>,
    /// Texts that occur in valid inputs, and that random changes would not produce.
    pub(crate) tokens: &'static [&'static [u8]],
    /// Gives an input to the crate, and checks the laws.
    pub(crate) run: fn(&[u8]),
}

/// A corpus of the texts between the spaces, and of the empty one.
fn texts(texts: &str) -> Vec<Vec<u8>> {
    texts.split(' ').chain([""]).map(|text| text.as_bytes().to_vec()).collect()
}
