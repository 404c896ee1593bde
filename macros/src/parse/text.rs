//! Text: strings, expressions, and what is said of labels.

use oci_fixture_grammar::language::{PROPERTIES, nearest};
use proc_macro2::{Delimiter, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Ident, Lifetime, Lit, LitFloat, LitInt, LitStr, Token, parenthesized, token};

use super::tokens::{at_next, found, not_an_expression};
use crate::ast::{Term, Text};
use crate::errors::Errors;

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
        content.parse::<TokenStream>()?;
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

/// Whether text that says something of a label stands next, up to what ends a value.
pub(super) fn mentions_label(input: ParseStream) -> bool {
    let mut cursor = input.cursor();
    loop {
        if let Some((_, rest)) = cursor.lifetime()
            && rest.punct().is_some_and(|(punct, _)| punct.as_char() == '.')
        {
            return true;
        }
        match cursor.token_tree() {
            Some((proc_macro2::TokenTree::Punct(punct), _)) if matches!(punct.as_char(), ',' | ';') => {
                return false;
            }
            Some((_, rest)) if !input.peek(Token![=>]) => cursor = rest,
            _ => return false,
        }
    }
}

/// A text of one term, or of several.
pub(super) fn text_or_terms(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Text>> {
    if mentions_label(input) { terms(input, errors).map(Some) } else { text(input, errors) }
}

/// `TERM + TERM`, of which one at least is a label's.
pub(super) fn terms(input: ParseStream, errors: &mut Errors) -> syn::Result<Text> {
    let mut terms = vec![term(input, errors)?];
    while input.peek(Token![+]) {
        input.parse::<Token![+]>()?;
        terms.push(term(input, errors)?);
    }
    Ok(Text::Terms(terms))
}

fn term(input: ParseStream, errors: &mut Errors) -> syn::Result<Term> {
    if input.peek(Lifetime) {
        let label: Lifetime = input.parse()?;
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
