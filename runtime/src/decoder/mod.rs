//! Decoders: what a layer's blob is read with.

mod damage;
#[cfg(feature = "decode")]
mod gzip;
#[cfg(feature = "decode")]
mod source;
#[cfg(test)]
mod tests;
#[cfg(feature = "decode")]
mod zstd;

use std::io::{self, Chain, Cursor, Read};

pub(crate) use self::damage::{Damage, DamageKind};
#[cfg(feature = "decode")]
use self::{gzip::Gzip, source::Source, zstd::Zstd};

/// As many bytes as tell all formats apart.
const MAGIC: u64 = 4;
/// The largest window of zstd's command line tool.
#[cfg(feature = "decode")]
const WINDOW: u64 = 128 << 20;

/// Reads what is compressed, whatever its media type says: the first bytes tell as what.
///
/// All members or frames are read, one after another, each with its checksum, and memory stays constant; zstd's
/// window may take 128 MiB.
pub(crate) struct Decoder<R>(Stream<R>);

/// What bytes are compressed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Not at all, or as something that no layer is.
    None,
    Gzip,
    Zstd,
}

enum Stream<R> {
    Plain(Peeked<R>),
    #[cfg(feature = "decode")]
    Gzip(Box<Gzip<Peeked<R>>>),
    #[cfg(feature = "decode")]
    Zstd(Box<Zstd<Peeked<R>>>),
}

/// A source whose first bytes were read to see what they are.
type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

impl<R: Read> Decoder<R> {
    /// # Errors
    ///
    /// Those of the source; and, of the kind [`Unsupported`](io::ErrorKind::Unsupported), that the bytes are
    /// compressed but the feature `decode` is off.
    pub(crate) fn of(mut source: R) -> io::Result<Self> {
        let mut first = Vec::new();
        source.by_ref().take(MAGIC).read_to_end(&mut first)?;
        match Compression::of(&first) {
            Compression::None => Ok(Self(Stream::Plain(Cursor::new(first).chain(source)))),
            #[cfg(feature = "decode")]
            compression => Ok(Self::new(first, source, compression, WINDOW)),
            #[cfg(not(feature = "decode"))]
            compression => Err(no_feature(compression)),
        }
    }

    /// Reads what is known to be compressed so, of which some bytes were read already; windows of zstd up to a size.
    #[cfg(feature = "decode")]
    pub(crate) fn new(first: Vec<u8>, source: R, compression: Compression, window: u64) -> Self {
        let source = Cursor::new(first).chain(source);
        Self(match compression {
            Compression::None => Stream::Plain(source),
            Compression::Gzip => Stream::Gzip(Box::new(Gzip::new(Source::new(source)))),
            Compression::Zstd => Stream::Zstd(Box::new(Zstd::new(Source::new(source), window))),
        })
    }

    /// Reads what is not compressed, of which some bytes were read already.
    #[cfg(not(feature = "decode"))]
    pub(crate) fn plain(first: Vec<u8>, source: R) -> Self {
        Self(Stream::Plain(Cursor::new(first).chain(source)))
    }

    /// What the bytes are compressed as.
    pub(crate) fn compression(&self) -> Compression {
        match &self.0 {
            Stream::Plain(_) => Compression::None,
            #[cfg(feature = "decode")]
            Stream::Gzip(_) => Compression::Gzip,
            #[cfg(feature = "decode")]
            Stream::Zstd(_) => Compression::Zstd,
        }
    }

    /// How many members of gzip, or frames of zstd without those that are skipped, were begun up to here.
    pub(crate) fn streams(&self) -> u64 {
        match &self.0 {
            Stream::Plain(_) => 0,
            #[cfg(feature = "decode")]
            Stream::Gzip(gzip) => gzip.members(),
            #[cfg(feature = "decode")]
            Stream::Zstd(zstd) => zstd.frames(),
        }
    }

    /// How many frames of zstd were skipped up to here.
    pub(crate) fn skipped(&self) -> u64 {
        match &self.0 {
            #[cfg(feature = "decode")]
            Stream::Zstd(zstd) => zstd.skipped(),
            _ => 0,
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    /// # Errors
    ///
    /// Those of the source; and, of the kind [`InvalidData`](io::ErrorKind::InvalidData), what is wrong with the
    /// compressed bytes, and where in them.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Stream::Plain(source) => source.read(buffer),
            #[cfg(feature = "decode")]
            Stream::Gzip(gzip) => gzip.read(buffer),
            #[cfg(feature = "decode")]
            Stream::Zstd(zstd) => zstd.read(buffer),
        }
    }
}

impl Compression {
    pub(crate) fn of(first: &[u8]) -> Self {
        match first {
            // RFC 1952, section 2.3.1.
            [0x1f, 0x8b, ..] => Self::Gzip,
            // RFC 8878, sections 3.1.1 and 3.1.2: a frame, or one that is skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

#[cfg(not(feature = "decode"))]
fn no_feature(compression: Compression) -> io::Error {
    let name = if compression == Compression::Gzip { "gzip" } else { "zstd" };
    let what = format!(
        "reading a layer that is compressed by {name} needs the feature `decode` of oci-fixture; \
         run `cargo add --dev oci-fixture --features decode`"
    );
    io::Error::new(io::ErrorKind::Unsupported, what)
}
