//! A recipe: bytes that are made when they are asked for.

use std::io::{self, Write};

/// Bytes that can be made any number of times, each time the same, without being held in memory as a whole.
pub(crate) trait Recipe {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()>;

    /// The number of bytes, for which they are made.
    fn size(&self) -> io::Result<u64> {
        counted(self)
    }
}

/// The number of bytes of a recipe that cannot tell without making them.
pub(crate) fn counted(recipe: &(impl Recipe + ?Sized)) -> io::Result<u64> {
    let mut counter = Counter(0);
    recipe.write_to(&mut counter)?;
    Ok(counter.0)
}

/// A document is small: it is its own recipe.
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
