//! Input: the heads and bodies that a client sends.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use super::head::{BodyLength, LARGEST, Refusal, RequestHead};
use super::transport::Transport;

/// The largest number of bytes that are read at once.
const CHUNK: usize = 16 * 1024;
/// The time for a head, from its first byte to its last.
const HEAD: Duration = Duration::from_secs(10);
/// The longest silence between two requests, or between two pieces of a body.
pub(super) const IDLE: Duration = Duration::from_secs(30);
/// The longest line of a body in chunks, and the largest number of lines behind such a body.
const LINE: usize = 4 * 1024;
const TRAILERS: usize = 64;

/// The input of one connection.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) transport: Transport,
    /// The bytes that were read, but not yet used.
    buffer: Vec<u8>,
}

/// The next event on a connection.
pub(crate) enum Next {
    Head(RequestHead),
    /// A request that cannot be understood.
    Refused(Refusal),
    /// The client has closed the connection, or is silent.
    Nothing,
}

impl Input {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport, buffer: Vec::new() }
    }

    /// Reads the head of the next request. The client may be silent for `idle` before it.
    pub(crate) fn next_head(&mut self, idle: Duration) -> Next {
        let (mut deadline, mut looked_at) = (None, 0);
        loop {
            // Some clients send an empty line behind a body.
            let empty = self.buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.buffer.drain(..empty);
            // A head with an error is not read to its end.
            let new = self.buffer.get(looked_at..).unwrap_or_default();
            if looked_at == 0 || new.contains(&b'\n') || self.buffer.len() >= LARGEST {
                match RequestHead::parse(self.buffer.get(..LARGEST).unwrap_or(&self.buffer)) {
                    Ok(Some((head, length))) => {
                        self.buffer.drain(..length);
                        return Next::Head(head);
                    }
                    Ok(None) => {}
                    Err(refusal) => return Next::Refused(refusal),
                }
            }
            looked_at = self.buffer.len();
            let timeout = if self.buffer.is_empty() {
                idle
            } else {
                let deadline = *deadline.get_or_insert_with(|| Instant::now() + HEAD);
                deadline.saturating_duration_since(Instant::now())
            };
            let late = (408, "the head of the request took more than 10 seconds");
            match self.fill(timeout) {
                _ if timeout.is_zero() => return Next::Refused(late),
                Ok(0) => return Next::Nothing,
                Ok(_) => {}
                Err(error) if is_timeout(&error) && !self.buffer.is_empty() => return Next::Refused(late),
                Err(_) => return Next::Nothing,
            }
        }
    }

    /// The body of a request whose head was read.
    pub(crate) fn body(&mut self, head: &RequestHead) -> RequestBody<'_> {
        let state = match head.length {
            BodyLength::Known(0) => BodyState::End,
            BodyLength::Known(rest) => BodyState::Rest(rest),
            BodyLength::Chunked => BodyState::ChunkHead,
        };
        RequestBody { input: self, state, is_awaited: head.expects_continue() }
    }

    fn fill(&mut self, timeout: Duration) -> io::Result<usize> {
        let mut chunk = [0; CHUNK];
        let read = self.transport.read_within(&mut chunk, timeout)?;
        self.buffer.extend_from_slice(chunk.get(..read).unwrap_or_default());
        Ok(read)
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.buffer.is_empty() {
            return self.transport.read_within(buffer, IDLE);
        }
        let taken = self.buffer.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(self.buffer.drain(..taken)) {
            *to = from;
        }
        Ok(taken)
    }

    /// A line without its end.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            if self.buffer.len() > LINE {
                return Err(invalid("a line of the body in chunks is too long"));
            }
            if self.fill(IDLE)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

/// The body of a request. It is an error if the client closes the connection before its end.
#[derive(Debug)]
pub(crate) struct RequestBody<'i> {
    input: &'i mut Input,
    state: BodyState,
    /// Whether the client waits for `100 Continue` before it sends the body.
    is_awaited: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyState {
    /// The number of bytes that are still to come.
    Rest(u64),
    /// The line with the size of a chunk.
    ChunkHead,
    Chunk(u64),
    /// The end of the line behind a chunk.
    ChunkEnd,
    End,
    /// The rest of the connection cannot be understood.
    Broken,
}

impl RequestBody<'_> {
    /// Whether the whole body was read, so that another request can follow.
    pub(crate) fn is_spent(&self) -> bool {
        self.state == BodyState::End
    }

    /// Reads the rest of the body, if it is short, so that another request can follow.
    pub(crate) fn finish(&mut self) {
        const NEAR: u64 = 64 * 1024;
        let near = match self.state {
            BodyState::Rest(rest) => rest <= NEAR,
            BodyState::End | BodyState::Broken => false,
            _ => true,
        };
        if near && !self.is_awaited {
            let _ = io::copy(&mut self.take(NEAR + 1), &mut io::sink());
        }
    }

    fn read_some(&mut self, buffer: &mut [u8], rest: u64) -> io::Result<usize> {
        let wanted = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.input.read(buffer.get_mut(..wanted).unwrap_or_default())?;
        if read == 0 && wanted > 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
    }

    fn advance(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state {
                BodyState::End => return Ok(0),
                BodyState::Broken => return Err(invalid("the body cannot be read any further")),
                BodyState::Rest(rest) => {
                    let read = self.read_some(buffer, rest)?;
                    let rest = rest - read as u64;
                    self.state = if rest == 0 { BodyState::End } else { BodyState::Rest(rest) };
                    return Ok(read);
                }
                BodyState::Chunk(rest) => {
                    let read = self.read_some(buffer, rest)?;
                    let rest = rest - read as u64;
                    self.state = if rest == 0 { BodyState::ChunkEnd } else { BodyState::Chunk(rest) };
                    return Ok(read);
                }
                BodyState::ChunkEnd => {
                    if !self.input.line()?.is_empty() {
                        return Err(invalid("a chunk of the body is longer than it says"));
                    }
                    self.state = BodyState::ChunkHead;
                }
                BodyState::ChunkHead => match chunk_size(&self.input.line()?)? {
                    0 => {
                        for _ in 0..TRAILERS {
                            if self.input.line()?.is_empty() {
                                self.state = BodyState::End;
                                return Ok(0);
                            }
                        }
                        return Err(invalid("too many lines behind the body"));
                    }
                    size => self.state = BodyState::Chunk(size),
                },
            }
        }
    }
}

/// The size of a chunk: the hexadecimal digits before a `;`.
fn chunk_size(line: &[u8]) -> io::Result<u64> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let text = std::str::from_utf8(digits).unwrap_or_default();
    let plain = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(text, 16)
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| invalid("a chunk of the body does not say how long it is"))
}

impl Read for RequestBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.is_awaited && !self.is_spent() {
            self.is_awaited = false;
            self.input.transport.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        self.advance(buffer).inspect_err(|_| self.state = BodyState::Broken)
    }
}
