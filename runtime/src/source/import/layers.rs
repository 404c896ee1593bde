//! The layers in the list of a manifest.

use oci_fixture_grammar::Digest;

use super::descriptor::{NaturalDescriptor, dangling, texts};
use super::documents::{Child, is_own};
use super::stored::BlobState;
use super::{Import, ImportedNode, Said, Surroundings, digest_of, identity, media_type_of};
use crate::declare::graph::{Edge, IntoEdge, NodeKind};
use crate::error::Result;
use crate::json::Json;
use crate::store::Store;

impl<S: Store> Import<'_, S> {
    /// The layers of a manifest.
    pub(super) fn layers(
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
        let media_type = media_type_of(written);
        let imported = match identity(written) {
            Some((digest, size)) => self.layer_node(&digest, size, &media_type, diff_id, around)?,
            None => None,
        };
        let Some(imported) = imported else {
            let digest = digest_of(written).map(|digest| digest.to_string()).unwrap_or_default();
            let mut descriptor = dangling(written);
            if let Some(diff_id) = diff_id {
                let is_own = is_own(Some(diff_id), &digest, &media_type);
                descriptor = if is_own { descriptor.diff_id(true) } else { descriptor.diff_id(diff_id) };
            }
            if descriptor.check_in_image().is_err() {
                descriptor = descriptor.unchecked();
            }
            let edge = descriptor.into_edge();
            return Ok(Child { real: edge.clone(), stand_in: edge, diff_id: diff_id.map(str::to_owned) });
        };
        let own = self.embedded(written)?;
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

    /// The node of a layer. `None` for a blob that is missing or broken.
    fn layer_node(
        &mut self,
        digest: &Digest,
        size: u64,
        media_type: &str,
        diff_id: Option<&str>,
        around: Surroundings,
    ) -> Result<Option<ImportedNode>> {
        let state = self.state(digest, Some(size))?;
        if !around.takes(digest) {
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
            None => match self.blob(digest, Some(size), media_type, diff_id, says_sha512)? {
                Some(blob) => blob,
                None => return Ok(None),
            },
        };
        self.nodes.insert(key, imported.clone());
        Ok(Some(imported))
    }
}
