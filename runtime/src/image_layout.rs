//! The image layout ([specification](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md)): the
//! names of its files, and their contents by default.

use std::path::{Path, PathBuf};

use oci_fixture_grammar::Digest;

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
    let start = format!("{{\"schemaVersion\":2,\"mediaType\":\"{}\",\"manifests\":[", media_type::INDEX);
    [start.as_bytes(), &entries.join(&b','), b"]}"].concat()
}
