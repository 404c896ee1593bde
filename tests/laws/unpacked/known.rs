//! What tools do with an image other than the specification says. The table in `docs/layouts.md` has these rows.

use std::fmt::Write as _;

use oci_fixture::{LayerEntry, LayerEntryKind};

use super::stores::ENDLESS;

/// A difference between a tool and `Node::rootfs` that is the tool's.
pub(super) struct Known {
    readers: &'static [&'static str],
    /// The images in which it may be.
    image: &'static str,
    does: &'static str,
    /// Whether a line of [`differences`](oci_fixture::Rootfs::differences), or the words of a tool that refuses an image,
    /// say it of these layers.
    is_it: fn(&Layers, &str) -> bool,
}

/// The entries of the layers of an image.
pub(super) struct Layers(pub(super) Vec<Vec<LayerEntry>>);

/// The tools that share Docker's code for layers.
const STORES: &[&str] = &["containerd", "podman", "buildah", "dockerd"];
const UMOCI: &[&str] = &["umoci"];

const KNOWN: [Known; 17] = [
    Known {
        readers: STORES,
        image: "A whiteout or an opaque marker stands in a directory that no layer has.",
        does: "They make the directory.",
        is_it: |layers, line| {
            let ends = line.ends_with(": is there, and the image has no such entry");
            ends && layers.all().any(|entry| marker(entry).is_some() && is_below(&path(entry), named(line)))
        },
    },
    Known {
        readers: &["podman", "buildah"],
        image: "A whiteout stands below a named pipe of its own layer.",
        does: "They open the pipe, and wait for ever for somebody who writes into it.",
        is_it: |layers, line| {
            line.contains(ENDLESS)
                && layers.own(|first, second| {
                    first.kind == LayerEntryKind::Fifo
                        && marker(second).is_some()
                        && is_below(&path(second), &path(first))
                })
        },
    },
    Known {
        readers: &["containerd"],
        image: "A whiteout stands in a directory that only its own layer has.",
        does: "With overlayfs, the directory lists the name that is gone, which cannot be opened.",
        is_it: |layers, line| {
            line.contains(": cannot look at it: No such file or directory")
                && layers.all().any(|entry| match marker(entry) {
                    Some(Marker::Whiteout(gone)) => line.contains(&format!("/mounted/{gone}: ")),
                    _ => false,
                })
        },
    },
    Known {
        readers: STORES,
        image: "An opaque marker stands behind entries of its own layer that are in its directory.",
        does: "They take away directories that the layer has not named, with what the layer has in them.",
        is_it: |layers, line| {
            line.ends_with(": is not there") && layers.own(|first, second| {
                matches!(marker(second), Some(Marker::Opaque(directory)) if is_below(&path(first), &directory))
            })
        },
    },
    Known {
        readers: STORES,
        image: "In one layer, something stands below what is no directory, or takes the place of a directory; or a whiteout \
                stands below what is no directory.",
        does: "They refuse the image. They set the times of the directories at the end of a layer, and look for the directory \
               of each whiteout.",
        is_it: |layers, line| {
            let refused = [
                "not a directory",
                "no such file or directory",
                "No such file or directory",
                "file exists",
                "too many levels of symbolic links",
                "too many links",
            ];
            refused.iter().any(|words| line.contains(words)) && layers.is_in_its_way()
        },
    },
    Known {
        readers: &["containerd"],
        image: "Something stands below what is no directory in a lower layer.",
        does: "With overlayfs, each layer is unpacked by itself, so that a directory takes the place.",
        is_it: |layers, line| {
            line.starts_with("unpacks what cannot be unpacked: ")
                && line.ends_with(", which is no directory")
                && layers.is_below_a_lower_file()
        },
    },
    Known {
        readers: STORES,
        image: "A layer has a whiteout of one of its own entries.",
        does: "containerd refuses the image; the others, and containerd where the whiteout comes last, have one of both.",
        is_it: |layers, _| layers.has_own_whiteout(),
    },
    Known {
        readers: UMOCI,
        image: "The header of a hard link has another mode, owner or attribute than its target.",
        does: "umoci 0.4.7 takes nothing from that header, and sets the owner of the file once more, by which Linux takes \
               its capabilities away. containerd, Docker and podman take all of it.",
        is_it: |layers, line| {
            let lost = ["the mode is ", "the owner is ", "has no attribute ", "the attribute "];
            layers.is_linked(line) && lost.iter().any(|lost| line.contains(&format!("\": {lost}")))
        },
    },
    Known {
        readers: UMOCI,
        image: "A hard link takes the place of what leads to its target.",
        does: "umoci 0.4.7 takes that away first, and refuses the image.",
        is_it: |layers, line| {
            line.contains("link: no such file or directory")
                && layers.all().any(|entry| {
                    let target = entry.link.as_ref().filter(|_| entry.kind == LayerEntryKind::Hardlink);
                    target.is_some_and(|target| is_below(&target.to_string(), &path(entry)))
                })
        },
    },
    Known {
        readers: UMOCI,
        image: "An extended attribute is empty.",
        does: "umoci 0.4.7 does not set it: Go takes a PAX record without a value for none.",
        is_it: |layers, line| {
            layers.all().any(|entry| {
                let mut empty = entry.xattrs.iter().filter(|(_, value)| value.is_empty());
                empty.any(|(name, _)| line == format!("{:?}: has no attribute {name:?}", entry.path))
            })
        },
    },
    Known {
        readers: UMOCI,
        image: "A layer is compressed by zstd, or a blob of another media type stands among the layers.",
        does: "umoci 0.4.7 refuses the image.",
        is_it: |_, line| line.contains("blob is not correct mediatype: "),
    },
    Known {
        readers: UMOCI,
        image: "A blob among the layers has no `diff_id`.",
        does: "umoci 0.4.7 panics.",
        is_it: |_, line| line.contains("panic: runtime error: index out of range ["),
    },
    Known {
        readers: UMOCI,
        image: "A media type is one of Docker's.",
        does: "umoci 0.4.7 refuses the image.",
        is_it: |_, line| line.contains("not implemented: application/vnd.docker."),
    },
    Known {
        readers: UMOCI,
        image: "The config is none of an image.",
        does: "umoci 0.4.7 refuses the image.",
        is_it: |_, line| {
            line.contains("config blob is not correct mediatype application/vnd.oci.image.config.v1+json")
        },
    },
    Known {
        readers: UMOCI,
        image: "The operating system is not Linux.",
        does: "umoci 0.4.7 refuses the image.",
        is_it: |_, line| line.contains("unsupported OS: "),
    },
    Known {
        readers: UMOCI,
        image: "The user of the config is not in the image's `etc/passwd`.",
        does: "umoci 0.4.7 refuses the image.",
        is_it: |_, line| line.contains("cannot parse user spec: "),
    },
    Known {
        readers: UMOCI,
        image: "Linux refuses the value of the attribute `security.capability`.",
        does: "umoci 0.4.7 refuses the image.",
        is_it: |_, line| line.contains("restore xattr"),
    },
];

/// Whether a tool is known to do this.
pub(super) fn is_known(reader: &str, layers: &Layers, line: &str) -> bool {
    KNOWN.iter().any(|known| known.readers.contains(&reader) && (known.is_it)(layers, line))
}

/// A row for each.
pub(super) fn table() -> String {
    let mut table = "| reader | image | what it does |\n|---|---|---|\n".to_owned();
    for known in KNOWN {
        writeln!(table, "| {} | {} | {} |", known.readers.join(", "), known.image, known.does).unwrap();
    }
    table
}

enum Marker {
    Whiteout(String),
    Opaque(String),
}

/// What an entry takes away.
fn marker(entry: &LayerEntry) -> Option<Marker> {
    let path = path(entry);
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", &path));
    match name.strip_prefix(".wh.")? {
        ".wh..opq" => Some(Marker::Opaque(directory.to_owned())),
        name if directory.is_empty() => Some(Marker::Whiteout(name.to_owned())),
        name => Some(Marker::Whiteout(format!("{directory}/{name}"))),
    }
}

/// Whether nothing can stand below an entry.
fn is_file(entry: &LayerEntry) -> bool {
    entry.kind != LayerEntryKind::Directory && marker(entry).is_none()
}

fn path(entry: &LayerEntry) -> String {
    entry.path.to_string().trim_end_matches('/').to_owned()
}

/// Whether a path leads through a directory.
fn is_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// The path that a line is about.
fn named(line: &str) -> &str {
    line.split('"').nth(1).unwrap_or_default().trim_end_matches('/')
}

impl Layers {
    fn all(&self) -> impl Iterator<Item = &LayerEntry> {
        self.0.iter().flatten()
    }

    /// Whether it holds of an entry and one behind it in the same layer.
    fn own(&self, holds: impl Fn(&LayerEntry, &LayerEntry) -> bool) -> bool {
        let behind = |layer: &[LayerEntry], number: usize| {
            layer[number + 1..].iter().any(|other| holds(&layer[number], other))
        };
        self.0.iter().any(|layer| (0..layer.len()).any(|number| behind(layer, number)))
    }

    /// Whether an entry stands below a file of a lower layer.
    fn is_below_a_lower_file(&self) -> bool {
        let below =
            |lower: &LayerEntry, upper: &LayerEntry| is_file(lower) && is_below(&path(upper), &path(lower));
        (1..self.0.len()).any(|number| {
            let (lower, upper) = self.0.split_at(number);
            upper[0].iter().any(|upper| lower.iter().flatten().any(|lower| below(lower, upper)))
        })
    }

    fn is_in_its_way(&self) -> bool {
        let files: Vec<String> = self.all().filter(|entry| is_file(entry)).map(path).collect();
        let mut markers = self.all().filter(|entry| marker(entry).is_some());
        markers.any(|entry| files.iter().any(|file| is_below(&path(entry), file)))
            || self.own(|first, second| {
                is_file(first) && is_below(&path(second), &path(first))
                    || is_file(second) && is_below(&path(first), &path(second))
            })
    }

    fn has_own_whiteout(&self) -> bool {
        let takes = |one: &LayerEntry, other: &LayerEntry| match marker(one) {
            Some(Marker::Whiteout(gone)) => gone == path(other) || is_below(&path(other), &gone),
            _ => false,
        };
        self.own(|first, second| takes(first, second) || takes(second, first))
    }

    /// Whether a line is about a hard link or its target. A hard link through a symbolic link may be any.
    fn is_linked(&self, line: &str) -> bool {
        let links = self.all().filter(|entry| entry.kind == LayerEntryKind::Symlink);
        let links: Vec<String> = links.map(path).collect();
        self.all().filter(|entry| entry.kind == LayerEntryKind::Hardlink).any(|entry| {
            let mut ends = [&entry.path, entry.link.as_ref().unwrap()].into_iter();
            ends.any(|end| {
                line.starts_with(&format!("{end:?}: "))
                    || links.iter().any(|link| is_below(&end.to_string(), link))
            })
        })
    }
}
