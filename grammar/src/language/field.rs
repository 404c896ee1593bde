//! Fields: what stands as `NAME: VALUE` in a block.

use super::BlockKind;
use crate::{Digest, Invalid, annotation, env, media_type, number, port, time, uri};

/// A field: `NAME: VALUE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownField {
    /// The name, which is also that of the builder's method.
    pub name: &'static str,
    /// The values that it takes.
    pub takes: Takes,
    /// Whether the field is required.
    pub required: bool,
    /// The meaning of `null` as its value.
    pub null: NullMeaning,
}

/// The meaning of `null` as the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullMeaning {
    /// A mistake.
    Mistake,
    /// The document has `null`. The builder's method is `null_NAME`.
    Written,
    /// The member is left out of the document. The builder's method is `without_NAME`.
    LeftOut,
}

/// The kind of value that a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
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
    Block(BlockKind),
    /// A list of blocks of fields.
    Blocks(BlockKind),
    /// A label, or a block of the fields of a descriptor.
    Subject,
    /// A number of JSON, or a text that is such a number.
    Number,
    /// A JSON merge patch: a map of JSON without repeated keys.
    Patch,
    /// Members of a JSON object: a map of JSON, whose keys may be repeated.
    Members,
    /// `true` for the node's own bytes, or a content.
    Data,
    /// `true` for a blob's own digest, or text.
    DiffId,
    /// The number of blocks of zeros at the end of a tar.
    Eof,
    /// Text or bytes in a tar header.
    Bytes,
    /// A number in a tar header, or bytes in the place of the number.
    Numeric,
    /// The byte of a tar header that is the type of the entry.
    Typeflag,
    /// Records of a PAX header: pairs of a key and a content, in their order.
    Records,
}

impl BlockKind {
    /// The fields of such a block.
    pub fn fields(self) -> &'static [KnownField] {
        match self {
            Self::Fixture => FIXTURE,
            Self::Index | Self::Manifest => INDEX_OR_MANIFEST,
            Self::Config => CONFIG,
            Self::OtherConfig => OTHER_CONFIG,
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

impl BlockKind {
    /// Checks the text of a field, or one text of a field that is a list, by the rules of the specifications. A field without
    /// rules takes any text.
    ///
    /// # Errors
    ///
    /// The error says what is wrong with the text, and what to write instead.
    ///
    /// ```
    /// use oci_fixture_grammar::language::BlockKind;
    ///
    /// assert!(BlockKind::Config.check_text("user", "nobody").is_ok());
    /// assert!(BlockKind::Config.check_text("created", "today").is_err());
    /// ```
    pub fn check_text(self, field: &str, text: &str) -> Result<(), Invalid> {
        match (self, field) {
            (Self::Config | Self::History, "created") => time::check(text),
            (Self::Config, "env") => env::check(text),
            (Self::Config, "exposed_ports") => port::check(text),
            (Self::Dangling, "media_type") | (_, "artifact_type") => media_type::check(text),
            (Self::Dangling, "digest") => Digest::parse(text).map(drop),
            (Self::Dangling, "size") => number::check_size(text),
            (Self::Dangling | Self::Descriptor, "urls") => uri::check_http(text),
            (_, "ref_name") => annotation::check(annotation::REF_NAME, text),
            _ => Ok(()),
        }
    }

    /// Checks a key and its value in a field that is a map, as [`check_text`](Self::check_text) checks a text.
    ///
    /// # Errors
    ///
    /// The error says what is wrong with the value, and what to write instead.
    ///
    /// ```
    /// use oci_fixture_grammar::language::BlockKind;
    ///
    /// let key = "org.opencontainers.image.created";
    /// assert!(BlockKind::Manifest.check_pair("annotations", key, "today").is_err());
    /// ```
    pub fn check_pair(self, field: &str, key: &str, value: &str) -> Result<(), Invalid> {
        if field == "annotations" { annotation::check(key, value) } else { Ok(()) }
    }
}

const DESCRIPTOR: KnownField = field("descriptor", Takes::Block(BlockKind::Descriptor));
const ANNOTATIONS: KnownField = field("annotations", Takes::Map);
const ARTIFACT_TYPE: KnownField = field("artifact_type", Takes::Text);
const PLATFORM: KnownField = field("platform", Takes::Platform);
const URLS: KnownField = field("urls", Takes::List);
const DATA: KnownField = field("data", Takes::Data);
const MERGE: KnownField = field("merge", Takes::Patch);
const EXTEND: KnownField = field("extend", Takes::Members);
const DIFF_ID: KnownField = field("diff_id", Takes::DiffId);
const RAW: KnownField = field("raw", Takes::Content);

const FIXTURE: &[KnownField] =
    &[ANNOTATIONS, MERGE, EXTEND, RAW, left_out(field("oci_layout", Takes::Content))];

const INDEX_OR_MANIFEST: &[KnownField] =
    &[ANNOTATIONS, ARTIFACT_TYPE, field("subject", Takes::Subject), DESCRIPTOR, MERGE, EXTEND, RAW];

const CONFIG: &[KnownField] = &[
    field("user", Takes::Text),
    field("exposed_ports", Takes::List),
    field("env", Takes::List),
    null(field("entrypoint", Takes::List)),
    null(field("cmd", Takes::List)),
    null(field("volumes", Takes::List)),
    field("working_dir", Takes::Text),
    null(field("labels", Takes::Map)),
    field("stop_signal", Takes::Text),
    field("created", Takes::Text),
    field("author", Takes::Text),
    field("os_version", Takes::Text),
    field("os_features", Takes::List),
    field("history", Takes::Blocks(BlockKind::History)),
    field("diff_ids", Takes::List),
    DESCRIPTOR,
    MERGE,
    EXTEND,
    RAW,
];

const OTHER_CONFIG: &[KnownField] = &[required("content", Takes::Content), DESCRIPTOR];

const LAYER: &[KnownField] = &[DESCRIPTOR, RAW, field("eof", Takes::Eof)];

const BLOB: &[KnownField] = &[required("content", Takes::Content), DESCRIPTOR, DIFF_ID];

const DANGLING: &[KnownField] = &[
    required("media_type", Takes::Text),
    required("digest", Takes::Text),
    required("size", Takes::Number),
    PLATFORM,
    ANNOTATIONS,
    URLS,
    ARTIFACT_TYPE,
    DATA,
    DIFF_ID,
    MERGE,
];

/// The members of `descriptor:`.
const OF_DESCRIPTOR: &[KnownField] = &[
    left_out(ANNOTATIONS),
    left_out(URLS),
    left_out(PLATFORM),
    left_out(ARTIFACT_TYPE),
    left_out(DATA),
    left_out(field("ref_name", Takes::Text)),
    left_out(field("media_type", Takes::Text)),
    left_out(field("digest", Takes::Text)),
    left_out(field("size", Takes::Number)),
    MERGE,
];

const HISTORY: &[KnownField] = &[
    field("created", Takes::Text),
    field("created_by", Takes::Text),
    field("author", Takes::Text),
    field("comment", Takes::Text),
    field("empty_layer", Takes::Flag),
];

const ENTRY: &[KnownField] = &[
    field("name", Takes::Bytes),
    field("linkname", Takes::Bytes),
    field("typeflag", Takes::Typeflag),
    field("mode", Takes::Numeric),
    field("uid", Takes::Numeric),
    field("gid", Takes::Numeric),
    field("size", Takes::Numeric),
    field("mtime", Takes::Numeric),
    field("checksum", Takes::Numeric),
    field("magic", Takes::Bytes),
    field("version", Takes::Bytes),
    field("uname", Takes::Bytes),
    field("gname", Takes::Bytes),
    field("devmajor", Takes::Numeric),
    field("devminor", Takes::Numeric),
    field("prefix", Takes::Bytes),
    field("body", Takes::Content),
    field("pax", Takes::Records),
    RAW,
];

const fn field(name: &'static str, takes: Takes) -> KnownField {
    KnownField { name, takes, required: false, null: NullMeaning::Mistake }
}

const fn required(name: &'static str, takes: Takes) -> KnownField {
    KnownField { required: true, ..field(name, takes) }
}

/// The field, but with a `null` that is written into the document.
const fn null(field: KnownField) -> KnownField {
    KnownField { null: NullMeaning::Written, ..field }
}

/// The field, but with a `null` that leaves out the member of the document.
const fn left_out(field: KnownField) -> KnownField {
    KnownField { null: NullMeaning::LeftOut, ..field }
}

impl Takes {
    /// A description of the value, and an example.
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
            Self::DiffId => "`true` for the digest of the blob, or text: `\"...\"`",
            Self::Eof => "the number of blocks of zeros at the end: `0` or `1`",
            Self::Bytes => "text or bytes: `\"...\"` or `b\"...\"`",
            Self::Numeric => "a number or bytes: `0o644` or `b\"0000644\\0\"`",
            Self::Typeflag => "one byte: `\"0\"`",
            Self::Records => "pairs of a key and a content: `{ \"path\": \"...\" }`",
        }
    }
}
