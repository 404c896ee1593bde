//! Labels: the places in which each label can be used.

use std::collections::{HashMap, HashSet};

use oci_fixture_grammar::language::{BlockKind, nearest};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, Lifetime, LitInt};

use super::seen::Seen;
use super::{Checker, Place, image, node};
use crate::ast::{Again, Item, Items, Operator, Tag, Term, Text, name};

/// The labels of the bodies around a place, the innermost last. The block of a node is not a body: labels that are declared
/// in it can also be used behind it.
pub(super) struct Labels {
    bodies: Vec<HashMap<String, Label>>,
    /// The labels of bodies that have ended.
    ended: HashSet<String>,
    /// The labels of nodes that could not be read.
    lost: HashSet<String>,
}

/// A label that is declared in a body.
#[derive(Clone)]
pub(super) struct Label {
    pub(super) kind: BlockKind,
    /// The platform of its node, if literals give it.
    pub(super) platform: Option<String>,
    has_diff_id: bool,
    tokens: TokenStream,
    /// Whether the declaration of its node has ended, so that the label can be used.
    seen: bool,
    /// Whether the place of its declaration already has an error.
    marked: bool,
}

impl Labels {
    /// The kind of node that a label stands for.
    pub(super) fn kind(&mut self, label: &Lifetime) -> Option<BlockKind> {
        self.find(&name(label)).map(|label| label.kind)
    }

    pub(super) fn new(lost: HashSet<String>) -> Self {
        Self { bodies: Vec::new(), ended: HashSet::new(), lost }
    }

    /// Begins a body. A label that is declared anywhere in it is known from its beginning, but can be used only behind its
    /// node. If a label with this name could be used before the body, the name means that label until the new one is declared.
    pub(super) fn open(&mut self, items: &Items) {
        let mut body = HashMap::new();
        declared(items, &mut body);
        body.retain(|name, _| !self.find(name).is_some_and(|outer| outer.seen));
        self.bodies.push(body);
    }

    pub(super) fn close(&mut self) {
        self.ended.extend(self.bodies.pop().into_iter().flat_map(HashMap::into_keys));
    }

    /// Whether a label with this name can be used here.
    pub(super) fn knows(&mut self, name: &str) -> bool {
        self.find(name).is_some_and(|label| label.seen)
    }

    fn find(&mut self, name: &str) -> Option<&mut Label> {
        self.bodies.iter_mut().rev().find_map(|body| body.get_mut(name))
    }
}

/// The labels that are declared in a body, without those of the bodies within it.
fn declared(items: &Items, body: &mut HashMap<String, Label>) {
    for item in items {
        let Item::Node(node) = item else { continue };
        declared(&node.items, body);
        if let Some(label) = &node.label {
            let platform = node::platform(node);
            let tokens = label.to_token_stream();
            let says_diff_id = |item: &&Item| matches!(item, Item::Field(field) if field.name == "diff_id");
            let has_diff_id =
                node.kind == BlockKind::Layer || image::all(&node.items).iter().any(says_diff_id);
            let label_of =
                Label { kind: node.kind, platform, has_diff_id, tokens, seen: false, marked: false };
            body.entry(name(label)).or_insert(label_of);
        }
    }
}

impl Checker<'_> {
    /// Declares a node's label, behind the node. Returns `false` if the name is taken, which is reported.
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

    /// The label that is used here. `None` if there is no such label, which is reported.
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

    /// Checks the use of a label. Returns `false` if its node does not fit here, which is reported.
    pub(super) fn again(&mut self, again: &mut Again, within: BlockKind, seen: &mut Seen) -> bool {
        if let Some(items) = &mut again.items {
            self.fields(items, Place::new(BlockKind::Label));
            self.ref_names(items, within);
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

    /// Checks a `tag`. Returns `false` if the node cannot have a reference, which is reported.
    pub(super) fn tag(&mut self, tag: &mut Tag, within: BlockKind, seen: &mut Seen) -> bool {
        if within != BlockKind::Fixture {
            self.errors.at(&tag.reference, "a `tag` is an entry of index.json; move it to the top level");
            return false;
        }
        self.text(&mut tag.reference);
        self.reference(&tag.reference, seen);
        if let Some(items) = &mut tag.items {
            self.fields(items, Place::new(BlockKind::Label));
            self.ref_names(items, within);
        }
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

    /// Removes the labels that cannot be used from a text. Each of them is reported.
    pub(super) fn text(&mut self, text: &mut Text) {
        let Text::Terms(terms) = text else { return };
        let mut before = TermKind::Unknown;
        for (position, (operator, term)) in terms.iter().enumerate() {
            let kind = TermKind::of(term);
            if *operator == Operator::Minus && (before == TermKind::Text || kind == TermKind::Text) {
                let message = "`-` subtracts a number from another, and this is text; write `+` to join them";
                self.errors.at(term, message);
            }
            before = match (position, before, kind) {
                (0, _, kind) => kind,
                (_, TermKind::Number, TermKind::Number) => TermKind::Number,
                (_, TermKind::Text, _) | (_, _, TermKind::Text) => TermKind::Text,
                _ => TermKind::Unknown,
            };
        }
        terms.retain(|(_, term)| match term {
            Term::Label(label, property) => self.property(label, property),
            Term::Text(_) | Term::Number(_) => true,
        });
    }

    /// Whether a label has this property here. If not, that is reported.
    pub(super) fn property(&mut self, label: &Lifetime, property: &Ident) -> bool {
        let Some(Label { kind, has_diff_id, .. }) = self.used(label) else { return false };
        let message = match (property.to_string().as_str(), kind) {
            ("bytes", BlockKind::Dangling) => {
                format!("`{label}` is a dangling descriptor, which has no bytes; write them out")
            }
            ("diff_id", _) if !has_diff_id => {
                format!("`{label}` is {} without a `diff_id`; name a `layer`", kind.title())
            }
            _ => return true,
        };
        self.errors.at(property, message);
        false
    }
}

/// The type of a term, as far as it is known when the declaration is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TermKind {
    Number,
    Text,
    Unknown,
}

impl TermKind {
    fn of(term: &Term) -> Self {
        match term {
            Term::Number(number) if syn::parse2::<LitInt>(number.clone()).is_ok() => Self::Number,
            Term::Label(_, property) if property == "size" => Self::Number,
            Term::Text(Text::Expr(_)) => Self::Unknown,
            Term::Text(Text::Literal(_) | Text::Terms(_)) | Term::Number(_) | Term::Label(..) => Self::Text,
        }
    }
}

/// Whether the descriptor in this parent may have another platform than the node.
fn may_have_descriptor(again: &Again) -> bool {
    let mut items = again.items.iter().flatten();
    items.any(|item| match item {
        Item::Field(field) => field.name == "descriptor",
        _ => true,
    })
}

/// The place of a label. `None` if it was asked for before, so that it is reported once.
fn mark(label: &mut Label) -> Option<TokenStream> {
    (!std::mem::replace(&mut label.marked, true)).then(|| label.tokens.clone())
}
