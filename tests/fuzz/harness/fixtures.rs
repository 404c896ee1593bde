//! The fixtures from which inputs are made: honest fixtures, fixtures with faults, and the hostile images.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use oci_fixture::{Encoder, Fixture, Gzip, Index, Manifest, Zstd, oci_image};
use tempfile::TempDir;

/// The largest number of bytes of an input. A larger blob is cut off, and a larger layout is left out.
const LARGEST: usize = 32 << 10;

/// The image to which documents of the corpus refer by its digest.
pub(crate) fn common() -> Manifest {
    Manifest::new().reference("common:1").platform("linux/arm64").with(("etc/hostname", "common"))
}

/// Fixtures with everything that an image may have.
pub(crate) fn honest() -> Vec<Fixture> {
    let long = format!("{}/{}", "a".repeat(120), "b".repeat(90));
    let text = "what repeats is made shorter, and what repeats is made shorter; ".repeat(20);
    let mut fixtures = vec![
        Fixture::new(),
        Fixture::new().with(common()),
        oci_image! {
            index "two:latest" {
                annotations: { "org.opencontainers.image.created": "2026-01-01T00:00:00Z" }
                linux/amd64 { "bash" => "layer1" }
                linux/arm/v7 { "bash" => "layer2" }
                "windows(10.0.17763)/amd64" { "Files/" }
            }
        },
        oci_image! {
            manifest "all:1" linux/arm64 {
                config {
                    user: "1000:1000", env: ["PATH=/bin"], cmd: ["sh"], labels: { "a": "b" },
                    exposed_ports: ["80/tcp"], volumes: ["/data"], working_dir: "/",
                    history: [
                        { created_by: "COPY" },
                        { created_by: "ENV", empty_layer: true },
                        { created_by: "RUN" },
                    ],
                }
                layer {
                    "etc/",
                    #[mode = 0o640] #[uid = 4_000_000_000] #[mtime = -1] "etc/shadow" => "root::0:0",
                    "bin" -> "usr/bin",
                    hardlink "etc/shadow-" -> "etc/shadow",
                    fifo "run/pipe", char "dev/null" (1, 3), block "dev/sda" (8, 0),
                    #[xattr("user.k", "v\n")] "attributed" => "",
                    (long.as_str()) => "long",
                    "caf\u{e9}" -> (long.as_str()),
                }
                layer { whiteout "etc/shadow-", opaque "dev", "more" => (text.as_str()) }
            }
        },
        oci_image! {
            manifest "compressed:1" {
                layer gzip { "stored" => (text.as_str()) }
                layer zstd { "stored" => (text.as_str()) }
            }
        },
        oci_image! {
            'image: manifest "signed:1" { "a" => "b" }
            manifest "signature:1" {
                artifact_type: "application/vnd.example.signature",
                subject: 'image,
                blob "application/octet-stream" => "signature",
            }
            #[docker] manifest "docker:1" linux/amd64 { layer gzip { "a" => "b" } }
            tag "again:1" => 'image,
        },
        oci_image! {
            index "nested:1" {
                'base: index { linux/amd64 { "a" => "b" } }
                index { 'base, linux/arm64 { "a" => "c" } }
            }
        },
    ];
    let streams = [Gzip::level(1), Gzip::level(9)].map(Into::into).into_iter();
    let streams = streams.chain([Zstd::level(1), Zstd::level(19)].map(Into::into));
    let content = || [text.as_bytes(), &(0..=255).collect::<Vec<u8>>()].concat();
    let compressed = streams.map(|encoder: Encoder| {
        oci_image! { manifest "level:1" { layer (encoder) { "a" => (content()), "b" => "c" } } }
    });
    // Without the features no layer is compressed.
    fixtures.extend(compressed.filter(|fixture| fixture.in_memory().is_ok()));
    fixtures
}

/// Fixtures with faults of one kind each.
pub(crate) fn with_faults() -> Vec<Fixture> {
    let deep = (0..10).fold(Index::new().with(Manifest::new()), |inner, _| Index::new().with(inner));
    vec![
        Fixture::new().with(deep.reference("deep:1")),
        oci_image! {
            manifest "faults:1" { #[flip = 7] layer { "a" => "b" } #[missing] layer { "c" => "d" } }
            index "more:1" { #[truncate = 100] linux/amd64 { "e" => "f" } #[append = "\n"] linux/arm64 { "g" => "h" } }
        },
        oci_image! {
            #[unlisted] blob "text/plain" => "nobody refers to it",
            #[unchecked] dangling { media_type: "text/plain", digest: "sha1:0", size: -1 }
            manifest "documents:1" {
                merge: { "mediaType": null, "schemaVersion": 1, "config": { "size": 1 } }
                extend: { "layers": [], "Layers": null, "manifests": [{}] }
                "a" => "b",
            }
            manifest "config:1" {
                config { diff_ids: ["sha256:0", "md5:1"], merge: { "rootfs": { "type": 5 }, "history": [{}] } }
                layer { "a" => "b" }
            }
        },
        oci_image! {
            index "descriptors:1" {
                #[unchecked] linux/amd64 {
                    descriptor: { platform: "linux/arm64", data: true, urls: ["ftp://"], annotations: { "a": "b" } }
                    layer { descriptor: { media_type: "application/vnd.oci.image.layer.v1.tar+gzip" } "a" => "b" }
                }
                #[unchecked] linux/amd64 { layer { raw: "no tar" } }
            }
        },
        oci_image! {
            manifest "tars:1" {
                layer {
                    #[unchecked] "../../etc/passwd" => "",
                    #[unchecked] "link" -> "../..",
                    #[unchecked] "link/outside" => "content",
                    #[unchecked] hardlink "hard" -> "/etc/shadow",
                    #[unchecked] "dir/.wh." => "",
                    #[unchecked] ".wh..wh.plnk/1.2" => "",
                    #[unchecked] "twice" => "1",
                    #[unchecked] "twice" => "2",
                    eof: 1
                }
                layer {
                    entry { name: "file", size: 0, pax: { "size": "1024" } }
                    "hidden" => "content",
                    entry { name: "directory/", typeflag: "5", size: 1024 }
                    entry { name: "f", pax: { "path": "one", "path": "two", "size": "5" }, body: "12345678" }
                    entry { name: "././@LongLink", typeflag: "L", body: "long\0name" }
                    entry { name: "short", body: "" }
                    entry { name: "g", typeflag: "g", pax: { "gid": "1000" } }
                    entry { name: b"\xff", linkname: "../../etc", typeflag: "2", uid: -1 }
                    eof: 0
                }
            }
        },
        oci_image! {
            manifest "streams:1" {
                layer (Gzip::stored().members(3).suffix("trailing")) { "a" => "b" }
                layer (Gzip::stored().bad_crc()) { "a" => "c" }
                layer (Zstd::stored().frames(2).prefix(*b"\x50\x2a\x4d\x18\x02\0\0\0ab")) { "a" => "d" }
                layer (Gzip::stored().labelled("zstd")) { "a" => "e" }
            }
        },
    ]
}

fn all() -> impl Iterator<Item = Fixture> {
    honest()
        .into_iter()
        .chain(with_faults())
        .chain(oci_fixture_gallery::hostile().map(oci_fixture_gallery::Case::fixture))
}

/// All different blobs of one kind.
pub(crate) fn blobs(is_wanted: impl Fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
    let mut blobs = BTreeSet::new();
    for fixture in all() {
        for blob in fixture.in_memory().unwrap().blobs().unwrap() {
            let (_, bytes) = blob.unwrap();
            let start = bytes.get(..LARGEST).unwrap_or(&bytes);
            if is_wanted(start) {
                blobs.insert(start.to_vec());
            }
        }
    }
    blobs.into_iter().collect()
}

/// The index.json of each fixture.
pub(crate) fn indexes() -> Vec<Vec<u8>> {
    all().map(|fixture| fixture.in_memory().unwrap().index_bytes().unwrap().into_owned()).collect()
}

/// Each fixture as an archive.
pub(crate) fn archives() -> Vec<Vec<u8>> {
    all().filter(is_small).map(|fixture| fixture.write_archive(Vec::new()).unwrap()).collect()
}

fn is_small(fixture: &Fixture) -> bool {
    let layout = fixture.in_memory().unwrap();
    layout.blobs().unwrap().map(|blob| blob.unwrap().1.len()).sum::<usize>() <= LARGEST
}

/// A directory that is removed when it is dropped. It is in memory if the system has a file system for that.
pub(crate) fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// The files of a layout, by the path below its directory.
type Files = Vec<(PathBuf, Vec<u8>)>;

/// The files of each fixture, sorted.
pub(crate) fn written() -> &'static [Files] {
    static WRITTEN: OnceLock<Vec<Files>> = OnceLock::new();
    WRITTEN.get_or_init(|| all().filter(is_small).map(|fixture| files(&fixture)).collect())
}

fn files(fixture: &Fixture) -> Files {
    let layout = fixture.in_memory().unwrap();
    let blobs = layout.blobs().unwrap().map(Result::unwrap);
    let blobs = blobs.map(|(digest, bytes)| (digest.as_str().replace(':', "/"), bytes.into_owned()));
    let mut files: Files = blobs.map(|(path, bytes)| (Path::new("blobs").join(path), bytes)).collect();
    files.push(("index.json".into(), layout.index_bytes().unwrap().into_owned()));
    files.extend(layout.oci_layout_bytes().ok().map(|bytes| ("oci-layout".into(), bytes.into_owned())));
    files.sort();
    files
}
