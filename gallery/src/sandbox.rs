//! Sandboxes: directories in which a reader runs, and in which each change outside of its own directory is found.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oci_fixture::Fixture;
use tempfile::TempDir;

/// The absolute path of an image leads into this directory.
const ABSOLUTE: &str = "/tmp/oci-fixture-hostile";
/// A reader may write this many bytes.
pub(crate) const SIZE: u64 = 64 << 20;
/// A file of fewer bytes is compared by its content.
const COMPARED: u64 = 1024;

/// A layout, a directory for the files that a reader makes of it, and enough directories around both that no relative path
/// of a case leads out of the sandbox. A sandbox finds what a reader changes in these directories.
///
/// [`Case::judge`](crate::Case::judge) uses one for each case. To test a program, run it on [`layout`](Self::layout) and
/// [`out`](Self::out), and look at [`harms`](Self::harms). While one sandbox exists, others on this machine wait, because
/// all of them watch the absolute path to which an image leads.
///
/// ```
/// use oci_fixture_gallery::{Harm, Sandbox, case};
///
/// let sandbox = Sandbox::new(&case("parent_path").unwrap().fixture())?;
/// // A reader that believes the path.
/// std::fs::write(sandbox.out().join("../../outside"), "content")?;
/// assert_eq!(sandbox.harms()[0].to_string(), "changes ../../outside");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Sandbox {
    /// It holds `up/up/layout`, `up/up/deep/target`, and `up/up/deep/bundle/rootfs`, the directory of the reader.
    temp: Arc<TempDir>,
    before: BTreeMap<PathBuf, String>,
    /// While the file is locked, no other sandbox uses the absolute path.
    _lock: File,
}

/// A harm that no reader may do, whatever the image is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Harm {
    /// The reader changed a file outside of its directory. The path is relative to that directory, or absolute.
    Outside(String),
    /// The reader made a device, which no case has.
    Device(String),
    /// The reader made a file that runs as another user or group, which no case has.
    Setuid(String),
    /// The reader wrote more than 64 MiB.
    TooLarge,
    /// The reader did not end within ten seconds.
    Endless,
    /// The reader panicked.
    Panic(String),
}

impl fmt::Display for Harm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(path) => write!(f, "changes {path}"),
            Self::Device(path) => write!(f, "makes the device {path}"),
            Self::Setuid(path) => write!(f, "makes {path}, which runs as another user"),
            Self::TooLarge => f.write_str("writes more than 64 MiB"),
            Self::Endless => f.write_str("does not end within ten seconds"),
            Self::Panic(message) => write!(f, "panics: {message}"),
        }
    }
}

impl Sandbox {
    /// Writes the layout of a fixture, and makes the directories.
    ///
    /// # Errors
    ///
    /// The errors of [`Fixture::write_to`] and of the file system.
    pub fn new(fixture: &Fixture) -> io::Result<Self> {
        let lock = std::env::temp_dir().join("oci-fixture-hostile.lock");
        let lock = File::options().create(true).truncate(false).write(true).open(lock)?;
        lock.lock()?;
        fs::create_dir_all(ABSOLUTE)?;
        let mut sandbox = Self {
            temp: Arc::new(TempDir::with_prefix("oci-fixture-")?),
            before: BTreeMap::new(),
            _lock: lock,
        };
        fs::create_dir_all(sandbox.out())?;
        fs::write(sandbox.deep().join("target"), "before")?;
        fixture.write_to(sandbox.layout()).map_err(io::Error::other)?;
        sandbox.before = sandbox.around();
        Ok(sandbox)
    }

    /// The layout.
    pub fn layout(&self) -> PathBuf {
        self.temp.path().join("up/up/layout")
    }

    /// An empty directory.
    pub fn out(&self) -> PathBuf {
        self.deep().join("bundle/rootfs")
    }

    fn deep(&self) -> PathBuf {
        self.temp.path().join("up/up/deep")
    }

    /// The harm that a reader has done: changes outside of [`out`](Self::out), devices, and setuid files.
    pub fn harms(&self) -> Vec<Harm> {
        let after = self.around();
        let paths = self.before.keys().chain(after.keys().filter(|path| !self.before.contains_key(*path)));
        let changed = paths.filter(|path| self.before.get(*path) != after.get(*path));
        let mut harms: Vec<Harm> = changed.map(|path| Harm::Outside(self.shown(path))).collect();
        let out = self.out();
        for (path, metadata) in walk(&out) {
            let shown = path.strip_prefix(&out).unwrap_or(&path).display().to_string();
            harms.extend(harm_of(&metadata, shown));
        }
        if bytes(&out) > SIZE {
            harms.push(Harm::TooLarge);
        }
        harms
    }

    /// The files in [`out`](Self::out), one in each line, in the order of the paths.
    pub fn tree(&self) -> String {
        let out = self.out();
        let mut tree = String::new();
        for (path, metadata) in walk(&out) {
            let name = path.strip_prefix(&out).unwrap_or(&path).display();
            let _ = match fs::read_link(&path) {
                Ok(target) => writeln!(tree, "{name} -> {}", target.display()),
                Err(_) if metadata.is_dir() => writeln!(tree, "{name}/"),
                Err(_) => writeln!(tree, "{name} {}", metadata.len()),
            };
        }
        tree
    }

    /// Empties large files if a reader wrote more than it may write. Returns whether it did.
    pub(crate) fn shrink(temp: &Path) -> bool {
        let deep = temp.join("up/up/deep");
        if bytes(&deep) <= SIZE {
            return false;
        }
        for (path, metadata) in walk(&deep) {
            if metadata.is_file() && metadata.len() > COMPARED {
                // A file that cannot be opened stays as it is, since nothing depends on its size any more.
                let _ = File::options().write(true).open(path).and_then(|file| file.set_len(0));
            }
        }
        true
    }

    /// The directory. A reader that has not ended keeps it alive.
    pub(crate) fn temp(&self) -> Arc<TempDir> {
        Arc::clone(&self.temp)
    }

    /// The state of each file that a reader must not change.
    fn around(&self) -> BTreeMap<PathBuf, String> {
        let out = self.out();
        let around = walk(self.temp.path()).into_iter().chain(walk(Path::new(ABSOLUTE)));
        around
            .filter(|(path, _)| !path.starts_with(&out))
            .map(|(path, metadata)| {
                let state = state(&path, &metadata);
                (path, state)
            })
            .collect()
    }

    fn shown(&self, path: &Path) -> String {
        match path.strip_prefix(self.deep()) {
            Ok(path) => Path::new("../..").join(path).display().to_string(),
            Err(_) => path.strip_prefix(self.temp.path()).unwrap_or(path).display().to_string(),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The directory exists only if the reader wrote to the absolute path, so an error is no problem.
        let _ = fs::remove_dir_all(ABSOLUTE);
    }
}

/// All files below a directory, in the order of the paths. Links are not followed, and unreadable files are left out.
fn walk(root: &Path) -> BTreeMap<PathBuf, Metadata> {
    let (mut found, mut open) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
            if metadata.is_dir() {
                open.push(path.clone());
            }
            found.insert(path, metadata);
        }
    }
    found
}

/// The bytes that the files below a directory take.
fn bytes(root: &Path) -> u64 {
    walk(root).values().filter(|metadata| metadata.is_file()).map(stored).sum()
}

#[cfg(unix)]
fn stored(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn stored(metadata: &Metadata) -> u64 {
    metadata.len()
}

/// The state of a file: its kind, its content if that is small, and, except for directories, its mode and its number of
/// names.
fn state(path: &Path, metadata: &Metadata) -> String {
    if metadata.is_dir() {
        return "directory".to_owned();
    }
    let content = if metadata.is_file() && metadata.len() < COMPARED { fs::read(path).ok() } else { None };
    let target = fs::read_link(path).ok();
    format!("{} {} {content:?} {target:?}", mode(metadata), metadata.len())
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{:o} {}", metadata.mode(), metadata.nlink())
}

#[cfg(not(unix))]
fn mode(metadata: &Metadata) -> String {
    format!("{:?}", metadata.file_type())
}

#[cfg(unix)]
fn harm_of(metadata: &Metadata, path: String) -> Option<Harm> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let kind = metadata.file_type();
    if kind.is_block_device() || kind.is_char_device() {
        Some(Harm::Device(path))
    } else {
        (kind.is_file() && metadata.mode() & 0o6000 != 0).then_some(Harm::Setuid(path))
    }
}

#[cfg(not(unix))]
fn harm_of(_: &Metadata, _: String) -> Option<Harm> {
    None
}
