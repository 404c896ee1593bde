//! Prints the nodes of a fixture.

#![allow(
    clippy::unused_self,
    clippy::ref_option,
    reason = "all functions that print have the same signature"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::page::{Group, SourcePiece};
use super::stop::{Early, PrintStop, Printed, Unprinted};
use super::stored::diff_id;
use crate::declare::content::Content;
use crate::declare::context::Context;
use crate::declare::edits::Edits;
use crate::declare::encoded::SealedNode;
use crate::declare::extra_file::{ExtraBody, ExtraFile};
use crate::declare::fault::Fault;
use crate::declare::fixture::{FixtureData, LayoutContent};
use crate::declare::graph::{DeclaredNode, Edge, NodeKind};
use crate::declare::head::Head;
use crate::declare::manifest::ManifestData;
use crate::declare::map::Map;
use crate::declare::text::Text;
use crate::declare::value::Value;
use crate::digest::DigestAlgorithm;
use crate::seal::plan::Plan;

/// The largest depth of nodes in a text. A deeper index is declared at the beginning, and used by its label.
const DEEP: usize = 16;

/// The largest number of bytes of a content in the text itself. A larger content is a file beside the text.
pub(super) const INLINE: u64 = 1024;

/// Prints one fixture. It stops at a part that it cannot print yet, or cannot print at all.
///
/// A property of a node without a label is printed as its sealed value: the digest, the size, or the bytes.
pub(super) struct Printer<'f> {
    /// The labels of the nodes that are declared already.
    pub(super) labels: HashMap<*const DeclaredNode, String>,
    names: HashSet<String>,
    /// The large contents, by the names of their files. `None` if contents are cut off, and no file is read.
    pub(super) files: Option<BTreeMap<String, Content>>,
    /// The nodes that are declared at the beginning, because they are mentioned before their place, or are too deep.
    first: Vec<Early<'f>>,
    /// The manifest whose config is printed.
    pub(super) of_manifest: Option<&'f ManifestData>,
    /// While a field is printed before the nodes of its block: these nodes.
    behind: Option<&'f [Edge]>,
    /// The largest number of bytes of a content that is printed in the text itself.
    pub(super) inline: u64,
    plan: &'f Plan<'f>,
    /// The sealed nodes of the plan. `None` until a value or a node is printed as it was sealed.
    sealed: Option<&'f [SealedNode]>,
}

/// The attributes that a node inherits from the node in which it is declared first.
#[derive(Clone, Copy, Default)]
pub(super) struct Inherited {
    pub(super) docker: bool,
    pub(super) sha512: bool,
}

/// The nodes that are reached from `edges` through nodes that satisfy a condition, and that satisfy it themselves.
fn reached(roots: &[Edge], is_way: impl Fn(&DeclaredNode) -> bool) -> HashSet<*const DeclaredNode> {
    let mut reached = HashSet::new();
    let mut rest: Vec<&Edge> = roots.iter().collect();
    while let Some(edge) = rest.pop() {
        if is_way(&edge.node) && reached.insert(Arc::as_ptr(&edge.node)) {
            rest.extend(edge.node.edges());
        }
    }
    reached
}

/// A function that prints a field: before the nodes of its block, or behind them if the field mentions one of them.
pub(super) type Field<'f, 'p> = Box<dyn Fn(&mut Printer<'f>) -> Printed<'f, Option<SourcePiece>> + 'p>;

impl<'f> Printer<'f> {
    pub(super) fn new(
        plan: &'f Plan<'f>,
        sealed: Option<&'f [SealedNode]>,
        first: Vec<Early<'f>>,
        files: Option<BTreeMap<String, Content>>,
    ) -> Self {
        let (labels, names) = (HashMap::new(), HashSet::new());
        let (of_manifest, behind, inline) = (None, None, INLINE);
        Self { labels, names, files, first, of_manifest, behind, inline, plan, sealed }
    }

    /// The context of the sealed nodes.
    pub(super) fn context(&self) -> Printed<'f, Context<'f>> {
        match self.sealed {
            Some(sealed) => Ok(self.plan.context(None, sealed)),
            None => Err(PrintStop::Unprinted(Unprinted::Unsealed)),
        }
    }

    /// The inherited or own attributes with which a node is sealed.
    pub(super) fn properties(&self, edge: &Edge) -> Inherited {
        let step = self.plan.step_of(edge).and_then(|step| self.plan.steps.get(step));
        step.map_or_else(Inherited::default, |step| Inherited {
            docker: step.docker,
            sha512: step.algorithm == DigestAlgorithm::Sha512,
        })
    }

    /// Whether the node is the config of an image in a manifest. Such a config has the `diff_id`s of the layers of the manifest
    /// in which it is declared first.
    fn is_of_manifest(&self, edge: &Edge) -> bool {
        let step = self.plan.step_of(edge).and_then(|step| self.plan.steps.get(step));
        matches!(&edge.node.kind, NodeKind::Config(config) if config.is_image())
            && step.is_some_and(|step| step.manifest.is_some())
    }

    /// The items of the top level.
    pub(super) fn fixture(&mut self) -> Printed<'f, Vec<SourcePiece>> {
        let FixtureData { edges, is_random: _, annotations, edits, layout, files } = self.plan.fixture;
        let layout = move |printer: &mut Self| {
            Ok(match layout {
                LayoutContent::Usual => None,
                LayoutContent::Other(content) => Some(printer.content(content)?.behind("oci_layout: ")),
                LayoutContent::None => Some(SourcePiece::text("oci_layout: null")),
            })
        };
        let mut fields = vec![map("annotations", annotations)];
        fields.extend(edited(edits));
        fields.push(Box::new(layout));
        for file in files {
            fields.push(Box::new(move |printer| printer.extra_file(file).map(Some)));
        }
        let mut pieces = Vec::new();
        self.block(fields, edges, &mut pieces, |printer, pieces| {
            let stored = reached(edges, |node| !node.faults.contains(&Fault::Missing));
            for early in printer.first.clone() {
                let mut piece = printer.node(early.0, Inherited::default(), false, 1)?;
                // A node that only missing nodes list is not stored. To keep it so, it is declared in a missing index.
                if !stored.contains(&Arc::as_ptr(&early.0.node)) {
                    piece = SourcePiece::group("index", Group::braces(vec![piece])).node();
                    piece.attributes.push("#[missing]".to_owned());
                }
                piece.attributes.push("#[unlisted]".to_owned());
                pieces.push(piece);
            }
            for edge in edges {
                pieces.extend(printer.edge(edge, Inherited::default(), true, 1)?);
            }
            Ok(())
        })?;
        Ok(pieces)
    }

    /// A further file of the layout.
    fn extra_file(&mut self, file: &'f ExtraFile) -> Printed<'f> {
        let ExtraFile { path, body, unchecked } = file;
        let path = self.text(path)?;
        let mut piece = match body {
            ExtraBody::Content(content) => self.content(content)?.behind(&format!("file {path} => ")),
            ExtraBody::Symlink(target) => SourcePiece::text(format!("file {path} -> {}", self.text(target)?)),
        };
        piece.attributes.extend(unchecked.then(|| "#[unchecked]".to_owned()));
        Ok(piece)
    }

    /// Prints a part before the nodes of its block. `None` if the part mentions one of these nodes, so that it must be printed
    /// behind them.
    pub(super) fn before<T>(
        &mut self,
        edges: &'f [Edge],
        print: impl FnOnce(&mut Self) -> Printed<'f, T>,
    ) -> Printed<'f, Option<T>> {
        self.behind = Some(edges);
        let printed = print(self);
        self.behind = None;
        match printed {
            Err(PrintStop::Behind) => Ok(None),
            printed => printed.map(Some),
        }
    }

    /// The fields of a block and its nodes.
    pub(super) fn block(
        &mut self,
        fields: Vec<Field<'f, '_>>,
        edges: &'f [Edge],
        pieces: &mut Vec<SourcePiece>,
        nodes: impl FnOnce(&mut Self, &mut Vec<SourcePiece>) -> Printed<'f, ()>,
    ) -> Printed<'f, ()> {
        let mut behind = Vec::new();
        for field in fields {
            match self.before(edges, &field)? {
                Some(piece) => pieces.extend(piece),
                None => behind.push(field),
            }
        }
        nodes(self, pieces)?;
        for field in behind {
            pieces.extend(field(self)?);
        }
        Ok(())
    }

    /// The piece by which a parent lists a node. `None` for a node that is declared already, and that the parent does not list.
    pub(super) fn edge(
        &mut self,
        edge: &'f Edge,
        inherited: Inherited,
        is_root: bool,
        depth: usize,
    ) -> Printed<'f, Option<SourcePiece>> {
        let Some(label) = self.labels.get(&Arc::as_ptr(&edge.node)).cloned() else {
            return self.node(edge, inherited, true, depth).map(Some);
        };
        let listing = &edge.listing;
        if listing.unlisted {
            return Ok(None);
        }
        // The use of a label cannot have these properties, so the node is declared again, with the same bytes.
        if listing.reference.is_some() && !is_root
            || listing.unchecked
                && match &edge.node.kind {
                    NodeKind::Manifest(_) => true,
                    NodeKind::Index(_) | NodeKind::Config(_) => listing.reference.is_some(),
                    _ => false,
                }
        {
            return self.node(edge, inherited, true, depth).map(Some);
        }
        let text = match &listing.reference {
            Some(reference) => format!("tag {} => '{label}", self.text(reference)?),
            None => format!("'{label}"),
        };
        let mut fields = match &listing.descriptor {
            Some(descriptor) => self.descriptor_fields(descriptor, false)?,
            None => Vec::new(),
        };
        if listing.reference.is_some() && listing.descriptor.is_none() {
            fields.extend(self.taken_away(&edge.node)?);
        }
        let descriptor =
            (!fields.is_empty()).then(|| SourcePiece::group("descriptor:", Group::braces(fields)));
        Ok(Some(
            match descriptor {
                Some(descriptor) => SourcePiece::group(text, Group::braces(vec![descriptor])),
                None => SourcePiece::text(text),
            }
            .node(),
        ))
    }

    /// A node with everything in it.
    pub(super) fn node(
        &mut self,
        edge: &'f Edge,
        inherited: Inherited,
        listed: bool,
        depth: usize,
    ) -> Printed<'f> {
        let node = &*edge.node;
        let below = self.properties(edge);
        // No attribute removes an inherited attribute, or gives a config the layers of another manifest.
        let is_other = inherited.sha512 && !below.sha512 && has_algorithm(node)
            || inherited.docker && !below.docker && is_document(node)
            || self.of_manifest.is_none() && self.is_of_manifest(edge);
        // These have no reference, so a tag stands behind their place.
        let is_tagged = listed
            && edge.listing.reference.is_some()
            && matches!(node.kind, NodeKind::Blob(_) | NodeKind::Dangling(_) | NodeKind::Copied(_));
        if depth > DEEP && matches!(node.kind, NodeKind::Index(_)) || is_other || is_tagged {
            return Err(self.early(edge));
        }
        let reference = match &edge.listing.reference {
            Some(reference) if listed => format!(" {}", self.text(reference)?),
            _ => String::new(),
        };
        let piece = match &node.kind {
            NodeKind::Index(data) => {
                let mut fields = self.head(&data.head);
                fields.push(described(edge, listed));
                let mut pieces = Vec::new();
                self.block(fields, &data.edges, &mut pieces, |printer, pieces| {
                    for edge in &data.edges {
                        pieces.extend(printer.edge(edge, below, false, depth + 1)?);
                    }
                    Ok(())
                })?;
                SourcePiece::group(format!("index{reference}"), Group::braces(pieces))
            }
            NodeKind::Manifest(data) => self.manifest(data, edge, &reference, below, listed, depth)?,
            NodeKind::Config(data) => self.config(data, edge, &reference, listed)?,
            NodeKind::Layer(_) if is_bytes_alone(node) => {
                let described = described(edge, listed)(self)?;
                self.encoded_layer(edge, described)?
            }
            NodeKind::Layer(data) => self.layer(data, edge, listed)?,
            NodeKind::Blob(data) => {
                let text = format!("blob {}", self.constant(&data.media_type)?);
                let descriptor = described(edge, listed)(self)?;
                if descriptor.is_none() && !data.diff_id.is_some() {
                    self.content(&data.content)?.behind(&format!("{text} => "))
                } else {
                    let mut pieces = vec![self.content(&data.content)?.behind("content: ")];
                    pieces.extend(self.diff_id(&data.diff_id)?);
                    pieces.extend(descriptor);
                    SourcePiece::group(text, Group::braces(pieces))
                }
            }
            NodeKind::Dangling(_) if described(edge, listed)(self)?.is_some() => {
                // A `dangling` has no `descriptor:`. Its later places do not have that of this place, so there is no label here.
                let fields = self.sealed_descriptor(edge, diff_id(self.sealed_node(edge)?, true))?;
                let mut piece = SourcePiece::group("dangling", Group::braces(fields));
                piece.attributes = self.attributes(edge, inherited, listed)?;
                return Ok(piece.node());
            }
            NodeKind::Dangling(descriptor) => {
                let pieces = self.descriptor_fields(descriptor, true)?;
                SourcePiece::group("dangling", Group::braces(pieces))
            }
            NodeKind::Copied(data) => self.copied(data, edge, listed)?,
            NodeKind::TooDeep(_) => {
                return Err(PrintStop::unsayable("nodes are nested too deep"));
            }
        };
        let label = match node.label() {
            Some(label) => Some(self.declare(node, label)),
            None if !listed => Some(self.declare(node, node.keyword())),
            None => None,
        };
        let mut piece = match label {
            Some(label) => piece.behind(&format!("'{label}: ")),
            None => piece,
        };
        piece.attributes = self.attributes(edge, inherited, listed)?;
        Ok(piece.node())
    }

    /// Gives a node its label, under which all later parts mention it.
    pub(super) fn declare(&mut self, node: &DeclaredNode, label: &str) -> String {
        let mut name: String = label
            .chars()
            .map(|character| if character.is_alphanumeric() { character } else { '_' })
            .collect();
        let is_word = name.chars().next().is_some_and(|first| first.is_ascii_lowercase() || first == '_')
            && name.is_ascii()
            && name != "_"
            && syn_word(&name);
        if !is_word {
            name = format!("node_{}", name.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
        }
        let mut unique = name.clone();
        let mut number = 2;
        while !self.names.insert(unique.clone()) {
            unique = format!("{name}{number}");
            number += 1;
        }
        self.labels.insert(std::ptr::from_ref(node), unique.clone());
        unique
    }

    pub(super) fn head(&self, head: &'f Head) -> Vec<Field<'f, 'f>> {
        let Head { docker: _, artifact_type, subject, annotations, edits } = head;
        let mut fields: Vec<Field<'f, 'f>> = vec![
            Box::new(move |printer| printer.optional("artifact_type", artifact_type)),
            Box::new(move |printer| subject.as_ref().map(|subject| printer.subject(subject)).transpose()),
            map("annotations", annotations),
        ];
        fields.extend(edited(edits));
        fields
    }

    pub(super) fn optional(
        &mut self,
        name: &str,
        text: &'f Option<Text>,
    ) -> Printed<'f, Option<SourcePiece>> {
        let Some(text) = text else { return Ok(None) };
        Ok(Some(SourcePiece::text(format!("{name}: {}", self.text(text)?))))
    }

    pub(super) fn list(&mut self, name: &str, texts: &'f [Text]) -> Printed<'f> {
        let texts = texts.iter().map(|text| self.text(text).map(SourcePiece::text));
        let texts = texts.collect::<Printed<'f, Vec<_>>>()?;
        Ok(SourcePiece::group(format!("{name}:"), Group::brackets(texts)))
    }

    /// The label of a node that is mentioned. `None` if the node can have no label before this place, so that its sealed value is
    /// printed.
    pub(super) fn label(&self, edge: &'f Edge) -> Printed<'f, Option<&str>> {
        let node = Arc::as_ptr(&edge.node);
        if let Some(label) = self.labels.get(&node) {
            return Ok(Some(label));
        }
        if self.behind.is_some_and(|edges| reached(edges, |_| true).contains(&node)) {
            return Err(PrintStop::Behind);
        }
        if Early(edge).is_sayable() { Err(PrintStop::Early(Early(edge))) } else { Ok(None) }
    }

    /// The reason to stop printing: the node must be declared at the beginning, by itself or with the manifest in which it is
    /// declared first.
    pub(super) fn early(&self, edge: &'f Edge) -> PrintStop<'f> {
        if Early(edge).is_sayable() {
            return PrintStop::Early(Early(edge));
        }
        match self.plan.parent_of(edge) {
            Some(parent) => PrintStop::Early(Early(parent)),
            None => PrintStop::unsayable(format!(
                "the place of the {} has another algorithm, or a tag",
                edge.node.keyword()
            )),
        }
    }
}

/// Whether a node that inherits `#[docker]` has a media type of Docker.
pub(super) fn is_document(node: &DeclaredNode) -> bool {
    matches!(node.kind, NodeKind::Index(_) | NodeKind::Manifest(_))
}

/// Whether `#[sha512]` has an effect on the digest of a node. The digest of a dangling descriptor is any text.
pub(super) fn has_algorithm(node: &DeclaredNode) -> bool {
    !matches!(node.kind, NodeKind::Dangling(_))
}

/// The descriptor with which a parent lists a node.
pub(super) fn described(edge: &Edge, listed: bool) -> Field<'_, '_> {
    Box::new(move |printer| match &edge.listing.descriptor {
        Some(descriptor) if listed => printer.descriptor(descriptor),
        _ => Ok(None),
    })
}

pub(super) fn map<'f>(name: &'static str, map: &'f Map) -> Field<'f, 'f> {
    Box::new(move |printer| printer.map(name, map, None, true))
}

pub(super) fn edited<'f>(edits: &'f Edits) -> impl Iterator<Item = Field<'f, 'f>> {
    let values = |name: &'static str, values: &'f [Value]| {
        values.iter().map(move |value| -> Field<'f, 'f> {
            Box::new(move |printer| Ok(Some(printer.value(value)?.behind(&format!("{name}: ")))))
        })
    };
    let raw = edits.raw.iter().map(|raw| -> Field<'f, 'f> {
        Box::new(move |printer| Ok(Some(printer.content(raw)?.behind("raw: "))))
    });
    values("merge", &edits.merge).chain(values("extend", &edits.extend)).chain(raw)
}

/// Whether a lifetime may have this name. Rust allows no lifetime `'if`, and `'static` has a meaning of its own.
fn syn_word(name: &str) -> bool {
    const KEYWORDS: [&str; 52] = [
        "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
        "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
        "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
        "while", "abstract", "become", "box", "do", "final", "gen", "macro", "override", "priv", "try",
        "typeof", "unsized", "virtual", "yield", "raw",
    ];
    !KEYWORDS.contains(&name)
}

/// Whether only the bytes of a node can be printed.
pub(super) fn is_bytes_alone(node: &DeclaredNode) -> bool {
    match &node.kind {
        NodeKind::Layer(layer) => layer.encoder.as_ref().is_some_and(|encoder| encoder.calls().is_none()),
        NodeKind::Manifest(manifest) => manifest.base.is_some(),
        NodeKind::Copied(_) => true,
        NodeKind::Index(_)
        | NodeKind::Config(_)
        | NodeKind::Blob(_)
        | NodeKind::Dangling(_)
        | NodeKind::TooDeep(_) => false,
    }
}
