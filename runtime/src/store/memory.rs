//! A store in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use oci_fixture_grammar::Digest;

use super::{Found, FurtherFile, LAYOUT_FILE, Name, Store, lacking, missing};
use crate::declare::encoded::Body;
use crate::declare::extra_file::SealedBody;
use crate::digest::{DigestAlgorithm, Hasher};
use crate::error::{Error, Result};
use crate::io::Recipe;
use crate::seal::Sink;
use crate::seal::sealing::Sealing;

/// An OCI image layout in memory.
#[derive(Clone, Default)]
pub struct Memory {
    layout: Option<Vec<u8>>,
    index: Vec<u8>,
    blobs: BTreeMap<Digest, Vec<u8>>,
    /// The further files that are no blobs, by their paths.
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// The bytes of a further file.
    pub(crate) fn extra_file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Adds the further files. A file with the path of a blob is that blob.
    pub(crate) fn with_files(mut self, sealing: &Sealing<'_>) -> Result<Self> {
        for file in &sealing.files {
            let SealedBody::Content(content) = &file.body else { continue };
            let mut bytes = Vec::new();
            let made = content.write_to(&mut bytes);
            made.map_err(|error| Error::recipe(error).in_place(|| file.path.clone()))?;
            match file.digest() {
                Some(digest) => drop(self.blobs.insert(digest, bytes)),
                None => drop(self.files.insert(file.path.clone(), bytes)),
            }
        }
        Ok(self)
    }

    /// Adds the files beside the blobs.
    pub(crate) fn publish(mut self, sealing: &Sealing<'_>) -> Self {
        self.index = sealing.index_json();
        self.layout.clone_from(&sealing.layout);
        self
    }
}

impl Sink for Memory {
    fn put(&mut self, body: &Body<'_>, algorithm: DigestAlgorithm) -> Result<(Digest, u64)> {
        let mut bytes = Vec::new();
        body.write_to(&mut bytes).map_err(Error::recipe)?;
        let mut hasher = Hasher::new(algorithm);
        hasher.update(&bytes);
        let (digest, size) = hasher.finish();
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

    fn each_further(&self, take: &mut dyn FnMut(&[u8], FurtherFile<'_>) -> Result<()>) -> Result<()> {
        let mut files = self.files.iter();
        files.try_for_each(|(path, bytes)| {
            take(path.as_bytes(), FurtherFile::File(Box::new(bytes.as_slice())))
        })
    }

    fn each_name(&self, take: &mut dyn FnMut(&[u8], bool)) -> Result<()> {
        for path in self.files.keys().filter_map(|path| path.strip_prefix("blobs/")) {
            take(path.as_bytes(), false);
            for (end, _) in path.match_indices('/') {
                take(path.get(..end).unwrap_or(path).as_bytes(), true);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} blobs)", self.blobs.len())
    }
}
