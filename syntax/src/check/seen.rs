//! The parts that a node has so far.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// A part that a node may have only once, or may not have beside another part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Path(String),
    /// The path that a whiteout hides.
    Hidden(String),
    /// A path at or below which there is an entry.
    Below(String),
    /// The path of an entry that a hard link can lead to.
    Linkable(String),
    /// The path of an entry that is a directory.
    Directory(String),
    /// An entry whose path is known only at run time.
    UnknownPath,
    /// The path of an entry that is no directory.
    Other {
        path: String,
        is_symlink: bool,
    },
    /// A path below which there is an entry.
    Above(String),
    /// The path of a further file of the layout.
    File(String),
    Platform(String),
    Reference(String),
    Field(String),
    Attribute(String),
    /// A key of a map.
    Member(String),
    Config,
    /// The image on which a manifest builds.
    Base,
    Entries,
    Layers,
    /// The note that entries beside layers are reported.
    Mixed,
    Raw,
    /// A part of the bytes that `raw` would give.
    Made,
    /// The note that `raw` beside such a part is reported.
    Lost,
    Unlisted,
}

/// The first place of each key.
#[derive(Default)]
pub(super) struct Seen {
    // The map is sorted, because without optimisation comparing two keys costs less than hashing one.
    places: BTreeMap<Key, FirstPlace>,
    /// The keys in an `if`, in the order in which they were noted.
    order: Vec<Key>,
    /// The number of `if`s around the current item.
    branches: usize,
}

struct FirstPlace {
    tokens: TokenStream,
    /// Whether the place already has an error.
    marked: bool,
    /// Whether the place is in an `if` that has ended. The same part may stand in another `if`, because only at run time it is
    /// known which of the conditions hold.
    conditional: bool,
}

impl Seen {
    /// Notes the place of a part. Returns whether it is the first place.
    pub(super) fn insert(&mut self, key: Key, tokens: &dyn ToTokens) -> bool {
        if self.has(&key) {
            return false;
        }
        if self.branches > 0 {
            self.order.push(key.clone());
        }
        let tokens = tokens.to_token_stream();
        self.places.entry(key).or_insert(FirstPlace { tokens, marked: false, conditional: false });
        true
    }

    /// The first place of a part, if it has no error yet. The caller adds an error there.
    pub(super) fn mark(&mut self, key: &Key) -> Option<TokenStream> {
        let first = self.places.get_mut(key).filter(|first| !first.marked)?;
        first.marked = true;
        Some(first.tokens.clone())
    }

    /// Whether the part is certainly in one node with the current item.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.places.get(key).is_some_and(|place| !place.conditional || self.branches == 0)
    }

    /// Whether the part may be in one node with the current item.
    pub(super) fn may_have(&self, key: &Key) -> bool {
        self.places.contains_key(key)
    }

    /// Begins a branch of an `if`. Returns the argument of [`leave`](Self::leave).
    pub(super) fn enter(&mut self) -> usize {
        self.branches += 1;
        self.order.len()
    }

    /// Ends the branch.
    pub(super) fn leave(&mut self, entered: usize) {
        self.branches = self.branches.saturating_sub(1);
        for key in self.order.get(entered..).unwrap_or_default() {
            if let Some(place) = self.places.get_mut(key) {
                place.conditional = true;
            }
        }
    }
}
