//! Images whose descriptors and `diff_id`s do not say what is stored.

use oci_fixture::{Fixture, oci_image};

use crate::case::{Case, fixture};
use crate::ground::{github_advisory, image_spec};
use crate::reaction::Reaction::{Accept, Refuse, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "digest_traversal",
        what: "The digest of a layer is a path that leads out of the store.",
        ground: &[github_advisory!("CVE-2024-3727", "containers/image", "GHSA-6wvf-f2vw-3425")],
        make: || layer_digest("digest_traversal", "sha256:../../../outside"),
        findings: &[("DigestMalformed", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Refuse),
    },
    Case {
        name: "digest_uppercase",
        what: "The digest of the layer has upper-case digits, which sha256 does not allow.",
        ground: &[image_spec!("descriptor.md", "sha-256")],
        make: || {
            layer_digest(
                "digest_uppercase",
                "sha256:319A4FFE3657636C627D4B0105D38FB73936B1233540D3468DB5EF72ADE574F0",
            )
        },
        findings: &[("DigestMalformed", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Refuse),
    },
    Case {
        name: "digest_short",
        what: "The digest of the layer has only the first 16 of its 64 digits.",
        ground: &[image_spec!("descriptor.md", "sha-256")],
        make: || layer_digest("digest_short", "sha256:319a4ffe3657636c"),
        findings: &[("DigestMalformed", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Refuse),
    },
    Case {
        name: "digest_sha512",
        what: "The digest of the layer is its correct sha512, but the layer is stored under its sha256. Readers need not support sha512.",
        ground: &[image_spec!("descriptor.md", "sha-512")],
        make: || layer_digest("digest_sha512", SHA512),
        findings: &[
            ("BlobMissing", "index.json > manifests[0] > layers[0]"),
            ("Unreferenced", "blobs/sha256/319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0"),
        ],
        readers: readers(Refuse, Refuse, Accept),
    },
    Case {
        name: "digest_unknown",
        what: "The algorithm of the digest is not registered. Such a digest must pass validation, though no reader can verify it.",
        ground: &[image_spec!("descriptor.md", "digests")],
        make: || {
            layer_digest("digest_unknown", "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8")
        },
        findings: &[("DigestUnknown", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Accept),
    },
    Case {
        name: "size_short",
        what: "The descriptor's size is smaller than the layer. A reader should not trust content of another size.",
        ground: &[image_spec!("descriptor.md", "properties")],
        make: fixture! { manifest "size_short" { layer { descriptor: { size: 1024 } "bash" => "layer1" } } },
        findings: &[("ContentMismatch", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Accept),
    },
    Case {
        name: "size_long",
        what: "The descriptor's size is larger than the layer.",
        ground: &[image_spec!("descriptor.md", "properties")],
        make: fixture! { manifest "size_long" { layer { descriptor: { size: 4096 } "bash" => "layer1" } } },
        findings: &[("ContentMismatch", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Accept),
    },
    Case {
        name: "size_zero",
        what: "The descriptor's size is 0, which some readers take for an unknown size.",
        ground: &[image_spec!("descriptor.md", "properties")],
        make: fixture! { manifest "size_zero" { layer { descriptor: { size: 0 } "bash" => "layer1" } } },
        findings: &[("ContentMismatch", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Accept),
    },
    Case {
        name: "size_negative",
        what: "The descriptor's size is negative, which the specification does not allow. Some tools written in Go use `-1` for an unknown size.",
        ground: &[image_spec!("descriptor.md", "properties")],
        make: fixture! { manifest "size_negative" { layer { descriptor: { size: -5 } "bash" => "layer1" } } },
        findings: &[("FieldType", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Refuse),
    },
    Case {
        name: "size_overflow",
        what: "The descriptor's size is 2^63, which does not fit into the `int64` of the specification.",
        ground: &[image_spec!("descriptor.md", "properties")],
        make: fixture! {
            manifest "size_overflow" { layer { descriptor: { size: 9223372036854775808 } "bash" => "layer1" } }
        },
        findings: &[("FieldType", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Refuse, Refuse),
    },
    Case {
        name: "diff_ids_wrong",
        what: "The `diff_id` in the config belongs to another layer than the one in the manifest.",
        ground: &[image_spec!("config.md", "layer-diffid")],
        make: fixture! {
            manifest "diff_ids_wrong" {
                config { diff_ids: ["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"] }
                layer { "file" => "content" }
            }
        },
        findings: &[("DiffIdMismatch", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "diff_ids_short",
        what: "The config has fewer `diff_id`s than the manifest has layers.",
        ground: &[image_spec!("config.md", "layer-diffid")],
        make: fixture! {
            manifest "diff_ids_short" { config { diff_ids: [] } layer { "file" => "content" } }
        },
        findings: &[("DiffIdCount", "index.json > manifests[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "diff_ids_long",
        what: "The config has more `diff_id`s than the manifest has layers.",
        ground: &[image_spec!("config.md", "layer-diffid")],
        make: fixture! {
            manifest "diff_ids_long" {
                config {
                    diff_ids: [
                        "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                        "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    ],
                }
                layer { }
            }
        },
        findings: &[("DiffIdCount", "index.json > manifests[0]")],
        readers: readers(Survive, Accept, Accept),
    },
];

fn layer_digest(name: &str, digest: &str) -> Fixture {
    oci_image! {
        manifest (name) { layer { descriptor: { digest: digest } "bash" => "layer1" } }
    }
}

/// The digest that `sha512sum` prints for the layer.
const SHA512: &str = "sha512:e79c85ea03200649ffc96e155360e211fd51986fb694902e89e168aa81e7568b\
                      8a0f3973ce7b7d57f8cc643c389ceb5d1e6f2fca5236177e14273c0acc573993";
