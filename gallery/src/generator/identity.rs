//! The digest and the size of a node, and the text that mentions them.

use std::collections::HashMap;

use oci_fixture::LayerFormat;

use super::media_type::{CONFIGS, INDEXES, MANIFESTS, layer_media_type};
use super::model::{Id, Kind, Node, Word, Words};

/// The digest and the size of a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identity {
    pub(crate) digest: String,
    pub(crate) size: String,
}

/// The text, with the digests and sizes that it mentions.
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

/// The media type of a node in the descriptor of its parent.
pub(crate) fn media_type(node: &Node) -> String {
    let by_docker = usize::from(node.docker);
    match &node.kind {
        Kind::Index(_) => INDEXES[by_docker].to_owned(),
        Kind::Manifest(_) => MANIFESTS[by_docker].to_owned(),
        Kind::Config(_) => CONFIGS[by_docker].to_owned(),
        Kind::Layer(layer) => {
            let label = match layer.format {
                LayerFormat::Gzip => "gzip",
                LayerFormat::Zstd => "zstd",
                _ => "",
            };
            layer_media_type(node.docker, label)
        }
        Kind::Other(media_type, _) | Kind::Blob(media_type, _) => resolve(media_type, &HashMap::new()),
        Kind::Dangling(link) => link.media_type.clone().unwrap(),
    }
}
