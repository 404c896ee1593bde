//! Fields, their values, and the expressions in them.

use oci_fixture_grammar::language::{
    BlockKind, Cure, ENTRIES, Habit, HabitPlace, KnownAttribute, KnownField, NODES, NullMeaning, Takes,
    nearest, plain_word,
};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{
    Expr, ExprLit, Ident, Lifetime, Lit, LitByteStr, LitFloat, LitInt, LitStr, Token, UnOp, braced,
    bracketed, token,
};

use super::Parser;
use super::arrow::string_cure;
use super::habit::in_config;
use super::text::{label, mentions_label, not_a_label, terms, text, whole_property};
use super::tokens::{at_next, found, skip_item, tokens_from};
use crate::ast::{Attribute, Block, Content, Element, Field, Json, Text, Value};
use crate::errors::Errors;

impl Parser<'_> {
    /// A field, after its name.
    pub(super) fn field(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        attributes: Vec<Attribute>,
        name: Ident,
    ) -> syn::Result<Field> {
        let text = name.to_string();
        let Some(known) = within.field(&text) else {
            if let Some(label) = label_as_a_node(input).filter(|_| !within.nodes().is_empty()) {
                let message = format!("a label stands for its node by itself; write `{label}`");
                return Err(syn::Error::new(name.span(), message));
            }
            let error = syn::Error::new(name.span(), unknown_field(&text, within));
            let Some(known) = renamed(&text, within) else { return Err(error) };
            // The field is present, so it is not reported as missing. Its value will be read when its name is corrected.
            self.recover(input, error);
            let name = Ident::new(known.name, name.span());
            return Ok(Field { attributes, name, known, value: Value::Missing });
        };
        let colon: Token![:] = input.parse()?;
        let mut value = Value::Missing;
        if input.is_empty() || input.peek(Token![,]) {
            self.errors.at(
                colon,
                format!("the value of `{name}` is missing after `:`; write one, or remove the field"),
            );
        } else {
            match self.field_value(input, &text, known) {
                Ok(parsed) => value = parsed,
                Err(error) => self.recover(input, error),
            }
            if input.peek(Token![:]) && !input.peek(Token![::]) {
                let message = format!("the value of `{name}` ends before `:`; write the whole as one string");
                self.recover(input, at_next(input, message));
            }
        }
        Ok(Field { attributes, name, known, value })
    }

    /// The value of a field. Its row in the table decides how it is read.
    fn field_value(&mut self, input: ParseStream, name: &str, known: KnownField) -> syn::Result<Value> {
        let takes = known.takes;
        if known.null != NullMeaning::Mistake && is_null(input) {
            return input.parse::<Ident>().map(|null| Value::Json(Json::Null(null.into_token_stream())));
        }
        if is_of_another_shape(input, takes) {
            let title = match other_shape(input, name, takes) {
                Some(value) if takes == Takes::List => format!("a list: `{value}`"),
                Some(value) => format!("a map: `{value}`"),
                None => takes.title().to_owned(),
            };
            let error = at_next(input, format!("`{name}` takes {title}"));
            input.parse::<TokenTree>()?;
            return Err(error);
        }
        if let Some(error) = strings_without_brackets(input, name, takes) {
            return Err(error);
        }
        if let Some(value) = value_of_habit(input) {
            let cure =
                if value == "null" { "leave the field out".to_owned() } else { format!("write `{value}`") };
            return Err(at_next(input, format!("{} is no value; {cure}", found(input))));
        }
        match takes {
            Takes::List if input.peek(token::Bracket) => {
                let span = input.span();
                let content;
                bracketed!(content in input);
                Ok(Value::Json(Json::List(span, self.separated(&content, Self::value_of_list))))
            }
            Takes::Blocks(kind) if input.peek(token::Brace) => {
                self.errors.add(at_next(input, format!("`{name}` takes {}", takes.title())));
                let span = input.span();
                Ok(Value::Blocks(span, vec![Element::Block(self.fields(input, kind)?)]))
            }
            Takes::Records if input.peek(token::Brace) => {
                let content;
                braced!(content in input);
                Ok(Value::Records(self.separated(&content, Self::record)))
            }
            Takes::Content | Takes::Data | Takes::Eof | Takes::Bytes | Takes::Numeric | Takes::Typeflag => {
                Ok(Value::Content(Box::new(self.content_value(input))))
            }
            Takes::Platform => self.platform_value(input).map(Value::Platform),
            Takes::Block(kind) if input.peek(token::Brace) => self.fields(input, kind).map(Value::Block),
            Takes::Subject if input.peek(Lifetime) => {
                let label = label(input)?;
                if input.peek(Token![.]) {
                    let message = format!("a subject is the node itself; write `{label}` alone");
                    self.recover(input, at_next(input, message));
                }
                Ok(Value::Label(label))
            }
            Takes::Subject if input.peek(token::Brace) => {
                self.fields(input, BlockKind::Dangling).map(Value::Block)
            }
            Takes::Blocks(kind) if input.peek(token::Bracket) => {
                let span = input.span();
                let content;
                bracketed!(content in input);
                let blocks = self.separated(&content, |parser, input| parser.element(input, name, kind));
                Ok(Value::Blocks(span, blocks))
            }
            Takes::Text
            | Takes::DiffId
            | Takes::List
            | Takes::Map
            | Takes::Flag
            | Takes::Number
            | Takes::Patch
            | Takes::Members
            | Takes::Records
            | Takes::Block(_)
            | Takes::Blocks(_)
            | Takes::Subject => self.json(input).map(Value::Json),
        }
    }

    /// A block in the list of a field.
    fn element(&mut self, input: ParseStream, name: &str, kind: BlockKind) -> syn::Result<Element> {
        if input.peek(token::Brace) {
            return self.fields(input, kind).map(Element::Block);
        }
        let no_block =
            |cure: String| at_next(input, format!("an entry of `{name}` is a block of fields; write {cure}"));
        let is_field = input.peek2(Token![:]) && !input.peek2(Token![::]) || input.peek2(Token![=]);
        if input.peek(Ident) && is_field {
            return Err(no_block(format!("`{{ {}: ... }}`", input.fork().parse::<Ident>()?)));
        }
        let step = input.fork().parse::<LitStr>();
        let step = step.map_or("\"...\"".to_owned(), |text| text.token().to_string());
        let error = no_block(format!("`{{ created_by: {step} }}`"));
        match self.json(input)? {
            Json::Text(Text::Expr(expression)) => Ok(Element::Expr(expression)),
            Json::Text(_)
            | Json::Descriptor(..)
            | Json::Number(_)
            | Json::Null(_)
            | Json::List(..)
            | Json::Map(..) => Err(error),
        }
    }

    /// A block of fields as a value.
    fn fields(&mut self, input: ParseStream, kind: BlockKind) -> syn::Result<Block> {
        let span = input.span();
        let items = self.block(input, kind, kind.title())?;
        Ok(Block { span, kind, items })
    }

    /// A value of a list of texts. Some people write a key before it: `["A": "1"]`.
    fn value_of_list(&mut self, input: ParseStream) -> syn::Result<Json> {
        if input.peek(token::Brace) || input.peek(token::Bracket) {
            let error = at_next(input, "a value of the list is text; write `\"...\"`");
            input.parse::<TokenTree>()?;
            return Err(error);
        }
        let ahead = input.fork();
        let separates = |input: ParseStream| {
            input.peek(Token![:])
                || input.peek(Token![=]) && !input.peek(Token![=>])
                || input.peek(Token![=>])
        };
        if let (Ok(key), true) = (ahead.parse::<LitStr>(), separates(&ahead)) {
            input.parse::<LitStr>()?;
            let between = at_next(input, "").span();
            let is_arrow = input.peek(Token![=>]);
            input.parse::<TokenTree>()?;
            if is_arrow {
                input.parse::<TokenTree>()?;
            }
            let value = input.fork().parse::<LitStr>();
            let cure = match value {
                Ok(value) => format!("write `{:?}`", format!("{}={}", key.value(), value.value())),
                Err(_) => format!("write `(format!(\"{}={{}}\", ...))`", key.value()),
            };
            let _ = self.json(input)?;
            return Err(syn::Error::new(between, format!("a value of a list is one text; {cure}")));
        }
        self.json(input)
    }

    /// A value as in JSON: `[` and `{` always open a list or a map.
    pub(super) fn json(&mut self, input: ParseStream) -> syn::Result<Json> {
        let span = input.span();
        if let Some(value) = value_of_habit(input) {
            return Err(at_next(input, format!("{} is no value of JSON; write `{value}`", found(input))));
        }
        if input.peek(token::Bracket) {
            let content;
            bracketed!(content in input);
            return Ok(Json::List(span, self.separated(&content, Self::json)));
        }
        if input.peek(token::Brace) {
            let content;
            braced!(content in input);
            return Ok(Json::Map(span, self.separated(&content, Self::pair)));
        }
        if let Some(number) = number_of_another_form(input, self.errors) {
            return Ok(Json::Number(number));
        }
        if let Some(error) = parts_of_another(input, "list") {
            return Err(error);
        }
        if let Some((label, property)) = whole_property(input, "descriptor") {
            return Ok(Json::Descriptor(label, property));
        }
        if mentions_label(input) {
            return terms(input, self.errors).map(Json::Text);
        }
        if is_sign(input, '/') || is_sign(input, '~') {
            return Err(at_next(input, format!("a path is a string; {}", string_cure(input))));
        }
        if input.peek2(token::Brace) && input.fork().parse::<Ident>().is_ok_and(|word| word == "json") {
            return Err(at_next(input, "`json` begins a content, and this is a value; remove it"));
        }
        Ok(match self.expression(input)? {
            Expr::Lit(literal) => match literal.lit {
                Lit::Str(text) => Json::Text(Text::Literal(text)),
                Lit::Int(_) | Lit::Float(_) => Json::Number(literal.into_token_stream()),
                _ => Json::Text(Text::Expr(Expr::Lit(literal))),
            },
            Expr::Unary(unary) if is_negative_number(&unary) => Json::Number(unary.into_token_stream()),
            Expr::Path(path) if path.path.is_ident("null") => Json::Null(path.into_token_stream()),
            expression => Json::Text(Text::Expr(expression)),
        })
    }

    fn pair(&mut self, input: ParseStream) -> syn::Result<(Text, Json)> {
        if let Some(error) = parts_of_another(input, "map") {
            return Err(error);
        }
        let key = text(input, self.errors)?.ok_or_else(|| no_key(input))?;
        colon(input)?;
        Ok((key, self.json(input)?))
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

    /// The values between brackets or braces, which are separated by commas.
    fn separated<T>(
        &mut self,
        input: ParseStream,
        mut parse: impl FnMut(&mut Self, ParseStream) -> syn::Result<T>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        while !input.is_empty() {
            if input.peek(Token![,]) {
                self.errors
                    .add(at_next(input, "a value is missing before `,`; write it, or remove the comma"));
                let _ = input.parse::<Token![,]>();
                continue;
            }
            match parse(self, input) {
                Ok(one) => all.push(one),
                Err(error) => {
                    self.errors.add(error);
                    skip_item(input);
                }
            }
            if input.peek(Token![;]) {
                self.errors.add(at_next(input, "values are separated by `,`; write it instead of `;`"));
                let _ = input.parse::<Token![;]>();
            } else if !input.is_empty() && input.parse::<Token![,]>().is_err() {
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

    /// A Rust expression. It ends where the body of a match arm ends. An expression that continues only because a comma
    /// is missing is an error.
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

/// The label that is the value of an unknown field, or the first value of its list: `layers: ['base]`.
fn label_as_a_node(input: ParseStream) -> Option<Lifetime> {
    let (_, value) = input.cursor().punct()?;
    let value = value.group(Delimiter::Bracket).map_or(value, |(inside, ..)| inside);
    let (label, rest) = value.lifetime()?;
    let is_property = rest.punct().is_some_and(|(dot, _)| dot.as_char() == '.');
    (!is_property).then_some(label)
}

/// The error of the strings of a list without its brackets: `cmd: "sh", "-c"`. The strings are read.
fn strings_without_brackets(input: ParseStream, name: &str, takes: Takes) -> Option<syn::Error> {
    let first = input.fork().parse::<LitStr>().ok().filter(|_| takes == Takes::List)?;
    let ahead = input.fork();
    let mut strings = Vec::new();
    while let Ok(string) = ahead.parse::<LitStr>()
        && (ahead.is_empty() || ahead.peek(Token![,]))
    {
        strings.push(string.token().to_string());
        input.advance_to(&ahead);
        let _ = ahead.parse::<Token![,]>();
    }
    // The words of a command are values of their own.
    if let ("cmd" | "entrypoint", [_]) = (name, strings.as_slice()) {
        strings = first.value().split_whitespace().map(|word| format!("{word:?}")).collect();
    }
    // Anything else behind the first string continues an expression.
    let message = format!("`{name}` takes a list: `[{}]`", strings.join(", "));
    (!strings.is_empty()).then(|| syn::Error::new(first.span(), message))
}

/// Whether the next token is brackets or braces that the field does not take.
fn is_of_another_shape(input: ParseStream, takes: Takes) -> bool {
    let (brackets, braces) = (input.peek(token::Bracket), input.peek(token::Brace));
    match takes {
        Takes::List => braces,
        Takes::Map | Takes::Patch | Takes::Members | Takes::Records | Takes::Block(_) | Takes::Subject => {
            brackets
        }
        Takes::Text | Takes::DiffId | Takes::Flag | Takes::Number | Takes::Platform => brackets || braces,
        Takes::Blocks(_)
        | Takes::Content
        | Takes::Data
        | Takes::Eof
        | Takes::Bytes
        | Takes::Numeric
        | Takes::Typeflag => false,
    }
}

/// The first value of a map as a list, or the first value of a list as a map: `["A=1"]` for `{ "A": "1" }`.
fn other_shape(input: ParseStream, name: &str, takes: Takes) -> Option<String> {
    let (TokenTree::Group(group), _) = input.cursor().token_tree()? else { return None };
    let mut tokens = group.stream().into_iter();
    let text = |token: TokenTree| syn::parse2::<LitStr>(token.into()).ok().map(|text| text.value());
    let first = tokens.next()?;
    match takes {
        Takes::List => {
            let key = text(first.clone()).unwrap_or_else(|| first.to_string());
            let value = if name == "env" {
                let value =
                    tokens.nth(1).and_then(|value| text(value.clone()).or(Some(value.to_string())))?;
                format!("{key}={value}")
            } else {
                key
            };
            Some(format!("[{value:?}]"))
        }
        Takes::Map => {
            let first = text(first)?;
            let (key, value) = first.split_once('=').or_else(|| first.split_once(": "))?;
            Some(format!("{{ {key:?}: {value:?} }}"))
        }
        _ => None,
    }
}

/// The value that is meant, if a value of another language stands next, such as `None` or `True`.
fn value_of_habit(input: ParseStream) -> Option<&'static str> {
    let ahead = input.fork();
    let word = ahead.parse::<Ident>().ok()?.to_string();
    let ends = ahead.is_empty() || ahead.peek(Token![,]);
    if !ends || !word.starts_with(char::is_uppercase) {
        return None;
    }
    match Habit::of(&word, HabitPlace::Value, BlockKind::Config)?.cure {
        Cure::Word(meant) => Some(meant),
        Cure::InConfig(_) | Cure::PathAlone | Cure::Copy | Cure::Directory | Cure::Say(_) => None,
    }
}

/// Reads and reports a number as other languages write it: `+1` or `.5`.
fn number_of_another_form(input: ParseStream, errors: &mut Errors) -> Option<TokenStream> {
    let plus = input.peek(Token![+]) && (input.peek2(LitInt) || input.peek2(LitFloat));
    let point = input.peek(Token![.]) && input.peek2(LitInt);
    if !plus && !point {
        return None;
    }
    let error_at = at_next(input, "").span();
    let _ = input.parse::<TokenTree>();
    let number = input.parse::<Lit>().ok()?.into_token_stream();
    let (what, written) =
        if plus { ("sign `+`", number.to_string()) } else { ("point at its begin", format!("0.{number}")) };
    errors.at_span(error_at, format!("a number of JSON has no {what}; write `{written}`"));
    Some(number)
}

/// The error of a spread in a map or a list, such as `...other`, `..other` or `**other`.
fn parts_of_another(input: ParseStream, what: &str) -> Option<syn::Error> {
    let is_spread = input.peek(Token![..]) || input.peek(Token![*]) && input.peek2(Token![*]);
    if !is_spread {
        return None;
    }
    let ahead = input.fork();
    while ahead.peek(Token![.]) || ahead.peek(Token![*]) {
        let _ = ahead.parse::<TokenTree>();
    }
    let mut rest = tokens_from(ahead.cursor()).peekable();
    let mut other = TokenStream::new();
    while let Some(token) = rest.next_if(|token| token.to_string() != ",") {
        other.extend([token]);
    }
    let each = if what == "map" { "write each member as `\"KEY\": VALUE`" } else { "write each value" };
    let whole = match syn::parse2::<Ident>(other) {
        Ok(other) => format!(", or `{other}` for the whole {what}"),
        Err(_) => String::new(),
    };
    Some(at_next(input, format!("a {what} of JSON cannot include another {what}; {each}{whole}")))
}

/// The error of a key that is not a string.
fn no_key(input: ParseStream) -> syn::Error {
    let ahead = input.fork();
    if let Ok(first) = ahead.call(Ident::parse_any) {
        // The words between dots, dashes and slashes are one key: `org.example.name`.
        let mut key = first.to_string();
        while let Some(sign) = ['.', '-', '/'].into_iter().find(|sign| is_sign(&ahead, *sign))
            && ahead.parse::<TokenTree>().is_ok()
            && let Ok(word) = ahead.call(Ident::parse_any)
        {
            key.push(sign);
            key.push_str(&word.to_string());
        }
        return at_next(input, format!("a key is a string; write `\"{key}\"`"));
    }
    at_next(input, format!("a key is a string; write one instead of {}", found(input)))
}

/// Whether the next token is a sign.
pub(super) fn is_sign(input: ParseStream, sign: char) -> bool {
    input.cursor().punct().is_some_and(|(punct, _)| punct.as_char() == sign)
}

/// Takes the colon between a key and its value.
fn colon(input: ParseStream) -> syn::Result<()> {
    if !input.peek(Token![:]) {
        if input.peek(Token![=]) {
            return Err(at_next(input, format!("write `:` instead of {}", found(input))));
        }
        if input.peek(Token![,]) && input.peek2(Lit) {
            let error = at_next(input, "write `:` instead of `,`");
            let _ = input.parse::<Token![,]>().and_then(|_| input.parse::<Lit>());
            return Err(error);
        }
        return Err(at_next(input, format!("missing `:` before {}; write `KEY: VALUE`", found(input))));
    }
    let colon: Token![:] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        let message = "the value is missing after `:`; write one, or remove the key";
        return Err(syn::Error::new_spanned(colon, message));
    }
    Ok(())
}

/// Whether `null` stands next and is the whole value.
fn is_null(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == "null") && (ahead.is_empty() || ahead.peek(Token![,]))
}

/// The expression without parentheses and without the group that a `macro_rules!` puts around it.
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

/// The field that has this name in other languages and libraries.
fn renamed(name: &str, within: BlockKind) -> Option<KnownField> {
    let plain = plain_word(name);
    match Habit::of(name, HabitPlace::Field, within).map(|habit| habit.cure) {
        Some(Cure::Word(meant)) => within.field(meant),
        _ => within.fields().iter().copied().find(|field| plain_word(field.name) == plain),
    }
}

fn unknown_field(name: &str, within: BlockKind) -> String {
    let title = within.title();
    if within == BlockKind::OtherConfig && BlockKind::Config.field(name).is_some() {
        return format!(
            "{title} has no field `{name}`; remove the media type for an image's config, or write its `content:`"
        );
    }
    if let Some(habit) = Habit::of(name, HabitPlace::Field, within) {
        let cure = match habit.cure {
            Cure::Word(meant) => format!("write `{meant}`"),
            Cure::Say(cure) => cure.to_owned(),
            Cure::InConfig(field) => format!("write {}", in_config(within, field)),
            Cure::PathAlone | Cure::Copy | Cure::Directory => "write an entry by its path".to_owned(),
        };
        return format!("{title} has no field `{name}`; {cure}");
    }
    if oci_fixture_grammar::platform::os::ALL.contains(&name) {
        return format!("a platform is written with `/`; write `{name}/amd64`");
    }
    let plain = plain_word(name);
    if let Some(meant) = renamed(name, within) {
        return format!("{title} has no field `{name}`; write `{}`", meant.name);
    }
    if let Some(known) = KnownAttribute::of(name).filter(|known| within.holds_entries() && known.entries) {
        return format!("{title} has no field `{name}`; write it before an entry: `{}`", known.example);
    }
    let one = plain.strip_suffix('s').unwrap_or(&plain);
    if within.holds_entries() && ENTRIES.contains(&one) {
        return format!("{title} has no field `{name}`; write each as an entry: `{one} \"PATH\"`");
    }
    if within.field("descriptor").is_some() && BlockKind::Descriptor.field(name).is_some() {
        return format!("{title} has no field `{name}`; it belongs in its `descriptor: {{ ... }}`");
    }
    if within.field("history").is_some() && BlockKind::History.field(name).is_some() {
        return format!("{title} has no field `{name}`; it belongs in its `history: [{{ ... }}]`");
    }
    let one = plain.strip_suffix('s').unwrap_or(&plain);
    if let Some(node) = BlockKind::of(one).filter(|kind| within.nodes().contains(kind)) {
        let each = if one == plain { "it" } else { "each" };
        let media_type = if node == BlockKind::Blob { " \"TYPE\"" } else { "" };
        return format!(
            "{title} has no field `{name}`; write {each} as a node: `{one}{media_type} {{ ... }}`"
        );
    }
    if let Some(Cure::Say(cure)) =
        Habit::of(name, HabitPlace::Field, BlockKind::Config).map(|habit| habit.cure)
    {
        let place = if cure.starts_with("write") { ", in a `config`" } else { "" };
        return format!("{title} has no field `{name}`; {cure}{place}");
    }
    let owners = NODES.iter().chain(&[
        BlockKind::Descriptor,
        BlockKind::History,
        BlockKind::Entry,
        BlockKind::Fixture,
    ]);
    let has_it = |kind: &&BlockKind| kind.field(name).is_some() || renamed(name, **kind).is_some();
    if let Some(owner) = owners.clone().find(has_it) {
        let meant = owner.field(name).or_else(|| renamed(name, *owner)).map_or(name, |field| field.name);
        let cure = match owner {
            BlockKind::Fixture => "it stands at the top level".to_owned(),
            BlockKind::Config => format!("write {}", in_config(within, &format!("{meant}: ..."))),
            _ if meant == name => format!("it belongs in {}", owner.title()),
            _ => format!("it belongs in {} as `{meant}`", owner.title()),
        };
        return format!("{title} has no field `{name}`; {cure}");
    }
    let everywhere = owners.flat_map(|kind| kind.fields()).map(|field| field.name);
    let here = within.fields().iter().map(|field| field.name);
    let meant = nearest(name, here.chain(everywhere))
        .or_else(|| nearest_habit(&plain, within))
        .or_else(|| nearest_habit(&plain, BlockKind::Config));
    let cure = match meant {
        Some(meant) if within.field(meant).is_none() && BlockKind::Config.field(meant).is_some() => {
            format!("did you mean {}?", in_config(within, &format!("{meant}: ...")))
        }
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it holds {}", within.fitting(name)),
    };
    format!("{title} has no field `{name}`; {cure}")
}

/// The field that is meant by a misspelt name that it has in other languages, such as `enviroment`.
fn nearest_habit(name: &str, within: BlockKind) -> Option<&'static str> {
    let words = Habit::all(HabitPlace::Field, within).flat_map(|habit| habit.words.iter().copied());
    match Habit::of(nearest(name, words)?, HabitPlace::Field, within)?.cure {
        Cure::Word(meant) => Some(meant),
        Cure::InConfig(_) | Cure::PathAlone | Cure::Copy | Cure::Directory | Cure::Say(_) => None,
    }
}
