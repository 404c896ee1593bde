//! The entries that other readers, and our own, find in faulty tars.

use std::fmt::Write as _;
use std::io::Write;
use std::process::{Command, Stdio};

use oci_fixture::{Content, Entry, Fixture, Header, Layer, Manifest};
use oci_fixture_test_support::{BSDTAR, GNU_TAR, Tool, fixture, layer_of, members};

use super::entries_of;

/// The faults that all readers take alike.
#[test]
fn every_reader_finds_the_same_names() {
    let long = "n".repeat(300);
    let smuggled = entries_of(Layer::new().with(("smuggled", "")));
    for (layer, expected) in [
        (
            Layer::new()
                .with(Entry::file("/etc/passwd", "").unchecked())
                .with(Entry::directory("../../d/").unchecked())
                .with(Entry::symlink("a//b", "../../../etc").unchecked())
                .with(Entry::hardlink("h", "/etc/passwd").unchecked())
                .with(Entry::file(".wh.", "").unchecked())
                .with(Entry::file("f", "1").unchecked())
                .with(Entry::file("f", "2").unchecked()),
            &["/etc/passwd", "../../d/", "a//b", "h", ".wh.", "f", "f"][..],
        ),
        (
            Layer::new()
                .with(Header::new().name("././@LongLink").typeflag("L").body(long.clone() + "\0"))
                .with(Header::new().name("short").body("layer1")),
            &[&long],
        ),
        (
            Layer::new()
                .with(Header::new().typeflag("x").pax([("path", "../c")]))
                .with(("a", "layer1"))
                .with(("b", "")),
            &["../c", "b"],
        ),
        // A header in the place of the body.
        (
            Layer::new().with(Header::new().name("f").size(0).body(&smuggled)).with(("g", "")),
            &["f", "smuggled", "g"],
        ),
        // A header that is a body.
        (
            Layer::new().with(Header::new().name("f").size(512)).with(("hidden", "")).with(("g", "")),
            &["f", "g"],
        ),
        (
            Layer::new().with(Header::new().name("f").size(b"     3 \0").body("abc")).with(("g", "")),
            &["f", "g"],
        ),
        (Layer::new().with(("f", "layer1")).eof(0), &["f"]),
        (Layer::new().with(("f", "layer1")).eof(1), &["f"]),
        (Layer::new().with(("f", "")).with(Header::new().raw(Content::zeros(1024))).with(("g", "")), &["f"]),
        (Layer::new().raw([entries_of(Layer::new().with(("f", ""))), vec![0; 1024]].concat()), &["f"]),
    ] {
        assert_eq!(read_by_the_tar_crate(&layer_of(layer.clone())), expected);
        for (reader, names) in read_by_others(layer) {
            assert_eq!(names, expected, "{reader}");
        }
    }
}

/// The last of two records counts, but for the `tar` crate the first.
#[test]
fn readers_differ_in_records_that_repeat() {
    let twice = || Layer::new().with(Header::new().name("a").pax([("path", "b"), ("path", "../c")]));
    assert_eq!(read_by_the_tar_crate(&layer_of(twice())), ["b"]);
    for (reader, names) in read_by_others(twice()) {
        assert_eq!(names, ["../c"], "{reader}");
    }
}

#[test]
fn the_fields_by_hand_are_what_is_read() {
    let layer = Layer::new()
        .with(
            Header::new().name("f").mode(0o104_755).uid(1_u64 << 40).gid(2_097_152).mtime(-1).body("layer1"),
        )
        .with(Header::new().name("d/").prefix("..").typeflag("5").mode(0o1777).mtime(1_i64 << 40))
        .with(Header::new().name("s").typeflag(b'2').linkname("../../etc").mode("777"))
        .with(Header::new().name("c").typeflag(b'3').devmajor(4_000_000).devminor("3"))
        .with(Header::new().name("?").typeflag(b'!').pax([("SCHILY.xattr.k", "v")]));
    let tar = layer_of(layer.clone());
    let layout = fixture(layer).in_memory().unwrap();
    let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
    let lines: Vec<String> =
        layer.entries().unwrap().iter().map(|entry| format!("{:o} {entry}", entry.mode)).collect();
    assert_eq!(
        lines,
        [
            "104755 -rwsr-xr-x 1099511627776/2097152 6 1969-12-31 23:59:59 f",
            "1777 drwxrwxrwt 0 36812-02-20 00:36:16 ../d/",
            "777 lrwxrwxrwx 0 s -> ../../etc",
            "644 crw-r--r-- 4000000,3 c",
            "644 ?rw-r--r-- 0 ? type '!' {k}",
        ]
    );
    let mut lines = Vec::new();
    for entry in tar::Archive::new(&tar[..]).entries().unwrap() {
        let entry = entry.unwrap();
        let header = entry.header();
        let mut line = format!("{:o} {}", header.mode().unwrap(), entry.size());
        write!(line, " {}/{}", header.uid().unwrap(), header.gid().unwrap()).unwrap();
        lines.push(format!("{line} {}", String::from_utf8_lossy(&entry.path_bytes())));
    }
    assert_eq!(
        lines,
        ["104755 6 1099511627776/2097152 f", "1777 0 0/0 ../d/", "777 0 0/0 s", "644 0 0/0 c", "644 0 0/0 ?"]
    );
}

#[test]
fn unchecked_entries_are_declared_as_they_are_written() {
    let unchecked = Layer::new()
        .with(Entry::file("/f", "layer1").unchecked())
        .with(Entry::directory("d").unchecked())
        .with(Entry::symlink("", "").unchecked())
        .with(Entry::whiteout("..").unchecked())
        .with(Entry::file("f", "").xattr("k", "1").xattr("k", "2").unchecked());
    let layout = fixture(unchecked.clone().eof(1)).in_memory().unwrap();
    let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
    let declared = layer.declared_entries().unwrap().unwrap();
    assert_eq!(layer.entries().unwrap(), declared);
    let lines: Vec<String> = declared.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "-rw-r--r-- 6 /f",
            "drwxr-xr-x 0 d",
            "lrwxrwxrwx 0  -> ",
            "-rw-r--r-- 0 .wh...",
            "-rw-r--r-- 0 f {k}"
        ]
    );
}

#[test]
fn a_layer_that_only_its_bytes_tell_has_no_declared_entries() {
    let entry = || Layer::new().with(("a", ""));
    for (layer, is_declared) in [
        (entry(), true),
        (entry().eof(0), true),
        (entry().with(Header::new().name("b")), false),
        (entry().with(Header::new().raw("")), false),
        (Layer::new().raw(layer_of(entry())), false),
        (Layer::new().raw(""), false),
    ] {
        let layout = fixture(layer).in_memory().unwrap();
        let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
        let expected = is_declared.then(|| layer.entries().unwrap());
        assert_eq!(layer.declared_entries().unwrap(), expected);
    }
}

#[test]
fn a_raw_layer_with_the_bytes_of_a_declared_one_has_its_entries() {
    let honest = || Layer::new().with(("a", ""));
    for layers in
        [[honest(), Layer::new().raw(layer_of(honest()))], [Layer::new().raw(layer_of(honest())), honest()]]
    {
        let [one, other] = layers;
        let image = Manifest::new().with(one).with(other);
        let layout = Fixture::new().with(image).in_memory().unwrap();
        for layer in layout.platform("linux/amd64").unwrap().layers().unwrap() {
            assert_eq!(layer.declared_entries().unwrap(), Some(layer.entries().unwrap()));
        }
    }
}

/// The names that our reader finds, and those that are found by the programs that are here.
fn read_by_others(layer: Layer) -> Vec<(&'static str, Vec<String>)> {
    let layout = fixture(layer).in_memory().unwrap();
    let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
    let (tar, entries) = (layer.bytes().unwrap(), layer.entries().unwrap());
    let programs = [GNU_TAR, BSDTAR].into_iter().filter(|tool| tool.is_here());
    let programs = programs.map(|Tool { program, .. }| (program, read_by(program, &tar)));
    let ours = ("ours", entries.iter().map(|entry| entry.path.to_string()).collect());
    std::iter::once(ours).chain(programs).collect()
}

fn read_by_the_tar_crate(tar: &[u8]) -> Vec<String> {
    members(tar).into_iter().map(|(name, _)| name).collect()
}

/// The entries that a program lists. It may print errors, too.
fn read_by(program: &str, tar: &[u8]) -> Vec<String> {
    let mut child = Command::new(program)
        .args(["-t", "-P", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A program that has found an error may stop reading.
    let _ = child.stdin.take().unwrap().write_all(tar);
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
