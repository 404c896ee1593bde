//! The fields of each node.

use oci_fixture_syntax::ast::{self, Block, Element, Field, Item, Items, Json, Value as FieldValue};
use syn::Expr;
use syn::spanned::Spanned;

use super::build::TextBuilder;
use super::evaluate::{self, Evaluated};
use crate::declare::blob::Blob;
use crate::declare::config::Config;
use crate::declare::content::ToContent;
use crate::declare::descriptor::Descriptor;
use crate::declare::diff_id::{DiffId, ToDiffId};
use crate::declare::fixture::Fixture;
use crate::declare::graph::Edge;
use crate::declare::history::History;
use crate::declare::index::Index;
use crate::declare::layer::Layer;
use crate::declare::layer::field::{HeaderField, ToField};
use crate::declare::layer::header::Header;
use crate::declare::manifest::Manifest;
use crate::declare::subject::Subject;
use crate::declare::text::Text;
use crate::declare::value::Value;

/// The fields that an index and a manifest have.
macro_rules! head_field {
    ($builder:expr, $node:expr, $field:expr) => {
        match ($field.name.to_string().as_str(), &$field.value) {
            ("annotations", value) => $node.annotations($builder.pairs(value)),
            ("artifact_type", value) => $node.artifact_type($builder.one(value)),
            ("subject", value) => match $builder.subject(value) {
                Some(subject) => $node.subject(subject),
                None => $node,
            },
            ("descriptor", value) => $node.descriptor($builder.descriptor_of(value)),
            ("merge", value) => $node.merge($builder.patch(value)),
            ("extend", value) => $node.extend($builder.patch(value)),
            ("raw", FieldValue::Content(content)) => $node.raw($builder.content(content)),
            _ => $builder.unknown_field($field, $node),
        }
    };
}

impl TextBuilder<'_> {
    pub(super) fn fixture_field(&mut self, fixture: Fixture, field: &Field) -> Fixture {
        match (field.name.to_string().as_str(), &field.value) {
            ("annotations", value) => fixture.annotations(self.pairs(value)),
            ("merge", value) => fixture.merge(self.patch(value)),
            ("extend", value) => fixture.extend(self.patch(value)),
            ("raw", FieldValue::Content(content)) => fixture.raw(self.content(content)),
            ("oci_layout", FieldValue::Json(Json::Null(_))) => fixture.without_oci_layout(),
            ("oci_layout", FieldValue::Content(content)) => fixture.oci_layout(self.content(content)),
            _ => self.unknown_field(field, fixture),
        }
    }

    pub(super) fn index_field(&mut self, index: Index, field: &Field) -> Index {
        head_field!(self, index, field)
    }

    pub(super) fn manifest_field(&mut self, manifest: Manifest, field: &Field) -> Manifest {
        head_field!(self, manifest, field)
    }

    pub(super) fn config_field(&mut self, config: Config, field: &Field) -> Config {
        match (field.name.to_string().as_str(), &field.value) {
            ("content", FieldValue::Content(content)) => config.content(self.content(content)),
            ("entrypoint", FieldValue::Json(Json::Null(_))) => config.null_entrypoint(),
            ("cmd", FieldValue::Json(Json::Null(_))) => config.null_cmd(),
            ("volumes", FieldValue::Json(Json::Null(_))) => config.null_volumes(),
            ("labels", FieldValue::Json(Json::Null(_))) => config.null_labels(),
            ("user", value) => config.user(self.one(value)),
            ("exposed_ports", value) => config.exposed_ports(self.list(value)),
            ("env", value) => config.env(self.list(value)),
            ("entrypoint", value) => config.entrypoint(self.list(value)),
            ("cmd", value) => config.cmd(self.list(value)),
            ("volumes", value) => config.volumes(self.list(value)),
            ("working_dir", value) => config.working_dir(self.one(value)),
            ("labels", value) => config.labels(self.pairs(value)),
            ("stop_signal", value) => config.stop_signal(self.one(value)),
            ("created", value) => config.created(self.one(value)),
            ("author", value) => config.author(self.one(value)),
            ("os_version", value) => config.os_version(self.one(value)),
            ("os_features", value) => config.os_features(self.list(value)),
            ("history", FieldValue::Blocks(_, elements)) => config.history(self.history(elements)),
            ("diff_ids", value) => config.diff_ids(self.list(value)),
            ("descriptor", value) => config.descriptor(self.descriptor_of(value)),
            ("merge", value) => config.merge(self.patch(value)),
            ("extend", value) => config.extend(self.patch(value)),
            ("raw", FieldValue::Content(content)) => config.raw(self.content(content)),
            _ => self.unknown_field(field, config),
        }
    }

    fn history(&mut self, elements: &[Element]) -> Vec<History> {
        let mut steps = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                Element::Block(block) => steps.push(self.step(&block.items)),
                Element::Expr(expression) => {
                    self.mistake(
                        expression.span(),
                        "a text has no expression for this; write a block of fields",
                    );
                }
            }
        }
        steps
    }

    fn step(&mut self, items: &Items) -> History {
        let mut step = History::new();
        for field in self.fields(items) {
            step = match (field.name.to_string().as_str(), &field.value) {
                ("created", value) => step.created(self.one(value)),
                ("created_by", value) => step.created_by(self.one(value)),
                ("author", value) => step.author(self.one(value)),
                ("comment", value) => step.comment(self.one(value)),
                ("empty_layer", value) => step.empty_layer(self.flag(value)),
                _ => self.unknown_field(field, step),
            };
        }
        step
    }

    pub(super) fn layer_field(&mut self, layer: Layer, field: &Field) -> Layer {
        match (field.name.to_string().as_str(), &field.value) {
            ("descriptor", value) => layer.descriptor(self.descriptor_of(value)),
            ("raw", FieldValue::Content(content)) => layer.raw(self.content(content)),
            ("eof", FieldValue::Content(content)) => match self.eof(content) {
                Some(blocks) => layer.eof(blocks),
                None => layer,
            },
            _ => self.unknown_field(field, layer),
        }
    }

    fn eof(&mut self, content: &ast::Content) -> Option<u8> {
        match content {
            ast::Content::Expr(expression) => self.integer(expression),
            ast::Content::Text(_)
            | ast::Content::Bytes(..)
            | ast::Content::Json(_)
            | ast::Content::Missing => None,
        }
    }

    pub(super) fn blob_field(&mut self, blob: Blob, field: &Field) -> Blob {
        match (field.name.to_string().as_str(), &field.value) {
            ("content", FieldValue::Content(content)) => blob.content(self.content(content)),
            ("descriptor", value) => blob.descriptor(self.descriptor_of(value)),
            ("diff_id", FieldValue::Json(Json::Text(ast::Text::Expr(value)))) => match self.diff_id(value) {
                Some(added) => blob.diff_id(added),
                None => blob,
            },
            ("diff_id", value) => blob.diff_id(self.one(value)),
            _ => self.unknown_field(field, blob),
        }
    }

    /// A `diff_id:`, where `true` stands for the digest of the blob itself.
    fn diff_id(&mut self, expression: &Expr) -> Option<DiffId> {
        self.made(expression, |value, at| match value {
            Evaluated::Bool(own) => Ok(own.into_diff_id()),
            value => Ok(evaluate::text(value, at)?.into_diff_id()),
        })
    }

    pub(super) fn descriptor_of(&mut self, value: &FieldValue) -> Descriptor {
        match value {
            FieldValue::Block(Block { span: _, kind: _, items }) => self.descriptor(items),
            _ => Descriptor::new(),
        }
    }

    pub(super) fn descriptor(&mut self, items: &Items) -> Descriptor {
        let mut descriptor = Descriptor::new();
        for field in self.fields(items) {
            descriptor = match (field.name.to_string().as_str(), &field.value) {
                ("media_type", FieldValue::Json(Json::Null(_))) => descriptor.without_media_type(),
                ("digest", FieldValue::Json(Json::Null(_))) => descriptor.without_digest(),
                ("size", FieldValue::Json(Json::Null(_))) => descriptor.without_size(),
                ("urls", FieldValue::Json(Json::Null(_))) => descriptor.without_urls(),
                ("annotations", FieldValue::Json(Json::Null(_))) => descriptor.without_annotations(),
                ("data", FieldValue::Json(Json::Null(_))) => descriptor.without_data(),
                ("platform", FieldValue::Json(Json::Null(_))) => descriptor.without_platform(),
                ("artifact_type", FieldValue::Json(Json::Null(_))) => descriptor.without_artifact_type(),
                ("ref_name", FieldValue::Json(Json::Null(_))) => descriptor.without_ref_name(),
                ("diff_id", FieldValue::Json(Json::Text(ast::Text::Expr(value)))) => {
                    match self.diff_id(value) {
                        Some(added) => descriptor.diff_id(added),
                        None => descriptor,
                    }
                }
                ("diff_id", value) => descriptor.diff_id(self.one(value)),
                ("media_type", value) => descriptor.media_type(self.one(value)),
                ("digest", value) => descriptor.digest(self.one(value)),
                ("size", value) => descriptor.size(self.one(value)),
                ("platform", FieldValue::Platform(platform)) => match self.platform(platform) {
                    Some(platform) => descriptor.platform(platform),
                    None => descriptor,
                },
                ("annotations", value) => self.annotations(descriptor, value),
                ("urls", value) => descriptor.urls(self.list(value)),
                ("artifact_type", value) => descriptor.artifact_type(self.one(value)),
                ("ref_name", value) => descriptor.ref_name(self.one(value)),
                ("data", FieldValue::Content(content)) => self.data(descriptor, content),
                ("merge", value) => descriptor.merge(self.patch(value)),
                _ => self.unknown_field(field, descriptor),
            };
        }
        descriptor
    }

    fn data(&mut self, descriptor: Descriptor, content: &ast::Content) -> Descriptor {
        let ast::Content::Expr(expression) = content else { return descriptor.data(self.content(content)) };
        let described = self.made(expression, |value, at| match value {
            Evaluated::Bool(own) => Ok(descriptor.data(own)),
            value => Ok(descriptor.data(evaluate::content(value, at)?)),
        });
        described.unwrap_or_default()
    }

    /// Annotations, where a `null` removes one.
    fn annotations(&mut self, mut descriptor: Descriptor, value: &FieldValue) -> Descriptor {
        let FieldValue::Json(Json::Map(_, pairs)) = value else {
            return descriptor.annotations(self.pairs(value));
        };
        for (key, value) in pairs {
            let key = self.text(key);
            descriptor = match value {
                Json::Null(_) => descriptor.without_annotation(key),
                _ => descriptor.annotations([(key, self.text_value(value))]),
            };
        }
        descriptor
    }

    /// The fields of a block that can hold only fields.
    fn fields<'i>(&mut self, items: &'i Items) -> Vec<&'i Field> {
        let mut fields = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Field(field) => fields.push(field),
                Item::If(flow) => {
                    self.mistake(
                        flow.keyword.span(),
                        "a text has no `if`; write the fields, or leave them out",
                    );
                }
                Item::For(flow) => {
                    self.mistake(flow.keyword.span(), "a text has no `for`; write out what it declares");
                }
                Item::Splice(splice) => {
                    self.mistake(splice.dots.span(), "a text has no `..`; write out what it declares");
                }
                // Items that do not fit were reported by the check.
                Item::Node(_)
                | Item::Again(_)
                | Item::Tag(_)
                | Item::Entry(_)
                | Item::Header(_)
                | Item::From(_)
                | Item::File(_)
                | Item::Alone(_) => {}
            }
        }
        fields
    }

    fn subject(&mut self, value: &FieldValue) -> Option<Subject> {
        match value {
            FieldValue::Label(label) => Some(Subject(Box::new(Edge::again(&self.label(label)?.node)))),
            FieldValue::Block(block) => Some(self.descriptor(&block.items).into()),
            _ => None,
        }
    }

    pub(super) fn header(&mut self, items: &Items) -> Header {
        let mut header = Header::new();
        for field in self.fields(items) {
            let name = field.name.to_string();
            header = match (name.as_str(), &field.value) {
                ("name", FieldValue::Content(content)) => header.name(self.content(content)),
                ("linkname", FieldValue::Content(content)) => header.linkname(self.content(content)),
                ("typeflag", FieldValue::Content(content)) => header.typeflag(self.number(content)),
                ("mode", FieldValue::Content(content)) => header.mode(self.number(content)),
                ("uid", FieldValue::Content(content)) => header.uid(self.number(content)),
                ("gid", FieldValue::Content(content)) => header.gid(self.number(content)),
                ("size", FieldValue::Content(content)) => header.size(self.number(content)),
                ("mtime", FieldValue::Content(content)) => header.mtime(self.number(content)),
                ("checksum", FieldValue::Content(content)) => header.checksum(self.number(content)),
                ("magic", FieldValue::Content(content)) => header.magic(self.content(content)),
                ("version", FieldValue::Content(content)) => header.version(self.content(content)),
                ("uname", FieldValue::Content(content)) => header.uname(self.content(content)),
                ("gname", FieldValue::Content(content)) => header.gname(self.content(content)),
                ("devmajor", FieldValue::Content(content)) => header.devmajor(self.number(content)),
                ("devminor", FieldValue::Content(content)) => header.devminor(self.number(content)),
                ("prefix", FieldValue::Content(content)) => header.prefix(self.content(content)),
                ("body", FieldValue::Content(content)) => header.body(self.content(content)),
                ("pax", FieldValue::Records(records)) => {
                    let records = records.iter().map(|(key, value)| (self.content(key), self.content(value)));
                    header.pax(records.collect::<Vec<_>>())
                }
                ("raw", FieldValue::Content(content)) => header.raw(self.content(content)),
                _ => self.unknown_field(field, header),
            };
        }
        header
    }

    /// A number of a header, or its bytes.
    fn number(&mut self, content: &ast::Content) -> HeaderField {
        let ast::Content::Expr(expression) = content else { return self.content(content).into_field() };
        self.made(expression, evaluate::field).unwrap_or_else(|| "".into_content().into_field())
    }

    /// The text of a field.
    fn one(&mut self, value: &FieldValue) -> Text {
        match value {
            FieldValue::Json(value) => self.text_value(value),
            FieldValue::Content(content) => match &**content {
                ast::Content::Text(text) => self.text(text),
                _ => Text::new(""),
            },
            _ => Text::new(""),
        }
    }

    fn flag(&mut self, value: &FieldValue) -> bool {
        let FieldValue::Json(Json::Text(ast::Text::Expr(expression))) = value else { return false };
        self.made(expression, evaluate::is_true).unwrap_or_default()
    }

    fn list(&mut self, value: &FieldValue) -> Vec<Text> {
        match value {
            FieldValue::Json(Json::List(_, values)) => {
                values.iter().map(|value| self.text_value(value)).collect()
            }
            FieldValue::Json(Json::Text(ast::Text::Expr(expression))) => {
                self.mistake(
                    expression.span(),
                    "a text has no expression for a list; write `[\"...\", \"...\"]`",
                );
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn pairs(&mut self, value: &FieldValue) -> Vec<(Text, Text)> {
        match value {
            FieldValue::Json(Json::Map(_, pairs)) => {
                pairs.iter().map(|(key, value)| (self.text(key), self.text_value(value))).collect()
            }
            FieldValue::Json(Json::Text(ast::Text::Expr(expression))) => {
                self.mistake(
                    expression.span(),
                    "a text has no expression for a map; write `{ \"key\": \"...\" }`",
                );
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn patch(&mut self, value: &FieldValue) -> Value {
        match value {
            FieldValue::Json(value) => self.json(value),
            // A value that cannot be read was reported by the parser.
            _ => Value::map(Vec::<(Text, Value)>::new()),
        }
    }
}
