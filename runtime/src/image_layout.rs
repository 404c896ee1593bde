//! The image layout ([specification](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md)): the
//! names of its files, and their contents by default.

use std::path::{Path, PathBuf};

use oci_fixture_grammar::Digest;

use crate::json::{Writer, written};
use crate::media_type;

pub(crate) const INDEX_FILE: &str = "index.json";
pub(crate) const LAYOUT_FILE: &str = "oci-layout";
pub(crate) const BLOBS: &str = "blobs";

/// The content of oci-layout, with the space that other tools write.
pub(crate) const LAYOUT: &[u8] = b"{\"imageLayoutVersion\": \"1.0.0\"}";

/// `blobs/ALGORITHM/HEX`
pub(crate) fn blob_name(digest: &Digest) -> String {
    format!("{BLOBS}/{}/{}", digest.algorithm(), digest.hex())
}

pub(crate) fn blob_path(directory: &Path, digest: &Digest) -> PathBuf {
    directory.join(BLOBS).join(digest.algorithm()).join(digest.hex())
}

/// The index.json that lists the entries, and nothing else.
pub(crate) fn fresh(entries: &[Vec<u8>]) -> Vec<u8> {
    written(|out| out.object(|out| write_index(out, entries)))
}

/// Writes the members of an index.json that lists the entries.
pub(crate) fn write_index(out: &mut Writer, entries: &[Vec<u8>]) {
    out.member("schemaVersion").verbatim("2");
    out.member("mediaType").plain(media_type::INDEX);
    out.member("manifests").list(|out| {
        for entry in entries {
            // Every entry is JSON, and so UTF-8.
            out.verbatim(str::from_utf8(entry).unwrap_or_default());
        }
    });
}
