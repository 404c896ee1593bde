//! Edits of documents, with the findings about each.

use oci_fixture::{Document, FindingKind};

use super::super::json::Json;
use super::super::media_type::{INDEXES, MANIFESTS};
use super::{case, missing, twice, wrong};

/// An edit of a document before it gets its digest.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) how: How,
    pub(crate) finds: Vec<FindingKind>,
}

#[derive(Clone, Debug)]
pub(crate) enum How {
    Merge(Json),
    Extend(Json),
    Raw(Vec<u8>),
    DiffIds(Vec<String>),
}

/// An edit that changes nothing.
pub(crate) static NOTHING: Edit = Edit { how: How::Extend(Json::Object(Vec::new())), finds: Vec::new() };

impl Edit {
    fn new(how: How) -> Self {
        Self { how, finds: Vec::new() }
    }

    fn merge(patch: &str) -> Self {
        Self::new(How::Merge(Json::read(patch.as_bytes())))
    }

    fn extend(members: &str) -> Self {
        Self::new(How::Extend(Json::read(members.as_bytes())))
    }

    fn raw(document: &[u8]) -> Self {
        Self::new(How::Raw(document.to_vec()))
    }

    fn no_json(document: &[u8], offset: u64) -> Self {
        Self::raw(document).finds(FindingKind::JsonMalformed { offset, problem: String::new() })
    }

    fn finds(mut self, kind: FindingKind) -> Self {
        self.finds.push(kind);
        self
    }

    /// The value of a field with this fault, if it differs from the usual value, and `Null` if the field is absent.
    /// If a key occurs twice, the first value counts.
    pub(crate) fn told(&self, field: &str) -> Option<&Json> {
        match &self.how {
            How::Merge(patch) => patch.get(field),
            // A document that replaces another one has none of the fields that are looked up.
            How::Raw(_) => Some(&Json::Null),
            How::Extend(_) | How::DiffIds(_) => None,
        }
    }

    /// Whether nothing in the document is read.
    pub(crate) fn is_unread(&self) -> bool {
        self.finds.iter().any(|kind| matches!(kind, FindingKind::JsonMalformed { .. }))
    }
}

/// The finding that a document has no media type, which `verify` has only about blobs.
fn untyped(document: Document) -> FindingKind {
    FindingKind::MediaTypeMissing { document }
}

/// Edits of an index and of a manifest.
fn in_both(document: Document) -> Vec<Edit> {
    let version = |found: &str| FindingKind::SchemaVersion { document, found: found.to_owned() };
    let missing = |field| missing(document, field);
    let wrong = |field, expected, found| wrong(document, field, expected, found);
    let number = |found| wrong("schemaVersion", "a whole number", found);
    let says = |media_type: &str| Edit::merge(&format!(r#"{{"mediaType":"{media_type}"}}"#));
    vec![
        Edit::merge(r#"{"schemaVersion":1}"#).finds(version("1")),
        Edit::merge(r#"{"schemaVersion":-2}"#).finds(version("-2")),
        Edit::merge(r#"{"schemaVersion":null}"#).finds(missing("schemaVersion")),
        Edit::merge(r#"{"schemaVersion":"2"}"#).finds(number("\"2\"")),
        Edit::merge(r#"{"schemaVersion":2.0}"#).finds(number("2.0")),
        Edit::merge(r#"{"mediaType":null}"#).finds(untyped(document)),
        Edit::merge(r#"{"mediaType":7}"#).finds(wrong("mediaType", "a text", "7")),
        says("text/plain"),
        says(INDEXES[0]),
        says(INDEXES[1]),
        says(MANIFESTS[0]),
        says(MANIFESTS[1]),
        Edit::merge(r#"{"annotations":{"odd":1}}"#).finds(wrong("annotations.odd", "a text", "1")),
        Edit::merge(r#"{"annotations":{"org.opencontainers.image.license":"MIT"}}"#)
            .finds(FindingKind::AnnotationReserved { key: "org.opencontainers.image.license".to_owned() }),
        Edit::merge(r#"{"annotations":{"org.opencontainers.image.created":"today"}}"#).finds(
            FindingKind::TimeMalformed {
                field: "annotations.org.opencontainers.image.created".to_owned(),
                problem: String::new(),
            },
        ),
        Edit::merge(r#"{"subject":7}"#).finds(wrong("subject", "an object", "7")),
        Edit::merge(r#"{"x":[{"a":null,"b":[1.50,-0,"\u003c"]}]}"#),
        Edit::extend(r#"{"schemaVersion":2}"#).finds(twice("schemaVersion")),
        Edit::extend(r#"{"SchemaVersion":1}"#).finds(case("SchemaVersion", "schemaVersion")),
        Edit::extend("{\"\u{17f}ubject\":null}").finds(case("\u{17f}ubject", "subject")),
        Edit::no_json(b"", 0),
        Edit::no_json(b"not JSON", 0),
        Edit::no_json(b"\xef\xbb\xbf{}", 0),
        Edit::no_json(br#"{"schemaVersion":2"#, 18),
        Edit::no_json(b"{\"schemaVersion\":2,\"a\":\"\xff\"}", 24),
        Edit::no_json(b"{}\0", 2),
        Edit::raw(b"[]").finds(wrong("", "an object", "[]")),
    ]
}

pub(crate) fn of_index() -> Vec<Edit> {
    let document = Document::Index;
    let missing = |field| missing(document, field);
    let wrong = |field, expected, found| wrong(document, field, expected, found);
    let mut edits = in_both(document);
    edits.extend([
        Edit::extend(r#"{"layers":[]}"#).finds(FindingKind::ManifestAndIndex),
        Edit::extend(r#"{"config":{}}"#).finds(FindingKind::ManifestAndIndex),
        Edit::extend(r#"{"Manifests":[]}"#).finds(case("Manifests", "manifests")),
        Edit::merge(r#"{"manifests":null}"#).finds(missing("manifests")),
        Edit::merge(r#"{"manifests":{}}"#).finds(wrong("manifests", "a list", "{}")),
        Edit::merge(r#"{"manifests":[]}"#),
        Edit::extend(r#"{"manifests":[]}"#).finds(twice("manifests")),
        Edit::raw(br#"{"schemaVersion":2,"manifests":[]}"#).finds(untyped(document)),
        Edit::raw(b"{}").finds(untyped(document)).finds(missing("schemaVersion")).finds(missing("manifests")),
    ]);
    edits
}

pub(crate) fn of_manifest() -> Vec<Edit> {
    let document = Document::Manifest;
    let missing = |field| missing(document, field);
    let wrong = |field, expected, found| wrong(document, field, expected, found);
    let mut edits = in_both(document);
    edits.extend([
        Edit::extend(r#"{"manifests":[]}"#).finds(FindingKind::ManifestAndIndex),
        Edit::extend(r#"{"Layers":[]}"#).finds(case("Layers", "layers")),
        Edit::extend(r#"{"layers":[]}"#).finds(twice("layers")),
        Edit::merge(r#"{"layers":null}"#).finds(missing("layers")),
        Edit::merge(r#"{"layers":"none"}"#).finds(wrong("layers", "a list", "\"none\"")),
        Edit::merge(r#"{"layers":[]}"#),
        Edit::merge(r#"{"config":null}"#).finds(missing("config")),
        Edit::merge(r#"{"config":[]}"#).finds(wrong("config", "an object", "[]")),
        Edit::raw(b"{}")
            .finds(missing("schemaVersion"))
            .finds(untyped(document))
            .finds(missing("config"))
            .finds(missing("layers")),
    ]);
    edits
}

/// Edits of the config of an image whose layers have these digests.
pub(crate) fn of_config(diff_ids: &[String]) -> Vec<Edit> {
    let document = Document::Config;
    let missing = |field| missing(document, field);
    let wrong = |field, expected, found| wrong(document, field, expected, found);
    let of_diff_ids = |diff_ids: Vec<String>| Edit::new(How::DiffIds(diff_ids));
    let mut edits = vec![
        Edit::merge(r#"{"os":null}"#).finds(missing("os")),
        Edit::merge(r#"{"architecture":7}"#).finds(wrong("architecture", "a text", "7")),
        Edit::merge(r#"{"os":"zos"}"#),
        Edit::merge(r#"{"rootfs":{"type":"files"}}"#)
            .finds(FindingKind::RootfsType { found: "files".to_owned() }),
        Edit::merge(r#"{"rootfs":{"type":null}}"#).finds(missing("rootfs.type")),
        Edit::merge(r#"{"rootfs":null}"#).finds(missing("rootfs")),
        Edit::merge(r#"{"rootfs":{"diff_ids":null}}"#).finds(missing("rootfs.diff_ids")),
        Edit::merge(r#"{"rootfs":{"diff_ids":"none"}}"#).finds(wrong(
            "rootfs.diff_ids",
            "a list",
            "\"none\"",
        )),
        Edit::merge(r#"{"config":{"Env":"A=1"}}"#).finds(wrong("config.Env", "a list", "\"A=1\"")),
        Edit::merge(r#"{"config":{"Env":["A"]}}"#)
            .finds(FindingKind::EnvMalformed { field: "config.Env[0]".to_owned(), problem: String::new() }),
        Edit::merge(r#"{"config":{"ExposedPorts":{"http":{}}}}"#)
            .finds(FindingKind::PortMalformed { problem: String::new() }),
        Edit::merge(r#"{"created":"2024-05-01 12:00:00Z"}"#)
            .finds(FindingKind::TimeMalformed { field: "created".to_owned(), problem: String::new() }),
        Edit::merge(r#"{"config":{"User":7}}"#).finds(wrong("config.User", "a text", "7")),
        Edit::merge(r#"{"config":{"env":[]}}"#).finds(case("config.env", "Env")),
        Edit::merge(r#"{"config":{"Healthcheck":{"Test":["NONE"]}}}"#),
        Edit::merge(r#"{"history":[{"empty_layer":true}]}"#),
        Edit::merge(r#"{"history":[{},{"empty_layer":false},{},{},{"empty_layer":true}]}"#),
        Edit::merge(r#"{"history":[{"empty_layer":"yes"}]}"#).finds(wrong(
            "history[0].empty_layer",
            "true or false",
            "\"yes\"",
        )),
        Edit::merge(r#"{"history":{}}"#).finds(wrong("history", "a list", "{}")),
        Edit::merge(&format!(r#"{{"mediaType":"{}"}}"#, INDEXES[0])),
        Edit::merge(r#"{"mediaType":"text/plain"}"#),
        Edit::extend(r#"{"os":"zos"}"#).finds(twice("os")),
        Edit::extend(r#"{"Rootfs":{}}"#).finds(case("Rootfs", "rootfs")),
        Edit::no_json(b"", 0),
        Edit::no_json(b"{'os':'linux'}", 1),
        Edit::raw(b"{}").finds(missing("architecture")).finds(missing("os")).finds(missing("rootfs")),
        of_diff_ids([diff_ids, &[format!("sha256:{:064}", 1)]].concat()),
    ];
    if let Some((_, rest)) = diff_ids.split_first() {
        edits.push(of_diff_ids(rest.to_vec()));
        for first in ["none", "md5:d41d8cd98f00b204e9800998ecf8427e", &format!("sha256:{:064}", 2)] {
            edits.push(of_diff_ids([&[first.to_owned()], rest].concat()));
        }
    }
    edits
}
