//! Text: the names of a declaration, and the values of annotations, labels and the fields of a config.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Add, Sub};
use std::rc::Rc;
use std::sync::Arc;

use oci_fixture_grammar::language::BlockKind;
use oci_fixture_grammar::{Digest, Platform, Reference, path};

use crate::declare::graph::Edge;
use crate::error::Problem;

/// A piece of text in a declaration: a reference, a path, a key or a value.
///
/// A text may hold the digests and sizes of labelled nodes, which are filled in when the nodes are sealed: see
/// [`Label`](crate::Label). `+` and `-` between two whole numbers are arithmetic, from left to right; `+` between anything
/// else joins the two. A text that is a whole number is a number in JSON, and text elsewhere.
///
/// ```
/// use oci_fixture::{Fixture, Label, Manifest, Text};
///
/// assert_eq!(Text::new("layer").to_string(), "layer");
/// assert_eq!((Text::new("layer") + 7 + 1).to_string(), "layer71");
/// assert_eq!((Text::new(7) + 1 + "layer").to_string(), "8layer");
///
/// let image = Label::new("image", Manifest::new());
/// let tag = Text::new("sha256-") + image.hex() + ".sig";
/// assert_eq!(tag.to_string(), "sha256-{'image.hex}.sig");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(pub(crate) TextRepr);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TextRepr {
    Plain(Box<str>),
    /// A whole number, in decimal digits.
    Number(Box<str>),
    /// A text that is known once other nodes are sealed. A text of one sum is a number; all other pieces are joined.
    Pieces(Vec<TextPiece>),
}

/// One piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TextPiece {
    Plain(Box<str>),
    /// A property of a labelled node.
    Of(Mention, Property),
    /// Numbers that are added up.
    Sum(Vec<Addend>),
}

/// One number of a sum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Addend {
    Number(i128),
    /// The size of a labelled node, which is added, or taken away for `minus`.
    Size {
        of: Mention,
        minus: bool,
    },
}

/// A labelled node. Two mentions are equal if they mention the same node.
#[derive(Clone)]
pub(crate) struct Mention(pub(crate) Edge);

/// The property of a node that a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Property {
    Digest,
    Hex,
    Size,
    DiffId,
}

impl Text {
    /// Turns a value into text, as [`ToText`] describes.
    pub fn new(value: impl ToText) -> Self {
        value.into_text()
    }

    pub(crate) fn of(node: Edge, property: Property) -> Self {
        let piece = match property {
            Property::Size => TextPiece::Sum(vec![Addend::Size { of: Mention(node), minus: false }]),
            Property::Digest | Property::Hex | Property::DiffId => TextPiece::Of(Mention(node), property),
        };
        Self(TextRepr::Pieces(vec![piece]))
    }

    /// The text. `None` if it mentions a node.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.0 {
            TextRepr::Plain(text) | TextRepr::Number(text) => Some(text),
            TextRepr::Pieces(_) => None,
        }
    }

    /// The text where it mentions no node. The texts of a layer mention none once the layer is encoded.
    pub(crate) fn as_str(&self) -> &str {
        self.plain().unwrap_or_default()
    }

    /// Whether the text is a whole number, which is one in JSON, too.
    pub(crate) fn is_number(&self) -> bool {
        match &self.0 {
            TextRepr::Plain(_) => false,
            TextRepr::Number(_) => true,
            TextRepr::Pieces(pieces) => matches!(pieces.as_slice(), [TextPiece::Sum(_)]),
        }
    }

    /// The text, with a digest or a size in the place of those of labelled nodes, so that its form can be checked before
    /// the nodes are sealed.
    pub(crate) fn sample(&self) -> Cow<'_, str> {
        const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        self.resolve(|_, property| match property {
            Property::Digest | Property::DiffId => DIGEST.into(),
            Property::Hex => DIGEST.trim_start_matches("sha256:").into(),
            Property::Size => "0".into(),
        })
    }

    /// The nodes that must be sealed before the text is known.
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        let TextRepr::Pieces(pieces) = &self.0 else { return };
        for piece in pieces {
            match piece {
                TextPiece::Plain(_) => {}
                TextPiece::Of(Mention(node), _) => mentions.push(node),
                TextPiece::Sum(addends) => {
                    for addend in addends {
                        if let Addend::Size { of: Mention(node), .. } = addend {
                            mentions.push(node);
                        }
                    }
                }
            }
        }
    }

    /// The text, in which `resolve` gives the properties of nodes.
    pub(crate) fn resolve<'a>(&'a self, resolve: impl Fn(&Edge, Property) -> Cow<'a, str>) -> Cow<'a, str> {
        let pieces = match &self.0 {
            TextRepr::Plain(text) | TextRepr::Number(text) => return Cow::Borrowed(text),
            TextRepr::Pieces(pieces) => pieces,
        };
        if let [TextPiece::Of(Mention(node), property)] = pieces.as_slice() {
            return resolve(node, *property);
        }
        let mut text = String::new();
        for piece in pieces {
            match piece {
                TextPiece::Plain(plain) => text.push_str(plain),
                TextPiece::Of(Mention(node), property) => text.push_str(&resolve(node, *property)),
                TextPiece::Sum(addends) => text.push_str(&sum(addends, |node| resolve(node, Property::Size))),
            }
        }
        Cow::Owned(text)
    }

    /// The text as the name of an entry, in which some characters stand for bytes.
    pub(crate) fn into_name(self) -> Self {
        let named =
            |text: Box<str>| if text.is_ascii() { text } else { path::from_bytes(text.as_bytes()).into() };
        Self(match self.0 {
            TextRepr::Plain(text) => TextRepr::Plain(named(text)),
            TextRepr::Number(number) => TextRepr::Number(number),
            TextRepr::Pieces(mut pieces) => {
                for piece in &mut pieces {
                    if let TextPiece::Plain(text) = piece {
                        *text = named(std::mem::take(text));
                    }
                }
                TextRepr::Pieces(pieces)
            }
        })
    }

    /// Two numbers are added, or subtracted for `minus`; anything else is joined, with the sign of a subtraction.
    fn joined(self, other: Self, minus: bool) -> Self {
        if let (Some(one), Some(other)) = (self.addends(), other.addends())
            && let Some(sum) = added(&one, &other, minus)
        {
            return Self(match sum.as_slice() {
                [Addend::Number(number)] => TextRepr::Number(number.to_string().into()),
                _ => TextRepr::Pieces(vec![TextPiece::Sum(sum)]),
            });
        }
        let sign = if minus { "-" } else { "" };
        match (self.plain(), other.plain()) {
            (Some(one), Some(other)) => Self(TextRepr::Plain([one, sign, other].concat().into())),
            _ => {
                let mut pieces = self.into_pieces();
                pieces.extend((!sign.is_empty()).then(|| TextPiece::Plain(sign.into())));
                pieces.extend(other.into_pieces());
                Self(TextRepr::Pieces(pieces))
            }
        }
    }

    /// The numbers that the text adds up; `None` where it is no number, or one that is too large to be added.
    fn addends(&self) -> Option<Vec<Addend>> {
        match &self.0 {
            TextRepr::Plain(_) => None,
            TextRepr::Number(number) => Some(vec![Addend::Number(number.parse().ok()?)]),
            TextRepr::Pieces(pieces) => match pieces.as_slice() {
                [TextPiece::Sum(addends)] => Some(addends.clone()),
                _ => None,
            },
        }
    }

    fn into_pieces(self) -> Vec<TextPiece> {
        match self.0 {
            TextRepr::Plain(text) | TextRepr::Number(text) => vec![TextPiece::Plain(text)],
            TextRepr::Pieces(pieces) => pieces,
        }
    }
}

/// The numbers of two sums. Those that are known are one number; `None` where that is too large.
fn added(one: &[Addend], other: &[Addend], minus: bool) -> Option<Vec<Addend>> {
    let mut number = 0_i128;
    let mut sum = Vec::with_capacity(one.len() + other.len());
    let other = other.iter().map(|addend| (addend, minus));
    for (addend, turned) in one.iter().map(|addend| (addend, false)).chain(other) {
        match addend {
            Addend::Number(more) if turned => number = number.checked_sub(*more)?,
            Addend::Number(more) => number = number.checked_add(*more)?,
            Addend::Size { of, minus } => sum.push(Addend::Size { of: of.clone(), minus: *minus != turned }),
        }
    }
    if number != 0 || sum.is_empty() {
        sum.push(Addend::Number(number));
    }
    Some(sum)
}

/// The sum of numbers. A size that is no whole number, which a dangling descriptor can have, is joined with the others.
fn sum<'a>(addends: &[Addend], size: impl Fn(&Edge) -> Cow<'a, str>) -> Cow<'a, str> {
    if let [Addend::Size { of: Mention(node), minus: false }] = addends {
        return size(node);
    }
    let numbers: Vec<(bool, Cow<'a, str>)> = addends
        .iter()
        .map(|addend| match addend {
            Addend::Number(number) => (*number < 0, number.unsigned_abs().to_string().into()),
            Addend::Size { of: Mention(node), minus } => (*minus, size(node)),
        })
        .collect();
    let total = numbers.iter().try_fold(0_i128, |total, (minus, number)| {
        let number = number.parse::<i128>().ok()?;
        if *minus { total.checked_sub(number) } else { total.checked_add(number) }
    });
    if let Some(total) = total {
        return total.to_string().into();
    }
    let mut text = String::new();
    for (minus, number) in numbers {
        match (minus, text.is_empty()) {
            (true, _) => text.push('-'),
            (false, false) => text.push('+'),
            (false, true) => {}
        }
        text.push_str(&number);
    }
    text.into()
}

/// Two whole numbers are added up; anything else is joined.
impl<T: ToText> Add<T> for Text {
    type Output = Self;

    fn add(self, other: T) -> Self {
        self.joined(other.into_text(), false)
    }
}

/// The difference of two whole numbers; anything else is joined, with the `-`.
impl<T: ToText> Sub<T> for Text {
    type Output = Self;

    fn sub(self, other: T) -> Self {
        self.joined(other.into_text(), true)
    }
}

/// The text, with `{'label.digest}` for the digest of a node.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.resolve(|node, property| {
            let property = match property {
                Property::Digest => "digest",
                Property::Hex => "hex",
                Property::Size => "size",
                Property::DiffId => "diff_id",
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

/// Values that are text: strings of every kind, characters, whole numbers, digests, platforms, references to images,
/// and Rust references to any of these.
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
    /// The text, which is a copy of a borrowed one.
    fn to_text(&self) -> Text;

    /// The text, into which an owned one is moved.
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
        Text(TextRepr::Plain(self.into()))
    }
}

impl ToText for str {
    fn to_text(&self) -> Text {
        Text(TextRepr::Plain(self.into()))
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
text_of_displayed!(Digest, Platform, Reference, char);

macro_rules! text_of_numbers {
    ($($number:ty),*) => {$(
        impl ToText for $number {
            fn to_text(&self) -> Text {
                Text(TextRepr::Number(self.to_string().into()))
            }
        }
    )*};
}
text_of_numbers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

/// A declared media type, which cannot mention a label.
pub(crate) fn media_type(text: &Text) -> Result<&str, Problem> {
    text.plain().ok_or_else(|| Problem::new("a media type cannot mention a label; write it out"))
}

/// Checks texts of a field by the rules of the specifications. An `unchecked` node may have any texts.
pub(crate) fn check_texts<'t>(
    kind: BlockKind,
    field: &str,
    texts: impl IntoIterator<Item = &'t Text>,
    unchecked: bool,
) -> Result<(), Problem> {
    for text in texts {
        if matches!(field, "media_type" | "artifact_type") {
            media_type(text)?;
        }
        if !unchecked {
            kind.check_text(field, &text.sample())?;
        }
    }
    Ok(())
}

/// The text, in quotes.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}
