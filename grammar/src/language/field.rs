//! Fields: what stands as `NAME: VALUE` in a block.

use super::Kind;

/// A field: `NAME: VALUE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name, which is also that of the builder's method.
    pub name: &'static str,
    /// What it takes.
    pub value: Value,
    /// Whether it must be there.
    pub required: bool,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// `"text"`, a number, or text with the digest of a label.
    Text,
    /// `["text", "text"]`
    List,
    /// `{ "key": "text" }`
    Map,
    /// `true` or `false`.
    Flag,
    /// `linux/amd64`
    Platform,
    /// The content of a blob.
    Content,
    /// A block of fields of this kind.
    Block(Kind),
    /// A list of blocks of fields.
    Blocks(Kind),
    /// A label, or a block of the fields of a descriptor.
    Subject,
    /// A number of JSON, or text that is one.
    Number,
    /// A JSON merge patch: a map of JSON, each key of which stands once.
    Patch,
    /// Members of a JSON object: a map of JSON, whose keys may stand again.
    Members,
    /// `true` for the node's own bytes, or a content.
    Data,
    /// A content, or `null` for none.
    ContentOrNull,
    /// How many blocks of zeros end a tar.
    Eof,
    /// Text or bytes in a tar header.
    Bytes,
    /// A number in a tar header, or the bytes that stand in its place.
    Numeric,
    /// The one byte of a tar header that says what the entry is.
    Typeflag,
    /// Records of a PAX header: pairs of a key and a content, in their order.
    Records,
}

impl Kind {
    /// Its fields.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Fixture => FIXTURE,
            Self::Index | Self::Manifest => INDEX_OR_MANIFEST,
            Self::Config => CONFIG,
            Self::Layer => LAYER,
            Self::Blob => BLOB,
            Self::Dangling => DANGLING,
            Self::Label => &[DESCRIPTOR],
            Self::Descriptor => OF_DESCRIPTOR,
            Self::History => HISTORY,
            Self::Entry => ENTRY,
        }
    }
}

const DESCRIPTOR: Field = field("descriptor", Value::Block(Kind::Descriptor));
const ANNOTATIONS: Field = field("annotations", Value::Map);
const ARTIFACT_TYPE: Field = field("artifact_type", Value::Text);
const PLATFORM: Field = field("platform", Value::Platform);
const URLS: Field = field("urls", Value::List);
const DATA: Field = field("data", Value::Data);
const MERGE: Field = field("merge", Value::Patch);
const EXTEND: Field = field("extend", Value::Members);
const RAW: Field = field("raw", Value::Content);

const FIXTURE: &[Field] = &[ANNOTATIONS, MERGE, EXTEND, RAW, field("oci_layout", Value::ContentOrNull)];

const INDEX_OR_MANIFEST: &[Field] =
    &[ANNOTATIONS, ARTIFACT_TYPE, field("subject", Value::Subject), DESCRIPTOR, MERGE, EXTEND, RAW];

const CONFIG: &[Field] = &[
    field("user", Value::Text),
    field("exposed_ports", Value::List),
    field("env", Value::List),
    field("entrypoint", Value::List),
    field("cmd", Value::List),
    field("volumes", Value::List),
    field("working_dir", Value::Text),
    field("labels", Value::Map),
    field("stop_signal", Value::Text),
    field("created", Value::Text),
    field("author", Value::Text),
    field("os_version", Value::Text),
    field("os_features", Value::List),
    field("history", Value::Blocks(Kind::History)),
    field("diff_ids", Value::List),
    DESCRIPTOR,
    MERGE,
    EXTEND,
    RAW,
];

const LAYER: &[Field] = &[DESCRIPTOR, RAW, field("eof", Value::Eof)];

const BLOB: &[Field] = &[required("content", Value::Content), DESCRIPTOR, field("diff_id", Value::Text)];

const DANGLING: &[Field] = &[
    required("media_type", Value::Text),
    required("digest", Value::Text),
    required("size", Value::Number),
    PLATFORM,
    ANNOTATIONS,
    URLS,
    ARTIFACT_TYPE,
    DATA,
    MERGE,
];

/// What stands in `descriptor:`.
const OF_DESCRIPTOR: &[Field] = &[
    ANNOTATIONS,
    URLS,
    PLATFORM,
    ARTIFACT_TYPE,
    DATA,
    field("media_type", Value::Text),
    field("digest", Value::Text),
    field("size", Value::Number),
    MERGE,
];

const HISTORY: &[Field] = &[
    field("created", Value::Text),
    field("created_by", Value::Text),
    field("author", Value::Text),
    field("comment", Value::Text),
    field("empty_layer", Value::Flag),
];

const ENTRY: &[Field] = &[
    field("name", Value::Bytes),
    field("linkname", Value::Bytes),
    field("typeflag", Value::Typeflag),
    field("mode", Value::Numeric),
    field("uid", Value::Numeric),
    field("gid", Value::Numeric),
    field("size", Value::Numeric),
    field("mtime", Value::Numeric),
    field("checksum", Value::Numeric),
    field("magic", Value::Bytes),
    field("version", Value::Bytes),
    field("uname", Value::Bytes),
    field("gname", Value::Bytes),
    field("devmajor", Value::Numeric),
    field("devminor", Value::Numeric),
    field("prefix", Value::Bytes),
    field("body", Value::Content),
    field("pax", Value::Records),
    RAW,
];

const fn field(name: &'static str, value: Value) -> Field {
    Field { name, value, required: false }
}

const fn required(name: &'static str, value: Value) -> Field {
    Field { name, value, required: true }
}

impl Value {
    /// What it takes, and an example.
    pub fn title(self) -> &'static str {
        match self {
            Self::Text => "text: `\"...\"`",
            Self::List => "a list: `[\"...\", \"...\"]`",
            Self::Map => "a map: `{ \"key\": \"...\" }`",
            Self::Flag => "`true` or `false`",
            Self::Platform => "a platform: `linux/amd64`",
            Self::Content => "a content: a string, or another value that is bytes",
            Self::Block(_) => "a block of fields: `{ annotations: { ... } }`",
            Self::Blocks(_) => "a list of blocks: `[{ created_by: \"...\" }]`",
            Self::Subject => "a label, or the fields of a descriptor: `'image`",
            Self::Number => "a number of JSON: `1234`",
            Self::Patch | Self::Members => "a map of JSON: `{ \"key\": [1, null] }`",
            Self::Data => "`true`, or a content: a string, or another value that is bytes",
            Self::ContentOrNull => "a content, or `null` for no such file",
            Self::Eof => "the number of blocks of zeros at the end: `0` or `1`",
            Self::Bytes => "text or bytes: `\"...\"` or `b\"...\"`",
            Self::Numeric => "a number or bytes: `0o644` or `b\"0000644\\0\"`",
            Self::Typeflag => "one byte: `\"0\"`",
            Self::Records => "pairs of a key and a content: `{ \"path\": \"...\" }`",
        }
    }
}
