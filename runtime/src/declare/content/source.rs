//! A file on this machine whose bytes are content.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use super::CHUNK;

/// A file that is read when its content is written. The clones of a content share one value, so that all of them have
/// the same bytes.
pub(crate) struct SourceFile {
    path: PathBuf,
    /// The state of the file when it was first looked at.
    first: OnceLock<FileState>,
    /// The CRC-32 of the file's bytes when they were first read. Only this shows a change that is faster than the clock
    /// of the file system.
    checksum: OnceLock<u32>,
}

/// The values that show that a file has changed, without reading the file.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FileState {
    size: u64,
    /// `None` on systems that have no modification time.
    modified: Option<SystemTime>,
}

impl SourceFile {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), first: OnceLock::new(), checksum: OnceLock::new() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The size of the file, which must not change from then on.
    pub(super) fn size(&self) -> io::Result<u64> {
        self.check(&fs::metadata(&self.path).map_err(|error| self.failed(&error))?)
    }

    /// Writes the file. Call [`size`](Self::size) first: it refuses a named pipe, which would wait here for a writer.
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
        let state = FileState { size: metadata.len(), modified: metadata.modified().ok() };
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

/// Two files are equal if their paths are equal.
impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for SourceFile {}
