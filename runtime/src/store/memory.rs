//! A layout in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use oci_fixture_grammar::Digest;

use super::{Found, LAYOUT_FILE, Name, Store, lacking, missing};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::recipe::Recipe;
use crate::seal::{Body, Sink};
use crate::sealing::Sealing;

/// An OCI image layout in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    layout: Option<Vec<u8>>,
    index: Vec<u8>,
    blobs: BTreeMap<Digest, Vec<u8>>,
}

impl Memory {
    /// Takes the files beside the blobs.
    pub(crate) fn publish(mut self, sealing: &Sealing<'_>) -> Self {
        self.index = sealing.index_json();
        self.layout.clone_from(&sealing.layout);
        self
    }
}

impl Sink for Memory {
    fn put(&mut self, body: &Body<'_>) -> Result<(Digest, u64)> {
        let mut bytes = Vec::new();
        body.write_to(&mut bytes).map_err(Error::recipe)?;
        let mut hasher = Hasher::default();
        hasher.update(&bytes);
        let (digest, size) = (hasher.finish(), bytes.len() as u64);
        self.blobs.entry(digest.clone()).or_insert(bytes);
        Ok((digest, size))
    }

    fn falsify(&mut self, digest: &Digest, bytes: Option<&dyn Recipe>) -> Result<()> {
        self.blobs.remove(digest);
        if let Some(recipe) = bytes {
            let mut bytes = Vec::new();
            recipe.write_to(&mut bytes).map_err(Error::recipe)?;
            self.blobs.insert(digest.clone(), bytes);
        }
        Ok(())
    }
}

impl Store for Memory {
    fn layout(&self) -> Result<Cow<'_, [u8]>> {
        self.layout.as_deref().map(Cow::Borrowed).ok_or_else(|| lacking("the layout", LAYOUT_FILE))
    }

    fn index(&self) -> Result<Cow<'_, [u8]>> {
        Ok(Cow::Borrowed(&self.index))
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.blobs.get(digest).map(|bytes| Cow::Borrowed(bytes.as_slice())).ok_or_else(|| missing(digest))
    }

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        match self.blobs.get(digest) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(missing(digest)),
        }
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        Ok(self.blobs.keys().cloned().collect())
    }

    fn look(&self, name: Name<'_>) -> Result<Found<'_>> {
        let bytes = match name {
            Name::OciLayout => self.layout.as_deref(),
            Name::Index => Some(self.index.as_slice()),
            Name::Blob(digest) => self.blobs.get(digest).map(Vec::as_slice),
        };
        Ok(bytes.map_or(Found::Nothing, Found::bytes))
    }
}
