//! Honest fixtures with one mistake, and its place.

use std::collections::{HashMap, HashSet};

use oci_fixture::{
    Blob, Config, Content, Descriptor, Entry, Fixture, Gzip, History, Index, Label, Layer, Manifest, Text,
    Value,
};

use crate::choices::Choices;
use crate::declare::{AnyNode, fixture_with};
use crate::model::{Id, Kind, Model};

/// A mistake: its description, the nodes that contain it, and its place in the last of them.
struct Mistake {
    what: &'static str,
    nodes: Vec<AnyNode>,
    name: Name,
    below: String,
}

/// The name of the last node.
enum Name {
    Is(&'static str),
    /// The node is named by its keyword and a number.
    Numbered(&'static str),
}

/// A fixture with a mistake, the description of the mistake, and its place.
pub(crate) fn fixture(model: &Model, choices: &mut Choices<'_>) -> (Fixture, &'static str, String) {
    let (way, parent) = parent(model, choices);
    let mistakes = mistakes(parent.is_none(), choices);
    let position = choices.below(mistakes.len());
    let Mistake { what, nodes, name, below } = mistakes.into_iter().nth(position).unwrap();

    let siblings = match parent.map(|id| &model.nodes[id].kind) {
        Some(kind) => kind.edges(),
        None => model.roots.iter().collect(),
    };
    let name = match name {
        Name::Is(name) => name.to_owned(),
        Name::Numbered(keyword) => {
            let before = siblings.iter().filter(|edge| model.node(edge).kind.keyword() == keyword).count();
            // All nodes of a mistake are of one kind.
            format!("{keyword} {}", before + nodes.len())
        }
    };
    let place: Vec<String> = way.into_iter().chain([name + &below]).collect();
    (fixture_with(model, &nodes, parent), what, place.join(" > "))
}

/// An index at its first place, with the way to it, or the top level.
fn parent(model: &Model, choices: &mut Choices<'_>) -> (Vec<String>, Option<Id>) {
    let (mut way, mut parent) = (Vec::new(), None);
    let mut siblings: Vec<_> = model.roots.iter().collect();
    loop {
        let is_index = |position: &usize| {
            let edge = siblings[*position];
            !edge.again && matches!(model.node(edge).kind, Kind::Index(_))
        };
        let indexes: Vec<usize> = (0..siblings.len()).filter(is_index).collect();
        let Some(position) = indexes.get(choices.below(indexes.len() + 1)).copied() else {
            return (way, parent);
        };
        way.push(model.name(&siblings, position));
        parent = Some(siblings[position].node);
        siblings = model.node(siblings[position]).kind.edges();
    }
}

/// All mistakes that can be made at a place.
fn mistakes(top: bool, choices: &mut Choices<'_>) -> Vec<Mistake> {
    let mut all = in_entries(choices);
    all.extend(in_nodes(choices));
    all.extend(in_descriptors());
    all.extend(in_faults());
    all.extend(if top { in_references() } else { below_the_top() });
    all
}

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

const UNKNOWN: Name = Name::Is("unknown/unknown");

/// A manifest that may stand in any index.
fn manifest() -> Manifest {
    Manifest::new().platform("unknown/unknown")
}

fn in_entries(choices: &mut Choices<'_>) -> Vec<Mistake> {
    let wrong = |what, layer: Layer, below: &str| Mistake {
        what,
        nodes: vec![AnyNode::Manifest(manifest().with(Layer::new()).with(layer))],
        name: UNKNOWN,
        below: if below.is_empty() { " > layer 2".to_owned() } else { format!(" > layer 2 > {below}") },
    };
    let bad_file = choices.one_of(&["", "/a", "a/../b", "./a", "a//b", "a/", "a\0b", "a/.wh.b", ".", ".."]);
    let bad_directory = choices.one_of(&["", "/", "a", "a//", "../a/", "./", "a/.wh..wh..opq/"]);
    let bad_target = choices.one_of(&["", "..", "../x", "/../x", "a/../../b", "a\0"]);
    let bad_name = choices.one_of(&["", "a=b", "a\0b"]);
    let mode = choices.one_of(&[0o10000, 0o100_644, u32::MAX]);
    let label = Label::new("mentioned", Blob::new("text/plain", "mentioned"));
    let text = Text::new("of ") + label.digest();
    let file = || Entry::file("f", "");
    let layer = || Layer::new().with(("before", ""));
    vec![
        wrong("a path", layer().with((bad_file, "")), &format!("{bad_file:?}")),
        wrong("the path of a fifo", layer().with(Entry::fifo(bad_file)), &format!("{bad_file:?}")),
        wrong(
            "the path of a directory",
            layer().with(Entry::directory(bad_directory)),
            &format!("{bad_directory:?}"),
        ),
        wrong("a target", layer().with(Entry::symlink("f", bad_target)), "\"f\""),
        wrong("a hardlink's target", layer().with(Entry::hardlink("f", bad_file)), "\"f\""),
        wrong("a path twice", layer().with(file()).with(Entry::directory("f/")), "\"f/\""),
        wrong(
            "a whiteout twice",
            layer().with(Entry::whiteout("f")).with(Entry::whiteout("f/")),
            "whiteout \"f/\"",
        ),
        wrong(
            "a whiteout of an entry",
            layer().with(Entry::whiteout("f")).with(("f/g", "")),
            "whiteout \"f\"",
        ),
        wrong(
            "a path through a symbolic link",
            layer().with(Entry::symlink("d", "before")).with(("d/f", "")),
            "\"d/f\"",
        ),
        wrong("a path through a file", layer().with(("before/f", "")), "\"before/f\""),
        wrong("a hardlink to nothing", layer().with(Entry::hardlink("f", "none")), "\"f\""),
        wrong(
            "a hardlink to a directory",
            layer().with(Entry::directory("d/")).with(Entry::hardlink("f", "d")),
            "\"f\"",
        ),
        wrong(
            "an order of a hash",
            {
                let mut layer = layer();
                layer.splice(HashMap::from([("f", "")]));
                layer
            },
            "",
        ),
        wrong("an opaque path", layer().with(Entry::opaque("/")), "opaque \"/\""),
        wrong("a mode", layer().with(file().mode(mode)), "\"f\""),
        wrong("a device", layer().with(Entry::block("f", 1, 2_097_152)), "\"f\""),
        wrong("an xattr twice", layer().with(file().xattr("user.k", "1").xattr("user.k", "1")), "\"f\""),
        wrong("an xattr's name", layer().with(file().xattr(bad_name, "")), "\"f\""),
        wrong("a mention in a file", layer().with(("f", &text)), "\"f\""),
        wrong("a mention in JSON", layer().with(("f", Content::json(&text))), "\"f\""),
        wrong("a mention in an xattr", layer().with(file().xattr("user.k", &text)), "\"f\""),
        wrong("a mention in a target", layer().with(Entry::symlink("f", &text)), "\"f\""),
        wrong("a mention in a path", layer().with((&text, "")), "\"of {'mentioned.digest}\""),
        Mistake {
            below: " > \"f/\"".to_owned(),
            nodes: vec![AnyNode::Manifest(manifest().with(("f", "")).with(Entry::directory("f/")))],
            ..wrong("a path twice without a layer", Layer::new(), "")
        },
        Mistake {
            below: " > layer 2".to_owned(),
            ..wrong("a level", Layer::new().encoder(Gzip::level(10)), "")
        },
    ]
}

fn in_nodes(choices: &mut Choices<'_>) -> Vec<Mistake> {
    let image_type = choices.one_of(&[
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+gzip",
    ]);
    let wrong = |what, manifest: Manifest, below: &str| Mistake {
        what,
        nodes: vec![AnyNode::Manifest(manifest)],
        name: UNKNOWN,
        below: below.to_owned(),
    };
    let other = |what, node: AnyNode, keyword| Mistake {
        nodes: vec![node],
        name: Name::Numbered(keyword),
        ..wrong(what, manifest(), "")
    };
    let twice = || [("b", "1"), ("a", "2"), ("b", "1")];
    let arm = || Manifest::new().platform("linux/arm/v7");
    let versions = ["windows(10.0.1)/amd64", "windows(10.0.1)/amd64"].map(|it| Manifest::new().platform(it));
    let [first, second] = versions;
    vec![
        wrong("two configs", manifest().with(Config::new()).with(Config::of("text/plain", "")), ""),
        wrong("entries beside a layer", manifest().with(("f", "")).with(Layer::new()), ""),
        wrong("entries beside a blob", manifest().with(Blob::new("text/plain", "")).with(("f", "")), ""),
        wrong("an annotation twice", manifest().annotations(twice()), ""),
        wrong("a label twice", manifest().with(Config::new().labels(twice())), " > config 1"),
        wrong(
            "a platform in a manifest",
            manifest().with(Config::new().platform("linux/arm")),
            " > config 1",
        ),
        wrong("a media type", manifest().with(Blob::new("text", "")), " > blob 1"),
        wrong("a media type of an image", manifest().with(Blob::new(image_type, "")), " > blob 1"),
        wrong("a config of an image", manifest().with(Config::of(image_type, "")), " > config 1"),
        wrong("an empty config", manifest().with(Config::of("application/vnd.oci.empty.v1+json", "{}")), ""),
        wrong("a time", manifest().with(Config::new().created("2024-05-01")), " > config 1"),
        wrong("a variable", manifest().with(Config::new().env(["A=1", "PATH"])), " > config 1"),
        wrong("a port", manifest().with(Config::new().exposed_ports(["http"])), " > config 1"),
        wrong("a history", manifest().with(Config::new().history([History::new()])), " > config 1"),
        wrong(
            "the time of a step",
            manifest().with(Config::new().history([History::new().empty_layer(true).created("")])),
            " > config 1",
        ),
        wrong(
            "an order of variables",
            manifest().with(Config::new().env(HashSet::from(["A=1"]))),
            " > config 1",
        ),
        Mistake {
            name: Name::Is("linux/x86_64"),
            ..wrong("another name of a platform", Manifest::new().platform("linux/x86_64"), "")
        },
        other("a platform", AnyNode::Manifest(Manifest::new().platform("linux")), "manifest"),
        other(
            "a platform twice",
            AnyNode::Index(Index::new().with(arm()).with(Manifest::new()).with(arm())),
            "index",
        ),
        other(
            "a version twice",
            AnyNode::Index(Index::new().with(first).with(second.with(Config::new()))),
            "index",
        ),
        other("an annotation of an index twice", AnyNode::Index(Index::new().annotations(twice())), "index"),
        other("the platform of a config", AnyNode::Config(Config::new().platform("linux/")), "config"),
    ]
}

fn in_descriptors() -> Vec<Mistake> {
    let dangling = || Descriptor::new().media_type("text/plain").digest(DIGEST).size(1);
    let wrong = |what, descriptor: Descriptor| Mistake {
        what,
        nodes: vec![AnyNode::Dangling(descriptor)],
        name: Name::Numbered("dangling"),
        below: String::new(),
    };
    let blob = |what, descriptor: Descriptor, size| {
        let blob = Blob::new("text/plain", Content::random(1, size)).descriptor(descriptor);
        Mistake {
            nodes: vec![AnyNode::Blob(blob)],
            name: Name::Numbered("blob"),
            ..wrong(what, Descriptor::new())
        }
    };
    let embedded = || Descriptor::new().data(true);
    let large = Layer::new().with(("f", Content::zeros(1 << 20))).descriptor(embedded());
    vec![
        wrong("no digest", Descriptor::new().media_type("text/plain").size(1)),
        wrong("no size", Descriptor::new().media_type("text/plain").digest(DIGEST)),
        wrong("no media type", Descriptor::new().digest(DIGEST).size(1)),
        wrong("a size", dangling().size("1 B")),
        wrong("a digest", dangling().digest(DIGEST.trim_end_matches('f'))),
        wrong("a URL", dangling().urls(["no scheme"])),
        wrong("another name of a platform", dangling().platform("linux/aarch64")),
        wrong("data of nothing", dangling().data(true)),
        wrong("the platform of nothing", dangling().platform("*")),
        wrong("an annotation twice", dangling().annotations([("a", ""), ("a", "")])),
        wrong("an annotation taken away twice", dangling().annotations([("a", "")]).without_annotation("a")),
        blob("a size of what is stored", Descriptor::new().size("1 B"), 1),
        blob("more than 1 MiB of other data", Descriptor::new().data(Content::zeros((1 << 20) + 1)), 1),
        blob("data of a file", Descriptor::new().data(Content::file("Cargo.toml")), 1),
        blob("a patch that is no map", Descriptor::new().merge([1]), 1),
        blob("a platform", Descriptor::new().platform("linux/amd64/v1/v2"), 1),
        blob("an annotation twice", Descriptor::new().annotations([("a", ""), ("a", "")]), 1),
        blob("data of more than 1 MiB", embedded(), (1 << 20) + 1),
        Mistake {
            nodes: vec![AnyNode::Manifest(manifest().with(large))],
            name: UNKNOWN,
            below: " > layer 1".to_owned(),
            ..wrong("data of a layer of more than 1 MiB", Descriptor::new())
        },
    ]
}

fn in_faults() -> Vec<Mistake> {
    let blob = |what, fault: fn(Blob) -> Blob| Mistake {
        what,
        nodes: vec![AnyNode::Blob(fault(Blob::new("text/plain", "of a fault")))],
        name: Name::Numbered("blob"),
        below: String::new(),
    };
    let index = |what, edit: fn(Index) -> Index| Mistake {
        nodes: vec![AnyNode::Index(edit(Index::new()))],
        name: Name::Numbered("index"),
        ..blob(what, |blob| blob)
    };
    vec![
        blob("truncated to all", |blob| blob.truncate(10)),
        blob("truncated by more than all", |blob| blob.truncate(-11)),
        blob("a flip behind the end", |blob| blob.flip(10)),
        blob("a flip before the start", |blob| blob.flip(-11)),
        blob("a flip of what was taken away", |blob| blob.truncate(3).flip(3)),
        blob("a flip and the same again", |blob| blob.flip(3).flip(-7)),
        blob("nothing prepended", |blob| blob.prepend("")),
        blob("nothing appended", |blob| blob.append(b"")),
        blob("replaced by the same", |blob| blob.replace("of a fault")),
        blob("a fault before replace", |blob| blob.flip(0).replace("other")),
        blob("a fault of what is missing", |blob| blob.flip(0).missing()),
        blob("missing twice", |blob| blob.missing().missing()),
        blob("a descriptor of what is not listed", |blob| blob.unlisted().descriptor(Descriptor::new())),
        index("raw beside an annotation", |index| index.raw("").annotations([("a", "b")])),
        index("raw beside a patch", |index| index.raw("").merge(Value::map([("a", 1)]))),
        index("a patch that is no map", |index| index.merge("text")),
        index("members that are no map", |index| index.extend(Value::null())),
        Mistake {
            nodes: vec![
                AnyNode::Blob(Blob::new("text/plain", "of two faults").flip(0)),
                AnyNode::Blob(Blob::new("text/css", "of two faults").flip(1)),
            ],
            ..blob("two faults of one blob", |blob| blob)
        },
    ]
}

fn in_references() -> Vec<Mistake> {
    let wrong = |what, manifests: Vec<Manifest>, name| Mistake {
        what,
        nodes: manifests.into_iter().map(AnyNode::Manifest).collect(),
        name: Name::Is(name),
        below: String::new(),
    };
    let named = |reference: &str| Manifest::new().reference(reference);
    let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let other = format!("app@{digest}");
    let label = Label::new("twice", Blob::new("text/plain", "twice"));
    let mentions = || Manifest::new().reference(Text::new("twice:") + label.hex());
    vec![
        wrong("a reference", vec![named("App")], "manifest \"App\""),
        wrong("an empty reference", vec![named("")], "manifest \"\""),
        wrong(
            "a reference twice",
            vec![named("twice"), named("docker.io/library/twice:latest")],
            "manifest \"docker.io/library/twice:latest\"",
        ),
        wrong(
            "another digest",
            vec![named(&other)],
            "manifest \"app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"",
        ),
        wrong("a mention of what stands nowhere", vec![mentions()], ""),
    ]
}

fn below_the_top() -> Vec<Mistake> {
    let wrong = |node: AnyNode, name, below: &str| Mistake {
        what: "a reference below the top level",
        nodes: vec![node],
        name: Name::Is(name),
        below: below.to_owned(),
    };
    let config = manifest().with(Config::new().reference("app"));
    vec![
        wrong(AnyNode::Manifest(manifest().reference("app:1")), "manifest \"app:1\"", ""),
        wrong(AnyNode::Index(Index::new().reference("app")), "index \"app\"", ""),
        wrong(AnyNode::Manifest(config), "unknown/unknown", " > config \"app\""),
    ]
}
