//! Readers that are not part of this crate, and what each of them does with an image.

use std::fs;
use std::io::{Read, Write};

use oci_fixture_gallery::Case;
use oci_fixture_test_support::{Tool, UMOCI};
use tempfile::NamedTempFile;

use crate::bounds::{Bounds, FILE};
#[cfg(feature = "registry")]
use crate::confined::AsRoot;
use crate::failure::Failure;
use crate::image::{GZIP, Image, ZSTD};

pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) version: Version,
    pub(crate) reads: Reads,
}

/// The version of a reader.
pub(crate) enum Version {
    /// The output of its `--version`.
    Program(Tool),
    /// The version of a crate in Cargo.lock.
    Crate(&'static str),
}

/// The form in which a reader takes a layout.
pub(crate) enum Reads {
    /// One layer after another: its media type and its bytes.
    Layers(fn(&Bounds, &str, &[u8]) -> Result<(), Failure>),
    /// The layout. The files in the root afterwards are those that the reader has extracted, and it returns anything else
    /// that it has done.
    Layout(fn(&Bounds) -> Result<Option<String>, Failure>),
    /// The layout, for a program that unpacks as root.
    #[cfg(feature = "registry")]
    AsRoot(AsRoot),
}

/// The columns of the page: one row for each reader.
pub(crate) const READERS: [Reader; 5] = [
    Reader { name: "`tar` crate", version: Version::Crate("tar"), reads: Reads::Layers(tar_crate) },
    Reader {
        name: "GNU tar",
        version: Version::Program(Tool { program: "tar", version: "tar (GNU tar) 1.34" }),
        reads: Reads::Layers(|bounds, _, layer| tar(bounds, "tar", layer)),
    },
    Reader {
        name: "bsdtar",
        version: Version::Program(Tool { program: "bsdtar", version: "bsdtar 3.6.2" }),
        reads: Reads::Layers(|bounds, _, layer| tar(bounds, "bsdtar", layer)),
    },
    Reader {
        name: "skopeo",
        version: Version::Program(Tool { program: "skopeo", version: "skopeo version 1.9.3" }),
        reads: Reads::Layout(skopeo),
    },
    Reader { name: "umoci", version: Version::Program(UMOCI), reads: Reads::Layout(umoci) },
];

impl Reader {
    pub(crate) fn reads_layers(&self) -> bool {
        matches!(self.reads, Reads::Layers(_))
    }

    /// Reads an image, and returns the result in a few words.
    pub(crate) fn read(&self, case: &Case) -> String {
        let fixture = case.fixture();
        #[cfg(feature = "registry")]
        let is_confined = matches!(self.reads, Reads::AsRoot(_));
        #[cfg(not(feature = "registry"))]
        let is_confined = false;
        let bounds = Bounds::of(&fixture, if is_confined { None } else { Some(FILE) });
        let mut outside = Vec::new();
        #[cfg(feature = "registry")]
        let mut _service = None;
        let result = match &self.reads {
            Reads::Layers(read) => each_layer(&bounds, &Image::of(&fixture), *read).map(|()| None),
            Reads::Layout(read) => read(&bounds),
            #[cfg(feature = "registry")]
            Reads::AsRoot(store) => {
                let (service, result, strays) = store.read(&bounds, case);
                outside.extend(strays);
                // What it has unpacked goes with it.
                _service = Some(service);
                result.map(|()| None)
            }
        };
        let inside = bounds.inside();
        let too_large = matches!(result, Err(Failure::TooLarge(_)));
        let mut words = Vec::new();
        match &result {
            Ok(Some(done)) => words.push(done.clone()),
            Ok(None) if inside.is_empty() => words.push("extracts nothing".to_owned()),
            _ if inside.is_empty() || too_large => {}
            _ => words.push(format!("extracts {}", listed(&inside))),
        }
        outside.extend(bounds.outside());
        for (what, paths) in [("**writes outside**", outside), ("asks", bounds.asked())] {
            if !paths.is_empty() {
                words.push(format!("{what} {}", listed(&paths)));
            }
        }
        words.extend(result.err().map(|failure| failure.to_string()));
        words.join("; ")
    }
}

fn listed(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn each_layer(
    bounds: &Bounds,
    image: &Image,
    read: fn(&Bounds, &str, &[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    fs::create_dir_all(bounds.root()).unwrap();
    let manifest = image.manifest();
    let mut layers = manifest["layers"].as_array().unwrap().iter();
    layers.try_for_each(|layer| read(bounds, layer["mediaType"].as_str().unwrap(), image.blob(layer)))
}

fn tar_crate(bounds: &Bounds, media_type: &str, layer: &[u8]) -> Result<(), Failure> {
    let decoded: Box<dyn Read + '_> = match media_type {
        GZIP => Box::new(flate2::read::MultiGzDecoder::new(layer)),
        ZSTD => Box::new(
            ruzstd::decoding::StreamingDecoder::new(layer).map_err(|error| Failure::of_error(&error))?,
        ),
        _ => Box::new(layer),
    };
    let mut decoded = decoded.take(FILE);
    let result = tar::Archive::new(&mut decoded).unpack(bounds.root());
    if decoded.limit() == 0 {
        return Err(Failure::TooLarge(FILE));
    }
    result.map_err(|error| match Failure::of_error(&error) {
        Failure::Says(text) => Failure::Says(bounds.anywhere(&text)),
        failure => failure,
    })
}

/// Programs whose options are those of tar.
fn tar(bounds: &Bounds, program: &str, layer: &[u8]) -> Result<(), Failure> {
    // Not within the bounds, in which a reader changes nothing but the root.
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(layer).unwrap();
    let [path, root] = [file.path(), &bounds.root()].map(|path| path.to_str().unwrap().to_owned());
    bounds.run(program, &["--extract", "--file", &path, "--directory", &root]).map(drop)
}

/// It copies all of the image, and decompresses its layers.
fn skopeo(bounds: &Bounds) -> Result<Option<String>, Failure> {
    let from = format!("oci:{}:latest", bounds.layout().display());
    let copy = bounds.bundle().join("copy");
    let to = format!("dir:{}", copy.display());
    let copied =
        bounds.run("skopeo", &["--insecure-policy", "copy", "--all", "--dest-decompress", &from, &to]);
    let files = fs::read_dir(&copy).into_iter().flatten().map(|file| file.unwrap().file_name());
    let blobs = files.filter(|name| name.len() == 64).count();
    let _ = fs::remove_dir_all(copy);
    copied.map(|_| {
        Some(match blobs {
            1 => "copies 1 blob".to_owned(),
            count => format!("copies {count} blobs"),
        })
    })
}

fn umoci(bounds: &Bounds) -> Result<Option<String>, Failure> {
    let image = format!("{}:latest", bounds.layout().display());
    // It makes the root itself, and three files beside it.
    fs::remove_dir(bounds.root()).unwrap();
    let unpacked =
        bounds.run("umoci", &["unpack", "--rootless", "--image", &image, bounds.bundle().to_str().unwrap()]);
    for file in fs::read_dir(bounds.bundle()).unwrap().map(|file| file.unwrap()) {
        let is_umocis =
            |name: &str| name.starts_with("sha256_") || ["config.json", "umoci.json"].contains(&name);
        if file.file_name().to_str().is_some_and(is_umocis) {
            fs::remove_file(file.path()).unwrap();
        }
    }
    unpacked.map(|_| None)
}
