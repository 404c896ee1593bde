//! Cases on the wire: what is stored is right, and the registry that serves it is not.
//!
//! Each is pulled as `app:1`. Only a registry shows its faults: `Fixture::serve`.

use oci_fixture::oci_image;

use crate::case::Case;
use crate::ground::{report, sentence};
use crate::reaction::Reaction::{Accept, Refuse, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "busy_registry",
        what: "The manifest is answered `503` once, with a `Retry-After`.",
        ground: &[report("https://github.com/containerd/containerd/issues/10447")],
        make: || {
            oci_image! {
                #[http(status = 503, header("Retry-After", "1"), times = 1)]
                manifest "app:1" linux/amd64 { "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Survive),
    },
    Case {
        name: "too_many_requests",
        what: "A layer is answered `429` once.",
        ground: &[report("https://github.com/containers/image/issues/618")],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 { #[http(status = 429, times = 1)] layer { "file" => "content" } }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "no_digest_with_a_head",
        what: "The answer to a `HEAD` of the manifest does not say its digest.",
        ground: &[report("https://github.com/distribution/distribution/issues/3792")],
        make: || {
            oci_image! {
                #[http(header("Docker-Content-Digest", null), method = "HEAD")]
                manifest "app:1" linux/amd64 { "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "no_length",
        what: "The answer for a layer has no `Content-Length`, and ends with the connection.",
        ground: &[
            report("https://github.com/containerd/containerd/issues/5124"),
            report("https://github.com/google/go-containerregistry/issues/1061"),
        ],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 { #[http(header("Content-Length", null))] layer { "file" => "content" } }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "chunked_layer",
        what: "The answer for a layer comes in chunks, without a length.",
        ground: &[report("https://github.com/containerd/containerd/issues/5124")],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 { #[http(chunked)] layer { "file" => "content" } }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "layer_that_breaks_off",
        what: "The answer for a layer always ends before its last byte.",
        ground: &[
            report("https://github.com/google/go-containerregistry/issues/1500"),
            report("https://github.com/containerd/containerd/issues/3974"),
        ],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 { #[http(cut = -1)] layer { "file" => "content" } }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "layer_that_is_reset",
        what: "The connection is reset within a layer, once.",
        ground: &[
            report("https://github.com/containerd/containerd/issues/11365"),
            report("https://github.com/containers/podman/issues/8503"),
        ],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 { #[http(cut = 1000, reset, times = 1)] layer { "file" => "content" } }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "no_ranges",
        what: "A layer breaks off once, and the registry knows no ranges, so that it sends the whole layer again.",
        ground: &[report("https://github.com/docker/model-runner/pull/873")],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 {
                    #[http(cut = 1000, times = 1)] #[http(ranges = false)] layer { "file" => "content" }
                }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "error_in_place_of_a_layer",
        what: "A layer is answered with the JSON of an error, and the status 200.",
        ground: &[report("https://github.com/oras-project/rust-oci-client/issues/64")],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 {
                    #[http(body = json { "errors": [{ "code": "BLOB_UNKNOWN" }] })] layer { "file" => "content" }
                }
            }
        },
        findings: &[],
        readers: readers(Refuse, Refuse, Accept),
    },
    Case {
        name: "no_http",
        what: "The manifest is answered with bytes that are no HTTP.",
        ground: &[report("https://github.com/regclient/regclient/issues/268")],
        make: || {
            oci_image! {
                #[http(raw = "SSH-2.0-OpenSSH_9.2\r\n")] manifest "app:1" linux/amd64 { "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Refuse, Refuse, Refuse),
    },
    Case {
        name: "redirect_to_another_origin",
        what: "A layer is redirected to another origin, which refuses a request with credentials.",
        ground: &[
            report("https://github.com/open-policy-agent/opa/issues/6580"),
            report("https://github.com/renovatebot/renovate/issues/3877"),
        ],
        make: || {
            oci_image! {
                manifest "app:1" linux/amd64 { #[http(redirect)] layer { "file" => "content" } }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "another_manifest",
        what: "The manifest is answered with another one, and the digest of the right one.",
        ground: &[sentence(
            "distribution-spec",
            "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests",
        )],
        make: || {
            oci_image! {
                #[http(body = json { "schemaVersion": 2, "config": {}, "layers": [] })]
                manifest "app:1" linux/amd64 { "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Refuse, Refuse, Refuse),
    },
];
