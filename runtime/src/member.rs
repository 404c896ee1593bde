//! A member: one of the things that the tar of a layer is made of.

use crate::entry::Entry;
use crate::header::Header;
use crate::problem::Problem;

#[derive(Clone, Debug)]
pub(crate) enum Member {
    Entry(Entry),
    /// An entry by hand.
    Header(Header),
}

impl Member {
    /// What is wrong with the member by itself.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        match self {
            Self::Entry(entry) => entry.parts().check(),
            Self::Header(header) => header.parts().check(),
        }
    }

    /// The entry, unless it is one by hand.
    pub(crate) fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Header(_) => None,
        }
    }

    /// How the member is called in an error: by its path, or, where it has none that means something, by its number
    /// among all members of the layer.
    pub(crate) fn place(&self, number: usize) -> String {
        match self {
            Self::Entry(entry) => entry.parts().place(),
            Self::Header(_) => format!("entry {number}"),
        }
    }
}
