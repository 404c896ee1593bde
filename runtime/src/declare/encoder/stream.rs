//! Streams: the members of gzip and the frames of zstd, one after another.

use std::io::{self, Write};

use super::blocks::{self, PartSizes};
use crate::io::Recipe;

/// A stream that is being written. Its header is written already.
pub(super) trait OpenStream {
    /// Adds a block. The last block ends the stream.
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()>;
}

/// Begins a stream by writing its header. The first argument is whether it is the last stream.
pub(super) type Begin<'b> = dyn Fn(bool, &mut dyn Write) -> io::Result<Box<dyn OpenStream>> + 'b;

/// The streams that hold the tar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Streams {
    /// The name of streams in the format, which is the name of the method, too: `members` or `frames`.
    name: &'static str,
    /// `None` for one stream, which is the default.
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

    /// The declared number of streams.
    pub(super) fn count(&self) -> Option<u64> {
        self.count
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
    /// A level's encoder gets whole blocks, too, since its output may depend on how much it gets at a time.
    pub(super) fn write(
        &self,
        tar: &dyn Recipe,
        size: usize,
        out: &mut dyn Write,
        begin: &Begin<'_>,
    ) -> io::Result<()> {
        let mut open: Option<Box<dyn OpenStream>> = None;
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

    /// The sizes of the tar's parts. If there are several, the tar is made once to learn its size.
    fn parts(&self, tar: &dyn Recipe) -> io::Result<PartSizes> {
        let Some(count) = self.count else { return Ok(PartSizes::whole()) };
        let size = tar.size()?;
        if count <= size {
            return Ok(PartSizes::equal(count, size));
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
