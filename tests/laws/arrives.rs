//! Each way out of a fixture with faults holds the sealed bytes, read by the file system or by the `tar` crate.

use std::fs;

use oci_fixture::{FindingKind, Fixture, LayerFormat, Layout, Memory};
use oci_fixture_test_support::{Tree, assert_same, files, stored};
use tempfile::TempDir;

use crate::declare::fixture;
use crate::expect;
use crate::faults::layer::{How, LayerFault};
use crate::json::Json;
use crate::model::{Id, Kind, Model};
use crate::sealed::Sealed;
use crate::{docker, ways};

/// A fixture, and the files that its layout must have by the model.
pub(crate) struct Arriving<'m> {
    model: &'m Model,
    fixture: Fixture,
    sealed: Sealed,
    layout: Tree,
}

impl<'m> Arriving<'m> {
    pub(crate) fn of(model: &'m Model) -> Self {
        let (sealed, fixture) = (Sealed::of(model), fixture(model));
        let blobs = expect::stored(model, &sealed).into_iter();
        let mut layout: Tree = blobs.map(|(digest, bytes)| (blob_name(&digest), bytes)).collect();
        let memory = fixture.in_memory().unwrap();
        layout.insert("index.json".to_owned(), memory.index_bytes().unwrap().into_owned());
        layout.extend(oci_layout(&memory));
        Self { model, fixture, sealed, layout }
    }

    pub(crate) fn in_a_directory(&self) {
        let temp = TempDir::new().unwrap();
        self.fixture.write_to(temp.path()).unwrap();
        assert_same(&files(temp.path()), &self.layout);
        let temporary = self.fixture.tempdir().unwrap();
        assert_same(&files(temporary.path()), &self.layout);
    }

    pub(crate) fn in_memory(&self) {
        let layout = self.fixture.in_memory().unwrap();
        let mut found = stored(&layout);
        found.remove("oci-layout");
        found.extend(oci_layout(&layout));
        assert_same(&found, &self.layout);
    }

    pub(crate) fn in_an_archive(&self) {
        let tar = self.fixture.write_archive(Vec::new()).unwrap();
        let (found, links) = ways::of_tar(&tar);
        assert!(links.is_empty());
        assert_same(&found, &self.layout);
        let temp = TempDir::new().unwrap();
        let path = temp.path().join("layout.tar");
        // An archive without an oci-layout cannot be opened.
        drop(self.fixture.write_archive_to(&path));
        assert!(fs::read(&path).unwrap() == tar, "an archive in a file is another");
    }

    /// An archive for Docker, or the reason why it is refused.
    pub(crate) fn in_an_archive_for_docker(&self, with_layout: bool, platform: Option<&str>) {
        let mut archive = self.fixture.docker_archive();
        if with_layout {
            archive = archive.with_layout();
        }
        if let Some(platform) = platform {
            archive = archive.platform(platform);
        }
        let written = archive.write(Vec::new());
        let refusal = docker::refusal(self.model, &self.sealed, with_layout, platform);
        docker::assert_refused(refusal.as_ref(), written.as_ref().err());
        let Ok(tar) = written else { return };
        let (found, _) = ways::of_tar(&tar);
        let in_layout = |name: &&String| {
            ["oci-layout", "index.json"].contains(&name.as_str()) || name.starts_with("blobs/")
        };
        if with_layout {
            let half: Tree = found
                .iter()
                .filter(|(name, _)| in_layout(name))
                .map(|(n, b)| (n.clone(), b.clone()))
                .collect();
            assert_same(&half, &self.layout);
        } else {
            assert_eq!(found.keys().find(in_layout), None);
            assert!(self.model.faults.is_empty(), "faults of index.json are lost");
        }
        let Json::List(images) = Json::read(&found["manifest.json"]) else { panic!("no list") };
        assert!(!images.is_empty());
        for image in &images {
            assert!(self.manifests().any(|manifest| self.is_image(manifest, image, &found)), "{image:?}");
        }
        for (root, manifest) in docker::loaded(self.model, platform) {
            let image = images.iter().find(|image| self.is_image(manifest.node, image, &found));
            let image = image.unwrap_or_else(|| panic!("an image is lost: {manifest:?}"));
            if let Some(name) = docker::name(root, &self.sealed) {
                assert!(image.list("RepoTags").contains(&Json::text(&name)), "{name}: {image:?}");
            }
        }
    }

    fn manifests(&self) -> impl Iterator<Item = Id> {
        let declared = self.model.declared().into_iter();
        declared.filter(|id| matches!(self.model.nodes[*id].kind, Kind::Manifest(_)))
    }

    /// Whether an entry of manifest.json has the config and the layers of a manifest as they are stored.
    fn is_image(&self, manifest: Id, image: &Json, found: &Tree) -> bool {
        let Kind::Manifest(manifest) = &self.model.nodes[manifest].kind else { return false };
        let Some(config) = manifest.config.as_ref().and_then(|edge| self.sealed.digest(edge.node)) else {
            return false;
        };
        let hex = config.strip_prefix("sha256:").unwrap();
        let path = image.str("Config");
        if !path.contains(hex) || found.get(path) != self.layout.get(&blob_name(config)) {
            return false;
        }
        let layers: Vec<_> = manifest.layers.iter().filter(|edge| !edge.unlisted).collect();
        let paths = image.list("Layers");
        layers.len() == paths.len()
            && layers.iter().zip(paths).all(|(edge, path)| {
                let Json::Text(path) = path else { panic!("{path:?}") };
                self.layer(edge.node) == found.get(path).cloned()
            })
    }

    /// The file that Docker unpacks as a layer: the tar, or the blob if a fault can be shown only in the blob.
    fn layer(&self, id: Id) -> Option<Vec<u8>> {
        let digest = self.sealed.digest(id)?;
        let stored = self.layout.get(&blob_name(digest))?;
        let node = &self.model.nodes[id];
        if stored != self.sealed.bytes(id) || node.faults.layer.as_ref().is_some_and(is_wrong_stream) {
            return Some(stored.clone());
        }
        Some(self.sealed.tar(self.model, id).unwrap_or_else(|| stored.clone()))
    }
}

fn is_wrong_stream(fault: &LayerFault) -> bool {
    let is_wrong = |kind: &FindingKind| {
        matches!(
            kind,
            FindingKind::StreamChecksum { .. }
                | FindingKind::StreamTrailing { .. }
                | FindingKind::TarTrailing { .. }
        )
    };
    matches!(fault.how, How::Encoder(_))
        && (fault.format == Some(LayerFormat::Other) || fault.finds.iter().any(|(_, kind)| is_wrong(kind)))
}

fn blob_name(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

/// The file oci-layout, if there is one.
fn oci_layout(layout: &Layout<Memory>) -> Option<(String, Vec<u8>)> {
    Some(("oci-layout".to_owned(), layout.oci_layout_bytes().ok()?.into_owned()))
}
