//! Reading an archive for Docker that has no layout.

use std::path::Path;

use oci_fixture_grammar::{Platform, Reference};
use serde::Deserialize;

use crate::declare::blob::Blob;
use crate::declare::config::Config;
use crate::declare::content::Content;
use crate::declare::fixture::Fixture;
use crate::declare::graph::{IntoEdge as _, Parent as _};
use crate::declare::label::Label;
use crate::declare::manifest::Manifest;
use crate::declare::tag::Tag;
use crate::error::{Error, Result};
use crate::layer_format::LayerFormat;
use crate::media_type;
use crate::store::ArchivedFiles;

/// The file that lists the images.
const MANIFEST_FILE: &str = "manifest.json";

/// The largest number of bytes of manifest.json, and of a config.
const DOCUMENT: u64 = 16 << 20;

/// An image in manifest.json ([Docker image specification 1.2]).
///
/// [Docker image specification 1.2]: https://github.com/moby/docker-image-spec/blob/v1.2.0/v1.2.md#combined-image-json--filesystem-changeset-format
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SavedImage {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    #[serde(default)]
    layers: Option<Vec<String>>,
}

/// The fields of a config that are read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct SavedConfig {
    os: String,
    architecture: String,
    variant: String,
    rootfs: SavedRootfs,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SavedRootfs {
    diff_ids: Vec<String>,
}

impl Fixture {
    /// The images of an archive that `docker save` of Docker before 25, `podman save` or
    /// [`write_docker_archive`](Self::write_docker_archive) has written, which is no OCI image layout.
    ///
    /// Each image of its manifest.json becomes a manifest with the media types of Docker, in the order of manifest.json. Its
    /// config and its layers are the stored bytes, and its references are the `RepoTags`. Further files of the archive for
    /// Docker before 1.10 is not read. The file stays open, and its layers are read when the fixture is written.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// let saved = directory.path().join("app.tar");
    /// let image = Manifest::new().reference("app:1").with(("etc/name", "app"));
    /// Fixture::new().with(image).docker_archive().write_to(&saved)?;
    ///
    /// let layout = Fixture::from_docker_archive(&saved)?.tempdir()?;
    /// assert_eq!(layout.reference("app:1")?.rootfs()?.file("etc/name")?, b"app");
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if the archive has no manifest.json, [`Layout`](crate::ErrorKind::Layout) if
    /// the file is no tar, if manifest.json or a config cannot be read, or if manifest.json names a file that the archive does
    /// not hold, and [`Io`](crate::ErrorKind::Io).
    pub fn from_docker_archive(file: impl AsRef<Path>) -> Result<Self> {
        let path = file.as_ref();
        let files = ArchivedFiles::open(path)?;
        let Some(manifest) = files.content(MANIFEST_FILE) else {
            let what =
                format!("{}: has no `{MANIFEST_FILE}`, so it is no archive for Docker", path.display());
            return Err(Error::not_found(what));
        };
        let saved = SavedArchive { path, files: &files };
        let images: Vec<SavedImage> = saved.document(&manifest, MANIFEST_FILE)?;
        let mut fixture = Self::new();
        for (number, image) in images.iter().enumerate() {
            saved.add(image, number, &mut fixture)?;
        }
        Ok(fixture)
    }
}

struct SavedArchive<'a> {
    path: &'a Path,
    files: &'a ArchivedFiles,
}

impl SavedArchive<'_> {
    /// Adds an image under each of its names.
    fn add(&self, image: &SavedImage, number: usize, fixture: &mut Fixture) -> Result<()> {
        let bytes = self.bytes(&self.file("config", &image.config)?, &image.config)?;
        let config: SavedConfig = self.parsed(&bytes, &image.config)?;
        let mut manifest = Manifest::new().docker().with(Config::new().raw(bytes));
        if let Some(platform) = config.platform() {
            manifest = manifest.platform(&platform);
        }
        for (position, layer) in image.layers.iter().flatten().enumerate() {
            let content = self.file("layer", layer)?;
            let diff_id = config.rootfs.diff_ids.get(position).map(String::as_str);
            let blob = self.layer(content, layer, diff_id)?;
            // The bytes of a layer are kept as they are, even if they are no tar.
            let is_honest = blob.clone().into_edge().node.check().is_ok();
            manifest.push_edge(if is_honest { blob } else { blob.unchecked() }.into_edge());
        }
        let mut names = image.repo_tags.iter().flatten().filter(|name| Reference::parse(name).is_ok());
        let manifest = match names.next() {
            Some(name) => manifest.reference(name),
            None => manifest,
        };
        let others: Vec<_> = names.collect();
        if others.is_empty() {
            fixture.push(manifest);
            return Ok(());
        }
        let label = Label::new(&format!("image-{number}"), manifest);
        fixture.push(&label);
        for name in others {
            fixture.push(Tag::new(name, &label));
        }
        Ok(())
    }

    /// A layer with the stored bytes, compressed or not.
    fn layer(&self, content: Content, name: &str, diff_id: Option<&str>) -> Result<Blob> {
        let mut head = LayerHead(Vec::new());
        // The head stops the writer.
        let _ = content.write_to(&mut head);
        let format = LayerFormat::of_magic(&head.0);
        let suffix = match format {
            LayerFormat::Gzip => "gzip",
            LayerFormat::Zstd => "zstd",
            LayerFormat::Tar | LayerFormat::Other => "",
        };
        let blob = Blob::new(media_type::layer(true, suffix).into_owned(), content);
        Ok(match diff_id {
            _ if suffix.is_empty() => blob.diff_id(true),
            Some(diff_id) => blob.diff_id(diff_id),
            None => {
                let what = format!("has no diff_id of the layer {name:?} in the config of its image");
                return Err(Error::layout(self.path.display(), what));
            }
        })
    }

    /// A file that manifest.json names.
    fn file(&self, kind: &str, name: &str) -> Result<Content> {
        self.files.content(name).ok_or_else(|| {
            let what = format!("lacks the {kind} {name:?}, which its {MANIFEST_FILE} names");
            Error::layout(self.path.display(), what)
        })
    }

    fn document<D: for<'a> Deserialize<'a>>(&self, content: &Content, name: &str) -> Result<D> {
        self.parsed(&self.bytes(content, name)?, name)
    }

    fn parsed<D: for<'a> Deserialize<'a>>(&self, bytes: &[u8], name: &str) -> Result<D> {
        serde_json::from_slice(bytes).map_err(|error| {
            Error::layout(self.path.display(), format!("{name:?} cannot be read as JSON")).with_source(error)
        })
    }

    fn bytes(&self, content: &Content, name: &str) -> Result<Vec<u8>> {
        let failed = |error| Error::io(self.path, "read the archive", error);
        if content.size().map_err(failed)? > DOCUMENT {
            return Err(Error::layout(
                self.path.display(),
                format!("{name:?} has more than {DOCUMENT} bytes"),
            ));
        }
        let mut bytes = Vec::new();
        content.write_to(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }
}

impl SavedConfig {
    /// The platform of a config. `None` if the config has no valid platform.
    fn platform(&self) -> Option<Platform> {
        let parts = [&self.os, &self.architecture, &self.variant];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
        Platform::parse(&parts.join("/")).ok()
    }
}

/// A writer that keeps the first bytes, and refuses all others.
struct LayerHead(Vec<u8>);

impl std::io::Write for LayerHead {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        /// The number of bytes that are kept, which is that of a tar header.
        const SIZE: usize = 512;
        let size = bytes.len().min(SIZE.saturating_sub(self.0.len()));
        self.0.extend_from_slice(bytes.get(..size).unwrap_or_default());
        if size == 0 && !bytes.is_empty() { Err(std::io::ErrorKind::WriteZero.into()) } else { Ok(size) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
