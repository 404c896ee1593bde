//! A store in an archive: one tar.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use oci_fixture_grammar::Digest;

use super::{
    BLOBS, BlobsFound, Found, FurtherFile, INDEX_FILE, LAYOUT_FILE, Name, Store, blob_digest,
    is_of_each_layout, lacking, missing,
};
use crate::declare::content::Content;
use crate::error::{Error, Result};
use crate::io::Recipe;
use crate::tar::read::{Fields, Reader, SparseMap};

/// An OCI image layout in a file that is one tar.
///
/// The file stays open. Nothing is unpacked, and only the positions of its members are held in memory.
#[derive(Clone)]
pub struct Archive {
    path: PathBuf,
    file: Arc<Mutex<File>>,
    layout: Option<FoundMember>,
    index: Option<FoundMember>,
    blobs: BTreeMap<Digest, FoundMember>,
    /// Whether the archive has the directory `blobs`, or something else under that name. A member below it implies it.
    blobs_found: BlobsFound,
    /// Paths below `blobs` that no blob can have, and whether each is a directory. Only the first of them are kept.
    others: BTreeMap<Vec<u8>, bool>,
}

#[derive(Clone, Debug)]
enum FoundMember {
    File(Extent),
    /// A link that leads to no file of the archive, or is not followed yet.
    Link(MemberLink),
    Other,
}

/// A member besides those of every layout and the blobs.
#[derive(Clone, Debug)]
enum FurtherMember {
    Found(FoundMember),
    /// A symbolic link, and its target as it stands in the archive.
    Symlink(Vec<u8>),
}

#[derive(Clone, Debug)]
struct MemberLink {
    /// The name of a member of the archive; `None` for a symbolic link that leads out of it.
    target: Option<Vec<u8>>,
    is_symbolic: bool,
}

/// The position of a file's bytes in the archive.
#[derive(Clone, Debug)]
struct Extent {
    start: u64,
    map: Arc<SparseMap>,
    /// Whether a symbolic link leads to the file.
    is_linked: bool,
}

/// The largest number of paths below `blobs` that are kept although no blob can have them, and the largest number of bytes
/// of each.
const OTHERS: usize = 2_000;
const OTHER_BYTES: usize = 1_000;

/// The largest number of links that are followed from one link, which is that of Linux.
const LINKS: usize = 40;

/// The first bytes of compressed files, and the names of the formats.
const COMPRESSED: [(&[u8], &str); 4] =
    [(b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz")];

impl Archive {
    /// Finds the members of a layout. Of several members with one name, the last one is used, as when a tar is unpacked.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        match Self::open_corrupt(path)? {
            (archive, None) => Ok(archive),
            (_, Some(error)) => Err(broken(path, &error)),
        }
    }

    /// Opens an archive that may be broken: the members before the error, and the error.
    ///
    /// # Errors
    ///
    /// An archive whose first member cannot be read is an error.
    pub(crate) fn open_corrupt(path: &Path) -> Result<(Self, Option<io::Error>)> {
        let failed = |error| Error::io(path, "read the archive", error);
        let metadata = std::fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(Error::layout(path.display(), "is a directory; open that with `Layout::open`"));
        }
        if !metadata.is_file() {
            return Err(Error::layout(path.display(), "is no regular file; name the file of an archive"));
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
            blobs_found: BlobsFound::Nothing,
            others: BTreeMap::new(),
        };
        let (file, length, mut members) = (Arc::clone(&archive.file), metadata.len(), 0_u64);
        let scanned = scan(&file, length, &mut |name, member| {
            members += 1;
            archive.keep_name(name, &member);
            archive.set(name, member);
        });
        match scanned {
            Err(error) if members == 0 => Err(broken(path, &error)),
            scanned => {
                archive.follow_links(length);
                Ok((archive, scanned.err()))
            }
        }
    }

    /// Puts files in place of the links that lead to them.
    ///
    /// A link may lead to a file that is not part of a layout, such as a layer of an archive for Docker. Then the archive is
    /// read once more for each link on the way.
    fn follow_links(&mut self, length: u64) {
        let mut others = BTreeMap::new();
        for _ in 0..LINKS {
            let mut unknown = BTreeMap::new();
            for name in self.links() {
                let mut target = Some(name.clone());
                let mut is_linked = false;
                for _ in 0..LINKS {
                    let Some(next) = target.take() else { break };
                    match self.member(&next).or_else(|| others.get(&next)) {
                        Some(FoundMember::Link(link)) => {
                            is_linked |= link.is_symbolic;
                            target.clone_from(&link.target);
                        }
                        Some(FoundMember::File(extent)) => {
                            let extent = Extent { is_linked, ..extent.clone() };
                            self.set(&name, FoundMember::File(extent));
                        }
                        Some(FoundMember::Other) => {}
                        None => {
                            unknown.insert(next, FoundMember::Other);
                        }
                    }
                }
            }
            if unknown.is_empty() {
                return;
            }
            // The first reading has reported the error of the archive.
            let _ = scan(&Arc::clone(&self.file), length, &mut |name, member| {
                if let Some(other) = unknown.get_mut(name) {
                    *other = member;
                }
            });
            others.append(&mut unknown);
        }
    }

    /// The names of all members that are links.
    fn links(&self) -> Vec<Vec<u8>> {
        let files = [(LAYOUT_FILE, &self.layout), (INDEX_FILE, &self.index)];
        let files = files.into_iter().filter_map(|(name, member)| Some((name.to_owned(), member.as_ref()?)));
        let blobs = self.blobs.iter().map(|(digest, member)| (Name::Blob(digest).to_string(), member));
        let links = files.chain(blobs).filter(|(_, member)| matches!(member, FoundMember::Link(_)));
        links.map(|(name, _)| name.into_bytes()).collect()
    }

    fn member(&self, name: &[u8]) -> Option<&FoundMember> {
        match name {
            _ if name == LAYOUT_FILE.as_bytes() => self.layout.as_ref(),
            _ if name == INDEX_FILE.as_bytes() => self.index.as_ref(),
            _ => self.blobs.get(&blob_digest(name)?),
        }
    }

    fn set(&mut self, name: &[u8], member: FoundMember) {
        match name {
            _ if name == LAYOUT_FILE.as_bytes() => self.layout = Some(member),
            _ if name == INDEX_FILE.as_bytes() => self.index = Some(member),
            _ => self.blobs.extend(blob_digest(name).map(|digest| (digest, member))),
        }
    }

    /// Keeps the name of a member below `blobs` that is no blob.
    fn keep_name(&mut self, name: &[u8], member: &FoundMember) {
        let Some(rest) = name.strip_prefix(BLOBS.as_bytes()) else { return };
        let is_directory = matches!(member, FoundMember::Other);
        if rest.starts_with(b"/") || rest.is_empty() && is_directory {
            self.blobs_found = BlobsFound::Directory;
        } else if rest.is_empty()
            && self.blobs_found == BlobsFound::Nothing
            && matches!(member, FoundMember::Link(link) if link.is_symbolic)
        {
            self.blobs_found = BlobsFound::ArchivedLink;
        }
        let Some(path) = rest.strip_prefix(b"/").filter(|_| blob_digest(name).is_none()) else { return };
        let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
        let mut keep = |path: &[u8], is_directory: bool| {
            let path = path.get(..OTHER_BYTES).unwrap_or(path);
            let known = self.others.entry(path.to_vec()).or_default();
            *known |= is_directory;
            if self.others.len() > OTHERS {
                self.others.pop_last();
            }
        };
        match parts.as_slice() {
            [algorithm] => keep(algorithm, is_directory),
            [algorithm, encoded, ..] => {
                keep(algorithm, true);
                keep(&[*algorithm, *encoded].join(&b'/'), false);
            }
            [] => {}
        }
    }

    /// The members besides index.json, oci-layout, the blobs and directories, by their names.
    fn further(&self) -> Result<BTreeMap<Vec<u8>, FurtherMember>> {
        let failed = |error| broken(&self.path, &error);
        let length =
            self.file.lock().unwrap_or_else(PoisonError::into_inner).metadata().map_err(failed)?.len();
        let mut further = BTreeMap::new();
        let mut reader = Reader::new(Piece { file: &self.file, position: 0, end: length });
        while let Some(member) = reader.next_member().map_err(failed)? {
            let fields = &member.fields;
            let name = normal(&fields.path).unwrap_or_else(|| fields.path.clone());
            let is_symbolic = fields.typeflag == b'2';
            let is_blob = blob_digest(&name).is_some_and(|digest| match self.blobs.get(&digest) {
                Some(FoundMember::Link(_)) => !is_symbolic,
                _ => true,
            });
            let found = match fields.typeflag {
                b'5' => None,
                _ if is_blob || is_of_each_layout(&name) || name.is_empty() => None,
                b'2' => Some(FurtherMember::Symlink(fields.link.clone())),
                b'1' => Some(FurtherMember::Found(FoundMember::Link(MemberLink::of(fields)))),
                _ if fields.is_file() => Some(FurtherMember::Found(FoundMember::File(Extent {
                    start: reader.offset(),
                    map: Arc::new(member.map()),
                    is_linked: false,
                }))),
                _ => Some(FurtherMember::Found(FoundMember::Other)),
            };
            reader.seek_body().map_err(failed)?;
            match found {
                Some(found) => drop(further.insert(name, found)),
                None => drop(further.remove(&name)),
            }
        }
        Ok(self.without_hard_links(further))
    }

    /// Puts files in place of the hard links that lead to them.
    fn without_hard_links(
        &self,
        mut further: BTreeMap<Vec<u8>, FurtherMember>,
    ) -> BTreeMap<Vec<u8>, FurtherMember> {
        for _ in 0..LINKS {
            let links = further.iter().filter_map(|(name, member)| match member {
                FurtherMember::Found(FoundMember::Link(link)) => {
                    let target = link.target.as_ref()?;
                    let found = match self.member(target) {
                        Some(found) => FurtherMember::Found(found.clone()),
                        None => further.get(target)?.clone(),
                    };
                    Some((name.clone(), found))
                }
                _ => None,
            });
            let links: Vec<_> = links.collect();
            if links.is_empty() {
                break;
            }
            further.extend(links);
        }
        further
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of a file, with the holes of a sparse one.
    fn reader(&self, extent: &Extent) -> impl Read + '_ {
        let end = extent.start.saturating_add(extent.map.stored());
        SparseMap::clone(&extent.map).expand(Piece { file: &self.file, position: extent.start, end })
    }

    fn read(&self, extent: &Extent) -> Result<Cow<'_, [u8]>> {
        let failed = |error| Error::io(&self.path, "read the archive", error);
        extent.map.check_memory().map_err(failed)?;
        let mut bytes = Vec::new();
        self.reader(extent).read_to_end(&mut bytes).map_err(failed)?;
        Ok(Cow::Owned(bytes))
    }

    /// The bytes of a file that every layout has.
    fn required(&self, member: Option<&FoundMember>, name: &str) -> Result<Cow<'_, [u8]>> {
        self.read(member.and_then(FoundMember::extent).ok_or_else(|| lacking(self.path.display(), name))?)
    }

    fn extent(&self, digest: &Digest) -> Result<&Extent> {
        self.blobs.get(digest).and_then(FoundMember::extent).ok_or_else(|| missing(digest))
    }
}

impl Store for Archive {
    fn layout(&self) -> Result<Cow<'_, [u8]>> {
        self.required(self.layout.as_ref(), LAYOUT_FILE)
    }

    fn index(&self) -> Result<Cow<'_, [u8]>> {
        self.required(self.index.as_ref(), INDEX_FILE)
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.read(self.extent(digest)?)
    }

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        Ok(Box::new(Archive::reader(self, self.extent(digest)?)))
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        let files = self.blobs.iter().filter(|(_, member)| member.extent().is_some());
        Ok(files.map(|(digest, _)| digest.clone()).collect())
    }

    fn look(&self, name: Name<'_>) -> Result<Found<'_>> {
        let member = match name {
            Name::OciLayout => self.layout.as_ref(),
            Name::Index => self.index.as_ref(),
            Name::Blob(digest) => self.blobs.get(digest),
        };
        Ok(match member {
            None => Found::Nothing,
            Some(FoundMember::File(extent)) => Found::File {
                size: extent.map.size(),
                linked: extent.is_linked,
                reader: Box::new(Archive::reader(self, extent)),
            },
            Some(FoundMember::Link(MemberLink { is_symbolic: true, .. })) => Found::Outside,
            Some(FoundMember::Link(_) | FoundMember::Other) => Found::NoFile,
        })
    }

    fn each_digest(&self, take: &mut dyn FnMut(Digest)) -> Result<()> {
        self.blobs.keys().cloned().for_each(take);
        Ok(())
    }

    fn each_further(&self, take: &mut dyn FnMut(&[u8], FurtherFile<'_>) -> Result<()>) -> Result<()> {
        for (name, member) in &self.further()? {
            let file = match member {
                FurtherMember::Found(FoundMember::File(extent)) => {
                    FurtherFile::File(Box::new(Archive::reader(self, extent)))
                }
                FurtherMember::Symlink(target) => FurtherFile::Symlink(target.clone()),
                FurtherMember::Found(FoundMember::Link(_) | FoundMember::Other) => FurtherFile::Other,
            };
            take(name, file)?;
        }
        Ok(())
    }

    fn blobs(&self) -> Result<BlobsFound> {
        Ok(self.blobs_found)
    }

    fn each_name(&self, take: &mut dyn FnMut(&[u8], bool)) -> Result<()> {
        self.others.iter().for_each(|(name, is_directory)| take(name, *is_directory));
        Ok(())
    }
}

/// The files of an archive besides index.json, oci-layout and the blobs, which are found by their names.
pub(crate) struct ArchivedFiles {
    archive: Archive,
    further: BTreeMap<Vec<u8>, FurtherMember>,
}

impl ArchivedFiles {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let archive = Archive::open(path)?;
        let further = archive.further()?;
        Ok(Self { archive, further })
    }

    /// The content of a file, or of the file to which a link leads. `None` if there is no such file.
    pub(crate) fn content(&self, path: &str) -> Option<Content> {
        let mut name = normal(path.as_bytes())?;
        for _ in 0..LINKS {
            match self.further.get(&name) {
                Some(FurtherMember::Symlink(target)) => {
                    let directory =
                        name.iter().rposition(|byte| *byte == b'/').and_then(|end| name.get(..end));
                    name = normal(&[directory.unwrap_or_default(), target].join(&b'/'))?;
                }
                Some(FurtherMember::Found(found)) => return self.content_of(found),
                None => return self.content_of(self.archive.member(&name)?),
            }
        }
        None
    }

    fn content_of(&self, member: &FoundMember) -> Option<Content> {
        let extent = member.extent()?.clone();
        let size = extent.map.size();
        Some(Content::made(ArchivedContent { archive: self.archive.clone(), extent }, size))
    }
}

/// The bytes of a file in an archive, which stays open for them.
struct ArchivedContent {
    archive: Archive,
    extent: Extent,
}

impl Recipe for ArchivedContent {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        io::copy(&mut Archive::reader(&self.archive, &self.extent), out).map(drop)
    }
}

impl FoundMember {
    fn extent(&self) -> Option<&Extent> {
        match self {
            Self::File(extent) => Some(extent),
            Self::Link(_) | Self::Other => None,
        }
    }
}

impl MemberLink {
    /// The link of a member.
    fn of(fields: &Fields) -> Self {
        let is_symbolic = fields.typeflag == b'2';
        let directory = match fields.path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) if is_symbolic => fields.path.get(..slash).unwrap_or_default(),
            _ => &[],
        };
        let is_absolute = is_symbolic && fields.link.starts_with(b"/");
        let target = [directory, &fields.link].join(&b'/');
        Self { target: normal(&target).filter(|_| !is_absolute), is_symbolic }
    }
}

/// Calls `visit` with the name and the kind of each member.
fn scan(file: &Mutex<File>, length: u64, visit: &mut dyn FnMut(&[u8], FoundMember)) -> io::Result<()> {
    // The `tar` crate holds names of any length in memory.
    let mut reader = Reader::new(Piece { file, position: 0, end: length });
    while let Some(member) = reader.next_member()? {
        let fields = &member.fields;
        let (start, left) = (reader.offset(), reader.left());
        let found = match fields.typeflag {
            b'1' | b'2' => FoundMember::Link(MemberLink::of(fields)),
            _ if fields.is_file() => {
                FoundMember::File(Extent { start, map: Arc::new(member.map()), is_linked: false })
            }
            _ => FoundMember::Other,
        };
        let name = normal(&fields.path).unwrap_or_default();
        if start.checked_add(left).is_none_or(|end| end > length) {
            let name = String::from_utf8_lossy(&name);
            // The member is found, so it is kept, although its bytes cannot be read.
            visit(b"", FoundMember::Other);
            return Err(io::Error::other(format!("{name:?} is cut off")));
        }
        reader.seek_body()?;
        visit(&name, found);
    }
    Ok(())
}

/// A path without `.`, `..` and empty components. `None` if it leads above the root.
fn normal(path: &[u8]) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/'))
}

fn broken(path: &Path, error: &io::Error) -> Error {
    // The reader's error quotes the file, which may hold control characters.
    let line = error.to_string().replace(char::is_control, "\u{fffd}");
    let error = io::Error::new(error.kind(), line);
    Error::layout(path.display(), "cannot be read as a tar").with_source(error)
}

/// A piece of a file that several readers share: each read seeks to its own position first.
struct Piece<'a> {
    file: &'a Mutex<File>,
    position: u64,
    end: u64,
}

impl Read for Piece<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A panic in another reader can have changed only the file's position.
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

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archive({:?})", self.path)
    }
}
