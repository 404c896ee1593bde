//! Blocks: bytes that are written in pieces of any size, cut into parts, and the parts into pieces of one size.

use std::io::{self, Write};

use crate::io::Recipe;

/// A piece of a part.
pub(super) struct Block<'b> {
    /// A whole block of bytes, or in the last block of a part, the rest. It is empty only if the recipe makes no bytes.
    pub(super) bytes: &'b [u8],
    /// Whether the piece is the last of its part.
    pub(super) last: bool,
    /// Whether the part of the piece is the last part.
    pub(super) in_last_part: bool,
}

/// Iterates over the sizes of the parts: the most bytes that each takes.
pub(super) struct PartSizes {
    /// The number of parts that are still to come.
    count: u64,
    /// The number of bytes that are left for them.
    size: u64,
}

impl PartSizes {
    /// One part, which takes everything.
    pub(super) fn whole() -> Self {
        Self::equal(1, 0)
    }

    /// Cuts `size` bytes into equal parts. If they cannot be equal, the first ones have one byte more.
    pub(super) fn equal(count: u64, size: u64) -> Self {
        Self { count, size }
    }
}

impl Iterator for PartSizes {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let part = match self.count {
            0 => return None,
            // The last part takes all remaining bytes.
            1 => u64::MAX,
            count => self.size.div_ceil(count),
        };
        self.size = self.size.saturating_sub(part);
        self.count -= 1;
        Some(part)
    }
}

/// Runs the recipe, and passes its bytes to `block` in pieces of `size` bytes.
pub(super) fn cut(
    recipe: &dyn Recipe,
    mut parts: PartSizes,
    size: usize,
    block: &mut dyn FnMut(Block<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let left = parts.next().unwrap_or_default();
    let mut blocks = BlockWriter { parts, left, size, gathered: Vec::new(), block };
    recipe.write_to(&mut blocks)?;
    blocks.hand_on(true)
}

struct BlockWriter<'b> {
    /// The sizes of the parts behind the one that is being written.
    parts: PartSizes,
    /// The most bytes that the current part still takes.
    left: u64,
    size: usize,
    /// The buffer grows with the first block, so that a small layer does not pay for a large one.
    gathered: Vec<u8>,
    block: &'b mut dyn FnMut(Block<'_>) -> io::Result<()>,
}

impl BlockWriter<'_> {
    fn hand_on(&mut self, last: bool) -> io::Result<()> {
        let in_last_part = self.parts.count == 0;
        (self.block)(Block { bytes: &self.gathered, last, in_last_part })?;
        self.gathered.clear();
        Ok(())
    }
}

impl Write for BlockWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        // A full block is kept until another byte follows: without one it is the last block.
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

    /// A flush does not end a block. A block ends only when it is full.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
