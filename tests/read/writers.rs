//! Tars by other programs, in every format that these write, read by us and by Python's tarfile.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, symlink};
use std::path::Path;
use std::process::Command;

use oci_fixture::{LayerEntryKind, oci_image};
use oci_fixture_test_support::{BSDTAR, GNU_TAR, PYTHON, Tool, sha256};
use serde_json::{Value, json};

/// The files that every format can hold: names that fit in 100 bytes, and no attributes.
const PLAIN: &[&str] = &["dir", "file", "hard", "soft"];
/// The name of a file with holes.
const SPARSE: &[&str] = &["dir", "file", "hard", "soft", "holes", "hole"];

/// Each tool with its options, and the files that it packs.
fn rows() -> Vec<(Tool, Vec<&'static str>, &'static [&'static str])> {
    let gnu = |options: &[&'static str], files| (GNU_TAR, options.to_vec(), files);
    let bsd = |options: &[&'static str], files| (BSDTAR, options.to_vec(), files);
    vec![
        gnu(&["--format=v7"], PLAIN),
        gnu(&["--format=oldgnu"], PLAIN),
        gnu(&["--format=oldgnu", "--sparse", "--hole-detection=raw"], SPARSE),
        gnu(&["--format=gnu"], PLAIN),
        gnu(&["--format=gnu", "--sparse", "--hole-detection=raw"], SPARSE),
        gnu(&["--format=gnu", "--label=a volume"], PLAIN),
        gnu(&["--format=gnu", "--incremental"], PLAIN),
        gnu(&["--format=ustar"], PLAIN),
        gnu(&["--format=posix"], SPARSE),
        gnu(&["--format=posix", "--sparse", "--sparse-version=0.0", "--hole-detection=raw"], SPARSE),
        gnu(&["--format=posix", "--sparse", "--sparse-version=0.1", "--hole-detection=raw"], SPARSE),
        gnu(&["--format=posix", "--sparse", "--sparse-version=1.0", "--hole-detection=raw"], SPARSE),
        gnu(&["--format=posix", "--label=a volume"], PLAIN),
        gnu(&["--format=posix", "--incremental"], PLAIN),
        gnu(&["--format=posix", "--pax-option=globexthdr.name=global,comment=none"], PLAIN),
        gnu(&["--format=posix", "--xattrs", "--xattrs-include=user.*"], SPARSE),
        bsd(&["--format=v7"], PLAIN),
        bsd(&["--format=ustar"], PLAIN),
        bsd(&["--format=gnutar"], PLAIN),
        bsd(&["--format=pax"], SPARSE),
        bsd(&["--format=pax", "--no-read-sparse"], SPARSE),
        bsd(&["--format=pax", "--xattrs", "--options=xattrheader=SCHILY"], SPARSE),
        bsd(&["--format=pax", "--xattrs", "--options=xattrheader=LIBARCHIVE"], SPARSE),
        bsd(&["--format=pax", "--xattrs"], SPARSE),
    ]
}

/// Makes the files to pack. Returns whether the file system has extended attributes.
fn make_files(directory: &Path) -> bool {
    let name = |bytes: &[u8]| directory.join("dir").join(std::ffi::OsStr::from_bytes(bytes));
    fs::create_dir(directory.join("dir")).unwrap();
    fs::write(name(b"caf\xe9"), "latin").unwrap();
    fs::write(name(b"caf\xe8"), "other").unwrap();
    fs::write(directory.join("file"), "layer1").unwrap();
    fs::hard_link(directory.join("file"), directory.join("hard")).unwrap();
    symlink("dir/../file", directory.join("soft")).unwrap();
    let holes = File::create(directory.join("holes")).unwrap();
    for piece in 0..40 {
        holes.write_all_at(b"layer1", piece << 16).unwrap();
    }
    File::create(directory.join("hole")).unwrap().set_len(1 << 20).unwrap();
    let set = "import os,sys; os.setxattr(sys.argv[1], b'user.key', b'\\x00\\xff\\n%')";
    Command::new("python3").args(["-c", set]).arg(directory.join("file")).output().unwrap().status.success()
}

fn hex(bytes: &[u8]) -> String {
    oci_fixture_test_support::hex(bytes)
}

/// The members as we read them, in the form of `members.py`.
fn ours(tar: &[u8]) -> Vec<Value> {
    let layout = oci_image! { manifest { layer { raw: tar } } }.in_memory().unwrap();
    let layer = layout.nodes().unwrap()[0].layers().unwrap().remove(0);
    let entries = layer.entries().unwrap();
    let row = |entry: &oci_fixture::LayerEntry| {
        let path = entry.path.as_bytes();
        let path = path.strip_suffix(b"/").unwrap_or(path);
        let is_file = entry.kind == LayerEntryKind::File;
        let content = if is_file { layer.file(&entry.path).unwrap() } else { Vec::new() };
        let kind = match entry.kind {
            LayerEntryKind::Other(_) => Value::Null,
            kind => json!(format!("{kind:?}")),
        };
        let xattrs: BTreeMap<_, _> =
            entry.xattrs.iter().map(|(name, value)| (hex(name.as_bytes()), hex(value))).collect();
        json!({
            "path": hex(path), "kind": kind, "mode": entry.mode & 0o7777, "uid": entry.uid, "gid": entry.gid,
            "size": if is_file { entry.size } else { 0 },
            "link": entry.link.as_ref().map(|link| hex(link.as_bytes())).unwrap_or_default(),
            "content": sha256(content), "xattrs": xattrs,
        })
    };
    entries.iter().map(row).collect()
}

#[test]
fn tars_of_other_programs_are_read_as_python_reads_them() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/read/members.py");
    if !PYTHON.is_here() {
        return;
    }
    let temp = tempfile::tempdir().unwrap();
    let has_xattrs = make_files(temp.path());
    for (tool, options, files) in rows() {
        if !tool.is_here() {
            continue;
        }
        let archive = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new(tool.program);
        command.current_dir(temp.path()).args(&options).arg("-cf").arg(archive.path()).args(files);
        let output = command.output().unwrap();
        let packed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{options:?}: {packed}");

        let tar = fs::read(archive.path()).unwrap();
        let python = Command::new("python3").arg(&script).arg(archive.path()).output().unwrap();
        assert!(python.status.success(), "{options:?}: {}", String::from_utf8_lossy(&python.stderr));
        let lines = String::from_utf8(python.stdout).unwrap();
        let mut theirs: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        // In this format the time of access stands where another one has a prefix, for which Python takes it.
        if options == ["--format=gnu", "--incremental"] {
            for row in &mut theirs {
                let path = row["path"].as_str().unwrap();
                row["path"] = json!(path.split_once(&hex(b"/")).unwrap().1);
            }
        }
        let mut ours = ours(&tar);
        let is_libarchive = options.contains(&"--options=xattrheader=LIBARCHIVE");
        if has_xattrs && options.contains(&"--xattrs") {
            let file = ours.iter().find(|row| row["path"] == hex(b"file")).unwrap();
            assert_eq!(file["xattrs"], json!({ hex(b"user.key"): hex(b"\0\xff\n%") }), "{options:?}");
        }
        // Python reads an attribute as text, and none of libarchive's.
        for row in ours.iter_mut().chain(&mut theirs).filter(|_| is_libarchive) {
            row["xattrs"] = Value::Null;
        }
        assert_eq!(ours, theirs, "{options:?}");
    }
}
