//! Compares each image with what arrives in tools that store images: containerd, dockerd, podman, buildah and
//! docker-registry.
//!
//! A tool has a row for each way out that it takes, and [`assert_arrives`] gives it every image by every row. It compares
//! digests, configs, unpacked files and names with what was declared. What a tool refuses is a row of `refusals.txt`, and
//! what it changes in a tree is a [`Change`] beside the test of the tool.

mod buildah;
mod containerd;
pub(crate) mod containers;
mod dockerd;
mod podman;
mod registry;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use oci_fixture::{ErrorKind, Fixture, Node, TempDir};
use oci_fixture_test_support::Tool;
use serde_json::{Map, Value, json};

use crate::blobs::{Blobs, diff_ids, parsed};
use crate::images::{Chosen, IMAGE_CONFIGS, Listed, chosen, images, is_manifest, listed};
use crate::refusals::Refusals;
use crate::trees::expected_trees;

/// A way out of a fixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Directory,
    Archive,
    Docker,
    DockerWithLayout,
}

impl Way {
    /// The transport of containers/image that reads it.
    fn transport(self) -> &'static str {
        match self {
            Self::Directory => "oci",
            Self::Archive | Self::DockerWithLayout => "oci-archive",
            Self::Docker => "docker-archive",
        }
    }
}

/// The part of an image that keeps its digest in the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// The entry of index.json, and all that it leads to.
    All,
    /// The entry of index.json, the config, and the layers as tars.
    Entry,
    /// The manifest, the config, and the layers as tars.
    Manifest,
    /// The config, and the layers as tars.
    Config,
    /// As `Entry` if index.json has one entry, otherwise as `Config`.
    OnlyEntry,
}

/// The image or the images that a tool takes by one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// All entries of index.json, with all platforms.
    Layout,
    /// All images for one platform.
    Platform,
    /// One entry of index.json, with all platforms.
    Entry,
    /// One image, for one platform.
    Image,
}

/// A way out that a tool takes, after the words with which `refusals.txt` names it.
type Row = (&'static str, Way, Unit, Kept);

/// Where a tool finds what it takes.
struct Source<'s> {
    /// The directory in which it is.
    parent: &'s Path,
    /// Its name in that directory.
    file: &'s str,
    way: Way,
    /// The one image that is to be taken.
    image: Option<&'s Declared<'s>>,
}

impl Source<'_> {
    fn path(&self) -> PathBuf {
        self.parent.join(self.file)
    }

    /// The name of an image in containers/image.
    fn located(&self) -> String {
        let image = self.image.unwrap();
        let name = match self.way {
            Way::Docker => image.reference.as_deref().map(familiar),
            _ => image.tag.clone(),
        };
        let name = name.map_or(String::new(), |name| format!(":{name}"));
        format!("{}:{}{name}", self.way.transport(), self.file)
    }
}

/// An image as it was declared.
struct Declared<'l> {
    /// The fixture, the tag and, for one of an index, the platform.
    name: String,
    /// The fixture and the tag.
    entry_name: String,
    tag: Option<String>,
    reference: Option<String>,
    entry: Node<'l, TempDir>,
    platform: Vec<String>,
    manifest: Option<Node<'l, TempDir>>,
}

/// An image as a tool has it.
#[derive(Debug, PartialEq)]
struct Arrived {
    /// The digest of the entry of index.json.
    entry: Option<String>,
    /// The digests of all that the entry leads to.
    blobs: BTreeSet<String>,
    /// The fields of the config that have a value, as the tool says them.
    config: Value,
    /// The lines of [`tree`](crate::trees::tree). An artifact and a registry have no tree.
    tree: Option<Vec<String>>,
}

/// A line of a tree that a tool changes when it unpacks these images.
struct Change {
    images: &'static [&'static str],
    declared: &'static str,
    found: &'static str,
    why: &'static str,
}

/// The line that every tool changes.
const CHANGE: Change = Change {
    images: &["system:1.2"],
    declared: "-644 @-1 tmp/before-1970",
    found: "-644 tmp/before-1970",
    why: "these tools set no time before 1970",
};

/// A tool that stores images.
trait Store {
    /// Whether the tool unpacks images.
    const UNPACKS: bool = true;
    /// The fields of a config that the tool does not show.
    const HIDES: &[&str] = &[];
    /// Forgets all images.
    fn clear(&self);
    /// Takes an image or several by a command.
    fn take(&self, source: &Source<'_>) -> Result<Vec<u8>, String>;
    /// The name of an image in the tool, if it has one.
    fn named(_: Way, image: &Declared<'_>) -> Option<String> {
        image.reference.clone()
    }
    /// The names of all images.
    fn names(&self) -> BTreeSet<String>;
    /// The image of this name or, without a name, the one that was declared so.
    fn image(&self, name: Option<&str>, declared: &Declared<'_>) -> Result<Arrived, String>;
}

/// Gives every image to a tool by every way out that the tool takes.
fn assert_arrives<T: Store>(
    tool: &str,
    store: &T,
    rows: &[Row],
    changes: impl IntoIterator<Item = &'static Change>,
) {
    let mut arrivals = Arrivals {
        refusals: Refusals::of(tool),
        changes: changes.into_iter().collect(),
        changed: BTreeSet::new(),
        trees: expected_trees(),
    };
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        let entries: Vec<_> = listed(image, &layout).into_iter().map(declared).collect();
        for &(what, way, unit, kept) in rows {
            let kept = match kept {
                Kept::OnlyEntry if entries.len() == 1 => Kept::Entry,
                Kept::OnlyEntry => Kept::Config,
                kept => kept,
            };
            for File { case, platform, parent } in written(image, &fixture, way, &entries) {
                let is_held = |image: &&Declared<'_>| {
                    let is_for_one = way == Way::Docker || unit == Unit::Platform;
                    !is_for_one || image.is_for_docker(&platform)
                };
                let held = entries.iter().map(|entry| entry.iter().filter(is_held).collect::<Vec<_>>());
                let mut take = |case: &str, image, images: &[&Declared<'_>]| {
                    let source = Source { parent: parent.path(), file: "image", way, image };
                    arrivals.take(store, what, kept, case, &source, images);
                };
                match unit {
                    Unit::Layout | Unit::Platform => take(&case, None, &held.flatten().collect::<Vec<_>>()),
                    Unit::Entry => held.filter(|images| !images.is_empty()).for_each(|images| {
                        take(&images[0].entry_name, Some(images[0]), &images);
                    }),
                    Unit::Image => held.flatten().for_each(|image| take(&image.name, Some(image), &[image])),
                }
            }
        }
    }
    arrivals.finish();
}

/// The images that were tried, and the refusals that are known.
struct Arrivals {
    refusals: Refusals,
    changes: Vec<&'static Change>,
    changed: BTreeSet<(usize, String)>,
    trees: BTreeMap<String, Vec<String>>,
}

impl Arrivals {
    fn take<T: Store>(
        &mut self,
        store: &T,
        what: &str,
        kept: Kept,
        case: &str,
        source: &Source<'_>,
        images: &[&Declared<'_>],
    ) {
        store.clear();
        let what = format!("{what}:");
        let taken = store.take(source);
        if self.refusals.check(case, &what, taken).is_none() {
            return;
        }
        let (mut all, mut arrived) = (BTreeSet::new(), BTreeSet::new());
        for image in images {
            let name = T::named(source.way, image);
            all.extend(name.clone());
            let found = store.image(name.as_deref(), image);
            let found = self.refusals.check(&image.name, &format!("{what} arrived"), found);
            let Some(mut found) = found else { continue };
            if kept == Kept::Config {
                found.entry = None;
            }
            found.tree.iter_mut().flatten().for_each(forget_time_of_directory);
            let expected = self.expected::<T>(image, kept);
            if expected.as_ref() != Some(&found) {
                self.refusals
                    .fail::<()>(format!("{}: {what} {found:#?} instead of {expected:#?}", image.name));
            }
            arrived.extend(name);
        }
        let names = store.names();
        if !names.is_subset(&all) || !arrived.is_subset(&names) {
            self.refusals.fail::<()>(format!("{case}: {what} there are {names:?} instead of {arrived:?}"));
        }
    }

    /// The expected arrival of an image, if the tool stores it.
    fn expected<T: Store>(&mut self, image: &Declared<'_>, kept: Kept) -> Option<Arrived> {
        let manifest = image.manifest.as_ref()?;
        let config = manifest.children().ok()?.into_iter().next()?;
        let document = parsed(&config.bytes().ok()?);
        let is_image = IMAGE_CONFIGS.contains(&config.media_type());
        let Blobs { root, all: mut blobs } = Blobs::of(&image.entry);
        if kept == Kept::All {
            blobs.remove(&root);
        } else {
            blobs = diff_ids(&document).into_iter().map(str::to_owned).collect();
            blobs.insert(config.digest().to_string());
        }
        let entry = match kept {
            Kept::All | Kept::Entry => Some(root),
            Kept::Manifest => Some(manifest.digest().to_string()),
            _ => None,
        };
        let mut config = said(&document);
        config.as_object_mut().unwrap().retain(|field, _| !T::HIDES.contains(&&**field));
        let is_unpacked = T::UNPACKS && is_image;
        Some(Arrived { entry, blobs, config, tree: is_unpacked.then(|| self.tree(&image.name)) })
    }

    /// The unpacked files, with the lines that the tool changes.
    fn tree(&mut self, image: &str) -> Vec<String> {
        let mut tree = self.trees.get(image).unwrap_or_else(|| panic!("{image} has no tree")).clone();
        for (position, Change { images, declared, found, why }) in self.changes.iter().enumerate() {
            if images.contains(&image) {
                let line = tree.iter().position(|line| line == declared);
                let line = line
                    .unwrap_or_else(|| panic!("{image}: {declared}: there is no such line, although {why}"));
                (*found).clone_into(&mut tree[line]);
                self.changed.insert((position, image.to_owned()));
            }
        }
        tree.iter_mut().for_each(forget_time_of_directory);
        tree
    }

    fn finish(mut self) {
        for (position, change) in self.changes.iter().enumerate() {
            for image in change.images {
                if !self.changed.contains(&(position, (*image).to_owned())) {
                    self.refusals
                        .fail::<()>(format!("{image}: it was not unpacked, although {}", change.why));
                }
            }
        }
        self.refusals.finish();
    }
}

/// The files of a fixture: a directory, an archive, or an archive for Docker for each platform of the fixture.
struct File {
    /// The fixture and, if it is not the usual one, the platform.
    case: String,
    /// The platform of an archive for Docker.
    platform: String,
    parent: tempfile::TempDir,
}

fn written(image: &str, fixture: &Fixture, way: Way, entries: &[Vec<Declared<'_>>]) -> Vec<File> {
    let mut platforms = BTreeSet::from([USUAL.to_owned()]);
    if way == Way::Docker {
        let is_stored =
            |image: &&Declared<'_>| image.manifest.as_ref().is_some_and(|manifest| manifest.bytes().is_ok());
        let all = entries.iter().flatten().filter(is_stored).map(|image| image.platform.join("/"));
        platforms.extend(all.filter(|platform| !platform.is_empty()));
    }
    let file = |platform: String| {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("image");
        let docker = fixture.docker_archive().platform(&platform);
        let written = match way {
            Way::Directory => fixture.write_to(&path).map(drop),
            Way::Archive => fixture.write_archive_to(&path).map(drop),
            Way::Docker => docker.write_to(&path),
            Way::DockerWithLayout => docker.with_layout().write_to(&path),
        };
        if let Err(error) = written {
            // Which those are, and why, is in a table of skopeo's tests.
            assert_eq!(error.kind(), ErrorKind::Declaration, "{error}");
            return None;
        }
        let case = if platform == USUAL { image.to_owned() } else { format!("{image} {platform}") };
        Some(File { case, platform, parent })
    };
    platforms.into_iter().filter_map(file).collect()
}

/// The platform of an archive for Docker, if nothing is said of it.
const USUAL: &str = "linux/amd64";

/// The images to which an entry of index.json leads.
fn declared(Listed { name: entry_name, tag, node }: Listed<'_>) -> Vec<Declared<'_>> {
    let reference = node.reference().map(str::to_owned);
    let declared = |Chosen { name, platform, manifest }| Declared {
        name,
        entry_name: entry_name.clone(),
        tag: tag.clone(),
        reference: reference.clone(),
        entry: node.clone(),
        platform,
        manifest,
    };
    chosen(&entry_name, &node).into_iter().map(declared).collect()
}

impl Declared<'_> {
    /// Whether an archive for Docker holds this image if it is made for the platform.
    fn is_for_docker(&self, platform: &str) -> bool {
        let Some(manifest) = &self.manifest else { return false };
        let is_for = if is_manifest(&self.entry) { USUAL.to_owned() } else { self.platform.join("/") };
        is_for == platform
            && manifest.bytes().is_ok_and(|manifest| {
                let config = &parsed(&manifest)["config"]["mediaType"];
                IMAGE_CONFIGS.iter().any(|media_type| config == media_type)
            })
    }

    /// The digest of the config, by which an image without a name is found.
    fn config_digest(&self) -> String {
        let manifest = self.manifest.as_ref().and_then(|manifest| manifest.bytes().ok());
        manifest.map_or(String::new(), |manifest| {
            parsed(&manifest)["config"]["digest"].as_str().unwrap().to_owned()
        })
    }
}

/// A name as Docker shows it.
fn familiar(name: &str) -> String {
    name.trim_start_matches("docker.io/").trim_start_matches("library/").to_owned()
}

/// A layer that changes what is in a directory gives the directory a new time, with each of these tools.
fn forget_time_of_directory(line: &mut String) {
    if line.starts_with('d') {
        *line = line.replace(" @now", "");
    }
}

/// The fields of a config that have a value.
fn said(config: &Value) -> Value {
    let has_value = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty() && text != "0001-01-01T00:00:00Z",
        Value::Array(values) => !values.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    let fields = |value: &Value, names: &[&str]| -> Map<String, Value> {
        let field = |name: &&str| {
            Some(((*name).to_owned(), value.get(name).filter(|value| has_value(value))?.clone()))
        };
        names.iter().filter_map(field).collect()
    };
    // dockerd takes an image for one of Linux where nothing is said of it.
    let mut said = Map::from_iter([("os".to_owned(), json!("linux"))]);
    said.extend(fields(config, &["created", "author", "architecture", "os", "os.version", "variant"]));
    let names =
        ["User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal"];
    said.insert("config".to_owned(), fields(&config["config"], &names).into());
    said.insert("diff_ids".to_owned(), json!(diff_ids(config)));
    said.into()
}

/// The config in the output of `inspect` of Docker and podman.
fn inspected(image: &Value) -> Value {
    json!({
        "created": image["Created"],
        "author": image["Author"],
        "architecture": image["Architecture"],
        "os": image["Os"],
        "os.version": image["OsVersion"],
        "variant": image["Variant"],
        "config": image["Config"],
        "rootfs": { "diff_ids": image["RootFS"]["Layers"] },
    })
}

/// Runs a tool in a directory, for no longer than five minutes: each takes a second where nothing else runs.
fn run(tool: Tool, directory: &Path, words: &[&str]) -> Result<Vec<u8>, String> {
    tool.run_for(300, directory, words)
}

/// The lines that a tool prints.
fn lines(printed: &[u8]) -> BTreeSet<String> {
    str::from_utf8(printed).unwrap().lines().map(str::to_owned).collect()
}
