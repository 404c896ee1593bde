//! Nodes: where they fit, and their references and platforms.

use oci_fixture_grammar::language::BlockKind;
use oci_fixture_grammar::platform::{arch, os};
use oci_fixture_grammar::{Invalid, Platform as GrammarPlatform, Reference, annotation};
use quote::ToTokens;
use syn::LitStr;

use super::image::{all, fields};
use super::seen::{Key, Seen};
use super::{Checker, Place};
use crate::ast::{Content, Field, Has, Item, Items, Json, Node, Platform, Text, Value};
use crate::parse::format_cure;

impl Checker<'_> {
    pub(super) fn node(&mut self, node: &mut Node, within: BlockKind, seen: &mut Seen) {
        let kind = node.kind;
        let mut attributes = Seen::default();
        node.attributes.retain_mut(|attribute| self.attribute_on_node(attribute, kind, &mut attributes));
        self.faults(&node.attributes);
        if within.nodes().contains(&kind) {
            // A reference below the top level is reported. It may have been meant as the platform.
            let listed = node.reference.is_none() && node.has("unlisted") == Has::Never;
            let platform = platform(node).filter(|_| listed);
            self.fits(kind, platform, within, &node.head, seen);
        } else {
            let message = format!("{} does not fit in {}; {}", kind.title(), within.title(), belongs(kind));
            self.errors.at(&node.head, message);
            // The reference is right where the node belongs.
            node.reference = None;
        }
        if let Some(reference) = &mut node.reference {
            self.text(reference);
        }
        self.node_reference(node, within, seen);
        self.node_platform(node, within);
        self.node_media_type(node);
        if let Some(media_type) = &mut node.media_type {
            self.text(media_type);
        }
        if let Some(content) = &mut node.content {
            self.content(content);
        }
        let mut inner = Seen::default();
        if let Some(unlisted) = node.attribute("unlisted")
            && unlisted.applies() == Has::Always
        {
            inner.insert(Key::Unlisted, &unlisted.name);
        }
        if kind.holds_entries() && has_unknown_entries(&node.items) {
            inner.insert(Key::UnknownPath, &node.head);
        }
        let place = Place { unchecked: node.is_unchecked(), ..Place::new(node.block()) };
        self.items(&mut node.items, place, &mut inner);
        self.ref_names(&node.items, within);
        // An entry that does not fit was meant as the content.
        let is_reported =
            !node.block().holds_entries() && node.items.iter().any(|item| matches!(item, Item::Entry(_)));
        if node.content.is_none() && !is_reported {
            self.required(node.block(), &inner, &node.head);
        }
        self.image(node, within);
        if node.label.as_ref().is_some_and(|label| !self.declare(label)) {
            node.label = None;
        }
    }

    /// A node, or a node that is used once more, in a place where its kind fits.
    pub(super) fn fits(
        &mut self,
        kind: BlockKind,
        platform: Option<String>,
        within: BlockKind,
        tokens: &dyn ToTokens,
        seen: &mut Seen,
    ) {
        match (kind, within) {
            (BlockKind::Config, BlockKind::Manifest) => {
                let message = || {
                    "a manifest has one `config`; remove one of the two, or move what it says into the other"
                        .to_owned()
                };
                self.once(seen, Key::Config, tokens, message);
            }
            (BlockKind::Layer | BlockKind::Blob | BlockKind::Dangling, BlockKind::Manifest) => {
                let message = format!(
                    "{} stands beside entries without a layer; put those into a `layer {{ ... }}`",
                    kind.title()
                );
                self.apart(seen, [Key::Layers, Key::Entries, Key::Mixed], tokens, &message);
            }
            (BlockKind::Manifest, BlockKind::Index) => {
                if let Some(platform) = platform {
                    let message = || {
                        format!(
                            "two manifests of the index are for `{platform}`; remove one, or give it another platform"
                        )
                    };
                    self.once(seen, Key::Platform(platform.clone()), tokens, message);
                }
            }
            _ => {}
        }
    }

    /// Checks that only entries of index.json have a `ref_name`, and that none has it twice.
    pub(super) fn ref_names(&mut self, items: &Items, within: BlockKind) {
        for descriptor in fields(items).into_iter().filter(|field| field.name == "descriptor") {
            let Value::Block(block) = &descriptor.value else { continue };
            let fields = fields(&block.items);
            let names: Vec<_> = fields.iter().filter(|field| field.name == "ref_name").collect();
            for name in names.iter().filter(|_| within != BlockKind::Fixture) {
                let message = "only an entry of index.json has a `ref_name`; remove it, or move the node to the top level";
                self.errors.at(&name.name, message);
            }
            let pairs = fields.iter().filter_map(|field| match &field.value {
                Value::Json(Json::Map(_, pairs)) if field.name == "annotations" => Some(pairs),
                _ => None,
            });
            for (key, _) in pairs.flatten().filter(|_| !names.is_empty()) {
                if let Text::Literal(literal) = key
                    && literal.value() == annotation::REF_NAME
                {
                    self.errors.at(literal, "`ref_name` is this annotation; remove one of the two");
                }
            }
        }
    }

    fn node_reference(&mut self, node: &Node, within: BlockKind, seen: &mut Seen) {
        let Some(text) = &node.reference else { return };
        if within == BlockKind::Fixture && node.has("unlisted") == Has::Always {
            self.errors.at(text, "nothing lists an unlisted node, so nothing names it; remove the reference");
        } else if within == BlockKind::Fixture && node.is_unchecked() {
            // An unchecked node takes any text.
        } else if let Text::Literal(literal) = text
            && node.platform.is_none()
            && node.kind != BlockKind::Index
            && let Ok(platform) = GrammarPlatform::parse(&literal.value())
            && platform.is_known()
        {
            let keyword = node.kind.keyword();
            let message = format!(
                "a reference stands here, and this is a platform; write `{keyword} {platform}` for the platform, or `{keyword} \"docker.io/{platform}\"` for the reference"
            );
            self.errors.at(literal, message);
        } else if within == BlockKind::Fixture {
            self.reference(text, seen);
        } else {
            let message = match text {
                Text::Expr(_) => {
                    "a reference stands here, which names an entry of index.json; for a platform write it alone: `(...) { ... }`"
                }
                _ => "a reference names an entry of index.json; remove it, or move the node to the top level",
            };
            self.errors.at(text, message);
        }
    }

    /// Checks the name of an entry of index.json.
    pub(super) fn reference(&mut self, text: &Text, seen: &mut Seen) {
        let Text::Literal(literal) = text else { return };
        match Reference::parse(&literal.value()) {
            Ok(reference) => {
                let reference = reference.or_latest().to_string();
                let message = || {
                    format!("the reference `{reference}` names two entries of index.json; give each its own")
                };
                self.once(seen, Key::Reference(reference.clone()), literal, message);
            }
            Err(invalid) => self.invalid(literal, &invalid),
        }
    }

    /// Reports an invalid string. A variable in braces, as in `format!`, gets an error of its own.
    pub(super) fn invalid(&mut self, literal: &LitStr, invalid: &Invalid) {
        match format_cure(literal, |_| true) {
            Some(message) => self.errors.at(literal, message),
            None => self.errors.at(literal, invalid),
        }
    }

    fn node_platform(&mut self, node: &mut Node, within: BlockKind) {
        let unchecked = node.is_unchecked();
        let Some(platform) = &mut node.platform else { return };
        if node.kind == BlockKind::Config && within == BlockKind::Manifest {
            let message = "a `config` has the platform of its manifest; write it there, and remove it here";
            self.errors.at(&*platform, message);
        }
        if !self.platform(platform, unchecked) {
            *platform = Platform::Missing;
        }
    }

    /// Checks that a platform has the names by which images are found, as far as they are literals.
    pub(super) fn platform(&mut self, platform: &Platform, unchecked: bool) -> bool {
        let parsed = match platform {
            Platform::Text(Text::Literal(literal)) => GrammarPlatform::parse(&literal.value()),
            // Words that are no platform at all are unknown constants, which rustc reports.
            Platform::Words { .. } => match GrammarPlatform::parse(&platform.to_string()) {
                Ok(platform) => Ok(platform),
                Err(_) => return true,
            },
            Platform::Text(_) | Platform::Unknown { .. } | Platform::Missing => return true,
        };
        let checked = parsed.and_then(|parsed| if unchecked { Ok(()) } else { parsed.check_names() });
        match (&checked, platform) {
            (Err(invalid), Platform::Text(Text::Literal(literal))) => self.invalid(literal, invalid),
            (Err(invalid), platform) => self.errors.at(platform, invalid),
            (Ok(()), _) => {}
        }
        checked.is_ok()
    }

    /// Checks a content, and the labels in it.
    pub(super) fn content(&mut self, content: &mut Content) {
        match content {
            Content::Text(text) => self.text(text),
            Content::Bytes(label, property) => {
                if !self.property(label, property) {
                    *content = Content::Missing;
                }
            }
            Content::Json(value) => self.json(value),
            Content::Expr(_) | Content::Missing => {}
        }
    }
}

/// The platform of a manifest, if literals give it. `None` if it is known only at run time, if the manifest is not an
/// image's, or if it is `unknown/unknown`, with or without a version, which may be repeated.
pub(super) fn platform(node: &Node) -> Option<String> {
    if node.kind != BlockKind::Manifest || node.is_unchecked() {
        return None;
    }
    let refined = refined(&node.items)?;
    let platform = match &node.platform {
        None => "linux/amd64".to_owned(),
        Some(platform @ Platform::Words { .. }) => platform.to_string(),
        Some(Platform::Text(Text::Literal(literal))) => {
            GrammarPlatform::parse(&literal.value()).ok()?.to_string()
        }
        Some(_) => return None,
    };
    let is_unknown = GrammarPlatform::parse(&platform)
        .is_ok_and(|platform| platform.os() == os::unknown && platform.architecture() == arch::unknown);
    (!is_unknown).then(|| format!("{platform}{refined}"))
}

/// The version of the operating system that the items of a manifest add to its platform, behind a space. `None` if it is
/// known only at run time, or if the manifest is not an image's.
fn refined(items: &Items) -> Option<String> {
    let mut refined = String::new();
    for item in items {
        match item {
            Item::Field(field) if field.name == "artifact_type" || field.name == "descriptor" => return None,
            Item::Node(node) if node.kind == BlockKind::Config && node.media_type.is_some() => return None,
            Item::Node(node) if node.kind == BlockKind::Config => {
                for item in &node.items {
                    match item {
                        Item::Field(Field {
                            name,
                            value: Value::Json(Json::Text(Text::Literal(version))),
                            ..
                        }) if name == "os_version" => {
                            refined = format!(" {}", version.value());
                        }
                        Item::Field(field) if field.name == "os_version" || field.name == "os_features" => {
                            return None;
                        }
                        Item::For(_) | Item::If(_) => return None,
                        _ => {}
                    }
                }
            }
            Item::Again(_)
            | Item::For(_)
            | Item::If(_)
            | Item::Splice(_)
            | Item::Alone(_)
            | Item::From(_) => {
                return None;
            }
            _ => {}
        }
    }
    Some(refined)
}

/// The cure for a node that stands where it does not fit.
pub(super) fn belongs(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Layer => "put it into a manifest: `linux/amd64 { layer { ... } }`",
        BlockKind::Config | BlockKind::Blob | BlockKind::Dangling => {
            "put it into a manifest or an `index`, or at the top level"
        }
        _ => "put it at the top level, or into an `index`",
    }
}

/// Whether a layer may have entries whose paths are not in the declaration. It does not matter where they stand: with an
/// entry by the fields of its header, no hard link of the layer needs a target.
fn has_unknown_entries(items: &Items) -> bool {
    all(items).into_iter().any(|item| matches!(item, Item::Header(_) | Item::Splice(_) | Item::Alone(_)))
}
