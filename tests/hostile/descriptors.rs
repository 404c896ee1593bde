//! How manifests refer to their layers.

use oci_fixture::Fixture;
use oci_fixture_test_support::hex;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use crate::fixture;
use crate::image::{CONFIG, Image, LAYER, MANIFEST, described, file, understood};

/// The digest of the stored layer.
const STORED: &str = "sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0";

#[test]
fn a_layer_has_a_digest_under_which_nothing_is_stored() {
    let sha512 =
        format!("sha512:{}", hex(&Sha512::digest(&Image::of(&fixture("digest_sha512")).blobs[STORED])));
    for (fixture, digest) in [
        (fixture("digest_traversal"), "sha256:../../../outside".to_owned()),
        (fixture("digest_uppercase"), format!("sha256:{}", STORED["sha256:".len()..].to_uppercase())),
        (fixture("digest_short"), STORED[.."sha256:".len() + 16].to_owned()),
        (fixture("digest_sha512"), sha512),
        (
            fixture("digest_unknown"),
            "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8".to_owned(),
        ),
    ] {
        assert_differs(&fixture, "digest", &json!(digest));
    }
}

#[test]
fn a_size_is_not_that_of_the_layer() {
    for (fixture, size) in [
        (fixture("size_short"), json!(1024)),
        (fixture("size_long"), json!(4096)),
        (fixture("size_zero"), json!(0)),
        (fixture("size_negative"), json!(-5)),
        (fixture("size_overflow"), json!(1_u64 << 63)),
    ] {
        assert_differs(&fixture, "size", &size);
    }
}

/// Asserts that the manifest, its config and the layer are stored, and that only one field of one descriptor in the manifest
/// is wrong.
fn assert_differs(fixture: &Fixture, field: &str, value: &Value) {
    let image = Image::of(fixture);
    let stored = &image.blobs[STORED];
    assert_eq!(understood(stored), [file("bash", b"layer1")]);
    let mut layer = described(LAYER, stored);
    assert_ne!(layer[field], *value);
    layer[field] = value.clone();
    let config = described(CONFIG, image.blob(&image.manifest()["config"]));
    assert_eq!(image.config()["rootfs"]["diff_ids"], json!([STORED]));
    assert_eq!(
        image.manifest(),
        json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer] })
    );
    assert_eq!(image.blobs.len(), 3);
}
