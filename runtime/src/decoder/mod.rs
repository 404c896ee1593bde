//! Decoders, which read the blob of a layer.

#[cfg(feature = "decode")]
mod gzip;
mod problem;
#[cfg(feature = "decode")]
mod source;
#[cfg(test)]
mod tests;
#[cfg(feature = "decode")]
mod zstd;

use std::io::{self, Chain, Cursor, Read};

pub(crate) use self::problem::{StreamProblem, StreamProblemKind};
#[cfg(feature = "decode")]
use self::{gzip::GzipDecoder, source::CountedSource, zstd::ZstdDecoder};
use crate::layer_format::LayerFormat;

/// The number of bytes from which every format can be recognised.
const MAGIC: u64 = 4;
/// The largest window that the command line tool of zstd writes and reads by default.
pub(crate) const WINDOW: u64 = 128 << 20;

/// Reads compressed bytes. Their format follows from the first bytes, and not from the media type.
///
/// All members or frames are read, one after another, each with its checksum, and memory stays constant; zstd's
/// window may take 128 MiB.
pub(crate) struct Decoder<R>(DecoderFormat<R>);

enum DecoderFormat<R> {
    Plain(Peeked<R>),
    #[cfg(feature = "decode")]
    Gzip(Box<GzipDecoder<Peeked<R>>>),
    #[cfg(feature = "decode")]
    Zstd(Box<ZstdDecoder<Peeked<R>>>),
}

/// Makes a decoder for a source whose first bytes were read to find out the format.
type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

impl<R: Read> Decoder<R> {
    /// # Errors
    ///
    /// The errors of the source, and [`Unsupported`](io::ErrorKind::Unsupported) if the bytes are compressed but the
    /// feature `decode` is off.
    pub(crate) fn of(mut source: R) -> io::Result<Self> {
        let mut first = Vec::new();
        source.by_ref().take(MAGIC).read_to_end(&mut first)?;
        let format = LayerFormat::of_magic(&first);
        Self::new(first, source, format, WINDOW)
    }

    /// Reads a source of a known format, of which the first bytes were read already. Uncompressed bytes pass
    /// through. A zstd frame whose window is larger than `window` bytes is an error of the reading.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](io::ErrorKind::Unsupported): the source is compressed, but the feature `decode` is off.
    #[cfg_attr(
        feature = "decode",
        expect(clippy::unnecessary_wraps, reason = "it fails without the feature")
    )]
    pub(crate) fn new(first: Vec<u8>, source: R, format: LayerFormat, window: u64) -> io::Result<Self> {
        let source = Cursor::new(first).chain(source);
        match format {
            LayerFormat::Tar | LayerFormat::Other => Ok(Self(DecoderFormat::Plain(source))),
            #[cfg(feature = "decode")]
            LayerFormat::Gzip => {
                Ok(Self(DecoderFormat::Gzip(Box::new(GzipDecoder::new(CountedSource::new(source))))))
            }
            #[cfg(feature = "decode")]
            LayerFormat::Zstd => {
                Ok(Self(DecoderFormat::Zstd(Box::new(ZstdDecoder::new(CountedSource::new(source), window)))))
            }
            #[cfg(not(feature = "decode"))]
            LayerFormat::Gzip | LayerFormat::Zstd => {
                let _ = window;
                let what = format!(
                    "reading a layer that is compressed by {format} needs the feature `decode` of oci-fixture; \
                     run `cargo add --dev oci-fixture --features decode`"
                );
                Err(io::Error::new(io::ErrorKind::Unsupported, what))
            }
        }
    }

    /// The number of gzip members, or of zstd frames that are not skippable, up to here.
    pub(crate) fn streams(&self) -> u64 {
        match &self.0 {
            DecoderFormat::Plain(_) => 0,
            #[cfg(feature = "decode")]
            DecoderFormat::Gzip(gzip) => gzip.members(),
            #[cfg(feature = "decode")]
            DecoderFormat::Zstd(zstd) => zstd.frames(),
        }
    }

    /// The number of skippable frames of zstd so far.
    pub(crate) fn skipped(&self) -> u64 {
        match &self.0 {
            #[cfg(feature = "decode")]
            DecoderFormat::Zstd(zstd) => zstd.skipped(),
            _ => 0,
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    /// # Errors
    ///
    /// The errors of the source, and [`InvalidData`](io::ErrorKind::InvalidData) with the problem of the compressed bytes
    /// and its offset.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            DecoderFormat::Plain(source) => source.read(buffer),
            #[cfg(feature = "decode")]
            DecoderFormat::Gzip(gzip) => gzip.read(buffer),
            #[cfg(feature = "decode")]
            DecoderFormat::Zstd(zstd) => zstd.read(buffer),
        }
    }
}
