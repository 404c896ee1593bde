//! The known differences between the tools and the specification. The table in `docs/layouts.md` has these rows.

use std::fmt::Write as _;

use oci_fixture::{LayerEntry, LayerEntryKind, Node, Store};
use oci_fixture_test_support::ENDLESS;

/// A difference between a tool and `Node::rootfs` in which the tool is wrong, or has a choice.
pub(super) struct Known {
    readers: &'static [&'static str],
    /// The images that may show the difference.
    image: &'static str,
    does: &'static str,
    /// Whether a line of [`differences`](oci_fixture::Rootfs::differences), or the words of a tool that refuses an image,
    /// shows the difference for these layers.
    is_it: fn(&Layers, &str) -> bool,
}

/// The entries of the layers of an image.
pub(super) struct Layers(Vec<Vec<LayerEntry>>);

/// The tools that share Docker's code for layers.
const STORES: &[&str] = &["containerd", "podman", "buildah", "dockerd"];
const UMOCI: &[&str] = &["umoci"];

const KNOWN: [Known; 23] = [
    Known {
        readers: STORES,
        image: "A whiteout or an opaque marker stands in a directory that no layer has.",
        does: "They make the directory.",
        is_it: |layers, line| {
            let ends = line.ends_with(" is there, but the image has nothing");
            let is_around = |path: &String| is_below(path, named(line));
            ends && layers
                .all()
                .any(|entry| marker(entry).is_some() && layers.reached(entry).iter().any(is_around))
        },
    },
    Known {
        readers: &["podman", "buildah", "dockerd"],
        image: "A whiteout stands below a named pipe of its own layer or a lower one.",
        does: "They open the pipe, and wait for ever for somebody who writes into it.",
        is_it: |layers, line| line.contains(ENDLESS) && waits_for_a_pipe(layers),
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
        does: "They take away directories that the layer has not named, with what the layer has in them. They refuse the \
               image if the layer has named such a directory before, and they cannot set its times.",
        is_it: |layers, line| {
            let ends =
                line.contains("\": nothing is there, but ") || line.contains(": no such file or directory");
            ends && layers.own(|first, second| {
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
                "no such device or address",
            ];
            refused.iter().any(|words| line.contains(words)) && layers.is_in_its_way()
        },
    },
    Known {
        readers: &["containerd"],
        image: "Something stands below what is no directory in a lower layer.",
        does: "With overlayfs, each layer is unpacked by itself, so that a directory takes the place.",
        is_it: |layers, line| {
            let cannot = line.starts_with("unpacks what cannot be unpacked: ")
                && line.ends_with(", which is no directory");
            let mut below = layers.below_lower(is_file);
            below.any(|(lower, _)| {
                cannot || line.contains("\": a directory is there, but ") && named(line) == path(lower)
            })
        },
    },
    Known {
        readers: &["containerd"],
        image: "Something stands below a symbolic link of a lower layer.",
        does: "With overlayfs, each layer is unpacked by itself, so that a directory takes the place of the link.",
        is_it: |layers, line| {
            let is_about = |path: &str| {
                // An opaque whiteout removes everything in its directory.
                let path = path.strip_suffix("/.wh..wh..opq").unwrap_or(path);
                named(line) == path || is_below(named(line), path) || is_below(path, named(line))
            };
            let refused = line.contains("refuses it: ") && line.contains(": operation not permitted");
            layers.below_lower(|entry| entry.kind == LayerEntryKind::Symlink).any(|(lower, upper)| {
                refused || is_about(&path(lower)) || layers.reached(upper).iter().any(|path| is_about(path))
            })
        },
    },
    Known {
        readers: &["containerd"],
        image: "Something stands below what is no directory in a lower layer, or is taken away there.",
        does: "It looks for the directory in each lower layer by itself, and may refuse the image.",
        is_it: |layers, line| {
            let refused = line.contains(": lstat ") && line.contains(": not a directory");
            refused && layers.below_lower(|entry| is_file(entry) || marker(entry).is_some()).next().is_some()
        },
    },
    Known {
        readers: &["containerd"],
        image: "The target of a hard link is in a lower layer alone.",
        does: "With overlayfs, each layer is unpacked by itself, and the image is refused.",
        is_it: |layers, line| {
            let refused = line.contains(": link ") && line.contains(": no such file or directory");
            let is_lower = |layer: &Vec<LayerEntry>| {
                let links =
                    layer.iter().enumerate().filter_map(|(number, entry)| Some((number, target(entry)?)));
                links.into_iter().any(|(number, to)| layer[..number].iter().all(|entry| path(entry) != to))
            };
            refused && layers.0.iter().any(is_lower)
        },
    },
    Known {
        readers: &["containerd"],
        image: "A hard link leads to what its own layer takes away by a whiteout.",
        does: "With overlayfs, the link leads to the device that is the whiteout.",
        is_it: |layers, line| {
            line.starts_with("unpacks what cannot be unpacked: ") && layers.own(|first, second| {
                matches!((marker(first), target(second)), (Some(Marker::Whiteout(gone)), Some(target)) if gone == target)
            })
        },
    },
    Known {
        readers: &["podman", "buildah"],
        image: "A hard link leads to a device or a named pipe.",
        does: "The storage driver `vfs` copies lower layers, and may make each name a device or a pipe of its own.",
        is_it: |layers, line| {
            use LayerEntryKind::{Block, Char, Fifo};
            let is_made = |to: &str| {
                layers.all().any(|entry| path(entry) == to && matches!(entry.kind, Block | Char | Fifo))
            };
            line.contains("\": another file is there, but the image has a hard link to ")
                && layers.all().filter_map(target).any(|to| is_made(&to))
        },
    },
    Known {
        readers: &["podman", "buildah", "dockerd"],
        image: "A path leads through a symbolic link to what is not there.",
        does: "They refuse the image.",
        is_it: |layers, line| {
            let refused =
                ["no such file or directory", "file exists"].iter().any(|words| line.contains(words));
            refused && layers.all().any(|entry| layers.reached(entry).len() > 1)
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
            let lost = ["the mode is ", "the owner is ", "the extended attribute "];
            layers.is_linked(line) && lost.iter().any(|lost| line.contains(&format!("\": {lost}")))
        },
    },
    Known {
        readers: UMOCI,
        image: "A hard link takes the place of what leads to its target.",
        does: "umoci 0.4.7 takes that away first, and refuses the image.",
        is_it: |layers, line| {
            line.contains("link: no such file or directory")
                && layers
                    .all()
                    .any(|entry| target(entry).is_some_and(|target| is_below(&target, &path(entry))))
        },
    },
    Known {
        readers: UMOCI,
        image: "An extended attribute is empty.",
        does: "umoci 0.4.7 does not set it: Go takes a PAX record without a value for none.",
        is_it: |layers, line| {
            layers.all().any(|entry| {
                let mut empty = entry.xattrs.iter().filter(|(_, value)| value.is_empty());
                empty.any(|(name, _)| {
                    let lost = format!("{:?}: the extended attribute {name:?} is not there, ", entry.path);
                    line.starts_with(&lost)
                })
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

/// Whether podman, buildah and dockerd wait for ever.
pub(super) fn waits_for_a_pipe(layers: &Layers) -> bool {
    let waits = |pipe: &LayerEntry, other: &LayerEntry| {
        pipe.kind == LayerEntryKind::Fifo
            && marker(other).is_some()
            && layers.reached(other).iter().any(|other| is_below(other, &path(pipe)))
    };
    layers.own(waits) || layers.below_lower(is_file).any(|(lower, upper)| waits(lower, upper))
}

/// A row for each difference.
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

/// The path that a whiteout removes, or the directory that an opaque whiteout empties.
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

/// The target of a hard link.
fn target(entry: &LayerEntry) -> Option<String> {
    let target = entry.link.as_ref().filter(|_| entry.kind == LayerEntryKind::Hardlink)?;
    Some(target.to_string())
}

/// A path without `..`, which does not lead out of the root.
fn joined(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether a path leads through a directory.
fn is_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// The path in a line.
fn named(line: &str) -> &str {
    line.split('"').nth(1).unwrap_or_default().trim_end_matches('/')
}

impl Layers {
    pub(super) fn of<S: Store>(image: &Node<'_, S>) -> Self {
        let entries = |layer: &Node<'_, S>| layer.entries().unwrap_or_default();
        Self(image.layers().unwrap().iter().map(entries).collect())
    }

    fn all(&self) -> impl Iterator<Item = &LayerEntry> {
        self.0.iter().flatten()
    }

    /// Whether a condition holds for an entry and a later one in the same layer.
    fn own(&self, holds: impl Fn(&LayerEntry, &LayerEntry) -> bool) -> bool {
        let behind = |layer: &[LayerEntry], number: usize| {
            layer[number + 1..].iter().any(|other| holds(&layer[number], other))
        };
        self.0.iter().any(|layer| (0..layer.len()).any(|number| behind(layer, number)))
    }

    /// The entries of lower layers for which a condition holds, each with an entry of a higher layer that stands below it.
    fn below_lower(
        &self,
        holds: impl Fn(&LayerEntry) -> bool,
    ) -> impl Iterator<Item = (&LayerEntry, &LayerEntry)> {
        let pairs = (1..self.0.len()).flat_map(|number| {
            let (lower, upper) = self.0.split_at(number);
            let lower = lower.iter().flatten();
            lower.flat_map(move |lower| upper[0].iter().map(move |upper| (lower, upper)))
        });
        pairs.filter(move |(lower, upper)| {
            let around = match marker(lower) {
                Some(Marker::Whiteout(gone)) => gone,
                Some(Marker::Opaque(_)) => return false,
                None => path(lower),
            };
            holds(lower) && self.reached(upper).iter().any(|upper| is_below(upper, &around))
        })
    }

    /// The path of an entry, or the path that a whiteout removes, and the paths to which it may lead through symbolic links of
    /// any layer.
    fn reached(&self, entry: &LayerEntry) -> Vec<String> {
        let links: Vec<_> = self.all().filter(|entry| entry.kind == LayerEntryKind::Symlink).collect();
        let mut found = vec![match marker(entry) {
            Some(Marker::Whiteout(gone)) => gone,
            _ => path(entry),
        }];
        let mut next = 0;
        // A link may lead into itself.
        while next < found.len() && found.len() < 50 {
            for link in &links {
                let at = path(link);
                if is_below(&found[next], &at) {
                    let target = link.link.as_ref().unwrap().to_string();
                    let directory = at.rsplit_once('/').map_or("", |(directory, _)| directory);
                    let from = if target.starts_with('/') { "" } else { directory };
                    let path = joined(&format!("{from}/{target}{}", &found[next][at.len()..]));
                    if !found.contains(&path) {
                        found.push(path);
                    }
                }
            }
            next += 1;
        }
        found
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
