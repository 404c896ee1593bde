//! The head of a node, between the keyword and the block, as people who know other notations write it.

use oci_fixture_grammar::language::{BlockKind, COMPRESSIONS, Cure, ENTRIES, Habit, HabitPlace, OTHERS};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Ident, Lifetime, Lit, LitFloat, LitInt, LitStr, Token, token};

use super::arrow::take;
use super::tokens::{at_next, called, found, tokens_from, values_in_parentheses, written};
use super::{Before, Parser};
use crate::ast::{Encoder, Item, Node, Platform, Text};

/// The message for a string behind `layer` that is neither a media type nor a compression.
pub(crate) const REFERENCE_OF_A_LAYER: &str =
    "a `layer` has no reference; remove it, or write a label: `'label: layer { ... }`";

impl Parser<'_> {
    /// Tokens that do not belong between a keyword and the rest of the head: the comma of a list, an arrow, or the signs of a
    /// call. Returns whether it was a call.
    pub(super) fn behind_keyword(&mut self, input: ParseStream, node: &mut Node) -> bool {
        let kind = node.kind;
        if input.peek(Token![!]) || input.peek(Token![::]) {
            let place = at_next(input, "").span();
            let arguments = take_call(input);
            let reference = reference_in(kind, arguments.as_ref());
            let head = [kind.keyword()].into_iter().chain(reference.as_deref()).collect::<Vec<_>>().join(" ");
            let media_type = if kind == BlockKind::Blob && reference.is_none() { " \"TYPE\"" } else { "" };
            let message = format!("a node is no call; write `{head}{media_type} {{ ... }}`");
            self.errors.at_span(place, message);
            if kind == BlockKind::Blob {
                let media_type = arguments.and_then(|group| syn::parse2(group.stream()).ok());
                node.media_type = media_type.map(Text::Literal);
            }
            return true;
        }
        if kind == BlockKind::Layer && input.peek(Token![.]) && input.peek2(Ident) {
            let word = tokens_from(input.cursor()).nth(1).map(|word| word.to_string());
            if let Some(word) = word.filter(|word| COMPRESSIONS.contains(&word.as_str())) {
                self.errors.add(at_next(input, format!("a compression is a word; write `layer {word}`")));
                let _ = input.parse::<Token![.]>();
            }
            return false;
        }
        if let Some(message) = field_behind_dot(input, kind) {
            self.errors.add(at_next(input, message));
            return false;
        }
        if kind.has_reference()
            && let Some((name, tokens)) = name_of_reference(input)
        {
            let title = kind.title();
            let message =
                format!("the reference of {title} stands alone behind the keyword; remove `{name}`");
            self.errors.add(at_next(input, message));
            let _ = take(input, tokens);
            return false;
        }
        let is_sign = input.peek(Token![,]) || input.peek(Token![=>]) || input.peek(Token![->]);
        if !is_sign || !(kind.has_reference() || kind == BlockKind::Blob) {
            return false;
        }
        let ahead = input.fork();
        let sign = found(input);
        let is_arrow = !ahead.peek(Token![,]);
        let _ = ahead.parse::<TokenTree>();
        if is_arrow {
            let _ = ahead.parse::<TokenTree>();
        }
        // If anything else follows the text, the text begins the next item.
        let is_text = ahead.parse::<LitStr>().is_ok();
        let is_head = match kind {
            BlockKind::Blob => ahead.peek(Token![=>]) || ahead.peek(token::Brace),
            _ => ahead.is_empty() || ahead.peek(token::Brace) || ahead.peek(Ident) || ahead.peek(Token![,]),
        };
        if !is_text || !is_head {
            return false;
        }
        let what = if kind == BlockKind::Blob { "media type" } else { "reference" };
        self.errors
            .add(at_next(input, format!("the {what} of {} follows without {sign}; remove it", kind.title())));
        for _ in 0..=usize::from(is_arrow) {
            let _ = input.parse::<TokenTree>();
        }
        false
    }

    /// A node that begins with a call of a builder, such as `Manifest::new("app:1") { ... }`. `None` if the block is missing, or
    /// if the call is another one.
    pub(super) fn node_of_call(
        &mut self,
        input: ParseStream,
        before: &mut Before,
    ) -> Option<syn::Result<Item>> {
        let ahead = input.fork();
        let call = called(&ahead);
        if !ahead.peek(token::Brace) {
            return None;
        }
        let tokens: Vec<TokenTree> = call.clone().into_iter().collect();
        let words = tokens.iter().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        });
        let is_capital = |word: &&Ident| word.to_string().starts_with(char::is_uppercase);
        let word = words.clone().rfind(is_capital)?;
        let kind = BlockKind::of(&word.to_string().to_lowercase())?;
        let arguments = tokens.iter().find_map(|token| match token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        });
        let reference = reference_in(kind, arguments);
        let head = [kind.keyword()].into_iter().chain(reference.as_deref()).collect::<Vec<_>>().join(" ");
        let message = format!("a node begins with its keyword; write `{head} {{ ... }}`");
        if matches!(kind, BlockKind::Blob | BlockKind::Dangling) {
            // Their fields are read when the head is right.
            return Some(Err(syn::Error::new(word.span(), message)));
        }
        self.errors.at(words.clone().next(), message);
        called(input);
        Some(self.node(input, std::mem::take(before), kind, call, Some(Platform::Missing)))
    }

    /// Reports and takes references behind a reference.
    pub(super) fn further_references(&mut self, input: ParseStream, kind: BlockKind) {
        let ahead = input.fork();
        let mut further = None;
        while let (comma, Ok(text)) = (ahead.parse::<Token![,]>(), ahead.parse::<LitStr>()) {
            let (value, is_head) = (text.value(), ahead.peek(token::Brace) || ahead.peek(Token![=>]));
            let is_reference = value.contains([':', '@']) && !value.contains('(');
            if !(is_reference || comma.is_ok() && is_head) {
                break;
            }
            further = further.or(Some(text));
            if is_head {
                break;
            }
        }
        // Behind a comma, a string with anything else behind it begins the next item.
        let is_head = ahead.peek(token::Brace) || ahead.peek(Token![=>]) || !input.peek(Token![,]);
        let Some(further) = further.filter(|_| is_head) else { return };
        let message = if kind == BlockKind::Label {
            "a `tag` is one reference; write a `tag` for each".to_owned()
        } else {
            format!(
                "{} has one reference; write `tag {} => 'label` for another one",
                kind.title(),
                further.token()
            )
        };
        self.errors.add(at_next(input, message));
        input.advance_to(&ahead);
    }

    /// Reports tokens between the head of a node and its block: further platforms, a version, a label or a compression.
    pub(super) fn behind_head(&mut self, input: ParseStream, node: &Node) -> syn::Result<()> {
        if input.peek(token::Brace) {
            return Ok(());
        }
        if let Some(Platform::Words { os, architecture, .. }) = &node.platform {
            if (input.peek(Token![|]) || input.peek(Token![+])) && input.peek2(Ident) {
                let message = format!(
                    "a platform stands before a block of its own; write each by itself, such as `{os}/{architecture} {{ ... }}`"
                );
                self.errors.add(at_next(input, message));
                while !input.is_empty() && !input.peek(token::Brace) && !input.peek(Token![,]) {
                    input.parse::<TokenTree>()?;
                }
                return Ok(());
            }
            if input.peek(Token![:]) && (input.peek2(LitInt) || input.peek2(LitFloat)) {
                let place = at_next(input, "").span();
                input.parse::<Token![:]>()?;
                let mut version = String::new();
                while input.peek(LitInt) || input.peek(LitFloat) || input.peek(Token![.]) {
                    version.push_str(&input.parse::<TokenTree>()?.to_string());
                }
                let message = format!(
                    "a version stands behind the operating system, in a text; write `\"{os}({version})/{architecture}\"`"
                );
                self.errors.at_span(place, message);
            }
        }
        let ahead = input.fork();
        let is_sign = ahead.parse::<Token![=>]>().is_ok() || ahead.parse::<Token![:]>().is_ok();
        if let (true, Ok(label)) = (is_sign, ahead.parse::<Lifetime>()) {
            return Err(at_next(input, format!("a label stands for its node by itself; write `{label}`")));
        }
        let word = input.cursor().ident().map(|(word, _)| word.to_string()).unwrap_or_default();
        if node.kind == BlockKind::Manifest && COMPRESSIONS.contains(&word.as_str()) {
            let message =
                format!("a compression is that of a layer; write `layer {word} {{ ... }}` in the block");
            self.errors.add(at_next(input, message));
            input.parse::<Ident>()?;
        }
        let Some(Encoder::Named(name)) = &node.encoder else { return Ok(()) };
        let word = input.cursor().ident().map(|(word, _)| word.to_string()).unwrap_or_default();
        if word == "level" {
            let encoder = if name == "gzip" { "Gzip" } else { "Zstd" };
            let message = format!("a level is that of an encoder; write `layer ({encoder}::level(9))`");
            self.errors.add(at_next(input, message));
        } else if COMPRESSIONS.contains(&word.as_str()) {
            self.errors.add(at_next(input, format!("a layer has one compression; remove `{word}`")));
        }
        Ok(())
    }
}

/// The message for a field that is written as a member of its node: `config.cmd: [...]`.
fn field_behind_dot(input: ParseStream, kind: BlockKind) -> Option<String> {
    if !input.peek(Token![.]) {
        return None;
    }
    let ahead = input.fork();
    ahead.parse::<Token![.]>().ok()?;
    let field = ahead.call(Ident::parse_any).ok()?;
    let sets = ahead.peek(Token![:]) || ahead.peek(Token![=]);
    let keyword = kind.keyword();
    sets.then(|| format!("a field stands in the block of its node; write `{keyword} {{ {field}: ... }}`"))
}

/// The error of a keyword that is written as a function with two arguments: `blob("TYPE", content)`.
pub(super) fn call_of_keyword(input: ParseStream, name: &str, within: BlockKind) -> Option<syn::Error> {
    let mut arguments =
        values_in_parentheses(input)?.into_iter().map(ToTokens::into_token_stream).map(written);
    let (first, second) = (arguments.next()?, arguments.next()?);
    let first = if first.starts_with('"') { first } else { format!("({first})") };
    let form = match name {
        "entry" => format!("entry {{ name: {first}, body: {second} }}"),
        "file" if within != BlockKind::Fixture => return None,
        "blob" | "file" | "config" => format!("{name} {first} => {second}"),
        _ => return None,
    };
    Some(at_next(input, format!("a keyword is no function; write `{form}`")))
}

/// The error of an encoder without its parentheses: `layer Gzip::level(9) { ... }`. The encoder is read.
pub(super) fn encoder_without_parentheses(input: ParseStream) -> Option<syn::Error> {
    let ahead = input.fork();
    let call = written(called(&ahead));
    let encoder = call.replacen("gzip::", "Gzip::", 1).replacen("zstd::", "Zstd::", 1);
    if !call.contains("::") {
        return None;
    }
    let message = format!("an encoder stands in parentheses; write `layer ({encoder}) {{ ... }}`");
    let error = at_next(input, message);
    input.advance_to(&ahead);
    Some(error)
}

/// The cure of a word in the place of a compression.
pub(super) fn compression_cure(name: &Ident) -> String {
    match Habit::of(&name.to_string(), HabitPlace::Compression, BlockKind::Layer).map(|habit| habit.cure) {
        Some(Cure::Word(meant)) => format!("write `{meant}`"),
        Some(Cure::Say(cure)) => cure.to_owned(),
        _ => "write `gzip`, `zstd`, or an encoder: `(Gzip::level(9))`".to_owned(),
    }
}

/// Takes a `!` or a path behind a keyword, and the group behind it, unless that group is the block of the node.
fn take_call(input: ParseStream) -> Option<Group> {
    while input.peek(Token![!]) || input.peek(Token![::]) {
        if input.parse::<Token![!]>().is_err() {
            let _ = input.parse::<Token![::]>().and_then(|_| input.call(Ident::parse_any));
        }
    }
    if !input.peek(token::Paren) && !input.peek(token::Bracket) {
        return None;
    }
    input.parse::<Group>().ok()
}

/// The reference or the media type among the arguments of a call, as it stands in a declaration.
fn reference_in(kind: BlockKind, arguments: Option<&Group>) -> Option<String> {
    let takes_text = kind.has_reference() || kind == BlockKind::Blob;
    let first = arguments?.stream().into_iter().take_while(|token| token.to_string() != ",");
    let first: TokenStream = first.collect();
    if first.is_empty() || !takes_text {
        return None;
    }
    match syn::parse2::<LitStr>(first.clone()) {
        Ok(literal) => Some(literal.token().to_string()),
        Err(_) => Some(format!("({})", written(first))),
    }
}

/// The name before a reference, as of a field or of an argument, and the number of its tokens: `name:` or `as`.
fn name_of_reference(input: ParseStream) -> Option<(String, usize)> {
    let name = input.cursor().ident()?.0.to_string();
    let ahead = input.fork();
    ahead.call(Ident::parse_any).ok()?;
    let is_name = matches!(name.as_str(), "ref" | "reference" | "name" | "named" | "tag" | "image" | "as");
    if is_name && ahead.peek(LitStr) {
        return Some((name, 1));
    }
    let is_separated = ahead.peek(Token![:]) || ahead.peek(Token![=]);
    let separator = ahead.parse::<TokenTree>().ok()?;
    (is_name && is_separated && ahead.peek(LitStr)).then(|| (format!("{name}{separator}"), 2))
}

/// Whether a comma and a content follow, and nothing behind them, so that the comma is meant as the arrow.
pub(super) fn is_content_behind_comma(input: ParseStream) -> bool {
    let ahead = input.fork();
    if ahead.parse::<Token![,]>().is_err() || ahead.peek(Lifetime) {
        return false;
    }
    let word = ahead.cursor().ident().map(|(word, _)| word.to_string()).unwrap_or_default();
    if word == "json" {
        let _ = ahead.parse::<Ident>();
    } else if !called(&ahead).is_empty() {
        return ahead.is_empty() || ahead.peek(Token![,]);
    } else if BlockKind::of(&word).is_some() || ENTRIES.contains(&&*word) || OTHERS.contains(&&*word) {
        return false;
    }
    let is_value = ahead.peek(Lit)
        || ahead.peek(Ident)
        || ahead.peek(token::Paren)
        || ahead.peek(token::Bracket)
        || ahead.peek(token::Brace) && word == "json";
    is_value && ahead.parse::<TokenTree>().is_ok() && (ahead.is_empty() || ahead.peek(Token![,]))
}
