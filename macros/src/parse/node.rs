//! Nodes: what has a block of its own, and what refers to one.

use oci_fixture_grammar::language::{COMPRESSIONS, ENTRIES, Kind, NODES, OTHERS, nearest};
use oci_fixture_grammar::platform::os;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Ident, Lifetime, LitInt, LitStr, Token, token};

use super::text::{EXPRESSION, is_passed_on, label, text, text_or_terms};
use super::tokens::{at_next, found, is_block_behind_arrow, skip_item};
use super::{Before, Parser, holds};
use crate::ast::{Again, Content, Encoder, Item, Items, Node, Platform, Tag, Text, name};

impl Parser<'_> {
    /// What a word begins. A near miss is taken for what was meant.
    pub(super) fn keyword(
        &mut self,
        input: ParseStream,
        within: Kind,
        before: Before,
        word: &Ident,
    ) -> syn::Result<Item> {
        let name = word.to_string();
        if let Some(item) = self.known(input, before, word, &name) {
            return item;
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
            let platform = Some(Platform::Words(Vec::new()));
            return self.node(input, Before::default(), Kind::Manifest, word.to_token_stream(), platform);
        }
        if within.field(&name).is_some() {
            let message = format!("`{name}` is a field; write `{name}: VALUE`");
            return Err(syn::Error::new(word.span(), message));
        }
        if matches!(name.as_str(), "file" | "dir" | "directory" | "symlink") {
            let message =
                format!("a path alone begins a file, a directory or a symbolic link; remove `{name}`");
            return Err(syn::Error::new(word.span(), message));
        }
        let words = NODES.iter().map(|kind| kind.keyword()).chain(ENTRIES.iter().copied());
        let Some(meant) = nearest(&name, words.chain(OTHERS.iter().copied())) else {
            let goes_on = input.peek(Token![=>]) || input.peek(Token![->]) || input.peek(Token![!]);
            let message = if goes_on {
                format!("unknown word `{name}`; an expression stands in parentheses, as in `({name})`")
            } else {
                format!("unknown word `{name}`; {}", holds(within))
            };
            return Err(syn::Error::new(word.span(), message));
        };
        let error = syn::Error::new(word.span(), format!("unknown word `{name}`; did you mean `{meant}`?"));
        if OTHERS.contains(&meant) {
            return Err(error);
        }
        self.errors.add(error);
        self.known(input, Before::default(), word, meant)
            .unwrap_or_else(|| Err(at_next(input, holds(within))))
    }

    /// What a word of the language begins; nothing where it is none.
    fn known(
        &mut self,
        input: ParseStream,
        before: Before,
        word: &Ident,
        name: &str,
    ) -> Option<syn::Result<Item>> {
        if let Some(kind) = Kind::of(name) {
            return Some(self.node(input, before, kind, word.to_token_stream(), None));
        }
        if name == Kind::Entry.keyword() {
            self.unlabelled(&before, "an entry");
            return Some(self.header(input, before.attributes, word).map(Item::Header));
        }
        if ENTRIES.contains(&name) {
            self.unlabelled(&before, "an entry");
            return Some(self.special_entry(input, before.attributes, word, name).map(Item::Entry));
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
        kind: Kind,
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
        match kind {
            Kind::Layer => node.encoder = self.encoder(input)?,
            Kind::Blob => node.media_type = text(input, self.errors)?,
            Kind::Dangling => {}
            _ if node.platform.is_none() => {
                node.reference = text_or_terms(input, self.errors)?;
                node.platform = self.platform(input, kind)?;
            }
            _ => {}
        }
        if kind == Kind::Config && node.platform.is_none() && input.peek(Token![=>]) {
            node.media_type = node.reference.take();
        }
        if kind == Kind::Blob && node.media_type.is_none() {
            let message = format!(
                "missing the media type of the `blob` before {}; write `blob \"TYPE\" => CONTENT`",
                found(input)
            );
            return Err(at_next(input, message));
        }
        if let (Some(media_type), true) = (&node.media_type, !input.peek(token::Brace)) {
            node.content = Some(self.content(input, media_type)?);
            return Ok(Item::Node(Box::new(node)));
        }
        self.check_head(input, &mut node)?;
        let missing = !input.peek(token::Brace) && !is_block_behind_arrow(input);
        if missing && self.errors.count() > self.faults {
            // The head is broken already; that the block is missing too is no news.
            skip_item(input);
            self.recovered = true;
        } else {
            node.items = self.block(input, kind, kind.title())?;
        }
        if missing {
            // Nor is what the block would have held.
            node.content = Some(Content::Missing);
        }
        Ok(Item::Node(Box::new(node)))
    }

    /// What stands between the keyword and the block, but does not belong there.
    fn check_head(&mut self, input: ParseStream, node: &mut Node) -> syn::Result<()> {
        let kind = node.kind;
        if !kind.has_platform()
            && let Some(platform) = node.platform.take()
        {
            // One that is none was reported.
            if !matches!(&platform, Platform::Words(words) if words.is_empty()) {
                let message = format!(
                    "{} has no platform; move it to a manifest: `{platform} {{ ... }}`",
                    kind.title()
                );
                self.errors.at(platform, message);
            }
        }
        if !input.peek(LitStr) {
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
            let message = if kind == Kind::Layer && COMPRESSIONS.contains(&literal.as_str()) {
                format!("a compression is a word; write `layer {literal}`")
            } else {
                format!("{} has no reference; remove it", kind.title())
            };
            self.errors.at_span(place, message);
        }
        Ok(())
    }

    /// The compression of a layer.
    fn encoder(&mut self, input: ParseStream) -> syn::Result<Option<Encoder>> {
        if input.peek(Ident) && !is_passed_on(input) {
            let name: Ident = input.parse()?;
            if COMPRESSIONS.contains(&name.to_string().as_str()) {
                return Ok(Some(Encoder::Named(name)));
            }
            let message = format!(
                "unknown compression `{name}`; write `gzip`, `zstd`, or an encoder: `(Gzip::level(9))`"
            );
            self.errors.at(&name, message);
            return Ok(None);
        }
        if input.peek(LitStr) {
            return Ok(None);
        }
        Ok(match text(input, self.errors)? {
            Some(Text::Expr(encoder)) => Some(Encoder::Expr(encoder)),
            _ => None,
        })
    }

    /// The platform after a keyword and a reference.
    fn platform(&mut self, input: ParseStream, kind: Kind) -> syn::Result<Option<Platform>> {
        if !input.peek(Ident) || is_passed_on(input) {
            return Ok(text(input, self.errors)?.map(Platform::Text));
        }
        let word: Ident = input.parse()?;
        if !input.peek(Token![/]) {
            let message = if kind.has_platform() {
                format!("`{word}` is no platform; write both parts of one, such as `linux/amd64`")
            } else {
                format!("a reference is text; write `\"{word}\"`, or `({word})` for a variable")
            };
            self.errors.at(&word, message);
            // Perhaps the rest of the reference.
            while !input.is_empty()
                && !input.peek(token::Brace)
                && !input.peek(Token![,])
                && !kind.has_platform()
            {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            return Ok(Some(Platform::Words(Vec::new())));
        }
        let (platform, _) = self.words(input, word);
        Ok(Some(platform))
    }

    /// A platform as the value of a field.
    pub(super) fn platform_value(&mut self, input: ParseStream) -> syn::Result<Platform> {
        match self.platform(input, Kind::Manifest)? {
            Some(platform) => Ok(platform),
            None => Ok(Platform::Text(Text::Expr(self.expression(input)?))),
        }
    }

    /// A platform in words, after the first; and its tokens, to point at.
    pub(super) fn words(&mut self, input: ParseStream, first: Ident) -> (Platform, TokenStream) {
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

    /// A label that stands as a node.
    pub(super) fn again(
        &mut self,
        input: ParseStream,
        before: &Before,
        label: Lifetime,
    ) -> syn::Result<Again> {
        self.bare(before, "a label that is used again", "write it before the node that has the label");
        if input.peek(Token![.]) {
            let message =
                format!("`{label}.digest` is text, and stands in a value; write `{label}` for the node");
            return Err(at_next(input, message));
        }
        if input.peek(Ident) {
            let message = format!(
                "missing `,` before {}, or `:` behind `{label}` where that is its label",
                found(input)
            );
            self.errors.add(at_next(input, message));
            self.lost.insert(name(&label));
            self.recovered = true;
        }
        let block = input.peek(token::Brace).then(|| self.block(input, Kind::Label, Kind::Label.title()));
        Ok(Again { label, items: block.transpose()? })
    }

    /// A tag, after its keyword.
    fn tag(&mut self, input: ParseStream) -> syn::Result<Tag> {
        let Some(reference) = text_or_terms(input, self.errors)? else {
            let message = format!(
                "missing the reference of the `tag` before {}; write `tag \"REF\" => 'label`",
                found(input)
            );
            return Err(at_next(input, message));
        };
        if input.peek(Token![+]) {
            return Err(at_next(input, EXPRESSION));
        }
        if !input.peek(Token![=>]) {
            let message = format!("missing `=>` before {}; write `tag \"REF\" => 'label`", found(input));
            return Err(at_next(input, message));
        }
        input.parse::<Token![=>]>()?;
        if !input.peek(Lifetime) {
            self.errors.add(at_next(input, "a `tag` names a label; write `=> 'label`"));
            skip_item(input);
            self.recovered = true;
            return Ok(Tag { reference, label: None });
        }
        let label = label(input)?;
        if input.peek(Token![.]) {
            let message = format!("a `tag` names the node itself; write `{label}` alone");
            self.recover(input, at_next(input, message));
        }
        Ok(Tag { reference, label: Some(label) })
    }
}
