//! Indexes and manifests: the facts in them, except for their descriptors, which are claims.

use std::borrow::Cow;

use crate::media_type::{self, Role};
use crate::verify::document::Document;
use crate::verify::excerpt::excerpt;
use crate::verify::facts::annotations::{self, Annotated};
use crate::verify::facts::json::{JsonKind, JsonValue};
use crate::verify::facts::shape;
use crate::verify::facts::{Problems, check_media_type};
use crate::verify::kind::FindingKind;

/// The facts of an index or a manifest.
pub(in crate::verify) struct LinksFacts {
    /// Whether the document is an index or a manifest.
    pub(in crate::verify) role: Role,
    /// The media type in the document.
    pub(in crate::verify) says: Option<Box<str>>,
    /// The artifact types that a descriptor may claim of a manifest: its own, and the media type of its config.
    pub(in crate::verify) artifact_types: Vec<Box<str>>,
    /// Whether every reader finds the same blobs to which the document refers.
    pub(in crate::verify) is_complete: bool,
}

impl LinksFacts {
    /// Reads a document as an index or a manifest. `is_index_json` tells index.json from a blob.
    pub(in crate::verify) fn of(
        document: JsonValue<'_>,
        read_as: Role,
        is_index_json: bool,
        problems: &mut Problems,
    ) -> Self {
        let says = says(document);
        let is_index = document.get("manifests").is_some();
        let is_manifest = document.get("layers").is_some() || document.get("config").is_some();
        let role = match (is_index, is_manifest) {
            // If the document has another media type, its members decide whether it is an index or a manifest.
            (true, false) if says_another(says.as_deref(), read_as) => Role::Index,
            (false, true) if says_another(says.as_deref(), read_as) => Role::Manifest,
            _ => read_as,
        };
        let (shape, kind) = match role {
            Role::Manifest => (&shape::MANIFEST, Document::Manifest),
            _ => (&shape::INDEX, Document::Index),
        };
        if is_index && is_manifest {
            problems.add(FindingKind::ManifestAndIndex);
        }
        let has_shape = shape.check(document, &mut |kind| problems.add(kind));
        if let Some(version) = document.get("schemaVersion").filter(|version| version.integer().is_some())
            && version.integer() != Some(2)
        {
            problems.add(FindingKind::SchemaVersion { document: kind, found: excerpt(version.raw()) });
        }
        if !is_index_json && document.kind() == JsonKind::Object && document.given("mediaType").is_none() {
            problems.add(FindingKind::MediaTypeMissing { document: kind });
        }
        let artifact_type = document.given("artifactType").and_then(JsonValue::text);
        let config_type = config_type(document);
        if let Some(artifact_type) = &artifact_type {
            check_media_type(artifact_type, &mut |kind| problems.add(kind));
        } else if role == Role::Manifest && config_type.as_deref() == Some(media_type::EMPTY) {
            problems.add(FindingKind::ArtifactTypeMissing);
        }
        if let Some(annotations) = document.given("annotations") {
            annotations::check(annotations, Annotated::Node, &mut |kind| problems.add(kind));
        }
        let types = artifact_type.into_iter().chain(config_type).filter(|_| role == Role::Manifest);
        Self {
            role,
            says,
            artifact_types: types.map(|media_type| excerpt(&media_type).into()).collect(),
            is_complete: has_shape && !(is_index && is_manifest),
        }
    }
}

/// The media type in a document.
pub(in crate::verify) fn says(document: JsonValue<'_>) -> Option<Box<str>> {
    document.get("mediaType").and_then(JsonValue::text).map(|says| excerpt(&says).into())
}

fn says_another(says: Option<&str>, role: Role) -> bool {
    says.is_some_and(|says| Role::of(says) != Some(role))
}

/// The media type of a manifest's config.
fn config_type(manifest: JsonValue<'_>) -> Option<Cow<'_, str>> {
    manifest.get("config")?.get("mediaType")?.text()
}
