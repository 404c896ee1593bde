//! `assert_verified`, the assertion for tests.

use oci_fixture::{Blob, Fixture, Layer, Manifest};

fn image() -> Manifest {
    Manifest::new().platform("linux/arm64").with(Layer::new().with(("a", "b")).missing())
}

#[test]
fn assert_verified_accepts_notes() {
    Fixture::new().with(Blob::new("a/b", "").unlisted()).tempdir().unwrap().assert_verified();
}

#[test]
fn findings_are_listed_with_the_tree() {
    let layout = Fixture::new().with(image()).with(Blob::new("a/b", "").unlisted()).in_memory().unwrap();
    let panic = std::panic::catch_unwind(|| layout.assert_verified()).unwrap_err();
    assert_eq!(
        panic.downcast_ref::<String>().unwrap(),
        &format!(
            "the layout is not as it should be:
  index.json > manifests[0] > layers[0]: the blob \
             sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b is not stored \
             (SHOULD: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs)
  blobs/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855: nothing refers to the blob \
             (note: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs)
{layout}"
        )
    );
}
