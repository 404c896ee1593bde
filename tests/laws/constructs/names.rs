//! Paths and targets of any bytes, and labels in paths, targets, extended attributes, contents and fields of `entry`.

use oci_fixture::{Blob, Content, Entry, Fixture, Header, Label, Layer, Manifest, Text};
use oci_fixture_test_support::{decompressed, sha256};
use proptest::prelude::*;

use super::tar::{Member, read};
use super::{blob, document, has_a_text, in_memory, is_honest, listed, name_bytes};
use crate::config;

/// A part of a text.
#[derive(Clone, Debug)]
enum Piece {
    Plain(String),
    Digest(Of),
    Hex(Of),
    /// The size, with a number that is added.
    Size(Of, i64),
    /// The `diff_id` of the layer below.
    DiffId,
}

/// A node with a label.
#[derive(Clone, Copy, Debug)]
enum Of {
    Blob,
    Layer,
}

/// A path, a target, or a value.
#[derive(Clone, Debug)]
enum Name {
    Bytes(Vec<u8>),
    Words(Vec<Piece>),
}

#[derive(Clone, Debug)]
enum Kind {
    File(Name),
    /// The bytes of a node.
    Copy(Of),
    Directory,
    Symlink(Name),
    /// A hard link to a file before it, if there is one.
    Hardlink(usize),
}

#[derive(Clone, Debug)]
struct Declared {
    name: Name,
    kind: Kind,
    xattrs: Vec<Name>,
}

/// The values of the labels' properties, computed from the bytes of their nodes.
struct Nodes {
    blob: Vec<u8>,
    layer: Vec<u8>,
}

struct Labels {
    blob: Label<Blob>,
    layer: Label<Layer>,
}

fn of() -> impl Strategy<Value = Of> {
    prop_oneof![Just(Of::Blob), Just(Of::Layer)]
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        "[a-z\u{e9} =]{0,12}".prop_map(Piece::Plain),
        of().prop_map(Piece::Digest),
        of().prop_map(Piece::Hex),
        Just(Piece::DiffId),
    ]
}

/// A text has at most one sum, at its beginning, because behind other text a number is joined as text.
fn words(pieces: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Piece>> {
    let size = prop::option::of((of(), -3_i64..1 << 40).prop_map(|(of, number)| Piece::Size(of, number)));
    (size, prop::collection::vec(piece(), pieces))
        .prop_map(|(size, pieces)| size.into_iter().chain(pieces).collect())
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![name_bytes(1..130).prop_map(Name::Bytes), words(1..4).prop_map(Name::Words)]
}

fn value() -> impl Strategy<Value = Name> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80).prop_map(Name::Bytes),
        words(0..4).prop_map(Name::Words)
    ]
}

fn entry() -> impl Strategy<Value = Declared> {
    let kind = prop_oneof![
        3 => value().prop_map(Kind::File),
        1 => of().prop_map(Kind::Copy),
        1 => Just(Kind::Directory),
        2 => name().prop_map(Kind::Symlink),
        2 => any::<usize>().prop_map(Kind::Hardlink),
    ];
    let entry = (name(), kind, prop::collection::vec(value(), 0..3));
    entry.prop_map(|(name, kind, xattrs)| Declared { name, kind, xattrs })
}

impl Nodes {
    fn of(&self, of: Of) -> &[u8] {
        match of {
            Of::Blob => &self.blob,
            Of::Layer => &self.layer,
        }
    }

    fn text(&self, pieces: &[Piece]) -> Vec<u8> {
        let piece = |piece: &Piece| match piece {
            Piece::Plain(text) => text.clone(),
            Piece::Digest(of) => format!("sha256:{}", sha256(self.of(*of))),
            Piece::Hex(of) => sha256(self.of(*of)),
            Piece::Size(of, number) => (i64::try_from(self.of(*of).len()).unwrap() + number).to_string(),
            Piece::DiffId => format!("sha256:{}", sha256(decompressed(&self.layer))),
        };
        pieces.iter().map(piece).collect::<String>().into_bytes()
    }

    fn resolved(&self, name: &Name) -> Vec<u8> {
        match name {
            Name::Bytes(bytes) => bytes.clone(),
            Name::Words(pieces) => self.text(pieces),
        }
    }
}

impl Labels {
    fn text(&self, pieces: &[Piece]) -> Text {
        macro_rules! of {
            ($of:expr, $property:ident) => {
                match $of {
                    Of::Blob => self.blob.$property(),
                    Of::Layer => self.layer.$property(),
                }
            };
        }
        pieces.iter().fold(Text::new(""), |text, piece| match piece {
            Piece::Plain(plain) => text + plain,
            Piece::Digest(of) => text + of!(of, digest),
            Piece::Hex(of) => text + of!(of, hex),
            Piece::Size(of, number) if *number < 0 => text + (of!(of, size) - number.unsigned_abs()),
            Piece::Size(of, number) => text + (of!(of, size) + number),
            Piece::DiffId => text + self.layer.diff_id(),
        })
    }

    fn bytes(&self, of: Of) -> Content {
        match of {
            Of::Blob => self.blob.bytes(),
            Of::Layer => self.layer.bytes(),
        }
    }

    fn content(&self, name: &Name) -> Content {
        match name {
            Name::Bytes(bytes) => Content::new(bytes),
            Name::Words(pieces) => Content::new(self.text(pieces)),
        }
    }
}

/// A name with a number, so that no two names are equal, and none is that of a whiteout. A sum stands at the beginning of the
/// text.
fn numbered(number: usize, name: &Name) -> Name {
    match name {
        Name::Bytes(bytes) => Name::Bytes([format!("{number}-").as_bytes(), bytes].concat()),
        Name::Words(pieces) => {
            let number = Piece::Plain(format!("~{number}"));
            Name::Words(pieces.iter().cloned().chain([number]).collect())
        }
    }
}

/// The name of a directory.
fn ending(name: &Name) -> Name {
    match name {
        Name::Bytes(bytes) => Name::Bytes([bytes.as_slice(), b"/"].concat()),
        Name::Words(pieces) => {
            Name::Words(pieces.iter().cloned().chain([Piece::Plain("/".to_owned())]).collect())
        }
    }
}

/// Uses a name as bytes or as text.
macro_rules! with_name {
    ($labels:expr, $name:expr, $path:ident => $body:expr) => {
        match $name {
            Name::Bytes(bytes) => {
                let $path = bytes.clone();
                $body
            }
            Name::Words(pieces) => {
                let $path = $labels.text(pieces);
                $body
            }
        }
    };
}

/// The layer below, whose bytes labels stand for: the number of files, and whether it is compressed.
fn lower(files: u8, gzip: bool) -> Layer {
    let entries = (0..files).map(|number| Entry::file(format!("lower{number}"), [number; 9]));
    let layer = entries.fold(Layer::new(), Layer::with);
    if gzip { layer.gzip() } else { layer }
}

fn declared(labels: &Labels, entries: &[Declared]) -> (Layer, Vec<(Name, Kind)>) {
    let mut layer = Layer::new();
    let mut files: Vec<Name> = Vec::new();
    let mut kinds = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let name = numbered(number, &entry.name);
        let mut kind = match entry.kind.clone() {
            // A target is not empty.
            Kind::Symlink(target) => Kind::Symlink(numbered(number, &target)),
            kind => kind,
        };
        if matches!(kind, Kind::Hardlink(_)) && files.is_empty() {
            kind = Kind::Directory;
        }
        let mut built = match &kind {
            Kind::File(content) => {
                with_name!(labels, &name, path => Entry::file(path, labels.content(content)))
            }
            Kind::Copy(of) => with_name!(labels, &name, path => Entry::file(path, labels.bytes(*of))),
            Kind::Directory => {
                let name = ending(&name);
                with_name!(labels, &name, path => Entry::directory(path))
            }
            Kind::Symlink(target) => {
                with_name!(labels, &name, path => with_name!(labels, target, target => Entry::symlink(path, target)))
            }
            Kind::Hardlink(target) => {
                let target = files[target % files.len()].clone();
                with_name!(labels, &name, path => with_name!(labels, &target, target => Entry::hardlink(path, target)))
            }
        };
        if matches!(kind, Kind::File(_) | Kind::Copy(_)) {
            files.push(name.clone());
        }
        for (number, value) in entry.xattrs.iter().enumerate() {
            built = built.xattr(format!("user.k{number}"), labels.content(value));
        }
        layer.push(built);
        kinds.push((name, kind));
    }
    (layer, kinds)
}

/// The entry that a reader must find, computed from the bytes of the nodes.
fn expected(nodes: &Nodes, entries: &[Declared], kinds: &[(Name, Kind)]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let mut files = Vec::new();
    for (entry, (name, kind)) in entries.iter().zip(kinds) {
        let mut member = Member { name: nodes.resolved(name), mode: 0o644, kind: b'0', ..Member::default() };
        match kind {
            Kind::File(content) => member.content = nodes.resolved(content),
            Kind::Copy(of) => member.content = nodes.of(*of).to_vec(),
            Kind::Directory => {
                (member.kind, member.mode) = (b'5', 0o755);
                member.name.push(b'/');
            }
            Kind::Symlink(target) => {
                (member.kind, member.mode, member.link) = (b'2', 0o777, nodes.resolved(target));
            }
            Kind::Hardlink(target) => {
                let target: &Vec<u8> = &files[target % files.len()];
                (member.kind, member.link) = (b'1', target.clone());
            }
        }
        if matches!(kind, Kind::File(_) | Kind::Copy(_)) {
            files.push(member.name.clone());
        }
        let xattrs = entry.xattrs.iter().enumerate();
        member.xattrs = xattrs
            .map(|(number, value)| (format!("user.k{number}").into_bytes(), nodes.resolved(value)))
            .collect();
        member.size = member.content.len() as u64;
        member.stored = member.content.len().div_ceil(512) * 512;
        members.push(member);
    }
    members
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn names_of_any_bytes_and_what_labels_say_stand_in_the_tar(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        files in 0..3_u8,
        gzip in any::<bool>(),
        entries in prop::collection::vec(entry(), 0..6),
    ) {
        let labels = Labels {
            blob: Label::new("blob", Blob::new("application/octet-stream", &bytes)),
            layer: Label::new("layer", lower(files, gzip)),
        };
        let (layer, kinds) = declared(&labels, &entries);
        let manifest = Manifest::new().with(&labels.layer).with(layer);
        let fixture = Fixture::new().with(&labels.blob).with(manifest);
        let layout = fixture.in_memory().unwrap();
        let files = in_memory(&fixture);
        let listed = listed(&files);
        let image = document(&files, &listed[1]);
        let layers = image["layers"].as_array().unwrap();

        prop_assert_eq!(blob(&files, &listed[0]), &bytes);
        let nodes = Nodes { blob: bytes, layer: blob(&files, &layers[0]).to_vec() };
        prop_assert_eq!(read(blob(&files, &layers[1])), expected(&nodes, &entries, &kinds));
        prop_assert!(is_honest(&layout));

        // The reader of this crate finds the same names.
        let image = layout.platform("linux/amd64").unwrap();
        let found = image.layers().unwrap()[1].entries().unwrap();
        let names: Vec<&[u8]> = found.iter().map(|entry| entry.path.as_bytes()).collect();
        let expected = expected(&nodes, &entries, &kinds);
        prop_assert_eq!(names, expected.iter().map(|member| &*member.name).collect::<Vec<_>>());
        has_a_text(&fixture);
    }

    #[test]
    fn fields_of_entries_say_what_labels_say(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        more in 0..2000_u64,
        name in "[a-z]{1,20}",
    ) {
        let label = Label::new("blob", Blob::new("application/octet-stream", &bytes));
        let body = [bytes.clone(), vec![0; usize::try_from(more).unwrap()]].concat();
        // The content consists of the bytes of the node and a hole.
        let file = Header::new()
            .name(Text::new(&name) + label.hex())
            .size(label.size() + more)
            .mode(0o600)
            .body(&body);
        let copy = Header::new().name("copy").size(label.size()).body(label.bytes());
        let link = Header::new().name("link").typeflag("2").linkname(Text::new("") + label.digest());
        let record = Header::new().name("short").pax([("path", Text::new("long-") + label.digest())]);
        let layer = [file, copy, link, record].into_iter().fold(Layer::new(), Layer::with);
        let fixture = Fixture::new().with(&label).with(Manifest::new().with(layer));
        let files = in_memory(&fixture);
        let image = document(&files, &listed(&files)[1]);
        let found = read(blob(&files, &image["layers"][0]));

        let hex = sha256(&bytes);
        let [file, copy, link, record] = found.as_slice() else { panic!("{found:?}") };
        prop_assert_eq!((&file.name, file.mode), (&format!("{name}{hex}").into_bytes(), 0o600));
        prop_assert!(file.content == body);
        prop_assert_eq!((copy.name.as_slice(), &copy.content), (b"copy".as_slice(), &bytes));
        prop_assert_eq!(&link.link, &format!("sha256:{hex}").into_bytes());
        prop_assert_eq!(&record.name, &format!("long-sha256:{hex}").into_bytes());
        has_a_text(&fixture);
    }
}
