//! One entry of a layer.

use oci_fixture_grammar::{Invalid, mode, path};

use crate::content::{Content, ToContent};
use crate::text::{Text, ToText};

/// One entry of a [`Layer`](crate::Layer): a file or a directory.
///
/// Nothing comes from the machine that it is made on: without a word to the contrary an entry belongs to uid and
/// gid 0, its time is 0, and its mode is 0644 for a file and 0755 for a directory.
///
/// ```
/// use oci_fixture::{Entry, Layer};
///
/// Layer::new().with(Entry::directory("bin/")).with(Entry::file("bin/sh", "#!").mode(0o755).uid(1000));
/// ```
// Boxed, because a fixture of 10,000 entries has a stack slot for each in a build without optimisation.
#[derive(Clone, Debug)]
#[must_use = "an entry does nothing until it is put into a layer"]
pub struct Entry(Box<Parts>);

#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) path: Text,
    pub(crate) kind: Kind,
    pub(crate) mode: Option<u32>,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) mtime: i64,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    File(Content),
    Directory,
}

impl Entry {
    /// A regular file. Its path is relative, without `.`, `..` or an empty part, and does not end with `/`.
    pub fn file(path: impl ToText, content: impl ToContent) -> Self {
        Self::new(path.into_text(), Kind::File(content.into_content()))
    }

    /// A directory. Its path is relative, without `.`, `..` or an empty part, and ends with `/`.
    pub fn directory(path: impl ToText) -> Self {
        Self::new(path.into_text(), Kind::Directory)
    }

    fn new(path: Text, kind: Kind) -> Self {
        Self(Box::new(Parts { path, kind, mode: None, uid: 0, gid: 0, mtime: 0 }))
    }

    /// The permission bits, at most `0o7777`.
    pub fn mode(mut self, mode: u32) -> Self {
        self.0.mode = Some(mode);
        self
    }

    /// The owner's number.
    pub fn uid(mut self, uid: u64) -> Self {
        self.0.uid = uid;
        self
    }

    /// The group's number.
    pub fn gid(mut self, gid: u64) -> Self {
        self.0.gid = gid;
        self
    }

    /// The time of the last change, in seconds since 1970-01-01 UTC.
    pub fn mtime(mut self, seconds: i64) -> Self {
        self.0.mtime = seconds;
        self
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let Parts { path, kind, mode, .. } = &*self.0;
        match kind {
            Kind::File(_) => path::file(path.as_str())?,
            Kind::Directory => path::directory(path.as_str())?,
        }
        mode.map_or(Ok(()), mode::check)
    }
}

impl Parts {
    /// The permission bits that the entry has in the tar.
    pub(crate) fn mode(&self) -> u32 {
        self.mode.unwrap_or(match self.kind {
            Kind::File(_) => 0o644,
            Kind::Directory => 0o755,
        })
    }
}
