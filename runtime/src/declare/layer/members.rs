//! The members of a layer's tar.

use std::ops::Deref;
use std::sync::Arc;

use super::entry::Entry;
use super::header::Header;
use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::error::Problem;

/// The members of a layer, in the order of its tar. Copies of a layer share them until one of the copies is changed, since a
/// layer may have many.
///
/// Most builders hold no members, and `None` is no allocation.
#[derive(Clone, Default)]
pub(crate) struct LayerMembers(Option<Arc<Vec<LayerMember>>>);

impl LayerMembers {
    pub(crate) fn push(&mut self, member: LayerMember) {
        Arc::make_mut(self.0.get_or_insert_default()).push(member);
    }

    /// Adds members behind the others, and shares them where there are no others.
    #[cfg(feature = "text")]
    pub(crate) fn append(&mut self, others: &Self) {
        if self.is_empty() {
            self.clone_from(others);
        } else {
            Arc::make_mut(self.0.get_or_insert_default()).extend_from_slice(others);
        }
    }
}

impl Deref for LayerMembers {
    type Target = [LayerMember];

    fn deref(&self) -> &[LayerMember] {
        self.0.as_ref().map_or(&[], |members| members.as_slice())
    }
}

impl From<Vec<LayerMember>> for LayerMembers {
    fn from(members: Vec<LayerMember>) -> Self {
        Self(Some(Arc::new(members)))
    }
}

/// A member of a layer's tar.
#[derive(Clone)]
pub(crate) enum LayerMember {
    Entry(Entry),
    /// An entry whose header is declared by hand.
    Header(Header),
}

impl LayerMember {
    /// Checks the member by itself.
    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        match self {
            Self::Entry(entry) => entry.data().check(unchecked || entry.data().unchecked),
            Self::Header(header) => header.data().check(),
        }
    }

    pub(super) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        match self {
            Self::Entry(entry) => entry.data().mentions(mentions),
            Self::Header(header) => header.data().mentions(mentions),
        }
    }

    /// The member, in which the digests and sizes of sealed nodes are filled in.
    pub(super) fn resolved(&self, context: &Context<'_>) -> Self {
        match self {
            Self::Entry(entry) => Self::Entry(entry.resolved(context)),
            Self::Header(header) => Self::Header(header.resolved(context)),
        }
    }

    /// The entry; `None` for one whose header is declared by hand.
    pub(crate) fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Header(_) => None,
        }
    }

    /// The name of the member in errors: its path, or, for an entry by hand, its number among the members of the layer.
    pub(crate) fn place(&self, number: usize) -> String {
        match self {
            Self::Entry(entry) => entry.data().place(),
            Self::Header(_) => format!("entry {number}"),
        }
    }
}
