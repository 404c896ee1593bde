//! Text: names, and the values of annotations, labels and the fields of a config.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// A piece of text in a declaration: a reference, a path, a key or a value.
///
/// ```
/// use oci_fixture::Text;
///
/// assert_eq!(Text::new("layer").to_string(), "layer");
/// assert_eq!(Text::new(&7).to_string(), "7");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Box<str>);

impl Text {
    /// Turns a value into text, as [`ToText`] describes.
    pub fn new(value: impl ToText) -> Self {
        value.into_text()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Values that are text: strings of every kind, characters, whole numbers, and references to them.
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
        Text(self.into())
    }
}

impl ToText for str {
    fn to_text(&self) -> Text {
        Text(self.into())
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
text_of_displayed!(char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
