//! The kinds of findings.

use oci_fixture_grammar::{Digest, Platform};

use super::document::Document;
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
