//! Deflate ([RFC 1951](https://www.rfc-editor.org/rfc/rfc1951)), stored or compressed.

use std::io::{self, Write};

use super::stream::OpenStream;

/// The most bytes that a stored block holds.
pub(super) const BLOCK: usize = 65_535;
const NO_FEATURE: &str = "`Gzip::level` needs the feature `gzip` of oci-fixture; \
    run `cargo add --dev oci-fixture --features gzip`, or write `Gzip::stored()`";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deflate {
    Stored,
    Level(u32),
}

impl Deflate {
    pub(super) fn usable(self) -> Result<(), String> {
        match self {
            Self::Stored => Ok(()),
            Self::Level(level @ 10..) => Err(format!("gzip has no level {level}; write one from 0 to 9")),
            Self::Level(_) if cfg!(feature = "gzip") => Ok(()),
            Self::Level(_) => Err(NO_FEATURE.to_owned()),
        }
    }

    // This fails only without the feature.
    #[cfg_attr(feature = "gzip", allow(clippy::unnecessary_wraps))]
    pub(super) fn begin(self) -> io::Result<Box<dyn OpenStream>> {
        match self {
            Self::Stored => Ok(Box::new(StoredDeflate)),
            #[cfg(feature = "gzip")]
            Self::Level(level) => {
                let level = flate2::Compression::new(level);
                Ok(Box::new(flate2::write::DeflateEncoder::new(Vec::new(), level)))
            }
            #[cfg(not(feature = "gzip"))]
            Self::Level(_) => Err(io::Error::other(NO_FEATURE)),
        }
    }
}

struct StoredDeflate;

impl OpenStream for StoredDeflate {
    /// Writes a stored block (RFC 1951, section 3.2.4): a bit for whether it is the last, its type (0) in two bits, and
    /// from the next whole byte on its length and the complement of the length. Each block begins at a whole byte,
    /// since all blocks are whole bytes.
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
        let [low, high, ..] = (block.len() as u64).to_le_bytes();
        out.write_all(&[last.into(), low, high, !low, !high])?;
        out.write_all(block)
    }
}

#[cfg(feature = "gzip")]
impl OpenStream for flate2::write::DeflateEncoder<Vec<u8>> {
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
        self.write_all(block)?;
        if last {
            self.try_finish()?;
        }
        out.write_all(self.get_ref())?;
        self.get_mut().clear();
        Ok(())
    }
}
