//! The checks of a whole declaration: what fits where, what stands there twice, and what a literal says.
//!
//! What is wrong is taken out, so that rustc does not report it once more in other words.

mod attribute;
mod entry;
mod fault;
mod field;
mod header;
mod json;
mod label;
mod node;
mod seen;

use oci_fixture_grammar::language::Kind;
use proc_macro2::TokenStream;
use quote::ToTokens;

use self::label::Labels;
use self::seen::{Key, Seen};
use crate::ast::{Declaration, Item, Items};
use crate::errors::Errors;

/// Checks a whole declaration.
pub(crate) fn check(declaration: &mut Declaration, errors: &mut Errors) {
    let lost = std::mem::take(&mut declaration.lost);
    let mut checker = Checker { errors, labels: Labels::new(lost) };
    let place = Place::new(Kind::Fixture);
    checker.scope(&mut declaration.items, place, &mut Seen::default());
}

struct Checker<'e> {
    errors: &'e mut Errors,
    labels: Labels,
}

/// Where an item stands.
#[derive(Clone, Copy)]
struct Place {
    /// The block that it belongs to.
    within: Kind,
    /// In the body of a `for`.
    repeated: bool,
}

impl Place {
    fn new(within: Kind) -> Self {
        Self { within, repeated: false }
    }
}

impl Checker<'_> {
    /// The body of a flow, or the top level: labels that are declared in it end with it.
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
                Item::Entry(entry) => self.entry(entry, place.within, seen),
                Item::Header(header) => self.header(header, place.within, seen),
                Item::Field(field) => self.field(field, place, seen),
                Item::Splice(parts) => {
                    let within = place.within;
                    if within.nodes().is_empty() && !within.holds_entries() {
                        let message =
                            format!("no parts fit in {}; it holds {}", within.title(), within.fitting());
                        self.errors.at(&*parts, message);
                        return false;
                    }
                }
                Item::For(flow) => {
                    self.scope(&mut flow.items, Place { repeated: true, ..place }, seen);
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

    /// Something that may stand only once in its node. Both places are marked, the second with what to do.
    fn once(&mut self, seen: &mut Seen, key: &Key, tokens: &dyn ToTokens, message: &str) {
        if seen.insert(key.clone(), tokens) {
            return;
        }
        self.both(tokens, message, seen.mark(key));
    }

    /// Two things that may not stand in one node; it is said once, which the third key notes.
    fn apart(&mut self, seen: &mut Seen, keys: [Key; 3], tokens: &dyn ToTokens, message: &str) {
        let [this, other, both] = keys;
        seen.insert(this, tokens);
        if seen.has(&other) && seen.insert(both, tokens) {
            self.errors.at(tokens.to_token_stream(), message);
        }
    }

    /// `raw` is all bytes of what it stands in, so nothing beside it can say anything of those.
    fn beside_raw(&mut self, seen: &mut Seen, within: Kind, what: &str, tokens: &dyn ToTokens) {
        let Some(whole) = within.raw() else { return };
        let (keys, what) = match what {
            "`raw`" => ([Key::Raw, Key::Made, Key::Lost], "what stands before it"),
            _ => ([Key::Made, Key::Raw, Key::Lost], what),
        };
        let message = format!("`raw` is the whole {whole}, so {what} changes nothing; remove one of the two");
        self.apart(seen, keys, tokens, &message);
    }

    /// A fault that has two places; the first is marked unless it was before.
    fn both(&mut self, tokens: &dyn ToTokens, message: &str, first: Option<TokenStream>) {
        self.errors.at(tokens.to_token_stream(), message);
        if let Some(first) = first {
            self.errors.at(first, "it stands here first");
        }
    }
}
