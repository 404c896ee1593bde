//! The file system that the layers of an image make, applied in order as the [layer specification] says.
//!
//! [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md

mod apply;
mod name_tree;
#[cfg(unix)]
mod unpacked;

use std::fmt;
use std::io::{self, BufReader, Read};

use self::name_tree::{InodeName, NameTree};
use crate::error::{Error, Result};
use crate::layout::layer_entry::{LayerEntry, LayerEntryKind, TarName, unreadable};
use crate::layout::node::Node;
use crate::store::{Directory, Store};
use crate::tar::read::{Reader, TarMember};

/// The file system of an image: its layers applied in order, with whiteouts, opaque directories, hard links and replaced
/// types. [`Node::rootfs`] makes it.
///
/// * A whiteout hides the entries of lower layers at its path, and an opaque whiteout those below it. Neither hides entries
///   of its own layer.
/// * A directory replaces a directory at its path, and keeps the entries below it. Any other entry replaces the entry at its
///   path, with all entries below it.
/// * A hard link is a further name of a file. The mode, owner, group and time in its header become those of the file.
/// * Symbolic links among the parents of a path are followed within the image: an absolute target begins at the root of
///   the image, and `..` never leads above the root.
/// * A directory that no layer has, but that contains an entry, exists with mode 0755. Its attributes are not compared.
///
/// `Display` has one line for each entry, sorted by path. The content of files is read from the layers when it is asked for.
///
/// ```
/// use oci_fixture::{Entry, Fixture, Layer, Manifest};
///
/// let base = Layer::new().with(Entry::directory("etc/")).with(("etc/a", "1")).with(("etc/b", "2"));
/// let above = Layer::new().with(Entry::whiteout("etc/a")).with(("etc/b", "changed"));
/// let layout = Fixture::new().with(Manifest::new().with(base).with(above)).in_memory()?;
///
/// let rootfs = layout.platform("linux/amd64")?.rootfs()?;
/// assert_eq!(rootfs.to_string(), "drwxr-xr-x 0 etc/\n-rw-r--r-- 7 etc/b\n");
/// assert_eq!(rootfs.file("etc/b")?, b"changed");
/// assert!(rootfs.entry("etc/a").is_none());
/// # Ok::<(), oci_fixture::Error>(())
/// ```
pub struct Rootfs<'l, S = Directory> {
    layers: Vec<Node<'l, S>>,
    names: NameTree,
    inodes: Vec<Inode>,
}

/// The components of a path from the root. The root has none. Sorted by this type, paths are in the order of the tree.
type Components = Vec<Vec<u8>>;

/// The inode of all directories that no layer has, but in which layers have entries. Their attributes are not compared.
const IMPLIED: usize = 0;

struct Inode {
    /// The attributes of the inode, under its first path.
    entry: LayerEntry,
    /// The place of the entry.
    source: InodeSource,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum InodeSource {
    /// The inode [`IMPLIED`].
    Implied,
    /// The member of this number in the tar of this layer.
    Member { layer: usize, member: usize },
}

impl<'l, S: Store> Node<'l, S> {
    /// The file system that the layers of an image make: see [`Rootfs`].
    ///
    /// # Errors
    ///
    /// The errors of [`layers`](Self::layers) and of [`entries`](Self::entries), and [`Layout`](crate::ErrorKind::Layout)
    /// if the layers make no file system: the target of a hard link is missing or a directory, a file is used as a
    /// directory, the type of an entry is unknown, or a path or a target has more bytes than Linux takes, 4095.
    pub fn rootfs(&self) -> Result<Rootfs<'l, S>> {
        let names = NameTree::new(InodeName::new(IMPLIED, 0));
        let inodes = vec![Inode { entry: implied(), source: InodeSource::Implied }];
        let mut rootfs = Rootfs { layers: self.layers()?, names, inodes };
        for (number, layer) in rootfs.layers.clone().into_iter().enumerate() {
            for (member, entry) in layer.entries()?.into_iter().enumerate() {
                let path = entry.path.clone();
                rootfs
                    .apply(number, member, entry)
                    .map_err(|problem| Error::layout(format!("{} > {path:?}", layer.digest()), problem))?;
            }
        }
        Ok(rootfs)
    }
}

impl<S: Store> Rootfs<'_, S> {
    /// The entry at a path. `None` if there is none. Symbolic links are not followed. A hard link is an entry of the
    /// file's kind.
    pub fn entry(&self, path: impl AsRef<[u8]>) -> Option<LayerEntry> {
        let path = components(path.as_ref());
        let name = self.names.get(self.names.find(&path)?)?;
        Some(self.named(&path, name))
    }

    /// All entries, sorted by path. The root is among them if a layer has it.
    pub fn entries(&self) -> impl Iterator<Item = LayerEntry> {
        let names = self.names.walk().filter(|(path, name)| !path.is_empty() || name.inode != IMPLIED);
        names.map(|(path, name)| self.named(&path, name))
    }

    /// The content of a file. Symbolic links are followed.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if the path is not that of a regular file, and the other errors of
    /// [`Node::file`].
    pub fn file(&self, path: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let path = path.as_ref();
        let resolved = self.resolve(&components(path), true).ok();
        let name = resolved.and_then(|resolved| self.names.get(self.names.find(&resolved)?));
        let inode = name.and_then(|name| self.inodes.get(name.inode));
        let (LayerEntryKind::File, InodeSource::Member { layer, member }) = inode
            .map_or((LayerEntryKind::Directory, InodeSource::Implied), |inode| {
                (inode.entry.kind, inode.source)
            })
        else {
            return Err(Error::not_found(format!("the image has no file {:?}", TarName::from(path))));
        };
        let mut content = Vec::new();
        self.each_member(layer, |number, read, body| {
            if number == member {
                let map = read.map();
                map.check_memory()?;
                map.expand(body).read_to_end(&mut content)?;
            }
            Ok(())
        })?;
        Ok(content)
    }

    /// Reads a layer, and calls a function for each member with its number and its body.
    fn each_member(
        &self,
        layer: usize,
        mut call: impl FnMut(usize, &TarMember, &mut dyn Read) -> io::Result<()>,
    ) -> Result<()> {
        let Some(layer) = self.layers.get(layer) else { return Ok(()) };
        let mut reader = Reader::new(BufReader::new(layer.tar()?));
        let mut read = || {
            let mut number = 0;
            while let Some(member) = reader.next_member()? {
                call(number, &member, &mut reader.body())?;
                number += 1;
            }
            Ok(())
        };
        read().map_err(|error| unreadable(error).in_place(|| layer.digest().to_string()))
    }

    /// The entry of an inode under one of its names.
    fn named(&self, path: &Components, name: InodeName) -> LayerEntry {
        let mut entry = self.inodes.get(name.inode).map_or_else(implied, |inode| inode.entry.clone());
        let mut path = path.join(&b'/');
        if entry.kind == LayerEntryKind::Directory {
            path.push(b'/');
        }
        entry.path = path.into();
        entry
    }
}

/// A directory that no layer has.
fn implied() -> LayerEntry {
    LayerEntry::plain(LayerEntryKind::Directory, 0o755, TarName::default())
}

/// The components of a path, without `.` and `..`, as in `filepath.Clean` of Go for `/PATH`.
fn components(path: &[u8]) -> Components {
    let mut names = Components::new();
    for name in path.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => drop(names.pop()),
            name => names.push(name.to_vec()),
        }
    }
    names
}

impl<S: Store> fmt::Display for Rootfs<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in self.entries() {
            if f.alternate() { writeln!(f, "{entry:#}")? } else { writeln!(f, "{entry}")? }
        }
        Ok(())
    }
}

impl<S> fmt::Debug for Rootfs<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rootfs({} layers, {} names)", self.layers.len(), self.names.len())
    }
}
