//! The documents: indexes and manifests, and what they list.

use std::collections::HashSet;
use std::sync::Arc;

use oci_fixture_grammar::media_type::check_uncompressed;
use oci_fixture_grammar::{Digest, Platform};

use super::descriptor::{NaturalDescriptor, dangling, honest, pairs, platform_of, reference, texts};
use super::patch::{DocumentEdits, value};
use super::sealed::{bodies, index_json};
use super::stored::BlobState;
use super::{BYTES, Import, ImportedNode, Said, Surroundings, identity};
use crate::declare::blob::Blob;
use crate::declare::config::Config;
use crate::declare::descriptor::Descriptor;
use crate::declare::diff_id::{Added, DiffId};
use crate::declare::fixture::Fixture;
use crate::declare::graph::{Edge, IntoEdge, NodeKind, Parent};
use crate::declare::index::Index;
use crate::declare::manifest::Manifest;
use crate::declare::platform;
use crate::declare::subject::Subject;
use crate::declare::text::Text;
use crate::error::Result;
use crate::json::Json;
use crate::media_type::{self, Role, is_docker};
use crate::store::Store;

/// The most documents around a document that is declared in them. A deeper one is declared by itself.
const DEEP: usize = 64;

/// The forms of a document, the one that reads best first.
pub(super) struct Forms<'f, T> {
    /// What the document has to be.
    pub(super) bytes: &'f [u8],
    /// What a form of it is.
    pub(super) made: &'f dyn Fn(&T) -> Option<Vec<u8>>,
    pub(super) honest: &'f T,
    pub(super) unchecked: &'f dyn Fn(&T) -> T,
    pub(super) merge: &'f dyn Fn(T, &Json<'_>) -> T,
    pub(super) extend: &'f dyn Fn(T, &Json<'_>) -> T,
    pub(super) raw: &'f dyn Fn() -> T,
}

impl<T: Clone> Forms<'_, T> {
    /// The first form that has the bytes.
    pub(super) fn first(&self) -> Option<T> {
        let unchecked = (self.unchecked)(self.honest);
        for honest in [self.honest, &unchecked] {
            let Some(made) = (self.made)(honest) else { continue };
            if made == self.bytes {
                return Some(honest.clone());
            }
            let edited = self.edited(honest, &made);
            if edited.is_some() {
                return edited;
            }
        }
        let raw = (self.raw)();
        let forms = [(self.unchecked)(&raw), raw];
        forms.into_iter().rev().find(|form| (self.made)(form).is_some_and(|made| made == self.bytes))
    }

    /// The form with edits, unless these say more than half of the document.
    fn edited(&self, honest: &T, made: &[u8]) -> Option<T> {
        let (made, wanted) = (Json::parse(made).ok()?, Json::parse(self.bytes).ok()?);
        let edits = DocumentEdits::of(&made, &wanted)?;
        if edits.size() * 2 > self.bytes.len() {
            return None;
        }
        let mut form = honest.clone();
        if let Some(merge) = &edits.merge {
            form = (self.merge)(form, merge);
        }
        if let Some(extend) = &edits.extend {
            form = (self.extend)(form, extend);
        }
        (self.made)(&form).is_some_and(|made| made == self.bytes).then_some(form)
    }
}

/// A node in the list of its parent, and a descriptor that the parent lists alike.
struct Child {
    real: Edge,
    stand_in: Edge,
    diff_id: Option<String>,
}

/// A document with the nodes that it lists: as they are, or as descriptors in their place.
type Build<'b, T> = dyn Fn(&T, bool) -> Edge + 'b;

impl<S: Store> Import<'_, S> {
    /// The fixture with the entries of index.json.
    pub(super) fn root(&mut self, bytes: &[u8]) -> Result<Fixture> {
        let document = Json::parse(bytes).unwrap_or(Json::Null);
        let mut children = Vec::new();
        if let Some(Json::List(entries)) = document.get("manifests") {
            let mut names = HashSet::new();
            for entry in entries {
                let mut child = self.child(entry, Surroundings::default(), true)?;
                let name = child.real.listing.reference.as_ref().map(ToString::to_string);
                if name.is_some_and(|name| !names.insert(name)) {
                    child.real.listing.reference = None;
                    child.stand_in.listing.reference = None;
                    let said = self.natural_of(&child).said(entry, Some(&[]), None);
                    child.real.listing.descriptor = said.clone().map(Box::new);
                    child.stand_in.listing.descriptor = said.map(Box::new);
                }
                children.push(child);
            }
        }
        let mut honest = Fixture::new();
        if let Some(annotations) = document.get("annotations").and_then(pairs) {
            honest = honest.annotations(annotations);
        }
        let build = |fixture: &Fixture, is_real: bool| {
            let mut fixture = fixture.clone();
            for child in &children {
                fixture.push_edge(if is_real { child.real.clone() } else { child.stand_in.clone() });
            }
            fixture
        };
        if self.is_logical {
            return Ok(build(&honest, true));
        }
        let form = Forms {
            bytes,
            made: &|fixture| index_json(&build(fixture, false)),
            honest: &honest,
            unchecked: &Fixture::clone,
            merge: &|fixture, patch| fixture.merge(value(patch)),
            extend: &|fixture, members| fixture.extend(value(members)),
            raw: &|| Fixture::new().raw(bytes.to_vec()),
        };
        let form = form.first().unwrap_or_else(|| Fixture::new().raw(bytes.to_vec()));
        Ok(build(&form, true))
    }

    /// A document that nothing lists.
    pub(super) fn unlisted(&mut self, digest: &Digest, keyword: &'static str) -> Result<Option<Edge>> {
        let media_type = if keyword == "index" { media_type::INDEX } else { media_type::MANIFEST };
        let said = self.document(digest, None)?.and_then(|bytes| Json::parse(&bytes).ok());
        let said = said.and_then(|document| match document.get("mediaType") {
            Some(Json::Text(said)) if Role::of(said) == Role::of(media_type) => {
                Some(said.clone().into_owned())
            }
            _ => None,
        });
        let media_type = said.unwrap_or_else(|| media_type.to_owned());
        let imported = self.node(digest, None, &media_type, None, Surroundings::default())?;
        Ok(imported.map(|imported| {
            let mut edge = imported.edge;
            edge.listing.unlisted = true;
            edge
        }))
    }

    /// What a parent says of a child by itself.
    fn natural_of(&self, child: &Child) -> NaturalDescriptor {
        let made = self.nodes.values().find(|node| Arc::ptr_eq(&node.edge.node, &child.real.node));
        made.map(|node| NaturalDescriptor { platform: None, ..node.natural.clone() }).unwrap_or_default()
    }

    /// An entry of an index, or of index.json.
    fn child(&mut self, written: &Json<'_>, around: Surroundings, is_root: bool) -> Result<Child> {
        let media_type = match written.get("mediaType") {
            Some(Json::Text(text)) => text.clone().into_owned(),
            _ => String::new(),
        };
        let platform = written.get("platform").and_then(platform_of);
        let imported = match identity(written).or_else(|| digest_of(written).map(|digest| (digest, 0))) {
            Some((digest, size)) => self.node(&digest, Some(size), &media_type, platform, around)?,
            None => None,
        };
        let Some(imported) = imported else {
            let edge = dangling(written).into_edge();
            return Ok(Child { real: edge.clone(), stand_in: edge, diff_id: None });
        };
        let name = if is_root { reference(written) } else { None };
        let annotations = name.as_ref().map(|(_, annotations)| annotations.as_slice()).unwrap_or_default();
        let names = is_root.then_some(annotations);
        let mut natural = imported.natural.clone();
        if is_root {
            natural.platform = None;
        }
        let own = match digest_of(written) {
            Some(digest) if written.get("data").is_some() => self.document(&digest, None)?,
            _ => None,
        };
        let mut child = self.listed(imported.edge, &natural, written, names, own.as_deref());
        child.diff_id = imported.diff_id;
        child.stand_in.listing.unchecked &= !is_root;
        if let Some((name, _)) = name {
            for edge in [&mut child.real, &mut child.stand_in] {
                edge.listing.reference = Some(Text::new(&name));
            }
        }
        Ok(child)
    }

    /// A node as its parent lists it.
    fn listed(
        &self,
        mut real: Edge,
        natural: &NaturalDescriptor,
        written: &Json<'_>,
        names: Option<&[(&str, String)]>,
        own: Option<&[u8]>,
    ) -> Child {
        let mut stand_in = Descriptor::new()
            .media_type(natural.media_type.as_str())
            .digest(natural.digest.as_str())
            .size(natural.size)
            .unchecked();
        if let Some(platform) = &natural.platform {
            stand_in = stand_in.platform(platform);
        }
        if let Some(artifact_type) = &natural.artifact_type {
            stand_in = stand_in.artifact_type(artifact_type.as_str());
        }
        let mut stand_in = stand_in.into_edge();
        real.listing.descriptor = natural.said(written, names, own).map(Box::new);
        stand_in.listing.descriptor = natural.said(written, names, None).map(Box::new);
        if self.is_logical
            && let Some(descriptor) = &real.listing.descriptor
        {
            real.listing.descriptor = honest(descriptor).map(Box::new);
        }
        Child { real, stand_in, diff_id: None }
    }

    /// The node of a digest, in a document or at the top level; `None` for a blob that is missing or broken.
    fn node(
        &mut self,
        digest: &Digest,
        size: Option<u64>,
        media_type: &str,
        platform: Option<Platform>,
        around: Surroundings,
    ) -> Result<Option<ImportedNode>> {
        if let BlobState::Missing | BlobState::Broken = self.state(digest, size)? {
            return Ok(None);
        }
        if !matches!(digest.algorithm(), "sha256" | "sha512")
            || around.sha512.is_said() && digest.algorithm() != "sha512"
        {
            return Ok(None);
        }
        let keyword = match Role::of(media_type) {
            Some(Role::Index) if around.depth < DEEP => "index",
            Some(Role::Manifest) if around.depth < DEEP => "manifest",
            Some(Role::Config) => "config",
            _ => "blob",
        };
        let key = (digest.clone(), keyword);
        if let Some(known) = self.nodes.get(&key) {
            let mut again = known.clone();
            again.edge = Edge::again(&known.edge.node);
            again.edge.listing.unchecked = known.edge.node.unchecked && known.edge.node.label().is_none();
            return Ok(Some(again));
        }
        let inner = Surroundings {
            docker: around.docker.with(is_docker(media_type)),
            sha512: around.sha512.with(digest.algorithm() == "sha512"),
            depth: around.depth + 1,
        };
        let document = if keyword == "blob" { None } else { self.document(digest, size)? };
        let imported = match document {
            Some(bytes) if keyword == "index" => self.index(digest, &bytes, inner)?,
            Some(bytes) if keyword == "manifest" => self.manifest(digest, &bytes, platform, inner)?,
            Some(bytes) if keyword == "config" => self.lone_config(digest, &bytes, inner),
            _ => None,
        };
        let imported = match imported {
            Some(imported) => imported,
            None => match self.blob(digest, size, media_type, None, inner.sha512 == Said::Here)? {
                Some(blob) => blob,
                None => return Ok(None),
            },
        };
        self.nodes.insert(key, imported.clone());
        Ok(Some(imported))
    }

    /// A node as its bytes.
    fn blob(
        &mut self,
        digest: &Digest,
        size: Option<u64>,
        media_type: &str,
        diff_id: Option<DiffId>,
        says_sha512: bool,
    ) -> Result<Option<ImportedNode>> {
        let Some(content) = self.original(digest, size)? else { return Ok(None) };
        let stored = content.size().unwrap_or_default();
        let media_type = if media_type.is_empty() { BYTES } else { media_type };
        let mut blob = Blob::new(media_type, content);
        if let Some(diff_id) = &diff_id {
            blob = match &diff_id.0 {
                Added::Nothing => blob,
                Added::Own => blob.diff_id(true),
                Added::Text(text) => blob.diff_id(text),
            };
        }
        if says_sha512 {
            blob = blob.sha512();
        }
        let is_checked = |blob: &Blob| blob.clone().into_edge().node.check().is_ok();
        if !is_checked(&blob) {
            blob = blob.unchecked();
        }
        let edge = self.made(blob.into_edge(), digest, "blob");
        let natural = NaturalDescriptor {
            media_type: media_type.to_owned(),
            digest: digest.to_string(),
            size: stored,
            ..NaturalDescriptor::default()
        };
        let diff_id = diff_id.and_then(|diff_id| match diff_id.0 {
            Added::Nothing => None,
            Added::Own => Some(digest.to_string()),
            Added::Text(text) => Some(text.to_string()),
        });
        Ok(Some(ImportedNode { edge, natural, diff_id }))
    }

    /// The config of an image, outside of a manifest.
    fn lone_config(&mut self, digest: &Digest, bytes: &[u8], around: Surroundings) -> Option<ImportedNode> {
        let platform = platform_of_config(&Json::parse(bytes).ok()?);
        let placed = |config: &Config| {
            let config = match &platform {
                Some(platform) if *platform != *platform::DEFAULT => config.clone().platform(platform),
                _ => config.clone(),
            };
            if around.sha512 == Said::Here { config.sha512() } else { config }
        };
        let made = |config: &Config| bodies(&placed(config).into_edge())?.pop();
        let config = self.config(bytes, &[], &made)?;
        let mut natural = natural(digest, bytes, media_type::config(false));
        natural.platform = Some(platform.clone().unwrap_or_else(|| platform::DEFAULT.clone()));
        let edge = self.made(placed(&config).into_edge(), digest, "config");
        Some(ImportedNode { edge, natural, diff_id: None })
    }

    fn index(&mut self, digest: &Digest, bytes: &[u8], around: Surroundings) -> Result<Option<ImportedNode>> {
        let Ok(document) = Json::parse(bytes) else { return Ok(None) };
        let Some(Json::List(entries)) = document.get("manifests") else { return Ok(None) };
        let mut children = Vec::new();
        let mut platforms = HashSet::new();
        for entry in entries {
            let mut child = self.child(entry, around, false)?;
            let platform = child.real.platform().filter(|platform| !platform::is_unknown(platform));
            if platform.is_some_and(|platform| !platforms.insert(platform.clone())) {
                child.real.listing.unchecked = true;
            }
            child.stand_in.listing.unchecked = true;
            children.push(child);
        }
        let honest = headed(Index::new(), &document);
        let subject = self.subject(&document);
        let build = |index: &Index, is_real: bool| {
            let mut index = placed(index, around, subject.as_ref(), is_real);
            for child in &children {
                index.push_edge(if is_real { child.real.clone() } else { child.stand_in.clone() });
            }
            index.into_edge()
        };
        let Some(form) = self.first_form(bytes, &honest, &Index::new(), &build) else { return Ok(None) };
        let natural = NaturalDescriptor {
            artifact_type: artifact_type(&document),
            ..natural(digest, bytes, media_type::index(around.docker.is_said()))
        };
        let edge = self.made(build(&form, true), digest, "index");
        Ok(Some(ImportedNode { edge, natural, diff_id: None }))
    }

    fn manifest(
        &mut self,
        digest: &Digest,
        bytes: &[u8],
        listed: Option<Platform>,
        around: Surroundings,
    ) -> Result<Option<ImportedNode>> {
        let Ok(document) = Json::parse(bytes) else { return Ok(None) };
        let config_json = document.get("config");
        let config_id = config_json.and_then(identity);
        let config_type = match config_json.and_then(|config| config.get("mediaType")) {
            Some(Json::Text(text)) => text.clone().into_owned(),
            _ => String::new(),
        };
        let config_bytes = match &config_id {
            Some((config, size)) if config.algorithm() == digest.algorithm() => {
                self.document(config, Some(*size))?
            }
            _ => None,
        };
        let is_image = Role::of(&config_type) == Some(Role::Config) || config_type.is_empty();
        let config_document =
            config_bytes.as_ref().filter(|_| is_image).and_then(|bytes| Json::parse(bytes).ok());
        let platform = config_document.as_ref().and_then(platform_of_config).or(listed);
        let layers = self.layers(&document, config_document.as_ref(), around)?;
        let artifact_type = artifact_type(&document);
        let is_artifact = artifact_type.is_some();
        let mut empty = Manifest::new();
        let is_other = |platform: &&Platform| is_image && (is_artifact || **platform != *platform::DEFAULT);
        if let Some(platform) = platform.as_ref().filter(is_other) {
            empty = empty.platform(platform);
        }
        let honest = headed(empty.clone(), &document);
        let subject = self.subject(&document);
        let build_with = |manifest: &Manifest, config: Edge, is_real: bool| {
            let mut manifest = placed(manifest, around, subject.as_ref(), is_real);
            for child in &layers {
                manifest.push_edge(if is_real { child.real.clone() } else { child.stand_in.clone() });
            }
            manifest.push_edge(config);
            manifest.into_edge()
        };
        let diff_ids: Vec<String> = layers.iter().filter_map(|layer| layer.diff_id.clone()).collect();
        let made_config = |config: &Config| {
            let manifest = honest.clone().unchecked();
            let mut bodies = bodies(&build_with(&manifest, config.clone().into_edge(), false))?;
            (bodies.len() == 2).then(|| bodies.swap_remove(0))
        };
        let config = match (&config_bytes, is_image) {
            (Some(bytes), true) => self.config(bytes, &diff_ids, &made_config),
            (Some(bytes), false) => {
                let config = Config::of(config_type.as_str(), bytes.clone());
                let is_usable = config.clone().into_edge().node.check().is_ok();
                Some(if is_usable { config } else { config.unchecked() })
            }
            (None, _) => None,
        };
        let config = match (config, config_json) {
            (Some(config), Some(written)) => {
                let own = written.get("data").and(config_bytes.as_deref());
                let media_type =
                    if is_image { media_type::config(around.docker.is_said()) } else { &config_type };
                let config_digest = config_id.as_ref().map_or(digest, |(config, _)| config);
                let bytes = config_bytes.as_deref().unwrap_or_default();
                let said = natural(config_digest, bytes, media_type).said(written, None, own);
                let mut edge = config.into_edge();
                edge.listing.descriptor = said.map(Box::new);
                self.made(edge, config_digest, "config")
            }
            // A config that is not stored: another takes its place, and is not stored either.
            (_, Some(written)) if !self.is_logical => missing_config(written, around.docker.is_said()),
            (_, None) => Config::new().missing().unlisted().into_edge(),
            _ => Config::new().into_edge(),
        };
        let build = |manifest: &Manifest, is_real: bool| build_with(manifest, config.clone(), is_real);
        let Some(form) = self.first_form(bytes, &honest, &empty, &build) else { return Ok(None) };
        let label = platform.as_ref().map_or("image", |platform| platform.architecture()).to_owned();
        let edge = build(&form, true);
        let platform = match &edge.node.kind {
            NodeKind::Manifest(data) => platform::declared(&data.platform).cloned(),
            _ => None,
        };
        let natural = NaturalDescriptor {
            platform,
            artifact_type,
            ..natural(digest, bytes, media_type::manifest(around.docker.is_said()))
        };
        let edge = self.made(edge, digest, &label);
        Ok(Some(ImportedNode { edge, natural, diff_id: None }))
    }

    /// The first form of a document that has the bytes. `empty` has what its nodes depend on, and `build` puts these into it.
    fn first_form<T: DocumentBuilder>(
        &self,
        bytes: &[u8],
        honest: &T,
        empty: &T,
        build: &Build<'_, T>,
    ) -> Option<T> {
        let made = |form: &T| bodies(&build(form, false))?.pop();
        if self.is_logical {
            let forms = [honest.clone(), honest.clone().unchecked()];
            return forms.into_iter().find(|form| made(form).is_some());
        }
        Forms {
            bytes,
            made: &made,
            honest,
            unchecked: &|form| form.clone().unchecked(),
            merge: &|form, patch| form.merge(patch),
            extend: &|form, members| form.extend(members),
            raw: &|| empty.clone().raw(bytes),
        }
        .first()
    }

    /// The layers of a manifest.
    fn layers(
        &mut self,
        document: &Json<'_>,
        config: Option<&Json<'_>>,
        around: Surroundings,
    ) -> Result<Vec<Child>> {
        let Some(Json::List(written)) = document.get("layers") else { return Ok(Vec::new()) };
        let diff_ids = match config.and_then(|config| config.get("rootfs")?.get("diff_ids")) {
            Some(Json::List(diff_ids)) if diff_ids.len() == written.len() => texts(diff_ids),
            _ => None,
        };
        let mut layers = Vec::new();
        for (position, descriptor) in written.iter().enumerate() {
            let diff_id = diff_ids.as_ref().and_then(|diff_ids| diff_ids.get(position).copied());
            layers.push(self.layer_child(descriptor, diff_id, around)?);
        }
        Ok(layers)
    }

    fn layer_child(
        &mut self,
        written: &Json<'_>,
        diff_id: Option<&str>,
        around: Surroundings,
    ) -> Result<Child> {
        let media_type = match written.get("mediaType") {
            Some(Json::Text(text)) => text.clone().into_owned(),
            _ => String::new(),
        };
        let imported = match identity(written).or_else(|| digest_of(written).map(|digest| (digest, 0))) {
            Some((digest, size)) => self.layer_node(&digest, size, &media_type, diff_id, around)?,
            None => None,
        };
        let added = |digest: &str| match diff_id {
            Some(diff_id) if diff_id == digest && check_uncompressed(&media_type).is_ok() => {
                Some(DiffId(Added::Own))
            }
            Some(diff_id) => Some(DiffId(Added::Text(Text::new(diff_id)))),
            None => None,
        };
        let with = |descriptor: Descriptor, diff_id: Option<DiffId>| match diff_id.map(|diff_id| diff_id.0) {
            None | Some(Added::Nothing) => descriptor,
            Some(Added::Own) => descriptor.diff_id(true),
            Some(Added::Text(text)) => descriptor.diff_id(text),
        };
        let Some(imported) = imported else {
            let digest = digest_of(written).map(|digest| digest.to_string()).unwrap_or_default();
            let mut descriptor = with(dangling(written), added(&digest));
            if descriptor.check_in_image().is_err() {
                descriptor = descriptor.unchecked();
            }
            let edge = descriptor.into_edge();
            return Ok(Child { real: edge.clone(), stand_in: edge, diff_id: diff_id.map(str::to_owned) });
        };
        let own = match digest_of(written) {
            Some(digest) if written.get("data").is_some() => self.document(&digest, None)?,
            _ => None,
        };
        let mut child = self.listed(imported.edge, &imported.natural, written, None, own.as_deref());
        if let Some(diff_id) = &imported.diff_id
            && let NodeKind::Dangling(descriptor) = &child.stand_in.node.kind
        {
            let descriptor = descriptor.clone().diff_id(diff_id.as_str());
            let listing = child.stand_in.listing;
            child.stand_in = descriptor.into_edge();
            child.stand_in.listing = listing;
        }
        child.diff_id = imported.diff_id;
        Ok(child)
    }

    /// The node of a layer; `None` for a blob that is missing or broken.
    fn layer_node(
        &mut self,
        digest: &Digest,
        size: u64,
        media_type: &str,
        diff_id: Option<&str>,
        around: Surroundings,
    ) -> Result<Option<ImportedNode>> {
        let state = self.state(digest, Some(size))?;
        if !matches!(digest.algorithm(), "sha256" | "sha512")
            || around.sha512.is_said() && digest.algorithm() != "sha512"
        {
            return Ok(None);
        }
        let says_sha512 = around.sha512.with(digest.algorithm() == "sha512") == Said::Here;
        let key = (digest.clone(), if around.docker.is_said() { "layer of Docker" } else { "layer" });
        if let Some(known) = self.nodes.get(&key) {
            let again = ImportedNode { edge: Edge::again(&known.edge.node), ..known.clone() };
            return Ok(Some(again));
        }
        let stored = match state {
            BlobState::Whole(stored) => stored,
            BlobState::Faulty(original, _) => original.len() as u64,
            BlobState::Missing | BlobState::Broken => return Ok(None),
        };
        let imported = match self.layer(digest, media_type, around.docker.is_said())? {
            Some(layer) => {
                let edge = if says_sha512 { layer.layer.sha512() } else { layer.layer }.into_edge();
                let natural = NaturalDescriptor {
                    media_type: layer.media_type,
                    digest: digest.to_string(),
                    size: stored,
                    ..NaturalDescriptor::default()
                };
                let edge = self.made(edge, digest, "layer");
                ImportedNode { edge, natural, diff_id: Some(layer.diff_id.to_string()) }
            }
            None => {
                let is_own = diff_id == Some(digest.as_str()) && check_uncompressed(media_type).is_ok();
                let added = match diff_id {
                    Some(_) if is_own => Some(DiffId(Added::Own)),
                    Some(diff_id) => Some(DiffId(Added::Text(Text::new(diff_id)))),
                    None => None,
                };
                match self.blob(digest, Some(size), media_type, added, says_sha512)? {
                    Some(blob) => blob,
                    None => return Ok(None),
                }
            }
        };
        self.nodes.insert(key, imported.clone());
        Ok(Some(imported))
    }

    /// The node to which a document belongs: as it is declared, and as a descriptor.
    fn subject(&self, document: &Json<'_>) -> Option<[Subject; 2]> {
        let written = document.get("subject").filter(|subject| matches!(subject, Json::Object(_)))?;
        let known = digest_of(written).and_then(|digest| {
            let keys = ["manifest", "index"].map(|keyword| (digest.clone(), keyword));
            keys.iter().find_map(|key| self.nodes.get(key))
        });
        let known = known.filter(|known| {
            let natural = NaturalDescriptor { platform: None, ..known.natural.clone() };
            known.edge.node.label().is_some() && natural.said(written, None, None).is_none()
        });
        let real = match known {
            Some(known) => Subject(Box::new(Edge::again(&known.edge.node))),
            None => dangling(written).into(),
        };
        Some([real, dangling(written).into()])
    }
}

/// The fields of an index or of a manifest.
fn headed<T: DocumentBuilder>(mut builder: T, document: &Json<'_>) -> T {
    if let Some(artifact_type) = artifact_type(document) {
        builder = builder.artifact_type(artifact_type);
    }
    if let Some(annotations) = document.get("annotations").and_then(pairs) {
        builder = builder.annotations(&annotations);
    }
    builder
}

/// A document in its place. As a candidate it stands alone, so it has the attributes of what is around it.
fn placed<T: DocumentBuilder>(
    builder: &T,
    around: Surroundings,
    subject: Option<&[Subject; 2]>,
    is_real: bool,
) -> T {
    let mut builder = builder.clone();
    if if is_real { around.docker == Said::Here } else { around.docker.is_said() } {
        builder = builder.docker();
    }
    if if is_real { around.sha512 == Said::Here } else { around.sha512.is_said() } {
        builder = builder.sha512();
    }
    match subject {
        Some([real, stand_in]) if !builder.is_raw() => {
            builder.subject(if is_real { real.clone() } else { stand_in.clone() })
        }
        _ => builder,
    }
}

/// A config in the place of one that is not stored.
fn missing_config(written: &Json<'_>, docker: bool) -> Edge {
    let mut edge = Config::new().missing().into_edge();
    let natural = NaturalDescriptor {
        media_type: media_type::config(docker).to_owned(),
        ..NaturalDescriptor::default()
    };
    edge.listing.descriptor = natural.said(written, None, None).map(Box::new);
    edge
}

fn natural(digest: &Digest, bytes: &[u8], media_type: &str) -> NaturalDescriptor {
    NaturalDescriptor {
        media_type: media_type.to_owned(),
        digest: digest.to_string(),
        size: bytes.len() as u64,
        ..NaturalDescriptor::default()
    }
}

fn digest_of(descriptor: &Json<'_>) -> Option<Digest> {
    match descriptor.get("digest") {
        Some(Json::Text(digest)) => Digest::parse(digest).ok(),
        _ => None,
    }
}

fn artifact_type(document: &Json<'_>) -> Option<String> {
    match document.get("artifactType") {
        Some(Json::Text(text)) if !text.is_empty() => Some(text.clone().into_owned()),
        _ => None,
    }
}

/// The platform of an image, as its config says it.
fn platform_of_config(config: &Json<'_>) -> Option<Platform> {
    let names = ["architecture", "os", "os.version", "os.features", "variant"];
    let members = names.into_iter().filter_map(|name| Some((name.into(), config.get(name)?.clone())));
    platform_of(&Json::Object(members.collect()))
}

/// The builder of an index or of a manifest.
trait DocumentBuilder: Clone {
    fn unchecked(self) -> Self;
    fn merge(self, patch: &Json<'_>) -> Self;
    fn extend(self, members: &Json<'_>) -> Self;
    fn raw(self, bytes: &[u8]) -> Self;
    fn artifact_type(self, artifact_type: String) -> Self;
    fn annotations(self, annotations: &[(&str, &str)]) -> Self;
    fn subject(self, subject: Subject) -> Self;
    fn docker(self) -> Self;
    fn sha512(self) -> Self;
    fn is_raw(&self) -> bool;
}

macro_rules! document_builder {
    ($builder:ident) => {
        impl DocumentBuilder for $builder {
            fn unchecked(self) -> Self {
                self.unchecked()
            }

            fn merge(self, patch: &Json<'_>) -> Self {
                self.merge(value(patch))
            }

            fn extend(self, members: &Json<'_>) -> Self {
                self.extend(value(members))
            }

            fn raw(self, bytes: &[u8]) -> Self {
                self.raw(bytes)
            }

            fn artifact_type(self, artifact_type: String) -> Self {
                self.artifact_type(artifact_type)
            }

            fn annotations(self, annotations: &[(&str, &str)]) -> Self {
                self.annotations(annotations.iter().copied())
            }

            fn subject(self, subject: Subject) -> Self {
                self.subject(subject)
            }

            fn docker(self) -> Self {
                self.docker()
            }

            fn sha512(self) -> Self {
                self.sha512()
            }

            fn is_raw(&self) -> bool {
                self.clone().into_edge().node.stored_fault_names().iter().any(|name| name == "raw:")
            }
        }
    };
}
document_builder!(Index);
document_builder!(Manifest);
