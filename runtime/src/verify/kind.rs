//! The kinds of findings.

use std::fmt;

use oci_fixture_grammar::{Digest, Platform};

use super::document::Document;
use super::excerpt::Quoted;
use super::layer_format::LayerFormat;
use super::limits::Limit;

/// What is wrong, with what was expected and what was found.
///
/// Text of the layout is cut after 160 characters. Its `Display` is one line, without the place.
///
/// ```
/// use oci_fixture::{FindingKind, Level};
///
/// let kind = FindingKind::RootfsType { found: "files".to_owned() };
/// assert_eq!(kind.to_string(), "the `rootfs.type` is `files`, but `layers` is expected");
/// assert_eq!(kind.level(), Level::Must);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    // Files.
    /// There is no oci-layout.
    OciLayoutMissing,
    /// The oci-layout is of another version than `1.0.0`.
    OciLayoutVersion {
        /// The version.
        found: String,
    },
    /// There is no index.json.
    IndexMissing,
    /// A file is a symbolic link. It is followed where it stays in the layout.
    Symlink {
        /// Whether it leads out of the layout, or to nothing.
        outside: bool,
    },
    /// What should be a file is a directory, a pipe or the like.
    NotAFile,
    /// The system refuses to read it.
    Unreadable {
        /// What the system says.
        problem: String,
    },
    /// An archive is damaged; what stands before that is judged.
    ArchiveMalformed {
        /// What is wrong with the tar.
        problem: String,
    },

    // Blobs.
    /// A blob is not stored. What a subject is about, and layers that are not distributed but have `urls`, need not be.
    BlobMissing {
        /// Its digest.
        digest: Digest,
    },
    /// A blob is not what its descriptor says. It is not looked into.
    ContentMismatch {
        /// The digest of the descriptor.
        digest: Digest,
        /// The size of the descriptor, where that says one.
        size: Option<u64>,
        /// The digest of what is stored.
        found_digest: Digest,
        /// The size of what is stored.
        found_size: u64,
    },
    /// Nothing refers to a blob. Nothing is said of that where a document could not be read, which might.
    Unreferenced,

    // Descriptors.
    /// The digest of a descriptor, or a `diff_id`, is none.
    DigestMalformed {
        /// What is wrong.
        problem: String,
    },
    /// The algorithm of a digest is not known, so its content is not judged.
    DigestUnknown {
        /// The digest.
        found: String,
    },
    /// A media type is none.
    MediaTypeMalformed {
        /// What is wrong.
        problem: String,
    },
    /// The `data` of a descriptor is not base64.
    DataMalformed,
    /// The `data` of a descriptor is not the content.
    DataMismatch {
        /// The digest of the descriptor.
        digest: Digest,
        /// The size of the descriptor, where that says one.
        size: Option<u64>,
        /// The digest of the data.
        found_digest: Digest,
        /// The size of the data.
        found_size: u64,
    },
    /// The platform of a descriptor is another than that of the config. They are compared as containerd does: normalised.
    PlatformMismatch {
        /// That of the descriptor.
        descriptor: Platform,
        /// That of the config.
        config: Platform,
    },
    /// Two entries of index.json have the same name: `io.containerd.image.name`, or, where that is absent,
    /// `org.opencontainers.image.ref.name`.
    ReferenceAmbiguous {
        /// The name.
        name: String,
        /// The place of the first of them.
        first: String,
    },

    // Documents.
    /// A document is no JSON.
    JsonMalformed {
        /// Where, in bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// An object has a key twice. Verifying goes on with the first.
    KeyDuplicate {
        /// The way to the member.
        field: String,
    },
    /// A key is that of a field but for the case of its letters: some readers take it for that, others ignore it.
    KeyCase {
        /// The way to the member.
        field: String,
        /// How the field is written.
        expected: &'static str,
    },
    /// A field that is required is not there.
    FieldMissing {
        /// Of what document.
        document: Document,
        /// The way to the field.
        field: String,
    },
    /// The value of a field is of another type.
    FieldType {
        /// Of what document.
        document: Document,
        /// The way to the field.
        field: String,
        /// What it should be.
        expected: &'static str,
        /// The value, as it stands there.
        found: String,
    },
    /// The `schemaVersion` is not 2.
    SchemaVersion {
        /// Of what document.
        document: Document,
        /// The version.
        found: String,
    },
    /// The `rootfs.type` is not `layers`.
    RootfsType {
        /// The type.
        found: String,
    },
    /// A document says another media type than its descriptor, or, for index.json, than that of an image index.
    MediaTypeMismatch {
        /// That of the descriptor.
        descriptor: String,
        /// That of the document.
        document: String,
    },
    /// A document has both `manifests` and `layers` or `config`: it is an index to some readers, and a manifest to
    /// others.
    ManifestAndIndex,

    // Images.
    /// A config has another number of `diff_ids` than the manifest has layers.
    DiffIdCount {
        /// The number of layers.
        layers: u64,
        /// The number of `diff_ids`.
        diff_ids: u64,
    },
    /// The `diff_id` of a layer is not the digest of its tar.
    DiffIdMismatch {
        /// That of the config.
        expected: Digest,
        /// That of the tar.
        found: Digest,
    },
    /// The history of a config has another number of steps that made a layer than there are `diff_ids`.
    HistoryCount {
        /// The number of steps that are not `empty_layer`.
        steps: u64,
        /// The number of `diff_ids`.
        diff_ids: u64,
    },

    // Compressed layers.
    /// A layer is compressed in another way than its media type says. It is looked into nevertheless.
    CompressionMismatch {
        /// The media type.
        media_type: String,
        /// What the content is.
        found: LayerFormat,
    },
    /// A layer cannot be decompressed.
    StreamMalformed {
        /// How it is compressed.
        format: LayerFormat,
        /// What is wrong, and where.
        problem: String,
    },
    /// The checksum, or the size, behind a compressed stream is not that of its content.
    StreamChecksum {
        /// How it is compressed.
        format: LayerFormat,
        /// What is wrong, and where.
        problem: String,
    },
    /// Something follows the last compressed stream.
    StreamTrailing {
        /// How it is compressed.
        format: LayerFormat,
        /// Where it begins, in bytes.
        offset: u64,
    },
    /// A layer is several members of gzip or frames of zstd. That is allowed, but some readers stop after the first.
    StreamsSeveral {
        /// How it is compressed.
        format: LayerFormat,
        /// How many there are.
        count: u64,
    },
    /// A layer has frames that zstd skips.
    StreamsSkipped {
        /// How many there are.
        count: u64,
    },

    // Tars.
    /// A layer is no tar, or damaged. What stands before that is judged.
    TarMalformed {
        /// Where in the tar, in bytes.
        offset: u64,
        /// What is wrong.
        problem: String,
    },
    /// A tar does not end with two blocks of zeros.
    TarEnd {
        /// How many there are.
        blocks: u8,
    },
    /// Something that is not zero follows the end of the tar.
    TarTrailing {
        /// Where in the tar, in bytes.
        offset: u64,
    },
    /// A field of an entry is said twice, in its header and in what extends that, and not alike, though the header could
    /// hold it: readers differ in which they take.
    FieldAmbiguous {
        /// The name of the PAX record for it.
        field: String,
        /// What is said.
        values: [String; 2],
    },
    /// Several headers of one type extend an entry. The last counts to most readers.
    HeaderRepeated,
    /// A global PAX header says something of entries: some readers take it for all that follow, others for none.
    GlobalRecord {
        /// The key of its first record.
        key: String,
    },
    /// A type of entry that has no content has some.
    BodyUnexpected {
        /// The size.
        size: u64,
    },

    // Entries.
    /// A path is absolute, or leads above the root.
    PathEscapes,
    /// A path is not written plainly: it has a component `..` or `.`, or an empty one, or is empty.
    PathUnclean,
    /// The target of a link leads above the root, or that of a hard link is absolute or has `..`.
    LinkEscapes {
        /// The target.
        target: String,
    },
    /// A link has no target.
    LinkEmpty,
    /// A path, or the target of a hard link, leads through a symbolic link of the same image.
    ThroughSymlink {
        /// The path, or the target.
        path: String,
        /// The path of the symbolic link.
        symlink: String,
    },
    /// Two entries of a layer have the same path.
    EntryDuplicate,
    /// A whiteout is within a path, and not its last component.
    WhiteoutMisplaced,
    /// A whiteout has a name that is reserved, or none.
    WhiteoutReserved,
    /// A whiteout is not an empty file.
    WhiteoutNotEmpty,
    /// A whiteout is of what its own layer has. It hides that of lower layers alone, but readers differ.
    WhiteoutOfOwnLayer {
        /// The path that it hides.
        path: String,
    },

    /// Verifying has ended there, since a limit was passed.
    LimitPassed {
        /// The limit.
        limit: Limit,
    },
}

impl fmt::Display for FindingKind {
    #[expect(clippy::too_many_lines, reason = "a line for each kind")]
    #[allow(clippy::match_same_arms, reason = "they stand in the order of the kinds")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OciLayoutMissing => f.write_str("there is no such file, so it is no OCI image layout"),
            Self::OciLayoutVersion { found } => {
                write!(f, "the version of the layout is {}, but only `1.0.0` is known", Quoted(found))
            }
            Self::IndexMissing => f.write_str("there is no such file, so nothing says what the layout holds"),
            Self::Symlink { outside: false } => f.write_str("it is a symbolic link, not the file itself"),
            Self::Symlink { outside: true } => f.write_str(
                "it is a symbolic link that leads out of the layout or to nothing, and is not followed",
            ),
            Self::NotAFile => f.write_str("it is no regular file"),
            Self::Unreadable { problem } => write!(f, "it cannot be read: {problem}"),
            Self::ArchiveMalformed { problem } => write!(f, "it cannot be read to its end: {problem}"),

            Self::BlobMissing { digest } => write!(f, "the blob {digest} is not stored"),
            Self::ContentMismatch { digest, size, found_digest, found_size } => {
                f.write_str("the content is ")?;
                content(f, found_digest, Some(*found_size))?;
                f.write_str(", but the descriptor says ")?;
                content(f, digest, *size)
            }
            Self::Unreferenced => f.write_str("nothing refers to the blob"),

            Self::DigestMalformed { problem } | Self::MediaTypeMalformed { problem } => f.write_str(problem),
            Self::DigestUnknown { found } => {
                write!(f, "the digest {} is of an algorithm that is not known", Quoted(found))
            }
            Self::DataMalformed => f.write_str("the `data` is not base64"),
            Self::DataMismatch { digest, size, found_digest, found_size } => {
                f.write_str("the `data` is ")?;
                content(f, found_digest, Some(*found_size))?;
                f.write_str(", but the descriptor says ")?;
                content(f, digest, *size)
            }
            Self::PlatformMismatch { descriptor, config } => {
                let [descriptor, config] = [descriptor.to_string(), config.to_string()];
                write!(
                    f,
                    "the descriptor says the platform {}, but the config says {}",
                    Quoted(&descriptor),
                    Quoted(&config)
                )
            }
            Self::ReferenceAmbiguous { name, first } => {
                write!(f, "the name {} is that of {first}, too", Quoted(name))
            }

            Self::JsonMalformed { offset, problem } => write!(f, "it is no JSON: {problem} at byte {offset}"),
            Self::KeyDuplicate { field } => write!(f, "{} is there twice", Quoted(field)),
            Self::KeyCase { field, expected } => {
                write!(f, "{} is {} to some readers, and nothing to others", Quoted(field), Quoted(expected))
            }
            Self::FieldMissing { document, field } => {
                write!(f, "there is no {}, which {document} has", Quoted(field))
            }
            Self::FieldType { field, expected, found, .. } if field.is_empty() => {
                write!(f, "the document is {}, but {expected} is expected", Quoted(found))
            }
            Self::FieldType { field, expected, found, .. } => {
                write!(f, "{} is {}, but {expected} is expected", Quoted(field), Quoted(found))
            }
            Self::SchemaVersion { found, .. } => {
                write!(f, "the `schemaVersion` is {found}, but 2 is expected")
            }
            Self::RootfsType { found } => {
                write!(f, "the `rootfs.type` is {}, but `layers` is expected", Quoted(found))
            }
            Self::MediaTypeMismatch { descriptor, document } => write!(
                f,
                "the document says the media type {}, but {} is expected",
                Quoted(document),
                Quoted(descriptor)
            ),
            Self::ManifestAndIndex => f.write_str(
                "it has `manifests` beside `layers` or `config`, so it is an index and a manifest",
            ),

            Self::DiffIdCount { layers, diff_ids } => {
                write!(f, "the config has {diff_ids} `diff_ids`, but the manifest has {layers} layers")
            }
            Self::DiffIdMismatch { expected, found } => {
                write!(f, "the `diff_id` is {expected}, but the tar is {found}")
            }
            Self::HistoryCount { steps, diff_ids } => {
                write!(f, "the `history` has {steps} steps with a layer, but there are {diff_ids} `diff_ids`")
            }

            Self::CompressionMismatch { media_type, found } => {
                write!(f, "the media type is {}, but the content is {found}", Quoted(media_type))
            }
            Self::StreamMalformed { problem, .. } => write!(f, "it cannot be decompressed: {problem}"),
            Self::StreamChecksum { problem, .. } => f.write_str(problem),
            Self::StreamTrailing { format, offset } => {
                write!(f, "behind the {format}, at byte {offset}, stands something else")
            }
            Self::StreamsSeveral { format, count } => {
                let what = if *format == LayerFormat::Gzip { "members of gzip" } else { "frames of zstd" };
                write!(f, "it is {count} {what}, of which some readers read the first alone")
            }
            Self::StreamsSkipped { count: 1 } => f.write_str("it has a frame that zstd skips"),
            Self::StreamsSkipped { count } => write!(f, "it has {count} frames that zstd skips"),

            Self::TarMalformed { offset, problem } => {
                write!(f, "it cannot be read as a tar, at byte {offset}: {problem}")
            }
            Self::TarEnd { blocks: 0 } => {
                f.write_str("the tar ends without a block of zeros, but two are expected")
            }
            Self::TarEnd { blocks } => {
                write!(f, "the tar ends with {blocks} block of zeros, but two are expected")
            }
            Self::TarTrailing { offset } => {
                write!(f, "behind the end of the tar, at byte {offset}, stands something else than zeros")
            }
            Self::FieldAmbiguous { field, values: [first, second] } => write!(
                f,
                "its {} is {} and {}, and readers differ in which they take",
                Quoted(field),
                Quoted(first),
                Quoted(second)
            ),
            Self::HeaderRepeated => f.write_str("several headers of one type extend it"),
            Self::GlobalRecord { key } => {
                write!(
                    f,
                    "a global header says {}, which some readers take for all entries behind it",
                    Quoted(key)
                )
            }
            Self::BodyUnexpected { size } => {
                write!(f, "it has a size of {size} bytes, but entries of its type have no content")
            }

            Self::PathEscapes => f.write_str("the path leads out of the root"),
            Self::PathUnclean => {
                f.write_str("the path is not plain, and readers differ in what they make of it")
            }
            Self::LinkEscapes { target } => {
                write!(f, "the link's target {} leads out of the root", Quoted(target))
            }
            Self::LinkEmpty => f.write_str("the link has no target"),
            Self::ThroughSymlink { path, symlink } => {
                write!(f, "{} leads through {}, which is a symbolic link", Quoted(path), Quoted(symlink))
            }
            Self::EntryDuplicate => f.write_str("the layer has an entry of this path already"),
            Self::WhiteoutMisplaced => {
                f.write_str("a whiteout is within the path, but only its last component can be one")
            }
            Self::WhiteoutReserved => f.write_str("the name of the whiteout is reserved"),
            Self::WhiteoutNotEmpty => f.write_str("a whiteout is an empty regular file, but this is not"),
            Self::WhiteoutOfOwnLayer { path } => {
                write!(f, "{} stands in the same layer as a whiteout of it", Quoted(path))
            }

            Self::LimitPassed { limit } => write!(f, "{limit}"),
        }
    }
}

fn content(f: &mut fmt::Formatter<'_>, digest: &Digest, size: Option<u64>) -> fmt::Result {
    write!(f, "{digest}")?;
    size.map_or(Ok(()), |size| write!(f, " of {size} bytes"))
}
