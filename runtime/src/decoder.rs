//! stub
use std::io::{self, Read};
pub(crate) struct Decoder<R>(R);
impl<R: Read> Decoder<R> {
    pub(crate) fn of(r: R) -> io::Result<Self> {
        Ok(Self(r))
    }
}
impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, b: &mut [u8]) -> io::Result<usize> {
        self.0.read(b)
    }
}
