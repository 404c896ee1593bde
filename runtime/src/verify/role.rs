//! Roles: as what a blob is looked into.

use crate::media_type;

/// What a media type says that a blob is, of what is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Index,
    Manifest,
    Config,
    Layer,
}

impl Role {
    pub(super) fn of(media_type: &str) -> Option<Self> {
        match media_type::keyword(media_type) {
            Some("index") => Some(Self::Index),
            Some("manifest") => Some(Self::Manifest),
            Some("config") => Some(Self::Config),
            _ => media_type::of_layer(media_type).map(|_| Self::Layer),
        }
    }

    /// Whether it refers to other blobs.
    pub(super) fn has_links(self) -> bool {
        matches!(self, Self::Index | Self::Manifest)
    }
}
