//! The shortest declaration of a model with faults.

use std::collections::BTreeSet;

use super::model::{Edge, Id, Kind, Manifest, Model};

/// The model from which a fixture with faults was made, with those faults. Labels that nobody mentions, and the defaults of
/// manifests, are left out again. `explicit` has the nodes of `before`, and further nodes behind them.
pub(crate) fn plain(before: &Model, explicit: &Model) -> Model {
    let mut plain = explicit.clone();
    for id in 0..plain.nodes.len() {
        let label = before.nodes.get(id).and_then(|node| node.label.clone());
        plain.nodes[id].label = label.or(plain.nodes[id].label.take().filter(|_| id >= before.nodes.len()));
        let Some(Kind::Manifest(honest)) = before.nodes.get(id).map(|node| &node.kind) else { continue };
        let Kind::Manifest(manifest) = &explicit.nodes[id].kind else { continue };
        let is_edited = explicit.nodes[id].faults.edit.is_some();
        let manifest = if is_edited { manifest.clone() } else { shorten(explicit, honest, manifest.clone()) };
        plain.nodes[id].kind = Kind::Manifest(manifest);
    }
    let mentioned = mentioned(&plain);
    for (id, node) in plain.nodes.iter_mut().enumerate() {
        node.label = node.label.take().filter(|_| mentioned.contains(&id));
    }
    plain
}

/// Leaves out the config that a manifest would get by default, and a `layer` around its only entries.
fn shorten(model: &Model, honest: &Manifest, mut manifest: Manifest) -> Manifest {
    let is_honest = |edge: &Edge| {
        edge.said.is_none() && edge.link.is_none() && !edge.unlisted && model.node(edge).faults.is_empty()
    };
    if honest.config.is_none() && manifest.config.as_ref().is_some_and(is_honest) {
        manifest.config = None;
    }
    let is_whole = |manifest: &Manifest| {
        let listed = |edge: &Edge| !edge.unlisted && model.node(edge).faults.are_after_sealing();
        manifest.layers.iter().chain(&manifest.config).all(listed)
    };
    if is_whole(&manifest)
        && let (Some(config), Some(honest)) = (&mut manifest.config, &honest.config)
    {
        config.unchecked = honest.unchecked;
    }
    manifest.bare = honest.bare && manifest.layers.iter().all(is_honest);
    manifest
}

/// The nodes that stand at a further place or are mentioned.
fn mentioned(model: &Model) -> BTreeSet<Id> {
    let mut mentioned = BTreeSet::new();
    let mut edges: Vec<&Edge> = model.roots.iter().collect();
    for id in model.declared() {
        edges.extend(model.nodes[id].kind.edges());
        mentioned.extend(model.nodes[id].kind.mentions());
    }
    for edge in edges {
        mentioned.extend(Some(edge.node).filter(|_| edge.again));
        mentioned.extend(edge.mentions());
    }
    mentioned
}
