//! A declaration as data. Every span is that of the user's token.

use std::collections::HashSet;
use std::fmt;

use oci_fixture_grammar::language::Kind;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Ident, Lifetime, Lit, LitStr, Pat, UnOp};

/// What stands between a pair of braces, or at the top level.
pub(crate) type Items = Vec<Item>;

/// A whole declaration.
#[derive(Default)]
pub(crate) struct Declaration {
    pub(crate) items: Items,
    /// The labels of what was broken: that they are unknown is no news.
    pub(crate) lost: HashSet<String>,
}

pub(crate) enum Item {
    Node(Box<Node>),
    Again(Again),
    Tag(Tag),
    Entry(Entry),
    Header(Header),
    Field(Field),
    For(For),
    If(If),
    /// `..EXPR`
    Splice(Expr),
}

/// `'label: KIND ... { ... }`
pub(crate) struct Node {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) label: Option<Lifetime>,
    pub(crate) kind: Kind,
    /// The keyword, or the platform that stands alone.
    pub(crate) head: TokenStream,
    pub(crate) reference: Option<Text>,
    pub(crate) platform: Option<Platform>,
    /// Of a layer.
    pub(crate) encoder: Option<Encoder>,
    /// Of a blob, or of a config that is none of an image.
    pub(crate) media_type: Option<Text>,
    /// Behind the media type's `=>`.
    pub(crate) content: Option<Content>,
    pub(crate) items: Items,
}

/// `'label { ... }`: a node once more.
pub(crate) struct Again {
    pub(crate) label: Lifetime,
    /// Its block, where it has one.
    pub(crate) items: Option<Items>,
}

/// `tag REF => 'label`
pub(crate) struct Tag {
    pub(crate) reference: Text,
    /// Nothing where it was broken.
    pub(crate) label: Option<Lifetime>,
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
    Symlink(Text),
    Hardlink(Text),
    Whiteout,
    Opaque,
    Fifo,
    /// The major and the minor number.
    Char(Expr, Expr),
    Block(Expr, Expr),
}

/// `entry { ... }`: an entry by the fields of its header.
pub(crate) struct Header {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) keyword: Ident,
    pub(crate) items: Items,
}

/// What stands after a `=>`.
pub(crate) enum Content {
    Expr(Expr),
    /// Text with something of a label.
    Text(Text),
    Json(Value),
    /// It was broken.
    Missing,
}

/// `NAME: VALUE`
pub(crate) struct Field {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    Text(Text),
    /// A number keeps the text that it was written with.
    Number(TokenStream),
    Null(TokenStream),
    List(Span, Vec<Value>),
    Map(Span, Vec<(Text, Value)>),
    Platform(Platform),
    Content(Box<Content>),
    /// Pairs of contents.
    Records(Vec<(Content, Content)>),
    /// A block of fields.
    Block(Span, Kind, Items),
    Label(Lifetime),
    /// It was broken.
    Missing,
}

/// `#[NAME]`, `#[NAME = VALUE]` or `#[NAME(KEY, VALUE)]`
pub(crate) struct Attribute {
    pub(crate) name: Ident,
    pub(crate) value: AttributeValue,
}

pub(crate) enum AttributeValue {
    None,
    Expr(Expr),
    Content(Content),
    Pair(Text, Expr),
    /// Parentheses, where the attribute has none.
    Parenthesized,
}

/// What is checked now where it is a literal, and otherwise when it is written.
pub(crate) enum Text {
    Literal(LitStr),
    Expr(Expr),
    /// Terms, of which at least one is a label's.
    Terms(Vec<Term>),
}

pub(crate) enum Term {
    Text(Text),
    Number(TokenStream),
    /// `'label.digest`
    Label(Lifetime, Ident),
}

/// `layer gzip`, or `layer (EXPR)`.
pub(crate) enum Encoder {
    Named(Ident),
    Expr(Expr),
}

pub(crate) enum Platform {
    /// `linux/arm/v7`, as the names of constants: the architecture `386` is `i386`. What was broken is missing.
    Words(Vec<Ident>),
    Text(Text),
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

impl Item {
    /// Whether the comma behind it may be left out.
    pub(crate) fn ends_with_block(&self) -> bool {
        match self {
            Self::Node(node) => node.content.as_ref().is_none_or(Content::ends_with_block),
            Self::For(_) | Self::If(_) | Self::Header(_) => true,
            Self::Again(again) => again.items.is_some(),
            Self::Entry(Entry { kind: EntryKind::File(content), .. }) => content.ends_with_block(),
            Self::Field(field) => field.value.ends_with_block(),
            Self::Splice(expression) => is_block(expression),
            Self::Tag(_) | Self::Entry(_) => false,
        }
    }
}

impl Node {
    /// The first attribute of a name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Whether its names are taken as they are written.
    pub(crate) fn is_unchecked(&self) -> bool {
        self.attribute("unchecked").is_some()
    }
}

impl Content {
    fn ends_with_block(&self) -> bool {
        match self {
            Self::Expr(expression) => is_block(expression),
            Self::Json(value) => value.ends_with_block(),
            Self::Text(_) | Self::Missing => false,
        }
    }
}

impl Value {
    pub(crate) fn ends_with_block(&self) -> bool {
        match self {
            Self::Map(..) | Self::Records(_) | Self::Block(..) => true,
            Self::Text(Text::Expr(expression)) => is_block(expression),
            Self::Content(content) => content.ends_with_block(),
            _ => false,
        }
    }
}

/// A value that is written out.
pub(crate) enum Literal {
    /// A whole number in decimal, perhaps behind a `-`, without `_` and its type.
    Number(String),
    Byte(u8),
    /// As many bytes.
    Bytes(usize),
    Bool,
    Other,
}

impl Literal {
    /// The value of an expression that is a literal; nothing for any other.
    pub(crate) fn of(expression: &Expr) -> Option<Self> {
        Some(match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) => Self::Number(number.base10_digits().to_owned()),
                Lit::Byte(byte) => Self::Byte(byte.value()),
                Lit::Str(text) => Self::Bytes(text.value().len()),
                Lit::ByteStr(bytes) => Self::Bytes(bytes.value().len()),
                Lit::Bool(_) => Self::Bool,
                _ => Self::Other,
            },
            Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => match Self::of(&negative.expr)? {
                Self::Number(digits) => Self::Number(format!("-{digits}")),
                _ => Self::Other,
            },
            // What a `macro_rules!` passed on.
            Expr::Group(group) => Self::of(&group.expr)?,
            Expr::Paren(parentheses) => Self::of(&parentheses.expr)?,
            _ => return None,
        })
    }
}

/// The name of a label: `'r#if` is `if`.
pub(crate) fn name(label: &Lifetime) -> String {
    label.ident.unraw().to_string()
}

/// An expression that needs no comma behind it in a match arm.
fn is_block(expression: &Expr) -> bool {
    use Expr::{Block, Const, ForLoop, If, Loop, Match, TryBlock, Unsafe, While};
    matches!(
        expression,
        Block(_) | Const(_) | ForLoop(_) | If(_) | Loop(_) | Match(_) | TryBlock(_) | Unsafe(_) | While(_)
    )
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
            Self::Terms(terms) => {
                for term in terms {
                    term.to_tokens(tokens);
                }
            }
        }
    }
}

impl ToTokens for Term {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Text(text) => text.to_tokens(tokens),
            Self::Number(number) => number.to_tokens(tokens),
            Self::Label(label, property) => {
                label.to_tokens(tokens);
                property.to_tokens(tokens);
            }
        }
    }
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
