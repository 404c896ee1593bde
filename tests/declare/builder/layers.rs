//! Layers, their entries and contents.

use std::time::SystemTime;

use oci_fixture::{Content, Descriptor, Encoder, Entry, Fixture, Gzip, Layer, Manifest, Plain, Zstd};

use super::Pair;

pub(super) fn layers() -> Vec<Pair> {
    let encoder: Encoder = Gzip::stored().members(3).suffix("garbage".repeat(3)).into();
    vec![pair!("layer" {
        linux/amd64 {
            layer { "a" => "b", descriptor: { annotations: { "c": "d" } } }
            layer gzip { "a" => "b" }
            layer zstd { "a" => "b" }
            layer (encoder.clone()) { "a" => "c" }
            layer (Zstd::stored().frames(2).window(2 << 30)) { "a" => "c" }
            layer (Plain::new().labelled("gzip")) { "a" => "c" }
        }
    } Fixture::new().with(
        Manifest::new()
            .platform("linux/amd64")
            .with(Layer::new().with(("a", "b")).descriptor(Descriptor::new().annotations([("c", "d")])))
            .with(Layer::new().with(("a", "b")).gzip())
            .with(Layer::new().with(("a", "b")).zstd())
            .with(Layer::new().with(("a", "c")).encoder(encoder.clone()))
            .with(Layer::new().with(("a", "c")).encoder(Zstd::stored().frames(2).window(2 << 30)))
            .with(Layer::new().with(("a", "c")).encoder(Plain::new().labelled("gzip"))),
    ))]
}

#[allow(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn entries() -> Vec<Pair> {
    vec![
        pair!("entries" {
            linux/amd64 {
                layer {
                    "bin/",
                    "bin/bash" => "#!",
                    "bin/sh" -> "bash",
                    hardlink "bin/rbash" -> "bin/bash",
                    whiteout "etc/passwd",
                    opaque "var/",
                    fifo "run/pipe",
                    char "dev/null" (1, 3),
                    block "dev/sda" (8, 0),
                }
            }
        } Fixture::new().with(
            Manifest::new().platform("linux/amd64").with(
                Layer::new()
                    .with(Entry::directory("bin/"))
                    .with(Entry::file("bin/bash", "#!"))
                    .with(Entry::symlink("bin/sh", "bash"))
                    .with(Entry::hardlink("bin/rbash", "bin/bash"))
                    .with(Entry::whiteout("etc/passwd"))
                    .with(Entry::opaque("var/"))
                    .with(Entry::fifo("run/pipe"))
                    .with(Entry::char("dev/null", 1, 3))
                    .with(Entry::block("dev/sda", 8, 0)),
            ),
        )),
        pair!("names of bytes" {
            linux/amd64 {
                b"caf\xe9/",
                b"caf\xe9/menu" => "1",
                b"menu\xe9" -> b"caf\xe9/menu",
                hardlink "menu" -> b"caf\xe9/menu",
                whiteout b"the\xe9",
                (b"\xff") => "2",
            }
        } Fixture::new().with(
            Manifest::new()
                .platform("linux/amd64")
                .with(Entry::directory(b"caf\xe9/"))
                .with(Entry::file(b"caf\xe9/menu", "1"))
                .with(Entry::symlink(b"menu\xe9", b"caf\xe9/menu"))
                .with(Entry::hardlink("menu", b"caf\xe9/menu"))
                .with(Entry::whiteout(b"the\xe9"))
                .with((b"\xff", "2")),
        )),
        pair!("expressions alone" {
            (Manifest::new().platform("linux/s390x")),
            linux/amd64 {
                (Layer::new().with(("a", "b"))),
                layer { (format!("etc/{}/", "c")), (Entry::fifo("d")), (("e", "f")) }
            }
            linux/arm64 { (String::from("etc/")), (&Entry::file("etc/g", "h")) }
        } Fixture::new()
            .with(Manifest::new().platform("linux/s390x"))
            .with(
                Manifest::new().platform("linux/amd64").with(Layer::new().with(("a", "b"))).with(
                    Layer::new().with(Entry::directory("etc/c/")).with(Entry::fifo("d")).with(("e", "f")),
                ),
            )
            .with(
                Manifest::new()
                    .platform("linux/arm64")
                    .with(Entry::directory("etc/"))
                    .with(Entry::file("etc/g", "h")),
            )),
        pair!("attributes" {
            linux/amd64 {
                #[mode = 0o600] #[uid = 1] #[gid = 2] #[uname = "a"] #[gname = format!("b")] #[mtime = -3]
                #[xattr("user.a", "b")] #[xattr("user.c", b"\xff")]
                "file" => "content",
                #[mode = 0o700] "directory/",
                #[uid = 5] "symlink" -> "file",
                #[gid = 6] hardlink "hardlink" -> "file",
                #[mtime = 7.25] whiteout "gone",
                #[mtime = SystemTime::UNIX_EPOCH] opaque "directory/",
                #[mode = 0o666] fifo "fifo",
                #[mode = 0o666] char "char" (1, 2),
                #[mode = 0o660] block "block" (3, 4),
            }
        } Fixture::new().with(
            Manifest::new()
                .platform("linux/amd64")
                .with(
                    Entry::file("file", "content")
                        .mode(0o600)
                        .uid(1)
                        .gid(2)
                        .uname("a")
                        .gname("b")
                        .mtime(-3)
                        .xattr("user.a", "b")
                        .xattr("user.c", b"\xff"),
                )
                .with(Entry::directory("directory/").mode(0o700))
                .with(Entry::symlink("symlink", "file").uid(5))
                .with(Entry::hardlink("hardlink", "file").gid(6))
                .with(Entry::whiteout("gone").mtime("7.25"))
                .with(Entry::opaque("directory/").mtime(0))
                .with(Entry::fifo("fifo").mode(0o666))
                .with(Entry::char("char", 1, 2).mode(0o666))
                .with(Entry::block("block", 3, 4).mode(0o660)),
        )),
        pair!("contents" {
            linux/amd64 {
                "text" => "text",
                "bytes" => b"\0\xff",
                "owned" => vec![1, 2, 3],
                "zeros" => Content::zeros(3),
                "random" => Content::random(1, 9),
                "repeat" => Content::repeat("ab", 3),
                "json" => json { "a": [1, "b", null, true] },
            }
        } Fixture::new().with(
            Manifest::new()
                .platform("linux/amd64")
                .with(("text", "text"))
                .with(("bytes", b"\0\xff"))
                .with(("owned", vec![1, 2, 3]))
                .with(("zeros", Content::zeros(3)))
                .with(("random", Content::random(1, 9)))
                .with(("repeat", Content::repeat("ab", 3)))
                .with(("json", r#"{"a":[1,"b",null,true]}"#)),
        )),
    ]
}
