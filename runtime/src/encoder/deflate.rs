//! Deflate ([RFC 1951](https://www.rfc-editor.org/rfc/rfc1951)), stored or really compressed.

use std::io::{self, Write};

use super::stream::Stream;

/// The most that a stored block can hold.
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

    // Without the feature it can fail.
    #[cfg_attr(feature = "gzip", allow(clippy::unnecessary_wraps))]
    pub(super) fn begin(self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Stored => Ok(Box::new(Stored)),
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

struct Stored;

impl Stream for Stored {
    /// A stored block: a bit that says whether it is the last, its type (0), then from the next whole byte its
    /// length and the complement of that; RFC 1951, section 3.2.4. All blocks are whole bytes, so each begins at
    /// one.
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
        let [low, high, ..] = (block.len() as u64).to_le_bytes();
        out.write_all(&[last.into(), low, high, !low, !high])?;
        out.write_all(block)
    }
}

#[cfg(feature = "gzip")]
impl Stream for flate2::write::DeflateEncoder<Vec<u8>> {
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
