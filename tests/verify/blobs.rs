//! Blobs that are not there, not what they should be, or not referred to.

use oci_fixture::{Fixture, Index, Label, Layer, Manifest};

use crate::found_in;

#[test]
fn a_blob_that_is_missing_is_found_where_it_is_first_referred_to() {
    let base = Label::new("base", Layer::new().with(("a", "b")).missing());
    let index = Index::new()
        .with(Manifest::new().platform("linux/amd64").with(&base))
        .with(Manifest::new().platform("linux/arm64").with(&base));
    assert_eq!(
        found_in(&Fixture::new().with(index)),
        ["index.json > manifests[0] > manifests[0] > layers[0]: the blob \
             sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b is not stored"]
    );
}
