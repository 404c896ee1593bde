//! Paths: what names an entry of a layer, and what a link leads to.

use std::borrow::Cow;

use oci_fixture_grammar::path;

use crate::declare::text::{Text, ToText};

/// Values that are the path of an entry or the target of a link: text (see [`ToText`]), and bytes, which need not be UTF-8.
///
/// A path that is not UTF-8 is written as Go writes it: its bytes are in a PAX record, and the field of the header has the
/// characters of ASCII alone.
///
/// ```
/// use oci_fixture::{Entry, Fixture, Layer, Manifest};
///
/// let layer = Layer::new().with(Entry::file(b"caf\xe9", "")).with(Entry::symlink("cafe", b"caf\xe9"));
/// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
/// let entries = layout.platform("linux/amd64")?.layers()?[0].entries()?;
/// assert_eq!(entries[0].path, b"caf\xe9");
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no path",
    label = "this is neither text nor bytes",
    note = "a path is text such as a `&str`, or bytes such as a `Vec<u8>`; write `.to_string()` for another value"
)]
pub trait ToPath {
    /// The path as text.
    #[doc(hidden)]
    fn into_path(self) -> Text;
}

impl<T: ToText> ToPath for T {
    fn into_path(self) -> Text {
        self.into_text().into_name()
    }
}

macro_rules! path_of_bytes {
    ($($bytes:ty),*) => {$(
        impl ToPath for $bytes {
            fn into_path(self) -> Text {
                Text::named(&self[..])
            }
        }
    )*};
}
path_of_bytes!(&[u8], Vec<u8>, &Vec<u8>, Cow<'_, [u8]>, &Cow<'_, [u8]>);

impl<const N: usize> ToPath for [u8; N] {
    fn into_path(self) -> Text {
        Text::named(&self)
    }
}

impl<const N: usize> ToPath for &[u8; N] {
    fn into_path(self) -> Text {
        Text::named(self)
    }
}

impl Text {
    /// A path of any bytes.
    fn named(path: &[u8]) -> Self {
        Self::new(path::from_bytes(path))
    }
}
