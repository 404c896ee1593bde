//! The special images of moby's tests ([`internal/testutil/specialimage`]), each as a function of a few lines.
//!
//! `cargo run --example specialimage -- [NAME [DIR]]` writes the named one, or without a name or with `all` each of
//! them, into a directory of its name below `DIR`, and prints what is in it. Without `DIR` that is a temporary
//! directory, which is removed again.
//!
//! What moby takes from the machine that the tests run on, such as its platform, is `linux/amd64` here.
//!
//! [`internal/testutil/specialimage`]: https://github.com/moby/moby/tree/master/internal/testutil/specialimage

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Fixture, oci_image};

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

/// Layers of one file each: its path and its content.
pub(crate) fn multi_layer_custom(reference: &str, layers: &[(&str, &str)]) -> Fixture {
    oci_image! {
        manifest (reference) {
            for (path, content) in layers { layer { (path) => content } }
        }
    }
}

/// An image for any platforms.
pub(crate) fn multi_platform(reference: &str, platforms: &[&str]) -> Fixture {
    oci_image! {
        index (reference) {
            for platform in platforms { (platform) { "bash" => format!("layer-{platform}") } }
        }
    }
}

/// An image whose index lists platforms that are not stored, beside those that are.
pub(crate) fn partial_multi_platform(stored: &[&str], missing: &[&str]) -> Fixture {
    oci_image! {
        index "missingmp:latest" {
            for platform in stored { (platform) { "bash" => format!("layer-{platform}") } }
            for platform in missing { #[missing] (platform) { "bash" => format!("layer-{platform}") } }
        }
    }
}

/// An index that lists nothing, as `tianon/scratch:index`.
pub(crate) fn empty_index() -> Fixture {
    oci_image! { index "emptyindex:latest" { } }
}

/// A name for a config, instead of a manifest or an index.
pub(crate) fn config_target() -> Fixture {
    oci_image! { config "config:latest" linux/amd64 { env: ["FOO=BAR"] } }
}

/// No image for a container: its one layer is text.
pub(crate) fn text_plain() -> Fixture {
    oci_image! {
        manifest "tianon/test:text-plain" {
            config "application/vnd.oci.empty.v1+json" => "{}",
            blob "text/plain" => "{}",
        }
    }
}

/// An image with labels and without layers, to be filtered by them.
pub(crate) fn labeled(reference: &str, labels: &[(&str, &str)]) -> Fixture {
    oci_image! { manifest (reference) { config { labels: labels.iter().copied() } } }
}

/// An image with Docker's media types, without layers, and without a name: it is dangling.
pub(crate) fn dangling() -> Fixture {
    oci_image! {
        #[docker]
        linux/amd64 {
            config {
                env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                working_dir: "/",
                labels: { "org.mobyproject.test.specialimage": 1 },
                history: [{
                    created_by: "LABEL org.mobyproject.test.specialimage=1",
                    comment: "buildkit.dockerfile.v0",
                    empty_layer: true,
                }],
            }
            descriptor: {
                annotations: { "org.opencontainers.image.created": "2023-05-19T08:00:44Z" },
                platform: linux/amd64,
            },
        }
    }
}

/// An image with one layer, which is empty.
pub(crate) fn empty_fs() -> Fixture {
    oci_image! {
        manifest "emptyfs:latest" {
            layer { }
            config {
                created: "2013-06-13T14:03:50.821769-07:00",
                history: [{ created: "2013-06-13T14:03:50.821769-07:00", comment: "Imported from -" }],
            }
        }
    }
}

/// An image of up to seven layers, with a name of its own: the same one for the same seed.
pub(crate) fn random_single_platform(seed: u64) -> Fixture {
    // The first output of SplitMix64.
    let word = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let word = word ^ (word >> 31);
    oci_image! {
        manifest (format!("random-{word}:latest")) {
            for number in 0..word >> 61 { layer { (format!("layer-{number}")) => number.to_string() } }
        }
    }
}

/// What the command line calls an image, and the function that makes it.
type Image = (&'static str, fn() -> Fixture);

/// All of them; where a function takes something, with what moby's tests give it.
pub(crate) const IMAGES: [Image; 12] = [
    ("two_platform", two_platform),
    ("multi_layer", multi_layer),
    ("multi_layer_custom", || multi_layer_custom("multilayer2:latest", &[("asdf", "3"), ("foo", "1")])),
    ("multi_platform", || multi_platform("multiplatform:latest", &["linux/amd64", "linux/arm/v7"])),
    ("partial_multi_platform", || {
        partial_multi_platform(&["linux/amd64"], &["linux/arm64", "linux/riscv64"])
    }),
    ("empty_index", empty_index),
    ("config_target", config_target),
    ("text_plain", text_plain),
    ("labeled", || labeled("withlabel:latest", &[("on_prune", "keep")])),
    ("dangling", dangling),
    ("empty_fs", empty_fs),
    ("random_single_platform", || random_single_platform(1)),
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
