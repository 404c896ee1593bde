//! Path marks: the facts about each path of a layer. A layer may have any number of paths.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};

/// The marks of each path. A path is kept as a hash, because a layer may have more and longer paths than
/// memory can hold.
#[derive(Default)]
pub(super) struct PathMarks(HashSet<Slot>);

/// The hash of a path, made one name at a time.
///
/// The hash is FNV-1a of 128 bits, five of which hold the marks instead. Two paths with one hash would be taken for the same
/// path.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key(u128);

/// The facts that are known of a path.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    /// An entry has the path.
    pub(super) const ENTRY: Self = Self(1);
    /// The entry is a symbolic link.
    pub(super) const SYMLINK: Self = Self(2);
    /// Another path leads through the path.
    pub(super) const PARENT: Self = Self(4);
    /// A whiteout hides the path.
    pub(super) const HIDDEN: Self = Self(8);
    /// The entry is a directory.
    pub(super) const DIRECTORY: Self = Self(16);

    pub(super) fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Key {
    pub(super) const ROOT: Self = Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);

    pub(super) fn join(self, name: &[u8]) -> Self {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        let hash = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        Self(name.iter().chain(b"/").fold(self.0, hash))
    }
}

impl PathMarks {
    pub(super) fn marks(&self, key: Key) -> Marks {
        self.0.get(&Slot::of(key, Marks::default())).map_or_else(Marks::default, Slot::marks)
    }

    pub(super) fn mark(&mut self, key: Key, marks: Marks) {
        self.0.replace(Slot::of(key, self.marks(key).and(marks)));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A key whose lowest bits are the marks, so that they take no more room.
struct Slot(u128);

const MARKS: u128 = 0x1f;

impl Slot {
    fn of(key: Key, marks: Marks) -> Self {
        Self(key.0 & !MARKS | u128::from(marks.0))
    }

    fn marks(&self) -> Marks {
        Marks((self.0 & MARKS).to_le_bytes().first().copied().unwrap_or_default())
    }
}

impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        self.0 & !MARKS == other.0 & !MARKS
    }
}

impl Eq for Slot {}

impl Hash for Slot {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 & !MARKS).hash(state);
    }
}
