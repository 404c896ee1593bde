//! Contents that are read once, and kept for the text: small ones in memory, large ones in a temporary file.

use std::env;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::declare::content::Content;
use crate::error::{Error, Result};
use crate::io::Recipe;
use crate::temp_path::unnamed_file;

/// The largest number of bytes of a content that is kept in memory, because it is printed in the text.
const SMALL: usize = 1024;

/// The number of bytes that are copied at a time.
const CHUNK: usize = 64 * 1024;

/// A temporary file with the large contents, one behind the other. It is removed with the last content in it.
pub(super) struct ContentSpool {
    file: Arc<Mutex<File>>,
}

/// A content in the file.
struct SpooledContent {
    file: Arc<Mutex<File>>,
    start: u64,
    size: u64,
}

impl ContentSpool {
    pub(super) fn new() -> Result<Self> {
        let directory = env::temp_dir();
        let file = unnamed_file(&directory)
            .map_err(|error| Error::io(&directory, "create a temporary file", error))?;
        Ok(Self { file: Arc::new(Mutex::new(file)) })
    }

    /// Reads the source to its end, as a content.
    pub(super) fn content(&self, mut source: impl Read) -> io::Result<Content> {
        let mut chunk = Vec::with_capacity(SMALL);
        source.by_ref().take(SMALL as u64 + 1).read_to_end(&mut chunk)?;
        if chunk.len() <= SMALL {
            return Ok(Content::new(chunk));
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = file.seek(SeekFrom::End(0))?;
        let (mut size, mut is_zeros) = (0, true);
        while !chunk.is_empty() {
            is_zeros &= chunk.iter().all(|byte| *byte == 0);
            // As long as all bytes are zeros, nothing is written: a hole is left in the file.
            if is_zeros {
                file.seek_relative(i64::try_from(chunk.len()).unwrap_or_default())?;
            } else {
                file.write_all(&chunk)?;
            }
            size += chunk.len() as u64;
            chunk.clear();
            source.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
        }
        if is_zeros {
            return Ok(Content::zeros(size));
        }
        let content = SpooledContent { file: Arc::clone(&self.file), start, size };
        Ok(Content::made(content, size))
    }
}

impl Recipe for SpooledContent {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        let mut done = 0;
        while done < self.size {
            let wanted = usize::try_from(self.size - done).unwrap_or(CHUNK).min(CHUNK);
            let Some(wanted) = chunk.get_mut(..wanted) else { break };
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(self.start + done))?;
            file.read_exact(wanted)?;
            drop(file);
            out.write_all(wanted)?;
            done += wanted.len() as u64;
        }
        Ok(())
    }
}
