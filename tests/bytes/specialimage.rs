//! The special images of `examples/specialimage.rs`: what each of them is.

use std::collections::{BTreeMap, BTreeSet};

use oci_fixture::Fixture;
use oci_fixture_test_support::golden::{assert_golden, listing};
use oci_fixture_test_support::{members, sha256};

#[allow(dead_code, reason = "the program itself is not run here")]
#[path = "../../examples/specialimage.rs"]
pub(crate) mod images;

use images::{
    IMAGES, config_target, dangling, empty_fs, labeled, legacy_manifest, multi_layer_custom, multi_platform,
    partial_multi_platform, random_single_platform, text_plain, two_platform,
};

#[test]
fn each_image_is_this_tree_and_this_index() {
    for ((name, image), (expected, digest)) in IMAGES.into_iter().zip(EXPECTED) {
        let layout = image().tempdir().unwrap();
        let index = layout.index_bytes().unwrap();
        assert_eq!((name, &*sha256(&index)), (expected, digest));
        let tree = format!("{layout}\n");
        assert_golden(
            &format!("bytes/specialimage/{name}.txt"),
            &(tree + &listing([("index.json", &*index)])),
        );
    }
}

#[test]
fn the_readme_shows_the_tree_that_is_printed() {
    let tree = two_platform().to_string();
    assert!(include_str!("../../README.md").contains(&tree), "{tree}");
}

/// The trees do not show what makes these images special.
#[test]
fn each_config_says_what_its_image_is_for() {
    let configs = [
        ("config_target", config_target()),
        ("text_plain", text_plain()),
        ("labeled", labeled("withlabel:latest", &[("on_prune", "keep"), ("a", "b")])),
        ("labeled with nothing", labeled("nolabel:latest", &[])),
        ("dangling", dangling()),
        ("empty_fs", empty_fs()),
    ];
    let configs = configs.map(|(name, fixture)| (name, config(&fixture)));
    let listed = configs.iter().map(|(name, config)| (*name, config.as_bytes()));
    assert_golden("bytes/specialimage/configs.txt", &listing(listed));
}

/// The paths and the bytes of an archive.
fn archive(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    members(tar).into_iter().collect()
}

/// moby keeps this image as an archive for Docker, and its tests name it by the digest of its config.
#[test]
fn the_empty_file_system_is_an_archive_that_docker_loads() {
    let files = archive(&empty_fs().write_docker_archive(Vec::new()).unwrap());
    let images: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let config = "11f64303f0f7ffdc71f001788132bca5346831939a956e3e975c93267d89a16d.json";
    let layer = "84ff92691f909a05b224e1c56abb4864f01b4f8e3c854e4bb4c7baf1d3f6d652.tar";
    let expected = serde_json::json!([{ "Config": config, "RepoTags": ["docker.io/library/emptyfs:latest"], "Layers": [layer] }]);
    assert_eq!(images, expected);
    assert_eq!(files[layer], [0; 10240]);
    assert_eq!(String::from_utf8_lossy(&files[config]), self::config(&empty_fs()));
}

#[test]
fn a_legacy_manifest_lists_the_image_for_the_platform() {
    let fixture = multi_platform("legacy:latest", &["linux/amd64", "linux/arm64"]);
    // As in Go, the name is another argument, and stands there as it is written.
    let files = archive(&legacy_manifest(&fixture, "legacy:arm64", "linux/arm64").unwrap());
    let images: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let config = "blobs/sha256/7e3158504c855596989aa084749c5f38e239ef9dcd67ca6bb51392cc08d5970a";
    let layer = "blobs/sha256/bce26d9670459bf1606f67cc1aec4999584b2e156a85ea0e8ef532adc4b8bcdd";
    let expected = serde_json::json!([{ "Config": config, "RepoTags": ["legacy:arm64"], "Layers": [layer] }]);
    assert_eq!(images, expected);
    assert!(files.contains_key("index.json") && files.contains_key(layer), "{:?}", files.keys());
}

/// Any number of layers and platforms, 0 included.
#[test]
fn functions_that_take_lists_take_empty_ones() {
    let trees = [
        (
            multi_layer_custom("none:1", &[]),
            "index.json\n\
             └─ manifest docker.io/library/none:1 sha256:3a0da2ec3780 248 bytes\n   \
                └─ config sha256:d98e94af99fa 165 bytes",
        ),
        (
            multi_platform("none:1", &[]),
            "index.json\n└─ index docker.io/library/none:1 sha256:dff9de109191 88 bytes",
        ),
        (
            partial_multi_platform("missingmp:latest", &[], &[]),
            "index.json\n└─ index docker.io/library/missingmp:latest sha256:dff9de109191 88 bytes",
        ),
    ];
    for (fixture, tree) in trees {
        assert_eq!(fixture.tempdir().unwrap().to_string(), tree);
    }
}

#[test]
fn a_random_image_has_the_name_and_the_layers_of_its_seed() {
    let image = |seed| {
        let layout = random_single_platform("linux/amd64", seed).tempdir().unwrap();
        let node = layout.nodes().unwrap().remove(0);
        let name = node.descriptor().annotations().clone().unwrap()["io.containerd.image.name"].clone();
        (name, node.layers().unwrap().len())
    };
    let images: Vec<_> = (0..64).map(image).collect();
    let first = [16_294_208_416_658_607_535_u64, 10_451_216_379_200_822_465, 10_905_525_725_756_348_110];
    let first = first.map(|word| {
        (format!("docker.io/library/random-{word}:latest"), usize::try_from(word >> 61).unwrap())
    });
    assert_eq!(images[..3], first);
    assert_eq!(images, (0..64).map(image).collect::<Vec<_>>());
    let names: BTreeSet<_> = images.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 64);
    let counts: BTreeSet<_> = images.iter().map(|(_, layers)| *layers).collect();
    assert_eq!(counts, (0..8).collect());
}

/// The name of each image, and the digest of its index.json. Its golden is its tree, and index.json.
const EXPECTED: [(&str, &str); 12] = [
    ("two_platform", "b21056d9f206efcd8b3371f4b8446118203858ec1df1571f9b7621879dcdb17a"),
    ("multi_layer", "e0d81f9b6aefc607bc3a7ba17e08b632793868cd5096e810620f1740ca73e492"),
    ("multi_layer_custom", "8c031549a4097ec193e67d4862f1eaedb458030286b5f94d534cd9c13188e418"),
    ("multi_platform", "0f035eb1f427342f50d6bfbfe1006669222801cbbdd5e8ece30c618e44e830d1"),
    ("partial_multi_platform", "087ec465c60c3fc3995c351a26a4af28d9acda6015ddc4ad9a409965f3234a3a"),
    ("empty_index", "ab209bd05394622e16c4382cd6bcdca6503df6b3659c7f8cf2ab3baec3828c2e"),
    ("config_target", "09c8643f5b8b10b6c199582a7fccf3d82cfa5fb66c42f0a44ba50c57eb2f350b"),
    ("text_plain", "c0a41843c1f7cbf006fab8e904d7544ad00571a21d392a853622b035e0946549"),
    ("labeled", "a2ace08dcd7e79665be975511754dd905cbaeeb362ac1bb98a94102c124adad4"),
    ("dangling", "f81236aa9cd93ef4ad1d583579f50b8c10b22c91ed9b7e96e36e6aa56c09b322"),
    ("empty_fs", "a418c75b2537081c375c58740c33540f87594d17245db3407a781321ce847a0e"),
    ("random_single_platform", "fe1feebaa6754af981e4536039d7782804919432df81aab6309c48c2a20f6f91"),
];

/// The config of the one image, as it is stored.
fn config(fixture: &Fixture) -> String {
    let layout = fixture.tempdir().unwrap();
    let node = layout.nodes().unwrap().remove(0);
    let config = node.children().unwrap().into_iter().next().unwrap_or(node);
    String::from_utf8(config.bytes().unwrap().into_owned()).unwrap()
}
