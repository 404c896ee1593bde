//! Text: strings, expressions, and what is said of labels.

use oci_fixture_grammar::language::{PROPERTIES, nearest};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Lifetime, Lit, LitFloat, LitInt, LitStr, Token, parenthesized, token};

use super::tokens::{at_next, found, not_an_expression};
use crate::ast::{Term, Text};
use crate::errors::Errors;

/// A string, a `(EXPR)`, or an expression that a `macro_rules!` passed on; nothing where something else stands next.
pub(super) fn text(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Text>> {
    if is_passed_on(input) {
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
    let expression = not_a_label(&content, Expr::parse);
    if !content.is_empty() {
        if expression.is_ok() {
            errors
                .add(at_next(&content, format!("the expression ends before {}; remove it", found(&content))));
        }
        content.parse::<TokenStream>()?;
    }
    expression.map(|expression| Some(Text::Expr(expression)))
}

/// An expression; one that says something of a label gets an error that says so.
pub(super) fn not_a_label(
    input: ParseStream,
    parse: fn(ParseStream) -> syn::Result<Expr>,
) -> syn::Result<Expr> {
    if let Some(label) = mentioned_label(input) {
        let message = format!(
            "`{label}` is a label, and stands in no Rust expression; write it into a text: `\"...\" + {label}.digest`"
        );
        return Err(syn::Error::new_spanned(label, message));
    }
    parse(input).map_err(|error| not_an_expression(&error))
}

/// A label, which may be any word here.
pub(super) fn label(input: ParseStream) -> syn::Result<Lifetime> {
    input.step(|cursor| cursor.lifetime().ok_or_else(|| cursor.error("a label is written as `'name`")))
}

/// Whether the next token is what a `$x:expr` or a `$x:literal` of the user's own macro was.
pub(super) fn is_passed_on(input: ParseStream) -> bool {
    input.cursor().group(Delimiter::None).is_some()
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

/// Whether text that says something of a label stands next, up to what ends a value.
pub(super) fn mentions_label(input: ParseStream) -> bool {
    mentioned_label(input).is_some()
}

/// The first label that stands as a term: at the beginning or behind a `+`, which may be missing before `'label.`.
fn mentioned_label(input: ParseStream) -> Option<Lifetime> {
    let mut cursor = input.cursor();
    let (mut terms, mut behind_plus, mut types) = (0, true, false);
    while !ends_value(cursor) {
        if let Some((label, rest)) = cursor.lifetime() {
            let next = rest.punct().map(|(punct, _)| punct.as_char());
            // `'label: loop {}` is Rust, and so is `f::<dyn Any + 'static>()`.
            let is_alone = behind_plus && !types && next != Some(':');
            let is_term = is_alone || next == Some('.') && (behind_plus || terms == 1);
            return is_term.then_some(label);
        }
        let (token, rest) = cursor.token_tree()?;
        types |= matches!(&token, TokenTree::Punct(less) if less.as_char() == '<');
        behind_plus = matches!(&token, TokenTree::Punct(plus) if plus.as_char() == '+');
        terms += 1;
        if is_brace(&token) && !goes_on(rest) {
            return None;
        }
        cursor = rest;
    }
    None
}

/// A comma, or the arrow behind a reference.
fn ends_value(cursor: Cursor<'_>) -> bool {
    let Some((punct, rest)) = cursor.punct() else { return false };
    match punct.as_char() {
        ',' | ';' => true,
        '=' => rest.punct().is_some_and(|(next, _)| next.as_char() == '>'),
        _ => false,
    }
}

fn is_brace(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether what ends with a block goes on behind it.
fn goes_on(cursor: Cursor<'_>) -> bool {
    match cursor.token_tree() {
        Some((TokenTree::Ident(word), _)) => word == "else",
        Some((TokenTree::Punct(punct), _)) => matches!(punct.as_char(), '+' | '.' | '?'),
        _ => false,
    }
}

/// What is wrong with terms without a label.
pub(super) const EXPRESSION: &str =
    "a text without a label is a Rust expression; write it as one, such as `(format!(\"...\"))`";

/// A text of one term, or of several.
pub(super) fn text_or_terms(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Text>> {
    let begins_with_word = input.peek(Ident::peek_any) && !is_passed_on(input);
    if !begins_with_word && mentions_label(input) {
        return terms(input, errors).map(Some);
    }
    text(input, errors)
}

/// `TERM + TERM`, of which one at least is a label's.
pub(super) fn terms(input: ParseStream, errors: &mut Errors) -> syn::Result<Text> {
    let mut terms = vec![term(input, errors)?];
    loop {
        if input.peek(Token![+]) {
            input.parse::<Token![+]>()?;
        } else if input.peek(Lifetime) && input.peek2(Token![.]) {
            errors.add(at_next(input, format!("missing `+` before {}", found(input))));
        } else {
            break;
        }
        terms.push(term(input, errors)?);
    }
    Ok(Text::Terms(terms))
}

fn term(input: ParseStream, errors: &mut Errors) -> syn::Result<Term> {
    if input.peek(Lifetime) {
        let label = label(input)?;
        if !input.peek(Token![.]) {
            let message = format!(
                "`{label}` alone is no text; write `{label}.digest`, `{label}.hex` or `{label}.size`"
            );
            return Err(syn::Error::new_spanned(label, message));
        }
        let dot: Token![.] = input.parse()?;
        let Ok(property) = input.call(Ident::parse_any) else {
            let message = format!(
                "what of the label is missing after `.`; write `{label}.digest`, `{label}.hex` or `{label}.size`"
            );
            return Err(syn::Error::new_spanned(dot, message));
        };
        let name = property.to_string();
        if !PROPERTIES.contains(&name.as_str()) {
            let cure = nearest(&name, PROPERTIES.iter().copied()).map_or_else(
                || "write `digest`, `hex` or `size`".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            return Err(syn::Error::new_spanned(property, format!("a label has no `{name}`; {cure}")));
        }
        return Ok(Term::Label(label, property));
    }
    if input.peek(LitInt) || input.peek(LitFloat) {
        return input.parse::<Lit>().map(|number| Term::Number(number.into_token_stream()));
    }
    match text(input, errors)? {
        Some(text) => Ok(Term::Text(text)),
        None => Err(at_next(
            input,
            format!(
                "{} is no part of a text with a label; write a string, or an expression in `(...)`",
                found(input)
            ),
        )),
    }
}
