//! The collector of errors.

use proc_macro2::Span;
use quote::ToTokens;

/// The mistakes in one declaration, in the order in which they were found. Every phase adds to it, and none stops at
/// the first mistake.
#[derive(Debug, Default)]
pub struct Errors(Vec<syn::Error>);

impl Errors {
    /// Adds an error that points at these tokens. If a part was reported and taken out before, there is no token left to
    /// point at, and nothing is added.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        let tokens = tokens.into_token_stream();
        if !tokens.is_empty() || self.is_empty() {
            self.0.push(syn::Error::new_spanned(tokens, message));
        }
    }

    /// Adds an error at a place where there may be no token.
    pub(crate) fn at_span(&mut self, span: Span, message: impl std::fmt::Display) {
        self.0.push(syn::Error::new(span, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether the declaration has no mistakes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each error has a message of one line, which says what is wrong and what to write instead, and the span of the
    /// tokens that are wrong.
    pub fn iter(&self) -> impl Iterator<Item = &syn::Error> {
        self.0.iter()
    }
}
