//! Frames of zstd ([RFC 8878, section 3.1.1](https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1)), raw or
//! compressed.

use std::io::{self, Write};

use super::stream::OpenStream;
use crate::xxh64::Xxh64;

const NO_FEATURE: &str = "`Zstd::level` needs the feature `zstd` of oci-fixture; \
    run `cargo add --dev oci-fixture --features zstd`, or write `Zstd::stored()`";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ZstdBlocks {
    Raw,
    Level(i32),
}

/// The checksum at the end of a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksum {
    None,
    Right,
    Wrong,
}

impl ZstdBlocks {
    pub(super) fn usable(self) -> Result<(), String> {
        match self {
            Self::Raw => Ok(()),
            Self::Level(level @ (..-131_072 | 23..)) => {
                Err(format!("zstd has no level {level}; write one from -131072 to 22"))
            }
            Self::Level(_) if cfg!(feature = "zstd") => Ok(()),
            Self::Level(_) => Err(NO_FEATURE.to_owned()),
        }
    }

    /// Begins a frame. A level chooses a window of its own.
    pub(super) fn begin(
        self,
        window: Window,
        checksum: Checksum,
        out: &mut dyn Write,
    ) -> io::Result<Box<dyn OpenStream>> {
        match self {
            Self::Raw => Ok(Box::new(RawFrame::begin(window, checksum, out)?)),
            #[cfg(feature = "zstd")]
            Self::Level(level) => Ok(Box::new(LevelFrame::begin(level, checksum)?)),
            #[cfg(not(feature = "zstd"))]
            Self::Level(_) => Err(io::Error::other(NO_FEATURE)),
        }
    }
}

/// The window size as a frame header declares it: five bits of an exponent and three bits of a mantissa (RFC 8878,
/// section 3.1.1.1.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Window(u8);

impl Window {
    pub(super) const SMALLEST: u64 = Self(0).size();
    pub(super) const LARGEST: u64 = Self(u8::MAX).size();
    /// The window of the largest block, 128 KiB: 2^(10 + 7) bytes.
    pub(super) const BLOCK: Self = Self(7 << 3);

    /// The smallest window of at least as many bytes.
    pub(super) fn of(bytes: u64) -> Option<Self> {
        (0..=u8::MAX).map(Self).find(|window| window.size() >= bytes)
    }

    const fn size(self) -> u64 {
        let base = 1 << (10 + (self.0 >> 3));
        base + base / 8 * (self.0 & 7) as u64
    }

    /// The size of the largest block in a frame with this window (RFC 8878, section 3.1.1.2.4).
    pub(super) fn block(self) -> usize {
        let size = self.size().min(Self::BLOCK.size());
        usize::try_from(size).unwrap_or(usize::MAX)
    }
}

struct RawFrame {
    hash: Xxh64,
    checksum: Checksum,
}

impl RawFrame {
    /// Writes the frame header (RFC 8878, section 3.1.1.1): the magic number, the flags, of which only the checksum's
    /// may be set (no content size, no dictionary), and the window.
    fn begin(window: Window, checksum: Checksum, out: &mut dyn Write) -> io::Result<Self> {
        let flags = u8::from(checksum != Checksum::None) << 2;
        out.write_all(&[0x28, 0xb5, 0x2f, 0xfd, flags, window.0])?;
        Ok(Self { hash: Xxh64::default(), checksum })
    }
}

impl OpenStream for RawFrame {
    /// Writes a raw block (RFC 8878, section 3.1.1.2): three bytes with, from the lowest bit, whether it is the last
    /// block, its type (0) in two bits and its length. The checksum follows the last block.
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
        let [low, middle, high, ..] = ((block.len() as u64) << 3 | u64::from(last)).to_le_bytes();
        out.write_all(&[low, middle, high])?;
        out.write_all(block)?;
        if self.checksum == Checksum::None {
            return Ok(());
        }
        self.hash.update(block);
        if !last {
            return Ok(());
        }
        let hash = self.hash.low();
        let hash = if self.checksum == Checksum::Wrong { !hash } else { hash };
        out.write_all(&hash.to_le_bytes())
    }
}

#[cfg(feature = "zstd")]
struct LevelFrame {
    encoder: zstd::Encoder<'static, Vec<u8>>,
    checksum: Checksum,
}

#[cfg(feature = "zstd")]
impl LevelFrame {
    fn begin(level: i32, checksum: Checksum) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(Vec::new(), level)?;
        encoder.include_checksum(checksum != Checksum::None)?;
        Ok(Self { encoder, checksum })
    }
}

#[cfg(feature = "zstd")]
impl OpenStream for LevelFrame {
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
        self.encoder.write_all(block)?;
        if last {
            self.encoder.do_finish()?;
        }
        let made = self.encoder.get_mut();
        if last && self.checksum == Checksum::Wrong {
            let checksum = made.last_chunk_mut::<4>().ok_or(io::ErrorKind::UnexpectedEof)?;
            *checksum = checksum.map(|byte| !byte);
        }
        out.write_all(made)?;
        made.clear();
        Ok(())
    }
}
