//! Temporary directories and files, under names that did not exist before.

#[cfg(test)]
mod tests;

use std::collections::hash_map::RandomState;
use std::env;
use std::fmt::Write;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

/// The largest number of names that are tried. A forked process makes the names of its parent again, of which many may exist.
const ATTEMPTS: usize = 1 << 16;

/// The path of a temporary directory or file, which is removed when the value is dropped.
pub(crate) struct TempPath {
    path: PathBuf,
    is_kept: bool,
}

impl TempPath {
    /// Creates a directory with the permissions that the umask allows.
    pub(crate) fn directory(parent: &Path, prefix: &str) -> io::Result<Self> {
        create(parent, prefix, |path| fs::create_dir(path)).map(|(created, ())| created)
    }

    /// Creates a file with the permissions that the umask allows.
    pub(crate) fn file(parent: &Path, prefix: &str) -> io::Result<(Self, File)> {
        create(parent, prefix, |path| File::create_new(path))
    }

    /// The absolute path. It stays the same after `rename`.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the directory or the file where it is when the value is dropped.
    pub(crate) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Moves the directory or the file to its final path, in the place of a file that exists there, and keeps it.
    pub(crate) fn rename(&mut self, to: &Path) -> io::Result<()> {
        fs::rename(&self.path, to).map(|()| self.keep())
    }
}

impl Drop for TempPath {
    fn drop(&mut self) {
        if !self.is_kept {
            // The first call fails if the path is that of a file.
            let _ = fs::remove_dir_all(&self.path).or_else(|_| fs::remove_file(&self.path));
        }
    }
}

/// Creates a file that no other user can open, and that is removed when the handle is dropped.
pub(crate) fn unnamed_file(parent: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Windows keeps the name of an open file. FILE_FLAG_DELETE_ON_CLOSE removes it with the handle.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, 0x0400_0000);
    let (mut created, file) = create(parent, "oci-fixture-", |path| options.open(path))?;
    // Elsewhere, the name is removed at once.
    created.is_kept = cfg!(windows);
    Ok(file)
}

/// Calls `create` with paths of random names, until one of them does not exist. `create` has to fail if the path exists, also
/// as a dangling symbolic link, because other users can write into a directory such as /tmp.
fn create<T>(
    parent: &Path,
    prefix: &str,
    create: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(TempPath, T)> {
    // An absolute path stays right when the process changes its current directory.
    let mut absolute = if parent.is_absolute() { PathBuf::new() } else { env::current_dir()? };
    absolute.push(parent);
    for _ in 0..ATTEMPTS {
        // Each `RandomState` has keys of its own, which nobody can guess, and so has even the hash of nothing.
        let random = RandomState::new().hash_one(()) >> 24;
        let mut path = absolute.join(prefix);
        let _ = write!(path.as_mut_os_string(), "{random:010x}");
        match create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|created| (TempPath { path, is_kept: false }, created)),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "all names that were tried exist"))
}
