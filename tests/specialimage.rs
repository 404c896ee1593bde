//! The special images of `examples/specialimage.rs`: what each of them is.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeSet;

use oci_fixture::Fixture;

#[allow(dead_code, reason = "the program itself is not run here")]
#[path = "../examples/specialimage.rs"]
mod specialimage;

use specialimage::{
    IMAGES, config_target, dangling, empty_fs, labeled, multi_layer_custom, multi_platform,
    partial_multi_platform, random_single_platform, text_plain, two_platform,
};

#[test]
fn each_image_is_this_tree_and_this_index() {
    for ((name, image), (expected, tree, index)) in IMAGES.into_iter().zip(EXPECTED) {
        let layout = image().tempdir().unwrap();
        assert_eq!((name, layout.to_string()), (expected, tree.to_owned()));
        let listed = String::from_utf8(layout.index_bytes().unwrap().into_owned()).unwrap();
        assert_eq!(listed, one_line(index), "{name}");
    }
}

#[test]
fn the_readme_shows_the_tree_that_is_printed() {
    let tree = two_platform().to_string();
    assert!(include_str!("../README.md").contains(&tree), "{tree}");
}

#[test]
fn the_image_for_two_platforms_has_the_blobs_that_go_writes() {
    let mut expected = [
        "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
        "296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59",
        "2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
        "466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404",
        "2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
        "3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7",
        "4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240",
    ];
    expected.sort_unstable();
    let layout = two_platform().tempdir().unwrap();
    let stored: Vec<_> = layout.blobs().unwrap().map(|blob| blob.unwrap().0.hex().to_owned()).collect();
    assert_eq!(stored, expected);
}

/// What the trees do not show: what makes these images special.
#[test]
fn each_config_says_what_its_image_is_for() {
    let cases = [
        (
            config_target(),
            r#"{
                "architecture":"amd64","os":"linux","config":{"Env":["FOO=BAR"]},
                "rootfs":{"type":"layers","diff_ids":[]}
            }"#,
        ),
        (text_plain(), "{}"),
        (
            labeled("withlabel:latest", &[("on_prune", "keep"), ("a", "b")]),
            r#"{
                "architecture":"amd64","os":"linux","config":{"Labels":{"a":"b","on_prune":"keep"}},
                "rootfs":{"type":"layers","diff_ids":[]}
            }"#,
        ),
        (
            labeled("nolabel:latest", &[]),
            r#"{
                "architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}
            }"#,
        ),
        (
            dangling(),
            r#"{
                "architecture":"amd64","os":"linux",
                "config":{
                    "Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                    "WorkingDir":"/","Labels":{"org.mobyproject.test.specialimage":"1"}
                },
                "rootfs":{"type":"layers","diff_ids":[]},
                "history":[
                    {
                        "created_by":"LABEL org.mobyproject.test.specialimage=1",
                        "comment":"buildkit.dockerfile.v0","empty_layer":true
                    }
                ]
            }"#,
        ),
        (
            empty_fs(),
            r#"{
                "created":"2013-06-13T14:03:50.821769-07:00","architecture":"amd64","os":"linux","config":{},
                "rootfs":{
                    "type":"layers",
                    "diff_ids":["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]
                },
                "history":[{"created":"2013-06-13T14:03:50.821769-07:00","comment":"Imported from -"}]
            }"#,
        ),
    ];
    for (fixture, config) in cases {
        assert_eq!(self::config(&fixture), one_line(config));
    }
}

/// moby reads its own as an archive of Docker's: one image, and one layer without entries.
#[test]
fn the_empty_image_is_an_archive_that_docker_loads() {
    let mut archive =
        tar::Archive::new(std::io::Cursor::new(empty_fs().write_docker_archive(Vec::new()).unwrap()));
    let mut files = std::collections::BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        files.insert(entry.path().unwrap().to_str().unwrap().to_owned(), bytes);
    }
    let images: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let config = "d7d71b2cfd7d1ec99c0fb0bf916854226a691699c8c3abcdb0bf47d684bc4e11.json";
    let layer = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef.tar";
    let expected =
        serde_json::json!([{ "Config": config, "RepoTags": ["emptyfs:latest"], "Layers": [layer] }]);
    assert_eq!(images, expected);
    assert_eq!(files[layer], [0; 1024]);
    assert_eq!(String::from_utf8_lossy(&files[config]), self::config(&empty_fs()));
}

/// Any layers, any platforms, and none.
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
            partial_multi_platform(&[], &[]),
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
        let layout = random_single_platform(seed).tempdir().unwrap();
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

/// The name of each image, its tree, and its index.json.
const EXPECTED: [(&str, &str, &str); 12] = [
    (
        "two_platform",
        "\
index.json
└─ index docker.io/library/twoplatform:latest sha256:4f4cfc34724a 491 bytes
   ├─ manifest linux/amd64 sha256:2935902a74c8 397 bytes
   │  ├─ config sha256:2bac61bcd904 238 bytes
   │  └─ layer sha256:319a4ffe3657 2048 bytes
   │     └─ -rw-r--r-- 6 bash
   └─ manifest linux/arm64 sha256:3e7354ca8ed8 397 bytes
      ├─ config sha256:466a044058a4 238 bytes
      └─ layer sha256:296d0b23333f 2048 bytes
         └─ -rw-r--r-- 6 bash",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240",
                "size":491,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/twoplatform:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "multi_layer",
        "\
index.json
└─ manifest docker.io/library/multilayer:latest sha256:96d18bda70ec 697 bytes
   ├─ config sha256:4ef64ea30f17 386 bytes
   ├─ layer sha256:9cd2074315bb 2048 bytes
   │  └─ -rw-r--r-- 1 foo
   ├─ layer sha256:522854d0272c 2048 bytes
   │  └─ -rw-r--r-- 1 bar
   └─ layer sha256:dc6c0d594fd1 2048 bytes
      └─ -rw-r--r-- 5 hello",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:96d18bda70ec0e14d480fdc0607d07c759c3f25f3205b0501ab88100b94bb49f",
                "size":697,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/multilayer:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "multi_layer_custom",
        "\
index.json
└─ manifest docker.io/library/multilayer2:latest sha256:f10ccabadf04 547 bytes
   ├─ config sha256:51cf30944bcf 312 bytes
   ├─ layer sha256:713678e39baf 2048 bytes
   │  └─ -rw-r--r-- 1 asdf
   └─ layer sha256:9cd2074315bb 2048 bytes
      └─ -rw-r--r-- 1 foo",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:f10ccabadf045590c776cc9a79d15ac871beccd07ffcd9741ca9bbd96ab8e101",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/multilayer2:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "multi_platform",
        "\
index.json
└─ index docker.io/library/multiplatform:latest sha256:7cbcc9b1308d 504 bytes
   ├─ manifest linux/amd64 sha256:4e3ad49c82e0 397 bytes
   │  ├─ config sha256:ccf39f08682d 238 bytes
   │  └─ layer sha256:085328023e4b 2048 bytes
   │     └─ -rw-r--r-- 17 bash
   └─ manifest linux/arm/v7 sha256:f3c5acad9cb5 397 bytes
      ├─ config sha256:3be5f1de6539 251 bytes
      └─ layer sha256:05608209559a 2048 bytes
         └─ -rw-r--r-- 18 bash",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:7cbcc9b1308d9349b21c3d03e0f44a05b76e9cfd5708c5760b215caa212656dc",
                "size":504,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/multiplatform:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "partial_multi_platform",
        "\
index.json
└─ index docker.io/library/missingmp:latest sha256:08eeaa02a058 695 bytes
   ├─ manifest linux/amd64 sha256:4e3ad49c82e0 397 bytes
   │  ├─ config sha256:ccf39f08682d 238 bytes
   │  └─ layer sha256:085328023e4b 2048 bytes
   │     └─ -rw-r--r-- 17 bash
   ├─ manifest linux/arm64 sha256:444d6e9c8d13 397 bytes ! #[missing] (not stored)
   └─ manifest linux/riscv64 sha256:d3ff85af8e7f 397 bytes ! #[missing] (not stored)",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:08eeaa02a058aff7c01a25dd39e748216d1aad06920ea11cddddd46fc32a77cd",
                "size":695,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/missingmp:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "empty_index",
        "\
index.json
└─ index docker.io/library/emptyindex:latest sha256:dff9de109191 88 bytes",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:dff9de10919148711140d349bf03f1a99eb06f94b03e51715ccebfa7cdc518e2",
                "size":88,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/emptyindex:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "config_target",
        "\
index.json
└─ config docker.io/library/config:latest sha256:c7d246704292 107 bytes",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:c7d246704292ef84ce874727d09550c2265d0ff00d81a7ac1e73fe3b4767e174",
                "size":107,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/config:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "text_plain",
        "\
index.json
└─ manifest docker.io/tianon/test:text-plain sha256:16d8a68a509a 357 bytes
   ├─ application/vnd.oci.empty.v1+json sha256:44136fa355b3 2 bytes
   └─ text/plain sha256:44136fa355b3 2 bytes",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:16d8a68a509a236367772f8fd9efa911485507eb5cafdba435bd1acda40281ca",
                "size":357,
                "annotations":{
                    "io.containerd.image.name":"docker.io/tianon/test:text-plain",
                    "org.opencontainers.image.ref.name":"text-plain"
                }
            }
        ]
    }"#,
    ),
    (
        "labeled",
        "\
index.json
└─ manifest docker.io/library/withlabel:latest sha256:c873bc4b2f64 248 bytes
   └─ config sha256:d17ce3b89811 118 bytes",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:c873bc4b2f64d0e81ceaf1994551e984304c1beebb2c425d06c0fb2c39eceb50",
                "size":248,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/withlabel:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "dangling",
        "\
index.json
└─ #[docker] manifest linux/amd64 sha256:8a7c78f5bb55 264 bytes
   └─ #[docker] config sha256:ae0802064fd7 358 bytes",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.docker.distribution.manifest.v2+json",
                "digest":"sha256:8a7c78f5bb55ce55ff365a77ab2c782b1aa2fbae9e447abb94a762e3bf87c1e2",
                "size":264,"annotations":{"org.opencontainers.image.created":"2023-05-19T08:00:44Z"},
                "platform":{"architecture":"amd64","os":"linux"}
            }
        ]
    }"#,
    ),
    (
        "empty_fs",
        "\
index.json
└─ manifest docker.io/library/emptyfs:latest sha256:b0952824d8b1 397 bytes
   ├─ config sha256:d7d71b2cfd7d 295 bytes
   └─ layer sha256:5f70bf18a086 1024 bytes",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:b0952824d8b1e592a5512fb93655347cc5ec7512f0166d0ef1c8938a6ba66af4",
                "size":397,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/emptyfs:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
    (
        "random_single_platform",
        "\
index.json
└─ manifest docker.io/library/random-10451216379200822465:latest sha256:a1c940bbd827 847 bytes
   ├─ config sha256:d29b65c7c7fd 460 bytes
   ├─ layer sha256:a09ba8e66bd5 2048 bytes
   │  └─ -rw-r--r-- 1 layer-0
   ├─ layer sha256:b0520f914f16 2048 bytes
   │  └─ -rw-r--r-- 1 layer-1
   ├─ layer sha256:41e0c0b7c8da 2048 bytes
   │  └─ -rw-r--r-- 1 layer-2
   └─ layer sha256:fd398e3b9b9d 2048 bytes
      └─ -rw-r--r-- 1 layer-3",
        r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:a1c940bbd8278ec1db875b2f2bbac7276057f4b36cd96bed14ac7e8b5107b8f6",
                "size":847,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/random-10451216379200822465:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    ),
];

/// The config of the one image, as it is stored.
fn config(fixture: &Fixture) -> String {
    let layout = fixture.tempdir().unwrap();
    let node = layout.nodes().unwrap().remove(0);
    let config = node.children().unwrap().into_iter().next().unwrap_or(node);
    String::from_utf8(config.bytes().unwrap().into_owned()).unwrap()
}

/// A document, written in several lines to be read, as the one line that it is.
fn one_line(document: &str) -> String {
    document.lines().map(str::trim_start).collect()
}
