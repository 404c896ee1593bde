//! What a layout knows of the fixture that it was made of; of one that was opened, nothing.

use std::collections::HashMap;
use std::sync::Arc;

use oci_fixture_grammar::Digest;

use crate::declared::{Declared, Kind};
use crate::layer;

#[derive(Clone, Debug, Default)]
pub(crate) struct Declaration {
    pub(crate) labels: Vec<Labelled>,
    /// The layers, by the digests of their blobs.
    pub(crate) layers: HashMap<Digest, Arc<Declared>>,
    pub(crate) lies: Lies,
}

/// What was declared that is not so, as it is written in the language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lies {
    /// Of index.json and oci-layout.
    pub(crate) fixture: Vec<String>,
    /// Of a node and how its parent refers to it, by the bytes of that descriptor.
    pub(crate) of_descriptors: HashMap<Vec<u8>, Vec<String>>,
    /// What a node, or index.json, does not list: descriptors as they would be.
    pub(crate) unlisted: HashMap<Option<Digest>, Vec<Vec<u8>>>,
}

/// A label, with a descriptor of its node.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    pub(crate) name: String,
    pub(crate) descriptor: Vec<u8>,
}

impl Declaration {
    /// The layer that was declared with this digest.
    pub(crate) fn layer(&self, digest: &Digest) -> Option<&layer::Parts> {
        match &self.layers.get(digest)?.kind {
            Kind::Layer(layer) => Some(layer),
            _ => None,
        }
    }
}
