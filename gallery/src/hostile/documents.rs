//! Images whose documents are hostile: what a parser or a runtime makes of them.

use oci_fixture::{Fixture, Index, Label, Manifest};

use crate::case::{Case, fixture};
use crate::ground::{github_advisory, image_spec, sentence};
use crate::reaction::Reaction::{Accept, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "manifest_and_index",
        what: "A manifest that is also an index, and has no media type to tell which. A reader that verifies it as the one may run it as the other.",
        ground: &[github_advisory!("CVE-2021-41190", "opencontainers/image-spec", "GHSA-77vh-xpmg-72qh")],
        make: fixture! {
            'other: linux/amd64 { "file" => "of the index" }
            manifest "manifest_and_index" {
                merge: { "mediaType": null }
                extend: { "manifests": [{
                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "digest": 'other.digest, "size": 397,
                }] }
                "file" => "of the manifest",
            }
        },
        findings: &[
            ("ManifestAndIndex", "index.json > manifests[1]"),
            ("MediaTypeMissing", "index.json > manifests[1]"),
        ],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "duplicate_keys",
        what: "The key `layers` occurs twice, which the specification forbids. Some parsers take the first value, some take the last, and some refuse the document.",
        ground: &[image_spec!("considerations.md", "json")],
        make: fixture! { manifest "duplicate_keys" { extend: { "layers": [] } "file" => "content" } },
        findings: &[("KeyDuplicate", "index.json > manifests[0]")],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "case_variant_keys",
        what: "The keys `layers` and `LAYERS`. Go's encoding/json takes both for the same key; other parsers do not.",
        ground: &[sentence("Go's encoding/json", "https://pkg.go.dev/encoding/json#Unmarshal")],
        make: fixture! { manifest "case_variant_keys" { extend: { "LAYERS": [] } "file" => "content" } },
        findings: &[("KeyCase", "index.json > manifests[0]")],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "large_manifest",
        what: "A manifest of more than 4 MiB. Readers must support at least 4 MiB, and a reader without any limit can be made to run out of memory.",
        ground: &[
            sentence(
                "distribution-spec",
                "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests",
            ),
            github_advisory!("CVE-2023-25153", "containerd/containerd", "GHSA-259w-8hf6-59c2"),
        ],
        make: fixture! {
            manifest "large_manifest" { annotations: { "padding": " ".repeat(4 << 20) } "file" => "content" }
        },
        findings: &[("LimitExceeded", "index.json > manifests[0]")],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "deep_index",
        what: "100 indexes, each inside another. The specification allows nested indexes, and sets no limit on the depth.",
        ground: &[image_spec!("image-index.md", "image-index-property-descriptions")],
        make: || {
            let inner =
                (1..100).fold(Index::new().with(Manifest::new()), |inner, _| Index::new().with(inner));
            Fixture::new().with(inner.reference("deep_index"))
        },
        findings: &[],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "diamond",
        what: "30 indexes, each of which lists the one below it twice. They take 12 KB, but a reader that does not remember which digests it has visited visits 2^30 manifests.",
        ground: &[image_spec!("image-index.md", "image-index-property-descriptions")],
        make: || {
            let mut index = Index::new().with(Manifest::new());
            for level in 0..30 {
                let below = Label::new(&format!("level-{level}"), index);
                index = Index::new().with(&below).with(below.again());
            }
            Fixture::new().with(index.reference("diamond"))
        },
        findings: &[],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "user_overflow",
        what: "The user is 2^32, which becomes root in a program that cuts it to 32 bits.",
        ground: &[github_advisory!("CVE-2024-40635", "containerd/containerd", "GHSA-265r-hfxg-fhmg")],
        make: fixture! { manifest "user_overflow" { config { user: 4294967296 } } },
        findings: &[],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "volume_traversal",
        what: "The path of a volume leads out of the image, so that files of the host are copied into the volume.",
        ground: &[github_advisory!("CVE-2022-23648", "containerd/containerd", "GHSA-crp2-qrr5-8pq7")],
        make: fixture! { manifest "volume_traversal" { config { volumes: ["/../../../../../../etc"] } } },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "working_dir_of_the_runtime",
        what: "The working directory is a file descriptor of the runtime that leads to the host.",
        ground: &[github_advisory!("CVE-2024-21626", "opencontainers/runc", "GHSA-xr7r-f8xq-vfvv")],
        make: fixture! {
            manifest "working_dir_of_the_runtime" { config { working_dir: "/proc/self/fd/7" } }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "foreign_layer",
        what: "The URL of a layer leads to a host inside the reader's network. Some readers sent their credentials there.",
        ground: &[github_advisory!("CVE-2020-15157", "containerd/containerd", "GHSA-742w-89gc-8m9c")],
        make: fixture! {
            manifest "foreign_layer" {
                dangling {
                    media_type: "application/vnd.oci.image.layer.nondistributable.v1.tar",
                    digest: "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    size: 1024,
                    urls: ["http://169.254.169.254/latest/meta-data/"],
                }
                config { diff_ids: ["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"] }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
];
