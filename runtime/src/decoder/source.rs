//! The source of a decoder: it counts bytes, and tells its own errors from those of the compressed bytes.

use std::io::{self, BufRead, BufReader, Read};

use super::problem::{StreamProblem, StreamProblemKind};

/// A source with a buffer, which counts the bytes that are read.
pub(super) struct CountedSource<R> {
    reader: BufReader<R>,
    offset: u64,
    has_ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> CountedSource<R> {
    pub(super) fn new(source: R) -> Self {
        Self { reader: BufReader::new(source), offset: 0, has_ended: false, error: None }
    }

    /// The number of bytes that were read.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The error of decoding `what`, which begins at `start`: an error of the source, an early end of the source, or the
    /// decoder's error in the bytes.
    pub(super) fn failed(
        &mut self,
        what: &str,
        start: u64,
        problem: &str,
        kind: StreamProblemKind,
    ) -> io::Error {
        if let Some(error) = self.error.take() {
            return error;
        }
        if self.has_ended {
            let kind = match kind {
                StreamProblemKind::Checksum { .. } => StreamProblemKind::Other,
                kind => kind,
            };
            return StreamProblem::new(kind, format!("{what} at byte {start}: it ends too early"));
        }
        let kind = match kind {
            StreamProblemKind::Checksum { .. } => {
                StreamProblemKind::Checksum { is_last: matches!(self.next(), Ok(None)) }
            }
            kind => kind,
        };
        StreamProblem::new(kind, format!("{what} at byte {start}: {problem}"))
    }

    /// Whether further bytes follow. An error of the source is returned by the next read.
    pub(super) fn next(&mut self) -> io::Result<Option<u8>> {
        Ok(self.fill_buf()?.first().copied())
    }
}

impl<R: Read> Read for CountedSource<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let size = self.fill_buf()?.read(buffer)?;
        self.consume(size);
        Ok(size)
    }
}

impl<R: Read> BufRead for CountedSource<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let kind = error.kind();
                    self.error = Some(error);
                    return Err(kind.into());
                }
            }
        }
        self.has_ended = self.reader.buffer().is_empty();
        Ok(self.reader.buffer())
    }

    fn consume(&mut self, size: usize) {
        self.reader.consume(size);
        self.offset = self.offset.saturating_add(size as u64);
    }
}
