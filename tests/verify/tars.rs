//! Tars: how they begin and end, and what their headers say.

use crate::tarball::{Member, Tarball, found, found_of};

#[test]
fn a_layer_is_a_tar() {
    let tar = Tarball::default().with(Member::file("a").body("b")).end();
    assert_eq!(found(&tar), [""; 0]);
    assert_eq!(
        found(b"no tar"),
        [": it cannot be read as a tar, at byte 6: the tar ends within a block, after 6 of its 512 bytes"]
    );
    assert_eq!(
        found(&tar[..700]),
        [
            ": it cannot be read as a tar, at byte 700: the tar ends within the padding of the member at byte 0"
        ]
    );
    let mut changed = tar.clone();
    changed[0] = b'c';
    assert_eq!(
        found(&changed),
        [
            ": it cannot be read as a tar, at byte 0: the block is no header: its checksum says 3135, but its bytes sum to 3137"
        ]
    );
    // The entries before the corrupt bytes are judged.
    let twice = Tarball::default().with(Member::file("a")).with(Member::file("a")).open();
    assert_eq!(
        found(&[&twice[..], &[1; 512]].concat()),
        [
            " > \"a\": the layer already has an entry with this path",
            ": it cannot be read as a tar, at byte 1024: the block is no header: its checksum is no octal number, \
             \"\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\"",
        ]
    );
}

#[test]
fn a_tar_ends_with_two_blocks_of_zeros_and_nothing_else() {
    let tar = || Tarball::default().with(Member::file("a")).open();
    let ended = |end: &[u8]| found(&[&tar()[..], end].concat());
    assert_eq!(ended(b""), [": the tar ends without a block of zeros, but two are expected"]);
    assert_eq!(found(b""), [": the tar ends without a block of zeros, but two are expected"]);
    assert_eq!(ended(&[0; 512]), [": the tar ends with 1 block of zeros, but two are expected"]);
    assert_eq!(ended(&[0; 10_000]), [""; 0]);
    let mut more = vec![0; 2000];
    more[1500] = 1;
    assert_eq!(ended(&more), [": bytes that are not zero follow the end of the tar, at byte 2012"]);
    assert_eq!(
        ended(&[&[0; 512][..], &tar()].concat()),
        [
            ": the tar ends with 1 block of zeros, but two are expected",
            ": bytes that are not zero follow the end of the tar, at byte 1024",
        ]
    );
}

#[test]
fn headers_with_different_values_of_a_field_are_noted() {
    let of = |records: &[(&str, &str)]| found_of([Member::pax(b'x', records), Member::file("a").body("b")]);
    let differ = |path: &str, field: &str, first: &str, second: &str| {
        [format!(
            " > {path:?}: its `{field}` is `{first}` and `{second}`, and readers differ in which they take"
        )]
    };
    assert_eq!(of(&[("path", "c")]), differ("c", "path", "a", "c"));
    assert_eq!(of(&[("uid", "7")]), differ("a", "uid", "0", "7"));
    assert_eq!(of(&[("gid", "7")]), differ("a", "gid", "0", "7"));
    assert_eq!(of(&[("mtime", "1700000000.5")]), differ("a", "mtime", "0", "1700000000.5"));
    assert_eq!(of(&[("linkpath", "c")]), differ("a", "linkpath", "", "c"));
    // These records hold values that the header cannot hold, or repeat its values.
    let long = "d".repeat(101);
    let same = [("path", &*long), ("mtime", "0.5"), ("uid", "2097152"), ("linkpath", "\u{e9}"), ("x", "y")];
    assert_eq!(of(&same), [""; 0]);
    assert_eq!(of(&[("mtime", "-1.5")]), [""; 0]);
    // Some writers cut the fraction of a time off, and some round it.
    let timed = |header: u64, record: &str| {
        let file = Member::file("a").header(|fields| fields.set_mtime(header));
        found_of([Member::pax(b'x', &[("mtime", record)]), file])
    };
    for header in [1_700_000_001, 1_700_000_002] {
        assert_eq!(timed(header, "1700000001.7"), [""; 0]);
    }
    assert_eq!(timed(1_700_000_003, "1700000001.7"), differ("a", "mtime", "1700000003", "1700000001.7"));
    assert_eq!(timed(1_700_000_002, "1700000001"), differ("a", "mtime", "1700000002", "1700000001"));
    assert_eq!(of(&[("path", "c"), ("path", "a")]), differ("a", "path", "c", "a"));
    assert_eq!(of(&[("GNU.sparse.name", "c"), ("GNU.sparse.realsize", "9")]), [""; 0]);

    // The size says where the next header is.
    let inner = Tarball::default().with(Member::file("hidden")).open();
    let smuggled = Member::file("b").header(|header| header.set_size(0));
    let tar = Tarball::default().with(Member::pax(b'x', &[("size", "512")])).with(smuggled).open();
    assert_eq!(found(&[tar, inner, vec![0; 1024]].concat()), differ("b", "size", "0", "512"));

    let gnu = |kind: u8, name: &str| Member::new(kind, "././@LongLink").body(name);
    assert_eq!(found_of([gnu(b'L', "c\0"), Member::file("a")]), differ("c", "path", "a", "c"));
    assert_eq!(
        found_of([gnu(b'K', "c\0"), Member::new(b'2', "a").link("d")]),
        differ("a", "linkpath", "d", "c")
    );
    assert_eq!(found_of([gnu(b'L', &format!("{long}\0")), Member::file(&long[..100])]), [""; 0]);
    let other = Member::pax(b'x', &[("path", &long.replace('d', "e"))]);
    assert_eq!(
        found_of([gnu(b'L', &format!("{long}\0")), other, Member::file(&long[..100])]),
        differ(&long.replace('d', "e"), "path", &long, &long.replace('d', "e"))
    );
}

#[test]
fn repeated_and_global_headers_are_noted() {
    let pax = || Member::pax(b'x', &[("x", "y")]);
    assert_eq!(
        found_of([pax(), pax(), Member::file("a")]),
        [" > \"a\": it has several extended headers of one type, and readers differ in which they take"]
    );
    let global = |key: &str| Member::pax(b'g', &[("comment", "0"), (key, "7")]);
    assert_eq!(
        found_of([global("uid"), Member::file("a"), global("comment"), Member::file("b")]),
        [": a global header has the record `uid`, which some readers apply to all entries that follow"]
    );
    // The label of a volume does not describe entries.
    assert_eq!(found_of([global("GNU.volume.label"), Member::file("a")]), [""; 0]);
    assert_eq!(
        found_of([global("SCHILY.xattr.user.a"), Member::file("a")]),
        [
            ": a global header has the record `SCHILY.xattr.user.a`, which some readers apply to all entries that follow"
        ]
    );
}

#[test]
fn an_entry_without_content_has_no_size() {
    let sized = |kind: u8| Member::new(kind, "a").link("b").header(|header| header.set_size(7));
    for kind in *b"1256" {
        let lines = found_of([Member::file("b"), sized(kind)]);
        let line = " > \"a\": it has a size of 7 bytes, but entries of its type have no content";
        assert_eq!(lines, [line], "{}", char::from(kind));
    }
}
