//! The language of `oci_image!` from `oci-fixture`: tokens become a declaration, which is then checked.
//!
//! [`declaration`] is the one entry. It runs two phases, and neither of them stops at the first mistake:
//!
//! 1. `parse` makes an [`ast`] of the tokens. A part that cannot be read is reported, and parsing goes on behind it.
//! 2. `check` checks the whole declaration: which items fit where, which occur twice, and the values of literals.
//!
//! This is a plain library. The procedural macro expands what it returns.

#![allow(
    clippy::large_enum_variant,
    reason = "the tests use `span-locations` of proc-macro2, which makes each token larger than in a macro"
)]

pub mod ast;
mod check;
mod errors;
mod parse;

use proc_macro2::{Span, TokenStream, TokenTree};

pub use crate::ast::Declaration;
pub use crate::errors::Errors;

/// Reads a declaration, and checks it.
///
/// `place` is where the declaration stands. An error that has no token to point at, such as that of an empty declaration,
/// points there.
///
/// The declaration has every part that could be read. For a part with a mistake, [`Errors`] has at least one error, and the
/// declaration does not have the part.
///
/// ```
/// use proc_macro2::{Span, TokenStream};
///
/// let tokens: TokenStream = r#"linux/amd64 { "etc/name" => "content", "etc/name" "twice" }"#.parse()?;
/// let (declaration, errors) = oci_fixture_syntax::declaration(tokens, Span::mixed_site());
/// assert_eq!(declaration.items.len(), 1);
/// let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
/// assert_eq!(messages, [r#"missing `=>` between `"etc/name"` and `"twice"`"#]);
/// # Ok::<(), proc_macro2::LexError>(())
/// ```
pub fn declaration(tokens: impl IntoIterator<Item = TokenTree>, place: Span) -> (Declaration, Errors) {
    let mut errors = Errors::default();
    let mut last = None;
    let tokens: TokenStream = tokens.into_iter().inspect(|token| last = Some(token.span())).collect();
    if last.is_none() {
        let message = "nothing is declared; write an image such as `linux/amd64 { \"etc/name\" => \"content\" }`, or `Fixture::new()` for an empty layout";
        errors.at_span(place, message);
    }
    let mut declaration = parse::parse(tokens, last.unwrap_or(place), &mut errors);
    check::check(&mut declaration, &mut errors);
    (declaration, errors)
}
