//! Writing into a directory: blobs are staged beside the layout, and published by renames.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use oci_fixture_grammar::Digest;

use super::layout_file::LayoutFile;
use super::{BLOBS, INDEX_FILE, LAYOUT_FILE, blob_path, index_json};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::recipe::Recipe;
use crate::seal::{Body, Sink};
use crate::sealing::{Index, Sealing};

/// A blob of up to this many bytes is made in memory, and written with one call, under its digest.
const BUFFER: usize = 256 * 1024;

/// The name of a larger one before its digest is known.
const UNFINISHED: &str = "unfinished";

/// Blobs that are written, but not yet part of the layout: in `DIR/.oci-fixture-RANDOM/sha256/`.
///
/// Dropping it removes them.
pub(crate) struct Staging<'d> {
    layout_file: LayoutFile,
    layout_exists: bool,
    staged: tempfile::TempDir,
    blobs: PathBuf,
    digests: BTreeSet<Digest>,
    /// What the layout must not have.
    missing: BTreeSet<Digest>,
    buffer: Vec<u8>,
    /// The last to be dropped: it goes only once it is empty.
    directory: Target<'d>,
}

impl<'d> Staging<'d> {
    /// Begins to write into a directory, which is made where it does not exist.
    pub(crate) fn new(path: &'d Path) -> Result<Self> {
        let directory = Target::make(path)?;
        // What cannot be added to is found before anything is written. It is read again under the lock.
        let layout_file = LayoutFile::of(path);
        let layout_exists = directory.made == 0 && layout_file.check()?;
        if directory.made == 0 {
            merged_index(path, &[])?;
        }

        let mut builder = tempfile::Builder::new();
        builder.prefix(".oci-fixture-");
        // It becomes `blobs`, which others may read as far as the umask lets them.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let staged =
            builder.tempdir_in(path).map_err(|error| Error::io(path, "create a directory in it", error))?;
        let blobs = staged.path().join("sha256");
        fs::create_dir(&blobs).map_err(|error| Error::io(&blobs, "create the directory", error))?;
        let (digests, missing, buffer) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        Ok(Self { layout_file, layout_exists, staged, blobs, digests, missing, buffer, directory })
    }

    /// Makes the staged blobs part of the layout, and then lists the entries in its index.json.
    pub(crate) fn publish(mut self, sealing: &Sealing<'_>) -> Result<()> {
        let directory = self.directory.path;
        let entries = match &sealing.index {
            Index::Entries(entries) if sealing.can_be_added() => entries,
            _ => return self.publish_alone(sealing),
        };
        if let Some(digest) = self.missing.iter().find(|digest| blob_path(directory, digest).exists()) {
            let problem =
                format!("already has the blob `{digest}`, which is to be missing; name another directory");
            return Err(Error::layout(directory.display(), problem));
        }
        self.publish_blobs()?;
        let locked =
            self.layout_file.lock(self.layout_exists, &self.staged.path().with_extension("layout"))?;
        let index = merged_index(directory, entries)?;
        replace(&directory.join(INDEX_FILE), &self.staged.path().with_extension("json"), &index)?;
        drop(locked);
        self.directory.made = 0;
        Ok(())
    }

    /// Makes the staged blobs, with files of their own, a layout where there is none.
    fn publish_alone(mut self, sealing: &Sealing<'_>) -> Result<()> {
        let directory = self.directory.path;
        let files = [(INDEX_FILE, Some(sealing.index_json())), (LAYOUT_FILE, sealing.layout.clone())];
        let taken = || {
            let problem = "is a layout already, but what says as a whole what its index.json or its oci-layout is cannot be added to one; name another directory";
            Error::layout(directory.display(), problem)
        };
        if [INDEX_FILE, LAYOUT_FILE, BLOBS].iter().any(|name| directory.join(name).symlink_metadata().is_ok())
        {
            return Err(taken());
        }
        // Of several processes one gets the directory.
        fs::rename(self.staged.path(), directory.join(BLOBS)).map_err(|_| taken())?;
        self.staged.disable_cleanup(true);
        for (name, bytes) in files {
            if let Some(bytes) = bytes {
                let path = directory.join(name);
                replace(&path, &self.staged.path().with_extension("new"), &bytes)?;
            }
        }
        self.directory.made = 0;
        Ok(())
    }

    fn publish_blobs(&mut self) -> Result<()> {
        let blobs = self.directory.path.join(BLOBS);
        if fs::rename(self.staged.path(), &blobs).is_ok() {
            // Under the old name is nothing that would have to go.
            self.staged.disable_cleanup(true);
            return Ok(());
        }
        // There are blobs already; any other reason is found again here.
        make_directory(&blobs.join("sha256"))?;
        for digest in &self.digests {
            let (staged, published) = (self.blobs.join(digest.hex()), blob_path(self.directory.path, digest));
            if !same_content(&staged, &published) {
                fs::rename(&staged, &published)
                    .map_err(|error| Error::io(&published, "put the blob there", error))?;
            }
        }
        Ok(())
    }
}

impl Sink for Staging<'_> {
    fn put(&mut self, body: &Body<'_>) -> Result<(Digest, u64)> {
        self.buffer.clear();
        let mut blob = Blob {
            directory: &self.blobs,
            file: None,
            buffer: &mut self.buffer,
            hasher: Hasher::default(),
            size: 0,
            failed: false,
        };
        body.write_to(&mut blob).map_err(|error| {
            if blob.failed {
                Error::io(&blob.unfinished(), "write the blob", error)
            } else {
                Error::recipe(error)
            }
        })?;
        blob.hash();
        let Blob { file, hasher, size, .. } = blob;
        let digest = hasher.finish();
        let path = self.blobs.join(digest.hex());
        let stored = match file {
            Some(mut file) => {
                file.write_all(&self.buffer).and_then(|()| fs::rename(self.blobs.join(UNFINISHED), &path))
            }
            None if self.digests.contains(&digest) => Ok(()),
            None => fs::write(&path, &self.buffer),
        };
        stored.map_err(|error| Error::io(&path, "write the blob", error))?;
        self.digests.insert(digest.clone());
        Ok((digest, size))
    }

    fn falsify(&mut self, digest: &Digest, bytes: Option<&dyn Recipe>) -> Result<()> {
        let path = self.blobs.join(digest.hex());
        let failed = |error| Error::io(&path, "write the blob", error);
        let Some(recipe) = bytes else {
            self.digests.remove(digest);
            self.missing.insert(digest.clone());
            return fs::remove_file(&path).map_err(failed);
        };
        let mut file = Output::new(File::create(&path).map_err(failed)?);
        match recipe.write_to(&mut file) {
            Err(error) if !file.failed => Err(Error::recipe(error)),
            written => written.and_then(|()| file.flush()).map_err(failed),
        }
    }
}

/// A blob that is being made. Only where it is larger than the buffer, there is a file before the digest is known.
struct Blob<'s> {
    directory: &'s Path,
    file: Option<File>,
    buffer: &'s mut Vec<u8>,
    hasher: Hasher,
    size: u64,
    /// It is the file that could not be written, not the bytes that could not be made.
    failed: bool,
}

impl Blob<'_> {
    /// Moves what is in the buffer to the file.
    fn spill(&mut self) -> io::Result<()> {
        let unfinished = self.unfinished();
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create(unfinished)?),
        };
        file.write_all(self.buffer)
    }

    fn unfinished(&self) -> PathBuf {
        self.directory.join(UNFINISHED)
    }

    /// Hashes what is in the buffer.
    fn hash(&mut self) {
        self.hasher.update(self.buffer);
        self.size += self.buffer.len() as u64;
    }
}

impl Write for Blob<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() >= BUFFER {
            self.hash();
            self.spill().inspect_err(|_| self.failed = true)?;
            self.buffer.clear();
        }
        let taken = bytes.get(..BUFFER).unwrap_or(bytes);
        self.buffer.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The directory that is written into. What was made of it here goes again, unless a layout is written into it.
struct Target<'d> {
    path: &'d Path,
    /// How many directories were made: itself, and those above it.
    made: usize,
}

impl<'d> Target<'d> {
    fn make(path: &'d Path) -> Result<Self> {
        let made = match fs::create_dir(path) {
            Ok(()) => 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let missing =
                    path.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
                let missing = missing.count();
                make_directory(path)?;
                missing
            }
            Err(_) => {
                make_directory(path)?;
                0
            }
        };
        Ok(Self { path, made })
    }
}

impl Drop for Target<'_> {
    fn drop(&mut self) {
        for made in self.path.ancestors().take(self.made) {
            // Only an empty one.
            let _ = fs::remove_dir(made);
        }
    }
}

/// index.json as it will be.
fn merged_index(directory: &Path, entries: &[Vec<u8>]) -> Result<Vec<u8>> {
    let path = directory.join(INDEX_FILE);
    let existing = match fs::read(&path) {
        Ok(existing) => Some(existing),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io(&path, "read the file", error)),
    };
    index_json::merge(&path, existing.as_deref(), entries)
}

/// Puts a whole file in place of another.
fn replace(path: &Path, temporary: &Path, bytes: &[u8]) -> Result<()> {
    let replaced = fs::write(temporary, bytes).and_then(|()| fs::rename(temporary, path));
    replaced.map_err(|error| {
        let _ = fs::remove_file(temporary);
        Error::io(path, "replace the file", error)
    })
}

fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            Error::layout(path.display(), "is not a directory; name another path")
        }
        _ => Error::io(path, "create the directory", error),
    })
}

/// Whether both files can be read and hold the same bytes.
fn same_content(one: &Path, other: &Path) -> bool {
    fn compare(one: &Path, other: &Path) -> io::Result<bool> {
        let (mut one, mut other) = (File::open(one)?, File::open(other)?);
        let size = one.metadata()?.len();
        if size != other.metadata()?.len() {
            return Ok(false);
        }
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let chunk = usize::try_from(size).unwrap_or(BUFFER).min(BUFFER) + 1;
        loop {
            for (file, bytes) in [(&mut one, &mut left), (&mut other, &mut right)] {
                bytes.clear();
                bytes.reserve(chunk);
                file.take(chunk as u64).read_to_end(bytes)?;
            }
            if left != right || left.is_empty() {
                return Ok(left == right);
            }
        }
    }
    compare(one, other).unwrap_or(false)
}
