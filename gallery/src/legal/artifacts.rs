//! Artifacts and other nodes that are no images, in places where a reader expects an image.

use oci_fixture::Content;

use crate::case::{Case, fixture};
use crate::ground::report;
use crate::reaction::Reaction::{Accept, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "helm_chart",
        what: "A Helm chart, whose config is no config of an image.",
        ground: &[
            report("https://github.com/aboutcode-org/scancode.io/issues/1675"),
            report("https://github.com/opencost/opencost-helm-chart/issues/375"),
        ],
        make: fixture! {
            manifest "helm_chart" {
                config "application/vnd.cncf.helm.config.v1+json" => json { "name": "chart", "version": "1.0.0", "apiVersion": "v2" },
                layer "application/vnd.cncf.helm.chart.content.v1.tar+gzip" gzip { "chart/Chart.yaml" => "name: chart" }
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "helm_chart_with_provenance",
        what: "A Helm chart with a second layer, which is its provenance.",
        ground: &[report("https://github.com/helm/helm/issues/30890")],
        make: fixture! {
            manifest "helm_chart_with_provenance" {
                config "application/vnd.cncf.helm.config.v1+json" => json { "name": "chart", "version": "1.0.0", "apiVersion": "v2" },
                layer "application/vnd.cncf.helm.chart.content.v1.tar+gzip" gzip { "chart/Chart.yaml" => "name: chart" }
                blob "application/vnd.cncf.helm.chart.provenance.v1.prov" => "-----BEGIN PGP SIGNED MESSAGE-----",
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "cosign_signature",
        what: "A signature as cosign writes it: an image whose layer is a JSON document, under a tag that names a digest.",
        ground: &[
            report("https://github.com/AliyunContainerService/image-syncer/issues/101"),
            report("https://github.com/sigstore/docs/issues/259"),
        ],
        make: fixture! {
            'image: manifest "cosign_signature" linux/amd64 { "file" => "content" }
            manifest "cosign_signature:sha256-" + 'image.hex + ".sig" {
                blob "application/vnd.dev.cosign.simplesigning.v1+json" {
                    content: json {
                        "critical": {
                            "identity": { "docker-reference": "" },
                            "image": { "docker-manifest-digest": 'image.digest },
                            "type": "cosign container image signature",
                        },
                        "optional": null,
                    },
                    descriptor: { annotations: { "dev.cosignproject.cosign/signature": "MEUCIQ==" } },
                    diff_id: true,
                }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "referrers_tag",
        what: "An index under the fallback tag of the referrers of an image, and the image that refers to it.",
        ground: &[
            report("https://github.com/oras-project/oras-go/issues/1396"),
            report("https://github.com/opencontainers/distribution-spec/pull/563"),
        ],
        make: fixture! {
            'image: manifest "referrers_tag" linux/amd64 { "file" => "content" }
            index "referrers_tag:sha256-" + 'image.hex {
                manifest {
                    artifact_type: "application/spdx+json",
                    subject: 'image,
                    blob "application/spdx+json" => json { "spdxVersion": "SPDX-2.3" },
                }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "artifact_with_empty_config",
        what: "An artifact, whose config is the empty one of the specification.",
        ground: &[
            report("https://github.com/containers/image/issues/2279"),
            report("https://github.com/containerd/containerd/issues/11907"),
        ],
        make: fixture! {
            manifest "artifact_with_empty_config" {
                artifact_type: "application/vnd.example+type",
                blob "application/vnd.unknown.layer.v1+txt" => "content",
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "artifact_with_tar_layers",
        what: "An artifact whose layers are tars of files, as those of an image are.",
        ground: &[report("https://github.com/containerd/containerd/issues/11907")],
        make: fixture! {
            manifest "artifact_with_tar_layers" {
                artifact_type: "application/vnd.example+type",
                layer gzip { "model.joblib" => "content" }
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "config_without_rootfs",
        what: "A WebAssembly artifact, whose config has no `rootfs`.",
        ground: &[report("https://github.com/containerd/runwasi/issues/854")],
        make: fixture! {
            manifest "config_without_rootfs" {
                config "application/vnd.wasm.config.v0+json" => json { "architecture": "wasm", "os": "wasip1", "layerDigests": [] },
                blob "application/wasm" => b"\0asm\x01\0\0\0",
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "homebrew_bottle",
        what: "A package of Homebrew: an index of images of macOS with versions, whose layer is the package.",
        ground: &[
            report("https://github.com/Homebrew/brew/pull/11021"),
            report("https://github.com/opencontainers/artifacts/pull/29"),
        ],
        make: fixture! {
            index "homebrew_bottle" {
                annotations: { "com.github.package.type": "homebrew_bottle", "org.opencontainers.image.ref.name": "1.0.0" }
                "darwin(macOS%2013.0)/arm64" {
                    descriptor: {
                        annotations: {
                            "org.opencontainers.image.ref.name": "1.0.0.arm64_ventura",
                            "sh.brew.bottle.digest": "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
                        }
                    }
                    layer gzip { "bottle/1.0.0/README.md" => "content" }
                }
                linux/amd64 { layer gzip { "bottle/1.0.0/README.md" => "content" } }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "encrypted_layer",
        what: "The layer is encrypted, as its media type says.",
        ground: &[
            report("https://github.com/containerd/imgcrypt/issues/95"),
            report("https://github.com/containers/ocicrypt/pull/68"),
        ],
        make: fixture! {
            manifest "encrypted_layer" {
                blob "application/vnd.oci.image.layer.v1.tar+gzip+encrypted" {
                    content: Content::random(1, 2048),
                    descriptor: { annotations: { "org.opencontainers.image.enc.pubopts": "eyJjaXBoZXIiOiJBRVNfMjU2X0NUUl9ITUFDX1NIQTI1NiJ9" } },
                }
                config { diff_ids: ["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"] }
            }
        },
        findings: &[("AnnotationReserved", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
];
