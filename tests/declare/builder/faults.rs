//! Faults: the macro and the builder give the same bytes.

use oci_fixture::{
    Blob, Config, Content, Descriptor, Entry, Fixture, Header, Index, Label, Layer, Manifest, Tag, Text,
    Value,
};

use super::{HEX, Pair};

pub(super) fn after_sealing() -> Vec<Pair> {
    let (last, bytes) = (-1, vec![1, 2, 3]);
    vec![
        pair!("faults" {
            index {
                #[missing] linux/amd64 { "a" => "1" }
                linux/arm64 {
                    #[truncate = last] config { env: ["A=1"] }
                    #[flip = 0] #[flip = last] #[append = "\n"] layer { "a" => "2" }
                    #[prepend = &bytes] #[truncate = 5] blob "text/plain" => "text",
                    #[replace = json { "a": [null] }] layer gzip { "b" => "3" }
                }
            }
            #[replace = b""] 'image: index { }
            #[append = "of " + 'image.digest] manifest { "c" => "4" }
        } {
            let image = Label::new("image", Index::new().replace(b""));
            let arm64 = Manifest::new()
                .platform("linux/arm64")
                .with(Config::new().env(["A=1"]).truncate(-1))
                .with(Layer::new().with(("a", "2")).flip(0).flip(-1).append("\n"))
                .with(Blob::new("text/plain", "text").prepend(&bytes).truncate(5))
                .with(Layer::new().with(("b", "3")).gzip().replace(r#"{"a":[null]}"#));
            let of_image = Content::new(Text::new("of ") + image.digest());
            Fixture::new()
                .with(
                    Index::new()
                        .with(Manifest::new().platform("linux/amd64").with(("a", "1")).missing())
                        .with(arm64),
                )
                .with(&image)
                .with(Manifest::new().with(("c", "4")).append(of_image))
        }),
        pair!("conditions" {
            index {
                #[missing = last > 0] linux/amd64 { "a" => "1" }
                #[missing = last < 0] linux/arm64 { #[unchecked = last < 0] "../a" => "1" }
                linux/386 {
                    #[truncate = (last < 0).then_some(1)] #[prepend = Some(&bytes)] config { }
                    #[flip = None] #[append = None::<&str>] layer { "a" => "2" }
                    #[replace = (last < 0).then(|| "c".to_string())] #[unlisted = last > 0] blob "a/b" => "c d",
                }
            }
            #[unlisted = true] config { }
            #[docker = false] manifest { }
        } {
            let i386 = Manifest::new()
                .platform("linux/386")
                .with(Config::new().truncate(1).prepend(&bytes))
                .with(Layer::new().with(("a", "2")))
                .with(Blob::new("a/b", "c d").replace("c"));
            let arm64 = Manifest::new().platform("linux/arm64").with(Entry::file("../a", "1").unchecked());
            Fixture::new()
                .with(
                    Index::new()
                        .with(Manifest::new().platform("linux/amd64").with(("a", "1")))
                        .with(arm64.missing())
                        .with(i386),
                )
                .with(Config::new().unlisted())
                .with(Manifest::new())
        }),
        pair!("sparse" {
            linux/amd64 { #[sparse = "0.1"] "disk" => Content::sparse(4096, [(512, "x")]) }
        } Fixture::new().with(
            Manifest::new()
                .platform("linux/amd64")
                .with(Entry::file("disk", Content::sparse(4096, [(512, "x")])).sparse("0.1")),
        )),
        pair!("sha512" {
            #[sha512] 'index: index { linux/amd64 { 'layer: layer gzip { "a" => "1" } } }
            manifest { 'layer, #[sha512] config { } #[sha512] blob "a/b" => "c" }
            tag "app:1" => 'index,
        } {
            let layer = Label::new("layer", Layer::new().with(("a", "1")).gzip());
            let index = Index::new().with(Manifest::new().platform("linux/amd64").with(&layer)).sha512();
            let index = Label::new("index", index);
            let manifest = Manifest::new().with(layer.again()).with(Config::new().sha512());
            Fixture::new()
                .with(&index)
                .with(manifest.with(Blob::new("a/b", "c").sha512()))
                .with(Tag::new("app:1", &index))
        }),
        pair!("unlisted" {
            index {
                #[unlisted] linux/amd64 { "a" => "1" }
                linux/amd64 { layer { "a" => "2" } #[unlisted] layer { "a" => "3" } #[unlisted] blob "a/b" => "c" }
            }
            #[unlisted] config { env: ["A=2"] }
        } Fixture::new()
            .with(
                Index::new().with(Manifest::new().with(("a", "1")).unlisted()).with(
                    Manifest::new()
                        .with(Layer::new().with(("a", "2")))
                        .with(Layer::new().with(("a", "3")).unlisted())
                        .with(Blob::new("a/b", "c").unlisted()),
                ),
            )
            .with(Config::new().env(["A=2"]).unlisted())),
    ]
}

pub(super) fn documents() -> Vec<Pair> {
    let patch = || Value::map([("a", 1)]);
    vec![
        pair!("the top level" {
            annotations: { "a": "b" },
            merge: { "schemaVersion": 1, "mediaType": null },
            extend: { "manifests": [], "manifests": {} },
            oci_layout: json { "imageLayoutVersion": "2.0.0" },
        } Fixture::new()
            .annotations([("a", "b")])
            .merge(Value::map([("schemaVersion", Value::new(1)), ("mediaType", Value::null())]))
            .extend(Value::map([("manifests", Value::list([0; 0])), ("manifests", Value::map([("", 0); 0]))]))
            .oci_layout(r#"{"imageLayoutVersion":"2.0.0"}"#)),
        pair!("the top level" { raw: "no JSON", oci_layout: null, linux/amd64 { } }
        Fixture::new().raw("no JSON").without_oci_layout().with(Manifest::new())),
        pair!("index" {
            'image: index {
                annotations: { "a": "b" },
                merge: { "annotations": { "a": null, "c": [1, null] } },
                extend: { "a": 1, "a": 2 },
            }
            index { merge: patch(), extend: { "image": 'image.size } }
            index { raw: json { "manifests": ['image.digest] }, linux/amd64 { } }
        } {
            let merged = Value::map([(
                "annotations",
                Value::map([("a", Value::null()), ("c", Value::list([Value::new(1), Value::null()]))]),
            )]);
            let image = Index::new()
                .annotations([("a", "b")])
                .merge(merged)
                .extend(Value::map([("a", 1), ("a", 2)]));
            let image = Label::new("image", image);
            let raw = Content::json(Value::map([("manifests", [image.digest()])]));
            Fixture::new()
                .with(&image)
                .with(Index::new().merge(patch()).extend(Value::map([("image", image.size())])))
                .with(Index::new().raw(raw).with(Manifest::new()))
        }),
        pair!("manifest" {
            manifest { merge: { "layers": null }, extend: { "Layers": [] }, "a" => "b" }
            manifest { raw: b"\xff", "a" => "b" }
        } Fixture::new()
            .with(
                Manifest::new()
                    .merge(Value::map([("layers", Value::null())]))
                    .extend(Value::map([("Layers", Value::list([0; 0]))]))
                    .with(("a", "b")),
            )
            .with(Manifest::new().raw(b"\xff").with(("a", "b")))),
        pair!("config" {
            manifest {
                layer { }
                config {
                    diff_ids: ["sha256:0", HEX],
                    merge: { "config": { "User": 4294967296 } },
                    extend: { "rootfs": null },
                }
            }
            manifest { layer { } config { diff_ids: [] } }
            manifest { layer { } config { raw: "" } }
        } Fixture::new()
            .with(
                Manifest::new().with(Layer::new()).with(
                    Config::new()
                        .diff_ids(["sha256:0", HEX])
                        .merge(Value::map([("config", Value::map([("User", 4_294_967_296_i64)]))]))
                        .extend(Value::map([("rootfs", Value::null())])),
                ),
            )
            .with(Manifest::new().with(Layer::new()).with(Config::new().diff_ids([""; 0])))
            .with(Manifest::new().with(Layer::new()).with(Config::new().raw("")))),
    ]
}

pub(super) fn descriptors() -> Vec<Pair> {
    let patch = || Value::map([("a", 1)]);
    vec![
        pair!("blob" {
            'image: index { }
            manifest {
                blob "text/plain" { content: "no tar", diff_id: "sha256:0" }
                blob "text/plain" { content: "no tar either", diff_id: 'image.digest }
            }
        } {
            let image = Label::new("image", Index::new());
            Fixture::new().with(&image).with(
                Manifest::new()
                    .with(Blob::new("text/plain", "no tar").diff_id("sha256:0"))
                    .with(Blob::new("text/plain", "no tar either").diff_id(image.digest())),
            )
        }),
        pair!("dangling" {
            #[unchecked] dangling { media_type: "text/plain", digest: "", size: -5, data: "x", merge: { "size": "large" } }
            index {
                linux/amd64 { }
                #[unchecked]
                dangling { media_type: "text/plain", digest: HEX, size: 1e3, platform: linux/amd64 }
            }
        } Fixture::new()
            .with(
                Descriptor::new()
                    .media_type("text/plain")
                    .digest("")
                    .size(-5)
                    .data("x")
                    .merge(Value::map([("size", "large")]))
                    .unchecked(),
            )
            .with(
                Index::new().with(Manifest::new().platform("linux/amd64")).with(
                    Descriptor::new()
                        .media_type("text/plain")
                        .digest(HEX)
                        .size("1e3")
                        .platform("linux/amd64")
                        .unchecked(),
                ),
            )),
        pair!("descriptor" {
            manifest {
                descriptor: {
                    media_type: "no type",
                    digest: "sha256:../../x",
                    size: 9223372036854775808,
                    data: json { "a": 1 },
                    merge: { "urls": {}, "digest": null },
                }
                layer { descriptor: { size: "-0.5e-3", data: b"\0", merge: patch() } }
            }
        } Fixture::new().with(
            Manifest::new()
                .descriptor(
                    Descriptor::new()
                        .media_type("no type")
                        .digest("sha256:../../x")
                        .size(1_u64 << 63)
                        .data(r#"{"a":1}"#)
                        .merge(Value::map([("urls", Value::map([("", 0); 0])), ("digest", Value::null())])),
                )
                .with(
                    Layer::new()
                        .descriptor(Descriptor::new().size("-0.5e-3").data(b"\0").merge(patch())),
                ),
        )),
        pair!("unchecked" {
            #[unchecked] index "UPPER" { linux/amd64 { } #[unchecked] linux/amd64 { "a" => "b" } }
            #[unchecked] manifest "../x" { }
            #[unchecked] config "../x" linux/arm64 { }
        } Fixture::new()
            .with(
                Index::new()
                    .reference("UPPER")
                    .unchecked()
                    .with(Manifest::new())
                    .with(Manifest::new().with(("a", "b")).unchecked()),
            )
            .with(Manifest::new().reference("../x").unchecked())
            .with(Config::new().reference("../x").platform("linux/arm64").unchecked())),
    ]
}

pub(super) fn layers() -> Vec<Pair> {
    vec![
        pair!("layer" {
            linux/amd64 {
                layer { "a" => "b", eof: 0 }
                layer gzip { eof: 1, "a" => "b" }
                layer zstd { raw: "no tar" }
                layer { raw: Content::zeros(3) }
            }
        } Fixture::new().with(
            Manifest::new()
                .with(Layer::new().with(("a", "b")).eof(0))
                .with(Layer::new().with(("a", "b")).gzip().eof(1))
                .with(Layer::new().zstd().raw("no tar"))
                .with(Layer::new().raw(Content::zeros(3))),
        )),
        pair!("entries" {
            linux/amd64 {
                #[unchecked] "/../a" => "1",
                "b" => "2",
                #[unchecked] #[mode = 0o600] "b" => "3",
                #[unchecked] "../c/",
                #[unchecked] "d" -> "/../../e",
                #[unchecked] hardlink "f" -> "/g",
                #[unchecked] whiteout "../h",
                #[unchecked] opaque "/",
                #[unchecked] fifo "",
                #[unchecked] #[xattr("", "1")] #[xattr("", "2")] char "i/" (1, 2),
            }
        } Fixture::new().with(
            Manifest::new()
                .with(Entry::file("/../a", "1").unchecked())
                .with(("b", "2"))
                .with(Entry::file("b", "3").mode(0o600).unchecked())
                .with(Entry::directory("../c/").unchecked())
                .with(Entry::symlink("d", "/../../e").unchecked())
                .with(Entry::hardlink("f", "/g").unchecked())
                .with(Entry::whiteout("../h").unchecked())
                .with(Entry::opaque("/").unchecked())
                .with(Entry::fifo("").unchecked())
                .with(Entry::char("i/", 1, 2).xattr("", "1").xattr("", "2").unchecked()),
        )),
    ]
}

pub(super) fn headers() -> Vec<Pair> {
    let (name, size) = (vec![b'f'; 3], u64::MAX);
    vec![pair!("entry" {
        manifest {
            layer {
                entry { }
                entry {
                    name: &name,
                    linkname: "../../l",
                    typeflag: "2",
                    mode: 0o104755,
                    uid: -1,
                    gid: b"octal?",
                    size: size,
                    mtime: 1_000,
                    checksum: 0,
                    magic: b"ustar ",
                    version: " \0",
                    uname: "root",
                    gname: b"\xff",
                    devmajor: 0x7f,
                    devminor: "1",
                    prefix: "..",
                    body: json { "a": [1] },
                    pax: { "path": "one", "path": b"\0", b"\xff": &name, (&name): "" },
                }
                entry { raw: Content::zeros(512) }
            }
        }
        manifest { entry { name: "a", typeflag: b'5' } if size > 0 { entry { typeflag: 0, body: "x" } } }
    } Fixture::new()
        .with(
            Manifest::new().with(
                Layer::new()
                    .with(Header::new())
                    .with(
                        Header::new()
                            .name(&name)
                            .linkname("../../l")
                            .typeflag("2")
                            .mode(0o104_755)
                            .uid(-1)
                            .gid(b"octal?")
                            .size(size)
                            .mtime(1_000)
                            .checksum(0)
                            .magic(b"ustar ")
                            .version(" \0")
                            .uname("root")
                            .gname(b"\xff")
                            .devmajor(0x7f)
                            .devminor("1")
                            .prefix("..")
                            .body(r#"{"a":[1]}"#)
                            .pax([("path", "one"), ("path", "\0")])
                            .pax([(b"\xff".as_slice(), name.as_slice()), (name.as_slice(), b"")]),
                    )
                    .with(Header::new().raw(Content::zeros(512))),
            ),
        )
        .with(
            Manifest::new()
                .with(Header::new().name("a").typeflag("5"))
                .with(Header::new().typeflag(0).body("x")),
        ))]
}
