//! Entries of layers.

use oci_fixture_grammar::language::{Attribute as Known, Form};
use proc_macro2::TokenStream;
use syn::Expr;

use super::{Expander, call, ident, located};
use crate::ast::{Attribute, AttributeValue, Entry, EntryKind, Text};

impl Expander<'_> {
    pub(super) fn entry(&self, entry: &Entry) -> TokenStream {
        let krate = self.krate;
        let (mut before, mut behind) = (TokenStream::new(), TokenStream::new());
        for attribute in &entry.attributes {
            self.attribute(attribute, &mut before, &mut behind);
        }
        let path = match &entry.path {
            Text::Literal(path) => ours!(#path),
            path => self.text(path),
        };
        let entry = match &entry.kind {
            EntryKind::File(content) => {
                let content = self.content(content);
                ours!(#krate::Entry::file(#path, #content) #behind)
            }
            EntryKind::Directory => ours!(#krate::Entry::directory(#path) #behind),
            EntryKind::Symlink(target) => {
                let target = self.text(target);
                ours!(#krate::Entry::symlink(#path, #target) #behind)
            }
            EntryKind::Hardlink(target) => {
                let target = self.text(target);
                ours!(#krate::Entry::hardlink(#path, #target) #behind)
            }
            EntryKind::Whiteout => ours!(#krate::Entry::whiteout(#path) #behind),
            EntryKind::Opaque => ours!(#krate::Entry::opaque(#path) #behind),
            EntryKind::Fifo => ours!(#krate::Entry::fifo(#path) #behind),
            EntryKind::Char(major, minor) => {
                let new = located(&ours!(#krate::Entry::char), &path);
                ours!(#new(#path, #major, #minor) #behind)
            }
            EntryKind::Block(major, minor) => {
                let new = located(&ours!(#krate::Entry::block), &path);
                ours!(#new(#path, #major, #minor) #behind)
            }
        };
        if before.is_empty() { entry } else { ours!({ #before #entry }) }
    }

    /// An attribute stands before the path and the content, so what it says is evaluated before them.
    fn attribute(&self, attribute: &Attribute, before: &mut TokenStream, behind: &mut TokenStream) {
        let krate = self.krate;
        let name = &attribute.name;
        let form = Known::of(&name.to_string()).map(|known| known.form);
        match (&attribute.value, form) {
            (AttributeValue::Expr(Expr::Lit(value)), _) => behind.extend(ours!(.#name(#value))),
            (AttributeValue::Expr(value), Some(Form::Number(of_type))) => {
                let (local, of_type) = (ident(&name.to_string()), ident(of_type));
                before.extend(ours!(let #local: ::core::primitive::#of_type = #value;));
                behind.extend(ours!(.#name(#local)));
            }
            (AttributeValue::Pair(key, value), _) => {
                let key = self.text(key);
                let value = call(&ours!(#krate::Content::new), value);
                if matches!(value_of(attribute), Some(Expr::Lit(_))) {
                    behind.extend(ours!(.#name(#key, #value)));
                } else {
                    // One attribute of the name may stand before another.
                    let local = ident(&format!("{name}{}", behind.clone().into_iter().count()));
                    before.extend(ours!(let #local = (#key, #value);));
                    behind.extend(ours!(.#name(#local.0, #local.1)));
                }
            }
            (AttributeValue::None, Some(Form::Flag)) => behind.extend(ours!(.#name())),
            _ => {}
        }
    }
}

fn value_of(attribute: &Attribute) -> Option<&Expr> {
    match &attribute.value {
        AttributeValue::Pair(Text::Literal(_), value) => Some(value),
        _ => None,
    }
}
