//! What a node is encoded with: the nodes that are sealed before it.

use std::borrow::Cow;

use crate::declared::Edge;
use crate::json::Json;
use crate::manifest;
use crate::plan::{Plan, Step};
use crate::seal::Sealed;
use crate::text::{Property, Text};
use crate::value::Value;

/// What a node can refer to when it is encoded: the nodes that are sealed.
pub(crate) struct Context<'s> {
    pub(crate) plan: &'s Plan<'s>,
    pub(crate) sealed: &'s [Sealed],
    /// Nothing for index.json.
    pub(crate) step: Option<&'s Step<'s>>,
}

impl<'s> Context<'s> {
    /// The nodes that it lists, and how.
    pub(crate) fn children(&self) -> impl Iterator<Item = (&'s Edge, &'s Sealed)> + use<'s> {
        let sealed = self.sealed;
        let (edges, steps) = match self.step {
            Some(step) => (step.node.edges(), step.children.as_slice()),
            None => (self.plan.edges(), self.plan.roots.as_slice()),
        };
        let listed = edges.iter().zip(steps).filter(|(edge, _)| !edge.unlisted);
        listed.filter_map(|(edge, step)| Some((edge, sealed.get(*step)?)))
    }

    /// A config's manifest.
    pub(crate) fn manifest(&self) -> Option<&'s manifest::Parts> {
        self.step?.manifest
    }

    /// The nodes that the parent lists before this one.
    pub(crate) fn before(&self) -> impl Iterator<Item = &'s Sealed> + use<'s> {
        let (sealed, before) = (self.sealed, self.step.map_or(&[][..], |step| &step.before));
        before.iter().filter_map(|step| sealed.get(*step))
    }

    /// Whether the node's media types are Docker's.
    pub(crate) fn is_docker(&self) -> bool {
        self.step.is_some_and(|step| step.docker)
    }

    /// The node, if it is sealed.
    pub(crate) fn sealed(&self, edge: &Edge) -> Option<&'s Sealed> {
        self.sealed.get(self.plan.step_of(edge)?)
    }

    /// The text, with what it says of nodes.
    pub(crate) fn text(&self, text: &'s Text) -> Cow<'s, str> {
        text.resolve(|node, property| {
            let Some(node) = self.sealed(node) else { return Cow::Borrowed("") };
            match property {
                Property::Digest => Cow::Borrowed(&node.digest),
                Property::Hex => Cow::Borrowed(node.digest.split_once(':').map_or("", |(_, hex)| hex)),
                Property::Size => Cow::Borrowed(&node.size),
            }
        })
    }

    /// The value, with what it says of nodes.
    pub(crate) fn json(&self, value: &'s Value) -> Json<'s> {
        value.json(&|text| self.text(text))
    }

    /// The texts as a list; nothing where there are none.
    pub(crate) fn list(&self, texts: &'s [Text]) -> Option<Json<'s>> {
        Json::List(texts.iter().map(|text| Json::Text(self.text(text))).collect()).unless_empty()
    }

    /// The text; nothing where there is none, or an empty one.
    pub(crate) fn optional(&self, text: Option<&'s Text>) -> Option<Json<'s>> {
        Json::Text(self.text(text?)).unless_empty()
    }
}
