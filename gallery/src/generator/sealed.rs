//! The sealed nodes of a model, before their faults: their digests and their bytes.

use std::collections::{BTreeMap, HashMap};

use super::bytes::{decompressed, layer_of, sha256};

use super::declare::{self, fixture};
use super::identity::Identity;
use super::model::{Id, Kind, Model};

/// The nodes of a model in which each has a label of its own.
pub(crate) struct Sealed {
    /// The digests and sizes of all nodes except dangling ones.
    pub(crate) identities: HashMap<Id, Identity>,
    blobs: BTreeMap<String, Vec<u8>>,
}

impl Sealed {
    pub(crate) fn of(model: &Model) -> Self {
        let mut model = model.clone();
        for node in &mut model.nodes {
            node.faults.stored.clear();
        }
        let layout = fixture(&model).in_memory().unwrap();
        let mut identities = HashMap::new();
        for id in model.declared() {
            let node = &model.nodes[id];
            if !matches!(node.kind, Kind::Dangling(_)) {
                let found = layout.label(node.label.as_ref().unwrap()).unwrap();
                let (digest, size) = (found.digest().to_string(), found.size().to_string());
                identities.insert(id, Identity { digest, size });
            }
        }
        let blobs = layout.blobs().unwrap().map(Result::unwrap);
        let blobs = blobs.map(|(digest, bytes)| (digest.to_string(), bytes.into_owned())).collect();
        Self { identities, blobs }
    }

    /// The digest of a node. `None` for a dangling descriptor.
    pub(crate) fn digest(&self, id: Id) -> Option<&str> {
        self.identities.get(&id).map(|identity| identity.digest.as_str())
    }

    pub(crate) fn bytes(&self, id: Id) -> &[u8] {
        &self.blobs[&self.identities[&id].digest]
    }

    /// The digests of the tars that a manifest lists.
    pub(crate) fn diff_ids(&self, model: &Model, manifest: Id) -> Vec<String> {
        let Kind::Manifest(manifest) = &model.nodes[manifest].kind else { panic!("no manifest") };
        let listed = manifest.layers.iter().filter(|edge| !edge.unlisted);
        listed.filter_map(|edge| self.diff_id(model, edge.node)).collect()
    }

    /// The digest of the tar of a layer, or the `diff_id` that a blob declares.
    fn diff_id(&self, model: &Model, layer: Id) -> Option<String> {
        let said = model.nodes[layer].faults.diff_id.clone();
        said.or_else(|| Some(format!("sha256:{}", sha256(&self.tar(model, layer)?))))
    }

    /// The tar of a layer. That of a layer with a fault is made once more, without the bytes around it.
    pub(crate) fn tar(&self, model: &Model, layer: Id) -> Option<Vec<u8>> {
        let node = &model.nodes[layer];
        let Kind::Layer(layer_model) = &node.kind else { return None };
        if node.faults.are_after_sealing() {
            return Some(decompressed(self.bytes(layer)));
        }
        Some(layer_of(declare::tar(layer_model, &node.faults)))
    }
}
