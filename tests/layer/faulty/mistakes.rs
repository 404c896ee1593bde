//! Declarations of faulty tars that are refused.

use oci_fixture::{
    Blob, Content, Descriptor, Entry, ErrorKind, Fixture, Header, Label, Layer, Manifest, Text,
};
use oci_fixture_test_support::fixture;
use oci_fixture_test_support::golden::assert_lines;

#[test]
fn a_value_that_does_not_fit_its_field_is_refused() {
    let new = Header::new;
    let headers = [
        new().name("n".repeat(101)),
        new().linkname([b'n'; 101]),
        new().prefix([b'n'; 156]),
        new().magic("ustar \0"),
        new().version("000"),
        new().uname([b'n'; 33]),
        new().gname([b'n'; 33]),
        new().mode("00000644\0"),
        new().size([b'7'; 13]),
        new().checksum("010041\0  "),
        new().typeflag("xx"),
        new().typeflag(""),
        new().devmajor(Content::zeros(1 << 40)),
        new().mode(1_i64 << 56),
        new().uid(u64::MAX),
        new().gid(i64::MIN),
        new().size(1_i128 << 88),
        new().mtime(u128::MAX),
        new().checksum(i128::MIN),
        new().typeflag(256),
        new().typeflag(-1),
        new().typeflag(u128::MAX),
    ];
    assert_lines("layer/faulty/values.txt", headers.map(refused));
}

#[test]
fn a_field_without_an_effect_is_refused() {
    let none: [(&str, &str); 0] = [];
    let headers = [
        Header::new().raw("").name("a"),
        Header::new().raw("").checksum(0),
        Header::new().body("").raw(""),
        Header::new().pax(none).raw(""),
        Header::new().typeflag("x").pax(none).body(""),
        Header::new().typeflag(b'g').pax([("a", "b")]).body("c"),
    ];
    assert_lines("layer/faulty/no_effect.txt", headers.map(refused));
}

#[test]
fn a_tar_that_contradicts_itself_is_refused() {
    let layers = [
        Layer::new().eof(2),
        Layer::new().eof(3),
        Layer::new().raw("").eof(0),
        Layer::new().raw("").with(("a", "")),
        Layer::new().with(Header::new()).raw(""),
    ];
    assert_lines("layer/faulty/contradictions.txt", layers.map(refused_layer));
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
    let entries = [Entry::file("/f", "").mode(0o100_644), Entry::directory("..").uid(u64::MAX)];
    let refused = entries.map(|entry| refused_layer(Layer::new().with(entry.unchecked())));
    assert_lines("layer/faulty/unchecked.txt", refused);
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
    refused_layer(Layer::new().with(header))
}

/// The error of the declaration because of which the layer is refused.
fn refused_layer(layer: Layer) -> String {
    let error = fixture(layer).in_memory().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Declaration);
    error.to_string()
}
