//! The collector of errors: every phase adds to it, none stops at the first.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// All that is wrong with one declaration.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Something is wrong with the tokens.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    /// Something is wrong at a place where there may be no token.
    pub(crate) fn at_span(&mut self, span: Span, message: impl std::fmt::Display) {
        self.0.push(syn::Error::new(span, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// What was found since there were so many is no news.
    pub(crate) fn forget(&mut self, since: usize) {
        self.0.truncate(since);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl ToTokens for Errors {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().map(|error| {
            let error = error.to_compile_error();
            quote::quote_spanned!(Span::mixed_site()=> #error;)
        }));
    }
}
