//! Readers that are not ours, and what each of them does with an image.

use std::fs;
use std::io::Read;

use oci_fixture::Fixture;
use oci_fixture_test_support::Tool;

use crate::failure::Failure;
use crate::image::{GZIP, Image, ZSTD};
use crate::sandbox::{FILE, Sandbox};

pub(crate) struct Reader {
    pub(crate) name: &'static str,
    pub(crate) version: Version,
    reads: Reads,
}

/// The version of a reader.
pub(crate) enum Version {
    /// The output of its `--version`.
    Program(Tool),
    /// That of a crate in Cargo.lock.
    Crate(&'static str),
}

/// The form in which a reader takes a layout.
enum Reads {
    /// One layer after another: its media type and its bytes.
    Layers(fn(&Sandbox, &str, &[u8]) -> Result<(), Failure>),
    /// The layout. What is left in the root is what it has extracted; what else it has done is said.
    Layout(fn(&Sandbox) -> Result<Option<String>, Failure>),
}

/// The columns of the page; one more is one more of these.
pub(crate) const READERS: [Reader; 5] = [
    Reader { name: "`tar` crate", version: Version::Crate("tar"), reads: Reads::Layers(tar_crate) },
    Reader {
        name: "GNU tar",
        version: Version::Program(Tool { program: "tar", version: "tar (GNU tar) 1.34" }),
        reads: Reads::Layers(|sandbox, _, layer| tar(sandbox, "tar", layer)),
    },
    Reader {
        name: "bsdtar",
        version: Version::Program(Tool { program: "bsdtar", version: "bsdtar 3.6.2" }),
        reads: Reads::Layers(|sandbox, _, layer| tar(sandbox, "bsdtar", layer)),
    },
    Reader {
        name: "skopeo",
        version: Version::Program(Tool { program: "skopeo", version: "skopeo version 1.9.3" }),
        reads: Reads::Layout(skopeo),
    },
    Reader {
        name: "umoci",
        version: Version::Program(Tool { program: "umoci", version: "umoci version 0.4.7" }),
        reads: Reads::Layout(umoci),
    },
];

impl Reader {
    pub(crate) fn reads_layers(&self) -> bool {
        matches!(self.reads, Reads::Layers(_))
    }

    /// Reads an image, and says in a few words what came of it.
    pub(crate) fn read(&self, fixture: &Fixture) -> String {
        let sandbox = Sandbox::of(fixture);
        let result = match self.reads {
            Reads::Layers(read) => each_layer(&sandbox, &Image::of(fixture), read).map(|()| None),
            Reads::Layout(read) => read(&sandbox),
        };
        let inside = sandbox.inside();
        let too_large = matches!(result, Err(Failure::TooLarge(_)));
        let mut words = Vec::new();
        match &result {
            Ok(Some(done)) => words.push(done.clone()),
            Ok(None) if inside.is_empty() => words.push("extracts nothing".to_owned()),
            _ if inside.is_empty() || too_large => {}
            _ => words.push(format!("extracts {}", listed(&inside))),
        }
        for (what, paths) in [("**writes outside**", sandbox.outside()), ("asks", sandbox.asked())] {
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
    sandbox: &Sandbox,
    image: &Image,
    read: fn(&Sandbox, &str, &[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    fs::create_dir_all(sandbox.root()).unwrap();
    let manifest = image.manifest();
    let mut layers = manifest["layers"].as_array().unwrap().iter();
    layers.try_for_each(|layer| read(sandbox, layer["mediaType"].as_str().unwrap(), image.blob(layer)))
}

fn tar_crate(sandbox: &Sandbox, media_type: &str, layer: &[u8]) -> Result<(), Failure> {
    let decoded: Box<dyn Read + '_> = match media_type {
        GZIP => Box::new(flate2::read::MultiGzDecoder::new(layer)),
        ZSTD => Box::new(
            ruzstd::decoding::StreamingDecoder::new(layer).map_err(|error| Failure::of_error(&error))?,
        ),
        _ => Box::new(layer),
    };
    let mut decoded = decoded.take(FILE);
    let result = tar::Archive::new(&mut decoded).unpack(sandbox.root());
    if decoded.limit() == 0 {
        return Err(Failure::TooLarge(FILE));
    }
    result.map_err(|error| match Failure::of_error(&error) {
        Failure::Says(text) => Failure::Says(sandbox.anywhere(&text)),
        failure => failure,
    })
}

/// Programs whose options are those of tar.
fn tar(sandbox: &Sandbox, program: &str, layer: &[u8]) -> Result<(), Failure> {
    let path = sandbox.layout().join("layer");
    fs::write(&path, layer).unwrap();
    let [path, root] = [path, sandbox.root()].map(|path| path.to_str().unwrap().to_owned());
    sandbox.run(program, &["--extract", "--file", &path, "--directory", &root])
}

/// It copies all of the image, and decompresses its layers.
fn skopeo(sandbox: &Sandbox) -> Result<Option<String>, Failure> {
    let from = format!("oci:{}:latest", sandbox.layout().display());
    let to = format!("dir:{}", sandbox.bundle().display());
    sandbox.run("skopeo", &["--insecure-policy", "copy", "--all", "--dest-decompress", &from, &to])?;
    let files = fs::read_dir(sandbox.bundle()).unwrap().map(|file| file.unwrap().file_name());
    let is_blob = |name: &std::ffi::OsString| name.len() == 64;
    Ok(Some(match files.filter(is_blob).count() {
        1 => "copies 1 blob".to_owned(),
        count => format!("copies {count} blobs"),
    }))
}

fn umoci(sandbox: &Sandbox) -> Result<Option<String>, Failure> {
    let image = format!("{}:latest", sandbox.layout().display());
    let bundle = sandbox.bundle();
    sandbox.run("umoci", &["unpack", "--rootless", "--image", &image, bundle.to_str().unwrap()])?;
    Ok(None)
}
