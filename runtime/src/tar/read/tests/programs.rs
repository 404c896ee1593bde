//! Tars of other programs.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Command;

use super::super::{Fields, Marker, Reader};
use super::{end_of, one, read, text};

const GNU_TAR: [&str; 2] = ["tar", "GNU tar"];
const BSDTAR: [&str; 2] = ["bsdtar", "bsdtar"];

/// Names. The first of them fit in any format.
fn names() -> [String; 7] {
    let directory = "d".repeat(90);
    let long = format!("{directory}/{}", "f".repeat(99));
    ["small".to_owned(), "twin".into(), "empty".into(), "caf\u{e9}".into(), "link".into(), directory, long]
}

fn tree(at: &Path) {
    let [small, twin, empty, cafe, link, directory, long] = names().map(|name| at.join(name));
    fs::create_dir(empty).unwrap();
    fs::create_dir(directory).unwrap();
    fs::write(&small, "layer1").unwrap();
    fs::write(long, [b'x'; 1000]).unwrap();
    fs::write(cafe, "").unwrap();
    fs::hard_link(small, twin).unwrap();
    std::os::unix::fs::symlink("t".repeat(99), link).unwrap();
}

/// The tar that a program makes of some files; `None` if the program is not installed.
fn made_by([program, version]: [&str; 2], at: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let found = Command::new(program).arg("--version").output();
    if !found.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(version)) {
        // Not `eprintln!`: that is captured, and a test that was skipped must be seen.
        writeln!(io::stderr(), "skipped: there is no {version} here to make tars").unwrap();
        return None;
    }
    let output = Command::new(program).current_dir(at).args(["-c", "-f", "-"]).args(arguments).output();
    let output = output.unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {stderr}");
    Some(output.stdout)
}

/// One line for each member: type, size, owner, time, path and target.
fn listing(tar: &[u8]) -> Vec<String> {
    let mut reader = Reader::new(tar);
    let mut lines = Vec::new();
    while let Some(member) = reader.next_member().unwrap() {
        let mut body = Vec::new();
        reader.body().read_to_end(&mut body).unwrap();
        let Fields { path, link, typeflag, size, uid, mtime, .. } = member.fields;
        assert_eq!(body.len() as u64, size);
        let mut line = format!("{} {size} {uid} {} {}", char::from(typeflag), mtime.seconds(), text(&path));
        if !link.is_empty() {
            write!(line, " -> {}", text(&link)).unwrap();
        }
        lines.push(line);
    }
    lines
}

/// The listing of the same tar by the `tar` crate.
fn other_listing(tar: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in tar::Archive::new(tar).entries().unwrap() {
        let entry = entry.unwrap();
        let header = entry.header();
        let typeflag = char::from(header.entry_type().as_byte());
        let (size, uid, mtime) = (entry.size(), header.uid().unwrap(), header.mtime().unwrap());
        let mut line = format!("{typeflag} {size} {uid} {mtime} {}", text(&entry.path_bytes()));
        if let Some(link) = entry.link_name_bytes().filter(|link| !link.is_empty()) {
            write!(line, " -> {}", text(&link)).unwrap();
        }
        lines.push(line);
    }
    lines
}

#[test]
fn every_format_of_gnu_tar_and_bsdtar_is_read() {
    let temp = tempfile::tempdir().unwrap();
    tree(temp.path());
    let names = names();
    let [.., directory, long] = &names;
    let target = "t".repeat(99);
    let expected = |time: u64| {
        [
            format!("0 6 1000 {time} small"),
            format!("1 0 1000 {time} twin -> small"),
            format!("5 0 1000 {time} empty/"),
            format!("0 0 1000 {time} caf\u{e9}"),
            format!("2 0 1000 {time} link -> {target}"),
            format!("5 0 1000 {time} {directory}/"),
            format!("0 1000 1000 {time} {long}"),
        ]
    };
    // bsdtar has no option for the time.
    for name in names.iter().rev() {
        let mut touch = Command::new("touch");
        touch.args(["-h", "-d", "1970-01-01T00:16:40Z"]).arg(temp.path().join(name));
        assert!(touch.status().unwrap().success());
    }
    let of_gnu = ["--owner=u:1000", "--group=g:1000", "--no-recursion"];
    let of_bsd = ["--uid", "1000", "--gid", "1000", "--no-recursion"];
    for (program, format, options) in [
        (GNU_TAR, "--format=gnu", &of_gnu[..]),
        (GNU_TAR, "--format=oldgnu", &of_gnu),
        (GNU_TAR, "--format=pax", &of_gnu),
        (GNU_TAR, "--format=ustar", &of_gnu),
        (GNU_TAR, "--format=v7", &of_gnu),
        (BSDTAR, "--format=gnutar", &of_bsd),
        (BSDTAR, "--format=pax", &of_bsd),
        (BSDTAR, "--format=ustar", &of_bsd),
        (BSDTAR, "--format=v7", &of_bsd),
    ] {
        let what = format!("{program:?} {format}");
        let is_old = format.ends_with("v7");
        // The oldest format has no place for a name of 190 bytes.
        let count = if is_old { 6 } else { 7 };
        let arguments = [format].into_iter().chain(options.iter().copied());
        let arguments: Vec<&str> = arguments.chain(names[..count].iter().map(|name| &**name)).collect();
        let Some(tar) = made_by(program, temp.path(), &arguments) else { continue };
        let found = listing(&tar);
        assert_eq!(found, expected(1000)[..count], "{what}");
        let end = end_of(&tar);
        assert_eq!((end.marker, end.garbage), (Marker::Two, None), "{what}");
        // The `tar` crate reads a directory with an old header as a file.
        if !is_old {
            assert_eq!(found, other_listing(&tar), "{what}");
        }
    }
}

#[test]
fn sparse_files_of_gnu_tar_are_read_with_their_holes() {
    let temp = tempfile::tempdir().unwrap();
    let file = File::create(temp.path().join("holes")).unwrap();
    // The map needs more than a header and one further block.
    for piece in 0..40 {
        std::os::unix::fs::FileExt::write_all_at(&file, b"layer1", piece << 16).unwrap();
    }
    fs::write(temp.path().join("next"), "layer1").unwrap();
    let sparse = ["--sparse", "--hole-detection=raw", "holes", "next"];
    for (options, typeflag) in [
        (&["--format=gnu"][..], b'S'),
        (&["--format=pax", "--sparse-version=0.0"], b'0'),
        (&["--format=pax", "--sparse-version=0.1"], b'0'),
        (&["--format=pax", "--sparse-version=1.0"], b'0'),
    ] {
        let arguments: Vec<&str> = options.iter().copied().chain(sparse).collect();
        let Some(tar) = made_by(GNU_TAR, temp.path(), &arguments) else { return };
        let (members, _) = read(&tar);
        let found = members.iter().map(|member| &member.fields);
        let found: Vec<_> =
            found.map(|fields| (fields.typeflag, text(&fields.path), fields.real_size)).collect();
        let expected =
            [(typeflag, "holes".to_owned(), Some((39 << 16) + 6)), (b'0', "next".to_owned(), None)];
        assert_eq!(found, expected, "{options:?}");
        assert!(members[0].fields.size < 1 << 17, "{options:?}");
        let (mut reader, mut file) = (Reader::new(&tar[..]), Vec::new());
        let member = reader.next_member().unwrap().unwrap();
        member.map().expand(reader.body()).read_to_end(&mut file).unwrap();
        assert_eq!(file, fs::read(temp.path().join("holes")).unwrap(), "{options:?}");
    }
}

#[test]
fn pax_records_of_gnu_tar_are_read() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("f"), "layer1").unwrap();
    let value = "a=b\n\n12 c=d\n";
    let xattr = format!("--pax-option=SCHILY.xattr.user.k:={value}");
    let global = "--pax-option=comment=none";
    let Some(tar) = made_by(GNU_TAR, temp.path(), &["--format=pax", global, &xattr, "f"]) else { return };
    let found = one(&tar);
    assert_eq!(found.fields.xattrs, [(b"user.k".to_vec(), value.as_bytes().to_vec())].into());
    let mut reader = Reader::new(&tar[..]);
    reader.next_member().unwrap();
    let mut global = reader.global().iter().flat_map(|pax| pax.records());
    let global = global.next().unwrap();
    assert_eq!((global.offset, text(global.key), text(global.value)), (512, "comment".into(), "none".into()));
}
