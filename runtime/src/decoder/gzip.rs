//! Gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)), of any number of members.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::damage::DamageKind;
use super::source::Source;

/// What every member begins with.
const MAGIC: u8 = 0x1f;
/// What flate2 says where the checksum or the size of a header or a member is wrong.
const CHECKSUM: &str = "corrupt gzip stream does not have a matching checksum";

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
                let kind = DamageKind::Trailing { offset: self.start };
                return Err(source.failed("gzip", self.start, "what follows the last member is none", kind));
            }
            Err(_) => return Err(source.failed("gzip", self.start, "", DamageKind::Other)),
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
                        let (what, problem) = (format!("gzip member {}", self.members), error.to_string());
                        let kind = match member.header() {
                            Some(_) if problem == CHECKSUM => DamageKind::CHECKSUM,
                            // It is none.
                            None if self.members > 1 => {
                                self.members -= 1;
                                DamageKind::Trailing { offset: self.start }
                            }
                            _ => DamageKind::Other,
                        };
                        return Err(member.get_mut().failed(&what, self.start, &problem, kind));
                    }
                },
                State::Done => return Ok(0),
            }
        }
    }
}
