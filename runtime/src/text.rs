//! Text: names, and the values of annotations, labels and the fields of a config.

use std::borrow::Cow;
use std::fmt;
use std::ops::Add;
use std::rc::Rc;
use std::sync::Arc;

use oci_fixture_grammar::{Digest, Platform, Reference};

use crate::declared::Edge;

/// A piece of text in a declaration: a reference, a path, a key or a value.
///
/// It may hold the digests and sizes of labelled nodes, which are filled in when those are sealed: see
/// [`Label`](crate::Label).
///
/// ```
/// use oci_fixture::{Fixture, Label, Manifest, Text};
///
/// assert_eq!(Text::new("layer").to_string(), "layer");
/// assert_eq!((Text::new("layer") + 7).to_string(), "layer7");
///
/// let image = Label::new("image", Manifest::new());
/// let tag = Text::new("sha256-") + image.hex() + ".sig";
/// assert_eq!(tag.to_string(), "sha256-{'image.hex}.sig");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Repr);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Plain(Box<str>),
    Terms(Vec<Term>),
}

/// One piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Term {
    Plain(Box<str>),
    /// Of a labelled node.
    Of(Mention, Property),
}

/// A labelled node; two mentions are equal where the node is the same.
#[derive(Clone)]
pub(crate) struct Mention(Edge);

/// What a text says of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Property {
    Digest,
    Hex,
    Size,
}

impl Text {
    /// Turns a value into text, as [`ToText`] describes.
    pub fn new(value: impl ToText) -> Self {
        value.into_text()
    }

    pub(crate) fn of(node: Edge, property: Property) -> Self {
        Self(Repr::Terms(vec![Term::Of(Mention(node), property)]))
    }

    /// The text, unless it holds something of a labelled node.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.0 {
            Repr::Plain(text) => Some(text),
            Repr::Terms(_) => None,
        }
    }

    /// The text in a layer, where none mentions a node.
    pub(crate) fn as_str(&self) -> &str {
        self.plain().unwrap_or_default()
    }

    /// The nodes that must be sealed before it is known.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = &Edge> {
        let terms = match &self.0 {
            Repr::Plain(_) => &[],
            Repr::Terms(terms) => terms.as_slice(),
        };
        terms.iter().filter_map(|term| match term {
            Term::Plain(_) => None,
            Term::Of(Mention(node), _) => Some(node),
        })
    }

    /// The text with what `resolve` says of the nodes.
    pub(crate) fn resolve<'a>(&'a self, resolve: impl Fn(&Edge, Property) -> Cow<'a, str>) -> Cow<'a, str> {
        match &self.0 {
            Repr::Plain(text) => Cow::Borrowed(text),
            Repr::Terms(terms) => {
                let mut text = String::new();
                for term in terms {
                    match term {
                        Term::Plain(plain) => text.push_str(plain),
                        Term::Of(Mention(node), property) => text.push_str(&resolve(node, *property)),
                    }
                }
                Cow::Owned(text)
            }
        }
    }

    fn into_terms(self) -> Vec<Term> {
        match self.0 {
            Repr::Plain(text) => vec![Term::Plain(text)],
            Repr::Terms(terms) => terms,
        }
    }
}

impl<T: ToText> Add<T> for Text {
    type Output = Self;

    fn add(self, other: T) -> Self {
        let other = other.into_text();
        match (self.0, other.0) {
            (Repr::Plain(one), Repr::Plain(other)) => Self(Repr::Plain([one, other].concat().into())),
            (one, other) => {
                let mut terms = Self(one).into_terms();
                terms.extend(Self(other).into_terms());
                Self(Repr::Terms(terms))
            }
        }
    }
}

/// The text; what is not yet known of a node is written as `{'label.digest}`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.resolve(|node, property| {
            let property = match property {
                Property::Digest => "digest",
                Property::Hex => "hex",
                Property::Size => "size",
            };
            format!("{{'{}.{property}}}", node.node.label().unwrap_or_default()).into()
        }))
    }
}

impl Mention {
    fn address(&self) -> usize {
        Arc::as_ptr(&self.0.node).addr()
    }
}

impl fmt::Debug for Mention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}", self.0.node.label().unwrap_or_default())
    }
}

impl PartialEq for Mention {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl Eq for Mention {}

impl PartialOrd for Mention {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Mention {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.address().cmp(&other.address())
    }
}

impl std::hash::Hash for Mention {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

/// Values that are text: strings of every kind, characters, whole numbers, digests, platforms and references, and what
/// refers to one of them.
///
/// ```
/// use oci_fixture::{Config, ToText};
///
/// fn config(user: impl ToText) -> Config {
///     Config::new().user(user).env(["HOME=/root", "LANG=C"])
/// }
/// config("root");
/// config(String::from("root"));
/// config(1000);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "this is not text",
    note = "text is a `&str`, `String`, `Cow<str>`, `char`, a whole number, or a reference to one; write `.to_string()` for another value"
)]
pub trait ToText {
    /// The text, copied where it is borrowed.
    fn to_text(&self) -> Text;

    /// The text, moved where it is owned.
    fn into_text(self) -> Text
    where
        Self: Sized,
    {
        self.to_text()
    }
}

impl<T: ToText + ?Sized> ToText for &T {
    fn to_text(&self) -> Text {
        (**self).to_text()
    }
}

impl<T: ToText + ?Sized> ToText for &mut T {
    fn to_text(&self) -> Text {
        (**self).to_text()
    }
}

impl ToText for Text {
    fn to_text(&self) -> Text {
        self.clone()
    }

    fn into_text(self) -> Text {
        self
    }
}

impl ToText for String {
    fn to_text(&self) -> Text {
        self.as_str().to_text()
    }

    fn into_text(self) -> Text {
        Text(Repr::Plain(self.into()))
    }
}

impl ToText for str {
    fn to_text(&self) -> Text {
        Text(Repr::Plain(self.into()))
    }
}

macro_rules! text_of_strings {
    ($($string:ty),*) => {$(
        impl ToText for $string {
            fn to_text(&self) -> Text {
                str::to_text(self)
            }
        }
    )*};
}
text_of_strings!(Box<str>, Rc<str>, Arc<str>, Cow<'_, str>);

macro_rules! text_of_displayed {
    ($($displayed:ty),*) => {$(
        impl ToText for $displayed {
            fn to_text(&self) -> Text {
                self.to_string().into_text()
            }
        }
    )*};
}
text_of_displayed!(
    Digest, Platform, Reference, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);
