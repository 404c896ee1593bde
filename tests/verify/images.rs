//! Images: a manifest, its config, and its layers.

use oci_fixture::{Blob, Config, Fixture, History, Index, Label, Layer, Manifest};

use crate::{DIGEST, digest, found_at, found_in};

fn layer(content: &str) -> Layer {
    Layer::new().with(("a", content))
}

fn found(image: Manifest) -> Vec<String> {
    found_at("index.json > manifests[0]", image)
}

#[test]
fn a_diff_id_is_the_digest_of_the_tar() {
    let other = digest("");
    let config = Config::new().diff_ids([&*other, DIGEST]);
    let image = Manifest::new().with(layer("b")).with(layer("b")).with(config);
    assert_eq!(
        found(image),
        [format!(" > layers[0]: the `diff_id` is {other}, but the digest of the tar is {DIGEST}")]
    );
    let config = Config::new().diff_ids(["sha256:none", "other:1"]);
    assert_eq!(
        found(Manifest::new().with(layer("b")).with(layer("c")).with(config)),
        [
            " > config: digest `sha256:none` has `n` in its hash; use `0` to `9` and `a` to `f` alone",
            " > config: the algorithm of the digest `other:1` is not known",
        ]
    );
    // The `diff_id` is judged again for each image.
    let base = Label::new("base", layer("b"));
    let images = ["linux/amd64", "linux/arm64"].map(|platform| {
        Manifest::new().platform(platform).with(&base).with(Config::new().diff_ids([digest(platform)]))
    });
    let [first, second] = images;
    let lines = ["linux/amd64", "linux/arm64"].iter().enumerate().map(|(number, platform)| {
        let expected = digest(platform);
        format!(
            "index.json > manifests[0] > manifests[{number}] > layers[0]: the `diff_id` is {expected}, \
             but the digest of the tar is {DIGEST}"
        )
    });
    assert_eq!(
        found_in(&Fixture::new().with(Index::new().with(first).with(second))),
        lines.collect::<Vec<_>>()
    );
}

#[test]
fn a_config_has_a_diff_id_for_each_layer() {
    let count = |diff_ids: usize, layers: usize| {
        [format!(": the config has {diff_ids} `diff_ids`, but the manifest has {layers} layers")]
    };
    let images = |diff_ids: &[&str]| {
        Manifest::new()
            .with(layer("b"))
            .with(Blob::new("a/b", "signature"))
            .with(Config::new().diff_ids(diff_ids))
    };
    // Either all blobs of other media types have a `diff_id`, or none.
    assert_eq!(found(images(&[DIGEST])), [""; 0]);
    assert_eq!(found(images(&[DIGEST, DIGEST])), [""; 0]);
    assert_eq!(found(images(&[])), count(0, 1));
    assert_eq!(found(images(&[DIGEST; 3])), count(3, 1));
}

#[test]
fn a_history_has_a_step_for_each_layer() {
    let step = |empty: bool| History::new().empty_layer(empty);
    let image = |history: &[bool]| {
        let config = Config::new().history(history.iter().map(|empty| step(*empty))).unchecked();
        found(Manifest::new().with(layer("b")).with(config))
    };
    assert_eq!(image(&[]), [""; 0]);
    assert_eq!(image(&[true, false, true]), [""; 0]);
    let count = |steps: usize| {
        [format!(" > config: the `history` has {steps} steps with a layer, but there are 1 `diff_ids`")]
    };
    assert_eq!(image(&[true]), count(0));
    assert_eq!(image(&[false, false]), count(2));
}
