//! Tokens: which token is the next, and where an item ends.

use std::collections::HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::buffer::Cursor;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser as _, Peek};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitFloat, LitInt, Token, token};

/// An error on the next token. At the end of a group, where there is no next token, it is on the last one.
pub(super) fn at_next(input: ParseStream, message: impl std::fmt::Display) -> syn::Error {
    let cursor = input.cursor();
    let span = if cursor.eof() { cursor.prev_span() } else { next_span(cursor) };
    syn::Error::new(span, message)
}

/// syn's error at its place, with words that say that an expression was expected.
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

/// The tokens from `cursor` to the end of its group, one at a time. `Cursor::token_stream` copies them all, which takes far too
/// long if each of some thousand entries asks for the tokens behind it.
pub(super) fn tokens_from(mut cursor: Cursor<'_>) -> impl Iterator<Item = TokenTree> + '_ {
    std::iter::from_fn(move || {
        let (token, rest) = cursor.token_tree()?;
        cursor = rest;
        Some(token)
    })
}

/// Whether the next tokens are an arrow, `=>` or `->`.
pub(super) fn is_arrow(cursor: Cursor<'_>) -> bool {
    let Some((first, rest)) = cursor.punct() else { return false };
    matches!(first.as_char(), '=' | '-') && rest.punct().is_some_and(|(second, _)| second.as_char() == '>')
}

/// The first character of the literal that stands next: a digit, the quote of a string, or the `b` of bytes.
pub(super) fn first_of_literal(input: ParseStream) -> Option<char> {
    input.cursor().literal().and_then(|(literal, _)| literal.to_string().chars().next())
}

/// Like `input.peek(kind)` for a kind of literal. syn's own `peek` makes an error of any other token, which is slow in a macro
/// without optimisation.
pub(super) fn peek_literal(input: ParseStream, kind: impl Peek) -> bool {
    input.cursor().literal().is_some() && input.peek(kind)
}

/// Whether the next token is a literal. syn's own `peek` reads the whole literal, which is slow in a macro without
/// optimisation.
pub(super) fn begins_literal(input: ParseStream) -> bool {
    let cursor = input.cursor();
    let is_bool = |word: Ident| word == "true" || word == "false";
    cursor.literal().is_some()
        || cursor.ident().is_some_and(|(word, _)| is_bool(word))
        || input.peek(Token![-]) && (input.peek2(LitInt) || input.peek2(LitFloat))
}

/// Whether the next token is a literal that is a whole value, because a comma or the end follows.
pub(super) fn is_whole_literal(input: ParseStream) -> bool {
    let Some((_, rest)) = input.cursor().literal() else { return false };
    rest.eof() || rest.punct().is_some_and(|(punct, _)| punct.as_char() == ',')
}

/// Tokens as somebody would write them. Longer ones are cut to `...`, so that a message stays one line.
pub(super) fn written(tokens: TokenStream) -> String {
    let mut text = String::new();
    write_tokens(tokens, &mut text);
    if text.chars().count() > 60 { "...".to_owned() } else { text }
}

fn write_tokens(tokens: TokenStream, text: &mut String) {
    let mut before_is_word = false;
    for token in tokens {
        let is_word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        if is_word && before_is_word {
            text.push(' ');
        }
        before_is_word = is_word;
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write_tokens(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => text.push_str(", "),
            token => text.push_str(&token.to_string()),
        }
    }
}

/// Takes a name and the calls, paths and fields behind it: `f(x)`, `a::b`, `c.d()?`, `format!("...")`. The result is empty if
/// none of these follows.
pub(super) fn called(input: ParseStream) -> TokenStream {
    let mut taken = TokenStream::new();
    let ahead = input.fork();
    if ahead.call(Ident::parse_any).is_err() || !goes_on(&ahead) {
        return taken;
    }
    let _ = input.parse::<TokenTree>().map(|token| taken.extend([token]));
    while goes_on(input) {
        let is_macro = input.peek(Token![!]);
        let is_path = input.peek(Token![::]);
        let tokens = match () {
            () if is_path => 3,
            () if is_macro || input.peek(Token![.]) => 2,
            () => 1,
        };
        for _ in 0..tokens {
            let _ = input.parse::<TokenTree>().map(|token| taken.extend([token]));
        }
    }
    taken
}

/// Whether the next tokens continue a name to a call, a path or a field.
fn goes_on(input: ParseStream) -> bool {
    let is_macro = input.peek(Token![!])
        && (input.peek2(token::Paren) || input.peek2(token::Bracket) || input.peek2(token::Brace));
    is_macro
        || input.peek(token::Paren)
        || input.peek(Token![?])
        || input.peek(Token![::]) && input.peek3(Ident::peek_any)
        || input.peek(Token![.]) && !input.peek(Token![..]) && input.peek2(Ident::peek_any)
}

/// Whether `=> {` stands next.
pub(super) fn is_block_behind_arrow(input: ParseStream) -> bool {
    input.peek(Token![=>]) && input.peek3(token::Brace)
}

/// Whether a `=>` stands between the tokens from `cursor` on. In Rust, it stands only in the braces of a `match`.
pub(super) fn holds_content(cursor: Cursor<'_>) -> bool {
    let mut behind_equals = false;
    tokens_from(cursor).any(|token| {
        let sign = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        std::mem::replace(&mut behind_equals, sign == '=') && sign == '>'
    })
}

/// Whether braces with entries follow, possibly behind a `:` or a `=>`.
pub(super) fn is_block_of_entries(input: ParseStream) -> bool {
    let ahead = input.fork();
    let _ = ahead.parse::<Token![:]>().is_ok() || ahead.parse::<Token![=>]>().is_ok();
    ahead.cursor().group(Delimiter::Brace).is_some_and(|(inside, ..)| holds_content(inside))
}

/// The values in the parentheses that follow, as of a call or a tuple, if there is more than one.
pub(super) fn values_in_parentheses(input: ParseStream) -> Option<Punctuated<Expr, Token![,]>> {
    let (inside, ..) = input.cursor().group(Delimiter::Parenthesis)?;
    let values = |inside: ParseStream| Punctuated::parse_terminated(inside);
    values.parse2(tokens_from(inside).collect()).ok().filter(|values: &Punctuated<_, _>| values.len() > 1)
}

/// Whether the block that follows holds nodes, as an index does, which a platform or a keyword in it shows.
pub(super) fn holds_nodes(input: ParseStream) -> bool {
    let Some((inside, _, _)) = input.cursor().group(Delimiter::Brace) else { return false };
    let mut behind_word = false;
    for token in tokens_from(inside) {
        match &token {
            TokenTree::Ident(word) if *word == "index" || *word == "manifest" => return true,
            TokenTree::Punct(slash) if behind_word && slash.as_char() == '/' => return true,
            _ => {}
        }
        behind_word = matches!(token, TokenTree::Ident(_));
    }
    false
}

/// The span of the next token. For a group, it is the span of the opening delimiter.
fn next_span(cursor: Cursor<'_>) -> proc_macro2::Span {
    match cursor.token_tree() {
        Some((TokenTree::Group(group), _)) if group.delimiter() != Delimiter::None => group.span_open(),
        _ => cursor.span(),
    }
}

/// Skips to the comma or semicolon that ends an item, or behind the block that ends it.
pub(super) fn skip_item(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) && !input.peek(Token![;]) {
        let block = input.peek(token::Brace);
        if input.parse::<TokenTree>().is_err() || block && !input.peek(Token![else]) {
            return;
        }
    }
}

/// Skips behind the `>` that closes the `<` which stands next, or to the end.
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

/// The names before a `:` that may be labels of nodes, whether or not those nodes can be read.
pub(super) fn declared_labels(tokens: TokenStream, names: &mut HashSet<String>) {
    // The last two tokens, which are a quote and a name before a `:`.
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
