//! A file on this machine whose bytes are content.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use super::CHUNK;

/// A file that is read when it is written. The clones of a content share one, so that all of them are the same bytes.
pub(super) struct Source {
    path: PathBuf,
    /// What it was when it was first looked at.
    first: OnceLock<State>,
    /// Of its bytes, when they were first read. A change within what the clock of the file system tells apart shows only
    /// there.
    checksum: OnceLock<u32>,
}

/// What shows that a file has changed, without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    size: u64,
    /// None on systems that have no such time.
    modified: Option<SystemTime>,
}

impl Source {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), first: OnceLock::new(), checksum: OnceLock::new() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The size, which the file must keep.
    pub(super) fn size(&self) -> io::Result<u64> {
        self.check(&fs::metadata(&self.path).map_err(|error| self.failed(&error))?)
    }

    /// Writes the file, of which [`size`](Self::size) was asked before: opening a named pipe would wait for a writer.
    pub(super) fn write_to(&self, size: u64, out: &mut dyn Write) -> io::Result<()> {
        let mut file = File::open(&self.path).map_err(|error| self.failed(&error))?;
        self.check_open(&file)?;
        let mut chunk = vec![0; CHUNK];
        let mut written = 0;
        let mut checksum = crc32fast::Hasher::new();
        loop {
            let bytes = match file.read(&mut chunk) {
                Ok(read) => chunk.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.failed(&error)),
            };
            if bytes.is_empty() {
                break;
            }
            written += bytes.len() as u64;
            if written > size {
                return Err(self.changed());
            }
            checksum.update(bytes);
            out.write_all(bytes)?;
        }
        let checksum = checksum.finalize();
        if written < size || *self.checksum.get_or_init(|| checksum) != checksum {
            return Err(self.changed());
        }
        self.check_open(&file)
    }

    fn check_open(&self, file: &File) -> io::Result<()> {
        let metadata = file.metadata().map_err(|error| self.failed(&error))?;
        self.check(&metadata).map(|_| ())
    }

    fn check(&self, metadata: &Metadata) -> io::Result<u64> {
        if metadata.is_dir() {
            return Err(self.error(ErrorKind::IsADirectory, "is a directory; write the path of a file"));
        }
        if !metadata.is_file() {
            return Err(self.error(ErrorKind::InvalidInput, "is no regular file; write the path of one"));
        }
        let state = State { size: metadata.len(), modified: metadata.modified().ok() };
        if *self.first.get_or_init(|| state) != state {
            return Err(self.changed());
        }
        Ok(state.size)
    }

    fn changed(&self) -> io::Error {
        let what = "has changed since it was first read for this declaration; declare it again, or leave it as it is";
        self.error(ErrorKind::InvalidData, what)
    }

    fn failed(&self, source: &io::Error) -> io::Error {
        self.error(source.kind(), &format!("cannot be read: {source}"))
    }

    fn error(&self, kind: ErrorKind, what: &str) -> io::Error {
        io::Error::new(kind, format!("{}: {what}", self.path.display()))
    }
}

/// What was declared is the path.
impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for Source {}
