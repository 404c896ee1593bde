//! Labels: their scopes, and the texts and nodes that refer to them.
#![deny(unused, reason = "a label that nothing uses is no mistake of the user's")]
use std::collections::BTreeMap;

use oci_fixture::{Content, Fixture, Node, TempDir, oci_image};
use oci_fixture_test_support::{members, names, sha256};

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
        let layers: Vec<_> = layers.iter().map(|layer| names(&*layer.bytes().unwrap())).collect();
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

/// The scope of a label does not end with the block of a node.
#[test]
fn a_label_is_in_scope_after_the_nodes_around_it() {
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

/// A label may have any name that a lifetime can have. A label of one body is out of scope in the next.
#[test]
fn a_name_is_used_again_after_its_scope() {
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
fn texts_contain_digests_and_sizes_of_labels() {
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

/// Mentions stand in paths, targets, attributes, contents and the fields of `entry`.
#[test]
fn a_layer_mentions_nodes() {
    let prefix = String::from("sizes/");
    let declared = oci_image! {
        'inner: manifest "inner:1" { 'base: layer gzip { "a" => "b" } }
        manifest "outer:1" linux/arm64 {
            layer {
                "blobs/",
                #[xattr("user." + 'base.hex, 'inner.digest)] "blobs/" + 'inner.hex => 'inner.bytes,
                "blobs/" + 'base.hex => 'base.bytes,
                "latest" -> "blobs/" + 'inner.hex,
                hardlink "link" -> "blobs/" + 'base.hex,
                (prefix) + 'base.size => 'base.size + 1,
                "index.json" => json { "manifests": ['inner.descriptor], "size": 'inner.size - 1 + 2 },
                entry {
                    name: 'base.hex, size: 'base.size + 512 - 512, mtime: 'inner.size, body: 'base.bytes,
                    pax: { "comment": 'base.diff_id }
                }
            }
        }
    };
    let layout = declared.tempdir().unwrap();
    let [inner, base] = ["inner", "base"].map(|label| layout.label(label).unwrap());
    let [inner_hex, base_hex] = [&inner, &base].map(|node| node.digest().hex().to_owned());
    let layers = layout.reference("outer:1").unwrap().layers().unwrap();
    let bytes = layers[0].bytes().unwrap();
    let descriptor = format!(
        r#"{{"mediaType":"{}","digest":"{}","size":{},"platform":{{"architecture":"amd64","os":"linux"}}}}"#,
        inner.media_type(),
        inner.digest(),
        inner.size()
    );
    let index = format!(r#"{{"manifests":[{descriptor}],"size":{}}}"#, inner.size() + 1);
    let expected = [
        ("blobs/".to_owned(), Vec::new()),
        (format!("blobs/{inner_hex}"), inner.bytes().unwrap().into_owned()),
        (format!("blobs/{base_hex}"), base.bytes().unwrap().into_owned()),
        ("latest".to_owned(), format!("blobs/{inner_hex}").into_bytes()),
        ("link".to_owned(), format!("blobs/{base_hex}").into_bytes()),
        (format!("sizes/{}", base.size()), (base.size() + 1).to_string().into_bytes()),
        ("index.json".to_owned(), index.into_bytes()),
        (base_hex, base.bytes().unwrap().into_owned()),
    ];
    assert_eq!(members(&bytes[..]), expected);
    // The records of the PAX headers.
    let diff_id = layout.label("inner").unwrap().config().unwrap().rootfs().diff_ids()[0].clone();
    let records = [
        format!("SCHILY.xattr.user.{}={}\n", base.digest().hex(), inner.digest()),
        format!("comment={diff_id}\n"),
    ];
    for record in records {
        assert!(bytes.windows(record.len()).any(|window| window == record.as_bytes()), "{record}");
    }
    layout.assert_verified();
    let tree = layers[0].declared_entries().unwrap();
    assert_eq!(tree, None, "an entry by hand");
}

#[test]
fn a_path_begins_with_what_a_label_says() {
    let declared = |with_mistake: bool| {
        oci_image! {
            'text: blob "text/plain" => "text",
            linux/amd64 {
                'text.hex => "alone",
                #[mode = 0o600] 'text.size + 1 => "a sum",
                'text.hex + ".link" -> 'text.size,
                if with_mistake { 'text.hex + "/../x" -> "y" }
            }
            linux/arm64 { layer { 'text.size + ".txt" => 'text.bytes } 'base: layer { "a" => "" } }
        }
    };
    let error = declared(true).tempdir().unwrap_err().to_string();
    assert!(error.contains("/../x"), "{error}");
    let layout = declared(false).tempdir().unwrap();
    let names = |platform: &str| {
        let layers = layout.platform(platform).unwrap().layers().unwrap();
        layers.iter().map(|layer| names(&*layer.bytes().unwrap())).collect::<Vec<_>>().concat()
    };
    let hex = sha256("text");
    assert_eq!(names("linux/amd64"), [hex.clone(), "5".to_owned(), format!("{hex}.link")]);
    assert_eq!(names("linux/arm64"), ["4.txt", "a"]);
}

#[test]
fn entries_that_mention_nodes_are_shown() {
    let layout = oci_image! {
        'text: blob "text/plain" => "text",
        linux/amd64 { "size" + 'text.size => 'text.bytes, "link" -> "size" + 'text.size }
    };
    let layout = layout.in_memory().unwrap();
    let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
    assert_eq!(layer.declared_entries().unwrap(), Some(layer.entries().unwrap()));
    assert_eq!(layer.file("size4").unwrap(), b"text");
}

/// A layer holds the bytes of layers.
#[test]
fn the_bytes_of_a_node_are_those_before_its_faults() {
    let layout = oci_image! {
        #[flip = 0] 'image: manifest "a:1" { 'layer: layer zstd { "zeros" => Content::zeros(100_000) } }
        #[missing] 'blob: blob "a/b" => 'image.digest + "\n",
        #[append = 'blob.bytes] manifest "b:1" {
            'inner: layer { "manifest" => 'image.bytes, "layer" => 'layer.bytes, "blob" => 'blob.bytes }
            'outer: layer { "inner" => 'inner.bytes }
        }
    };
    let layout = layout.in_memory().unwrap();
    let [inner, outer, layer] = ["inner", "outer", "layer"].map(|label| layout.label(label).unwrap());
    assert_eq!(outer.file("inner").unwrap(), *inner.bytes().unwrap());
    assert_eq!(inner.file("layer").unwrap(), *layer.bytes().unwrap());
    let digest = layout.label("image").unwrap().digest().clone();
    assert_eq!(sha256(inner.file("manifest").unwrap()), digest.hex());
    assert_eq!(inner.file("blob").unwrap(), format!("{digest}\n").as_bytes());
    let faulty = layout.reference("b:1").unwrap().bytes().unwrap();
    assert!(faulty.ends_with(format!("}}{digest}\n").as_bytes()));
}

#[test]
fn numbers_are_added_up_and_everything_else_is_joined() {
    let (two, word) = (2_u64, "w");
    let layout = oci_image! {
        'four: blob "text/plain" => "four",
        blob "application/json" => json {
            "numbers": ['four.size, 'four.size + 1, 10 - 'four.size, (two) - 'four.size, 'four.size + 'four.size - 8],
            "texts": ["" + 'four.size, "a" + 'four.size + 1, 'four.size + 1 + "a", (word) + 'four.size, 'four.size + 1.5]
        },
    };
    let layout = layout.in_memory().unwrap();
    let json = r#"{"numbers":[4,5,6,-2,0],"texts":["4","a41","5a","w4","41.5"]}"#;
    assert_eq!(String::from_utf8(layout.nodes().unwrap()[1].bytes().unwrap().into_owned()).unwrap(), json);
}

/// A path that mentions a node is known only after sealing, and is checked then.
#[test]
fn a_path_that_mentions_a_node_is_checked_as_any_other() {
    let size = |paths: [&'static str; 2]| {
        oci_image! {
            'four: blob "text/plain" => "four",
            linux/amd64 { (paths[0]) + 'four.size => "1", (paths[1]) => "2" }
        }
        .in_memory()
        .map(drop)
        .map_err(|error| error.to_string())
    };
    assert_eq!(size(["a", "b"]), Ok(()));
    let twice = "linux/amd64 > \"a4\": this path is twice in the layer; remove one of the two entries";
    assert_eq!(size(["a", "a4"]), Err(twice.to_owned()));
    let above = size(["../", "b"]).unwrap_err();
    assert!(above.starts_with("linux/amd64 > \"../4\": "), "{above}");
}

#[test]
fn a_config_cannot_be_mentioned_in_its_own_layers() {
    let error = oci_image! { linux/amd64 { 'config: config {} layer { "a" => 'config.digest } } };
    let message = "linux/amd64 > layer 1 > \"a\": the config `'config` is made from the layers of its manifest, so none of them can mention it";
    assert_eq!(error.in_memory().unwrap_err().to_string(), message);
}

#[test]
fn a_question_mark_returns_from_between_labels() {
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

/// One image for several platforms, as in the descriptors of an index.
#[test]
fn a_node_is_listed_again_for_another_platform() {
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

/// `null` removes an annotation that a reference has added to the descriptor.
#[test]
fn null_removes_an_annotation() {
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

#[test]
fn a_dangling_descriptor_listed_again_keeps_its_fields() {
    let layout = oci_image! {
        'elsewhere: dangling {
            media_type: "a/b", digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", size: 1, urls: ["https://example.com/"],
            annotations: { "a": "1", "b": "2" }, platform: linux/arm64,
        }
        'elsewhere { descriptor: { annotations: { "b": null, "c": "3" } } }
    };
    let index = layout.in_memory().unwrap().index_bytes().unwrap().into_owned();
    let index: serde_json::Value = serde_json::from_slice(&index).unwrap();
    let common = r#""mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":1,"urls":["https://example.com/"],"platform":{"architecture":"arm64","os":"linux"}"#;
    let expected = format!(
        r#"[{{{common},"annotations":{{"a":"1","b":"2"}}}},{{{common},"annotations":{{"a":"1","c":"3"}}}}]"#
    );
    assert_eq!(index["manifests"], serde_json::from_str::<serde_json::Value>(&expected).unwrap());
}
