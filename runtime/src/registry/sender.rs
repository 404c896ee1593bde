//! Sending: an answer on the wire, with the fault that applies to it.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::answer::{Answer, AnswerBody, reason};
use super::log::{End, Sent};
use super::stop::Stop;
use super::transport::Transport;
use crate::declare::content::Content;
use crate::declare::http::WireFault;

/// The largest number of bytes that are read and written at once.
const CHUNK: usize = 256 * 1024;
/// A body of up to this many bytes is sent together with its head.
const SMALL: usize = 64 * 1024;
/// The time between two pieces at a limited rate.
const BEAT: Duration = Duration::from_millis(50);

/// Sends answers on one connection.
pub(crate) struct Sender<'c> {
    pub(crate) transport: &'c mut Transport,
    pub(crate) stop: &'c Stop,
    /// The buffer for bodies, which is made when it is needed.
    pub(crate) buffer: &'c mut Vec<u8>,
}

impl Sender<'_> {
    /// Sends an answer. The answer to a `HEAD` has no body.
    pub(crate) fn send(&mut self, mut answer: Answer, is_head: bool, fault: Option<&WireFault>) -> Sent {
        let usual = WireFault::default();
        let fault = fault.unwrap_or(&usual);
        let gone = |status| Sent { status, bytes: 0, end: End::Reset, keeps: false };
        if fault.stall.is_some_and(|stall| self.stop.wait(Duration::from_millis(stall))) {
            return gone(answer.status);
        }
        if fault.reset && fault.cut.is_none() {
            self.transport.reset();
            return gone(0);
        }
        if let Some(content) = &fault.raw {
            let head = AnswerHead { status: 0, bytes: Vec::new(), has_body: true, keeps: false };
            return self.body(&made(content), head, false, fault);
        }
        if let Some(content) = &fault.body {
            answer.body = made(content);
        }
        answer.status = fault.status.unwrap_or(answer.status);
        let head = AnswerHead::of(&answer, fault);
        self.body(&answer.body, head, is_head, fault)
    }

    /// Sends the head and the body.
    fn body(&mut self, body: &AnswerBody, head: AnswerHead, is_head: bool, fault: &WireFault) -> Sent {
        let AnswerHead { status, bytes: head, has_body, keeps } = head;
        let end = |bytes, end: End| Sent { status, bytes, end, keeps: keeps && end == End::Whole };
        if is_head || !has_body {
            let sent = self.transport.write_all(&head);
            return end(0, if sent.is_ok() { End::Whole } else { End::ClientGone });
        }
        let size = body.size();
        let cut = fault.cut.map(|cut| {
            let bytes = cut.unsigned_abs();
            if cut < 0 { size.saturating_sub(bytes) } else { bytes.min(size) }
        });
        // Almost all answers are small, and are sent with one call.
        if let (AnswerBody::Bytes(bytes), true) = (body, fault.is_whole()) {
            let written = if bytes.len() <= SMALL {
                self.transport.write_all(&[head.as_slice(), bytes].concat())
            } else {
                self.transport.write_all(&head).and_then(|()| self.transport.write_all(bytes))
            };
            return match written {
                Ok(()) => end(size, End::Whole),
                Err(_) => end(0, End::ClientGone),
            };
        }
        if self.transport.write_all(&head).is_err() {
            return end(0, End::ClientGone);
        }
        let mut out = BodyWriter {
            transport: self.transport,
            stop: self.stop,
            chunked: fault.chunked,
            cut,
            pauses: &fault.pauses,
            rate: fault.rate,
            begun: Instant::now(),
            sent: 0,
            is_cut: false,
        };
        let mut written = write_body(body, self.buffer, &mut out);
        if written.is_ok() && fault.chunked && !out.is_cut {
            written = out.transport.write_all(b"0\r\n\r\n");
        }
        let (sent, is_cut) = (out.sent, out.is_cut);
        match written {
            _ if is_cut && fault.reset => {
                let _ = self.transport.flush();
                self.transport.reset();
                end(sent, End::Reset)
            }
            _ if is_cut => end(sent, End::Cut),
            Ok(()) => end(sent, End::Whole),
            Err(_) => end(sent, End::ClientGone),
        }
    }
}

/// The head of an answer as it is sent.
struct AnswerHead {
    status: u16,
    bytes: Vec<u8>,
    /// Whether a body follows. The client would read one behind a 204 or a 304 as the next answer.
    has_body: bool,
    keeps: bool,
}

impl AnswerHead {
    fn of(answer: &Answer, fault: &WireFault) -> Self {
        let status = answer.status;
        let has_body = !matches!(status, 100..=199 | 204 | 304);
        let named = |name: &str| fault.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));
        let framed = !named("Content-Length") && !named("Transfer-Encoding");
        // Behind a status of 100 to 199, the client waits for another answer.
        let keeps = !answer.closes && framed && status >= 200;
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
        let mut line = |name: &str, value: &str| {
            let _ = write!(head, "{name}: {value}\r\n");
        };
        for (name, value) in answer.headers.iter().filter(|(name, _)| !named(name)) {
            line(name, value);
        }
        if has_body && fault.chunked {
            if !named("Transfer-Encoding") {
                line("Transfer-Encoding", "chunked");
            }
        } else if has_body && !named("Content-Length") {
            line("Content-Length", &answer.body.size().to_string());
        }
        if !keeps && fault.cut.is_none() && !named("Connection") {
            line("Connection", "close");
        }
        for (name, values) in &fault.headers {
            for value in values {
                line(name, value);
            }
        }
        head.push_str("\r\n");
        Self { status, bytes: head.into_bytes(), has_body, keeps }
    }
}

impl WireFault {
    /// Whether the body is sent at once and unchanged.
    fn is_whole(&self) -> bool {
        self.cut.is_none() && self.pauses.is_empty() && self.rate.is_none() && !self.chunked
    }
}

/// Content that replaces a body.
fn made(content: &Content) -> AnswerBody {
    // The check of the fault has found the size. A content whose size is not known has none here, and counts as empty.
    AnswerBody::Made(content.clone(), content.size().unwrap_or_default())
}

fn write_body(body: &AnswerBody, buffer: &mut Vec<u8>, out: &mut BodyWriter<'_>) -> io::Result<()> {
    match body {
        AnswerBody::Bytes(bytes) => out.write_all(bytes),
        AnswerBody::Made(content, _) => content.write_to(out),
        AnswerBody::Spooled { bytes, start, size } => {
            buffer.resize(CHUNK, 0);
            let (mut position, mut rest) = (*start, *size);
            while rest > 0 {
                let wanted = usize::try_from(rest).unwrap_or(CHUNK).min(CHUNK);
                let chunk = buffer.get_mut(..wanted).unwrap_or_default();
                let read = bytes.read_at(chunk, position)?;
                if read == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                out.write_all(chunk.get(..read).unwrap_or_default())?;
                position += read as u64;
                rest -= read as u64;
            }
            Ok(())
        }
    }
}

/// Writes a body with its fault.
struct BodyWriter<'c> {
    transport: &'c mut Transport,
    stop: &'c Stop,
    chunked: bool,
    cut: Option<u64>,
    /// The pauses that are still to come.
    pauses: &'c [(u64, u64)],
    rate: Option<u64>,
    begun: Instant,
    sent: u64,
    is_cut: bool,
}

impl BodyWriter<'_> {
    /// The number of bytes that can be sent before the next pause or the cut.
    fn next_piece(&self, length: usize) -> usize {
        let mut piece = length as u64;
        piece = piece.min(self.cut.map_or(piece, |cut| cut - self.sent));
        piece = piece.min(self.pauses.first().map_or(piece, |(after, _)| after.saturating_sub(self.sent)));
        let beats = 1000 / u64::try_from(BEAT.as_millis()).unwrap_or(1000);
        piece = piece.min(self.rate.map_or(piece, |rate| rate.div_ceil(beats)));
        usize::try_from(piece).unwrap_or(length)
    }

    fn wait(&self, time: Duration) -> io::Result<()> {
        if self.stop.wait(time) { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

impl Write for BodyWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cut == Some(self.sent) {
            self.is_cut = true;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        if let Some(((after, milliseconds), rest)) = self.pauses.split_first()
            && *after <= self.sent
        {
            self.pauses = rest;
            self.wait(Duration::from_millis(*milliseconds))?;
        }
        let piece = bytes.get(..self.next_piece(bytes.len()).max(1)).unwrap_or(bytes);
        if self.chunked {
            let framed = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
            self.transport.write_all(&framed)?;
        } else {
            self.transport.write_all(piece)?;
        }
        self.sent += piece.len() as u64;
        if let Some(rate) = self.rate {
            let due = u128::from(self.sent) * 1_000_000 / u128::from(rate);
            let due = Duration::from_micros(u64::try_from(due).unwrap_or(u64::MAX));
            self.wait(due.saturating_sub(self.begun.elapsed()))?;
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.transport.flush()
    }
}
