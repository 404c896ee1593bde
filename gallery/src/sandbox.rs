//! Sandboxes: directories in which an escape is seen.

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

/// A layout, a directory for what a reader makes of it, and directories around both that no path of an image leads out
/// of. What a reader changes there is seen.
///
/// [`Case::judge`](crate::Case::judge) uses one for each case. For a program, run it on [`layout`](Self::layout) and
/// [`out`](Self::out), and look at [`harms`](Self::harms). While there is one, other sandboxes of this machine wait: all of
/// them look at the absolute path of an image.
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
    /// `up/up/layout`, `up/up/deep/target`, and `up/up/deep/bundle/rootfs` for what is made.
    temp: Arc<TempDir>,
    before: BTreeMap<PathBuf, String>,
    /// Nobody else uses the absolute path.
    _lock: File,
}

/// A harm that a reader must not do, whatever it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Harm {
    /// It has changed something outside of its directory, by its path from there, or an absolute one.
    Outside(String),
    /// It has made a device, which no case has.
    Device(String),
    /// It has made a file that runs as another user or group, which no case has.
    Setuid(String),
    /// It has written more than 64 MiB.
    TooLarge,
    /// It has not ended within ten seconds.
    Endless,
    /// It has panicked.
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

    /// The files in [`out`](Self::out), a line each, in the order of the paths.
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

    /// Takes away what was written where that is too much, and says whether it was.
    pub(crate) fn shrink(temp: &Path) -> bool {
        let deep = temp.join("up/up/deep");
        if bytes(&deep) <= SIZE {
            return false;
        }
        for (path, metadata) in walk(&deep) {
            if metadata.is_file() && metadata.len() > COMPARED {
                // One that cannot be opened is not written either.
                let _ = File::options().write(true).open(path).and_then(|file| file.set_len(0));
            }
        }
        true
    }

    /// The directory, which stays for a reader that has not ended.
    pub(crate) fn temp(&self) -> Arc<TempDir> {
        Arc::clone(&self.temp)
    }

    /// All that is not for a reader to change, and how it is.
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
        // Nothing is there where the reader was honest.
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

/// Its kind, and its content, as far as that is small; for all but directories its mode and its number of names.
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
