//! Values of `json`.

use oci_fixture_grammar::number;
use proc_macro2::TokenStream;
use quote::ToTokens;

use super::Checker;
use super::seen::Seen;
use crate::ast::{Json, Text};

impl Checker<'_> {
    /// Checks a value of `json`.
    pub(super) fn json(&mut self, value: &mut Json) {
        match value {
            Json::Text(text) => self.text(text),
            Json::Descriptor(label, property) => {
                if !self.property(label, property) {
                    *value = Json::Null(property.to_token_stream());
                }
            }
            Json::Number(number) => self.number(number),
            Json::List(_, values) => values.iter_mut().for_each(|value| self.json(value)),
            Json::Map(_, pairs) => self.members(pairs),
            Json::Null(_) => {}
        }
    }

    /// Checks the members of an object. A key may be repeated.
    pub(super) fn members(&mut self, pairs: &mut [(Text, Json)]) {
        for (key, value) in pairs {
            self.text(key);
            self.json(value);
        }
    }

    /// Checks the members of a merge patch. A key may not be repeated, because readers of JSON differ in which of the two
    /// members they take.
    pub(super) fn patch(&mut self, pairs: &mut [(Text, Json)]) {
        let mut seen = Seen::default();
        for (key, value) in pairs {
            self.member_once(&mut seen, key);
            match value {
                Json::Map(_, pairs) => self.patch(pairs),
                value => self.json(value),
            }
        }
    }

    /// Checks that a number of Rust is also a number in JSON, which has fewer forms.
    pub(super) fn number(&mut self, number: &TokenStream) {
        if let Err(invalid) = number::check(&number.to_string().replace(' ', "")) {
            self.errors.at(number, invalid);
        }
    }
}
