//! Fields, their values, and the expressions in them.

use oci_fixture_grammar::language::{Kind, Value as Takes};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Ident, Lifetime, Lit, LitByteStr, Token, UnOp, braced, bracketed, token};

use super::Parser;
use super::text::{label, mentions_label, not_a_label, terms, text};
use super::tokens::{at_next, found, skip_item};
use crate::ast::{Attribute, Content, Field, Text, Value};

impl Parser<'_> {
    /// A field, after its name.
    pub(super) fn field(
        &mut self,
        input: ParseStream,
        within: Kind,
        attributes: Vec<Attribute>,
        name: Ident,
    ) -> syn::Result<Field> {
        let colon: Token![:] = input.parse()?;
        let takes = within.field(&name.to_string()).map(|field| field.value);
        let faults = self.errors.count();
        let mut value = Value::Missing;
        if input.is_empty() || input.peek(Token![,]) {
            self.errors.at(
                colon,
                format!("the value of `{name}` is missing after `:`; write one, or remove the field"),
            );
        } else {
            match self.field_value(input, takes) {
                Ok(parsed) => value = parsed,
                Err(error) => self.recover(input, error),
            }
        }
        if takes.is_none() {
            // That there is no such field is all that is said of it.
            self.errors.forget(faults);
            if !value.ends_with_block() && !input.is_empty() && !input.peek(Token![,]) {
                skip_item(input);
                self.recovered = true;
            }
        }
        Ok(Field { attributes, name, value })
    }

    /// What the field takes decides how its value is read.
    fn field_value(&mut self, input: ParseStream, takes: Option<Takes>) -> syn::Result<Value> {
        match takes {
            Some(Takes::ContentOrNull) if is_null(input) => {
                input.parse::<Ident>().map(|null| Value::Null(null.into_token_stream()))
            }
            Some(Takes::Records) if input.peek(token::Brace) => {
                let content;
                braced!(content in input);
                Ok(Value::Records(self.separated(&content, Self::record)))
            }
            Some(
                Takes::Content
                | Takes::ContentOrNull
                | Takes::Data
                | Takes::Eof
                | Takes::Bytes
                | Takes::Numeric
                | Takes::Typeflag,
            ) => Ok(Value::Content(Box::new(self.content_value(input)))),
            Some(Takes::Platform) => self.platform_value(input).map(Value::Platform),
            Some(Takes::Block(kind)) if input.peek(token::Brace) => self.fields(input, kind),
            Some(Takes::Subject) if input.peek(Lifetime) => {
                let label = label(input)?;
                if input.peek(Token![.]) {
                    let message = format!("a subject is the node itself; write `{label}` alone");
                    self.recover(input, at_next(input, message));
                }
                Ok(Value::Label(label))
            }
            Some(Takes::Subject) if input.peek(token::Brace) => self.fields(input, Kind::Dangling),
            Some(Takes::Blocks(kind)) if input.peek(token::Bracket) => {
                let span = input.span();
                let content;
                bracketed!(content in input);
                let blocks = self.separated(&content, |parser, input| {
                    if input.peek(token::Brace) { parser.fields(input, kind) } else { parser.value(input) }
                });
                Ok(Value::List(span, blocks))
            }
            _ => self.value(input),
        }
    }

    /// A block of fields as a value.
    fn fields(&mut self, input: ParseStream, kind: Kind) -> syn::Result<Value> {
        let span = input.span();
        let items = self.block(input, kind, kind.title())?;
        Ok(Value::Block(span, kind, items))
    }

    /// A value as in JSON: `[` and `{` always open a list or a map.
    pub(super) fn value(&mut self, input: ParseStream) -> syn::Result<Value> {
        let span = input.span();
        if input.peek(token::Bracket) {
            let content;
            bracketed!(content in input);
            return Ok(Value::List(span, self.separated(&content, Self::value)));
        }
        if input.peek(token::Brace) {
            let content;
            braced!(content in input);
            return Ok(Value::Map(span, self.separated(&content, Self::pair)));
        }
        if mentions_label(input) {
            return terms(input, self.errors).map(Value::Text);
        }
        if input.peek2(token::Brace) && input.fork().parse::<Ident>().is_ok_and(|word| word == "json") {
            return Err(at_next(input, "`json` begins a content, and this is a value; remove it"));
        }
        Ok(match self.expression(input)? {
            Expr::Lit(literal) => match literal.lit {
                Lit::Str(text) => Value::Text(Text::Literal(text)),
                Lit::Int(_) | Lit::Float(_) => Value::Number(literal.into_token_stream()),
                _ => Value::Text(Text::Expr(Expr::Lit(literal))),
            },
            Expr::Unary(unary) if is_negative_number(&unary) => Value::Number(unary.into_token_stream()),
            Expr::Path(path) if path.path.is_ident("null") => Value::Null(path.into_token_stream()),
            expression => Value::Text(Text::Expr(expression)),
        })
    }

    fn pair(&mut self, input: ParseStream) -> syn::Result<(Text, Value)> {
        let key = text(input, self.errors)?.ok_or_else(|| no_key(input))?;
        colon(input)?;
        Ok((key, self.value(input)?))
    }

    /// A pair of contents. A key is a string, bytes, or an expression in parentheses.
    fn record(&mut self, input: ParseStream) -> syn::Result<(Content, Content)> {
        let key = if input.peek(LitByteStr) {
            input.parse().map(|bytes| Content::Expr(Expr::Lit(bytes)))?
        } else {
            match text(input, self.errors)? {
                Some(Text::Literal(literal)) => {
                    Content::Expr(Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(literal) }))
                }
                Some(Text::Expr(expression)) => Content::Expr(expression),
                _ => return Err(no_key(input)),
            }
        };
        colon(input)?;
        Ok((key, self.content_value(input)))
    }

    /// What stands between brackets or braces, separated by commas.
    fn separated<T>(
        &mut self,
        input: ParseStream,
        mut parse: impl FnMut(&mut Self, ParseStream) -> syn::Result<T>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        while !input.is_empty() {
            match parse(self, input) {
                Ok(one) => all.push(one),
                Err(error) => {
                    self.errors.add(error);
                    skip_item(input);
                }
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                if Expr::peek(input) {
                    self.errors.add(at_next(input, format!("missing `,` before {}", found(input))));
                } else {
                    self.errors
                        .add(at_next(input, format!("the value ends before {}; remove it", found(input))));
                    skip_item(input);
                    let _ = input.parse::<Token![,]>();
                }
            }
        }
        all
    }

    /// An expression of the user's own. It ends where the body of a match arm does; what could only go on because a
    /// comma is missing is an error.
    pub(super) fn expression(&mut self, input: ParseStream) -> syn::Result<Expr> {
        let expression = not_a_label(input, Expr::parse_with_earlier_boundary_rule)?;
        match unwrapped(expression) {
            Expr::Range(range) => {
                let limits = range.limits.to_token_stream();
                self.errors
                    .at(range.limits, format!("missing `,` before `{limits}`; a range is no value here"));
                Ok(range.start.map_or_else(|| Expr::Verbatim(TokenStream::new()), |start| *start))
            }
            Expr::Call(call) if matches!(*call.func, Expr::Lit(_)) || input.peek(Token![=>]) => {
                let message = "missing `,` before `(`, which makes a call of the two";
                self.errors.at_span(call.paren_token.span.open(), message);
                skip_item(input);
                self.recovered = true;
                Ok(*call.func)
            }
            expression => Ok(expression),
        }
    }
}

/// What is wrong where a key should stand.
fn no_key(input: ParseStream) -> syn::Error {
    at_next(input, format!("a key is a string; write one instead of {}", found(input)))
}

/// The colon behind a key, which has a value.
fn colon(input: ParseStream) -> syn::Result<()> {
    if !input.peek(Token![:]) {
        return Err(at_next(input, format!("missing `:` before {}; write `KEY: VALUE`", found(input))));
    }
    let colon: Token![:] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        let message = "the value is missing after `:`; write one, or remove the key";
        return Err(syn::Error::new_spanned(colon, message));
    }
    Ok(())
}

/// Whether `null` stands next, alone.
fn is_null(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == "null") && (ahead.is_empty() || ahead.peek(Token![,]))
}

/// Without the group around what a `macro_rules!` passed on, and without parentheses.
fn unwrapped(expression: Expr) -> Expr {
    match expression {
        Expr::Group(group) if group.attrs.is_empty() => unwrapped(*group.expr),
        Expr::Paren(paren) if paren.attrs.is_empty() => unwrapped(*paren.expr),
        expression => expression,
    }
}

fn is_negative_number(unary: &syn::ExprUnary) -> bool {
    matches!(unary.op, UnOp::Neg(_))
        && matches!(&*unary.expr, Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_) | Lit::Float(_)))
}
