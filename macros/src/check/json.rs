//! Values of `json`.

use oci_fixture_grammar::number;
use proc_macro2::TokenStream;

use super::Checker;
use crate::ast::Value;

impl Checker<'_> {
    /// A value of `json`, in which anything may stand.
    pub(super) fn json(&mut self, value: &mut Value) {
        match value {
            Value::Text(text) => self.text(text),
            Value::Number(number) => self.number(number),
            Value::List(_, values) => values.iter_mut().for_each(|value| self.json(value)),
            Value::Map(_, pairs) => {
                for (key, value) in pairs {
                    self.text(key);
                    self.json(value);
                }
            }
            _ => {}
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
    fn number(&mut self, number: &TokenStream) {
        if let Err(invalid) = number::check(&number.to_string().replace(' ', "")) {
            self.errors.at(number, invalid);
        }
    }
}
