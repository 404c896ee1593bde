//! Content with holes.

use std::io::{self, Write};

use super::{Content, write_zeros};
use crate::declare::context::Context;
use crate::declare::order;
use crate::error::Problem;

/// How many sparse contents may stand in each other.
const DEEPEST: u32 = 8;

/// Data at some offsets, and zeros everywhere else.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SparseContent {
    size: u64,
    /// Offsets and data, in the order of the offsets.
    pieces: Vec<(u64, Content)>,
    /// How many sparse contents stand in each other, this one included.
    depth: u32,
    /// Whether the pieces came in an order that differs in each run.
    is_random: bool,
}

impl SparseContent {
    /// Pieces that are nested too deep are dropped at once, so that no declaration is nested so deep that writing or dropping
    /// it overflows the stack. [`size`](Self::size) refuses the content.
    pub(super) fn new(size: u64, mut pieces: Vec<(u64, Content)>, is_random: bool) -> Self {
        let depth = pieces.iter().map(|(_, data)| data.sparse_depth()).max().unwrap_or(0).saturating_add(1);
        if depth > DEEPEST {
            pieces.clear();
        }
        Self { size, pieces, depth, is_random }
    }

    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// The size with the holes. Fails if a piece does not lie behind the one before it and within the size.
    pub(super) fn size(&self) -> io::Result<u64> {
        if self.depth > DEEPEST {
            let what = format!(
                "more than {DEEPEST} sparse contents stand in each other; put the pieces of the inner ones into the outer one"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let mut end = 0;
        for (offset, data) in &self.pieces {
            let length = data.size()?;
            let after = offset.checked_add(length).filter(|after| *after <= self.size);
            end = after.filter(|_| *offset >= end).ok_or_else(|| {
                let what = format!(
                    "a piece of {length} bytes at {offset} is not behind byte {end} and within the {} bytes of the sparse content; move it",
                    self.size
                );
                io::Error::new(io::ErrorKind::InvalidInput, what)
            })?;
        }
        Ok(self.size)
    }

    /// The size as it was declared, whether the pieces fit or not.
    pub(crate) fn declared_size(&self) -> u64 {
        self.size
    }

    pub(crate) fn pieces(&self) -> &[(u64, Content)] {
        &self.pieces
    }

    /// Checks the order of the pieces, and each of them by itself.
    pub(super) fn check(&self) -> Result<(), Problem> {
        order::check(self.is_random)?;
        self.contents().try_for_each(Content::check)
    }

    pub(super) fn contents(&self) -> impl Iterator<Item = &Content> {
        self.pieces.iter().map(|(_, data)| data)
    }

    pub(super) fn resolved(&self, context: &Context<'_>) -> Self {
        let pieces = self.pieces.iter().map(|(offset, data)| (*offset, data.resolved(context)));
        Self { pieces: pieces.collect(), ..*self }
    }

    /// The blocks that hold data, as GNU tar finds them in a file: offsets and sizes that are multiples of `block`, except at
    /// the end of the file.
    pub(crate) fn blocks(&self, block: u64) -> io::Result<Vec<(u64, u64)>> {
        let mut blocks: Vec<(u64, u64)> = Vec::new();
        for (offset, data) in &self.pieces {
            let length = data.size()?;
            if length == 0 {
                continue;
            }
            let begin = offset - offset % block;
            let end = (offset + length).next_multiple_of(block).min(self.size);
            match blocks.last_mut() {
                Some((first, size)) if *first + *size >= begin => *size = end - *first,
                _ => blocks.push((begin, end - begin)),
            }
        }
        Ok(blocks)
    }

    /// Writes the bytes from `begin` up to `end`, which lie on no piece.
    pub(crate) fn write_range(&self, begin: u64, end: u64, out: &mut dyn Write) -> io::Result<()> {
        let mut position = begin;
        for (offset, data) in self.pieces.iter().filter(|(offset, _)| (begin..end).contains(offset)) {
            write_zeros(offset - position, out)?;
            data.write_to(out)?;
            position = offset + data.size()?;
        }
        write_zeros(end - position, out)
    }
}
