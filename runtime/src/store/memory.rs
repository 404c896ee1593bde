//! A layout in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use oci_fixture_grammar::Digest;

use super::{Store, index_json, missing};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::recipe::Recipe;
use crate::seal::Sink;

/// An OCI image layout in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    index: Vec<u8>,
    blobs: BTreeMap<Digest, Vec<u8>>,
}

impl Memory {
    /// Lists the entries in its index.json.
    pub(crate) fn publish(mut self, entries: &[Vec<u8>]) -> Self {
        self.index = index_json::fresh(entries);
        self
    }
}

impl Sink for Memory {
    fn put(&mut self, recipe: &dyn Recipe) -> Result<(Digest, u64)> {
        let mut bytes = Vec::new();
        recipe.write_to(&mut bytes).map_err(Error::recipe)?;
        let mut hasher = Hasher::default();
        hasher.update(&bytes);
        let (digest, size) = (hasher.finish(), bytes.len() as u64);
        self.blobs.entry(digest.clone()).or_insert(bytes);
        Ok((digest, size))
    }
}

impl Store for Memory {
    fn index(&self) -> Result<Cow<'_, [u8]>> {
        Ok(Cow::Borrowed(&self.index))
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.blobs.get(digest).map(|bytes| Cow::Borrowed(bytes.as_slice())).ok_or_else(|| missing(digest))
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        Ok(self.blobs.keys().cloned().collect())
    }
}
