//! Attributes.

use oci_fixture_grammar::language::{BlockKind, Form, KnownAttribute};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, bracketed, parenthesized, token};

use super::Parser;
use super::habit::innermost;
use super::text::{mentions_label, text_or_terms};
use super::tokens::{at_next, found, tokens_from};
use crate::ast::{Attribute, AttributeValue, Content};

impl Parser<'_> {
    pub(super) fn attributes(&mut self, input: ParseStream) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        while input.peek(Token![#]) && !is_variable_of_quote(input) {
            match self.attribute(input) {
                Ok(attribute) => attributes.extend(attribute),
                Err(error) => self.errors.add(error),
            }
        }
        attributes
    }

    /// An attribute. `None` for a doc comment, which a declaration ignores.
    fn attribute(&mut self, input: ParseStream) -> syn::Result<Option<Attribute>> {
        input.parse::<Token![#]>()?;
        if input.peek(Token![!]) {
            self.errors.add(at_next(input, "an attribute stands before what it belongs to; write `#[...]`"));
            input.parse::<Token![!]>()?;
        }
        if is_comment(input) {
            let error = at_next(input, "a comment begins with `//`; write that instead of `#`");
            while is_word_of_comment(input) {
                input.parse::<TokenTree>()?;
            }
            return Err(error);
        }
        if !input.peek(token::Bracket) {
            let error = at_next(input, "an attribute is written as `#[NAME = VALUE]`");
            // The words of the intended attribute belong to the same mistake.
            let _ = input.parse::<Ident>();
            if input.peek(token::Paren) {
                input.parse::<TokenTree>()?;
            }
            return Err(error);
        }
        let content;
        bracketed!(content in input);
        let recovered = self.recovered;
        let parsed = self.attribute_content(&content);
        // Tokens that were skipped within the brackets do not separate the items around them.
        self.recovered = recovered;
        // Skips the rest of an attribute that could not be read.
        content.parse::<TokenStream>()?;
        parsed
    }

    fn attribute_content(&mut self, input: ParseStream) -> syn::Result<Option<Attribute>> {
        let form = "an attribute is written as `#[NAME = VALUE]`";
        let name = input.call(Ident::parse_any).map_err(|_| at_next(input, form))?;
        if name == "doc" {
            return Ok(None);
        }
        if name == "cfg" || name == "cfg_attr" {
            let message =
                format!("`#[{name}]` does not work in a declaration; write `if cfg!(...) {{ ... }}`");
            return Err(syn::Error::new(name.span(), message));
        }
        let known = KnownAttribute::of(&name.to_string());
        let form = known.map(|known| known.form);
        let colon = input.peek(Token![:]) && !input.peek(Token![::]);
        if colon {
            self.errors
                .add(at_next(input, "the value of an attribute stands behind `=`; write it instead of `:`"));
        }
        let value = if input.peek(Token![=]) || colon {
            input.parse::<TokenTree>()?;
            if input.is_empty() {
                let example = known.map_or("#[NAME = VALUE]", |known| known.example);
                let message = format!("the value of `{name}` is missing after `=`; write `{example}`");
                return Err(at_next(input, message));
            }
            if form == Some(Form::Content) {
                let content = self.content_value(input);
                if matches!(content, Content::Missing) {
                    // The error of the content is reported, and the rest of the content is a part of the same mistake.
                    input.parse::<TokenStream>()?;
                }
                AttributeValue::Content(content)
            } else {
                says_nothing_of_a_label(input)?;
                AttributeValue::Expr(self.expression(input)?)
            }
        } else if input.peek(token::Paren) && form == Some(Form::Pair) {
            self.key_and_value(input, &name)?
        } else if input.peek(token::Paren) && form == Some(Form::Http) {
            AttributeValue::Http(self.http_words(input)?)
        } else if input.peek(token::Paren) {
            input.parse::<TokenTree>()?;
            AttributeValue::Parenthesized
        } else {
            AttributeValue::None
        };
        let is_another = input.peek(Ident::peek_any) || input.peek(Token![,]) && input.peek2(Ident::peek_any);
        if is_another {
            let message = "each attribute has its own brackets; write `#[NAME = VALUE] #[NAME = VALUE]`";
            return Err(at_next(input, message));
        }
        if !input.is_empty() {
            let message = match known {
                Some(known) if matches!(value, AttributeValue::None) && known.form != Form::Flag => {
                    format!("`{name}` has the wrong form; write `{}`", known.example)
                }
                _ => format!("an attribute ends before {}; remove it", found(input)),
            };
            return Err(at_next(input, message));
        }
        Ok(Some(Attribute { name, value }))
    }

    /// `("KEY", VALUE)`
    fn key_and_value(&mut self, input: ParseStream, name: &Ident) -> syn::Result<AttributeValue> {
        let content;
        parenthesized!(content in input);
        let pair = self.pair_of(&content, name);
        // Skips the rest of a pair that could not be read.
        content.parse::<TokenStream>()?;
        pair
    }

    fn pair_of(&mut self, content: ParseStream, name: &Ident) -> syn::Result<AttributeValue> {
        let form = format!("write `#[{name}(\"KEY\", VALUE)]`");
        match text_or_terms(content, self.errors)? {
            Some(key) if content.parse::<Token![,]>().is_ok() && !content.is_empty() => {
                let value = self.content_value(content);
                if matches!(value, Content::Missing) {
                    // The content was reported, and what is left of it is a part of that mistake.
                    content.parse::<TokenStream>()?;
                }
                let _ = content.parse::<Token![,]>();
                if !content.is_empty() {
                    let message = format!("`{name}` takes a name and a value; remove what follows them");
                    self.errors.add(at_next(content, message));
                }
                Ok(AttributeValue::Pair(key, value))
            }
            _ => Err(syn::Error::new(name.span(), format!("`{name}` takes a name and a value; {form}"))),
        }
    }
}

/// Reports a label in an attribute that takes a number.
pub(super) fn says_nothing_of_a_label(input: ParseStream) -> syn::Result<()> {
    if mentions_label(input) {
        return Err(at_next(input, "an attribute cannot mention a label; write the value out"));
    }
    Ok(())
}

/// Whether a variable of `quote!` stands next: `#(files),*` or `#{files}`.
fn is_variable_of_quote(input: ParseStream) -> bool {
    let behind = tokens_from(input.cursor()).nth(1);
    let Some(TokenTree::Group(group)) = behind.filter(|_| !input.peek2(token::Bracket)) else { return false };
    syn::parse2::<Ident>(innermost(group.stream()))
        .is_ok_and(|word| KnownAttribute::of(&word.to_string()).is_none())
}

/// Whether the words behind a `#` are a comment of another language: `# a comment`.
fn is_comment(input: ParseStream) -> bool {
    let ahead = input.fork();
    let first = ahead.call(Ident::parse_any).map(|word| word.to_string());
    let begins_value = ahead.peek(token::Paren) || ahead.peek(Token![=]) || ahead.is_empty();
    first.is_ok_and(|word| KnownAttribute::of(&word).is_none()) && !begins_value
}

/// Whether the next word does not begin an item.
fn is_word_of_comment(input: ParseStream) -> bool {
    let Some((word, behind)) = input.cursor().ident() else { return false };
    let is_head = behind.punct().is_some_and(|(sign, _)| matches!(sign.as_char(), '/' | ':'));
    !is_head && (BlockKind::of(&word.to_string()).is_none() || behind.ident().is_some())
}
