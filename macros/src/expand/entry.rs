//! Entries of layers.

use oci_fixture_grammar::language::{Form, KnownAttribute};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::value::text_literal;
use super::{Expander, call, condition, ident, is_flag, located, push};
use oci_fixture_syntax::ast::{
    Attribute, AttributeValue, Content, Entry, EntryKind, EntryName, Literal, Text,
};

impl Expander<'_> {
    /// The statement that puts an entry into its layer. The error of an entry that does not fit is reported already.
    pub(super) fn entry(&self, entry: &Entry, fits: bool) -> TokenStream {
        let krate = self.krate;
        let Entry { is_behind_mistake: _, attributes, path, kind } = entry;
        let (mut before, mut behind) = (TokenStream::new(), TokenStream::new());
        let mut conditional = TokenStream::new();
        for attribute in attributes {
            let Attribute { name, value } = attribute;
            match value {
                AttributeValue::Expr(value) if is_flag(name) => {
                    let local = ident(&name.to_string());
                    before.extend(condition(&local, &value.to_token_stream()));
                    conditional.extend(ours!(if #local { entry = entry.#name(); }));
                }
                AttributeValue::None
                | AttributeValue::Expr(_)
                | AttributeValue::Content(_)
                | AttributeValue::Pair(..)
                | AttributeValue::Http(_)
                | AttributeValue::Parenthesized => self.attribute(attribute, &mut before, &mut behind),
            }
        }
        let in_place = fits && attributes.is_empty() && is_of_literals(path, kind);
        let path = self.entry_name(path);
        let (new, arguments) = match kind {
            EntryKind::File(content) => {
                let content = self.content_argument(content);
                ("file", ours!(#path, #content))
            }
            EntryKind::Directory => ("directory", path.clone()),
            EntryKind::Symlink(target) => {
                let target = self.entry_name(target);
                ("symlink", ours!(#path, #target))
            }
            EntryKind::Hardlink(target) => {
                let target = self.entry_name(target);
                ("hardlink", ours!(#path, #target))
            }
            EntryKind::Whiteout => ("whiteout", path.clone()),
            EntryKind::Opaque => ("opaque", path.clone()),
            EntryKind::Fifo => ("fifo", path.clone()),
            EntryKind::Char(major, minor) => ("char", ours!(#path, #major, #minor)),
            EntryKind::Block(major, minor) => ("block", ours!(#path, #major, #minor)),
        };
        let new = ident(new);
        if in_place {
            return ours!(node.#new(#arguments););
        }
        let new = located(&ours!(#krate::Entry::#new), &path);
        let entry = ours!(#new(#arguments) #behind);
        let entry = if !conditional.is_empty() {
            ours!({ #before let mut entry = #entry; #conditional entry })
        } else if before.is_empty() {
            entry
        } else {
            ours!({ #before #entry })
        };
        push(&entry, fits)
    }

    /// The time of an entry. A literal is passed as its digits, because a float would change them.
    fn time(&self, value: &Expr) -> TokenStream {
        let krate = self.krate;
        let place = Span::mixed_site().located_at(value.span());
        match Literal::of(value) {
            Some(Literal::Number(digits) | Literal::Decimal(digits)) => {
                quote_spanned!(place=> #krate::Mtime::new(#digits))
            }
            Some(Literal::Byte(_) | Literal::Bytes(_) | Literal::Bool | Literal::Other) | None => {
                call(&ours!(#krate::Mtime::new), value)
            }
        }
    }

    /// A path or a target. It is a string or bytes, or a text if it has a property of a label.
    fn entry_name(&self, name: &EntryName) -> TokenStream {
        match name {
            EntryName::Text(text @ Text::Terms(_)) => self.text(text),
            EntryName::Text(Text::Literal(_) | Text::Expr(_)) | EntryName::Bytes(_) => name.to_token_stream(),
        }
    }

    /// An attribute stands before the path and the content, so its value is evaluated before them.
    fn attribute(&self, attribute: &Attribute, before: &mut TokenStream, behind: &mut TokenStream) {
        let krate = self.krate;
        let Attribute { name, value } = attribute;
        let local = ident(&name.to_string());
        match value {
            AttributeValue::Expr(value) => {
                let form = KnownAttribute::of(&name.to_string()).map(|known| known.form);
                let is_literal = matches!(value, Expr::Lit(_));
                let (of_type, value) = match form {
                    Some(Form::Time) => (None, self.time(value)),
                    Some(Form::Text) => (None, call(&ours!(#krate::Text::new), value)),
                    Some(Form::Number(of_type)) if !is_literal => {
                        let of_type = ident(of_type);
                        (Some(ours!(: ::core::primitive::#of_type)), value.to_token_stream())
                    }
                    Some(Form::Number(_) | Form::Flag | Form::Pair | Form::Content | Form::Http) | None => {
                        (None, value.to_token_stream())
                    }
                };
                if is_literal {
                    behind.extend(ours!(.#name(#value)));
                } else {
                    before.extend(ours!(let #local #of_type = #value;));
                    behind.extend(ours!(.#name(#local)));
                }
            }
            AttributeValue::Content(content) => {
                let content = self.content(content);
                before.extend(ours!(let #local = #content;));
                behind.extend(ours!(.#name(#local)));
            }
            AttributeValue::Pair(key, value) => {
                let is_literal = matches!((key, value), (Text::Literal(_), Content::Expr(Expr::Lit(_))));
                let (key, value) = (self.text(key), self.content(value));
                if is_literal {
                    behind.extend(ours!(.#name(#key, #value)));
                } else {
                    // An entry may have several attributes of one name, so each local has a name of its own.
                    let local = ident(&format!("{name}{}", behind.clone().into_iter().count()));
                    before.extend(ours!(let #local = (#key, #value);));
                    behind.extend(ours!(.#name(#local.0, #local.1)));
                }
            }
            // Parentheses, and a fault on the wire, which only nodes can have, are errors that are reported already.
            AttributeValue::None | AttributeValue::Parenthesized | AttributeValue::Http(_) => {
                behind.extend(ours!(.#name()));
            }
        }
    }
}

/// Whether an entry consists of literals of text, in which rustc finds no mistake.
fn is_of_literals(path: &EntryName, kind: &EntryKind) -> bool {
    let is_literal = |name: &EntryName| matches!(name, EntryName::Text(Text::Literal(_)));
    is_literal(path)
        && match kind {
            EntryKind::File(content) => text_literal(content).is_some(),
            EntryKind::Symlink(target) | EntryKind::Hardlink(target) => is_literal(target),
            EntryKind::Directory | EntryKind::Whiteout | EntryKind::Opaque | EntryKind::Fifo => true,
            EntryKind::Char(..) | EntryKind::Block(..) => false,
        }
}
