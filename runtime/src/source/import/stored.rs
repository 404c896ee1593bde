//! The blobs of a layout: whether each has its digest, and its bytes without a fault after sealing.

use std::io::{self, Read, Write};

use oci_fixture_grammar::Digest;

use crate::declare::content::Content;
use crate::declare::fault::Fault;
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::store::{Found, Name, Store};

/// The largest number of bytes of a document or a small blob that is held in memory.
const HELD: u64 = 4 << 20;

/// The largest number of bytes of a blob in which a flipped bit is searched for.
const SEARCHED: usize = 8 * 1024;

/// The bytes that are stored under a digest.
#[derive(Clone)]
pub(super) enum BlobState {
    Missing,
    /// Bytes with this digest, and their number.
    Whole(u64),
    /// Bytes with this digest, instead of which a fault stores other bytes.
    Faulty(Vec<u8>, Fault),
    /// Bytes with another digest. The bytes that should be there are not known.
    Broken,
}

impl BlobState {
    /// Reads a blob. `size` is the size in a descriptor.
    pub(super) fn of(store: &impl Store, digest: &Digest, size: Option<u64>) -> Result<Self> {
        // A link that leads out of the layout is declared as a file.
        if let Found::Nothing | Found::Outside = store.look(Name::Blob(digest))? {
            return Ok(Self::Missing);
        }
        let mut hasher = Hasher::like(digest);
        let mut reader = store.reader(digest)?;
        let failed = |error| Error::recipe(error).in_place(|| digest.to_string());
        io::copy(&mut reader, &mut hasher).map_err(failed)?;
        let (found, stored) = hasher.finish();
        if found == *digest {
            return Ok(Self::Whole(stored));
        }
        if !matches!(digest.algorithm(), "sha256" | "sha512") || stored > HELD {
            return Ok(Self::Broken);
        }
        let bytes = store.blob(digest)?;
        Ok(restored(digest, &bytes, size).unwrap_or(Self::Broken))
    }
}

/// The fault that explains the bytes.
fn restored(digest: &Digest, stored: &[u8], size: Option<u64>) -> Option<BlobState> {
    let is_whole = |bytes: &[u8]| {
        let mut hasher = Hasher::like(digest);
        hasher.update(bytes);
        hasher.finish().0 == *digest
    };
    let size = usize::try_from(size?).ok()?;
    if let Some((before, behind)) = stored.split_at_checked(size)
        && !behind.is_empty()
        && is_whole(before)
    {
        return Some(BlobState::Faulty(before.to_vec(), Fault::Append(Content::new(behind))));
    }
    if let Some((before, behind)) = stored.len().checked_sub(size).and_then(|at| stored.split_at_checked(at))
        && !before.is_empty()
        && is_whole(behind)
    {
        return Some(BlobState::Faulty(behind.to_vec(), Fault::Prepend(Content::new(before))));
    }
    if stored.len() != size || size > SEARCHED {
        return None;
    }
    let mut bytes = stored.to_vec();
    for position in 0..size {
        *bytes.get_mut(position)? ^= 1;
        if is_whole(&bytes) {
            return Some(BlobState::Faulty(bytes, Fault::Flip(i64::try_from(position).ok()?)));
        }
        *bytes.get_mut(position)? ^= 1;
    }
    None
}

/// A writer that compares what is written with the stored bytes, and stops at the first difference.
pub(super) struct Compared<R> {
    stored: R,
    buffer: Vec<u8>,
}

impl<R: Read> Compared<R> {
    pub(super) fn new(stored: R) -> Self {
        Self { stored, buffer: Vec::new() }
    }

    /// Whether all stored bytes were written.
    pub(super) fn ends(mut self) -> bool {
        self.stored.read(&mut [0]).is_ok_and(|more| more == 0)
    }
}

impl<R: Read> Write for Compared<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.resize(bytes.len(), 0);
        self.stored.read_exact(&mut self.buffer)?;
        if self.buffer == bytes { Ok(bytes.len()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
