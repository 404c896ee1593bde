//! A recipe: bytes that are made when they are asked for.

use std::io::{self, Write};

/// Bytes that can be made any number of times, each time the same, without being held in memory as a whole.
pub(crate) trait Recipe {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()>;
}

/// A document is small: it is its own recipe.
impl Recipe for [u8] {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self)
    }
}
