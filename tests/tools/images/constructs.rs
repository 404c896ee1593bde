//! Images of the constructs that other tools have rules of their own for: names that are no text, holes in files, owners by
//! name, times with a fraction, encoders, headers of gzip, `null` in a config, other media types, base images, further files
//! and digests of sha512.

use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;
use oci_fixture::{Content, Encoder, Fixture, Gzip, oci_image};

/// Names of two bytes that are no text, the first of which differ in the last byte alone.
pub(super) fn names() -> Fixture {
    oci_image! {
        manifest "names:latest" {
            b"caf\xe8/",
            b"caf\xe8/file" => "grave",
            b"caf\xe9" => "acute",
            hardlink b"caf\xe9-hard" -> b"caf\xe9",
            b"caf\xe9-link" -> b"caf\xe8/file",
            // A path that does not fit into the header.
            ([0xff; 120].to_vec()) => "long",
            #[xattr("user.bytes", [0xe9])] "plain" => "text",
        }
    }
}

fn disk() -> Content {
    Content::sparse(1 << 20, [(0, "boot"), (65_536, "data"), (1_048_572, "last")])
}

/// Files with holes, in the formats of GNU tar that are PAX.
pub(super) fn sparse() -> Fixture {
    oci_image! {
        manifest "sparse:latest" {
            layer {
                "full" => disk(),
                #[sparse = "0.0"] "pax-0.0" => disk(),
                #[sparse = "0.1"] "pax-0.1" => disk(),
            }
            layer gzip { #[sparse = "1.0"] #[mode = 0o600] "pax-1.0" => disk() }
        }
    }
}

/// A file with holes in the old format of GNU tar.
pub(super) fn old_sparse() -> Fixture {
    oci_image! { manifest "old_sparse:latest" { #[sparse = "gnu"] "gnu" => disk() } }
}

/// Owners by name, and times with a fraction.
pub(super) fn owned() -> Fixture {
    oci_image! {
        manifest "owned:latest" {
            #[uname = "root"] #[gname = "root"] "root" => "",
            #[uid = 1000] #[gid = 1000] #[uname = "nobody-here"] #[gname = "caf\u{e9}"] "other" => "",
            #[mtime = 1_700_000_000.25] "fraction" => "",
            #[mtime = 8_589_934_592.5] #[uname = "root"] "far" => "",
        }
    }
}

/// Layers of every encoder that all of these tools read, and a config in which everything that may be null is null.
pub(super) fn encoded() -> Fixture {
    // Two members, as pigz writes them.
    let members = Encoder::new("gzip", |tar, out| {
        let mut first = GzEncoder::new(&mut *out, Compression::fast());
        io::Write::write_all(&mut first, b"")?;
        first.finish()?;
        let mut second = GzEncoder::new(&mut *out, Compression::best());
        tar.write_to(&mut second)?;
        second.finish().map(drop)
    });
    let header = Gzip::stored().name("layer.tar").comment("a test").mtime(1_700_000_000).extra(b"AB\x02\0ok");
    oci_image! {
        manifest "encoded:latest" {
            config { entrypoint: null, cmd: null, volumes: null, labels: null }
            layer (header) { "header" => "gzip" }
            layer (members) { "members" => "gzip" }
        }
    }
}

/// An image on the base of another layout, with the bytes of one layer as a file of the next one.
pub(super) fn based() -> Fixture {
    let base = oci_image! {
        linux/amd64 {
            config { env: ["A=1"], cmd: ["sh"], working_dir: "/srv" }
            layer { "etc/", "etc/name" => "base" }
        }
    };
    let base = base.in_memory().unwrap();
    oci_image! {
        manifest "based:latest" {
            from (base.platform("linux/amd64").unwrap()),
            'lower: layer { "etc/lower" => "lower" }
            config { cmd: ["app"], labels: { "size": 'lower.size } }
            layer { "etc/name" => "image", "etc/lower.tar" => 'lower.bytes, "etc/" + 'lower.size => 'lower.diff_id }
        }
    }
}

/// Further files beside an image.
pub(super) fn files() -> Fixture {
    oci_image! {
        'image: manifest "files:latest" { layer { "etc/", "etc/name" => "image" } }
        file "README" => "An image layout.\n",
        file "docs/image.json" => 'image.bytes,
        file "latest" -> "blobs/sha256/" + 'image.hex,
    }
}

/// A chart of Helm, whose tar has a type of its own.
pub(super) fn chart() -> Fixture {
    oci_image! {
        manifest "chart:latest" {
            config "application/vnd.cncf.helm.config.v1+json" => json { "name": "chart", "version": "0.1.0" },
            layer "application/vnd.cncf.helm.chart.content.v1.tar+gzip" gzip {
                "chart/Chart.yaml" => "name: chart\n",
            }
        }
    }
}

/// Digests of sha512.
pub(super) fn hashed() -> Fixture {
    oci_image! { #[sha512] manifest "hashed:latest" { layer { "etc/", "etc/name" => "long" } } }
}
