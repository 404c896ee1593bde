//! oci-layout: it says that a directory is an image layout, and writers lock it.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{LAYOUT, LAYOUT_FILE, document};
use crate::error::{Error, Result};

/// The oci-layout of a directory.
pub(super) struct LayoutFile {
    path: PathBuf,
}

impl LayoutFile {
    pub(super) fn of(directory: &Path) -> Self {
        Self { path: directory.join(LAYOUT_FILE) }
    }

    /// Whether there is one. A layout that cannot be written to is an error.
    pub(super) fn check(&self) -> Result<bool> {
        let Some(mut file) = self.open()? else { return Ok(false) };
        // Where locks are mandatory, it cannot be read while another process has it.
        file.lock_shared().map_err(|error| self.failed("lock the file", error))?;
        self.check_version(&mut file)?;
        Ok(true)
    }

    /// Locks it for this process until the file is dropped. It is made where it does not exist, and never replaced, so
    /// that all writers lock the same.
    pub(super) fn lock(&self, exists: bool, temporary: &Path) -> Result<File> {
        let (mut file, made) = match if exists { self.open()? } else { None } {
            Some(file) => (file, false),
            None => self.make(temporary)?,
        };
        file.lock().map_err(|error| self.failed("lock the file", error))?;
        if !made && self.check_version(&mut file)? == Version::Unwritten {
            file.write_all(LAYOUT).map_err(|error| self.failed("write the file", error))?;
        }
        Ok(file)
    }

    /// A link puts a whole file in place, and leaves one that another process has made in between. Gives the file, and
    /// whether it is the one that was made here.
    fn make(&self, temporary: &Path) -> Result<(File, bool)> {
        let mut new = File::options();
        new.read(true).write(true).create_new(true);
        let written = new.open(temporary).and_then(|mut file| file.write_all(LAYOUT).map(|()| file));
        let linked = written.and_then(|file| match fs::hard_link(temporary, &self.path) {
            Ok(()) => Ok(file),
            // A file system without links: the content comes a moment after the name.
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

    /// For writing too where that is allowed: some file systems lock nothing else.
    fn open(&self) -> Result<Option<File>> {
        let opened = File::options().read(true).write(true).open(&self.path);
        let opened = match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => File::open(&self.path),
            opened => opened,
        };
        opened.map(Some).map_err(|error| self.failed("open the file", error))
    }

    /// Only a version that we know can be added to.
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

/// Whether a text is the oci-layout of a version that we know.
pub(crate) fn check(place: impl fmt::Display, text: &[u8]) -> Result<()> {
    let Document { image_layout_version: version } = document(&place, "an oci-layout", text)?;
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
    /// Another process has made the file, and not yet written it, or died before.
    Unwritten,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
struct Document {
    image_layout_version: String,
}
