//! The file oci-layout, which marks a directory as an image layout, and which writers lock.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{LAYOUT, LAYOUT_FILE, document};
use crate::error::{Error, Result};

/// The file oci-layout of a directory.
pub(super) struct LayoutFile {
    path: PathBuf,
}

impl LayoutFile {
    pub(super) fn of(directory: &Path) -> Self {
        Self { path: directory.join(LAYOUT_FILE) }
    }

    /// Whether the file exists. A layout of an unknown version is an error.
    pub(super) fn check(&self) -> Result<bool> {
        let Some(mut file) = self.open()? else { return Ok(false) };
        // On systems with mandatory locks, the file cannot be read while another process holds one.
        file.lock_shared().map_err(|error| self.failed("lock the file", error))?;
        self.check_version(&mut file)?;
        Ok(true)
    }

    /// Locks the file until the returned handle is dropped. The file is made if it does not exist, and is never replaced,
    /// so that all writers lock the same file. `staged` is a directory that no other writer uses.
    pub(super) fn lock(&self, exists: bool, staged: &Path) -> Result<File> {
        let (mut file, made) = match if exists { self.open()? } else { None } {
            Some(file) => (file, false),
            None => self.make(&staged.with_extension("layout"))?,
        };
        file.lock().map_err(|error| self.failed("lock the file", error))?;
        if !made && self.check_version(&mut file)? == Version::Unwritten {
            file.write_all(LAYOUT).map_err(|error| self.failed("write the file", error))?;
        }
        Ok(file)
    }

    /// Puts a complete file in place by a hard link. A file that another process has made in the meantime stays.
    /// Returns the file, and whether it was made here.
    fn make(&self, temporary: &Path) -> Result<(File, bool)> {
        let mut new = File::options();
        new.read(true).write(true).create_new(true);
        let written = new.open(temporary).and_then(|mut file| file.write_all(LAYOUT).map(|()| file));
        let linked = written.and_then(|file| match fs::hard_link(temporary, &self.path) {
            Ok(()) => Ok(file),
            // On a file system without hard links, the file exists for a moment without its content.
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                let mut file = new.open(&self.path)?;
                file.write_all(LAYOUT)?;
                Ok(file)
            }
            Err(error) => Err(error),
        });
        let _ = fs::remove_file(temporary);
        match linked {
            Ok(file) => Ok((file, true)),
            Err(error) => match self.open()? {
                Some(file) => Ok((file, false)),
                None => Err(self.failed("create the file", error)),
            },
        }
    }

    /// Opens the file, if possible also for writing, because some file systems lock only files that are open for
    /// writing.
    fn open(&self) -> Result<Option<File>> {
        let opened = File::options().read(true).write(true).open(&self.path);
        let opened = match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => File::open(&self.path),
            opened => opened,
        };
        opened.map(Some).map_err(|error| self.failed("open the file", error))
    }

    /// Refuses a layout of another version, to which this crate cannot add.
    fn check_version(&self, file: &mut File) -> Result<Version> {
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|error| self.failed("read the file", error))?;
        if text.is_empty() {
            return Ok(Version::Unwritten);
        }
        check(self.path.display(), &text)?;
        Ok(Version::Known)
    }

    fn failed(&self, what: &str, error: io::Error) -> Error {
        Error::io(&self.path, what, error)
    }
}

/// Checks that a text is the oci-layout of the known version.
pub(crate) fn check(place: impl fmt::Display, text: &[u8]) -> Result<()> {
    let LayoutJson { image_layout_version: version } = document(&place, "an oci-layout", text)?;
    if version != "1.0.0" {
        let problem = format!(
            "the layout has the version `{}`, but only `1.0.0` is known; name another layout",
            version.escape_debug()
        );
        return Err(Error::layout(place, problem));
    }
    Ok(())
}

#[derive(PartialEq)]
enum Version {
    Known,
    /// The file is empty: another process has just made it, or died before it wrote.
    Unwritten,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
struct LayoutJson {
    image_layout_version: String,
}
