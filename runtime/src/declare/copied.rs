//! A copied node: a blob of another layout, under the descriptor that it has there.

use std::borrow::Cow;

use oci_fixture_grammar::Digest;

use crate::declare::content::Content;
use crate::declare::encoded::{Body, Encoded};
use crate::declare::graph::Edge;
use crate::error::Problem;
use crate::json::Json;

/// A blob of another layout.
#[derive(Clone)]
pub(crate) struct CopiedData {
    /// The descriptor in the other layout.
    pub(crate) descriptor: Json<'static>,
    /// The bytes as they are stored there. `None` if there are none.
    pub(crate) content: Option<Content>,
    /// The `diff_id` of the layer in the config of the other image.
    pub(crate) diff_id: Option<String>,
    /// The blob is taken as it is stored, whatever its descriptor says.
    pub(crate) unchecked: bool,
    /// The word of the language for such a node.
    pub(crate) keyword: &'static str,
    /// The nodes to which its bytes refer, as far as the other layout holds them.
    pub(crate) edges: Vec<Edge>,
    /// Why the node cannot be copied.
    pub(crate) problem: Option<String>,
}

impl CopiedData {
    /// A text or a number of the descriptor; empty if there is none.
    pub(crate) fn member(&self, name: &str) -> &str {
        match self.descriptor.get(name) {
            Some(Json::Text(text) | Json::Number(text)) => text,
            _ => "",
        }
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        if let Some(problem) = &self.problem {
            return Err(Problem::new(problem.clone()));
        }
        let digest = self.member("digest");
        if self.content.is_none() && !self.unchecked {
            return Err(Problem::new(format!(
                "the other layout has no blob `{digest}`; copy it from a whole one"
            )));
        }
        match Digest::parse(digest) {
            Ok(digest) if digest.algorithm() == "sha256" => Ok(()),
            Ok(_) => Err(Problem::new(format!(
                "the blob `{digest}` cannot be copied, as those of sha256 can; write it anew"
            ))),
            Err(invalid) => Err(invalid.into()),
        }
    }

    /// The bytes as they are stored in the other layout.
    pub(crate) fn encode(&self) -> Option<Encoded<'_>> {
        let body = Body::Content(Cow::Borrowed(self.content.as_ref()?));
        Some(Encoded {
            media_type: Cow::Owned(self.member("mediaType").to_owned()),
            body,
            platform: None,
            artifact_type: None,
        })
    }

    /// Refuses bytes of another digest or size than those of the descriptor.
    pub(crate) fn check_sealed(&self, digest: &str, size: &str) -> Result<(), Problem> {
        for (name, found) in [("digest", digest), ("size", size)] {
            let expected = self.member(name);
            if found != expected {
                return Err(Problem::new(format!(
                    "the other layout says the {name} `{expected}` of this blob, which has `{found}`; repair that layout"
                )));
            }
        }
        Ok(())
    }
}
