//! Attributes.

use oci_fixture_grammar::language::{Attribute as Known, Form};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, bracketed, parenthesized, token};

use super::Parser;
use super::text::{mentions_label, text};
use super::tokens::{at_next, found};
use crate::ast::{Attribute, AttributeValue, Content};

impl Parser<'_> {
    pub(super) fn attributes(&mut self, input: ParseStream) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        while input.peek(Token![#]) {
            match self.attribute(input) {
                Ok(attribute) => attributes.extend(attribute),
                Err(error) => self.errors.add(error),
            }
        }
        attributes
    }

    /// An attribute; nothing for a doc comment, which says nothing to the program.
    fn attribute(&mut self, input: ParseStream) -> syn::Result<Option<Attribute>> {
        input.parse::<Token![#]>()?;
        if input.peek(Token![!]) {
            self.errors.add(at_next(input, "an attribute stands before what it belongs to; write `#[...]`"));
            input.parse::<Token![!]>()?;
        }
        if !input.peek(token::Bracket) {
            return Err(at_next(input, "an attribute is written as `#[NAME = VALUE]`"));
        }
        let content;
        bracketed!(content in input);
        let recovered = self.recovered;
        let parsed = self.attribute_content(&content);
        // What was skipped in the brackets separates no items.
        self.recovered = recovered;
        // Whatever is left of a broken one.
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
        let known = Known::of(&name.to_string());
        let form = known.map(|known| known.form);
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            if input.is_empty() {
                let example = known.map_or("#[NAME = VALUE]", |known| known.example);
                let message = format!("the value of `{name}` is missing after `=`; write `{example}`");
                return Err(at_next(input, message));
            }
            if form == Some(Form::Content) {
                let content = self.content_value(input);
                if matches!(content, Content::Missing) {
                    // It was reported, and so is what is left of it.
                    input.parse::<TokenStream>()?;
                }
                AttributeValue::Content(content)
            } else {
                says_nothing_of_a_label(input)?;
                AttributeValue::Expr(self.expression(input)?)
            }
        } else if input.peek(token::Paren) && form == Some(Form::Pair) {
            self.key_and_value(input, &name)?
        } else if input.peek(token::Paren) {
            input.parse::<TokenTree>()?;
            AttributeValue::Parenthesized
        } else {
            AttributeValue::None
        };
        if !input.is_empty() {
            return Err(at_next(input, format!("an attribute ends before {}; remove it", found(input))));
        }
        Ok(Some(Attribute { name, value }))
    }

    /// `("KEY", VALUE)`
    fn key_and_value(&mut self, input: ParseStream, name: &Ident) -> syn::Result<AttributeValue> {
        let content;
        parenthesized!(content in input);
        let form = format!("write `#[{name}(\"KEY\", VALUE)]`");
        let pair = match text(&content, self.errors)? {
            Some(key) if content.parse::<Token![,]>().is_ok() && !content.is_empty() => {
                says_nothing_of_a_label(&content)?;
                let value = self.expression(&content)?;
                let _ = content.parse::<Token![,]>();
                if !content.is_empty() {
                    let message = format!("`{name}` takes a name and a value; remove what follows them");
                    self.errors.add(at_next(&content, message));
                }
                Ok(AttributeValue::Pair(key, value))
            }
            _ => Err(syn::Error::new(name.span(), format!("`{name}` takes a name and a value; {form}"))),
        };
        content.parse::<TokenStream>()?;
        pair
    }
}

/// An entry is made before any digest is known.
fn says_nothing_of_a_label(input: ParseStream) -> syn::Result<()> {
    if mentions_label(input) {
        return Err(at_next(input, "an attribute cannot say anything of a label; write the value out"));
    }
    Ok(())
}
