//! Blocks: what is written in pieces of any size, cut into pieces of one size.

use std::io::{self, Write};

/// Calls `source`, and hands what it writes to `block` in pieces of `size` bytes.
///
/// The last piece comes with `true`. It is what is left: empty only where the source writes nothing.
pub(super) fn cut(
    size: usize,
    source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    block: &mut dyn FnMut(&[u8], bool) -> io::Result<()>,
) -> io::Result<()> {
    let mut blocks = Blocks { size, gathered: Vec::new(), block };
    source(&mut blocks)?;
    (blocks.block)(&blocks.gathered, true)
}

struct Blocks<'b> {
    size: usize,
    /// It grows with the first block, so that a small layer does not pay for a large one's.
    gathered: Vec<u8>,
    block: &'b mut dyn FnMut(&[u8], bool) -> io::Result<()>,
}

impl Write for Blocks<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full block waits for the byte after it: without one it is the last.
        if self.gathered.len() == self.size && !bytes.is_empty() {
            (self.block)(&self.gathered, false)?;
            self.gathered.clear();
        }
        let room = self.size - self.gathered.len();
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.gathered.extend_from_slice(taken);
        Ok(taken.len())
    }

    /// A block ends where it is full, and nowhere else.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
