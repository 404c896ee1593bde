//! One entry of a layer.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::io;

use oci_fixture_grammar::{Invalid, device, mode, owner, path, sparse, xattr};

use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::declare::layer::hardlink::InodeAttributes;
use crate::declare::layer::mtime::{Mtime, ToMtime};
use crate::declare::path::ToPath;
use crate::declare::text::{Text, ToText};
use crate::error::Problem;
use crate::tar::sparse::SparseFormat;
use crate::tar::{PAX_LIMIT, too_large};

/// One entry of a [`Layer`](crate::Layer): a file, a directory, a link, a whiteout, a named pipe or a device.
///
/// No metadata comes from the machine that the layer is made on. By default an entry belongs to uid and gid 0, its time
/// is 0, and its mode is 0644, for a directory 0755 and for a symbolic link 0777. A hard link has the values of its
/// target.
///
/// A path is relative, has no component `.`, `..` or empty, and occurs once in its layer.
/// [`unchecked`](Self::unchecked) lifts these rules, and a [`Header`](crate::Header) declares each field by hand. A
/// mistake in an entry is an error when the fixture is written, never when it is declared.
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
// Boxed, because a build without optimisation has a stack slot for each entry of a fixture, of which there may be
// 10,000.
#[derive(Clone)]
#[must_use = "an entry does nothing until it is put into a layer"]
pub struct Entry(Box<EntryData>);

#[derive(Clone)]
pub(crate) struct EntryData {
    /// The path as it was declared, as `path::from_bytes` makes it. [`name`](Self::name) is the path in the tar.
    pub(crate) path: Text,
    pub(crate) kind: EntryKind,
    pub(crate) mode: Option<u32>,
    pub(crate) uid: Option<u64>,
    pub(crate) gid: Option<u64>,
    pub(crate) uname: Option<Text>,
    pub(crate) gname: Option<Text>,
    pub(crate) mtime: Option<Mtime>,
    /// The format in which holes of the content are left out.
    pub(crate) sparse: Option<Text>,
    /// Names and values, in the order in which they were declared.
    pub(crate) xattrs: Vec<(Text, Content)>,
    /// The path, the target and the names of extended attributes are not checked, and may repeat.
    pub(crate) unchecked: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum EntryKind {
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
    /// A regular file. Its path does not end with `/`. A path is text or, as [`ToPath`] says, any bytes.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::file("etc/hostname", "fixture\n");
    /// ```
    pub fn file(path: impl ToPath, content: impl ToContent) -> Self {
        Self::new(path.into_path(), EntryKind::File(content.into_content()))
    }

    /// A directory. Its path ends with `/`.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("var/lib/");
    /// ```
    pub fn directory(path: impl ToPath) -> Self {
        Self::new(path.into_path(), EntryKind::Directory)
    }

    /// A symbolic link. Its target is relative to the directory of the link, or to the root if it starts with `/`,
    /// and does not climb above the root.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::symlink("bin/sh", "bash");
    /// Entry::symlink("bin/vi", "../usr/bin/vim");
    /// Entry::symlink("etc/mtab", "/proc/mounts");
    /// ```
    pub fn symlink(path: impl ToPath, target: impl ToPath) -> Self {
        Self::new(path.into_path(), EntryKind::Symlink(target.into_path()))
    }

    /// A hard link: one more name of the entry with the path `target`, which stands before it in the same layer, and is
    /// no directory.
    ///
    /// Its header repeats the target's mode, owner, group, their names and the time, as GNU tar and Go write it,
    /// because containerd, Docker and podman apply the header of a link to the file that it shares. Attributes of the
    /// link itself replace these. Extended attributes are not repeated.
    ///
    /// With [`unchecked`](Self::unchecked), or in a layer with a [`Header`](crate::Header), whose path is known only
    /// from its bytes, the target may be missing. Then the mode is 0644, the owner, the group and the time are 0, and
    /// the names are empty.
    ///
    /// ```
    /// use oci_fixture::{Entry, Fixture, Layer, Manifest};
    ///
    /// let layer =
    ///     Layer::new().with(Entry::file("bin/busybox", "").mode(0o755)).with(Entry::hardlink("bin/ls", "bin/busybox"));
    /// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
    /// assert_eq!(layout.platform("linux/amd64")?.layers()?[0].entries()?[1].mode, 0o755);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn hardlink(path: impl ToPath, target: impl ToPath) -> Self {
        Self::new(path.into_path(), EntryKind::Hardlink(target.into_path()))
    }

    /// A whiteout: it hides the file or the directory that lower layers have at `path`. In the tar it is an empty
    /// regular file, `etc/.wh.passwd` for the path `etc/passwd` ([layer specification]).
    ///
    /// ```
    /// use oci_fixture::{Entry, Layer};
    ///
    /// Layer::new().with(Entry::whiteout("etc/passwd")).with(Entry::whiteout("var/cache/"));
    /// ```
    ///
    /// [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts
    pub fn whiteout(path: impl ToPath) -> Self {
        Self::new(path.into_path(), EntryKind::Whiteout)
    }

    /// An opaque whiteout: it hides everything that lower layers have in the directory `path`, which is `./` for the
    /// root. In the tar it is an empty regular file, `etc/.wh..wh..opq` for the path `etc/` ([layer specification]).
    ///
    /// ```
    /// use oci_fixture::{Entry, Layer};
    ///
    /// Layer::new().with(Entry::directory("etc/")).with(Entry::opaque("etc/")).with(("etc/passwd", ""));
    /// ```
    ///
    /// [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#opaque-whiteout
    pub fn opaque(path: impl ToPath) -> Self {
        Self::new(path.into_path(), EntryKind::Opaque)
    }

    /// A named pipe.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::fifo("run/initctl").mode(0o600);
    /// ```
    pub fn fifo(path: impl ToPath) -> Self {
        Self::new(path.into_path(), EntryKind::Fifo)
    }

    /// A character device with its numbers, which are at most 2097151.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::char("dev/null", 1, 3).mode(0o666);
    /// ```
    pub fn char(path: impl ToPath, major: u32, minor: u32) -> Self {
        Self::new(path.into_path(), EntryKind::Char { major, minor })
    }

    /// A block device with its numbers, which are at most 2097151.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::block("dev/sda", 8, 0).mode(0o660).gid(6);
    /// ```
    pub fn block(path: impl ToPath, major: u32, minor: u32) -> Self {
        Self::new(path.into_path(), EntryKind::Block { major, minor })
    }

    fn new(path: Text, kind: EntryKind) -> Self {
        let xattrs = Vec::new();
        Self(Box::new(EntryData {
            path,
            kind,
            mode: None,
            uid: None,
            gid: None,
            uname: None,
            gname: None,
            mtime: None,
            sparse: None,
            xattrs,
            unchecked: false,
        }))
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

    /// The numeric id of the owner.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("home/alice/").uid(1000);
    /// ```
    pub fn uid(mut self, uid: u64) -> Self {
        self.0.uid = Some(uid);
        self
    }

    /// The numeric id of the group.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("home/alice/").gid(1000);
    /// ```
    pub fn gid(mut self, gid: u64) -> Self {
        self.0.gid = Some(gid);
        self
    }

    /// The name of the owner, which unpackers may prefer to the [`uid`](Self::uid). The default is empty. A name that
    /// is longer than 32 bytes or not ASCII is in a PAX header.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("home/alice/").uid(1000).uname("alice");
    /// ```
    pub fn uname(mut self, name: impl ToText) -> Self {
        self.0.uname = Some(name.into_text());
        self
    }

    /// The name of the group, as [`uname`](Self::uname) is that of the owner.
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::directory("home/alice/").gid(100).gname("users");
    /// ```
    pub fn gname(mut self, name: impl ToText) -> Self {
        self.0.gname = Some(name.into_text());
        self
    }

    /// The time of the last change, in seconds since 1970-01-01 UTC; negative before that. A time with a fraction is in
    /// a PAX header, and the header has the whole seconds: see [`Mtime`].
    ///
    /// ```
    /// use oci_fixture::Entry;
    ///
    /// Entry::file("etc/old", "").mtime(-1);
    /// Entry::file("etc/new", "").mtime("1700000000.123456789");
    /// ```
    pub fn mtime(mut self, time: impl ToMtime) -> Self {
        self.0.mtime = Some(time.into_mtime());
        self
    }

    /// Before sealing: leaves out the holes of a [`Content::sparse`](crate::Content::sparse), in one of the formats of
    /// [GNU tar]: `gnu`, `0.0`, `0.1` or `1.0`. The [layer specification] says that sparse files SHOULD NOT be used,
    /// since readers differ. What is stored are the blocks of 512 bytes that have data. The format `gnu` has no place
    /// for extended attributes, for a time with a fraction and for long names of owners.
    ///
    /// ```
    /// use oci_fixture::{Content, Entry};
    ///
    /// Entry::file("disk", Content::sparse(1 << 40, [(1 << 30, "data")])).sparse("1.0");
    /// ```
    ///
    /// [GNU tar]: https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
    /// [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#file-attributes
    pub fn sparse(mut self, format: impl ToText) -> Self {
        self.0.sparse = Some(format.into_text());
        self
    }

    /// Adds an extended attribute. Its value may be any bytes. All attributes of an entry are in one PAX header, of
    /// which readers accept up to 1 MiB. Two attributes of the same name are an error when the fixture is written.
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

    /// Before sealing: takes the path, the target and the names of extended attributes as they are written: absolute,
    /// with `..`, with `.wh.`, empty, or repeated. A whiteout still gets its `.wh.`, but a directory gets no `/`. The
    /// entry may have the path of another entry of the layer, and may be hidden by a whiteout of the layer.
    ///
    /// The entry is written like any other: a name that a field of the header cannot hold, for example because of a
    /// NUL, is written unchanged in a PAX record, and the field has the characters that it can hold.
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

    pub(crate) fn data(&self) -> &EntryData {
        &self.0
    }

    /// The entry without the attributes that it has by default.
    pub(crate) fn without(mut self, defaults: InodeAttributes<'_>) -> Self {
        let data = &mut *self.0;
        data.mode = data.mode.filter(|mode| *mode != defaults.mode);
        data.uid = data.uid.filter(|uid| *uid != defaults.uid);
        data.gid = data.gid.filter(|gid| *gid != defaults.gid);
        data.uname = data.uname.take().filter(|name| name.as_str() != defaults.uname);
        data.gname = data.gname.take().filter(|name| name.as_str() != defaults.gname);
        let is_default = |mtime: &Mtime| match (mtime.time(), defaults.mtime) {
            (Some(time), None) => time.seconds() == 0 && time.fractional().is_none(),
            (time, default) => time == default,
        };
        data.mtime = data.mtime.take().filter(|mtime| !is_default(mtime));
        self
    }

    /// The entry, in which the digests and sizes of sealed nodes are filled in.
    pub(super) fn resolved(&self, context: &Context<'_>) -> Self {
        let text = |text: &Text| Text::new(context.text(text));
        let EntryData { path, kind, mode, uid, gid, uname, gname, mtime, sparse, xattrs, unchecked } =
            &*self.0;
        let kind = match kind {
            EntryKind::File(bytes) => EntryKind::File(bytes.resolved(context)),
            EntryKind::Symlink(target) => EntryKind::Symlink(text(target)),
            EntryKind::Hardlink(target) => EntryKind::Hardlink(text(target)),
            other => other.clone(),
        };
        let xattrs = xattrs.iter().map(|(name, value)| (text(name), value.resolved(context))).collect();
        Self(Box::new(EntryData {
            path: text(path),
            kind,
            mode: *mode,
            uid: *uid,
            gid: *gid,
            uname: uname.as_ref().map(text),
            gname: gname.as_ref().map(text),
            mtime: mtime.clone(),
            sparse: sparse.clone(),
            xattrs,
            unchecked: *unchecked,
        }))
    }
}

impl EntryData {
    /// Checks the entry by itself.
    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        self.contents().try_for_each(Content::check)?;
        if !unchecked {
            self.check_names()?;
        }
        if let Some(mode) = self.mode {
            mode::check(mode)?;
        }
        [self.uid, self.gid].into_iter().flatten().try_for_each(owner::check)?;
        if !unchecked {
            self.owner_names().filter_map(Text::plain).try_for_each(owner::check_name)?;
        }
        self.mtime.as_ref().map_or(Ok(()), Mtime::check)?;
        self.check_sparse()?;
        if let EntryKind::Char { major, minor } | EntryKind::Block { major, minor } = self.kind {
            device::check(major)?;
            device::check(minor)?;
        }
        if unchecked { Ok(()) } else { self.check_xattrs() }
    }

    /// The format in which holes of the content are left out.
    pub(crate) fn sparse_format(&self) -> Option<SparseFormat> {
        self.sparse.as_ref().and_then(|format| SparseFormat::of(format.as_str()))
    }

    fn check_sparse(&self) -> Result<(), Problem> {
        let Some(format) = &self.sparse else { return Ok(()) };
        sparse::check(format.as_str())?;
        match &self.kind {
            EntryKind::File(content) if content.as_sparse().is_some() => Ok(()),
            _ => Err(Problem::new(
                "only a file with holes is sparse; write `Content::sparse(SIZE, [(OFFSET, DATA)])`",
            )),
        }
    }

    fn check_xattrs(&self) -> Result<(), Problem> {
        let mut seen = HashSet::new();
        for name in self.xattrs.iter().filter_map(|(name, _)| name.plain()) {
            xattr::check(name)?;
            if !seen.insert(name) {
                return Err(Problem::new(format!(
                    "the xattr {name:?} is there twice; remove one of the two"
                )));
            }
        }
        Ok(())
    }

    /// The target of a link.
    fn link(&self) -> Option<&Text> {
        match &self.kind {
            EntryKind::Symlink(target) | EntryKind::Hardlink(target) => Some(target),
            _ => None,
        }
    }

    fn contents(&self) -> impl Iterator<Item = &Content> {
        let content = match &self.kind {
            EntryKind::File(content) => Some(content),
            _ => None,
        };
        self.xattrs.iter().map(|(_, value)| value).chain(content)
    }

    /// The declared names of the owner and the group.
    fn owner_names(&self) -> impl Iterator<Item = &Text> {
        self.uname.iter().chain(&self.gname)
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        self.path.mentions(mentions);
        match &self.kind {
            EntryKind::File(content) => content.mentions(mentions),
            EntryKind::Symlink(target) | EntryKind::Hardlink(target) => target.mentions(mentions),
            _ => {}
        }
        for (name, value) in &self.xattrs {
            name.mentions(mentions);
            value.mentions(mentions);
        }
        self.owner_names().for_each(|name| name.mentions(mentions));
    }

    /// Checks the path and the target. If they mention nodes, they are checked once those are sealed.
    fn check_names(&self) -> Result<(), Invalid> {
        if [&self.path].into_iter().chain(self.link()).any(|text| text.plain().is_none()) {
            return Ok(());
        }
        let path = self.path.as_str();
        match &self.kind {
            EntryKind::Directory => path::directory(path),
            EntryKind::Whiteout => path::whiteout(path),
            EntryKind::Opaque => path::opaque(path),
            EntryKind::Symlink(target) => {
                path::file(path)?;
                path::symlink_target(path, target.as_str())
            }
            EntryKind::Hardlink(target) => {
                path::file(path)?;
                path::hardlink_target(target.as_str())
            }
            EntryKind::File(_) | EntryKind::Fifo | EntryKind::Char { .. } | EntryKind::Block { .. } => {
                path::file(path)
            }
        }
    }

    /// The name of the entry in the tar.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        let path = self.path.as_str();
        match self.kind {
            EntryKind::Whiteout => path::whiteout_name(path).into(),
            EntryKind::Opaque => path::opaque_name(path).into(),
            _ => path.into(),
        }
    }

    /// The attributes of the entry in the tar. `target` has those of a hard link's target.
    pub(crate) fn attributes<'a>(&'a self, target: Option<InodeAttributes<'a>>) -> InodeAttributes<'a> {
        let default = self.default_attributes(target);
        InodeAttributes {
            mode: self.mode.unwrap_or(default.mode),
            uid: self.uid.unwrap_or(default.uid),
            gid: self.gid.unwrap_or(default.gid),
            uname: self.uname.as_ref().map_or(default.uname, Text::as_str),
            gname: self.gname.as_ref().map_or(default.gname, Text::as_str),
            mtime: self.mtime.as_ref().map_or(default.mtime, Mtime::time),
        }
    }

    /// The attributes of an entry that declares none. `target` are those of the target of a hard link.
    pub(crate) fn default_attributes<'a>(&self, target: Option<InodeAttributes<'a>>) -> InodeAttributes<'a> {
        let mode = match self.kind {
            EntryKind::Directory => 0o755,
            EntryKind::Symlink(_) => 0o777,
            _ => 0o644,
        };
        target.unwrap_or(InodeAttributes { mode, ..InodeAttributes::default() })
    }

    /// The extended attributes with the bytes of their values, which are made only while a PAX header can hold them.
    pub(crate) fn xattrs(&self) -> io::Result<Vec<(&str, Vec<u8>)>> {
        let (mut xattrs, mut size) = (Vec::with_capacity(self.xattrs.len()), 0_u64);
        for (name, value) in &self.xattrs {
            size = size.saturating_add(value.size()?);
            if size > PAX_LIMIT {
                return Err(too_large());
            }
            let mut bytes = Vec::new();
            value.write_to(&mut bytes)?;
            xattrs.push((name.as_str(), bytes));
        }
        Ok(xattrs)
    }

    /// How errors call the entry. A whiteout's path is not its name in the tar, so errors say that it is a whiteout.
    pub(crate) fn place(&self) -> String {
        let path = path::shown(&self.path.to_string());
        match self.kind {
            EntryKind::Whiteout => format!("whiteout {path}"),
            EntryKind::Opaque => format!("opaque {path}"),
            _ => path,
        }
    }
}

/// One line with the path and the kind of the entry.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({}, {:?})", path::shown(&self.0.path.to_string()), self.0.kind)
    }
}
