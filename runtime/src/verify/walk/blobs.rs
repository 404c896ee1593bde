//! The blobs that the walk remembers. Each blob is read once in each role that descriptors claim of it.

use std::collections::{BTreeSet, HashMap};

use oci_fixture_grammar::{Digest, Platform};

use crate::media_type::Role;
use crate::verify::facts::BlobFacts;
use crate::verify::facts::layer::LayerFacts;

/// The blobs to which descriptors refer.
pub(super) struct KnownBlobs {
    blobs: HashMap<Digest, KnownBlob>,
    /// Whether these are all such blobs, because every document that may have descriptors could be read.
    pub(super) is_complete: bool,
}

/// A blob to which some descriptor refers.
pub(super) struct KnownBlob {
    pub(super) facts: BlobFacts,
    /// The results of reading the blob, by the roles that descriptors claim of it. Few blobs have more than one role.
    readings: Vec<(Option<Role>, Reading)>,
    /// The media types that descriptors claim of the blob, and that the blob's own media type contradicts.
    denied: BTreeSet<Box<str>>,
}

/// The result of reading a blob in the role that a descriptor claims.
pub(super) enum Reading {
    /// The blob cannot be read in this role.
    Unread,
    /// An index or a manifest.
    Links {
        /// The media type in the document.
        says: Option<Box<str>>,
        /// The platform of a manifest's config.
        platform: Option<Box<Platform>>,
        /// The artifact types that a descriptor may claim of the document.
        artifact_types: Vec<Box<str>>,
    },
    /// A config with its platform.
    Config(Option<Box<Platform>>),
    Layer(Box<LayerFacts>),
    /// The content of this role is not judged. It may nevertheless say that it is an index or a manifest.
    Other {
        says: Option<Box<str>>,
    },
}

impl Default for KnownBlobs {
    fn default() -> Self {
        Self { blobs: HashMap::new(), is_complete: true }
    }
}

impl KnownBlobs {
    pub(super) fn get(&self, digest: &Digest) -> Option<&KnownBlob> {
        self.blobs.get(digest)
    }

    pub(super) fn insert(&mut self, digest: &Digest, facts: BlobFacts) {
        let blob = KnownBlob { facts, readings: Vec::new(), denied: BTreeSet::new() };
        self.blobs.insert(digest.clone(), blob);
    }

    /// The number of a blob's bytes, if they are known and match the digest.
    pub(super) fn size(&self, digest: &Digest) -> Option<u64> {
        self.get(digest)?.facts.size()
    }

    /// The result of reading a blob in this role.
    ///
    /// A document with a media type is the same document whether descriptors claim an index or a manifest; and
    /// a document that cannot be read as one of them cannot be read as the other.
    pub(super) fn reading(&self, digest: &Digest, role: Option<Role>) -> Option<&Reading> {
        let has_links = |role: Option<Role>| role.is_some_and(Role::has_descriptors);
        let is_one =
            |reading: &Reading| matches!(reading, Reading::Unread | Reading::Links { says: Some(_), .. });
        let mut readings = self.get(digest)?.readings.iter();
        let found = readings.find(|(other, reading)| {
            *other == role || has_links(*other) && has_links(role) && is_one(reading)
        });
        found.map(|(_, reading)| reading)
    }

    pub(super) fn remember(&mut self, digest: &Digest, role: Option<Role>, reading: Reading) {
        if let Some(blob) = self.blobs.get_mut(digest) {
            blob.readings.push((role, reading));
        }
    }

    /// Remembers that a blob contradicts a media type. Returns whether that is new.
    pub(super) fn deny(&mut self, digest: &Digest, media_type: &str) -> bool {
        self.blobs.get_mut(digest).is_some_and(|blob| blob.denied.insert(media_type.into()))
    }
}
