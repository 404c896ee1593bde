//! Tars by their headers, and how they end.

use crate::fixture;
use crate::image::{END, Image, Member, file, headers, understood};

/// What a header says of itself, and nothing behind it.
fn header(path: &str, kind: char, size: u64, body: &[u8]) -> Member {
    (path.to_owned(), kind, String::new(), size, body.to_owned())
}

#[test]
fn a_layer_has_no_bytes() {
    let image = Image::consistent(&fixture("empty_layer"));
    assert_eq!(image.layer(), b"");
    assert_eq!(image.config()["rootfs"]["diff_ids"][0], image.manifest()["layers"][0]["digest"]);
}

#[test]
fn a_pax_header_says_another_size_than_the_entry_has() {
    let image = Image::consistent(&fixture("pax_size"));
    let tar = image.layer();
    let pax = header("PaxHeaders.0/file", 'x', 13, b"13 size=1024\n");
    let rest = [file("hidden", b"content"), file("last", b"content")];
    assert_eq!(headers(tar), [&[pax, header("file", '0', 0, b"")], &rest[..]].concat());
    // What is hidden is the content of the file for who reads the record.
    let (hidden, [_, last]) = (&tar[1536..2560], rest);
    assert_eq!(headers(hidden), [file("hidden", b"content")]);
    assert_eq!(understood(tar), [header("file", '0', 0, hidden), last]);
}

#[test]
fn a_directory_has_a_size() {
    let image = Image::consistent(&fixture("directory_with_body"));
    let tar = image.layer();
    let (directory, hidden) = tar.split_at(512);
    assert_eq!(&directory[124..136], b"00000002000\0");
    assert_eq!(headers(hidden), [file("hidden", b"content"), file("last", b"content")]);
    // Who takes it for that of a body finds one entry less.
    let directory = header("directory/", '5', 1024, &hidden[..1024]);
    assert_eq!(understood(tar), [directory, file("last", b"content")]);
}

#[test]
fn a_pax_header_has_two_paths() {
    let image = Image::consistent(&fixture("duplicate_pax_path"));
    let pax = header("PaxHeaders.0/ustar", 'x', 29, b"14 path=first\n15 path=second\n");
    assert_eq!(headers(image.layer()), [pax, file("ustar", b"content")]);
}

#[test]
fn a_long_name_has_a_nul_within() {
    let image = Image::consistent(&fixture("nul_in_long_name"));
    let name = header("././@LongLink", 'L', 13, b"first\0second\0");
    assert_eq!(headers(image.layer()), [name, file("ustar", b"content")]);
    for block in [0, 1024] {
        assert_eq!(&image.layer()[block..][257..265], b"ustar  \0");
    }
}

#[test]
fn tars_end_as_they_should_not() {
    let one = Image::of(&fixture("no_end"));
    let one = one.layer();
    assert_eq!(headers(one), [file("file", b"content")]);
    assert_eq!(one.len(), 1024);
    let hidden = {
        let mut hidden = headers(one);
        hidden[0].0 = "hidden".to_owned();
        hidden
    };
    for (fixture, end) in [
        (fixture("no_end"), &b""[..]),
        (fixture("half_an_end"), &END[..512]),
        (fixture("garbage_after_end"), &[&END, &b"garbage"[..]].concat()),
    ] {
        let image = Image::consistent(&fixture);
        assert_eq!(image.layer(), [one, end].concat());
        assert_eq!(understood(image.layer()), [file("file", b"content")]);
    }
    let image = Image::consistent(&fixture("entry_after_end"));
    let rest = image.layer().strip_prefix(one).unwrap().strip_prefix(&END).unwrap();
    assert_eq!((understood(rest), understood(image.layer())), (hidden, vec![file("file", b"content")]));
}
