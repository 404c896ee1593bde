//! The bytes of one blob of a spool.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::sync::Arc;

use super::file::{SLOT, SpoolExtent, SpoolFile};

/// Bytes that are written once and read by many: in memory up to 1 MiB, in the spool's file above that.
#[derive(Clone, Debug)]
pub(crate) enum SpooledBytes {
    Small(Arc<[u8]>),
    Large(Arc<SpoolExtent>),
}

impl SpooledBytes {
    /// The number of bytes.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Small(bytes) => bytes.len() as u64,
            Self::Large(extent) => extent.size(),
        }
    }

    /// Reads bytes from a position on. The result is 0 at their end.
    pub(crate) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        match self {
            Self::Small(bytes) => {
                let rest = usize::try_from(position).ok().and_then(|position| bytes.get(position..));
                rest.unwrap_or_default().read(buffer)
            }
            Self::Large(extent) => extent.read_at(buffer, position),
        }
    }

    /// Reads all bytes from the start on.
    pub(crate) fn reader(&self) -> SpooledReader<'_> {
        SpooledReader { bytes: self, position: 0 }
    }

    /// All bytes. Those of a small blob are not copied.
    pub(crate) fn whole(&self) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Small(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Large(_) => {
                let mut bytes = Vec::new();
                self.reader().read_to_end(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// Whether both have the same bytes.
    pub(crate) fn same(&self, other: &Self) -> io::Result<bool> {
        match (self, other) {
            (Self::Small(one), Self::Small(other)) => Ok(one == other),
            (Self::Large(one), Self::Large(other)) if Arc::ptr_eq(one, other) => Ok(true),
            (one, other) if one.size() != other.size() => Ok(false),
            (one, other) => {
                let (mut left, mut right) = (Vec::new(), Vec::new());
                let (mut one, mut other) = (one.reader(), other.reader());
                loop {
                    for (reader, bytes) in [(&mut one, &mut left), (&mut other, &mut right)] {
                        bytes.clear();
                        reader.take(SLOT as u64).read_to_end(bytes)?;
                    }
                    if left != right || left.is_empty() {
                        return Ok(left == right);
                    }
                }
            }
        }
    }
}

impl From<Vec<u8>> for SpooledBytes {
    /// Bytes of any size that stay in memory.
    fn from(bytes: Vec<u8>) -> Self {
        Self::Small(bytes.into())
    }
}

/// Reads the bytes from a position on.
pub(crate) struct SpooledReader<'b> {
    bytes: &'b SpooledBytes,
    position: u64,
}

impl Read for SpooledReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read_at(buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

/// Bytes that are being written to a spool. They need the memory of one slot.
#[derive(Debug)]
pub(crate) struct SpoolWriter {
    spool: Arc<SpoolFile>,
    buffer: Vec<u8>,
    extent: Option<SpoolExtent>,
}

impl SpoolWriter {
    pub(crate) fn new(spool: &Arc<SpoolFile>) -> Self {
        Self { spool: Arc::clone(spool), buffer: Vec::new(), extent: None }
    }

    /// The number of bytes that were written.
    pub(crate) fn size(&self) -> u64 {
        self.extent.as_ref().map_or(0, SpoolExtent::size) + self.buffer.len() as u64
    }

    /// Ends the writing, and returns the bytes.
    pub(crate) fn finish(mut self) -> io::Result<SpooledBytes> {
        if self.extent.is_some() && !self.buffer.is_empty() {
            self.spill()?;
        }
        Ok(match self.extent {
            None => SpooledBytes::Small(self.buffer.into()),
            Some(extent) => SpooledBytes::Large(Arc::new(extent)),
        })
    }

    /// Moves the bytes of the buffer to the file.
    fn spill(&mut self) -> io::Result<()> {
        let extent = self.extent.get_or_insert_with(|| SpoolExtent::new(&self.spool));
        extent.push(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() >= SLOT && !bytes.is_empty() {
            self.spill()?;
        }
        let taken = bytes.get(..SLOT - self.buffer.len()).unwrap_or(bytes);
        self.buffer.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
