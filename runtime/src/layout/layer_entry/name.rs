//! A name in a tar.

use std::borrow::{Borrow, Cow};
use std::fmt;

use crate::declare::path::ToPath;
use crate::declare::text::Text;

/// A name in a tar: a path, the target of a link, or the name of an extended attribute. It holds the bytes of the tar, and
/// can be compared with texts.
///
/// Its `Display` has U+FFFD in place of bytes that are not UTF-8. Its `Debug` shows every byte.
///
/// ```
/// use oci_fixture::TarName;
///
/// let name = TarName::from(b"caf\xe9");
/// assert_eq!(name, b"caf\xe9");
/// assert_ne!(name, "caf\u{e9}");
/// assert_eq!(name.to_str(), None);
/// assert_eq!(format!("{name} {name:?}"), "caf\u{fffd} \"caf\\xe9\"");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TarName(Vec<u8>);

impl TarName {
    /// The bytes of the name.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name as text. `None` if it is not UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        str::from_utf8(&self.0).ok()
    }

    /// The name as text, with U+FFFD in place of bytes that are not UTF-8.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

/// A name that was read from a tar can be a path or a target of a declaration.
impl ToPath for TarName {
    fn into_path(self) -> Text {
        self.0.into_path()
    }
}

impl ToPath for &TarName {
    fn into_path(self) -> Text {
        (&self.0).into_path()
    }
}

impl AsRef<[u8]> for TarName {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for TarName {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for TarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_string_lossy().fmt(f)
    }
}

impl fmt::Debug for TarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for chunk in self.0.utf8_chunks() {
            write!(f, "{}{}", chunk.valid().escape_debug(), chunk.invalid().escape_ascii())?;
        }
        f.write_str("\"")
    }
}

impl<T: AsRef<[u8]> + ?Sized> From<&T> for TarName {
    fn from(name: &T) -> Self {
        Self(name.as_ref().to_vec())
    }
}

impl From<String> for TarName {
    fn from(name: String) -> Self {
        Self(name.into_bytes())
    }
}

impl From<Vec<u8>> for TarName {
    fn from(name: Vec<u8>) -> Self {
        Self(name)
    }
}

/// A name is compared with each of these types by its bytes.
macro_rules! compared_with {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for TarName {
            fn eq(&self, other: &$other) -> bool {
                let bytes: &[u8] = other.as_ref();
                self.0 == bytes
            }
        }

        impl PartialEq<TarName> for $other {
            fn eq(&self, other: &TarName) -> bool {
                other == self
            }
        }
    )*};
}

compared_with!(str, &str, String, [u8], &[u8], Vec<u8>);

impl<const N: usize> PartialEq<[u8; N]> for TarName {
    fn eq(&self, other: &[u8; N]) -> bool {
        self.0 == other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for TarName {
    fn eq(&self, other: &&[u8; N]) -> bool {
        self.0 == *other
    }
}
