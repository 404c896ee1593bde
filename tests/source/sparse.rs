//! Sparse files in the layers of other tools.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;

use oci_fixture::{Content, Fixture, Layer, Manifest, oci_image};
use oci_fixture_test_support::{BSDTAR, GNU_TAR};
use tempfile::TempDir;

/// The text of a layout whose only layer is the tar, joined to one line. Asserts that the text declares the same layout.
#[track_caller]
fn imported(tar: &[u8]) -> String {
    let layout = Fixture::new().with(Manifest::new().with(Layer::new().raw(tar))).in_memory().unwrap();
    crate::again::imported(&layout).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Makes a file with holes in the directory.
fn disk(directory: &Path) {
    let file = File::create(directory.join("disk")).unwrap();
    file.set_len(1 << 20).unwrap();
    file.write_all_at(b"boot", 0).unwrap();
    file.write_all_at(&[b'x'; 600], 65_536 + 100).unwrap();
}

/// The standard output of a program that runs in the directory.
fn run(program: &str, directory: &Path, arguments: &str) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments.split_whitespace())
        .current_dir(directory)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn a_sparse_file_of_each_format_is_printed_with_the_attribute_sparse() {
    // More pieces than a header of the old format has.
    let many = (0..60).map(|number| (number * 2048 + 512, "m"));
    let large = Content::sparse(1 << 30, [(4096, "x".repeat(5000))]);
    let fixture = oci_image! {
        linux/amd64 {
            layer {
                #[sparse = "gnu"] "d/gnu" => Content::sparse(130_000, many.clone()),
                #[sparse = "0.0"] #[mode = 0o600] "0.0" => Content::sparse(3000, [(100, "a"), (2999, "c")]),
                #[sparse = "0.1"] #[xattr("user.k", "v")] "0.1" => Content::sparse(1 << 20, [(512, b"\0data")]),
                #[sparse = "1.0"] "d/1.0" => &large,
                #[sparse = "1.0"] "hole" => Content::sparse(1 << 20, [] as [(u64, &str); 0]),
                "behind" => "x",
            }
        }
    };
    let layout = fixture.in_memory().unwrap();
    let layer = layout.platform("linux/amd64").unwrap().layers().unwrap().remove(0);
    let pieces: Vec<String> = many.map(|(offset, data)| format!("({offset}, {data:?})")).collect();
    assert_eq!(
        imported(&layer.bytes().unwrap()),
        format!(
            "linux/amd64 {{ \
             #[sparse = \"gnu\"] \"d/gnu\" => Content::sparse(130000, [{}]), \
             #[mode = 0o600] #[sparse = \"0.0\"] \"0.0\" => Content::sparse(3000, [(100, \"a\"), (2999, \"c\")]), \
             #[sparse = \"0.1\"] #[xattr(\"user.k\", \"v\")] \"0.1\" => Content::sparse(1 << 20, [(513, \"data\")]), \
             #[sparse = \"1.0\"] \"d/1.0\" => Content::sparse(1 << 30, [(4096, Content::file(\"files/b39e16ec9003c7c9\"))]), \
             #[sparse = \"1.0\"] \"hole\" => Content::sparse(1 << 20, [(0, \"\")]), \
             \"behind\" => \"x\", \
             }}",
            pieces.join(", ")
        )
    );
}

/// With its holes, the file would have to be copied into a temporary file.
#[test]
fn the_honest_form_of_a_sparse_file_keeps_its_holes() {
    let block = "b".repeat(512);
    let fixture = oci_image! {
        linux/amd64 {
            layer {
                #[sparse = "gnu"] "huge" => Content::sparse(1 << 60, [(1 << 50, block.as_str())]),
                #[sparse = "1.0"] "hole" => Content::sparse(1 << 20, [] as [(u64, &str); 0]),
            }
        }
    };
    let huge =
        format!("    \"huge\" => Content::sparse(1048576 << 40, [(1125899906842624, \"{block}\")]),\n");
    assert_eq!(
        fixture.in_memory().unwrap().logical_source().unwrap().text(),
        format!("linux/amd64 {{\n{huge}    \"hole\" => Content::sparse(1 << 20, [(0, \"\")]),\n}}\n")
    );
}

#[test]
fn a_sparse_file_that_ends_early_is_printed_as_its_bytes() {
    let layer = Layer::new()
        .with(oci_fixture::Entry::file("f", Content::sparse(9000, [(0, "a"), (8192, "b")])).sparse("gnu"));
    let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap();
    let tar = layout.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned();
    for length in [513, 700, 1024, 1200, 1536] {
        imported(&tar[..length]);
    }
}

/// In the formats 0.1 and 1.0, GNU tar writes the id of its process into the name of a file, so only an entry by hand gives
/// such a header.
#[test]
fn a_sparse_file_of_gnu_tar_is_declared_byte_for_byte() {
    if !GNU_TAR.is_here() {
        return;
    }
    let folder = TempDir::new().unwrap();
    disk(folder.path());
    let usual = "-S -b1 --hole-detection=raw --owner=0 --group=0 --numeric-owner --mode=0644 --mtime=@1700000000 -cf - disk";
    let text = imported(&run("tar", folder.path(), &format!("--format=gnu {usual}")));
    let entry = "#[sparse = \"gnu\"] #[mtime = 1700000000] \"disk\" => Content::sparse(1 << 20, [(0, \"boot\"), (65636, \"";
    assert!(text.contains(entry), "{text}");
    for version in ["0.0", "0.1", "1.0"] {
        let options = format!("--format=posix --sparse-version={version}");
        let named = "--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders.0/%f";
        let text = imported(&run("tar", folder.path(), &format!("{options} {named} {usual}")));
        let form = if version == "0.0" { "#[sparse = \"0.0\"]" } else { "entry {" };
        assert!(text.contains(form), "{text}");
        let text = imported(&run("tar", folder.path(), &format!("{options} {usual}")));
        assert!(text.contains("entry {") && !text.contains("raw:"), "{text}");
    }
}

#[test]
fn a_sparse_file_of_bsdtar_is_declared_byte_for_byte() {
    if !BSDTAR.is_here() {
        return;
    }
    let folder = TempDir::new().unwrap();
    disk(folder.path());
    fs::write(folder.path().join("plain"), "plain").unwrap();
    let text = imported(&run("bsdtar", folder.path(), "--format=pax -b1 -cf - disk plain"));
    assert!(text.contains("plain") && !text.contains("raw:"), "{text}");
}
