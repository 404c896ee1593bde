//! Output: a writer of bytes that are being made.

use std::io::{self, BufWriter, Write};

/// Many small writes become few.
const BUFFER: usize = 256 * 1024;

/// Gathers what is written, and tells what could not be written from what could not be made.
pub(crate) struct Output<W: Write> {
    out: BufWriter<W>,
    /// The writer takes no more.
    pub(crate) failed: bool,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out: BufWriter::with_capacity(BUFFER, out), failed: false }
    }

    /// The writer, without what is not flushed.
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
