//! A layout in a directory.

use std::borrow::Cow;
use std::fs::{self, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use oci_fixture_grammar::Digest;

use super::{BLOBS, Found, INDEX_FILE, LAYOUT_FILE, Name, Store, blob_name, lacking, missing};
use crate::error::{Error, Result};

/// An OCI image layout in a directory.
///
/// Nothing outside of the directory is read: a symbolic link that leads out of it is an error, and so is what is no
/// regular file. That guards against a layout that is hostile, not against one that changes while it is read.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Opens a file of the layout; nothing where there is none.
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

    /// What is there; nothing where there is nothing. What lies outside of the layout is an error.
    fn look_at(&self, path: &Path) -> Result<Option<FileType>> {
        match self.way(path)? {
            Way::Inside { metadata, .. } => Ok(Some(metadata.file_type())),
            Way::Outside => {
                let problem = "leads out of the layout by a symbolic link; put the file itself there";
                Err(Error::layout(path.display(), problem))
            }
            Way::Nothing | Way::Broken => Ok(None),
        }
    }

    fn way(&self, path: &Path) -> Result<Way> {
        way(&self.0, path).map_err(|error| Error::io(path, "look at the file", error))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(mut file) = self.open(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| Error::io(&self.0.join(name), "read the file", error))?;
        Ok(Some(bytes))
    }

    /// The bytes of a file that every layout has.
    fn required(&self, name: &str) -> Result<Cow<'_, [u8]>> {
        self.read(name)?.map(Cow::Owned).ok_or_else(|| lacking(self.0.display(), name))
    }

    /// The names in a directory that are text; none where there is no such directory.
    fn each_name(&self, name: &str, take: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
        let directory = self.0.join(name);
        let failed = |error| Error::io(&directory, "list the directory", error);
        if !self.look_at(&directory)?.is_some_and(|file_type| file_type.is_dir()) {
            return Ok(());
        }
        for entry in fs::read_dir(&directory).map_err(failed)? {
            if let Some(name) = entry.map_err(failed)?.file_name().to_str() {
                take(name)?;
            }
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
        Ok(match self.way(&path)? {
            Way::Nothing => Found::Nothing,
            Way::Outside | Way::Broken => Found::Outside,
            // Opening a named pipe would wait for a writer.
            Way::Inside { metadata, .. } if !metadata.is_file() => Found::NoFile,
            Way::Inside { metadata, linked } => {
                let file = File::open(&path).map_err(|error| Error::io(&path, "read the file", error))?;
                Found::File { size: metadata.len(), linked, reader: Box::new(file) }
            }
        })
    }

    fn each_digest(&self, take: &mut dyn FnMut(Digest)) -> Result<()> {
        self.each_name(BLOBS, &mut |algorithm| {
            self.each_name(&format!("{BLOBS}/{algorithm}"), &mut |hex| {
                // What is not named by a digest is not a blob.
                Digest::parse(&format!("{algorithm}:{hex}")).into_iter().for_each(&mut *take);
                Ok(())
            })
        })
    }
}

/// What a path below a directory leads to.
enum Way {
    Nothing,
    Inside {
        metadata: Metadata,
        /// By a symbolic link.
        linked: bool,
    },
    /// A symbolic link on its way leads out of the directory.
    Outside,
    /// A symbolic link leads to nothing.
    Broken,
}

fn way(directory: &Path, path: &Path) -> io::Result<Way> {
    let is_nothing =
        |error: &io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    let mut way = directory.to_owned();
    let mut linked = false;
    let mut last = None;
    for component in path.strip_prefix(directory).unwrap_or(path).components() {
        if !matches!(component, Component::Normal(_)) {
            return Ok(Way::Outside);
        }
        way.push(component);
        let metadata = match fs::symlink_metadata(&way) {
            Err(error) if is_nothing(&error) => return Ok(Way::Nothing),
            metadata => metadata?,
        };
        linked |= metadata.is_symlink();
        last = Some(metadata);
    }
    let Some(metadata) = last else { return Ok(Way::Nothing) };
    if !linked {
        return Ok(Way::Inside { metadata, linked });
    }
    let real = match fs::canonicalize(path) {
        Err(error) if is_nothing(&error) => return Ok(Way::Broken),
        real => real?,
    };
    if !real.starts_with(fs::canonicalize(directory)?) {
        return Ok(Way::Outside);
    }
    Ok(Way::Inside { metadata: fs::metadata(path)?, linked })
}
