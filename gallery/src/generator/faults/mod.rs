//! Faults as plain data: each with its declaration, and with the findings of a reader.

pub(crate) mod edit;
pub(crate) mod layer;
pub(crate) mod said;

use oci_fixture::{Document, FindingKind, Value};

pub(crate) use self::edit::{Edit, How};
pub(crate) use self::layer::LayerFault;
pub(crate) use self::said::{Said, Saying};
use super::json::Json;

/// The faults of a node. An honest node has none of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    /// The faults after sealing, in the order in which they are applied.
    pub(crate) stored: Vec<StoredFault>,
    pub(crate) edit: Option<Edit>,
    pub(crate) layer: Option<LayerFault>,
    /// The text that a blob adds to the `diff_ids`, as a layer does.
    pub(crate) diff_id: Option<String>,
    /// A value that a dangling descriptor says itself.
    pub(crate) said: Option<Said>,
}

impl Faults {
    /// Whether the bytes of the node are honest until it is sealed.
    pub(crate) fn are_after_sealing(&self) -> bool {
        let Self { stored: _, edit, layer, diff_id, said } = self;
        edit.is_none() && layer.is_none() && diff_id.is_none() && said.is_none()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.stored.is_empty() && self.are_after_sealing()
    }

    /// The number of faults. All faults after sealing count as one.
    pub(crate) fn count(&self) -> usize {
        let Self { stored, edit, layer, diff_id, said } = self;
        let all = [!stored.is_empty(), edit.is_some(), layer.is_some(), diff_id.is_some(), said.is_some()];
        all.into_iter().filter(|is_there| *is_there).count()
    }

    /// The edit of a document. An honest document has one that changes nothing.
    pub(crate) fn edit(&self) -> &Edit {
        self.edit.as_ref().unwrap_or(&edit::NOTHING)
    }
}

/// A fault after sealing: a change of the stored bytes of a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StoredFault {
    Missing,
    Truncate(i64),
    Prepend(Vec<u8>),
    Append(Vec<u8>),
    Flip(i64),
    Replace(Vec<u8>),
}

impl StoredFault {
    /// The stored bytes. `None` if they are missing.
    pub(crate) fn apply(&self, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let at = |number: i64| {
            let end = i64::try_from(bytes.len()).unwrap();
            usize::try_from(if number < 0 { end + number } else { number }).unwrap()
        };
        match self {
            Self::Missing => return None,
            Self::Truncate(keep) => bytes.truncate(at(*keep)),
            Self::Prepend(before) => bytes = [before.as_slice(), &bytes].concat(),
            Self::Append(behind) => bytes.extend(behind),
            Self::Flip(byte) => {
                let byte = at(*byte);
                bytes[byte] ^= 1;
            }
            Self::Replace(other) => bytes.clone_from(other),
        }
        Some(bytes)
    }
}

/// A fault of a file that is no blob.
#[derive(Clone, Debug)]
pub(crate) enum FileFault {
    /// An edit of index.json.
    Edit(Edit),
    /// The content of oci-layout, or `None` for no such file, and the finding about it.
    Layout(Option<&'static [u8]>, FindingKind),
}

pub(crate) fn of_layout() -> Vec<FileFault> {
    let document = Document::OciLayout;
    let no_json = |offset| FindingKind::JsonMalformed { offset, problem: String::new() };
    let version = |found: &str| FindingKind::OciLayoutVersion { found: found.to_owned() };
    vec![
        FileFault::Layout(None, FindingKind::OciLayoutMissing),
        FileFault::Layout(Some(b""), no_json(0)),
        FileFault::Layout(Some(b"{}"), missing(document, "imageLayoutVersion")),
        FileFault::Layout(Some(br#"{"imageLayoutVersion":"2.0.0"}"#), version("2.0.0")),
        FileFault::Layout(
            Some(br#"{"imageLayoutVersion":1}"#),
            wrong(document, "imageLayoutVersion", "a text", "1"),
        ),
    ]
}

fn missing(document: Document, field: &str) -> FindingKind {
    FindingKind::FieldMissing { document, field: field.to_owned() }
}

fn wrong(document: Document, field: &str, expected: &'static str, found: &str) -> FindingKind {
    FindingKind::FieldType { document, field: field.to_owned(), expected, found: found.to_owned() }
}

fn twice(field: &str) -> FindingKind {
    FindingKind::KeyDuplicate { field: field.to_owned() }
}

fn case(field: &str, expected: &'static str) -> FindingKind {
    FindingKind::KeyCase { field: field.to_owned(), expected }
}

/// A value as a declaration takes it.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(),
        Json::Bool(bool) => Value::new(*bool),
        Json::Number(number) => Value::number(number),
        Json::Text(text) => Value::new(text.as_str()),
        Json::List(values) => Value::list(values.iter().map(value)),
        Json::Object(members) => Value::map(members.iter().map(|(key, member)| (key, value(member)))),
    }
}
