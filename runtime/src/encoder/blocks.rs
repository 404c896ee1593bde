//! Blocks: what is written in pieces of any size, cut into parts, and those into pieces of one size.

use std::io::{self, Write};

use crate::recipe::Recipe;

/// A piece of a part.
pub(super) struct Block<'b> {
    /// As many bytes as a block has, or in the last one what is left: nothing only where the recipe makes nothing.
    pub(super) bytes: &'b [u8],
    /// Whether it is the last of its part.
    pub(super) last: bool,
    /// Whether its part is the last.
    pub(super) in_last_part: bool,
}

/// The parts that something is cut into, as the most bytes that each takes, in their order.
pub(super) struct Parts {
    /// How many are still to come,
    count: u64,
    /// and how many bytes there are for them.
    size: u64,
}

impl Parts {
    /// One part, which takes everything.
    pub(super) fn whole() -> Self {
        Self::equal(1, 0)
    }

    /// Equal parts of `size` bytes; where that cannot be, the first ones take one byte more.
    pub(super) fn equal(count: u64, size: u64) -> Self {
        Self { count, size }
    }
}

impl Iterator for Parts {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let part = match self.count {
            0 => return None,
            // All that is left, however much that is.
            1 => u64::MAX,
            count => self.size.div_ceil(count),
        };
        self.size = self.size.saturating_sub(part);
        self.count -= 1;
        Some(part)
    }
}

/// Makes what the recipe makes, and hands it to `block` in pieces of `size` bytes.
pub(super) fn cut(
    recipe: &dyn Recipe,
    mut parts: Parts,
    size: usize,
    block: &mut dyn FnMut(Block<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let left = parts.next().unwrap_or_default();
    let mut blocks = Blocks { parts, left, size, gathered: Vec::new(), block };
    recipe.write_to(&mut blocks)?;
    blocks.hand_on(true)
}

struct Blocks<'b> {
    /// Those behind the part that is being written,
    parts: Parts,
    /// and the most bytes that this one still takes.
    left: u64,
    size: usize,
    /// It grows with the first block, so that a small layer does not pay for a large one's.
    gathered: Vec<u8>,
    block: &'b mut dyn FnMut(Block<'_>) -> io::Result<()>,
}

impl Blocks<'_> {
    fn hand_on(&mut self, last: bool) -> io::Result<()> {
        let in_last_part = self.parts.count == 0;
        (self.block)(Block { bytes: &self.gathered, last, in_last_part })?;
        self.gathered.clear();
        Ok(())
    }
}

impl Write for Blocks<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        // A full block waits for the byte after it: without one it is the last.
        let part_is_full = self.left == 0;
        if part_is_full || self.gathered.len() == self.size {
            self.hand_on(part_is_full)?;
        }
        if part_is_full {
            self.left = self.parts.next().unwrap_or(u64::MAX);
        }
        let room = self.size - self.gathered.len();
        let room = usize::try_from(self.left).unwrap_or(room).min(room);
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.gathered.extend_from_slice(taken);
        self.left -= taken.len() as u64;
        Ok(taken.len())
    }

    /// A block ends where it is full, and nowhere else.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
