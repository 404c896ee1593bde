//! The findings about manifests, configs and layers.

use oci_fixture::{FindingKind, LayerFormat};

use super::super::bytes::sha256;
use super::super::declare;
use super::super::faults::{Edit, How};
use super::super::identity::resolve;
use super::super::inject::manifest_of;
use super::super::json::Json;
use super::super::model::{Id, Kind, Manifest, Platform};
use super::descriptor::{Descriptor, Role};
use super::{Expecting, mismatch, parsed};

impl Expecting<'_> {
    /// The descriptors of a manifest. Those of its layers have the `diff_ids` of its config.
    pub(super) fn manifest(&mut self, place: &str, manifest: &Manifest, edit: &Edit) -> Vec<Descriptor> {
        let mut layers = self.listed(place, "layers", &manifest.layers, edit);
        let is_list = edit.told("layers").is_none_or(|told| matches!(told, Json::List(_)));
        let config = self.image(manifest, edit).filter(|_| is_list);
        if let Some(diff_ids) = config.and_then(|config| self.diff_ids(config)) {
            // Either all layers have a diff_id, or those that are a tar by their media type.
            let has_all = diff_ids.len() == layers.len();
            let has_diff_id = |layer: &&mut Descriptor| has_all || layer.role() == Some(Role::Layer);
            let with_diff_id: Vec<&mut Descriptor> = layers.iter_mut().filter(has_diff_id).collect();
            if with_diff_id.len() == diff_ids.len() {
                for (layer, diff_id) in with_diff_id.into_iter().zip(diff_ids) {
                    layer.diff_id = Some(diff_id).filter(|diff_id| problem(diff_id).is_none());
                }
            } else {
                let (layers, diff_ids) = (with_diff_id.len() as u64, diff_ids.len() as u64);
                self.add(place, Some(FindingKind::DiffIdCount { layers, diff_ids }));
            }
        }
        self.config_of(place, manifest, edit).into_iter().chain(layers).collect()
    }

    /// The descriptor of the config, if the manifest has one.
    fn config_of(&self, place: &str, manifest: &Manifest, edit: &Edit) -> Option<Descriptor> {
        let config = manifest.config.as_ref().filter(|_| edit.has("config"));
        config.map(|config| self.descriptor(format!("{place} > config"), "config", config))
    }

    /// The config of a manifest, if it is that of an image, and can be read.
    pub(super) fn image(&self, manifest: &Manifest, edit: &Edit) -> Option<Id> {
        let config =
            self.config_of("", manifest, edit).filter(|config| config.role() == Some(Role::Config))?;
        let digest = config.digest.as_ref()?;
        let is_stored = mismatch(digest, config.size, self.stored.get(digest)?).is_none();
        config.node.filter(|id| is_stored && !self.edit(*id).is_unread())
    }

    fn config_platform(&self, config: Id) -> Option<Platform> {
        let honest = self.model.nodes[config].platform.clone();
        match ["os", "architecture"].map(|name| self.edit(config).told(name)) {
            [None, None] => honest,
            [Some(Json::Text(os)), None] => honest.map(|honest| Platform { os: os.clone(), ..honest }),
            _ => None,
        }
    }

    /// The `diff_ids` of a config, if it has a list of them.
    fn diff_ids(&self, config: Id) -> Option<Vec<String>> {
        let edit = self.edit(config);
        if let How::DiffIds(diff_ids) = &edit.how {
            return Some(diff_ids.clone());
        }
        match edit.told("rootfs") {
            Some(Json::Object(members)) if members.iter().any(|(name, _)| name == "diff_ids") => None,
            None | Some(Json::Object(_)) => {
                let manifest = manifest_of(self.model, config);
                Some(manifest.map(|manifest| self.sealed.diff_ids(self.model, manifest)).unwrap_or_default())
            }
            Some(_) => None,
        }
    }

    /// Compares the members of a platform that both the descriptor and the config have. The platforms of a fixture
    /// differ in more than their notation, so nothing is normalised here.
    pub(super) fn check_platform(&mut self, descriptor: &Descriptor, config: Option<Id>, is_artifact: bool) {
        let config = config.and_then(|config| self.config_platform(config));
        let Some(config) = config else { return };
        let media_type = descriptor.media_type.as_deref().unwrap_or_default();
        let is_manifest = [".image.manifest.v1+json", ".distribution.manifest.v2+json"];
        let is_image = is_manifest.iter().any(|end| media_type.ends_with(end)) && !is_artifact;
        let Some(said) = &descriptor.platform else {
            let is_missing = is_image && !descriptor.has_other_platform && descriptor.is_in_index();
            self.add(&descriptor.place, is_missing.then_some(FindingKind::PlatformMissing));
            return;
        };
        let members = |Platform { os, architecture, variant, os_version, os_features }: &Platform| {
            let mut features = os_features.clone();
            features.sort();
            let features = Some(features.join(",")).filter(|_| !os_features.is_empty());
            [Some(os.clone()), Some(architecture.clone()), variant.clone(), os_version.clone(), features]
        };
        let mut pairs = members(said).into_iter().zip(members(&config));
        if pairs.any(|(said, config)| said.zip(config).is_some_and(|(said, config)| said != config)) {
            let (descriptor_says, config) = (declare::platform(said), declare::platform(&config));
            let kind = FindingKind::PlatformMismatch { descriptor: descriptor_says, config };
            self.add(&descriptor.place, Some(kind));
        }
    }

    /// Whether a manifest is of the artifact type that its descriptor says.
    pub(super) fn check_artifact_type(&mut self, descriptor: &Descriptor, manifest: &Manifest, edit: &Edit) {
        let said = descriptor.artifact_type.clone().filter(|_| !edit.is_unread());
        let own = manifest.artifact_type.as_ref().map(|words| resolve(words, &self.sealed.identities));
        let of_config = self.config_of("", manifest, edit).and_then(|config| config.media_type);
        let types = [own.clone(), of_config.clone()];
        if let (Some(said), Some(manifest)) = (said, own.or(of_config))
            && !types.contains(&Some(said.clone()))
        {
            let kind = FindingKind::ArtifactTypeMismatch { descriptor: said, manifest };
            self.add(&descriptor.place, Some(kind));
        }
    }

    pub(super) fn config(&mut self, id: Id, descriptor: &Descriptor) {
        let Kind::Config(config) = &self.model.nodes[id].kind else {
            panic!("node {id} is taken for a config")
        };
        // A config that says that it is an index is not read as a config.
        if self.other(id, descriptor) {
            return;
        }
        self.check_platform(descriptor, Some(id), false);
        let (place, edit) = (&descriptor.place, self.edit(id));
        if !self.opened.insert((descriptor.digest.clone(), Role::Config)) {
            return;
        }
        self.add(place, edit.finds.iter().cloned());
        let Some(diff_ids) = self.diff_ids(id) else { return };
        self.add(place, diff_ids.iter().filter_map(|diff_id| problem(diff_id)));
        let is_step = |step: &&Json| step.get("empty_layer") != Some(&Json::Bool(true));
        let steps = match edit.told("history") {
            None if config.history.is_empty() => return,
            None => config.history.iter().filter(|step| !step.empty_layer).count(),
            Some(Json::List(told)) => told.iter().filter(is_step).count(),
            Some(_) => return,
        };
        if steps != diff_ids.len() {
            let (steps, diff_ids) = (steps as u64, diff_ids.len() as u64);
            self.add(place, Some(FindingKind::HistoryCount { steps, diff_ids }));
        }
    }

    pub(super) fn layer(&mut self, id: Id, descriptor: &Descriptor) {
        let node = &self.model.nodes[id];
        let Kind::Layer(layer) = &node.kind else { panic!("node {id} is taken for a layer") };
        let (fault, format, place) = (&node.faults.layer, layer.format, &descriptor.place);
        let found = fault.as_ref().and_then(|fault| fault.format).unwrap_or(format);
        let media_type = descriptor.media_type.clone().unwrap();
        let suffix = if format == LayerFormat::Tar { "tar".to_owned() } else { format.to_string() };
        if found != format || !media_type.ends_with(&suffix) {
            self.add(place, Some(FindingKind::CompressionMismatch { media_type, found }));
        }
        let is_known = found == LayerFormat::Tar || found != LayerFormat::Other && cfg!(feature = "decode");
        if !is_known {
            return;
        }
        let (tar, bytes) = (self.sealed.tar(self.model, id).unwrap(), self.sealed.bytes(id));
        let is_lowest = descriptor.field != "layers" || place.ends_with("[0]");
        if self.opened.insert((descriptor.digest.clone(), Role::Layer)) {
            for (path, kind) in fault.iter().flat_map(|fault| &fault.finds) {
                let place = path.as_ref().map_or(place.clone(), |path| format!("{place} > {path:?}"));
                self.add(&place, Some(in_layer(kind.clone(), is_lowest, &tar, bytes)));
            }
        }
        let is_whole = fault.as_ref().is_none_or(|fault| fault.is_whole);
        let found = format!("sha256:{}", sha256(if is_whole { &tar } else { bytes }));
        if let Some(expected) = descriptor.diff_id.as_ref().filter(|expected| **expected != found) {
            let (expected, found) = (parsed(expected), parsed(&found));
            self.add(place, Some(FindingKind::DiffIdMismatch { expected, found }));
        }
    }
}

/// A finding of a layer, by where the layer stands; and by its bytes, for an offset that was counted from the end.
fn in_layer(mut kind: FindingKind, in_lowest: bool, tar: &[u8], blob: &[u8]) -> FindingKind {
    match &mut kind {
        FindingKind::TarMalformed { offset, .. } => *offset = tar.len() as u64 - *offset,
        FindingKind::TarTrailing { offset } | FindingKind::StreamTrailing { offset, .. } => {
            *offset = blob.len() as u64 - *offset;
        }
        FindingKind::LinkTargetMissing { is_lowest, .. } => *is_lowest = in_lowest,
        _ => {}
    }
    kind
}

/// The finding about a `diff_id` that cannot be compared.
fn problem(diff_id: &str) -> Option<FindingKind> {
    match diff_id.split_once(':') {
        Some(("sha256", _)) => None,
        Some(_) => Some(FindingKind::DigestUnknown { found: diff_id.to_owned() }),
        None => Some(FindingKind::DigestMalformed { problem: String::new() }),
    }
}
