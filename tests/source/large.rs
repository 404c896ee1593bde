//! Layers of many entries, of whose text only samples are read again.

use std::fmt::Write as _;

use oci_fixture::{Entry, Fixture, Gzip, Header, Layer, Manifest};

use crate::again::imported;

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
    // Two entries with one path, and an entry below a file.
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

/// Bytes that differ from each other, but are the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// A few characters, many of which need an escape in a literal, or bytes that are not UTF-8.
    fn bytes(&mut self) -> Vec<u8> {
        const CHARACTERS: [char; 16] = [
            '"',
            '\\',
            '\'',
            '#',
            'r',
            '\n',
            '\r',
            '\t',
            '\u{1}',
            '\u{7f}',
            '\u{e9}',
            '\u{202e}',
            '\u{1f600}',
            '{',
            '}',
            'n',
        ];
        let size = self.next(12);
        if self.next(3) == 0 {
            return (0..size).map(|_| self.next(256).to_le_bytes()[0]).collect();
        }
        let text: String = (0..size).map(|_| CHARACTERS[usize::try_from(self.next(16)).unwrap()]).collect();
        text.into_bytes()
    }

    /// A value for a field of eight bytes.
    fn field(&mut self) -> Vec<u8> {
        let mut field = self.bytes();
        field.truncate(8);
        field
    }

    fn name(&mut self, number: u64) -> Vec<u8> {
        let mut name = self.bytes();
        name.retain(|byte| !matches!(byte, 0 | b'/'));
        [number.to_string().as_bytes(), &name].concat()
    }
}

#[test]
fn names_and_contents_of_any_bytes_are_declared_byte_for_byte() {
    for seed in 0..4 {
        let mut random = Random(seed);
        let mut layer = Layer::new();
        for number in 0..MANY {
            let (name, bytes) = (random.name(number), random.bytes());
            layer = match random.next(4) {
                0 => layer.with(Entry::symlink(name, random.name(number))),
                1 => layer.with(Entry::file(name, bytes).xattr("user.a", random.bytes())),
                2 => layer.with(Header::new().name(name).magic("ustar ").uname(random.field()).body(bytes)),
                _ => layer.with(Entry::file(name, bytes)),
            };
        }
        let text =
            imported(&Fixture::new().with(Manifest::new().with(layer.unchecked())).in_memory().unwrap());
        assert!(text.lines().count() as u64 > MANY, "{text}");
    }
}
