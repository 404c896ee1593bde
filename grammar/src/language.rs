//! The language of `oci_image!`: its nodes, and what may stand in each.
//!
//! One table for all that has to know it: the parser, the checks, and what they say of a mistake.

/// A kind of node, or the top level, by what may stand in it.
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
}

/// A field of a node: `NAME: VALUE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name, which is also that of the builder's method.
    pub name: &'static str,
    /// What it takes.
    pub value: Value,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// `"text"`, or a number.
    Text,
    /// `["text", "text"]`
    List,
    /// `{ "key": "text" }`
    Map,
}

/// An attribute of an entry: `#[NAME = VALUE]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name, which is also that of the builder's method.
    pub name: &'static str,
    /// The type of its value in Rust.
    pub value: &'static str,
    /// An example of a value.
    pub example: &'static str,
}

/// The words that begin a node.
pub const NODES: &[Kind] = &[Kind::Index, Kind::Manifest, Kind::Config, Kind::Layer];

/// The words that begin a part of the declaration that is made at run time.
pub const FLOWS: &[&str] = &["for", "if"];

/// The attributes of an entry.
pub const ATTRIBUTES: &[Attribute] = &[
    Attribute { name: "mode", value: "u32", example: "0o755" },
    Attribute { name: "uid", value: "u64", example: "1000" },
    Attribute { name: "gid", value: "u64", example: "1000" },
    Attribute { name: "mtime", value: "i64", example: "0" },
];

const ANNOTATIONS: Field = Field { name: "annotations", value: Value::Map };

impl Kind {
    /// The word that begins such a node; nothing for the top level.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Fixture => "",
            Self::Index => "index",
            Self::Manifest => "manifest",
            Self::Config => "config",
            Self::Layer => "layer",
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

    /// The node as a message names it.
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
            Self::Fixture | Self::Index => &[Self::Index, Self::Manifest, Self::Config],
            Self::Manifest => &[Self::Layer, Self::Config],
            Self::Config | Self::Layer => &[],
        }
    }

    /// Whether files and directories fit in it.
    pub fn holds_entries(self) -> bool {
        matches!(self, Self::Manifest | Self::Layer)
    }

    /// Its fields.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Fixture | Self::Layer => &[],
            Self::Index | Self::Manifest => &[ANNOTATIONS],
            Self::Config => &[
                Field { name: "user", value: Value::Text },
                Field { name: "env", value: Value::List },
                Field { name: "entrypoint", value: Value::List },
                Field { name: "cmd", value: Value::List },
                Field { name: "working_dir", value: Value::Text },
                Field { name: "labels", value: Value::Map },
            ],
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
    /// assert_eq!(Kind::Layer.fitting(), "files and directories");
    /// ```
    pub fn fitting(self) -> String {
        let mut fitting = Vec::new();
        if self.nodes().contains(&Self::Manifest) {
            fitting.push("platforms such as `linux/amd64 { ... }`".to_owned());
        }
        fitting.extend(self.nodes().iter().map(|node| format!("`{}`", node.keyword())));
        if self.holds_entries() {
            fitting.push("files and directories".to_owned());
        }
        fitting.extend(self.fields().iter().map(|field| format!("`{}:`", field.name)));
        let last = fitting.pop().unwrap_or_default();
        if fitting.is_empty() { last } else { format!("{} and {last}", fitting.join(", ")) }
    }
}

/// The candidate that a mistyped word most likely means; nothing where none is near.
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
