//! A declaration becomes the calls of the builders that make it. The expansion cannot fail.
//!
//! The expansion is exhaustive: every `match` names each form, and every struct is taken apart with all its fields, so that
//! a new form or field which is not expanded does not compile. Only parts whose errors are reported are left out.
//!
//! A node becomes a block of plain statements, which is the same with and without `for` and `if`: it makes the node, pushes
//! each part, and yields the node. Labels are variables of the body around them, because a label can also be used outside of
//! the block of its node.

// A form without an arm would be lost without an error.
#![deny(clippy::wildcard_enum_match_arm)]

/// Like `quote!`, with spans that keep the names of the expansion and those of the user apart.
macro_rules! ours {
    ($($tokens:tt)*) => { ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*) };
}

mod entry;
mod http;
mod value;

use oci_fixture_grammar::language::{BlockKind, Form, KnownAttribute};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Lifetime;
use syn::spanned::Spanned;

use oci_fixture_syntax::ast::{
    Again, Attribute, AttributeValue, Base, Block, Content, Encoder, ExtraFile, FileBody, For, Header, If,
    Item, Items, Node, Platform, Splice, Tag, Text, name,
};

/// Expands a declaration to an expression of the type `Fixture`. `krate` is the name of the crate that users add. `None` if
/// the declaration is not expanded by `oci_image!`.
pub(crate) fn expand(items: &Items, krate: Option<&TokenTree>) -> TokenStream {
    let expander = Expander { krate };
    let builder = expander.new_builder(BlockKind::Fixture);
    let body = expander.body(items, BlockKind::Fixture);
    ours!({
        let mut node = #builder;
        #body
        node
    })
}

struct Expander<'k> {
    krate: Option<&'k TokenTree>,
}

impl Expander<'_> {
    /// The body of a `for` or an `if`, or the top level: the labels that are declared in it, and its statements.
    fn body(&self, items: &Items, within: BlockKind) -> TokenStream {
        let mut labels = Vec::new();
        declared(items, &mut labels);
        let labels = labels.into_iter().map(variable);
        let statements = self.items(items, within);
        ours!(#(let #labels;)* #statements)
    }

    fn items(&self, items: &Items, within: BlockKind) -> TokenStream {
        items.iter().map(|item| self.item(item, within)).collect()
    }

    fn item(&self, item: &Item, within: BlockKind) -> TokenStream {
        match item {
            Item::Node(node) => self.node_statement(node, within),
            Item::Again(again) => self.again(again),
            Item::Tag(tag) => self.tag(tag),
            Item::From(base) => self.base(base, within),
            Item::File(file) => self.extra_file(file, within),
            Item::Entry(entry) => self.entry(entry, within.holds_entries()),
            Item::Header(header) => {
                // Every attribute of an `entry` is reported already.
                let Header { attributes: _, keyword: _, items } = header;
                push(&self.builder(BlockKind::Entry, items), within.holds_entries())
            }
            Item::Field(field) => self.field(field),
            Item::Splice(Splice { dots: _, parts }) => {
                // If a part does not fit, rustc points at the parts.
                let place = Span::mixed_site().located_at(parts.span());
                quote_spanned!(place=> node.splice(#parts);)
            }
            Item::Alone(value) => {
                let place = Span::mixed_site().located_at(value.span());
                quote_spanned!(place=> node.put(#value);)
            }
            Item::For(flow) => {
                let For { keyword: _, pattern, head, items } = flow;
                let body = self.body(items, within);
                ours!(for #pattern in #head { #body })
            }
            Item::If(flow) => {
                let If { keyword: _, head, then, otherwise } = flow;
                let then = self.body(then, within);
                let otherwise = otherwise.as_ref().map(|items| {
                    let otherwise = self.body(items, within);
                    ours!(else { #otherwise })
                });
                ours!(if #head { #then } #otherwise)
            }
        }
    }

    /// Pushes a node. A node with a label is stored in the label's variable first.
    fn node_statement(&self, node: &Node, within: BlockKind) -> TokenStream {
        let krate = self.krate;
        let fits = within.nodes().contains(&node.kind);
        let made = self.node(node);
        let Some(label) = &node.label else { return push(&made, fits) };
        let (name, variable) = (name(label), variable(label));
        let pushed = push(&ours!(&#variable), fits);
        ours!(#variable = #krate::Label::new(#name, #made); #pushed)
    }

    fn node(&self, node: &Node) -> TokenStream {
        // The label is a variable around the node, and the head is needed only for the spans of errors.
        let Node {
            attributes,
            label: _,
            kind,
            head: _,
            reference,
            platform,
            encoder,
            media_type,
            content,
            items,
        } = node;
        // A layer has entries, and its media type is set as the encoder is.
        let is_tar = *kind == BlockKind::Layer;
        let (of_tar, media_type) =
            (media_type.as_ref().filter(|_| is_tar), media_type.as_ref().filter(|_| !is_tar));
        let new = self.new_node(*kind, media_type, content.as_ref());
        let (before, attributes) = self.attributes(attributes, media_type.is_some());
        let of_tar = of_tar.map(|text| set(&ident_at("media_type", text), &self.text(text)));
        let reference = reference.as_ref().map(|reference| {
            let reference = self.text_argument(reference);
            ours!(node.set_reference(#reference);)
        });
        let platform = platform.as_ref().and_then(set_platform);
        let encoder = encoder.as_ref().map(|encoder| match encoder {
            Encoder::Named(name) => ours!(node = node.#name();),
            Encoder::Expr(encoder) => set(&ident_at("encoder", encoder), &encoder.to_token_stream()),
        });
        let items = self.items(items, *kind);
        ours!({
            #before
            let mut node = #new;
            #attributes
            #reference
            #platform
            #of_tar
            #encoder
            #items
            node
        })
    }

    /// The builder of a node before anything is set. A node with a media type is made with its content, which is empty if a block
    /// follows. A node without a media type has no content, except for one that could not be read.
    fn new_node(&self, kind: BlockKind, media_type: Option<&Text>, content: Option<&Content>) -> TokenStream {
        let krate = self.krate;
        let Some(media_type) = media_type else { return self.new_builder(kind) };
        let media_type = self.text(media_type);
        let content = content.map_or_else(|| ours!(""), |content| self.content(content));
        if kind == BlockKind::Config {
            return ours!(#krate::Config::of(#media_type, #content));
        }
        let builder = ident(kind.builder());
        ours!(#krate::#builder::new(#media_type, #content))
    }

    /// The attributes of a node. They stand before its content, so their values are evaluated before it: the first of the
    /// two results stands before the node. `has_content` is whether the node is made with its content.
    fn attributes(&self, attributes: &[Attribute], has_content: bool) -> (TokenStream, TokenStream) {
        let (mut before, mut behind) = (TokenStream::new(), TokenStream::new());
        for (place, Attribute { name, value }) in attributes.iter().enumerate() {
            let is_flag = is_flag(name);
            let value = match value {
                AttributeValue::Expr(value) => value.to_token_stream(),
                // The value may be an `Option`, and may borrow temporaries that end with the statement.
                AttributeValue::Content(Content::Expr(value)) => {
                    let krate = self.krate;
                    call(&ours!(#krate::Conditional::<#krate::Content>::into_option), value)
                }
                AttributeValue::Content(content) => self.content(content),
                AttributeValue::Pair(key, value) => {
                    let (key, value) = (self.text(key), self.content(value));
                    ours!((#key, #value))
                }
                AttributeValue::Http(words) => self.http(words),
                // The error of parentheses is reported already.
                AttributeValue::None | AttributeValue::Parenthesized => {
                    behind.extend(ours!(node = node.#name();));
                    continue;
                }
            };
            let local = ident_at(&format!("{name}{place}"), &value);
            if is_flag {
                before.extend(condition(&local, &value));
                behind.extend(ours!(if #local { node = node.#name(); }));
            } else if has_content {
                let argument = quote_spanned!(value.span()=> (#local));
                before.extend(ours!(let #local = #value;));
                behind.extend(ours!(node = node.#name #argument;));
            } else {
                behind.extend(set(name, &value));
            }
        }
        (before, behind)
    }

    /// A block of fields as a value.
    fn block(&self, block: &Block) -> TokenStream {
        let Block { span: _, kind, items } = block;
        self.builder(*kind, items)
    }

    fn builder(&self, kind: BlockKind, items: &Items) -> TokenStream {
        let (new, items) = (self.new_builder(kind), self.items(items, kind));
        ours!({
            let mut node = #new;
            #items
            node
        })
    }

    fn new_builder(&self, kind: BlockKind) -> TokenStream {
        let (krate, builder) = (self.krate, ident(kind.builder()));
        // The error of a blob without a media type is reported already.
        let arguments = (kind == BlockKind::Blob).then(|| ours!("", ""));
        ours!(#krate::#builder::new(#arguments))
    }

    /// The use of a label: its node once more.
    fn again(&self, again: &Again) -> TokenStream {
        let Again { label, items } = again;
        let variable = variable(label);
        let items = items.as_ref().map(|items| self.items(items, BlockKind::Label));
        push(
            &ours!({
                let mut node = #variable.again();
                #items
                node
            }),
            true,
        )
    }

    fn tag(&self, tag: &Tag) -> TokenStream {
        let krate = self.krate;
        let Tag { reference, label, items } = tag;
        // The error of a label that could not be read is reported already.
        let Some(label) = label else { return TokenStream::new() };
        let (reference, variable) = (self.text(reference), variable(label));
        let made = ours!(#krate::Tag::new(#reference, &#variable));
        let Some(items) = items else { return push(&made, true) };
        let items = self.items(items, BlockKind::Label);
        push(
            &ours!({
                let mut node = #made;
                #items
                node
            }),
            true,
        )
    }

    /// The image on which a manifest builds.
    fn base(&self, base: &Base, within: BlockKind) -> TokenStream {
        let krate = self.krate;
        let Base { attributes, keyword: _, image } = base;
        let made = call(&ours!(<#krate::Base as ::core::convert::From<_>>::from), image);
        // All others were reported.
        let unchecked = attributes.iter().filter(|attribute| attribute.name == "unchecked");
        let unchecked = unchecked.map(|Attribute { name, value: _ }| ours!(.#name()));
        push(&ours!(#made #(#unchecked)*), within == BlockKind::Manifest)
    }

    /// A further file of the layout. The path is evaluated before the content, as in the source.
    fn extra_file(&self, file: &ExtraFile, within: BlockKind) -> TokenStream {
        let krate = self.krate;
        let ExtraFile { attributes, keyword: _, path, body } = file;
        let path = self.text(path);
        let made = match body {
            FileBody::Content(content) => {
                let content = self.content(content);
                ours!(#krate::ExtraFile::new(#path, #content))
            }
            FileBody::Symlink(target) => {
                let target = self.text(target);
                ours!(#krate::ExtraFile::symlink(#path, #target))
            }
        };
        // All others were reported.
        let unchecked = attributes.iter().filter(|attribute| attribute.name == "unchecked");
        let unchecked = unchecked.map(|Attribute { name, value: _ }| ours!(.#name()));
        push(&ours!(#made #(#unchecked)*), within == BlockKind::Fixture)
    }
}

/// Whether an attribute is a flag, which takes no value or a condition.
fn is_flag(name: &Ident) -> bool {
    KnownAttribute::of(&name.to_string()).is_some_and(|known| known.form == Form::Flag)
}

/// The condition of a flag, which is evaluated at the place of the attribute.
fn condition(local: &Ident, value: &TokenStream) -> TokenStream {
    let place = Span::mixed_site().located_at(value.span());
    quote_spanned!(place=> let #local: ::core::primitive::bool = #value;)
}

/// Sets the platform of a node. `None` for a platform that could not be read.
fn set_platform(platform: &Platform) -> Option<TokenStream> {
    let value = platform_value(platform)?;
    Some(match platform {
        Platform::Text(Text::Expr(_) | Text::Terms(_)) => set(&ident_at("platform", &value), &value),
        Platform::Text(Text::Literal(_))
        | Platform::Words { .. }
        | Platform::Unknown { .. }
        | Platform::Missing => ours!(node.set_platform(#value);),
    })
}

/// A platform as a value. Its checked words are strings, because constants would cost rustc more time.
fn platform_value(platform: &Platform) -> Option<TokenStream> {
    match platform {
        Platform::Text(text) => Some(text.to_token_stream()),
        Platform::Words { .. } => Some(platform.to_string().to_token_stream()),
        Platform::Unknown { .. } | Platform::Missing => None,
    }
}

/// The labels that are declared in a body, without those of the bodies within it.
fn declared<'i>(items: &'i Items, labels: &mut Vec<&'i Lifetime>) {
    for item in items {
        match item {
            Item::Node(node) => {
                declared(&node.items, labels);
                labels.extend(&node.label);
            }
            // These are bodies of their own, or hold no node.
            Item::For(_)
            | Item::If(_)
            | Item::Again(_)
            | Item::Tag(_)
            | Item::From(_)
            | Item::File(_)
            | Item::Entry(_)
            | Item::Header(_)
            | Item::Field(_)
            | Item::Splice(_)
            | Item::Alone(_) => {}
        }
    }
}

/// The variable of a label. Its name has a prefix, because any word may be a label.
fn variable(label: &Lifetime) -> Ident {
    Ident::new(&format!("label_{}", name(label)), Span::mixed_site().located_at(label.ident.span()))
}

/// `node.push(PART)`. The error of a part that does not fit is reported already. The part is made nevertheless, so that rustc
/// checks its expressions.
///
/// A `let` for each part would open a scope within the last one, and some thousand scopes crash rustc.
fn push(part: &TokenStream, fits: bool) -> TokenStream {
    if fits { ours!(node.push(#part);) } else { ours!(::core::mem::drop(#part);) }
}

/// `node = node.METHOD(VALUE)`. The local has the span of the user's tokens, so that rustc points at them, and not at the
/// whole declaration, where the value is of a wrong type. The block keeps the local from the user's other expressions.
fn set(method: &Ident, value: &TokenStream) -> TokenStream {
    let place = value.span();
    let local = Ident::new("value", place);
    let argument = quote_spanned!(place=> (#local));
    ours!({
        let #local = #value;
        node = node.#method #argument;
    })
}

/// `FUNCTION(ARGUMENT)`, where rustc points at the argument if it is of a wrong type.
fn call(function: &TokenStream, argument: &impl ToTokens) -> TokenStream {
    let place = argument.span();
    let function = located(function, argument);
    quote_spanned!(Span::mixed_site().located_at(place)=> #function(#argument))
}

/// Tokens of the expansion with the span of the user's tokens, so that rustc points at the user's.
fn located(tokens: &TokenStream, place: &impl ToTokens) -> TokenStream {
    let place = place.span();
    let tokens = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// A name of the expansion with the span of the user's tokens, so that rustc points at these.
fn ident_at(name: &str, place: &impl ToTokens) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(place.span()))
}
