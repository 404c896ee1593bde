//! The recovering parser: tokens to a declaration.
//!
//! What is wrong goes to the collector, and parsing goes on behind it: a broken part becomes a placeholder, so that the
//! rest of the declaration keeps its shape and is checked too.

mod attribute;
mod entry;
mod field;
mod flow;
mod node;
mod text;
mod tokens;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use oci_fixture_grammar::language::Kind;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser as _};
use syn::{Ident, Lifetime, Lit, Token, braced, token};

use self::text::{label, text_or_terms};
use self::tokens::{at_next, declared_labels, found, is_block_behind_arrow, skip_angle_brackets, skip_item};
use crate::ast::{Attribute, Declaration, Item, Items};
use crate::errors::Errors;

/// Parses a whole declaration.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Declaration {
    let all = tokens.clone();
    let parser = |input: ParseStream| {
        let mut parser = Parser { errors, lost: HashSet::new(), recovered: false, faults: 0 };
        let items = parser.items(input, Kind::Fixture);
        let mut lost = parser.lost;
        if !parser.errors.is_empty() {
            declared_labels(all, &mut lost);
        }
        Ok(Declaration { items, lost })
    };
    // It takes all tokens, and reports what is wrong itself.
    parser.parse2(tokens).unwrap_or_default()
}

struct Parser<'e> {
    errors: &'e mut Errors,
    lost: HashSet<String>,
    /// Tokens were skipped, and perhaps what separates two items with them.
    recovered: bool,
    /// How many faults there were before the item that is being parsed.
    faults: usize,
}

/// What may stand before an item.
#[derive(Default)]
struct Before {
    attributes: Vec<Attribute>,
    label: Option<Lifetime>,
}

impl Parser<'_> {
    fn items(&mut self, input: ParseStream, within: Kind) -> Items {
        let mut items = Items::new();
        while !input.is_empty() {
            let ends_with_block = match self.item(input, within) {
                Ok(item) => {
                    let ends_with_block = item.ends_with_block();
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
        items
    }

    /// Reports an error, and skips to the end of the item.
    fn recover(&mut self, input: ParseStream, error: syn::Error) {
        self.errors.add(error);
        skip_item(input);
        self.recovered = true;
    }

    /// Items are separated as match arms are: after a block the comma may be left out.
    fn separator(&mut self, input: ParseStream, ends_with_block: bool) {
        let optional = std::mem::take(&mut self.recovered) || ends_with_block;
        if input.peek(Token![;]) {
            self.errors.add(at_next(input, "items are separated by `,`; write it instead of `;`"));
            let _ = input.parse::<Token![;]>();
        } else if !input.is_empty() && input.parse::<Token![,]>().is_err() && !optional && begins_item(input)
        {
            self.errors.add(at_next(input, format!("missing `,` before {}", found(input))));
        }
    }

    fn item(&mut self, input: ParseStream, within: Kind) -> syn::Result<Item> {
        let mut before = Before { attributes: self.attributes(input), label: None };
        if input.is_empty() {
            let end = input.cursor().prev_span();
            return Err(syn::Error::new(end, "nothing follows the attribute; remove it"));
        }
        self.faults = self.errors.count();
        if input.peek(Lifetime) {
            let label = label(input)?;
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
        if input.peek(Token![..]) {
            self.bare(&before, "`..`", "write it where the parts are made");
            return self.splice(input);
        }
        if let Some(name) = text_or_terms(input, self.errors)? {
            return self.named(input, within, before, name);
        }
        if !input.peek(Ident::peek_any) {
            return Err(at_next(input, format!("{} begins nothing; {}", found(input), holds(within))));
        }
        let word = input.call(Ident::parse_any)?;
        if input.peek(Token![:]) && !input.peek(Token![::]) {
            self.unlabelled(&before, "a field");
            return self.field(input, within, before.attributes, word).map(Item::Field);
        }
        if input.peek(Token![/]) {
            let (platform, head) = self.words(input, word);
            return self.node(input, before, Kind::Manifest, head, Some(platform));
        }
        self.keyword(input, within, before, &word)
    }

    /// What has neither attributes nor a label.
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

    fn label_is_no_keyword(&mut self, label: &Lifetime) {
        if syn::parse2::<Lifetime>(label.to_token_stream()).is_err() {
            let message = format!("`{label}` is a word of Rust, and no label; write another name");
            self.errors.at(label, message);
        }
    }

    /// The block of a node, or of a flow within one.
    fn block(&mut self, input: ParseStream, within: Kind, title: &str) -> syn::Result<Items> {
        if input.peek(Token![<]) {
            self.errors.add(at_next(input, "a block is written with braces; write `{` instead of `<`"));
            skip_angle_brackets(input);
            self.recovered = true;
            return Ok(Items::new());
        }
        if is_block_behind_arrow(input) {
            self.errors.add(at_next(input, format!("the block of {title} follows without `=>`; remove it")));
            input.parse::<Token![=>]>()?;
        }
        if !input.peek(token::Brace) {
            let message = format!("missing the block of {title}; write `{{ ... }}` before {}", found(input));
            return Err(at_next(input, message));
        }
        let content;
        braced!(content in input);
        let items = self.items(&content, within);
        self.recovered = false;
        Ok(items)
    }
}

/// Where the attribute of a flow belongs.
const INTO_FLOW: &str = "move it to what is declared there";

/// Whether the next token may begin an item; what may not is reported as such.
fn begins_item(input: ParseStream) -> bool {
    input.peek(Ident::peek_any)
        || input.peek(Lit)
        || input.peek(Lifetime)
        || input.peek(token::Paren)
        || input.peek(Token![#])
        || input.peek(Token![..])
}

fn holds(within: Kind) -> String {
    format!("{} holds {}", within.title(), within.fitting())
}
