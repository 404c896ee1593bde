//! Nodes, and the words that begin an item.

use oci_fixture_grammar::language::{BlockKind, COMPRESSIONS, ENTRIES, OTHERS, Takes, nearest};
use oci_fixture_grammar::platform::{arch, os};
use oci_fixture_grammar::{Platform as GrammarPlatform, media_type};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Ident, Lifetime, Lit, LitStr, Token, token};

use super::arrow::{other_arrow, string_cure};
use super::block::is_block_in_parentheses;
use super::entry::is_json;
use super::head::{
    REFERENCE_OF_A_LAYER, call_of_keyword, compression_cure, encoder_without_parentheses,
    is_content_behind_comma,
};
use super::label::label_behind_keyword;
use super::text::{is_passed_on, label, text, text_or_terms};
use super::tokens::{at_next, begins_literal, found, holds_nodes, is_block_behind_arrow, skip_item, written};
use super::{Before, Parser, holds};
use crate::ast::{Base, Content, Encoder, Item, Items, Node, Platform, Text, name};

impl Parser<'_> {
    /// The item that a word begins. A misspelt word is reported, and is then read as the word that was meant.
    pub(super) fn keyword(
        &mut self,
        input: ParseStream,
        within: BlockKind,
        before: Before,
        word: &Ident,
    ) -> syn::Result<Item> {
        let name = word.to_string();
        if let Some(item) = self.known(input, before, word, &name) {
            return item;
        }
        if os::ALL.contains(&name.as_str()) {
            return self.half_of_platform(input, word);
        }
        if let Some(field) = within.field(&name) {
            let value = field.takes.title().split('`').nth(1);
            let value = match field.takes {
                Takes::Block(_) => "{ ... }",
                _ => value.filter(|value| value.starts_with(['"', '[', '{'])).unwrap_or("VALUE"),
            };
            let message = format!("`{name}` is a field; write `{name}: {value}`");
            return Err(syn::Error::new(word.span(), message));
        }
        if arch::ALL.contains(&name.as_str()) && input.peek(token::Brace) {
            self.errors.at(word, format!("`{name}` is half of a platform; write `linux/{name}`"));
            let (before, head) = (Before::default(), word.to_token_stream());
            return self.node(input, before, BlockKind::Manifest, head, Some(Platform::Missing));
        }
        if let Some(item) = self.item_of_habit(input, within, word) {
            return item;
        }
        if let Some((system, architecture)) = name.split_once('_')
            && os::ALL.contains(&system)
            && arch::ALL.contains(&architecture)
        {
            let message = format!("a platform is written with `/`; write `{system}/{architecture}`");
            return Err(syn::Error::new(word.span(), message));
        }
        if is_variable(input) {
            let is_path = within.holds_entries() && other_arrow(input).is_some();
            let path = if is_path { format!(", or `{name:?}` for a path") } else { String::new() };
            let message = format!("unknown word `{name}`; write `({name})` for an expression{path}");
            return Err(syn::Error::new(word.span(), message));
        }
        if (input.is_empty() || input.peek(Token![,]))
            && (!within.nodes().is_empty() || within.holds_entries())
        {
            let label =
                if within.nodes().is_empty() { String::new() } else { format!("`'{name}` for a label, ") };
            let message = format!(
                "unknown word `{name}`; write {label}`({name})` for a variable that is one part, or `..{name}` for one that holds several"
            );
            return Err(syn::Error::new(word.span(), message));
        }
        if let Some(one) = name.strip_suffix('s')
            && BlockKind::of(one).is_some()
        {
            let message = format!("unknown word `{name}`; each of them begins with `{one}`");
            return Err(syn::Error::new(word.span(), message));
        }
        // A word that does not fit here would be a second mistake.
        let entries = if within.holds_entries() { ENTRIES } else { &[] };
        let words = within.nodes().iter().map(|kind| kind.keyword()).chain(entries.iter().copied());
        let others = OTHERS.iter().copied().filter(|other| match *other {
            "tag" | "file" => within == BlockKind::Fixture,
            "from" => within == BlockKind::Manifest,
            _ => true,
        });
        let Some(meant) = nearest(&name.to_lowercase(), words.chain(others)) else {
            let message = format!("unknown word `{name}`; {}", holds(within, &name));
            return Err(syn::Error::new(word.span(), message));
        };
        let error = syn::Error::new(word.span(), format!("unknown word `{name}`; did you mean `{meant}`?"));
        if OTHERS.contains(&meant) {
            return Err(error);
        }
        self.errors.add(error);
        let item = self.known(input, Before::default(), word, meant);
        // If the tokens behind a misspelt word cannot be read, that is no second mistake.
        self.reported = !matches!(item, Some(Ok(_)));
        item.unwrap_or_else(|| Err(at_next(input, holds(within, meant))))
    }

    /// The item that a word of the language begins. `None` if the language does not have the word.
    pub(super) fn known(
        &mut self,
        input: ParseStream,
        before: Before,
        word: &Ident,
        name: &str,
    ) -> Option<syn::Result<Item>> {
        if let Some(error) = call_of_keyword(input, name, self.within) {
            return Some(Err(error));
        }
        if let Some(kind) = BlockKind::of(name) {
            return Some(self.node(input, before, kind, word.to_token_stream(), None));
        }
        if name == BlockKind::Entry.keyword() {
            self.unlabelled(&before, "an entry");
            return Some(self.header(input, before.attributes, word).map(Item::Header));
        }
        if ENTRIES.contains(&name) {
            self.unlabelled(&before, "an entry");
            return Some(self.special_entry(input, before.attributes, word, name).map(Item::Entry));
        }
        // If anything else follows the word, it is a habit.
        if name == "from" && input.peek(token::Paren) {
            self.unlabelled(&before, "a `from`");
            let keyword = word.clone();
            return Some(text(input, self.errors).and_then(|image| match image {
                Some(Text::Expr(image)) => {
                    Ok(Item::From(Base { attributes: before.attributes, keyword, image }))
                }
                _ => Err(syn::Error::new(word.span(), "`from` takes the node of an image: `from (node)`")),
            }));
        }
        // Within a layer, the word is a habit.
        if name == "file" && self.within == BlockKind::Fixture {
            self.unlabelled(&before, "a `file`");
            return Some(self.extra_file(input, before.attributes, word).map(Item::File));
        }
        (name == "tag").then(|| {
            self.bare(&before, "a `tag`", "write it before the node that the `tag` names");
            self.tag(input).map(Item::Tag)
        })
    }

    /// A node, after its keyword or after the platform that stands alone.
    pub(super) fn node(
        &mut self,
        input: ParseStream,
        before: Before,
        kind: BlockKind,
        head: TokenStream,
        platform: Option<Platform>,
    ) -> syn::Result<Item> {
        let Before { attributes, label } = before;
        let mut node = Node {
            attributes,
            label,
            kind,
            head,
            reference: None,
            platform,
            encoder: None,
            media_type: None,
            content: None,
            items: Items::new(),
        };
        if node.platform.is_none() {
            label_behind_keyword(input)?;
            let is_call = self.behind_keyword(input, &mut node);
            if is_call && !input.peek(token::Brace) && !input.peek(Token![=>]) {
                // The call was meant as the whole node.
                node.content = Some(Content::Missing);
                self.recovered = true;
                return Ok(Item::Node(Box::new(node)));
            }
        }
        match kind {
            BlockKind::Layer => {
                node.media_type = self.tar_type(input)?;
                node.encoder = self.encoder(input)?;
            }
            // A call that was reported has the media type among its arguments.
            BlockKind::Blob if node.media_type.is_some() => {}
            BlockKind::Blob => {
                node.media_type = match self.bare_text(input) {
                    Some(media_type) => Some(media_type),
                    None => text(input, self.errors)?,
                };
            }
            BlockKind::Dangling => self.platform_of_dangling(input),
            _ if node.platform.is_none() => self.head_of_image(input, &mut node)?,
            _ => {}
        }
        if kind == BlockKind::Blob && node.media_type.is_none() && self.errors.count() > self.mistakes {
            // The head is reported already.
            skip_item(input);
            self.recovered = true;
            node.content = Some(Content::Missing);
            return Ok(Item::Node(Box::new(node)));
        }
        if kind == BlockKind::Blob && node.media_type.is_none() {
            let cure = match string_cure(input) {
                cure if cure.contains('/') => cure,
                _ => "write `blob \"TYPE\" => CONTENT`".to_owned(),
            };
            let message = format!("missing the media type of the `blob` before {}; {cure}", found(input));
            return Err(at_next(input, message));
        }
        let has_content = kind != BlockKind::Layer && !input.peek(token::Brace);
        if let (Some(media_type), true) = (&node.media_type, has_content) {
            // A text that is no media type belongs to the same mistake, as an argument of a call in another language.
            let is_type = |literal: &LitStr| media_type::check(&literal.value()).is_ok();
            let is_call = is_content_behind_comma(input)
                && matches!(media_type, Text::Literal(literal) if !is_type(literal));
            if is_call {
                self.content(input, media_type)?;
                (node.media_type, node.content) = (None, Some(Content::Missing));
                return Ok(Item::Node(Box::new(node)));
            }
            node.content = Some(self.content(input, media_type)?);
            return Ok(Item::Node(Box::new(node)));
        }
        self.check_head(input, &mut node)?;
        self.behind_head(input, &node)?;
        let missing = !input.peek(token::Brace) && !is_block_behind_arrow(input);
        if missing && self.errors.count() > self.mistakes {
            // A mistake in the head is reported already, and the missing block follows from it.
            skip_item(input);
            self.recovered = true;
        } else if matches!(node.block(), BlockKind::Blob | BlockKind::OtherConfig)
            && let Some(message) = content_in_block(input)
        {
            self.errors.add(at_next(input, message));
            input.parse::<TokenTree>()?;
            node.content = Some(Content::Missing);
            self.recovered = true;
        } else {
            let (block, mistakes) = (node.block(), self.errors.count());
            node.items = self.block(input, block, block.title())?;
            if matches!(block, BlockKind::Blob | BlockKind::OtherConfig) && self.errors.count() > mistakes {
                // The reported tokens were probably meant as the content.
                node.content = Some(Content::Missing);
            }
        }
        if missing {
            // So the required fields are not reported as missing, either, nor is the comma behind the block.
            node.content = Some(Content::Missing);
            self.recovered = true;
        }
        Ok(Item::Node(Box::new(node)))
    }

    /// The reference and the platform of a node, or the media type of a config.
    fn head_of_image(&mut self, input: ParseStream, node: &mut Node) -> syn::Result<()> {
        let kind = node.kind;
        node.reference = text_or_terms(input, self.errors)?;
        if !input.peek(token::Brace) {
            self.further_references(input, kind);
            self.before_platform(input, kind);
        }
        let is_content = input.cursor().ident().is_some_and(|(word, _)| word == "json");
        if !(is_content && node.reference.is_some()) {
            let takes_reference = node.reference.is_none() && self.within == BlockKind::Fixture;
            node.platform = self.platform(input, kind, takes_reference)?;
        }
        if kind == BlockKind::Config && node.platform.is_none() {
            let is_other = match &node.reference {
                _ if input.peek(Token![=>]) || is_content_behind_comma(input) => true,
                Some(Text::Literal(text)) if is_media_type(&text.value()) && !input.peek(token::Brace) => {
                    true
                }
                // In a manifest, the only text before a block is a media type.
                Some(Text::Literal(text)) => {
                    self.within == BlockKind::Manifest && is_media_type(&text.value())
                }
                Some(Text::Expr(_) | Text::Terms(_)) => self.within == BlockKind::Manifest,
                None => false,
            };
            if is_other && (node.reference.is_some() || input.peek(Token![=>])) {
                node.media_type = node.reference.take();
            }
        }
        Ok(())
    }

    /// Reports tokens between the keyword and the block that do not belong there.
    fn check_head(&mut self, input: ParseStream, node: &mut Node) -> syn::Result<()> {
        let kind = node.kind;
        if !kind.has_platform()
            && let Some(platform) = node.platform.take()
        {
            // A platform that could not be read is reported already.
            if !matches!(platform, Platform::Missing) {
                let message = format!(
                    "{} has no platform; move it to a manifest: `{platform} {{ ... }}`",
                    kind.title()
                );
                self.errors.at(platform, message);
                // The rest is read as that manifest.
                if kind == BlockKind::Index && !holds_nodes(input) {
                    (node.kind, node.platform) = (BlockKind::Manifest, Some(Platform::Missing));
                }
            }
        }
        if input.peek(Lifetime) && !input.peek2(Token![.]) {
            let label = label(input)?;
            let message =
                format!("a label stands before its node; write `{label}: {} {{ ... }}`", head(node));
            self.errors.at(&label, message);
            self.lost.insert(name(&label));
        }
        if !begins_literal(input) || !input.peek(LitStr) {
            return Ok(());
        }
        let ends = !input.peek2(token::Brace) && !input.peek2(Lifetime) && !input.peek2(Ident);
        if kind == BlockKind::Layer && ends {
            // The block is missing, and an entry follows.
            return Ok(());
        }
        if node.platform.is_some() && (input.peek2(Token![=>]) || input.peek2(Token![->])) {
            // The block is missing, and an entry follows.
            return Ok(());
        }
        if let Some(platform) = &node.platform {
            let (keyword, reference) = (kind.keyword(), found(input).replace('`', ""));
            let message =
                format!("the reference stands before the platform; write `{keyword} {reference} {platform}`");
            return Err(at_next(input, message));
        }
        if !kind.has_reference() {
            let place = at_next(input, "").span();
            let literal = input.parse::<LitStr>()?.value();
            let message = if kind == BlockKind::Layer && COMPRESSIONS.contains(&literal.as_str()) {
                format!("a compression is a word; write `layer {literal}`")
            } else if let (Some(Encoder::Named(name)), true) = (&node.encoder, literal.contains('/')) {
                format!(
                    "the media type stands before the compression; write `layer {literal:?} {name} {{ ... }}`"
                )
            } else if kind == BlockKind::Layer {
                REFERENCE_OF_A_LAYER.to_owned()
            } else if kind == BlockKind::Dangling && literal.contains(':') {
                "a dangling descriptor has fields; write `dangling { digest: \"sha256:...\", ... }`"
                    .to_owned()
            } else {
                format!("{} has no reference; remove it", kind.title())
            };
            self.errors.at_span(place, message);
        }
        Ok(())
    }

    /// The media type of a layer: a string, or an expression that another expression or a compression follows. An expression
    /// that none of these follows is the encoder.
    fn tar_type(&mut self, input: ParseStream) -> syn::Result<Option<Text>> {
        if is_passed_on(input) || is_block_in_parentheses(input) {
            return Ok(None);
        }
        if let Ok(literal) = input.fork().parse::<LitStr>() {
            if COMPRESSIONS.contains(&literal.value().as_str()) {
                return Ok(None);
            }
            if input.peek2(Token![=>]) || input.peek2(Token![->]) {
                let token = literal.token();
                let message = format!(
                    "a `layer` has a block of entries; write `blob {token} => CONTENT` for other bytes, or `layer {{ {token} => CONTENT }}` for a file"
                );
                return Err(syn::Error::new_spanned(literal, message));
            }
            return text(input, self.errors);
        }
        let is_type = input.peek(token::Paren) && (input.peek2(token::Paren) || input.peek2(Ident));
        if is_type { text(input, self.errors) } else { Ok(None) }
    }

    /// The compression of a layer.
    fn encoder(&mut self, input: ParseStream) -> syn::Result<Option<Encoder>> {
        if input.peek(Ident) && !is_passed_on(input) {
            if let Some(error) = encoder_without_parentheses(input) {
                self.errors.add(error);
                return Ok(None);
            }
            let name: Ident = input.parse()?;
            if COMPRESSIONS.contains(&name.to_string().as_str()) {
                if input.peek(token::Paren) && !is_block_in_parentheses(input) {
                    let encoder = if name == "gzip" { "Gzip" } else { "Zstd" };
                    let level = found_group(input);
                    let message =
                        format!("a level is that of an encoder; write `layer ({encoder}::level{level})`");
                    self.errors.add(at_next(input, message));
                    input.parse::<TokenTree>()?;
                }
                return Ok(Some(Encoder::Named(name)));
            }
            self.errors.at(&name, format!("unknown compression `{name}`; {}", compression_cure(&name)));
            return Ok(None);
        }
        if input.peek(LitStr) || is_block_in_parentheses(input) {
            return Ok(None);
        }
        if input.cursor().group(Delimiter::Parenthesis).is_some_and(|(inside, ..)| inside.eof()) {
            self.errors.add(at_next(input, "a `layer` has no arguments; remove `()`"));
            input.parse::<TokenTree>()?;
            return Ok(None);
        }
        let errors = self.errors.count();
        Ok(match text(input, self.errors)? {
            Some(Text::Expr(Expr::Lit(ExprLit { lit: Lit::Str(literal), .. })))
                if self.errors.count() == errors =>
            {
                let (name, token) = (literal.value(), literal.token());
                let message = if COMPRESSIONS.contains(&name.as_str()) {
                    format!("a compression is a word; write `layer {name} {{ ... }}`")
                } else if name.contains('/') {
                    format!("the media type of a layer has no parentheses; write `layer {token} {{ ... }}`")
                } else {
                    REFERENCE_OF_A_LAYER.to_owned()
                };
                self.errors.at(literal, message);
                None
            }
            // Parentheses in the place of the braces are reported, and hold no encoder.
            Some(Text::Expr(encoder)) if self.errors.count() == errors => Some(Encoder::Expr(encoder)),
            _ => None,
        })
    }
}

/// Whether a word is a variable, because an arrow or an operator follows it.
fn is_variable(input: ParseStream) -> bool {
    input.peek(Token![=>])
        || input.peek(Token![->])
        || input.peek(Token![!])
        || input.peek(Token![+])
        || input.peek(Token![.]) && !input.peek(Token![..])
}

/// The words between a node's label and its block, for a message.
fn head(node: &Node) -> String {
    let mut head = written(node.head.clone());
    for text in [&node.reference, &node.media_type].into_iter().flatten() {
        head = format!("{head} {}", written(text.to_token_stream()));
    }
    match &node.encoder {
        Some(Encoder::Named(name)) => format!("{head} {name}"),
        Some(Encoder::Expr(encoder)) => format!("{head} ({})", written(encoder.to_token_stream())),
        None => head,
    }
}

/// The group that stands next, with its parentheses.
fn found_group(input: ParseStream) -> String {
    let group = input.fork().parse::<TokenTree>();
    group.map(|group| written(group.into_token_stream())).unwrap_or_default()
}

/// Whether a text is certainly meant as a media type, and not as a reference or a platform.
fn is_media_type(text: &str) -> bool {
    media_type::check(text).is_ok() && !GrammarPlatform::parse(text).is_ok_and(|platform| platform.is_known())
}

/// The message for a block that is a content, `{ "text" }`, or the map of one, `{ "key": "value" }`.
fn content_in_block(input: ParseStream) -> Option<String> {
    let (inner, _, _) = input.cursor().group(Delimiter::Brace)?;
    let (literal, behind) = inner.literal()?;
    if input.cursor().token_tree().is_some_and(|(token, _)| is_json(&token)) {
        return Some("a map is a content behind `=>`; write `=> json { ... }`".to_owned());
    }
    behind.eof().then(|| {
        format!("a content stands without a block; write `=> {}`", written(literal.to_token_stream()))
    })
}
