//! The fields of a gzip header, as other programs read them.

use std::fs;
use std::io::Read;
use std::process::Command;

use flate2::bufread::GzDecoder;
use oci_fixture::{Content, Encoder, Gzip, Layer};
use oci_fixture_test_support::{fixture, layer_of};

fn gzip(encoder: impl Into<Encoder>) -> Vec<u8> {
    layer_of(Layer::new().with(("a", "b")).encoder(encoder))
}

fn all() -> Gzip {
    Gzip::stored().name("layer.tar").comment(b"caf\xe9").mtime(1_700_000_000).extra(b"AB\x02\0xy")
}

#[test]
fn a_header_has_its_fields_in_the_order_of_the_rfc() {
    let plain = gzip(Gzip::stored());
    let header = |flags: u8, time: [u8; 4], fields: &[u8]| {
        [&[0x1f, 0x8b, 8, flags], &time[..], &[0, 255], fields, &plain[10..]].concat()
    };
    assert_eq!(gzip(Gzip::stored().mtime(0)), plain);
    assert_eq!(gzip(Gzip::stored().name("n")), header(8, [0; 4], b"n\0"));
    assert_eq!(gzip(Gzip::stored().comment("")), header(16, [0; 4], b"\0"));
    assert_eq!(gzip(Gzip::stored().extra("")), header(4, [0; 4], b"\0\0"));
    assert_eq!(gzip(Gzip::stored().mtime(1)), header(0, [1, 0, 0, 0], b""));
    let time = 1_700_000_000_u32.to_le_bytes();
    assert_eq!(gzip(all()), header(4 + 8 + 16, time, b"\x06\0AB\x02\0xylayer.tar\0caf\xe9\0"));
}

#[test]
fn flate2_finds_the_fields_of_each_member() {
    let bytes = gzip(all().members(2));
    assert_eq!(bytes.windows(9).filter(|window| window == b"layer.tar").count(), 2);
    let mut decoder = GzDecoder::new(&bytes[..]);
    let header = decoder.header().unwrap();
    assert_eq!(header.filename(), Some(&b"layer.tar"[..]));
    assert_eq!(header.comment(), Some(&b"caf\xe9"[..]));
    assert_eq!(header.extra(), Some(&b"AB\x02\0xy"[..]));
    assert_eq!(header.mtime(), 1_700_000_000);
    let mut tar = Vec::new();
    decoder.read_to_end(&mut tar).unwrap();
    assert_eq!(tar.len(), 1024);
}

#[test]
fn a_header_with_all_fields_is_honest() {
    let layout = fixture(Layer::new().with(("a", "b")).encoder(all())).in_memory().unwrap();
    layout.assert_verified();
    assert!(!layout.to_string().contains(" ! "), "{layout}");
}

#[test]
fn gzip_and_python_find_the_name_and_the_time() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("other.gz");
    fs::write(&file, gzip(all())).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).arg(&file).env("TZ", "UTC").output();
        output.ok().map(|output| String::from_utf8(output.stdout).unwrap())
    };
    match run("gzip", &["-lvN"]) {
        Some(listed) => {
            assert!(listed.contains("2048") && listed.trim_end().ends_with("layer.tar"), "{listed}");
        }
        None => println!("skipped: there is no gzip"),
    }
    let program = "import gzip, sys\nf = gzip.open(sys.argv[1])\nprint(len(f.read()), f.mtime)";
    match run("python3", &["-c", program]) {
        Some(found) => assert_eq!(found, "2048 1700000000\n"),
        None => println!("skipped: there is no python3"),
    }
}

#[test]
fn a_field_that_the_header_cannot_hold_is_an_error() {
    for (encoder, expected) in [
        (Gzip::stored().name("a\0b"), "`name` has a NUL, which ends it in the header of gzip; remove it"),
        (Gzip::stored().comment([0]), "`comment` has a NUL, which ends it in the header of gzip; remove it"),
        (Gzip::stored().extra(Content::zeros(65_536)), "`extra` has 65536 bytes; write at most 65535"),
        (Gzip::stored().name("n".repeat(65_536)), "`name` has 65536 bytes; write at most 65535"),
    ] {
        let error = fixture(Layer::new().encoder(encoder)).in_memory().unwrap_err();
        assert_eq!(error.to_string(), format!("linux/amd64 > layer 1: {expected}"));
    }
    gzip(Gzip::stored().extra(Content::zeros(65_535)));
}
