//! Faults on the wire.

use oci_fixture_grammar::language::{
    HttpForm, SaidWord, check_header, check_header_value, check_method, check_together,
};
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit};

use super::Checker;
use crate::ast::{HttpFault, HttpValue, Json, Literal, Text};

impl Checker<'_> {
    /// Whether the words fit together. Literals are checked by the functions with which the runtime checks its values.
    pub(super) fn http(&mut self, words: &mut [HttpFault]) -> bool {
        let mut fits = true;
        for word in &mut *words {
            fits &= self.http_word(word);
        }
        // The word that says what is wrong may be one that could not be read.
        let is_condition = |word: &HttpFault| matches!(word.word.name, "method" | "after" | "times");
        if !self.is_whole && words.iter().all(is_condition) {
            return false;
        }
        let said: Vec<SaidWord> = words.iter().map(said).collect();
        if let (true, Err((position, message))) = (fits, check_together(&said)) {
            self.errors.at(words.get(position).map(|word| &word.name), message);
            return false;
        }
        fits
    }

    fn http_word(&mut self, fault: &mut HttpFault) -> bool {
        let HttpFault { name, word, value } = fault;
        let wrong = match value {
            HttpValue::None => None,
            HttpValue::Content(content) => {
                self.content(content);
                None
            }
            HttpValue::Exprs(first, second) => {
                let is_other =
                    |number: &&Expr| matches!(NumberLiteral::of(number), Some(NumberLiteral::Other));
                let other = [&*first, &*second].into_iter().find(is_other);
                let message = format!("`{name}` takes numbers; write `stall(1000, 100)`");
                other.map(|number| (number.to_token_stream(), message))
            }
            HttpValue::Header(key, value) => {
                self.text(key);
                self.json(value);
                header(key, value)
            }
            HttpValue::Expr(expression) => match (word.form, NumberLiteral::of(expression)) {
                (HttpForm::Number | HttpForm::Numbers, Some(NumberLiteral::Other)) => Some((
                    expression.to_token_stream(),
                    format!("`{name}` is a number; write `{}`", word.example),
                )),
                (HttpForm::Number | HttpForm::Numbers, Some(NumberLiteral::Number(number))) => {
                    let checked = match (word.name, number) {
                        ("stall", 0) => {
                            Err("`stall = 0` changes nothing; write for how many milliseconds".to_owned())
                        }
                        _ => word.check_number(number),
                    };
                    checked.err().map(|message| (expression.to_token_stream(), message))
                }
                (HttpForm::Text | HttpForm::MaybeText, _) => match text_of(expression) {
                    Some(text) if word.name == "method" => {
                        check_method(&text).err().map(|message| (expression.to_token_stream(), message))
                    }
                    _ => None,
                },
                (HttpForm::False, _) if is_true(expression) => Some((
                    expression.to_token_stream(),
                    "`ranges = true` changes nothing; write `false`, or remove it".to_owned(),
                )),
                _ => None,
            },
        };
        if let Some((tokens, message)) = wrong {
            self.errors.at(tokens, message);
            return false;
        }
        true
    }
}

/// The error of a header whose name, or one of whose values, cannot be sent.
fn header(key: &Text, value: &Json) -> Option<(proc_macro2::TokenStream, String)> {
    let Text::Literal(literal) = key else { return None };
    let name = literal.value();
    if let Err(message) = check_header(&name) {
        return Some((literal.to_token_stream(), message));
    }
    let one = |value: &Json| match value {
        Json::Text(Text::Literal(text)) => {
            check_header_value(&name, &text.value()).err().map(|message| (text.to_token_stream(), message))
        }
        _ => None,
    };
    match value {
        Json::List(_, values) => values.iter().find_map(one),
        Json::Map(..) => Some((
            literal.to_token_stream(),
            format!("the value of `{name}` is text, a list of texts, or `null`; write one of them"),
        )),
        value => one(value),
    }
}

fn said(fault: &HttpFault) -> SaidWord {
    let HttpFault { name, word, value } = fault;
    let shown = match value {
        HttpValue::None => name.to_string(),
        HttpValue::Expr(expression) => format!("{name} = {}", expression.to_token_stream()),
        HttpValue::Exprs(..) => format!("{name}(..)"),
        HttpValue::Content(_) => format!("{name} = .."),
        HttpValue::Header(key, _) => match key {
            Text::Literal(key) => format!("{name}({:?}, ..)", key.value()),
            Text::Expr(_) | Text::Terms(_) => format!("{name}(..)"),
        },
    };
    let key = match value {
        HttpValue::Header(Text::Literal(key), _) => format!("header {}", key.value().to_ascii_lowercase()),
        // A name that is known only at run time is taken for a name of its own.
        HttpValue::Header(..) => format!("header {name:p}"),
        HttpValue::Exprs(first, _) => format!("stall({})", first.to_token_stream()),
        _ => name.to_string(),
    };
    let number = match value {
        HttpValue::Expr(expression) => match NumberLiteral::of(expression) {
            Some(NumberLiteral::Number(number)) => Some(number),
            Some(NumberLiteral::Other) | None => None,
        },
        _ => None,
    };
    let method = match value {
        HttpValue::Expr(expression) if word.name == "method" => text_of(expression),
        _ => None,
    };
    SaidWord { word: *word, shown, key, number, method }
}

/// A literal in the place of a number.
enum NumberLiteral {
    Number(i128),
    Other,
}

impl NumberLiteral {
    /// `None` for an expression that is no literal.
    fn of(expression: &Expr) -> Option<Self> {
        let number = match Literal::of(expression)? {
            Literal::Number(digits) => digits.parse().ok(),
            Literal::Decimal(_) | Literal::Byte(_) | Literal::Bytes(_) | Literal::Bool | Literal::Other => {
                None
            }
        };
        Some(number.map_or(Self::Other, Self::Number))
    }
}

fn text_of(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn is_true(expression: &Expr) -> bool {
    matches!(expression, Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) if value.value)
}
