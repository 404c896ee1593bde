//! Annotations, of documents and descriptors, and the labels of configs.

use oci_fixture_grammar::annotation;

use crate::verify::excerpt::excerpt;
use crate::verify::facts::json::JsonValue;
use crate::verify::kind::FindingKind;

/// The kind of object that has the annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verify) enum Annotated {
    /// An entry of index.json, whose name is an annotation.
    Entry,
    /// Another descriptor, an index or a manifest.
    Node,
    /// A config. The values of its labels are not judged, since the keys are "intended for but not limited to" documents and
    /// descriptors.
    Labels,
}

const NAMESPACE: &str = "org.opencontainers.image.";

/// The keys in the name space that [annotations.md] and [conversion.md] define.
///
/// [annotations.md]: https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
/// [conversion.md]: https://github.com/opencontainers/image-spec/blob/v1.1.1/conversion.md#annotation-fields
const DEFINED: &[&str] = &[
    "architecture",
    "author",
    "authors",
    "base.digest",
    "base.name",
    "created",
    "description",
    "documentation",
    "exposedPorts",
    "licenses",
    "os",
    "os.features",
    "os.version",
    "ref.name",
    "revision",
    "source",
    "stopSignal",
    "title",
    "url",
    "variant",
    "vendor",
    "version",
];

/// Reports each wrong annotation. A value that is not a text is reported with the types of fields.
pub(in crate::verify) fn check(annotations: JsonValue<'_>, of: Annotated, add: &mut dyn FnMut(FindingKind)) {
    for (key, value) in annotations.members() {
        let Some(name) = key.strip_prefix(NAMESPACE) else { continue };
        if !DEFINED.contains(&name) {
            add(FindingKind::AnnotationReserved { key: excerpt(&key) });
        }
        let Some(value) = value.text().filter(|_| of != Annotated::Labels) else { continue };
        let Err(invalid) = annotation::check(&key, &value) else { continue };
        let problem = excerpt(&invalid.to_string());
        match name {
            "created" => add(FindingKind::TimeMalformed { field: format!("annotations.{key}"), problem }),
            "base.name" => add(FindingKind::BaseName { problem }),
            // Only an entry of index.json has this annotation as its name.
            "ref.name" if of == Annotated::Entry => add(FindingKind::RefName { problem }),
            _ => {}
        }
    }
}
