//! Labels: where each is seen, and what is said of it.
#![deny(unused, reason = "a label that nothing uses is no mistake of the user's")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use oci_fixture::{Fixture, Node, TempDir, oci_image};

#[test]
fn either_branch_declares_the_same_label() {
    let declare = |small: bool| {
        oci_image! {
            linux/amd64 {
                if small {
                    'base: layer { "small" => "" }
                    'base
                } else if let Some(name) = Some("large") {
                    'base: layer { (name) => "" }
                    'base
                } else {
                    'base: layer {}
                }
            }
        }
    };
    for (small, name) in [(true, "small"), (false, "large")] {
        let layout = declare(small).tempdir().unwrap();
        let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
        let layers: Vec<_> = layers.iter().map(|layer| paths(&layer.bytes().unwrap())).collect();
        assert_eq!(layers, [[name], [name]]);
    }
}

#[test]
fn each_turn_of_a_for_has_its_own_label() {
    let layout = oci_image! {
        index {
            for architecture in ["amd64", "arm64"] {
                (format!("linux/{architecture}")) {
                    'base: layer { (architecture) => "" }
                    annotations: { "base": 'base.digest }
                }
                "unknown/unknown" {
                    annotations: { "of": 'base.digest }
                    'base
                }
            }
            // The `for` has ended, and its label with it.
            'base: linux/s390x {}
        }
    };
    let layout = layout.tempdir().unwrap();
    let index = &layout.nodes().unwrap()[0];
    let mut bases = Vec::new();
    for nodes in index.children().unwrap()[..4].chunks(2) {
        let base = nodes[0].layers().unwrap()[0].digest().to_string();
        assert_eq!(annotations(&nodes[0]), [("base".to_owned(), base.clone())].into());
        assert_eq!(annotations(&nodes[1]), [("of".to_owned(), base.clone())].into());
        assert_eq!(nodes[1].layers().unwrap()[0].digest().as_str(), base);
        bases.push(base);
    }
    assert_ne!(bases[0], bases[1]);
}

/// Blocks of nodes do not limit a label.
#[test]
fn a_label_is_seen_behind_the_nodes_around_it() {
    let layout = oci_image! {
        'inner: index "app:1" {
            'amd64: linux/amd64 {
                'config: config { env: ["A=1"] }
                'base: layer { "base/" }
            }
            linux/arm64 { 'base, 'base }
        }
        index "app:2" {
            annotations: { "inner": 'inner.digest, "base": 'base.hex }
            'amd64,
            if 'x: { break 'x true } {
                for number in [1, 2] { (format!("linux/arm/v{number}")) { 'base, layer { "a" => "" } } }
            }
            'inner { descriptor: { annotations: { "size": 'inner.size } } }
        }
    };
    let layout = layout.tempdir().unwrap();
    let (amd64, base) = (layout.label("amd64").unwrap(), layout.label("base").unwrap());
    assert_eq!(amd64.layers().unwrap()[0].digest(), base.digest());
    let arm64 = layout.reference("app:1").unwrap().platform("linux/arm64").unwrap();
    let layers = arm64.layers().unwrap();
    assert_eq!([layers[0].digest(), layers[1].digest()], [base.digest(); 2]);
    // Sealed after its layers.
    let config = layout.label("config").unwrap();
    assert_eq!(config.config().unwrap().rootfs().diff_ids().len(), 1);
    let second = layout.reference("app:2").unwrap();
    let inner = layout.label("inner").unwrap();
    let hex = base.digest().as_str().trim_start_matches("sha256:").to_owned();
    let expected = [("base".to_owned(), hex), ("inner".to_owned(), inner.digest().to_string())];
    assert_eq!(annotations(&second), expected.into());
    let children = second.children().unwrap();
    assert_eq!(children.len(), 4);
    assert_eq!(children[0].digest(), amd64.digest());
    assert_eq!(children[1].layers().unwrap()[0].digest(), base.digest());
    let size = children[3].descriptor().annotations().clone().unwrap()["size"].clone();
    assert_eq!((children[3].digest(), size), (inner.digest(), inner.size().to_string()));
}

/// A label may have any name that a lifetime has; what a body has declared before does not count in the next.
#[test]
fn a_name_is_used_again_where_the_other_has_ended() {
    let fixture: Fixture = oci_image! {
        for architecture in ["amd64"] { 'node: (format!("linux/{architecture}")) {} }
        for architecture in ["arm64"] { 'node: (format!("linux/{architecture}")) {} 'node, 'node }
        if true { 'node: linux/s390x {} } else { 'node: linux/ppc64le {} }
        'node: linux/riscv64 {
            'part: layer {}
            'value: layer { "a" => "" }
            'list: layer { "b" => "" }
            'part, 'value, 'list
        }
        tag "app:1" => 'node
    };
    let layout = fixture.tempdir().unwrap();
    assert_eq!(layout.reference("app:1").unwrap().layers().unwrap().len(), 6);
}

#[test]
fn text_says_digests_and_sizes_of_labels() {
    let (key, word) = ("key", String::from("word"));
    let layout = oci_image! {
        'image: manifest "app:1" linux/amd64 {
            'base: layer gzip { "a" => "b" }
            config {
                env: ["BASE=" + 'base.digest, "SIZE=" + 'base.size + "/" + (&word) + 7],
                labels: { (key): 'base.hex, "plain": word }
                user: 'base.size,
                history: [{ created_by: "ADD " + 'base.digest }]
            }
        }
        'sbom: manifest {
            artifact_type: "a/b",
            subject: 'image,
            blob "text/plain" => 'image.digest + "\n",
            blob "application/json" { content: json { "of": ["x" + 'image.hex, 5] } }
            config "text/plain" => "" + 'image.size
        }
        index "list-" + 'sbom.hex {
            'image,
            dangling { media_type: "a/b", digest: 'sbom.digest, size: 'sbom.size }
        }
        tag "sha256-" + 'image.hex + ".sbom" => 'sbom
    };
    let layout = layout.tempdir().unwrap();
    let (image, base, sbom) =
        (layout.label("image").unwrap(), layout.label("base").unwrap(), layout.label("sbom").unwrap());
    let hex = |digest: &str| digest.trim_start_matches("sha256:").to_owned();
    let config = image.config().unwrap();
    let run = config.config().clone().unwrap();
    let env = [format!("BASE={}", base.digest()), format!("SIZE={}/word7", base.size())];
    assert_eq!(run.env().clone().unwrap(), env);
    assert_eq!(run.user().clone().unwrap(), base.size().to_string());
    let labels: BTreeMap<_, _> = run.labels().clone().unwrap().into_iter().collect();
    assert_eq!(
        labels,
        [("key".to_owned(), hex(base.digest().as_str())), ("plain".to_owned(), "word".to_owned())].into()
    );
    let history = config.history().clone().unwrap();
    assert_eq!(history[0].created_by().clone().unwrap(), format!("ADD {}", base.digest()));

    assert_eq!(
        sbom.manifest().unwrap().subject().clone().unwrap().digest().to_string(),
        image.digest().as_str()
    );
    let contents: Vec<_> = sbom
        .children()
        .unwrap()
        .iter()
        .map(|child| String::from_utf8(child.bytes().unwrap().into_owned()).unwrap())
        .collect();
    let json = format!(r#"{{"of":["x{}",5]}}"#, hex(image.digest().as_str()));
    assert_eq!(contents, [image.size().to_string(), format!("{}\n", image.digest()), json]);

    let list = layout.reference(&format!("list-{}", hex(sbom.digest().as_str()))).unwrap();
    let elsewhere = list.index().unwrap().manifests()[1].clone();
    assert_eq!((elsewhere.digest().to_string(), elsewhere.size()), (sbom.digest().to_string(), sbom.size()));
    let tag = format!("sha256-{}.sbom", hex(image.digest().as_str()));
    // A reference without a repository is the repository.
    assert_eq!(layout.reference(&tag).unwrap().digest(), sbom.digest());
}

#[test]
fn a_question_mark_leaves_between_labels() {
    fn declare(number: &str) -> Result<Fixture, std::num::ParseIntError> {
        Ok(oci_image! {
            'image: linux/amd64 { config { user: number.parse::<u8>()? } }
            if let Ok(number) = number.parse::<u8>() && number > 1 {
                tag (format!("app:{number}")) => 'image
            }
        })
    }
    assert!(declare("x").is_err());
    let layout = declare("2").unwrap().tempdir().unwrap();
    assert_eq!(layout.reference("app:2").unwrap().digest(), layout.label("image").unwrap().digest());
}

/// One image for two platforms, as the descriptors of an index have it.
#[test]
fn a_label_stands_twice_in_an_index_with_a_platform_of_its_own() {
    let layout = oci_image! {
        index {
            'image: linux/amd64 { "a" => "b" }
            'image { descriptor: { platform: "windows(10.0.17763)/amd64" } }
            'image { if true { descriptor: { platform: linux/arm64 } } }
        }
    };
    let layout = layout.tempdir().unwrap();
    let image = layout.label("image").unwrap();
    let children = layout.nodes().unwrap()[0].children().unwrap();
    let platforms: Vec<_> = children
        .iter()
        .map(|child| {
            assert_eq!(child.digest(), image.digest());
            let platform = child.descriptor().platform().clone().unwrap();
            format!("{}/{}", platform.os(), platform.architecture())
        })
        .collect();
    assert_eq!(platforms, ["linux/amd64", "windows/amd64", "linux/arm64"]);
}

/// In a descriptor, where a reference adds some.
#[test]
fn null_takes_an_annotation_away() {
    let key = String::from("io.containerd.image.name");
    let layout = oci_image! {
        manifest "app:1" {
            descriptor: { annotations: { "a": "b", (key): null, "c": 5 } }
        }
    };
    let layout = layout.tempdir().unwrap();
    let annotations = layout.nodes().unwrap()[0].descriptor().annotations().clone().unwrap();
    let annotations: BTreeMap<_, _> = annotations.into_iter().collect();
    let expected = [("a", "b"), ("c", "5"), ("org.opencontainers.image.ref.name", "1")];
    assert_eq!(annotations, expected.map(|(key, value)| (key.into(), value.into())).into());
}

fn annotations(node: &Node<'_, TempDir>) -> BTreeMap<String, String> {
    let document: serde_json::Value = serde_json::from_slice(&node.bytes().unwrap()).unwrap();
    serde_json::from_value(document["annotations"].clone()).unwrap()
}

fn paths(layer: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(layer);
    let entries = archive.entries().unwrap();
    entries.map(|entry| String::from_utf8(entry.unwrap().path_bytes().into_owned()).unwrap()).collect()
}
