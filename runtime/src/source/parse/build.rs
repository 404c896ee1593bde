//! Makes the values of the builders from a declaration, as the calls to which the macro expands do.
//!
//! Every `match` names each form, and every struct is taken apart with all its fields, so that a new form does not compile
//! before it is built here.

#![deny(clippy::wildcard_enum_match_arm)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use oci_fixture_grammar::language::{BlockKind, Form, KnownAttribute};
use oci_fixture_syntax::ast::{
    self, Again, Attribute, AttributeValue, EntryKind, Field, FileBody, HttpFault, HttpValue, Item, Items,
    Json, Node, Operator, Platform, Tag, Term,
};
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Lifetime, LitInt};

use super::evaluate::{self, Evaluated, NameValue, evaluate};
use super::report::{Mistake, TextPlace};
use crate::declare::blob::Blob;
use crate::declare::config::Config;
use crate::declare::content::{Content, ToContent};
use crate::declare::descriptor::Descriptor;
use crate::declare::encoder::Encoder;
use crate::declare::extra_file::ExtraFile;
use crate::declare::fault::{Fault, NodeFaults};
use crate::declare::fixture::Fixture;
use crate::declare::graph::{Edge, IntoEdge, Parent};
use crate::declare::http::Http;
use crate::declare::index::Index;
use crate::declare::layer::entry::Entry;
use crate::declare::layer::header::Header;
use crate::declare::layer::{Layer, LayerMembers};
use crate::declare::listing::Listing;
use crate::declare::manifest::Manifest;
use crate::declare::part::Part;
use crate::declare::text::{Property, Text};
use crate::declare::value::Value;
use crate::source::with;

/// The mark of an outline: the bytes of an entry by hand in the place of a large layer's members.
pub(in crate::source) fn mark(number: usize) -> String {
    format!("the members of the large layer {number}")
}

/// Builds a declaration. Mistakes that only a text can have are found here.
pub(super) struct TextBuilder<'l> {
    labels: HashMap<String, Edge>,
    /// The folder at which the paths of files start.
    folder: PathBuf,
    pub(super) mistakes: Vec<Mistake>,
    /// The members of large layers, which an outline replaces by marks.
    large: &'l [LayerMembers],
}

/// The attributes and the label before a node.
#[derive(Default)]
struct NodeAttributes {
    listing: Listing,
    faults: NodeFaults,
    docker: bool,
}

impl<'l> TextBuilder<'l> {
    pub(super) fn new(folder: PathBuf, large: &'l [LayerMembers]) -> Self {
        Self { labels: HashMap::new(), folder, mistakes: Vec::new(), large }
    }

    pub(super) fn fixture(&mut self, items: &Items) -> Fixture {
        let mut fixture = Fixture::new();
        for item in items {
            fixture = match item {
                Item::Field(field) => self.fixture_field(fixture, field),
                Item::File(file) => {
                    self.extra_file(file).add_to(&mut fixture);
                    fixture
                }
                Item::Node(_)
                | Item::Again(_)
                | Item::Tag(_)
                | Item::Entry(_)
                | Item::Header(_)
                | Item::From(_)
                | Item::For(_)
                | Item::If(_)
                | Item::Alone(_)
                | Item::Splice(_) => {
                    if let Some(edge) = self.edge(item) {
                        fixture.push_edge(edge);
                    }
                    fixture
                }
            };
        }
        fixture
    }

    pub(super) fn mistake(&mut self, at: Span, message: &str) {
        self.mistakes.push(Mistake::new(TextPlace::of(at), message));
    }

    /// A node that is declared here, or used again.
    fn edge(&mut self, item: &Item) -> Option<Edge> {
        match item {
            Item::Node(node) => Some(self.node(node)),
            Item::Again(again) => self.again(again),
            Item::Tag(tag) => self.tag(tag),
            Item::For(flow) => {
                self.mistake(flow.keyword.span(), "a text has no `for`; write out what it declares");
                None
            }
            Item::If(flow) => {
                self.mistake(
                    flow.keyword.span(),
                    "a text has no `if`; write what is declared, or leave it out",
                );
                None
            }
            Item::Splice(splice) => {
                self.mistake(splice.dots.span(), "a text has no `..`; write out what it declares");
                None
            }
            Item::From(base) => {
                self.mistake(
                    base.keyword.span(),
                    "a text has no `from`; declare the layers of the base image",
                );
                None
            }
            Item::Alone(value) => {
                self.mistake(value.span(), "a text has no values of builders; write out what it declares");
                None
            }
            // An item that does not fit was reported by the check.
            Item::Entry(_) | Item::Header(_) | Item::Field(_) | Item::File(_) => None,
        }
    }

    fn extra_file(&mut self, file: &ast::ExtraFile) -> ExtraFile {
        let ast::ExtraFile { attributes, keyword: _, path, body } = file;
        let path = self.text(path);
        let mut file = match body {
            FileBody::Content(content) => ExtraFile::new(path, self.content(content)),
            FileBody::Symlink(target) => ExtraFile::symlink(path, self.text(target)),
        };
        for Attribute { name, value } in attributes {
            file = match (name.to_string().as_str(), value) {
                ("unchecked", value) if self.applies(value) => file.unchecked(),
                ("unchecked", _) => file,
                _ => self.unknown_attribute(name, file),
            };
        }
        file
    }

    /// Whether a flag is set, by `#[missing]` or `#[missing = true]`.
    fn applies(&mut self, value: &AttributeValue) -> bool {
        match value {
            AttributeValue::Expr(condition) => self.made(condition, evaluate::is_true).unwrap_or_default(),
            AttributeValue::None
            | AttributeValue::Content(_)
            | AttributeValue::Pair(..)
            | AttributeValue::Http(_)
            | AttributeValue::Parenthesized => true,
        }
    }

    fn again(&mut self, again: &Again) -> Option<Edge> {
        let Again { label, items } = again;
        // An unknown label was reported by the check.
        let mut edge = self.labels.get(&ast::name(label)).cloned()?;
        edge.listing = Listing::default();
        edge.listing.descriptor = items.as_ref().and_then(|items| self.described(items));
        Some(edge)
    }

    /// The field `descriptor:`, which is the only one of a label.
    fn described(&mut self, items: &Items) -> Option<Box<Descriptor>> {
        let mut described = None;
        for item in items {
            if let Item::Field(field) = item {
                described = Some(Box::new(self.descriptor_of(&field.value)));
            }
        }
        described
    }

    fn tag(&mut self, tag: &Tag) -> Option<Edge> {
        let Tag { reference, label, items } = tag;
        let mut edge = self.labels.get(&ast::name(label.as_ref()?)).cloned()?;
        let descriptor = items.as_ref().and_then(|items| self.described(items));
        edge.listing = Listing { reference: Some(self.text(reference)), descriptor, ..Listing::default() };
        Some(edge)
    }

    fn node(&mut self, node: &Node) -> Edge {
        let Node {
            attributes,
            label,
            kind,
            head: _,
            reference,
            platform,
            encoder,
            media_type,
            content,
            items,
        } = node;
        let mut said = self.said(attributes);
        said.listing.reference = reference.as_ref().map(|reference| self.text(reference));
        let platform = platform.as_ref().and_then(|platform| self.platform(platform));
        let encoder = encoder.as_ref().and_then(|encoder| self.encoder(encoder));
        let media_type = media_type.as_ref().map(|media_type| self.text(media_type));
        let content = content.as_ref().map(|content| self.content(content));
        let mut edge = match kind {
            BlockKind::Index => self.index(items, said.docker),
            BlockKind::Manifest => self.manifest(items, platform, said.docker),
            BlockKind::Config | BlockKind::OtherConfig => self.config(items, platform, media_type, content),
            BlockKind::Layer => self.layer(items, encoder, media_type),
            BlockKind::Blob => self.blob(items, media_type, content),
            BlockKind::Dangling => self.descriptor(items).into_edge(),
            // No node.
            BlockKind::Fixture
            | BlockKind::Label
            | BlockKind::Descriptor
            | BlockKind::History
            | BlockKind::Entry => Index::new().into_edge(),
        };
        said.listing.descriptor = edge.listing.descriptor.take();
        if let Some(node) = Arc::into_inner(edge.node) {
            edge = Edge::new(node.kind, said.listing, said.faults);
            if let Some(label) = label {
                let name = ast::name(label);
                if let Some(node) = Arc::get_mut(&mut edge.node) {
                    node.set_label(&name);
                }
                self.labels.insert(name, edge.clone());
            }
            return edge;
        }
        Index::new().into_edge()
    }

    fn index(&mut self, items: &Items, docker: bool) -> Edge {
        let mut index = if docker { Index::new().docker() } else { Index::new() };
        for item in items {
            if let Item::Field(field) = item {
                index = self.index_field(index, field);
            } else if let Some(edge) = self.edge(item) {
                index.push_edge(edge);
            }
        }
        index.into_edge()
    }

    fn manifest(&mut self, items: &Items, platform: Option<String>, docker: bool) -> Edge {
        let manifest = if docker { Manifest::new().docker() } else { Manifest::new() };
        let mut manifest = with(manifest, platform, Manifest::platform);
        for item in items {
            if let Item::Field(field) = item {
                manifest = self.manifest_field(manifest, field);
            } else if !self.member(item, &mut manifest)
                && let Some(edge) = self.edge(item)
            {
                manifest.push_edge(edge);
            }
        }
        manifest.into_edge()
    }

    fn config(
        &mut self,
        items: &Items,
        platform: Option<String>,
        media_type: Option<Text>,
        content: Option<Content>,
    ) -> Edge {
        let config = match media_type {
            Some(media_type) => Config::of(media_type, content.unwrap_or_else(|| Content::new(""))),
            None => Config::new(),
        };
        let mut config = with(config, platform, Config::platform);
        for item in items {
            if let Item::Field(field) = item {
                config = self.config_field(config, field);
            } else {
                self.edge(item);
            }
        }
        config.into_edge()
    }

    fn layer(&mut self, items: &Items, encoder: Option<Encoder>, media_type: Option<Text>) -> Edge {
        let layer = with(Layer::new(), media_type, Layer::media_type);
        let mut layer = with(layer, encoder, Layer::encoder);
        for item in items {
            if let Item::Field(field) = item {
                layer = self.layer_field(layer, field);
            } else if !self.member(item, &mut layer) {
                self.edge(item);
            }
        }
        layer.into_edge()
    }

    fn blob(&mut self, items: &Items, media_type: Option<Text>, content: Option<Content>) -> Edge {
        let content = content.unwrap_or_else(|| Content::new(""));
        let mut blob = Blob::new(media_type.unwrap_or_else(|| Text::new("")), content);
        for item in items {
            if let Item::Field(field) = item {
                blob = self.blob_field(blob, field);
            } else {
                self.edge(item);
            }
        }
        blob.into_edge()
    }

    /// Adds an entry of a layer. Returns `false` if the item is no entry.
    fn member<P>(&mut self, item: &Item, parent: &mut P) -> bool
    where
        Entry: Part<P>,
        Header: Part<P>,
        LayerMembers: Part<P>,
    {
        match item {
            Item::Entry(entry) => {
                if let Some(entry) = self.entry(entry) {
                    entry.add_to(parent);
                }
                true
            }
            Item::Header(header) => {
                let header = self.header(&header.items);
                match self.large_members(&header) {
                    Some(members) => members.clone().add_to(parent),
                    None => header.add_to(parent),
                }
                true
            }
            Item::Node(_)
            | Item::Again(_)
            | Item::Tag(_)
            | Item::Field(_)
            | Item::From(_)
            | Item::File(_)
            | Item::For(_)
            | Item::If(_)
            | Item::Alone(_)
            | Item::Splice(_) => false,
        }
    }

    /// The members that an outline replaces by this entry.
    fn large_members(&self, header: &Header) -> Option<&'l LayerMembers> {
        let is_mark = |number: usize| header.data().raw == Some(Content::new(mark(number)));
        self.large.iter().enumerate().find(|(number, _)| is_mark(*number)).map(|(_, members)| members)
    }

    fn entry(&mut self, entry: &ast::Entry) -> Option<Entry> {
        let ast::Entry { is_behind_mistake: _, attributes, path, kind } = entry;
        let path = self.name(path);
        let mut entry = match kind {
            EntryKind::File(content) => Entry::file(path, self.content(content)),
            EntryKind::Directory => Entry::directory(path),
            EntryKind::Symlink(target) => Entry::symlink(path, self.name(target)),
            EntryKind::Hardlink(target) => Entry::hardlink(path, self.name(target)),
            EntryKind::Whiteout => Entry::whiteout(path),
            EntryKind::Opaque => Entry::opaque(path),
            EntryKind::Fifo => Entry::fifo(path),
            EntryKind::Char(major, minor) => Entry::char(path, self.integer(major)?, self.integer(minor)?),
            EntryKind::Block(major, minor) => Entry::block(path, self.integer(major)?, self.integer(minor)?),
        };
        for Attribute { name, value } in attributes {
            entry = match (name.to_string().as_str(), value) {
                ("mode", AttributeValue::Expr(mode)) => entry.mode(self.integer(mode)?),
                ("uid", AttributeValue::Expr(uid)) => entry.uid(self.integer(uid)?),
                ("gid", AttributeValue::Expr(gid)) => entry.gid(self.integer(gid)?),
                ("uname", AttributeValue::Expr(name)) => entry.uname(self.text_of(name)?),
                ("gname", AttributeValue::Expr(name)) => entry.gname(self.text_of(name)?),
                ("sparse", AttributeValue::Expr(format)) => entry.sparse(self.text_of(format)?),
                ("mtime", AttributeValue::Expr(time)) => entry.mtime(self.made(time, evaluate::decimal)?),
                ("xattr", AttributeValue::Pair(key, value)) => {
                    let key = self.text(key);
                    entry.xattr(key, self.content(value))
                }
                ("unchecked", value) if self.applies(value) => entry.unchecked(),
                ("unchecked", _) => entry,
                // A form that does not fit was reported by the check.
                _ => self.unknown_attribute(name, entry),
            };
        }
        Some(entry)
    }

    /// The error of an attribute of the language that is not built here, so that it is not lost.
    fn unknown_attribute<T>(&mut self, name: &syn::Ident, node: T) -> T {
        if KnownAttribute::of(&name.to_string()).is_some() {
            self.mistake(name.span(), &format!("a text has no attribute `{name}` here; remove it"));
        }
        node
    }

    fn said(&mut self, attributes: &[Attribute]) -> NodeAttributes {
        let mut said = NodeAttributes::default();
        for Attribute { name, value } in attributes {
            let word = name.to_string();
            let stored = &mut said.faults.stored;
            match (word.as_str(), value) {
                ("docker", value) => said.docker = self.applies(value),
                ("sha512", value) => said.listing.sha512 = self.applies(value),
                ("unlisted", value) => said.listing.unlisted = self.applies(value),
                ("unchecked", value) => said.listing.unchecked = self.applies(value),
                ("missing", value) => stored.extend(self.applies(value).then_some(Fault::Missing)),
                ("truncate", AttributeValue::Expr(keep)) => {
                    stored.extend(self.integer(keep).map(Fault::Truncate));
                }
                ("flip", AttributeValue::Expr(byte)) => stored.extend(self.integer(byte).map(Fault::Flip)),
                ("prepend", AttributeValue::Content(bytes)) => {
                    stored.push(Fault::Prepend(self.content(bytes)));
                }
                ("append", AttributeValue::Content(bytes)) => stored.push(Fault::Append(self.content(bytes))),
                ("replace", AttributeValue::Content(bytes)) => {
                    stored.push(Fault::Replace(self.content(bytes)));
                }
                ("http", AttributeValue::Http(words)) => {
                    if let Some(http) = self.http(words) {
                        said.faults.http.push(http);
                    }
                }
                (_, AttributeValue::Expr(value))
                    if KnownAttribute::of(&word).is_some_and(|known| known.form == Form::Http) =>
                {
                    self.mistake(value.span(), "a text has no value for this; write the words in parentheses: `#[http(status = 503)]`");
                }
                _ => self.unknown_attribute(name, ()),
            }
        }
        said
    }

    fn http(&mut self, words: &[HttpFault]) -> Option<Http> {
        let mut http = Http::new();
        for HttpFault { name, word: _, value } in words {
            let name = name.to_string();
            http = match (name.as_str(), value) {
                ("method", HttpValue::Expr(method)) => http.method(self.text_of(method)?),
                ("after", HttpValue::Expr(requests)) => http.after(self.integer(requests)?),
                ("times", HttpValue::Expr(requests)) => http.times(self.integer(requests)?),
                ("status", HttpValue::Expr(status)) => http.and(Http::status(self.integer(status)?)),
                ("header", HttpValue::Header(name, value)) => {
                    let name = self.text(name);
                    http.and(Http::header(name, self.json(value)))
                }
                ("body", HttpValue::Content(body)) => http.and(Http::body(self.content(body))),
                ("raw", HttpValue::Content(bytes)) => http.and(Http::raw(self.content(bytes))),
                ("chunked", HttpValue::None) => http.and(Http::chunked()),
                ("cut", HttpValue::Expr(bytes)) => http.and(Http::cut(self.integer(bytes)?)),
                ("reset", HttpValue::None) => http.and(Http::reset()),
                ("stall", HttpValue::Expr(time)) => http.and(Http::stall(self.integer(time)?)),
                ("stall", HttpValue::Exprs(bytes, time)) => {
                    http.and(Http::stall_after(self.integer(bytes)?, self.integer(time)?))
                }
                ("rate", HttpValue::Expr(rate)) => http.and(Http::rate(self.integer(rate)?)),
                ("redirect", HttpValue::None) => http.and(Http::redirect()),
                ("redirect", HttpValue::Expr(url)) => http.and(Http::redirect_to(self.text_of(url)?)),
                ("ranges", HttpValue::Expr(ranges)) => {
                    http.and(Http::ranges(self.made(ranges, evaluate::is_true)?))
                }
                // A form that does not fit was reported by the check.
                _ => http,
            };
        }
        Some(http)
    }

    /// The result of `make` for the value of an expression. `None` if either has a mistake, which is noted.
    pub(super) fn made<T>(
        &mut self,
        expression: &Expr,
        make: impl FnOnce(Evaluated, Span) -> Result<T, Mistake>,
    ) -> Option<T> {
        let value = evaluate(expression, &self.folder);
        let value = value.and_then(|value| make(value, expression.span()));
        value.map_err(|mistake| self.mistakes.push(mistake)).ok()
    }

    pub(super) fn integer<T: TryFrom<i128>>(&mut self, expression: &Expr) -> Option<T> {
        self.made(expression, evaluate::integer)
    }

    fn text_of(&mut self, expression: &Expr) -> Option<Text> {
        self.made(expression, evaluate::text)
    }

    fn encoder(&mut self, encoder: &ast::Encoder) -> Option<Encoder> {
        match encoder {
            ast::Encoder::Named(name) if name == "zstd" => Some(crate::Zstd::stored().into()),
            ast::Encoder::Named(_) => Some(crate::Gzip::stored().into()),
            ast::Encoder::Expr(expression) => self.made(expression, evaluate::encoder),
        }
    }

    /// The platform as text. A platform that cannot be read was reported by the parser.
    pub(super) fn platform(&mut self, platform: &Platform) -> Option<String> {
        match platform {
            Platform::Words { .. } | Platform::Unknown { .. } => Some(platform.to_string()),
            Platform::Text(text) => Some(self.text(text).to_string()),
            Platform::Missing => None,
        }
    }

    pub(super) fn label(&self, label: &Lifetime) -> Option<&Edge> {
        self.labels.get(&ast::name(label))
    }

    /// A path or a target, which may be any bytes.
    fn name(&mut self, name: &ast::EntryName) -> NameValue {
        match name {
            ast::EntryName::Text(ast::Text::Expr(expression)) => {
                self.made(expression, evaluate::name).unwrap_or_else(|| NameValue::Bytes(Vec::new()))
            }
            ast::EntryName::Text(text) => NameValue::Text(self.text(text)),
            ast::EntryName::Bytes(bytes) => NameValue::Bytes(bytes.value()),
        }
    }

    pub(super) fn text(&mut self, text: &ast::Text) -> Text {
        match text {
            ast::Text::Literal(literal) => Text::new(literal.value()),
            ast::Text::Expr(expression) => self.text_of(expression).unwrap_or_else(|| Text::new("")),
            ast::Text::Terms(terms) => {
                let mut joined: Option<Text> = None;
                for (operator, term) in terms {
                    let term = match term {
                        Term::Text(text) => self.text(text),
                        Term::Number(number) => {
                            let whole = syn::parse2::<LitInt>(number.clone()).ok();
                            let whole = whole.and_then(|number| number.base10_parse::<i128>().ok());
                            whole.map_or_else(|| Text::new(evaluate::digits(number)), Text::new)
                        }
                        Term::Label(label, property) => match self.label(label) {
                            Some(edge) => {
                                Text::of(Edge::again(&edge.node), property_of(&property.to_string()))
                            }
                            None => continue,
                        },
                    };
                    joined = Some(match (joined, operator) {
                        (None, _) => term,
                        (Some(joined), Operator::Plus) => joined + term,
                        (Some(joined), Operator::Minus) => joined - term,
                    });
                }
                joined.unwrap_or_else(|| Text::new(""))
            }
        }
    }

    pub(super) fn content(&mut self, content: &ast::Content) -> Content {
        match content {
            ast::Content::Expr(expression) => {
                self.made(expression, evaluate::content).unwrap_or_else(|| Content::new(""))
            }
            ast::Content::Text(text) => self.text(text).into_content(),
            ast::Content::Bytes(label, _) => match self.label(label) {
                Some(edge) => Content::of_node(Edge::again(&edge.node)),
                None => Content::new(""),
            },
            ast::Content::Json(value) => Content::json(self.json(value)),
            ast::Content::Missing => Content::new(""),
        }
    }

    pub(super) fn json(&mut self, value: &Json) -> Value {
        match value {
            Json::Text(ast::Text::Expr(expression)) => {
                self.made(expression, evaluate::value).unwrap_or_else(Value::null)
            }
            Json::Text(text) => Value::new(self.text(text)),
            Json::Descriptor(label, _) => match self.label(label) {
                Some(edge) => Value::descriptor(Edge::again(&edge.node)),
                None => Value::null(),
            },
            Json::Number(number) => Value::number(evaluate::digits(number)),
            Json::Null(_) => Value::null(),
            Json::List(_, values) => {
                let values: Vec<Value> = values.iter().map(|value| self.json(value)).collect();
                Value::list(values)
            }
            Json::Map(_, pairs) => {
                let pairs = pairs.iter().map(|(key, value)| (self.text(key), self.json(value)));
                Value::map(pairs.collect::<Vec<_>>())
            }
        }
    }

    /// One text of a field.
    pub(super) fn text_value(&mut self, value: &Json) -> Text {
        match value {
            Json::Text(text) => self.text(text),
            Json::Number(number) => Text::new(evaluate::digits(number)),
            // Values that do not fit were reported by the check.
            Json::Descriptor(..) | Json::Null(_) | Json::List(..) | Json::Map(..) => Text::new(""),
        }
    }

    /// The error of a field of the language that is not built here, so that it is not lost.
    pub(super) fn unknown_field<T>(&mut self, field: &Field, node: T) -> T {
        if !matches!(field.value, ast::Value::Missing) {
            self.mistake(
                field.name.span(),
                &format!("a text has no value of this form for `{}`; write another", field.name),
            );
        }
        node
    }
}

fn property_of(name: &str) -> Property {
    match name {
        "digest" => Property::Digest,
        "hex" => Property::Hex,
        "diff_id" => Property::DiffId,
        _ => Property::Size,
    }
}
