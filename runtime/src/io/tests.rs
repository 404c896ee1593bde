//! Readers and numbers for the tests of readers.

use std::io::{self, Read};

/// A reader that fails.
pub(crate) struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(io::ErrorKind::PermissionDenied, "no source"))
    }
}

/// A reader that gives few bytes at a time, and is interrupted.
pub(crate) struct Slow<'b> {
    bytes: &'b [u8],
    reads: usize,
}

impl<'b> Slow<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, reads: 0 }
    }
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let size = buffer.len().min(self.reads % 7 + 1);
        self.bytes.read(&mut buffer[..size])
    }
}

/// Numbers that look random, but are the same in each run.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new() -> Self {
        Self(1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}
