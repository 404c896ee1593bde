//! The language of `oci_image!`: its nodes, and what may stand in each.
//!
//! One table for all that has to know it: the parser, the checks, and what they say of a mistake.

mod attribute;
mod field;
mod nearest;

pub use attribute::{ATTRIBUTES, Attribute, Form};
pub use field::{Field, Value};
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
    /// `entry`: a tar header by hand.
    Entry,
}

/// The nodes that a word begins.
pub const NODES: &[Kind] =
    &[Kind::Index, Kind::Manifest, Kind::Config, Kind::Layer, Kind::Blob, Kind::Dangling];

/// The words that begin an entry of a layer; a path alone begins a file, a directory or a symbolic link.
pub const ENTRIES: &[&str] = &["hardlink", "whiteout", "opaque", "fifo", "char", "block", "entry"];

/// The words that begin something else.
pub const OTHERS: &[&str] = &["for", "if", "tag"];

/// The compressions that a layer names.
pub const COMPRESSIONS: &[&str] = &["gzip", "zstd"];

/// What is known of a label: `'label.digest`.
pub const PROPERTIES: &[&str] = &["digest", "hex", "size"];

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
            Self::Entry => "entry",
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
            Self::Entry => "an `entry`",
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
            Self::Entry => "Header",
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

    /// The field of a name.
    pub fn field(self, name: &str) -> Option<Field> {
        self.fields().iter().copied().find(|field| field.name == name)
    }

    /// What its field `raw` stands for, all bytes of it; nothing where it has no such field.
    ///
    /// ```
    /// use oci_fixture_grammar::language::Kind;
    ///
    /// assert_eq!(Kind::Layer.raw(), Some("tar"));
    /// assert_eq!(Kind::Blob.raw(), None);
    /// ```
    pub fn raw(self) -> Option<&'static str> {
        match self {
            Self::Fixture => Some("index.json"),
            Self::Index | Self::Manifest | Self::Config => Some("document"),
            Self::Layer => Some("tar"),
            Self::Entry => Some("entry"),
            _ => None,
        }
    }

    /// Whether a field says something of what `raw` would stand for, so that the two exclude each other.
    ///
    /// ```
    /// use oci_fixture_grammar::language::Kind;
    ///
    /// assert!(Kind::Index.is_lost_in_raw("annotations"));
    /// assert!(!Kind::Index.is_lost_in_raw("descriptor"));
    /// ```
    pub fn is_lost_in_raw(self, field: &str) -> bool {
        self.raw().is_some() && !matches!(field, "raw" | "descriptor" | "oci_layout")
    }

    /// What fits in it, as a message lists it.
    ///
    /// ```
    /// use oci_fixture_grammar::language::Kind;
    ///
    /// assert_eq!(Kind::Label.fitting(), "`descriptor:`");
    /// assert_eq!(
    ///     Kind::Layer.fitting(),
    ///     "files, directories and other entries, `descriptor:`, `raw:` and `eof:`"
    /// );
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
            others => format!("{} and {last}", others.join(", ")),
        }
    }
}
