//! Rules: which section asks for what a finding says is not so, and in which words.

use super::document::Document;
use super::kind::FindingKind;
use super::layer_format::LayerFormat;
use super::level::Level;
use crate::media_type;

macro_rules! spec {
    ($section:literal) => {
        concat!("https://github.com/opencontainers/image-spec/blob/v1.1.1/", $section)
    };
}

const BLOBS: &str = spec!("image-layout.md#blobs");
const CONTENT: &str = spec!("image-layout.md#content");
const OCI_LAYOUT: &str = spec!("image-layout.md#oci-layout-file");
const INDEX_JSON: &str = spec!("image-layout.md#indexjson-file");
const DESCRIPTOR: &str = spec!("descriptor.md#properties");
const DIGESTS: &str = spec!("descriptor.md#digests");
const INDEX: &str = spec!("image-index.md#image-index-property-descriptions");
const MANIFEST: &str = spec!("manifest.md#image-manifest-property-descriptions");
const CONFIG: &str = spec!("config.md#properties");
const DIFF_ID: &str = spec!("config.md#layer-diffid");
const EXTENSIBILITY: &str = spec!("considerations.md#extensibility");
const LAYER: &str = spec!("layer.md#distributable-format");
const APPLYING: &str = spec!("layer.md#applying-changesets");
const FILE_ATTRIBUTES: &str = spec!("layer.md#file-attributes");
const WHITEOUTS: &str = spec!("layer.md#whiteouts");
const MEDIA_TYPES: &str = spec!("media-types.md#oci-image-media-types");
const CONFLICTS: &str = spec!("media-types.md#media-type-conflicts");
const JSON_KEYS: &str = "https://www.rfc-editor.org/rfc/rfc8259#section-4";
const JSON_GRAMMAR: &str = "https://www.rfc-editor.org/rfc/rfc8259#section-2";
const GZIP: &str = "https://www.rfc-editor.org/rfc/rfc1952#section-2.2";
const ZSTD: &str = "https://www.rfc-editor.org/rfc/rfc8878#section-3.1";
const ZSTD_SKIPPABLE: &str = "https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2";
const TAR: &str = "https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06";
const PAX: &str = "https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03";
/// No specification asks for it.
const LIMITS: &str = "https://docs.rs/oci-fixture/latest/oci_fixture/struct.Limits.html";

impl FindingKind {
    /// How much it matters.
    pub fn level(&self) -> Level {
        self.rule().0
    }

    /// The address of the section that asks for what is not so.
    pub fn section(&self) -> &'static str {
        self.rule().1
    }

    #[allow(clippy::match_same_arms, reason = "they stand in the order of the kinds")]
    fn rule(&self) -> (Level, &'static str) {
        use Level::{Must, Note, Should};
        match self {
            Self::OciLayoutMissing | Self::IndexMissing => (Must, CONTENT),
            Self::OciLayoutVersion { .. } => (Should, OCI_LAYOUT),
            Self::NotAFile => (Must, BLOBS),
            Self::Symlink { .. } | Self::Unreadable { .. } | Self::BlobMissing { .. } => (Should, BLOBS),
            Self::ArchiveMalformed { .. } => (Must, TAR),
            Self::ContentMismatch { digest, found_digest, .. } => {
                if digest == found_digest {
                    (Should, DESCRIPTOR)
                } else {
                    (Must, BLOBS)
                }
            }
            Self::Unreferenced => (Note, BLOBS),

            Self::DigestMalformed { .. } => (Must, DIGESTS),
            Self::DigestUnknown { .. } => (Note, DIGESTS),
            Self::MediaTypeMalformed { .. } | Self::DataMalformed | Self::DataMismatch { .. } => {
                (Must, DESCRIPTOR)
            }
            Self::PlatformMismatch { .. } => (Should, INDEX),
            Self::ReferenceAmbiguous { .. } => (Should, INDEX_JSON),

            Self::JsonMalformed { .. } => (Must, JSON_GRAMMAR),
            Self::KeyDuplicate { .. } => (Should, JSON_KEYS),
            Self::KeyCase { .. } => (Should, EXTENSIBILITY),
            Self::FieldMissing { document, .. }
            | Self::FieldType { document, .. }
            | Self::SchemaVersion { document, .. } => (Must, document.section()),
            Self::RootfsType { .. } => (Must, CONFIG),
            Self::MediaTypeMismatch { descriptor, .. } => {
                let is_index = media_type::keyword(descriptor) == Some("index");
                (Must, if is_index { INDEX } else { MANIFEST })
            }
            Self::ManifestAndIndex => (Should, CONFLICTS),

            Self::DiffIdCount { .. } => (Must, CONFIG),
            Self::DiffIdMismatch { .. } => (Must, DIFF_ID),
            Self::HistoryCount { .. } => (Should, CONFIG),

            Self::CompressionMismatch { .. } => (Must, MEDIA_TYPES),
            Self::StreamMalformed { format, .. }
            | Self::StreamChecksum { format, .. }
            | Self::StreamTrailing { format, .. } => (Must, stream(*format)),
            Self::StreamsSeveral { format, .. } => (Note, stream(*format)),
            Self::StreamsSkipped { .. } => (Note, ZSTD_SKIPPABLE),

            Self::TarMalformed { .. } | Self::EntryDuplicate => (Must, LAYER),
            Self::TarEnd { .. } | Self::TarTrailing { .. } | Self::BodyUnexpected { .. } => (Should, TAR),
            Self::FieldAmbiguous { .. } | Self::HeaderRepeated | Self::GlobalRecord { .. } => (Should, PAX),

            Self::PathEscapes
            | Self::PathUnclean
            | Self::LinkEscapes { .. }
            | Self::ThroughSymlink { .. } => (Should, APPLYING),
            Self::LinkEmpty => (Must, FILE_ATTRIBUTES),
            Self::WhiteoutMisplaced | Self::WhiteoutNotEmpty => (Must, WHITEOUTS),
            Self::WhiteoutReserved | Self::WhiteoutOfOwnLayer { .. } => (Should, WHITEOUTS),

            Self::LimitPassed { .. } => (Should, LIMITS),
        }
    }
}

impl Document {
    fn section(self) -> &'static str {
        match self {
            Self::OciLayout => OCI_LAYOUT,
            Self::Index => INDEX,
            Self::Manifest => MANIFEST,
            Self::Config => CONFIG,
            Self::Descriptor => DESCRIPTOR,
        }
    }
}

fn stream(format: LayerFormat) -> &'static str {
    if format == LayerFormat::Zstd { ZSTD } else { GZIP }
}
