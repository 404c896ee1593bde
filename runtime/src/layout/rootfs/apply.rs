//! Applying the entries of a layer.

use std::collections::VecDeque;

use super::name_tree::{InodeName, ROOT};
use super::{Components, IMPLIED, Inode, InodeSource, Rootfs, components};
use crate::layout::layer_entry::{LayerEntry, LayerEntryKind, TarName};
use crate::store::Store;

/// The largest number of symbolic links that are followed for one path, as in containerd.
const LINKS: usize = 255;

/// The largest number of bytes of a path or a target.
const LONGEST: usize = 4095;

impl<S: Store> Rootfs<'_, S> {
    /// Applies an entry. The error is that of the entry, without its place.
    pub(super) fn apply(&mut self, layer: usize, member: usize, entry: LayerEntry) -> Result<(), String> {
        check_length("path", &entry.path)?;
        entry.link.as_ref().map_or(Ok(()), |target| check_length("target", target))?;
        let source = InodeSource::Member { layer, member };
        let declared = components(entry.path.as_bytes());
        let Some((name, parent)) = declared.split_last() else {
            if entry.kind != LayerEntryKind::Directory {
                return Err("has the path of the root, which can only be a directory".to_owned());
            }
            let inode = self.inode(Inode { entry, source });
            self.names.replace(ROOT, InodeName::new(inode, layer));
            return Ok(());
        };
        let mut path = self.resolve(parent, true)?;
        if let Some(hidden) = name.strip_prefix(b".wh.") {
            let is_opaque = hidden == b".wh..opq";
            if !is_opaque {
                if matches!(hidden, b"" | b"." | b"..") {
                    return Err("is a whiteout that names nothing".to_owned());
                }
                path.push(hidden.to_vec());
            }
            self.names.hide(&path, layer, is_opaque, IMPLIED);
            return Ok(());
        }
        let directory = self.directory(&path, layer)?;
        match entry.kind {
            LayerEntryKind::Other(typeflag) => {
                return Err(format!(
                    "has the type '{}', which no entry of a layer has",
                    typeflag.escape_ascii()
                ));
            }
            LayerEntryKind::Directory => {
                if self.names.child(directory, name).is_some_and(|found| !self.is_directory(found)) {
                    self.names.remove(directory, name);
                }
            }
            LayerEntryKind::Hardlink => {
                // The links of the target's path are followed before the hard link takes the place of one of them.
                let target = entry.link.as_ref().map(|target| components(target.as_bytes()));
                let target = self.resolve(&target.unwrap_or_default(), false)?;
                self.names.remove(directory, name);
                let inode = self.link(&target, entry)?;
                self.names.insert(directory, name, InodeName::new(inode, layer));
                return Ok(());
            }
            _ => self.names.remove(directory, name),
        }
        let inode = self.inode(Inode { entry, source });
        self.names.insert(directory, name, InodeName::new(inode, layer));
        Ok(())
    }

    /// The inode at the path to which a hard link leads. It gets the attributes in the header of the link.
    fn link(&mut self, path: &[Vec<u8>], link: LayerEntry) -> Result<usize, String> {
        let LayerEntry { link: target, mode, uid, gid, uname, gname, mtime, nanoseconds, xattrs, .. } = link;
        let target = target.unwrap_or_default();
        let name = self.names.find(path).and_then(|number| self.names.get(number));
        let Some((name, inode)) = name.and_then(|name| Some((name, self.inodes.get_mut(name.inode)?))) else {
            return Err(format!("is a hard link to {target:?}, which is not there"));
        };
        if inode.entry.kind == LayerEntryKind::Directory {
            return Err(format!("is a hard link to {target:?}, which is a directory"));
        }
        let entry = &mut inode.entry;
        (entry.uid, entry.gid, entry.uname, entry.gname) = (uid, gid, uname, gname);
        (entry.mtime, entry.nanoseconds) = (mtime, nanoseconds);
        // A symbolic link has no mode of its own.
        if entry.kind != LayerEntryKind::Symlink {
            entry.mode = mode;
        }
        entry.xattrs.extend(xattrs);
        Ok(name.inode)
    }

    /// The directory of a path. Missing directories are made.
    fn directory(&mut self, path: &[Vec<u8>], layer: usize) -> Result<usize, String> {
        let mut directory = ROOT;
        for (depth, name) in path.iter().enumerate() {
            directory = match self.names.child(directory, name) {
                None => self.names.insert(directory, name, InodeName::new(IMPLIED, layer)),
                Some(found) if self.is_directory(found) => found,
                Some(_) => {
                    let path = path.get(..=depth).unwrap_or_default().join(&b'/');
                    return Err(format!("stands below {:?}, which is no directory", TarName::from(path)));
                }
            };
        }
        Ok(directory)
    }

    fn inode(&mut self, inode: Inode) -> usize {
        self.inodes.push(inode);
        self.inodes.len() - 1
    }

    fn entry_of(&self, number: usize) -> Option<&LayerEntry> {
        let name = self.names.get(number)?;
        self.inodes.get(name.inode).map(|inode| &inode.entry)
    }

    fn is_directory(&self, number: usize) -> bool {
        self.entry_of(number).is_some_and(|entry| entry.kind == LayerEntryKind::Directory)
    }

    /// Follows the symbolic links of a path within the tree. A link at the end of the path is followed if `follows_last` is
    /// set.
    pub(super) fn resolve(&self, path: &[Vec<u8>], follows_last: bool) -> Result<Components, String> {
        let mut rest: VecDeque<Vec<u8>> = path.iter().cloned().collect();
        let (mut resolved, mut links) = (Components::new(), 0);
        // The numbers of the root and of the names in `resolved`, up to the first name that is not there.
        let mut found = vec![ROOT];
        while let Some(name) = rest.pop_front() {
            match &name[..] {
                b"" | b"." => continue,
                b".." => {
                    resolved.pop();
                    found.truncate(resolved.len() + 1);
                    continue;
                }
                _ => {}
            }
            let directory = found.last().filter(|_| found.len() > resolved.len());
            let number = directory.and_then(|directory| self.names.child(*directory, &name));
            let entry = number.and_then(|number| self.entry_of(number));
            let Some(link) = entry
                .filter(|entry| entry.kind == LayerEntryKind::Symlink && (follows_last || !rest.is_empty()))
            else {
                resolved.push(name);
                found.extend(number);
                continue;
            };
            links += 1;
            if links > LINKS {
                return Err(format!("leads through more than {LINKS} symbolic links"));
            }
            let target = link.link.as_ref().map(TarName::as_bytes).unwrap_or_default();
            if target.starts_with(b"/") {
                resolved.clear();
                found.truncate(1);
            }
            for name in target.split(|byte| *byte == b'/').rev() {
                rest.push_front(name.to_vec());
            }
        }
        Ok(resolved)
    }
}

/// Refuses a path or a target for which Linux has no room.
fn check_length(what: &str, name: &TarName) -> Result<(), String> {
    let size = name.as_bytes().len();
    if size > LONGEST {
        Err(format!("has a {what} of {size} bytes, and Linux takes at most {LONGEST}"))
    } else {
        Ok(())
    }
}
