//! Attributes: what stands in `#[...]` before a node or an entry.

use super::Kind;

/// An attribute: `#[NAME]`, `#[NAME = VALUE]` or `#[NAME(VALUE, VALUE)]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name, which is also that of the builder's method.
    pub name: &'static str,
    /// What it takes.
    pub form: Form,
    /// The nodes that it fits on.
    pub nodes: &'static [Kind],
    /// Whether it fits on an entry with a path.
    pub entries: bool,
    /// How it is written.
    pub example: &'static str,
}

/// What an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing.
    Flag,
    /// A number of this type of Rust.
    Number(&'static str),
    /// A name and a content.
    Pair,
    /// A content.
    Content,
}

/// The nodes that are stored.
const STORED: &[Kind] = &[Kind::Index, Kind::Manifest, Kind::Config, Kind::Layer, Kind::Blob];

/// All attributes.
pub const ATTRIBUTES: &[Attribute] = &[
    Attribute::of_entry("mode", Form::Number("u32"), "#[mode = 0o755]"),
    Attribute::of_entry("uid", Form::Number("u64"), "#[uid = 1000]"),
    Attribute::of_entry("gid", Form::Number("u64"), "#[gid = 1000]"),
    Attribute::of_entry("mtime", Form::Number("i64"), "#[mtime = 0]"),
    Attribute::of_entry("xattr", Form::Pair, "#[xattr(\"user.key\", \"value\")]"),
    Attribute::of_node("docker", Form::Flag, &[Kind::Index, Kind::Manifest], "#[docker]"),
    Attribute::of_node("missing", Form::Flag, STORED, "#[missing]"),
    Attribute::of_node("truncate", Form::Number("i64"), STORED, "#[truncate = 100]"),
    Attribute::of_node("prepend", Form::Content, STORED, "#[prepend = \"...\"]"),
    Attribute::of_node("append", Form::Content, STORED, "#[append = \"...\"]"),
    Attribute::of_node("flip", Form::Number("i64"), STORED, "#[flip = 0]"),
    Attribute::of_node("replace", Form::Content, STORED, "#[replace = \"...\"]"),
    Attribute::of_node("unlisted", Form::Flag, STORED, "#[unlisted]"),
    Attribute {
        name: "unchecked",
        form: Form::Flag,
        nodes: &[Kind::Index, Kind::Manifest, Kind::Config, Kind::Dangling],
        entries: true,
        example: "#[unchecked]",
    },
];

impl Attribute {
    const fn of_entry(name: &'static str, form: Form, example: &'static str) -> Self {
        Self { name, form, nodes: &[], entries: true, example }
    }

    const fn of_node(name: &'static str, form: Form, nodes: &'static [Kind], example: &'static str) -> Self {
        Self { name, form, nodes, entries: false, example }
    }

    /// What it fits on, as a message lists it.
    ///
    /// ```
    /// use oci_fixture_grammar::language::Attribute;
    ///
    /// assert_eq!(Attribute::of("docker").unwrap().fitting(), "an `index` or a manifest");
    /// ```
    pub fn fitting(self) -> String {
        let entry = self.entries.then_some("an entry");
        let fitting: Vec<&str> = self.nodes.iter().map(|kind| kind.title()).chain(entry).collect();
        match fitting.as_slice() {
            [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
            _ => fitting.concat(),
        }
    }

    /// Whether it changes what is stored of a node after it has its digest.
    pub fn is_fault(self) -> bool {
        matches!(self.name, "missing" | "truncate" | "prepend" | "append" | "flip" | "replace")
    }

    /// The attribute of a name.
    pub fn of(name: &str) -> Option<Self> {
        ATTRIBUTES.iter().copied().find(|attribute| attribute.name == name)
    }
}
