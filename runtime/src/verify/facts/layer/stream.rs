//! The content of a layer: its tar, decompressed, hashed and counted.

use std::io::{self, Read};

use oci_fixture_grammar::Digest;

use super::LayerBlob;
use crate::decoder::{Decoder, StreamProblem, StreamProblemKind};
use crate::digest::Hasher;
use crate::layer_format::LayerFormat;
use crate::verify::limits::Limit;

/// The limit of a layer's content, however few bytes of the layer are stored.
const SMALL: u64 = 256 << 20;

/// A reader of a layer's tar.
///
/// If the tar ends too early, or exceeds a limit, reading fails, and the reason is kept.
pub(super) struct LayerStream<R> {
    decoder: Decoder<R>,
    /// The hash of the content. `None` if the digest of the content is known already.
    hash: Option<Hasher>,
    digest: Digest,
    size: u64,
    most: u64,
    limit: Limit,
    failure: Option<Failure>,
    /// Whether the whole content was read.
    is_whole: bool,
}

/// The reason why nothing more is read.
pub(super) enum Failure {
    Limit(Limit),
    /// The error of the decoder, or of the file.
    Source(io::Error),
}

impl<R: Read> LayerStream<R> {
    /// The content of a blob whose first bytes were read already. `None` if there is no decoder for its format.
    pub(super) fn of(first: Vec<u8>, reader: R, format: LayerFormat, layer: &LayerBlob<'_>) -> Option<Self> {
        let decoder = Decoder::new(first, reader, format, layer.limits.window).ok()?;
        let is_compressed = !format.suffix().is_empty();
        let like = layer.diff_id_like;
        // A tar that is not compressed was hashed before.
        let is_known = !is_compressed && like.algorithm() == layer.digest.algorithm();
        let ratio = layer.limits.ratio;
        let expanded = layer.size.saturating_mul(ratio.into()).max(SMALL);
        let (most, limit) = if is_compressed && expanded < layer.limits.layer {
            (expanded, Limit::Ratio(ratio))
        } else {
            (layer.limits.layer, Limit::Layer(layer.limits.layer))
        };
        Some(Self {
            decoder,
            hash: (!is_known).then(|| Hasher::like(like)),
            digest: layer.digest.clone(),
            size: 0,
            most,
            limit,
            failure: None,
            is_whole: false,
        })
    }

    /// Reads what is left. Returns the reason if that ended before the content did.
    pub(super) fn drain(&mut self) -> Option<&Failure> {
        if self.failure.is_none() {
            // `read` keeps the error.
            let _ = io::copy(&mut *self, &mut io::sink());
        }
        self.failure.as_ref()
    }

    /// The number of streams in the blob, and the number of skipped frames.
    pub(super) fn streams(&self) -> (u64, u64) {
        (self.decoder.streams(), self.decoder.skipped())
    }

    /// The digest of the bytes that were read.
    pub(super) fn digest(self) -> Digest {
        self.hash.map_or(self.digest, |hash| hash.finish().0)
    }
}

impl<R: Read> Read for LayerStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failure.is_some() {
            return if self.is_whole { Ok(0) } else { Err(io::Error::other("nothing more is read")) };
        }
        let size = match self.decoder.read(buffer) {
            Ok(size) => size,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.is_whole = matches!(
                    StreamProblem::of(&error).map(|problem| problem.kind),
                    Some(StreamProblemKind::Checksum { is_last: true } | StreamProblemKind::Trailing { .. })
                );
                self.failure = Some(Failure::Source(error));
                return self.read(buffer);
            }
        };
        self.size = self.size.saturating_add(size as u64);
        if self.size > self.most {
            self.failure = Some(Failure::Limit(self.limit));
            return self.read(buffer);
        }
        if let Some(hash) = &mut self.hash {
            hash.update(buffer.get(..size).unwrap_or_default());
        }
        Ok(size)
    }
}
