//! What is found of manifests, configs and layers.

use oci_fixture::{FindingKind, LayerFormat};

use super::descriptor::{Descriptor, Role, layer_lie};
use super::{Expecting, edit, hash, is_empty, is_without, parsed};
use crate::check::sha256;
use crate::declare;
use crate::liar::manifest_of;
use crate::model::{Compression, History, Id, Kind, Manifest, Platform};

impl Expecting<'_> {
    pub(super) fn manifest(&mut self, place: &str, id: Id, manifest: &Manifest) {
        let edit = edit(self.model, id);
        let layers: Vec<Descriptor> = if is_without(edit, "layers") || is_empty(edit) {
            Vec::new()
        } else {
            let listed = manifest.layers.iter().filter(|edge| !edge.unlisted);
            listed.map(|edge| self.descriptor(edge, None)).collect()
        };
        // Either all layers have a diff_id, or those that are a tar by their media type.
        let mut diff_ids = vec![None; layers.len()];
        let config = self.image(id, manifest).filter(|_| !is_without(edit, "layers"));
        if let Some(of_config) = config.and_then(|config| self.diff_ids(config)) {
            let tars: Vec<usize> =
                (0..layers.len()).filter(|number| layers[*number].role() == Some(Role::Layer)).collect();
            let with_diff_id =
                if of_config.len() == layers.len() { (0..layers.len()).collect() } else { tars };
            if with_diff_id.len() == of_config.len() {
                for (number, diff_id) in with_diff_id.into_iter().zip(of_config) {
                    diff_ids[number] = Some(diff_id).filter(|diff_id| problem(diff_id).is_none());
                }
            } else {
                let (layers, diff_ids) = (with_diff_id.len() as u64, of_config.len() as u64);
                self.add(place, FindingKind::DiffIdCount { layers, diff_ids });
            }
        }
        if !is_without(edit, "config") {
            let descriptor = self.descriptor(manifest.config.as_ref().unwrap(), None);
            self.visit(&format!("{place} > config"), "config", &descriptor, None);
        }
        for (number, descriptor) in layers.iter().enumerate() {
            self.visit(
                &format!("{place} > layers[{number}]"),
                "layers",
                descriptor,
                diff_ids[number].as_deref(),
            );
        }
    }

    /// The config of a manifest, where it is that of an image, and can be read.
    pub(super) fn image(&self, id: Id, manifest: &Manifest) -> Option<Id> {
        let edit = self.edit(id);
        if is_without(edit, "config") || edit.is_some_and(|edit| edit.unread) {
            return None;
        }
        let descriptor = self.descriptor(manifest.config.as_ref().unwrap(), None);
        if descriptor.role() != Some(Role::Config) {
            return None;
        }
        let digest = descriptor.digest.as_ref()?;
        let bytes = self.stored.get(digest).filter(|bytes| hash(digest, bytes) == *digest)?;
        let has_size = descriptor.size.is_none_or(|size| size == bytes.len() as u64);
        descriptor.node.filter(|config| has_size && self.edit(*config).is_none_or(|edit| !edit.unread))
    }

    pub(super) fn config_platform(&self, config: Id) -> Option<Platform> {
        let usual = self.model.nodes[config].platform.clone();
        match self.edit(config) {
            Some(edit) => edit.platform.or(usual),
            None => usual,
        }
    }

    /// Those that it says, where it has a list of them.
    fn diff_ids(&self, config: Id) -> Option<Vec<String>> {
        let manifest = manifest_of(self.model, config);
        let usual =
            Some(manifest.map(|manifest| self.sealed.diff_ids(self.model, manifest)).unwrap_or_default());
        match self.edit(config) {
            Some(edit) => edit.diff_ids.or(usual),
            None => usual,
        }
    }

    /// No two platforms of a fixture are the same but for how they are written, so nothing is made the same here.
    pub(super) fn check_platform(&mut self, place: &str, descriptor: &Descriptor, config: Option<&Platform>) {
        if let (Some(said), Some(config)) = (&descriptor.platform, config)
            && said != config
        {
            let (descriptor, config) = (declare::platform(said), declare::platform(config));
            self.add(place, FindingKind::PlatformMismatch { descriptor, config });
        }
    }

    pub(super) fn config(&mut self, place: &str, id: Id, descriptor: &Descriptor) {
        let Kind::Config(config) = &self.model.nodes[id].kind else { panic!("it is taken for a config") };
        let edit = edit(self.model, id);
        // One that says that it is an index is not taken for a config.
        let said = self.said(id).filter(|said| Role::of(said) == Some(Role::Links));
        self.check_descriptor(place, descriptor, said.as_deref());
        self.unsure |= said.is_some();
        if said.is_some() {
            return;
        }
        let is_first = self.opened.insert((descriptor.digest.clone().unwrap(), Role::Config));
        if is_first && self.read(place, edit) {
            let diff_ids = self.diff_ids(id);
            for kind in diff_ids.iter().flatten().filter_map(|diff_id| problem(diff_id)) {
                self.add(place, kind);
            }
            let history = Some(&config.history).filter(|history| !history.is_empty());
            let with_layer = |history: &Vec<History>| history.iter().filter(|step| !step.empty_layer).count();
            let steps = history.map(with_layer);
            let steps = edit.map_or(steps, |edit| edit.steps.or(steps));
            if let (Some(steps), Some(diff_ids)) = (steps, diff_ids)
                && steps != diff_ids.len()
            {
                let (steps, diff_ids) = (steps as u64, diff_ids.len() as u64);
                self.add(place, FindingKind::HistoryCount { steps, diff_ids });
            }
        }
        if edit.is_none_or(|edit| !edit.unread) {
            let platform = self.config_platform(id);
            self.check_platform(place, descriptor, platform.as_ref());
        }
    }

    pub(super) fn layer(&mut self, place: &str, id: Id, descriptor: &Descriptor, diff_id: Option<&str>) {
        let node = &self.model.nodes[id];
        let Kind::Layer(layer) = &node.kind else { panic!("it is taken for a layer") };
        let lie = layer_lie(node);
        let format = match layer.compression {
            Compression::None => LayerFormat::Tar,
            Compression::Gzip => LayerFormat::Gzip,
            Compression::Zstd => LayerFormat::Zstd,
        };
        let found = lie.and_then(|lie| lie.format).unwrap_or(format);
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
        if self.opened.insert((descriptor.digest.clone().unwrap(), Role::Layer)) {
            for (path, kind) in lie.iter().flat_map(|lie| &lie.finds) {
                let place = path.as_ref().map_or(place.to_owned(), |path| format!("{place} > {path:?}"));
                self.findings.push((place, from_start(kind.clone(), &tar, bytes)));
            }
        }
        let is_whole = lie.is_none_or(|lie| lie.is_whole);
        let found = format!("sha256:{}", sha256(if is_whole { &tar } else { bytes }));
        if let Some(expected) = diff_id.filter(|expected| *expected != found) {
            let (expected, found) = (parsed(expected), parsed(&found));
            self.add(place, FindingKind::DiffIdMismatch { expected, found });
        }
    }
}

/// An offset that was counted from the end.
fn from_start(mut kind: FindingKind, tar: &[u8], blob: &[u8]) -> FindingKind {
    match &mut kind {
        FindingKind::TarMalformed { offset, .. } => *offset = tar.len() as u64 - *offset,
        FindingKind::TarTrailing { offset } | FindingKind::StreamTrailing { offset, .. } => {
            *offset = blob.len() as u64 - *offset;
        }
        _ => {}
    }
    kind
}

/// What is wrong with a `diff_id`.
fn problem(diff_id: &str) -> Option<FindingKind> {
    match diff_id.split_once(':') {
        Some(("sha256", _)) => None,
        Some(_) => Some(FindingKind::DigestUnknown { found: diff_id.to_owned() }),
        None => Some(FindingKind::DigestMalformed { problem: String::new() }),
    }
}
