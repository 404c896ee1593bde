//! The procedural macro behind `oci_image!` of the crate `oci-fixture`. Use it through that crate.
//!
//! `oci-fixture-syntax` reads the declaration and checks it, and `expand` makes the calls of the builder. The errors
//! follow those calls, so that the expression keeps its type, and the compiler and an editor still check and complete
//! everything else in it.

mod editor;
mod expand;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// Expands `CRATE DECLARATION`, where the first token is the way to the crate `oci-fixture`.
#[doc(hidden)]
#[proc_macro]
pub fn declare(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    declaration(input.into()).into()
}

/// Like [`declare`], with the words of the declaration as paths before the expansion, for an editor, which shows and
/// completes them. A build does not get them, because they would double its time.
#[doc(hidden)]
#[proc_macro]
pub fn declare_in_editor(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = TokenStream::from(input);
    let mut declared = input.clone().into_iter();
    let krate = declared.next();
    let words = editor::words(declared.collect(), krate.as_ref());
    let fixture = declaration(input);
    quote_spanned!(Span::mixed_site()=> { #words #fixture }).into()
}

fn declaration(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let krate = input.next();
    let place = krate.as_ref().map_or_else(Span::mixed_site, TokenTree::span);
    let (declaration, errors) = oci_fixture_syntax::declaration(input, place);
    let fixture = expand::expand(&declaration.items, krate.as_ref());
    if errors.is_empty() {
        return fixture;
    }
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote_spanned! {Span::mixed_site()=> {
        let fixture = #fixture;
        #(#errors;)*
        fixture
    }}
}
