//! Gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)), of any number of members.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::source::Source;

/// What every member begins with.
const MAGIC: u8 = 0x1f;

pub(super) struct Gzip<R> {
    state: State<R>,
    members: u64,
    /// Where the last member begins.
    start: u64,
}

enum State<R> {
    Between(Source<R>),
    In(GzDecoder<Source<R>>),
    /// There is no more, or none that can be read.
    Done,
}

impl<R: Read> Gzip<R> {
    pub(super) fn new(source: Source<R>) -> Self {
        Self { state: State::Between(source), members: 0, start: 0 }
    }

    pub(super) fn members(&self) -> u64 {
        self.members
    }

    fn begin(&mut self, mut source: Source<R>) -> io::Result<State<R>> {
        self.start = source.offset();
        match source.next() {
            Ok(None) => return Ok(State::Done),
            Ok(Some(MAGIC)) => {}
            Ok(Some(_)) => {
                return Err(source.failed("gzip", self.start, "what follows the last member is none"));
            }
            Err(_) => return Err(source.failed("gzip", self.start, "")),
        }
        self.members += 1;
        Ok(State::In(GzDecoder::new(source)))
    }
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Between(source) => self.state = self.begin(source)?,
                State::In(mut member) => match member.read(buffer) {
                    Ok(0) => self.state = State::Between(member.into_inner()),
                    Ok(size) => {
                        self.state = State::In(member);
                        return Ok(size);
                    }
                    Err(error) => {
                        let what = format!("gzip member {}", self.members);
                        return Err(member.get_mut().failed(&what, self.start, &error.to_string()));
                    }
                },
                State::Done => return Ok(0),
            }
        }
    }
}
