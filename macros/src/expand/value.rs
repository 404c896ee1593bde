//! Fields, their values, contents and texts.

use oci_fixture_grammar::language::{BlockKind, KnownField, NullMeaning, Takes};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr};

use super::{Expander, call, set, variable};
use oci_fixture_syntax::ast::{Content, Element, Field, Json, Literal, Operator, Term, Text, Value};

impl Expander<'_> {
    pub(super) fn field(&self, field: &Field) -> TokenStream {
        // Every attribute of a field is reported already.
        let Field { attributes: _, name, known, value } = field;
        let KnownField { name: _, takes, required: _, null } = *known;
        if let Value::Json(Json::Null(_)) = value {
            let prefix = match null {
                NullMeaning::LeftOut => Some("without"),
                NullMeaning::Written => Some("null"),
                // The error is reported already.
                NullMeaning::Mistake => None,
            };
            if let Some(prefix) = prefix {
                let method = super::ident(&format!("{prefix}_{name}"));
                return ours!(node = node.#method(););
            }
        }
        let argument = match value {
            Value::Json(Json::Map(_, pairs)) if takes == Takes::Map => return self.map(name, pairs),
            Value::Json(value) => self.json_of(value, takes),
            Value::Platform(platform) => match super::platform_value(platform) {
                Some(platform) => platform,
                None => return TokenStream::new(),
            },
            Value::Content(content) => self.content_of(content, takes),
            Value::Records(records) => {
                let records = records.iter().map(|(key, content)| {
                    let (key, content) = (self.content(key), self.content(content));
                    ours!((#key, #content))
                });
                let krate = self.krate;
                vector(&ours!((#krate::Content, #krate::Content)), records)
            }
            Value::Block(block) => self.block(block),
            Value::Blocks(_, elements) => {
                let (krate, builder) = (self.krate, super::ident(BlockKind::History.builder()));
                let elements = elements.iter().map(|element| match element {
                    Element::Block(block) => self.block(block),
                    Element::Expr(expression) => expression.to_token_stream(),
                });
                vector(&ours!(#krate::#builder), elements)
            }
            Value::Label(label) => {
                let variable = variable(label);
                ours!(&#variable)
            }
            // The error is reported already.
            Value::Missing => return TokenStream::new(),
        };
        set(name, &argument)
    }

    /// A map of texts. `null` removes an annotation that a reference adds to a descriptor.
    fn map(&self, name: &Ident, pairs: &[(Text, Json)]) -> TokenStream {
        let krate = self.krate;
        let (removed, added): (Vec<_>, Vec<_>) =
            pairs.iter().partition(|(_, value)| matches!(value, Json::Null(_)));
        let added = added.into_iter().map(|(key, value)| {
            let (key, value) = (self.text(key), self.text_value(value));
            ours!((#key, #value))
        });
        let added = set(name, &vector(&ours!((#krate::Text, #krate::Text)), added));
        let without = super::ident("without_annotation");
        let removed = removed.into_iter().map(|(key, _)| set(&without, &self.text(key)));
        ours!(#added #(#removed)*)
    }

    /// The value of a field in the form of JSON.
    fn json_of(&self, value: &Json, takes: Takes) -> TokenStream {
        let krate = self.krate;
        match (value, takes) {
            (Json::Text(Text::Expr(expression)), Takes::DiffId) => expression.to_token_stream(),
            (Json::Text(_) | Json::Number(_), Takes::Text | Takes::Number | Takes::DiffId) => {
                self.text_value(value)
            }
            (Json::Text(Text::Expr(expression)), _) => expression.to_token_stream(),
            (Json::List(_, values), Takes::List) => {
                vector(&ours!(#krate::Text), values.iter().map(|value| self.text_value(value)))
            }
            // A map of JSON, or a value that does not fit. Its error is reported already, and rustc would refuse it.
            (
                Json::Text(_)
                | Json::Descriptor(..)
                | Json::Number(_)
                | Json::Null(_)
                | Json::List(..)
                | Json::Map(..),
                _,
            ) => self.json(value),
        }
    }

    /// One text in a list or a map.
    fn text_value(&self, value: &Json) -> TokenStream {
        let krate = self.krate;
        match value {
            Json::Text(text) => self.text(text),
            Json::Number(number) => {
                let number = digits(number);
                ours!(#krate::Text::new(#number))
            }
            // These do not fit. Their error is reported already, and rustc would refuse them.
            Json::Descriptor(..) | Json::Null(_) | Json::List(..) | Json::Map(..) => self.json(value),
        }
    }

    /// The value of a field in the form of a content.
    fn content_of(&self, content: &Content, takes: Takes) -> TokenStream {
        match (content, takes) {
            (Content::Expr(expression), Takes::Numeric | Takes::Typeflag) => {
                number(expression).unwrap_or_else(|| expression.to_token_stream())
            }
            (Content::Expr(expression), Takes::Data | Takes::Eof) => expression.to_token_stream(),
            (
                Content::Expr(_)
                | Content::Text(_)
                | Content::Bytes(..)
                | Content::Json(_)
                | Content::Missing,
                _,
            ) => self.content(content),
        }
    }

    /// A content in a place in which a builder takes any value that is a content.
    pub(super) fn content_argument(&self, content: &Content) -> TokenStream {
        text_literal(content).map_or_else(|| self.content(content), ToTokens::to_token_stream)
    }

    pub(super) fn content(&self, content: &Content) -> TokenStream {
        let krate = self.krate;
        match content {
            Content::Expr(expression) => call(&ours!(#krate::Content::new), expression),
            Content::Text(text) => {
                let text = self.text(text);
                ours!(#krate::Content::new(#text))
            }
            Content::Bytes(label, property) => {
                let variable = variable(label);
                ours!(#variable.#property())
            }
            Content::Json(value) => {
                let value = self.json(value);
                ours!(#krate::Content::json(#value))
            }
            Content::Missing => ours!(#krate::Content::new("")),
        }
    }

    /// A value of `json`.
    pub(super) fn json(&self, value: &Json) -> TokenStream {
        let krate = self.krate;
        match value {
            Json::Text(Text::Expr(expression)) => call(&ours!(#krate::Value::new), expression),
            Json::Text(text) => {
                let text = self.text(text);
                ours!(#krate::Value::new(#text))
            }
            Json::Descriptor(label, property) => {
                let (variable, method) = (variable(label), super::ident_at("descriptor_json", property));
                ours!(#variable.#method())
            }
            Json::Number(number) => {
                let number = digits(number);
                ours!(#krate::Value::number(#number))
            }
            Json::List(_, values) => {
                let values = vector(&ours!(#krate::Value), values.iter().map(|value| self.json(value)));
                ours!(#krate::Value::list(#values))
            }
            Json::Map(_, pairs) => {
                let pairs = pairs.iter().map(|(key, value)| {
                    let (key, value) = (self.text(key), self.json(value));
                    ours!((#key, #value))
                });
                let pairs = vector(&ours!((#krate::Text, #krate::Value)), pairs);
                ours!(#krate::Value::map(#pairs))
            }
            Json::Null(_) => ours!(#krate::Value::null()),
        }
    }

    /// A text in a place in which a builder takes any value that is a text.
    pub(super) fn text_argument(&self, text: &Text) -> TokenStream {
        match text {
            Text::Literal(literal) => literal.to_token_stream(),
            Text::Expr(_) | Text::Terms(_) => self.text(text),
        }
    }

    pub(super) fn text(&self, text: &Text) -> TokenStream {
        let krate = self.krate;
        match text {
            Text::Literal(_) | Text::Expr(_) => call(&ours!(#krate::Text::new), text),
            Text::Terms(terms) => {
                let terms = terms.iter().enumerate().map(|(position, (operator, term))| {
                    let term = match term {
                        Term::Text(text) => self.text(text),
                        Term::Number(number) => {
                            let number = whole(number).unwrap_or_else(|| digits(number).to_token_stream());
                            ours!(#krate::Text::new(#number))
                        }
                        Term::Label(label, property) => {
                            let variable = variable(label);
                            ours!(#variable.#property())
                        }
                    };
                    match (position, operator) {
                        (0, _) => term,
                        (_, Operator::Plus) => ours!(+ #term),
                        (_, Operator::Minus) => ours!(- #term),
                    }
                });
                let terms: TokenStream = terms.collect();
                // Labels that cannot be used were reported, and removed from the text.
                if terms.is_empty() { ours!(#krate::Text::new("")) } else { terms }
            }
        }
    }
}

/// The literal of a content that is a string.
pub(super) fn text_literal(content: &Content) -> Option<&LitStr> {
    match content {
        Content::Expr(Expr::Lit(ExprLit { lit: Lit::Str(literal), .. })) => Some(literal),
        Content::Expr(_) | Content::Text(_) | Content::Bytes(..) | Content::Json(_) | Content::Missing => {
            None
        }
    }
}

/// A number of a header. Its type is `i128`, which holds every number that a field can hold.
fn number(expression: &Expr) -> Option<TokenStream> {
    let number = match Literal::of(expression)? {
        Literal::Number(digits) => digits.parse::<i128>().ok()?,
        Literal::Byte(byte) => byte.into(),
        Literal::Decimal(_) | Literal::Bytes(_) | Literal::Bool | Literal::Other => return None,
    };
    let place = Span::mixed_site().located_at(expression.span());
    let mut magnitude = proc_macro2::Literal::i128_suffixed(number.checked_abs()?);
    magnitude.set_span(place);
    let sign = number.is_negative().then(|| quote_spanned!(place=> -));
    Some(quote_spanned!(place=> #sign #magnitude))
}

/// A whole number of a text.
fn whole(number: &TokenStream) -> Option<TokenStream> {
    let number = syn::parse2::<LitInt>(number.clone()).ok()?;
    let mut literal = proc_macro2::Literal::i128_suffixed(number.base10_digits().parse().ok()?);
    literal.set_span(Span::mixed_site().located_at(number.span()));
    Some(literal.into_token_stream())
}

/// A number as it was written, without the space behind its sign.
fn digits(number: &TokenStream) -> String {
    number.to_string().replace(' ', "")
}

/// A list. It is made by statements, because an array of some thousand calls overflows the stack of the program.
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
