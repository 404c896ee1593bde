//! Parts of an image that must agree: its layers and its history, its config and its artifact type.

use oci_fixture_grammar::language::BlockKind;
use oci_fixture_grammar::{Invalid, history, media_type, tar};
use syn::{Expr, Lit};

use super::Checker;
use crate::ast::{Block, Content, Element, Encoder, Field, Has, Item, Items, Json, Node, Text, Value};
use crate::parse::REFERENCE_OF_A_LAYER;

/// The fields that edit a document, after which its members are not known.
const EDITS: [&str; 3] = ["merge", "extend", "raw"];

impl Checker<'_> {
    /// Checks the media type of a blob, or of a config of another type.
    pub(super) fn node_media_type(&mut self, node: &Node) {
        let Some(Text::Literal(literal)) = &node.media_type else { return };
        if node.is_unchecked() {
            return;
        }
        let text = literal.value();
        if node.kind == BlockKind::Layer {
            let encoder = match &node.encoder {
                None => Some(String::new()),
                Some(Encoder::Named(name)) => Some(name.to_string()),
                Some(Encoder::Expr(_)) => None,
            };
            if !text.contains('/') {
                self.errors.at(literal, REFERENCE_OF_A_LAYER);
            } else if let Err(invalid) = media_type::check_of_tar(&text, encoder.as_deref()) {
                self.invalid(literal, &invalid);
            }
            return;
        }
        let fields = fields(&node.items);
        // A blob with a `diff_id` is a layer on purpose.
        let is_layer = fields.iter().any(|field| field.name == "diff_id");
        let checked = if is_layer { media_type::check(&text) } else { media_type::check_opaque(&text) };
        let is_own = fields.iter().any(|field| field.name == "diff_id" && is_true(&field.value));
        let checked =
            checked.and_then(|()| if is_own { media_type::check_uncompressed(&text) } else { Ok(()) });
        if let Err(invalid) = checked {
            self.invalid(literal, &invalid);
        }
        let contents = fields.into_iter().filter_map(|field| match &field.value {
            Value::Content(content) if field.name == "content" => Some(&**content),
            _ => None,
        });
        for content in contents.chain(&node.content) {
            if text == media_type::EMPTY && is_not_empty(content) {
                self.wrong_content(content, media_type::NOT_EMPTY);
            }
            if is_own
                && media_type::is_tar(&text)
                && let Err(invalid) = check_tar(content)
            {
                self.wrong_content(content, &invalid.to_string());
            }
        }
    }

    /// Checks a manifest, or a config that is in none.
    pub(super) fn image(&mut self, node: &Node, within: BlockKind) {
        match node.kind {
            BlockKind::Manifest => {
                self.empty_config(node);
                self.dangling_layers(node);
                let layers = self.layers(&node.items);
                let configs = node.items.iter().filter_map(|item| match item {
                    Item::Node(config) if config.kind == BlockKind::Config => Some(config),
                    _ => None,
                });
                if let Some(layers) = layers {
                    configs.for_each(|config| self.history(config, layers));
                }
            }
            BlockKind::Dangling => self.own_diff_id(node),
            BlockKind::Config if within != BlockKind::Manifest => self.history(node, 0),
            _ => {}
        }
    }

    /// Refuses the empty config in a manifest without an artifact type.
    fn empty_config(&mut self, node: &Node) {
        let says =
            |field: &Field| field.name == "artifact_type" || EDITS.iter().any(|edit| field.name == edit);
        if !self.is_whole || node.is_unchecked() || fields(&node.items).into_iter().any(says) {
            return;
        }
        for item in all(&node.items) {
            if let Item::Node(config) = item
                && config.kind == BlockKind::Config
                && !config.is_unchecked()
                && let Some(Text::Literal(literal)) = &config.media_type
                && literal.value() == media_type::EMPTY
            {
                self.errors.at(literal, media_type::NO_ARTIFACT_TYPE);
            }
        }
    }

    /// Refuses, in an image, a dangling descriptor with the media type of a layer and without a `diff_id`.
    fn dangling_layers(&mut self, manifest: &Node) {
        let says =
            |field: &Field| field.name == "artifact_type" || EDITS.iter().any(|edit| field.name == edit);
        if !self.is_whole || manifest.is_unchecked() || fields(&manifest.items).into_iter().any(says) {
            return;
        }
        let all = all(&manifest.items);
        // The config of this manifest may have `diff_ids` that do not follow from the layers.
        let is_other = all.iter().any(|item| match item {
            Item::Again(_) | Item::Splice(_) => true,
            Item::Node(node) if node.kind == BlockKind::Config => {
                node.media_type.is_some()
                    || fields(&node.items).iter().any(|field| field.name == "diff_ids" || field.name == "raw")
            }
            _ => false,
        });
        for item in all.into_iter().filter(|_| !is_other) {
            if let Item::Node(node) = item
                && node.kind == BlockKind::Dangling
                && !node.is_unchecked()
                && node.has("unlisted") == Has::Never
            {
                self.dangling_layer(node);
            }
        }
    }

    fn dangling_layer(&mut self, node: &Node) {
        let fields = fields(&node.items);
        if fields.iter().any(|field| field.name == "diff_id") {
            return;
        }
        for field in fields.iter().filter(|field| field.name == "media_type") {
            if let Value::Json(Json::Text(Text::Literal(literal))) = &field.value
                && let Err(invalid) = media_type::check_no_layer(&literal.value())
            {
                self.errors.at(literal, invalid);
            }
        }
    }

    /// Checks the `diff_id` of a dangling descriptor.
    fn own_diff_id(&mut self, node: &Node) {
        let fields = fields(&node.items);
        if node.is_unchecked() || !fields.iter().any(|field| field.name == "diff_id" && is_true(&field.value))
        {
            return;
        }
        for field in fields.iter().filter(|field| field.name == "media_type") {
            if let Value::Json(Json::Text(Text::Literal(literal))) = &field.value
                && let Err(invalid) = media_type::check_uncompressed(&literal.value())
            {
                self.errors.at(literal, invalid);
            }
        }
    }

    /// Refuses a history that has another number of steps with a layer than the image has layers.
    fn history(&mut self, config: &Node, layers: usize) {
        let is_edit = |field: &Field| field.name == "diff_ids" || EDITS.iter().any(|edit| field.name == edit);
        if !self.is_whole || config.is_unchecked() || fields(&config.items).into_iter().any(is_edit) {
            return;
        }
        for item in &config.items {
            if let Item::Field(Field { name, value: Value::Blocks(_, steps), .. }) = item
                && name == "history"
                && !steps.is_empty()
                && let Some(steps) = steps.iter().map(has_layer).collect::<Option<Vec<bool>>>()
                && let Err(invalid) = history::check(steps.into_iter().filter(|has| *has).count(), layers)
            {
                self.errors.at(name, invalid);
            }
        }
    }

    /// The number of layers that have a `diff_id`. `None` if it is known only at run time.
    fn layers(&mut self, items: &Items) -> Option<usize> {
        let (mut layers, mut has_entries) = (0, false);
        for item in items {
            match item {
                Item::Node(node) if node.has("unlisted") == Has::Always => {}
                Item::Node(node) if node.has("unlisted") == Has::Perhaps => return None,
                Item::Node(node) => match node.kind {
                    BlockKind::Layer => layers += 1,
                    BlockKind::Blob | BlockKind::Dangling => {
                        layers +=
                            usize::from(fields(&node.items).iter().any(|field| field.name == "diff_id"));
                    }
                    _ => {}
                },
                Item::Again(again) => match self.labels.kind(&again.label)? {
                    BlockKind::Layer => layers += 1,
                    BlockKind::Config => {}
                    _ => return None,
                },
                Item::Entry(_) | Item::Header(_) => has_entries = true,
                Item::For(_) | Item::If(_) | Item::Splice(_) | Item::Alone(_) | Item::From(_) => return None,
                Item::Tag(_) | Item::Field(_) | Item::File(_) => {}
            }
        }
        Some(layers + usize::from(has_entries))
    }
}

/// The items of a node, with those in its `for`s and `if`s.
pub(super) fn all(items: &Items) -> Vec<&Item> {
    let mut all = Vec::new();
    for item in items {
        match item {
            Item::For(flow) => all.extend(self::all(&flow.items)),
            Item::If(flow) => {
                all.extend(self::all(&flow.then));
                all.extend(flow.otherwise.iter().flat_map(self::all));
            }
            item => all.push(item),
        }
    }
    all
}

/// The fields of a node, with those in its `for`s and `if`s.
pub(super) fn fields(items: &Items) -> Vec<&Field> {
    let fields = all(items).into_iter().filter_map(|item| match item {
        Item::Field(field) => Some(field),
        _ => None,
    });
    fields.collect()
}

/// Whether the value is the literal `true`.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Json(Json::Text(Text::Expr(Expr::Lit(literal)))) => {
            matches!(&literal.lit, Lit::Bool(literal) if literal.value)
        }
        _ => false,
    }
}

/// Whether a step of a history made a layer. `None` if it is known only at run time.
fn has_layer(step: &Element) -> Option<bool> {
    let Element::Block(Block { items, .. }) = step else { return None };
    let mut has_layer = true;
    for item in items {
        match item {
            Item::Field(field) if field.name == "empty_layer" => match &field.value {
                Value::Json(Json::Text(Text::Expr(Expr::Lit(literal)))) => match &literal.lit {
                    Lit::Bool(is_empty) => has_layer = !is_empty.value,
                    _ => return None,
                },
                _ => return None,
            },
            Item::Field(_) => {}
            _ => return None,
        }
    }
    Some(has_layer)
}

/// Checks that a content can be a tar, as far as that is known from its tokens.
fn check_tar(content: &Content) -> Result<(), Invalid> {
    match content {
        Content::Expr(Expr::Lit(literal)) => match &literal.lit {
            Lit::Str(text) => tar::check(text.value().as_bytes(), text.value().len() as u64),
            Lit::ByteStr(bytes) => tar::check(&bytes.value(), bytes.value().len() as u64),
            _ => Ok(()),
        },
        // `'label.bytes` and an expression may be tars.
        Content::Expr(_)
        | Content::Bytes(..)
        | Content::Json(Json::Text(Text::Expr(_)))
        | Content::Missing => Ok(()),
        Content::Json(_) | Content::Text(_) => tar::check(b"", 0),
    }
}

/// Whether a content is certainly not `{}`.
fn is_not_empty(content: &Content) -> bool {
    match content {
        Content::Expr(Expr::Lit(literal)) => match &literal.lit {
            Lit::Str(text) => text.value() != "{}",
            Lit::ByteStr(bytes) => bytes.value() != b"{}",
            _ => false,
        },
        Content::Json(Json::Map(_, pairs)) => !pairs.is_empty(),
        Content::Json(Json::Text(Text::Expr(_))) | Content::Expr(_) | Content::Missing => false,
        Content::Json(_) | Content::Text(_) | Content::Bytes(..) => true,
    }
}
