//! Attributes: what stands in `#[...]` before a node or an entry.

use super::{BlockKind, NODES};

/// An attribute: `#[NAME]`, `#[NAME = VALUE]` or `#[NAME(VALUE, VALUE)]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownAttribute {
    /// The name, which is also that of the builder's method.
    pub name: &'static str,
    /// The values that it takes.
    pub form: Form,
    /// The nodes before which it may stand.
    pub nodes: &'static [BlockKind],
    /// Whether it may stand before an entry with a path.
    pub entries: bool,
    /// An example of it.
    pub example: &'static str,
}

/// The kind of value that an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// No value.
    Flag,
    /// A number of this Rust type.
    Number(&'static str),
    /// A time: a number with or without a fraction, or a Rust value that is a time.
    Time,
    /// A text.
    Text,
    /// A name and a content.
    Pair,
    /// A content.
    Content,
    /// The words of a fault on the wire, or an expression.
    Http,
}

/// The kinds of nodes that are stored.
const STORED: &[BlockKind] =
    &[BlockKind::Index, BlockKind::Manifest, BlockKind::Config, BlockKind::Layer, BlockKind::Blob];

/// The kinds of nodes for which a client can ask a registry.
const ASKED_FOR: &[BlockKind] = &[
    BlockKind::Index,
    BlockKind::Manifest,
    BlockKind::Config,
    BlockKind::Layer,
    BlockKind::Blob,
    BlockKind::Dangling,
];

/// All attributes.
pub const ATTRIBUTES: &[KnownAttribute] = &[
    KnownAttribute::of_entry("mode", Form::Number("u32"), "#[mode = 0o755]"),
    KnownAttribute::of_entry("uid", Form::Number("u64"), "#[uid = 1000]"),
    KnownAttribute::of_entry("gid", Form::Number("u64"), "#[gid = 1000]"),
    KnownAttribute::of_entry("uname", Form::Text, "#[uname = \"root\"]"),
    KnownAttribute::of_entry("gname", Form::Text, "#[gname = \"root\"]"),
    KnownAttribute::of_entry("mtime", Form::Time, "#[mtime = 0]"),
    KnownAttribute::of_entry("sparse", Form::Text, "#[sparse = \"1.0\"]"),
    KnownAttribute::of_entry("xattr", Form::Pair, "#[xattr(\"user.key\", \"value\")]"),
    KnownAttribute::of_node("docker", Form::Flag, &[BlockKind::Index, BlockKind::Manifest], "#[docker]"),
    KnownAttribute::of_node("sha512", Form::Flag, STORED, "#[sha512]"),
    KnownAttribute::of_node("missing", Form::Flag, STORED, "#[missing]"),
    KnownAttribute::of_node("truncate", Form::Number("i64"), STORED, "#[truncate = 100]"),
    KnownAttribute::of_node("prepend", Form::Content, STORED, "#[prepend = \"...\"]"),
    KnownAttribute::of_node("append", Form::Content, STORED, "#[append = \"...\"]"),
    KnownAttribute::of_node("flip", Form::Number("i64"), STORED, "#[flip = 0]"),
    KnownAttribute::of_node("replace", Form::Content, STORED, "#[replace = \"...\"]"),
    KnownAttribute::of_node("http", Form::Http, ASKED_FOR, "#[http(status = 503)]"),
    KnownAttribute::of_node("unlisted", Form::Flag, STORED, "#[unlisted]"),
    KnownAttribute {
        name: "unchecked",
        form: Form::Flag,
        nodes: NODES,
        entries: true,
        example: "#[unchecked]",
    },
];

impl KnownAttribute {
    const fn of_entry(name: &'static str, form: Form, example: &'static str) -> Self {
        Self { name, form, nodes: &[], entries: true, example }
    }

    const fn of_node(
        name: &'static str,
        form: Form,
        nodes: &'static [BlockKind],
        example: &'static str,
    ) -> Self {
        Self { name, form, nodes, entries: false, example }
    }

    /// A list, for a message, of the items before which it may stand.
    ///
    /// ```
    /// use oci_fixture_grammar::language::KnownAttribute;
    ///
    /// assert_eq!(KnownAttribute::of("docker").unwrap().fitting(), "an `index` or a manifest");
    /// ```
    pub fn fitting(self) -> String {
        let entry = self.entries.then_some("an entry");
        let fitting: Vec<&str> = self.nodes.iter().map(|kind| kind.title()).chain(entry).collect();
        match fitting.as_slice() {
            [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
            _ => fitting.concat(),
        }
    }

    /// Whether it is a fault after sealing, which changes the stored bytes of a node and not its digest.
    pub fn is_fault(self) -> bool {
        matches!(self.name, "missing" | "truncate" | "prepend" | "append" | "flip" | "replace")
    }

    /// The attribute with this name.
    pub fn of(name: &str) -> Option<Self> {
        ATTRIBUTES.iter().copied().find(|attribute| attribute.name == name)
    }
}
