//! The names of a file system, as a tree.

use std::collections::BTreeMap;
use std::iter;

use super::Components;

/// The root, which is always there.
pub(super) const ROOT: usize = 0;

/// All names, each with a number. A name is stored once and without its path, because a list of paths would take a large
/// multiple of a deep path's bytes.
pub(super) struct NameTree {
    names: Vec<InodeName>,
    /// The number of each name, by the number of its directory.
    below: BTreeMap<(usize, Vec<u8>), usize>,
}

/// A name of the tree. Names of one inode are hard links.
#[derive(Clone, Copy)]
pub(super) struct InodeName {
    pub(super) inode: usize,
    /// The layer that made the name.
    pub(super) layer: usize,
    /// The first layer that may still hide names below this one.
    hides_from: usize,
}

impl InodeName {
    pub(super) fn new(inode: usize, layer: usize) -> Self {
        Self { inode, layer, hides_from: 0 }
    }
}

impl NameTree {
    pub(super) fn new(root: InodeName) -> Self {
        Self { names: vec![root], below: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.below.len() + 1
    }

    pub(super) fn get(&self, number: usize) -> Option<InodeName> {
        self.names.get(number).copied()
    }

    /// The number of a name in a directory.
    pub(super) fn child(&self, directory: usize, name: &[u8]) -> Option<usize> {
        self.below.get(&(directory, name.to_vec())).copied()
    }

    /// The number of a path.
    pub(super) fn find(&self, path: &[Vec<u8>]) -> Option<usize> {
        path.iter().try_fold(ROOT, |directory, name| self.child(directory, name))
    }

    /// Puts a name in a directory. If the name is there, it keeps the names below it.
    pub(super) fn insert(&mut self, directory: usize, name: &[u8], new: InodeName) -> usize {
        let next = self.names.len();
        let number = *self.below.entry((directory, name.to_vec())).or_insert(next);
        if number == next {
            self.names.push(new);
        } else {
            self.replace(number, new);
        }
        number
    }

    /// Gives a name another inode.
    pub(super) fn replace(&mut self, number: usize, new: InodeName) {
        if let Some(name) = self.names.get_mut(number) {
            *name = InodeName { hides_from: name.hides_from, ..new };
        }
    }

    /// Removes a name with all names below it.
    pub(super) fn remove(&mut self, directory: usize, name: &[u8]) {
        let mut rest: Vec<usize> = self.below.remove(&(directory, name.to_vec())).into_iter().collect();
        while let Some(number) = rest.pop() {
            let names: Vec<Vec<u8>> = self.children(number).map(|(name, _)| name.clone()).collect();
            rest.extend(names.into_iter().filter_map(|name| self.below.remove(&(number, name))));
        }
    }

    /// Removes the names of lower layers below a path and, unless it `stays`, at the path. A directory of a lower layer that
    /// has names of this layer gets the inode `implied`.
    pub(super) fn hide(&mut self, path: &[Vec<u8>], layer: usize, stays: bool, implied: usize) {
        let Some(top) = self.find(path) else { return };
        let (name, parents) = path.split_last().map_or((&[][..], path), |(name, parents)| (name, parents));
        let mut found = vec![(self.find(parents).unwrap_or(ROOT), name.to_vec(), top)];
        let mut next = 0;
        while let Some(&(_, _, number)) = found.get(next) {
            // A second whiteout of a layer finds nothing more.
            if self.get(number).is_some_and(|name| name.hides_from <= layer) {
                found.extend(self.children(number).map(|(name, below)| (number, name.clone(), below)));
            }
            next += 1;
        }
        for (directory, name, number) in found.into_iter().rev() {
            let is_empty = self.children(number).next().is_none();
            let Some(found) = self.names.get_mut(number) else { continue };
            found.hides_from = layer + 1;
            if found.layer >= layer || stays && number == top {
                continue;
            }
            if is_empty {
                self.below.remove(&(directory, name));
            } else {
                (found.inode, found.layer) = (implied, layer);
            }
        }
    }

    /// All paths and their names, sorted by path.
    pub(super) fn walk(&self) -> impl Iterator<Item = (Components, InodeName)> {
        let (mut path, mut rest) = (Components::new(), vec![(0, None, ROOT)]);
        iter::from_fn(move || {
            let (depth, last, number) = rest.pop()?;
            path.truncate(depth);
            path.extend(last);
            let below = self.children(number).rev();
            rest.extend(below.map(|(name, number)| (path.len(), Some(name.clone()), number)));
            Some((path.clone(), self.get(number)?))
        })
    }

    /// The names in a directory, and their numbers.
    fn children(&self, directory: usize) -> impl DoubleEndedIterator<Item = (&Vec<u8>, usize)> {
        let range = (directory, Vec::new())..(directory + 1, Vec::new());
        self.below.range(range).map(|((_, name), number)| (name, *number))
    }
}
