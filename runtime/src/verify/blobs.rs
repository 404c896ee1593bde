//! The blobs that descriptors refer to, each looked at once.

use std::collections::HashMap;
use std::io::Read;
use std::rc::Rc;

use oci_fixture_grammar::{Digest, Platform};

use super::excerpt::of_error;
use super::hash::Hash;
use super::kind::FindingKind;
use super::layer::Effects;
use super::layer_format::LayerFormat;
use super::limits::{Limit, Limits};
use super::role::Role;
use crate::store::{Found, Name, Store};

/// What is known of the blobs.
#[derive(Default)]
pub(super) struct Blobs(HashMap<Digest, Blob>);

/// One blob.
pub(super) struct Blob {
    pub(super) stored: Stored,
    /// It is a symbolic link, within the layout.
    linked: bool,
    /// What is wrong with it is said.
    reported: bool,
    /// As what it was looked into, a bit for each role.
    opened: u8,
    // There may be many blobs, of which few have these.
    /// That of a config; of a manifest, that of its config.
    pub(super) platform: Option<Box<Platform>>,
    /// That which an index or a manifest says itself.
    pub(super) media_type: Option<Box<str>>,
    /// The same where it was met as something else; empty if it is none of these.
    pub(super) sniffed: Option<Box<str>>,
    /// What was found of a layer.
    pub(super) layer: Option<Rc<Layer>>,
}

/// What is stored under a digest.
pub(super) enum Stored {
    Nothing,
    /// What cannot be read, and why.
    Unread(Box<FindingKind>),
    Content {
        size: u64,
        /// The digest, where it is another.
        other: Option<Digest>,
    },
}

/// What a layer's blob is.
pub(super) struct Layer {
    pub(super) format: LayerFormat,
    /// The digest of its tar, where that is known.
    pub(super) diff_id: Option<Digest>,
    /// What it does upon the layers below it, where that is kept.
    pub(super) effects: Option<Effects>,
}

impl Blobs {
    /// A blob, which is read and hashed where it was not yet.
    pub(super) fn get(&mut self, store: &impl Store, digest: &Digest, limits: &Limits) -> &mut Blob {
        self.0.entry(digest.clone()).or_insert_with(|| Blob::read(store, digest, limits))
    }

    /// Whether some descriptor refers to it.
    pub(super) fn knows(&self, digest: &Digest) -> bool {
        self.0.contains_key(digest)
    }
}

impl Blob {
    fn read(store: &impl Store, digest: &Digest, limits: &Limits) -> Self {
        let unread = |kind| (Stored::Unread(Box::new(kind)), false);
        let (stored, linked) = match store.look(Name::Blob(digest)) {
            Ok(Found::Nothing) => (Stored::Nothing, false),
            Ok(Found::Outside) => unread(FindingKind::Symlink { outside: true }),
            Ok(Found::NoFile) => unread(FindingKind::NotAFile),
            Ok(Found::File { size, .. }) if size > limits.blob => {
                unread(FindingKind::LimitPassed { limit: Limit::Blob(limits.blob) })
            }
            Ok(Found::File { linked, reader, .. }) => (Stored::read(reader, digest), linked),
            Err(error) => unread(FindingKind::Unreadable { problem: of_error(&error) }),
        };
        Self {
            stored,
            linked,
            reported: false,
            opened: 0,
            platform: None,
            media_type: None,
            sniffed: None,
            layer: None,
        }
    }

    /// What is wrong with it whatever refers to it, the first time that this is asked for.
    pub(super) fn report(&mut self, digest: &Digest, size: Option<u64>, add: &mut dyn FnMut(FindingKind)) {
        if std::mem::replace(&mut self.reported, true) {
            return;
        }
        if self.linked {
            add(FindingKind::Symlink { outside: false });
        }
        match &self.stored {
            Stored::Nothing => add(FindingKind::BlobMissing { digest: digest.clone() }),
            Stored::Unread(kind) => add(FindingKind::clone(kind)),
            Stored::Content { size: found_size, other: Some(found_digest) } => {
                add(FindingKind::ContentMismatch {
                    digest: digest.clone(),
                    size,
                    found_digest: found_digest.clone(),
                    found_size: *found_size,
                });
            }
            Stored::Content { other: None, .. } => {}
        }
    }

    /// The number of bytes, where they are those of the digest.
    pub(super) fn size(&self) -> Option<u64> {
        match self.stored {
            Stored::Content { size, other: None } => Some(size),
            _ => None,
        }
    }

    /// Whether it is looked into as this for the first time.
    pub(super) fn open(&mut self, role: Role) -> bool {
        let before = self.opened;
        self.opened |= 1 << role as u8;
        self.opened != before
    }
}

impl Stored {
    fn read(mut reader: impl Read, digest: &Digest) -> Self {
        let mut hash = Hash::like(digest);
        if let Err(error) = std::io::copy(&mut reader, &mut hash) {
            return Self::Unread(Box::new(FindingKind::Unreadable { problem: of_error(&error) }));
        }
        let (found, size) = hash.finish();
        Self::Content { size, other: (found != *digest).then_some(found) }
    }
}
