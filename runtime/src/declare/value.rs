//! A value: the JSON that a declaration holds.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use oci_fixture_grammar::number;

use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::declare::order;
use crate::declare::text::{Mention, Text, ToText};
use crate::error::Problem;
use crate::json::Json;

/// A JSON value as it is declared: numbers keep their text, members keep their order, and repeated members stay.
///
/// ```
/// use oci_fixture::{Blob, Content, Value};
///
/// let value = Value::map([("name", Value::new("chart")), ("size", Value::number("1e3")), ("tags", Value::new(["a"]))]);
/// Blob::new("application/json", Content::json(value));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    pub(crate) repr: ValueRepr,
    /// The number of levels of lists and maps in the value, itself included.
    depth: u16,
}

/// The largest number of levels of a value. A deeper value is replaced by [`ValueRepr::TooDeep`] at once, since dropping a value of
/// any depth would overflow the stack; writing the fixture then fails.
const DEPTH: u16 = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueRepr {
    Null,
    Bool(bool),
    Number(String),
    /// A text that is a number is one in JSON, too.
    Text(Text),
    /// The descriptor of a labelled node.
    Descriptor(Mention),
    List(Vec<Value>),
    Map(Vec<(Text, Value)>),
    TooDeep,
    /// A list or a map whose order differs in each run.
    Random,
}

/// One line: a list and a map with the number of their values.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            ValueRepr::Null => f.write_str("Value(null)"),
            ValueRepr::Bool(value) => write!(f, "Value({value})"),
            ValueRepr::Number(number) => write!(f, "Value({number})"),
            ValueRepr::Text(text) => write!(f, "Value({text:?})"),
            ValueRepr::Descriptor(_) => f.write_str("Value(a descriptor)"),
            ValueRepr::List(values) => write!(f, "Value([..; {}])", values.len()),
            ValueRepr::Map(members) => write!(f, "Value({{..; {}}})", members.len()),
            ValueRepr::TooDeep => f.write_str("Value(too deep)"),
            ValueRepr::Random => f.write_str("Value(in a random order)"),
        }
    }
}

impl Value {
    /// Turns a value of Rust into a JSON value, as [`ToValue`] describes.
    pub fn new(value: impl ToValue) -> Self {
        value.into_value()
    }

    /// `null`
    pub fn null() -> Self {
        Self::of(ValueRepr::Null)
    }

    fn of(repr: ValueRepr) -> Self {
        let below = match &repr {
            ValueRepr::List(values) => values.iter().map(|value| value.depth).max(),
            ValueRepr::Map(members) => members.iter().map(|(_, value)| value.depth).max(),
            _ => None,
        };
        let depth = below.unwrap_or_default().saturating_add(1);
        if depth > DEPTH {
            return Self { repr: ValueRepr::TooDeep, depth };
        }
        Self { repr, depth }
    }

    /// A number, with the digits with which it is written.
    pub fn number(number: impl Into<String>) -> Self {
        Self::of(ValueRepr::Number(number.into()))
    }

    /// A list.
    pub fn list<T: ToValue>(values: impl IntoIterator<Item = T>) -> Self {
        let values = values.into_iter();
        if order::is_random(&values) {
            return Self::of(ValueRepr::Random);
        }
        Self::of(ValueRepr::List(values.map(Self::new).collect()))
    }

    /// A map. Its members keep their order.
    pub fn map<K: ToText, V: ToValue>(members: impl IntoIterator<Item = (K, V)>) -> Self {
        let members = members.into_iter();
        if order::is_random(&members) {
            return Self::of(ValueRepr::Random);
        }
        Self::of(ValueRepr::Map(members.map(|(key, value)| (Text::new(key), Self::new(value))).collect()))
    }

    /// The descriptor of a node.
    pub(crate) fn descriptor(node: Edge) -> Self {
        Self::of(ValueRepr::Descriptor(Mention(node)))
    }

    /// Refuses a number that JSON does not have, and a value with too many levels.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        match &self.repr {
            ValueRepr::Number(text) => Ok(number::check(text)?),
            ValueRepr::TooDeep => {
                Err(Problem::new(format!("values are nested more than {DEPTH} levels deep; remove some")))
            }
            ValueRepr::Random => order::check(true),
            ValueRepr::List(values) => values.iter().try_for_each(Self::check),
            ValueRepr::Map(members) => members.iter().try_for_each(|(_, value)| value.check()),
            ValueRepr::Null | ValueRepr::Bool(_) | ValueRepr::Text(_) | ValueRepr::Descriptor(_) => Ok(()),
        }
    }

    /// Checks that the value of `field` is a map, whose keys mention no labels.
    pub(crate) fn check_map(&self, field: &str) -> Result<(), Problem> {
        let ValueRepr::Map(members) = &self.repr else {
            return Err(Problem::new(format!("`{field}` takes a map; write `{{ \"key\": ... }}`")));
        };
        if members.iter().any(|(key, _)| key.plain().is_none()) {
            return Err(Problem::new(format!("a key of `{field}` cannot mention a label; write it out")));
        }
        Ok(())
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        match &self.repr {
            ValueRepr::Null
            | ValueRepr::Bool(_)
            | ValueRepr::Number(_)
            | ValueRepr::TooDeep
            | ValueRepr::Random => {}
            ValueRepr::Text(text) => text.mentions(mentions),
            ValueRepr::Descriptor(Mention(node)) => mentions.push(node),
            ValueRepr::List(values) => values.iter().for_each(|value| value.mentions(mentions)),
            ValueRepr::Map(members) => {
                for (key, value) in members {
                    key.mentions(mentions);
                    value.mentions(mentions);
                }
            }
        }
    }

    /// The value as JSON. `None` if it has a mistake or mentions a labelled node.
    pub(crate) fn plain(&self) -> Option<Json<'_>> {
        let mut mentions = Vec::new();
        self.mentions(&mut mentions);
        (mentions.is_empty() && self.check().is_ok()).then(|| self.json(None))
    }

    /// The value as JSON. Where it mentions nodes, `context` has them.
    pub(crate) fn json<'v>(&'v self, context: Option<&Context<'v>>) -> Json<'v> {
        let text = |text: &'v Text| match context {
            Some(context) => context.text(text),
            None => Cow::Borrowed(text.as_str()),
        };
        match &self.repr {
            // The last two are refused by `check`.
            ValueRepr::Null | ValueRepr::TooDeep | ValueRepr::Random => Json::Null,
            ValueRepr::Bool(value) => Json::Bool(*value),
            ValueRepr::Number(number) => Json::Number(Cow::Borrowed(number)),
            ValueRepr::Text(value) => {
                let said = text(value);
                // The size of a dangling descriptor may be no number.
                let is_number = value.is_number() && number::check(&said).is_ok();
                if is_number { Json::Number(said) } else { Json::Text(said) }
            }
            ValueRepr::Descriptor(Mention(node)) => {
                context.map_or(Json::Null, |context| context.descriptor(node))
            }
            ValueRepr::List(values) => Json::List(values.iter().map(|value| value.json(context)).collect()),
            ValueRepr::Map(members) => {
                let members = members.iter().map(|(key, value)| (text(key), value.json(context)));
                Json::Object(members.collect())
            }
        }
    }
}

/// Values of Rust that are JSON: text, numbers, `bool`, a `serde_json::Value`, and lists, maps, options and references of them.
///
/// A `HashMap` has no order of its own, so its members are sorted by key. So are those of a `serde_json::Value`, whose order
/// depends on a feature of `serde_json`.
///
/// ```
/// use oci_fixture::{Blob, Content, Value};
///
/// let value = serde_json::json!({ "name": "chart", "list": [1, 2.5, null] });
/// Blob::new("application/json", Content::json(value));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a JSON value",
    label = "this is not a JSON value",
    note = "a JSON value is text, a number, a `bool`, a `Value`, or a list or map of such values"
)]
pub trait ToValue {
    /// The value, which is a copy of a borrowed one.
    fn to_value(&self) -> Value;

    /// The value, into which an owned one is moved.
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
        Value::of(ValueRepr::Bool(*self))
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

/// The members of a map are sorted by key: their order in a `serde_json::Map` follows a feature of `serde_json`, which any crate
/// of the build can switch on.
impl ToValue for serde_json::Value {
    fn to_value(&self) -> Value {
        of_serde(self, 1)
    }
}

/// The value of a `serde_json::Value` at a depth. What is deeper than any value may be is not looked into.
fn of_serde(value: &serde_json::Value, depth: u16) -> Value {
    if depth > DEPTH {
        return Value { repr: ValueRepr::TooDeep, depth };
    }
    match value {
        serde_json::Value::Null => Value::null(),
        serde_json::Value::Bool(value) => value.to_value(),
        serde_json::Value::Number(number) => Value::number(number.to_string()),
        serde_json::Value::String(text) => text.to_value(),
        serde_json::Value::Array(values) => {
            Value::list(values.iter().map(|value| of_serde(value, depth + 1)))
        }
        serde_json::Value::Object(members) => {
            let members = members.iter().map(|(key, value)| (key, of_serde(value, depth + 1)));
            Value::map(members.collect::<BTreeMap<_, _>>())
        }
    }
}

macro_rules! value_of_text {
    ($($text:ty),*) => {$(
        impl ToValue for $text {
            fn to_value(&self) -> Value {
                Value::of(ValueRepr::Text(self.to_text()))
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
            /// `null` for NaN and the infinities, for which JSON has no number.
            fn to_value(&self) -> Value {
                if self.is_finite() { Value::number(self.to_string()) } else { Value::null() }
            }
        }
    )*};
}
value_of_floats!(f32, f64);
