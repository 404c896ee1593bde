//! The recovering parser: tokens to a declaration.
//!
//! What is wrong goes to the collector, and parsing goes on behind it: a broken part becomes a placeholder, so that the
//! rest of the declaration keeps its shape and is checked too.

mod tokens;
mod value;

#[cfg(test)]
mod tests;

use oci_fixture_grammar::language::{FLOWS, Kind, NODES, nearest};
use oci_fixture_grammar::platform::os;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Ident, Lit, LitInt, LitStr, Pat, Token, braced, bracketed, token};

use self::tokens::{at_next, found, not_an_expression, skip_item, text};
use crate::ast::{Attribute, Entry, EntryKind, Field, For, If, Item, Items, Node, Platform, Text};
use crate::errors::Errors;

/// Parses a whole declaration.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Items {
    let parser =
        |input: ParseStream| Ok(Parser { errors, recovered: false, faults: 0 }.items(input, Kind::Fixture));
    // It takes all tokens, and reports what is wrong itself.
    parser.parse2(tokens).unwrap_or_default()
}

struct Parser<'e> {
    errors: &'e mut Errors,
    /// Tokens were skipped, and perhaps what separates two items with them.
    recovered: bool,
    /// How many faults there were before the item that is being parsed.
    faults: usize,
}

impl Parser<'_> {
    fn items(&mut self, input: ParseStream, within: Kind) -> Items {
        let mut items = Items::new();
        while !input.is_empty() {
            let ends_with_block = match self.item(input, within) {
                Ok(item) => {
                    let ends_with_block = item.ends_with_block();
                    items.push(item);
                    ends_with_block
                }
                Err(error) => {
                    self.recover(input, error);
                    true
                }
            };
            self.separator(input, ends_with_block);
        }
        items
    }

    /// Reports an error, and skips to the end of the item.
    fn recover(&mut self, input: ParseStream, error: syn::Error) {
        self.errors.add(error);
        skip_item(input);
        self.recovered = true;
    }

    /// Items are separated as match arms are: after a block the comma may be left out.
    fn separator(&mut self, input: ParseStream, ends_with_block: bool) {
        let optional = std::mem::take(&mut self.recovered) || ends_with_block;
        if input.peek(Token![;]) {
            self.errors.add(at_next(input, "items are separated by `,`; write it instead of `;`"));
            let _ = input.parse::<Token![;]>();
        } else if !input.is_empty() && input.parse::<Token![,]>().is_err() && !optional && begins_item(input)
        {
            self.errors.add(at_next(input, format!("missing `,` before {}", found(input))));
        }
    }

    fn item(&mut self, input: ParseStream, within: Kind) -> syn::Result<Item> {
        let attributes = self.attributes(input);
        if input.is_empty() {
            let end = input.cursor().prev_span();
            return Err(syn::Error::new(end, "nothing follows the attribute; remove it"));
        }
        self.faults = self.errors.count();
        if input.peek(Token![for]) || input.peek(Token![if]) {
            for attribute in &attributes {
                let message = "an attribute belongs to an entry; move it into the block";
                self.errors.at(&attribute.name, message);
            }
            return if input.peek(Token![for]) {
                self.for_flow(input, within).map(Item::For)
            } else {
                self.if_flow(input, within).map(Item::If)
            };
        }
        if let Some(name) = text(input, self.errors)? {
            return self.named(input, attributes, name);
        }
        if !input.peek(Ident::peek_any) {
            return Err(at_next(input, format!("{} begins nothing; {}", found(input), holds(within))));
        }
        let word = input.call(Ident::parse_any)?;
        if input.peek(Token![:]) && !input.peek(Token![::]) {
            return self.field(input, attributes, word).map(Item::Field);
        }
        if input.peek(Token![/]) {
            let (platform, head) = self.words(input, word);
            return self.node(input, attributes, Kind::Manifest, head, Some(platform));
        }
        self.keyword(input, within, attributes, &word)
    }

    /// A word that begins a node. A near miss is taken for what was meant.
    fn keyword(
        &mut self,
        input: ParseStream,
        within: Kind,
        attributes: Vec<Attribute>,
        word: &Ident,
    ) -> syn::Result<Item> {
        let name = word.to_string();
        let head = word.to_token_stream();
        if let Some(kind) = Kind::of(&name) {
            return self.node(input, attributes, kind, head, None);
        }
        if os::ALL.contains(&name.as_str()) {
            if !input.peek(token::Brace) {
                let message =
                    format!("a platform with a version is text; write `\"{name}(10.0.17763)/amd64\"`");
                return Err(syn::Error::new(word.span(), message));
            }
            let message =
                format!("`{name}` is half of a platform; write `{name}/amd64`, or another architecture");
            self.errors.at(word, message);
            return self.node(input, attributes, Kind::Manifest, head, Some(Platform::Words(Vec::new())));
        }
        if within.field(&name).is_some() {
            let message = format!("`{name}` is a field; write `{name}: VALUE`");
            return Err(syn::Error::new(word.span(), message));
        }
        let keywords = NODES.iter().map(|kind| kind.keyword()).chain(FLOWS.iter().copied());
        let Some(meant) = nearest(&name, keywords) else {
            let message = format!("unknown word `{name}`; {}", holds(within));
            return Err(syn::Error::new(word.span(), message));
        };
        let error = syn::Error::new(word.span(), format!("unknown word `{name}`; did you mean `{meant}`?"));
        let Some(kind) = Kind::of(meant) else { return Err(error) };
        self.errors.add(error);
        self.node(input, attributes, kind, head, None)
    }

    /// A node, after its keyword or after the platform that stands alone.
    fn node(
        &mut self,
        input: ParseStream,
        attributes: Vec<Attribute>,
        kind: Kind,
        head: TokenStream,
        mut platform: Option<Platform>,
    ) -> syn::Result<Item> {
        let mut reference = None;
        if platform.is_none() {
            reference = text(input, self.errors)?;
            platform = self.platform(input)?;
        }
        if !kind.has_reference()
            && let Some(reference) = reference.take()
        {
            self.errors.at(reference, format!("{} has no reference; remove it", kind.title()));
        }
        if !kind.has_platform()
            && let Some(platform) = platform.take()
        {
            let message =
                format!("{} has no platform; move it to a manifest: `{platform} {{ ... }}`", kind.title());
            self.errors.at(platform, message);
        }
        if let (Some(platform), true) = (&platform, input.peek(LitStr)) {
            let (keyword, reference) = (kind.keyword(), found(input).replace('`', ""));
            let message =
                format!("the reference stands before the platform; write `{keyword} {reference} {platform}`");
            return Err(at_next(input, message));
        }
        let items = if !input.peek(token::Brace) && self.errors.count() > self.faults {
            // The head is broken already; that the block is missing too is no news.
            skip_item(input);
            self.recovered = true;
            Items::new()
        } else {
            self.block(input, kind, kind.title())?
        };
        Ok(Item::Node(Node { attributes, kind, head, reference, platform, items }))
    }

    /// The platform after a keyword and a reference.
    fn platform(&mut self, input: ParseStream) -> syn::Result<Option<Platform>> {
        if !input.peek(Ident) {
            return Ok(text(input, self.errors)?.map(Platform::Text));
        }
        let word: Ident = input.parse()?;
        if !input.peek(Token![/]) {
            let message = format!("`{word}` is no platform; write both parts of one, such as `linux/amd64`");
            self.errors.at(&word, message);
            return Ok(Some(Platform::Words(Vec::new())));
        }
        let (platform, _) = self.words(input, word);
        Ok(Some(platform))
    }

    /// A platform in words, after the first; and its tokens, to point at.
    fn words(&mut self, input: ParseStream, first: Ident) -> (Platform, TokenStream) {
        let mut head = first.to_token_stream();
        let mut words = vec![first];
        while let Ok(slash) = input.parse::<Token![/]>() {
            slash.to_tokens(&mut head);
            if input.peek(LitInt) {
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
            } else {
                let example = if words.len() == 1 { "amd64" } else { "v7" };
                let message =
                    format!("the platform is cut off after `/`; write another part, such as `{example}`");
                self.errors.at(slash, message);
                break;
            }
        }
        (Platform::Words(words), head)
    }

    /// The block of a node, or of a flow within one.
    fn block(&mut self, input: ParseStream, within: Kind, title: &str) -> syn::Result<Items> {
        if input.peek(Token![<]) {
            return Err(at_next(input, "a block is written with braces; write `{` instead of `<`"));
        }
        if !input.peek(token::Brace) {
            let message = format!("missing the block of {title}; write `{{ ... }}` before {}", found(input));
            return Err(at_next(input, message));
        }
        let content;
        braced!(content in input);
        let items = self.items(&content, within);
        self.recovered = false;
        Ok(items)
    }

    /// An entry, or a node whose platform is text: what begins with a string or a `(EXPR)`.
    fn named(&mut self, input: ParseStream, attributes: Vec<Attribute>, name: Text) -> syn::Result<Item> {
        if input.peek(token::Brace) {
            let head = name.to_token_stream();
            return self.node(input, attributes, Kind::Manifest, head, Some(Platform::Text(name)));
        }
        let kind = if input.is_empty()
            || input.peek(Token![,])
            || name.is_directory() && !input.peek(Token![=>])
        {
            if let Text::Literal(path) = &name
                && !name.is_directory()
            {
                let (quoted, directory) = (path.token(), format!("{}/", path.value()));
                let message = format!(
                    "`{quoted}` has no content; write `{quoted} => CONTENT`, or `{directory:?}` for a directory"
                );
                self.errors.at(path, message);
            }
            EntryKind::Directory
        } else {
            EntryKind::File(self.content(input, &name)?)
        };
        Ok(Item::Entry(Entry { attributes, path: name, kind }))
    }

    /// The content of a file, from the `=>` on.
    fn content(&mut self, input: ParseStream, name: &Text) -> syn::Result<Option<Expr>> {
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
        } else if input.peek(Token![=]) || input.peek(Token![:]) {
            self.errors.add(at_next(input, format!("write `=>` instead of {}", found(input))));
            input.parse::<TokenTree>()?;
        } else {
            let name = match name {
                Text::Literal(path) => format!("`{}`", path.token()),
                Text::Expr(_) => "the path".to_owned(),
            };
            return Err(at_next(input, format!("missing `=>` between {name} and {}", found(input))));
        }
        if input.is_empty() || input.peek(Token![,]) {
            let message = "the content is missing after `=>`; write a string, or another value that is bytes";
            self.errors.at_span(input.cursor().prev_span(), message);
            return Ok(None);
        }
        if !Expr::peek(input) {
            let message =
                format!("{} begins no content; write a string, or another value that is bytes", found(input));
            self.recover(input, at_next(input, message));
            return Ok(None);
        }
        match self.expression(input) {
            Ok(content) => Ok(Some(content)),
            Err(error) => {
                self.recover(input, error);
                Ok(None)
            }
        }
    }

    /// A field, after its name.
    fn field(&mut self, input: ParseStream, attributes: Vec<Attribute>, name: Ident) -> syn::Result<Field> {
        let colon: Token![:] = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            self.errors.at(
                colon,
                format!("the value of `{name}` is missing after `:`; write one, or remove the field"),
            );
            return Ok(Field { attributes, name, value: None });
        }
        let value = match self.value(input) {
            Ok(value) => Some(value),
            Err(error) => {
                self.recover(input, error);
                None
            }
        };
        Ok(Field { attributes, name, value })
    }

    fn attributes(&mut self, input: ParseStream) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        while input.peek(Token![#]) {
            match self.attribute(input) {
                Ok(attribute) => attributes.extend(attribute),
                Err(error) => self.errors.add(error),
            }
        }
        attributes
    }

    /// An attribute; nothing for a doc comment, which says nothing to the program.
    fn attribute(&mut self, input: ParseStream) -> syn::Result<Option<Attribute>> {
        input.parse::<Token![#]>()?;
        if input.peek(Token![!]) {
            self.errors.add(at_next(input, "an attribute stands before what it belongs to; write `#[...]`"));
            input.parse::<Token![!]>()?;
        }
        if !input.peek(token::Bracket) {
            return Err(at_next(input, "an attribute is written as `#[NAME = VALUE]`"));
        }
        let content;
        bracketed!(content in input);
        let parsed = self.attribute_content(&content);
        // Whatever is left of a broken one.
        content.parse::<TokenStream>()?;
        parsed
    }

    fn attribute_content(&mut self, input: ParseStream) -> syn::Result<Option<Attribute>> {
        let name = input
            .call(Ident::parse_any)
            .map_err(|_| at_next(input, "an attribute is written as `#[NAME = VALUE]`"))?;
        if name == "doc" {
            return Ok(None);
        }
        if name == "cfg" || name == "cfg_attr" {
            let message =
                format!("`#[{name}]` does not work in a declaration; write `if cfg!(...) {{ ... }}`");
            return Err(syn::Error::new(name.span(), message));
        }
        let mut value = None;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            if input.is_empty() {
                let message = format!("the value of `{name}` is missing after `=`");
                return Err(at_next(input, message));
            }
            value = Some(self.expression(input)?);
        }
        if !input.is_empty() {
            return Err(at_next(input, format!("an attribute ends before {}; remove it", found(input))));
        }
        Ok(Some(Attribute { name, value }))
    }

    fn for_flow(&mut self, input: ParseStream, within: Kind) -> syn::Result<For> {
        const FORM: &str = "write `for PATTERN in VALUES { ... }`";
        input.parse::<Token![for]>()?;
        let start = at_next(input, format!("`for` needs a pattern before {}; {FORM}", found(input)));
        let pattern = Pat::parse_multi_with_leading_vert(input).map_err(|_| start)?;
        if !input.peek(Token![in]) {
            return Err(at_next(input, format!("missing `in` before {}; {FORM}", found(input))));
        }
        input.parse::<Token![in]>()?;
        let head = head(input, &format!("`for` needs values before {}; {FORM}", found(input)))?;
        let items = self.block(input, within, "the `for`")?;
        Ok(For { pattern, head, items })
    }

    fn if_flow(&mut self, input: ParseStream, within: Kind) -> syn::Result<If> {
        input.parse::<Token![if]>()?;
        let missing =
            format!("`if` needs a condition before {}; write `if CONDITION {{ ... }}`", found(input));
        let head = head(input, &missing)?;
        let then = self.block(input, within, "the `if`")?;
        let mut otherwise = None;
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
            otherwise = Some(if input.peek(Token![if]) {
                vec![Item::If(self.if_flow(input, within)?)]
            } else {
                self.block(input, within, "the `else`")?
            });
        }
        Ok(If { head, then, otherwise })
    }
}

/// The expression before the block of a flow.
fn head(input: ParseStream, missing: &str) -> syn::Result<Expr> {
    if !Expr::peek(input) || input.peek(token::Brace) {
        return Err(at_next(input, missing));
    }
    Expr::parse_without_eager_brace(input).map_err(|error| not_an_expression(&error))
}

/// Whether the next token may begin an item; what may not is reported as such.
fn begins_item(input: ParseStream) -> bool {
    input.peek(Ident::peek_any) || input.peek(Lit) || input.peek(token::Paren) || input.peek(Token![#])
}

fn holds(within: Kind) -> String {
    format!("{} holds {}", within.title(), within.fitting())
}
