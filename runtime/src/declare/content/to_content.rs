//! Values that can be the content of a file.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{Content, ContentKind};
use crate::declare::text::Text;

/// Values that are bytes: strings, byte slices, arrays, vectors, and references to them.
///
/// Borrowed bytes are copied. Implement the trait for a type of your own to write values of that type after a `=>`.
///
/// ```
/// use oci_fixture::{Content, Entry, ToContent};
///
/// struct Script(&'static str);
///
/// impl ToContent for Script {
///     fn to_content(&self) -> Content {
///         Content::new(format!("#!/bin/sh\n{}\n", self.0))
///     }
/// }
/// Entry::file("bin/true", Script("exit 0"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the content of a file",
    label = "this is not bytes",
    note = "content is text such as a `&str`, bytes such as a `Vec<u8>`, or a `Content`; write `.to_string()` for the text of a number, `Content::zeros(n)` for `n` zeros, or `Content::file(path)` for a file"
)]
pub trait ToContent {
    /// The content, which is a copy of borrowed bytes.
    fn to_content(&self) -> Content;

    /// The content, into which owned bytes are moved.
    fn into_content(self) -> Content
    where
        Self: Sized,
    {
        self.to_content()
    }
}

impl<T: ToContent + ?Sized> ToContent for &T {
    fn to_content(&self) -> Content {
        (**self).to_content()
    }
}

impl<T: ToContent + ?Sized> ToContent for &mut T {
    fn to_content(&self) -> Content {
        (**self).to_content()
    }
}

impl ToContent for Content {
    fn to_content(&self) -> Content {
        self.clone()
    }

    fn into_content(self) -> Content {
        self
    }
}

impl ToContent for Text {
    fn to_content(&self) -> Content {
        match self.plain() {
            Some(text) => text.to_content(),
            None => Content(ContentKind::Text(self.clone())),
        }
    }
}

impl<const N: usize> ToContent for [u8; N] {
    fn to_content(&self) -> Content {
        self.as_slice().to_content()
    }
}

impl ToContent for Arc<[u8]> {
    fn to_content(&self) -> Content {
        Content(ContentKind::Bytes(Arc::clone(self)))
    }
}

impl ToContent for [u8] {
    fn to_content(&self) -> Content {
        Content(ContentKind::Bytes(self.into()))
    }
}

impl ToContent for str {
    fn to_content(&self) -> Content {
        self.as_bytes().to_content()
    }
}

macro_rules! content_of_bytes {
    ($($bytes:ty as $slice:ty),*) => {$(
        impl ToContent for $bytes {
            fn to_content(&self) -> Content {
                <$slice>::to_content(self)
            }
        }
    )*};
}
content_of_bytes!(
    String as str, Box<str> as str, Rc<str> as str, Arc<str> as str, Cow<'_, str> as str,
    Vec<u8> as [u8], Box<[u8]> as [u8], Rc<[u8]> as [u8], Cow<'_, [u8]> as [u8]
);
