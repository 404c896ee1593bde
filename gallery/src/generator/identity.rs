//! The digest and the size of a node, and the text that mentions them.

use std::collections::HashMap;

use super::model::{Compression, Id, Kind, Node, Word, Words};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The digest and the size of a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identity {
    pub(crate) digest: String,
    pub(crate) size: String,
}

/// The text, with what it says of nodes.
pub(crate) fn resolve(words: &Words, identities: &HashMap<Id, Identity>) -> String {
    let pieces = words.0.iter().map(|word| match word {
        Word::Plain(plain) => plain.clone(),
        Word::Digest(id) => identities[id].digest.clone(),
        Word::Hex(id) => identities[id].digest.split_once(':').unwrap().1.to_owned(),
        Word::Size(id) => identities[id].size.clone(),
        Word::Sum(id, number) => {
            (identities[id].size.parse::<i128>().unwrap() + i128::from(*number)).to_string()
        }
    });
    pieces.collect()
}

/// The media type that a parent says of a node.
pub(crate) fn media_type(node: &Node) -> String {
    match (&node.kind, node.docker) {
        (Kind::Index(_), false) => INDEX.to_owned(),
        (Kind::Index(_), true) => "application/vnd.docker.distribution.manifest.list.v2+json".to_owned(),
        (Kind::Manifest(_), false) => MANIFEST.to_owned(),
        (Kind::Manifest(_), true) => "application/vnd.docker.distribution.manifest.v2+json".to_owned(),
        (Kind::Config(_), docker) => config_media_type(docker),
        (Kind::Layer(layer), false) => {
            let suffix = match layer.compression {
                Compression::None => "",
                Compression::Gzip => "+gzip",
                Compression::Zstd => "+zstd",
            };
            format!("application/vnd.oci.image.layer.v1.tar{suffix}")
        }
        (Kind::Layer(layer), true) => {
            let suffix = match layer.compression {
                Compression::None => "",
                Compression::Gzip => ".gzip",
                Compression::Zstd => ".zstd",
            };
            format!("application/vnd.docker.image.rootfs.diff.tar{suffix}")
        }
        (Kind::Other(media_type, _) | Kind::Blob(media_type, _), _) => resolve(media_type, &HashMap::new()),
        (Kind::Dangling(link), _) => link.media_type.clone().unwrap(),
    }
}

pub(crate) fn config_media_type(docker: bool) -> String {
    let oci = "application/vnd.oci.image.config.v1+json";
    if docker { "application/vnd.docker.container.image.v1+json" } else { oci }.to_owned()
}
