//! Content with holes: written in full, and as a sparse file in the formats of GNU tar.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

use oci_fixture::{Content, Entry, Layer, oci_image};
use oci_fixture_test_support::golden::assert_lines;
use oci_fixture_test_support::{fixture, layer_of};

const FORMATS: [&str; 4] = ["gnu", "0.0", "0.1", "1.0"];

/// The size of a file, and its pieces: their offsets and bytes.
type Shape = (u64, Vec<(u64, Vec<u8>)>);

/// Contents with holes at both ends and without, with pieces that share a block, with more pieces than a header of the
/// old format holds, and without pieces.
fn shapes() -> Vec<Shape> {
    let many = (0..60).map(|number| (number * 2048 + 512, vec![b'm'; 512])).collect();
    vec![
        (200_000, vec![(8192, vec![b'a'; 4096]), (65_536, vec![b'b'; 5000])]),
        (5000, vec![(0, vec![b'a'; 512]), (4096, vec![b'b'; 904])]),
        (3000, vec![(100, vec![b'a'; 30]), (200, vec![b'b'; 400]), (2999, vec![b'c'])]),
        (130_000, many),
        (7, vec![(0, b"sparse!".to_vec())]),
        (1 << 20, Vec::new()),
        (0, Vec::new()),
    ]
}

fn content(size: u64, pieces: &[(u64, Vec<u8>)]) -> Content {
    Content::sparse(size, pieces.iter().map(|(offset, data)| (*offset, data)))
}

fn whole(size: u64, pieces: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(size).unwrap()];
    for (offset, data) in pieces {
        let offset = usize::try_from(*offset).unwrap();
        bytes[offset..offset + data.len()].copy_from_slice(data);
    }
    bytes
}

#[test]
fn content_with_holes_is_written_in_full() {
    for (size, pieces) in shapes() {
        let plain = layer_of(Layer::new().with(("f", whole(size, &pieces))));
        assert_eq!(layer_of(Layer::new().with(("f", content(size, &pieces)))), plain);
    }
}

/// The bytes that GNU tar writes for such a file, with 0 in place of its process.
fn gnu_tar(directory: &Path, name: &str, format: &str) -> Option<Vec<u8>> {
    let mut tar = Command::new("tar");
    tar.current_dir(directory).args(["-S", "--hole-detection=raw", "-b1", "--numeric-owner"]);
    tar.args(["--owner=0", "--group=0", "--mode=0644", "--mtime=@1700000000"]);
    match format {
        "gnu" => drop(tar.arg("--format=gnu")),
        version => {
            tar.arg("--format=posix").arg(format!("--sparse-version={version}"));
            tar.arg("--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders.0/%f");
        }
    }
    let output = tar.args(["-cf", "-", name]).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut bytes = output.stdout;
    let marker = b"GNUSparseFile.";
    if let Some(at) = bytes.windows(marker.len()).position(|window| window == marker) {
        let block = at / 512 * 512;
        let header = String::from_utf8(bytes[block..block + 100].to_vec()).unwrap();
        let (before, rest) = header.trim_end_matches('\0').split_once("GNUSparseFile.").unwrap();
        let (_, base) = rest.split_once('/').unwrap();
        let mut named = format!("{before}GNUSparseFile.0/{base}").into_bytes();
        named.resize(100, 0);
        bytes[block..block + 100].copy_from_slice(&named);
        bytes[block + 148..block + 156].fill(b' ');
        let sum: u32 = bytes[block..block + 512].iter().map(|byte| u32::from(*byte)).sum();
        bytes[block + 148..block + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    Some(bytes)
}

#[test]
fn a_sparse_file_is_as_gnu_tar_writes_it() {
    let temp = tempfile::tempdir().unwrap();
    fs::create_dir(temp.path().join("d")).unwrap();
    for (size, pieces) in shapes() {
        for name in ["f", "d/f"] {
            let file = File::create(temp.path().join(name)).unwrap();
            file.set_len(size).unwrap();
            for (offset, data) in &pieces {
                file.write_all_at(data, *offset).unwrap();
            }
            drop(file);
            for format in FORMATS {
                let Some(expected) = gnu_tar(temp.path(), name, format) else {
                    println!("skipped: there is no tar");
                    return;
                };
                let entry = Entry::file(name, content(size, &pieces)).sparse(format).mtime(1_700_000_000);
                let found = layer_of(Layer::new().with(entry));
                // GNU tar writes a file without holes, or without content, like any other file.
                let is_sparse =
                    expected.windows(11).any(|window| window == b"GNU.sparse.") || expected[156] == b'S';
                if is_sparse {
                    assert!(found == expected, "{size} {format} {name}");
                }
            }
        }
    }
}

/// Our reader, Python's tarfile, GNU tar and bsdtar find the file with its holes.
#[test]
fn readers_find_the_file_with_its_holes() {
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(120));
    let temp = tempfile::tempdir().unwrap();
    for (number, (size, pieces)) in shapes().into_iter().enumerate() {
        let expected = whole(size, &pieces);
        for format in FORMATS {
            for name in ["f", "\u{e9}/f", &long] {
                let entry =
                    Entry::file(name, content(size, &pieces)).sparse(format).uid(3_000_000_000).mtime(-5);
                let layer = Layer::new().with(entry).with(("behind", "x"));
                let layout = fixture(layer.clone()).in_memory().unwrap();
                let layer_node = layout.platform("linux/amd64").unwrap().layers().unwrap().remove(0);
                assert_eq!(layer_node.file(name).unwrap(), expected, "{number} {format} {name}");
                assert_eq!(layer_node.declared_entries().unwrap(), Some(layer_node.entries().unwrap()));
                let findings: Vec<String> = layout.verify().iter().map(ToString::to_string).collect();
                let [finding] = findings.as_slice() else { panic!("{findings:?}") };
                assert!(finding.contains("the file is sparse, in the format"), "{finding}");
                assert!(layout.to_string().contains("! #[sparse]"), "{layout}");

                let tar = temp.path().join("layer.tar");
                fs::write(&tar, layer_of(layer)).unwrap();
                check_by_python(&tar, name, &expected);
                check_by_tar("tar", &tar, name, &expected);
                check_by_tar("bsdtar", &tar, name, &expected);
            }
        }
    }
}

fn check_by_python(tar: &Path, name: &str, expected: &[u8]) {
    let program = "import sys, tarfile\n\
                   t = tarfile.open(sys.argv[1])\n\
                   assert t.getnames() == [sys.argv[2], 'behind'], t.getnames()\n\
                   m = t.getmember(sys.argv[2])\n\
                   assert (m.uid, m.mtime) == (3000000000, -5), (m.uid, m.mtime)\n\
                   sys.stdout.buffer.write(t.extractfile(m).read())";
    let output = Command::new("python3").args(["-c", program]).arg(tar).arg(name).output();
    let Ok(output) = output else { return };
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout == expected, "{name}");
}

fn check_by_tar(program: &str, tar: &Path, name: &str, expected: &[u8]) {
    let mut command = Command::new(program);
    let Ok(output) = command.env("LC_ALL", "C.UTF-8").arg("-xOf").arg(tar).arg(name).output() else { return };
    assert!(output.status.success(), "{program}: {name}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout == expected, "{program}: {name}");
}

#[test]
fn the_macro_declares_sparse_files() {
    let format = String::from("1.0");
    let declared = oci_image! {
        linux/amd64 {
            #[sparse = "0.1"] "a" => Content::sparse(4096, [(512, "x")]),
            #[sparse = &format] "b" => Content::sparse(4096, [(512, "x")]),
        }
    };
    let file = |name: &str| Entry::file(name, Content::sparse(4096, [(512, "x")]));
    let built = Layer::new().with(file("a").sparse("0.1")).with(file("b").sparse("1.0"));
    let layers = declared.in_memory().unwrap().platform("linux/amd64").unwrap().layers().unwrap()[0]
        .bytes()
        .unwrap()
        .into_owned();
    assert_eq!(layers, layer_of(built));
}

#[test]
fn an_entry_that_cannot_be_sparse_is_an_error() {
    let holes = || Content::sparse(100, [(10, "x")]);
    let layers = [
        Layer::new().with(Entry::file("a", holes()).sparse("2.0")),
        Layer::new().with(Entry::file("a", "x").sparse("1.0")),
        Layer::new().with(Entry::directory("a/").sparse("1.0")),
        Layer::new().with(("a", Content::sparse(100, [(90, "eleven bytes")]))),
        Layer::new().with(("a", Content::sparse(100, [(10, "abc"), (12, "d")]))),
        Layer::new().with(("a", Content::sparse(100, [(u64::MAX, "a")]))),
        Layer::new().with(("a", Content::sparse(u64::MAX, [(0, "a")]))),
        Layer::new().with(Entry::file("a", holes()).sparse("gnu").xattr("user.k", "v")),
        Layer::new().with(Entry::file("a", holes()).sparse("gnu").mtime("1.5")),
        Layer::new().with(Entry::file("a", holes()).sparse("gnu").uname("\u{e9}")),
    ];
    assert_lines("layer/sparse_refused.txt", layers.map(|layer| fixture(layer).in_memory().unwrap_err()));
}
