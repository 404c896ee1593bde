//! A field of a tar header that is declared by hand.

use oci_fixture_grammar::{Invalid, header};

use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::declare::text::Text;
use crate::error::Problem;

/// The value of a field of a [`Header`](crate::Header).
#[derive(Clone, Debug)]
pub struct HeaderField(FieldValue);

#[derive(Clone, Debug)]
pub(crate) enum FieldValue {
    Number(i128),
    /// A number that no field can hold.
    Large(u128),
    /// A number that follows from the sizes of nodes.
    Sum(Text),
    /// Bytes that are written as they are, from the start of the field.
    Bytes(Content),
}

/// Values that a field of a [`Header`](crate::Header) can hold: whole numbers, which are written as a tar writes
/// numbers, and bytes (see [`ToContent`]), which are written as they are.
///
/// ```
/// use oci_fixture::{Header, ToField};
///
/// fn sized(size: impl ToField) -> Header {
///     Header::new().name("f").size(size)
/// }
/// sized(6);
/// sized(-5);
/// sized(u64::MAX);
/// sized(b"00000000006\0");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a field of a tar header holds",
    label = "this is neither a whole number nor bytes"
)]
pub trait ToField {
    /// The value as the content of a field.
    #[doc(hidden)]
    fn into_field(self) -> HeaderField;
}

impl<T: ToContent> ToField for T {
    fn into_field(self) -> HeaderField {
        let content = self.into_content();
        let sum = content.as_number().cloned();
        HeaderField(sum.map_or_else(|| FieldValue::Bytes(content), FieldValue::Sum))
    }
}

#[cfg(feature = "text")]
impl ToField for HeaderField {
    fn into_field(self) -> HeaderField {
        self
    }
}

impl ToField for u128 {
    fn into_field(self) -> HeaderField {
        HeaderField(i128::try_from(self).map_or(FieldValue::Large(self), FieldValue::Number))
    }
}

macro_rules! field_of_numbers {
    ($($number:ty => $into:expr),*) => {$(
        impl ToField for $number {
            fn into_field(self) -> HeaderField {
                HeaderField(FieldValue::Number($into(self)))
            }
        }
    )*};
}
field_of_numbers!(
    i8 => i128::from, i16 => i128::from, i32 => i128::from, i64 => i128::from, i128 => i128::from,
    isize => |number| number as i128, usize => |number| number as i128,
    u8 => i128::from, u16 => i128::from, u32 => i128::from, u64 => i128::from
);

macro_rules! field_of_references {
    ($($number:ty),*) => {$(
        impl ToField for &$number {
            fn into_field(self) -> HeaderField {
                (*self).into_field()
            }
        }
    )*};
}
field_of_references!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl HeaderField {
    /// A field of bytes, which no number stands for.
    pub(super) fn bytes(content: Content) -> Self {
        Self(FieldValue::Bytes(content))
    }

    pub(super) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        match &self.0 {
            FieldValue::Number(_) | FieldValue::Large(_) => {}
            FieldValue::Sum(text) => text.mentions(mentions),
            FieldValue::Bytes(content) => content.mentions(mentions),
        }
    }

    /// Fills in the digests and sizes of sealed nodes.
    pub(super) fn resolve(&mut self, context: &Context<'_>) {
        self.0 = match &self.0 {
            FieldValue::Number(_) | FieldValue::Large(_) => return,
            FieldValue::Sum(text) => {
                let text = context.text(text);
                text.parse().map_or_else(|_| FieldValue::Bytes(Content::new(text)), FieldValue::Number)
            }
            FieldValue::Bytes(bytes) => FieldValue::Bytes(bytes.resolved(context)),
        };
    }
    pub(crate) fn value(&self) -> &FieldValue {
        &self.0
    }

    /// Checks that the field of that name can hold the value.
    pub(crate) fn check(&self, name: &str) -> Result<(), Problem> {
        match &self.0 {
            FieldValue::Number(number) => header::check_number(name, *number)?,
            FieldValue::Large(number) => header::check_number(name, *number)?,
            FieldValue::Sum(_) => {}
            FieldValue::Bytes(content) => {
                content.check()?;
                // A missing file is reported when it is read.
                if let Ok(size) = content.size() {
                    check_size(name, size)?;
                }
            }
        }
        Ok(())
    }
}

/// Checks that the field of that name can hold a number of bytes.
pub(crate) fn check_size(name: &str, size: u64) -> Result<(), Invalid> {
    header::check_bytes(name, usize::try_from(size).unwrap_or(usize::MAX))
}
