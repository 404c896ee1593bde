//! Layers whose entries broke somebody.

use oci_fixture::{Content, oci_image};

use crate::case::{Case, fixture};
use crate::ground::report;
use crate::reaction::Reaction::{Accept, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "missing_parents",
        what: "The layer has a directory and a file in it, but no entry for the directory above them.",
        ground: &[
            report("https://github.com/moby/moby/issues/53257"),
            report("https://github.com/cloudfoundry/grootfs/issues/14"),
        ],
        make: fixture! {
            manifest "missing_parents" { layer gzip { "etc/dnf/", "etc/dnf/dnf.conf" => "content" } }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "missing_parents_of_a_hard_link",
        what: "The layer has a hard link, but no entry for the directory of the link.",
        ground: &[
            report("https://github.com/apple/container/issues/1797"),
            report("https://github.com/apple/containerization/pull/777"),
        ],
        make: fixture! {
            manifest "missing_parents_of_a_hard_link" { "bin/app" => "content", hardlink "bin/app.runfiles/app" -> "bin/app" }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "parents_of_a_lower_layer",
        what: "The upper layer has a file, and only the lower layer has its directory, whose mode must not change.",
        ground: &[
            report("https://github.com/opencontainers/image-spec/issues/1221"),
            report("https://github.com/containerd/containerd/issues/1723"),
        ],
        make: fixture! {
            manifest "parents_of_a_lower_layer" {
                layer { #[mode = 0o700] "etc/" }
                layer { "etc/file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "hard_link_over_layers",
        what: "A hard link leads to a file that only a lower layer has.",
        ground: &[
            report("https://github.com/opencontainers/image-spec/issues/1204"),
            report("https://github.com/quay/claircore/pull/474"),
        ],
        make: fixture! {
            manifest "hard_link_over_layers" {
                layer { "file" => "content" }
                layer { #[unchecked] hardlink "link" -> "file" }
            }
        },
        findings: &[("LinkTargetMissing", "index.json > manifests[0] > layers[1] > \"link\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "hard_link_whose_target_is_removed",
        what: "The lower layer has a file and a hard link to it, and the upper layer removes the file. The link must stay.",
        ground: &[report("https://github.com/appc/docker2aci/issues/98")],
        make: fixture! {
            manifest "hard_link_whose_target_is_removed" {
                layer { "file" => "content", hardlink "link" -> "file" }
                layer { whiteout "file" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "hard_link_whose_target_is_replaced",
        what: "The lower layer has a file and a hard link to it, and the upper layer replaces the file by a symbolic link.",
        ground: &[report("https://github.com/GoogleContainerTools/kaniko/issues/282")],
        make: fixture! {
            manifest "hard_link_whose_target_is_replaced" {
                layer { "bin/", "bin/git" => "content", "libexec/", hardlink "libexec/git" -> "bin/git" }
                layer { "bin/git" -> "../libexec/git" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "hard_link_to_a_symbolic_link",
        what: "A hard link leads to a symbolic link. It is another name of that link, and not of the file to which the link leads.",
        ground: &[report("https://github.com/containerd/containerd/pull/2458")],
        make: fixture! {
            manifest "hard_link_to_a_symbolic_link" { "file" => "content", "symlink" -> "file", hardlink "link" -> "symlink" }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "hard_link_of_an_absolute_target",
        what: "The target of a hard link begins with a slash, and is a path in the image nevertheless.",
        ground: &[
            report("https://github.com/confidential-containers/guest-components/issues/1148"),
            report("https://github.com/GoogleContainerTools/kaniko/pull/3354"),
        ],
        make: fixture! {
            manifest "hard_link_of_an_absolute_target" {
                "usr/bin/unzip" => "content",
                #[unchecked] hardlink "usr/bin/zipinfo" -> "/usr/bin/unzip",
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "hard_link_of_a_long_target",
        what: "The target of a hard link has more than 100 characters, so that it stands in a PAX header.",
        ground: &[report("https://github.com/confidential-containers/guest-components/issues/689")],
        make: || {
            let path = format!("usr/lib/{}", "long/".repeat(30));
            oci_image! {
                manifest "hard_link_of_a_long_target" {
                    (format!("{path}file")) => "content",
                    hardlink (format!("{path}link")) -> (format!("{path}file")),
                }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "long_path",
        what: "A path has more than 100 characters and no slash at which a ustar header could split it.",
        ground: &[
            report("https://github.com/GoogleContainerTools/jib/issues/91"),
            report("https://github.com/google/go-containerregistry/pull/1414"),
        ],
        make: fixture! { manifest "long_path" { (format!("usr/{}", "a".repeat(200))) => "content" } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "path_that_is_split",
        what: "A path has more than 100 characters, and is split into the name and the prefix of its header.",
        ground: &[
            report("https://github.com/bazelbuild/rules_docker/issues/1783"),
            report("https://github.com/linuxkit/linuxkit/issues/3015"),
        ],
        make: fixture! {
            manifest "path_that_is_split" { (format!("{}/{}", "a".repeat(120), "b".repeat(90))) => "content" }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "path_beyond_ascii",
        what: "A path has letters of two and of four bytes.",
        ground: &[report("https://github.com/GoogleContainerTools/jib/pull/627")],
        make: fixture! { manifest "path_beyond_ascii" { "stra\u{df}e/\u{1f980}" => "content" } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "path_that_is_not_utf_8",
        what: "A path is not UTF-8.",
        ground: &[report("https://github.com/opencontainers/image-spec/issues/1301")],
        make: fixture! { manifest "path_that_is_not_utf_8" { b"caf\xe9" => "content" } },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "sparse_file",
        what: "A file with a hole, which the tar leaves out in the old format of GNU tar. Layers should have none, and readers need \
               not know any format.",
        ground: &[
            report("https://github.com/opencontainers/image-spec/issues/733"),
            report("https://github.com/containers/storage/issues/1091"),
            report("https://github.com/Glyndor/podup/issues/1775"),
        ],
        make: fixture! {
            manifest "sparse_file" { #[sparse = "gnu"] "disk" => Content::sparse(1 << 20, [(1 << 19, "content")]) }
        },
        findings: &[("Sparse", "index.json > manifests[0] > layers[0] > \"disk\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "sparse_file_of_pax",
        what: "A file with a hole, which the tar leaves out in version 1.0 of the format in PAX records: a reader that does not know \
               it has a file of another name with a map before its content.",
        ground: &[
            report("https://github.com/podman-container-tools/podman/issues/25270"),
            report("https://github.com/aquaproj/aqua/issues/5001"),
        ],
        make: fixture! {
            manifest "sparse_file_of_pax" {
                #[sparse = "1.0"] "disk" => Content::sparse(1 << 20, [(1 << 19, "content")])
            }
        },
        findings: &[("Sparse", "index.json > manifests[0] > layers[0] > \"disk\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "capability",
        what: "A file has capabilities, in an extended attribute.",
        ground: &[
            report("https://github.com/GoogleContainerTools/kaniko/issues/1837"),
            report("https://github.com/moby/buildkit/issues/2250"),
        ],
        make: fixture! {
            manifest "capability" {
                #[mode = 0o755] #[xattr("security.capability", b"\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0")] "ping" => "content",
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "selinux_label",
        what: "A file has a label of SELinux, which not every machine lets a reader set.",
        ground: &[
            report("https://github.com/opencontainers/umoci/issues/49"),
            report("https://github.com/apptainer/singularity/issues/4578"),
        ],
        make: fixture! {
            manifest "selinux_label" {
                #[xattr("security.selinux", "system_u:object_r:bin_t:s0")] "file" => "content",
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "root_entry",
        what: "The layer has an entry for its root, with a mode.",
        ground: &[
            report("https://github.com/osscontainertools/kaniko/issues/841"),
            report("https://github.com/coreos/rpm-ostree/issues/5503"),
        ],
        make: fixture! { manifest "root_entry" { #[unchecked] #[mode = 0o700] "./", "file" => "content" } },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "global_pax_header",
        what: "The layer begins with a global PAX header, which `git archive` writes.",
        ground: &[report("https://github.com/moby/moby/issues/41496")],
        make: fixture! {
            manifest "global_pax_header" {
                entry { name: "pax_global_header", typeflag: "g", body: "52 comment=319a4ffe3657636c627d4b0105d38fb73936b123\n" }
                "file" => "content",
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "directory_becomes_a_symbolic_link",
        what: "The upper layer replaces a directory that has files by a symbolic link.",
        ground: &[
            report("https://github.com/GoogleContainerTools/kaniko/issues/380"),
            report("https://github.com/GoogleContainerTools/kaniko/issues/2308"),
        ],
        make: fixture! {
            manifest "directory_becomes_a_symbolic_link" {
                layer { "data/", "opt/", "opt/deployments/", "opt/deployments/file" => "content" }
                layer { "opt/deployments" -> "../data" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "symbolic_link_becomes_a_directory",
        what: "The upper layer replaces a symbolic link by a directory, and removes the directory to which the link led.",
        ground: &[
            report("https://github.com/GoogleContainerTools/kaniko/issues/3442"),
            report("https://github.com/reproducible-containers/diffoci/issues/183"),
        ],
        make: fixture! {
            manifest "symbolic_link_becomes_a_directory" {
                layer { "old/", "old/file" => "content", "things" -> "old" }
                layer { whiteout "old", "things/", "things/file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "directory_over_a_symbolic_link",
        what: "The lower layer has the symbolic link `lib`, and the upper layer the directory `lib` with a file, which hides what the link leads to.",
        ground: &[
            report("https://github.com/bazel-contrib/rules_oci/issues/857"),
            report("https://github.com/wolfi-dev/os/pull/68884"),
        ],
        make: fixture! {
            manifest "directory_over_a_symbolic_link" {
                layer { "usr/", "usr/lib/", "usr/lib/libc.so" => "content", "lib" -> "usr/lib" }
                layer { "lib/", "lib/driver.so" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "file_becomes_a_directory",
        what: "The lower layer has a file, and the upper layer a file below it, without an entry for the directory.",
        ground: &[report("https://github.com/opencontainers/umoci/pull/589")],
        make: fixture! {
            manifest "file_becomes_a_directory" {
                layer { "data" => "content" }
                layer { "data/file" => "content" }
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "whiteout_alone",
        what: "The only entry of the upper layer is a whiteout.",
        ground: &[report("https://github.com/containerd/containerd/issues/13030")],
        make: fixture! {
            manifest "whiteout_alone" {
                layer { "file" => "content", "other" => "content" }
                layer { whiteout "file" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "opaque_behind_a_dot_file",
        what: "The opaque whiteout stands behind a directory whose name sorts before it.",
        ground: &[report("https://github.com/moby/moby/pull/17819")],
        make: fixture! {
            manifest "opaque_behind_a_dot_file" {
                layer { "data/", "data/lower" => "content" }
                layer { "data/", "data/.a/", "data/.a/file" => "content", opaque "data", "data/upper" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "opaque_and_recreated",
        what: "A directory is removed and made anew in one layer: an opaque whiteout stands before its files.",
        ground: &[report("https://github.com/concourse/registry-image-resource/pull/284")],
        make: fixture! {
            manifest "opaque_and_recreated" {
                layer { "data/", "data/sub/", "data/sub/lower" => "content" }
                layer { "data/", opaque "data", "data/sub/", "data/sub/upper" => "content" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
];
