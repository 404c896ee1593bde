//! A blob that is a layer: its tar, and the encoder that makes the blob of the tar.

use std::cell::Cell;
use std::io::{self, BufReader, Read};

use oci_fixture_grammar::Digest;
use oci_fixture_grammar::media_type::check_of_tar;

use super::Import;
use super::entries::ParsedTar;
use super::stored::Compared;
use crate::declare::encoder::{Encoder, Gzip, Plain, Zstd};
use crate::declare::graph::{IntoEdge, NodeKind};
use crate::declare::layer::Layer;
use crate::decoder::Decoder;
use crate::digest::Hasher;
use crate::error::Result;
use crate::layer_format::LayerFormat;
use crate::media_type::{self, of_layer};
use crate::source::with;
use crate::store::Store;

/// The largest number of bytes of a gzip header that are read. Each of its fields can have 64 KiB.
const HEAD: u64 = 256 * 1024;

/// The levels of gzip, the most common first.
const GZIP_LEVELS: [u32; 10] = [6, 9, 1, 5, 4, 7, 8, 3, 2, 0];

/// The levels of zstd, the most common first. Higher levels are not tried, because they need much memory.
const ZSTD_LEVELS: [i32; 19] = [3, 1, 19, 9, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18];

/// A tar with more than `TAR` bytes and more than `RATIO` times the bytes that were read of its blob is a bomb. It is declared
/// as a blob.
const TAR: u64 = 64 << 20;
const RATIO: u64 = 128;

/// A layer of entries, or of the bytes of its tar.
pub(super) struct ImportedLayer {
    pub(super) layer: Layer,
    /// The media type of the layer without `descriptor:`.
    pub(super) media_type: String,
    pub(super) diff_id: Digest,
}

/// The tar of a blob as a layer.
struct TarLayer {
    layer: Layer,
    /// Whether the layer is declared by the bytes of its tar, without entries.
    is_raw: bool,
    /// The digest of the tar.
    diff_id: Digest,
    /// The number of compressed streams.
    streams: u64,
}

impl<S: Store> Import<'_, S> {
    /// The blob as a layer. `None` if no layer gives its bytes.
    pub(super) fn layer(&self, digest: &Digest, said: &str, docker: bool) -> Result<Option<ImportedLayer>> {
        let mut first = Vec::new();
        let head = self.reader(digest)?.take(HEAD).read_to_end(&mut first);
        let format = LayerFormat::of_magic(&first);
        if head.is_err() || of_layer(said).is_none() && !said.contains("tar") {
            return Ok(None);
        }
        let Ok(TarLayer { layer, is_raw, diff_id, streams }) = self.tar_layer(digest) else {
            return Ok(None);
        };
        let encoders = match format {
            _ if self.is_logical => match format {
                LayerFormat::Gzip => vec![Some(Gzip::stored().into())],
                LayerFormat::Zstd => vec![Some(Zstd::stored().into())],
                LayerFormat::Tar | LayerFormat::Other => vec![None],
            },
            LayerFormat::Gzip => gzip_encoders(&first, streams),
            LayerFormat::Zstd => zstd_encoders(&first, streams),
            LayerFormat::Tar | LayerFormat::Other => vec![None],
        };
        for encoder in encoders {
            if !self.is_logical && !self.makes(digest, &layer, encoder.as_ref())? {
                continue;
            }
            let (layer, media_type) = named(layer, encoder, said, docker);
            // Bytes that are no tar, and do not have the media type of a tar, are a blob.
            let is_blob = is_raw && (media_type != said || of_layer(said).is_none());
            return Ok((!is_blob).then_some(ImportedLayer { layer, media_type, diff_id }));
        }
        Ok(None)
    }

    fn tar_layer(&self, digest: &Digest) -> io::Result<TarLayer> {
        let failed = |error| io::Error::other(error);
        let compressed = Cell::new(0);
        let decoded = || -> io::Result<_> {
            let source = self.reader(digest).map_err(failed)?;
            let source = Decoder::of(CountedReader { source, count: &compressed })?;
            Ok(HashedReader { source, hasher: Hasher::like(digest), size: 0, compressed: &compressed })
        };
        let mut tar = decoded()?;
        let parsed = ParsedTar::read(&mut tar, &self.spool, self.is_logical)?;
        if let Some(parsed) = parsed {
            let (diff_id, streams) = (tar.hasher.finish().0, tar.source.streams());
            for entry in &parsed.left_out {
                self.left_out.borrow_mut().add(format!("{entry} of the layer {digest}"));
            }
            return Ok(TarLayer { layer: parsed.into_layer(), is_raw: false, diff_id, streams });
        }
        let mut tar = decoded()?;
        let layer = Layer::new().raw(self.spool.content(&mut tar)?);
        Ok(TarLayer { layer, is_raw: true, diff_id: tar.hasher.finish().0, streams: tar.source.streams() })
    }

    /// Whether the encoder makes the blob from the layer's tar.
    fn makes(&self, digest: &Digest, layer: &Layer, encoder: Option<&Encoder>) -> Result<bool> {
        let plain = Encoder::from(Plain::new());
        let encoder = encoder.unwrap_or(&plain);
        let edge = layer.clone().into_edge();
        let NodeKind::Layer(layer) = &edge.node.kind else { return Ok(false) };
        if encoder.check().is_err() {
            return Ok(false);
        }
        let mut compared = Compared::new(BufReader::new(self.reader(digest)?));
        Ok(encoder.encode(&layer.tar(), &mut compared).is_ok() && compared.ends())
    }
}

/// Gives the layer its encoder, and the media type of its descriptor, if a layer can have it. Also returns the media type of
/// the layer without `descriptor:`.
fn named(layer: Layer, encoder: Option<Encoder>, said: &str, docker: bool) -> (Layer, String) {
    let compression = encoder.as_ref().map_or("", Encoder::compression).to_owned();
    let layer = match encoder {
        Some(encoder) => layer.encoder(encoder),
        None => layer,
    };
    let natural = media_type::layer(docker, &compression).into_owned();
    if natural != said && check_of_tar(said, Some(&compression)).is_ok() {
        return (layer.media_type(said), said.to_owned());
    }
    (layer, natural)
}

/// The encoders that can have made a stream of gzip with this header.
fn gzip_encoders(head: &[u8], members: u64) -> Vec<Option<Encoder>> {
    let Some(fields) = GzipFields::of(head) else { return Vec::new() };
    let kinds = std::iter::once(Gzip::stored()).chain(GZIP_LEVELS.map(Gzip::level));
    let encoders = kinds.map(|gzip| {
        let gzip = with(gzip, fields.name, Gzip::name);
        let gzip = with(gzip, fields.comment, Gzip::comment);
        let gzip = with(gzip, fields.extra, Gzip::extra);
        let gzip = if fields.mtime == 0 { gzip } else { gzip.mtime(fields.mtime) };
        Some(if members > 1 { gzip.members(members) } else { gzip }.into())
    });
    encoders.collect()
}

/// The fields in a header of gzip ([RFC 1952, section 2.3](https://www.rfc-editor.org/rfc/rfc1952)).
struct GzipFields<'h> {
    mtime: u32,
    extra: Option<&'h [u8]>,
    name: Option<&'h [u8]>,
    comment: Option<&'h [u8]>,
}

impl<'h> GzipFields<'h> {
    /// `None` for a header that [`Gzip`] does not write.
    fn of(head: &'h [u8]) -> Option<Self> {
        let ([0x1f, 0x8b, 8, flags, a, b, c, d, 0, 255], mut rest) = head.split_first_chunk::<10>()? else {
            return None;
        };
        let mut fields =
            Self { mtime: u32::from_le_bytes([*a, *b, *c, *d]), extra: None, name: None, comment: None };
        if flags & !0b1_1100 != 0 {
            return None;
        }
        if flags & 0b100 != 0 {
            let (length, behind) = rest.split_first_chunk::<2>()?;
            let (extra, behind) = behind.split_at_checked(u16::from_le_bytes(*length).into())?;
            (fields.extra, rest) = (Some(extra), behind);
        }
        for (flag, field) in [(0b1000, &mut fields.name), (0b1_0000, &mut fields.comment)] {
            if flags & flag != 0 {
                let end = rest.iter().position(|byte| *byte == 0)?;
                *field = rest.get(..end);
                rest = rest.get(end + 1..)?;
            }
        }
        Some(fields)
    }
}

/// The encoders that can have made a stream of zstd with this beginning.
fn zstd_encoders(head: &[u8], frames: u64) -> Vec<Option<Encoder>> {
    let (mut skippable, mut head) = (None, head);
    if let Some(([0x50, 0x2a, 0x4d, 0x18, a, b, c, d], rest)) = head.split_first_chunk::<8>() {
        let size = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
        let Some((content, rest)) = rest.split_at_checked(size) else { return Vec::new() };
        (skippable, head) = (Some(content), rest);
    }
    let Some(([0x28, 0xb5, 0x2f, 0xfd, flags, window], _)) = head.split_first_chunk::<6>() else {
        return Vec::new();
    };
    let (base, eighths) = (1_u64 << (10 + (window >> 3)), u64::from(window & 7));
    let window = base + base / 8 * eighths;
    let stored = [Zstd::stored(), Zstd::stored().window(window)];
    let encoders = stored.into_iter().chain(ZSTD_LEVELS.map(Zstd::level)).map(|zstd| {
        let zstd = if flags & 0b100 == 0 { zstd } else { zstd.checksum() };
        let zstd = with(zstd, skippable, Zstd::skippable);
        Some(if frames > 1 { zstd.frames(frames) } else { zstd }.into())
    });
    encoders.collect()
}

/// A reader that hashes the tar, and stops if it is a bomb.
struct HashedReader<'c, R> {
    source: R,
    hasher: Hasher,
    size: u64,
    /// The number of bytes that were read of the blob.
    compressed: &'c Cell<u64>,
}

/// A reader that counts the bytes that are read.
struct CountedReader<'c, R> {
    source: R,
    count: &'c Cell<u64>,
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.source.read(buffer)?;
        self.count.set(self.count.get().saturating_add(size as u64));
        Ok(size)
    }
}

impl<R: Read> Read for HashedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.source.read(buffer)?;
        self.hasher.update(buffer.get(..size).unwrap_or_default());
        self.size = self.size.saturating_add(size as u64);
        if self.size > TAR && self.size / RATIO > self.compressed.get() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(size)
    }
}
