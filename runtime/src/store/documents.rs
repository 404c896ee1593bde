//! A store with only the documents of a layout, from which the tree of a fixture is drawn.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read};

use oci_fixture_grammar::Digest;

use super::{Found, Memory, Name, Store};
use crate::declare::encoded::Body;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, Result};
use crate::io::Recipe;
use crate::seal::sealing::Sealing;
use crate::seal::{Measure, Sink};

/// The largest content, in bytes, that may be a document of the tree.
const DOCUMENT: u64 = 4 * 1024 * 1024;

/// The documents, and the digests of all other blobs.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    documents: Memory,
    others: BTreeSet<Digest>,
}

impl Documents {
    /// Adds the files beside the blobs.
    pub(crate) fn publish(self, sealing: &Sealing<'_>) -> Self {
        Self { documents: self.documents.publish(sealing), ..self }
    }
}

impl Sink for Documents {
    fn put(&mut self, body: &Body<'_>, algorithm: DigestAlgorithm) -> Result<(Digest, u64)> {
        match body {
            Body::Document(_) => self.documents.put(body, algorithm),
            Body::Content(content) if content.size().is_ok_and(|size| size <= DOCUMENT) => {
                self.documents.put(body, algorithm)
            }
            Body::Layer(_) | Body::Content(_) => {
                let (digest, size) = Measure.put(body, algorithm)?;
                self.others.insert(digest.clone());
                Ok((digest, size))
            }
        }
    }

    /// Does not keep the faulty bytes of layers, because the tree does not show them.
    fn falsify(&mut self, digest: &Digest, bytes: Option<&dyn Recipe>) -> Result<()> {
        let other = self.others.remove(digest);
        match bytes {
            Some(_) if other => {
                self.others.insert(digest.clone());
                Ok(())
            }
            bytes => self.documents.falsify(digest, bytes),
        }
    }
}

impl Store for Documents {
    fn layout(&self) -> Result<Cow<'_, [u8]>> {
        self.documents.layout()
    }

    fn index(&self) -> Result<Cow<'_, [u8]>> {
        self.documents.index()
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.documents.blob(digest)
    }

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        if self.others.contains(digest) {
            return Err(Error::recipe(io::ErrorKind::Unsupported.into()));
        }
        self.documents.reader(digest)
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        self.documents.digests()
    }

    fn look(&self, name: Name<'_>) -> Result<Found<'_>> {
        self.documents.look(name)
    }
}
