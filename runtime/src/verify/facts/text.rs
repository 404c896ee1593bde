//! The text of a document: whether it is JSON.

use crate::media_type::Role;
use crate::verify::excerpt::excerpt;
use crate::verify::facts::Problems;
use crate::verify::facts::field::FieldPath;
use crate::verify::facts::json::{self, JsonProblem, JsonValue};
use crate::verify::kind::FindingKind;
use crate::verify::limits::{Limit, Limits};

/// The text of a document's bytes. `None`, with findings, if it is not JSON.
///
/// The place of a finding in a descriptor of an index or a manifest is that descriptor. Therefore the caller says whether
/// the document has descriptors.
pub(in crate::verify) fn read(
    bytes: Vec<u8>,
    descriptors: bool,
    limits: &Limits,
    problems: &mut Problems,
) -> Option<String> {
    let mut duplicate = |path: &FieldPath| {
        let in_descriptor = path.in_descriptor().filter(|_| descriptors);
        let (within, rest) = in_descriptor.unwrap_or_else(|| (String::new(), path.clone()));
        let field = excerpt(&rest.to_string());
        let kind = if path.is_annotation() {
            FindingKind::AnnotationDuplicate { field }
        } else {
            FindingKind::KeyDuplicate { field }
        };
        problems.add_at(within, kind);
    };
    let problem = match json::check(&bytes, limits.json_depth, &mut duplicate) {
        Ok(_) => return String::from_utf8(bytes).ok(),
        Err(JsonProblem::At { offset, problem }) => {
            FindingKind::JsonMalformed { offset: offset as u64, problem: problem.to_owned() }
        }
        Err(JsonProblem::TooDeep) => {
            FindingKind::LimitExceeded { limit: Limit::JsonDepth(limits.json_depth) }
        }
    };
    problems.add(problem);
    None
}

/// The media type in a document, if it is the type of an index or a manifest.
pub(in crate::verify) fn says_links(document: JsonValue<'_>) -> Option<Box<str>> {
    let says = document.get("mediaType").and_then(JsonValue::text)?;
    Role::of(&says).is_some_and(Role::has_descriptors).then(|| excerpt(&says).into())
}

/// The media type as [`says_links`] finds it in bytes that need not be a document.
pub(in crate::verify) fn sniff(bytes: &[u8], limits: &Limits) -> Option<Box<str>> {
    says_links(json::check(bytes, limits.json_depth, &mut |_| ()).ok()?)
}
