//! A layout in an archive: one tar.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use oci_fixture_grammar::Digest;

use super::{BLOBS, Found, INDEX_FILE, LAYOUT_FILE, Name, Store, lacking, missing};
use crate::error::{Error, Result};
use crate::tar::read::Reader;

/// An OCI image layout in a file that is one tar.
///
/// The file stays open. Only where its members lie is held in memory; nothing is unpacked.
#[derive(Clone, Debug)]
pub struct Archive {
    path: PathBuf,
    file: Arc<Mutex<File>>,
    layout: Option<Member>,
    index: Option<Member>,
    blobs: BTreeMap<Digest, Member>,
}

#[derive(Clone, Copy, Debug)]
enum Member {
    File(Extent),
    /// A symbolic link, which is not followed.
    Link,
    Other,
}

/// Where the bytes of a member lie.
#[derive(Clone, Copy, Debug)]
struct Extent {
    start: u64,
    size: u64,
}

/// How a file begins that has to be decompressed first, and what it is.
const COMPRESSED: [(&[u8], &str); 4] =
    [(b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz")];

impl Archive {
    /// Finds the members. As when a tar is unpacked, the last of a name counts.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        match Self::open_damaged(path)? {
            (archive, None) => Ok(archive),
            (_, Some(error)) => Err(broken(path, &error)),
        }
    }

    /// The same of an archive that may be damaged: what stands before that, and what is wrong.
    ///
    /// # Errors
    ///
    /// Where not even the first member can be read.
    pub(crate) fn open_damaged(path: &Path) -> Result<(Self, Option<io::Error>)> {
        let failed = |error| Error::io(path, "read the archive", error);
        let metadata = std::fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(Error::layout(path.display(), "is a directory; open that with `Layout::open`"));
        }
        if !metadata.is_file() {
            return Err(Error::layout(path.display(), "is no regular file, and an archive has to be one"));
        }
        let mut file = File::open(path).map_err(failed)?;
        let mut start = Vec::new();
        (&mut file).take(8).read_to_end(&mut start).map_err(failed)?;
        if let Some((_, format)) = COMPRESSED.iter().find(|(magic, _)| start.starts_with(magic)) {
            let problem = format!("is compressed with {format}; decompress it first");
            return Err(Error::layout(path.display(), problem));
        }
        file.rewind().map_err(failed)?;
        let mut archive = Self {
            path: path.to_owned(),
            file: Arc::new(Mutex::new(file)),
            layout: None,
            index: None,
            blobs: BTreeMap::new(),
        };
        let mut members = 0_u64;
        match archive.scan(metadata.len(), &mut members) {
            Err(error) if members == 0 => Err(broken(path, &error)),
            scanned => Ok((archive, scanned.err())),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn scan(&mut self, length: u64, members: &mut u64) -> io::Result<()> {
        // The `tar` crate holds names of any length in memory.
        let mut reader = Reader::new(Piece { file: &self.file, position: 0, end: length });
        while let Some(member) = reader.next_member()? {
            let fields = &member.fields;
            let (start, size) = (reader.offset(), if fields.has_body() { fields.size } else { 0 });
            let name = String::from_utf8_lossy(&fields.path).into_owned();
            let name = name.strip_prefix("./").unwrap_or(&name);
            let member = match fields.typeflag {
                b'0' => Member::File(Extent { start, size }),
                b'1' | b'2' => Member::Link,
                _ => Member::Other,
            };
            *members += 1;
            if start.checked_add(size).is_none_or(|end| end > length) {
                return Err(io::Error::other(format!("{name:?} is cut off")));
            }
            reader.seek_body()?;
            match name {
                LAYOUT_FILE => self.layout = Some(member),
                INDEX_FILE => self.index = Some(member),
                _ => self.blobs.extend(blob_digest(name).map(|digest| (digest, member))),
            }
        }
        Ok(())
    }

    fn piece(&self, extent: Extent) -> Piece<'_> {
        let end = extent.start.saturating_add(extent.size);
        Piece { file: &self.file, position: extent.start, end }
    }

    fn read(&self, extent: Extent) -> Result<Cow<'_, [u8]>> {
        let mut bytes = Vec::new();
        self.piece(extent)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::io(&self.path, "read the archive", error))?;
        Ok(Cow::Owned(bytes))
    }

    /// The bytes of a file that every layout has.
    fn required(&self, member: Option<Member>, name: &str) -> Result<Cow<'_, [u8]>> {
        self.read(member.and_then(Member::extent).ok_or_else(|| lacking(self.path.display(), name))?)
    }

    fn blob(&self, digest: &Digest) -> Result<Extent> {
        self.blobs.get(digest).copied().and_then(Member::extent).ok_or_else(|| missing(digest))
    }
}

impl Store for Archive {
    fn layout(&self) -> Result<Cow<'_, [u8]>> {
        self.required(self.layout, LAYOUT_FILE)
    }

    fn index(&self) -> Result<Cow<'_, [u8]>> {
        self.required(self.index, INDEX_FILE)
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.read(self.blob(digest)?)
    }

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.piece(self.blob(digest)?)))
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        let files = self.blobs.iter().filter(|(_, member)| member.extent().is_some());
        Ok(files.map(|(digest, _)| digest.clone()).collect())
    }

    fn look(&self, name: Name<'_>) -> Result<Found<'_>> {
        let member = match name {
            Name::OciLayout => self.layout,
            Name::Index => self.index,
            Name::Blob(digest) => self.blobs.get(digest).copied(),
        };
        Ok(match member {
            None => Found::Nothing,
            Some(Member::File(extent)) => {
                Found::File { size: extent.size, linked: false, reader: Box::new(self.piece(extent)) }
            }
            Some(Member::Link) => Found::Outside,
            Some(Member::Other) => Found::NoFile,
        })
    }

    fn each_digest(&self, take: &mut dyn FnMut(Digest)) -> Result<()> {
        self.blobs.keys().cloned().for_each(take);
        Ok(())
    }
}

impl Member {
    fn extent(self) -> Option<Extent> {
        match self {
            Self::File(extent) => Some(extent),
            Self::Link | Self::Other => None,
        }
    }
}

fn broken(path: &Path, error: &io::Error) -> Error {
    // The reader quotes the file, whatever that holds.
    let line = error.to_string().replace(char::is_control, "\u{fffd}");
    let error = io::Error::new(error.kind(), line);
    Error::layout(path.display(), "cannot be read as a tar").with_source(error)
}

/// The digest of `blobs/ALGORITHM/HEX`.
fn blob_digest(name: &str) -> Option<Digest> {
    let (algorithm, hex) = name.strip_prefix(BLOBS)?.strip_prefix('/')?.split_once('/')?;
    Digest::parse(&format!("{algorithm}:{hex}")).ok()
}

/// A piece of a file that others read, too: each read goes to its place first.
struct Piece<'a> {
    file: &'a Mutex<File>,
    position: u64,
    end: u64,
}

impl Read for Piece<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Whoever panicked while it was locked has left no more than another position.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.position))?;
        let read = (&mut *file).take(self.end.saturating_sub(self.position)).read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Piece<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.end.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
