//! Recipes, whose bytes are made when they are written, and the writer for such bytes.

#[cfg(test)]
pub(crate) mod tests;

use std::io::{self, BufWriter, Write};

/// The largest number of bytes of a document, or of a file with holes, that are read into memory: 1 GiB.
pub(crate) const IN_MEMORY: u64 = 1 << 30;

/// Bytes that can be made any number of times, each time the same, without being held in memory as a whole.
pub(crate) trait Recipe {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()>;

    /// The number of bytes. Without a quicker way, the bytes are made and counted.
    fn size(&self) -> io::Result<u64> {
        counted(self)
    }
}

/// Makes the bytes of a recipe, and counts them.
pub(crate) fn counted(recipe: &(impl Recipe + ?Sized)) -> io::Result<u64> {
    let mut counter = Counter(0);
    recipe.write_to(&mut counter)?;
    Ok(counter.0)
}

/// A document is small, so its bytes are held in memory.
impl Recipe for [u8] {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self)
    }
}

/// Counts what is written to it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The size of the buffer, in bytes, which gathers small writes.
const BUFFER: usize = 256 * 1024;

/// A buffered writer that tells a failed write from bytes that could not be made.
pub(crate) struct Output<W: Write> {
    out: BufWriter<W>,
    /// Whether a write to the inner writer failed.
    pub(crate) failed: bool,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER, out), failed: false }
    }

    /// The inner writer. Bytes that are not flushed are lost.
    pub(crate) fn into_inner(self) -> W {
        self.out.into_parts().0
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).inspect_err(|_| self.failed = true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().inspect_err(|_| self.failed = true)
    }
}
