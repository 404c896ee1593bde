//! Copies: an image of a layout as the base of another image, and a node with all nodes below it as a part of another
//! layout.

use std::collections::HashMap;

use oci_fixture_grammar::Digest;
use oci_fixture_grammar::language::BlockKind;
use serde::Deserialize;

use crate::declare::base::{Base, BaseData, BaseImage};
use crate::declare::copied::CopiedData;
use crate::declare::fault::NodeFaults;
use crate::declare::fixture::Fixture;
use crate::declare::graph::{Edge, IntoEdge, NodeKind, Parent};
use crate::declare::index::Index;
use crate::declare::listing::Listing;
use crate::declare::manifest::Manifest;
use crate::declare::part::Part;
use crate::declare::platform::{self, PlatformJson};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::layout::links::{Links, node_of};
use crate::layout::node::Node;
use crate::media_type::{Role, of_layer};
use crate::store::Store;

impl<S: Store> From<Node<'_, S>> for Base {
    fn from(image: Node<'_, S>) -> Self {
        Self::from(&image)
    }
}

impl<S: Store> From<&Node<'_, S>> for Base {
    fn from(image: &Node<'_, S>) -> Self {
        base(image).unwrap_or_else(|error| Self::failed(format!("the base image cannot be read: {error}")))
    }
}

fn base<S: Store>(image: &Node<'_, S>) -> Result<Base> {
    let place = image.digest().to_string();
    let links = Links::of(&place, &document(image)?)?;
    if links.is_index() {
        return Err(Error::layout(place, "is an index; choose an image by `platform(..)`"));
    }
    let Some(config) = links.config else {
        return Err(Error::layout(place, "is no manifest of an image; choose one that has a config"));
    };
    let config = document(&node_of(image.layout(), &place, config.get().as_bytes())?)?;
    let unreadable = |error: serde_json::Error| {
        Error::layout(place.as_str(), "has a config that cannot be read").with_source(error)
    };
    let platform = PlatformJson::deserialize(&mut serde_json::Deserializer::from_slice(&config));
    let platform = platform.map_err(unreadable)?.into();
    let config = Json::parse(&config).map_err(unreadable)?;
    let diff_ids = match config.get("rootfs").and_then(|rootfs| rootfs.get("diff_ids")) {
        Some(Json::List(diff_ids)) => diff_ids.as_slice(),
        _ => &[],
    };
    let layers = links.layers.unwrap_or_default();
    if layers.len() != diff_ids.len() {
        let problem =
            format!("has {} layers, and its config the `diff_id`s of {}", layers.len(), diff_ids.len());
        return Err(Error::layout(place, problem));
    }
    let mut copied = Vec::with_capacity(layers.len());
    for (layer, diff_id) in layers.iter().zip(diff_ids) {
        let descriptor = Json::parse(layer.get().as_bytes()).map_err(unreadable)?;
        let node = node_of(image.layout(), &place, layer.get().as_bytes())?;
        let diff_id = match diff_id {
            Json::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        };
        let content = image.layout().store.content(node.digest())?;
        copied.push(CopiedData {
            descriptor,
            content,
            diff_id,
            unchecked: false,
            keyword: BlockKind::Layer.keyword(),
            edges: Vec::new(),
            problem: None,
        });
    }
    let image = BaseImage { config, platform: Some(platform), problem: None };
    Ok(Base::new(BaseData { layers: copied, image }))
}

/// The bytes of a document. Bytes that do not have its digest are an error.
fn document<S: Store>(node: &Node<'_, S>) -> Result<Vec<u8>> {
    let bytes = node.document_bytes()?.into_owned();
    let mut hasher = Hasher::like(node.digest());
    hasher.update(&bytes);
    let (digest, _) = hasher.finish();
    if digest != *node.digest() {
        return Err(Error::layout(node.digest(), format!("has the bytes of `{digest}`")));
    }
    Ok(bytes)
}

/// A node of another layout, with all nodes below it that the other layout holds. Their bytes are read when the fixture is
/// written, and hashed as they are copied.
///
/// ```
/// use oci_fixture::{Fixture, Index, Manifest};
///
/// let other = Fixture::new().with(Index::new().reference("app:1").with(Manifest::new().with(("a", "b")))).tempdir()?;
/// let copy = Fixture::new().with(other.reference("app:1")?).in_memory()?;
/// assert_eq!(copy.nodes()?[0].digest(), other.reference("app:1")?.digest());
/// assert_eq!(copy.blobs()?.count(), other.blobs()?.count());
/// # Ok::<(), oci_fixture::Error>(())
/// ```
impl<S: Store> Part<Fixture> for Node<'_, S> {
    fn add_to(self, fixture: &mut Fixture) {
        fixture.push_edge(self.into_edge());
    }
}

/// A node of another layout in an index is the same as in a [`Fixture`].
impl<S: Store> Part<Index> for Node<'_, S> {
    fn add_to(self, index: &mut Index) {
        index.push_edge(self.into_edge());
    }
}

/// A layer that is not compressed, or a blob that is not a layer. The `diff_id` of a compressed layer is only in the config
/// of its image, so copy such a layer with its image, by [`Base`].
impl<S: Store> Part<Manifest> for Node<'_, S> {
    fn add_to(self, manifest: &mut Manifest) {
        let mut data = Copying::default().node(&self);
        match (Role::of(self.media_type()), of_layer(self.media_type())) {
            (Some(Role::Layer), Some("")) => data.diff_id = Some(self.digest().to_string()),
            (Some(Role::Layer), _) => {
                let problem = "the `diff_id` of a compressed layer is in the config of its image; take the layers of that image by `from`";
                data.problem.get_or_insert(problem.to_owned());
            }
            (Some(Role::Index | Role::Manifest | Role::Config), _) => {
                let problem =
                    format!("{} does not fit in a manifest; take its layers by `from`", data.keyword);
                data.problem.get_or_insert(problem);
            }
            (None, _) => {}
        }
        manifest.push_edge(edge(data));
    }
}

impl<S: Store> IntoEdge for Node<'_, S> {
    fn into_edge(self) -> Edge {
        edge(Copying::default().node(&self))
    }
}

fn edge(data: CopiedData) -> Edge {
    Edge::new(NodeKind::Copied(Box::new(data)), Listing::default(), NodeFaults::default())
}

/// Copies nodes, each only once.
#[derive(Default)]
struct Copying {
    copied: HashMap<Digest, Edge>,
    /// The number of nodes above the node that is copied.
    depth: usize,
}

impl Copying {
    fn node<S: Store>(&mut self, node: &Node<'_, S>) -> CopiedData {
        let role = Role::of(node.media_type());
        let descriptor = node.descriptor();
        let artifact_type = descriptor.artifact_type().as_ref().map(|text| Json::text(text.to_string()));
        let platform = node.declared_platform().map(|platform| platform::json(platform));
        let identity = Json::object([
            ("mediaType", Some(Json::text(node.media_type().to_owned()))),
            ("digest", Some(Json::text(node.digest().to_string()))),
            ("size", Some(Json::Number(node.size().to_string().into()))),
            ("platform", platform),
            ("artifactType", artifact_type),
        ]);
        let mut data = CopiedData {
            descriptor: identity,
            content: None,
            diff_id: None,
            unchecked: false,
            keyword: role.map_or(BlockKind::Blob.keyword(), Role::keyword),
            edges: Vec::new(),
            problem: None,
        };
        if let Err(error) = self.fill(node, role, &mut data) {
            data.problem = Some(format!("cannot be copied: {error}"));
        }
        data
    }

    fn fill<S: Store>(
        &mut self,
        node: &Node<'_, S>,
        role: Option<Role>,
        data: &mut CopiedData,
    ) -> Result<()> {
        /// The largest depth of a fixture.
        const DEPTH: usize = 256;
        data.content = node.layout().store.content(node.digest())?;
        if !role.is_some_and(Role::has_descriptors) || data.content.is_none() || self.depth > DEPTH {
            return Ok(());
        }
        self.depth += 1;
        let place = node.digest().to_string();
        for link in Links::of(&place, &document(node)?)? {
            let child = node_of(node.layout(), &place, link.get().as_bytes())?;
            if node.layout().store.content(child.digest())?.is_none() {
                continue;
            }
            let known = self.copied.get(child.digest()).cloned();
            let edge = known.unwrap_or_else(|| edge(self.node(&child)));
            self.copied.insert(child.digest().clone(), edge.clone());
            data.edges.push(edge);
        }
        self.depth -= 1;
        Ok(())
    }
}
