//! Layers whose media types and compression broke somebody.

use oci_fixture::{Gzip, Zstd, oci_image};

use crate::case::{Case, fixture};
use crate::ground::report;
use crate::reaction::Reaction::{Accept, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "windows_base_layer",
        what: "An image for Windows, whose base layer is not stored: its descriptor has a URL for it.",
        ground: &[
            report("https://github.com/moby/moby/issues/27580"),
            report("https://github.com/podman-container-tools/skopeo/issues/545"),
        ],
        make: fixture! {
            manifest "windows_base_layer" "windows(10.0.17763.5329)/amd64" {
                dangling {
                    media_type: "application/vnd.oci.image.layer.nondistributable.v1.tar",
                    digest: "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    size: 1024,
                    urls: ["https://mcr.microsoft.com/v2/windows/nanoserver/blobs/sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"],
                    diff_id: true,
                }
                layer gzip { "Files/", "Files/app.exe" => "MZ", "Hives/" }
            }
        },
        findings: &[],
        readers: readers(Survive, Survive, Accept),
    },
    Case {
        name: "docker_layer_in_an_oci_manifest",
        what: "The manifest is OCI's, and its layer has Docker's media type. The specification calls the two compatible.",
        ground: &[
            report("https://github.com/podman-container-tools/buildah/issues/5272"),
            report("https://github.com/dotnet/sdk/issues/48639"),
        ],
        make: fixture! {
            manifest "docker_layer_in_an_oci_manifest" {
                layer gzip { descriptor: { media_type: "application/vnd.docker.image.rootfs.diff.tar.gzip" } "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "oci_layer_in_a_docker_manifest",
        what: "The manifest is Docker's, and its layer has OCI's media type.",
        ground: &[
            report("https://github.com/containers/image/issues/2972"),
            report("https://github.com/imjasonh/kontain.me/issues/222"),
        ],
        make: fixture! {
            #[docker] manifest "oci_layer_in_a_docker_manifest" {
                layer gzip { descriptor: { media_type: "application/vnd.oci.image.layer.v1.tar+gzip" } "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "docker_zstd_layer",
        what: "A layer whose media type is in no specification, but which Docker writes: `application/vnd.docker.image.rootfs.diff.tar.zstd`.",
        ground: &[
            report("https://github.com/containers/image/pull/2906"),
            report("https://github.com/anchore/stereoscope/pull/487"),
        ],
        make: fixture! {
            #[docker] manifest "docker_zstd_layer" {
                layer zstd { descriptor: { media_type: "application/vnd.docker.image.rootfs.diff.tar.zstd" } "file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "zstd_layer",
        what: "The layer is compressed with zstd.",
        ground: &[
            report("https://github.com/podman-container-tools/skopeo/issues/1286"),
            report("https://github.com/ostreedev/ostree-rs-ext/issues/608"),
        ],
        make: fixture! { manifest "zstd_layer" { layer zstd { "file" => "content" } } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "zstd_chunked",
        what: "A layer in the format `zstd:chunked`: several frames, and a table of contents in a skippable frame behind them.",
        ground: &[
            report("https://github.com/bootc-dev/bootc/issues/2408"),
            report("https://github.com/containers/storage/issues/2332"),
        ],
        make: || {
            // The magic number of a skippable frame, its length, and its content.
            let table = b"\x50\x2a\x4d\x18\x08\0\0\0metadata";
            oci_image! {
                manifest "zstd_chunked" {
                    layer (Zstd::stored().frames(3).suffix(table)) {
                        descriptor: { annotations: { "io.github.containers.zstd-chunked.manifest-position": "1024:8:8:1" } }
                        "file" => "content",
                    }
                }
            }
        },
        findings: &[
            ("StreamsSeveral", "index.json > manifests[0] > layers[0]"),
            ("StreamsSkipped", "index.json > manifests[0] > layers[0]"),
        ],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "estargz",
        what: "A layer in the format eStargz: several gzip members, a file that marks the end of what is prefetched, and a table of contents as the last file.",
        ground: &[
            report("https://github.com/google/crfs/pull/28"),
            report("https://github.com/containerd/stargz-snapshotter/issues/904"),
        ],
        make: fixture! {
            manifest "estargz" {
                layer (Gzip::stored().members(3)) {
                    descriptor: { annotations: { "containerd.io/snapshot/stargz/toc.digest": "sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0" } }
                    "bin/", "bin/app" => "content", ".no.prefetch.landmark" => b"\x0f",
                    "stargz.index.json" => json { "version": 1, "entries": [{ "name": "bin/", "type": "dir" }] },
                }
            }
        },
        findings: &[("StreamsSeveral", "index.json > manifests[0] > layers[0]")],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "the_same_layer_twice",
        what: "The manifest lists one layer twice. A puller whose second download waits for the first may wait for ever.",
        ground: &[
            report("https://github.com/containerd/containerd/pull/3583"),
            report("https://github.com/confidential-containers/guest-components/pull/77"),
        ],
        make: fixture! {
            manifest "the_same_layer_twice" {
                'twice: layer gzip { "opt/", "opt/file" => "content" }
                'twice,
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "the_same_empty_layer_often",
        what: "The manifest lists one empty layer three times.",
        ground: &[
            report("https://github.com/uber-archive/makisu/pull/203"),
            report("https://github.com/hpc/charliecloud/issues/1568"),
        ],
        make: fixture! {
            manifest "the_same_empty_layer_often" {
                'empty: layer gzip {}
                layer { "file" => "content" }
                'empty, 'empty,
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "many_layers",
        what: "The image has 130 layers, more than some file systems can stack.",
        ground: &[report("https://github.com/JasonN3/build-container-installer/pull/205")],
        make: fixture! {
            manifest "many_layers" { for number in 0..130 { layer { (format!("file-{number}")) => "content" } } }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
];
