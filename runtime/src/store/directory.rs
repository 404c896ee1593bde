//! Writing into a directory: blobs are staged beside the layout, and published by renames.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use oci_fixture_grammar::Digest;
use serde::Deserialize;

use super::{BLOBS, INDEX_FILE, LAYOUT_FILE, blob_path, index_json};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::recipe::Recipe;
use crate::seal::Sink;

/// What oci-layout holds, with the space that other tools write.
const LAYOUT: &str = "{\"imageLayoutVersion\": \"1.0.0\"}";

/// A blob of up to this many bytes is made in memory, and written with one call, under its digest.
const BUFFER: usize = 256 * 1024;

/// Blobs that are written, but not yet part of the layout: in `DIR/.oci-fixture-RANDOM/sha256/`.
///
/// Dropping it removes them.
pub(crate) struct Staging<'d> {
    directory: &'d Path,
    staged: tempfile::TempDir,
    blobs: PathBuf,
    digests: BTreeSet<Digest>,
    buffer: Vec<u8>,
}

impl<'d> Staging<'d> {
    /// Begins to write into a directory, which is made where it does not exist.
    pub(crate) fn new(directory: &'d Path) -> Result<Self> {
        make_directory(directory)?;
        // What cannot be added to is found before anything is written. It is read again under the lock.
        if let Some(mut file) = existing(&directory.join(LAYOUT_FILE))? {
            check_layout(&directory.join(LAYOUT_FILE), &mut file)?;
        }
        merged_index(directory, &[])?;

        let mut builder = tempfile::Builder::new();
        builder.prefix(".oci-fixture-");
        // It becomes `blobs`, which others may read as far as the umask lets them.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let staged = builder
            .tempdir_in(directory)
            .map_err(|error| Error::io(directory, "create a directory in it", error))?;
        let blobs = staged.path().join("sha256");
        fs::create_dir(&blobs).map_err(|error| Error::io(&blobs, "create the directory", error))?;
        Ok(Self { directory, staged, blobs, digests: BTreeSet::new(), buffer: Vec::new() })
    }

    /// Makes the staged blobs part of the layout, and then lists the entries in its index.json.
    pub(crate) fn publish(self, entries: &[Vec<u8>]) -> Result<()> {
        // Beside the staged blobs, as `.oci-fixture-RANDOM.json` and so on.
        let beside = self.staged.path().to_owned();
        let directory = self.directory;
        self.publish_blobs()?;
        let locked = lock(directory, &beside.with_extension("layout"))?;
        let index = merged_index(directory, entries)?;
        replace(&directory.join(INDEX_FILE), &beside.with_extension("json"), &index)?;
        drop(locked);
        Ok(())
    }

    fn publish_blobs(self) -> Result<()> {
        let blobs = self.directory.join(BLOBS);
        if fs::rename(self.staged.path(), &blobs).is_ok() {
            // Nothing is left under the old name that would have to go.
            let _ = self.staged.keep();
            return Ok(());
        }
        // There are blobs already; any other reason is found again here.
        make_directory(&blobs.join("sha256"))?;
        for digest in &self.digests {
            let (staged, published) = (self.blobs.join(digest.hex()), blob_path(self.directory, digest));
            if !same_content(&staged, &published) {
                fs::rename(&staged, &published)
                    .map_err(|error| Error::io(&published, "put the blob there", error))?;
            }
        }
        Ok(())
    }
}

impl Sink for Staging<'_> {
    fn put(&mut self, recipe: &dyn Recipe) -> Result<(Digest, u64)> {
        let unfinished = self.blobs.join("unfinished");
        self.buffer.clear();
        let mut blob = Blob {
            unfinished: &unfinished,
            file: None,
            buffer: &mut self.buffer,
            hasher: Hasher::default(),
            size: 0,
        };
        let written = recipe.write_to(&mut blob).and_then(|()| blob.hash_buffer());
        written.map_err(|error| Error::io(&unfinished, "write the blob", error))?;
        let Blob { file, hasher, size, .. } = blob;
        let digest = hasher.finish();
        let path = self.blobs.join(digest.hex());
        let stored = match file {
            Some(mut file) => file.write_all(&self.buffer).and_then(|()| fs::rename(&unfinished, &path)),
            None if self.digests.contains(&digest) => Ok(()),
            None => fs::write(&path, &self.buffer),
        };
        stored.map_err(|error| Error::io(&path, "write the blob", error))?;
        self.digests.insert(digest.clone());
        Ok((digest, size))
    }
}

/// A blob that is being made. Only where it is larger than the buffer there is a file before the digest is known.
struct Blob<'s> {
    unfinished: &'s Path,
    file: Option<File>,
    buffer: &'s mut Vec<u8>,
    hasher: Hasher,
    size: u64,
}

impl Blob<'_> {
    fn hash_buffer(&mut self) -> io::Result<()> {
        self.hasher.update(self.buffer);
        self.size += self.buffer.len() as u64;
        Ok(())
    }
}

impl Write for Blob<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() >= BUFFER {
            self.hash_buffer()?;
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(File::create(self.unfinished)?),
            };
            file.write_all(self.buffer)?;
            self.buffer.clear();
        }
        let taken = bytes.len().min(BUFFER);
        self.buffer.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// oci-layout, locked for this process until the file is dropped. It is never replaced, so all writers lock the same.
fn lock(directory: &Path, temporary: &Path) -> Result<File> {
    let path = directory.join(LAYOUT_FILE);
    let failed = |what| move |error| Error::io(&directory.join(LAYOUT_FILE), what, error);
    let mut file = match existing(&path)? {
        Some(file) => file,
        None => make_layout(&path, temporary)?,
    };
    file.lock().map_err(failed("lock the file"))?;
    check_layout(&path, &mut file)?;
    Ok(file)
}

/// A link puts a whole file in place, and leaves one that another process has made in between.
fn make_layout(path: &Path, temporary: &Path) -> Result<File> {
    let failed = |error| Error::io(path, "create the file", error);
    fs::write(temporary, LAYOUT).map_err(|error| Error::io(temporary, "write the file", error))?;
    let linked = fs::hard_link(temporary, path);
    let _ = fs::remove_file(temporary);
    let other_exists = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
    match linked {
        Err(error) if !other_exists(&error) => {
            // A file system without links: the content comes a moment after the name.
            let made = OpenOptions::new().write(true).create_new(true).open(path);
            match made.and_then(|mut file| file.write_all(LAYOUT.as_bytes())) {
                Err(error) if !other_exists(&error) => return Err(failed(error)),
                _ => {}
            }
        }
        _ => {}
    }
    File::open(path).map_err(failed)
}

/// Only a version that we know can be added to.
fn check_layout(path: &Path, file: &mut File) -> Result<()> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Document {
        image_layout_version: String,
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(|error| Error::io(path, "read the file", error))?;
    let Document { image_layout_version: version } = serde_json::from_slice(&text).map_err(|error| {
        Error::layout(path.display(), "is not the oci-layout of an image layout").with_source(error)
    })?;
    if version != "1.0.0" {
        let problem = format!(
            "the layout has the version `{version}`, but only `1.0.0` can be written; name another directory"
        );
        return Err(Error::layout(path.display(), problem));
    }
    Ok(())
}

/// index.json as it will be.
fn merged_index(directory: &Path, entries: &[Vec<u8>]) -> Result<Vec<u8>> {
    let path = directory.join(INDEX_FILE);
    let mut text = None;
    if let Some(mut file) = existing(&path)? {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| Error::io(&path, "read the file", error))?;
        text = Some(bytes);
    }
    index_json::merge(text.as_deref(), entries).map_err(|problem| Error::layout(path.display(), problem))
}

/// Puts a whole file in place of another.
fn replace(path: &Path, temporary: &Path, bytes: &[u8]) -> Result<()> {
    let replaced = fs::write(temporary, bytes).and_then(|()| fs::rename(temporary, path));
    replaced.map_err(|error| {
        let _ = fs::remove_file(temporary);
        Error::io(path, "replace the file", error)
    })
}

fn existing(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path, "open the file", error)),
    }
}

fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| match fs::metadata(path) {
        Ok(found) if !found.is_dir() => {
            Error::layout(path.display(), "is not a directory; name another path")
        }
        _ => Error::io(path, "create the directory", error),
    })
}

/// Whether both files can be read and hold the same bytes.
fn same_content(one: &Path, other: &Path) -> bool {
    fn compare(one: &Path, other: &Path) -> io::Result<bool> {
        let (mut one, mut other) = (File::open(one)?, File::open(other)?);
        if one.metadata()?.len() != other.metadata()?.len() {
            return Ok(false);
        }
        let (mut left, mut right) = (Vec::new(), Vec::new());
        loop {
            left.clear();
            right.clear();
            (&mut one).take(BUFFER as u64).read_to_end(&mut left)?;
            (&mut other).take(BUFFER as u64).read_to_end(&mut right)?;
            if left != right || left.is_empty() {
                return Ok(left == right);
            }
        }
    }
    compare(one, other).unwrap_or(false)
}
