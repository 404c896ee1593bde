//! A descriptor: how a parent refers to a node.

use oci_fixture_grammar::Digest;
use serde::Serialize;

use crate::json::Map;
use crate::platform;
use crate::seal::Sealed;

/// A [descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md), its members in the
/// order of image-spec's Go structs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor<'a> {
    media_type: &'a str,
    digest: &'a str,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<&'a Map>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<platform::Document<'a>>,
}

impl<'a> Descriptor<'a> {
    pub(crate) fn of(node: &'a Sealed) -> Self {
        Self {
            media_type: node.media_type,
            digest: Digest::as_str(&node.digest),
            size: node.size,
            annotations: None,
            platform: None,
        }
    }

    /// The descriptor within an index, which says for which platform the node is.
    pub(crate) fn with_platform(self, node: &'a Sealed) -> Self {
        Self { platform: node.platform.as_ref().map(platform::Document::of), ..self }
    }

    pub(crate) fn with_annotations(self, annotations: &'a Map) -> Self {
        Self { annotations: Some(annotations).filter(|annotations| !annotations.is_empty()), ..self }
    }
}
