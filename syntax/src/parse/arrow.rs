//! The arrow between a path and its content or its target, and the tokens that people write in its place.

use oci_fixture_grammar::language::{BlockKind, KnownAttribute};
use proc_macro2::{Delimiter, Spacing, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Ident, Lit, LitInt, LitStr, Token, token};

use super::begins_item;
use super::entry::unread;
use super::field::is_sign;
use super::head::is_content_behind_comma;
use super::text::EXPRESSION;
use super::tokens::{at_next, found, is_block_behind_arrow};
use super::{Before, Parser};
use crate::ast::{EntryName, Item, Text};

impl Parser<'_> {
    /// An entry as shells have it: a path without quotes, or with a mode that is no attribute. `None` for any other item.
    pub(super) fn entry_of_a_shell(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: &mut Before,
    ) -> Option<syn::Result<Item>> {
        if !within.holds_entries() {
            return None;
        }
        if let Some(error) = mode_alone(input) {
            if input.is_empty() {
                return Some(Err(error));
            }
            self.errors.add(error);
            return Some(self.item(input, within));
        }
        let place = at_next(input, "").span();
        let path = bare_path(input)?;
        self.errors.at_span(place, format!("a path is a string; write `{path:?}`"));
        let path = EntryName::Text(Text::Literal(LitStr::new(&path, place)));
        let before = std::mem::take(before);
        if input.is_empty() || input.peek(Token![,]) {
            return Some(Ok(Item::Entry(unread(before.attributes, path))));
        }
        Some(self.entry_of(input, before, path).map(Item::Entry))
    }

    /// Takes the `=>` before a content. Other signs in its place are reported, and read as it.
    pub(super) fn arrow(&mut self, input: ParseStream, name: &impl ToTokens) -> syn::Result<()> {
        if input.peek(Token![=>]) {
            return input.parse::<Token![=>]>().map(drop);
        }
        if input.peek(Token![<-]) {
            return Err(at_next(input, "write `->` for a symbolic link instead of `<-`"));
        }
        if let Some(taken) = self.misread_arrow(input, "=>") {
            return taken;
        }
        let name = match syn::parse2::<Lit>(name.to_token_stream()) {
            Ok(literal) => format!("`{}`", literal.to_token_stream()),
            Err(_) => "the expression".to_owned(),
        };
        Err(at_next(
            input,
            match () {
                () if input.peek(Token![+]) => EXPRESSION.to_owned(),
                () if input.peek(Token![#]) => {
                    format!("an attribute stands before its entry; move it before {name}")
                }
                () if self.within == BlockKind::Fixture && input.peek(Ident) && input.peek2(Token![/]) => {
                    let reference = name.replace('`', "");
                    format!("the keyword before the reference is missing; write `manifest {reference}`")
                }
                () if input.is_empty() || input.peek(Token![,]) => {
                    format!("missing the content behind {name}; write `=> CONTENT`")
                }
                () if name == "the expression" && begins_item(input, BlockKind::Fixture) => {
                    format!("missing `,` before {}", found(input))
                }
                () => format!("missing `=>` between {name} and {}", found(input)),
            },
        ))
    }

    /// Takes the `->` before the target of a link.
    pub(super) fn arrow_to_target(&mut self, input: ParseStream) -> syn::Result<()> {
        if input.peek(Token![->]) {
            return input.parse::<Token![->]>().map(drop);
        }
        if let Some(taken) = self.misread_arrow(input, "->") {
            return taken;
        }
        Err(at_next(input, format!("missing `->` before {}; write `-> \"TARGET\"`", found(input))))
    }

    /// Reports and takes other signs, or a comma, in the place of an arrow.
    fn misread_arrow(&mut self, input: ParseStream, arrow: &str) -> Option<syn::Result<()>> {
        let comma = || is_content_behind_comma(input).then(|| ",".to_owned());
        let sign = other_arrow(input).or_else(comma)?;
        self.errors.add(at_next(input, format!("write `{arrow}` instead of `{sign}`")));
        Some(take(input, sign.len()))
    }

    /// Reports and takes what stands between the path of an entry and its arrow, which is meant as an attribute.
    pub(super) fn between(&mut self, input: ParseStream, path: &EntryName) -> syn::Result<()> {
        let Some(between) = tokens_before_arrow(input) else { return Ok(()) };
        let path = path.to_token_stream();
        let message = format!(
            "nothing stands between a path and its arrow; write an attribute before `{path}`, such as `#[mode = 0o755]`"
        );
        self.errors.add(at_next(input, message));
        take(input, between)
    }

    /// Whether two paths alone stand next to each other, which were meant as a path and its content, or as two directories.
    pub(super) fn is_pair(&mut self, input: ParseStream, path: &EntryName) -> bool {
        if !input.peek(Token![,]) {
            return false;
        }
        let ahead = input.fork();
        let other = ahead.parse::<Token![,]>().and_then(|_| ahead.parse::<LitStr>());
        let (Ok(other), EntryName::Text(_), Some(name)) = (other, path, path.literal()) else { return false };
        if !is_content_behind_comma(input) || other.value().ends_with('/') {
            return false;
        }
        let quoted = path.to_token_stream();
        let (one, two) = (format!("{name}/"), format!("{}/", other.value()));
        let other = other.token();
        let message = format!(
            "`{quoted}` has no content; write `{quoted} => {other}`, or `{one:?}, {two:?}` for two directories"
        );
        self.errors.at(path, message);
        take(input, 2).is_ok()
    }
}

/// The error of a mode that stands alone, such as `0o755` before a path or behind a content. The mode is read.
fn mode_alone(input: ParseStream) -> Option<syn::Error> {
    let ahead = input.fork();
    let _ = ahead.parse::<Token![@]>();
    let mode = ahead.parse::<LitInt>().ok()?.to_string();
    let is_mode = mode.starts_with('0') || matches!(mode.len(), 3 | 4);
    let digits = mode.trim_start_matches("0o").trim_start_matches('0');
    let is_octal = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(8));
    if !is_mode || other_arrow(&ahead).is_some() {
        return None;
    }
    let digits = if is_octal { digits } else { "755" };
    let message = format!("a mode is an attribute before the path; write `#[mode = 0o{digits}]`");
    let error = at_next(input, message);
    let _ = ahead.parse::<Token![,]>();
    input.advance_to(&ahead);
    Some(error)
}

/// The error of a directory with an empty content, such as `"etc/" => {}`. The content is read.
pub(super) fn content_of_directory(input: ParseStream, path: &EntryName) -> Option<syn::Error> {
    if !input.peek(Token![=>]) || !path.is_directory() {
        return None;
    }
    let ahead = input.fork();
    ahead.parse::<Token![=>]>().ok()?;
    let error =
        at_next(input, format!("a directory has no content; write `{}` alone", path.to_token_stream()));
    let is_empty = match ahead.parse::<TokenTree>().ok()? {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && group.stream().is_empty(),
        TokenTree::Ident(word) => word == "null" || word == "None",
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    };
    (is_empty && (ahead.is_empty() || ahead.peek(Token![,]))).then(|| {
        let _ = take(input, 3);
        error
    })
}

/// Takes the string behind an entry that begins with a word and has one path, with the comma before it. A string before an
/// arrow begins an entry of its own.
pub(super) fn further_path(input: ParseStream) -> Option<LitStr> {
    let ahead = input.fork();
    let comma = ahead.parse::<Token![,]>().is_ok();
    let path = ahead.parse::<LitStr>().ok().filter(|path| !comma || !path.value().ends_with('/'))?;
    if !ahead.is_empty() && !ahead.peek(Token![,]) && !ahead.peek(LitStr) {
        return None;
    }
    take(input, usize::from(comma) + 1).ok().map(|()| path)
}

/// The signs that stand next, if they are meant as an arrow, such as `=`, `:`, `==`, `>` or `-->`. An arrow of the other sort
/// is one of them, too.
pub(super) fn other_arrow(input: ParseStream) -> Option<String> {
    let mut signs = String::new();
    let mut next = input.cursor();
    while let Some((punct, rest)) = next.punct() {
        next = rest;
        if !matches!(punct.as_char(), '=' | '-' | '<' | '>' | '~' | ':') {
            break;
        }
        signs.push(punct.as_char());
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    // In front of a number, `-` is its sign.
    let is_number = signs == "-" && input.peek2(LitInt);
    (!signs.is_empty() && !is_number).then_some(signs)
}

/// The number of tokens before an arrow that stands behind a word or behind parentheses: `(mode: 0o755) => CONTENT`.
fn tokens_before_arrow(input: ParseStream) -> Option<usize> {
    if !input.peek(token::Paren) && !input.peek(token::Bracket) && !input.peek(Ident) {
        return None;
    }
    let ahead = input.fork();
    let mut between = 0;
    while !ahead.peek(Token![=>]) && !ahead.peek(Token![->]) {
        // A comma ends the item, and behind a block another one may begin.
        if ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Token![;]) || ahead.peek(token::Brace) {
            return None;
        }
        ahead.parse::<TokenTree>().ok()?;
        between += 1;
    }
    Some(between)
}

pub(super) fn take(input: ParseStream, tokens: usize) -> syn::Result<()> {
    for _ in 0..tokens {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The cure for words in the place of a string: a path without its quotes, or a variable without its parentheses.
pub(super) fn string_cure(input: ParseStream) -> String {
    let ahead = input.fork();
    match bare_words(&ahead) {
        Some(word) if syn::parse_str::<Ident>(&word).is_ok() => {
            format!("write `{word:?}`, or `({word})` for a variable")
        }
        Some(path) => format!("write `{path:?}`"),
        None => "write it as a string".to_owned(),
    }
}

/// Takes a path without quotes, such as `etc/motd`, `/etc` or `./a-b.txt`. `None` if no word stands next.
fn bare_words(input: ParseStream) -> Option<String> {
    let mut path = String::new();
    loop {
        if let Ok(word) = input.call(Ident::parse_any) {
            path.push_str(&word.to_string());
        }
        let sign = ['/', '.', '-', '~'].into_iter().find(|sign| is_sign(input, *sign));
        let Some(sign) = sign.filter(|_| !input.peek(Token![->])) else { break };
        path.push(sign);
        input.parse::<TokenTree>().ok()?;
    }
    path.chars().any(char::is_alphanumeric).then_some(path)
}

/// Takes a path without quotes where an item begins. It is certainly a path if an arrow follows, or if a `/` stands at its begin
/// or its end. The result is the path as it is written in a layer.
fn bare_path(input: ParseStream) -> Option<String> {
    let ahead = input.fork();
    let path = bare_words(&ahead).filter(|path| path.contains(['/', '-']) || path.starts_with('.'))?;
    let is_arrow = (ahead.peek(Token![=>]) || ahead.peek(Token![->])) && !is_block_behind_arrow(&ahead);
    let is_edge = path.starts_with(['/', '~']) || path.starts_with("./") || path.ends_with('/');
    let ends = ahead.is_empty() || ahead.peek(Token![,]);
    if !(is_arrow || is_edge && ends) {
        return None;
    }
    input.advance_to(&ahead);
    Some(path.trim_start_matches(['~', '.', '/']).to_owned())
}

/// Whether the block that follows holds the attributes of a file, as a map: `{ content: "...", mode: 0o755 }`.
pub(super) fn is_map_of_attributes(input: ParseStream) -> bool {
    let Some((inside, ..)) = input.cursor().group(Delimiter::Brace) else { return false };
    let Some((key, rest)) = inside.ident() else { return false };
    let key = key.to_string();
    let is_content = matches!(key.as_str(), "content" | "contents" | "data" | "body" | "text");
    let is_attribute = KnownAttribute::of(&key).is_some_and(|known| known.entries);
    (is_content || is_attribute) && rest.punct().is_some_and(|(sign, _)| matches!(sign.as_char(), ':' | '='))
}
