//! Applying the entries of a layer.

use std::collections::VecDeque;

use super::{Components, Inode, InodeName, InodeSource, Rootfs, components, implied};
use crate::layout::layer_entry::{LayerEntry, LayerEntryKind, TarName};
use crate::store::Store;

/// The largest number of symbolic links that are followed for one path, as in containerd.
const LINKS: usize = 255;

impl<S: Store> Rootfs<'_, S> {
    /// Applies an entry. The error is that of the entry, without its place.
    pub(super) fn apply(&mut self, layer: usize, member: usize, mut entry: LayerEntry) -> Result<(), String> {
        let declared = components(entry.path.as_bytes());
        let Some((name, parent)) = declared.split_last() else {
            if entry.kind != LayerEntryKind::Directory {
                return Err("has the path of the root, which can only be a directory".to_owned());
            }
            self.insert(declared, layer, Inode { entry, source: InodeSource::Member { layer, member } });
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
            self.hide(&path, layer, is_opaque);
            return Ok(());
        }
        self.parents(&path, layer)?;
        path.push(name.clone());
        match entry.kind {
            LayerEntryKind::Other(typeflag) => {
                return Err(format!(
                    "has the type '{}', which no entry of a layer has",
                    typeflag.escape_ascii()
                ));
            }
            LayerEntryKind::Directory => {
                if self.kind(&path) != Some(LayerEntryKind::Directory) {
                    self.remove(&path);
                }
            }
            LayerEntryKind::Hardlink => {
                let target = entry.link.take().unwrap_or_default();
                return self.link(path, &target, layer, entry);
            }
            _ => self.remove(&path),
        }
        self.insert(path, layer, Inode { entry, source: InodeSource::Member { layer, member } });
        Ok(())
    }

    /// Adds a name to an existing file.
    fn link(
        &mut self,
        path: Components,
        target: &TarName,
        layer: usize,
        link: LayerEntry,
    ) -> Result<(), String> {
        let target_path = self.resolve(&components(target.as_bytes()), false)?;
        self.remove(&path);
        let name = self.names.get(&target_path).copied();
        let Some((name, inode)) = name.and_then(|name| Some((name, self.inodes.get_mut(name.inode)?))) else {
            return Err(format!("is a hard link to {target:?}, which is not there"));
        };
        if inode.entry.kind == LayerEntryKind::Directory {
            return Err(format!("is a hard link to {target:?}, which is a directory"));
        }
        let LayerEntry { mode, uid, gid, uname, gname, mtime, nanoseconds, xattrs, .. } = link;
        let entry = &mut inode.entry;
        (entry.uid, entry.gid, entry.uname, entry.gname) = (uid, gid, uname, gname);
        (entry.mtime, entry.nanoseconds) = (mtime, nanoseconds);
        // A symbolic link has no mode of its own.
        if entry.kind != LayerEntryKind::Symlink {
            entry.mode = mode;
        }
        entry.xattrs.extend(xattrs);
        self.names.insert(path, InodeName { layer, ..name });
        Ok(())
    }

    /// Hides the entries of lower layers below a path and, if the whiteout is not opaque, at the path.
    fn hide(&mut self, path: &Components, layer: usize, is_opaque: bool) {
        let kept: Vec<Components> = self
            .at_and_below(path)
            .filter(|(_, name)| name.layer >= layer)
            .map(|(path, _)| path.clone())
            .collect();
        let hidden: Vec<Components> = self
            .at_and_below(path)
            .filter(|(found, name)| name.layer < layer && !(is_opaque && *found == path))
            .map(|(path, _)| path.clone())
            .collect();
        for path in hidden {
            self.names.remove(&path);
        }
        // A directory stays if it contains entries of the layer itself.
        for mut path in kept {
            while path.pop().is_some() && !self.names.contains_key(&path) {
                self.imply(path.clone(), layer);
            }
        }
    }

    /// Makes the missing directories of a path.
    fn parents(&mut self, directory: &Components, layer: usize) -> Result<(), String> {
        for length in 0..=directory.len() {
            let parent = directory.get(..length).unwrap_or_default().to_vec();
            match self.kind(&parent) {
                Some(LayerEntryKind::Directory) => {}
                None => self.imply(parent, layer),
                Some(_) => {
                    return Err(format!(
                        "stands below {:?}, which is no directory",
                        TarName::from(parent.join(&b'/'))
                    ));
                }
            }
        }
        Ok(())
    }

    pub(super) fn imply(&mut self, path: Components, layer: usize) {
        self.insert(path, layer, Inode { entry: implied(), source: InodeSource::Implied });
    }

    fn insert(&mut self, path: Components, layer: usize, inode: Inode) {
        self.names.insert(path, InodeName { inode: self.inodes.len(), layer });
        self.inodes.push(inode);
    }

    fn remove(&mut self, path: &Components) {
        let names: Vec<Components> = self.at_and_below(path).map(|(path, _)| path.clone()).collect();
        for name in names {
            self.names.remove(&name);
        }
    }

    fn at_and_below(&self, path: &Components) -> impl Iterator<Item = (&Components, &InodeName)> {
        self.names.range(path.clone()..).take_while(|(below, _)| below.starts_with(path))
    }

    fn kind(&self, path: &Components) -> Option<LayerEntryKind> {
        let name = self.names.get(path)?;
        self.inodes.get(name.inode).map(|inode| inode.entry.kind)
    }

    /// Follows the symbolic links of a path within the tree. A link at the end of the path is followed if `follows_last` is
    /// set.
    pub(super) fn resolve(&self, path: &[Vec<u8>], follows_last: bool) -> Result<Components, String> {
        let mut rest: VecDeque<Vec<u8>> = path.iter().cloned().collect();
        let (mut resolved, mut links) = (Components::new(), 0);
        while let Some(name) = rest.pop_front() {
            match &name[..] {
                b"" | b"." => continue,
                b".." => {
                    resolved.pop();
                    continue;
                }
                _ => resolved.push(name),
            }
            let found = self.names.get(&resolved).and_then(|name| self.inodes.get(name.inode));
            let Some(target) = found.filter(|inode| inode.entry.kind == LayerEntryKind::Symlink) else {
                continue;
            };
            if rest.is_empty() && !follows_last {
                continue;
            }
            links += 1;
            if links > LINKS {
                return Err(format!("leads through more than {LINKS} symbolic links"));
            }
            let target = target.entry.link.as_ref().map(TarName::as_bytes).unwrap_or_default();
            if target.starts_with(b"/") {
                resolved.clear();
            } else {
                resolved.pop();
            }
            for name in target.split(|byte| *byte == b'/').rev() {
                rest.push_front(name.to_vec());
            }
        }
        Ok(resolved)
    }
}
