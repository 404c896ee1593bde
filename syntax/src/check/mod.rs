//! The checks of a whole declaration: which items fit where, which occur twice, and the values of literals.
//!
//! A part that is reported is removed from the declaration, so that rustc does not report it again in other words.

mod attribute;
mod base;
mod entry;
mod field;
mod file;
mod header;
mod http;
mod image;
mod json;
mod label;
mod node;
mod seen;

use oci_fixture_grammar::language::BlockKind;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

use self::label::Labels;
use self::seen::{Key, Seen};
use crate::ast::{Declaration, Item, Items, Splice};
use crate::errors::Errors;

/// Checks a whole declaration.
pub(crate) fn check(declaration: &mut Declaration, errors: &mut Errors) {
    let lost = std::mem::take(&mut declaration.lost);
    let is_whole = errors.is_empty();
    let mut checker = Checker { errors, labels: Labels::new(lost), variables: Vec::new(), is_whole };
    let place = Place::new(BlockKind::Fixture);
    checker.scope(&mut declaration.items, place, &mut Seen::default());
}

struct Checker<'e> {
    errors: &'e mut Errors,
    labels: Labels,
    /// The names in the patterns of the `for`s around the item.
    variables: Vec<String>,
    /// Whether everything could be read. If not, a layer that seems to be absent may have been reported.
    is_whole: bool,
}

/// The place of an item.
#[derive(Clone, Copy)]
struct Place {
    /// The block to which the item belongs.
    within: BlockKind,
    /// Whether the item stands in the body of a `for`.
    repeated: bool,
    /// Whether the node is `#[unchecked]`, so that its literals are not checked.
    unchecked: bool,
}

impl Place {
    fn new(within: BlockKind) -> Self {
        Self { within, repeated: false, unchecked: false }
    }

    /// The place in a block of fields that stands here.
    fn block(self, within: BlockKind) -> Self {
        Self { within, repeated: false, ..self }
    }
}

impl Checker<'_> {
    /// The body of a `for` or an `if`, or the top level. Labels that are declared in it cannot be used outside of it.
    fn scope(&mut self, items: &mut Items, place: Place, seen: &mut Seen) {
        self.labels.open(items);
        self.items(items, place, seen);
        self.labels.close();
    }

    fn items(&mut self, items: &mut Items, place: Place, seen: &mut Seen) {
        items.retain_mut(|item| {
            match item {
                Item::Node(node) => self.node(node, place.within, seen),
                Item::Again(again) => return self.again(again, place.within, seen),
                Item::Tag(tag) => return self.tag(tag, place.within, seen),
                Item::From(base) => self.base(base, place.within, seen),
                Item::File(file) => self.extra_file(file, place.within, seen),
                Item::Entry(entry) => self.entry(entry, place, seen),
                Item::Header(header) => self.header(header, place.within, seen),
                Item::Field(field) => self.field(field, place, seen),
                Item::Splice(Splice { dots: _, parts }) | Item::Alone(parts) => {
                    let within = place.within;
                    if within.nodes().is_empty() && !within.holds_entries() {
                        let message =
                            format!("no parts fit in {}; it holds {}", within.title(), within.fitting(""));
                        self.errors.at(&*parts, message);
                        return false;
                    }
                }
                Item::For(flow) => {
                    let around = self.variables.len();
                    self.variables.extend(words(flow.pattern.to_token_stream()));
                    self.scope(&mut flow.items, Place { repeated: true, ..place }, seen);
                    self.variables.truncate(around);
                }
                Item::If(flow) => {
                    for branch in [Some(&mut flow.then), flow.otherwise.as_mut()].into_iter().flatten() {
                        let entered = seen.enter();
                        self.scope(branch, place, seen);
                        seen.leave(entered);
                    }
                }
            }
            true
        });
    }

    /// Notes a part that may stand only once in its node. If the part stands there twice, both places get an error, and the
    /// second error has the cure.
    fn once(&mut self, seen: &mut Seen, key: Key, tokens: &dyn ToTokens, message: impl FnOnce() -> String) {
        if seen.has(&key) {
            self.both(tokens, &message(), seen.mark(&key));
        } else {
            seen.insert(key, tokens);
        }
    }

    /// Notes the first key, and reports it if the node also has the second key. The third key notes the report, so that there
    /// is only one.
    fn apart(&mut self, seen: &mut Seen, keys: [Key; 3], tokens: &dyn ToTokens, message: &str) {
        let [this, other, both] = keys;
        seen.insert(this, tokens);
        if seen.has(&other) && seen.insert(both, tokens) {
            self.errors.at(tokens.to_token_stream(), message);
        }
    }

    /// `raw` gives all bytes of its node, so a field or an entry beside it would change nothing.
    fn beside_raw(&mut self, seen: &mut Seen, within: BlockKind, what: &str, tokens: &dyn ToTokens) {
        let Some(whole) = within.raw() else { return };
        let (keys, what) = match what {
            "`raw`" => ([Key::Raw, Key::Made, Key::Lost], "what stands before it"),
            _ => ([Key::Made, Key::Raw, Key::Lost], what),
        };
        let message = format!("`raw` is the whole {whole}, so {what} changes nothing; remove one of the two");
        self.apart(seen, keys, tokens, &message);
    }

    /// Reports a mistake that has two places. The first place gets an error unless it has one already.
    fn both(&mut self, tokens: &dyn ToTokens, message: &str, first: Option<TokenStream>) {
        self.errors.at(tokens.to_token_stream(), message);
        if let Some(first) = first {
            self.errors.at(first, "it stands here first");
        }
    }
}

/// The words among the tokens.
fn words(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(word) => vec![word.to_string()],
            TokenTree::Group(group) => words(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
        })
        .collect()
}
