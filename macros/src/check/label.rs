//! Labels: where each can be seen.

use std::collections::{HashMap, HashSet};

use oci_fixture_grammar::language::{Kind, nearest};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Lifetime;

use super::seen::Seen;
use super::{Checker, Place, node};
use crate::ast::{Again, Item, Items, Tag, Term, Text, name};

/// The labels of the bodies around a place, the innermost last. A block of a node is no body: its labels are seen after
/// it, too.
pub(super) struct Labels {
    bodies: Vec<HashMap<String, Label>>,
    /// Those of bodies that have ended.
    ended: HashSet<String>,
    /// Those of nodes that were broken.
    lost: HashSet<String>,
}

/// A label that is declared in a body.
#[derive(Clone)]
pub(super) struct Label {
    pub(super) kind: Kind,
    /// The platform that its node surely has.
    pub(super) platform: Option<String>,
    tokens: TokenStream,
    /// Its node has ended, so that it can be used.
    seen: bool,
    /// The place was marked already.
    marked: bool,
}

impl Labels {
    pub(super) fn new(lost: HashSet<String>) -> Self {
        Self { bodies: Vec::new(), ended: HashSet::new(), lost }
    }

    /// A body begins. What is declared anywhere in it is known, though not yet seen; what is seen already keeps its name.
    pub(super) fn open(&mut self, items: &Items) {
        let mut body = HashMap::new();
        declared(items, &mut body);
        body.retain(|name, _| !self.find(name).is_some_and(|outer| outer.seen));
        self.bodies.push(body);
    }

    pub(super) fn close(&mut self) {
        self.ended.extend(self.bodies.pop().into_iter().flat_map(HashMap::into_keys));
    }

    fn find(&mut self, name: &str) -> Option<&mut Label> {
        self.bodies.iter_mut().rev().find_map(|body| body.get_mut(name))
    }
}

/// The labels that are declared in a body; not those of bodies within it.
fn declared(items: &Items, body: &mut HashMap<String, Label>) {
    for item in items {
        let Item::Node(node) = item else { continue };
        declared(&node.items, body);
        if let Some(label) = &node.label {
            let platform = node::platform(node);
            let tokens = label.to_token_stream();
            let label_of = Label { kind: node.kind, platform, tokens, seen: false, marked: false };
            body.entry(name(label)).or_insert(label_of);
        }
    }
}

impl Checker<'_> {
    /// A node's label, after the node. Whether it may stay.
    pub(super) fn declare(&mut self, label: &Lifetime) -> bool {
        let Some(declared) = self.labels.find(&name(label)) else { return false };
        if declared.seen {
            let first = mark(declared);
            let message = format!("the label `{label}` is declared already; write another name");
            self.both(label, &message, first);
            return false;
        }
        declared.seen = true;
        true
    }

    /// A label that is used; nothing where it cannot be.
    pub(super) fn used(&mut self, label: &Lifetime) -> Option<Label> {
        let name = name(label);
        let message = match self.labels.find(&name).cloned() {
            Some(declared) if declared.seen => return Some(declared),
            Some(_) => format!("the label `{label}` is used before its node has ended; move this behind it"),
            None if self.labels.lost.contains(&name) && !self.labels.ended.contains(&name) => return None,
            None if self.labels.ended.contains(&name) => {
                format!(
                    "the label `{label}` ends with the `for` or `if` that it is declared in; declare it outside"
                )
            }
            None => {
                let names: Vec<&str> =
                    self.labels.bodies.iter().flat_map(HashMap::keys).map(String::as_str).collect();
                match nearest(&name, names) {
                    Some(meant) => format!("unknown label `{label}`; did you mean `'{meant}`?"),
                    None => format!(
                        "unknown label `{label}`; declare it before a node: `{label}: layer {{ ... }}`"
                    ),
                }
            }
        };
        self.errors.at(label, message);
        None
    }

    /// A node that stands once more. Whether it may stay.
    pub(super) fn again(&mut self, again: &mut Again, within: Kind, seen: &mut Seen) -> bool {
        if let Some(items) = &mut again.items {
            self.fields(items, Place::new(Kind::Label));
        }
        let Some(label) = self.used(&again.label) else { return false };
        if !within.nodes().contains(&label.kind) {
            let title = label.kind.title();
            let message = format!(
                "`{}` is {title}, which does not fit in {}; {}",
                again.label,
                within.title(),
                node::belongs(label.kind)
            );
            self.errors.at(&again.label, message);
            return false;
        }
        let platform = label.platform.filter(|_| !may_have_descriptor(again));
        self.fits(label.kind, platform, within, &again.label, seen);
        true
    }

    /// One more name. Whether it may stay.
    pub(super) fn tag(&mut self, tag: &mut Tag, within: Kind, seen: &mut Seen) -> bool {
        if within != Kind::Fixture {
            self.errors.at(&tag.reference, "a `tag` is an entry of index.json; move it to the top level");
            return false;
        }
        self.text(&mut tag.reference);
        self.reference(&tag.reference, seen);
        let Some(label) = &tag.label else { return false };
        let Some(declared) = self.used(label) else { return false };
        if !within.nodes().contains(&declared.kind) {
            let title = declared.kind.title();
            let message =
                format!("`{label}` is {title}, and no entry of index.json; name the manifest that it is in");
            self.errors.at(label, message);
            return false;
        }
        true
    }

    /// What a text says of labels that cannot be used is taken out.
    pub(super) fn text(&mut self, text: &mut Text) {
        if let Text::Terms(terms) = text {
            terms.retain(|term| match term {
                Term::Label(label, _) => self.used(label).is_some(),
                _ => true,
            });
        }
    }

    /// A text in a layer, which is made before any digest is known.
    pub(super) fn plain(&mut self, text: &mut Text) {
        let Text::Terms(terms) = text else { return };
        let label = terms.iter().find_map(|term| match term {
            Term::Label(label, _) => Some(label.clone()),
            _ => None,
        });
        if let Some(label) = label {
            self.errors.at(
                &label,
                "a layer cannot say anything of a label; write it into a `blob`, a document or a `tag`",
            );
        }
        terms.clear();
    }
}

/// Whether this parent may say another platform.
fn may_have_descriptor(again: &Again) -> bool {
    let mut items = again.items.iter().flatten();
    items.any(|item| match item {
        Item::Field(field) => field.name == "descriptor",
        _ => true,
    })
}

/// The place of a label, once.
fn mark(label: &mut Label) -> Option<TokenStream> {
    (!std::mem::replace(&mut label.marked, true)).then(|| label.tokens.clone())
}
