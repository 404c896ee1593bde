//! Layers whose whiteouts hide something else than they seem to.

use oci_fixture::{Fixture, oci_image};

use crate::case::{Case, fixture};
use crate::ground::{image_spec, report, sentence};
use crate::reaction::Reaction::{Accept, Refuse, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "whiteout_of_nothing",
        what: "A whiteout names no file, and must be refused.",
        ground: &[
            image_spec!("layer.md", "whiteouts"),
            report("https://github.com/opencontainers/image-spec/issues/1301"),
        ],
        make: || whiteout("whiteout_of_nothing", "directory/.wh."),
        findings: &[("WhiteoutReserved", "index.json > manifests[0] > layers[1] > \"directory/.wh.\"")],
        readers: readers(Refuse, Accept, Accept),
    },
    Case {
        name: "whiteout_of_its_directory",
        what: "A whiteout names `.`, the directory in which it stands.",
        ground: &[image_spec!("layer.md", "whiteouts")],
        make: || whiteout("whiteout_of_its_directory", "directory/.wh.."),
        findings: &[("WhiteoutReserved", "index.json > manifests[0] > layers[1] > \"directory/.wh..\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "whiteout_of_aufs",
        what: "A hard link leads to a file in the directory in which aufs kept hard links. By the specification that directory's name is a whiteout; moby still gives it the meaning that aufs gave it.",
        ground: &[
            image_spec!("layer.md", "whiteouts"),
            sentence("diff.go", "https://github.com/moby/moby/blob/v28.0.0/pkg/archive/diff.go"),
        ],
        make: fixture! {
            manifest "whiteout_of_aufs" {
                #[unchecked] ".wh..wh.plnk/1.2" => "content",
                #[unchecked] hardlink "file" -> ".wh..wh.plnk/1.2",
            }
        },
        findings: &[("WhiteoutMisplaced", "index.json > manifests[0] > layers[0] > \".wh..wh.plnk/1.2\"")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "whiteout_last",
        what: "A whiteout follows the file that it names. It hides only files of lower layers.",
        ground: &[
            image_spec!("layer.md", "whiteouts"),
            report("https://github.com/opencontainers/umoci/pull/232"),
        ],
        make: fixture! {
            manifest "whiteout_last" {
                layer { "file" => "lower" }
                layer { "file" => "upper", #[unchecked] whiteout "file" }
            }
        },
        findings: &[("WhiteoutOfOwnLayer", "index.json > manifests[0] > layers[1] > \".wh.file\"")],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "opaque_last",
        what: "An opaque whiteout follows a file in the same directory. It hides only files of lower layers, wherever it stands.",
        ground: &[
            image_spec!("layer.md", "opaque-whiteout"),
            report("https://github.com/moby/moby/pull/17819"),
        ],
        make: fixture! {
            manifest "opaque_last" {
                layer { "directory/", "directory/lower" => "content" }
                layer { "directory/", "directory/upper" => "content", opaque "directory" }
            }
        },
        findings: &[],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "whiteout_below_a_pipe",
        what: "A whiteout stands below a named pipe. A reader that opens the pipe to list it waits for ever.",
        ground: &[image_spec!("layer.md", "whiteouts")],
        make: fixture! {
            manifest "whiteout_below_a_pipe" {
                layer { "file" => "content", fifo "pipe" }
                layer { whiteout "pipe/file" }
            }
        },
        findings: &[],
        readers: readers(Survive, Accept, Accept),
    },
];

fn whiteout(name: &str, path: &str) -> Fixture {
    oci_image! {
        manifest (name) {
            layer { "directory/", "directory/file" => "content" }
            layer { #[unchecked] (path) => "" }
        }
    }
}
