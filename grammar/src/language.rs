//! The language of `oci_image!`: its nodes, and what may stand in each.
//!
//! One table for all that has to know it: the parser, the checks, and what they say of a mistake.

mod nearest;

pub use nearest::nearest;

/// What a block of braces is, by what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The top level: the entries of index.json.
    Fixture,
    /// `index`
    Index,
    /// `manifest`, or a platform alone.
    Manifest,
    /// `config`
    Config,
    /// `layer`
    Layer,
    /// `blob`
    Blob,
    /// `dangling`, and a `subject:` that does not exist.
    Dangling,
    /// A label that is used again.
    Label,
    /// The value of `descriptor:`.
    Descriptor,
    /// An entry of `history:`.
    History,
}

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
}

/// An attribute: `#[NAME]`, `#[NAME = VALUE]` or `#[NAME(VALUE, VALUE)]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name, which is also that of the builder's method.
    pub name: &'static str,
    /// What it takes.
    pub form: Form,
    /// The nodes that it fits on; none for an attribute of an entry.
    pub nodes: &'static [Kind],
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
}

/// The nodes that a word begins.
pub const NODES: &[Kind] =
    &[Kind::Index, Kind::Manifest, Kind::Config, Kind::Layer, Kind::Blob, Kind::Dangling];

/// The words that begin an entry of a layer; a path alone begins a file, a directory or a symbolic link.
pub const ENTRIES: &[&str] = &["hardlink", "whiteout", "opaque", "fifo", "char", "block"];

/// The words that begin something else.
pub const OTHERS: &[&str] = &["for", "if", "tag"];

/// The compressions that a layer names.
pub const COMPRESSIONS: &[&str] = &["gzip", "zstd"];

/// What is known of a label: `'label.digest`.
pub const PROPERTIES: &[&str] = &["digest", "hex", "size"];

/// All attributes.
pub const ATTRIBUTES: &[Attribute] = &[
    Attribute { name: "mode", form: Form::Number("u32"), nodes: &[], example: "#[mode = 0o755]" },
    Attribute { name: "uid", form: Form::Number("u64"), nodes: &[], example: "#[uid = 1000]" },
    Attribute { name: "gid", form: Form::Number("u64"), nodes: &[], example: "#[gid = 1000]" },
    Attribute { name: "mtime", form: Form::Number("i64"), nodes: &[], example: "#[mtime = 0]" },
    Attribute { name: "xattr", form: Form::Pair, nodes: &[], example: "#[xattr(\"user.key\", \"value\")]" },
    Attribute {
        name: "docker",
        form: Form::Flag,
        nodes: &[Kind::Index, Kind::Manifest],
        example: "#[docker]",
    },
];

impl Kind {
    /// The word that begins such a block; nothing for the top level and a label.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Fixture | Self::Label => "",
            Self::Index => "index",
            Self::Manifest => "manifest",
            Self::Config => "config",
            Self::Layer => "layer",
            Self::Blob => "blob",
            Self::Dangling => "dangling",
            Self::Descriptor => "descriptor",
            Self::History => "history",
        }
    }

    /// The kind of node that a word begins.
    ///
    /// ```
    /// use oci_fixture_grammar::language::Kind;
    ///
    /// assert_eq!(Kind::of("layer"), Some(Kind::Layer));
    /// assert_eq!(Kind::of("linux"), None);
    /// ```
    pub fn of(keyword: &str) -> Option<Self> {
        NODES.iter().copied().find(|kind| kind.keyword() == keyword)
    }

    /// The block as a message names it.
    ///
    /// ```
    /// use oci_fixture_grammar::language::Kind;
    ///
    /// assert_eq!(Kind::Index.title(), "an `index`");
    /// ```
    pub fn title(self) -> &'static str {
        match self {
            Self::Fixture => "the top level",
            Self::Index => "an `index`",
            Self::Manifest => "a manifest",
            Self::Config => "a `config`",
            Self::Layer => "a `layer`",
            Self::Blob => "a `blob`",
            Self::Dangling => "a dangling descriptor",
            Self::Label => "a label that is used again",
            Self::Descriptor => "a descriptor",
            Self::History => "an entry of the history",
        }
    }

    /// The builder that makes it.
    pub fn builder(self) -> &'static str {
        match self {
            Self::Fixture => "Fixture",
            Self::Index => "Index",
            Self::Manifest => "Manifest",
            Self::Config => "Config",
            Self::Layer => "Layer",
            Self::Blob => "Blob",
            Self::Label => "Label",
            Self::Dangling | Self::Descriptor => "Descriptor",
            Self::History => "History",
        }
    }

    /// Whether a reference may stand after its keyword.
    pub fn has_reference(self) -> bool {
        matches!(self, Self::Index | Self::Manifest | Self::Config)
    }

    /// Whether a platform may stand after its keyword.
    pub fn has_platform(self) -> bool {
        matches!(self, Self::Manifest | Self::Config)
    }

    /// The nodes that fit in it.
    pub fn nodes(self) -> &'static [Self] {
        match self {
            Self::Fixture | Self::Index => {
                &[Self::Index, Self::Manifest, Self::Config, Self::Blob, Self::Dangling]
            }
            Self::Manifest => &[Self::Layer, Self::Config, Self::Blob, Self::Dangling],
            _ => &[],
        }
    }

    /// Whether files, directories and other entries fit in it.
    pub fn holds_entries(self) -> bool {
        matches!(self, Self::Manifest | Self::Layer)
    }

    /// Its fields.
    pub fn fields(self) -> &'static [Field] {
        const fn field(name: &'static str, value: Value) -> Field {
            Field { name, value, required: false }
        }
        const fn required(name: &'static str, value: Value) -> Field {
            Field { name, value, required: true }
        }
        const DESCRIPTOR: Field = field("descriptor", Value::Block(Kind::Descriptor));
        const ANNOTATIONS: Field = field("annotations", Value::Map);
        const ARTIFACT_TYPE: Field = field("artifact_type", Value::Text);
        const PLATFORM: Field = field("platform", Value::Platform);
        const URLS: Field = field("urls", Value::List);
        match self {
            Self::Fixture => &[],
            Self::Layer | Self::Label => const { &[DESCRIPTOR] },
            Self::Index | Self::Manifest => {
                const { &[ANNOTATIONS, ARTIFACT_TYPE, field("subject", Value::Subject), DESCRIPTOR] }
            }
            Self::Config => {
                const {
                    &[
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
                        DESCRIPTOR,
                    ]
                }
            }
            Self::Blob => const { &[required("content", Value::Content), DESCRIPTOR] },
            Self::Dangling => {
                const {
                    &[
                        required("media_type", Value::Text),
                        required("digest", Value::Text),
                        required("size", Value::Text),
                        PLATFORM,
                        ANNOTATIONS,
                        URLS,
                        ARTIFACT_TYPE,
                    ]
                }
            }
            Self::Descriptor => {
                const { &[ANNOTATIONS, URLS, PLATFORM, ARTIFACT_TYPE, field("data", Value::Flag)] }
            }
            Self::History => {
                const {
                    &[
                        field("created", Value::Text),
                        field("created_by", Value::Text),
                        field("author", Value::Text),
                        field("comment", Value::Text),
                        field("empty_layer", Value::Flag),
                    ]
                }
            }
        }
    }

    /// The field of a name.
    pub fn field(self, name: &str) -> Option<Field> {
        self.fields().iter().copied().find(|field| field.name == name)
    }

    /// What fits in it, as a message lists it.
    ///
    /// ```
    /// use oci_fixture_grammar::language::Kind;
    ///
    /// assert_eq!(Kind::Layer.fitting(), "files, directories and other entries, and `descriptor:`");
    /// ```
    pub fn fitting(self) -> String {
        let mut fitting = Vec::new();
        if self.nodes().contains(&Self::Manifest) {
            fitting.push("platforms such as `linux/amd64 { ... }`".to_owned());
        }
        fitting.extend(self.nodes().iter().map(|node| format!("`{}`", node.keyword())));
        if self == Self::Fixture {
            fitting.push("`tag`".to_owned());
        }
        if self.holds_entries() {
            fitting.push("files, directories and other entries".to_owned());
        }
        fitting.extend(self.fields().iter().map(|field| format!("`{}:`", field.name)));
        let last = fitting.pop().unwrap_or_default();
        match fitting.as_slice() {
            [] => last,
            [one] if one.contains(',') => format!("{one}, and {last}"),
            others => format!("{} and {last}", others.join(", ")),
        }
    }
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
        }
    }
}

impl Attribute {
    /// The attribute of a name.
    pub fn of(name: &str) -> Option<Self> {
        ATTRIBUTES.iter().copied().find(|attribute| attribute.name == name)
    }
}
