//! Frames of zstd ([RFC 8878, section 3.1.1](https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1)), raw or really
//! compressed.

use std::io::{self, Write};

use super::stream::Stream;
use crate::xxh64::Xxh64;

const NO_FEATURE: &str = "`Zstd::level` needs the feature `zstd` of oci-fixture; \
    run `cargo add --dev oci-fixture --features zstd`, or write `Zstd::stored()`";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocks {
    Raw,
    Level(i32),
}

/// What stands at the end of a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksum {
    None,
    Right,
    Wrong,
}

impl Blocks {
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

    /// Begins a frame. A level has a window of its own.
    pub(super) fn begin(
        self,
        window: Window,
        checksum: Checksum,
        out: &mut dyn Write,
    ) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Raw => Ok(Box::new(Raw::begin(window, checksum, out)?)),
            #[cfg(feature = "zstd")]
            Self::Level(level) => Ok(Box::new(Level::begin(level, checksum)?)),
            #[cfg(not(feature = "zstd"))]
            Self::Level(_) => Err(io::Error::other(NO_FEATURE)),
        }
    }
}

/// A window as a frame declares it: five bits of an exponent and three of a mantissa; RFC 8878, section 3.1.1.1.2.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Window(u8);

impl Window {
    pub(super) const SMALLEST: u64 = Self(0).size();
    pub(super) const LARGEST: u64 = Self(u8::MAX).size();
    /// That of the largest block, 128 KiB: 2^(10 + 7) bytes.
    pub(super) const BLOCK: Self = Self(7 << 3);

    /// The smallest one that has at least as many bytes.
    pub(super) fn of(bytes: u64) -> Option<Self> {
        (0..=u8::MAX).map(Self).find(|window| window.size() >= bytes)
    }

    const fn size(self) -> u64 {
        let base = 1 << (10 + (self.0 >> 3));
        base + base / 8 * (self.0 & 7) as u64
    }

    /// The largest block in a frame with the window; RFC 8878, section 3.1.1.2.4.
    pub(super) fn block(self) -> usize {
        let size = self.size().min(Self::BLOCK.size());
        usize::try_from(size).unwrap_or(usize::MAX)
    }
}

struct Raw {
    hash: Xxh64,
    checksum: Checksum,
}

impl Raw {
    /// Magic number, flags (only whether there is a checksum: no content size, no dictionary), window; RFC 8878,
    /// section 3.1.1.1.
    fn begin(window: Window, checksum: Checksum, out: &mut dyn Write) -> io::Result<Self> {
        let flags = u8::from(checksum != Checksum::None) << 2;
        out.write_all(&[0x28, 0xb5, 0x2f, 0xfd, flags, window.0])?;
        Ok(Self { hash: Xxh64::default(), checksum })
    }
}

impl Stream for Raw {
    /// A raw block: three bytes, which from the lowest bit are whether it is the last, its type (two bits, 0) and
    /// its length; RFC 8878, section 3.1.1.2. The checksum is after the last one.
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
struct Level {
    encoder: zstd::Encoder<'static, Vec<u8>>,
    checksum: Checksum,
}

#[cfg(feature = "zstd")]
impl Level {
    fn begin(level: i32, checksum: Checksum) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(Vec::new(), level)?;
        encoder.include_checksum(checksum != Checksum::None)?;
        Ok(Self { encoder, checksum })
    }
}

#[cfg(feature = "zstd")]
impl Stream for Level {
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
