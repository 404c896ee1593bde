//! What docs/verify.md says of every kind of finding.

use std::collections::BTreeSet;

use oci_fixture_grammar::{Digest, Platform};

use super::{Document, FindingKind, LayerFormat, Limit};

const DOCS: &str = include_str!("../../../docs/verify.md");

/// The name of a kind, and all of them. A kind that is not named here does not compile.
macro_rules! names {
    ($($name:ident),* $(,)?) => {
        fn name(kind: &FindingKind) -> &'static str {
            match kind {
                $(FindingKind::$name { .. } => stringify!($name),)*
            }
        }

        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

names![
    OciLayoutMissing,
    OciLayoutVersion,
    IndexMissing,
    Symlink,
    NotAFile,
    Unreadable,
    ArchiveMalformed,
    BlobMissing,
    ContentMismatch,
    Unreferenced,
    DigestMalformed,
    DigestUnknown,
    MediaTypeMalformed,
    DataMalformed,
    DataMismatch,
    PlatformMismatch,
    ReferenceAmbiguous,
    JsonMalformed,
    KeyDuplicate,
    KeyCase,
    FieldMissing,
    FieldType,
    SchemaVersion,
    RootfsType,
    MediaTypeMismatch,
    ManifestAndIndex,
    DiffIdCount,
    DiffIdMismatch,
    HistoryCount,
    CompressionMismatch,
    StreamMalformed,
    StreamChecksum,
    StreamTrailing,
    StreamsSeveral,
    StreamsSkipped,
    TarMalformed,
    TarEnd,
    TarTrailing,
    FieldAmbiguous,
    HeaderRepeated,
    GlobalRecord,
    BodyUnexpected,
    PathEscapes,
    PathUnclean,
    LinkEscapes,
    LinkEmpty,
    ThroughSymlink,
    EntryDuplicate,
    WhiteoutMisplaced,
    WhiteoutReserved,
    WhiteoutNotEmpty,
    WhiteoutOfOwnLayer,
    LimitPassed,
];

/// One of each kind, and of those that follow from several sentences, one for each.
fn kinds() -> Vec<FindingKind> {
    use FindingKind as Kind;

    let text = || "text".to_owned();
    let [one, two] = [Digest::sha256([1; 32]), Digest::sha256([2; 32])];
    let mismatch = |found: &Digest| Kind::ContentMismatch {
        digest: one.clone(),
        size: Some(1),
        found_digest: found.clone(),
        found_size: 2,
    };
    let data =
        Kind::DataMismatch { digest: one.clone(), size: None, found_digest: two.clone(), found_size: 2 };
    let [descriptor, config] = ["amd64", "arm64"].map(|architecture| Platform::new("linux", architecture));
    let documents =
        [Document::OciLayout, Document::Index, Document::Manifest, Document::Config, Document::Descriptor];
    let missing = documents.map(|document| Kind::FieldMissing { document, field: text() });
    let typed = documents.map(|document| Kind::FieldType {
        document,
        field: text(),
        expected: "a list",
        found: text(),
    });
    let versions =
        [Document::Index, Document::Manifest].map(|document| Kind::SchemaVersion { document, found: text() });
    let media_types = [crate::media_type::INDEX, crate::media_type::MANIFEST]
        .map(|descriptor| Kind::MediaTypeMismatch { descriptor: descriptor.to_owned(), document: text() });
    let formats = [LayerFormat::Gzip, LayerFormat::Zstd];
    let malformed = formats.map(|format| Kind::StreamMalformed { format, problem: text() });
    let checksums = formats.map(|format| Kind::StreamChecksum { format, problem: text() });
    let trailing = formats.map(|format| Kind::StreamTrailing { format, offset: 1 });
    let several = formats.map(|format| Kind::StreamsSeveral { format, count: 2 });

    let mut kinds = vec![
        Kind::OciLayoutMissing,
        Kind::OciLayoutVersion { found: text() },
        Kind::IndexMissing,
        Kind::Symlink { outside: true },
        Kind::NotAFile,
        Kind::Unreadable { problem: text() },
        Kind::ArchiveMalformed { problem: text() },
        Kind::BlobMissing { digest: one.clone() },
        mismatch(&two),
        mismatch(&one),
        Kind::Unreferenced,
        Kind::DigestMalformed { problem: text() },
        Kind::DigestUnknown { found: text() },
        Kind::MediaTypeMalformed { problem: text() },
        Kind::DataMalformed,
        data,
        Kind::PlatformMismatch { descriptor, config },
        Kind::ReferenceAmbiguous { name: text(), first: text() },
        Kind::JsonMalformed { offset: 1, problem: text() },
        Kind::KeyDuplicate { field: text() },
        Kind::KeyCase { field: text(), expected: "layers" },
    ];
    kinds.extend(missing.into_iter().chain(typed).chain(versions));
    kinds.push(Kind::RootfsType { found: text() });
    kinds.extend(media_types);
    kinds.extend([
        Kind::ManifestAndIndex,
        Kind::DiffIdCount { layers: 1, diff_ids: 2 },
        Kind::DiffIdMismatch { expected: one.clone(), found: two.clone() },
        Kind::HistoryCount { steps: 1, diff_ids: 2 },
        Kind::CompressionMismatch { media_type: text(), found: LayerFormat::Other },
    ]);
    kinds.extend(malformed.into_iter().chain(checksums).chain(trailing).chain(several));
    kinds.extend([
        Kind::StreamsSkipped { count: 2 },
        Kind::TarMalformed { offset: 1, problem: text() },
        Kind::TarEnd { blocks: 1 },
        Kind::TarTrailing { offset: 1 },
        Kind::FieldAmbiguous { field: text(), values: [text(), text()] },
        Kind::HeaderRepeated,
        Kind::GlobalRecord { key: text() },
        Kind::BodyUnexpected { size: 1 },
        Kind::PathEscapes,
        Kind::PathUnclean,
        Kind::LinkEscapes { target: text() },
        Kind::LinkEmpty,
        Kind::ThroughSymlink { path: text(), symlink: text() },
        Kind::EntryDuplicate,
        Kind::WhiteoutMisplaced,
        Kind::WhiteoutReserved,
        Kind::WhiteoutNotEmpty,
        Kind::WhiteoutOfOwnLayer { path: text() },
        Kind::LimitPassed { limit: Limit::Entries(1) },
    ]);
    kinds
}

#[test]
fn the_docs_have_a_row_for_every_kind_with_its_level_and_section() {
    let expected: Vec<[String; 3]> = kinds()
        .iter()
        .map(|kind| [name(kind).to_owned(), kind.level().to_string(), kind.section().to_owned()])
        .collect();
    let rows = DOCS.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
        let (level, rest) = rest.split_once(" | ")?;
        let (_, section) = rest.strip_suffix(") |")?.strip_suffix(')')?.rsplit_once("](")?;
        Some([name.to_owned(), level.to_owned(), section.to_owned()])
    });
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    let named: BTreeSet<&str> = expected.iter().map(|[name, ..]| &**name).collect();
    assert_eq!(named, NAMES.iter().copied().collect());
}

#[test]
fn every_kind_is_one_line() {
    for kind in kinds() {
        let line = kind.to_string();
        assert!(!line.is_empty() && !line.contains('\n') && !line.ends_with(['.', ' ']), "{line:?}");
        assert!(kind.section().starts_with("https://"), "{}", kind.section());
    }
}
