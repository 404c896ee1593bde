//! Layers of any bytes.

use oci_fixture::{Blob, Fixture, Layout, Manifest, Memory};

use super::findings;

/// An image with a layer of a media type, and of any bytes.
fn image(media_type: &str, bytes: &[u8]) -> Layout<Memory> {
    let layer = Blob::new(media_type, bytes).diff_id(format!("sha256:{:064}", 0));
    Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap()
}

/// Judges a layer, and reads it if there is no finding.
pub(crate) fn check(media_type: &str, bytes: &[u8]) {
    let layout = image(media_type, bytes);
    let found = findings::of(&layout);
    let nodes = layout.nodes().unwrap();
    let layer = &nodes[0].layers().unwrap()[0];
    if cfg!(feature = "decode") && findings::are_of_diff_ids(&found) {
        layer.entries().unwrap();
    }
}
