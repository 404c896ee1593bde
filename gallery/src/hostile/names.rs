//! Layers whose names lead out of them.

use crate::case::{Case, fixture};
use crate::ground::{advisory, github_advisory};
use crate::reaction::Reaction::{Accept, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "absolute_path",
        what: "A file has an absolute path.",
        ground: &[github_advisory!("CVE-2021-32804", "npm/node-tar", "GHSA-3jfq-g458-7qm9")],
        make: fixture! {
            manifest "absolute_path" { #[unchecked] "/tmp/oci-fixture-hostile/absolute" => "content" }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "parent_path",
        what: "The path of a file leads out of the layer by `..`.",
        ground: &[advisory("CVE-2007-4559", "https://nvd.nist.gov/vuln/detail/CVE-2007-4559")],
        make: fixture! { manifest "parent_path" { #[unchecked] "../../outside" => "content" } },
        findings: &[("PathEscapes", "index.json > manifests[0] > layers[0] > \"../../outside\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "symlink_then_write",
        what: "A symbolic link leads out of the layer, and a file is written through it.",
        ground: &[advisory("CVE-2014-6407", "https://nvd.nist.gov/vuln/detail/CVE-2014-6407")],
        make: fixture! {
            manifest "symlink_then_write" {
                #[unchecked] "link" -> "../..",
                #[unchecked] "link/outside" => "content",
            }
        },
        findings: &[
            ("LinkEscapes", "index.json > manifests[0] > layers[0] > \"link\""),
            ("ThroughSymlink", "index.json > manifests[0] > layers[0] > \"link/outside\""),
        ],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "symlink_as_root",
        what: "The root directory itself is a symbolic link, so that all later entries are written through it.",
        ground: &[github_advisory!("CVE-2021-29136", "opencontainers/umoci", "GHSA-9m95-8hx6-7p9v")],
        make: fixture! {
            manifest "symlink_as_root" {
                #[unchecked] "." -> "../..",
                "outside" => "content",
            }
        },
        findings: &[("LinkEscapes", "index.json > manifests[0] > layers[0] > \".\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "hardlink_outside",
        what: "A hard link leads to a file outside of the layer, and a file of the same name follows. A reader that writes into the existing file changes both.",
        ground: &[advisory("CVE-2018-20990", "https://rustsec.org/advisories/RUSTSEC-2018-0002.html")],
        make: fixture! {
            manifest "hardlink_outside" {
                #[unchecked] hardlink "link" -> "../../target",
                #[unchecked] "link" => "content",
            }
        },
        findings: &[
            ("LinkEscapes", "index.json > manifests[0] > layers[0] > \"link\""),
            ("EntryDuplicate", "index.json > manifests[0] > layers[0] > \"link\""),
        ],
        readers: readers(Survive, Accept, Accept),
    },
];
