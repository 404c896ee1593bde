//! Labels: their declaration, and the items that name a node by its label.

use oci_fixture_grammar::language::BlockKind;
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Ident, Lifetime, LitStr, Token, token};

use super::text::{EXPRESSION, label, text_or_terms};
use super::tokens::{at_next, found, skip_item};
use super::{Before, Parser};
use crate::ast::{Again, Tag, name};

impl Parser<'_> {
    /// The use of a label in the place of a node.
    pub(super) fn again(
        &mut self,
        input: ParseStream,
        before: &Before,
        label: Lifetime,
    ) -> syn::Result<Again> {
        self.bare(before, "a label that is used again", "write it before the node that has the label");
        if input.peek(Token![.]) {
            let ahead = input.fork();
            let name = ahead.parse::<Token![.]>().and_then(|_| ahead.call(Ident::parse_any));
            let name = name.map_or_else(|_| "digest".to_owned(), |name| name.to_string());
            let message =
                format!("`{label}.{name}` is no node, and stands in a value; write `{label}` for the node");
            return Err(at_next(input, message));
        }
        if input.peek(token::Paren) {
            self.errors.add(at_next(input, "a label is no call; remove the parentheses"));
            input.parse::<TokenTree>()?;
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
        let block =
            input.peek(token::Brace).then(|| self.block(input, BlockKind::Label, BlockKind::Label.title()));
        Ok(Again { label, items: block.transpose()? })
    }

    /// A tag, after its keyword.
    pub(super) fn tag(&mut self, input: ParseStream) -> syn::Result<Tag> {
        reference_of_tag(input)?;
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
        self.further_references(input, BlockKind::Label);
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
        } else if input.peek(Token![=]) || input.peek(Token![:]) || input.peek(Token![->]) {
            self.errors.add(at_next(input, format!("write `=>` instead of {}", found(input))));
            if input.parse::<Token![->]>().is_err() {
                input.parse::<TokenTree>()?;
            }
        } else {
            let message = format!("missing `=>` before {}; write `tag \"REF\" => 'label`", found(input));
            return Err(at_next(input, message));
        }
        if !input.peek(Lifetime) {
            let word = input.fork().parse::<Ident>();
            let cure =
                word.map_or_else(|_| ", such as `=> 'label`".to_owned(), |word| format!("; write `'{word}`"));
            self.errors.add(at_next(input, format!("a `tag` names a label{cure}")));
            skip_item(input);
            self.recovered = true;
            return Ok(Tag { reference, label: None, items: None });
        }
        let label = label(input)?;
        if input.peek(Token![.]) {
            let message = format!("a `tag` names the node itself; write `{label}` alone");
            self.recover(input, at_next(input, message));
        }
        let block = BlockKind::Label;
        let items = input.peek(token::Brace).then(|| self.block(input, block, block.title())).transpose()?;
        Ok(Tag { reference, label: Some(label), items })
    }

    pub(super) fn label_is_no_keyword(&mut self, label: &Lifetime) {
        if syn::parse2::<Lifetime>(label.to_token_stream()).is_err() {
            let message = format!("`{label}` is a word of Rust, and no label; write another name");
            self.errors.at(label, message);
        }
    }

    /// A label to whose name words are joined by a `-`, which is reported, or the label itself.
    pub(super) fn label_of_words(&mut self, input: ParseStream, label: Lifetime) -> Lifetime {
        let ahead = input.fork();
        let mut words = label.ident.to_string();
        while ahead.peek(Token![-]) && ahead.peek2(Ident::peek_any) {
            let _ = ahead.parse::<Token![-]>();
            words.extend(ahead.call(Ident::parse_any).map(|word| format!("_{word}")));
        }
        let ends = ahead.is_empty() || ahead.peek(Token![:]) || ahead.peek(Token![,]);
        if input.cursor() == ahead.cursor() || !ends {
            return label;
        }
        input.advance_to(&ahead);
        self.errors.at(&label, format!("a label is one word; write `'{words}`"));
        self.lost.insert(words.clone());
        Lifetime { apostrophe: label.apostrophe, ident: Ident::new(&words, label.ident.span()) }
    }
}

/// The error of a label behind a keyword, which stands for its node.
pub(super) fn label_behind_keyword(input: ParseStream) -> syn::Result<()> {
    if !input.peek(Lifetime) {
        return Ok(());
    }
    let ahead = input.fork();
    match ahead.parse::<Lifetime>() {
        Ok(label) if ahead.is_empty() || ahead.peek(Token![,]) => {
            let message = format!("a label stands for its node by itself; write `{label}` alone");
            Err(syn::Error::new_spanned(label, message))
        }
        _ => Ok(()),
    }
}

/// The error of a tag whose label stands first, or whose references are a list.
pub(super) fn reference_of_tag(input: ParseStream) -> syn::Result<()> {
    let ahead = input.fork();
    if let (Ok(label), true) = (ahead.parse::<Lifetime>(), input.peek2(Token![=>])) {
        let _ = ahead.parse::<Token![=>]>();
        let reference = ahead.parse::<LitStr>().map_or("\"REF\"".to_owned(), |text| text.token().to_string());
        let message = format!("the reference stands first; write `tag {reference} => {label}`");
        return Err(syn::Error::new_spanned(label, message));
    }
    if input.peek(token::Bracket) {
        return Err(at_next(input, "a `tag` is one reference; write a `tag` for each"));
    }
    Ok(())
}

/// Whether the next tokens are a path that begins with a property of a label, such as `'label.hex + ".tar" => CONTENT`.
pub(super) fn is_path_of_a_label(input: ParseStream) -> bool {
    let ahead = input.fork();
    let is_property =
        label(&ahead).is_ok() && ahead.parse::<Token![.]>().is_ok() && ahead.call(Ident::parse_any).is_ok();
    is_property && (ahead.peek(Token![+]) || ahead.peek(Token![-]) || ahead.peek(Token![=>]))
}
