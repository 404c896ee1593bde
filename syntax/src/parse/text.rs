//! Text: strings, expressions, and the properties of labels.

use oci_fixture_grammar::language::{PROPERTIES, WHOLE_PROPERTIES, nearest};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Lifetime, Lit, LitFloat, LitInt, LitStr, Token, parenthesized, token};

use super::tokens::{at_next, begins_literal, found, not_an_expression, tokens_from};
use crate::ast::{Operator, Term, Text};
use crate::errors::Errors;

/// A string, a `(EXPR)`, or an expression that a `macro_rules!` passed on. `None` if something else stands next.
pub(super) fn text(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Text>> {
    if is_passed_on(input) {
        return passed_on(input);
    }
    if begins_literal(input) {
        return match input.parse()? {
            Lit::Str(literal) => Ok(Some(Text::Literal(literal))),
            literal => {
                let message = format!("`{}` is no text; write it as a string", literal.to_token_stream());
                Err(syn::Error::new(literal.span(), message))
            }
        };
    }
    if !input.peek(token::Paren) {
        return Ok(None);
    }
    let content;
    let parenthesis = parenthesized!(content in input);
    if let Some(label) = label_alone(&content) {
        content.parse::<TokenStream>()?;
        let message = format!("a label stands without parentheses; write `{label}`");
        return Err(syn::Error::new(parenthesis.span.open(), message));
    }
    if content.is_empty() {
        return Err(syn::Error::new(parenthesis.span.join(), "`()` is no text; write an expression in it"));
    }
    let expression = not_a_label(&content, Expr::parse);
    if !content.is_empty() {
        if expression.is_ok() && content.peek(Token![=>]) {
            let place = parenthesis.span.open();
            errors.at_span(place, "a block is written with braces; write `{` instead of `(`");
        } else if expression.is_ok() {
            errors
                .add(at_next(&content, format!("the expression ends before {}; remove it", found(&content))));
        }
        content.parse::<TokenStream>()?;
    }
    expression.map(|expression| Some(Text::Expr(expression)))
}

/// An expression. A label in it gets an error of its own, because rustc would take it for a lifetime.
pub(super) fn not_a_label(
    input: ParseStream,
    parse: fn(ParseStream) -> syn::Result<Expr>,
) -> syn::Result<Expr> {
    if let Ok(label) = label(&input.fork())
        && input.peek2(Token![::])
    {
        let message = format!("a property of a label stands behind `.`; write `{label}.digest`");
        return Err(syn::Error::new_spanned(label, message));
    }
    if let Some(label) = mentioned_label(input) {
        let message = format!(
            "`{label}` is a label, and stands in no Rust expression; write it into a text: `\"...\" + {label}.digest`"
        );
        return Err(syn::Error::new_spanned(label, message));
    }
    let ahead = input.fork();
    let parsed = parse(input);
    // rustc would take a label in the arguments for a lifetime. Other macros may have labels of their own.
    let is_format = matches!(&parsed, Ok(Expr::Macro(call)) if call.mac.path.is_ident("format"));
    if parsed.is_ok() && !is_format {
        return parsed;
    }
    let Some((label, property)) = label_with_property(ahead.cursor(), ends_value) else {
        return parsed.map_err(|error| not_an_expression(&error));
    };
    let message = format!(
        "`{label}` is a label, and stands in no Rust expression; write `{label}.{property}` alone, or join it: `\"...\" + {label}.digest`"
    );
    Err(syn::Error::new_spanned(label, message))
}

/// A label, or a property of one, that is all of these tokens.
fn label_alone(input: ParseStream) -> Option<String> {
    let ahead = input.fork();
    let label = label(&ahead).ok()?;
    if ahead.is_empty() {
        return Some(label.to_string());
    }
    let property = ahead.parse::<Token![.]>().and_then(|_| ahead.call(Ident::parse_any)).ok()?;
    ahead.is_empty().then(|| format!("{label}.{property}"))
}

/// The first `'label.property` in the tokens, also in groups. These tokens are not valid Rust in any place.
fn label_with_property(mut cursor: Cursor<'_>, ends: fn(Cursor<'_>) -> bool) -> Option<(Lifetime, Ident)> {
    while !cursor.eof() && !ends(cursor) {
        if let Some((label, rest)) = cursor.lifetime() {
            let property = rest.punct().filter(|(punct, _)| punct.as_char() == '.');
            if let Some((property, _)) = property.and_then(|(_, rest)| rest.ident()) {
                return Some((label, property));
            }
            cursor = rest;
        } else if let Some((inside, _, _, rest)) = cursor.any_group() {
            if let Some(found) = label_with_property(inside, |_| false) {
                return Some(found);
            }
            cursor = rest;
        } else {
            cursor = cursor.token_tree()?.1;
        }
    }
    None
}

/// A label. Any word may be a label, keywords of Rust included.
pub(super) fn label(input: ParseStream) -> syn::Result<Lifetime> {
    input.step(|cursor| cursor.lifetime().ok_or_else(|| cursor.error("a label is written as `'name`")))
}

/// Whether the next token is a group that a `$x:expr` or a `$x:literal` of the user's own macro became.
pub(super) fn is_passed_on(input: ParseStream) -> bool {
    input.cursor().group(Delimiter::None).is_some()
}

/// A `$x:expr` and a `$x:literal` arrive in a group without delimiters. A literal string in it is read as if it stood
/// there itself.
fn passed_on(input: ParseStream) -> syn::Result<Option<Text>> {
    let (tokens, span) = input.step(|cursor| match cursor.group(Delimiter::None) {
        Some((inside, span, rest)) => Ok(((tokens_from(inside).collect::<TokenStream>(), span.join()), rest)),
        None => Err(cursor.error("not passed on")),
    })?;
    if let Ok(literal) = syn::parse2::<LitStr>(tokens.clone()) {
        return Ok(Some(Text::Literal(literal)));
    }
    syn::parse2(tokens)
        .map(|expression| Some(Text::Expr(expression)))
        // If the expression ends too early, the error of syn would point at the whole call of the macro.
        .map_err(|error| syn::Error::new(span, not_an_expression(&error)))
}

/// Whether the next value has a label in it.
pub(super) fn mentions_label(input: ParseStream) -> bool {
    mentioned_label(input).is_some()
}

/// The first label that is a term of the value: it stands at the beginning or behind a `+`. In front of `'label.` the
/// `+` may be missing, so that its absence can be reported.
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
        behind_plus = matches!(&token, TokenTree::Punct(plus) if matches!(plus.as_char(), '+' | '-'));
        terms += 1;
        if is_brace(&token) && !goes_on(rest) {
            return None;
        }
        cursor = rest;
    }
    None
}

/// Whether a value ends here, at a comma or at the arrow behind a reference or a path.
fn ends_value(cursor: Cursor<'_>) -> bool {
    let Some((punct, rest)) = cursor.punct() else { return false };
    match punct.as_char() {
        ',' | ';' => true,
        '=' | '-' => rest.punct().is_some_and(|(next, _)| next.as_char() == '>'),
        _ => false,
    }
}

fn is_brace(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether an expression that could end with its block continues behind it.
fn goes_on(cursor: Cursor<'_>) -> bool {
    match cursor.token_tree() {
        Some((TokenTree::Ident(word), _)) => word == "else",
        Some((TokenTree::Punct(punct), _)) => matches!(punct.as_char(), '+' | '.' | '?'),
        _ => false,
    }
}

/// The error of terms without a label.
pub(super) const EXPRESSION: &str =
    "a text without a label is a Rust expression; write it as one, such as `(format!(\"...\"))`";

/// A text of one or more terms.
pub(super) fn text_or_terms(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Text>> {
    let begins_with_word = input.peek(Ident::peek_any) && !is_passed_on(input);
    if !begins_with_word && mentions_label(input) {
        return terms(input, errors).map(Some);
    }
    text(input, errors)
}

/// `TERM + TERM - TERM`, where at least one term is a property of a label.
pub(super) fn terms(input: ParseStream, errors: &mut Errors) -> syn::Result<Text> {
    let mut terms = vec![(Operator::Plus, term(input, errors)?)];
    loop {
        let mut operator = Operator::Plus;
        if input.peek(Token![+]) {
            input.parse::<Token![+]>()?;
        } else if input.peek(Token![-]) && !input.peek(Token![->]) {
            input.parse::<Token![-]>()?;
            operator = Operator::Minus;
        } else if input.peek(Lifetime) && input.peek2(Token![.]) {
            errors.add(at_next(input, format!("missing `+` before {}", found(input))));
        } else {
            break;
        }
        terms.push((operator, term(input, errors)?));
    }
    Ok(Text::Terms(terms))
}

/// `'label.PROPERTY`, where the property stands alone.
pub(super) fn whole_property(input: ParseStream, property: &str) -> Option<(Lifetime, Ident)> {
    let ahead = input.fork();
    let label = label(&ahead).ok()?;
    ahead.parse::<Token![.]>().ok()?;
    let name = ahead.call(Ident::parse_any).ok()?;
    let joins = ahead.peek(Token![+]) || ahead.peek(Token![-]);
    if name != property || joins {
        return None;
    }
    input.advance_to(&ahead);
    Some((label, name))
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
                "the property of the label is missing after `.`; write `{label}.digest`, `{label}.hex` or `{label}.size`"
            );
            return Err(syn::Error::new_spanned(dot, message));
        };
        let name = property.to_string();
        if name == "bytes" {
            let message = format!(
                "`{label}.bytes` is a whole content, and no text; write it alone, or `{label}.digest`"
            );
            return Err(syn::Error::new_spanned(property, message));
        }
        if name == "descriptor" {
            let message = format!(
                "`{label}.descriptor` is a whole value of JSON; write it alone, such as `json {label}.descriptor`"
            );
            return Err(syn::Error::new_spanned(property, message));
        }
        if !PROPERTIES.contains(&name.as_str()) {
            let all = PROPERTIES.iter().chain(WHOLE_PROPERTIES).copied();
            let cure = nearest(&name, all).map_or_else(
                || "write `digest`, `hex`, `size` or `diff_id`, or `bytes` as a whole content".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            return Err(syn::Error::new_spanned(property, format!("a label has no `{name}`; {cure}")));
        }
        if input.peek(token::Paren) {
            errors.add(at_next(input, "a property of a label is no call; remove the parentheses"));
            input.parse::<TokenTree>()?;
        }
        if input.peek(Token![.]) && input.peek2(Ident) {
            let dot = input.parse::<Token![.]>()?;
            let other = input.parse::<Ident>()?.to_string();
            let meant = if PROPERTIES.contains(&other.as_str()) { other } else { name };
            errors.at(dot, format!("a property has no property of its own; write `{label}.{meant}`"));
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
