//! Comparing a directory with the file system of an image.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
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
    /// not have.
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
                comparison.add(&entry.path, "is not there");
                continue;
            };
            if !comparison.kind(&entry, &metadata) {
                continue;
            }
            let Some(inode) = self.inodes.get(name.inode) else { continue };
            let InodeSource::Member { layer, member } = inode.source else { continue };
            comparison.attributes(&entry, &on_disk, &metadata)?;
            if entry.kind == LayerEntryKind::Directory {
                continue;
            }
            let identity = (metadata.dev(), metadata.ino());
            let (first, other) = files.entry(name.inode).or_insert((entry.path.clone(), identity));
            if *other != identity {
                comparison.add(&entry.path, format!("is no hard link to {first:?}"));
            }
            // Names of one file have one content.
            if entry.kind == LayerEntryKind::File {
                contents.insert((layer, member), (entry.path, on_disk));
            }
        }
        for path in found.into_keys() {
            comparison.add(&TarName::from(path.join(&b'/')), "is there, and the image has no such entry");
        }
        for layer in 0..self.layers.len() {
            self.each_member(layer, |number, member, body| {
                let Some((path, on_disk)) = contents.get(&(layer, number)) else { return Ok(()) };
                let content = member.map().expand(body);
                if let Some(offset) = difference(content, BufReader::new(File::open(on_disk)?))? {
                    comparison.add(path, format!("has another content, from byte {offset}"));
                }
                Ok(())
            })?;
        }
        Ok(comparison.differences)
    }
}

struct Comparison {
    differences: Vec<String>,
    is_root: bool,
}

impl Comparison {
    fn add(&mut self, path: &TarName, what: impl Display) {
        self.differences.push(format!("{path:?}: {what}"));
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
            self.add(path, format!("the {what} is {}, and is {} in the image", show(found), show(expected)));
        }
    }

    /// Whether the types are the same.
    fn kind(&mut self, entry: &LayerEntry, metadata: &Metadata) -> bool {
        let of_disk = metadata.file_type();
        let found = if of_disk.is_dir() {
            LayerEntryKind::Directory
        } else if of_disk.is_symlink() {
            LayerEntryKind::Symlink
        } else if of_disk.is_fifo() {
            LayerEntryKind::Fifo
        } else if of_disk.is_char_device() {
            LayerEntryKind::Char
        } else if of_disk.is_block_device() {
            LayerEntryKind::Block
        } else if of_disk.is_file() {
            LayerEntryKind::File
        } else {
            LayerEntryKind::Other(b's')
        };
        self.unequal(&entry.path, "type", |kind| format!("{kind:?}"), &entry.kind, &found);
        entry.kind == found
    }

    fn attributes(&mut self, entry: &LayerEntry, on_disk: &Path, metadata: &Metadata) -> Result<()> {
        let path = &entry.path;
        if entry.kind == LayerEntryKind::Symlink {
            let target =
                fs::read_link(on_disk).map_err(|error| Error::io(on_disk, "read the link", error))?;
            let target = TarName::from(target.into_os_string().into_vec());
            let expected = entry.link.clone().unwrap_or_default();
            self.unequal(path, "target", |target| format!("{target:?}"), &expected, &target);
        } else {
            let mode = |mode: &u32| format!("{mode:#o}");
            self.unequal(path, "mode", mode, &(entry.mode & 0o7777), &(metadata.mode() & 0o7777));
        }
        // Linux has 12 bits for the major number, and 20 for the minor.
        if let Some(device) = entry.device.filter(|(major, minor)| *major < 1 << 12 && *minor < 1 << 20) {
            let found = (rustix::fs::major(metadata.rdev()), rustix::fs::minor(metadata.rdev()));
            self.unequal(path, "device", |(major, minor)| format!("{major},{minor}"), &device, &found);
        }
        // For `chown` the largest number means no owner, and the system has no larger ones.
        let has_place = entry.uid.max(entry.gid) < u32::MAX.into();
        if self.is_root && has_place {
            let found = (metadata.uid().into(), metadata.gid().into());
            let owner = |(uid, gid): &(u64, u64)| format!("{uid}/{gid}");
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
                None => self.add(&entry.path, format!("has no attribute {name:?}")),
                Some(other) if other != *value => {
                    self.add(&entry.path, format!("the attribute {name:?} is another"));
                }
                Some(_) => {}
            }
        }
        for name in found.into_keys() {
            if !name.as_bytes().starts_with(b"system.") && name != "security.selinux" {
                self.add(&entry.path, format!("has the attribute {name:?}, and not in the image"));
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
