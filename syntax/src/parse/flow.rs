//! `for`, `if` and `..`: the parts of a declaration that depend on run-time values.

use oci_fixture_grammar::language::BlockKind;
use proc_macro2::TokenTree;
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Lifetime, Pat, Token, token};

use super::Parser;
use super::text::not_a_label;
use super::tokens::{at_next, found, written};
use crate::ast::{For, If, Item, Splice};

impl Parser<'_> {
    pub(super) fn for_flow(&mut self, input: ParseStream, within: BlockKind) -> syn::Result<For> {
        const FORM: &str = "write `for PATTERN in VALUES { ... }`";
        let keyword = input.parse::<Token![for]>()?;
        let start = at_next(input, format!("`for` needs a pattern before {}; {FORM}", found(input)));
        let mut pattern = Pat::parse_multi_with_leading_vert(input).map_err(|_| start)?;
        if input.peek(Token![,]) {
            let comma = at_next(input, "");
            let mut names = pattern.to_token_stream();
            while !input.is_empty() && !input.peek(Token![in]) && !input.peek(token::Brace) {
                names.extend([input.parse::<TokenTree>()?]);
            }
            let message = format!("several names stand in parentheses; write `({})`", written(names.clone()));
            self.errors.at_span(comma.span(), message);
            pattern = Pat::parse_single.parse2(quote!((#names)))?;
        }
        if !input.peek(Token![in]) {
            let error = at_next(input, format!("missing `in` before {}; {FORM}", found(input)));
            // The block and the parts of a `for` of another language belong to the same mistake.
            while !input.is_empty() && !input.peek(Token![,]) && !input.peek(token::Brace) {
                input.parse::<TokenTree>()?;
            }
            return Err(error);
        }
        input.parse::<Token![in]>()?;
        let head = head(input, &format!("`for` needs values before {}; {FORM}", found(input)))?;
        let items = self.block(input, within, "the `for`")?;
        Ok(For { keyword, pattern, head, items })
    }

    pub(super) fn if_flow(&mut self, input: ParseStream, within: BlockKind) -> syn::Result<If> {
        let keyword = input.parse::<Token![if]>()?;
        let missing =
            format!("`if` needs a condition before {}; write `if CONDITION {{ ... }}`", found(input));
        let head = head(input, &missing)?;
        let then = self.block(input, within, "the `if`")?;
        let mut otherwise = None;
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
            otherwise = Some(if input.peek(Token![if]) {
                vec![Item::If(self.if_flow(input, within)?)]
            } else {
                self.block(input, within, "the `else`")?
            });
        }
        Ok(If { keyword, head, then, otherwise })
    }

    pub(super) fn splice(&mut self, input: ParseStream) -> syn::Result<Item> {
        let dots = input.parse::<Token![..]>()?;
        if !Expr::peek(input) {
            let message = format!("`..` needs parts before {}; write `..PARTS`", found(input));
            return Err(at_next(input, message));
        }
        if input.peek(Lifetime) && !input.peek2(Token![:]) {
            let message =
                format!("a label stands for its node by itself; write {} without `..`", found(input));
            return Err(at_next(input, message));
        }
        self.expression(input).map(|parts| Item::Splice(Splice { dots, parts }))
    }
}

/// The expression before the block of a `for` or an `if`.
fn head(input: ParseStream, missing: &str) -> syn::Result<Expr> {
    if !Expr::peek(input) || input.peek(token::Brace) {
        return Err(at_next(input, missing));
    }
    not_a_label(input, Expr::parse_without_eager_brace)
}
