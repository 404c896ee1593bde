//! One entry of a layer.

use std::borrow::Cow;
use std::collections::HashSet;

use oci_fixture_grammar::{Invalid, device, mode, owner, path, xattr};

use crate::content::{Content, ToContent};
use crate::problem::Problem;
use crate::text::{Text, ToText};

/// One entry of a [`Layer`](crate::Layer): a file, a directory, a link, a whiteout, a named pipe or a device.
///
/// Nothing comes from the machine that it is made on: without a word to the contrary an entry belongs to uid and
/// gid 0, its time is 0, and its mode is 0644, 0755 for a directory and 0777 for a symbolic link.
///
/// A path is relative, without `.`, `..` or an empty part, and stands once in its layer; [`unchecked`](Self::unchecked)
/// lifts that, and a [`Header`](crate::Header) declares each field by hand. What is wrong with an entry is an error
/// when the layer is written, never when it is declared.
///
/// ```
/// use oci_fixture::{Entry, Layer};
///
/// Layer::new()
///     .with(Entry::directory("bin/"))
///     .with(Entry::file("bin/bash", "#!").mode(0o755).uid(1000).xattr("user.origin", "a test"))
///     .with(Entry::symlink("bin/sh", "bash"))
///     .with(Entry::whiteout("bin/zsh"))
///     .with(Entry::char("dev/null", 1, 3).mode(0o666));
/// ```
// Boxed, because a fixture of 10,000 entries has a stack slot for each in a build without optimisation.
#[derive(Clone, Debug)]
#[must_use = "an entry does nothing until it is put into a layer"]
pub struct Entry(Box<Parts>);

#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// As it was declared; [`name`](Self::name) is what the tar has.
    pub(crate) path: Text,
    pub(crate) kind: Kind,
    pub(crate) mode: Option<u32>,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) mtime: i64,
    /// Names and values, in the order in which they were declared.
    pub(crate) xattrs: Vec<(Text, Content)>,
    /// Names are taken as they are, and may repeat.
    pub(crate) unchecked: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    File(Content),
    Directory,
    Symlink(Text),
    Hardlink(Text),
    Whiteout,
    Opaque,
    Fifo,
    Char { major: u32, minor: u32 },
    Block { major: u32, minor: u32 },
}

impl Entry {
    /// A regular file. Its path does not end with `/`.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::file("etc/hostname", "fixture\n");
    /// ```
    pub fn file(path: impl ToText, content: impl ToContent) -> Self {
        Self::new(path.into_text(), Kind::File(content.into_content()))
    }

    /// A directory. Its path ends with `/`.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("var/lib/");
    /// ```
    pub fn directory(path: impl ToText) -> Self {
        Self::new(path.into_text(), Kind::Directory)
    }

    /// A symbolic link. Its target counts from the directory that the link is in, or from the root where it starts
    /// with `/`, and does not climb above the root.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::symlink("bin/sh", "bash");
    /// Entry::symlink("bin/vi", "../usr/bin/vim");
    /// Entry::symlink("etc/mtab", "/proc/mounts");
    /// ```
    pub fn symlink(path: impl ToText, target: impl ToText) -> Self {
        Self::new(path.into_text(), Kind::Symlink(target.into_text()))
    }

    /// A hard link: one more name of the entry with the path `target`, which stands before it or in a lower layer.
    ///
    /// ```
    /// use oci_fixture::{Entry, Layer};
    ///
    /// Layer::new().with(("bin/busybox", "")).with(Entry::hardlink("bin/ls", "bin/busybox"));
    /// ```
    pub fn hardlink(path: impl ToText, target: impl ToText) -> Self {
        Self::new(path.into_text(), Kind::Hardlink(target.into_text()))
    }

    /// A whiteout: it hides what lower layers have at `path`, a file or a whole directory. In the tar it is an empty
    /// regular file, `etc/.wh.passwd` for the path `etc/passwd` ([layer specification]).
    ///
    /// ```
    /// use oci_fixture::{Entry, Layer};
    ///
    /// Layer::new().with(Entry::whiteout("etc/passwd")).with(Entry::whiteout("var/cache/"));
    /// ```
    ///
    /// [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts
    pub fn whiteout(path: impl ToText) -> Self {
        Self::new(path.into_text(), Kind::Whiteout)
    }

    /// An opaque whiteout: it hides all that lower layers have in the directory `path`, which is `./` for the root. In
    /// the tar it is an empty regular file, `etc/.wh..wh..opq` for the path `etc/` ([layer specification]).
    ///
    /// ```
    /// use oci_fixture::{Entry, Layer};
    ///
    /// Layer::new().with(Entry::directory("etc/")).with(Entry::opaque("etc/")).with(("etc/passwd", ""));
    /// ```
    ///
    /// [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#opaque-whiteout
    pub fn opaque(path: impl ToText) -> Self {
        Self::new(path.into_text(), Kind::Opaque)
    }

    /// A named pipe.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::fifo("run/initctl").mode(0o600);
    /// ```
    pub fn fifo(path: impl ToText) -> Self {
        Self::new(path.into_text(), Kind::Fifo)
    }

    /// A character device with its numbers, which are at most 2097151.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::char("dev/null", 1, 3).mode(0o666);
    /// ```
    pub fn char(path: impl ToText, major: u32, minor: u32) -> Self {
        Self::new(path.into_text(), Kind::Char { major, minor })
    }

    /// A block device with its numbers, which are at most 2097151.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::block("dev/sda", 8, 0).mode(0o660).gid(6);
    /// ```
    pub fn block(path: impl ToText, major: u32, minor: u32) -> Self {
        Self::new(path.into_text(), Kind::Block { major, minor })
    }

    fn new(path: Text, kind: Kind) -> Self {
        let xattrs = Vec::new();
        Self(Box::new(Parts { path, kind, mode: None, uid: 0, gid: 0, mtime: 0, xattrs, unchecked: false }))
    }

    /// The permission bits, at most `0o7777`.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::file("bin/su", "#!").mode(0o4755);
    /// ```
    pub fn mode(mut self, mode: u32) -> Self {
        self.0.mode = Some(mode);
        self
    }

    /// The owner's number.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("home/alice/").uid(1000);
    /// ```
    pub fn uid(mut self, uid: u64) -> Self {
        self.0.uid = uid;
        self
    }

    /// The group's number.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("home/alice/").gid(1000);
    /// ```
    pub fn gid(mut self, gid: u64) -> Self {
        self.0.gid = gid;
        self
    }

    /// The time of the last change, in seconds since 1970-01-01 UTC.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::file("etc/old", "").mtime(-1);
    /// ```
    pub fn mtime(mut self, seconds: i64) -> Self {
        self.0.mtime = seconds;
        self
    }

    /// One more extended attribute. Its value may be any bytes; it stands in a PAX header, which readers take up to
    /// 1 MiB. Two of the same name are an error when the entry is written.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::file("bin/ping", "#!").xattr("security.capability", b"\x01\0\0\x02\0 \0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    /// ```
    pub fn xattr(mut self, name: impl ToText, value: impl ToContent) -> Self {
        self.0.xattrs.push((name.into_text(), value.into_content()));
        self
    }

    /// Takes its path, its target and the names of its extended attributes as they are written: absolute, with `..`,
    /// with `.wh.`, empty, or there twice. A whiteout still gets its `.wh.`, but a directory no `/`. The entry may have
    /// the path of another one of the layer, and may be what a whiteout hides.
    ///
    /// It is written as any other: what a field of the header cannot hold, such as a NUL, is in a PAX record as it is,
    /// and the field has what is left without it.
    ///
    /// ```
    /// use oci_fixture::{Entry, Layer};
    ///
    /// Layer::new()
    ///     .with(Entry::file("../../etc/passwd", "root::0:0::/:").unchecked())
    ///     .with(Entry::symlink("etc", "/etc").unchecked())
    ///     .with(Entry::file("etc/", "").unchecked())
    ///     .with(Entry::file("bin/.wh.sh", "").unchecked());
    /// ```
    pub fn unchecked(mut self) -> Self {
        self.0.unchecked = true;
        self
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// What is wrong with the entry by itself.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.check_labels()?;
        if !self.unchecked {
            self.check_names()?;
        }
        if let Some(mode) = self.mode {
            mode::check(mode)?;
        }
        owner::check(self.uid)?;
        owner::check(self.gid)?;
        if let Kind::Char { major, minor } | Kind::Block { major, minor } = self.kind {
            device::check(major)?;
            device::check(minor)?;
        }
        if self.unchecked { Ok(()) } else { self.check_xattrs() }
    }

    fn check_xattrs(&self) -> Result<(), Problem> {
        let mut seen = HashSet::new();
        for (name, _) in &self.xattrs {
            let name = name.as_str();
            xattr::check(name)?;
            if !seen.insert(name) {
                return Err(Problem::new(format!(
                    "the xattr {name:?} is there twice; remove one of the two"
                )));
            }
        }
        Ok(())
    }

    fn check_labels(&self) -> Result<(), Problem> {
        let target = match &self.kind {
            Kind::Symlink(target) | Kind::Hardlink(target) => Some(target),
            _ => None,
        };
        let names = self.xattrs.iter().map(|(name, _)| name);
        let content = match &self.kind {
            Kind::File(content) => Some(content),
            _ => None,
        };
        self.xattrs.iter().map(|(_, value)| value).chain(content).try_for_each(Content::check_in_layer)?;
        if [&self.path].into_iter().chain(target).chain(names).all(|text| text.plain().is_some()) {
            return Ok(());
        }
        Err(Problem::new("a name in a layer cannot mention a labelled node; write it out"))
    }

    fn check_names(&self) -> Result<(), Invalid> {
        let path = self.path.as_str();
        match &self.kind {
            Kind::Directory => path::directory(path),
            Kind::Whiteout => path::whiteout(path),
            Kind::Opaque => path::opaque(path),
            Kind::Symlink(target) => {
                path::file(path)?;
                path::symlink_target(path, target.as_str())
            }
            Kind::Hardlink(target) => {
                path::file(path)?;
                path::hardlink_target(target.as_str())
            }
            Kind::File(_) | Kind::Fifo | Kind::Char { .. } | Kind::Block { .. } => path::file(path),
        }
    }

    /// The name that the entry has in the tar.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        let path = self.path.as_str();
        match self.kind {
            Kind::Whiteout => path::whiteout_name(path).into(),
            Kind::Opaque => path::opaque_name(path).into(),
            _ => path.into(),
        }
    }

    /// The permission bits that the entry has in the tar.
    pub(crate) fn mode(&self) -> u32 {
        self.mode.unwrap_or(match self.kind {
            Kind::Directory => 0o755,
            Kind::Symlink(_) => 0o777,
            _ => 0o644,
        })
    }

    /// How the entry is called in an error: a whiteout's path is not its name in the tar, so it is told apart.
    pub(crate) fn place(&self) -> String {
        let path = self.path.to_string();
        match self.kind {
            Kind::Whiteout => format!("whiteout {path:?}"),
            Kind::Opaque => format!("opaque {path:?}"),
            _ => format!("{path:?}"),
        }
    }
}
