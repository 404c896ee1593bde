//! Tokens: what stands next, and where an item ends.

use proc_macro2::{Delimiter, TokenTree};
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Token, token};

/// An error on the next token, or, where there is none, on the last.
pub(super) fn at_next(input: ParseStream, message: impl std::fmt::Display) -> syn::Error {
    let cursor = input.cursor();
    let span = if cursor.eof() { cursor.prev_span() } else { next_span(cursor) };
    syn::Error::new(span, message)
}

/// In the place where syn found it; its words alone do not say what was read as what.
pub(super) fn not_an_expression(error: &syn::Error) -> syn::Error {
    syn::Error::new(error.span(), format!("not a Rust expression: {error}"))
}

/// The next token, as a message names it.
pub(super) fn found(input: ParseStream) -> String {
    match input.cursor().token_tree() {
        None => "the end".to_owned(),
        Some((TokenTree::Group(group), _)) => match group.delimiter() {
            Delimiter::Brace => "`{`".to_owned(),
            Delimiter::Bracket => "`[`".to_owned(),
            Delimiter::Parenthesis => "`(`".to_owned(),
            Delimiter::None => format!("`{}`", group.stream()),
        },
        // The two characters of an arrow are two tokens.
        Some(_) if input.peek(Token![=>]) => "`=>`".to_owned(),
        Some(_) if input.peek(Token![->]) => "`->`".to_owned(),
        Some((token, _)) => format!("`{token}`"),
    }
}

/// A group is pointed at by its opening delimiter.
fn next_span(cursor: Cursor<'_>) -> proc_macro2::Span {
    match cursor.token_tree() {
        Some((TokenTree::Group(group), _)) if group.delimiter() != Delimiter::None => group.span_open(),
        _ => cursor.span(),
    }
}

/// Skips to the comma that ends an item, or behind the block that does.
pub(super) fn skip_item(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let block = input.peek(token::Brace);
        if input.parse::<TokenTree>().is_err() || block && !input.peek(Token![else]) {
            return;
        }
    }
}
