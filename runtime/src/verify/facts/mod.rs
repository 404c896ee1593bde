//! Facts: what the bytes of a blob are, independent of the descriptors that refer to the blob.
//!
//! The code of this module knows nothing of descriptors, of places in the layout, or of other blobs. Only the entries
//! of a layer are compared with the layers below it, which the caller passes. [`claim`](super::claim) compares facts
//! with the claims of a descriptor.

pub(super) mod annotations;
pub(super) mod config;
pub(super) mod field;
mod identifiers;
pub(super) mod json;
pub(super) mod layer;
pub(super) mod links;
pub(super) mod platform;
mod problems;
pub(super) mod shape;
pub(super) mod text;

use std::io::{self, Read};

use oci_fixture_grammar::Digest;

pub(super) use self::identifiers::{check_digest, check_media_type};
pub(super) use self::problems::Problems;
use super::excerpt::of_error;
use super::kind::FindingKind;
use super::limits::{Limit, Limits};
use crate::digest::Hasher;
use crate::error::Result;
use crate::store::Found;

/// The facts of the bytes under a digest.
pub(super) enum BlobFacts {
    /// There is no file.
    Missing,
    /// There is a file that cannot be read, for this reason.
    Unread(Box<FindingKind>),
    /// The bytes of a file.
    Read {
        /// Whether a symbolic link within the layout leads to the file.
        is_linked: bool,
        size: u64,
        /// The digest of the bytes, if it is not the digest under which they are stored.
        other: Option<Digest>,
    },
}

impl BlobFacts {
    /// Reads and hashes the file that a store has found under a digest.
    pub(super) fn read(found: Result<Found<'_>>, digest: &Digest, limits: &Limits) -> Self {
        let (mut reader, is_linked) = match found {
            Ok(Found::Nothing) => return Self::Missing,
            Ok(Found::Outside) => return Self::unread(FindingKind::Symlink { outside: true }),
            Ok(Found::NoFile) => return Self::unread(FindingKind::NotAFile),
            Ok(Found::File { size, .. }) if size > limits.blob => {
                return Self::unread(FindingKind::LimitExceeded { limit: Limit::Blob(limits.blob) });
            }
            Ok(Found::File { reader, linked, .. }) => (reader, linked),
            Err(error) => return Self::unread(FindingKind::Unreadable { problem: of_error(&error) }),
        };
        let mut hash = Hasher::like(digest);
        if let Err(error) = io::copy(&mut reader, &mut hash) {
            return Self::unread(FindingKind::Unreadable { problem: of_error(&error) });
        }
        let (found, size) = hash.finish();
        Self::Read { is_linked, size, other: (found != *digest).then_some(found) }
    }

    fn unread(kind: FindingKind) -> Self {
        Self::Unread(Box::new(kind))
    }

    /// The findings about a blob of this digest. `size` is the size in the descriptor, if there is one.
    pub(super) fn problems(&self, digest: &Digest, size: Option<u64>) -> Vec<FindingKind> {
        match self {
            Self::Missing => vec![FindingKind::BlobMissing { digest: digest.clone() }],
            Self::Unread(kind) => vec![FindingKind::clone(kind)],
            Self::Read { is_linked, size: found_size, other } => {
                let link = is_linked.then_some(FindingKind::Symlink { outside: false });
                let mismatch = other.as_ref().map(|found_digest| FindingKind::ContentMismatch {
                    digest: digest.clone(),
                    size,
                    found_digest: found_digest.clone(),
                    found_size: *found_size,
                });
                link.into_iter().chain(mismatch).collect()
            }
        }
    }

    /// The number of bytes, if their digest is that of the blob.
    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::Read { size, other: None, .. } => Some(*size),
            _ => None,
        }
    }
}

/// The bytes of a document, within the limit of one document.
pub(super) fn document(reader: impl Read, limits: &Limits) -> std::result::Result<Vec<u8>, Box<FindingKind>> {
    let mut bytes = Vec::new();
    let most = limits.document;
    match reader.take(most.saturating_add(1)).read_to_end(&mut bytes) {
        Err(error) => Err(Box::new(FindingKind::Unreadable { problem: of_error(&error) })),
        Ok(_) if bytes.len() as u64 > most => {
            Err(Box::new(FindingKind::LimitExceeded { limit: Limit::Document(most) }))
        }
        Ok(_) => Ok(bytes),
    }
}
