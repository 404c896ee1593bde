//! Habits of other languages: the words that people write in a declaration although the language does not have them, and
//! the errors that say what to write instead.

use oci_fixture_grammar::language::{
    BlockKind, Cure, ENTRIES, Habit, HabitPlace, KnownAttribute, NODES, OTHERS, plain_word,
};
use oci_fixture_grammar::platform::os;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Expr, Ident, LitStr, Token, token};

use super::entry::{form, is_json};
use super::tokens::{at_next, called, found, is_arrow, tokens_from, values_in_parentheses, written};
use super::{Before, Parser};
use crate::ast::{Item, Platform, Text};

impl Parser<'_> {
    /// The item that begins with a word of a habit, after this word. `None` if the word belongs to no habit.
    pub(super) fn item_of_habit(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        word: &Ident,
    ) -> Option<syn::Result<Item>> {
        let habit = Habit::of(&word.to_string(), HabitPlace::Item, within)?;
        // A word in lower case before an arrow or an operator is a variable.
        let is_upper = word.to_string().chars().all(char::is_uppercase);
        if !is_upper && (input.peek(Token![=>]) || input.peek(Token![->]) || input.peek(Token![+])) {
            return None;
        }
        // With nothing behind it, the word of a file is a variable, too.
        if habit.cure == Cure::PathAlone && (input.is_empty() || input.peek(Token![,])) {
            return None;
        }
        let cure = match habit.cure {
            Cure::Word(meant) => format!("write `{meant}`"),
            Cure::Say(cure) => cure.to_owned(),
            Cure::InConfig(field) => format!("write {}", in_config(within, field)),
            Cure::PathAlone if values_in_parentheses(input).is_some() => {
                format!("write `{}`", form(&word.to_string()))
            }
            Cure::PathAlone => {
                format!("a path alone begins a file or a symbolic link, so remove `{word}`")
            }
            Cure::Copy => {
                let (path, content) = copied(input).map_or_else(
                    || ("\"etc/name\"".to_owned(), "CONTENT".to_owned()),
                    |(from, to)| {
                        let path = to.value();
                        (
                            format!("{:?}", path.trim_start_matches('/')),
                            format!("Content::file({:?})", from.value()),
                        )
                    },
                );
                format!("write each file by its path and its content: `{path} => {content}`")
            }
            Cure::Directory => {
                let argument = input.cursor().group(Delimiter::Parenthesis).map(|(inside, ..)| inside);
                let path = argument.unwrap_or(input.cursor()).literal().map(|(path, _)| path);
                let path = path.and_then(|path| syn::parse2::<LitStr>(path.into_token_stream()).ok());
                let path = path.map_or_else(|| "etc".to_owned(), |path| path.value());
                let path = format!("{}/", path.trim_end_matches('/'));
                format!("a path that ends with `/` is a directory, so remove `{word}`: `{path:?}`")
            }
        };
        let variable = input.cursor().ident().map(|(variable, _)| variable);
        let message = if let (true, BlockKind::Manifest, Some(variable)) = (word == "from", within, variable)
        {
            let call = written(called(&input.fork()));
            let node = if call.is_empty() { variable.to_string() } else { call };
            format!("`from` takes an expression in parentheses; write `from ({node})`")
        } else if word == "from" && within == BlockKind::Manifest {
            "`from` takes a node of another layout; write `from (NODE)`, or the image's own layers: `layer { ... }`".to_owned()
        } else {
            format!("unknown word `{word}`; {cure}")
        };
        let error = syn::Error::new(word.span(), message);
        let Cure::Word(meant) = habit.cure else { return Some(Err(error)) };
        self.errors.add(error);
        self.known(input, Before::default(), word, meant)
    }

    /// The name of a field, or a label, that is written as a text before a `:`, as in JSON. `None` for any other text.
    pub(super) fn quoted_name(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: &mut Before,
        name: &LitStr,
    ) -> Option<syn::Result<Item>> {
        let is_pair = input.peek(Token![:]) && !input.peek(Token![::])
            || !within.holds_entries() && (input.peek(Token![=>]) || input.peek(Token![=]));
        if !is_pair {
            return None;
        }
        let text = name.value();
        let word = syn::parse_str::<Ident>(&text).ok()?;
        let word = Ident::new(&word.to_string(), name.span());
        if within.fields().iter().any(|field| plain_word(field.name) == plain_word(&text)) {
            let plain = within.fields().iter().find(|field| plain_word(field.name) == plain_word(&text))?;
            let message = format!("a field has no quotes; write `{}:`", plain.name);
            if !input.peek(Token![:]) {
                return Some(Err(syn::Error::new(name.span(), message)));
            }
            self.errors.at(name, message);
            let word = Ident::new(plain.name, name.span());
            let attributes = std::mem::take(&mut before.attributes);
            return Some(self.field(input, within, attributes, word).map(Item::Field));
        }
        if within.nodes().iter().any(|node| node.keyword() == text) {
            let message = format!("a node has neither quotes nor `:`; write `{text} {{ ... }}`");
            return Some(Err(syn::Error::new(name.span(), message)));
        }
        if !begins_node(input) {
            return None;
        }
        self.errors.at(name, format!("a label has a quote before it; write `'{word}:`"));
        Some(self.labelled(input, within, before, &word))
    }

    /// The node behind a word and a `:`, which is meant as a label. `None` if the word is the name of a field.
    pub(super) fn bare_label(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: &mut Before,
        word: &Ident,
    ) -> Option<syn::Result<Item>> {
        let name = word.to_string();
        let is_node = BlockKind::of(name.strip_suffix('s').unwrap_or(&name)).is_some();
        if is_node || within.field(&name).is_some() || !begins_node(input) {
            return None;
        }
        let message = if name == "platform" {
            "a platform stands alone before its block; remove `platform:`".to_owned()
        } else {
            let colon = if input.peek(Token![=]) { ", and a `:` behind it" } else { "" };
            format!("a label has a quote before it{colon}; write `'{word}:`")
        };
        self.errors.at(word, message);
        Some(self.labelled(input, within, before, word))
    }

    /// The node behind a label without its quote, from the `:` on.
    fn labelled(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: &mut Before,
        word: &Ident,
    ) -> syn::Result<Item> {
        input.parse::<TokenTree>()?;
        self.lost.insert(word.unraw().to_string());
        before.label = None;
        self.item(input, within)
    }

    /// An expression without parentheses where an item begins. `None` if no expression stands next.
    pub(super) fn bare_expression(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: &mut Before,
    ) -> Option<syn::Result<Item>> {
        let word = input.fork().call(Ident::parse_any).ok()?;
        let ahead = input.fork();
        let is_member = input.peek2(Token![.]) && !input.peek2(Token![..]);
        let expression = called(&ahead);
        let is_known = NODES
            .iter()
            .map(|kind| kind.keyword())
            .chain(ENTRIES.iter().copied())
            .chain(OTHERS.iter().copied());
        if expression.is_empty()
            || is_known.into_iter().any(|known| word == known)
            || Habit::of(&word.to_string(), HabitPlace::Item, within).is_some() && !is_member
        {
            return None;
        }
        let is_system = os::ALL.contains(&word.to_string().as_str());
        let ahead = input.fork();
        let has_version = ahead.call(Ident::parse_any).is_ok() && ahead.peek(token::Paren);
        if is_system && has_version {
            return None;
        }
        let shown = written(expression.clone());
        let parsed = syn::parse2::<Expr>(expression.clone()).ok()?;
        called(input);
        if is_system {
            let shown = shown.replace("::", "/").replace('.', "/");
            self.errors.at(&word, format!("a platform is written with `/`; write `{shown}`"));
            let before = std::mem::take(before);
            return Some(self.node(input, before, BlockKind::Manifest, expression, Some(Platform::Missing)));
        }
        if let Some(message) = struct_literal(&shown).filter(|_| input.peek(token::Brace)) {
            return Some(Err(syn::Error::new(word.span(), message)));
        }
        let is_name = input.peek(Token![=>]) || input.peek(Token![->]) || input.peek(token::Brace);
        if is_name {
            self.errors.at(&word, format!("an expression stands in parentheses; write `({shown})`"));
            return Some(self.named(input, within, std::mem::take(before), Text::Expr(parsed)));
        }
        let message = match within {
            BlockKind::Fixture | BlockKind::Index | BlockKind::Manifest | BlockKind::Layer
                if shown.starts_with("vec!") || shown.ends_with("iter()") =>
            {
                format!("a list of parts is put in by `..`; write `..{shown}`")
            }
            BlockKind::Fixture | BlockKind::Index | BlockKind::Manifest | BlockKind::Layer => {
                format!(
                    "an expression stands in parentheses; write `({shown})`, or `..{shown}` for several parts"
                )
            }
            _ => format!("an expression is no field; write `NAME: {shown}`"),
        };
        Some(Err(syn::Error::new(word.span(), message)))
    }

    /// A group or a sign where an item begins, as in templates. `None` if something else stands next.
    pub(super) fn item_of_template(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: Before,
    ) -> Option<syn::Result<Item>> {
        if input.peek(token::Brace) {
            let (inside, _, rest) = input.cursor().group(Delimiter::Brace)?;
            let tokens: TokenStream = tokens_from(inside).collect();
            let is_name = rest.group(Delimiter::Brace).is_some() || is_arrow(rest);
            if let (true, Ok(expression)) = (is_name, syn::parse2::<Expr>(tokens.clone())) {
                let shown = written(tokens);
                self.errors
                    .add(at_next(input, format!("an expression stands in parentheses; write `({shown})`")));
                let _ = input.parse::<TokenTree>();
                return Some(self.named(input, within, before, Text::Expr(expression)));
            }
            if let Ok(variable) = syn::parse2::<Ident>(innermost(tokens)) {
                let message = format!(
                    "an expression stands in parentheses; write `({variable})`, or `..{variable}` for several parts"
                );
                return Some(Err(at_next(input, message)));
            }
            if input.cursor().token_tree().is_some_and(|(token, _)| is_json(&token)) {
                let message = "a declaration is no JSON; write an image such as `linux/amd64 { \"etc/name\" => \"content\" }`";
                return Some(Err(at_next(input, message)));
            }
            let head = match within {
                BlockKind::Fixture | BlockKind::Index => "linux/amd64",
                BlockKind::Manifest => "layer",
                _ => return None,
            };
            return Some(Err(at_next(
                input,
                format!("a block has a word before it; write `{head} {{ ... }}`"),
            )));
        }
        if input.peek(token::Bracket) {
            let (inside, ..) = input.cursor().group(Delimiter::Bracket)?;
            let name =
                inside.punct().filter(|(sign, _)| sign.as_char() == '#').map_or(inside, |(_, name)| name);
            let known = name.ident().and_then(|(name, _)| KnownAttribute::of(&name.to_string()));
            if let Some(known) = known {
                self.errors.add(at_next(input, format!("an attribute is written as `{}`", known.example)));
                let _ = input.parse::<TokenTree>();
                return (!input.is_empty()).then(|| self.item(input, within));
            }
            let is_tuples = inside.group(Delimiter::Parenthesis).is_some();
            let message = match written(tokens_from(inside).collect()) {
                parts if is_tuples && within.holds_entries() => {
                    format!("a list of entries is put in by `..`; write `..[{parts}]`")
                }
                _ => "items are no list; write them without `[` and `]`".to_owned(),
            };
            return Some(Err(at_next(input, message)));
        }
        if (input.peek(Token![&]) || input.peek(Token![*])) && input.peek2(Ident) {
            return Some(self.item_of_reference(input, within, before));
        }
        let in_brackets = tokens_from(input.cursor()).nth(1).and_then(|token| match token {
            TokenTree::Group(group) => group.stream().into_iter().next(),
            _ => None,
        });
        if let Some(known) = in_brackets.and_then(|name| KnownAttribute::of(&name.to_string()))
            && input.peek(Token![@])
        {
            self.errors.add(at_next(input, format!("an attribute is written as `{}`", known.example)));
            let _ = input.parse::<TokenTree>().and_then(|_| input.parse::<TokenTree>());
            return (!input.is_empty()).then(|| self.item(input, within));
        }
        if let Some(error) = item_of_variable(input) {
            return Some(Err(error));
        }
        if input.peek(Token![,]) || input.peek(Token![;]) {
            let sign = found(input);
            self.errors
                .add(at_next(input, format!("an item is missing before {sign}; write it, or remove {sign}")));
            let _ = input.parse::<TokenTree>();
            if input.is_empty() {
                self.reported = true;
                return None;
            }
            return Some(self.item(input, within));
        }
        let signs =
            input.peek(Token![@]) || input.peek(Token![-]) || input.peek(Token![$]) || input.peek(Token![*]);
        let attribute = tokens_from(input.cursor()).nth(1);
        if let Some(known) =
            attribute.and_then(|name| KnownAttribute::of(&name.to_string())).filter(|_| signs)
        {
            return Some(Err(at_next(input, format!("an attribute is written as `{}`", known.example))));
        }
        if signs && !input.peek(Token![->]) {
            let mut rest = tokens_from(input.cursor()).skip(1);
            let before = rest.next().filter(|next| matches!(next, TokenTree::Ident(_)));
            let before = before.map(|next| format!(" before `{next}`")).unwrap_or_default();
            self.errors.add(at_next(input, format!("{} begins nothing; remove it{before}", found(input))));
            let sign = found(input);
            while !input.is_empty() && found(input) == sign {
                let _ = input.parse::<TokenTree>();
            }
            self.reported = input.is_empty() || input.peek(Token![,]);
            return (!self.reported).then(|| self.item(input, within));
        }
        None
    }

    /// A variable behind `&` or `*`.
    fn item_of_reference(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: Before,
    ) -> syn::Result<Item> {
        let place = at_next(input, "").span();
        let mut taken: TokenStream = input.parse::<TokenTree>()?.into();
        let called = called(input);
        if called.is_empty() {
            taken.extend([input.parse::<TokenTree>()?]);
        }
        taken.extend(called);
        let shown = written(taken.clone());
        let message = format!("an expression stands in parentheses; write `({shown})`");
        let is_name = input.peek(Token![=>]) || input.peek(Token![->]) || input.peek(token::Brace);
        if let Some(message) =
            struct_literal(shown.trim_start_matches(['&', '*'])).filter(|_| input.peek(token::Brace))
        {
            return Err(syn::Error::new(place, message));
        }
        let expression = syn::parse2::<Expr>(taken)?;
        if is_name {
            self.errors.at_span(place, message);
            return self.named(input, within, before, Text::Expr(expression));
        }
        Err(syn::Error::new(place, format!("{message}, or `..{shown}` for several parts")))
    }

    /// Attributes behind an item, with no item after them to which they could belong.
    pub(super) fn attributes_behind(&mut self, input: ParseStream) {
        let ahead = input.fork();
        let mut count = 0;
        while ahead.peek(Token![#]) && ahead.peek2(token::Bracket) {
            let _ = ahead.parse::<Token![#]>().and_then(|_| ahead.parse::<TokenTree>());
            count += 1;
        }
        if count == 0 || !ahead.is_empty() && !ahead.peek(Token![,]) {
            return;
        }
        self.errors.add(at_next(input, "an attribute stands before its entry or its node; move it there"));
        for _ in 0..count {
            let _ = input.parse::<Token![#]>().and_then(|_| input.parse::<TokenTree>());
        }
    }

    /// An expression without parentheses in the place of a text.
    pub(super) fn bare_text(&mut self, input: ParseStream) -> Option<Text> {
        let place = at_next(input, "").span();
        let expression = called(input);
        if expression.is_empty() {
            return None;
        }
        let shown = written(expression.clone());
        self.errors.at_span(place, format!("an expression stands in parentheses; write `({shown})`"));
        syn::parse2(expression).ok().map(Text::Expr)
    }
}

/// A field of a config, for a message, with the blocks around it that are missing in this block.
pub(super) fn in_config(within: BlockKind, field: &str) -> String {
    match within {
        BlockKind::Config => format!("`{field}`"),
        BlockKind::Fixture | BlockKind::Index => format!("`linux/amd64 {{ config {{ {field} }} }}`"),
        BlockKind::Manifest => format!("`config {{ {field} }}`"),
        _ => format!("`config {{ {field} }}` in the manifest"),
    }
}

/// The message for a struct of a library that is written as a node or an entry, such as `ocispec.Index`, before its braces.
fn struct_literal(path: &str) -> Option<String> {
    let is_path = path.chars().all(|character| character.is_alphanumeric() || "._:".contains(character));
    let name =
        path.rsplit(['.', ':']).next().filter(|name| is_path && name.starts_with(char::is_uppercase))?;
    let habit = Habit::of(name, HabitPlace::Item, BlockKind::Manifest).map(|habit| habit.cure);
    let keyword = match (BlockKind::of(&name.to_lowercase()), habit) {
        (Some(kind), _) => kind.keyword(),
        (None, Some(Cure::Word(keyword))) => keyword,
        (None, _) => return Some("a node begins with its keyword, such as `manifest { ... }`".to_owned()),
    };
    Some(format!("a node begins with its keyword; write `{keyword} {{ ... }}`"))
}

/// The error of a variable as in `quote!` or in a shell: `$files`, `#files`, `#(files),*` or `#{files}`. The variable is read.
fn item_of_variable(input: ParseStream) -> Option<syn::Error> {
    let ahead = input.fork();
    ahead.parse::<Token![$]>().map(drop).or_else(|_| ahead.parse::<Token![#]>().map(drop)).ok()?;
    let variable = innermost(ahead.parse::<TokenTree>().ok()?.into());
    let variable = syn::parse2::<Ident>(variable).ok()?;
    let error = at_next(
        input,
        format!(
            "an expression stands in parentheses; write `({variable})`, or `..{variable}` for several parts"
        ),
    );
    // The separator and the star of a repetition.
    let _ = ahead.parse::<Token![,]>();
    if ahead.parse::<Token![*]>().is_ok() || !is_arrow(ahead.cursor()) {
        input.advance_to(&ahead);
    }
    Some(error)
}

/// The tokens in as many groups as stand around them.
pub(super) fn innermost(tokens: TokenStream) -> TokenStream {
    match tokens.clone().into_iter().collect::<Vec<_>>().as_slice() {
        [TokenTree::Group(group)] => innermost(group.stream()),
        _ => tokens,
    }
}

/// The cure for a string in which somebody wrote a variable as in `format!`, if it is one of those that are meant.
pub(crate) fn format_cure(literal: &LitStr, is_variable: impl Fn(&str) -> bool) -> Option<String> {
    let text = literal.value();
    let (_, rest) = text.split_once('{')?;
    let (variable, _) = rest.split_once('}')?;
    let name = variable.split(':').next().unwrap_or_default();
    syn::parse_str::<Ident>(name).ok().filter(|_| is_variable(name))?;
    let token = literal.token();
    Some(format!("a string has no variables; write `(format!({token}))`"))
}

/// Whether a `:` or a `=` and a node stand next.
fn begins_node(input: ParseStream) -> bool {
    let ahead = input.fork();
    if ahead.parse::<Token![:]>().is_err() && ahead.parse::<Token![=]>().is_err() {
        return false;
    }
    let Ok(word) = ahead.call(Ident::parse_any) else { return false };
    match BlockKind::of(&word.to_string()) {
        Some(_) => {
            ahead.peek(syn::Lit) || ahead.peek(token::Brace) || ahead.peek(token::Paren) || ahead.peek(Ident)
        }
        None if os::ALL.contains(&word.to_string().as_str()) => {
            while ahead.peek(Token![/]) && ahead.peek2(Ident) {
                let _ = ahead.parse::<TokenTree>().and_then(|_| ahead.parse::<TokenTree>());
            }
            ahead.peek(token::Brace)
        }
        None => false,
    }
}

/// The two strings behind a word such as `COPY`, which may stand in a list or in parentheses. The second one is no directory.
fn copied(input: ParseStream) -> Option<(LitStr, LitStr)> {
    let mut strings = Vec::new();
    let group = [Delimiter::Bracket, Delimiter::Parenthesis]
        .into_iter()
        .find_map(|delimiter| input.cursor().group(delimiter).map(|(inside, ..)| inside));
    for token in tokens_from(group.unwrap_or(input.cursor())) {
        match token {
            TokenTree::Punct(punct) if group.is_some() || punct.as_char() != ',' => {}
            TokenTree::Literal(literal) if strings.len() < 2 => {
                strings.push(syn::parse2::<LitStr>(TokenTree::Literal(literal).into()).ok()?);
            }
            _ => break,
        }
    }
    let [from, to] = <[LitStr; 2]>::try_from(strings).ok()?;
    (!to.value().ends_with(['/', '.'])).then_some((from, to))
}
