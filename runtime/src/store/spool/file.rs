//! The one temporary file of a spool: slots of 1 MiB, which are used again once nothing refers to them.

use std::env;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::temp_path::unnamed_file;

/// The size of a slot, and of the largest blob that is held in memory.
pub(crate) const SLOT: usize = 1024 * 1024;

/// A temporary file, which is made with the first write, and removed with the last value that refers to it.
#[allow(unreachable_pub, reason = "an argument of a method of the trait `Source`")]
#[derive(Debug, Default)]
pub struct SpoolFile(Mutex<Slots>);

#[derive(Debug, Default)]
struct Slots {
    file: Option<Arc<File>>,
    /// The number of the first slot that was never used.
    next: u64,
    free: Vec<u64>,
}

/// Slots of the file that hold the bytes of one blob, in order. They are free again once this is dropped.
#[derive(Debug)]
pub(crate) struct SpoolExtent {
    spool: Arc<SpoolFile>,
    file: Option<Arc<File>>,
    slots: Vec<u64>,
    size: u64,
}

impl SpoolExtent {
    pub(super) fn new(spool: &Arc<SpoolFile>) -> Self {
        Self { spool: Arc::clone(spool), file: None, slots: Vec::new(), size: 0 }
    }

    /// The number of bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Adds up to a slot of bytes. All slots but the last are full.
    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (file, slot) = self.spool.slot()?;
        // From now on, the slot is freed with the others.
        self.slots.push(slot);
        write_at(&file, bytes, slot * SLOT as u64)?;
        self.file = Some(file);
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Reads bytes from a position on, up to the end of a slot. The result is 0 at the end of the blob.
    pub(super) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let rest = self.size.saturating_sub(position);
        let (number, within) = (position / SLOT as u64, position % SLOT as u64);
        let slot = usize::try_from(number).ok().and_then(|number| self.slots.get(number));
        let (Some(file), Some(slot)) = (&self.file, slot) else { return Ok(0) };
        let wanted = rest.min(SLOT as u64 - within).min(buffer.len() as u64);
        let wanted = usize::try_from(wanted).unwrap_or(SLOT);
        read_at(file, buffer.get_mut(..wanted).unwrap_or_default(), slot * SLOT as u64 + within)
    }
}

impl Drop for SpoolExtent {
    fn drop(&mut self) {
        self.spool.slots(|slots| slots.free.append(&mut self.slots));
    }
}

impl SpoolFile {
    /// A slot that no other blob uses.
    fn slot(&self) -> io::Result<(Arc<File>, u64)> {
        self.slots(|slots| {
            let file = match &slots.file {
                Some(file) => Arc::clone(file),
                None => Arc::clone(slots.file.insert(Arc::new(unnamed_file(&env::temp_dir())?))),
            };
            let slot = slots.free.pop().unwrap_or_else(|| {
                slots.next += 1;
                slots.next - 1
            });
            Ok((file, slot))
        })
    }

    fn slots<T>(&self, with: impl FnOnce(&mut Slots) -> T) -> T {
        // A panic under the lock can lose one slot at most.
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], position: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, position)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut position: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, position)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = bytes.get(written..).unwrap_or_default();
        position += written as u64;
    }
    Ok(())
}
