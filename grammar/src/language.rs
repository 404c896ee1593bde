//! The language of `oci_image!`: its nodes, and what each of them may hold.
//!
//! The parser, the checks and the messages all read this one table.

mod attribute;
mod field;
mod habit;
mod http;

pub use attribute::{ATTRIBUTES, Form, KnownAttribute};
pub use field::{KnownField, NullMeaning, Takes};
pub use habit::{Cure, HABITS, Habit, HabitPlace, plain_word};
pub use http::{
    HTTP_WORDS, HttpForm, HttpWord, METHODS, SaidWord, check_header, check_header_value, check_method,
    check_together,
};

/// The kinds of blocks in braces. The kind of a block decides which items fit in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// The top level: the entries of index.json.
    Fixture,
    /// `index`
    Index,
    /// `manifest`, or a platform alone.
    Manifest,
    /// `config`
    Config,
    /// `config TYPE`: a config of any other media type.
    OtherConfig,
    /// `layer`
    Layer,
    /// `blob`
    Blob,
    /// `dangling`, and a `subject:` whose blob is not in the layout.
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

/// The kinds of nodes that begin with a keyword.
pub const NODES: &[BlockKind] = &[
    BlockKind::Index,
    BlockKind::Manifest,
    BlockKind::Config,
    BlockKind::Layer,
    BlockKind::Blob,
    BlockKind::Dangling,
];

/// The words that begin an entry of a layer; a path alone begins a file, a directory or a symbolic link.
pub const ENTRIES: &[&str] = &["hardlink", "whiteout", "opaque", "fifo", "char", "block", "entry"];

/// The words that begin neither a node nor an entry.
pub const OTHERS: &[&str] = &["for", "if", "tag", "file", "from"];

/// The compressions that a layer names.
pub const COMPRESSIONS: &[&str] = &["gzip", "zstd"];

/// The properties of a label's node that are texts and numbers, such as `'label.digest`.
pub const PROPERTIES: &[&str] = &["digest", "hex", "size", "diff_id"];

/// The properties of a label's node that stand alone: `'label.bytes` is a content, `'label.descriptor` a value of JSON.
pub const WHOLE_PROPERTIES: &[&str] = &["bytes", "descriptor"];

impl BlockKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Fixture,
        Self::Index,
        Self::Manifest,
        Self::Config,
        Self::OtherConfig,
        Self::Layer,
        Self::Blob,
        Self::Dangling,
        Self::Label,
        Self::Descriptor,
        Self::History,
        Self::Entry,
    ];

    /// The keyword before such a block. It is empty for the top level and for a label.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Fixture | Self::Label => "",
            Self::Index => "index",
            Self::Manifest => "manifest",
            Self::Config | Self::OtherConfig => "config",
            Self::Layer => "layer",
            Self::Blob => "blob",
            Self::Dangling => "dangling",
            Self::Descriptor => "descriptor",
            Self::History => "history",
            Self::Entry => "entry",
        }
    }

    /// The kind of node that begins with this keyword.
    ///
    /// ```
    /// use oci_fixture_grammar::language::BlockKind;
    ///
    /// assert_eq!(BlockKind::of("layer"), Some(BlockKind::Layer));
    /// assert_eq!(BlockKind::of("linux"), None);
    /// ```
    pub fn of(keyword: &str) -> Option<Self> {
        NODES.iter().copied().find(|kind| kind.keyword() == keyword)
    }

    /// The block as a message names it.
    ///
    /// ```
    /// use oci_fixture_grammar::language::BlockKind;
    ///
    /// assert_eq!(BlockKind::Index.title(), "an `index`");
    /// ```
    pub fn title(self) -> &'static str {
        match self {
            Self::Fixture => "the top level",
            Self::Index => "an `index`",
            Self::Manifest => "a manifest",
            Self::Config => "a `config`",
            Self::OtherConfig => "a `config` of another type",
            Self::Layer => "a `layer`",
            Self::Blob => "a `blob`",
            Self::Dangling => "a dangling descriptor",
            Self::Label => "a label that is used again",
            Self::Descriptor => "a descriptor",
            Self::History => "an entry of the history",
            Self::Entry => "an `entry`",
        }
    }

    /// The name of the builder of such a block.
    pub fn builder(self) -> &'static str {
        match self {
            Self::Fixture => "Fixture",
            Self::Index => "Index",
            Self::Manifest => "Manifest",
            Self::Config | Self::OtherConfig => "Config",
            Self::Layer => "Layer",
            Self::Blob => "Blob",
            Self::Label => "Label",
            Self::Dangling | Self::Descriptor => "Descriptor",
            Self::History => "History",
            Self::Entry => "Header",
        }
    }

    /// Whether a reference may stand after the keyword.
    pub fn has_reference(self) -> bool {
        matches!(self, Self::Index | Self::Manifest | Self::Config)
    }

    /// Whether a platform may stand after the keyword.
    pub fn has_platform(self) -> bool {
        matches!(self, Self::Manifest | Self::Config)
    }

    /// The nodes that fit in the block.
    pub fn nodes(self) -> &'static [Self] {
        match self {
            Self::Fixture | Self::Index => {
                &[Self::Index, Self::Manifest, Self::Config, Self::Blob, Self::Dangling]
            }
            Self::Manifest => &[Self::Layer, Self::Config, Self::Blob, Self::Dangling],
            _ => &[],
        }
    }

    /// Whether files, directories and other entries fit in the block.
    pub fn holds_entries(self) -> bool {
        matches!(self, Self::Manifest | Self::Layer)
    }

    /// The field with this name.
    pub fn field(self, name: &str) -> Option<KnownField> {
        self.fields().iter().copied().find(|field| field.name == name)
    }

    /// A name, for a message, of the bytes that the field `raw` replaces. `None` if the block has no such field.
    ///
    /// ```
    /// use oci_fixture_grammar::language::BlockKind;
    ///
    /// assert_eq!(BlockKind::Layer.raw(), Some("tar"));
    /// assert_eq!(BlockKind::Blob.raw(), None);
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

    /// Whether a field changes bytes that `raw` replaces as a whole, so that the two exclude each other.
    ///
    /// ```
    /// use oci_fixture_grammar::language::BlockKind;
    ///
    /// assert!(BlockKind::Index.is_lost_in_raw("annotations"));
    /// assert!(!BlockKind::Index.is_lost_in_raw("descriptor"));
    /// ```
    pub fn is_lost_in_raw(self, field: &str) -> bool {
        self.raw().is_some() && !matches!(field, "raw" | "descriptor" | "oci_layout")
    }

    /// A list, for a message, of the items that fit in the block. If more than six fit, the list has only the item of each
    /// sort that is nearest to `word`, and no field that declares a fault.
    ///
    /// ```
    /// use oci_fixture_grammar::language::BlockKind;
    ///
    /// assert_eq!(BlockKind::Label.fitting(""), "`descriptor:`");
    /// assert_eq!(BlockKind::Config.fitting("ent"), "fields such as `env:`");
    /// assert_eq!(
    ///     BlockKind::Manifest.fitting("lay"),
    ///     "nodes such as `layer`, entries such as `\"etc/name\" => \"content\"`, and fields such as `artifact_type:`"
    /// );
    /// ```
    pub fn fitting(self, word: &str) -> String {
        let nodes = self.nodes().iter().map(|node| node.keyword());
        let tag = (self == Self::Fixture).then_some("tag");
        let nodes: Vec<&str> = nodes.chain(tag).collect();
        let fields: Vec<&str> = self.fields().iter().map(|field| field.name).collect();
        let entries = "entries such as `\"etc/name\" => \"content\"`".to_owned();
        if nodes.len() + fields.len() <= 6 {
            let nodes = nodes.iter().map(|node| format!("`{node}`"));
            let entries = self.holds_entries().then_some(entries);
            let fields = fields.iter().map(|field| format!("`{field}:`"));
            return listed(&nodes.chain(entries).chain(fields).collect::<Vec<_>>());
        }
        let mut fitting = Vec::new();
        if self.nodes().contains(&Self::Manifest) {
            fitting.push("platforms such as `linux/amd64 { ... }`".to_owned());
        }
        fitting.extend(closest(word, nodes).map(|node| format!("nodes such as `{node}`")));
        fitting.extend(self.holds_entries().then_some(entries));
        let honest = fields.into_iter().filter(|field| !FAULTY.contains(field));
        fitting.extend(closest(word, honest).map(|field| format!("fields such as `{field}:`")));
        match fitting.as_slice() {
            [others @ .., last] if others.len() > 1 => format!("{}, and {last}", others.join(", ")),
            _ => listed(&fitting),
        }
    }
}

/// The fields that declare a fault, which no message proposes.
const FAULTY: &[&str] = &["merge", "extend", "raw", "oci_layout", "diff_ids", "eof"];

/// `a, b and c`
fn listed(all: &[String]) -> String {
    match all {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => all.concat(),
    }
}

/// The candidate that is nearest to a word, however far that is.
fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let percent = |candidate: &&str| distance(word, candidate) * 100 / candidate.len().max(word.len()).max(1);
    candidates.into_iter().min_by_key(percent)
}

/// The candidate that a mistyped word most likely means. `None` if no candidate is near.
///
/// ```
/// use oci_fixture_grammar::language::nearest;
///
/// assert_eq!(nearest("imdex", ["index", "manifest"]), Some("index"));
/// assert_eq!(nearest("entrypiont", ["env", "entrypoint"]), Some("entrypoint"));
/// assert_eq!(nearest("volume", ["index", "manifest"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour to make one word another.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let first_row: Vec<usize> = (0..=other.len()).collect();
    let mut rows = (Vec::new(), first_row);
    let mut previous = None;
    for character in one.chars() {
        let (before, above) = rows;
        let mut row = vec![above.first().map_or(0, |first| first + 1)];
        for (column, target) in other.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&above, column) + usize::from(character != *target);
            let mut least = replaced.min(at(&above, column + 1) + 1).min(at(&row, column) + 1);
            let left = column.checked_sub(1);
            if left.and_then(|left| other.get(left)) == Some(&character) && previous == Some(*target) {
                least = least.min(left.map_or(least, |left| at(&before, left) + 1));
            }
            row.push(least);
        }
        previous = Some(character);
        rows = (above, row);
    }
    rows.1.last().copied().unwrap_or(0)
}
