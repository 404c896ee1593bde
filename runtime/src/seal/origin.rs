//! The origin of a layout: data of the fixture from which it was made. That of an opened layout is empty.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use oci_fixture_grammar::Digest;

use crate::declare::http::WireFault;
use crate::declare::layer::LayerData;

/// The faults on the wire of each digest, in their order.
pub(crate) type WireFaults = HashMap<Digest, Vec<WireFault>>;

#[derive(Clone, Default)]
pub(crate) struct Origin {
    pub(crate) labels: Vec<Labelled>,
    /// The declared layers, by the digests of their blobs.
    pub(crate) layers: BTreeMap<Digest, Arc<LayerData>>,
    pub(crate) faults: DeclaredFaults,
    /// How a registry answers requests for nodes.
    #[cfg_attr(not(feature = "registry"), allow(dead_code, reason = "only a registry answers"))]
    pub(crate) wire: WireFaults,
}

/// The names of the declared faults, as the language writes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeclaredFaults {
    /// The faults of index.json and oci-layout.
    pub(crate) fixture: Vec<String>,
    /// The faults of a node and of its listing, by the bytes of the descriptor.
    pub(crate) of_descriptors: HashMap<Vec<u8>, Vec<String>>,
    /// The descriptors of the nodes declared `unlisted` in a parent, by the parent's digest; `None` for index.json.
    pub(crate) unlisted: HashMap<Option<Digest>, Vec<Vec<u8>>>,
}

/// A label and a descriptor of its node.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    pub(crate) name: String,
    pub(crate) descriptor: Vec<u8>,
}

impl Origin {
    /// Adds the origin of another layout.
    #[cfg(feature = "registry")]
    pub(crate) fn extend(&mut self, other: Self) {
        let Self { labels, layers, faults, wire } = other;
        self.labels.extend(labels);
        self.layers.extend(layers);
        self.faults.fixture.extend(faults.fixture);
        self.faults.of_descriptors.extend(faults.of_descriptors);
        for (parent, descriptors) in faults.unlisted {
            self.faults.unlisted.entry(parent).or_default().extend(descriptors);
        }
        self.wire.extend(wire);
    }

    /// The declared layer whose blob has this digest.
    pub(crate) fn layer(&self, digest: &Digest) -> Option<&LayerData> {
        self.layers.get(digest).map(|layer| &**layer)
    }
}
