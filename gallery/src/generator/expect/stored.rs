//! The stored blobs of a fixture with faults.

use std::collections::BTreeMap;

use super::super::model::{Id, Model};
use super::super::sealed::Sealed;

/// The blobs that are stored: what is left of them, and without those that only missing ones lead to.
pub(crate) fn stored(model: &Model, sealed: &Sealed) -> BTreeMap<String, Vec<u8>> {
    let mut left: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    for id in model.declared() {
        let Some(digest) = sealed.digest(id) else { continue };
        let (whole, mut faults) = (sealed.bytes(id).to_vec(), model.nodes[id].faults.stored.iter());
        let bytes = faults.try_fold(whole.clone(), |bytes, fault| fault.apply(bytes));
        if bytes.as_ref() != Some(&whole) || !left.contains_key(digest) {
            left.insert(digest.to_owned(), bytes);
        }
    }
    let mut stored = BTreeMap::new();
    let mut open: Vec<Id> = model.roots.iter().map(|root| root.node).collect();
    while let Some(id) = open.pop() {
        let Some(digest) = sealed.digest(id) else { continue };
        if let Some(bytes) = &left[digest] {
            stored.insert(digest.to_owned(), bytes.clone());
            open.extend(model.nodes[id].kind.edges().iter().map(|edge| edge.node));
        }
    }
    stored
}
