//! Adding entries to an index.json.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::document;
use crate::error::{Error, Result};

/// An index.json to which entries can be added.
pub(super) struct ExistingIndex {
    text: Vec<u8>,
    places: Places,
}

/// The positions in the text of an index.json.
struct Places {
    /// The list, with its brackets.
    list: Range<usize>,
    entries: Vec<Range<usize>>,
}

impl ExistingIndex {
    /// Reads the text of an index.json.
    pub(super) fn read(path: &Path, text: Vec<u8>) -> Result<Self> {
        let places = Places::of(path.display(), &text)?;
        Ok(Self { text, places })
    }

    pub(super) fn has_text(&self, text: &[u8]) -> bool {
        self.text == text
    }

    /// The index.json that lists `added` besides its entries.
    ///
    /// An added entry replaces the entry of the same name. Without a name, it replaces an equal entry. All other bytes stay.
    pub(super) fn with(&self, added: &[Vec<u8>]) -> Vec<u8> {
        let text = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        let mut listed: Vec<Option<&[u8]>> =
            self.places.entries.iter().map(|entry| Some(text(entry))).collect();
        let identities: Vec<Identity<'_>> = added.iter().map(|entry| Identity::of(entry)).collect();
        let mut same = positions(&self.text, &listed, &identities);
        let mut new = Vec::new();
        for (entry, identity) in added.iter().zip(&identities) {
            let Some(positions) = same.get_mut(identity).filter(|positions| !positions.is_empty()) else {
                new.push(Some(entry.as_slice()));
                continue;
            };
            // A name belongs to one entry only. Entries without a name may repeat, if they were declared so.
            let replaced = if matches!(identity, Identity::Image(_)) { positions.len() } else { 1 };
            for (number, position) in positions.drain(..replaced).enumerate() {
                if let Some(listed) = listed.get_mut(position) {
                    *listed = (number == 0).then_some(entry);
                }
            }
        }
        let entries = listed.into_iter().chain(new).flatten().collect::<Vec<_>>().join(&b',');
        let Range { start, end } = self.places.list;
        [text(&(0..start)), b"[", &entries, b"]", text(&(end..self.text.len()))].concat()
    }
}

/// Checks that a text is an index.json.
pub(crate) fn check(place: impl fmt::Display, text: &[u8]) -> Result<()> {
    Places::of(place, text).map(drop)
}

/// The positions of the entries in an index.json that have one of the identities.
fn positions<'i, 'a>(
    text: &[u8],
    listed: &[Option<&'a [u8]>],
    identities: &'i [Identity<'a>],
) -> HashMap<&'i Identity<'a>, VecDeque<usize>> {
    /// The largest number of names that are searched for in the text of an entry before the entry is parsed.
    const SEARCHED: usize = 4;
    let mut positions: HashMap<_, _> =
        identities.iter().map(|identity| (identity, VecDeque::new())).collect();
    let names: Vec<&str> = identities.iter().map(Identity::text).collect();
    // An entry with a name, whose JSON has no escapes, contains the text of the name.
    let may_have = |json: &str| {
        names.len() > SEARCHED || json.contains('\\') || names.iter().any(|name| json.contains(name))
    };
    // Most layouts have none of the names, and one search through the whole text is the fastest way to see that.
    if str::from_utf8(text).is_ok_and(|text| !may_have(text)) {
        return positions;
    }
    for (position, entry) in listed.iter().flatten().enumerate() {
        if str::from_utf8(entry).is_ok_and(may_have)
            && let Some(positions) = positions.get_mut(&Identity::of(entry))
        {
            positions.push_back(position);
        }
    }
    positions
}

impl Places {
    fn of(place: impl fmt::Display, text: &[u8]) -> Result<Self> {
        let range = |part: &RawValue| {
            let start = part.get().as_ptr().addr() - text.as_ptr().addr();
            start..start + part.get().len()
        };
        // Both steps below at once, for which nothing may be wrong, and the list may not be empty.
        if text.trim_ascii_start().starts_with(b"{")
            && let Ok(IndexJson::<Vec<&RawValue>> { manifests }) = serde_json::from_slice(text)
            && let (Some(first), Some(last)) = (manifests.first(), manifests.last())
        {
            let before = text.get(..range(first).start).unwrap_or_default().trim_ascii_end();
            let after = text.get(range(last).end..).unwrap_or_default().trim_ascii_start();
            // Both have a bracket of the list.
            let list = before.len().saturating_sub(1)..text.len() - after.len().saturating_sub(1);
            return Ok(Self { list, entries: manifests.into_iter().map(range).collect() });
        }
        let IndexJson::<&RawValue> { manifests: list } = document(&place, "an image index", text)?;
        // Go writes an empty list as `null`.
        let listed: Option<Vec<&RawValue>> = serde_json::from_str(list.get())
            .map_err(|error| Error::layout(place, "cannot be read as an image index").with_source(error))?;
        let entries = listed.unwrap_or_default().into_iter().map(range).collect();
        Ok(Self { list: range(list), entries })
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an image index")]
struct IndexJson<L> {
    manifests: L,
}

/// What identifies an entry: its name or, without a name, the whole entry.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'a> {
    Image(String),
    Reference(String),
    Unnamed(&'a str),
}

impl<'a> Identity<'a> {
    fn of(entry: &'a [u8]) -> Self {
        // An entry whose annotations are not texts has no name.
        let Named { annotations } = serde_json::from_slice(entry).unwrap_or_default();
        match annotations.map(|names| (names.image, names.reference)) {
            Some((Some(image), _)) => Self::Image(image),
            Some((None, Some(reference))) => Self::Reference(reference),
            // Every entry is JSON, and so UTF-8.
            _ => Self::Unnamed(str::from_utf8(entry).unwrap_or_default()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Image(text) | Self::Reference(text) => text,
            Self::Unnamed(entry) => entry,
        }
    }
}

#[derive(Default, Deserialize)]
struct Named {
    annotations: Option<NameAnnotations>,
}

#[derive(Deserialize)]
struct NameAnnotations {
    #[serde(rename = "io.containerd.image.name")]
    image: Option<String>,
    #[serde(rename = "org.opencontainers.image.ref.name")]
    reference: Option<String>,
}
