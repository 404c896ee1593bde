//! Three ways to the same nine files: ours, the files and nothing else, and our system calls and hashes alone.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};

use oci_fixture::{Fixture, oci_image};
use sha2::{Digest, Sha256};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The fixture as a user writes it.
fn declaration() -> Fixture {
    oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
}

/// The declaration, written into a directory.
pub(crate) fn ours(directory: &Path) -> Result<()> {
    black_box(declaration().write_to(directory)?);
    Ok(())
}

/// The declaration, made in memory.
pub(crate) fn memory() -> Result<()> {
    black_box(declaration().in_memory()?);
    Ok(())
}

/// The bytes of a layout, known beforehand.
pub(crate) struct Known {
    oci_layout: Vec<u8>,
    index: Vec<u8>,
    /// The names and the bytes.
    blobs: Vec<(String, Vec<u8>)>,
}

impl Known {
    /// The files that [`ours`] writes.
    pub(crate) fn of_ours(directory: &Path) -> Result<Self> {
        ours(directory)?;
        let mut blobs = Vec::new();
        for blob in fs::read_dir(directory.join("blobs/sha256"))? {
            let path = blob?.path();
            let name = path.file_name().and_then(|name| name.to_str()).ok_or("a blob without a name")?;
            blobs.push((name.to_owned(), fs::read(&path)?));
        }
        let oci_layout = fs::read(directory.join("oci-layout"))?;
        let index = fs::read(directory.join("index.json"))?;
        fs::remove_dir_all(directory)?;
        Ok(Self { oci_layout, index, blobs })
    }

    /// Files of which a layout consists.
    pub(crate) fn files(&self) -> usize {
        self.blobs.len() + 2
    }
}

/// All paths that one round needs, made before the clock starts.
pub(crate) struct Paths {
    pub(crate) directory: PathBuf,
    oci_layout: PathBuf,
    index: PathBuf,
    blobs: PathBuf,
    sha256: PathBuf,
    published: Vec<PathBuf>,
    staging: PathBuf,
    staging_sha256: PathBuf,
    staged: Vec<PathBuf>,
    staged_layout: PathBuf,
    staged_index: PathBuf,
}

impl Paths {
    pub(crate) fn of(directory: PathBuf, known: &Known) -> Self {
        let blobs = directory.join("blobs");
        let staging = directory.join(".oci-fixture-0123456789");
        let in_sha256 = |parent: &Path| {
            known.blobs.iter().map(|(name, _)| parent.join("sha256").join(name)).collect::<Vec<_>>()
        };
        Self {
            oci_layout: directory.join("oci-layout"),
            index: directory.join("index.json"),
            sha256: blobs.join("sha256"),
            published: in_sha256(&blobs),
            blobs,
            staging_sha256: staging.join("sha256"),
            staged: in_sha256(&staging),
            staged_layout: staging.with_extension("layout"),
            staged_index: staging.with_extension("json"),
            staging,
            directory,
        }
    }
}

/// The directories and the files, each written once in its place.
pub(crate) fn raw(known: &Known, paths: &Paths) -> Result<()> {
    fs::create_dir(&paths.directory)?;
    fs::create_dir(&paths.blobs)?;
    fs::create_dir(&paths.sha256)?;
    for (path, (_, bytes)) in paths.published.iter().zip(&known.blobs) {
        fs::write(path, bytes)?;
    }
    fs::write(&paths.oci_layout, &known.oci_layout)?;
    fs::write(&paths.index, &known.index)?;
    Ok(())
}

/// The system calls and the hashes of [`ours`], in its order, and nothing else. `syscalls.sh` holds it to that.
pub(crate) fn floor(known: &Known, paths: &Paths) -> Result<()> {
    // A directory that is made holds nothing yet, so nothing in it is looked at.
    fs::create_dir(&paths.directory)?;
    // The blobs, beside the layout.
    fs::create_dir(&paths.staging)?;
    fs::create_dir(&paths.staging_sha256)?;
    for (path, (_, bytes)) in paths.staged.iter().zip(&known.blobs) {
        black_box(Sha256::digest(bytes));
        File::create_new(path)?.write_all(bytes)?;
    }
    fs::rename(&paths.staging, &paths.blobs)?;
    // oci-layout, which is the lock.
    let mut lock = File::options().read(true).write(true).create_new(true).open(&paths.staged_layout)?;
    lock.write_all(&known.oci_layout)?;
    fs::hard_link(&paths.staged_layout, &paths.oci_layout)?;
    fs::remove_file(&paths.staged_layout)?;
    lock.lock()?;
    // index.json.
    File::open(&paths.index).err().ok_or("not a fresh directory")?;
    fs::write(&paths.staged_index, &known.index)?;
    fs::rename(&paths.staged_index, &paths.index)?;
    drop(lock);
    Ok(())
}
