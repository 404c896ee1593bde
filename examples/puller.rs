//! A small image puller, and its tests, as a user of `oci-fixture` would write them: they are at the end of the file.
//!
//! `cargo run --example puller -- LAYOUT REFERENCE PLATFORM DIR` unpacks the image for a platform such as
//! `linux/arm/v7` from an OCI image layout into `DIR`, which it makes, and prints the digest of its manifest.
//! `cargo test --example puller` runs the tests.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use flate2::read::MultiGzDecoder;
// Your own crate would depend on `oci-spec` directly.
use oci_fixture::oci_spec::image::{
    Arch, Descriptor, Digest, ImageConfiguration, ImageIndex, ImageManifest, MediaType, Os,
};
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest as _, Sha256};
use tar::{Archive, Entry, EntryType};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [layout, reference, platform, directory] = arguments.as_slice() else {
        eprintln!("usage: puller LAYOUT REFERENCE PLATFORM DIR");
        return ExitCode::from(2);
    };
    match pull(&LocalLayout(layout.into()), reference, platform, Path::new(directory)) {
        Ok(manifest) => {
            println!("{}", manifest.digest());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A source of images. Nothing that it returns is trusted.
trait Registry {
    /// The descriptor of a reference.
    fn resolve(&self, reference: &str) -> Result<Descriptor>;

    /// The bytes of a blob.
    fn open(&self, digest: &Digest) -> Result<Box<dyn Read + '_>>;
}

/// An OCI image layout in a directory.
struct LocalLayout(PathBuf);

impl Registry for LocalLayout {
    fn resolve(&self, reference: &str) -> Result<Descriptor> {
        let index = ImageIndex::from_file(self.0.join("index.json"))?;
        let named = index.manifests().iter().find(|descriptor| {
            let name = descriptor.annotations().as_ref().and_then(|all| all.get("io.containerd.image.name"));
            name.is_some_and(|name| name == reference)
        });
        Ok(named.ok_or_else(|| format!("there is no image {reference}"))?.clone())
    }

    fn open(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
        let path = self.0.join("blobs").join(digest.algorithm().as_ref()).join(digest.digest());
        Ok(Box::new(File::open(path).map_err(|error| format!("{digest}: {}", error.kind()))?))
    }
}

/// Unpacks an image into a new directory, and returns the descriptor of its manifest. The whole image is checked before
/// any of it is unpacked. If unpacking fails nevertheless, the directory is removed.
fn pull(registry: &dyn Registry, reference: &str, machine: &str, directory: &Path) -> Result<Descriptor> {
    let descriptor = choose(registry, registry.resolve(reference)?, machine)?;
    let manifest = ImageManifest::from_reader(fetch(registry, &descriptor)?.as_slice())?;
    let config = ImageConfiguration::from_reader(fetch(registry, manifest.config())?.as_slice())?;
    if distance(machine, config.os(), config.architecture(), config.variant().as_deref()).is_none() {
        return Err(format!("{reference} is not for {machine}").into());
    }
    let (layers, diff_ids) = (manifest.layers(), config.rootfs().diff_ids());
    if layers.len() != diff_ids.len() {
        return Err(format!("{reference} has {} layers and {} diff_ids", layers.len(), diff_ids.len()).into());
    }
    let tars = layers.iter().zip(diff_ids).map(|(layer, diff_id)| tar_of(registry, layer, diff_id));
    let tars: Vec<_> = tars.collect::<Result<_>>()?;

    fs::create_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let root = directory.canonicalize()?;
    if let Err(error) = tars.iter().try_for_each(|tar| unpack(tar, &root)) {
        fs::remove_dir_all(&root)?;
        return Err(error);
    }
    Ok(descriptor)
}

/// The best image of an index for a machine.
fn choose(registry: &dyn Registry, descriptor: Descriptor, machine: &str) -> Result<Descriptor> {
    if *descriptor.media_type() != MediaType::ImageIndex {
        return Ok(descriptor);
    }
    let index = ImageIndex::from_reader(fetch(registry, &descriptor)?.as_slice())?;
    let runs = index.manifests().iter().filter_map(|manifest| {
        let platform = manifest.platform().as_ref()?;
        let (os, architecture) = (platform.os(), platform.architecture());
        Some((distance(machine, os, architecture, platform.variant().as_deref())?, manifest))
    });
    let best = runs.min_by_key(|(distance, _)| *distance);
    Ok(best.ok_or_else(|| format!("there is no image for {machine}"))?.1.clone())
}

/// How far an image's platform is below a machine's, such as `linux/arm/v7`; `None` if the machine cannot run the image.
fn distance(machine: &str, os: &Os, architecture: &Arch, variant: Option<&str>) -> Option<u8> {
    let level = |variant: Option<&str>| match (variant, architecture) {
        (Some(variant), _) => variant.trim_start_matches('v').parse::<u8>().ok(),
        (None, Arch::ARM) => Some(7),
        (None, Arch::ARM64) => Some(8),
        (None, _) => Some(1),
    };
    let mut words = machine.split('/');
    let same = Os::from(words.next()?) == *os && Arch::from(words.next()?) == *architecture;
    level(words.next())?.checked_sub(level(variant)?).filter(|_| same)
}

/// The bytes of a blob, if they have the size and the digest of the descriptor.
fn fetch(registry: &dyn Registry, descriptor: &Descriptor) -> Result<Vec<u8>> {
    let (digest, size, mut bytes) = (descriptor.digest(), descriptor.size(), Vec::new());
    // One byte more than the size is enough to refuse the blob.
    registry.open(digest)?.take(size.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(format!("{digest}: it does not have the {size} bytes of its descriptor").into());
    }
    check(digest.as_ref(), &bytes)?;
    Ok(bytes)
}

fn check(digest: &str, bytes: &[u8]) -> Result<()> {
    let mut found = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        write!(found, "{byte:02x}")?;
    }
    if found != digest {
        return Err(format!("{digest}: its bytes are those of {found}").into());
    }
    Ok(())
}

/// The decompressed tar of a layer.
fn tar_of(registry: &dyn Registry, layer: &Descriptor, diff_id: &str) -> Result<Vec<u8>> {
    let (bytes, mut tar) = (fetch(registry, layer)?, Vec::new());
    match layer.media_type() {
        MediaType::ImageLayer => tar = bytes,
        MediaType::ImageLayerGzip => drop(MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut tar)?),
        MediaType::ImageLayerZstd => drop(StreamingDecoder::new(bytes.as_slice())?.read_to_end(&mut tar)?),
        other => return Err(format!("{}: {other} is no layer", layer.digest()).into()),
    }
    check(diff_id, &tar)?;
    Ok(tar)
}

/// Applies a layer to the files of the layers below it.
fn unpack(tar: &[u8], root: &Path) -> Result<()> {
    // A whiteout hides files of lower layers only, wherever it stands in its own layer.
    for entry in Archive::new(tar).entries()? {
        let path = entry?.path()?.into_owned();
        hide(&path, root).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    for entry in Archive::new(tar).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        add(&mut entry, &path, root).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// The name that a whiteout hides.
fn hidden(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()?.strip_prefix(".wh.")
}

fn hide(path: &Path, root: &Path) -> Result<()> {
    let (Some(name), Some(parent)) = (hidden(path), path.parent()) else { return Ok(()) };
    let directory = directory(parent, root, false)?;
    if name != ".wh..opq" {
        // The components `.` and `..` are refused.
        remove(&directory.join(Path::new(name).file_name().ok_or("it hides no name")?))?;
    } else if directory.is_dir() {
        for entry in fs::read_dir(directory)? {
            remove(&entry?.path())?;
        }
    }
    Ok(())
}

fn add(entry: &mut Entry<'_, impl Read>, path: &Path, root: &Path) -> Result<()> {
    let is_the_root = path.components().all(|component| component == Component::CurDir);
    if is_the_root || hidden(path).is_some() {
        return Ok(());
    }
    let (place, kind) = (locate(path, root)?, entry.header().entry_type());
    // An entry replaces what is at its path, but a directory keeps its contents if a directory is there already.
    if !kind.is_dir() || !fs::symlink_metadata(&place).is_ok_and(|old| old.is_dir()) {
        remove(&place)?;
    }
    match kind {
        EntryType::Regular | EntryType::Directory | EntryType::Symlink => drop(entry.unpack(&place)?),
        EntryType::Link => fs::hard_link(locate(&entry.link_name()?.unwrap_or_default(), root)?, &place)?,
        _ => return Err("it is neither a file nor a directory nor a link".into()),
    }
    Ok(())
}

/// The path of an entry on the disk.
fn locate(path: &Path, root: &Path) -> Result<PathBuf> {
    let name = path.file_name().ok_or("it leads out of the image")?;
    Ok(directory(path.parent().unwrap_or(path), root, true)?.join(name))
}

/// The path of a directory on the disk. Missing parents are made if asked for. No link may lead out of the root.
fn directory(path: &Path, root: &Path, make: bool) -> Result<PathBuf> {
    let mut directory = root.to_owned();
    for component in path.components() {
        match component {
            Component::Normal(name) => directory.push(name),
            Component::CurDir => {}
            _ => return Err("it leads out of the image".into()),
        }
        if fs::symlink_metadata(&directory).is_ok() {
            directory = directory.canonicalize()?;
        } else if make {
            fs::create_dir(&directory)?;
        }
        if !directory.starts_with(root) {
            return Err("it leads out of the image".into());
        }
    }
    Ok(directory)
}

/// Removes the file, link or directory at a path, if there is one. The target of a link stays.
fn remove(place: &Path) -> io::Result<()> {
    match fs::symlink_metadata(place) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(place),
        Ok(_) => fs::remove_file(place),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use oci_fixture::{Entry, Fixture, Layout, Memory, oci_image};

    use super::*;

    const APP: &str = "docker.io/library/app:1";

    /// The paths, contents and targets on a machine after it has pulled `app:1`, or the error.
    fn pulled(fixture: &Fixture, machine: &str) -> Result<Vec<String>, String> {
        let layout = fixture.tempdir().unwrap();
        pulled_from(&LocalLayout(layout.path().to_owned()), machine)
    }

    fn pulled_from(registry: &dyn Registry, machine: &str) -> Result<Vec<String>, String> {
        let temporary = tempfile::tempdir().unwrap();
        let directory = temporary.path().join("app");
        let pulled = pull(registry, APP, machine, &directory);
        assert_eq!(directory.exists(), pulled.is_ok());
        pulled.map(|_| tree(&directory, "")).map_err(|error| error.to_string())
    }

    fn tree(directory: &Path, parent: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{parent}{}", path.file_name().unwrap().display());
            if path.is_symlink() {
                lines.push(format!("{name} -> {}", fs::read_link(&path).unwrap().display()));
            } else if path.is_dir() {
                lines.extend(tree(&path, &format!("{name}/")));
                lines.push(name + "/");
            } else {
                lines.push(format!("{name}: {}", fs::read_to_string(&path).unwrap()));
            }
        }
        lines.sort();
        lines
    }

    fn gets(fixture: &Fixture, machine: &str, expected: &[&str]) {
        assert_eq!(pulled(fixture, machine), Ok(expected.iter().map(|line| (*line).to_owned()).collect()));
    }

    /// In the error, `LAYER` is the digest of the layer with this label, and `STORED` the digest of its stored bytes.
    fn refuses(fixture: &Fixture, reason: &str) {
        let layout = fixture.in_memory().unwrap();
        let mut reason = reason.to_owned();
        if let Ok(layer) = layout.label("layer") {
            let stored = layer.bytes().map(oci_fixture::Digest::sha256);
            reason = reason.replace("LAYER", layer.digest().as_str());
            reason = reason.replace("STORED", stored.as_ref().map_or("", |digest| digest.as_str()));
        }
        assert_eq!(pulled(fixture, "linux/amd64"), Err(reason));
    }

    #[test]
    fn the_layers_of_an_image_are_put_on_one_another() {
        let fixture = oci_image! {
            manifest "app:1" {
                layer { "bin/", "bin/sh" => "#!", hardlink "bin/ash" -> "bin/sh" }
                layer gzip { "etc/motd" => "hello" }
                layer zstd { "bin/sh" => "#!/bin/other" }
            }
        };
        gets(
            &fixture,
            "linux/amd64",
            &["bin/", "bin/ash: #!", "bin/sh: #!/bin/other", "etc/", "etc/motd: hello"],
        );
    }

    #[test]
    fn a_machine_gets_the_image_that_it_runs_best() {
        let fixture = oci_image! {
            index "app:1" {
                for platform in ["linux/amd64", "linux/arm/v5", "linux/arm/v6", "linux/arm64/v8", "linux/arm64/v9"] {
                    (platform) { "platform" => platform }
                }
            }
        };
        gets(&fixture, "linux/amd64", &["platform: linux/amd64"]);
        gets(&fixture, "linux/arm64", &["platform: linux/arm64/v8"]);
        gets(&fixture, "linux/arm/v7", &["platform: linux/arm/v6"]);
        gets(&fixture, "linux/arm", &["platform: linux/arm/v6"]);
        gets(&fixture, "linux/arm/v5", &["platform: linux/arm/v5"]);
        assert_eq!(pulled(&fixture, "linux/s390x"), Err("there is no image for linux/s390x".to_owned()));
    }

    #[test]
    fn an_image_for_another_machine_is_refused() {
        let fixture = oci_image! { manifest "app:1" linux/arm64 { "etc/motd" => "hello" } };
        refuses(&fixture, &format!("{APP} is not for linux/amd64"));
    }

    #[test]
    fn an_image_that_is_not_there_is_refused() {
        refuses(&oci_image! { manifest "app:2" {} }, &format!("there is no image {APP}"));
    }

    #[test]
    fn a_whiteout_hides_what_lower_layers_have() {
        let fixture = oci_image! {
            manifest "app:1" {
                layer {
                    "etc/passwd" => "root", "etc/motd" => "hello",
                    "cache/old" => "1", "cache/more/old" => "2",
                }
                layer {
                    whiteout "etc/passwd", whiteout "no/such",
                    // A file of the same layer stays, though it stands before the whiteout.
                    "cache/new" => "3", opaque "cache/",
                }
                // A directory replaces a file.
                layer { "etc/motd/", "etc/motd/today" => "bye" }
            }
        };
        gets(
            &fixture,
            "linux/amd64",
            &["cache/", "cache/new: 3", "etc/", "etc/motd/", "etc/motd/today: bye"],
        );
    }

    #[test]
    fn a_layer_that_is_missing_is_refused() {
        let fixture = oci_image! { manifest "app:1" { #[missing] 'layer: layer { "etc/motd" => "hello" } } };
        refuses(&fixture, "LAYER: entity not found");
    }

    #[test]
    fn a_layer_of_other_bytes_is_refused() {
        // This bit of the header does not change the decompressed bytes.
        let fixture = oci_image! { manifest "app:1" { #[flip = 3] 'layer: layer gzip { "a" => "b" } } };
        refuses(&fixture, "LAYER: its bytes are those of STORED");
    }

    #[test]
    fn a_layer_that_was_overwritten_is_refused() {
        let layout =
            oci_image! { manifest "app:1" { 'layer: layer { "etc/motd" => "hello" } } }.tempdir().unwrap();
        let layer = layout.label("layer").unwrap();
        fs::write(layer.path(), "other").unwrap();
        let reason = format!("{}: it does not have the 2048 bytes of its descriptor", layer.digest());
        assert_eq!(pulled_from(&LocalLayout(layout.path().to_owned()), "linux/amd64"), Err(reason));
    }

    #[test]
    fn a_descriptor_of_another_size_is_refused() {
        for size in [2047, 2049] {
            let fixture = oci_image! {
                manifest "app:1" { 'layer: layer { descriptor: { size: size } "etc/motd" => "hello" } }
            };
            refuses(&fixture, &format!("LAYER: it does not have the {size} bytes of its descriptor"));
        }
    }

    #[test]
    fn a_descriptor_of_another_media_type_is_refused() {
        let fixture = oci_image! {
            manifest "app:1" { 'layer: layer { descriptor: { media_type: "text/plain" } "a" => "b" } }
        };
        refuses(&fixture, "LAYER: text/plain is no layer");
    }

    #[test]
    fn a_config_of_other_layers_is_refused() {
        let other = format!("sha256:{}", "0".repeat(64));
        let image = |diff_ids: &[&str]| {
            oci_image! { manifest "app:1" { 'layer: layer { "a" => "b" } config { diff_ids: diff_ids } } }
        };
        refuses(&image(&[&other]), &format!("{other}: its bytes are those of LAYER"));
        refuses(&image(&[]), &format!("{APP} has 1 layers and 0 diff_ids"));
    }

    #[test]
    fn a_path_that_leads_out_of_the_image_is_refused() {
        for path in ["../evil", "etc/../../evil", "/evil", ".."] {
            let fixture = oci_image! { manifest "app:1" { #[unchecked] (path) => "evil" } };
            refuses(&fixture, &format!("{path}: it leads out of the image"));
        }
        refuses(&oci_image! { manifest "app:1" { #[unchecked] ".wh..." => "" } }, ".wh...: it hides no name");
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_leads_out_of_the_image_is_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("passwd"), "root").unwrap();
        let target = outside.path().to_str().unwrap();
        for (top, path) in [
            (Entry::file("link/passwd", "evil"), "link/passwd"),
            (Entry::hardlink("passwd", "link/passwd").unchecked(), "passwd"),
            (Entry::whiteout("link/passwd"), "link/.wh.passwd"),
            (Entry::opaque("link/"), "link/.wh..wh..opq"),
        ] {
            let fixture = oci_image! {
                manifest "app:1" { layer { "link" -> (target) } layer { ..[top] } }
            };
            refuses(&fixture, &format!("{path}: it leads out of the image"));
        }
        assert_eq!(tree(outside.path(), ""), ["passwd: root"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_within_the_image_is_followed() {
        let fixture = oci_image! {
            manifest "app:1" { layer { "usr/lib/", "lib" -> "usr/lib" } layer { "lib/libc.so" => "ELF" } }
        };
        gets(&fixture, "linux/amd64", &["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/libc.so: ELF"]);
    }

    #[test]
    fn a_pipe_is_refused() {
        let fixture = oci_image! { manifest "app:1" { fifo "run/pipe" } };
        refuses(&fixture, "run/pipe: it is neither a file nor a directory nor a link");
    }

    impl Registry for Layout<Memory> {
        fn resolve(&self, reference: &str) -> Result<Descriptor> {
            Ok(self.reference(reference)?.descriptor().clone())
        }

        fn open(&self, digest: &Digest) -> Result<Box<dyn Read + '_>> {
            Ok(Box::new(io::Cursor::new(self.blob(digest)?)))
        }
    }

    #[test]
    fn a_registry_in_memory_does_as_well() {
        let registry =
            oci_image! { index "app:1" { linux/amd64 { "etc/motd" => "hello" } } }.in_memory().unwrap();
        let expected = vec!["etc/".to_owned(), "etc/motd: hello".to_owned()];
        assert_eq!(pulled_from(&registry, "linux/amd64"), Ok(expected));
    }
}
