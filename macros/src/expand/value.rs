//! Fields, their values, contents and texts.

use oci_fixture_grammar::language::{Kind, Value as Takes};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::{Expander, call, set, variable};
use crate::ast::{Content, Field, Literal, Term, Text, Value};

impl Expander<'_> {
    pub(super) fn field(&self, field: &Field, within: Kind) -> TokenStream {
        let takes = within.field(&field.name.to_string()).map(|known| known.value);
        if let (Some(Takes::ContentOrNull), Value::Null(_)) = (takes, &field.value) {
            let without = super::ident(&format!("without_{}", field.name));
            return ours!(node = node.#without(););
        }
        match takes.and_then(|takes| self.value(&field.value, takes)) {
            Some(value) => {
                let removed = takes.filter(|takes| *takes == Takes::Map).map(|_| self.removed(&field.value));
                let set = set(&field.name, &value);
                ours!(#set #removed)
            }
            // It was reported.
            None => TokenStream::new(),
        }
    }

    /// The annotations that a descriptor takes away: those that are `null`.
    fn removed(&self, value: &Value) -> TokenStream {
        let Value::Map(_, pairs) = value else { return TokenStream::new() };
        let removed = pairs.iter().filter(|(_, value)| matches!(value, Value::Null(_)));
        let removed = removed.map(|(key, _)| set(&super::ident("without_annotation"), &self.text(key)));
        removed.collect()
    }

    /// The argument of the field's method; nothing where it does not fit.
    fn value(&self, value: &Value, takes: Takes) -> Option<TokenStream> {
        let krate = self.krate;
        Some(match (takes, value) {
            (Takes::Text | Takes::Number, Value::Text(_) | Value::Number(_)) => self.text_value(value),
            (_, Value::Text(Text::Expr(expression))) => expression.to_token_stream(),
            (Takes::List, Value::List(_, values)) => {
                vector(&ours!(#krate::Text), values.iter().map(|value| self.text_value(value)))
            }
            (Takes::Map, Value::Map(_, pairs)) => {
                let pairs = pairs.iter().filter(|(_, value)| !matches!(value, Value::Null(_)));
                let pairs = pairs.map(|(key, value)| {
                    let (key, value) = (self.text(key), self.text_value(value));
                    ours!((#key, #value))
                });
                vector(&ours!((#krate::Text, #krate::Text)), pairs)
            }
            (Takes::Platform, Value::Platform(platform)) => self.platform(platform)?,
            (Takes::Patch | Takes::Members, Value::Map(..)) => self.json(value),
            (Takes::Numeric | Takes::Typeflag, Value::Content(content)) => match &**content {
                Content::Expr(expression) => {
                    number(expression).unwrap_or_else(|| expression.to_token_stream())
                }
                content => self.content(content),
            },
            (Takes::Data | Takes::Eof, Value::Content(content)) => match &**content {
                Content::Expr(expression) => expression.to_token_stream(),
                content => self.content(content),
            },
            (_, Value::Content(content)) => self.content(content),
            (Takes::Records, Value::Records(records)) => {
                let records = records.iter().map(|(key, content)| {
                    let (key, content) = (self.content(key), self.content(content));
                    ours!((#key, #content))
                });
                vector(&ours!((#krate::Content, #krate::Content)), records)
            }
            (Takes::Block(_) | Takes::Subject, Value::Block(_, kind, items)) => self.block(*kind, items),
            (Takes::Subject, Value::Label(label)) => {
                let variable = variable(label);
                ours!(&#variable)
            }
            (Takes::Blocks(kind), Value::List(_, blocks)) => {
                let builder = super::ident(kind.builder());
                let blocks = blocks.iter().map(|block| match block {
                    Value::Block(_, kind, items) => self.block(*kind, items),
                    other => self.value(other, takes).unwrap_or_default(),
                });
                vector(&ours!(#krate::#builder), blocks)
            }
            _ => return None,
        })
    }

    /// One text in a list or a map.
    fn text_value(&self, value: &Value) -> TokenStream {
        let krate = self.krate;
        match value {
            Value::Text(text) => self.text(text),
            Value::Number(number) => {
                let number = digits(number);
                ours!(#krate::Text::new(#number))
            }
            // It does not fit, and was reported.
            _ => ours!(#krate::Text::new("")),
        }
    }

    pub(super) fn content(&self, content: &Content) -> TokenStream {
        let krate = self.krate;
        match content {
            Content::Expr(expression) => call(&ours!(#krate::Content::new), expression),
            Content::Text(text) => {
                let text = self.text(text);
                ours!(#krate::Content::new(#text))
            }
            Content::Json(value) => {
                let value = self.json(value);
                ours!(#krate::Content::json(#value))
            }
            Content::Missing => ours!(#krate::Content::new("")),
        }
    }

    /// A value of `json`.
    fn json(&self, value: &Value) -> TokenStream {
        let krate = self.krate;
        match value {
            Value::Text(Text::Expr(expression)) => call(&ours!(#krate::Value::new), expression),
            Value::Text(text) => {
                let text = self.text(text);
                ours!(#krate::Value::new(#text))
            }
            Value::Number(number) => {
                let number = digits(number);
                ours!(#krate::Value::number(#number))
            }
            Value::List(_, values) => {
                let values = vector(&ours!(#krate::Value), values.iter().map(|value| self.json(value)));
                ours!(#krate::Value::list(#values))
            }
            Value::Map(_, pairs) => {
                let pairs = pairs.iter().map(|(key, value)| {
                    let (key, value) = (self.text(key), self.json(value));
                    ours!((#key, #value))
                });
                let pairs = vector(&ours!((#krate::Text, #krate::Value)), pairs);
                ours!(#krate::Value::map(#pairs))
            }
            _ => ours!(#krate::Value::null()),
        }
    }

    pub(super) fn text(&self, text: &Text) -> TokenStream {
        let krate = self.krate;
        match text {
            Text::Literal(_) | Text::Expr(_) => call(&ours!(#krate::Text::new), text),
            Text::Terms(terms) => {
                let terms = terms.iter().map(|term| match term {
                    Term::Text(text) => self.text(text),
                    Term::Number(number) => {
                        let number = digits(number);
                        ours!(#krate::Text::new(#number))
                    }
                    Term::Label(label, property) => {
                        let variable = variable(label);
                        ours!(#variable.#property())
                    }
                });
                ours!(#krate::Text::new("") #(+ #terms)*)
            }
        }
    }
}

/// A number of a header, of the one type that holds all of them.
fn number(expression: &Expr) -> Option<TokenStream> {
    let number = match Literal::of(expression)? {
        Literal::Number(digits) => digits.parse::<i128>().ok()?,
        Literal::Byte(byte) => byte.into(),
        _ => return None,
    };
    let place = Span::mixed_site().located_at(expression.span());
    let mut magnitude = proc_macro2::Literal::i128_suffixed(number.checked_abs()?);
    magnitude.set_span(place);
    let sign = number.is_negative().then(|| quote_spanned!(place=> -));
    Some(quote_spanned!(place=> #sign #magnitude))
}

/// A number as it was written, without the space behind its sign.
fn digits(number: &TokenStream) -> String {
    number.to_string().replace(' ', "")
}

/// Statements, not an array: an array of some thousand calls overflows the stack.
fn vector(element: &TokenStream, elements: impl Iterator<Item = TokenStream>) -> TokenStream {
    let pushes = elements.map(|element| {
        let place = Span::mixed_site().located_at(element.span());
        quote_spanned!(place=> list.push(#element);)
    });
    ours!({
        let mut list = ::std::vec::Vec::<#element>::new();
        #(#pushes)*
        list
    })
}
