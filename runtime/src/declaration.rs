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
