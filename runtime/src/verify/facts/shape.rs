//! Shapes: the fields of the documents, and their types.

use crate::verify::document::Document;
use crate::verify::excerpt::excerpt;
use crate::verify::facts::field::FieldPath;
use crate::verify::facts::json::{JsonKind, JsonValue};
use crate::verify::kind::FindingKind;

/// The fields that the specification gives an object. Other members are allowed, and not judged.
pub(in crate::verify) struct Shape {
    document: Document,
    fields: &'static [FieldShape],
}

struct FieldShape {
    name: &'static str,
    value: Expected,
    absent: Absent,
}

/// Whether a field may be absent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    No,
    /// The field may be absent or null, which are the same for Go.
    OrNull,
    /// The field may be absent, but not null.
    NotNull,
}

/// The type that a value must have.
enum Expected {
    Text,
    Bool,
    Integer,
    /// A number of bytes, which is not negative.
    Size,
    /// An object that is judged later.
    Object,
    Shape(&'static [FieldShape]),
    List(&'static Expected),
    /// An object with any keys.
    Map(&'static Expected),
}

use Expected::{Bool, Integer, List, Map, Object, Size, Text};

const fn required(name: &'static str, value: Expected) -> FieldShape {
    FieldShape { name, value, absent: Absent::No }
}

const fn optional(name: &'static str, value: Expected) -> FieldShape {
    FieldShape { name, value, absent: Absent::OrNull }
}

/// [Annotations](https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#rules): if there are none, the
/// property "MUST either be absent or be an empty map".
const ANNOTATIONS: FieldShape =
    FieldShape { name: "annotations", value: Map(&Text), absent: Absent::NotNull };

/// [oci-layout](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#oci-layout-file)
pub(in crate::verify) static OCI_LAYOUT: Shape =
    Shape { document: Document::OciLayout, fields: &[required("imageLayoutVersion", Text)] };

/// [Image index](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md)
pub(in crate::verify) static INDEX: Shape = Shape {
    document: Document::Index,
    fields: &[
        required("schemaVersion", Integer),
        optional("mediaType", Text),
        optional("artifactType", Text),
        required("manifests", List(&Object)),
        optional("subject", Object),
        ANNOTATIONS,
    ],
};

/// [Image manifest](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md)
pub(in crate::verify) static MANIFEST: Shape = Shape {
    document: Document::Manifest,
    fields: &[
        required("schemaVersion", Integer),
        optional("mediaType", Text),
        optional("artifactType", Text),
        required("config", Object),
        required("layers", List(&Object)),
        optional("subject", Object),
        ANNOTATIONS,
    ],
};

/// [Descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md)
pub(in crate::verify) static DESCRIPTOR: Shape = Shape {
    document: Document::Descriptor,
    fields: &[
        required("mediaType", Text),
        required("digest", Text),
        required("size", Size),
        optional("urls", List(&Text)),
        ANNOTATIONS,
        optional("data", Text),
        optional("platform", Expected::Shape(PLATFORM)),
        optional("artifactType", Text),
    ],
};

/// Of an [image index](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md).
const PLATFORM: &[FieldShape] = &[
    required("architecture", Text),
    required("os", Text),
    optional("os.version", Text),
    optional("os.features", List(&Text)),
    optional("variant", Text),
];

/// [Image config](https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md)
pub(in crate::verify) static CONFIG: Shape = Shape {
    document: Document::Config,
    fields: &[
        optional("created", Text),
        optional("author", Text),
        required("architecture", Text),
        required("os", Text),
        optional("os.version", Text),
        optional("os.features", List(&Text)),
        optional("variant", Text),
        optional("config", Expected::Shape(PROCESS)),
        required("rootfs", Expected::Shape(ROOTFS)),
        optional("history", List(&Expected::Shape(HISTORY))),
    ],
};

const PROCESS: &[FieldShape] = &[
    optional("User", Text),
    optional("ExposedPorts", Map(&Object)),
    optional("Env", List(&Text)),
    optional("Entrypoint", List(&Text)),
    optional("Cmd", List(&Text)),
    optional("Volumes", Map(&Object)),
    optional("WorkingDir", Text),
    optional("Labels", Map(&Text)),
    optional("StopSignal", Text),
    optional("ArgsEscaped", Bool),
];

const ROOTFS: &[FieldShape] = &[required("type", Text), required("diff_ids", List(&Text))];

const HISTORY: &[FieldShape] = &[
    optional("created", Text),
    optional("created_by", Text),
    optional("author", Text),
    optional("comment", Text),
    optional("empty_layer", Bool),
];

impl Shape {
    /// Reports what is wrong with the fields of a value. Returns whether all fields are there, each of its type.
    pub(in crate::verify) fn check(&self, value: JsonValue<'_>, add: &mut dyn FnMut(FindingKind)) -> bool {
        let mut has_shape = true;
        let mut report = |kind: FindingKind| {
            // A key in another case is not the field.
            has_shape &= matches!(kind, FindingKind::KeyCase { .. });
            add(kind);
        };
        let mut check =
            ShapeCheck { document: self.document, field: FieldPath::default(), report: &mut report };
        if check.is(value, JsonKind::Object, "an object") {
            check.members(value, self.fields);
        }
        has_shape
    }
}

struct ShapeCheck<'r> {
    document: Document,
    field: FieldPath,
    report: &'r mut dyn FnMut(FindingKind),
}

impl ShapeCheck<'_> {
    fn members(&mut self, object: JsonValue<'_>, fields: &[FieldShape]) {
        let mut seen = vec![false; fields.len()];
        for (key, value) in object.members() {
            let known = fields.iter().zip(&mut seen).find(|(field, _)| field.name == key);
            self.field.enter_key(&key);
            match known {
                // A key that occurs twice is reported by the check of the text.
                Some((field, seen)) if !*seen => {
                    *seen = true;
                    if field.absent != Absent::OrNull || !value.is_null() {
                        self.value(value, &field.value);
                    }
                }
                Some(_) => {}
                None => {
                    if let Some(field) = fields.iter().find(|field| is_case_of(&key, field.name)) {
                        let kind =
                            FindingKind::KeyCase { field: self.field.to_string(), expected: field.name };
                        (self.report)(kind);
                    }
                }
            }
            self.field.leave();
        }
        for (field, seen) in fields.iter().zip(seen) {
            if field.absent == Absent::No && !seen {
                self.field.enter_key(field.name);
                let kind =
                    FindingKind::FieldMissing { document: self.document, field: self.field.to_string() };
                (self.report)(kind);
                self.field.leave();
            }
        }
    }

    fn value(&mut self, value: JsonValue<'_>, expected: &Expected) {
        match expected {
            Text => drop(self.is(value, JsonKind::Text, "a text")),
            Bool => drop(self.is(value, JsonKind::Bool, "true or false")),
            Integer if value.integer().is_none() => self.wrong(value, "a whole number"),
            Size if value.integer().is_none_or(i64::is_negative) => self.wrong(value, "a number of bytes"),
            Integer | Size => {}
            Object => drop(self.is(value, JsonKind::Object, "an object")),
            Expected::Shape(fields) => {
                if self.is(value, JsonKind::Object, "an object") {
                    self.members(value, fields);
                }
            }
            List(expected) => {
                if self.is(value, JsonKind::List, "a list") {
                    for (index, item) in value.items().enumerate() {
                        self.field.enter_index(index);
                        self.value(item, expected);
                        self.field.leave();
                    }
                }
            }
            Map(expected) => {
                if self.is(value, JsonKind::Object, "an object") {
                    for (key, value) in value.members() {
                        self.field.enter_key(&key);
                        self.value(value, expected);
                        self.field.leave();
                    }
                }
            }
        }
    }

    fn is(&mut self, value: JsonValue<'_>, kind: JsonKind, expected: &'static str) -> bool {
        let is = value.kind() == kind;
        if !is {
            self.wrong(value, expected);
        }
        is
    }

    fn wrong(&mut self, value: JsonValue<'_>, expected: &'static str) {
        let (field, found) = (self.field.to_string(), excerpt(value.raw()));
        let kind = FindingKind::FieldType { document: self.document, field, expected, found };
        (self.report)(kind);
    }
}

/// Whether a key differs from that of a field only in case, as Go's encoding/json compares keys, which takes U+017F for
/// `s`, and U+212A for `k`.
fn is_case_of(key: &str, field: &str) -> bool {
    let fold = |character: char| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        character => character.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(field.chars().map(fold))
}
