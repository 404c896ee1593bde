//! The special images of moby's tests ([`internal/testutil/specialimage`]), each as a function of a few lines.
//!
//! `cargo run --example specialimage -- [NAME [DIR]]` writes the image NAME into the directory `DIR/NAME`, and prints its
//! tree. Without NAME, or with `all`, it writes every image. Without `DIR`, it writes into a temporary directory, which
//! is removed at the end.
//!
//! Some of moby's images are for the platform of the machine that runs the tests. Here they are for `linux/amd64`.
//!
//! Where the time of each file is the same, these bytes are equal to those that Go writes:
//!
//! | image | lines here | Go file | its lines | equal to Go's |
//! |---|---|---|---|---|
//! | `two_platform` | 8 | twoplatform.go, with shared helpers | 113 | layers, configs |
//! | `multi_layer`, `multi_layer_custom` | 3 + 7 | multilayer.go, with shared helpers | 219 | layers, config |
//! | `multi_platform` | 7 | multiplatform.go | 33 | layers, configs |
//! | `partial_multi_platform` | 15 | partial.go | 55 | all but `schemaVersion` |
//! | `empty_index` | 3 | emptyindex.go | 25 | all files |
//! | `config_target` | 3 | configtarget.go | 33 | nothing |
//! | `text_plain` | 8 | textplain.go | 39 | the text |
//! | `labeled` | 3 | labeled.go | 44 | nothing |
//! | `dangling` | 30 | dangling.go | 45 | all blobs |
//! | `empty_fs` | 30 | emptyfs.go | 66 | layer, config, and the image ID |
//! | `random_single_platform` | 12 | random.go | 109 | nothing, since the random numbers are others |
//! | `legacy_manifest` | 8 | random.go | | what manifest.json says |
//! | types | | load.go | 7 | |
//! | all | 137 | 12 files | 788 | |
//!
//! What differs is what Go's structs leave out. Their manifests say `"schemaVersion":0`: `merge: { "schemaVersion": 0 }`
//! says so, too. Configs without layers say `"diff_ids":null`: `raw: json { .. }` says so. `config_target` and
//! `text_plain` have one annotation in index.json: `descriptor: { annotations: { "org.opencontainers.image.ref.name":
//! null } }` takes the other one away. `tests/bytes/moby.rs` declares all of Go's blobs in this way, and compares their
//! digests.
//!
//! `write_to` adds an image to a layout that is in the directory already, so `index()` gives what was there, too. A test
//! that takes `manifests[0]` should write into a new directory, as `tempdir()` does.
//!
//! [`internal/testutil/specialimage`]: https://github.com/moby/moby/tree/master/internal/testutil/specialimage

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Content, Digest, Fixture, Value, oci_image};

/// An image for two platforms.
pub(crate) fn two_platform() -> Fixture {
    oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
}

/// Three layers of one file each.
pub(crate) fn multi_layer() -> Fixture {
    multi_layer_custom("multilayer:latest", &[("foo", "1"), ("bar", "2"), ("hello", "world")])
}

/// One layer of one file for each path and content.
pub(crate) fn multi_layer_custom(reference: &str, layers: &[(&str, &str)]) -> Fixture {
    oci_image! {
        manifest (reference) {
            for (path, content) in layers { layer { (path) => content } }
        }
    }
}

/// An image for the given platforms.
pub(crate) fn multi_platform(reference: &str, platforms: &[&str]) -> Fixture {
    oci_image! {
        index (reference) {
            for platform in platforms { (platform) { "bash" => format!("layer-{platform}") } }
        }
    }
}

/// An image whose index lists platforms that are stored, and platforms that are not. As in Go, the descriptor of a missing
/// manifest has the digest of its platform's text.
pub(crate) fn partial_multi_platform(reference: &str, stored: &[&str], missing: &[&str]) -> Fixture {
    oci_image! {
        index (reference) {
            for platform in stored { (platform) { "bash" => format!("layer-{platform}") } }
            for platform in missing {
                dangling {
                    media_type: "application/vnd.oci.image.manifest.v1+json",
                    digest: Digest::sha256(platform),
                    size: 128,
                    platform: (platform),
                }
            }
        }
    }
}

/// An empty index, like that of `tianon/scratch:index`.
pub(crate) fn empty_index() -> Fixture {
    oci_image! { index "emptyindex:latest" { } }
}

/// A reference to a config, instead of a manifest or an index.
pub(crate) fn config_target() -> Fixture {
    oci_image! { config "config:latest" linux/amd64 { env: ["FOO=BAR"] } }
}

/// A manifest that is not a container image: its only layer is text.
pub(crate) fn text_plain() -> Fixture {
    oci_image! {
        manifest "tianon/test:text-plain" {
            #[unchecked] config "application/vnd.oci.empty.v1+json" => "{}",
            blob "text/plain" => "{}",
        }
    }
}

/// An image with labels and without layers, for tests that filter images by label.
pub(crate) fn labeled(reference: &str, labels: &[(&str, &str)]) -> Fixture {
    oci_image! { manifest (reference) { config { labels: labels.iter().copied() } } }
}

/// An image with Docker's media types, without layers, and without a reference: Docker calls it dangling. The config is
/// Go's, because moby's tests pin its digest.
pub(crate) fn dangling() -> Fixture {
    oci_image! {
        #[docker]
        linux/amd64 {
            config {
                raw: json {
                    "architecture": "amd64",
                    "config": {
                        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                        "WorkingDir": "/",
                        "Labels": { "org.mobyproject.test.specialimage": "1" },
                        "OnBuild": null,
                    },
                    "created": null,
                    "history": [{
                        "created_by": "LABEL org.mobyproject.test.specialimage=1",
                        "comment": "buildkit.dockerfile.v0",
                        "empty_layer": true,
                    }],
                    "os": "linux",
                    "rootfs": { "type": "layers", "diff_ids": null },
                }
            }
            descriptor: {
                annotations: { "org.opencontainers.image.created": "2023-05-19T08:00:44Z" },
                platform: linux/amd64,
            },
        }
    }
}

/// An image with one layer, an empty tar of 10 KiB. The config and the layer are Go's, because moby's tests pin the
/// image ID: the digest of the config, or of the manifest where containerd stores images.
pub(crate) fn empty_fs() -> Fixture {
    oci_image! {
        #[docker]
        manifest "emptyfs:latest" {
            layer { raw: Content::zeros(10240) }
            config {
                raw: json {
                    "architecture": "x86_64",
                    "comment": "Imported from -",
                    "container_config": {
                        "Hostname": "", "Domainname": "", "User": "",
                        "AttachStdin": false, "AttachStdout": false, "AttachStderr": false,
                        "Tty": false, "OpenStdin": false, "StdinOnce": false,
                        "Env": null, "Cmd": null, "Image": "", "Volumes": null, "WorkingDir": "",
                        "Entrypoint": null, "OnBuild": null, "Labels": null,
                    },
                    "created": "2013-06-13T14:03:50.821769-07:00",
                    "docker_version": "0.4.0",
                    "history": [
                        { "created": "2013-06-13T14:03:50.821769-07:00", "comment": "Imported from -" },
                    ],
                    "rootfs": {
                        "type": "layers",
                        "diff_ids": ["sha256:84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652"],
                    },
                }
            }
        }
    }
}

/// An image of up to seven layers, with a reference of its own. The same seed gives the same image.
pub(crate) fn random_single_platform(platform: &str, seed: u64) -> Fixture {
    // The first output of SplitMix64.
    let word = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let word = word ^ (word >> 31);
    oci_image! {
        manifest (format!("random-{word}:latest")) (platform) {
            for number in 0..word >> 61 { layer { (format!("layer-{number}")) => number.to_string() } }
        }
    }
}

/// The layout of `fixture` as a tar with a manifest.json that lists the image for `platform` as `reference`. Go's `LegacyManifest` adds
/// that file to a layout, so that a Docker that cannot read layouts loads the image.
#[allow(dead_code, reason = "the program writes directories, and this is an archive")]
pub(crate) fn legacy_manifest(
    fixture: &Fixture,
    reference: &str,
    platform: &str,
) -> oci_fixture::Result<Vec<u8>> {
    let named = Value::map([("RepoTags", Value::list([reference]))]);
    fixture.docker_archive().with_layout().platform(platform).merge(named).write(Vec::new())
}

/// The name of an image on the command line, and the function that makes it.
type Image = (&'static str, fn() -> Fixture);

/// All images of this file. The arguments are those that moby's tests use.
pub(crate) const IMAGES: [Image; 12] = [
    ("two_platform", two_platform),
    ("multi_layer", multi_layer),
    ("multi_layer_custom", || multi_layer_custom("multilayer2:latest", &[("asdf", "3"), ("foo", "1")])),
    ("multi_platform", || multi_platform("multiplatform:latest", &["linux/amd64", "linux/arm/v7"])),
    ("partial_multi_platform", || {
        partial_multi_platform("missingmp:latest", &["linux/amd64"], &["linux/arm64", "linux/riscv64"])
    }),
    ("empty_index", empty_index),
    ("config_target", config_target),
    ("text_plain", text_plain),
    ("labeled", || labeled("withlabel:latest", &[("on_prune", "keep")])),
    ("dangling", dangling),
    ("empty_fs", empty_fs),
    ("random_single_platform", || random_single_platform("linux/amd64", 1)),
];

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let (name, directory) = match arguments.as_slice() {
        [] => (None, None),
        [name] => (Some(name), None),
        [name, directory] => (Some(name), Some(Path::new(directory))),
        [..] => return usage("there are more than two arguments"),
    };
    let images: Vec<Image> = match name.filter(|name| *name != "all") {
        None => IMAGES.into(),
        Some(name) => match IMAGES.into_iter().find(|(known, _)| name == known) {
            None => return usage(&format!("there is no image `{}`", name.display())),
            Some(image) => vec![image],
        },
    };
    match run(&images, directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(problem: &str) -> ExitCode {
    let names: Vec<_> = IMAGES.iter().map(|(name, _)| *name).collect();
    eprintln!("error: {problem}");
    eprintln!("usage: specialimage [NAME [DIR]], where NAME is `all`, {}", names.join(", "));
    ExitCode::from(2)
}

fn run(images: &[Image], directory: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let directory = directory.unwrap_or(temporary.path());
    let mut out = io::stdout().lock();
    for (name, image) in images {
        let layout = image().write_to(directory.join(name))?;
        writeln!(out, "{name}: {layout}\n")?;
    }
    Ok(())
}
