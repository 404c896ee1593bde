//! Writing into a directory: blobs are staged beside the layout, and published by renaming them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::mem;
use std::path::{Path, PathBuf};

use oci_fixture_grammar::Digest;

use super::index_json::ExistingIndex;
use super::layout_file::LayoutFile;
use super::{BLOBS, INDEX_FILE, LAYOUT_FILE, blob_path};
use crate::declare::content::Content;
use crate::declare::encoded::Body;
use crate::declare::extra_file::SealedBody;
use crate::declare::fixture::IndexContent;
use crate::digest::{DigestAlgorithm, Hasher};
use crate::error::{Error, Result};
use crate::image_layout::fresh;
use crate::io::Output;
use crate::io::Recipe;
use crate::seal::sealing::Sealing;
use crate::seal::{Sink, at_once};
use crate::temp_path::TempPath;

/// A blob of up to this many bytes is made in memory and written at once, under its digest.
const BUFFER: usize = 256 * 1024;

/// The first capacity of the buffer, in bytes, which is enough for the blobs of most tests.
const SMALL: usize = 4 * 1024;

/// The name of a larger blob before its digest is known.
const UNFINISHED: &str = "unfinished";

/// Blobs that are written, but are not part of the layout yet: in `DIR/.oci-fixture-RANDOM/sha256/` and `.../sha512/`.
///
/// Dropping the staging removes them.
pub(crate) struct Staging {
    layout_file: LayoutFile,
    layout_exists: bool,
    /// The index.json to which entries are added.
    index: Option<ExistingIndex>,
    staged: TempPath,
    /// The directory for blobs of sha256, in which each blob is made.
    blobs: PathBuf,
    /// The blobs that the layout must not have.
    missing: BTreeSet<Digest>,
    buffer: Vec<u8>,
    /// The last field, because the directory can be removed only once the staged blobs are.
    directory: Target,
}

impl Staging {
    /// Begins to write into a directory, which is created if it does not exist.
    pub(crate) fn new(path: &Path) -> Result<Self> {
        let directory = Target::make(path)?;
        // A layout to which nothing can be added is refused before anything is written. Its files are read again under
        // the lock.
        let layout_file = LayoutFile::of(path);
        let layout_exists = directory.made == 0 && layout_file.check()?;
        let index = if directory.made == 0 { existing_index(path, None)? } else { None };

        let staged = TempPath::directory(path, ".oci-fixture-")
            .map_err(|error| Error::io(path, "create a directory in it", error))?;
        let blobs = staged.path().join("sha256");
        fs::create_dir(&blobs).map_err(|error| Error::io(&blobs, "create the directory", error))?;
        let (missing, buffer) = (BTreeSet::new(), Vec::with_capacity(SMALL));
        Ok(Self { layout_file, layout_exists, index, staged, blobs, missing, buffer, directory })
    }

    /// Makes the staged blobs part of the layout, and then adds the entries to its index.json.
    pub(crate) fn publish(mut self, sealing: &Sealing<'_>) -> Result<()> {
        let directory = &self.directory.path.clone();
        let entries = match &sealing.index {
            IndexContent::Entries(entries) if sealing.can_be_added() => entries,
            _ => return self.publish_alone(sealing),
        };
        if let Some(digest) = self.missing.iter().find(|digest| blob_path(directory, digest).exists()) {
            let problem =
                format!("already has the blob `{digest}`, which is to be missing; name another directory");
            return Err(Error::layout(directory.display(), problem));
        }
        self.publish_blobs()?;
        publish_files(directory, self.staged.path(), sealing)?;
        let locked = self.layout_file.lock(self.layout_exists, self.staged.path())?;
        let index = match existing_index(directory, self.index.take())? {
            Some(index) => index.with(entries),
            None => fresh(entries),
        };
        replace(&directory.join(INDEX_FILE), &self.staged.path().with_extension("json"), &index)?;
        drop(locked);
        self.directory.made = 0;
        Ok(())
    }

    /// Makes a layout of the staged blobs and the declared files in a directory without a layout.
    fn publish_alone(mut self, sealing: &Sealing<'_>) -> Result<()> {
        let directory = &self.directory.path.clone();
        let files = [(INDEX_FILE, Some(sealing.index_json())), (LAYOUT_FILE, sealing.layout.clone())];
        let taken = || {
            let problem = "is a layout already, but a fixture that declares a field of index.json, or oci-layout, cannot be added to a layout; name another directory";
            Error::layout(directory.display(), problem)
        };
        if [INDEX_FILE, LAYOUT_FILE, BLOBS].iter().any(|name| directory.join(name).symlink_metadata().is_ok())
        {
            return Err(taken());
        }
        // Of several processes only one succeeds in renaming.
        self.staged.rename(&directory.join(BLOBS)).map_err(|_| taken())?;
        publish_files(directory, self.staged.path(), sealing)?;
        for (name, bytes) in files {
            if let Some(bytes) = bytes {
                let path = directory.join(name);
                replace(&path, &self.staged.path().with_extension("new"), &bytes)?;
            }
        }
        self.directory.made = 0;
        Ok(())
    }

    /// The path of a blob before it is published.
    fn staged(&self, digest: &Digest) -> PathBuf {
        let staged = self.staged.path();
        // One allocation for the whole path: its parts are the digest, and two separators for the colon.
        let mut path = PathBuf::with_capacity(staged.as_os_str().len() + 1 + digest.as_str().len());
        path.push(staged);
        path.push(digest.algorithm());
        path.push(digest.hex());
        path
    }

    /// Makes a blob and writes it. `unfinished` is the name of the file of a large blob before its digest is known.
    fn stage(
        &self,
        body: &Body<'_>,
        algorithm: DigestAlgorithm,
        buffer: &mut Vec<u8>,
        unfinished: &str,
    ) -> Result<(Digest, u64)> {
        buffer.clear();
        let (directory, hasher) = (&self.blobs, Hasher::new(algorithm));
        let mut blob = StagedBlob { directory, unfinished, file: None, buffer, hasher, failed: false };
        body.write_to(&mut blob).map_err(|error| {
            if blob.failed {
                Error::io(&blob.unfinished(), "write the blob", error)
            } else {
                Error::recipe(error)
            }
        })?;
        blob.hash();
        let unfinished = blob.file.is_some().then(|| blob.unfinished());
        let StagedBlob { file, hasher, buffer, .. } = blob;
        let (digest, size) = hasher.finish();
        let path = self.staged(&digest);
        if digest.algorithm() != "sha256" {
            make_directory(&self.staged.path().join(digest.algorithm()))?;
        }
        let stored = match file.zip(unfinished) {
            Some((mut file, unfinished)) => {
                file.write_all(buffer).and_then(|()| fs::rename(unfinished, &path))
            }
            None => match File::create_new(&path) {
                Ok(mut file) => file.write_all(buffer),
                // Another node has the same bytes.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                Err(error) => Err(error),
            },
        };
        stored.map_err(|error| Error::io(&path, "write the blob", error))?;
        Ok((digest, size))
    }

    fn publish_blobs(&mut self) -> Result<()> {
        let blobs = self.directory.path.join(BLOBS);
        if self.staged.rename(&blobs).is_ok() {
            return Ok(());
        }
        // The rename fails if the layout has blobs already. Any other error occurs again in the code below.
        for algorithm in names(self.staged.path())? {
            let (staged, published) = (self.staged.path().join(&algorithm), blobs.join(&algorithm));
            make_directory(&published)?;
            for blob in names(&staged)? {
                let (staged, published) = (staged.join(&blob), published.join(&blob));
                if !same_content(&staged, &published) {
                    fs::rename(&staged, &published)
                        .map_err(|error| Error::io(&published, "put the blob there", error))?;
                }
            }
        }
        Ok(())
    }
}

impl Sink for Staging {
    fn put(&mut self, body: &Body<'_>, algorithm: DigestAlgorithm) -> Result<(Digest, u64)> {
        let mut buffer = mem::take(&mut self.buffer);
        let put = self.stage(body, algorithm, &mut buffer, UNFINISHED);
        self.buffer = buffer;
        put
    }

    fn put_large(&mut self, bodies: &[(&Body<'_>, DigestAlgorithm)]) -> Vec<Result<(Digest, u64)>> {
        at_once(bodies, |thread, (body, algorithm)| {
            self.stage(body, *algorithm, &mut Vec::new(), &format!("{UNFINISHED}-{thread}"))
        })
    }

    fn falsify(&mut self, digest: &Digest, bytes: Option<&dyn Recipe>) -> Result<()> {
        let path = self.staged(digest);
        let failed = |error| Error::io(&path, "write the blob", error);
        let Some(recipe) = bytes else {
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

/// A blob that is being made. Before the digest is known, there is a file only if the blob is larger than the buffer.
struct StagedBlob<'s> {
    directory: &'s Path,
    /// The name of the file before the digest is known.
    unfinished: &'s str,
    file: Option<File>,
    buffer: &'s mut Vec<u8>,
    hasher: Hasher,
    /// The error of the file, as opposed to an error of the recipe that makes the bytes.
    failed: bool,
}

impl StagedBlob<'_> {
    /// Appends the buffer to the file.
    fn spill(&mut self) -> io::Result<()> {
        let unfinished = self.unfinished();
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create(unfinished)?),
        };
        file.write_all(self.buffer)
    }

    fn unfinished(&self) -> PathBuf {
        self.directory.join(self.unfinished)
    }

    /// Hashes the buffer.
    fn hash(&mut self) {
        self.hasher.update(self.buffer);
    }
}

impl Write for StagedBlob<'_> {
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

/// The directory into which a layout is written. Directories that were created for it are removed again, unless a layout is
/// published in it.
struct Target {
    path: PathBuf,
    /// The number of directories that were created: the directory itself, and those above it.
    made: usize,
}

impl Target {
    fn make(path: &Path) -> Result<Self> {
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
        Ok(Self { path: path.to_owned(), made })
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        for made in self.path.ancestors().take(self.made) {
            // This removes only an empty directory.
            let _ = fs::remove_dir(made);
        }
    }
}

/// Puts the further files into a directory, each in one step. An existing file is replaced, and no symbolic link is followed.
fn publish_files(directory: &Path, staged: &Path, sealing: &Sealing<'_>) -> Result<()> {
    if sealing.files.is_empty() {
        return Ok(());
    }
    let temporary = &staged.with_extension("new");
    for file in &sealing.files {
        let path = directory.join(&file.path);
        let mut above = directory.to_owned();
        for name in file.path.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev() {
            above.push(name);
            match above.symlink_metadata() {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Err(Error::layout(above.display(), "is not a directory; name another path")),
                Err(_) => make_directory(&above)?,
            }
        }
        let written = match &file.body {
            SealedBody::Symlink(target) => symlink(target, temporary),
            SealedBody::Content(content) => write_content(content, temporary)
                .map_err(|error| error.in_place(|| path.display().to_string()))?,
        };
        written.and_then(|()| fs::rename(temporary, &path)).map_err(|error| {
            let _ = fs::remove_file(temporary);
            Error::io(&path, "write the file", error)
        })?;
    }
    Ok(())
}

/// Writes a content to a file. The outer error is that of the recipe, and the inner error that of the file.
fn write_content(content: &Content, path: &Path) -> Result<io::Result<()>> {
    let mut file = match File::create(path) {
        Ok(file) => Output::new(file),
        Err(error) => return Ok(Err(error)),
    };
    match content.write_to(&mut file) {
        Err(error) if !file.failed => {
            let _ = fs::remove_file(path);
            Err(Error::recipe(error))
        }
        written => Ok(written.and_then(|()| file.flush())),
    }
}

#[cfg(unix)]
fn symlink(target: &str, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn symlink(_: &str, _: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "symbolic links can be written only on Unix"))
}

/// The index.json of a directory, if there is one. It is not parsed again if its text is that of `known`.
fn existing_index(directory: &Path, known: Option<ExistingIndex>) -> Result<Option<ExistingIndex>> {
    let path = directory.join(INDEX_FILE);
    match fs::read(&path) {
        Ok(text) => match known.filter(|known| known.has_text(&text)) {
            Some(known) => Ok(Some(known)),
            None => ExistingIndex::read(&path, text).map(Some),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(&path, "read the file", error)),
    }
}

/// Replaces a file by a complete one, in one step.
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

/// The names in a directory, sorted, so that the first error is always the same.
fn names(directory: &Path) -> Result<BTreeSet<OsString>> {
    let names =
        fs::read_dir(directory).and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
    names.map_err(|error| Error::io(directory, "read the directory", error))
}

/// Whether both files can be read, and have the same bytes.
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
