//! Shapes: which fields the documents have, of which types.

use super::document::Document;
use super::excerpt::excerpt;
use super::field::Field;
use super::json::{Kind, Value};
use super::kind::FindingKind;

/// An object with fields, as the specification has it. Other members are taken, and not looked at.
pub(super) struct Shape {
    document: Document,
    fields: &'static [Member],
}

struct Member {
    name: &'static str,
    value: Expected,
    required: bool,
}

/// What a value should be. Null is as good as none where a field may be absent, as with Go.
enum Expected {
    Text,
    Bool,
    Integer,
    /// From 0.
    Size,
    /// An object that is looked at later.
    Object,
    Shape(&'static [Member]),
    List(&'static Expected),
    /// An object of any keys.
    Map(&'static Expected),
}

use Expected::{Bool, Integer, List, Map, Object, Size, Text};

const fn required(name: &'static str, value: Expected) -> Member {
    Member { name, value, required: true }
}

const fn optional(name: &'static str, value: Expected) -> Member {
    Member { name, value, required: false }
}

/// [oci-layout](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#oci-layout-file)
pub(super) static OCI_LAYOUT: Shape =
    Shape { document: Document::OciLayout, fields: &[required("imageLayoutVersion", Text)] };

/// [Image index](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md)
pub(super) static INDEX: Shape = Shape {
    document: Document::Index,
    fields: &[
        required("schemaVersion", Integer),
        optional("mediaType", Text),
        optional("artifactType", Text),
        required("manifests", List(&Object)),
        optional("subject", Object),
        optional("annotations", Map(&Text)),
    ],
};

/// [Image manifest](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md)
pub(super) static MANIFEST: Shape = Shape {
    document: Document::Manifest,
    fields: &[
        required("schemaVersion", Integer),
        optional("mediaType", Text),
        optional("artifactType", Text),
        required("config", Object),
        required("layers", List(&Object)),
        optional("subject", Object),
        optional("annotations", Map(&Text)),
    ],
};

/// [Descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md)
pub(super) static DESCRIPTOR: Shape = Shape {
    document: Document::Descriptor,
    fields: &[
        required("mediaType", Text),
        required("digest", Text),
        required("size", Size),
        optional("urls", List(&Text)),
        optional("annotations", Map(&Text)),
        optional("data", Text),
        optional("platform", Expected::Shape(PLATFORM)),
        optional("artifactType", Text),
    ],
};

/// Of an [image index](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md).
const PLATFORM: &[Member] = &[
    required("architecture", Text),
    required("os", Text),
    optional("os.version", Text),
    optional("os.features", List(&Text)),
    optional("variant", Text),
];

/// [Image config](https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md)
pub(super) static CONFIG: Shape = Shape {
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

const PROCESS: &[Member] = &[
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

const ROOTFS: &[Member] = &[required("type", Text), required("diff_ids", List(&Text))];

const HISTORY: &[Member] = &[
    optional("created", Text),
    optional("created_by", Text),
    optional("author", Text),
    optional("comment", Text),
    optional("empty_layer", Bool),
];

impl Shape {
    /// Hands over what is wrong with the fields of a value, and where in it.
    pub(super) fn check(&self, value: Value<'_>, report: &mut dyn FnMut(&Field, FindingKind)) {
        let mut check = Check { document: self.document, field: Field::default(), report };
        if check.is(value, Kind::Object, "an object") {
            check.members(value, self.fields);
        }
    }
}

struct Check<'r> {
    document: Document,
    field: Field,
    report: &'r mut dyn FnMut(&Field, FindingKind),
}

impl Check<'_> {
    fn members(&mut self, object: Value<'_>, fields: &[Member]) {
        let mut seen = vec![false; fields.len()];
        for (key, value) in object.members() {
            let known = fields.iter().zip(&mut seen).find(|(field, _)| field.name == key);
            self.field.enter_key(&key);
            match known {
                // That it is there twice is said elsewhere.
                Some((field, seen)) if !*seen => {
                    *seen = true;
                    if field.required || !value.is_null() {
                        self.value(value, &field.value);
                    }
                }
                Some(_) => {}
                None => {
                    if let Some(field) = fields.iter().find(|field| is_case_of(&key, field.name)) {
                        let kind =
                            FindingKind::KeyCase { field: self.field.to_string(), expected: field.name };
                        (self.report)(&self.field, kind);
                    }
                }
            }
            self.field.leave();
        }
        for (field, seen) in fields.iter().zip(seen) {
            if field.required && !seen {
                self.field.enter_key(field.name);
                let kind =
                    FindingKind::FieldMissing { document: self.document, field: self.field.to_string() };
                (self.report)(&self.field, kind);
                self.field.leave();
            }
        }
    }

    fn value(&mut self, value: Value<'_>, expected: &Expected) {
        match expected {
            Text => drop(self.is(value, Kind::Text, "a text")),
            Bool => drop(self.is(value, Kind::Bool, "true or false")),
            Integer if value.integer().is_none() => self.wrong(value, "a whole number"),
            Size if value.integer().is_none_or(i64::is_negative) => self.wrong(value, "a number of bytes"),
            Integer | Size => {}
            Object => drop(self.is(value, Kind::Object, "an object")),
            Expected::Shape(fields) => {
                if self.is(value, Kind::Object, "an object") {
                    self.members(value, fields);
                }
            }
            List(expected) => {
                if self.is(value, Kind::List, "a list") {
                    for (index, item) in value.items().enumerate() {
                        self.field.enter_index(index);
                        self.value(item, expected);
                        self.field.leave();
                    }
                }
            }
            Map(expected) => {
                if self.is(value, Kind::Object, "an object") {
                    for (key, value) in value.members() {
                        self.field.enter_key(&key);
                        self.value(value, expected);
                        self.field.leave();
                    }
                }
            }
        }
    }

    fn is(&mut self, value: Value<'_>, kind: Kind, expected: &'static str) -> bool {
        let is = value.kind() == kind;
        if !is {
            self.wrong(value, expected);
        }
        is
    }

    fn wrong(&mut self, value: Value<'_>, expected: &'static str) {
        let (field, found) = (self.field.to_string(), excerpt(value.raw()));
        let kind = FindingKind::FieldType { document: self.document, field, expected, found };
        (self.report)(&self.field, kind);
    }
}

/// Whether a key is that of a field but for its case, as Go's encoding/json compares keys. It takes U+017F for `s`, and
/// U+212A for `k`.
fn is_case_of(key: &str, field: &str) -> bool {
    let fold = |character: char| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        character => character.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(field.chars().map(fold))
}
