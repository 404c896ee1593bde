//! Nodes: what they fit in, and what their heads say.

use oci_fixture_grammar::language::Kind;
use oci_fixture_grammar::{Platform as GrammarPlatform, Reference, media_type};
use quote::ToTokens;

use super::seen::{Key, Seen};
use super::{Checker, Place};
use crate::ast::{Content, Field, Item, Items, Node, Platform, Text, Value};

impl Checker<'_> {
    pub(super) fn node(&mut self, node: &mut Node, within: Kind, seen: &mut Seen) {
        let kind = node.kind;
        let mut attributes = Seen::default();
        node.attributes.retain_mut(|attribute| self.attribute_on_node(attribute, kind, &mut attributes));
        self.faults(&node.attributes);
        if within.nodes().contains(&kind) {
            // A reference below the top level is perhaps meant to be the platform.
            let listed = node.reference.is_none() && node.attribute("unlisted").is_none();
            let platform = platform(node).filter(|_| listed);
            self.fits(kind, platform, within, &node.head, seen);
        } else {
            let message = format!("{} does not fit in {}; {}", kind.title(), within.title(), belongs(kind));
            self.errors.at(&node.head, message);
        }
        if let Some(reference) = &mut node.reference {
            self.text(reference);
        }
        self.node_reference(node, within, seen);
        self.node_platform(node, within);
        if let Some(Text::Literal(literal)) = &node.media_type
            && let Err(invalid) = media_type::check(&literal.value())
        {
            self.errors.at(literal, invalid);
        }
        if let Some(content) = &mut node.content {
            self.content(content);
        }
        let mut inner = Seen::default();
        if let Some(unlisted) = node.attribute("unlisted") {
            inner.insert(Key::Unlisted, &unlisted.name);
        }
        let place = Place::new(kind);
        self.items(&mut node.items, place, &mut inner);
        if node.content.is_none() {
            self.required(kind, &inner, &node.head);
        }
        if node.label.as_ref().is_some_and(|label| !self.declare(label)) {
            node.label = None;
        }
    }

    /// A node, or one that stands once more, in a place where such nodes fit.
    pub(super) fn fits(
        &mut self,
        kind: Kind,
        platform: Option<String>,
        within: Kind,
        tokens: &dyn ToTokens,
        seen: &mut Seen,
    ) {
        match (kind, within) {
            (Kind::Config, Kind::Manifest) => {
                let message =
                    "a manifest has one `config`; remove one of the two, or move what it says into the other";
                self.once(seen, &Key::Config, tokens, message);
            }
            (Kind::Layer | Kind::Blob | Kind::Dangling, Kind::Manifest) => {
                let message = format!(
                    "{} stands beside entries without a layer; put those into a `layer {{ ... }}`",
                    kind.title()
                );
                self.apart(seen, [Key::Layers, Key::Entries, Key::Mixed], tokens, &message);
            }
            (Kind::Manifest, Kind::Index) => {
                if let Some(key) = Key::platform(platform.clone()) {
                    let platform = platform.unwrap_or_default();
                    let message = format!(
                        "two manifests of the index are for `{platform}`; remove one, or give it another platform"
                    );
                    self.once(seen, &key, tokens, &message);
                }
            }
            _ => {}
        }
    }

    fn node_reference(&mut self, node: &Node, within: Kind, seen: &mut Seen) {
        let Some(text) = &node.reference else { return };
        if within == Kind::Fixture && node.attribute("unlisted").is_some() {
            self.errors.at(text, "nothing lists an unlisted node, so nothing names it; remove the reference");
        } else if within == Kind::Fixture && node.is_unchecked() {
            // Any text is good.
        } else if let Text::Literal(literal) = text
            && node.platform.is_none()
            && node.kind != Kind::Index
            && let Ok(platform) = GrammarPlatform::parse(&literal.value())
            && platform.is_known()
        {
            let keyword = node.kind.keyword();
            let message = format!(
                "a reference stands here, and this is a platform; write `{keyword} {platform}` for the platform, or `{keyword} \"docker.io/{platform}\"` for the reference"
            );
            self.errors.at(literal, message);
        } else if within == Kind::Fixture {
            self.reference(text, seen);
        } else if let Text::Literal(literal) = text
            && node.kind == Kind::Config
            && media_type::check(&literal.value()).is_ok()
        {
            let literal_token = literal.token();
            let message = format!(
                "a `config` of another type has no block; write `config {literal_token} => CONTENT`, or remove the type"
            );
            self.errors.at(literal, message);
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

    /// The name of an entry of index.json.
    pub(super) fn reference(&mut self, text: &Text, seen: &mut Seen) {
        let Text::Literal(literal) = text else { return };
        match Reference::parse(&literal.value()) {
            Ok(reference) => {
                let reference = reference.or_latest().to_string();
                let message =
                    format!("the reference `{reference}` names two entries of index.json; give each its own");
                self.once(seen, &Key::Reference(reference), literal, &message);
            }
            Err(invalid) => self.errors.at(literal, invalid),
        }
    }

    fn node_platform(&mut self, node: &Node, within: Kind) {
        let Some(platform) = &node.platform else { return };
        if node.kind == Kind::Config && within == Kind::Manifest {
            let message = "a `config` has the platform of its manifest; write it there, and remove it here";
            self.errors.at(platform, message);
        }
        self.platform(platform);
    }

    /// A platform that is written as a string.
    pub(super) fn platform(&mut self, platform: &Platform) {
        if let Platform::Text(Text::Literal(literal)) = platform
            && let Err(invalid) = GrammarPlatform::parse(&literal.value())
        {
            self.errors.at(literal, invalid);
        }
    }

    /// A content outside of a layer.
    pub(super) fn content(&mut self, content: &mut Content) {
        match content {
            Content::Text(text) => self.text(text),
            Content::Json(value) => self.json(value),
            Content::Expr(_) | Content::Missing => {}
        }
    }
}

/// The platform that a manifest surely has; nothing where that is only known at run time, or it is no image.
pub(super) fn platform(node: &Node) -> Option<String> {
    if node.kind != Kind::Manifest || node.is_unchecked() {
        return None;
    }
    let refined = refined(&node.items)?;
    let platform = match &node.platform {
        None => "linux/amd64".to_owned(),
        Some(platform @ Platform::Words(words)) if words.len() > 1 => platform.to_string(),
        Some(Platform::Text(Text::Literal(literal))) => {
            GrammarPlatform::parse(&literal.value()).ok()?.to_string()
        }
        Some(_) => return None,
    };
    Some(format!("{platform}{refined}"))
}

/// What the items of a manifest add to its platform; nothing where that is only known at run time, or the manifest is
/// no image's.
fn refined(items: &Items) -> Option<String> {
    let mut refined = String::new();
    for item in items {
        match item {
            Item::Field(field) if field.name == "artifact_type" || field.name == "descriptor" => return None,
            Item::Node(node) if node.kind == Kind::Config && node.media_type.is_some() => return None,
            Item::Node(node) if node.kind == Kind::Config => {
                for item in &node.items {
                    match item {
                        Item::Field(Field { name, value: Value::Text(Text::Literal(version)), .. })
                            if name == "os_version" =>
                        {
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
            Item::Again(_) | Item::For(_) | Item::If(_) | Item::Splice(_) => return None,
            _ => {}
        }
    }
    Some(refined)
}

/// Where a node does fit.
pub(super) fn belongs(kind: Kind) -> &'static str {
    match kind {
        Kind::Layer => "put it into a manifest: `linux/amd64 { layer { ... } }`",
        Kind::Config | Kind::Blob | Kind::Dangling => {
            "put it into a manifest or an `index`, or at the top level"
        }
        _ => "put it at the top level, or into an `index`",
    }
}
