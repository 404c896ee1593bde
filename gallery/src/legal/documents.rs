//! Legal images whose documents broke somebody.

use crate::case::{Case, fixture};
use crate::ground::report;
use crate::reaction::Reaction::{Accept, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "manifest_without_media_type",
        what: "The manifest has no `mediaType`, which is optional. A reader that recognises documents only by their `mediaType` cannot read this one.",
        ground: &[
            report("https://github.com/dotnet/sdk-container-builds/issues/567"),
            report("https://github.com/regclient/regclient/pull/436"),
        ],
        make: fixture! {
            manifest "manifest_without_media_type" { merge: { "mediaType": null } "file" => "content" }
        },
        findings: &[("MediaTypeMissing", "index.json > manifests[0]")],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "null_fields",
        what: "Four fields of the config and its history are `null`, which the specification allows for every optional field.",
        ground: &[
            report("https://github.com/aws/aws-lambda-base-images/issues/2"),
            report("https://github.com/opencontainers/image-spec/pull/333"),
        ],
        make: fixture! {
            manifest "null_fields" linux/amd64 {
                layer { "file" => "content" }
                config {
                    entrypoint: null, cmd: null, volumes: null, labels: null,
                    extend: { "history": null }
                }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "digests_of_sha512",
        what: "All digests are of sha512, which readers need not support, and all blobs are stored under these digests.",
        ground: &[
            report("https://github.com/moby/moby/issues/48241"),
            report("https://github.com/distribution/distribution/issues/4420"),
            report("https://github.com/google/go-containerregistry/pull/2427"),
        ],
        make: fixture! { #[sha512] manifest "digests_of_sha512" { layer gzip { "file" => "content" } } },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "index_without_media_type",
        what: "The index has no `mediaType`, which is optional.",
        ground: &[
            report("https://github.com/bazel-contrib/rules_oci/issues/839"),
            report("https://github.com/spegel-org/spegel/issues/172"),
        ],
        make: fixture! {
            index "index_without_media_type" { merge: { "mediaType": null } linux/amd64 { "file" => "content" } }
        },
        findings: &[("MediaTypeMissing", "index.json > manifests[0]")],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "entry_without_platform",
        what: "The index lists a manifest without a platform, which is optional.",
        ground: &[
            report("https://github.com/docker/buildx/pull/1144"),
            report("https://github.com/Homebrew/brew/issues/17395"),
        ],
        make: fixture! { index "entry_without_platform" { manifest { "file" => "content" } } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "attestation",
        what: "Beside the image the index lists an attestation, whose platform is `unknown/unknown`, and which is no image.",
        ground: &[
            report("https://github.com/docker/buildx/issues/3047"),
            report("https://github.com/PNRxA/openposterdb/pull/45"),
        ],
        make: fixture! {
            index "attestation" {
                'image: linux/amd64 { "file" => "content" }
                unknown/unknown {
                    descriptor: {
                        annotations: {
                            "vnd.docker.reference.digest": 'image.digest,
                            "vnd.docker.reference.type": "attestation-manifest",
                        }
                    }
                    blob "application/vnd.in-toto+json" {
                        content: json { "_type": "https://in-toto.io/Statement/v0.1", "predicate": {} },
                        diff_id: true,
                    }
                }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "image_without_layers",
        what: "The image has a config and no layers.",
        ground: &[
            report("https://github.com/reproducible-containers/diffoci/issues/51"),
            report("https://github.com/moby/moby/issues/47065"),
        ],
        make: fixture! { manifest "image_without_layers" linux/amd64 {} },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "index_without_amd64",
        what: "The index has images of two platforms, neither of which is linux/amd64. A tool that expects linux/amd64 finds no image.",
        ground: &[
            report("https://github.com/giantswarm/retagger/pull/1234"),
            report("https://github.com/PicPeak/picpeak/pull/480"),
        ],
        make: fixture! {
            index "index_without_amd64" { linux/arm64 { "file" => "arm64" } linux/s390x { "file" => "s390x" } }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "arm64_with_variant",
        what: "The platform in the index is `linux/arm64/v8`, the long form of `linux/arm64`.",
        ground: &[
            report("https://github.com/containerd/containerd/issues/2133"),
            report("https://github.com/buildbuddy-io/buildbuddy/pull/7744"),
        ],
        make: fixture! { index "arm64_with_variant" { linux/arm64/v8 { "file" => "content" } } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "arm64_without_variant",
        what: "The platform in the index is `linux/arm64`, but a reader may ask for `linux/arm64/v8`.",
        ground: &[report("https://github.com/containers/image/issues/898")],
        make: fixture! { index "arm64_without_variant" { linux/arm64 { "file" => "content" } } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "variant_in_the_index_alone",
        what: "The index says `linux/arm64/v8`, and the config has no variant.",
        ground: &[
            report("https://github.com/docker-library/official-images/issues/16859"),
            report("https://github.com/influxdata/influxdata-docker/issues/751"),
        ],
        make: fixture! {
            index "variant_in_the_index_alone" {
                linux/arm64 { descriptor: { platform: linux/arm64/v8 } "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "nested_index",
        what: "An index lists another index, which lists the images.",
        ground: &[report("https://github.com/helm/helm/issues/31775")],
        make: fixture! {
            index "nested_index" { index { linux/amd64 { "file" => "amd64" } linux/arm64 { "file" => "arm64" } } }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "chart_beside_an_image",
        what: "One index lists an image and a Helm chart.",
        ground: &[report("https://github.com/helm/helm/issues/31775")],
        make: fixture! {
            index "chart_beside_an_image" {
                linux/amd64 { "file" => "content" }
                manifest {
                    config "application/vnd.cncf.helm.config.v1+json" => json { "name": "chart", "version": "1.0.0" },
                    layer "application/vnd.cncf.helm.chart.content.v1.tar+gzip" gzip { "chart/Chart.yaml" => "name: chart" }
                }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "no_name",
        what: "The entry of index.json has no annotations, so that the image has no name.",
        ground: &[report("https://github.com/apple/containerization/issues/369")],
        make: fixture! { manifest linux/amd64 { "file" => "content" } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "name_in_the_tag",
        what: "`org.opencontainers.image.ref.name` is a whole reference, and not only a tag.",
        ground: &[
            report("https://github.com/moby/buildkit/issues/4615"),
            report("https://github.com/containers/image/pull/318"),
        ],
        make: fixture! {
            manifest linux/amd64 {
                descriptor: { annotations: { "org.opencontainers.image.ref.name": "example.org/name_in_the_tag:1.0.0" } }
                "file" => "content",
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "two_names_of_one_image",
        what: "Two entries of index.json refer to one image by two names.",
        ground: &[
            report("https://github.com/podman-container-tools/podman/issues/29196"),
            report("https://github.com/opencontainers/image-spec/issues/796"),
        ],
        make: fixture! {
            'image: manifest "two_names_of_one_image:1" linux/amd64 { "file" => "content" }
            tag "two_names_of_one_image:2" => 'image
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "year_1",
        what: "The creation time in the config is in the year 1, which is the zero value of times in Go.",
        ground: &[report("https://github.com/chainguard-dev/apko/issues/128")],
        make: fixture! {
            manifest "year_1" linux/amd64 { config { created: "0001-01-01T00:00:00Z" } "file" => "content" }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "year_1970",
        what: "The creation time in the config is the beginning of 1970, as in reproducible images.",
        ground: &[report("https://github.com/GoogleContainerTools/distroless/issues/288")],
        make: fixture! {
            manifest "year_1970" linux/amd64 { config { created: "1970-01-01T00:00:00Z" } "file" => "content" }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "no_time",
        what: "The config has no creation time, which is optional.",
        ground: &[report("https://github.com/moby/moby/issues/47368")],
        make: fixture! { manifest "no_time" linux/amd64 { config { cmd: ["/file"] } "file" => "content" } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "schema_1",
        what: "A manifest of Docker's first schema, which lists its layers as `fsLayers`, and has no config.",
        ground: &[
            report("https://github.com/moby/moby/issues/44521"),
            report("https://github.com/google/go-containerregistry/issues/296"),
        ],
        make: fixture! {
            #[unlisted] 'layer: blob "application/octet-stream" => "a layer",
            'manifest: blob "application/vnd.docker.distribution.manifest.v1+prettyjws" => json {
                "schemaVersion": 1,
                "name": "library/schema_1",
                "tag": "latest",
                "architecture": "amd64",
                "fsLayers": [{ "blobSum": 'layer.digest }],
                "history": [{ "v1Compatibility": "{\"id\":\"1\",\"architecture\":\"amd64\",\"os\":\"linux\"}" }],
            },
        },
        findings: &[(
            "Unreferenced",
            "blobs/sha256/e28d98ac666afd34f089b971a663264d54d67a60ddc82996d48d8f3c204eb75f",
        )],
        readers: readers(Survive, Accept, Survive),
    },
];
