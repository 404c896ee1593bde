//! The part of an expansion that only an editor reads: each word of a declaration as the path of a documented item, and
//! each expression as it is written.
//!
//! The code walks over the tokens, not over the AST, because the AST has no half-typed parts. rust-analyzer expands a
//! declaration twice, with and without a word at the cursor, and compares the two by their offsets. So this part stands before
//! the fixture, and the two expansions are equal up to the cursor: a path is left open where a word may be typed, and an
//! expression is not read. Nothing of this part runs.

use oci_fixture_grammar::language::{BlockKind, Takes};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// The statements of all words and expressions in a declaration.
pub(crate) fn words(declaration: TokenStream, krate: Option<&TokenTree>) -> TokenStream {
    let mut walker = Walker { krate, statements: TokenStream::new() };
    walker.block(declaration, BlockKind::Fixture);
    let statements = walker.statements;
    quote_spanned!(Span::mixed_site()=> if false { #statements })
}

/// The name of the module that has the words of a block.
pub(crate) fn module(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Fixture => "fixture",
        BlockKind::Label => "label",
        BlockKind::OtherConfig => "other_config",
        BlockKind::Index
        | BlockKind::Manifest
        | BlockKind::Config
        | BlockKind::Layer
        | BlockKind::Blob
        | BlockKind::Dangling
        | BlockKind::Descriptor
        | BlockKind::History
        | BlockKind::Entry => kind.keyword(),
    }
}

struct Walker<'k> {
    krate: Option<&'k TokenTree>,
    statements: TokenStream,
}

impl Walker<'_> {
    /// The content of a block.
    fn block(&mut self, tokens: TokenStream, within: BlockKind) {
        let mut tokens = tokens.into_iter().peekable();
        // Whether an item begins here, and the block that a brace would open.
        let (mut begins, mut opens) = (true, within);
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(sign) => match sign.as_char() {
                    ',' | ';' => (begins, opens) = (true, within),
                    '#' => {
                        if let Some(attribute) = tokens.next_if(|next| matches!(next, TokenTree::Group(_))) {
                            self.attribute(&attribute);
                        }
                    }
                    '\'' => {
                        tokens.next();
                        // A label stands before its node, or is used again.
                        begins = tokens.next_if(|next| is_sign(next, ":")).is_some();
                        opens = BlockKind::Label;
                    }
                    '/' => {}
                    // An arrow, or two dots.
                    _ => {
                        while tokens.next_if(|next| is_sign(next, ">.")).is_some() {}
                        self.expression(&mut tokens);
                    }
                },
                TokenTree::Ident(word) if begins => {
                    begins = false;
                    opens = self.item(&word, &mut tokens, within);
                }
                TokenTree::Ident(word) => {
                    // The platform behind a keyword.
                    if tokens.peek().is_some_and(|next| is_sign(next, "/")) {
                        self.platform(&word, &mut tokens);
                    }
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    self.block(group.stream(), opens);
                    (begins, opens) = (true, within);
                }
                // Text, which may be a platform.
                TokenTree::Literal(_) if begins => (begins, opens) = (false, BlockKind::Manifest),
                TokenTree::Literal(_) => {}
                TokenTree::Group(group) => {
                    self.verbatim(&group.stream());
                    if begins {
                        (begins, opens) = (false, BlockKind::Manifest);
                    }
                }
            }
        }
        self.word(module(within), None);
    }

    /// The word that begins an item. Returns the block that a brace behind it opens.
    fn item(&mut self, word: &Ident, tokens: &mut Tokens, within: BlockKind) -> BlockKind {
        match tokens.peek() {
            _ if word == "for" || word == "if" || word == "else" => return within,
            Some(next) if is_sign(next, "/") => {
                self.platform(word, tokens);
                return BlockKind::Manifest;
            }
            Some(next) if is_sign(next, ":") => {
                tokens.next();
                self.word(module(within), Some(word));
                self.value(tokens, within, word);
            }
            _ => self.word(module(within), Some(word)),
        }
        let is_entry = word == BlockKind::Entry.keyword();
        let other = if is_entry { BlockKind::Entry } else { BlockKind::Manifest };
        BlockKind::of(&word.to_string()).unwrap_or(other)
    }

    /// `#[NAME = EXPRESSION]`
    fn attribute(&mut self, attribute: &TokenTree) {
        let TokenTree::Group(attribute) = attribute else { return };
        let mut tokens = attribute.stream().into_iter().peekable();
        if let Some(TokenTree::Ident(name)) = tokens.next() {
            self.word("attribute", Some(&name));
        }
        if tokens.next_if(|next| is_sign(next, "=")).is_some() {
            self.expression(&mut tokens);
        }
    }

    /// A platform, from its first word on.
    fn platform(&mut self, os: &Ident, tokens: &mut Tokens) {
        let krate = self.krate;
        self.statements.extend(quote_spanned!(Span::mixed_site()=> #krate::os::#os;));
        for part in ["arch", "variant"] {
            if tokens.next_if(|next| is_sign(next, "/")).is_none() {
                return;
            }
            let module = Ident::new(part, Span::mixed_site());
            let word = tokens.next_if(|next| matches!(next, TokenTree::Ident(_)));
            self.statements.extend(quote_spanned!(Span::mixed_site()=> #krate::#module::#word;));
        }
    }

    /// The value of a field: blocks of fields, or an expression.
    fn value(&mut self, tokens: &mut Tokens, within: BlockKind, name: &Ident) {
        let kind = within.field(&name.to_string()).and_then(|field| match field.takes {
            Takes::Block(kind) | Takes::Blocks(kind) => Some(kind),
            Takes::Subject => Some(BlockKind::Descriptor),
            _ => None,
        });
        let Some(kind) = kind else { return self.expression(tokens) };
        let Some(TokenTree::Group(group)) = tokens.next_if(|next| matches!(next, TokenTree::Group(_))) else {
            return self.expression(tokens);
        };
        if group.delimiter() == Delimiter::Brace {
            return self.block(group.stream(), kind);
        }
        for token in group.stream() {
            if let TokenTree::Group(block) = token {
                self.block(block.stream(), kind);
            }
        }
    }

    /// An expression up to the comma. A value as in JSON is no expression.
    fn expression(&mut self, tokens: &mut Tokens) {
        let is_json = tokens.peek().is_some_and(is_json);
        let mut expression = TokenStream::new();
        while let Some(token) = tokens.next_if(|next| !is_sign(next, ",;")) {
            expression.extend([token]);
        }
        if !is_json {
            self.verbatim(&expression);
        }
    }

    fn verbatim(&mut self, expression: &TokenStream) {
        self.statements.extend(quote_spanned!(Span::mixed_site()=> let _ = { #expression };));
    }

    /// A word of a module. Without a word the path is left open, so that an editor completes it.
    fn word(&mut self, module: &str, word: Option<&Ident>) {
        let (krate, module) = (self.krate, Ident::new(module, Span::mixed_site()));
        self.statements
            .extend(quote_spanned!(Span::mixed_site()=> #krate::__private::words::#module::#word;));
    }
}

/// Whether a token is one of these signs.
fn is_sign(token: &TokenTree, signs: &str) -> bool {
    matches!(token, TokenTree::Punct(sign) if signs.contains(sign.as_char()))
}

/// Whether a value as in JSON begins: with the word `json`, or with a map.
fn is_json(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word == "json",
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::Brace
                && matches!(group.stream().into_iter().next(), Some(TokenTree::Literal(_)))
        }
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    }
}

type Tokens = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;
