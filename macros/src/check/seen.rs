//! What stood in a node already.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// What may stand in a node only once, or not together with something else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Path(String),
    /// The path that a whiteout hides.
    Hidden(String),
    /// A path at or below which there is an entry.
    Below(String),
    Platform(String),
    Reference(String),
    Field(String),
    Attribute(String),
    /// Of a map.
    Member(String),
    Config,
    Entries,
    Layers,
    /// Entries and layers.
    Mixed,
}

impl Key {
    /// Of a platform in its index; nothing where it may stand more than once.
    pub(super) fn platform(platform: Option<String>) -> Option<Self> {
        platform.filter(|platform| platform != "unknown/unknown").map(Self::Platform)
    }
}

/// The first place of each.
#[derive(Clone, Default)]
pub(super) struct Seen(HashMap<Key, Place>);

#[derive(Clone)]
struct Place {
    tokens: TokenStream,
    /// The place was given out already, to be marked.
    marked: bool,
}

impl Seen {
    /// Notes where something stands; whether that is the first place.
    pub(super) fn insert(&mut self, key: Key, tokens: &dyn ToTokens) -> bool {
        let first = !self.has(&key);
        self.0.entry(key).or_insert_with(|| Place { tokens: tokens.to_token_stream(), marked: false });
        first
    }

    /// The first place, to be marked; nothing where it was given out before.
    pub(super) fn mark(&mut self, key: &Key) -> Option<TokenStream> {
        let first = self.0.get_mut(key).filter(|first| !first.marked)?;
        first.marked = true;
        Some(first.tokens.clone())
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// What stands in either of two branches stands before what follows them.
    pub(super) fn merge(&mut self, other: Self) {
        for (key, place) in other.0 {
            let marked = place.marked;
            self.0.entry(key).or_insert(place).marked |= marked;
        }
    }
}
