//! Layers: how they are compressed, and the tars in them.

mod below;
mod content;
mod doubtful;
mod entries;
mod names;
mod path;

use std::io::{self, BufReader, Read};

use oci_fixture_grammar::Digest;

pub(super) use self::below::{Below, Effects};
use self::content::{Content, Failure};
use self::entries::Entries;
use super::blobs::Layer;
use super::excerpt::{excerpt, of_error};
use super::findings::Findings;
use super::kind::FindingKind;
use super::layer_format::LayerFormat;
use super::limits::{Limit, Limits};
use crate::decoder::{Compression, Damage, DamageKind};
use crate::media_type;
use crate::tar::read::{self, Malformed, Marker};

/// As many bytes as tell a tar from what is none.
const FIRST: u64 = 512;
/// A tar is read a block at a time.
const BUFFER: usize = 64 * 1024;

/// A layer that is judged by what is in it.
pub(super) struct Judged<'j> {
    pub(super) place: &'j str,
    pub(super) media_type: &'j str,
    pub(super) digest: &'j Digest,
    /// The number of bytes that are stored.
    pub(super) size: u64,
    /// The digest that its tar should have, where that is known.
    pub(super) diff_id: Option<&'j Digest>,
    /// The layers below it.
    pub(super) below: &'j Below,
    pub(super) limits: &'j Limits,
}

/// Whether the content is what the media type says.
pub(super) fn check_format(media_type: &str, found: LayerFormat) -> Option<FindingKind> {
    let suffix = media_type::of_layer(media_type)?;
    let is_so = match (suffix, found) {
        // It is found to be no tar when it is read.
        ("", LayerFormat::Tar | LayerFormat::Other) => true,
        ("gzip", found) => found == LayerFormat::Gzip,
        ("zstd", found) => found == LayerFormat::Zstd,
        ("", _) => false,
        // What is not known may be anything but what is known by another name.
        (_, LayerFormat::Other) => true,
        (suffix, found) => suffix.split('+').next() == Some(&found.to_string()),
    };
    (!is_so).then(|| FindingKind::CompressionMismatch { media_type: excerpt(media_type), found })
}

impl Judged<'_> {
    /// Reads the layer to its end.
    pub(super) fn judge(&self, mut reader: impl Read, findings: &mut Findings) -> Layer {
        let mut first = Vec::new();
        if let Err(error) = reader.by_ref().take(FIRST).read_to_end(&mut first) {
            findings.add(self.place, FindingKind::Unreadable { problem: of_error(&error) });
            return Layer { format: LayerFormat::Other, diff_id: None, effects: None };
        }
        let format = format(&first, self.media_type);
        if let Some(kind) = check_format(self.media_type, format) {
            findings.add(self.place, kind);
        }
        let content =
            self.compression(format).and_then(|compression| Content::of(first, reader, compression, self));
        let Some(mut content) = content else { return Layer { format, diff_id: None, effects: None } };
        let effects = self.read_tar(&mut content, findings);
        let diff_id = self.finish(content, format, findings);
        Layer { format, diff_id, effects }
    }

    /// What the tar is compressed as; nothing where there is none.
    fn compression(&self, format: LayerFormat) -> Option<Compression> {
        match format {
            LayerFormat::Tar => Some(Compression::None),
            LayerFormat::Gzip => Some(Compression::Gzip),
            LayerFormat::Zstd => Some(Compression::Zstd),
            // It should be one.
            LayerFormat::Other if media_type::of_layer(self.media_type) == Some("") => {
                Some(Compression::None)
            }
            LayerFormat::Other => None,
        }
    }

    fn read_tar(&self, content: &mut Content<impl Read>, findings: &mut Findings) -> Option<Effects> {
        let mut tar = read::Reader::new(BufReader::with_capacity(BUFFER, content));
        let mut entries = Entries::new(self.place, self.limits, self.below, findings);
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
                end_kind.into_iter().chain(trailing).for_each(|kind| findings.add(self.place, kind));
                effects
            }
            // What else there is is told of the content.
            Err(error) => {
                if let Some(Malformed { offset, problem }) = Malformed::of(&error) {
                    let (offset, problem) = (*offset, excerpt(problem));
                    findings.add(self.place, FindingKind::TarMalformed { offset, problem });
                }
                None
            }
        }
    }

    /// Reads what the tar has left; gives the digest of all.
    fn finish(
        &self,
        mut content: Content<impl Read>,
        format: LayerFormat,
        findings: &mut Findings,
    ) -> Option<Digest> {
        if findings.is_full() {
            return None;
        }
        let (kind, is_whole) = match content.drain() {
            None => (None, true),
            Some(Failure::Limit(limit)) => (Some(FindingKind::LimitPassed { limit: *limit }), false),
            Some(Failure::Source(error)) => self.damage(error, format),
        };
        if let Some(kind) = kind {
            findings.add(self.place, kind);
        }
        if !is_whole {
            return None;
        }
        let (streams, skipped) = content.streams();
        if streams > 1 {
            findings.add(self.place, FindingKind::StreamsSeveral { format, count: streams });
        }
        if skipped > 0 {
            findings.add(self.place, FindingKind::StreamsSkipped { count: skipped });
        }
        Some(content.digest())
    }

    /// What is wrong with a stream; and whether all of its content was read nevertheless.
    fn damage(&self, error: &io::Error, format: LayerFormat) -> (Option<FindingKind>, bool) {
        let problem = excerpt(&of_error(error));
        let (kind, is_whole) = match Damage::of(error).map(|damage| damage.kind) {
            None => (FindingKind::Unreadable { problem }, false),
            Some(DamageKind::Checksum { is_last }) => {
                (FindingKind::StreamChecksum { format, problem }, is_last)
            }
            Some(DamageKind::Trailing { offset }) => (FindingKind::StreamTrailing { format, offset }, true),
            Some(DamageKind::Window) => {
                (FindingKind::LimitPassed { limit: Limit::Window(self.limits.window) }, false)
            }
            Some(DamageKind::Other) => (FindingKind::StreamMalformed { format, problem }, false),
        };
        (Some(kind), is_whole)
    }
}

/// What a layer is by its first bytes.
fn format(first: &[u8], media_type: &str) -> LayerFormat {
    let is_tar = read::is_start(first);
    match Compression::of(first) {
        Compression::Gzip => LayerFormat::Gzip,
        // The path of an entry can begin as a frame does that zstd skips.
        Compression::Zstd if !is_tar => LayerFormat::Zstd,
        _ if is_tar => LayerFormat::Tar,
        _ if first.is_empty() && media_type::of_layer(media_type) == Some("") => LayerFormat::Tar,
        _ => LayerFormat::Other,
    }
}
