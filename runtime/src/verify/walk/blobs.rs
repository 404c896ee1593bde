//! The blobs that the walk remembers. Each blob is read once in each role that descriptors claim of it.

use std::collections::{BTreeSet, HashMap};

use oci_fixture_grammar::{Digest, Platform};

use crate::media_type::Role;
use crate::verify::facts::BlobFacts;
use crate::verify::facts::layer::LayerFacts;

/// The blobs that descriptors refer to.
pub(super) struct KnownBlobs {
    blobs: HashMap<Digest, KnownBlob>,
    /// Whether descriptors refer to no other blobs: everything that may have descriptors could be read.
    pub(super) is_complete: bool,
}

/// A blob that some descriptor refers to.
pub(super) struct KnownBlob {
    pub(super) facts: BlobFacts,
    /// The results of reading the blob, by the roles that descriptors claim of it. Few blobs have more than one role.
    readings: Vec<(Option<Role>, Reading)>,
    /// The media types that descriptors claim of it, and that it is not of by its own words.
    denied: BTreeSet<Box<str>>,
}

/// The result of reading a blob in the role that a descriptor claims.
pub(super) enum Reading {
    /// It cannot be read as that.
    Unread,
    /// An index or a manifest.
    Links {
        /// The media type that it says itself.
        says: Option<Box<str>>,
        /// The platform of a manifest's config.
        platform: Option<Box<Platform>>,
        /// The artifact types that a descriptor may claim of it.
        artifact_types: Vec<Box<str>>,
    },
    /// A config, and its platform.
    Config(Option<Box<Platform>>),
    Layer(Box<LayerFacts>),
    /// The role is none whose content is judged. The content may nevertheless say that it is an index or a manifest.
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

    /// The number of a blob's bytes, where it is known and is what its digest says.
    pub(super) fn size(&self, digest: &Digest) -> Option<u64> {
        self.get(digest)?.facts.size()
    }

    /// The result of reading a blob in this role.
    ///
    /// A document that says what it is, is one document whether descriptors take it for an index or for a manifest; and
    /// one that cannot be read cannot be read as either.
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

    /// Remembers that a blob is not of a media type; returns whether that is new.
    pub(super) fn deny(&mut self, digest: &Digest, media_type: &str) -> bool {
        self.blobs.get_mut(digest).is_some_and(|blob| blob.denied.insert(media_type.into()))
    }
}
