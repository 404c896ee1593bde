//! The documents: indexes and manifests, and the nodes that they list.

use std::collections::HashSet;
use std::sync::Arc;

use oci_fixture_grammar::media_type::check_uncompressed;
use oci_fixture_grammar::{Digest, Platform};

use super::descriptor::{NaturalDescriptor, dangling, honest, pairs, platform_of, reference, text};
use super::forms::{Forms, headed, placed};
use super::patch::value;
use super::sealed::{bodies, index_json};
use super::stored::BlobState;
use super::{BYTES, Import, ImportedNode, Said, Surroundings, digest_of, identity, media_type_of};
use crate::declare::blob::Blob;
use crate::declare::config::Config;
use crate::declare::descriptor::Descriptor;
use crate::declare::fixture::Fixture;
use crate::declare::graph::{Edge, IntoEdge, Parent};
use crate::declare::index::Index;
use crate::declare::platform;
use crate::declare::subject::Subject;
use crate::declare::text::Text;
use crate::error::Result;
use crate::json::Json;
use crate::media_type::{self, Role, is_docker};
use crate::source::with;
use crate::store::Store;

/// The members that an honest descriptor may have.
const DESCRIBED: [&str; 7] =
    ["mediaType", "digest", "size", "urls", "annotations", "platform", "artifactType"];

/// The largest number of documents around a document that is declared in them. A deeper document is declared by itself.
const DEEP: usize = 64;

/// A node in the list of its parent, and a `dangling` descriptor that gives the parent the same bytes.
pub(super) struct Child {
    pub(super) real: Edge,
    pub(super) stand_in: Edge,
    pub(super) diff_id: Option<String>,
}

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
        let annotations = document.get("annotations").and_then(pairs);
        let honest = with(Fixture::new(), annotations, Fixture::annotations);
        let build = |fixture: &Fixture, is_real: bool| {
            let mut fixture = fixture.clone();
            for child in &children {
                fixture.push_edge(if is_real { child.real.clone() } else { child.stand_in.clone() });
            }
            fixture
        };
        if self.is_logical {
            let made = index_json(&build(&honest, false)).unwrap_or_default();
            self.left_out.borrow_mut().add_members("index.json", bytes, &made);
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

    /// A document that no other document lists.
    pub(super) fn unlisted(&mut self, digest: &Digest, keyword: &'static str) -> Result<Option<Edge>> {
        let media_type = if keyword == "index" { media_type::INDEX } else { media_type::MANIFEST };
        let said = self.document(digest, None)?.and_then(|bytes| Json::parse(&bytes).ok());
        let said = said.map(|document| media_type_of(&document));
        let said = said.filter(|said| Role::of(said) == Role::of(media_type));
        let media_type = said.unwrap_or_else(|| media_type.to_owned());
        let imported = self.node(digest, None, &media_type, None, Surroundings::default())?;
        Ok(imported.map(|imported| {
            let mut edge = imported.edge;
            edge.listing.unlisted = true;
            edge
        }))
    }

    /// The descriptor that a parent writes for a child without `descriptor:`.
    fn natural_of(&self, child: &Child) -> NaturalDescriptor {
        let made = self.nodes.values().find(|node| Arc::ptr_eq(&node.edge.node, &child.real.node));
        made.map(|node| NaturalDescriptor { platform: None, ..node.natural.clone() }).unwrap_or_default()
    }

    /// An entry of an index, or of index.json.
    fn child(&mut self, written: &Json<'_>, around: Surroundings, is_root: bool) -> Result<Child> {
        let platform = written.get("platform").and_then(platform_of);
        let imported = match identity(written) {
            Some((digest, size)) => {
                self.node(&digest, Some(size), &media_type_of(written), platform, around)?
            }
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
        let own = self.embedded(written)?;
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

    /// The document whose bytes a descriptor has as its `data`.
    pub(super) fn embedded(&mut self, written: &Json<'_>) -> Result<Option<Vec<u8>>> {
        match digest_of(written) {
            Some(digest) if written.get("data").is_some() => self.document(&digest, None),
            _ => Ok(None),
        }
    }

    /// A node, as its parent lists it.
    pub(super) fn listed(
        &self,
        mut real: Edge,
        natural: &NaturalDescriptor,
        written: &Json<'_>,
        names: Option<&[(&str, String)]>,
        own: Option<&[u8]>,
    ) -> Child {
        let stand_in = Descriptor::new()
            .media_type(natural.media_type.as_str())
            .digest(natural.digest.as_str())
            .size(natural.size)
            .unchecked();
        let stand_in = with(stand_in, natural.platform.as_ref(), Descriptor::platform);
        let stand_in = with(stand_in, natural.artifact_type.as_deref(), Descriptor::artifact_type);
        let mut stand_in = stand_in.into_edge();
        real.listing.descriptor = natural.said(written, names, own).map(Box::new);
        stand_in.listing.descriptor = natural.said(written, names, None).map(Box::new);
        if self.is_logical
            && let Some(descriptor) = &real.listing.descriptor
        {
            if let Json::Object(members) = written {
                let others = members.iter().filter(|(name, _)| !DESCRIBED.contains(&&**name));
                for (name, _) in others {
                    let what = format!("the member `{name}` of the descriptor of {}", natural.digest);
                    self.left_out.borrow_mut().add(what);
                }
            }
            real.listing.descriptor = honest(descriptor).map(Box::new);
        }
        Child { real, stand_in, diff_id: None }
    }

    /// The node of a digest, in a document or at the top level. `None` for a blob that is missing or broken.
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
        if !around.takes(digest) {
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

    /// A node that is declared by its bytes.
    pub(super) fn blob(
        &mut self,
        digest: &Digest,
        size: Option<u64>,
        media_type: &str,
        diff_id: Option<&str>,
        says_sha512: bool,
    ) -> Result<Option<ImportedNode>> {
        let Some(content) = self.original(digest, size)? else { return Ok(None) };
        let stored = content.size().unwrap_or_default();
        let is_own = is_own(diff_id, digest.as_str(), media_type);
        let media_type = if media_type.is_empty() { BYTES } else { media_type };
        let mut blob = Blob::new(media_type, content);
        if let Some(diff_id) = diff_id {
            blob = if is_own { blob.diff_id(true) } else { blob.diff_id(diff_id) };
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
        Ok(Some(ImportedNode { edge, natural, diff_id: diff_id.map(str::to_owned) }))
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
            artifact_type: text(&document, "artifactType"),
            ..natural(digest, bytes, media_type::index(around.docker.is_said()))
        };
        let edge = self.made(build(&form, true), digest, "index");
        Ok(Some(ImportedNode { edge, natural, diff_id: None }))
    }

    /// The subject of a document, in two forms: as the declared node, and as a descriptor.
    pub(super) fn subject(&self, document: &Json<'_>) -> Option<[Subject; 2]> {
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

pub(super) fn natural(digest: &Digest, bytes: &[u8], media_type: &str) -> NaturalDescriptor {
    NaturalDescriptor {
        media_type: media_type.to_owned(),
        digest: digest.to_string(),
        size: bytes.len() as u64,
        ..NaturalDescriptor::default()
    }
}

/// Whether a `diff_id` is the digest of the blob itself, which is not compressed.
pub(super) fn is_own(diff_id: Option<&str>, digest: &str, media_type: &str) -> bool {
    diff_id == Some(digest) && check_uncompressed(media_type).is_ok()
}

/// The platform of an image, as its config says it.
pub(super) fn platform_of_config(config: &Json<'_>) -> Option<Platform> {
    let names = ["architecture", "os", "os.version", "os.features", "variant"];
    let members = names.into_iter().filter_map(|name| Some((name.into(), config.get(name)?.clone())));
    platform_of(&Json::Object(members.collect()))
}
