//! Values of faults under a condition.

use crate::declare::content::{Content, ToContent};

/// The value of a fault after sealing, or an `Option` of one. `None` declares no fault.
///
/// ```
/// use oci_fixture::Blob;
///
/// fn blob(is_faulty: bool) -> Blob {
///     Blob::new("text/plain", "text").flip(is_faulty.then_some(0)).append(is_faulty.then_some("more"))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what the fault takes",
    label = "this is neither such a value nor an `Option` of one",
    note = "the position of a byte is an `i64`, and a content is bytes, such as a `&str` or a `Vec<u8>`"
)]
pub trait Conditional<V> {
    /// The value, if the fault is declared.
    fn into_option(self) -> Option<V>;
}

impl Conditional<i64> for i64 {
    fn into_option(self) -> Option<i64> {
        Some(self)
    }
}

impl Conditional<i64> for Option<i64> {
    fn into_option(self) -> Option<i64> {
        self
    }
}

impl<T: ToContent> Conditional<Content> for T {
    fn into_option(self) -> Option<Content> {
        Some(self.into_content())
    }
}

impl<T: ToContent> Conditional<Content> for Option<T> {
    fn into_option(self) -> Option<Content> {
        self.map(ToContent::into_content)
    }
}
