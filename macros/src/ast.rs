//! A declaration as data. Every span is that of the user's token.

use std::fmt;

use oci_fixture_grammar::language::Kind;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Ident, LitStr, Pat};

/// What stands between a pair of braces, or at the top level.
pub(crate) type Items = Vec<Item>;

pub(crate) enum Item {
    Node(Node),
    Entry(Entry),
    Field(Field),
    For(For),
    If(If),
}

impl Item {
    /// Whether the comma behind it may be left out.
    pub(crate) fn ends_with_block(&self) -> bool {
        match self {
            Self::Node(_) | Self::For(_) | Self::If(_) => true,
            Self::Entry(entry) => matches!(&entry.kind, EntryKind::File(Some(content)) if is_block(content)),
            Self::Field(field) => match &field.value {
                Some(Value::Map(..)) => true,
                Some(Value::Text(Text::Expr(value))) => is_block(value),
                _ => false,
            },
        }
    }
}

/// An expression that needs no comma behind it in a match arm.
fn is_block(expression: &Expr) -> bool {
    use Expr::{Block, Const, ForLoop, If, Loop, Match, TryBlock, Unsafe, While};
    matches!(
        expression,
        Block(_) | Const(_) | ForLoop(_) | If(_) | Loop(_) | Match(_) | TryBlock(_) | Unsafe(_) | While(_)
    )
}

/// A node with a block of its own.
pub(crate) struct Node {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) kind: Kind,
    /// The keyword, or the platform that stands alone.
    pub(crate) head: TokenStream,
    pub(crate) reference: Option<Text>,
    pub(crate) platform: Option<Platform>,
    pub(crate) items: Items,
}

/// An entry of a layer.
pub(crate) struct Entry {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) path: Text,
    pub(crate) kind: EntryKind,
}

pub(crate) enum EntryKind {
    File(Content),
    Directory,
}

/// What stands after a `=>`; nothing where it was broken.
pub(crate) type Content = Option<Expr>;

/// `NAME: VALUE`
pub(crate) struct Field {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
    /// Nothing where it was broken.
    pub(crate) value: Option<Value>,
}

pub(crate) enum Value {
    Text(Text),
    /// A number keeps the text that it was written with.
    Number(TokenStream),
    Null(TokenStream),
    List(Span, Vec<Value>),
    Map(Span, Vec<(Text, Value)>),
}

/// `#[NAME]`, `#[NAME = VALUE]` or `#[NAME(...)]`
pub(crate) struct Attribute {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

/// A string that can be checked now, or an expression whose value is checked when it is written.
pub(crate) enum Text {
    Literal(LitStr),
    Expr(Expr),
}

impl Text {
    /// Whether it is the literal path of a directory.
    pub(crate) fn is_directory(&self) -> bool {
        matches!(self, Self::Literal(path) if path.value().ends_with('/'))
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(literal) => literal.to_tokens(tokens),
            Self::Expr(expression) => expression.to_tokens(tokens),
        }
    }
}

pub(crate) enum Platform {
    /// `linux/arm/v7`, as the names of constants: the architecture `386` is `i386`. What was broken is missing.
    Words(Vec<Ident>),
    Text(Text),
}

impl ToTokens for Platform {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Words(words) => words.iter().for_each(|word| word.to_tokens(tokens)),
            Self::Text(text) => text.to_tokens(tokens),
        }
    }
}

/// As it was written.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => {
                let words: Vec<String> = words.iter().map(ToString::to_string).collect();
                f.write_str(&words.join("/").replace("/i386", "/386"))
            }
            Self::Text(text) => write!(f, "{}", text.to_token_stream()),
        }
    }
}

/// `for PATTERN in HEAD { ... }`
pub(crate) struct For {
    pub(crate) pattern: Pat,
    pub(crate) head: Expr,
    pub(crate) items: Items,
}

/// `if HEAD { ... } else { ... }`
pub(crate) struct If {
    pub(crate) head: Expr,
    pub(crate) then: Items,
    /// An `else if` is one item.
    pub(crate) otherwise: Option<Items>,
}
