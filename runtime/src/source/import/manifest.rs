//! The manifests, each with its config and its layers.

use oci_fixture_grammar::{Digest, Platform};

use super::descriptor::{NaturalDescriptor, text};
use super::documents::{natural, platform_of_config};
use super::forms::{headed, placed};
use super::sealed::bodies;
use super::{Import, ImportedNode, Surroundings, identity, media_type_of};
use crate::declare::config::Config;
use crate::declare::graph::{Edge, IntoEdge, NodeKind, Parent};
use crate::declare::manifest::Manifest;
use crate::declare::platform;
use crate::error::Result;
use crate::json::Json;
use crate::media_type::{self, Role};
use crate::source::with;
use crate::store::Store;

impl<S: Store> Import<'_, S> {
    pub(super) fn manifest(
        &mut self,
        digest: &Digest,
        bytes: &[u8],
        listed: Option<Platform>,
        around: Surroundings,
    ) -> Result<Option<ImportedNode>> {
        let Ok(document) = Json::parse(bytes) else { return Ok(None) };
        let config_json = document.get("config");
        let config_id = config_json.and_then(identity);
        let config_type = config_json.map(media_type_of).unwrap_or_default();
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
        let artifact_type = text(&document, "artifactType");
        let is_artifact = artifact_type.is_some();
        let is_other = |platform: &&Platform| is_image && (is_artifact || **platform != *platform::DEFAULT);
        let empty = with(Manifest::new(), platform.as_ref().filter(is_other), Manifest::platform);
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
            // The config is not stored, so a `#[missing]` config with another digest takes its place.
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
