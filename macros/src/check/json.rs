//! Values of `json`.

use oci_fixture_grammar::number;
use proc_macro2::TokenStream;

use super::Checker;
use super::seen::Seen;
use crate::ast::{Content, Text, Value};

impl Checker<'_> {
    /// A value of `json`, in which anything may stand.
    pub(super) fn json(&mut self, value: &mut Value) {
        match value {
            Value::Text(text) => self.text(text),
            Value::Number(number) => self.number(number),
            Value::List(_, values) => values.iter_mut().for_each(|value| self.json(value)),
            Value::Map(_, pairs) => self.members(pairs),
            _ => {}
        }
    }

    /// The members of an object, which may stand there again.
    pub(super) fn members(&mut self, pairs: &mut [(Text, Value)]) {
        for (key, value) in pairs {
            self.text(key);
            self.json(value);
        }
    }

    /// The members of a merge patch: what it says of one twice would depend on who reads it.
    pub(super) fn patch(&mut self, pairs: &mut [(Text, Value)]) {
        let mut seen = Seen::default();
        for (key, value) in pairs {
            self.member_once(&mut seen, key);
            match value {
                Value::Map(_, pairs) => self.patch(pairs),
                value => self.json(value),
            }
        }
    }

    /// A content in a layer, which is made before any digest is known.
    pub(super) fn plain_content(&mut self, content: &mut Content) {
        match content {
            Content::Text(text) => self.plain(text),
            Content::Json(value) => self.plain_json(value),
            Content::Expr(_) | Content::Missing => {}
        }
    }

    /// A value of `json` in a layer.
    pub(super) fn plain_json(&mut self, value: &mut Value) {
        match value {
            Value::Text(text) => self.plain(text),
            Value::Number(number) => self.number(number),
            Value::List(_, values) => values.iter_mut().for_each(|value| self.plain_json(value)),
            Value::Map(_, pairs) => {
                for (key, value) in pairs {
                    self.plain(key);
                    self.plain_json(value);
                }
            }
            _ => {}
        }
    }

    /// Rust has more ways to write a number.
    pub(super) fn number(&mut self, number: &TokenStream) {
        if let Err(invalid) = number::check(&number.to_string().replace(' ', "")) {
            self.errors.at(number, invalid);
        }
    }
}
