//! A declaration as data. Every span is that of the user's token.
//!
//! A part with a mistake is absent, or is a placeholder such as [`Value::Missing`]; its error is reported.

use std::collections::HashSet;
use std::fmt;

use oci_fixture_grammar::language::{BlockKind, HttpWord, KnownField};
use oci_fixture_grammar::path;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Ident, Lifetime, Lit, LitByteStr, LitStr, Pat, Token, UnOp};

/// The items between a pair of braces, or at the top level.
pub type Items = Vec<Item>;

/// A whole declaration.
#[derive(Default)]
pub struct Declaration {
    /// The items at the top level.
    pub items: Items,
    /// The labels of nodes that could not be read. A label that is unknown for this reason is not reported again.
    pub(crate) lost: HashSet<String>,
}

/// One part of a block.
pub enum Item {
    /// A node: an index, a manifest, a layer, ...
    Node(Box<Node>),
    /// The use of a label: its node once more.
    Again(Again),
    /// One more reference of a node.
    Tag(Tag),
    /// The image on which a manifest builds.
    From(Base),
    /// A further file of the layout.
    File(ExtraFile),
    /// An entry of a layer, by its path.
    Entry(Entry),
    /// An entry of a layer, by the fields of its header.
    Header(Header),
    /// A field of the node.
    Field(Field),
    /// Items that are declared for each value of an iterator.
    For(For),
    /// Items that are declared under a condition.
    If(If),
    /// `..EXPR`
    Splice(Splice),
    /// `(EXPR)` alone: a value of a builder, or the text of a directory's path.
    Alone(Expr),
}

/// `'label: KIND ... { ... }`
pub struct Node {
    /// The attributes before the node, in their order.
    pub attributes: Vec<Attribute>,
    /// The name by which other parts of the declaration use the node.
    pub label: Option<Lifetime>,
    /// The kind of the node, with its content.
    pub kind: BlockKind,
    /// The keyword, or the platform that stands alone.
    pub head: TokenStream,
    /// The reference behind the keyword.
    pub reference: Option<Text>,
    /// The platform behind the keyword and the reference.
    pub platform: Option<Platform>,
    /// The encoder of a layer.
    pub encoder: Option<Encoder>,
    /// The media type of a blob, or of a config that is not an image's.
    pub media_type: Option<Text>,
    /// The content behind the media type's `=>`.
    pub content: Option<Content>,
    /// The items in the node's block.
    pub items: Items,
}

/// `'label { ... }`: the use of a label.
pub struct Again {
    /// The label of the node.
    pub label: Lifetime,
    /// Its block, if it has one.
    pub items: Option<Items>,
}

/// `tag REF => 'label { ... }`
pub struct Tag {
    /// The further reference.
    pub reference: Text,
    /// The label of the node. `None` if it could not be read; the error is reported.
    pub label: Option<Lifetime>,
    /// Its block, if it has one.
    pub items: Option<Items>,
}

/// `from (EXPR)`
pub struct Base {
    /// The attributes before it, in their order.
    pub attributes: Vec<Attribute>,
    /// The word `from`.
    pub keyword: Ident,
    /// The image.
    pub image: Expr,
}

/// `file PATH => CONTENT` or `file PATH -> TARGET`
pub struct ExtraFile {
    /// The attributes before it, in their order.
    pub attributes: Vec<Attribute>,
    /// The word `file`.
    pub keyword: Ident,
    /// Its path in the layout.
    pub path: Text,
    /// The content of the file, or the target of the link.
    pub body: FileBody,
}

/// The kind of a further file in the layout.
pub enum FileBody {
    /// A file with its content.
    Content(Content),
    /// A symbolic link with its target.
    Symlink(Text),
}

/// An entry of a layer.
pub struct Entry {
    /// Whether a mistake stands before it in its layer, so that an entry before it may be lost.
    pub is_behind_mistake: bool,
    /// The attributes before the entry, in their order.
    pub attributes: Vec<Attribute>,
    /// The path of the entry in the image.
    pub path: EntryName,
    /// The kind of the entry, with its content or target.
    pub kind: EntryKind,
}

/// The path of an entry, or the target of a link.
pub enum EntryName {
    /// Text.
    Text(Text),
    /// Bytes, which need not be UTF-8.
    Bytes(LitByteStr),
}

/// The kind of an entry of a layer.
pub enum EntryKind {
    /// A file with its content.
    File(Content),
    /// A directory.
    Directory,
    /// A symbolic link with its target.
    Symlink(EntryName),
    /// A hard link with its target.
    Hardlink(EntryName),
    /// A whiteout of the path.
    Whiteout,
    /// An opaque directory.
    Opaque,
    /// A named pipe.
    Fifo,
    /// A character device with its major and its minor number.
    Char(Expr, Expr),
    /// A block device with its major and its minor number.
    Block(Expr, Expr),
}

/// `entry { ... }`: an entry by the fields of its header.
pub struct Header {
    /// The attributes before it. No attribute fits here, and each is reported.
    pub attributes: Vec<Attribute>,
    /// The word `entry`.
    pub keyword: Ident,
    /// Its fields.
    pub items: Items,
}

/// A content, behind `=>`.
pub enum Content {
    /// An expression of the user's.
    Expr(Expr),
    /// Text with properties of labels.
    Text(Text),
    /// `'label.bytes`: the bytes of a node.
    Bytes(Lifetime, Ident),
    /// `json VALUE`
    Json(Json),
    /// The part could not be read, and the error is reported.
    Missing,
}

/// `NAME: VALUE`
pub struct Field {
    /// The attributes before it. No attribute fits here, and each is reported.
    pub attributes: Vec<Attribute>,
    /// The field's name.
    pub name: Ident,
    /// The field's row in the table of the language.
    pub known: KnownField,
    /// The field's value.
    pub value: Value,
}

/// The value of a field.
pub enum Value {
    /// A value as in JSON, for every field whose values have no form of their own.
    Json(Json),
    /// A platform.
    Platform(Platform),
    /// A content.
    Content(Box<Content>),
    /// Pairs of contents.
    Records(Vec<(Content, Content)>),
    /// A block of fields.
    Block(Block),
    /// A list of blocks of fields.
    Blocks(Span, Vec<Element>),
    /// A label, which stands for its node.
    Label(Lifetime),
    /// The part could not be read, and the error is reported.
    Missing,
}

/// `{ NAME: VALUE }`
pub struct Block {
    /// The span of its braces.
    pub span: Span,
    /// The kind of the block, which decides which fields it may have.
    pub kind: BlockKind,
    /// Its fields.
    pub items: Items,
}

/// An element of a list of blocks.
pub enum Element {
    /// A block of fields.
    Block(Block),
    /// An expression that gives the same value as a block.
    Expr(Expr),
}

/// A value as in JSON.
pub enum Json {
    /// Text, or any other expression.
    Text(Text),
    /// `'label.descriptor`: the descriptor of a node.
    Descriptor(Lifetime, Ident),
    /// A number, as it was written.
    Number(TokenStream),
    /// `null`
    Null(TokenStream),
    /// `[VALUE, VALUE]`
    List(Span, Vec<Json>),
    /// `{ KEY: VALUE }`
    Map(Span, Vec<(Text, Json)>),
}

/// `#[NAME]`, `#[NAME = VALUE]` or `#[NAME(KEY, VALUE)]`
pub struct Attribute {
    /// The attribute's name.
    pub name: Ident,
    /// The value behind the name.
    pub value: AttributeValue,
}

/// The value behind an attribute's name.
pub enum AttributeValue {
    /// Nothing.
    None,
    /// `= EXPR`
    Expr(Expr),
    /// `= CONTENT`
    Content(Content),
    /// `(KEY, CONTENT)`
    Pair(Text, Content),
    /// `(WORD, WORD = VALUE, ...)`: a fault on the wire.
    Http(Vec<HttpFault>),
    /// Parentheses behind the name of an attribute that takes none.
    Parenthesized,
}

/// A word of a fault on the wire.
pub struct HttpFault {
    /// The word's name.
    pub name: Ident,
    /// The word's row in the table of the language.
    pub word: HttpWord,
    /// The value behind the name.
    pub value: HttpValue,
}

/// The value behind a word of a fault on the wire.
pub enum HttpValue {
    /// Nothing.
    None,
    /// `= EXPR`
    Expr(Expr),
    /// `(EXPR, EXPR)`
    Exprs(Expr, Expr),
    /// `= CONTENT`
    Content(Content),
    /// `(NAME, VALUE)`
    Header(Text, Json),
}

/// A text. A literal is checked when the declaration is compiled, everything else when the image is written.
pub enum Text {
    /// `"text"`
    Literal(LitStr),
    /// `(EXPR)`
    Expr(Expr),
    /// Terms, at least one of which is a property of a label. Each has the operator before it, and the first has a `+`.
    Terms(Vec<(Operator, Term)>),
}

/// The operator between two terms.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// One of several parts of a text.
pub enum Term {
    /// A string or an expression.
    Text(Text),
    /// A number, as it was written.
    Number(TokenStream),
    /// A property of a label's node: `'label.digest`
    Label(Lifetime, Ident),
}

/// `layer gzip`, or `layer (EXPR)`.
pub enum Encoder {
    /// A compression by its name.
    Named(Ident),
    /// An encoder by an expression.
    Expr(Expr),
}

/// The platform of a manifest.
pub enum Platform {
    /// `linux/arm/v7`, as the names of constants: the architecture `386` is `i386`.
    Words {
        /// The operating system.
        os: Ident,
        /// The architecture.
        architecture: Ident,
        /// The variant of the architecture.
        variant: Option<Ident>,
    },
    /// Words of which at least one is unknown; the error is reported. An editor can still complete the word.
    Unknown {
        /// The operating system.
        os: Ident,
        /// The architecture.
        architecture: Ident,
        /// The variant of the architecture.
        variant: Option<Ident>,
    },
    /// `"linux/arm/v7"`
    Text(Text),
    /// The part could not be read, and the error is reported.
    Missing,
}

/// `..EXPR`
pub struct Splice {
    /// The `..`.
    pub dots: Token![..],
    /// The parts, which can be iterated over.
    pub parts: Expr,
}

/// `for PATTERN in HEAD { ... }`
pub struct For {
    /// The `for`.
    pub keyword: Token![for],
    /// The pattern to which each value is bound.
    pub pattern: Pat,
    /// The values.
    pub head: Expr,
    /// The items that are declared for each value.
    pub items: Items,
}

/// `if HEAD { ... } else { ... }`
pub struct If {
    /// The `if`.
    pub keyword: Token![if],
    /// The condition.
    pub head: Expr,
    /// The items that are declared if the condition holds.
    pub then: Items,
    /// The items that are declared if it does not hold. An `else if` is one item.
    pub otherwise: Option<Items>,
}

impl Item {
    /// Whether the comma behind the item may be left out.
    pub(crate) fn ends_with_block(&self) -> bool {
        match self {
            Self::Node(node) => node.content.as_ref().is_none_or(Content::ends_with_block),
            Self::For(_) | Self::If(_) | Self::Header(_) => true,
            Self::Again(Again { items, .. }) | Self::Tag(Tag { items, .. }) => items.is_some(),
            Self::Entry(Entry { kind: EntryKind::File(content), .. })
            | Self::File(ExtraFile { body: FileBody::Content(content), .. }) => content.ends_with_block(),
            Self::Field(field) => field.value.ends_with_block(),
            Self::Splice(splice) => is_block(&splice.parts),
            Self::Alone(_) | Self::Entry(_) | Self::File(_) | Self::From(_) => false,
        }
    }
}

impl Node {
    /// The kind of its block, which decides which items fit in it.
    pub fn block(&self) -> BlockKind {
        match self.kind {
            BlockKind::Config if self.media_type.is_some() => BlockKind::OtherConfig,
            kind => kind,
        }
    }

    /// Whether the node has the attribute, possibly with a condition.
    pub(crate) fn has(&self, name: &str) -> Has {
        self.attribute(name).map_or(Has::Never, Attribute::applies)
    }

    /// The first attribute with this name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Whether its names are written as they are declared, because it is `#[unchecked]`.
    pub(crate) fn is_unchecked(&self) -> bool {
        self.has("unchecked") != Has::Never
    }
}

/// Whether an attribute applies, as far as this is known when the declaration is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// There is no such attribute, or its value is `false`.
    Never,
    /// The value is an expression, so this is known only at run time.
    Perhaps,
    /// The attribute applies.
    Always,
}

impl Attribute {
    /// Whether the attribute applies. The value of a fault may be an `Option`, and that of a flag is a `bool`.
    pub(crate) fn applies(&self) -> Has {
        let value = match &self.value {
            AttributeValue::Expr(value) | AttributeValue::Content(Content::Expr(value)) => value,
            AttributeValue::None
            | AttributeValue::Content(_)
            | AttributeValue::Pair(..)
            | AttributeValue::Http(_)
            | AttributeValue::Parenthesized => return Has::Always,
        };
        match Literal::of(value) {
            Some(Literal::Bool) if value.to_token_stream().to_string() == "false" => Has::Never,
            Some(_) => Has::Always,
            None if matches!(value, Expr::Array(_)) => Has::Always,
            None => Has::Perhaps,
        }
    }
}

impl Content {
    fn ends_with_block(&self) -> bool {
        match self {
            Self::Expr(expression) => is_block(expression),
            Self::Json(value) => value.ends_with_block(),
            Self::Text(_) | Self::Bytes(..) | Self::Missing => false,
        }
    }
}

impl Value {
    fn ends_with_block(&self) -> bool {
        match self {
            Self::Records(_) | Self::Block(_) => true,
            Self::Json(value) => value.ends_with_block(),
            Self::Content(content) => content.ends_with_block(),
            Self::Platform(_) | Self::Blocks(..) | Self::Label(_) | Self::Missing => false,
        }
    }
}

impl Json {
    fn ends_with_block(&self) -> bool {
        match self {
            Self::Map(..) => true,
            Self::Text(Text::Expr(expression)) => is_block(expression),
            Self::Text(_) | Self::Descriptor(..) | Self::Number(_) | Self::Null(_) | Self::List(..) => false,
        }
    }
}

/// The value of a literal.
pub enum Literal {
    /// A whole number in decimal, with its sign, without `_` and its type.
    Number(String),
    /// A number with a fraction or an exponent, as it was written, with its sign, without `_` and its type.
    Decimal(String),
    /// `b'a'`
    Byte(u8),
    /// A string of text or bytes, by its length in bytes.
    Bytes(usize),
    /// `true` or `false`
    Bool,
    /// A literal of another kind.
    Other,
}

impl Literal {
    /// The value of an expression that is a literal. `None` for any other expression.
    pub fn of(expression: &Expr) -> Option<Self> {
        Some(match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) => Self::Number(number.base10_digits().to_owned()),
                Lit::Float(number) => Self::Decimal(number.base10_digits().to_owned()),
                Lit::Byte(byte) => Self::Byte(byte.value()),
                Lit::Str(text) => Self::Bytes(text.value().len()),
                Lit::ByteStr(bytes) => Self::Bytes(bytes.value().len()),
                Lit::Bool(_) => Self::Bool,
                _ => Self::Other,
            },
            Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => match Self::of(&negative.expr)? {
                Self::Number(digits) => Self::Number(format!("-{digits}")),
                Self::Decimal(digits) => Self::Decimal(format!("-{digits}")),
                _ => Self::Other,
            },
            // An expression that a `macro_rules!` passed on.
            Expr::Group(group) => Self::of(&group.expr)?,
            Expr::Paren(parentheses) => Self::of(&parentheses.expr)?,
            _ => return None,
        })
    }
}

/// The name of a label: `'r#if` is `if`.
pub fn name(label: &Lifetime) -> String {
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

impl EntryName {
    /// The name in a literal, where private characters stand for bytes that are not UTF-8.
    pub(crate) fn literal(&self) -> Option<String> {
        match self {
            Self::Text(Text::Literal(literal)) => Some(path::from_bytes(literal.value().as_bytes())),
            Self::Text(Text::Expr(_) | Text::Terms(_)) => None,
            Self::Bytes(literal) => Some(path::from_bytes(&literal.value())),
        }
    }

    /// Whether it is the literal path of a directory.
    pub(crate) fn is_directory(&self) -> bool {
        self.literal().is_some_and(|path| path.ends_with('/'))
    }
}

impl ToTokens for EntryName {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Text(text) => text.to_tokens(tokens),
            Self::Bytes(literal) => literal.to_tokens(tokens),
        }
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(literal) => literal.to_tokens(tokens),
            Self::Expr(expression) => expression.to_tokens(tokens),
            Self::Terms(terms) => {
                for (_, term) in terms {
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
            Self::Words { os, architecture, variant } | Self::Unknown { os, architecture, variant } => {
                os.to_tokens(tokens);
                architecture.to_tokens(tokens);
                variant.to_tokens(tokens);
            }
            Self::Text(text) => text.to_tokens(tokens),
            Self::Missing => {}
        }
    }
}

/// The platform as it was written.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words { os, architecture, variant } | Self::Unknown { os, architecture, variant } => {
                let architecture = architecture.to_string();
                write!(f, "{os}/{}", if architecture == "i386" { "386" } else { &architecture })?;
                variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
            }
            Self::Text(text) => write!(f, "{}", text.to_token_stream()),
            Self::Missing => f.write_str("_"),
        }
    }
}
