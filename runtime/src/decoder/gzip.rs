//! Gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)), of any number of members.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::problem::StreamProblemKind;
use super::source::CountedSource;

/// The first byte of every member.
const MAGIC: u8 = 0x1f;
/// The error text of flate2 if the checksum or the size of a header or a member is wrong.
const CHECKSUM: &str = "corrupt gzip stream does not have a matching checksum";

pub(super) struct GzipDecoder<R> {
    state: GzipState<R>,
    members: u64,
    /// The offset of the last member.
    start: u64,
}

enum GzipState<R> {
    Between(CountedSource<R>),
    In(GzDecoder<CountedSource<R>>),
    /// The source has ended, or its rest cannot be decoded.
    Done,
}

impl<R: Read> GzipDecoder<R> {
    pub(super) fn new(source: CountedSource<R>) -> Self {
        Self { state: GzipState::Between(source), members: 0, start: 0 }
    }

    pub(super) fn members(&self) -> u64 {
        self.members
    }

    fn begin(&mut self, mut source: CountedSource<R>) -> io::Result<GzipState<R>> {
        self.start = source.offset();
        match source.next() {
            Ok(None) => return Ok(GzipState::Done),
            Ok(Some(MAGIC)) => {}
            Ok(Some(_)) => {
                let kind = StreamProblemKind::Trailing { offset: self.start };
                return Err(source.failed(
                    "gzip",
                    self.start,
                    "bytes that are no member follow the last member",
                    kind,
                ));
            }
            Err(_) => return Err(source.failed("gzip", self.start, "", StreamProblemKind::Other)),
        }
        self.members += 1;
        Ok(GzipState::In(GzDecoder::new(source)))
    }
}

impl<R: Read> Read for GzipDecoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, GzipState::Done) {
                GzipState::Between(source) => self.state = self.begin(source)?,
                GzipState::In(mut member) => match member.read(buffer) {
                    Ok(0) => self.state = GzipState::Between(member.into_inner()),
                    Ok(size) => {
                        self.state = GzipState::In(member);
                        return Ok(size);
                    }
                    Err(error) => {
                        let (what, problem) = (format!("gzip member {}", self.members), error.to_string());
                        let kind = match member.header() {
                            Some(_) if problem == CHECKSUM => StreamProblemKind::CHECKSUM,
                            // These bytes are no member.
                            None if self.members > 1 => {
                                self.members -= 1;
                                StreamProblemKind::Trailing { offset: self.start }
                            }
                            _ => StreamProblemKind::Other,
                        };
                        return Err(member.get_mut().failed(&what, self.start, &problem, kind));
                    }
                },
                GzipState::Done => return Ok(0),
            }
        }
    }
}
