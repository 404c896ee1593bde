//! A declaration to the calls of the builder that make it. It cannot fail: what is broken is left out.
//!
//! A node becomes a block of plain statements, the same with and without `for` and `if`: make the node, push each part,
//! yield it.

use oci_fixture_grammar::language::{ATTRIBUTES, Kind, Value as Takes};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::ast::{Attribute, Entry, EntryKind, Field, Item, Items, Node, Platform, Text, Value};

/// Expands a declaration to an expression of the type `Fixture`. `krate` is the way to the crate that users add.
pub(crate) fn expand(items: &Items, krate: &TokenStream) -> TokenStream {
    Expander { krate }.block(Kind::Fixture, &TokenStream::new(), items)
}

struct Expander<'k> {
    krate: &'k TokenStream,
}

/// As `quote!`, but what is written here is not seen by the user's code, nor does it see that.
macro_rules! ours {
    ($($tokens:tt)*) => { quote_spanned!(Span::mixed_site()=> $($tokens)*) };
}

impl Expander<'_> {
    /// A node: made, its parts added, and yielded.
    fn block(&self, kind: Kind, head: &TokenStream, items: &Items) -> TokenStream {
        let krate = self.krate;
        let builder = ident(match kind {
            Kind::Fixture => "Fixture",
            Kind::Index => "Index",
            Kind::Manifest => "Manifest",
            Kind::Config => "Config",
            Kind::Layer => "Layer",
        });
        let statements = self.items(items, kind);
        ours!({
            let mut node = #krate::#builder::new();
            #head
            #statements
            node
        })
    }

    fn items(&self, items: &Items, within: Kind) -> TokenStream {
        items.iter().map(|item| self.item(item, within)).collect()
    }

    fn item(&self, item: &Item, within: Kind) -> TokenStream {
        match item {
            Item::Node(node) => add(&self.node(node), within.nodes().contains(&node.kind)),
            Item::Entry(entry) => add(&self.entry(entry), within.holds_entries()),
            Item::Field(field) => self.field(field, within),
            Item::For(flow) => {
                let (pattern, head, items) = (&flow.pattern, &flow.head, self.items(&flow.items, within));
                ours!(for #pattern in #head { #items })
            }
            Item::If(flow) => {
                let (head, then) = (&flow.head, self.items(&flow.then, within));
                let otherwise = flow.otherwise.as_ref().map(|items| {
                    let otherwise = self.items(items, within);
                    ours!(else { #otherwise })
                });
                ours!(if #head { #then } #otherwise)
            }
        }
    }

    fn node(&self, node: &Node) -> TokenStream {
        let mut head = TokenStream::new();
        if let Some(reference) = &node.reference {
            head.extend(set(&ident("reference"), &self.text(reference)));
        }
        if let Some(platform) = node.platform.as_ref().and_then(|platform| self.platform(platform)) {
            head.extend(set(&ident("platform"), &platform));
        }
        self.block(node.kind, &head, &node.items)
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

    fn entry(&self, entry: &Entry) -> TokenStream {
        let krate = self.krate;
        let (mut before, mut behind) = (TokenStream::new(), TokenStream::new());
        for Attribute { name, value } in &entry.attributes {
            let Some(known) = ATTRIBUTES.iter().find(|known| name == known.name) else { continue };
            match value {
                None => {}
                Some(Expr::Lit(value)) => behind.extend(ours!(.#name(#value))),
                Some(value) => {
                    // It stands before the path and the content, so it is evaluated before them.
                    let (local, of_type) = (ident(known.name), ident(known.value));
                    before.extend(ours!(let #local: ::core::primitive::#of_type = #value;));
                    behind.extend(ours!(.#name(#local)));
                }
            }
        }
        let path = self.text(&entry.path);
        let entry = match &entry.kind {
            EntryKind::Directory => ours!(#krate::Entry::directory(#path) #behind),
            EntryKind::File(Some(content)) => {
                let content = call(&ours!(#krate::Content::new), content);
                ours!(#krate::Entry::file(#path, #content) #behind)
            }
            EntryKind::File(None) => ours!(#krate::Entry::file(#path, "") #behind),
        };
        if before.is_empty() { entry } else { ours!({ #before #entry }) }
    }

    fn field(&self, field: &Field, within: Kind) -> TokenStream {
        match (within.field(&field.name.to_string()), &field.value) {
            (Some(known), Some(value)) => set(&field.name, &self.value(value, known.value)),
            _ => TokenStream::new(),
        }
    }

    fn value(&self, value: &Value, takes: Takes) -> TokenStream {
        let krate = self.krate;
        match (takes, value) {
            (Takes::Text, value) => self.text_value(value),
            (_, Value::Text(Text::Expr(expression))) => expression.to_token_stream(),
            (Takes::List, Value::List(_, values)) => {
                let values = values.iter().map(|value| self.text_value(value));
                vector(&ours!(#krate::Text), values)
            }
            (Takes::Map, Value::Map(_, pairs)) => {
                let pairs = pairs.iter().map(|(key, value)| {
                    let (key, value) = (self.text(key), self.text_value(value));
                    ours!((#key, #value))
                });
                vector(&ours!((#krate::Text, #krate::Text)), pairs)
            }
            // It does not fit, and was reported.
            (Takes::List, _) => ours!(::core::iter::empty::<#krate::Text>()),
            (Takes::Map, _) => ours!(::core::iter::empty::<(#krate::Text, #krate::Text)>()),
        }
    }

    fn text_value(&self, value: &Value) -> TokenStream {
        let krate = self.krate;
        match value {
            Value::Text(text) => self.text(text),
            Value::Number(number) => {
                let number = number.to_string().replace(' ', "");
                ours!(#krate::Text::new(#number))
            }
            // It does not fit, and was reported.
            Value::Null(_) | Value::List(..) | Value::Map(..) => ours!(#krate::Text::new("")),
        }
    }

    fn text(&self, text: &Text) -> TokenStream {
        let krate = self.krate;
        call(&ours!(#krate::Text::new), text)
    }
}

/// `node.push(PART)`; what does not fit was reported, and is only made, so that its expressions are checked.
///
/// Not a `let` for each part: every one opens a scope within the last, and some thousand of them crash rustc.
fn add(part: &TokenStream, fits: bool) -> TokenStream {
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
    let function = function.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    let function: TokenStream = function.collect();
    quote_spanned!(Span::mixed_site().located_at(place)=> #function(#argument))
}

fn vector(element: &TokenStream, elements: impl Iterator<Item = TokenStream>) -> TokenStream {
    let pushes = elements.map(|element| ours!(list.push(#element);));
    ours!({
        let mut list = ::std::vec::Vec::<#element>::new();
        #(#pushes)*
        list
    })
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
