//! The context in which a node is encoded: the nodes that are sealed before it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::declare::content::Content;
use crate::declare::descriptor;
use crate::declare::encoded::{Body, SealedNode};
use crate::declare::graph::{DeclaredNode, Edge};
use crate::declare::manifest::ManifestData;
use crate::declare::text::{Property, Text};
use crate::declare::value::Value;
use crate::digest::DigestAlgorithm;
use crate::json::{Json, Writer};

/// The nodes to which a node refers when it is encoded. Nodes are numbered in the order in which they are sealed.
pub(crate) struct Context<'s> {
    /// The edges to the nodes that the node lists.
    pub(crate) edges: &'s [Edge],
    pub(crate) children: &'s [usize],
    /// The numbers of the nodes that the parent lists before this one.
    pub(crate) before: &'s [usize],
    /// The manifest that lists the node.
    pub(crate) manifest: Option<&'s ManifestData>,
    /// The node's media types are Docker's.
    pub(crate) docker: bool,
    /// The algorithm of the node's digest.
    pub(crate) algorithm: DigestAlgorithm,
    /// The sealed nodes, at the positions of their numbers.
    pub(crate) sealed: &'s [SealedNode],
    pub(crate) numbers: &'s BTreeMap<*const DeclaredNode, usize>,
    pub(crate) nodes: &'s dyn Contexts,
}

/// The contexts of all nodes, by their numbers.
pub(crate) trait Contexts {
    fn context<'s>(&'s self, number: usize, sealed: &'s [SealedNode]) -> Context<'s>;
}

impl<'s> Context<'s> {
    /// The nodes that the node lists, each with how the node refers to it.
    pub(crate) fn children(&self) -> impl Iterator<Item = (&'s Edge, &'s SealedNode)> + use<'s> {
        let sealed = self.sealed;
        let listed = self.edges.iter().zip(self.children).filter(|(edge, _)| !edge.listing.unlisted);
        listed.filter_map(|(edge, step)| Some((edge, sealed.get(*step)?)))
    }

    /// The nodes that the parent lists before this one.
    pub(crate) fn before(&self) -> impl Iterator<Item = &'s SealedNode> + use<'s> {
        let (sealed, before) = (self.sealed, self.before);
        before.iter().filter_map(|step| sealed.get(*step))
    }

    /// The sealed node behind an edge; `None` before it is sealed.
    pub(crate) fn sealed(&self, edge: &Edge) -> Option<&'s SealedNode> {
        self.sealed.get(*self.numbers.get(&Arc::as_ptr(&edge.node))?)
    }

    /// The text with the digests and sizes of nodes filled in.
    pub(crate) fn text(&self, text: &'s Text) -> Cow<'s, str> {
        text.resolve(|node, property| {
            let Some(node) = self.sealed(node) else { return Cow::Borrowed("") };
            match property {
                Property::Digest => Cow::Borrowed(&node.digest),
                Property::Hex => Cow::Borrowed(node.digest.split_once(':').map_or("", |(_, hex)| hex)),
                Property::Size => Cow::Borrowed(&node.size),
                // A layer without a `diff_id` of its own is not compressed.
                Property::DiffId => Cow::Borrowed(node.diff_id.as_ref().unwrap_or(&node.digest)),
            }
        })
    }

    /// The value with the digests and sizes of nodes filled in.
    pub(crate) fn json(&self, value: &'s Value) -> Json<'s> {
        value.json(Some(self))
    }

    /// The descriptor of a node, as an index lists it.
    pub(crate) fn descriptor(&self, edge: &'s Edge) -> Json<'s> {
        let Some(node) = self.sealed(edge) else { return Json::Null };
        Json::of(|out| descriptor::write(out, edge, node, &[], node.platform.as_ref(), self))
    }

    /// The bytes of a node before its faults.
    pub(crate) fn bytes(&self, edge: &Edge) -> Content {
        let number = self.numbers.get(&Arc::as_ptr(&edge.node)).copied();
        let encoded = number.and_then(|number| {
            let context = self.nodes.context(number, self.sealed);
            let (_, size) = self.sealed.get(number)?.blob.as_ref()?;
            Some(match edge.node.encode(&context)?.body {
                Body::Document(bytes) => Content::new(bytes),
                Body::Content(made) => made.into_owned(),
                Body::Layer(tarball) => Content::made(tarball.stream(), *size),
            })
        });
        // A node without bytes was refused before.
        encoded.unwrap_or_else(|| Content::new(""))
    }

    /// Writes a member with a list of texts, unless there are none, as with Go's `omitempty`.
    pub(crate) fn write_list(&self, out: &mut Writer, name: &'static str, texts: &'s [Text]) {
        if !texts.is_empty() {
            out.member(name).list(|out| texts.iter().for_each(|text| out.text(&self.text(text))));
        }
    }

    /// Writes a member with a text, unless there is none or an empty one, as with Go's `omitempty`.
    pub(crate) fn write_text(&self, out: &mut Writer, name: &'static str, text: Option<&'s Text>) {
        if let Some(text) = text.map(|text| self.text(text)).filter(|text| !text.is_empty()) {
            out.member(name).text(&text);
        }
    }
}
