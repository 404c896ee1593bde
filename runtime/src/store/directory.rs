//! A store in a directory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use oci_fixture_grammar::Digest;

use super::{
    BLOBS, BlobsFound, Found, FurtherFile, INDEX_FILE, LAYOUT_FILE, Name, Store, blob_digest, blob_name,
    is_of_each_layout, lacking, missing,
};
use crate::declare::content::Content;
use crate::error::{Error, Result};

/// An OCI image layout in a directory.
///
/// Nothing outside of the directory is read: a symbolic link that leads out of it is an error, and so is a file that is not
/// a regular one. This protects against a hostile layout, but not against a layout that changes while it is read.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Opens a file of the layout. `None` if there is no such file.
    fn open(&self, name: &str) -> Result<Option<File>> {
        let path = self.0.join(name);
        let failed = |error| Error::io(&path, "read the file", error);
        let Some(file_type) = self.look_at(&path)? else { return Ok(None) };
        // Opening a named pipe would wait for a writer.
        if !file_type.is_file() {
            return Err(Error::layout(path.display(), "is no regular file, as each file of a layout is"));
        }
        File::open(&path).map(Some).map_err(failed)
    }

    /// The type of the file at a path. `None` if there is no file. A path that leads out of the layout is an error.
    fn look_at(&self, path: &Path) -> Result<Option<FileType>> {
        match self.destination(path)? {
            Destination::Inside { metadata, .. } => Ok(Some(metadata.file_type())),
            Destination::Outside => {
                let problem = "leads out of the layout by a symbolic link; put the file itself there";
                Err(Error::layout(path.display(), problem))
            }
            Destination::Nothing | Destination::Broken => Ok(None),
        }
    }

    fn destination(&self, path: &Path) -> Result<Destination> {
        destination(&self.0, path).map_err(|error| Error::io(path, "look at the file", error))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(mut file) = self.open(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| Error::io(&self.0.join(name), "read the file", error))?;
        Ok(Some(bytes))
    }

    /// The paths and types of all files in the directory and below it, without the directories themselves. No symbolic link
    /// is followed.
    fn files(&self) -> Result<BTreeMap<PathBuf, FileType>> {
        let mut files = BTreeMap::new();
        let mut rest = vec![PathBuf::new()];
        while let Some(directory) = rest.pop() {
            let place = self.0.join(&directory);
            let failed = |error| Error::io(&place, "list the directory", error);
            for entry in fs::read_dir(&place).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let path = directory.join(entry.file_name());
                match entry.file_type().map_err(failed)? {
                    file_type if file_type.is_dir() => rest.push(path),
                    file_type => drop(files.insert(path, file_type)),
                }
            }
        }
        Ok(files)
    }

    /// The bytes of a file that every layout has.
    fn required(&self, name: &str) -> Result<Cow<'_, [u8]>> {
        self.read(name)?.map(Cow::Owned).ok_or_else(|| lacking(self.0.display(), name))
    }

    /// Calls `take` with each entry of a directory of the layout. A missing directory has none.
    fn each_entry(&self, name: &Path, take: &mut dyn FnMut(&DirEntry) -> Result<()>) -> Result<()> {
        let directory = self.0.join(name);
        let failed = |error| Error::io(&directory, "list the directory", error);
        if !self.look_at(&directory)?.is_some_and(|file_type| file_type.is_dir()) {
            return Ok(());
        }
        for entry in fs::read_dir(&directory).map_err(failed)? {
            take(&entry.map_err(failed)?)?;
        }
        Ok(())
    }
}

impl AsRef<Path> for Directory {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Store for Directory {
    fn layout(&self) -> Result<Cow<'_, [u8]>> {
        self.required(LAYOUT_FILE)
    }

    fn index(&self) -> Result<Cow<'_, [u8]>> {
        self.required(INDEX_FILE)
    }

    fn blob(&self, digest: &Digest) -> Result<Cow<'_, [u8]>> {
        self.read(&blob_name(digest))?.map(Cow::Owned).ok_or_else(|| missing(digest))
    }

    /// The file itself, which is read when the other fixture is written.
    fn content(&self, digest: &Digest) -> Result<Option<Content>> {
        let name = blob_name(digest);
        Ok(self.open(&name)?.map(|_| Content::file(self.0.join(name))))
    }

    fn reader(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        match self.open(&blob_name(digest))? {
            Some(file) => Ok(Box::new(file)),
            None => Err(missing(digest)),
        }
    }

    fn digests(&self) -> Result<Vec<Digest>> {
        let mut digests = Vec::new();
        self.each_digest(&mut |digest| digests.push(digest))?;
        digests.sort();
        Ok(digests)
    }

    fn look(&self, name: Name<'_>) -> Result<Found<'_>> {
        let path = self.0.join(name.to_string());
        Ok(match self.destination(&path)? {
            Destination::Nothing => Found::Nothing,
            Destination::Outside | Destination::Broken => Found::Outside,
            // Opening a named pipe would wait for a writer.
            Destination::Inside { metadata, .. } if !metadata.is_file() => Found::NoFile,
            Destination::Inside { metadata, linked } => {
                let file = File::open(&path).map_err(|error| Error::io(&path, "read the file", error))?;
                Found::File { size: metadata.len(), linked, reader: Box::new(file) }
            }
        })
    }

    fn each_digest(&self, take: &mut dyn FnMut(Digest)) -> Result<()> {
        let blobs = Path::new(BLOBS);
        self.each_entry(blobs, &mut |algorithm| {
            let algorithm = algorithm.file_name();
            self.each_entry(&blobs.join(&algorithm), &mut |hex| {
                // A file whose name is no digest is no blob.
                if let (Some(algorithm), Some(hex)) = (algorithm.to_str(), hex.file_name().to_str()) {
                    Digest::parse(&format!("{algorithm}:{hex}")).into_iter().for_each(&mut *take);
                }
                Ok(())
            })
        })
    }

    fn each_further(&self, take: &mut dyn FnMut(&[u8], FurtherFile<'_>) -> Result<()>) -> Result<()> {
        for (name, file_type) in self.files()? {
            let path = self.0.join(&name);
            let failed = |error| Error::io(&path, "read the file", error);
            let name = name.as_os_str().as_encoded_bytes();
            let is_in_layout = || {
                let to = self.destination(&path)?;
                Ok::<_, Error>(matches!(to, Destination::Inside { .. }))
            };
            // `blobs` and the directories below it may be symbolic links.
            let is_of_blobs = name.strip_prefix(BLOBS.as_bytes()).is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix(b"/").is_some_and(|rest| !rest.contains(&b'/'))
            });
            let is_own = is_of_each_layout(name)
                || blob_digest(name).is_some() && (!file_type.is_symlink() || is_in_layout()?)
                || is_of_blobs && file_type.is_symlink() && is_in_layout()?;
            if is_own {
                continue;
            }
            let file = if file_type.is_symlink() {
                let target = fs::read_link(&path).map_err(failed)?;
                FurtherFile::Symlink(target.as_os_str().as_encoded_bytes().to_vec())
            } else if file_type.is_file() {
                FurtherFile::File(Box::new(File::open(&path).map_err(failed)?))
            } else {
                FurtherFile::Other
            };
            take(name, file)?;
        }
        Ok(())
    }

    fn blobs(&self) -> Result<BlobsFound> {
        Ok(match self.destination(&self.0.join(BLOBS))? {
            Destination::Inside { metadata, .. } if metadata.is_dir() => BlobsFound::Directory,
            Destination::Inside { .. } | Destination::Nothing => BlobsFound::Nothing,
            Destination::Outside | Destination::Broken => BlobsFound::Outside,
        })
    }

    fn each_name(&self, take: &mut dyn FnMut(&[u8], bool)) -> Result<()> {
        let blobs = Path::new(BLOBS);
        // A link to a directory outside of the layout is not followed. `blobs` has reported it.
        if self.blobs()? != BlobsFound::Directory {
            return Ok(());
        }
        self.each_entry(blobs, &mut |algorithm| {
            let name = algorithm.file_name();
            let path = blobs.join(&name);
            let is_directory = match self.destination(&self.0.join(&path))? {
                Destination::Inside { metadata, .. } => metadata.is_dir(),
                // The blobs below this directory are found one by one, by their digests.
                Destination::Outside | Destination::Broken | Destination::Nothing => true,
            };
            take(name.as_encoded_bytes(), is_directory);
            if !matches!(self.destination(&self.0.join(&path))?, Destination::Inside { .. }) {
                return Ok(());
            }
            self.each_entry(&path, &mut |encoded| {
                let encoded = encoded.file_name();
                take(&[name.as_encoded_bytes(), encoded.as_encoded_bytes()].join(&b'/'), false);
                Ok(())
            })
        })
    }
}

/// The file to which a path below a directory leads.
enum Destination {
    Nothing,
    Inside {
        metadata: Metadata,
        /// Whether a symbolic link is on the way.
        linked: bool,
    },
    /// A symbolic link on the way leads out of the directory.
    Outside,
    /// A symbolic link on the way leads to no file.
    Broken,
}

fn destination(directory: &Path, path: &Path) -> io::Result<Destination> {
    let is_nothing =
        |error: &io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    let mut way = directory.to_owned();
    let mut linked = false;
    let mut last = None;
    for component in path.strip_prefix(directory).unwrap_or(path).components() {
        if !matches!(component, Component::Normal(_)) {
            return Ok(Destination::Outside);
        }
        way.push(component);
        let metadata = match fs::symlink_metadata(&way) {
            Err(error) if is_nothing(&error) => return Ok(Destination::Nothing),
            metadata => metadata?,
        };
        linked |= metadata.is_symlink();
        last = Some(metadata);
    }
    let Some(metadata) = last else { return Ok(Destination::Nothing) };
    if !linked {
        return Ok(Destination::Inside { metadata, linked });
    }
    let real = match fs::canonicalize(path) {
        Err(error) if is_nothing(&error) => return Ok(Destination::Broken),
        real => real?,
    };
    if !real.starts_with(fs::canonicalize(directory)?) {
        return Ok(Destination::Outside);
    }
    Ok(Destination::Inside { metadata: fs::metadata(path)?, linked })
}
