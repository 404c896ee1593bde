//! Tokens: what stands next, and where an item ends.

use proc_macro2::{Delimiter, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Expr, Lit, LitStr, Token, parenthesized, token};

use crate::ast::Text;
use crate::errors::Errors;

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

/// A string, a `(EXPR)`, or an expression that a `macro_rules!` passed on; nothing where something else stands next.
pub(super) fn text(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Text>> {
    if input.cursor().group(Delimiter::None).is_some() {
        return passed_on(input);
    }
    if input.peek(LitStr) {
        return input.parse().map(|literal| Some(Text::Literal(literal)));
    }
    if let Ok(literal) = input.fork().parse::<Lit>() {
        return Err(at_next(
            input,
            format!("`{}` is no text; write it as a string", literal.to_token_stream()),
        ));
    }
    if !input.peek(token::Paren) {
        return Ok(None);
    }
    let content;
    let parenthesis = parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(parenthesis.span.join(), "`()` is no text; write an expression in it"));
    }
    let expression = content.parse::<Expr>();
    if !content.is_empty() {
        if expression.is_ok() {
            errors
                .add(at_next(&content, format!("the expression ends before {}; remove it", found(&content))));
        }
        content.parse::<proc_macro2::TokenStream>()?;
    }
    expression.map(|expression| Some(Text::Expr(expression))).map_err(|error| not_an_expression(&error))
}

/// A `$x:expr` arrives in a group without delimiters; so does a `$x:literal`, which is as good as a string.
fn passed_on(input: ParseStream) -> syn::Result<Option<Text>> {
    let tokens = input.step(|cursor| match cursor.group(Delimiter::None) {
        Some((inside, _, rest)) => Ok((inside.token_stream(), rest)),
        None => Err(cursor.error("not passed on")),
    })?;
    if let Ok(literal) = syn::parse2::<LitStr>(tokens.clone()) {
        return Ok(Some(Text::Literal(literal)));
    }
    syn::parse2(tokens)
        .map(|expression| Some(Text::Expr(expression)))
        .map_err(|error| not_an_expression(&error))
}
