//! A value: what `json` takes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use oci_fixture_grammar::number;

use crate::declared::Edge;
use crate::json::Json;
use crate::problem::Problem;
use crate::text::{Text, ToText};

/// A JSON value, as it is declared: numbers keep their text, members their order, and repeated members stay.
///
/// ```
/// use oci_fixture::{Blob, Content, Value};
///
/// let value = Value::map([("name", Value::new("chart")), ("size", Value::number("1e3")), ("tags", Value::new(["a"]))]);
/// Blob::new("application/json", Content::json(value));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    repr: Repr,
    /// How many values stand in one another.
    depth: u16,
}

/// Values that stand in one another, at most. More are refused when they are written, and taken away at once: a value of
/// any depth could not be dropped within a stack.
const DEPTH: u16 = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr {
    Null,
    Bool(bool),
    Number(String),
    Text(Text),
    List(Vec<Value>),
    Map(Vec<(Text, Value)>),
    TooDeep,
}

impl Value {
    /// Turns a value of Rust into a JSON value, as [`ToValue`] describes.
    pub fn new(value: impl ToValue) -> Self {
        value.into_value()
    }

    /// `null`
    pub fn null() -> Self {
        Self::of(Repr::Null)
    }

    fn of(repr: Repr) -> Self {
        let below = match &repr {
            Repr::List(values) => values.iter().map(|value| value.depth).max(),
            Repr::Map(members) => members.iter().map(|(_, value)| value.depth).max(),
            _ => None,
        };
        let depth = below.unwrap_or_default().saturating_add(1);
        if depth > DEPTH {
            return Self { repr: Repr::TooDeep, depth };
        }
        Self { repr, depth }
    }

    /// A number, as it is to be written.
    pub fn number(number: impl Into<String>) -> Self {
        Self::of(Repr::Number(number.into()))
    }

    /// A list.
    pub fn list<T: ToValue>(values: impl IntoIterator<Item = T>) -> Self {
        Self::of(Repr::List(values.into_iter().map(Self::new).collect()))
    }

    /// A map, whose members stay in their order.
    pub fn map<K: ToText, V: ToValue>(members: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::of(Repr::Map(
            members.into_iter().map(|(key, value)| (Text::new(key), Self::new(value))).collect(),
        ))
    }

    /// What is wrong with it: a number that is none, or too many values in one another.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        match &self.repr {
            Repr::Number(text) => Ok(number::check(text)?),
            Repr::TooDeep => {
                Err(Problem::new(format!("more than {DEPTH} values stand in one another; remove some")))
            }
            Repr::List(values) => values.iter().try_for_each(Self::check),
            Repr::Map(members) => members.iter().try_for_each(|(_, value)| value.check()),
            Repr::Null | Repr::Bool(_) | Repr::Text(_) => Ok(()),
        }
    }

    /// Members of an object, which `field` takes, have keys that say nothing of a label.
    pub(crate) fn check_map(&self, field: &str) -> Result<(), Problem> {
        let Repr::Map(members) = &self.repr else {
            return Err(Problem::new(format!("`{field}` takes a map; write `{{ \"key\": ... }}`")));
        };
        if members.iter().any(|(key, _)| key.plain().is_none()) {
            return Err(Problem::new(format!(
                "a key of `{field}` cannot say anything of a label; write it out"
            )));
        }
        Ok(())
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        match &self.repr {
            Repr::Null | Repr::Bool(_) | Repr::Number(_) | Repr::TooDeep => {}
            Repr::Text(text) => mentions.extend(text.mentions()),
            Repr::List(values) => values.iter().for_each(|value| value.mentions(mentions)),
            Repr::Map(members) => {
                for (key, value) in members {
                    mentions.extend(key.mentions());
                    value.mentions(mentions);
                }
            }
        }
    }

    /// The value, unless something is wrong with it or it says something of a labelled node.
    pub(crate) fn plain(&self) -> Option<Json<'_>> {
        let mut mentions = Vec::new();
        self.mentions(&mut mentions);
        (mentions.is_empty() && self.check().is_ok()).then(|| self.json(&|text| text.as_str().into()))
    }

    /// The value with what `text` says of its texts.
    pub(crate) fn json<'v>(&'v self, text: &dyn Fn(&'v Text) -> Cow<'v, str>) -> Json<'v> {
        match &self.repr {
            // It was refused.
            Repr::Null | Repr::TooDeep => Json::Null,
            Repr::Bool(value) => Json::Bool(*value),
            Repr::Number(number) => Json::Number(Cow::Borrowed(number)),
            Repr::Text(value) => Json::Text(text(value)),
            Repr::List(values) => Json::List(values.iter().map(|value| value.json(text)).collect()),
            Repr::Map(members) => {
                let members = members.iter().map(|(key, value)| (text(key), value.json(text)));
                Json::Object(members.collect())
            }
        }
    }
}

/// Values of Rust that are JSON: text, numbers, `bool`, and lists, maps, options and references of them.
///
/// A `HashMap` has no order of its own: it is sorted by key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a JSON value",
    label = "this is not a JSON value",
    note = "a JSON value is text, a number, a `bool`, a `Value`, or a `Vec`, slice, map, `Option` of such values, or a reference to one"
)]
pub trait ToValue {
    /// The value, copied where it is borrowed.
    fn to_value(&self) -> Value;

    /// The value, moved where it is owned.
    fn into_value(self) -> Value
    where
        Self: Sized,
    {
        self.to_value()
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }

    fn into_value(self) -> Value {
        self
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::of(Repr::Bool(*self))
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::null(), ToValue::to_value)
    }
}

impl<T: ToValue> ToValue for [T] {
    fn to_value(&self) -> Value {
        Value::list(self)
    }
}

impl<T: ToValue, const N: usize> ToValue for [T; N] {
    fn to_value(&self) -> Value {
        Value::list(self)
    }

    fn into_value(self) -> Value {
        Value::list(self)
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        Value::list(self)
    }

    fn into_value(self) -> Value {
        Value::list(self)
    }
}

impl<K: ToText, V: ToValue> ToValue for BTreeMap<K, V> {
    fn to_value(&self) -> Value {
        Value::map(self)
    }
}

impl<K: ToText, V: ToValue, S> ToValue for HashMap<K, V, S> {
    fn to_value(&self) -> Value {
        let mut members: Vec<_> = self.iter().map(|(key, value)| (Text::new(key), value)).collect();
        members.sort_by(|(first, _), (second, _)| first.cmp(second));
        Value::map(members)
    }
}

macro_rules! value_of_text {
    ($($text:ty),*) => {$(
        impl ToValue for $text {
            fn to_value(&self) -> Value {
                Value::of(Repr::Text(self.to_text()))
            }
        }
    )*};
}
value_of_text!(str, String, Box<str>, std::rc::Rc<str>, std::sync::Arc<str>, Cow<'_, str>, char, Text);

macro_rules! value_of_numbers {
    ($($number:ty),*) => {$(
        impl ToValue for $number {
            fn to_value(&self) -> Value {
                Value::number(self.to_string())
            }
        }
    )*};
}
value_of_numbers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! value_of_floats {
    ($($number:ty),*) => {$(
        impl ToValue for $number {
            /// What JSON has no number for is `null`.
            fn to_value(&self) -> Value {
                if self.is_finite() { Value::number(self.to_string()) } else { Value::null() }
            }
        }
    )*};
}
value_of_floats!(f32, f64);
