//! Broken images: each fault after sealing on each kind of node, so that a blob is missing or does not have its digest.

use crate::case::{Case, fixture};
use crate::ground::{Ground, sentence};
use crate::reaction::Reaction::{Accept, Refuse, Survive};
use crate::reaction::readers;

const BLOBS: Ground = sentence(
    "image-layout.md",
    "https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs",
);

/// A case for each kind of node, all with one fault.
macro_rules! each_node {
    ($name:literal, $what:literal, $finding:literal, #[$($fault:tt)*]) => {
        &[
            Case {
                name: concat!($name, "_index"),
                what: concat!("An index ", $what),
                ground: &[BLOBS],
                make: fixture! {
                    #[$($fault)*] index (concat!($name, "_index")) { linux/amd64 { "file" => "content" } }
                },
                findings: &[($finding, "index.json > manifests[0]")],
                readers: readers(Refuse, Refuse, Refuse),
            },
            Case {
                name: concat!($name, "_manifest"),
                what: concat!("A manifest ", $what),
                ground: &[BLOBS],
                make: fixture! {
                    #[$($fault)*] manifest (concat!($name, "_manifest")) linux/amd64 { "file" => "content" }
                },
                findings: &[($finding, "index.json > manifests[0]")],
                readers: readers(Refuse, Refuse, Refuse),
            },
            Case {
                name: concat!($name, "_config"),
                what: concat!("A config ", $what),
                ground: &[BLOBS],
                make: fixture! {
                    manifest (concat!($name, "_config")) linux/amd64 {
                        "file" => "content",
                        #[$($fault)*] config { cmd: ["/file"] }
                    }
                },
                findings: &[($finding, "index.json > manifests[0] > config")],
                readers: readers(Survive, Refuse, Refuse),
            },
            Case {
                name: concat!($name, "_layer"),
                what: concat!("A layer ", $what),
                ground: &[BLOBS],
                make: fixture! {
                    manifest (concat!($name, "_layer")) linux/amd64 {
                        #[$($fault)*] layer gzip { "file" => "content" }
                    }
                },
                findings: &[($finding, "index.json > manifests[0] > layers[0]")],
                readers: readers(Refuse, Refuse, Accept),
            },
            Case {
                name: concat!($name, "_blob"),
                what: concat!("The blob of an artifact ", $what),
                ground: &[BLOBS],
                make: fixture! {
                    manifest (concat!($name, "_blob")) {
                        artifact_type: "application/vnd.example",
                        #[$($fault)*] blob "application/vnd.example" => "a blob of some bytes"
                    }
                },
                findings: &[($finding, "index.json > manifests[0] > layers[0]")],
                readers: readers(Survive, Refuse, Accept),
            },
        ]
    };
}

pub(crate) const CASES: &[&[Case]] = &[
    each_node!("missing", "is not stored.", "BlobMissing", #[missing]),
    each_node!("truncated", "lacks its last byte.", "ContentMismatch", #[truncate = -1]),
    each_node!("flipped", "has one flipped bit.", "ContentMismatch", #[flip = 0]),
    each_node!("appended", "has one more byte at its end.", "ContentMismatch", #[append = "x"]),
    each_node!("prepended", "has one more byte at its beginning.", "ContentMismatch", #[prepend = "x"]),
    each_node!("replaced", "is replaced by other bytes.", "ContentMismatch", #[replace = "{}"]),
];
