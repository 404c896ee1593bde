//! Streams: the members of gzip and the frames of zstd, one after another.

use std::io::{self, Write};

use super::blocks::{self, Parts};
use crate::recipe::Recipe;

/// One stream in the making, whose header is written.
pub(super) trait Stream {
    /// Adds a block. The last one ends the stream.
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()>;
}

/// Begins a stream: it writes the header. It is told whether the stream is the last.
pub(super) type Begin<'b> = dyn Fn(bool, &mut dyn Write) -> io::Result<Box<dyn Stream>> + 'b;

/// How many streams hold the tar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Streams {
    /// What the format calls them; so does the method that says how many.
    name: &'static str,
    /// None for one.
    count: Option<u64>,
}

impl Streams {
    /// One stream.
    pub(super) fn one(name: &'static str) -> Self {
        Self { name, count: None }
    }

    pub(super) fn cut_into(&mut self, count: u64) {
        self.count = Some(count);
    }

    pub(super) fn is_cut(&self) -> bool {
        self.count.is_some()
    }

    pub(super) fn usable(&self) -> Result<(), String> {
        let name = self.name;
        match self.count {
            Some(0) => Err(format!(
                "`{name}(0)` leaves nothing that could hold the tar; write at least `{name}(2)`, or remove it"
            )),
            Some(1) => Err(format!(
                "`{name}(1)` changes nothing, since that is what there is without it; \
                 write at least `{name}(2)`, or remove it"
            )),
            _ => Ok(()),
        }
    }

    /// Makes the tar, and writes it to `out` in streams of blocks of `size` bytes.
    ///
    /// A level's encoder is given whole blocks, too: what it makes may depend on how much it is given at a time.
    pub(super) fn write(
        &self,
        tar: &dyn Recipe,
        size: usize,
        out: &mut dyn Write,
        begin: &Begin<'_>,
    ) -> io::Result<()> {
        let mut open: Option<Box<dyn Stream>> = None;
        blocks::cut(tar, self.parts(tar)?, size, &mut |block| {
            let mut stream = match open.take() {
                Some(stream) => stream,
                None => begin(block.in_last_part, out)?,
            };
            stream.add(block.bytes, block.last, out)?;
            if !block.last {
                open = Some(stream);
            }
            Ok(())
        })
    }

    /// The parts of the tar, which is made once to know its size, where that matters.
    fn parts(&self, tar: &dyn Recipe) -> io::Result<Parts> {
        let Some(count) = self.count else { return Ok(Parts::whole()) };
        let size = tar.size()?;
        if count <= size {
            return Ok(Parts::equal(count, size));
        }
        let name = self.name;
        let cure = match size {
            0 | 1 => format!("remove `{name}({count})`"),
            _ => format!("write at most `{name}({size})`, or remove it"),
        };
        let what = format!("{count} {name} need a tar of at least {count} bytes, but it has {size}; {cure}");
        Err(io::Error::new(io::ErrorKind::InvalidInput, what))
    }
}
