//! A store whose small blobs are in memory, and all larger ones in one temporary file.

mod bytes;
mod file;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use oci_fixture_grammar::Digest;

pub(crate) use self::bytes::{SpoolWriter, SpooledBytes};
pub(crate) use self::file::SpoolFile;
use super::{Found, LAYOUT_FILE, Name, Store, lacking, missing};
use crate::declare::encoded::Body;
use crate::digest::{DigestAlgorithm, Hasher};
use crate::error::{Error, Result};
use crate::image_layout::LAYOUT;
use crate::io::Recipe;
use crate::seal::Sink;
use crate::seal::sealing::Sealing;

/// An OCI image layout with blobs up to 1 MiB in memory, and larger ones in one temporary file. It is the layout of a
/// [registry](crate::RunningRegistry::layout).
#[derive(Clone, Default)]
pub struct Spool {
    file: Arc<SpoolFile>,
    layout: Option<Vec<u8>>,
    index: Vec<u8>,
    blobs: BTreeMap<Digest, SpooledBytes>,
}

impl Spool {
    /// A layout without blobs, which shares the file of other layouts.
    pub(crate) fn new(file: &Arc<SpoolFile>) -> Self {
        Self { file: Arc::clone(file), ..Self::default() }
    }

    /// A layout of these blobs.
    pub(crate) fn of(blobs: BTreeMap<Digest, SpooledBytes>, index: Vec<u8>) -> Self {
        Self { file: Arc::default(), layout: Some(LAYOUT.to_vec()), index, blobs }
    }

    /// Copies the blobs and files of another layout. A blob that is missing there is missing here, too.
    pub(crate) fn copy(file: &Arc<SpoolFile>, store: &impl Store) -> Result<Self> {
        let mut spool = Self::new(file);
        // A registry has no place for oci-layout, so a layout without it loses nothing.
        spool.layout = store.layout().ok().map(Cow::into_owned);
        spool.index = store.index()?.into_owned();
        for digest in store.digests()? {
            let mut bytes = SpoolWriter::new(file);
            io::copy(&mut store.reader(&digest)?, &mut bytes)
                .map_err(|error| Error::recipe(error).in_place(|| digest.to_string()))?;
            spool.keep(digest, bytes)?;
        }
        Ok(spool)
    }

    /// Adds the files beside the blobs.
    pub(crate) fn publish(mut self, sealing: &Sealing<'_>) -> Self {
        self.index = sealing.index_json();
        self.layout.clone_from(&sealing.layout);
        self
    }

    /// The bytes of each blob.
    pub(crate) fn blobs(&self) -> &BTreeMap<Digest, SpooledBytes> {
        &self.blobs
    }

    fn keep(&mut self, digest: Digest, bytes: SpoolWriter) -> Result<()> {
        self.blobs.insert(digest, bytes.finish().map_err(unwritable)?);
        Ok(())
    }

    fn bytes(&self, digest: &Digest) -> Result<&SpooledBytes> {
        self.blobs.get(digest).ok_or_else(|| missing(digest))
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::io(Path::new("the temporary file of the registry"), "write a blob to it", error)
}

impl Sink for Spool {
    fn put(&mut self, body: &Body<'_>, algorithm: DigestAlgorithm) -> Result<(Digest, u64)> {
        let mut made = HashedWriter { hasher: Hasher::new(algorithm), bytes: SpoolWriter::new(&self.file) };
        body.write_to(&mut made).map_err(Error::recipe)?;
        let (digest, size) = made.hasher.finish();
        if !self.blobs.contains_key(&digest) {
            self.keep(digest.clone(), made.bytes)?;
        }
        Ok((digest, size))
    }

    fn falsify(&mut self, digest: &Digest, bytes: Option<&dyn Recipe>) -> Result<()> {
        self.blobs.remove(digest);
        if let Some(recipe) = bytes {
            let mut bytes = SpoolWriter::new(&self.file);
            recipe.write_to(&mut bytes).map_err(Error::recipe)?;
            self.keep(digest.clone(), bytes)?;
        }
        Ok(())
    }
}

impl Store for Spool {
    fn layout(&self) -> Result<Cow<'_, [u8]>> {
        self.layout.as_deref().map(Cow::Borrowed).ok_or_else(|| lacking("the layout", LAYOUT_FILE))
    }

    fn index(&self) -> Result<Cow<'_, [u8]>> {
        Ok(Cow::Borrowed(&self.index))
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.bytes(digest)?
            .whole()
            .map_err(|error| Error::io(Path::new(digest.as_str()), "read the blob", error))
    }

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.bytes(digest)?.reader()))
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        Ok(self.blobs.keys().cloned().collect())
    }

    fn look(&self, name: Name<'_>) -> Result<Found<'_>> {
        Ok(match name {
            Name::OciLayout => self.layout.as_deref().map_or(Found::Nothing, Found::bytes),
            Name::Index => Found::bytes(&self.index),
            Name::Blob(digest) => match self.blobs.get(digest) {
                None => Found::Nothing,
                Some(bytes) => {
                    Found::File { size: bytes.size(), linked: false, reader: Box::new(bytes.reader()) }
                }
            },
        })
    }
}

/// Hashes what is written to a spool.
struct HashedWriter {
    hasher: Hasher,
    bytes: SpoolWriter,
}

impl Write for HashedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.bytes.write(bytes)?;
        self.hasher.write(bytes.get(..written).unwrap_or(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spool({} blobs)", self.blobs.len())
    }
}
