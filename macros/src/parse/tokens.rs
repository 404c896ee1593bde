//! Tokens: what stands next, and where an item ends.

use std::collections::HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::buffer::Cursor;
use syn::ext::IdentExt;
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
    if let Some((label, _)) = input.cursor().lifetime() {
        return format!("`{label}`");
    }
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

/// Whether `=> {` stands next.
pub(super) fn is_block_behind_arrow(input: ParseStream) -> bool {
    input.peek(Token![=>]) && input.peek3(token::Brace)
}

/// Whether the block that stands next holds nodes, as an index does: by a platform, or by its keyword.
pub(super) fn holds_nodes(input: ParseStream) -> bool {
    let Some((inside, _, _)) = input.cursor().group(Delimiter::Brace) else { return false };
    let mut behind_word = false;
    for token in inside.token_stream() {
        match &token {
            TokenTree::Ident(word) if *word == "index" || *word == "manifest" => return true,
            TokenTree::Punct(slash) if behind_word && slash.as_char() == '/' => return true,
            _ => {}
        }
        behind_word = matches!(token, TokenTree::Ident(_));
    }
    false
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

/// Skips behind the `>` that answers to the `<` which stands next, or to the end.
pub(super) fn skip_angle_brackets(input: ParseStream) {
    while !input.is_empty() {
        let arrow = input.peek(Token![=>]) || input.peek(Token![->]);
        let close = input.peek(Token![>]);
        let _ = input.parse::<TokenTree>();
        if arrow {
            let _ = input.parse::<TokenTree>();
        }
        if close {
            return;
        }
    }
}

/// The names before a `:` that may be labels of nodes, however broken those are.
pub(super) fn declared_labels(tokens: TokenStream, names: &mut HashSet<String>) {
    // The last two tokens: a quote, and a name.
    let (mut quoted, mut name) = (false, None);
    for token in tokens {
        let label = name.take();
        match token {
            TokenTree::Group(group) => declared_labels(group.stream(), names),
            TokenTree::Punct(punct) if punct.as_char() == ':' => names.extend(label),
            TokenTree::Ident(ident) if quoted => name = Some(ident.unraw().to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                quoted = true;
                continue;
            }
            _ => {}
        }
        quoted = false;
    }
}
