//! `from`: images that build on an image of another layout.

use oci_fixture::{Base, Config, Fixture, History, Layer, Layout, Manifest, Store, oci_image};

fn other() -> Fixture {
    oci_image! {
        index "base:1" {
            linux/amd64 { layer { "a" => "amd64" } }
            linux/arm64 {
                config {
                    created: "2024-05-01T12:00:00Z",
                    env: ["PATH=/bin"],
                    labels: { "a": "1", "b": "2" },
                    user: 1000,
                    history: [{ created_by: "one" }, { created_by: "two" }, { created_by: "env", empty_layer: true }],
                    merge: { "config": { "Healthcheck": { "Interval": 1e9 } }, "docker_version": "20.10" },
                }
                layer gzip { "a" => "arm64", descriptor: { annotations: { "kept": "yes" } } }
                layer zstd { "b" => "" }
            }
        }
    }
}

fn document<S: Store>(layout: &Layout<S>, platform: &str) -> [String; 2] {
    let image = layout.platform(platform).unwrap();
    let manifest = String::from_utf8(image.bytes().unwrap().into_owned()).unwrap();
    let config =
        image.children().unwrap().into_iter().find(|node| node.media_type().contains("config")).unwrap();
    [manifest, String::from_utf8(config.bytes().unwrap().into_owned()).unwrap()]
}

#[test]
fn the_layers_stand_there_and_the_config_keeps_its_other_fields() {
    let other = other().tempdir().unwrap();
    let base = other.platform("linux/arm64").unwrap();
    let declared = oci_image! {
        manifest "app:1" {
            layer { "first" => "" }
            from (&base),
            'last: layer { "last" => "" }
            config { user: 0, labels: { "c": "3" }, cmd: ["/app"], history: [{ created_by: "a" }, { created_by: "b" }] }
        }
    };
    let layout = declared.tempdir().unwrap();
    let digests = |layout: &Layout<_>| -> Vec<String> {
        let layers = layout.platform("linux/arm64").unwrap().layers().unwrap();
        layers.iter().map(|layer| layer.digest().to_string()).collect()
    };
    let (own, copied) = (digests(&layout), digests(&other));
    assert_eq!(own[1..3], copied);
    let [manifest, config] = document(&layout, "linux/arm64");
    assert!(manifest.contains(r#""annotations":{"kept":"yes"}"#), "{manifest}");
    let [_, base_config] = document(&other, "linux/arm64");
    let diff_ids = |config: &str| {
        let config: serde_json::Value = serde_json::from_str(config).unwrap();
        config["rootfs"]["diff_ids"].as_array().unwrap().clone()
    };
    let all = diff_ids(&config);
    assert_eq!(all[1..3], diff_ids(&base_config));
    let ids = serde_json::to_string(&all).unwrap();
    // In the order of the base image's config, with its numbers as they are written.
    let expected = format!(
        r#"{{"created":"2024-05-01T12:00:00Z","architecture":"arm64","os":"linux","config":{{"User":"0","Env":["PATH=/bin"],"Labels":{{"c":"3"}},"Healthcheck":{{"Interval":1e9}},"Cmd":["/app"]}},"rootfs":{{"type":"layers","diff_ids":{ids}}},"history":[{{"created_by":"one"}},{{"created_by":"two"}},{{"created_by":"env","empty_layer":true}},{{"created_by":"a"}},{{"created_by":"b"}}],"docker_version":"20.10"}}"#
    );
    assert_eq!(config, expected);
    layout.assert_verified();
    // The builder says the same.
    let step = |by: &str| History::new().created_by(by);
    let own = Config::new().user(0).labels([("c", "3")]).cmd(["/app"]).history([step("a"), step("b")]);
    let built = Fixture::new().with(
        Manifest::new()
            .reference("app:1")
            .with(Layer::new().with(("first", "")))
            .with(Base::from(&base))
            .with(Layer::new().with(("last", "")))
            .with(own),
    );
    assert_eq!(built.tempdir().unwrap().index_bytes().unwrap(), layout.index_bytes().unwrap());
}

#[test]
fn without_a_config_of_its_own_a_manifest_has_that_of_its_base() {
    let other = other().in_memory().unwrap();
    let alone = oci_image! { linux/arm64 { from (other.platform("linux/arm64").unwrap()) } };
    let layout = alone.in_memory().unwrap();
    assert_eq!(document(&layout, "linux/arm64"), document(&other, "linux/arm64"));
    // An empty step for each further layer, where the base has a history.
    let more = oci_image! { manifest { from (other.platform("linux/arm64").unwrap()), layer { "c" => "" } } };
    let layout = more.in_memory().unwrap();
    let [_, config] = document(&layout, "linux/arm64");
    assert!(config.contains(r#"{"created_by":"env","empty_layer":true},{}],"docker_version""#), "{config}");
    layout.assert_verified();
    let without =
        oci_image! { manifest { from (other.platform("linux/amd64").unwrap()), layer { "c" => "" } } };
    let [_, config] = document(&without.in_memory().unwrap(), "linux/amd64");
    assert!(!config.contains("history"), "{config}");
    // Steps without a layer are the history of a base without layers.
    let empty = oci_image! { linux/amd64 { config { history: [{ created_by: "env", empty_layer: true }] } } };
    let empty = empty.in_memory().unwrap();
    let base = empty.platform("linux/amd64").unwrap();
    let layout = oci_image! { manifest { from (base), layer { "a" => "" } } }.tempdir().unwrap();
    let [_, config] = document(&layout, "linux/amd64");
    assert!(config.contains(r#""history":[{"created_by":"env","empty_layer":true},{}]"#), "{config}");
    layout.assert_verified();
}

#[test]
fn every_way_out_holds_the_copied_layers() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("other.tar");
    let other = other().write_archive_to(&path).unwrap();
    let fixture = oci_image! { manifest "app:1" { from (other.platform("linux/arm64").unwrap()), layer { "c" => "" } } };
    let written = fixture.tempdir().unwrap();
    let mut tar = fixture.write_archive(Vec::new()).unwrap();
    std::fs::write(&path, &mut tar).unwrap();
    let archive = Layout::open_archive(&path).unwrap();
    assert_eq!(archive.index_bytes().unwrap(), written.index_bytes().unwrap());
    archive.assert_verified();
    let docker = fixture.write_docker_archive(Vec::new()).unwrap();
    let layers = written.platform("linux/arm64").unwrap().layers().unwrap();
    let names: Vec<String> =
        oci_fixture_test_support::read_tar(&docker).into_iter().map(|entry| entry.name).collect();
    assert!(names.contains(&format!("{}.tar", layers[0].digest().hex())), "{names:?}");
}

#[test]
fn wrong_and_missing_blobs_are_refused_unless_they_are_taken_as_they_are() {
    let faulty = oci_image! {
        linux/amd64 {
            #[flip = 0] 'flipped: layer { "a" => "1" }
            #[truncate = -1] layer gzip { "b" => "2" }
            #[missing] 'missing: layer { "c" => "3" }
        }
    };
    let faulty = faulty.tempdir().unwrap();
    let base = || faulty.platform("linux/amd64").unwrap();
    let error = oci_image! { manifest "app:1" { from (base()) } }.in_memory().unwrap_err().to_string();
    let missing = faulty.label("missing").unwrap();
    assert_eq!(
        error,
        format!(
            "manifest \"app:1\" > layer 3: the other layout has no blob `{}`; copy it from a whole one",
            missing.digest()
        )
    );
    let fixture = oci_image! { manifest "app:1" { #[unchecked] from (base()), layer { "d" => "4" } } };
    let copied = fixture.tempdir().unwrap();
    let memory = fixture.in_memory().unwrap();
    let (layers, others) =
        (base().layers().unwrap(), copied.platform("linux/amd64").unwrap().layers().unwrap());
    for (layer, other) in layers.iter().zip(&others) {
        assert_eq!((layer.digest(), layer.bytes().ok()), (other.digest(), other.bytes().ok()));
    }
    assert_eq!(memory.blobs().unwrap().count(), copied.blobs().unwrap().count());
    // The errors are the same but for their places.
    let found = |findings: oci_fixture::Findings| -> Vec<String> {
        let texts = findings.iter().map(ToString::to_string);
        let mut texts: Vec<String> = texts
            .map(|text| text.split_once(": ").map_or(text.clone(), |(_, text)| text.to_owned()))
            .collect();
        texts.sort();
        texts
    };
    let in_base = found(faulty.verify());
    assert_eq!(found(copied.verify()), in_base);
    assert!(in_base.len() >= 3, "{in_base:?}");
    // In an existing layout, too.
    let existing = tempfile::tempdir().unwrap();
    Fixture::new().with(Manifest::new().reference("first:1")).write_to(existing.path()).unwrap();
    let added = fixture.write_to(existing.path()).unwrap();
    let flipped = added.reference("app:1").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned();
    assert_eq!(flipped, *faulty.label("flipped").unwrap().bytes().unwrap());
    // What is wrong alone is an error with both digests.
    let wrong =
        oci_image! { linux/amd64 { #[append = "x"] 'wrong: layer { "a" => "1" } } }.in_memory().unwrap();
    let node = wrong.platform("linux/amd64").unwrap();
    let error = oci_image! { manifest { from (node) } }.in_memory().unwrap_err().to_string();
    let digest = wrong.label("wrong").unwrap().digest().to_string();
    let start = format!(
        "linux/amd64 > layer 1: the other layout says the digest `{digest}` of this blob, which has `sha256:"
    );
    assert!(error.starts_with(&start) && error.ends_with("; repair that layout"), "{error}");
}

#[test]
fn a_node_that_cannot_be_a_base_image_is_refused() {
    let other = other().in_memory().unwrap();
    let refused = |image: Manifest| {
        let error = Fixture::new().with(image).in_memory().unwrap_err().to_string();
        error.split_once(": ").unwrap().1.to_owned()
    };
    let index = other.reference("base:1").unwrap();
    assert_eq!(
        refused(Manifest::new().with(Base::from(&index))),
        format!(
            "the base image cannot be read: {}: is an index; choose an image by `platform(..)`",
            index.digest()
        )
    );
    let base = || Base::from(other.platform("linux/arm64").unwrap());
    for (image, problem) in [
        (Manifest::new().with(base()).with(base()), "a manifest has one base image; remove the others"),
        (
            Manifest::new().with(base()).platform("linux/amd64"),
            "a manifest has the platform of its base image; write that, or none",
        ),
        (
            Manifest::new().with(base()).artifact_type("a/b"),
            "an artifact has no base image; remove one of the two",
        ),
        (
            Manifest::new().with(base()).with(("a", "b")),
            "entries stand beside layers; put them into a layer of their own",
        ),
    ] {
        assert_eq!(refused(image), problem);
    }
    let history = Config::new().history([History::new(), History::new()]);
    assert_eq!(
        refused(Manifest::new().with(base()).with(Layer::new()).with(history)),
        "the history of the base image has 2 of the 3 steps with a layer, and this one has 2 instead of 1; write a step for each further layer"
    );
}

/// The directory is read when the fixture is written.
#[test]
fn a_base_that_is_gone_is_an_error_with_its_path() {
    let other = other().tempdir().unwrap();
    let path = other.path().display().to_string();
    let fixture = oci_image! { manifest { from (other.platform("linux/amd64").unwrap()) } };
    drop(other);
    let error = fixture.in_memory().unwrap_err().to_string();
    assert!(error.contains(&path) && error.contains("cannot be read"), "{error}");
}

#[test]
fn a_node_is_copied_with_all_below_it() {
    let other = oci_image! {
        index "all:1" {
            'image: linux/amd64 { 'layer: layer { "a" => "b" } }
            'arm: linux/arm64 { layer gzip { "a" => "c" } }
            'image { descriptor: { platform: linux/386 } }
            #[missing] 'absent: linux/s390x {}
        }
        'note: blob "text/plain" => "note",
        manifest "unrelated:1" linux/riscv64 {}
    };
    let other = other.tempdir().unwrap();
    let [arm, note] = ["arm", "note"].map(|label| other.label(label).unwrap());
    let platform = other.platform("linux/arm64").unwrap();
    let fixture = oci_image! {
        (other.reference("all:1").unwrap()),
        index "own:1" { (&platform), (&note), linux/ppc64le {} }
        manifest { artifact_type: "a/b", (&note) }
        manifest linux/mips { config {} (other.label("layer").unwrap()) }
    };
    let layout = fixture.tempdir().unwrap();
    assert_eq!(layout.nodes().unwrap()[0].digest(), other.reference("all:1").unwrap().digest());
    let own = layout.reference("own:1").unwrap();
    let children = own.children().unwrap();
    assert_eq!([children[0].digest(), children[1].digest()], [arm.digest(), note.digest()]);
    assert_eq!(layout.platform("linux/arm64").unwrap().digest(), arm.digest());
    // Only the wanted nodes are copied, and all of them but the blobs that the other layout does not hold.
    let blobs = |layout: &Layout<_>| -> std::collections::BTreeSet<String> {
        layout.blobs().unwrap().map(|blob| blob.unwrap().0.to_string()).collect()
    };
    let unrelated = other.reference("unrelated:1").unwrap().digest().to_string();
    let missing: Vec<_> = blobs(&other).difference(&blobs(&layout)).cloned().collect();
    assert!(missing.contains(&unrelated), "{missing:?}");
    assert!(blobs(&layout).contains(children[0].layers().unwrap()[0].digest().as_str()));
    let config = layout.platform("linux/mips").unwrap().config().unwrap();
    assert_eq!(config.rootfs().diff_ids()[0], other.label("layer").unwrap().digest().as_str());
    // `verify` finds what it finds of the other layout.
    let above = |findings: oci_fixture::Findings| {
        findings.iter().filter(|finding| finding.level() > oci_fixture::Level::Note).count()
    };
    assert_eq!(above(layout.verify()), above(other.verify()));
}

#[test]
fn a_node_stands_where_its_kind_may_stand() {
    let other = other().in_memory().unwrap();
    let refused = |node| {
        let error = Fixture::new().with(Manifest::new().with(node)).in_memory().unwrap_err().to_string();
        error.rsplit_once(": ").unwrap().1.to_owned()
    };
    let image = other.platform("linux/arm64").unwrap();
    assert_eq!(
        refused(image.layers().unwrap()[0].clone()),
        "the `diff_id` of a compressed layer is in the config of its image; take the layers of that image by `from`"
    );
    assert_eq!(refused(image), "manifest does not fit in a manifest; take its layers by `from`");
}
