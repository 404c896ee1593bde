//! Entries of a layer, and contents.

use oci_fixture_grammar::language::Kind;
use oci_fixture_grammar::platform::{arch, os};
use oci_fixture_grammar::{Platform as GrammarPlatform, Reference};
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Lifetime, Lit, Token, parenthesized, token};

use super::text::{EXPRESSION, is_passed_on, mentions_label, not_a_label, terms, text, text_or_terms};
use super::tokens::{at_next, found, holds_nodes, skip_item};
use super::{Before, Parser};
use crate::ast::{Attribute, Content, Entry, EntryKind, Header, Item, Items, Platform, Text};

impl Parser<'_> {
    /// An entry, or a node whose platform is text: what begins with a string or a `(EXPR)`.
    pub(super) fn named(
        &mut self,
        input: ParseStream,
        within: Kind,
        before: Before,
        name: Text,
    ) -> syn::Result<Item> {
        if input.peek(token::Brace) {
            let head = name.to_token_stream();
            if let Text::Literal(literal) = &name
                && before.attributes.iter().all(|attribute| attribute.name != "unchecked")
            {
                if within == Kind::Fixture && is_reference(&literal.value()) {
                    let token = literal.token();
                    let message = format!(
                        "the keyword before the reference is missing; write `index {token} {{ ... }}` or `manifest {token} {{ ... }}`"
                    );
                    self.errors.at(literal, message);
                    let kind = if holds_nodes(input) { Kind::Index } else { Kind::Manifest };
                    return self.node(input, before, kind, head, Some(Platform::Words(Vec::new())));
                }
                if within.holds_entries() && !is_platform(&literal.value()) {
                    let message = "a path has no block; write the directory alone, and what is in it by its whole path, such as `\"etc/name\"`";
                    self.errors.at(literal, message);
                    self.block(input, Kind::Layer, Kind::Layer.title())?;
                    self.recovered = true;
                    let attributes = before.attributes;
                    return Ok(Item::Entry(Entry { attributes, path: name, kind: EntryKind::Directory }));
                }
            }
            return self.node(input, before, Kind::Manifest, head, Some(Platform::Text(name)));
        }
        self.unlabelled(&before, "an entry");
        let kind = if input.peek(Token![->]) {
            EntryKind::Symlink(self.target(input)?)
        } else if input.is_empty()
            || input.peek(Token![,])
            || name.is_directory() && !input.peek(Token![=>]) && !input.peek(Token![+])
        {
            if let Text::Literal(path) = &name
                && !name.is_directory()
            {
                let (quoted, directory) = (path.token(), format!("{}/", path.value()));
                let message = format!(
                    "`{quoted}` has no content; write `{quoted} => CONTENT`, or `{directory:?}` for a directory"
                );
                self.errors.at(path, message);
            }
            EntryKind::Directory
        } else {
            EntryKind::File(self.content(input, &name)?)
        };
        Ok(Item::Entry(Entry { attributes: before.attributes, path: name, kind }))
    }

    /// An entry that begins with a word.
    pub(super) fn special_entry(
        &mut self,
        input: ParseStream,
        attributes: Vec<Attribute>,
        word: &Ident,
        name: &str,
    ) -> syn::Result<Entry> {
        let Some(path) = text_or_terms(input, self.errors)? else {
            let message =
                format!("missing the path of the `{word}` before {}; write it as a string", found(input));
            return Err(at_next(input, message));
        };
        let kind = match name {
            "hardlink" => EntryKind::Hardlink(self.target(input)?),
            "whiteout" => EntryKind::Whiteout,
            "opaque" => EntryKind::Opaque,
            "fifo" => EntryKind::Fifo,
            _ => {
                let (major, minor) = device(input, word)?;
                if name == "char" { EntryKind::Char(major, minor) } else { EntryKind::Block(major, minor) }
            }
        };
        if input.peek(Token![=>]) || input.peek(Token![->]) {
            let message = format!("the `{word}` ends before {}; remove it and what follows", found(input));
            self.recover(input, at_next(input, message));
        }
        Ok(Entry { attributes, path, kind })
    }

    /// An entry by the fields of its header, after its keyword.
    pub(super) fn header(
        &mut self,
        input: ParseStream,
        attributes: Vec<Attribute>,
        keyword: &Ident,
    ) -> syn::Result<Header> {
        let (place, path) = (at_next(input, "").span(), found(input).replace('`', ""));
        if text(input, self.errors)?.is_some() {
            self.errors.at_span(place, format!("an `entry` has no path; write the field `name: {path}`"));
            if !input.peek(token::Brace) {
                // That the block is missing too is no news.
                skip_item(input);
                self.recovered = true;
                return Ok(Header { attributes, keyword: keyword.clone(), items: Items::new() });
            }
        }
        let items = self.block(input, Kind::Entry, Kind::Entry.title())?;
        Ok(Header { attributes, keyword: keyword.clone(), items })
    }

    /// The target of a link, from the `->` on.
    fn target(&mut self, input: ParseStream) -> syn::Result<Text> {
        if input.peek(Token![->]) {
            input.parse::<Token![->]>()?;
        } else if input.peek(Token![=>]) {
            self.errors.add(at_next(input, "write `->` instead of `=>`"));
            input.parse::<Token![=>]>()?;
        } else {
            let message = format!("missing `->` before {}; write `-> \"TARGET\"`", found(input));
            return Err(at_next(input, message));
        }
        match text_or_terms(input, self.errors)? {
            Some(target) => Ok(target),
            None => Err(at_next(
                input,
                format!("missing the target of the link before {}; write it as a string", found(input)),
            )),
        }
    }

    /// A content, from the `=>` on.
    pub(super) fn content(&mut self, input: ParseStream, name: &Text) -> syn::Result<Content> {
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
        } else if input.peek(Token![=]) || input.peek(Token![:]) {
            self.errors.add(at_next(input, format!("write `=>` instead of {}", found(input))));
            input.parse::<TokenTree>()?;
        } else {
            let name = match name {
                Text::Literal(path) => format!("`{}`", path.token()),
                _ => "the expression".to_owned(),
            };
            if input.peek(Token![+]) {
                return Err(at_next(input, EXPRESSION));
            }
            if input.is_empty() || input.peek(Token![,]) {
                return Err(at_next(input, format!("missing the content behind {name}; write `=> CONTENT`")));
            }
            return Err(at_next(input, format!("missing `=>` between {name} and {}", found(input))));
        }
        if input.is_empty() || input.peek(Token![,]) {
            let message = "the content is missing after `=>`; write a string, or another value that is bytes";
            self.errors.at_span(input.cursor().prev_span(), message);
            return Ok(Content::Missing);
        }
        Ok(self.content_value(input))
    }

    /// A content, after what introduces it.
    pub(super) fn content_value(&mut self, input: ParseStream) -> Content {
        let parsed = if begins_json(input) {
            input.parse::<Ident>().and_then(|_| self.value(input)).map(Content::Json)
        } else if mentions_label(input) {
            terms(input, self.errors).map(Content::Text)
        } else if Expr::peek(input) {
            self.expression(input).map(Content::Expr)
        } else {
            let message =
                format!("{} begins no content; write a string, or another value that is bytes", found(input));
            Err(at_next(input, message))
        };
        parsed.unwrap_or_else(|error| {
            self.recover(input, error);
            Content::Missing
        })
    }
}

/// Whether a string is surely meant as a reference: it is no platform, and does not begin as one.
fn is_reference(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    let begins_platform = os::ALL.contains(&first) || arch::ALL.contains(&first);
    !begins_platform && GrammarPlatform::parse(text).is_err() && Reference::parse(text).is_ok()
}

fn is_platform(text: &str) -> bool {
    GrammarPlatform::parse(text).is_ok_and(|platform| platform.is_known())
}

/// The numbers of a device.
fn device(input: ParseStream, word: &Ident) -> syn::Result<(Expr, Expr)> {
    let form = format!("write `{word} \"PATH\" (MAJOR, MINOR)`");
    if !input.peek(token::Paren) {
        return Err(at_next(
            input,
            format!("missing the numbers of the device before {}; {form}", found(input)),
        ));
    }
    let content;
    let parentheses = parenthesized!(content in input);
    let numbers = content.parse_terminated(|number| not_a_label(number, Expr::parse), Token![,])?;
    let mut numbers = numbers.into_iter();
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(major), Some(minor), None) => Ok((major, minor)),
        _ => Err(syn::Error::new(parentheses.span.open(), format!("a device has two numbers; {form}"))),
    }
}

/// Whether `json VALUE` stands next; before anything that goes on an expression, `json` is a name of the user's.
fn begins_json(input: ParseStream) -> bool {
    if is_passed_on(input) {
        return false;
    }
    let ahead = input.fork();
    let named = ahead.parse::<Ident>().is_ok_and(|word| word == "json");
    named
        && (ahead.peek(token::Bracket)
            || ahead.peek(token::Brace)
            || ahead.peek(token::Paren)
            || ahead.peek(Lit)
            || ahead.peek(Ident)
            || ahead.peek(Lifetime)
            || ahead.peek(Token![-]) && ahead.peek2(Lit)
            || ahead.peek(Token![&]) && !ahead.peek(Token![&&]))
}
