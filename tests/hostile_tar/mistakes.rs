//! What is refused, and where.

use oci_fixture::{Content, Entry, ErrorKind, Fixture, Header, Label, Layer, Manifest, Text};

use crate::fixture;

#[test]
fn what_a_field_does_not_hold_is_refused() {
    let new = Header::new;
    for (header, problem) in [
        (new().name("n".repeat(101)), "header field `name` is 101 bytes, but holds 100; write fewer"),
        (new().linkname([b'n'; 101]), "header field `linkname` is 101 bytes, but holds 100; write fewer"),
        (new().prefix([b'n'; 156]), "header field `prefix` is 156 bytes, but holds 155; write fewer"),
        (new().magic("ustar \0"), "header field `magic` is 7 bytes, but holds 6; write fewer"),
        (new().version("000"), "header field `version` is 3 bytes, but holds 2; write fewer"),
        (new().uname([b'n'; 33]), "header field `uname` is 33 bytes, but holds 32; write fewer"),
        (new().gname([b'n'; 33]), "header field `gname` is 33 bytes, but holds 32; write fewer"),
        (new().mode("00000644\0"), "header field `mode` is 9 bytes, but holds 8; write fewer"),
        (new().size([b'7'; 13]), "header field `size` is 13 bytes, but holds 12; write fewer"),
        (new().checksum("010041\0  "), "header field `checksum` is 9 bytes, but holds 8; write fewer"),
        (
            new().typeflag("xx"),
            "header field `typeflag` is 2 bytes, but holds one; write it, such as `\"0\"`",
        ),
        (new().typeflag(""), "header field `typeflag` is 0 bytes, but holds one; write it, such as `\"0\"`"),
        (
            new().devmajor(Content::zeros(1 << 40)),
            "header field `devmajor` is 1099511627776 bytes, but holds 8; write fewer",
        ),
        (
            new().mode(1_i64 << 56),
            "header field `mode` is 72057594037927936, but holds -2^56 to 2^56 - 1; write such a number, or bytes",
        ),
        (
            new().uid(u64::MAX),
            "header field `uid` is 18446744073709551615, but holds -2^56 to 2^56 - 1; write such a number, or bytes",
        ),
        (
            new().gid(i64::MIN),
            "header field `gid` is -9223372036854775808, but holds -2^56 to 2^56 - 1; write such a number, or bytes",
        ),
        (
            new().size(1_i128 << 88),
            "header field `size` is 309485009821345068724781056, but holds -2^88 to 2^88 - 1; \
             write such a number, or bytes",
        ),
        (
            new().mtime(u128::MAX),
            "header field `mtime` is 340282366920938463463374607431768211455, but holds -2^88 to 2^88 - 1; \
             write such a number, or bytes",
        ),
        (
            new().checksum(i128::MIN),
            "header field `checksum` is -170141183460469231731687303715884105728, but holds -2^56 to 2^56 - 1; \
             write such a number, or bytes",
        ),
        (
            new().typeflag(256),
            "header field `typeflag` is 256, but is one byte; write 0 to 255, or the byte itself",
        ),
        (
            new().typeflag(-1),
            "header field `typeflag` is -1, but is one byte; write 0 to 255, or the byte itself",
        ),
        (
            new().typeflag(u128::MAX),
            "header field `typeflag` is 340282366920938463463374607431768211455, but is one byte; \
             write 0 to 255, or the byte itself",
        ),
    ] {
        assert_eq!(refused(header), format!("linux/amd64 > layer 1 > entry 1: {problem}"));
    }
}

#[test]
fn what_changes_nothing_is_refused() {
    let raw = "`raw` is the whole entry, so the other fields change nothing; remove them";
    let body = "`pax` is the body of an entry of the type `x` or `g`, so `body` changes nothing; \
                remove one of the two";
    let none: [(&str, &str); 0] = [];
    for (header, problem) in [
        (Header::new().raw("").name("a"), raw),
        (Header::new().raw("").checksum(0), raw),
        (Header::new().body("").raw(""), raw),
        (Header::new().pax(none).raw(""), raw),
        (Header::new().typeflag("x").pax(none).body(""), body),
        (Header::new().typeflag(b'g').pax([("a", "b")]).body("c"), body),
    ] {
        assert_eq!(refused(header), format!("linux/amd64 > layer 1 > entry 1: {problem}"));
    }
}

#[test]
fn a_tar_that_contradicts_itself_is_refused() {
    let raw = "`raw` is the whole tar, so its entries and `eof` change nothing; remove them";
    for (layer, problem) in [
        (
            Layer::new().eof(2),
            "eof `2` changes nothing, since every tar ends with two blocks of zeros; write `0` or `1`, or remove it",
        ),
        (
            Layer::new().eof(3),
            "eof `3` is more than the two blocks of zeros that end a tar; write `0` or `1`",
        ),
        (Layer::new().raw("").eof(0), raw),
        (Layer::new().raw("").with(("a", "")), raw),
        (Layer::new().with(Header::new()).raw(""), raw),
    ] {
        let error = fixture(layer).in_memory().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Declaration);
        assert_eq!(error.to_string(), format!("linux/amd64 > layer 1: {problem}"));
    }
}

/// All entries of the layer count.
#[test]
fn an_entry_by_hand_is_called_by_its_number() {
    let wrong = || Header::new().typeflag("xx");
    let problem = "header field `typeflag` is 2 bytes, but holds one; write it, such as `\"0\"`";
    let layer = Layer::new().with(("a", "")).with(Header::new()).with(wrong()).with(wrong());
    assert_eq!(
        fixture(layer).in_memory().unwrap_err().to_string(),
        format!("linux/amd64 > layer 1 > entry 3: {problem}")
    );
    let bare = Fixture::new().with(Manifest::new().with(Entry::fifo("a")).with(wrong()));
    assert_eq!(bare.in_memory().unwrap_err().to_string(), format!("linux/amd64 > entry 2: {problem}"));
}

#[test]
fn entries_by_hand_stand_beside_layers_no_more_than_others() {
    let beside = Fixture::new().with(Manifest::new().with(Header::new()).with(Layer::new()));
    assert_eq!(
        beside.in_memory().unwrap_err().to_string(),
        "linux/amd64: entries stand beside layers; put them into a layer of their own"
    );
}

#[test]
fn what_is_unchecked_must_fit_the_format_nevertheless() {
    let mention = || Text::new("a-") + Label::new("image", Manifest::new()).hex();
    for (entry, problem) in [
        (
            Entry::file("/f", "").mode(0o100_644),
            "\"/f\": mode `0o100644` has bits above `0o7777`; write the permission bits alone, such as `0o644`",
        ),
        (
            Entry::directory("..").uid(u64::MAX),
            "\"..\": owner `18446744073709551615` is above 9223372036854775807, the largest that Go's archive/tar \
             reads; write a smaller number",
        ),
        (
            Entry::file(mention(), ""),
            "\"a-{'image.hex}\": a name in a layer cannot mention a labelled node; write it out",
        ),
        (
            Entry::symlink("", mention()),
            "\"\": a name in a layer cannot mention a labelled node; write it out",
        ),
        (
            Entry::file("/f", mention()),
            "\"/f\": a layer cannot say anything of a labelled node; write it out, or make it a blob",
        ),
    ] {
        let error = fixture(Layer::new().with(entry.unchecked())).in_memory().unwrap_err();
        assert_eq!(error.to_string(), format!("linux/amd64 > layer 1 > {problem}"));
    }
}

#[test]
fn a_tar_that_mentions_a_node_is_refused() {
    let mention = || Text::new("a-") + Label::new("image", Manifest::new()).hex();
    let problem = "a layer cannot say anything of a labelled node; write it out, or make it a blob";
    for header in [
        Header::new().name(mention()),
        Header::new().mode(mention()),
        Header::new().body(mention()),
        Header::new().pax([(mention(), "")]),
        Header::new().pax([("", mention())]),
        Header::new().raw(mention()),
    ] {
        assert_eq!(refused(header), format!("linux/amd64 > layer 1 > entry 1: {problem}"));
    }
    let repeated = Header::new().body(Content::repeat(mention(), 2));
    assert_eq!(
        refused(repeated),
        "linux/amd64 > layer 1 > entry 1: what says something of a label cannot be repeated; \
         write it once, as the whole content"
    );
    let error = fixture(Layer::new().raw(mention())).in_memory().unwrap_err();
    assert_eq!(error.to_string(), format!("linux/amd64 > layer 1: {problem}"));
}

#[test]
fn what_is_found_when_the_bytes_are_made_is_reported() {
    let made = |header: Header| {
        let layer = Layer::new().with(("a", "")).with(header);
        let error = fixture(layer).in_memory().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        error.to_string()
    };
    let records = [("a", Content::zeros(1 << 62)), ("b", Content::zeros(1 << 62))];
    assert_eq!(
        made(Header::new().pax(records)),
        "linux/amd64 > layer 1: cannot be made: entry 2: \
         the records of its PAX header are larger than any file; declare less"
    );
    // The rest is the system's.
    let missing = "linux/amd64 > layer 1: cannot be made: entry 2: no-such-file: cannot be read: ";
    for header in [
        Header::new().name(Content::file("no-such-file")),
        Header::new().body(Content::file("no-such-file")),
        Header::new().pax([("a", Content::file("no-such-file"))]),
    ] {
        let error = made(header);
        assert!(error.starts_with(missing), "{error}");
    }
}

fn refused(header: Header) -> String {
    let error = fixture(Layer::new().with(header)).in_memory().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Declaration);
    error.to_string()
}
