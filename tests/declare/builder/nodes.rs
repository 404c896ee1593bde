//! Indexes, manifests, platforms and configs.

use oci_fixture::{
    Blob, Config, Content, Descriptor, Entry, Fixture, History, Index, Layer, Manifest, Platform, Text,
    Value, arch, os, variant,
};

use super::{HEX, Pair};

pub(super) fn nodes() -> Vec<Pair> {
    let (reference, platform) = ("manifest:3", Platform::new(os::linux, arch::riscv64));
    vec![
        pair!("index" {
            index "index:1" {
                annotations: { "a": "b" },
                artifact_type: "text/plain",
                subject: { media_type: "text/plain", digest: HEX, size: 1 },
                descriptor: { annotations: { "c": "d" } },
                index { }
                manifest { }
                config linux/arm64 { }
                blob "text/plain" => "text",
            }
            index { }
        } Fixture::new()
            .with(
                Index::new()
                    .reference("index:1")
                    .annotations([("a", "b")])
                    .artifact_type("text/plain")
                    .subject(Descriptor::new().media_type("text/plain").digest(HEX).size(1))
                    .descriptor(Descriptor::new().annotations([("c", "d")]))
                    .with(Index::new())
                    .with(Manifest::new())
                    .with(Config::new().platform("linux/arm64"))
                    .with(Blob::new("text/plain", "text")),
            )
            .with(Index::new())),
        pair!("index" { #[docker] index { linux/amd64 { layer gzip { } } } }
        Fixture::new().with(
            Index::new()
                .docker()
                .with(Manifest::new().platform("linux/amd64").with(Layer::new().gzip())),
        )),
        pair!("manifest" {
            manifest "manifest:1" linux/arm/v7 {
                layer { }
                config { }
                blob "text/plain" => "text",
                annotations: { "a": "b" },
                artifact_type: "text/plain",
                subject: { media_type: "text/plain", digest: HEX, size: 1 },
                descriptor: { annotations: { "c": "d" } },
            }
        } Fixture::new().with(
            Manifest::new()
                .reference("manifest:1")
                .platform(Platform::new(os::linux, arch::arm).with_variant(variant::v7))
                .with(Layer::new())
                .with(Config::new())
                .with(Blob::new("text/plain", "text"))
                .annotations([("a", "b")])
                .artifact_type("text/plain")
                .subject(Descriptor::new().media_type("text/plain").digest(HEX).size(1))
                .descriptor(Descriptor::new().annotations([("c", "d")])),
        )),
        pair!("manifest" {
            manifest { "a" => "b" }
            manifest ("manifest:2") { "a/", "a/b" => "c" }
            manifest (reference) (platform.clone()) { }
            manifest linux/s390x { }
            #[docker]
            manifest "manifest:4" { layer gzip { } }
        } Fixture::new()
            .with(Manifest::new().with(("a", "b")))
            .with(Manifest::new().reference("manifest:2").with(Entry::directory("a/")).with(("a/b", "c")))
            .with(Manifest::new().reference(reference).platform(&platform))
            .with(Manifest::new().platform("linux/s390x"))
            .with(Manifest::new().reference("manifest:4").docker().with(Layer::new().gzip()))),
        pair!("platform" {
            index {
                linux/386 { }
                linux/arm64/v8 { }
                "linux/amd64" { }
                (platform.clone()) { }
                "windows(10.0.17763+win32k)/amd64" { }
                unknown/unknown { }
                unknown/unknown { "a" => "b" }
            }
        } Fixture::new().with(
            Index::new()
                .with(Manifest::new().platform("linux/386"))
                .with(Manifest::new().platform("linux/arm64/v8"))
                .with(Manifest::new().platform("linux/amd64"))
                .with(Manifest::new().platform(&platform))
                .with(Manifest::new().platform("windows(10.0.17763+win32k)/amd64"))
                .with(Manifest::new().platform("unknown/unknown"))
                .with(Manifest::new().platform("unknown/unknown").with(("a", "b"))),
        )),
    ]
}

pub(super) fn configs() -> Vec<Pair> {
    vec![
        pair!("config" {
            linux/amd64 {
                config {
                    user: "root",
                    exposed_ports: ["80/tcp", 443],
                    env: ["A=1"],
                    entrypoint: ["sh"],
                    cmd: ["-c", "true"],
                    volumes: ["/data"],
                    working_dir: "/",
                    labels: { "a": "b", "c": 1 },
                    stop_signal: "SIGTERM",
                    created: "2024-05-01T12:00:00Z",
                    author: "Ann",
                    os_version: "5.4",
                    os_features: ["x"],
                    history: [{ }],
                    descriptor: { annotations: { "d": "e" } },
                }
                layer { }
            }
        } Fixture::new().with(
            Manifest::new().platform("linux/amd64").with(
                Config::new()
                    .user("root")
                    .exposed_ports([Text::new("80/tcp"), Text::new(443)])
                    .env(["A=1"])
                    .entrypoint(["sh"])
                    .cmd(["-c", "true"])
                    .volumes(["/data"])
                    .working_dir("/")
                    .labels([("a", Text::new("b")), ("c", Text::new(1))])
                    .stop_signal("SIGTERM")
                    .created("2024-05-01T12:00:00Z")
                    .author("Ann")
                    .os_version("5.4")
                    .os_features(["x"])
                    .history([History::new()])
                    .descriptor(Descriptor::new().annotations([("d", "e")])),
            )
            .with(Layer::new()),
        )),
        pair!("history" {
            linux/amd64 {
                config {
                    history: [
                        {
                            created: "2024-05-01T12:00:00Z",
                            created_by: "COPY . .",
                            author: "Ann",
                            comment: "none",
                            empty_layer: true,
                        },
                        { empty_layer: false },
                    ],
                }
                layer { }
            }
        } Fixture::new().with(Manifest::new().platform("linux/amd64").with(Config::new().history([
            History::new()
                .created("2024-05-01T12:00:00Z")
                .created_by("COPY . .")
                .author("Ann")
                .comment("none")
                .empty_layer(true),
            History::new().empty_layer(false),
        ])).with(Layer::new()))),
        pair!("config at the top level" {
            config "config:1" linux/arm64 { cmd: ["true"] }
            config ("config:2") ("linux/s390x") { }
            config { }
            config "application/json" => "{}",
        } Fixture::new()
            .with(Config::new().reference("config:1").platform("linux/arm64").cmd(["true"]))
            .with(Config::new().reference("config:2").platform("linux/s390x"))
            .with(Config::new())
            .with(Config::of("application/json", "{}"))),
        pair!("config of another type" {
            manifest { config "application/json" => json { "a": 1 } }
        } Fixture::new().with(
            Manifest::new().with(Config::of("application/json", Content::json(Value::map([("a", 1)])))),
        )),
    ]
}
