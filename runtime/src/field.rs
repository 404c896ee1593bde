//! A field of a tar header that is declared by hand.

use oci_fixture_grammar::{Invalid, header};

use crate::content::{Content, ToContent};
use crate::problem::Problem;

/// What a field of a [`Header`](crate::Header) holds.
#[derive(Clone, Debug)]
pub struct Field(Value);

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Number(i128),
    /// A number that is larger than any field holds.
    Large(u128),
    /// As they are, from the start of the field.
    Bytes(Content),
}

/// Values that a field of a [`Header`](crate::Header) can hold: whole numbers, which are written as numbers are in a
/// tar, and bytes, which stand there as they are: see [`ToContent`].
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
    /// What the field holds.
    #[doc(hidden)]
    fn into_field(self) -> Field;
}

impl<T: ToContent> ToField for T {
    fn into_field(self) -> Field {
        Field(Value::Bytes(self.into_content()))
    }
}

impl ToField for u128 {
    fn into_field(self) -> Field {
        Field(i128::try_from(self).map_or(Value::Large(self), Value::Number))
    }
}

macro_rules! field_of_numbers {
    ($($number:ty => $into:expr),*) => {$(
        impl ToField for $number {
            fn into_field(self) -> Field {
                Field(Value::Number($into(self)))
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
            fn into_field(self) -> Field {
                (*self).into_field()
            }
        }
    )*};
}
field_of_references!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl Field {
    pub(crate) fn value(&self) -> &Value {
        &self.0
    }

    /// What is wrong with it in the field of that name.
    pub(crate) fn check(&self, name: &str) -> Result<(), Problem> {
        match &self.0 {
            Value::Number(number) => header::check_number(name, *number)?,
            Value::Large(number) => header::check_number(name, *number)?,
            Value::Bytes(content) => {
                content.check_in_layer()?;
                // A file that is missing is reported when it is read.
                if let Ok(size) = content.size() {
                    check_size(name, size)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether the field of that name holds so many bytes.
pub(crate) fn check_size(name: &str, size: u64) -> Result<(), Invalid> {
    header::check_bytes(name, usize::try_from(size).unwrap_or(usize::MAX))
}
