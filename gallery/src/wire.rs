//! Cases on the wire: the stored images are right, and the answers of the registry that serves them are not.
//!
//! A client pulls each as `app:1` from the registry that `Fixture::serve` starts.

use crate::case::{Case, fixture};
use crate::ground::{report, sentence};
use crate::reaction::Reaction::{Accept, Refuse, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "busy_registry",
        what: "The first request for the manifest is answered `503`, with a `Retry-After`.",
        ground: &[report("https://github.com/containerd/containerd/issues/10447")],
        make: fixture! {
            #[http(status = 503, header("Retry-After", "1"), times = 1)]
            manifest "app:1" linux/amd64 { "file" => "content" }
        },
        findings: &[],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "too_many_requests",
        what: "The first request for a layer is answered `429`.",
        ground: &[report("https://github.com/containers/image/issues/618")],
        make: fixture! {
            manifest "app:1" linux/amd64 { #[http(status = 429, times = 1)] layer { "file" => "content" } }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "no_digest_with_a_head",
        what: "The answer to a `HEAD` of the manifest has no digest.",
        ground: &[report("https://github.com/distribution/distribution/issues/3792")],
        make: fixture! {
            #[http(header("Docker-Content-Digest", null), method = "HEAD")]
            manifest "app:1" linux/amd64 { "file" => "content" }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "no_length",
        what: "The answer with a layer has no `Content-Length`, and ends with the connection.",
        ground: &[
            report("https://github.com/containerd/containerd/issues/5124"),
            report("https://github.com/google/go-containerregistry/issues/1061"),
        ],
        make: fixture! {
            manifest "app:1" linux/amd64 { #[http(header("Content-Length", null))] layer { "file" => "content" } }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "chunked_layer",
        what: "The answer with a layer comes in chunks, without a length.",
        ground: &[report("https://github.com/containerd/containerd/issues/5124")],
        make: fixture! { manifest "app:1" linux/amd64 { #[http(chunked)] layer { "file" => "content" } } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "layer_that_breaks_off",
        what: "The answer with a layer always ends before its last byte.",
        ground: &[
            report("https://github.com/google/go-containerregistry/issues/1500"),
            report("https://github.com/containerd/containerd/issues/3974"),
        ],
        make: fixture! { manifest "app:1" linux/amd64 { #[http(cut = -1)] layer { "file" => "content" } } },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "layer_that_is_reset",
        what: "The connection is reset once, in the middle of a layer.",
        ground: &[
            report("https://github.com/containerd/containerd/issues/11365"),
            report("https://github.com/containers/podman/issues/8503"),
        ],
        make: fixture! {
            manifest "app:1" linux/amd64 { #[http(cut = 1000, reset, times = 1)] layer { "file" => "content" } }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "no_ranges",
        what: "The answer with a layer breaks off once, and the registry supports no ranges, so it sends the whole layer again.",
        ground: &[report("https://github.com/docker/model-runner/pull/873")],
        make: fixture! {
            manifest "app:1" linux/amd64 {
                #[http(cut = 1000, times = 1)] #[http(ranges = false)] layer { "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "error_in_place_of_a_layer",
        what: "A request for a layer is answered with the JSON of an error, and the status 200.",
        ground: &[report("https://github.com/oras-project/rust-oci-client/issues/64")],
        make: fixture! {
            manifest "app:1" linux/amd64 {
                #[http(body = json { "errors": [{ "code": "BLOB_UNKNOWN" }] })] layer { "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Refuse, Refuse, Accept),
    },
    Case {
        name: "no_http",
        what: "A request for the manifest is answered with bytes that are not HTTP.",
        ground: &[report("https://github.com/regclient/regclient/issues/268")],
        make: fixture! {
            #[http(raw = "SSH-2.0-OpenSSH_9.2\r\n")] manifest "app:1" linux/amd64 { "file" => "content" }
        },
        findings: &[],
        readers: readers(Refuse, Refuse, Refuse),
    },
    Case {
        name: "redirect_to_another_origin",
        what: "A request for a layer is redirected to another origin, which refuses requests with credentials.",
        ground: &[
            report("https://github.com/open-policy-agent/opa/issues/6580"),
            report("https://github.com/renovatebot/renovate/issues/3877"),
        ],
        make: fixture! { manifest "app:1" linux/amd64 { #[http(redirect)] layer { "file" => "content" } } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "another_manifest",
        what: "A request for the manifest is answered with another manifest, and with the digest of the right one.",
        ground: &[sentence(
            "distribution-spec",
            "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests",
        )],
        make: fixture! {
            #[http(body = json { "schemaVersion": 2, "config": {}, "layers": [] })]
            manifest "app:1" linux/amd64 { "file" => "content" }
        },
        findings: &[],
        readers: readers(Refuse, Refuse, Refuse),
    },
];
