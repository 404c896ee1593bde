//! The block of a node, of a `for` or of an `if`, and what people write before it or in its place.

use oci_fixture_grammar::language::BlockKind;
use proc_macro2::{Delimiter, TokenTree};
use syn::parse::ParseStream;
use syn::{Ident, Token, braced, token};

use super::Parser;
use super::arrow::take;
use super::text::EXPRESSION;
use super::tokens::{at_next, found, holds_content, is_arrow, skip_angle_brackets, tokens_from};
use crate::ast::Items;

impl Parser<'_> {
    /// The block of a node, of a `for` or of an `if`.
    pub(super) fn block(&mut self, input: ParseStream, within: BlockKind, title: &str) -> syn::Result<Items> {
        let is_alone = input.peek(token::Brace) && !input.peek2(token::Brace);
        if !is_alone && !self.before_block(input, within, title)? {
            self.recovered = true;
            return Ok(Items::new());
        }
        let content;
        braced!(content in input);
        let items = self.items(&content, within);
        self.recovered = false;
        Ok(items)
    }

    /// Reports and takes what stands before a block or in its place. Returns whether the block follows.
    fn before_block(&mut self, input: ParseStream, within: BlockKind, title: &str) -> syn::Result<bool> {
        if input.peek(Token![<]) {
            self.errors.add(at_next(input, "a block is written with braces; write `{` instead of `<`"));
            skip_angle_brackets(input);
            return Ok(false);
        }
        if input.peek(Token![#]) && input.peek2(token::Bracket) {
            self.errors.add(at_next(input, "an attribute stands before its node; move it there"));
            while input.peek(Token![#]) && input.peek2(token::Bracket) {
                let _ = input.parse::<Token![#]>().and_then(|_| input.parse::<TokenTree>());
            }
        }
        if let Some((sign, tokens)) = sign_before_block(input) {
            self.errors
                .add(at_next(input, format!("the block of {title} follows without `{sign}`; remove it")));
            take(input, tokens)?;
        }
        if let Some(variable) = variable_in_braces(input) {
            self.errors
                .add(at_next(input, format!("an expression stands in parentheses; write `({variable})`")));
            input.parse::<TokenTree>()?;
        }
        if input.peek(token::Bracket) && input.peek2(token::Brace) {
            let message = if within.has_reference() {
                format!("{title} has one reference; write `tag \"REF\" => 'label` for another one")
            } else {
                format!("{title} has nothing in brackets before its block; remove `[` and `]`")
            };
            self.errors.add(at_next(input, message));
            input.parse::<TokenTree>()?;
        }
        if input.peek(token::Bracket) || is_block_in_parentheses(input) {
            let message = format!("a block is written with braces; write `{{` instead of {}", found(input));
            self.errors.add(at_next(input, message));
            input.parse::<TokenTree>()?;
            return Ok(false);
        }
        if !input.peek(token::Brace) {
            let message = match within {
                BlockKind::Layer if input.peek(Token![=>]) => {
                    "a `layer` has no content; write its entries in a block: `layer { ... }`".to_owned()
                }
                _ if input.peek(Token![=]) && !input.peek(Token![=>]) => {
                    format!("no `=` stands behind the keyword of {title}; remove it")
                }
                _ if input.peek(Token![+]) => EXPRESSION.to_owned(),
                _ if input.peek(Token![&]) || input.peek(Token![$]) || input.peek(Token![#]) => {
                    let variable = tokens_from(input.cursor()).nth(1);
                    let variable =
                        variable.map_or_else(|| "VALUE".to_owned(), |variable| variable.to_string());
                    format!("an expression stands in parentheses; write `({variable})`")
                }
                _ if input.peek(token::Paren) && input.peek2(token::Brace) => {
                    format!("{title} has nothing in parentheses before its block; remove them")
                }
                _ => format!("missing the block of {title}; write `{{ ... }}` before {}", found(input)),
            };
            return Err(at_next(input, message));
        }
        Ok(true)
    }
}

/// A sign or a word that other languages have before a block, and the number of its tokens.
fn sign_before_block(input: ParseStream) -> Option<(String, usize)> {
    let tokens = if input.peek(Token![=>]) { 2 } else { 1 };
    let mut next = tokens_from(input.cursor());
    let sign = next.by_ref().take(tokens).map(|token| token.to_string()).collect::<String>();
    let is_block =
        matches!(next.next(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
    (is_block && matches!(sign.as_str(), "," | ";" | ":" | "=" | "=>" | "then" | "do"))
        .then_some((sign, tokens))
}

/// The variable in the braces that stand before a block, as in a template.
fn variable_in_braces(input: ParseStream) -> Option<String> {
    let (inside, _, rest) = input.cursor().group(Delimiter::Brace)?;
    rest.group(Delimiter::Brace)?;
    syn::parse2::<Ident>(tokens_from(inside).collect()).ok().map(|variable| variable.to_string())
}

/// Whether the next token is a pair of parentheses around entries.
pub(super) fn is_block_in_parentheses(input: ParseStream) -> bool {
    let Some((inside, ..)) = input.cursor().group(Delimiter::Parenthesis) else { return false };
    holds_content(inside) || inside.literal().is_some_and(|(_, rest)| is_arrow(rest))
}
