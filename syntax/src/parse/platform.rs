//! The platform of a node, and the forms of other notations in its place.

use oci_fixture_grammar::language::{BlockKind, Cure, Habit, HabitPlace, nearest};
use oci_fixture_grammar::platform::{arch, os, variant};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitFloat, LitInt, LitStr, Token, token};

use super::text::{is_passed_on, text};
use super::tokens::{at_next, called, peek_literal, written};
use super::{Before, Parser};
use crate::ast::{Item, Platform, Text};

impl Parser<'_> {
    /// A platform of which only the operating system is written in its form.
    pub(super) fn half_of_platform(&mut self, input: ParseStream, word: &Ident) -> syn::Result<Item> {
        let name = word.to_string();
        if input.peek(Token![-]) || input.peek(Token![.]) {
            let message = format!("a platform is written with `/`; write `{name}/amd64`");
            return Err(syn::Error::new(word.span(), message));
        }
        let architecture = input.cursor().ident().map(|(word, _)| word.to_string());
        if let Some(architecture) = architecture.filter(|word| arch::ALL.contains(&word.as_str())) {
            let message = format!("a platform is written with `/`; write `{name}/{architecture}`");
            return Err(syn::Error::new(word.span(), message));
        }
        if !input.peek(token::Brace) {
            let message = format!("a platform with a version is text; write `\"{name}(10.0.17763)/amd64\"`");
            return Err(syn::Error::new(word.span(), message));
        }
        if let Some(architecture) = architecture_in_block(input) {
            let message = format!("a platform is written with `/`; write `{name}/{architecture} {{ ... }}`");
            return Err(syn::Error::new(word.span(), message));
        }
        let message =
            format!("`{name}` is half of a platform; write `{name}/amd64`, or another architecture");
        self.errors.at(word, message);
        let platform = Some(Platform::Missing);
        self.node(input, Before::default(), BlockKind::Manifest, word.to_token_stream(), platform)
    }

    /// The platform after a keyword and a reference.
    pub(super) fn platform(
        &mut self,
        input: ParseStream,
        kind: BlockKind,
        takes_reference: bool,
    ) -> syn::Result<Option<Platform>> {
        if !input.peek(Ident) || is_passed_on(input) {
            return Ok(text(input, self.errors)?.map(Platform::Text));
        }
        let word = input.fork().parse::<Ident>()?;
        let expression = called(input);
        if !expression.is_empty() {
            let message = format!("an expression stands in parentheses; write `({})`", written(expression));
            self.errors.at(&word, message);
            return Ok(Some(Platform::Missing));
        }
        let word: Ident = input.parse()?;
        if !input.peek(Token![/]) {
            let rest = rest_of_reference(input);
            let message = if kind == BlockKind::Config && word == "json" && input.peek(token::Brace) {
                "a `config` has fields of its own; remove `json`".to_owned()
            } else if !rest.is_empty() {
                format!("a reference is text; write `\"{word}{rest}\"`")
            } else if arch::ALL.contains(&word.to_string().as_str()) {
                format!("`{word}` is half of a platform; write `linux/{word}`")
            } else if kind.has_platform() {
                let reference =
                    if takes_reference { format!("`\"{word}\"` for a reference, ") } else { String::new() };
                format!(
                    "`{word}` is no platform; write {reference}`({word})` for a variable, or both parts of one, such as `linux/amd64`"
                )
            } else {
                format!("a reference is text; write `\"{word}\"`, or `({word})` for a variable")
            };
            self.errors.at(&word, message);
            // The next tokens are probably the rest of the reference.
            while !input.is_empty()
                && !input.peek(token::Brace)
                && !input.peek(Token![,])
                && !kind.has_platform()
            {
                input.parse::<TokenTree>()?;
            }
            return Ok(Some(Platform::Missing));
        }
        let (platform, _) = self.words(input, word);
        Ok(Some(self.known_words(platform)))
    }

    /// A platform as the value of a field.
    pub(super) fn platform_value(&mut self, input: ParseStream) -> syn::Result<Platform> {
        let ahead = input.fork();
        let is_word = input.peek(Ident) && !is_passed_on(input) && ahead.parse::<Ident>().is_ok();
        if is_word && (ahead.is_empty() || ahead.peek(Token![,])) {
            let word: Ident = input.parse()?;
            let cure = match word.to_string().as_str() {
                name if arch::ALL.contains(&name) => format!("write `linux/{name}`"),
                name if os::ALL.contains(&name) => format!("write `{name}/amd64`"),
                name => {
                    format!("write `({name})` for a variable, or both parts of one, such as `linux/amd64`")
                }
            };
            self.errors.at(&word, format!("`{word}` is no platform; {cure}"));
            return Ok(Platform::Missing);
        }
        match self.platform(input, BlockKind::Manifest, false)? {
            Some(platform) => Ok(platform),
            None => Ok(Platform::Text(Text::Expr(self.expression(input)?))),
        }
    }

    /// A platform in words. The first word was read already. The second result is its tokens, to which errors point.
    pub(super) fn words(&mut self, input: ParseStream, first: Ident) -> (Platform, TokenStream) {
        let mut head = first.to_token_stream();
        let mut words = vec![first];
        while let Ok(slash) = input.parse::<Token![/]>() {
            slash.to_tokens(&mut head);
            if let [os] = words.as_slice()
                && self.version_before_architecture(input, os)
            {
                break;
            } else if let [os, architecture] = words.as_slice()
                && self.version_behind_platform(input, os, architecture)
            {
                break;
            } else if peek_literal(input, LitInt) {
                let Ok(number) = input.parse::<LitInt>() else { break };
                number.to_tokens(&mut head);
                match (words.len(), number.to_string().as_str()) {
                    (1, "386") => words.push(Ident::new("i386", number.span())),
                    (1, _) => self.errors.at(number, "the only architecture that is a number is `386`"),
                    (_, variant) => {
                        let message = format!("a variant begins with a letter; write `v{variant}`");
                        self.errors.at(number, message);
                    }
                }
            } else if input.peek(Ident) {
                let Ok(word) = input.parse::<Ident>() else { break };
                word.to_tokens(&mut head);
                if words.len() == 3 {
                    let message = "a platform has three parts at most, as in `linux/arm/v7`; remove this one";
                    self.errors.at(&word, message);
                } else {
                    words.push(word);
                }
            } else if let Some(cure) = platform_of_a_template(input, &head) {
                self.errors.at(slash, format!("a platform is one text; {cure}"));
                break;
            } else {
                let example = if words.len() == 1 { "amd64" } else { "v7" };
                let message =
                    format!("the platform is cut off after `/`; write another part, such as `{example}`");
                self.errors.at(slash, message);
                break;
            }
        }
        let mut words = words.into_iter();
        let platform = match (words.next(), words.next()) {
            (Some(os), Some(architecture)) => Platform::Words { os, architecture, variant: words.next() },
            // The loop has reported the missing part.
            _ => Platform::Missing,
        };
        (platform, head)
    }

    /// Reports a word of a platform that is no constant.
    pub(super) fn known_words(&mut self, platform: Platform) -> Platform {
        let Platform::Words { os: system, architecture, variant: version } = &platform else {
            return platform;
        };
        let shown = platform.to_string();
        let (os_name, architecture_name) = (system.to_string(), architecture.to_string());
        let parts = [
            (Some(system), "operating system", os::ALL, HabitPlace::Os),
            (Some(architecture), "architecture", arch::ALL, HabitPlace::Architecture),
            (version.as_ref(), "variant", variant::ALL, HabitPlace::Value),
        ];
        let is_known = |word: &str, all: &[&str]| all.contains(&word) || word == "i386" && all == arch::ALL;
        if is_known(&os_name, arch::ALL)
            && is_known(&architecture_name, os::ALL)
            && os_name != architecture_name
        {
            let message = format!("the operating system stands first; write `{architecture_name}/{os_name}`");
            self.errors.at(system, message);
        } else {
            let wrong = parts.into_iter().find_map(|(word, part, all, place)| {
                let word = word.filter(|word| !is_known(&word.to_string(), all))?;
                Some((word, part, all, place))
            });
            let Some((word, part, all, place)) = wrong else { return platform };
            let name = word.to_string();
            if syn::parse_str::<Ident>(&name).is_err() {
                // A keyword of Rust cannot be the name of a constant.
                let message = format!("`{name}` is no part of a platform; write words such as `linux/amd64`");
                self.errors.at(word, message);
                return Platform::Missing;
            }
            let habit = Habit::of(&name, place, BlockKind::Manifest).filter(|_| part != "variant");
            let cure = match habit.map(|habit| habit.cure) {
                Some(Cure::Word(meant)) => format!("write `{meant}`"),
                _ => match nearest(&name.to_lowercase(), all.iter().copied()).filter(|_| name.len() > 2) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => {
                        let variable = shown
                            .split('/')
                            .map(|part| if part == name { format!("{{{part}}}") } else { part.to_owned() })
                            .collect::<Vec<_>>()
                            .join("/");
                        format!(
                            "write `(format!(\"{variable}\"))` for a variable, or `\"{shown}\"` for another name"
                        )
                    }
                },
            };
            self.errors.at(word, format!("`{name}` is no {part} that is known; {cure}"));
        }
        match platform {
            Platform::Words { os, architecture, variant } => Platform::Unknown { os, architecture, variant },
            platform => platform,
        }
    }

    /// Reads a version as the third part of a platform. Returns whether there was one, which is reported.
    pub(super) fn version_behind_platform(
        &mut self,
        input: ParseStream,
        os: &Ident,
        architecture: &Ident,
    ) -> bool {
        let ahead = input.fork();
        let mut version = String::new();
        while peek_literal(&ahead, LitInt)
            || peek_literal(&ahead, LitFloat)
            || !version.is_empty() && ahead.peek(Token![.])
        {
            version.extend(ahead.parse::<TokenTree>().map(|part| part.to_string()));
        }
        let is_version = version.contains('.') || !version.is_empty() && os == "windows";
        if is_version {
            let message = format!(
                "a version stands behind the operating system, in a text; write `\"{os}({version})/{architecture}\"`"
            );
            self.errors.add(at_next(input, message));
            while input.cursor() != ahead.cursor() {
                let _ = input.parse::<TokenTree>();
            }
        }
        is_version
    }

    /// Reads a version in the place of the architecture, as in `windows/10.0/amd64`. Returns whether there was one, which is
    /// reported.
    pub(super) fn version_before_architecture(&mut self, input: ParseStream, os: &Ident) -> bool {
        if !peek_literal(input, LitFloat) {
            return false;
        }
        let place = at_next(input, "").span();
        let mut version = String::new();
        while input.peek(LitInt) || input.peek(LitFloat) || input.peek(Token![.]) {
            version.extend(input.parse::<TokenTree>().map(|part| part.to_string()));
        }
        let mut architecture = "amd64".to_owned();
        if input.peek(Token![/]) && input.peek2(Ident) {
            let _ = input.parse::<Token![/]>();
            architecture = input.parse::<Ident>().map_or(architecture, |word| word.to_string());
        }
        let message = format!(
            "a version stands behind the operating system, in a text; write `\"{os}({version})/{architecture}\"`"
        );
        self.errors.at_span(place, message);
        true
    }

    /// Tokens that do not belong before a platform: `platform:`, `--platform`, `for`, `on` or a sign.
    pub(super) fn before_platform(&mut self, input: ParseStream, kind: BlockKind) {
        if !kind.has_platform() {
            return;
        }
        let ahead = input.fork();
        let mut written = String::new();
        while ahead.peek(Token![-]) || ahead.peek(Token![@]) || ahead.peek(Token![,]) {
            let space = if ahead.peek(Token![,]) { " " } else { "" };
            written.extend(ahead.parse::<TokenTree>().map(|sign| format!("{sign}{space}")));
        }
        let word = ahead.fork().call(Ident::parse_any).map(|word| word.to_string()).unwrap_or_default();
        let is_name = matches!(word.as_str(), "platform" | "for" | "on");
        if is_name && !ahead.peek2(Token![/]) {
            written.push_str(&word);
            let _ = ahead.call(Ident::parse_any);
            if ahead.peek(Token![:]) || ahead.peek(Token![=]) && !ahead.peek(Token![=>]) {
                written.extend(ahead.parse::<TokenTree>().map(|sign| sign.to_string()));
            }
        }
        let is_platform = ahead.peek(LitStr) || ahead.peek(Ident) && ahead.peek2(Token![/]);
        // Behind a single comma, the next item begins.
        if !is_platform || written.is_empty() || written == ", " {
            return;
        }
        self.errors.add(at_next(
            input,
            format!("a platform stands alone behind the keyword and the reference; remove `{written}`"),
        ));
        while input.cursor() != ahead.cursor() {
            let _ = input.parse::<TokenTree>();
        }
    }

    /// Reports the platform of a `dangling` in the place where a manifest has its own.
    pub(super) fn platform_of_dangling(&mut self, input: ParseStream) {
        let (errors, place) = (self.errors.count(), at_next(input, "").span());
        let is_platform = input.peek(Ident) && input.peek2(Token![/]);
        let Some(Ok(os)) = is_platform.then(|| input.parse::<Ident>()) else { return };
        let (platform, _) = self.words(input, os);
        if self.errors.count() == errors {
            let message = format!(
                "a `dangling` has its platform in a field; write `platform: {platform}` in its block"
            );
            self.errors.at_span(place, message);
        }
    }

    /// The rest of a platform of which a part is an expression: `(os)/amd64`.
    pub(super) fn platform_of_parts(&mut self, input: ParseStream, first: &Text) -> bool {
        if !input.peek(Token![/]) {
            return false;
        }
        let mut arguments = String::new();
        let mut parts = vec![interpolated(first.to_token_stream(), &mut arguments)];
        let place = at_next(input, "").span();
        while input.peek(Token![/]) {
            let _ = input.parse::<TokenTree>();
            let Ok(part) = input.parse::<TokenTree>() else { break };
            parts.push(match &part {
                TokenTree::Group(group) => interpolated(group.stream(), &mut arguments),
                part => part.to_string(),
            });
        }
        let text = parts.join("/");
        self.errors
            .at_span(place, format!("a platform is one text; write `(format!(\"{text}\"{arguments}))`"));
        true
    }
}

/// The architecture that begins the block behind an operating system: `linux { amd64 { ... } }`.
fn architecture_in_block(input: ParseStream) -> Option<Ident> {
    let (inside, ..) = input.cursor().group(Delimiter::Brace)?;
    let (word, rest) = inside.ident()?;
    let has_block = rest.group(Delimiter::Brace).is_some();
    (has_block && arch::ALL.contains(&word.to_string().as_str())).then_some(word)
}

/// The cure for a part of a platform in braces or parentheses, or behind a `$`, as in templates. The tokens are read.
fn platform_of_a_template(input: ParseStream, before: &TokenStream) -> Option<String> {
    let is_group = input.peek(token::Paren) || input.peek(token::Brace) && input.peek2(token::Brace);
    if input.peek(Token![$]) && input.peek2(Ident) {
        input.parse::<Token![$]>().ok()?;
    } else if !is_group {
        return None;
    }
    let part = match input.parse::<TokenTree>().ok()? {
        TokenTree::Group(group) => group.stream(),
        word => word.into(),
    };
    let before = written(before.clone());
    if syn::parse2::<Ident>(part.clone()).is_ok() {
        return Some(format!("write `(format!(\"{before}{{{part}}}\"))`"));
    }
    if syn::parse2::<syn::Expr>(part.clone()).is_ok() {
        return Some(format!("write `(format!(\"{before}{{}}\", {}))`", written(part)));
    }
    Some(format!("write each with its block, such as `{before}amd64 {{ ... }}`"))
}

/// The rest of a reference without quotes, such as `:1.0`.
pub(super) fn rest_of_reference(input: ParseStream) -> String {
    let ahead = input.fork();
    let mut rest = String::new();
    while ahead.peek(Token![:]) || ahead.peek(Token![.]) || ahead.peek(Token![-]) || ahead.peek(Token![@]) {
        let parts = [ahead.parse::<TokenTree>(), ahead.parse::<TokenTree>()];
        rest.extend(parts.into_iter().flatten().map(|part| part.to_string()));
    }
    rest
}

/// An expression, in the string of a `format!` if possible, and otherwise among the arguments behind the string.
pub(super) fn interpolated(tokens: TokenStream, arguments: &mut String) -> String {
    if syn::parse2::<Ident>(tokens.clone()).is_ok() {
        return format!("{{{tokens}}}");
    }
    arguments.push_str(", ");
    arguments.push_str(&written(tokens));
    "{}".to_owned()
}
