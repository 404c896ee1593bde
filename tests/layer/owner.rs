//! Names of owners, and times with a fraction: the bytes of Go, and what readers find.

use std::process::Command;
use std::time::{Duration, SystemTime};

use oci_fixture::{Entry, Layer, LayerEntry, oci_image};
use oci_fixture_test_support::golden::assert_lines;
use oci_fixture_test_support::{assert_checksums, fixture, layer_of, sha256};

#[test]
fn names_and_times_are_as_go_writes_them() {
    let [long, slash] = [("u".repeat(40)), ("g".repeat(31) + "//")];
    let path = "a".repeat(120) + "/" + &"b".repeat(90);
    let entries = [
        ("an owner and a group by name", Entry::file("f", "").uname("root").gname("wheel")),
        ("names of 32", Entry::file("f", "").uname("u".repeat(32)).gname("g".repeat(32))),
        ("a uname of 33", Entry::file("f", "").uname("u".repeat(33))),
        ("a gname of 33 that is cut off at a slash", Entry::file("f", "").gname(slash)),
        ("names that are not ASCII", Entry::file("f", "").uname("ren\u{e9}").gname("\u{65e5}")),
        ("a path that is not split beside a name", Entry::file(path, "").gname("\u{e9}")),
        ("mtime 1700000000.5", Entry::file("t", "").mtime("1700000000.5")),
        ("mtime 1700000000.123456789", Entry::file("t", "").mtime("1700000000.123456789")),
        ("mtime -1.5", Entry::file("t", "").mtime(SystemTime::UNIX_EPOCH - Duration::from_millis(1500))),
        ("mtime -0.000000001", Entry::file("t", "").mtime("-0.000000001")),
        ("mtime 8589934592.25", Entry::file("t", "").mtime("8589934592.25")),
        (
            "names and a time beside an xattr",
            Entry::directory("d/")
                .uid(1 << 21)
                .uname(long)
                .gname("users")
                .mtime("1.000000005")
                .xattr("user.k", "v"),
        ),
    ];
    let found = entries.map(|(name, entry)| (name, sha256(layer_of(Layer::new().with(entry)))));
    assert_checksums(include_str!("owners.sha256"), found);
}

#[test]
fn a_literal_time_keeps_its_digits() {
    let layout = oci_image! {
        linux/amd64 {
            #[mtime = 1700000000.12345678901234567890] "a" => "",
            #[mtime = -1.50] "b" => "",
            #[mtime = 7.0] "c" => "",
            #[mtime = 1_700_000_000] "d" => "",
        }
    }
    .in_memory()
    .unwrap();
    let tar = layout.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned();
    let text = String::from_utf8_lossy(&tar);
    let records: Vec<&str> = text.split(['\n', '\0']).filter(|line| line.contains(" mtime=")).collect();
    assert_eq!(records, ["41 mtime=1700000000.12345678901234567890", "15 mtime=-1.50", "13 mtime=7.0"]);
}

/// Declared entries, the entries that our reader finds, and the entries of the image's file system are the same.
#[test]
fn names_and_times_read_back_and_a_hard_link_repeats_them() {
    let layer = Layer::new()
        .with(Entry::file("a", "").uid(1000).uname("alice").gname("ren\u{e9}").mtime("1700000000.5"))
        .with(Entry::hardlink("b", "a"))
        .with(Entry::hardlink("c", "b").uname("").mtime(1))
        .with(Entry::directory("d/").gname("root").mtime("-1.0000000001"));
    let layout = fixture(layer).in_memory().unwrap();
    layout.assert_verified();
    let image = layout.platform("linux/amd64").unwrap();
    let layer = image.layers().unwrap().remove(0);
    let entries = layer.entries().unwrap();
    assert_eq!(layer.declared_entries().unwrap().as_ref(), Some(&entries));
    let lines: Vec<String> = entries.iter().map(LayerEntry::to_string).collect();
    assert_eq!(
        lines,
        [
            "-rw-r--r-- 1000(alice)/0(ren\u{e9}) 0 2023-11-14 22:13:20.5 a",
            "hrw-r--r-- 1000(alice)/0(ren\u{e9}) 0 2023-11-14 22:13:20.5 b link to a",
            "hrw-r--r-- 1000/0(ren\u{e9}) 0 1970-01-01 00:00:01 c link to b",
            "drwxr-xr-x 0/0(root) 0 1969-12-31 23:59:58.999999999 d/",
        ]
    );
    // Unpackers leave the attributes in the header of the last link.
    assert_eq!(
        image.rootfs().unwrap().to_string(),
        "-rw-r--r-- 1000/0(ren\u{e9}) 0 1970-01-01 00:00:01 a\n\
         -rw-r--r-- 1000/0(ren\u{e9}) 0 1970-01-01 00:00:01 b\n\
         -rw-r--r-- 1000/0(ren\u{e9}) 0 1970-01-01 00:00:01 c\n\
         drwxr-xr-x 0/0(root) 0 1969-12-31 23:59:58.999999999 d/\n"
    );
}

#[test]
fn python_finds_the_names_and_the_times() {
    let entries = [
        Entry::file("a", "").uname("alice").gname("ren\u{e9}").mtime("1700000000.5"),
        Entry::file("b", "").uname("u".repeat(40)).mtime("-0.25"),
    ];
    let layer = entries.into_iter().fold(Layer::new(), Layer::with);
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("layer.tar");
    std::fs::write(&file, layer_of(layer)).unwrap();
    let program = "import sys, tarfile\n\
                   for e in tarfile.open(sys.argv[1]): print(e.name, ascii(e.uname), ascii(e.gname), e.mtime)";
    let Ok(output) = Command::new("python3").args(["-c", program]).arg(&file).output() else {
        println!("skipped: there is no python3");
        return;
    };
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(found, format!("a 'alice' 'ren\\xe9' 1700000000.5\nb '{}' '' -0.25\n", "u".repeat(40)));
}

#[test]
fn a_name_or_a_time_that_no_reader_takes_is_an_error() {
    let layers = [
        Layer::new().with(Entry::file("a", "").uname("ro\0ot")),
        Layer::new().with(Entry::file("a", "").gname("\0")),
        Layer::new().with(Entry::file("a", "").mtime("1e9")),
        Layer::new().with(Entry::file("a", "").mtime(String::new())),
        Layer::new().with(Entry::file("a", "").mtime("9223372036854775808.5")),
    ];
    assert_lines("layer/owner_refused.txt", layers.map(|layer| fixture(layer).tempdir().unwrap_err()));
}

/// The record has the whole name, and the field the characters that it can hold.
#[test]
fn an_unchecked_name_is_written_as_it_is() {
    let declared = oci_image! {
        #[unchecked] linux/amd64 { #[unchecked] layer { #[uname = "ro\0ot"] "a" => "" } }
    };
    let built = Layer::new().with(Entry::file("a", "").uname("ro\0ot").unchecked());
    let image = declared.in_memory().unwrap();
    let tar = image.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned();
    assert_eq!(tar, layer_of(built));
    assert_eq!((&tar[512..527], &tar[1024 + 265..1024 + 271]), (&b"15 uname=ro\0ot\n"[..], &b"root\0\0"[..]));
}
