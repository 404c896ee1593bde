//! Zstandard ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)).

use std::io::{self, Write};

use super::blocks::cut;

/// The most that a block can hold.
const BLOCK: usize = 128 * 1024;
const NO_FEATURE: &str = "`Zstd::level` needs the feature `zstd` of oci-fixture; \
    run `cargo add --dev oci-fixture --features zstd`, or write `Zstd::stored()`";

/// Zstandard: a layer of the media type `application/vnd.oci.image.layer.v1.tar+zstd`.
///
/// It is one frame, without the size of its content and without a checksum.
///
/// ```
/// use oci_fixture::{Fixture, Layer, Manifest, Zstd};
///
/// let layer = Layer::new().with(("bin/sh", "#!")).encoder(Zstd::stored());
/// let layout = Fixture::new().with(Manifest::new().with(layer)).tempdir()?;
///
/// let layer = &layout.nodes()?[0].layers()?[0];
/// assert_eq!(layer.media_type(), "application/vnd.oci.image.layer.v1.tar+zstd");
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an encoder does nothing until it is given to a layer"]
pub struct Zstd {
    blocks: Blocks,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Blocks {
    Raw,
    Level(i32),
}

impl Zstd {
    /// Valid zstd that compresses nothing: it is made of *raw* blocks, as large as they may be.
    ///
    /// The same tar gives the same bytes in every version of this crate.
    ///
    /// ```
    /// use oci_fixture::{Layer, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::stored());
    /// ```
    pub fn stored() -> Self {
        Self { blocks: Blocks::Raw }
    }

    /// Real compression, from 1 (fast) to 22 (the best), by the crate `zstd`; 0 is
    /// zstd's default level, and negative levels, down to -131072, are faster still.
    ///
    /// It needs the feature `zstd`, which needs a C compiler. Without the feature, and for any other level,
    /// writing the fixture is an error.
    ///
    /// The digest of such a layer follows the encoder: another version of zstd may give other bytes. Only
    /// those of [`stored`](Self::stored) last.
    ///
    /// ```
    /// use oci_fixture::{Layer, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::level(19));
    /// ```
    pub fn level(level: i32) -> Self {
        Self { blocks: Blocks::Level(level) }
    }

    pub(super) fn usable(&self) -> Result<(), String> {
        match self.blocks {
            Blocks::Raw => Ok(()),
            Blocks::Level(level @ (..-131_072 | 23..)) => {
                Err(format!("zstd has no level {level}; write one from -131072 to 22"))
            }
            Blocks::Level(_) if cfg!(feature = "zstd") => Ok(()),
            Blocks::Level(_) => Err(NO_FEATURE.to_owned()),
        }
    }

    pub(super) fn encode(
        &self,
        out: &mut dyn Write,
        source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        match self.blocks {
            Blocks::Raw => {
                out.write_all(&HEADER)?;
                cut(BLOCK, source, &mut |block, last| write_raw(block, last, out))
            }
            Blocks::Level(level) => compress(level, out, source),
        }
    }
}

/// Magic number, no flags (no content size, no checksum, no dictionary), a window of 2^(10 + 7) bytes, which
/// is a block's; RFC 8878, section 3.1.1.1.
const HEADER: [u8; 6] = [0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3];

/// A raw block: three bytes, which from the lowest bit are whether it is the last, its type (two bits, 0) and
/// its length; RFC 8878, section 3.1.1.2.
fn write_raw(block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
    let [low, middle, high, ..] = ((block.len() as u64) << 3 | u64::from(last)).to_le_bytes();
    out.write_all(&[low, middle, high])?;
    out.write_all(block)
}

#[cfg(feature = "zstd")]
fn compress(
    level: i32,
    out: &mut dyn Write,
    source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut frame = zstd::Encoder::new(out, level)?;
    // What an encoder makes may depend on how much it is given at a time.
    cut(BLOCK, source, &mut |block, _last| frame.write_all(block))?;
    frame.finish().map(drop)
}

#[cfg(not(feature = "zstd"))]
fn compress(
    _level: i32,
    _out: &mut dyn Write,
    _source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    Err(io::Error::other(NO_FEATURE))
}
