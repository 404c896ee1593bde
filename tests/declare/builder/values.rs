//! Flow, and values of every sort.

use std::collections::BTreeMap;

use oci_fixture::{
    Blob, Config, Content, Descriptor, Entry, Fixture, History, Index, Label, Layer, Manifest, Text, Value,
};

use super::{Pair, elsewhere};

pub(super) fn flows() -> Vec<Pair> {
    let (some, none): (Option<&str>, Option<&str>) = (Some("some"), None);
    vec![
        pair!("for" {
            for number in 0..3 {
                manifest (format!("app:{number}")) {
                    for (path, content) in [("a", "b"), ("c", "d")] {
                        'layer: layer { (path) => content, for name in 0..number { (name) => "" } }
                        'layer
                    }
                }
            }
        } {
            let mut fixture = Fixture::new();
            for number in 0..3 {
                let mut manifest = Manifest::new().reference(format!("app:{number}"));
                for (path, content) in [("a", "b"), ("c", "d")] {
                    let mut layer = Layer::new().with((path, content));
                    for name in 0..number {
                        layer.push((name, ""));
                    }
                    let layer = Label::new("layer", layer);
                    manifest.push(&layer);
                    manifest.push(layer.again());
                }
                fixture.push(manifest);
            }
            fixture
        }),
        pair!("if" {
            linux/amd64 {
                if let Some(name) = some { (name) => "if let" }
                if let Some(name) = none { (name) => "none" } else { "none" => "else" }
                if let Some(name) = some && name.len() == 4 { "chain" => name }
                if none.is_some() { "x" => "y" } else if some.is_none() { "x" => "z" } else { "last" => "else" }
            }
            index {
                if some.is_some() { annotations: { "a": "b" } }
            }
        } Fixture::new()
            .with(
                Manifest::new()
                    .platform("linux/amd64")
                    .with(("some", "if let"))
                    .with(("none", "else"))
                    .with(("chain", "some"))
                    .with(("last", "else")),
            )
            .with(Index::new().annotations([("a", "b")]))),
        pair!("splice" {
            ..["a:1", "b:1"].map(|name| Manifest::new().reference(name)),
            linux/arm64 {
                layer { ..(0..2).map(|number| (number.to_string(), "content")), "last" => "" }
                layer { ..[Entry::directory("etc/"), Entry::fifo("etc/pipe")] }
            }
            index { ..some.iter().map(|_| Index::new()) }
        } Fixture::new()
            .with(Manifest::new().reference("a:1"))
            .with(Manifest::new().reference("b:1"))
            .with(
                Manifest::new()
                    .platform("linux/arm64")
                    .with(Layer::new().with(("0", "content")).with(("1", "content")).with(("last", "")))
                    .with(Layer::new().with(Entry::directory("etc/")).with(Entry::fifo("etc/pipe"))),
            )
            .with(Index::new().with(Index::new()))),
    ]
}

pub(super) fn values() -> Vec<Pair> {
    let (key, value) = ("key", String::from("value"));
    let list = vec!["A=1".to_owned(), "B=2".to_owned()];
    let map = BTreeMap::from([("a", "b"), ("c", "d")]);
    let blocks = || (0..2).map(|number| History::new().comment(number));
    vec![
        pair!("values" {
            linux/amd64 {
                annotations: { (key): &value, "number": -5, "sum": 1 + 1 },
                config {
                    user: value.len(),
                    env: &list,
                    cmd: [key, &value, 7],
                    labels: &map,
                    history: blocks(),
                    descriptor: Descriptor::new().annotations(&map),
                }
                layer { } layer { }
            }
            manifest {
                artifact_type: "text/plain",
                subject: elsewhere(),
                config { history: [{ comment: "block" }, History::new().comment("value")] }
                layer { } layer { }
            }
        } Fixture::new()
            .with(
                Manifest::new()
                    .platform("linux/amd64")
                    .annotations([(key, Text::new(&value)), ("number", Text::new(-5)), ("sum", Text::new(2))])
                    .with(
                        Config::new()
                            .user(5)
                            .env(["A=1", "B=2"])
                            .cmd(["key", "value", "7"])
                            .labels([("a", "b"), ("c", "d")])
                            .history([History::new().comment(0), History::new().comment(1)])
                            .descriptor(Descriptor::new().annotations([("a", "b"), ("c", "d")])),
                    )
                    .with(Layer::new())
                    .with(Layer::new()),
            )
            .with(
                Manifest::new().artifact_type("text/plain").subject(elsewhere()).with(
                    Config::new()
                        .history([History::new().comment("block"), History::new().comment("value")]),
                ).with(Layer::new()).with(Layer::new()),
            )),
        pair!("json" {
            blob "application/json" => json {
                "null": null,
                "bool": true,
                "number": 9223372036854775808,
                "negative": -5,
                "float": 1e3,
                "text": "<&>",
                "list": [[], {}, key],
                "map": { (key): &value, "same": 1, "same": 2 },
                "value": &list,
            },
        } Fixture::new().with(Blob::new(
            "application/json",
            Content::json(Value::map([
                ("null", Value::null()),
                ("bool", Value::new(true)),
                ("number", Value::number("9223372036854775808")),
                ("negative", Value::new(-5)),
                ("float", Value::number("1e3")),
                ("text", Value::new("<&>")),
                (
                    "list",
                    Value::list([Value::list([0; 0]), Value::map([("", 0); 0]), Value::new("key")]),
                ),
                (
                    "map",
                    Value::map([("key", Value::new("value")), ("same", Value::new(1)), ("same", Value::new(2))]),
                ),
                ("value", Value::new(["A=1", "B=2"])),
            ])),
        ))),
    ]
}

pub(super) fn calls() -> Vec<Pair> {
    vec![pair!("calls that add" {
        manifest "a:1" {
            annotations: { "a": "1", "b": "2", "C": 3 },
            config {
                env: ["A=1", "B=2"],
                entrypoint: ["sh", "-c"],
                cmd: ["exit", "0"],
                labels: { "a": "1", "b": "2", "C": 3 },
            }
        }
    } Fixture::new().with(
        Manifest::new()
            .annotations([("a", "1"), ("b", "2")])
            .with(
                Config::new()
                    .labels([("a", "1"), ("b", "2")])
                    .cmd(["exit"])
                    .env(["A=1"])
                    .labels([("C", 3)])
                    .env(["B=2"])
                    .entrypoint(["sh"])
                    .entrypoint(["-c"])
                    .cmd(["0"]),
            )
            .annotations([("C", 3)])
            .reference("a:1"),
    ))]
}
