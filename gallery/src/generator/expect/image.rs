//! The findings about manifests, configs and layers.

use super::super::bytes::sha256;
use oci_fixture::{FindingKind, LayerFormat};

use super::super::declare;
use super::super::faults::{Edit, How};
use super::super::identity::resolve;
use super::super::inject::manifest_of;
use super::super::json::Json;
use super::super::model::{Compression, Id, Kind, Manifest, Platform};
use super::descriptor::{Descriptor, Role, layer_fault};
use super::{Expecting, has, lists, mismatch, parsed};

impl Expecting<'_> {
    pub(super) fn manifest(&mut self, place: &str, id: Id, manifest: &Manifest) {
        let edit = self.edit(id);
        let listed = manifest.layers.iter().filter(|edge| !edge.unlisted && lists(edit, "layers"));
        let layers: Vec<Descriptor> = listed.map(|edge| self.descriptor(edge, None)).collect();
        // Either all layers have a diff_id, or those that are a tar by their media type.
        let mut diff_ids = vec![None; layers.len()];
        let is_list = |edit: &Edit| edit.told("layers").is_none_or(|told| matches!(told, Json::List(_)));
        let config = self.image(id, manifest).filter(|_| edit.is_none_or(is_list));
        if let Some(of_config) = config.and_then(|config| self.diff_ids(config)) {
            let has_all = of_config.len() == layers.len();
            let has_diff_id = |number: &usize| has_all || layers[*number].role() == Some(Role::Layer);
            let with_diff_id: Vec<usize> = (0..layers.len()).filter(has_diff_id).collect();
            if with_diff_id.len() == of_config.len() {
                for (number, diff_id) in with_diff_id.into_iter().zip(of_config) {
                    diff_ids[number] = Some(diff_id).filter(|diff_id| problem(diff_id).is_none());
                }
            } else {
                let (layers, diff_ids) = (with_diff_id.len() as u64, of_config.len() as u64);
                self.add(place, FindingKind::DiffIdCount { layers, diff_ids });
            }
        }
        if has(edit, "config") {
            let descriptor = self.descriptor(manifest.config.as_ref().unwrap(), None);
            self.visit(&format!("{place} > config"), "config", &descriptor, None);
        }
        for (number, descriptor) in layers.iter().enumerate() {
            let (place, diff_id) = (format!("{place} > layers[{number}]"), diff_ids[number].as_deref());
            self.visit(&place, "layers", descriptor, diff_id);
        }
    }

    /// The config of a manifest, where it is that of an image, and can be read.
    pub(super) fn image(&self, id: Id, manifest: &Manifest) -> Option<Id> {
        let edit = self.edit(id);
        let is_read = has(edit, "config") && !edit.is_some_and(Edit::is_unread);
        let config = manifest.config.as_ref().filter(|_| is_read)?;
        let descriptor = self.descriptor(config, None);
        let digest = descriptor.digest.as_ref().filter(|_| descriptor.role() == Some(Role::Config))?;
        let is_stored = mismatch(digest, descriptor.size, self.stored.get(digest)?).is_none();
        descriptor.node.filter(|config| is_stored && self.edit(*config).is_none_or(|edit| !edit.is_unread()))
    }

    pub(super) fn config_platform(&self, config: Id) -> Option<Platform> {
        let usual = self.model.nodes[config].platform.clone();
        let told = |name| self.edit(config).and_then(|edit| edit.told(name));
        match (told("os"), told("architecture")) {
            (None, None) => usual,
            (Some(Json::Text(os)), None) => usual.map(|usual| Platform { os: os.clone(), ..usual }),
            _ => None,
        }
    }

    /// The `diff_ids` of a config, if it has a list of them.
    fn diff_ids(&self, config: Id) -> Option<Vec<String>> {
        let manifest = manifest_of(self.model, config);
        let usual =
            Some(manifest.map(|manifest| self.sealed.diff_ids(self.model, manifest)).unwrap_or_default());
        let Some(edit) = self.edit(config) else { return usual };
        if let How::DiffIds(diff_ids) = &edit.how {
            return Some(diff_ids.clone());
        }
        match edit.told("rootfs") {
            None => usual,
            Some(Json::Object(members)) if members.iter().all(|(name, _)| name != "diff_ids") => usual,
            Some(_) => None,
        }
    }

    /// Compares the members of a platform that both the descriptor and the config have. The platforms of a fixture
    /// differ in more than their notation, so nothing is normalised here.
    pub(super) fn check_platform(
        &mut self,
        place: &str,
        descriptor: &Descriptor,
        config: Option<&Platform>,
        is_artifact: bool,
    ) {
        let is_in_index_json = place.matches(" > ").count() == 1;
        let is_listed = place.rsplit(" > ").next().is_some_and(|last| last.starts_with("manifests["));
        let media_type = descriptor.media_type.as_deref().unwrap_or_default();
        let is_manifest = [".image.manifest.v1+json", ".distribution.manifest.v2+json"];
        let is_image =
            is_manifest.iter().any(|end| media_type.ends_with(end)) && !is_artifact && config.is_some();
        if is_image && !descriptor.has_platform && is_listed && !is_in_index_json {
            self.add(place, FindingKind::PlatformMissing);
        }
        let members = |Platform { os, architecture, variant, os_version, os_features }: &Platform| {
            let mut features = os_features.clone();
            features.sort();
            let features = Some(features.join(",")).filter(|_| !os_features.is_empty());
            [Some(os.clone()), Some(architecture.clone()), variant.clone(), os_version.clone(), features]
        };
        if let (Some(said), Some(config)) = (&descriptor.platform, config)
            && members(said)
                .iter()
                .zip(members(config))
                .any(|(said, config)| said.as_ref().zip(config).is_some_and(|(said, config)| *said != config))
        {
            let (descriptor, config) = (declare::platform(said), declare::platform(config));
            self.add(place, FindingKind::PlatformMismatch { descriptor, config });
        }
    }

    /// Whether a manifest is of the artifact type that its descriptor says.
    pub(super) fn check_artifact_type(
        &mut self,
        place: &str,
        id: Id,
        manifest: &Manifest,
        descriptor: &Descriptor,
    ) {
        let edit = self.edit(id);
        let said = descriptor.artifact_type.as_ref().filter(|_| !edit.is_some_and(Edit::is_unread));
        let Some(said) = said else { return };
        let own = manifest.artifact_type.as_ref().map(|words| resolve(words, &self.sealed.identities));
        let config = manifest.config.as_ref().filter(|_| has(edit, "config"));
        let config = config.and_then(|config| self.descriptor(config, None).media_type);
        let types: Vec<String> = own.into_iter().chain(config).collect();
        if let Some(first) = types.first().filter(|_| !types.contains(said)) {
            let (descriptor, manifest) = (said.clone(), first.clone());
            self.add(place, FindingKind::ArtifactTypeMismatch { descriptor, manifest });
        }
    }

    pub(super) fn config(&mut self, place: &str, id: Id, descriptor: &Descriptor) {
        let Kind::Config(config) = &self.model.nodes[id].kind else { panic!("it is taken for a config") };
        let edit = self.edit(id);
        // A config that says that it is an index is not read as a config.
        if self.other(place, id, descriptor) {
            return;
        }
        let is_first = self.opened.insert((descriptor.digest.clone().unwrap(), Role::Config));
        if is_first && self.read(place, edit) {
            let diff_ids = self.diff_ids(id);
            for kind in diff_ids.iter().flatten().filter_map(|diff_id| problem(diff_id)) {
                self.add(place, kind);
            }
            let with_layer = config.history.iter().filter(|step| !step.empty_layer).count();
            let is_step = |step: &&Json| step.get("empty_layer") != Some(&Json::Bool(true));
            let steps = match edit.and_then(|edit| edit.told("history")) {
                None => (!config.history.is_empty()).then_some(with_layer),
                Some(Json::List(told)) => Some(told.iter().filter(is_step).count()),
                Some(_) => None,
            };
            if let (Some(steps), Some(diff_ids)) = (steps, diff_ids)
                && steps != diff_ids.len()
            {
                let (steps, diff_ids) = (steps as u64, diff_ids.len() as u64);
                self.add(place, FindingKind::HistoryCount { steps, diff_ids });
            }
        }
        if edit.is_none_or(|edit| !edit.is_unread()) {
            let platform = self.config_platform(id);
            self.check_platform(place, descriptor, platform.as_ref(), false);
        }
    }

    pub(super) fn layer(&mut self, place: &str, id: Id, descriptor: &Descriptor, diff_id: Option<&str>) {
        let node = &self.model.nodes[id];
        let Kind::Layer(layer) = &node.kind else { panic!("it is taken for a layer") };
        let fault = layer_fault(node);
        let format = match layer.compression {
            Compression::None => LayerFormat::Tar,
            Compression::Gzip => LayerFormat::Gzip,
            Compression::Zstd => LayerFormat::Zstd,
        };
        let found = fault.and_then(|fault| fault.format).unwrap_or(format);
        let media_type = descriptor.media_type.clone().unwrap();
        let suffix = if format == LayerFormat::Tar { "tar".to_owned() } else { format.to_string() };
        if found != format || !media_type.ends_with(&suffix) {
            self.add(place, FindingKind::CompressionMismatch { media_type, found });
        }
        let is_known = found == LayerFormat::Tar || found != LayerFormat::Other && cfg!(feature = "decode");
        if !is_known {
            return;
        }
        let tar = self.sealed.tar(self.model, id).unwrap();
        let bytes = self.sealed.bytes(id);
        let is_lowest = !place.ends_with(']') || place.ends_with("[0]") || !place.contains(" > layers[");
        if self.opened.insert((descriptor.digest.clone().unwrap(), Role::Layer)) {
            for (path, kind) in fault.iter().flat_map(|fault| &fault.finds) {
                let place = path.as_ref().map_or(place.to_owned(), |path| format!("{place} > {path:?}"));
                self.findings.push((place, in_layer(kind.clone(), is_lowest, &tar, bytes)));
            }
        }
        let is_whole = fault.is_none_or(|fault| fault.is_whole);
        let found = format!("sha256:{}", sha256(if is_whole { &tar } else { bytes }));
        if let Some(expected) = diff_id.filter(|expected| *expected != found) {
            let (expected, found) = (parsed(expected), parsed(&found));
            self.add(place, FindingKind::DiffIdMismatch { expected, found });
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
