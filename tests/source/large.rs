//! Layers of many entries, whose text is read again by samples.

use std::fmt::Write as _;

use oci_fixture::{Entry, Fixture, Gzip, Header, Layer, Manifest};

use crate::import::imported;

/// More entries than are printed at once.
const MANY: u64 = 1300;

#[test]
fn a_layer_of_many_files_is_printed_as_it_was_declared() {
    let mut manifest = Manifest::new().reference("app:1");
    let mut text = "manifest \"app:1\" {\n".to_owned();
    for number in 0..MANY {
        manifest.push((format!("file-{number}"), number.to_string()));
        writeln!(text, "    \"file-{number}\" => \"{number}\",").unwrap();
    }
    text.push_str("}\n");
    let fixture = Fixture::new().with(manifest);
    assert_eq!(fixture.source().unwrap().text(), text);
    assert_eq!(imported(&fixture.in_memory().unwrap()), text);
}

/// Entries of all kinds, and some that an honest layer does not have.
fn odd_layer() -> Layer {
    let mut layer = Layer::new();
    for number in 0..MANY {
        let path = format!("d/{number}");
        layer = match number % 13 {
            0 => layer.with(Entry::directory(format!("{path}/")).mode(0o700)),
            1 => layer.with(Entry::file(path, "line\n\t\"quoted\" \\ \u{1}").mtime(number.cast_signed())),
            2 => layer.with(Entry::file(path, [0, 1, 0x80, 0xff]).uid(number).gid(7)),
            3 => layer.with(Entry::hardlink(path, "d/1").mode(0o600)),
            4 => layer.with(Entry::symlink(path, "../caf\u{e9}")),
            5 => layer.with(Entry::file(path, "content ".repeat(200))),
            6 => layer.with(
                Entry::file(path, "{\"a\": \"b\", \"c\": \"d\"}")
                    .xattr("user.a", [number.to_le_bytes()[0], 0]),
            ),
            7 => layer.with(Header::new().name(path).devmajor("").devminor("").body("by hand")),
            8 => layer.with(Header::new().name(path).typeflag("x").pax([("path", "other")])),
            9 => layer.with(Entry::whiteout(path)),
            10 => layer.with(Entry::char(path, 1, 7)),
            11 => layer.with(Entry::file([b"d/", &number.to_le_bytes()[..2], b"\xff"].concat(), "")),
            _ => layer.with(Entry::file(path, "").uname("root").gname("wheel")),
        };
    }
    // Entries that stand twice, and one below a file.
    let layer = layer.with(Entry::file("d/12", "again").unchecked()).with(Entry::fifo("d/12").unchecked());
    layer.with(Entry::file("d/12/below", "").unchecked())
}

#[test]
fn a_layer_of_many_odd_entries_is_declared_byte_for_byte() {
    for layer in [odd_layer(), odd_layer().encoder(Gzip::level(9)), odd_layer().eof(0)] {
        let fixture = Fixture::new().with(Manifest::new().with(layer.unchecked()));
        let text = imported(&fixture.in_memory().unwrap());
        assert!(!text.contains("blob "), "{text}");
    }
}
