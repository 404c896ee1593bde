//! The head of a document: the fields that an index and a manifest share, besides the nodes that they list.

use std::borrow::Cow;

use oci_fixture_grammar::Platform;
use oci_fixture_grammar::language::BlockKind;

use crate::declare::context::Context;
use crate::declare::edits::Edits;
use crate::declare::encoded::Encoded;
use crate::declare::graph::Edge;
use crate::declare::map::Map;
use crate::declare::subject::Subject;
use crate::declare::text::{Text, check_texts};
use crate::error::Problem;
use crate::json::Writer;

/// The fields that an index and a manifest share, and the edits of the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    /// The media types of the document and of the nodes in it are Docker's.
    pub(crate) docker: bool,
    pub(crate) artifact_type: Option<Text>,
    pub(crate) subject: Option<Subject>,
    pub(crate) annotations: Map,
    pub(crate) edits: Edits,
}

impl Head {
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        if let Some(artifact_type) = &self.artifact_type {
            artifact_type.mentions(mentions);
        }
        self.annotations.mentions(mentions);
        mentions.extend(self.subject.as_ref().map(Subject::edge));
        self.edits.mentions(mentions);
    }

    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        check_texts(BlockKind::Manifest, "artifact_type", &self.artifact_type, unchecked)?;
        self.annotations.check_annotations(unchecked)?;
        let said = self.artifact_type.is_some() || self.subject.is_some() || !self.annotations.is_empty();
        self.edits.check(said)
    }

    /// The document, in the order of image-spec's Go structs. `write_nodes` writes the members with the nodes that it lists.
    pub(crate) fn encode<'s>(
        &'s self,
        media_type: &'static str,
        write_nodes: impl FnOnce(&mut Writer),
        platform: Option<&'s Platform>,
        context: &Context<'s>,
    ) -> Encoded<'s> {
        let artifact_type = self.artifact_type.as_ref().map(|text| context.text(text));
        let write_members = |out: &mut Writer| {
            out.member("schemaVersion").verbatim("2");
            out.member("mediaType").plain(media_type);
            if let Some(artifact_type) = &artifact_type {
                out.member("artifactType").text(artifact_type);
            }
            write_nodes(out);
            if let Some(subject) = &self.subject {
                subject.write(out.member("subject"), context);
            }
            self.annotations.write(out, "annotations", context);
        };
        Encoded {
            media_type: media_type.into(),
            body: self.edits.body(|out| out.object(write_members), context),
            platform: platform.map(Cow::Borrowed),
            artifact_type,
        }
    }
}

/// The methods of a builder whose data has a [`Head`]. `$noun` is the word for the document in its docs.
macro_rules! headed {
    ($builder:ident, $noun:literal) => {
        impl $builder {
            #[doc = concat!("Gives the ", $noun, " and all nodes in it the media types of Docker's [schema 2].")]
            ///
            /// [schema 2]: https://distribution.github.io/distribution/spec/manifest-v2-2/
            pub fn docker(mut self) -> Self {
                self.0.head.docker = true;
                self
            }

            #[doc = concat!("`artifactType`: the ", $noun, " is no image, but an artifact of this type.")]
            pub fn artifact_type(mut self, artifact_type: impl crate::ToText) -> Self {
                self.0.head.artifact_type = Some(artifact_type.into_text());
                self
            }

            /// `subject`: the node to which the artifact belongs.
            pub fn subject(mut self, subject: impl Into<crate::Subject>) -> Self {
                self.0.head.subject = Some(subject.into());
                self
            }

            #[doc = concat!("Adds annotations of the ", $noun, ". They are written sorted by key.")]
            ///
            /// # Errors
            ///
            /// Writing a fixture fails if a key is given twice.
            pub fn annotations<K: crate::ToText, V: crate::ToText>(
                mut self,
                annotations: impl IntoIterator<Item = (K, V)>,
            ) -> Self {
                self.0.head.annotations.extend(annotations);
                self
            }
        }
    };
}

pub(crate) use headed;
