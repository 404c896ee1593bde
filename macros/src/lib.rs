//! The procedural macro behind `oci_image!` of the crate `oci-fixture`; use it through that.
//!
//! Four plain steps: `parse` makes a declaration of the tokens, `check` looks at all of it, `expand` makes the
//! calls of the builder, and what any of them found wrong is appended behind those, so that the type of the
//! expression stays, and everything else in it can still be checked and completed.

mod ast;
mod check;
mod errors;
mod expand;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::errors::Errors;

/// Expands `CRATE DECLARATION`, where the first token is the way to the crate `oci-fixture`.
#[doc(hidden)]
#[proc_macro]
pub fn declare(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    declaration(input.into()).into()
}

fn declaration(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let krate = input.next();
    let mut errors = Errors::default();
    let span = krate.as_ref().map_or_else(Span::mixed_site, TokenTree::span);
    let tokens: TokenStream = input.collect();
    if tokens.is_empty() {
        let message = "nothing is declared; write an image such as `linux/amd64 { \"etc/name\" => \"content\" }`, or `Fixture::new()` for an empty layout";
        errors.at_span(span, message);
    }
    let mut declaration = parse::parse(tokens, &mut errors);
    check::check(&mut declaration, &mut errors);
    let krate = krate.into_iter().collect();
    let fixture = expand::expand(&declaration.items, &krate);
    if errors.is_empty() {
        return fixture;
    }
    quote_spanned! {Span::mixed_site()=> {
        let fixture = #fixture;
        #errors
        fixture
    }}
}
