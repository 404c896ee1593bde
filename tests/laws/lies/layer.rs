//! Lies of layers: of their tars, and of how those are compressed.

use oci_fixture::{Encoder, Entry, FindingKind, Gzip, Header, LayerFormat, Plain, Zstd};

use crate::model::Compression;

#[derive(Clone, Debug)]
pub(crate) struct LayerLie {
    pub(crate) how: How,
    /// What is found of entries by their paths, and of the layer. An offset is counted from the end here.
    pub(crate) finds: Vec<(Option<String>, FindingKind)>,
    /// By its first bytes, where that is not what it would be.
    pub(crate) format: Option<LayerFormat>,
    /// What its media type says, where that is not its format.
    pub(crate) label: Option<&'static str>,
    /// The digest of what is read of it is that of its tar.
    pub(crate) is_whole: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum How {
    Entries(Vec<Entry>),
    Headers(Vec<Header>),
    Eof(u8),
    Raw(Vec<u8>),
    Encoder(Encoder),
}

impl LayerLie {
    fn new(how: How) -> Self {
        Self { how, finds: Vec::new(), format: None, label: None, is_whole: true }
    }

    fn encoder(encoder: impl Into<Encoder>) -> Self {
        Self::new(How::Encoder(encoder.into()))
    }

    fn finds(mut self, kind: FindingKind) -> Self {
        self.finds.push((None, kind));
        self
    }

    fn at(mut self, path: &str, kind: FindingKind) -> Self {
        self.finds.push((Some(path.to_owned()), kind));
        self
    }
}

/// Lies of a layer. Their paths are those of no other layer.
pub(crate) fn of_layer(compression: Compression, number: usize) -> Vec<LayerLie> {
    let mut all = match compression {
        Compression::None => in_plain(),
        Compression::Gzip => in_gzip(),
        Compression::Zstd => in_zstd(),
    };
    all.extend(in_tar());
    all.extend(in_entries(&format!("lie{number}")));
    all
}

/// Bytes that nothing begins with.
const ODD: &[u8] = b"\x01odd";

fn in_plain() -> Vec<LayerLie> {
    let offset = ODD.len() as u64;
    vec![
        LayerLie { is_whole: false, ..LayerLie::encoder(Plain::new().suffix(ODD)) }
            .finds(FindingKind::TarTrailing { offset }),
        LayerLie { label: Some("gzip"), ..LayerLie::encoder(Plain::new().labelled("gzip")) },
        LayerLie { label: Some("zstd"), ..LayerLie::encoder(Plain::new().labelled("zstd")) },
    ]
}

fn in_gzip() -> Vec<LayerLie> {
    let format = LayerFormat::Gzip;
    let checksum = || FindingKind::StreamChecksum { format, problem: String::new() };
    vec![
        LayerLie::encoder(Gzip::stored().members(3)).finds(FindingKind::StreamsSeveral { format, count: 3 }),
        LayerLie::encoder(Gzip::stored().bad_crc()).finds(checksum()),
        LayerLie::encoder(Gzip::stored().bad_size()).finds(checksum()),
        LayerLie::encoder(Gzip::stored().suffix(ODD))
            .finds(FindingKind::StreamTrailing { format, offset: ODD.len() as u64 }),
        LayerLie { format: Some(LayerFormat::Other), ..LayerLie::encoder(Gzip::stored().prefix(ODD)) },
        LayerLie { label: Some("zstd"), ..LayerLie::encoder(Gzip::stored().labelled("zstd")) },
        LayerLie { label: Some(""), ..LayerLie::encoder(Gzip::stored().labelled("")) },
    ]
}

fn in_zstd() -> Vec<LayerLie> {
    let format = LayerFormat::Zstd;
    vec![
        LayerLie::encoder(Zstd::stored().frames(2)).finds(FindingKind::StreamsSeveral { format, count: 2 }),
        LayerLie::encoder(Zstd::stored().checksum()),
        LayerLie::encoder(Zstd::stored().bad_checksum())
            .finds(FindingKind::StreamChecksum { format, problem: String::new() }),
        LayerLie::encoder(Zstd::stored().skippable("skipped"))
            .finds(FindingKind::StreamsSkipped { count: 1 }),
        LayerLie::encoder(Zstd::stored().suffix(ODD))
            .finds(FindingKind::StreamTrailing { format, offset: ODD.len() as u64 }),
        LayerLie { format: Some(LayerFormat::Other), ..LayerLie::encoder(Zstd::stored().prefix(ODD)) },
        LayerLie { label: Some("gzip"), ..LayerLie::encoder(Zstd::stored().labelled("gzip")) },
    ]
}

fn in_tar() -> Vec<LayerLie> {
    let malformed = |offset| FindingKind::TarMalformed { offset, problem: String::new() };
    vec![
        LayerLie::new(How::Eof(0)).finds(FindingKind::TarEnd { blocks: 0 }),
        LayerLie::new(How::Eof(1)).finds(FindingKind::TarEnd { blocks: 1 }),
        LayerLie::new(How::Raw(vec![b'x'; 1024])).finds(malformed(1024)),
        LayerLie::new(How::Headers(vec![Header::new().name("x").checksum(0)])).finds(malformed(1536)),
        // Its body is the two blocks of the end, and one that is not there.
        LayerLie::new(How::Headers(vec![Header::new().name("x").size(1500)])).finds(malformed(0)),
    ]
}

fn in_entries(name: &str) -> Vec<LayerLie> {
    let [within, other] = [format!("{name}/y"), format!("{name}-other")];
    let entries = |entries: &[Entry]| {
        LayerLie::new(How::Entries(entries.iter().map(|entry| entry.clone().unchecked()).collect()))
    };
    let file = |path: &str| Entry::file(path, "");
    let of_file = |path: String, kind| entries(&[file(&path)]).at(&path, kind);
    let header = |header: Header| LayerLie::new(How::Headers(vec![header]));
    let escapes = |target: &str| FindingKind::LinkEscapes { target: target.to_owned() };
    let through = |path: &str| {
        let (path, symlink) = (path.to_owned(), name.to_owned());
        FindingKind::ThroughSymlink { path, symlink }
    };
    let own = |path: &str| FindingKind::WhiteoutOfOwnLayer { path: path.to_owned() };
    let ambiguous = |field: &str, values: [&str; 2]| {
        let values = values.map(str::to_owned);
        FindingKind::FieldAmbiguous { field: field.to_owned(), values }
    };
    let whiteout = format!(".wh.{name}");
    vec![
        of_file(format!("/{name}"), FindingKind::PathEscapes),
        of_file(format!("../{name}"), FindingKind::PathEscapes),
        of_file(format!("{name}/../../{name}"), FindingKind::PathEscapes),
        of_file(format!("{name}/../{name}"), FindingKind::PathUnclean),
        of_file(format!("{name}//y"), FindingKind::PathUnclean),
        of_file(format!("{name}/./y"), FindingKind::PathUnclean),
        of_file(format!("{name}/"), FindingKind::PathUnclean),
        entries(&[file(&format!("./{name}"))]),
        entries(&[Entry::directory(format!("{name}/")), file(name)]).at(name, FindingKind::EntryDuplicate),
        entries(&[file(name), file(&format!("./{name}"))])
            .at(&format!("./{name}"), FindingKind::EntryDuplicate),
        entries(&[Entry::symlink(name, "../x")]).at(name, escapes("../x")),
        entries(&[Entry::symlink(&within, "../../x")]).at(&within, escapes("../../x")),
        entries(&[Entry::symlink(name, "/../x")]).at(name, escapes("/../x")),
        entries(&[Entry::hardlink(name, "/etc/passwd")]).at(name, escapes("/etc/passwd")),
        entries(&[Entry::hardlink(name, "a/../b")]).at(name, escapes("a/../b")),
        entries(&[Entry::symlink(name, "")]).at(name, FindingKind::LinkEmpty),
        entries(&[Entry::symlink(name, "x"), file(&within)]).at(&within, through(&within)),
        entries(&[Entry::symlink(name, "x"), Entry::hardlink(&other, &within)]).at(&other, through(&within)),
        entries(&[file(name), Entry::whiteout(name)]).at(&whiteout, own(name)),
        entries(&[Entry::whiteout(name), file(&within)]).at(&within, own(name)),
        of_file(format!("{whiteout}/y"), FindingKind::WhiteoutMisplaced),
        of_file(format!("{name}/.wh..wh.plnk"), FindingKind::WhiteoutReserved),
        of_file(format!("{name}/.wh."), FindingKind::WhiteoutReserved),
        entries(&[Entry::file(&whiteout, "x")]).at(&whiteout, FindingKind::WhiteoutNotEmpty),
        entries(&[Entry::directory(format!("{whiteout}/"))])
            .at(&format!("{whiteout}/"), FindingKind::WhiteoutNotEmpty),
        header(Header::new().name(name).typeflag("5").size(1).body("x"))
            .at(name, FindingKind::BodyUnexpected { size: 1 }),
        header(Header::new().name(name).typeflag("6").size(600).body([b'x'; 600]))
            .at(name, FindingKind::BodyUnexpected { size: 600 }),
        header(Header::new().name(name).pax([("path", other.as_str())]))
            .at(&other, ambiguous("path", [name, &other])),
        header(Header::new().name(&other).pax([("path", name), ("path", other.as_str())]))
            .at(&other, ambiguous("path", [name, &other])),
        header(Header::new().name(name).pax([("uid", "1")])).at(name, ambiguous("uid", ["0", "1"])),
        header(Header::new().name(name).size(3).pax([("size", "5")]).body("12345"))
            .at(name, ambiguous("size", ["3", "5"])),
        header(Header::new().name(name).typeflag("2").linkname("x").pax([("linkpath", "y")]))
            .at(name, ambiguous("linkpath", ["x", "y"])),
        LayerLie::new(How::Headers(vec![
            Header::new()
                .name("././@LongLink")
                .typeflag("L")
                .size(other.len() as u64 + 1)
                .body(format!("{other}\0")),
            Header::new().name(name),
        ]))
        .at(&other, ambiguous("path", [name, &other])),
    ]
}
