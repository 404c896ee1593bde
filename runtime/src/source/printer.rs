//! Prints the nodes of a fixture.

#![allow(clippy::unused_self, clippy::ref_option, reason = "all that prints is called alike")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use oci_fixture_grammar::platform::{arch, os, variant};
use oci_fixture_grammar::{Platform, annotation};

use super::Unsayable;
use super::literal;
use super::page::{Group, SourcePiece};
use super::stored::{is_bytes_alone, is_unchecked_blob};
use super::words::INLINE;
use crate::declare::config::ConfigData;
use crate::declare::content::Content;
use crate::declare::context::Context;
use crate::declare::descriptor::{Data, Descriptor, Embedded};
use crate::declare::diff_id::{Added, DiffId};
use crate::declare::edits::Edits;
use crate::declare::encoded::SealedNode;
use crate::declare::extra_file::{ExtraBody, ExtraFile};
use crate::declare::fault::Fault;
use crate::declare::fixture::{FixtureData, LayoutContent};
use crate::declare::graph::{DeclaredNode, Edge, NodeKind};
use crate::declare::head::Head;
use crate::declare::history::History;
use crate::declare::http::{Http, Word};
use crate::declare::layer::LayerData;
use crate::declare::manifest::ManifestData;
use crate::declare::map::Map;
use crate::declare::platform;
use crate::declare::subject::Subject;
use crate::declare::text::Text;
use crate::declare::value::Value;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, Result};
use crate::seal::plan::Plan;

/// The most nodes that stand within one another in a text. A deeper one is declared before, and stands there by its label.
const DEEP: usize = 16;

/// The encoder of a layer that declares none.
const PLAIN: &str = "Plain::new()";

/// Prints one fixture. It stops at what it cannot print yet, or not at all.
///
/// What a mention of a node has no label for is the sealed value of the node: its digest, its size, its bytes.
pub(super) struct Printer<'f> {
    /// The labels of the nodes that are declared already.
    labels: HashMap<*const DeclaredNode, String>,
    names: HashSet<String>,
    /// The large contents, by the names of their files. `None` where contents are cut off, and no file is read.
    pub(super) files: Option<BTreeMap<String, Content>>,
    /// The nodes that are declared at the beginning, because they are mentioned before their place or are deep.
    first: Vec<Early<'f>>,
    /// The manifest whose config is printed.
    of_manifest: Option<&'f ManifestData>,
    /// The nodes of the block before which a field is printed, with all below them.
    behind: Option<&'f [Edge]>,
    /// The most bytes of a content that stands in the text itself.
    pub(super) inline: u64,
    plan: &'f Plan<'f>,
    /// The sealed nodes of the plan. `None` until a value or a node is printed as it was sealed.
    sealed: Option<&'f [SealedNode]>,
}

/// A node that is declared at the beginning.
#[derive(Clone, Copy)]
pub(super) struct Early<'f>(pub(super) &'f Edge);

/// The properties that a node takes from the node in which it is declared first, unless it has them itself.
#[derive(Clone, Copy, Default)]
pub(super) struct Inherited {
    docker: bool,
    sha512: bool,
}

/// The nodes that satisfy a condition, and to which nodes lead that satisfy it.
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

/// Why printing stopped.
pub(super) enum PrintStop<'f> {
    /// The field mentions a node of its own block, so it stands behind that node.
    Behind,
    /// The node must be declared before.
    Early(Early<'f>),
    Unprinted(Unprinted),
}

/// Why a fixture is not printed.
pub(super) enum Unprinted {
    /// A value or a node is printed as it was sealed.
    Unsealed,
    /// The language has no form for what the builders made.
    Unsayable(String),
    Failed(Error),
}

impl PrintStop<'_> {
    pub(super) fn unsayable(what: impl Into<String>) -> Self {
        Self::Unprinted(Unprinted::Unsayable(what.into()))
    }

    pub(super) fn failed(error: std::io::Error) -> Self {
        Self::Unprinted(Unprinted::Failed(Error::recipe(error)))
    }

    pub(super) fn into_unprinted(self) -> Unprinted {
        match self {
            Self::Unprinted(unprinted) => unprinted,
            Self::Behind | Self::Early(_) => {
                Unprinted::Unsayable("a node is mentioned before its place".to_owned())
            }
        }
    }
}

impl Unprinted {
    pub(super) fn into_unsayable(self) -> Result<Unsayable> {
        match self {
            Self::Unsealed => Ok(Unsayable("a value is known only once it is sealed".to_owned())),
            Self::Unsayable(what) => Ok(Unsayable(what)),
            Self::Failed(error) => Err(error),
        }
    }
}

pub(super) type Printed<'f, T = SourcePiece> = Result<T, PrintStop<'f>>;

/// A field that is printed before the nodes of its block, or behind them if it mentions one of them.
type Field<'f, 'p> = Box<dyn Fn(&mut Printer<'f>) -> Printed<'f, Option<SourcePiece>> + 'p>;

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

    /// The properties with which a node is sealed.
    fn properties(&self, edge: &Edge) -> Inherited {
        let step = self.plan.step_of(edge).and_then(|step| self.plan.steps.get(step));
        step.map_or_else(Inherited::default, |step| Inherited {
            docker: step.docker,
            sha512: step.algorithm == DigestAlgorithm::Sha512,
        })
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
                // Where only missing nodes list a node, it is not stored, and neither may it be at the beginning.
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

    /// What stands before the nodes of a block; `None` if it mentions one of them, and so stands behind it.
    fn before<T>(
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
    fn block(
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

    /// How a parent lists a node; `None` for a node that is stored already, and that the parent does not list.
    fn edge(
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
        // A label that is used again has none of these, so the node is declared again. Its bytes are the same.
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

    /// A node with all that is in it.
    fn node(&mut self, edge: &'f Edge, inherited: Inherited, listed: bool, depth: usize) -> Printed<'f> {
        let node = &*edge.node;
        let below = self.properties(edge);
        // No attribute takes away what a node inherits from its place.
        let is_other = inherited.sha512 && !below.sha512 && has_algorithm(node)
            || inherited.docker && !below.docker && is_document(node);
        if depth > DEEP && matches!(node.kind, NodeKind::Index(_)) || is_other {
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
            NodeKind::Dangling(descriptor) => {
                let mut pieces = self.descriptor_fields(descriptor, true)?;
                pieces.extend(described(edge, listed)(self)?);
                SourcePiece::group("dangling", Group::braces(pieces))
            }
            NodeKind::Copied(data) => self.copied(data, edge, listed)?,
            NodeKind::TooDeep(_) => {
                return Err(PrintStop::unsayable("too many nodes stand in one another"));
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

    /// The annotations of a reference that a dangling node takes away wherever it stands.
    fn taken_away(&mut self, node: &'f DeclaredNode) -> Printed<'f, Option<SourcePiece>> {
        let NodeKind::Dangling(descriptor) = &node.kind else { return Ok(None) };
        let mut keys = Vec::new();
        for (key, value) in &descriptor.data_of().annotations.0 {
            if value.is_none() {
                keys.push(SourcePiece::text(format!("{}: null", self.constant(key)?)));
            }
        }
        Ok((!keys.is_empty()).then(|| SourcePiece::group("annotations:", Group::braces(keys))))
    }

    /// Names a node for all that follows.
    fn declare(&mut self, node: &DeclaredNode, label: &str) -> String {
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

    fn attributes(&mut self, edge: &'f Edge, inherited: Inherited, listed: bool) -> Printed<'f, Vec<String>> {
        let node = &*edge.node;
        let mut attributes = Vec::new();
        let sealed = self.properties(edge);
        if node.is_docker() || sealed.docker && !inherited.docker && is_document(node) {
            attributes.push("#[docker]".to_owned());
        }
        if node.sha512 || sealed.sha512 && !inherited.sha512 && has_algorithm(node) {
            attributes.push("#[sha512]".to_owned());
        }
        let unchecked = match &node.kind {
            NodeKind::Copied(copied) => is_unchecked_blob(copied),
            // The attribute is of the entries, which a blob has not got.
            NodeKind::Layer(_) if is_bytes_alone(node) => false,
            _ => node.unchecked || edge.listing.unchecked,
        };
        if unchecked {
            attributes.push("#[unchecked]".to_owned());
        }
        for fault in &node.faults {
            attributes.push(match fault {
                Fault::Missing | Fault::Truncate(_) | Fault::Flip(_) => fault.to_string(),
                Fault::Prepend(content) => format!("#[prepend = {}]", self.content(content)?.flat()),
                Fault::Append(content) => format!("#[append = {}]", self.content(content)?.flat()),
                Fault::Replace(content) => format!("#[replace = {}]", self.content(content)?.flat()),
            });
        }
        for http in &node.http {
            attributes.push(self.http(http)?);
        }
        if listed && edge.listing.unlisted {
            attributes.push("#[unlisted]".to_owned());
        }
        Ok(attributes)
    }

    fn diff_id(&mut self, diff_id: &'f DiffId) -> Printed<'f, Option<SourcePiece>> {
        Ok(match &diff_id.0 {
            Added::Nothing => None,
            Added::Own => Some(SourcePiece::text("diff_id: true")),
            Added::Text(text) => Some(SourcePiece::text(format!("diff_id: {}", self.text(text)?))),
        })
    }

    fn http(&mut self, http: &'f Http) -> Printed<'f, String> {
        let mut words = Vec::with_capacity(http.0.len());
        for word in &http.0 {
            words.push(match word {
                Word::Method(method) => format!("method = {}", self.constant(method)?),
                Word::Header(name, value) => {
                    format!("header({}, {})", self.constant(name)?, self.value(value)?.flat())
                }
                Word::Body(content) => format!("body = {}", self.content(content)?.flat()),
                Word::Raw(content) => format!("raw = {}", self.content(content)?.flat()),
                Word::Redirect(Some(url)) => format!("redirect = {}", self.constant(url)?),
                Word::After(_)
                | Word::Times(_)
                | Word::Status(_)
                | Word::Chunked
                | Word::Cut(_)
                | Word::Reset
                | Word::Stall(..)
                | Word::Rate(_)
                | Word::Redirect(None)
                | Word::Ranges(_) => word.to_string(),
            });
        }
        Ok(format!("#[http({})]", words.join(", ")))
    }

    fn manifest(
        &mut self,
        data: &'f ManifestData,
        edge: &'f Edge,
        reference: &str,
        inherited: Inherited,
        listed: bool,
        depth: usize,
    ) -> Printed<'f> {
        let Some((config, layers)) = data.edges.split_last() else {
            return Err(PrintStop::unsayable("a manifest has no config"));
        };
        let mut fields = self.head(&data.head);
        fields.push(described(edge, listed));
        let mut pieces = Vec::new();
        let is_declared = self.labels.contains_key(&Arc::as_ptr(&config.node));
        self.block(fields, &data.edges, &mut pieces, |printer, pieces| {
            // The config stands first, as people write it, if it says nothing of the layers.
            let first = if is_declared || config.node.label().is_some() {
                None
            } else {
                printer.before(layers, |printer| printer.declared_config(data, config, inherited, depth))?
            };
            let is_first = first.is_some();
            pieces.extend(first.flatten());
            match layers {
                [layer] if printer.is_bare(layer)? => {
                    if let NodeKind::Layer(layer) = &layer.node.kind {
                        pieces.extend(printer.members(layer)?);
                    }
                }
                _ => {
                    for layer in layers {
                        pieces.extend(printer.edge(layer, inherited, false, depth + 1)?);
                    }
                }
            }
            if !is_first {
                pieces.extend(printer.declared_config(data, config, inherited, depth)?);
            }
            Ok(())
        })?;
        let platform = platform::declared(&data.platform).map(|declared| match &data.base {
            // Its config is printed as bytes, so that the manifest has the whole platform.
            Some(_) => declared.clone(),
            None => own_platform(declared, config),
        });
        let platform = platform.map(|platform| self.platform(&platform)).transpose()?;
        let implied = data.head.artifact_type.is_none() && data.is_image();
        let text = match platform {
            Some(platform) if reference.is_empty() => platform,
            Some(platform) if !(implied && platform == "linux/amd64") => {
                format!("manifest{reference} {platform}")
            }
            _ => format!("manifest{reference}"),
        };
        Ok(SourcePiece::group(text, Group::braces(pieces)))
    }

    /// Whether the entries of the only layer can stand in the manifest itself.
    fn is_bare(&mut self, edge: &'f Edge) -> Printed<'f, bool> {
        let node = &*edge.node;
        let listing = &edge.listing;
        let NodeKind::Layer(data) = &node.kind else { return Ok(false) };
        let is_plain = match &data.encoder {
            Some(encoder) => encoder.calls().is_some() && self.encoder(encoder)? == PLAIN,
            None => true,
        };
        Ok(is_plain
            && data.len() > 0
            && data.raw.is_none()
            && data.eof.is_none()
            && data.media_type.is_none()
            && node.label().is_none()
            && node.faults.is_empty()
            && node.http.is_empty()
            && !node.unchecked
            && !node.sha512
            && !listing.unlisted
            && described(edge, true)(self)?.is_none()
            && !self.labels.contains_key(&Arc::as_ptr(&edge.node)))
    }

    /// The config of a manifest; `None` for the one that a manifest has without any.
    fn declared_config(
        &mut self,
        manifest: &'f ManifestData,
        config: &'f Edge,
        inherited: Inherited,
        depth: usize,
    ) -> Printed<'f, Option<SourcePiece>> {
        const IMPLIED: &str =
            "config { env: [\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"] }";
        const EMPTY: &str = "config \"application/vnd.oci.empty.v1+json\" => json {}";
        let implied = if manifest.head.artifact_type.is_some() { EMPTY } else { IMPLIED };
        self.of_manifest = Some(manifest);
        let piece = self.edge(config, inherited, false, depth + 1);
        self.of_manifest = None;
        Ok(piece?.filter(|piece| piece.flat() != implied))
    }

    fn config(&mut self, data: &'f ConfigData, edge: &'f Edge, reference: &str, listed: bool) -> Printed<'f> {
        let descriptor = described(edge, listed)(self)?;
        if self.of_manifest.is_some_and(|manifest| manifest.base.is_some()) {
            return self.config_of_base(edge, descriptor);
        }
        if let Some((media_type, content)) = &data.other {
            // At the top level, a text before a block is a reference, so a label has what else is said of the config.
            if self.of_manifest.is_none() && (descriptor.is_some() || !reference.is_empty()) {
                return Err(self.early(edge));
            }
            let text = format!("config {}", self.constant(media_type)?);
            let content = self.content(content)?;
            return Ok(match descriptor {
                None => content.behind(&format!("{text} => ")),
                Some(descriptor) => {
                    SourcePiece::group(text, Group::braces(vec![content.behind("content: "), descriptor]))
                }
            });
        }
        let ConfigData {
            listing: _,
            faults: _,
            platform,
            other: _,
            created,
            author,
            os_version,
            os_features,
            user,
            exposed_ports,
            env,
            entrypoint,
            cmd,
            volumes,
            working_dir,
            labels,
            stop_signal,
            history,
            diff_ids,
            nulls,
            edits,
            is_random: _,
        } = data;
        // The members of the platform are first, whether the platform or a field has it.
        let mut pieces: Vec<_> = self.optional("os_version", os_version)?.into_iter().collect();
        let platform = match platform::declared(platform) {
            Some(platform) if reference.is_empty() => {
                // A text behind the keyword is a reference, so only words are a platform, and fields have the rest.
                let words = platform.clone().with_os_version("").with_os_features([""; 0]);
                if let Some(version) = platform.os_version().filter(|_| os_version.is_none()) {
                    pieces.push(SourcePiece::text(format!("os_version: {}", literal::text(version))));
                }
                if !platform.os_features().is_empty() && os_features.is_empty() {
                    let features = platform
                        .os_features()
                        .iter()
                        .map(|feature| SourcePiece::text(literal::text(feature)));
                    pieces.push(SourcePiece::group("os_features:", Group::brackets(features.collect())));
                }
                match self.platform(&words)? {
                    words if words.starts_with('"') => {
                        return Err(PrintStop::unsayable(format!(
                            "the platform {words} of a config is no word"
                        )));
                    }
                    words if !pieces.is_empty() && edits.is_raw() => {
                        return Err(PrintStop::unsayable(format!(
                            "the platform {words} of a config has a version"
                        )));
                    }
                    words => format!(" {words}"),
                }
            }
            Some(platform) => format!(" {}", self.platform(platform)?),
            None => String::new(),
        };
        if !os_features.is_empty() {
            pieces.push(self.list("os_features", os_features)?);
        }
        let texts = [("created", created), ("author", author), ("user", user), ("working_dir", working_dir)];
        for (name, text) in texts.into_iter().chain([("stop_signal", stop_signal)]) {
            pieces.extend(self.optional(name, text)?);
        }
        let lists = [("env", env), ("entrypoint", entrypoint), ("cmd", cmd), ("volumes", volumes)];
        for (name, list) in lists.into_iter().chain([("exposed_ports", exposed_ports)]) {
            if !list.is_empty() {
                pieces.push(self.list(name, list)?);
            }
        }
        pieces.extend(map("labels", labels)(self)?);
        pieces.extend(nulls.iter().map(|name| SourcePiece::text(format!("{name}: null"))));
        if !history.is_empty() {
            let steps = history.iter().map(|step| self.history(step)).collect::<Printed<'f, Vec<_>>>()?;
            pieces.push(SourcePiece::group("history:", Group::brackets(steps)));
        }
        if let Some(diff_ids) = diff_ids {
            pieces.push(self.list("diff_ids", diff_ids)?);
        }
        pieces.extend(descriptor);
        for edit in edited(edits) {
            pieces.extend(edit(self)?);
        }
        Ok(SourcePiece::group(format!("config{reference}{platform}"), Group::braces(pieces)))
    }

    fn history(&mut self, step: &'f History) -> Printed<'f> {
        let data = step.data();
        let mut pieces = Vec::new();
        let texts = [
            ("created", &data.created),
            ("created_by", &data.created_by),
            ("author", &data.author),
            ("comment", &data.comment),
        ];
        for (name, text) in texts {
            pieces.extend(self.optional(name, text)?);
        }
        if data.empty_layer {
            pieces.push(SourcePiece::text("empty_layer: true"));
        }
        Ok(SourcePiece::group("", Group::braces(pieces)))
    }

    fn layer(&mut self, data: &'f LayerData, edge: &'f Edge, listed: bool) -> Printed<'f> {
        let encoder = data.encoder.as_ref().map(|encoder| self.encoder(encoder)).transpose()?;
        let encoder = match encoder.as_deref() {
            None | Some(PLAIN) => String::new(),
            Some("Gzip::stored()") => " gzip".to_owned(),
            Some("Zstd::stored()") => " zstd".to_owned(),
            Some(encoder) => format!(" ({encoder})"),
        };
        let text = match &data.media_type {
            Some(media_type) => format!("layer {}{encoder}", self.constant(media_type)?),
            None => format!("layer{encoder}"),
        };
        let mut pieces: Vec<SourcePiece> = described(edge, listed)(self)?.into_iter().collect();
        if let Some(raw) = &data.raw {
            pieces.push(self.content(raw)?.behind("raw: "));
        }
        pieces.extend(self.members(data)?);
        pieces.extend(data.eof.map(|blocks| SourcePiece::text(format!("eof: {blocks}"))));
        Ok(SourcePiece::group(text, Group::braces(pieces)))
    }

    fn head(&self, head: &'f Head) -> Vec<Field<'f, 'f>> {
        let Head { docker: _, artifact_type, subject, annotations, edits } = head;
        let mut fields: Vec<Field<'f, 'f>> = vec![
            Box::new(move |printer| printer.optional("artifact_type", artifact_type)),
            Box::new(move |printer| subject.as_ref().map(|subject| printer.subject(subject)).transpose()),
            map("annotations", annotations),
        ];
        fields.extend(edited(edits));
        fields
    }

    fn subject(&mut self, subject: &'f Subject) -> Printed<'f> {
        let Subject(edge) = subject;
        if let Some(label) = self.label(edge)? {
            return Ok(SourcePiece::text(format!("subject: '{label}")));
        }
        let fields = match &edge.node.kind {
            // The fields of `subject:` have no `#[unchecked]` of their own.
            NodeKind::Dangling(descriptor) if !edge.node.unchecked => {
                self.descriptor_fields(descriptor, true)?
            }
            _ => self.sealed_subject(subject)?,
        };
        Ok(SourcePiece::group("subject:", Group::braces(fields)))
    }

    /// The field `descriptor:`; `None` for one that says nothing.
    pub(super) fn descriptor(&mut self, descriptor: &'f Descriptor) -> Printed<'f, Option<SourcePiece>> {
        let fields = self.descriptor_fields(descriptor, false)?;
        Ok((!fields.is_empty()).then(|| SourcePiece::group("descriptor:", Group::braces(fields))))
    }

    /// The fields of a descriptor. Nothing is taken away from a dangling one, since a reference is none of its own.
    fn descriptor_fields(
        &mut self,
        descriptor: &'f Descriptor,
        is_dangling: bool,
    ) -> Printed<'f, Vec<SourcePiece>> {
        let data = descriptor.data_of();
        // A member that is taken away is said by its `null` alone, because a field cannot stand there twice.
        let is_kept = |member: &str| !data.without.contains(&member);
        let mut pieces = Vec::new();
        if is_kept("mediaType") {
            pieces.extend(self.optional("media_type", &data.media_type)?);
        }
        if is_kept("digest") {
            pieces.extend(self.optional("digest", &data.digest)?);
        }
        if let Some(size) = data.size.as_ref().filter(|_| is_kept("size")) {
            pieces.push(SourcePiece::text(format!("size: {}", self.number(size)?)));
        }
        if let Some(platform) = platform::declared(&data.platform).filter(|_| is_kept("platform")) {
            pieces.push(SourcePiece::text(format!("platform: {}", self.platform(platform)?)));
        }
        if is_kept("artifactType") {
            pieces.extend(self.optional("artifact_type", &data.artifact_type)?);
        }
        if !data.urls.is_empty() && is_kept("urls") {
            pieces.push(self.list("urls", &data.urls)?);
        }
        // `ref_name` says the annotation, too.
        let of_ref_name = data.ref_name.as_ref().and_then(|name| {
            data.annotations.0.iter().position(|(key, value)| {
                key.plain() == Some(annotation::REF_NAME) && value.as_ref() == Some(name)
            })
        });
        if is_kept("annotations") {
            pieces.extend(self.map("annotations", &data.annotations, of_ref_name, !is_dangling)?);
        }
        pieces.extend(self.optional("ref_name", &data.ref_name)?);
        match data.data.as_ref().filter(|_| is_kept("data")) {
            Some(Data(Embedded::Own(true))) => pieces.push(SourcePiece::text("data: true")),
            Some(Data(Embedded::Other(content))) => pieces.push(self.data(content)?.behind("data: ")),
            Some(Data(Embedded::Own(false))) | None => {}
        }
        pieces.extend(self.diff_id(&data.diff_id)?);
        for (position, member) in data.without.iter().enumerate() {
            if data.without.iter().take(position).any(|before| before == member) {
                continue;
            }
            let name = match *member {
                "mediaType" => "media_type",
                "artifactType" => "artifact_type",
                member => member,
            };
            pieces.push(SourcePiece::text(format!("{name}: null")));
        }
        for patch in &data.merge {
            pieces.push(self.value(patch)?.behind("merge: "));
        }
        Ok(pieces)
    }

    pub(super) fn optional(
        &mut self,
        name: &str,
        text: &'f Option<Text>,
    ) -> Printed<'f, Option<SourcePiece>> {
        let Some(text) = text else { return Ok(None) };
        Ok(Some(SourcePiece::text(format!("{name}: {}", self.text(text)?))))
    }

    fn list(&mut self, name: &str, texts: &'f [Text]) -> Printed<'f> {
        let texts = texts.iter().map(|text| self.text(text).map(SourcePiece::text));
        let texts = texts.collect::<Printed<'f, Vec<_>>>()?;
        Ok(SourcePiece::group(format!("{name}:"), Group::brackets(texts)))
    }

    /// A map of texts, without the pair at `without`, and with a `null` for each that is taken away where `nulls` are
    /// said.
    fn map(
        &mut self,
        name: &str,
        map: &'f Map,
        without: Option<usize>,
        nulls: bool,
    ) -> Printed<'f, Option<SourcePiece>> {
        let mut pieces = Vec::with_capacity(map.0.len());
        for (position, (key, value)) in map.0.iter().enumerate() {
            if Some(position) == without || value.is_none() && !nulls {
                continue;
            }
            let value = value.as_ref().map_or(Ok("null".to_owned()), |value| self.text(value))?;
            pieces.push(SourcePiece::text(format!("{}: {value}", self.constant(key)?)));
        }
        Ok((!pieces.is_empty()).then(|| SourcePiece::group(format!("{name}:"), Group::braces(pieces))))
    }

    /// The label of a node that is mentioned; `None` where no label can be, so that the sealed value of the node stands there.
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

    /// Stops printing, because the node must be declared before: by itself, or with the manifest in which it stands first.
    fn early(&self, edge: &'f Edge) -> PrintStop<'f> {
        if Early(edge).is_sayable() {
            return PrintStop::Early(Early(edge));
        }
        match self.plan.parent_of(edge) {
            Some(parent) => PrintStop::Early(Early(parent)),
            None => PrintStop::unsayable(format!(
                "the place of the {} has another algorithm",
                edge.node.keyword()
            )),
        }
    }

    fn platform(&self, platform: &Platform) -> Printed<'f, String> {
        let text = platform.to_string();
        let is_word = os::ALL.contains(&platform.os())
            && arch::ALL.contains(&platform.architecture())
            && platform.variant().is_none_or(|word| variant::ALL.contains(&word))
            && platform.os_version().is_none()
            && platform.os_features().is_empty();
        if is_word {
            return Ok(text);
        }
        if Platform::parse(&text).as_ref() == Ok(platform) {
            return Ok(literal::text(&text));
        }
        // `Display` sorts the features.
        let text = in_order(platform);
        if Platform::parse(&text).as_ref() != Ok(platform) {
            return Err(PrintStop::unsayable(format!("the platform `{text}` has no text")));
        }
        Ok(literal::text(&text))
    }
}

impl Early<'_> {
    /// Whether the language can declare it at the top level.
    pub(super) fn is_sayable(self) -> bool {
        match &self.0.node.kind {
            NodeKind::Index(_) | NodeKind::Manifest(_) | NodeKind::Blob(_) | NodeKind::Copied(_) => true,
            NodeKind::Config(config) => !config.is_image(),
            NodeKind::Layer(_) | NodeKind::Dangling(_) | NodeKind::TooDeep(_) => false,
        }
    }
}

/// The platform that the manifest itself says: `os.version` and `os.features` may be those of its config.
fn own_platform(platform: &Platform, config: &Edge) -> Platform {
    let mut own = platform.clone();
    if let NodeKind::Config(config) = &config.node.kind {
        if config.os_version.is_some() {
            own = own.with_os_version("");
        }
        if !config.os_features.is_empty() {
            own = own.with_os_features([""; 0]);
        }
    }
    own
}

/// The text of a platform with its features in their order.
fn in_order(platform: &Platform) -> String {
    let encoded = |text: &str| {
        let mut encoded = String::new();
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'_' | b'-' => encoded.push(byte.into()),
                _ => encoded.extend(["%".to_owned(), format!("{byte:02X}")]),
            }
        }
        encoded
    };
    let mut text = format!("{}({}", platform.os(), encoded(platform.os_version().unwrap_or_default()));
    for feature in platform.os_features() {
        text.push('+');
        text.push_str(&encoded(feature));
    }
    text.push_str(")/");
    text.push_str(platform.architecture());
    if let Some(variant) = platform.variant() {
        text.push('/');
        text.push_str(variant);
    }
    text
}

/// Whether a node has Docker's media types where it inherits `#[docker]`.
fn is_document(node: &DeclaredNode) -> bool {
    matches!(node.kind, NodeKind::Index(_) | NodeKind::Manifest(_))
}

/// Whether the digest of a node has an algorithm that the node declares or inherits. That of a dangling one is text.
fn has_algorithm(node: &DeclaredNode) -> bool {
    !matches!(node.kind, NodeKind::Dangling(_))
}

/// The descriptor with which a parent lists a node.
fn described(edge: &Edge, listed: bool) -> Field<'_, '_> {
    Box::new(move |printer| match &edge.listing.descriptor {
        Some(descriptor) if listed => printer.descriptor(descriptor),
        _ => Ok(None),
    })
}

fn map<'f>(name: &'static str, map: &'f Map) -> Field<'f, 'f> {
    Box::new(move |printer| printer.map(name, map, None, true))
}

fn edited<'f>(edits: &'f Edits) -> impl Iterator<Item = Field<'f, 'f>> {
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

/// Whether a lifetime may have this name: Rust has no `'if` and no `'static` of one's own.
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
