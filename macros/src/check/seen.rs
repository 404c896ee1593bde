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
    Raw,
    /// What `raw` would stand for.
    Made,
    /// That and `raw`.
    Lost,
    Unlisted,
}

impl Key {
    /// Of a platform in its index; nothing where it may stand more than once.
    pub(super) fn platform(platform: Option<String>) -> Option<Self> {
        platform.filter(|platform| platform != "unknown/unknown").map(Self::Platform)
    }
}

/// The first place of each.
#[derive(Default)]
pub(super) struct Seen {
    places: HashMap<Key, Place>,
    /// The keys in the order in which they were noted.
    order: Vec<Key>,
    /// How many `if`s are around what is noted now.
    branches: usize,
}

struct Place {
    tokens: TokenStream,
    /// The place was given out already, to be marked.
    marked: bool,
    /// It stands in an `if` that has ended, so that it does not exclude what stands in another: only the program knows
    /// which of them are taken.
    conditional: bool,
}

impl Seen {
    /// Notes where something stands; whether that is the first place.
    pub(super) fn insert(&mut self, key: Key, tokens: &dyn ToTokens) -> bool {
        if self.has(&key) {
            return false;
        }
        self.places.entry(key).or_insert_with_key(|key| {
            self.order.push(key.clone());
            Place { tokens: tokens.to_token_stream(), marked: false, conditional: false }
        });
        true
    }

    /// The first place, to be marked; nothing where it was given out before.
    pub(super) fn mark(&mut self, key: &Key) -> Option<TokenStream> {
        let first = self.places.get_mut(key).filter(|first| !first.marked)?;
        first.marked = true;
        Some(first.tokens.clone())
    }

    /// Whether it surely stands together with what is noted now.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.places.get(key).is_some_and(|place| !place.conditional || self.branches == 0)
    }

    /// A branch of an `if` begins. Gives what [`leave`](Self::leave) takes.
    pub(super) fn enter(&mut self) -> usize {
        self.branches += 1;
        self.order.len()
    }

    /// The branch ends.
    pub(super) fn leave(&mut self, entered: usize) {
        self.branches = self.branches.saturating_sub(1);
        for key in self.order.get(entered..).unwrap_or_default() {
            if let Some(place) = self.places.get_mut(key) {
                place.conditional = true;
            }
        }
    }
}
