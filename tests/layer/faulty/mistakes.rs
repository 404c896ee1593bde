//! Declarations of faulty tars that are refused.

use oci_fixture::{
    Blob, Content, Descriptor, Entry, ErrorKind, Fixture, Header, Label, Layer, Manifest, Text,
};
use oci_fixture_test_support::fixture;

#[test]
fn a_value_that_does_not_fit_its_field_is_refused() {
    let new = Header::new;
    let bytes = |size: u64, width| format!("{size} bytes, but holds {width}; write fewer");
    let one = |size| format!("{size} bytes, but holds one; write it, such as `\"0\"`");
    let number = |number: &str, bits| {
        format!("{number}, but holds -2^{bits} to 2^{bits} - 1; write such a number, or bytes")
    };
    let byte = |number: &str| format!("{number}, but is one byte; write 0 to 255, or the byte itself");
    for (header, field, problem) in [
        (new().name("n".repeat(101)), "name", bytes(101, 100)),
        (new().linkname([b'n'; 101]), "linkname", bytes(101, 100)),
        (new().prefix([b'n'; 156]), "prefix", bytes(156, 155)),
        (new().magic("ustar \0"), "magic", bytes(7, 6)),
        (new().version("000"), "version", bytes(3, 2)),
        (new().uname([b'n'; 33]), "uname", bytes(33, 32)),
        (new().gname([b'n'; 33]), "gname", bytes(33, 32)),
        (new().mode("00000644\0"), "mode", bytes(9, 8)),
        (new().size([b'7'; 13]), "size", bytes(13, 12)),
        (new().checksum("010041\0  "), "checksum", bytes(9, 8)),
        (new().typeflag("xx"), "typeflag", one(2)),
        (new().typeflag(""), "typeflag", one(0)),
        (new().devmajor(Content::zeros(1 << 40)), "devmajor", bytes(1_099_511_627_776, 8)),
        (new().mode(1_i64 << 56), "mode", number("72057594037927936", 56)),
        (new().uid(u64::MAX), "uid", number("18446744073709551615", 56)),
        (new().gid(i64::MIN), "gid", number("-9223372036854775808", 56)),
        (new().size(1_i128 << 88), "size", number("309485009821345068724781056", 88)),
        (new().mtime(u128::MAX), "mtime", number("340282366920938463463374607431768211455", 88)),
        (new().checksum(i128::MIN), "checksum", number("-170141183460469231731687303715884105728", 56)),
        (new().typeflag(256), "typeflag", byte("256")),
        (new().typeflag(-1), "typeflag", byte("-1")),
        (new().typeflag(u128::MAX), "typeflag", byte("340282366920938463463374607431768211455")),
    ] {
        let expected = format!("linux/amd64 > layer 1 > entry 1: header field `{field}` is {problem}");
        assert_eq!(refused(header), expected);
    }
}

#[test]
fn a_field_without_an_effect_is_refused() {
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

/// The number counts all entries of the layer.
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
fn unchecked_entries_must_fit_the_format_nevertheless() {
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
    ] {
        let error = fixture(Layer::new().with(entry.unchecked())).in_memory().unwrap_err();
        assert_eq!(error.to_string(), format!("linux/amd64 > layer 1 > {problem}"));
    }
}

/// A mention gives the same bytes as its text written out.
#[test]
fn a_tar_may_mention_nodes() {
    let four = Label::new("four", Blob::new("text/plain", "four"));
    let mention = || Text::new("a-") + four.size();
    let layer = |layer: Layer| {
        let fixture = Fixture::new().with(&four).with(Manifest::new().with(layer)).in_memory().unwrap();
        fixture.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned()
    };
    for (header, written) in [
        (Header::new().name(mention()), Header::new().name("a-4")),
        (Header::new().name(four.size()), Header::new().name("4")),
        (Header::new().mode(mention()), Header::new().mode("a-4")),
        (Header::new().size(four.size() + 1), Header::new().size(5)),
        (Header::new().uid(Text::new(3) - four.size()), Header::new().uid(-1)),
        (Header::new().body(mention()), Header::new().body("a-4")),
        (Header::new().body(Content::repeat(mention(), 2)), Header::new().body("a-4a-4")),
        (Header::new().pax([(mention(), four.bytes())]), Header::new().pax([("a-4", "four")])),
        (Header::new().raw(mention()), Header::new().raw("a-4")),
    ] {
        assert_eq!(layer(Layer::new().with(header)), layer(Layer::new().with(written)));
    }
    assert_eq!(layer(Layer::new().raw(mention())), b"a-4");
    let unchecked = Entry::file("/", four.bytes()).unchecked();
    assert_eq!(
        layer(Layer::new().with(unchecked)),
        layer(Layer::new().with(Entry::file("/", "four").unchecked()))
    );
}

#[test]
fn a_mention_must_fit_its_field() {
    let four = Label::new("four", Blob::new("text/plain", "four"));
    let error = |layer: Layer| {
        Fixture::new().with(&four).with(Manifest::new().with(layer)).in_memory().unwrap_err().to_string()
    };
    assert_eq!(
        error(Layer::new().with(Header::new().magic(four.digest()))),
        "linux/amd64 > layer 1 > entry 1: header field `magic` is 71 bytes, but holds 6; write fewer"
    );
    let nowhere = Label::new("nowhere", Blob::new("text/plain", "four"));
    assert_eq!(
        error(Layer::new().with(("a", nowhere.bytes()))),
        "linux/amd64 > layer 1 > \"a\": the label `'nowhere` is used before the declaration has its node; declare the node before this place"
    );
    let dangling = Label::new("dangling", Descriptor::new().media_type("a/b").digest(HEX).size(4));
    assert_eq!(
        error(Layer::new().with(("a", dangling.bytes()))),
        "linux/amd64 > layer 1 > \"a\": a dangling descriptor has no bytes; name a node that is stored"
    );
}

const HEX: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn errors_while_the_bytes_are_made_are_reported() {
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
    // The rest is the text of the operating system.
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
