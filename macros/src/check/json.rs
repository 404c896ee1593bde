//! Values of `json`.

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
        let written = number.to_string().replace(' ', "");
        if !is_number(&written) {
            let message = format!(
                "`{written}` is no number of JSON; write it in decimal, such as `16`, `-1.5` or `1e3`, without `_` or a type"
            );
            self.errors.at(number, message);
        }
    }
}

/// Whether it is a number in [RFC 8259, section 6](https://www.rfc-editor.org/rfc/rfc8259#section-6).
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(|exponent| are_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}
