//! Faults of layers: of their tars, and of the compression.

use oci_fixture::{Encoder, Entry, FindingKind, Gzip, Header, LayerFormat, Plain, Zstd};

#[derive(Clone, Debug)]
pub(crate) struct LayerFault {
    pub(crate) how: How,
    /// The findings about entries, by their paths, and about the layer. Here an offset is counted from the end.
    pub(crate) finds: Vec<(Option<String>, FindingKind)>,
    /// The format that the first bytes show, if it is not the declared one.
    pub(crate) format: Option<LayerFormat>,
    /// The compression in the media type, if it is not that of the layer.
    pub(crate) label: Option<&'static str>,
    /// Whether the bytes that are read of the layer are those of its tar.
    pub(crate) is_whole: bool,
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "there are few at a time")]
pub(crate) enum How {
    Entries(Vec<Entry>),
    Headers(Vec<Header>),
    Eof(u8),
    Raw(Vec<u8>),
    Encoder(Encoder),
}

impl LayerFault {
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

/// Faults of a layer. Their paths occur in no other layer.
pub(crate) fn of_layer(format: LayerFormat, number: usize) -> Vec<LayerFault> {
    let mut all = match format {
        LayerFormat::Gzip => in_gzip(),
        LayerFormat::Zstd => in_zstd(),
        _ => in_plain(),
    };
    all.extend(in_tar());
    all.extend(in_entries(&format!("fault{number}")));
    all
}

/// Bytes with which no format begins.
const GARBAGE: &[u8] = b"\x01odd";

fn in_plain() -> Vec<LayerFault> {
    let offset = GARBAGE.len() as u64;
    vec![
        LayerFault { is_whole: false, ..LayerFault::encoder(Plain::new().suffix(GARBAGE)) }
            .finds(FindingKind::TarTrailing { offset }),
        LayerFault { label: Some("gzip"), ..LayerFault::encoder(Plain::new().labelled("gzip")) },
        LayerFault { label: Some("zstd"), ..LayerFault::encoder(Plain::new().labelled("zstd")) },
    ]
}

fn in_gzip() -> Vec<LayerFault> {
    let format = LayerFormat::Gzip;
    let checksum = || FindingKind::StreamChecksum { format, problem: String::new() };
    vec![
        LayerFault::encoder(Gzip::stored().members(3))
            .finds(FindingKind::StreamsSeveral { format, count: 3 }),
        LayerFault::encoder(Gzip::stored().bad_crc()).finds(checksum()),
        LayerFault::encoder(Gzip::stored().bad_size()).finds(checksum()),
        LayerFault::encoder(Gzip::stored().suffix(GARBAGE))
            .finds(FindingKind::StreamTrailing { format, offset: GARBAGE.len() as u64 }),
        LayerFault {
            format: Some(LayerFormat::Other),
            ..LayerFault::encoder(Gzip::stored().prefix(GARBAGE))
        },
        LayerFault { label: Some("zstd"), ..LayerFault::encoder(Gzip::stored().labelled("zstd")) },
        LayerFault { label: Some(""), ..LayerFault::encoder(Gzip::stored().labelled("")) },
    ]
}

fn in_zstd() -> Vec<LayerFault> {
    let format = LayerFormat::Zstd;
    vec![
        LayerFault::encoder(Zstd::stored().frames(2)).finds(FindingKind::StreamsSeveral { format, count: 2 }),
        LayerFault::encoder(Zstd::stored().checksum()),
        LayerFault::encoder(Zstd::stored().bad_checksum())
            .finds(FindingKind::StreamChecksum { format, problem: String::new() }),
        LayerFault::encoder(Zstd::stored().skippable("skipped"))
            .finds(FindingKind::StreamsSkipped { count: 1 }),
        LayerFault::encoder(Zstd::stored().suffix(GARBAGE))
            .finds(FindingKind::StreamTrailing { format, offset: GARBAGE.len() as u64 }),
        LayerFault {
            format: Some(LayerFormat::Other),
            ..LayerFault::encoder(Zstd::stored().prefix(GARBAGE))
        },
        LayerFault { label: Some("gzip"), ..LayerFault::encoder(Zstd::stored().labelled("gzip")) },
    ]
}

fn in_tar() -> Vec<LayerFault> {
    let malformed = |offset| FindingKind::TarMalformed { offset, problem: String::new() };
    vec![
        LayerFault::new(How::Eof(0)).finds(FindingKind::TarEnd { blocks: 0 }),
        LayerFault::new(How::Eof(1)).finds(FindingKind::TarEnd { blocks: 1 }),
        LayerFault::new(How::Raw(vec![b'x'; 1024])).finds(malformed(1024)),
        LayerFault::new(How::Headers(vec![Header::new().name("x").checksum(0)])).finds(malformed(1536)),
        // Its body would be the two blocks at the end of the tar, and a third block, which is missing.
        LayerFault::new(How::Headers(vec![Header::new().name("x").size(1500)])).finds(malformed(0)),
    ]
}

fn in_entries(name: &str) -> Vec<LayerFault> {
    let [within, other] = [format!("{name}/y"), format!("{name}-other")];
    let entries = |entries: &[Entry]| {
        LayerFault::new(How::Entries(entries.iter().map(|entry| entry.clone().unchecked()).collect()))
    };
    let file = |path: &str| Entry::file(path, "");
    let of_file = |path: String, kind| entries(&[file(&path)]).at(&path, kind);
    let header = |header: Header| LayerFault::new(How::Headers(vec![header]));
    let escapes = |target: &str| FindingKind::LinkEscapes { target: target.to_owned(), is_hard: false };
    // Whether the layer is the lowest one depends on its place in the manifest.
    let no_target =
        |target: &str| FindingKind::LinkTargetMissing { target: target.to_owned(), is_lowest: true };
    let to_directory = |target: &str| FindingKind::LinkToDirectory { target: target.to_owned() };
    let used = |file: &str| FindingKind::FileAsDirectory { file: file.to_owned() };
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
        entries(&[file(&format!("/{name}"))]),
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
        entries(&[Entry::hardlink(name, "/etc/fault")]).at(name, no_target("/etc/fault")),
        entries(&[Entry::hardlink(name, "a/../fault")]).at(name, no_target("a/../fault")),
        entries(&[Entry::hardlink(name, "../fault")])
            .at(name, FindingKind::LinkEscapes { target: "../fault".to_owned(), is_hard: true }),
        entries(&[Entry::hardlink(name, &other), Entry::hardlink(&other, name)]).at(name, no_target(&other)),
        entries(&[Entry::hardlink(name, &other), file(&other)]).at(name, no_target(&other)),
        entries(&[file(&other), Entry::hardlink(name, &other)]),
        entries(&[Entry::directory(format!("{other}/")), Entry::hardlink(name, &other)])
            .at(name, to_directory(&other)),
        entries(&[file(&within), Entry::hardlink(&other, name)]).at(&other, to_directory(name)),
        entries(&[file(name), file(&within)]).at(&within, used(name)),
        entries(&[file(&within), file(name)]).at(name, used(name)),
        entries(&[Entry::symlink(name, "")]).at(name, FindingKind::LinkEmpty),
        entries(&[Entry::symlink(name, "x"), file(&within)]).at(&within, through(&within)),
        entries(&[Entry::symlink(name, "x"), Entry::hardlink(&other, &within)])
            .at(&other, through(&within))
            .at(&other, no_target(&within)),
        entries(&[file(name), Entry::whiteout(name)]).at(&whiteout, own(name)),
        entries(&[Entry::whiteout(name), file(&within)]).at(&within, own(name)),
        of_file(format!("{whiteout}/y"), FindingKind::WhiteoutMisplaced),
        of_file(format!("{name}/.wh..wh.plnk"), FindingKind::WhiteoutReserved),
        of_file(format!("{name}/.wh."), FindingKind::WhiteoutReserved),
        entries(&[Entry::file(&whiteout, "x")]).at(&whiteout, FindingKind::WhiteoutNotEmpty),
        entries(&[Entry::directory(format!("{whiteout}/"))])
            .at(&format!("{whiteout}/"), FindingKind::WhiteoutNotEmpty),
        header(Header::new().name(name).typeflag("5").size(1).body("x"))
            .at(name, FindingKind::BodyUnexpected { size: 1, is_link: false }),
        header(Header::new().name(name).typeflag("6").size(600).body([b'x'; 600]))
            .at(name, FindingKind::BodyUnexpected { size: 600, is_link: false }),
        header(Header::new().name(name).pax([("path", other.as_str())]))
            .at(&other, ambiguous("path", [name, &other])),
        header(Header::new().name(&other).pax([("path", name), ("path", other.as_str())]))
            .at(&other, ambiguous("path", [name, &other])),
        header(Header::new().name(name).typeflag("2").linkname("x").size(1).body("x"))
            .at(name, FindingKind::BodyUnexpected { size: 1, is_link: true }),
        header(
            Header::new()
                .name(name)
                .size(2)
                .body("12")
                .pax([("GNU.sparse.size", "9"), ("GNU.sparse.map", "3,2")]),
        )
        .at(name, FindingKind::Sparse { format: "0.1" }),
        header(Header::new().name(name).pax([("uid", "1")])).at(name, ambiguous("uid", ["0", "1"])),
        header(Header::new().name(name).size(3).pax([("size", "5")]).body("12345"))
            .at(name, ambiguous("size", ["3", "5"])),
        header(Header::new().name(name).typeflag("2").linkname("x").pax([("linkpath", "y")]))
            .at(name, ambiguous("linkpath", ["x", "y"])),
        LayerFault::new(How::Headers(vec![
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
