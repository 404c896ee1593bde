//! Entries of a layer, and the contents of files and blobs.

use oci_fixture_grammar::language::{BlockKind, ENTRIES};
use oci_fixture_grammar::path::shown;
use oci_fixture_grammar::platform::{arch, os};
use oci_fixture_grammar::{Platform as GrammarPlatform, Reference};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, Ident, Lifetime, Lit, LitByteStr, Token, parenthesized, token};

use super::arrow::{content_of_directory, further_path, is_map_of_attributes, other_arrow, string_cure};
use super::text::{is_passed_on, mentions_label, not_a_label, terms, text, text_or_terms, whole_property};
use super::tokens::{
    at_next, found, holds_nodes, is_block_of_entries, is_whole_literal, skip_item, values_in_parentheses,
};
use super::{Before, Parser};
use crate::ast::{
    Attribute, Content, Entry, EntryKind, EntryName, ExtraFile, FileBody, Header, Item, Items, Platform, Text,
};

impl Parser<'_> {
    /// An item that begins with a string or a `(EXPR)`: an entry, or a node whose platform is text.
    pub(super) fn named(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: Before,
        name: Text,
    ) -> syn::Result<Item> {
        // A `:`, as in JSON, or a `=>` stands between a name and its block.
        let has_sign = matches!(&name, Text::Literal(literal) if is_block_of_entries(input)
            || input.peek(Token![:]) && input.peek2(token::Brace)
                && (!within.holds_entries() || literal.value().ends_with('/')));
        if input.peek(token::Brace) || has_sign {
            let head = name.to_token_stream();
            if let Text::Literal(literal) = &name
                && before.attributes.iter().all(|attribute| attribute.name != "unchecked")
            {
                if within == BlockKind::Fixture && is_reference(&literal.value()) {
                    let token = literal.token();
                    let message = format!(
                        "the keyword before the reference is missing; write `index {token} {{ ... }}` or `manifest {token} {{ ... }}`"
                    );
                    self.errors.at(literal, message);
                    let kind = if holds_nodes(input) { BlockKind::Index } else { BlockKind::Manifest };
                    return self.node(input, before, kind, head, Some(Platform::Missing));
                }
                if let Some(kind) =
                    BlockKind::of(&literal.value()).filter(|kind| within.nodes().contains(kind))
                    && within.holds_entries()
                    && input.peek(token::Brace)
                {
                    let message = format!("a keyword has no quotes; write `{} {{ ... }}`", kind.keyword());
                    self.errors.at(literal, message);
                    return self.node(input, before, kind, head, None);
                }
                if within.holds_entries() && !is_platform(&literal.value()) {
                    if is_map_of_attributes(input) {
                        let token = literal.token();
                        let message =
                            format!("a path has no block; write `#[mode = 0o755] {token} => CONTENT`");
                        self.errors.at(literal, message);
                        input.parse::<TokenTree>()?;
                        self.recovered = true;
                        return Ok(Item::Entry(unread(before.attributes, EntryName::Text(name))));
                    }
                    let message = "a path has no block; write the directory alone, and each entry in it by its whole path, such as `\"etc/name\"`";
                    self.errors.at(literal, message);
                    if !input.peek(token::Brace) {
                        let _ = input.parse::<Token![:]>().is_ok() || input.parse::<Token![=>]>().is_ok();
                    }
                    self.block(input, BlockKind::Layer, BlockKind::Layer.title())?;
                    self.recovered = true;
                    return Ok(Item::Entry(unread(before.attributes, EntryName::Text(name))));
                }
            }
            let platform = if let Text::Terms(_) = &name {
                self.errors.at(&name, "a platform cannot mention a label; write it out");
                Platform::Missing
            } else {
                Platform::Text(name)
            };
            return self.node(input, before, BlockKind::Manifest, head, Some(platform));
        }
        if let (BlockKind::Fixture | BlockKind::Index, Text::Literal(literal)) = (within, &name)
            && (input.is_empty() || input.peek(Token![,]))
            && !literal.value().ends_with('/')
        {
            let token = literal.token();
            let message =
                format!("a reference stands behind its keyword; write `manifest {token} {{ ... }}`");
            return Err(syn::Error::new(literal.span(), message));
        }
        if !matches!(name, Text::Literal(_)) && self.platform_of_parts(input, &name) {
            let head = name.to_token_stream();
            return self.node(input, before, BlockKind::Manifest, head, Some(Platform::Missing));
        }
        let ends = input.is_empty() || input.peek(Token![,]);
        if let (Text::Expr(expression), true, true) = (&name, ends, before.attributes.is_empty()) {
            self.unlabelled(&before, "an expression");
            return Ok(Item::Alone(expression.clone()));
        }
        self.entry_of(input, before, EntryName::Text(name)).map(Item::Entry)
    }

    /// An entry behind its path.
    pub(super) fn entry_of(
        &mut self,
        input: ParseStream,
        before: Before,
        path: EntryName,
    ) -> syn::Result<Entry> {
        self.unlabelled(&before, "an entry");
        self.between(input, &path)?;
        let is_link = other_arrow(input).is_some_and(|sign| sign != "<-" && sign.contains(['-', '~']));
        let kind = if is_link {
            EntryKind::Symlink(self.target(input)?)
        } else if let Some(error) = content_of_directory(input, &path) {
            self.errors.add(error);
            EntryKind::Directory
        } else if self.is_pair(input, &path) {
            EntryKind::Directory
        } else if input.is_empty()
            || input.peek(Token![,])
            || !input.peek(Token![=>]) && !input.peek(Token![+]) && path.is_directory()
        {
            if let (Some(name), false) = (path.literal(), path.is_directory()) {
                let (quoted, bytes) = (path.to_token_stream(), matches!(path, EntryName::Bytes(_)));
                let directory = format!("{}{}", if bytes { "b" } else { "" }, shown(&format!("{name}/")));
                let message = format!(
                    "`{quoted}` has no content; write `{quoted} => CONTENT`, or `{directory}` for a directory"
                );
                self.errors.at(&path, message);
            }
            EntryKind::Directory
        } else {
            EntryKind::File(self.content(input, &path)?)
        };
        Ok(Entry { is_behind_mistake: self.is_behind_mistake(), attributes: before.attributes, path, kind })
    }

    /// The path of an entry that begins with a word, or the target of a link.
    fn entry_name(&mut self, input: ParseStream) -> syn::Result<Option<EntryName>> {
        if let Some(text) = self.bare_text(input) {
            return Ok(Some(EntryName::Text(text)));
        }
        if input.peek(LitByteStr) {
            return input.parse().map(|literal| Some(EntryName::Bytes(literal)));
        }
        text_or_terms(input, self.errors).map(|text| text.map(EntryName::Text))
    }

    /// An entry that begins with a word.
    pub(super) fn special_entry(
        &mut self,
        input: ParseStream,
        attributes: Vec<Attribute>,
        word: &Ident,
        name: &str,
    ) -> syn::Result<Entry> {
        if values_in_parentheses(input).is_some() {
            return Err(at_next(input, format!("an entry is no call; write `{}`", form(name))));
        }
        if input.peek(token::Bracket) {
            let first = input.cursor().group(Delimiter::Bracket).and_then(|(inside, ..)| inside.literal());
            let first = first.map_or_else(|| "\"PATH\"".to_owned(), |(first, _)| first.to_string());
            let form = form(name).replace("\"PATH\"", &first);
            return Err(at_next(input, format!("`{name}` stands before each path; write `{form}`")));
        }
        let Some(path) = self.entry_name(input)? else {
            let message =
                format!("missing the path of the `{word}` before {}; {}", found(input), string_cure(input));
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
        let mistakes = self.errors.count();
        while let (true, Some(path)) = (matches!(name, "whiteout" | "opaque" | "fifo"), further_path(input)) {
            if self.errors.count() == mistakes {
                let message = format!("`{name}` stands before each path; write `{name} {}`", path.token());
                self.errors.at(path, message);
            }
        }
        Ok(Entry { is_behind_mistake: self.is_behind_mistake(), attributes, path, kind })
    }

    /// A further file of the layout, after its keyword.
    pub(super) fn extra_file(
        &mut self,
        input: ParseStream,
        attributes: Vec<Attribute>,
        keyword: &Ident,
    ) -> syn::Result<ExtraFile> {
        let path = match self.bare_text(input) {
            Some(path) => Some(path),
            None => text_or_terms(input, self.errors)?,
        };
        let Some(path) = path else {
            let message =
                format!("missing the path of the `file` before {}; {}", found(input), string_cure(input));
            return Err(at_next(input, message));
        };
        let body = if input.peek(Token![->]) {
            input.parse::<Token![->]>()?;
            let target = match self.bare_text(input) {
                Some(target) => Some(target),
                None => text_or_terms(input, self.errors)?,
            };
            let Some(target) = target else {
                let message =
                    format!("missing the target of the link before {}; {}", found(input), string_cure(input));
                return Err(at_next(input, message));
            };
            FileBody::Symlink(target)
        } else {
            FileBody::Content(self.content(input, &path)?)
        };
        Ok(ExtraFile { attributes, keyword: keyword.clone(), path, body })
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
                // The block is missing, too, but one mistake gets one error, which is that of the path.
                skip_item(input);
                self.recovered = true;
                return Ok(Header { attributes, keyword: keyword.clone(), items: Items::new() });
            }
        }
        let items = self.block(input, BlockKind::Entry, BlockKind::Entry.title())?;
        Ok(Header { attributes, keyword: keyword.clone(), items })
    }

    /// The target of a link, from the `->` on.
    fn target(&mut self, input: ParseStream) -> syn::Result<EntryName> {
        self.arrow_to_target(input)?;
        if word_before_literal(input).is_some() {
            let word = found(input).replace('`', "");
            let message = if ENTRIES.contains(&word.as_str()) {
                format!("`{word}` stands before the path; write `{}`", form(&word))
            } else {
                format!("a target stands alone behind `->`; remove `{word}`")
            };
            self.errors.add(at_next(input, message));
            input.parse::<TokenTree>()?;
        }
        match self.entry_name(input)? {
            Some(target) => Ok(target),
            None => Err(at_next(
                input,
                format!("missing the target of the link before {}; {}", found(input), string_cure(input)),
            )),
        }
    }

    /// A content, from the `=>` on.
    pub(super) fn content(&mut self, input: ParseStream, name: &impl ToTokens) -> syn::Result<Content> {
        self.arrow(input, name)?;
        if input.is_empty() || input.peek(Token![,]) {
            let message = "the content is missing after `=>`; write a string, or another value that is bytes";
            self.errors.at_span(input.cursor().prev_span(), message);
            return Ok(Content::Missing);
        }
        Ok(self.content_value(input))
    }

    /// A content, after its `=>` or its `:`.
    pub(super) fn content_value(&mut self, input: ParseStream) -> Content {
        if input.peek(Token![&]) && input.peek2(Lifetime) {
            self.errors.add(at_next(input, "a label is no variable; remove `&`"));
            let _ = input.parse::<Token![&]>();
        }
        let parsed = if is_whole_literal(input) {
            // Most contents are single literals. The code below would read them, too, but more slowly.
            input.parse().map(|lit| Content::Expr(Expr::Lit(ExprLit { attrs: Vec::new(), lit })))
        } else if begins_json(input) {
            input.parse::<Ident>().and_then(|_| self.json(input)).map(Content::Json)
        } else if input.cursor().token_tree().is_some_and(|(token, _)| is_json(&token)) {
            let (what, cure) =
                if input.peek(token::Brace) { ("map", "{ ... }") } else { ("list", "[ ... ]") };
            self.errors.add(at_next(input, format!("a {what} alone is no content; write `json {cure}`")));
            self.json(input).map(Content::Json)
        } else if let Some(message) = null(input) {
            Err(at_next(input, message))
        } else if is_map_of_attributes(input) {
            let map = map_of_words(input).unwrap_or_else(|| "`json { ... }`".to_owned());
            let message = format!(
                "a content has no fields; write `#[mode = 0o755] \"PATH\" => CONTENT` for a file with attributes, or {map}"
            );
            Err(at_next(input, message))
        } else if let Some(cure) = map_of_words(input) {
            // The keys of the map belong to the same mistake.
            Err(at_next(input, format!("a map alone is no content; write {cure}")))
        } else if let Some(message) = word_before_literal(input) {
            let error = at_next(input, message);
            // The literal belongs to the same mistake.
            input.parse::<Ident>().and_then(|_| input.parse::<Lit>()).and(Err(error))
        } else if let Some((label, property)) = whole_property(input, "bytes") {
            Ok(Content::Bytes(label, property))
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

/// An entry of which only the path could be read, which is reported already.
pub(super) fn unread(attributes: Vec<Attribute>, path: EntryName) -> Entry {
    Entry { is_behind_mistake: true, attributes, path, kind: EntryKind::Directory }
}

/// Whether a string is certainly meant as a reference: it is no platform, and it does not begin like one.
fn is_reference(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    let begins_platform = os::ALL.contains(&first) || arch::ALL.contains(&first);
    !begins_platform && GrammarPlatform::parse(text).is_err() && Reference::parse(text).is_ok()
}

fn is_platform(text: &str) -> bool {
    GrammarPlatform::parse(text).is_ok_and(|platform| platform.is_known())
}

/// The form of an entry that begins with a word, in the language or as people write it.
pub(super) fn form(word: &str) -> String {
    match word {
        "hardlink" => "hardlink \"PATH\" -> \"TARGET\"".to_owned(),
        "whiteout" | "opaque" | "fifo" => format!("{word} \"PATH\""),
        "char" | "block" => format!("{word} \"PATH\" (MAJOR, MINOR)"),
        _ => "\"PATH\" => CONTENT".to_owned(),
    }
}

/// The numbers of a device.
fn device(input: ParseStream, word: &Ident) -> syn::Result<(Expr, Expr)> {
    let form = format!("write `{}`", form(&word.to_string()));
    if !input.peek(token::Paren) {
        return Err(at_next(
            input,
            format!("missing the numbers of the device before {}; {form}", found(input)),
        ));
    }
    let content;
    let parentheses = parenthesized!(content in input);
    let mut numbers = Vec::new();
    while !content.is_empty() {
        numbers.push(not_a_label(&content, Expr::parse));
        if content.parse::<Token![,]>().is_err() {
            break;
        }
    }
    let is_read = content.is_empty();
    // Skips the rest of numbers that could not be read.
    content.parse::<TokenStream>()?;
    let numbers = numbers.into_iter().collect::<syn::Result<Vec<_>>>()?;
    match <[Expr; 2]>::try_from(numbers) {
        Ok([major, minor]) if is_read => Ok((major, minor)),
        _ => Err(syn::Error::new(parentheses.span.open(), format!("a device has two numbers; {form}"))),
    }
}

/// Whether this is a map with a string as its first key, or a list with such a map. No Rust expression has this form.
pub(super) fn is_json(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let mut tokens = group.stream().into_iter();
    match group.delimiter() {
        Delimiter::Brace => {
            matches!(tokens.next(), Some(TokenTree::Literal(_)))
                && matches!(tokens.next(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':')
        }
        Delimiter::Bracket => tokens.any(|token| is_json(&token)),
        Delimiter::Parenthesis | Delimiter::None => false,
    }
}

/// The cure for a map whose first key is a word, or that is empty. No block of Rust has these forms where a content stands.
fn map_of_words(input: ParseStream) -> Option<String> {
    let (inside, _, rest) = input.cursor().group(Delimiter::Brace)?;
    if inside.eof() {
        let ends = rest.eof() || rest.punct().is_some_and(|(punct, _)| punct.as_char() == ',');
        return ends.then(|| "`json {}`, or `\"\"` for no bytes".to_owned());
    }
    let (key, behind) = inside.ident()?;
    let (colon, behind) = behind.punct()?;
    let is_path = behind.punct().is_some_and(|(next, _)| next.as_char() == ':');
    (colon.as_char() == ':' && !is_path).then(|| format!("`json {{ \"{key}\": ... }}`, with strings as keys"))
}

/// The message for `null`, and for its names in other languages, in the place of a content.
fn null(input: ParseStream) -> Option<String> {
    let (word, rest) = input.cursor().ident().filter(|(word, _)| word == "null" || word == "None")?;
    let ends = rest.eof() || rest.punct().is_some_and(|(punct, _)| punct.as_char() == ',');
    ends.then(|| format!("`{word}` is no content; write `\"\"` for no bytes"))
}

/// The message for a word with a literal behind it, such as `file "a.bin"`. No expression of Rust has this form.
fn word_before_literal(input: ParseStream) -> Option<String> {
    let (word, behind) = input.cursor().ident()?;
    let (literal, _) = behind.literal()?;
    let cure = match word.to_string().as_str() {
        "file" | "path" => format!("`Content::file({literal})`"),
        "zeros" => format!("`Content::zeros({literal})`"),
        "include_bytes" | "include_str" => format!("`{word}!({literal})`"),
        "hardlink" => format!("`hardlink \"PATH\" -> {literal}`"),
        "symlink" | "link" | "ln" => format!("`\"PATH\" -> {literal}`"),
        _ => "a string, or another value that is bytes".to_owned(),
    };
    Some(format!("`{word}` is no content; write {cure}"))
}

/// Whether `json VALUE` stands next. In front of a token that continues an expression, `json` is a variable of the
/// user's.
fn begins_json(input: ParseStream) -> bool {
    if input.cursor().ident().is_none_or(|(word, _)| word != "json") || is_passed_on(input) {
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
