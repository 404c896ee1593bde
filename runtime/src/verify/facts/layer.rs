//! Layers: how they are compressed, and the tars in them.

mod ambiguity;
mod below;
mod entries;
mod path;
mod path_marks;
mod stream;

use std::io::{self, BufReader, Read};

use oci_fixture_grammar::Digest;

pub(in crate::verify) use self::below::{Below, Effects, KnownEffects};
use self::entries::EntryJudge;
use self::stream::{Failure, LayerStream};
use super::Problems;
use crate::decoder::{StreamProblem, StreamProblemKind};
use crate::layer_format::LayerFormat;
use crate::tar::read::{self, Marker, TarProblem};
use crate::verify::excerpt::{excerpt, of_error};
use crate::verify::kind::FindingKind;
use crate::verify::limits::{Limit, Limits};

/// The number of bytes from which a tar can be recognised.
const FIRST: u64 = 512;
/// The capacity of the buffer for a tar, which is read one block at a time.
const BUFFER: usize = 64 * 1024;

/// The facts of a blob that was read as a layer.
pub(in crate::verify) struct LayerFacts {
    pub(in crate::verify) format: LayerFormat,
    /// The digest of the tar, if the whole tar was read.
    pub(in crate::verify) diff_id: Option<Digest>,
    /// The effects of the layer on the symbolic links of the layers below it.
    pub(in crate::verify) effects: KnownEffects,
}

/// A blob that is read as a layer.
pub(in crate::verify) struct LayerBlob<'b> {
    pub(in crate::verify) digest: &'b Digest,
    /// The number of stored bytes.
    pub(in crate::verify) size: u64,
    /// Whether a blob without the first bytes of a known format is read as a tar that is not compressed.
    pub(in crate::verify) is_plain: bool,
    /// A digest of the algorithm that hashes the tar.
    pub(in crate::verify) diff_id_like: &'b Digest,
    /// The layers below it.
    pub(in crate::verify) below: &'b Below,
    pub(in crate::verify) limits: &'b Limits,
}

/// The format that the first bytes of a blob show.
fn format_of(first: &[u8]) -> LayerFormat {
    match LayerFormat::of_magic(first) {
        // The path of an entry, with which a tar begins, can look like a skippable frame of zstd.
        LayerFormat::Zstd | LayerFormat::Other if read::is_start(first) => LayerFormat::Tar,
        format => format,
    }
}

/// The format of a blob that is not read as a layer. `Other` if the blob cannot be read.
pub(in crate::verify) fn format(reader: impl Read) -> LayerFormat {
    let mut first = Vec::new();
    match reader.take(FIRST).read_to_end(&mut first) {
        Ok(_) => format_of(&first),
        Err(_) => LayerFormat::Other,
    }
}

impl LayerBlob<'_> {
    /// Reads the layer to its end.
    pub(in crate::verify) fn read(&self, mut reader: impl Read, problems: &mut Problems) -> LayerFacts {
        let mut first = Vec::new();
        if let Err(error) = reader.by_ref().take(FIRST).read_to_end(&mut first) {
            problems.add(FindingKind::Unreadable { problem: of_error(&error) });
            return LayerFacts::unread(LayerFormat::Other);
        }
        let format = self.format(&first);
        let is_tar = format != LayerFormat::Other || self.is_plain;
        let content = if is_tar { LayerStream::of(first, reader, format, self) } else { None };
        let Some(mut content) = content else { return LayerFacts::unread(format) };
        let effects = self.read_tar(&mut content, problems);
        let diff_id = self.finish(content, format, problems);
        LayerFacts { format, diff_id, effects: effects.map_or(KnownEffects::Unknown, KnownEffects::All) }
    }

    /// The format that the first bytes of the layer show.
    fn format(&self, first: &[u8]) -> LayerFormat {
        match format_of(first) {
            LayerFormat::Other if first.is_empty() && self.is_plain => LayerFormat::Tar,
            format => format,
        }
    }

    fn read_tar(&self, content: &mut LayerStream<impl Read>, problems: &mut Problems) -> Option<Effects> {
        let mut tar =
            read::Reader::new(BufReader::with_capacity(BUFFER, content)).with_limit(self.limits.pax);
        let mut entries = EntryJudge::new(self.limits, self.below, problems);
        let read = loop {
            match tar.next_member() {
                Ok(Some(member)) => entries.add(&member, tar.global()),
                Ok(None) => break tar.finish(),
                Err(error) => break Err(error),
            }
            if entries.is_full() {
                return None;
            }
        };
        let effects = entries.effects();
        match read {
            Ok(end) => {
                let blocks = match end.marker {
                    Marker::None => Some(0),
                    Marker::One => Some(1),
                    Marker::Two => None,
                };
                let end_kind = blocks.map(|blocks| FindingKind::TarEnd { blocks });
                let trailing = end.garbage.map(|offset| FindingKind::TarTrailing { offset });
                end_kind.into_iter().chain(trailing).for_each(|kind| problems.add(kind));
                effects
            }
            // All other errors are in the content, and are reported with the content.
            Err(error) => {
                match TarProblem::of(&error) {
                    Some(TarProblem { is_limit: true, .. }) => {
                        problems.add(FindingKind::LimitExceeded { limit: Limit::Pax(self.limits.pax) });
                    }
                    Some(TarProblem { offset, problem, .. }) => {
                        let (offset, problem) = (*offset, excerpt(problem));
                        problems.add(FindingKind::TarMalformed { offset, problem });
                    }
                    None => {}
                }
                None
            }
        }
    }

    /// Reads what is left of the stream, and returns the digest of the whole content.
    fn finish(
        &self,
        mut content: LayerStream<impl Read>,
        format: LayerFormat,
        problems: &mut Problems,
    ) -> Option<Digest> {
        if problems.is_full() {
            return None;
        }
        let (kind, is_whole) = match content.drain() {
            None => (None, true),
            Some(Failure::Limit(limit)) => (Some(FindingKind::LimitExceeded { limit: *limit }), false),
            Some(Failure::Source(error)) => self.stream_problem(error, format),
        };
        if let Some(kind) = kind {
            problems.add(kind);
        }
        if !is_whole {
            return None;
        }
        let (streams, skipped) = content.streams();
        if streams > 1 {
            problems.add(FindingKind::StreamsSeveral { format, count: streams });
        }
        if skipped > 0 {
            problems.add(FindingKind::StreamsSkipped { count: skipped });
        }
        Some(content.digest())
    }

    /// The finding for an error in a stream, and whether all of the content was read nevertheless.
    fn stream_problem(&self, error: &io::Error, format: LayerFormat) -> (Option<FindingKind>, bool) {
        let problem = excerpt(&of_error(error));
        let (kind, is_whole) = match StreamProblem::of(error).map(|problem| problem.kind) {
            None => (FindingKind::Unreadable { problem }, false),
            Some(StreamProblemKind::Checksum { is_last }) => {
                (FindingKind::StreamChecksum { format, problem }, is_last)
            }
            Some(StreamProblemKind::Trailing { offset }) => {
                (FindingKind::StreamTrailing { format, offset }, true)
            }
            Some(StreamProblemKind::Window) => {
                (FindingKind::LimitExceeded { limit: Limit::Window(self.limits.window) }, false)
            }
            Some(StreamProblemKind::Other) => (FindingKind::StreamMalformed { format, problem }, false),
        };
        (Some(kind), is_whole)
    }
}

impl LayerFacts {
    /// The facts of a layer whose tar was not read.
    fn unread(format: LayerFormat) -> Self {
        Self { format, diff_id: None, effects: KnownEffects::Unknown }
    }
}
