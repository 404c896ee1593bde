//! How a finding is worded.

use std::fmt;

use oci_fixture_grammar::Digest;

use super::excerpt::Quoted;
use super::kind::FindingKind;
use super::layer_format::LayerFormat;

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
