//! index.json: the entries of a fixture among those that are there already.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::media_type;

/// The index.json that lists `added` besides what `existing` lists.
///
/// An entry of the same name is replaced; one without a name replaces an equal one. All other bytes stay.
pub(crate) fn merge(existing: Option<&[u8]>, added: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let empty = format!("{{\"schemaVersion\":2,\"mediaType\":\"{}\",\"manifests\":[]}}", media_type::INDEX);
    let text = existing.map_or(Ok(empty.as_str()), std::str::from_utf8).map_err(not_an_index)?;
    let Index { manifests } = serde_json::from_str(text).map_err(not_an_index)?;
    // Go writes an empty list as null.
    let listed: Option<Vec<&RawValue>> = serde_json::from_str(manifests.get()).map_err(not_an_index)?;

    let mut entries: Vec<Entry<'_>> = listed.unwrap_or_default().into_iter().map(Entry::of).collect();
    for entry in added {
        let entry = Entry::of(serde_json::from_slice(entry).map_err(not_an_index)?);
        match entries.iter().position(|other| other.name == entry.name) {
            Some(first) => {
                let rest = entries.split_off(first);
                entries.extend(rest.into_iter().filter(|other| other.name != entry.name));
                entries.insert(first, entry);
            }
            None => entries.push(entry),
        }
    }
    let list = entries.iter().map(|entry| entry.text).collect::<Vec<_>>().join(",");

    // The list is a slice of the text: what stands around it is copied as it is.
    let start = manifests.get().as_ptr().addr() - text.as_ptr().addr();
    let around = text.get(..start).zip(text.get(start + manifests.get().len()..));
    let (before, after) = around.ok_or("its `manifests` cannot be found in it again")?;
    Ok(format!("{before}[{list}]{after}").into_bytes())
}

fn not_an_index(error: impl std::fmt::Display) -> String {
    format!("it cannot be read as an image index: {error}")
}

#[derive(Deserialize)]
struct Index<'a> {
    #[serde(borrow)]
    manifests: &'a RawValue,
}

struct Entry<'a> {
    name: Name<'a>,
    text: &'a str,
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
        Self { name, text }
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
