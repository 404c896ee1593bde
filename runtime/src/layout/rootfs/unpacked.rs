//! Comparing a directory with the file system of an image.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::{Components, InodeSource, Rootfs};
use crate::error::{Error, Result};
use crate::layout::layer_entry::{LayerEntry, LayerEntryKind, TarName};
use crate::store::Store;

/// The number of bytes that are compared at a time.
const CHUNK: usize = 64 * 1024;

impl<S: Store> Rootfs<'_, S> {
    /// Asserts that a directory into which an unpacker has unpacked the image has no [`differences`](Self::differences).
    ///
    /// ```
    /// use oci_fixture::{Entry, Fixture, Manifest};
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// let image = Manifest::new().with(("etc/hostname", "fixture\n")).with(Entry::symlink("name", "etc/hostname"));
    /// let layout = Fixture::new().with(image).in_memory()?;
    ///
    /// std::fs::create_dir(directory.path().join("etc")).unwrap();
    /// std::fs::write(directory.path().join("etc/hostname"), "fixture\n").unwrap();
    /// std::os::unix::fs::symlink("etc/hostname", directory.path().join("name")).unwrap();
    /// # use std::os::unix::fs::PermissionsExt;
    /// # let mode = std::fs::Permissions::from_mode(0o644);
    /// # std::fs::set_permissions(directory.path().join("etc/hostname"), mode).unwrap();
    /// layout.platform("linux/amd64")?.rootfs()?.assert_unpacked(directory.path());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If there are differences, which the message lists, and if a layer or the directory cannot be read.
    #[track_caller]
    #[expect(clippy::panic, reason = "it is an assertion")]
    pub fn assert_unpacked(&self, directory: impl AsRef<Path>) {
        let directory = directory.as_ref();
        match self.differences(directory) {
            Ok(differences) if differences.is_empty() => {}
            Ok(differences) => {
                let lines: Vec<String> = differences.iter().map(|line| format!("  {line}\n")).collect();
                panic!("{} differs from the image:\n{}", directory.display(), lines.concat());
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// The differences between the image and a directory into which it was unpacked, one line each: types, modes, targets of
    /// symbolic links, contents of files, hard links, device numbers, extended attributes, and files that the image does
    /// not have. A line has the path, what is there, and what the image has, in the order of the paths:
    /// `"bin/app": the mode is 0o644, but the image has 0o755`.
    ///
    /// Values that the system cannot store are not compared. Owner, group and extended attributes outside of `user.` are
    /// compared only if the process is root, and ids only if they fit in 32 bits. Extended attributes are compared only on
    /// Linux, those in `user.` only of regular files and directories, and device numbers only if they fit in 12 and 20 bits.
    ///
    /// The times are not compared, and neither are the attributes of a directory that no layer has. Extended attributes that
    /// the system gives to every file, those in `system.` and `security.selinux`, are ignored.
    ///
    /// # Errors
    ///
    /// The errors of [`Node::tar`](crate::Node::tar), and [`Io`](crate::ErrorKind::Io) if the directory cannot be read.
    pub fn differences(&self, directory: impl AsRef<Path>) -> Result<Vec<String>> {
        let directory = directory.as_ref();
        let mut found = BTreeMap::new();
        walk(directory, &mut found)?;
        let mut comparison = Comparison { differences: Vec::new(), is_root: is_root() };
        let (mut contents, mut files) = (HashMap::new(), HashMap::new());
        for (path, name) in self.names.walk() {
            let entry = self.named(&path, name);
            let Some((on_disk, metadata)) = found.remove(&path) else {
                comparison
                    .add(&entry.path, format!("nothing is there, but the image has {}", described(&entry)));
                continue;
            };
            let disk = on_disk_entry(Vec::new(), &on_disk, &metadata)?;
            if !comparison.kind(&entry, &disk) {
                continue;
            }
            let Some(inode) = self.inodes.get(name.inode) else { continue };
            let InodeSource::Member { layer, member } = inode.source else { continue };
            comparison.attributes(&entry, &disk, &on_disk, &metadata)?;
            if entry.kind == LayerEntryKind::Directory {
                continue;
            }
            let identity = (metadata.dev(), metadata.ino());
            let (first, other) = files.entry(name.inode).or_insert((entry.path.clone(), identity));
            if *other != identity {
                comparison.add(
                    &entry.path,
                    format!("another file is there, but the image has a hard link to {first:?}"),
                );
            }
            // Names of one file have one content.
            if entry.kind == LayerEntryKind::File {
                contents.insert((layer, member), (entry, on_disk, metadata.len()));
            }
        }
        for (path, (on_disk, metadata)) in found {
            let entry = on_disk_entry(path.join(&b'/'), &on_disk, &metadata)?;
            let what = described(&entry);
            comparison.add(&entry.path, format!("{what} is there, but the image has nothing"));
        }
        for layer in 0..self.layers.len() {
            self.each_member(layer, |number, member, body| {
                let Some((entry, on_disk, size)) = contents.get(&(layer, number)) else { return Ok(()) };
                let content = member.map().expand(body);
                if let Some(offset) = difference(content, BufReader::new(File::open(on_disk)?))? {
                    let sizes = if *size == entry.size {
                        "the content is another one".to_owned()
                    } else {
                        format!("the content has {}, but the image has {}", bytes(*size), bytes(entry.size))
                    };
                    comparison.add(&entry.path, format!("{sizes}; byte {offset} is the first that differs"));
                }
                Ok(())
            })?;
        }
        comparison.differences.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(comparison.differences.into_iter().map(|(path, what)| format!("{path:?}: {what}")).collect())
    }
}

/// The type of an entry, with its size or its target, as a difference says it.
fn described(entry: &LayerEntry) -> String {
    match entry.kind {
        LayerEntryKind::File => format!("a file of {}", bytes(entry.size)),
        LayerEntryKind::Directory => "a directory".to_owned(),
        LayerEntryKind::Symlink => {
            format!("a symbolic link to {:?}", entry.link.clone().unwrap_or_default())
        }
        LayerEntryKind::Hardlink => format!("a hard link to {:?}", entry.link.clone().unwrap_or_default()),
        LayerEntryKind::Fifo => "a named pipe".to_owned(),
        LayerEntryKind::Char => "a character device".to_owned(),
        LayerEntryKind::Block => "a block device".to_owned(),
        LayerEntryKind::Other(b's') => "a socket".to_owned(),
        LayerEntryKind::Other(flag) => format!("an entry of the type `{}`", flag.escape_ascii()),
    }
}

fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

/// The value of an extended attribute, for a difference. Only the first bytes of a long one are shown.
fn shown(value: &[u8]) -> String {
    const SHOWN: usize = 40;
    match value.get(..SHOWN) {
        Some(first) if first.len() < value.len() => {
            format!("{:?}.. of {}", TarName::from(first), bytes(value.len() as u64))
        }
        _ => format!("{:?}", TarName::from(value)),
    }
}

/// A file, a directory or anything else of the unpacked directory, as an entry of a layer.
fn on_disk_entry(path: Vec<u8>, on_disk: &Path, metadata: &Metadata) -> Result<LayerEntry> {
    let file_type = metadata.file_type();
    let kind = if file_type.is_dir() {
        LayerEntryKind::Directory
    } else if file_type.is_symlink() {
        LayerEntryKind::Symlink
    } else if file_type.is_fifo() {
        LayerEntryKind::Fifo
    } else if file_type.is_char_device() {
        LayerEntryKind::Char
    } else if file_type.is_block_device() {
        LayerEntryKind::Block
    } else if file_type.is_file() {
        LayerEntryKind::File
    } else {
        LayerEntryKind::Other(b's')
    };
    let mut entry = LayerEntry::plain(kind, metadata.mode() & 0o7777, TarName::from(path));
    entry.size = metadata.len();
    if kind == LayerEntryKind::Symlink {
        let target = fs::read_link(on_disk).map_err(|error| Error::io(on_disk, "read the link", error))?;
        entry.link = Some(TarName::from(target.into_os_string().into_vec()));
    }
    Ok(entry)
}

struct Comparison {
    /// The path of each difference, and what differs there.
    differences: Vec<(TarName, String)>,
    is_root: bool,
}

impl Comparison {
    fn add(&mut self, path: &TarName, what: String) {
        self.differences.push((path.clone(), what));
    }

    fn unequal<T: PartialEq>(
        &mut self,
        path: &TarName,
        what: &str,
        show: impl Fn(&T) -> String,
        expected: &T,
        found: &T,
    ) {
        if expected != found {
            self.add(path, format!("the {what} is {}, but the image has {}", show(found), show(expected)));
        }
    }

    /// Whether the types are the same.
    fn kind(&mut self, entry: &LayerEntry, found: &LayerEntry) -> bool {
        if entry.kind != found.kind {
            let message = format!("{} is there, but the image has {}", described(found), described(entry));
            self.add(&entry.path, message);
        }
        entry.kind == found.kind
    }

    fn attributes(
        &mut self,
        entry: &LayerEntry,
        found: &LayerEntry,
        on_disk: &Path,
        metadata: &Metadata,
    ) -> Result<()> {
        let path = &entry.path;
        if entry.kind == LayerEntryKind::Symlink {
            let target = |entry: &LayerEntry| entry.link.clone().unwrap_or_default();
            self.unequal(path, "target", |target| format!("{target:?}"), &target(entry), &target(found));
        } else {
            let mode = |mode: &u32| format!("{mode:#o}");
            self.unequal(path, "mode", mode, &(entry.mode & 0o7777), &found.mode);
        }
        // Linux has 12 bits for the major number, and 20 for the minor.
        if let Some(device) = entry.device.filter(|(major, minor)| *major < 1 << 12 && *minor < 1 << 20) {
            let found = (rustix::fs::major(metadata.rdev()), rustix::fs::minor(metadata.rdev()));
            self.unequal(path, "device number", |(major, minor)| format!("{major},{minor}"), &device, &found);
        }
        // For `chown` the largest number means no owner, and the system has no larger ones.
        let has_place = entry.uid.max(entry.gid) < u32::MAX.into();
        if self.is_root && has_place {
            let found = (metadata.uid().into(), metadata.gid().into());
            let owner = |(uid, gid): &(u64, u64)| format!("the uid {uid} with the gid {gid}");
            self.unequal(path, "owner", owner, &(entry.uid, entry.gid), &found);
        }
        self.xattrs(entry, on_disk)
    }

    /// Whether the process can give an attribute to a file of this kind. Linux has those in `user.` of regular files and
    /// directories alone.
    fn can_have(&self, kind: LayerEntryKind, name: &TarName) -> bool {
        if name.as_bytes().starts_with(b"user.") {
            return matches!(kind, LayerEntryKind::File | LayerEntryKind::Directory);
        }
        self.is_root
    }

    fn xattrs(&mut self, entry: &LayerEntry, on_disk: &Path) -> Result<()> {
        let found =
            xattrs(on_disk).map_err(|error| Error::io(on_disk, "read the extended attributes", error))?;
        let Some(mut found) = found else { return Ok(()) };
        for (name, value) in &entry.xattrs {
            let other = found.remove(name);
            if !self.can_have(entry.kind, name) {
                continue;
            }
            match other {
                Some(other) if other == *value => {}
                other => {
                    let other = other.map_or("not there".to_owned(), |other| shown(&other));
                    let message = format!(
                        "the extended attribute {name:?} is {other}, but the image has {}",
                        shown(value)
                    );
                    self.add(&entry.path, message);
                }
            }
        }
        for (name, value) in found {
            if !name.as_bytes().starts_with(b"system.") && name != "security.selinux" {
                let message =
                    format!("the extended attribute {name:?} is {}, but the image has none", shown(&value));
                self.add(&entry.path, message);
            }
        }
        Ok(())
    }
}

/// All paths below a directory, and the directory itself as the root. Symbolic links are not followed.
fn walk(directory: &Path, found: &mut BTreeMap<Components, (PathBuf, Metadata)>) -> Result<()> {
    let mut rest = vec![(Components::new(), directory.to_owned())];
    while let Some((path, on_disk)) = rest.pop() {
        // The path of the caller may be a link to the directory.
        let metadata = if path.is_empty() { fs::metadata(&on_disk) } else { fs::symlink_metadata(&on_disk) };
        let metadata = metadata.map_err(|error| Error::io(&on_disk, "look at it", error))?;
        if metadata.is_dir() {
            let failed = |error| Error::io(&on_disk, "list the directory", error);
            for entry in fs::read_dir(&on_disk).map_err(failed)? {
                let name = entry.map_err(failed)?.file_name();
                let mut below = path.clone();
                below.push(name.as_bytes().to_vec());
                rest.push((below, on_disk.join(name)));
            }
        }
        found.insert(path, (on_disk, metadata));
    }
    Ok(())
}

/// The first position at which two contents differ. `None` if they are equal.
fn difference(mut one: impl Read, mut other: impl Read) -> io::Result<Option<u64>> {
    let (mut left, mut right, mut offset) = (Vec::new(), Vec::new(), 0);
    loop {
        left.clear();
        right.clear();
        one.by_ref().take(CHUNK as u64).read_to_end(&mut left)?;
        other.by_ref().take(CHUNK as u64).read_to_end(&mut right)?;
        if left != right {
            let equal = left.iter().zip(&right).take_while(|(one, other)| one == other).count();
            return Ok(Some(offset + equal as u64));
        }
        if left.is_empty() {
            return Ok(None);
        }
        offset += left.len() as u64;
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The extended attributes of a file, without following a link. `None` if the system or the file system has none.
#[cfg(target_os = "linux")]
fn xattrs(path: &Path) -> io::Result<Option<BTreeMap<TarName, Vec<u8>>>> {
    let mut names = vec![0; CHUNK];
    let size = match rustix::fs::llistxattr(path, &mut names[..]) {
        Ok(size) => size,
        Err(rustix::io::Errno::NOTSUP) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    names.truncate(size);
    let mut attributes = BTreeMap::new();
    for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![0; CHUNK];
        let size = rustix::fs::lgetxattr(path, name, &mut value[..])?;
        value.truncate(size);
        attributes.insert(TarName::from(name), value);
    }
    Ok(Some(attributes))
}

#[cfg(not(target_os = "linux"))]
fn xattrs(_: &Path) -> io::Result<Option<BTreeMap<TarName, Vec<u8>>>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_of_an_extended_attribute_is_cut() {
        let long = format!("{:?}.. of 41 bytes", "a".repeat(40));
        let values = [b"".as_slice(), b"on", b"\x01\xff", &[b'a'; 40], &[b'a'; 41]].map(shown);
        assert_eq!(values, ["\"\"", "\"on\"", "\"\\u{1}\\xff\"", &format!("{:?}", "a".repeat(40)), &long]);
    }

    #[test]
    fn a_difference_says_what_an_entry_is() {
        use LayerEntryKind::{Block, Char, Directory, Fifo, File, Hardlink, Other, Symlink};
        let described = |kind| {
            let mut entry = LayerEntry::plain(kind, 0o644, TarName::from("a"));
            entry.link = Some(TarName::from("to"));
            entry.size = 1;
            super::described(&entry)
        };
        assert_eq!(
            [File, Directory, Symlink, Hardlink, Fifo, Char, Block, Other(b's'), Other(b'V')].map(described),
            [
                "a file of 1 byte",
                "a directory",
                "a symbolic link to \"to\"",
                "a hard link to \"to\"",
                "a named pipe",
                "a character device",
                "a block device",
                "a socket",
                "an entry of the type `V`",
            ]
        );
    }
}
