//! Faults on the wire: the words of `#[http(...)]`.

use oci_fixture_grammar::language::{
    BlockKind, Cure, HTTP_WORDS, Habit, HabitPlace, HttpForm, HttpWord, nearest,
};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, parenthesized, token};

use super::Parser;
use super::attribute::says_nothing_of_a_label;
use super::text::text;
use super::tokens::{at_next, found, written};
use crate::ast::{Content, HttpFault, HttpValue};

impl Parser<'_> {
    /// `(WORD, WORD = VALUE, WORD(VALUE, VALUE))`. A word that cannot be read is reported, and the other words are still read.
    pub(super) fn http_words(&mut self, input: ParseStream) -> syn::Result<Vec<HttpFault>> {
        let content;
        let parenthesis = parenthesized!(content in input);
        if content.is_empty() {
            let message =
                "`http` says nothing; write what is wrong with the answer, such as `#[http(status = 503)]`";
            return Err(syn::Error::new(parenthesis.span.join(), message));
        }
        let mut words = Vec::new();
        while !content.is_empty() {
            match self.http_word(&content) {
                Ok(word) => words.push(word),
                Err(error) => {
                    self.errors.add(error);
                    while !content.is_empty() && !content.peek(Token![,]) {
                        content.parse::<proc_macro2::TokenTree>()?;
                    }
                }
            }
            if content.is_empty() {
                break;
            }
            if content.peek(Token![;]) {
                self.errors.add(at_next(&content, "words are separated by `,`; write it instead of `;`"));
                content.parse::<Token![;]>()?;
            } else if content.parse::<Token![,]>().is_err() {
                let message = format!("missing `,` before {}", found(&content));
                self.errors.add(at_next(&content, message));
                content.parse::<TokenStream>()?;
            }
        }
        Ok(words)
    }

    fn http_word(&mut self, input: ParseStream) -> syn::Result<HttpFault> {
        let name = input
            .call(Ident::parse_any)
            .map_err(|_| at_next(input, "a word of `http` is written as `status = 503`"))?;
        if name == "Http" && input.peek(Token![::]) {
            let value = written(input.fork().parse()?);
            let message = format!("an expression stands behind `=`; write `#[http = {name}{value}]`");
            return Err(syn::Error::new(name.span(), message));
        }
        let Some(word) = HttpWord::of(&name.to_string()) else {
            return Err(syn::Error::new(name.span(), unknown(&name.to_string())));
        };
        let otherwise =
            || syn::Error::new(name.span(), format!("`{name}` has the wrong form; write `{}`", word.example));
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            if input.is_empty() || input.peek(Token![,]) {
                let message = format!("the value of `{name}` is missing after `=`; write `{}`", word.example);
                return Err(at_next(input, message));
            }
            match word.form {
                HttpForm::Flag | HttpForm::Header => return Err(otherwise()),
                HttpForm::Content => match self.content_value(input) {
                    // The error is reported already.
                    Content::Missing => HttpValue::Content(Content::Missing),
                    content => HttpValue::Content(content),
                },
                _ => {
                    says_nothing_of_a_label(input)?;
                    HttpValue::Expr(self.expression(input)?)
                }
            }
        } else if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            let value = match word.form {
                HttpForm::MaybeText => {
                    let text = content.fork().parse::<TokenStream>()?;
                    let message = format!("`{name}` has the wrong form; write `{name} = {text}`");
                    Err(syn::Error::new(name.span(), message))
                }
                HttpForm::Header => self.header_and_value(&content),
                HttpForm::Numbers => self.two_numbers(&content),
                _ => Err(otherwise()),
            };
            // Skips the rest of a value that could not be read.
            let rest = content.parse::<TokenStream>()?;
            match value {
                Ok(Some(value)) if rest.is_empty() => value,
                Err(error) => return Err(error),
                Ok(_) => return Err(otherwise()),
            }
        } else if matches!(word.form, HttpForm::Flag | HttpForm::MaybeText) {
            HttpValue::None
        } else {
            return Err(otherwise());
        };
        Ok(HttpFault { name, word, value })
    }

    /// `NAME, VALUE`
    fn header_and_value(&mut self, content: ParseStream) -> syn::Result<Option<HttpValue>> {
        let Some(name) = text(content, self.errors)? else { return Ok(None) };
        if content.parse::<Token![,]>().is_err() || content.is_empty() {
            return Ok(None);
        }
        let value = self.json(content)?;
        let _ = content.parse::<Token![,]>();
        Ok(Some(HttpValue::Header(name, value)))
    }

    /// `NUMBER, NUMBER`
    fn two_numbers(&mut self, content: ParseStream) -> syn::Result<Option<HttpValue>> {
        says_nothing_of_a_label(content)?;
        let first = self.expression(content)?;
        if content.parse::<Token![,]>().is_err() || content.is_empty() {
            return Ok(None);
        }
        let second = self.expression(content)?;
        let _ = content.parse::<Token![,]>();
        Ok(Some(HttpValue::Exprs(first, second)))
    }
}

fn unknown(name: &str) -> String {
    let habit = Habit::of(name, HabitPlace::Http, BlockKind::Layer).map(|habit| habit.cure);
    if let Some(Cure::Word(meant)) = habit
        && let Some(meant) = HttpWord::of(meant)
    {
        return format!("`http` has no word `{name}`; write `{}`", meant.example);
    }
    match nearest(name, HTTP_WORDS.iter().map(|word| word.name)).and_then(HttpWord::of) {
        Some(meant) => format!("`http` has no word `{name}`; did you mean `{}`?", meant.example),
        None => {
            format!("`http` has no word `{name}`; it has words such as `status`, `header` and `body`")
        }
    }
}
