//! Blobs, descriptors and labels.

use oci_fixture::{
    Base, Blob, Config, Content, Descriptor, Entry, ExtraFile, Fixture, Header, History, Index, Label, Layer,
    Manifest, Platform, Tag, Text, Value, arch, os,
};

use super::{HEX, Pair, elsewhere};

/// An image of another layout.
fn base() -> Base {
    let layer = Layer::new().with(("a", "b")).gzip();
    let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap();
    Base::from(layout.platform("linux/amd64").unwrap())
}

pub(super) fn blobs_and_descriptors() -> Vec<Pair> {
    vec![
        pair!("blob" {
            blob "text/plain" => "at the top level",
            manifest {
                blob "text/plain" {
                    content: "content",
                    descriptor: { annotations: { "a": "b" } },
                }
                blob ("text/plain") => json ["c"],
            }
        } Fixture::new().with(Blob::new("text/plain", "at the top level")).with(
            Manifest::new()
                .with(
                    Blob::new("text/plain", "content")
                        .descriptor(Descriptor::new().annotations([("a", "b")])),
                )
                .with(Blob::new("text/plain", Content::json(["c"]))),
        )),
        pair!("dangling" {
            dangling {
                media_type: "text/plain",
                digest: HEX,
                size: 12,
                platform: linux/arm64,
                annotations: { "a": "b" },
                urls: ["https://example.com"],
                artifact_type: "text/html",
                diff_id: true,
            }
            index { dangling { media_type: "text/plain", digest: HEX, size: 12 } }
            manifest { dangling { media_type: "text/plain", digest: HEX, size: "12" } }
        } Fixture::new()
            .with(
                elsewhere()
                    .platform("linux/arm64")
                    .annotations([("a", "b")])
                    .urls(["https://example.com"])
                    .artifact_type("text/html")
                    .diff_id(true),
            )
            .with(Index::new().with(elsewhere()))
            .with(Manifest::new().with(elsewhere()))),
        pair!("descriptor" {
            manifest {
                descriptor: {
                    annotations: { "a": "b" },
                    urls: ["https://example.com"],
                    platform: linux/amd64,
                    artifact_type: "text/html",
                    data: true,
                }
            }
            manifest "named:latest" { descriptor: { ref_name: "named:latest" } }
            index {
                linux/amd64 { descriptor: { data: false, platform: "linux/arm/v6" } }
                linux/arm64 { descriptor: { platform: (Platform::new(os::darwin, arch::arm64)) } }
            }
        } Fixture::new()
            .with(
                Manifest::new().descriptor(
                    Descriptor::new()
                        .annotations([("a", "b")])
                        .urls(["https://example.com"])
                        .platform("linux/amd64")
                        .artifact_type("text/html")
                        .data(true),
                ),
            )
            .with(Manifest::new().reference("named:latest").descriptor(Descriptor::new().ref_name("named:latest")))
            .with(
                Index::new()
                    .with(
                        Manifest::new()
                            .platform("linux/amd64")
                            .descriptor(Descriptor::new().data(false).platform("linux/arm/v6")),
                    )
                    .with(
                        Manifest::new()
                            .platform("linux/arm64")
                            .descriptor(Descriptor::new().platform("darwin/arm64")),
                    ),
            )),
    ]
}

#[allow(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn labels() -> Vec<Pair> {
    vec![
        pair!("label" {
            'index: index {
                'image: linux/amd64 {
                    'layer: layer { "a" => "b" }
                    'config: config { cmd: ["true"] }
                    'blob: blob "text/plain" => "text",
                    'dangling: dangling { media_type: "text/plain", digest: HEX, size: 12 }
                    descriptor: { annotations: { "first": "yes" } },
                }
                linux/arm64 { 'layer, 'blob { descriptor: { annotations: { "a": "b" } } } 'dangling }
            }
            'index,
            'image { descriptor: { platform: linux/386 } }
        } {
            let layer = Label::new("layer", Layer::new().with(("a", "b")));
            let config = Label::new("config", Config::new().cmd(["true"]));
            let blob = Label::new("blob", Blob::new("text/plain", "text"));
            let dangling = Label::new("dangling", elsewhere());
            let image = Manifest::new()
                .platform("linux/amd64")
                .with(&layer)
                .with(&config)
                .with(&blob)
                .with(&dangling)
                .descriptor(Descriptor::new().annotations([("first", "yes")]));
            let image = Label::new("image", image);
            let again = Manifest::new()
                .platform("linux/arm64")
                .with(layer.again())
                .with(blob.again().descriptor(Descriptor::new().annotations([("a", "b")])))
                .with(dangling.again());
            let index = Label::new("index", Index::new().with(&image).with(again));
            Fixture::new()
                .with(&index)
                .with(index.again())
                .with(image.again().descriptor(Descriptor::new().platform("linux/386")))
        }),
        pair!("what is said of a label" {
            'image: manifest "app:1" { "a" => "b" }
            manifest {
                annotations: { "digest": 'image.digest, "text": "<" + 'image.hex + ">" },
                config {
                    user: 'image.size,
                    env: ["IMAGE=" + 'image.digest],
                    labels: { "size": 'image.size + 1 + ("x") },
                    history: [{ comment: 'image.hex, empty_layer: true }],
                }
                blob "text/plain" => "image " + 'image.digest,
                blob "application/json" => json { "image": ['image.size, 'image.hex] },
                dangling { media_type: "text/plain", digest: 'image.digest, size: 'image.size }
                descriptor: { annotations: { "of": 'image.digest } },
            }
            tag "app:2" => 'image,
            tag "app:sha256-" + 'image.hex + ".sig" => 'image,
        } {
            let image = Label::new("image", Manifest::new().reference("app:1").with(("a", "b")));
            let config = Config::new()
                .user(image.size())
                .env([Text::new("IMAGE=") + image.digest()])
                .labels([("size", image.size() + 1 + "x")])
                .history([History::new().comment(image.hex()).empty_layer(true)]);
            let json = Value::map([("image", [Value::new(image.size()), Value::new(image.hex())])]);
            let dangling = Descriptor::new().media_type("text/plain").digest(image.digest()).size(image.size());
            Fixture::new()
                .with(&image)
                .with(
                    Manifest::new()
                        .annotations([("digest", image.digest()), ("text", Text::new("<") + image.hex() + ">")])
                        .with(config)
                        .with(Blob::new("text/plain", Content::new(Text::new("image ") + image.digest())))
                        .with(Blob::new("application/json", Content::json(json)))
                        .with(dangling)
                        .descriptor(Descriptor::new().annotations([("of", image.digest())])),
                )
                .with(Tag::new("app:2", &image))
                .with(Tag::new(Text::new("app:sha256-") + image.hex() + ".sig", &image))
        }),
        pair!("config of another type" {
            manifest {
                artifact_type: "a/b",
                config "text/plain" { content: "text", descriptor: { data: true, annotations: { "a": "b" } } }
            }
            'image: manifest "app:1" { (String::from("c")) => "d" }
            tag "app:2" => 'image { descriptor: { ref_name: "other" } }
        } {
            let described = Descriptor::new().data(true).annotations([("a", "b")]);
            let config = Config::of("text/plain", "text").descriptor(described);
            let image = Label::new("image", Manifest::new().reference("app:1").with(("c", "d")));
            Fixture::new()
                .with(Manifest::new().artifact_type("a/b").with(config))
                .with(&image)
                .with(Tag::new("app:2", &image).descriptor(Descriptor::new().ref_name("other")))
        }),
        pair!("from" {
            linux/amd64 { from (base()), layer { "c" => "d" } }
            linux/amd64 { #[unchecked] from (base()), config { cmd: ["e"] } }
        } Fixture::new()
            .with(Manifest::new().with(base()).with(Layer::new().with(("c", "d"))))
            .with(Manifest::new().with(base().unchecked()).with(Config::new().cmd(["e"])))),
        pair!("file" {
            'image: manifest "app:1" {}
            file "docs/README" => "text",
            file "docs/" + 'image.hex => json { "size": 'image.size },
            #[unchecked] file (String::from("blobs/left.tmp")) => 'image.bytes,
        } {
            let image = Label::new("image", Manifest::new().reference("app:1"));
            let size = Content::json(Value::map([("size", image.size())]));
            Fixture::new()
                .with(&image)
                .with(ExtraFile::new("docs/README", "text"))
                .with(ExtraFile::new(Text::new("docs/") + image.hex(), size))
                .with(ExtraFile::new("blobs/left.tmp", image.bytes()).unchecked())
        }),
        pair!("what a layer says of a label" {
            'image: manifest "app:1" { 'base: layer gzip { "a" => "b" } }
            linux/arm64 {
                #[xattr("user." + 'base.hex, 'image.digest)] "a" + 'base.size => 'image.bytes,
                "b" -> "a" + 'base.size,
                hardlink "c" -> "a" + 'base.size,
                "d" => json ['image.descriptor, 'base.diff_id, 'image.size - 1],
                entry { name: 'base.hex, size: 'image.size, body: 'image.bytes, pax: { "comment": 'base.digest } }
            }
        } {
            let base = Label::new("base", Layer::new().with(("a", "b")).gzip());
            let image = Label::new("image", Manifest::new().reference("app:1").with(&base));
            let name = || Text::new("a") + base.size();
            let list = [image.descriptor_json(), Value::new(base.diff_id()), Value::new(image.size() - 1)];
            let file = Entry::file(name(), image.bytes()).xattr(Text::new("user.") + base.hex(), image.digest());
            let header = Header::new().name(base.hex()).size(image.size()).body(image.bytes());
            Fixture::new().with(&image).with(
                Manifest::new()
                    .platform("linux/arm64")
                    .with(file)
                    .with(Entry::symlink("b", name()))
                    .with(Entry::hardlink("c", name()))
                    .with(("d", Content::json(Value::list(list))))
                    .with(header.pax([("comment", base.digest())])),
            )
        }),
        pair!("subject" {
            'image: manifest "app:1" { "c" => "d" }
            manifest { artifact_type: "text/plain", subject: 'image, }
            index { artifact_type: "text/plain", subject: 'image, }
        } {
            let image = Label::new("image", Manifest::new().reference("app:1").with(("c", "d")));
            Fixture::new()
                .with(&image)
                .with(Manifest::new().artifact_type("text/plain").subject(&image))
                .with(Index::new().artifact_type("text/plain").subject(&image))
        }),
    ]
}
