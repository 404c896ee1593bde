//! Layers whose tars are read in several ways.

use crate::case::{Case, fixture};
use crate::ground::{Ground, github_advisory, sentence};
use crate::reaction::Reaction::{Accept, Survive};
use crate::reaction::readers;

const USTAR: Ground = sentence(
    "POSIX, ustar",
    "https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06",
);

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "empty_layer",
        what: "The layer has 0 bytes, but even an empty tar has two blocks.",
        ground: &[USTAR],
        make: fixture! { manifest "empty_layer" { layer { raw: "" } } },
        findings: &[("TarEnd", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "pax_size",
        what: "The size of a file is 1024 in its PAX header and 0 in its ustar header. A reader that takes 0 reads the following bytes as entries, and extracts `hidden`.",
        ground: &[github_advisory!("CVE-2025-62518", "astral-sh/tokio-tar", "GHSA-j5gw-2vrg-8fgx")],
        make: fixture! {
            manifest "pax_size" {
                entry { name: "file", size: 0, pax: { "size": "1024" } }
                "hidden" => "content",
                "last" => "content",
            }
        },
        findings: &[("FieldAmbiguous", "index.json > manifests[0] > layers[0] > \"file\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "directory_with_body",
        what: "A directory has a size of 1024 bytes. POSIX does not say that a directory has a body. In a reader that skips one, `hidden` is part of that body, and not an entry.",
        ground: &[USTAR],
        make: fixture! {
            manifest "directory_with_body" {
                entry { name: "directory/", typeflag: "5", mode: 0o755, size: 1024 }
                "hidden" => "content",
                "last" => "content",
            }
        },
        findings: &[("BodyUnexpected", "index.json > manifests[0] > layers[0] > \"directory/\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "duplicate_pax_path",
        what: "A PAX header has two paths, of which POSIX takes the last, but not every reader.",
        ground: &[sentence(
            "pax Extended Header",
            "https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03",
        )],
        make: fixture! {
            manifest "duplicate_pax_path" {
                entry { name: "ustar", pax: { "path": "first", "path": "second" }, body: "content" }
            }
        },
        findings: &[
            ("FieldAmbiguous", "index.json > manifests[0] > layers[0] > \"second\""),
            ("FieldAmbiguous", "index.json > manifests[0] > layers[0] > \"second\""),
        ],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "nul_in_long_name",
        what: "A long name in the format of GNU tar contains a NUL byte. The name ends there for some readers, and not for others.",
        ground: &[sentence("GNU tar", "https://www.gnu.org/software/tar/manual/html_node/Standard.html")],
        make: fixture! {
            manifest "nul_in_long_name" {
                entry { name: "././@LongLink", typeflag: "L", magic: "ustar ", version: " ", body: "first\0second\0" }
                entry { name: "ustar", magic: "ustar ", version: " ", body: "content" }
            }
        },
        findings: &[("FieldAmbiguous", "index.json > manifests[0] > layers[0] > \"first\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "no_end",
        what: "A tar lacks the two blocks of zeros at its end.",
        ground: &[USTAR],
        make: fixture! { manifest "no_end" { layer { "file" => "content", eof: 0 } } },
        findings: &[("TarEnd", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "half_an_end",
        what: "A tar has one of the two blocks of zeros at its end.",
        ground: &[USTAR],
        make: fixture! { manifest "half_an_end" { layer { "file" => "content", eof: 1 } } },
        findings: &[("TarEnd", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "garbage_after_end",
        what: "Bytes follow the end of a tar. They are part of the digest, but readers of tar ignore them.",
        ground: &[USTAR],
        make: fixture! {
            manifest "garbage_after_end" {
                layer { "file" => "content", entry { raw: [0; 1024] } entry { raw: "garbage" } eof: 0 }
            }
        },
        findings: &[("TarTrailing", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "entry_after_end",
        what: "An entry follows the end of a tar. Readers that do not stop at the end extract one more file.",
        ground: &[USTAR],
        make: fixture! {
            manifest "entry_after_end" {
                layer { "file" => "content", entry { raw: [0; 1024] } "hidden" => "content" }
            }
        },
        findings: &[("TarTrailing", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
];
