//! The recovering parser: tokens to a declaration.
//!
//! The collector gets an error for each mistake, and parsing goes on behind it. A placeholder replaces the part that could
//! not be read, so that the rest of the declaration keeps its shape and is checked, too.

mod arrow;
mod attribute;
mod block;
mod entry;
mod field;
mod flow;
mod habit;
mod head;
mod http;
mod label;
mod node;
mod platform;
mod text;
mod tokens;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use oci_fixture_grammar::language::{BlockKind, ENTRIES, NODES, OTHERS};
use oci_fixture_grammar::platform::os;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Ident, Lifetime, Lit, LitByteStr, Token, braced, token};

pub(crate) use self::habit::format_cure;
pub(crate) use self::head::REFERENCE_OF_A_LAYER;
use self::label::is_path_of_a_label;
use self::text::{is_passed_on, label, text_or_terms};
use self::tokens::{
    at_next, declared_labels, first_of_literal, found, skip_item, tokens_from, values_in_parentheses, written,
};
use crate::ast::{Attribute, Content, Declaration, EntryKind, EntryName, Item, Items, Splice, Text};
use crate::errors::Errors;

/// Parses a whole declaration, whose last token stands at `end`.
///
/// The items are kept outside of syn's parse. When syn drops the buffer of a group that was not read to its end, the whole
/// parse becomes an error, and would take the items with it.
pub(crate) fn parse(tokens: TokenStream, end: Span, errors: &mut Errors) -> Declaration {
    let mut parser = Parser {
        errors,
        lost: HashSet::new(),
        recovered: false,
        reported: false,
        mistakes: 0,
        within: BlockKind::Fixture,
        before_block: 0,
    };
    let mut items = Items::new();
    let parsed = |input: ParseStream| {
        let content;
        braced!(content in input);
        items = parser.items(&content, BlockKind::Fixture);
        Ok(())
    };
    // An error at the end of the group points at the last token. Without the group, syn would point at the whole call of the
    // macro.
    let mut group = Group::new(Delimiter::Brace, tokens.clone());
    group.set_span(end);
    let parsed = parsed.parse2(TokenTree::Group(group).into());
    let mut lost = parser.lost;
    if let (Err(error), true) = (parsed, errors.is_empty()) {
        errors.at_span(error.span(), "the declaration cannot be read from here on; write it otherwise");
    }
    if !errors.is_empty() {
        declared_labels(tokens, &mut lost);
    }
    Declaration { items, lost }
}

struct Parser<'e> {
    errors: &'e mut Errors,
    lost: HashSet<String>,
    /// Whether tokens were skipped, one of which may have been the comma between two items.
    recovered: bool,
    /// Whether the item that cannot be read is reported already.
    reported: bool,
    /// The number of mistakes before the item that is being parsed.
    mistakes: usize,
    /// The block whose items are being parsed.
    within: BlockKind,
    /// How many mistakes had been found before that block.
    before_block: usize,
}

/// The attributes and the label before an item.
#[derive(Default)]
struct Before {
    attributes: Vec<Attribute>,
    label: Option<Lifetime>,
}

impl Parser<'_> {
    fn items(&mut self, input: ParseStream, within: BlockKind) -> Items {
        let mut items = Items::new();
        let around = (self.within, self.before_block);
        if self.within != within {
            // The block of a `for` or an `if` is a part of the block around it.
            (self.within, self.before_block) = (within, self.errors.count());
        }
        while !input.is_empty() {
            let ends_with_block = match self.item(input, within) {
                Ok(item) => {
                    let ends_with_block = item.ends_with_block();
                    if let Some(error) = further_content(input, &item) {
                        self.errors.add(error);
                    }
                    items.push(item);
                    ends_with_block
                }
                Err(error) => {
                    self.recover(input, error);
                    true
                }
            };
            self.separator(input, ends_with_block);
        }
        (self.within, self.before_block) = around;
        items
    }

    /// Whether a mistake stands before this place in the same block.
    fn is_behind_mistake(&self) -> bool {
        self.errors.count() > self.before_block
    }

    /// Reports an error, and skips to the end of the item.
    fn recover(&mut self, input: ParseStream, error: syn::Error) {
        if !std::mem::take(&mut self.reported) {
            self.errors.add(error);
        }
        skip_item(input);
        self.recovered = true;
    }

    /// Items are separated as match arms are: after a block the comma may be left out.
    fn separator(&mut self, input: ParseStream, ends_with_block: bool) {
        let recovered = std::mem::take(&mut self.recovered);
        let optional = recovered || ends_with_block;
        self.attributes_behind(input);
        if let Some(error) = flow_behind(input).filter(|_| !optional) {
            self.errors.add(error);
            skip_item(input);
        }
        if input.peek(Token![;]) {
            // The `;` at the end of a statement that is reported already belongs to the same mistake.
            if !recovered {
                self.errors.add(at_next(input, "items are separated by `,`; write it instead of `;`"));
            }
            let _ = input.parse::<Token![;]>();
        } else if !input.is_empty()
            && input.parse::<Token![,]>().is_err()
            && !optional
            && begins_item(input, self.within)
        {
            self.errors.add(at_next(input, format!("missing `,` before {}", found(input))));
        }
    }

    fn item(&mut self, input: ParseStream, within: BlockKind) -> syn::Result<Item> {
        let mut before = Before { attributes: self.attributes(input), label: None };
        if input.is_empty() {
            let end = input.cursor().prev_span();
            return Err(syn::Error::new(end, "nothing follows the attribute; remove it"));
        }
        self.mistakes = self.errors.count();
        if input.peek(Lifetime) && !(within.holds_entries() && is_path_of_a_label(input)) {
            let label = self.label_of_words(input, label(input)?);
            if !input.peek(Token![:]) {
                return self.again(input, &before, label).map(Item::Again);
            }
            self.label_is_no_keyword(&label);
            input.parse::<Token![:]>()?;
            if input.is_empty() || input.peek(Token![,]) {
                let message = format!("missing the node behind the label; write `{label}: layer {{ ... }}`");
                return Err(syn::Error::new_spanned(label, message));
            }
            if input.peek(Lifetime) {
                return Err(at_next(input, "a node has one label; remove one of the two"));
            }
            if input.peek(Token![#]) {
                self.errors.add(at_next(
                    input,
                    format!("an attribute stands before the label; move it before `{label}:`"),
                ));
                before.attributes.extend(self.attributes(input));
            }
            before.label = Some(label);
        }
        if input.peek(Token![for]) {
            self.bare(&before, "the `for`", INTO_FLOW);
            return self.for_flow(input, within).map(Item::For);
        }
        if input.peek(Token![if]) {
            self.bare(&before, "the `if`", INTO_FLOW);
            return self.if_flow(input, within).map(Item::If);
        }
        if input.peek(Token![...]) {
            self.errors.add(at_next(input, "parts are put in by two dots; write `..` instead of `...`"));
            let [first, second, _] = input.parse::<Token![...]>()?.spans;
            let dots = Token![..]([first, second]);
            return self.expression(input).map(|parts| Item::Splice(Splice { dots, parts }));
        }
        if input.peek(Token![..]) {
            self.bare(&before, "`..`", "write it where the parts are made");
            return self.splice(input);
        }
        let literal = first_of_literal(input);
        if literal == Some('b') && input.peek(LitByteStr) && !is_passed_on(input) {
            let path = EntryName::Bytes(input.parse()?);
            return self.entry_of(input, before, path).map(Item::Entry);
        }
        if literal.is_none_or(|first| first.is_ascii_digit()) {
            if let Some(error) = item_of_tuple(input, within) {
                return Err(error);
            }
            if let Some(item) = self.entry_of_a_shell(input, within, &mut before) {
                return item;
            }
            if let Some(error) = whole_in_braces(input, within) {
                return Err(error);
            }
        }
        if let Some(name) = text_or_terms(input, self.errors)? {
            if let Text::Literal(literal) = &name
                && let Some(item) = self.quoted_name(input, within, &mut before, literal)
            {
                return item;
            }
            return self.named(input, within, before, name);
        }
        if !input.peek(Ident::peek_any) {
            let begins_nothing =
                at_next(input, format!("{} begins nothing; {}", found(input), holds(within, "")));
            return self.item_of_template(input, within, before).unwrap_or(Err(begins_nothing));
        }
        if input.peek2(Token![::])
            && let Some(item) = self.node_of_call(input, &mut before)
        {
            return item;
        }
        if let Some(item) = self.bare_expression(input, within, &mut before) {
            return item;
        }
        let word = input.call(Ident::parse_any)?;
        if (input.peek(Token![:]) || input.peek(Token![=]))
            && let Some(item) = self.bare_label(input, within, &mut before, &word)
        {
            return item;
        }
        if input.peek(Token![:]) && !input.peek(Token![::]) {
            self.unlabelled(&before, "a field");
            return self.field(input, within, before.attributes, word).map(Item::Field);
        }
        if input.peek(Token![/]) {
            let (platform, head) = self.words(input, word);
            let platform = self.known_words(platform);
            return self.node(input, before, BlockKind::Manifest, head, Some(platform));
        }
        self.keyword(input, within, before, &word)
    }

    /// Reports attributes and a label before an item that can have neither.
    fn bare(&mut self, before: &Before, what: &str, cure: &str) {
        for attribute in &before.attributes {
            let message = format!("an attribute does not belong to {what}; {cure}");
            self.errors.at(&attribute.name, message);
        }
        self.unlabelled(before, what);
    }

    fn unlabelled(&mut self, before: &Before, what: &str) {
        if let Some(label) = &before.label {
            let message = format!(
                "a label does not belong to {what}; write it before a node: `{label}: layer {{ ... }}`"
            );
            self.errors.at(label, message);
        }
    }
}

/// The error of a tuple in the place of an item, as in a Rust list of entries.
fn item_of_tuple(input: ParseStream, within: BlockKind) -> Option<syn::Error> {
    let mut values = values_in_parentheses(input)?.into_iter();
    if !within.holds_entries() {
        return Some(at_next(input, format!("a tuple is no item; {}", holds(within, ""))));
    }
    let name = |value: Expr| match value {
        Expr::Lit(_) => written(value.into_token_stream()),
        value => format!("({})", written(value.into_token_stream())),
    };
    let (path, content) = (name(values.next()?), written(values.next()?.into_token_stream()));
    Some(at_next(input, format!("a tuple is no entry; write `{path} => {content}`")))
}

/// The cure for an attribute before a `for` or an `if`.
const INTO_FLOW: &str = "move it to what is declared there";

/// Whether the next token may begin an item. A token that may not gets its own error when it is read as an item.
fn begins_item(input: ParseStream, within: BlockKind) -> bool {
    if let Ok(word) = input.fork().call(Ident::parse_any) {
        let word = word.to_string();
        let is_field = input.peek2(Token![:]) && !input.peek2(Token![::]);
        return is_field
            || input.peek2(Token![/])
            || within.field(&word).is_some()
            || NODES.iter().any(|kind| kind.keyword() == word)
            || ENTRIES.contains(&word.as_str())
            || OTHERS.contains(&word.as_str());
    }
    input.peek(Lit)
        || input.peek(Lifetime)
        || input.peek(token::Paren)
        || input.peek(Token![#])
        || input.peek(Token![..])
}

/// The error of a further string behind a content, which C and Python would join. The string is read.
fn further_content(input: ParseStream, item: &Item) -> Option<syn::Error> {
    input.cursor().literal()?;
    let has_content = match item {
        Item::Entry(entry) => matches!(&entry.kind, EntryKind::File(Content::Expr(Expr::Lit(_)))),
        Item::Node(node) => matches!(&node.content, Some(Content::Expr(Expr::Lit(_)))),
        Item::File(_) => true,
        _ => false,
    };
    let ahead = input.fork();
    let is_bare = has_content && ahead.parse::<Lit>().is_ok() && (ahead.is_empty() || ahead.peek(Token![,]));
    let error = at_next(input, "a content is one value; write the strings as one");
    is_bare.then(|| {
        let _ = input.parse::<Lit>();
        error
    })
}

/// The error of an `if` or a `for` that stands behind its item, without a block.
fn flow_behind(input: ParseStream) -> Option<syn::Error> {
    let keyword = input.cursor().ident().filter(|(word, _)| word == "if" || word == "for")?.0;
    let mut rest = tokens_from(input.cursor()).take_while(|token| token.to_string() != ",");
    let has_block =
        rest.any(|token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace));
    let form = if keyword == "if" { "if CONDITION { ... }" } else { "for PATTERN in VALUES { ... }" };
    let message = format!("an item stands in the block of its `{keyword}`; write `{form}`");
    (!has_block).then(|| at_next(input, message))
}

/// The error of a whole declaration with the macro around it, which stands in a file or in the macro, or of items in
/// parentheses.
fn whole_in_braces(input: ParseStream, within: BlockKind) -> Option<syn::Error> {
    let ahead = input.fork();
    if let Some((inside, ..)) = input.cursor().group(Delimiter::Parenthesis) {
        let (word, rest) = inside.ident()?;
        let word = word.to_string();
        let is_platform =
            os::ALL.contains(&word.as_str()) && rest.punct().is_some_and(|(slash, _)| slash.as_char() == '/');
        let is_node = BlockKind::of(&word).is_some() && rest.literal().is_some();
        let is_block =
            |token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let is_items = (is_platform || is_node) && tokens_from(inside).any(is_block);
        return is_items.then(|| at_next(input, "items stand without parentheses; remove `(` and `)`"));
    }
    if within != BlockKind::Fixture {
        return None;
    }
    let word = ahead.call(Ident::parse_any).ok()?.to_string();
    let is_macro = ahead.parse::<Token![!]>().is_ok();
    let is_whole = if is_macro {
        word == "oci_image"
    } else {
        ["oci_image", "Fixture", "fixture", "layout"].contains(&word.as_str())
    };
    if !is_whole || !(ahead.peek(token::Brace) || is_macro) {
        return None;
    }
    let sign = if is_macro { "!" } else { "" };
    Some(at_next(
        input,
        format!("a declaration begins with its items; remove `{word}{sign}` and the braces behind it"),
    ))
}

fn holds(within: BlockKind, word: &str) -> String {
    format!("{} holds {}", within.title(), within.fitting(word))
}
