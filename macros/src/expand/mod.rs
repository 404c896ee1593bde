//! A declaration to the calls of the builder that make it. It cannot fail: what is broken is left out.
//!
//! A node becomes a block of plain statements, the same with and without `for` and `if`: make the node, push each part,
//! yield it. Labels are variables of the body around them, because the blocks of nodes do not limit them.

/// As `quote!`, but what is written here is not seen by the user's code, nor does it see that.
macro_rules! ours {
    ($($tokens:tt)*) => { ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*) };
}

mod entry;
mod value;

use oci_fixture_grammar::language::Kind;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Lifetime;
use syn::spanned::Spanned;

use crate::ast::{Again, AttributeValue, Encoder, Item, Items, Node, Platform, Tag, name};

/// Expands a declaration to an expression of the type `Fixture`. `krate` is the way to the crate that users add.
pub(crate) fn expand(items: &Items, krate: &TokenStream) -> TokenStream {
    let expander = Expander { krate };
    let builder = expander.new_builder(Kind::Fixture);
    let body = expander.body(items, Kind::Fixture);
    ours!({
        let mut node = #builder;
        #body
        node
    })
}

struct Expander<'k> {
    krate: &'k TokenStream,
}

impl Expander<'_> {
    /// The body of a flow, or the top level: the labels that are declared in it, and its statements.
    fn body(&self, items: &Items, within: Kind) -> TokenStream {
        let mut labels = Vec::new();
        declared(items, &mut labels);
        let labels = labels.into_iter().map(variable);
        let statements = self.items(items, within);
        ours!(#(let #labels;)* #statements)
    }

    fn items(&self, items: &Items, within: Kind) -> TokenStream {
        items.iter().map(|item| self.item(item, within)).collect()
    }

    fn item(&self, item: &Item, within: Kind) -> TokenStream {
        match item {
            Item::Node(node) => self.node_statement(node, within),
            Item::Again(again) => self.again(again),
            Item::Tag(tag) => self.tag(tag),
            Item::Entry(entry) => push(&self.entry(entry), within.holds_entries()),
            Item::Header(header) => push(&self.block(Kind::Entry, &header.items), within.holds_entries()),
            Item::Field(field) => self.field(field, within),
            Item::Splice(parts) => {
                // Where a part does not fit, rustc points at the parts.
                let place = Span::mixed_site().located_at(parts.span());
                // rustc warns of a `for` over an `Option`, but that is a good splice.
                // The parentheses are for a struct literal.
                quote_spanned! {place=>
                    #[allow(for_loops_over_fallibles, unused_parens)]
                    for part in (#parts) { node.push(part); }
                }
            }
            Item::For(flow) => {
                let (pattern, head, body) = (&flow.pattern, &flow.head, self.body(&flow.items, within));
                ours!(for #pattern in #head { #body })
            }
            Item::If(flow) => {
                let (head, then) = (&flow.head, self.body(&flow.then, within));
                let otherwise = flow.otherwise.as_ref().map(|items| {
                    let otherwise = self.body(items, within);
                    ours!(else { #otherwise })
                });
                ours!(if #head { #then } #otherwise)
            }
        }
    }

    /// A node is pushed; one with a label is named first.
    fn node_statement(&self, node: &Node, within: Kind) -> TokenStream {
        let krate = self.krate;
        let fits = within.nodes().contains(&node.kind);
        let made = self.node(node);
        let Some(label) = &node.label else { return push(&made, fits) };
        let (name, variable) = (name(label), variable(label));
        let pushed = push(&ours!(&#variable), fits);
        ours!(#variable = #krate::Label::new(#name, #made); #pushed)
    }

    fn node(&self, node: &Node) -> TokenStream {
        let krate = self.krate;
        let content = || {
            let content = node.content.as_ref().map(|content| self.content(content));
            content.unwrap_or_else(|| ours!(""))
        };
        let new = match (&node.media_type, node.kind) {
            (Some(media_type), Kind::Blob) => {
                let (media_type, content) = (self.text(media_type), content());
                ours!(#krate::Blob::new(#media_type, #content))
            }
            (Some(media_type), Kind::Config) => {
                let (media_type, content) = (self.text(media_type), content());
                ours!(#krate::Config::of(#media_type, #content))
            }
            (_, kind) => self.new_builder(kind),
        };
        let (before, attributes) = self.attributes(node);
        let reference = node
            .reference
            .as_ref()
            .map(|reference| set(&ident_at("reference", reference), &self.text(reference)));
        let platform = node.platform.as_ref().and_then(|platform| self.platform(platform));
        let platform = platform.map(|platform| set(&ident_at("platform", &platform), &platform));
        let encoder = node.encoder.as_ref().map(|encoder| match encoder {
            Encoder::Named(name) => ours!(node = node.#name();),
            Encoder::Expr(encoder) => set(&ident_at("encoder", encoder), &encoder.to_token_stream()),
        });
        let items = self.items(&node.items, node.kind);
        ours!({
            #before
            let mut node = #new;
            #attributes
            #reference
            #platform
            #encoder
            #items
            node
        })
    }

    /// The attributes of a node. They stand before its content, so what they say is evaluated before that: the first of
    /// the two stands before the node.
    fn attributes(&self, node: &Node) -> (TokenStream, TokenStream) {
        let (mut before, mut behind) = (TokenStream::new(), TokenStream::new());
        for (place, attribute) in node.attributes.iter().enumerate() {
            let name = &attribute.name;
            let value = match &attribute.value {
                AttributeValue::Expr(value) => value.to_token_stream(),
                AttributeValue::Content(content) => self.content(content),
                _ => {
                    behind.extend(ours!(node = node.#name();));
                    continue;
                }
            };
            if node.media_type.is_none() {
                behind.extend(set(name, &value));
                continue;
            }
            let local = ident_at(&format!("{name}{place}"), &value);
            let argument = quote_spanned!(value.span()=> (#local));
            before.extend(ours!(let #local = #value;));
            behind.extend(ours!(node = node.#name #argument;));
        }
        (before, behind)
    }

    /// A block of fields as a value.
    fn block(&self, kind: Kind, items: &Items) -> TokenStream {
        let (new, items) = (self.new_builder(kind), self.items(items, kind));
        ours!({
            let mut node = #new;
            #items
            node
        })
    }

    fn new_builder(&self, kind: Kind) -> TokenStream {
        let (krate, builder) = (self.krate, ident(kind.builder()));
        match kind {
            Kind::Blob => ours!(#krate::Blob::new("", "")),
            _ => ours!(#krate::#builder::new()),
        }
    }

    /// A node that stands once more.
    fn again(&self, again: &Again) -> TokenStream {
        let variable = variable(&again.label);
        let items = again.items.as_ref().map(|items| self.items(items, Kind::Label));
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
        let Some(label) = &tag.label else { return TokenStream::new() };
        let (reference, variable) = (self.text(&tag.reference), variable(label));
        push(&ours!(#krate::Tag::new(#reference, &#variable)), true)
    }

    /// The words of a platform are constants, so that rustc and editors know them.
    fn platform(&self, platform: &Platform) -> Option<TokenStream> {
        let krate = self.krate;
        match platform {
            Platform::Text(text) => Some(text.to_token_stream()),
            Platform::Words(words) => {
                let [os, architecture, variant @ ..] = words.as_slice() else { return None };
                let variant = variant.first().map(|variant| ours!(.with_variant(#krate::variant::#variant)));
                Some(ours!(#krate::Platform::new(#krate::os::#os, #krate::arch::#architecture) #variant))
            }
        }
    }
}

/// The labels that are declared in a body; not those of bodies within it.
fn declared<'i>(items: &'i Items, labels: &mut Vec<&'i Lifetime>) {
    for item in items {
        if let Item::Node(node) = item {
            declared(&node.items, labels);
            labels.extend(&node.label);
        }
    }
}

/// The variable of a label; any word may be a label, so it has a prefix.
fn variable(label: &Lifetime) -> Ident {
    Ident::new(&format!("label_{}", name(label)), Span::mixed_site().located_at(label.ident.span()))
}

/// `node.push(PART)`; what does not fit was reported, and is only made, so that its expressions are checked.
///
/// Not a `let` for each part: every one opens a scope within the last, and some thousand of them crash rustc.
fn push(part: &TokenStream, fits: bool) -> TokenStream {
    if fits { ours!(node.push(#part);) } else { ours!(::core::mem::drop(#part);) }
}

/// `node = node.METHOD(VALUE)`; where the value is of a wrong type, rustc points at the user's tokens, not at the whole
/// declaration. So the name of the local is where they are; its block keeps it from being seen by others of them.
fn set(method: &Ident, value: &TokenStream) -> TokenStream {
    let place = value.span();
    let local = Ident::new("value", place);
    let argument = quote_spanned!(place=> (#local));
    ours!({
        let #local = #value;
        node = node.#method #argument;
    })
}

/// `FUNCTION(ARGUMENT)`, likewise.
fn call(function: &TokenStream, argument: &impl ToTokens) -> TokenStream {
    let place = argument.span();
    let function = located(function, argument);
    quote_spanned!(Span::mixed_site().located_at(place)=> #function(#argument))
}

/// Our tokens, where rustc is to point at the user's.
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

/// The same, where rustc is to point at the user's tokens.
fn ident_at(name: &str, place: &impl ToTokens) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(place.span()))
}
