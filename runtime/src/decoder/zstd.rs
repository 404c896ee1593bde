//! Zstandard ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)), of any number of frames.

use std::io::{self, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::problem::StreamProblemKind;
use super::source::CountedSource;
use crate::xxh64::Xxh64;

pub(super) struct ZstdDecoder<R> {
    source: CountedSource<R>,
    /// The frame that is open.
    frame: Option<ZstdFrame>,
    frames: u64,
    /// The number of skippable frames that were passed over.
    skipped: u64,
    /// The largest window that is accepted.
    window: u64,
    /// The offset of the last frame.
    start: u64,
    done: bool,
}

struct ZstdFrame {
    decoder: FrameDecoder,
    /// The checksum of the decoded bytes, which ruzstd does not check.
    checksum: Xxh64,
    size: u64,
}

impl<R: Read> ZstdDecoder<R> {
    pub(super) fn new(source: CountedSource<R>, window: u64) -> Self {
        Self { source, frame: None, frames: 0, skipped: 0, window, start: 0, done: false }
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Decodes some bytes. Returns 0 at the end of the source.
    fn decode(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(frame) = &mut self.frame else {
                self.start = self.source.offset();
                match self.source.next() {
                    Ok(None) => return Ok(0),
                    Ok(Some(_)) => self.begin()?,
                    Err(_) => return Err(self.failed("", StreamProblemKind::Other)),
                }
                continue;
            };
            let size = match frame.read(&mut self.source, buffer) {
                Ok(size) => size,
                Err(error) => return Err(self.failed(&problem(&error), StreamProblemKind::Other)),
            };
            if size > 0 {
                return Ok(size);
            }
            if let Err(problem) = frame.check() {
                return Err(self.failed(problem, StreamProblemKind::CHECKSUM));
            }
            self.frame = None;
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        // Each frame has its own decoder, because a decoder that is used again allocates a whole window at once.
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(self.window);
        match decoder.init(&mut self.source) {
            Ok(()) => {
                self.frames += 1;
                self.frame = Some(ZstdFrame { decoder, checksum: Xxh64::default(), size: 0 });
                Ok(())
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => self.skip(length.into()),
            Err(error) => {
                let kind = self.kind(&error);
                self.frames += 1;
                let failed = self.failed(&problem(&error), kind);
                self.frames -= u64::from(matches!(kind, StreamProblemKind::Trailing { .. }));
                Err(failed)
            }
        }
    }

    fn kind(&self, error: &FrameDecoderError) -> StreamProblemKind {
        match error {
            FrameDecoderError::WindowSizeTooBig { .. } => StreamProblemKind::Window,
            FrameDecoderError::ReadFrameHeaderError(
                ReadFrameHeaderError::MagicNumberReadError(_) | ReadFrameHeaderError::BadMagicNumber(_),
            ) if self.start > 0 => StreamProblemKind::Trailing { offset: self.start },
            _ => StreamProblemKind::Other,
        }
    }

    fn skip(&mut self, size: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.source.by_ref().take(size), &mut io::sink());
        if skipped.is_ok_and(|skipped| skipped == size) {
            self.skipped += 1;
            return Ok(());
        }
        Err(self.source.failed("skippable zstd frame", self.start, "", StreamProblemKind::Other))
    }

    fn failed(&mut self, problem: &str, kind: StreamProblemKind) -> io::Error {
        let what = format!("zstd frame {}", self.frames);
        self.source.failed(&what, self.start, problem, kind)
    }
}

impl<R: Read> Read for ZstdDecoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.done {
            return Ok(0);
        }
        let result = self.decode(buffer);
        // The bytes after an error cannot be read.
        self.done = !result.as_ref().is_ok_and(|size| *size > 0);
        result
    }
}

impl ZstdFrame {
    /// Reads some bytes. Returns 0 at the end of the frame.
    fn read(
        &mut self,
        source: &mut CountedSource<impl Read>,
        buffer: &mut [u8],
    ) -> Result<usize, FrameDecoderError> {
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            self.decoder.decode_blocks(&mut *source, BlockDecodingStrategy::UptoBlocks(1))?;
        }
        let size = self.decoder.read(buffer).map_err(FrameDecoderError::FailedToDrainDecodebuffer)?;
        self.checksum.update(buffer.get(..size).unwrap_or_default());
        self.size += size as u64;
        Ok(size)
    }

    /// Checks the size and the checksum of the frame against the decoded bytes.
    fn check(&self) -> Result<(), &'static str> {
        // A size of 0 may also mean that the frame does not say its size.
        let size = self.decoder.content_size();
        if size != 0 && size != self.size {
            return Err("its content is not as large as it says");
        }
        match self.decoder.get_checksum_from_data() {
            Some(checksum) if checksum != self.checksum.low() => Err("its checksum does not match"),
            _ => Ok(()),
        }
    }
}

fn problem(error: &FrameDecoderError) -> String {
    match error {
        FrameDecoderError::WindowSizeTooBig { requested, max } => {
            format!("it needs a window of {requested} bytes, more than the {max} that are taken")
        }
        FrameDecoderError::DictNotProvided { dict_id } => {
            format!("it needs the dictionary {dict_id}, which no layer has")
        }
        FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::BadMagicNumber(_)) => {
            "bytes that are no frame follow the last frame".to_owned()
        }
        error => error.to_string(),
    }
}
