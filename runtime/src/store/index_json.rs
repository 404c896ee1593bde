//! index.json: the entries of a fixture among those that are there already.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::document;
use crate::error::{Error, Result};
use crate::media_type;

/// The index.json that lists `added` besides what `existing` lists.
///
/// An entry of the same name is replaced; one without a name takes the place of an equal one. All other bytes stay.
pub(super) fn merge(path: &Path, existing: Option<&[u8]>, added: &[Vec<u8>]) -> Result<Vec<u8>> {
    let Some(text) = existing else { return Ok(fresh(added)) };
    let Index { manifests } = document(path.display(), "an image index", text)?;
    let list = manifests.get().as_bytes();
    // Go writes an empty list as null.
    let listed: Option<Vec<&RawValue>> = serde_json::from_slice(list).map_err(|error| {
        Error::layout(path.display(), "cannot be read as an image index").with_source(error)
    })?;

    let mut listed: Vec<Entry<'_>> = listed.unwrap_or_default().into_iter().map(Entry::of).collect();
    let mut new = Vec::new();
    for entry in added {
        // What we wrote ourselves is JSON.
        let Ok(raw) = serde_json::from_slice(entry) else { continue };
        new.extend(replace(&mut listed, Entry::of(raw)));
    }
    let entries = listed.iter().filter(|entry| entry.state != State::Gone).chain(&new);
    let entries = entries.map(|entry| entry.text).collect::<Vec<_>>().join(",");

    // The list is a slice of the text: what stands around it is copied as it is.
    let start = list.as_ptr().addr() - text.as_ptr().addr();
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, &[]));
    let after = rest.get(list.len()..).unwrap_or_default();
    Ok([before, b"[", entries.as_bytes(), b"]", after].concat())
}

/// Whether a text is an index.json.
pub(crate) fn check(place: impl fmt::Display, text: &[u8]) -> Result<()> {
    let Index { manifests } = document(&place, "an image index", text)?;
    let listed: Result<Option<Vec<&RawValue>>, _> = serde_json::from_str(manifests.get());
    let wrong = |error| Error::layout(place, "cannot be read as an image index").with_source(error);
    listed.map(drop).map_err(wrong)
}

/// The index.json that lists the entries, and nothing else.
pub(crate) fn fresh(entries: &[Vec<u8>]) -> Vec<u8> {
    let start = format!("{{\"schemaVersion\":2,\"mediaType\":\"{}\",\"manifests\":[", media_type::INDEX);
    [start.as_bytes(), &entries.join(&b','), b"]}"].concat()
}

/// Puts the entry in the place of the one that it replaces; gives it back where there is none.
fn replace<'a>(listed: &mut [Entry<'a>], entry: Entry<'a>) -> Option<Entry<'a>> {
    let mut same = listed.iter_mut().filter(|other| other.name == entry.name && other.state == State::Listed);
    let Some(first) = same.next() else { return Some(entry) };
    // The name of an image belongs to one entry; of others there are as many as were declared.
    if matches!(entry.name, Name::Image(_)) {
        same.for_each(|other| other.state = State::Gone);
    }
    *first = Entry { state: State::Replaced, ..entry };
    None
}

#[derive(Deserialize)]
#[serde(expecting = "an image index")]
struct Index<'a> {
    #[serde(borrow)]
    manifests: &'a RawValue,
}

struct Entry<'a> {
    name: Name<'a>,
    text: &'a str,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Listed,
    Replaced,
    Gone,
}

/// By what an entry is known: its name, or, where it has none, the whole of it.
#[derive(PartialEq)]
enum Name<'a> {
    Image(String),
    Reference(String),
    Unnamed(&'a str),
}

impl<'a> Entry<'a> {
    fn of(raw: &'a RawValue) -> Self {
        let text = raw.get();
        // An entry whose annotations are no texts has no name.
        let Named { annotations } = serde_json::from_str(text).unwrap_or_default();
        let name = match annotations.map(|names| (names.image, names.reference)) {
            Some((Some(image), _)) => Name::Image(image),
            Some((None, Some(reference))) => Name::Reference(reference),
            _ => Name::Unnamed(text),
        };
        Self { name, text, state: State::Listed }
    }
}

#[derive(Default, Deserialize)]
struct Named {
    annotations: Option<Names>,
}

#[derive(Deserialize)]
struct Names {
    #[serde(rename = "io.containerd.image.name")]
    image: Option<String>,
    #[serde(rename = "org.opencontainers.image.ref.name")]
    reference: Option<String>,
}
