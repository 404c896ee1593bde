//! Shapes of images that real projects have in their tests: each is a short declaration.
//!
//! `assert_shape` reads them with other crates alone: oci-spec and `tar`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::{env, fs};

use oci_fixture::oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest};
use oci_fixture::{Fixture, Platform, arch, oci_image, os};
use sha2::{Digest, Sha256};

// Indexes.

#[test]
fn an_index_is_nested_four_deep() {
    let fixture = oci_image! {
        index "deep:1" {
            index {
                linux/386 { }
                index {
                    annotations: { "level": 3 }
                    index {
                        linux/amd64 { "level" => "4" }
                    }
                }
            }
        }
    };
    assert_shape(&fixture, &NESTED, &[&[r#"0 level "4""#]]);
}

#[test]
fn an_index_holds_what_can_be_resolved_and_what_cannot() {
    let fixture = oci_image! {
        index "partial:1" {
            index { linux/amd64 { "a" => "b" } }
            dangling {
                media_type: "application/vnd.oci.image.index.v1+json",
                digest: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
                size: 1111,
                platform: solaris/sparc64,
            }
            dangling {
                media_type: "application/vnd.example.unknown",
                digest: "sha256:2222222222222222222222222222222222222222222222222222222222222222",
                size: 2222,
            }
        }
    };
    assert_shape(&fixture, &PARTIAL, &[&[r#"0 a "b""#]]);
}

#[test]
fn an_attestation_names_the_digest_of_its_sibling() {
    let fixture = oci_image! {
        index "attested:1" {
            'image: linux/amd64 { "app" => "binary" }
            unknown/unknown {
                config { }
                blob "application/vnd.in-toto+json" => json { "subject": [{ "digest": { "sha256": 'image.hex } }] },
                descriptor: {
                    annotations: {
                        "vnd.docker.reference.type": "attestation-manifest",
                        "vnd.docker.reference.digest": 'image.digest,
                    },
                },
            }
        }
    };
    assert_shape(&fixture, &ATTESTED, &[&[r#"0 app "binary""#]]);
}

#[test]
fn a_docker_manifest_list_has_a_foreign_layer() {
    let fixture = oci_image! {
        #[docker]
        index "servercore:ltsc2019" {
            ("windows(10.0.17763.1999)/amd64") {
                dangling {
                    media_type: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                    digest: "sha256:3333333333333333333333333333333333333333333333333333333333333333",
                    size: 1534685324,
                    urls: ["https://mcr.microsoft.com/v2/windows/servercore/blobs/sha256:3333"],
                }
                layer gzip { "Files/", "Files/app.exe" => "MZ" }
            }
            linux/amd64 { "app" => "ELF" }
        }
    };
    let layers: [&[&str]; 2] = [&["5 Files/", r#"0 Files/app.exe "MZ""#], &[r#"0 app "ELF""#]];
    assert_shape(&fixture, &FOREIGN, &layers);
}

/// The platform of the machine that the test runs on, or another one.
#[test]
fn a_platform_is_chosen_at_run_time() {
    let host = host();
    let other = if host.architecture() == "s390x" { "linux/amd64" } else { "linux/s390x" };
    let other = Platform::parse(other).unwrap();
    for here in [true, false] {
        let fixture = oci_image! {
            index "chosen:1" {
                if here { (&host) { "here" => host.to_string() } } else { (&other) { "there" => "elsewhere" } }
            }
        };
        let platform = if here { &host } else { &other };
        let layout = fixture.tempdir().unwrap();
        let node = layout.reference("chosen:1").unwrap().platform(platform).unwrap();
        let (manifest, config) = (node.digest(), node.children().unwrap().remove(0));
        let layer = node.layers().unwrap().remove(0);
        let index = layout.reference("chosen:1").unwrap();
        let members = format!(r#""architecture":"{}","os":"{}""#, platform.architecture(), platform.os());
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let documents = [
            format!(
                r#"{{
                    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
                    "manifests":[
                        {{
                            "mediaType":"application/vnd.oci.image.index.v1+json","digest":"{}","size":{},
                            "annotations":{{
                                "io.containerd.image.name":"docker.io/library/chosen:1",
                                "org.opencontainers.image.ref.name":"1"
                            }}
                        }}
                    ]
                }}"#,
                index.digest(),
                index.size()
            ),
            format!(
                r#"{{
                    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
                    "manifests":[
                        {{
                            "mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{manifest}","size":397,
                            "platform":{{{members}}}
                        }}
                    ]
                }}"#
            ),
            format!(
                r#"{{
                    "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "config":{{
                        "mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":{}
                    }},
                    "layers":[
                        {{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{}","size":2048}}
                    ]
                }}"#,
                config.digest(),
                config.size(),
                layer.digest()
            ),
            format!(
                r#"{{{members},"config":{{"Env":["{path}"]}},"rootfs":{{"type":"layers","diff_ids":["{}"]}}}}"#,
                layer.digest()
            ),
        ];
        let entry = if here { format!(r#"0 here "{host}""#) } else { r#"0 there "elsewhere""#.to_owned() };
        assert_shape(&fixture, &documents.each_ref().map(String::as_str), &[&[&entry]]);
    }
}

// Images that share.

#[test]
fn six_images_have_eight_tags_and_share_their_blobs() {
    let fixture = oci_image! {
        'first: manifest "team/app:1.0" {
            'base: layer { "etc/os" => "base" }
            'app: layer { "app" => "1.0" }
        }
        'second: manifest "team/app:1.1" { 'base, layer { "app" => "1.1" } }
        manifest "team/app:1.1-arm" linux/arm64 { 'base, 'app }
        manifest "team/tool:1" { 'app, 'base }
        manifest "team/tool:2" { 'base }
        manifest "registry.example/tool:2" { 'base, 'base }
        tag "team/app:1" => 'second,
        tag "team/app" => 'second,
    };
    let layers: [&[&str]; 3] = [&[r#"0 etc/os "base""#], &[r#"0 app "1.0""#], &[r#"0 app "1.1""#]];
    assert_shape(&fixture, &SIX_IMAGES, &layers);
    let layout = fixture.tempdir().unwrap();
    assert_eq!(
        layout.label("second").unwrap().digest(),
        layout.reference("team/app:latest").unwrap().digest()
    );
}

#[test]
fn two_images_share_sixteen_of_twenty_layers() {
    let fixture = oci_image! {
        for image in [1, 2] {
            manifest (format!("app:{image}")) {
                for number in 0..20 {
                    layer { (format!("layer{number}")) => if number < 16 { 0 } else { image }.to_string() }
                }
            }
        }
    };
    let layout = fixture.tempdir().unwrap();
    let mut documents = vec![TWENTY_LAYERS.to_owned()];
    let mut layers = Vec::new();
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    for image in [1, 2] {
        let node = layout.reference(&format!("app:{image}")).unwrap();
        let digests: Vec<_> = node.layers().unwrap().iter().map(|layer| layer.digest().to_string()).collect();
        let config = node.children().unwrap().remove(0);
        let list: Vec<_> = digests
            .iter()
            .map(|layer| {
                format!(
                    r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{layer}","size":2048}}"#
                )
            })
            .collect();
        documents.push(format!(
            r#"{{
                "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                "config":{{
                    "mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":1644
                }},
                "layers":[{}]
            }}"#,
            config.digest(),
            list.join(",")
        ));
        documents.push(format!(
            r#"{{
                "architecture":"amd64","os":"linux","config":{{"Env":["{path}"]}},
                "rootfs":{{"type":"layers","diff_ids":["{}"]}}
            }}"#,
            digests.join("\",\"")
        ));
        let own = if image == 1 { 0..20 } else { 16..20 };
        layers.extend(
            own.map(|number| format!(r#"0 layer{number} "{}""#, if number < 16 { 0 } else { image })),
        );
    }
    let layers: Vec<_> = layers.iter().map(|entry| [entry.as_str()]).collect();
    let layers: Vec<&[&str]> = layers.iter().map(<[&str; 1]>::as_slice).collect();
    assert_shape(&fixture, &documents.iter().map(String::as_str).collect::<Vec<_>>(), &layers);
    // 24 layers, two configs, two manifests.
    assert_eq!(layout.blobs().unwrap().count(), 28);
}

#[test]
fn a_layer_whites_out_hides_and_links_what_is_in_lower_ones() {
    let fixture = oci_image! {
        manifest "layers:1" {
            layer {
                "bin/", #[mode = 0o755] "bin/busybox" => "ELF",
                "etc/", "etc/passwd" => "root", "etc/cron.d/", "etc/cron.d/daily" => "",
                "var/cache/", "var/cache/old" => "",
            }
            layer {
                whiteout "etc/passwd", whiteout "etc/cron.d/",
                "var/cache/", opaque "var/cache/", "var/cache/new" => "",
                #[mode = 0o755] hardlink "bin/ls" -> "bin/busybox",
                "bin/sh" -> "busybox",
            }
            layer { opaque "./", hardlink "ls" -> "bin/ls" }
        }
    };
    let layers: [&[&str]; 3] = [
        &[
            "5 bin/",
            r#"0 bin/busybox "ELF""#,
            "5 etc/",
            r#"0 etc/passwd "root""#,
            "5 etc/cron.d/",
            r#"0 etc/cron.d/daily """#,
            "5 var/cache/",
            r#"0 var/cache/old """#,
        ],
        &[
            r#"0 etc/.wh.passwd """#,
            r#"0 etc/.wh.cron.d """#,
            "5 var/cache/",
            r#"0 var/cache/.wh..wh..opq """#,
            r#"0 var/cache/new """#,
            "1 bin/ls -> bin/busybox",
            "2 bin/sh -> busybox",
        ],
        &[r#"0 .wh..wh..opq """#, "1 ls -> bin/ls"],
    ];
    assert_shape(&fixture, &WHITEOUTS, &layers);
}

#[test]
fn an_image_has_no_layers() {
    let fixture = oci_image! { manifest "scratch:1" { } };
    assert_shape(&fixture, &NO_LAYERS, &[]);
}

// Artifacts.

#[test]
fn an_sbom_is_on_an_image_and_a_signature_on_the_sbom() {
    let fixture = oci_image! {
        'image: manifest "app:1" { "app" => "binary" }
        'sbom: manifest {
            artifact_type: "application/spdx+json",
            subject: 'image,
            blob "application/spdx+json" => json { "spdxVersion": "SPDX-2.3", "name": "app@" + 'image.digest },
        }
        manifest {
            artifact_type: "application/vnd.dev.cosign.artifact.sig.v1+json",
            subject: 'sbom,
            blob "application/vnd.dev.cosign.simplesigning.v1+json" => json {
                "critical": {
                    "identity": { "docker-reference": "app" },
                    "image": { "docker-manifest-digest": 'sbom.digest },
                    "type": "cosign container image signature",
                },
                "optional": null,
            },
        }
    };
    assert_shape(&fixture, &SIGNED_SBOM, &[&[r#"0 app "binary""#]]);
}

#[test]
fn a_signature_is_found_by_a_tag_of_the_digest() {
    let fixture = oci_image! {
        'image: manifest "app:1" { "app" => "binary" }
        'signature: manifest {
            config { }
            blob "application/vnd.dev.cosign.simplesigning.v1+json" => json { "digest": 'image.digest },
        }
        tag "app:sha256-" + 'image.hex + ".sig" => 'signature,
    };
    assert_shape(&fixture, &SIGNATURE_TAG, &[&[r#"0 app "binary""#]]);
    let layout = fixture.tempdir().unwrap();
    let tag = format!("app:sha256-{}.sig", layout.label("image").unwrap().digest().hex());
    assert_eq!(layout.reference(&tag).unwrap().digest(), layout.label("signature").unwrap().digest());
}

#[test]
fn an_artifact_has_a_subject_that_does_not_exist() {
    let fixture = oci_image! {
        manifest "referrer:1" {
            artifact_type: "application/vnd.example.sbom.v1",
            subject: {
                media_type: "application/vnd.oci.image.manifest.v1+json",
                digest: "sha256:4444444444444444444444444444444444444444444444444444444444444444",
                size: 444,
            },
            blob "application/spdx+json" => json { "spdxVersion": "SPDX-2.3" },
        }
    };
    assert_shape(&fixture, &NO_SUBJECT, &[]);
}

#[test]
fn a_wasm_module_is_an_artifact_with_a_platform() {
    let fixture = oci_image! {
        index "wasm:1" {
            wasip1/wasm {
                'module: blob "application/wasm" => b"\0asm\x01\0\0\0",
                config "application/vnd.wasm.config.v0+json" => json {
                    "created": "2024-05-01T12:00:00Z",
                    "architecture": "wasm",
                    "os": "wasip1",
                    "layerDigests": ['module.digest],
                },
            }
        }
    };
    assert_shape(&fixture, &WASM, &[]);
}

#[test]
fn a_helm_chart_is_an_artifact() {
    let chart =
        oci_image! { linux/amd64 { layer gzip { "app/Chart.yaml" => "name: app\nversion: 1.2.3\n" } } };
    let chart = chart.tempdir().unwrap();
    let chart = chart.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap();
    let fixture = oci_image! {
        manifest "charts/app:1.2.3" {
            config "application/vnd.cncf.helm.config.v1+json" => json {
                "name": "app", "version": "1.2.3", "apiVersion": "v2", "type": "application",
            },
            blob "application/vnd.cncf.helm.chart.content.v1.tar+gzip" => chart,
            annotations: { "org.opencontainers.image.title": "app", "org.opencontainers.image.version": "1.2.3" },
        }
    };
    assert_shape(&fixture, &HELM, &[&[r#"0 app/Chart.yaml "name: app\nversion: 1.2.3\n""#]]);
}

// The documents.

const NESTED: [&str; 9] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:1f84b3bfb228eeb2e7c387c384f267edfcfae4741cef8ce6214bfc4d3e74ce00",
                "size":237,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/deep:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:f711e75fbecfa2fd6ca2c055c8174920d65807c7fd1f023a441dd14cc5dbb29c",
                "size":437
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:e277b7a999bade96d1596f5e40a5307f1eebc06ab6002905456a8a25d70a46ec",
                "size":248,"platform":{"architecture":"386","os":"linux"}
            },
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:ba08881cd5f336aef48ecfa60daf4b619e2c17d1d02a9f652f919fca574dfdcd",
                "size":265
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:7d788e00fa00e7034d565c000efee3e9d2acf45b71607e01eaacc030f5f090bb","size":163
        },
        "layers":[]
    }"#,
    r#"{
        "architecture":"386","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{"type":"layers","diff_ids":[]}
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:25690830faaf86160188b41ab8c64dfb0b41d84a925bbd72ef5be28d029c5bf3",
                "size":289
            }
        ],
        "annotations":{"level":"3"}
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:0103efb2d074dd0019c62f968cc484bfa34a920e9a77f70f17bc2f8a4be762ad",
                "size":397,"platform":{"architecture":"amd64","os":"linux"}
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:29c7a4faa546ffb787dc9dcaf7ce1425b8a285550d623187abd8a56161bb9983","size":238
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:34bfd3dc1b4378c05af5308ab4b0f400126ed41d68c8a783ba97cdf9ed1896bd",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:34bfd3dc1b4378c05af5308ab4b0f400126ed41d68c8a783ba97cdf9ed1896bd"]
        }
    }"#,
];

const PARTIAL: [&str; 5] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:d601b9e92ec1933da55b93740a0d2301fa82634e334165014571332e67f76fd6",
                "size":584,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/partial:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:6c0e8e3a8ce1cad3899bc87bc8e4bedb23a9a78a7b8b2002536a97da9de185eb",
                "size":289
            },
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:1111111111111111111111111111111111111111111111111111111111111111",
                "size":1111,"platform":{"architecture":"sparc64","os":"solaris"}
            },
            {
                "mediaType":"application/vnd.example.unknown",
                "digest":"sha256:2222222222222222222222222222222222222222222222222222222222222222",
                "size":2222
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:6c96330d7bc2e751a1480c26ad506dfe3d702c0fe8b70e3b5743f7044d51160e",
                "size":397,"platform":{"architecture":"amd64","os":"linux"}
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:7e929f8d5f3101044c52b6e1091db8d82dd859e5204bf2a89e5179f7145e2d12","size":238
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b"]
        }
    }"#,
];

const ATTESTED: [&str; 7] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:15007fcaf3d6c834fcc888971a1896dec2f89ba600a3090bc355ee839d0c6cdb",
                "size":666,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/attested:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303",
                "size":397,"platform":{"architecture":"amd64","os":"linux"}
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:a6dbd106c9596c1464e58cc05c5341ebe9187d06bd9e2a4db99048d8a0105065",
                "size":385,
                "annotations":{
                    "vnd.docker.reference.digest":"sha256:ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303",
                    "vnd.docker.reference.type":"attestation-manifest"
                },
                "platform":{"architecture":"unknown","os":"unknown"}
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:1a5f91b9cebb3bccfc732192945cdcd442d99e5335fa25893c182b0729c985e2","size":238
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:3e9c36c326f219d86d3018d3f694674881e3aecc383ce44ab42672d706b43a25",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:3e9c36c326f219d86d3018d3f694674881e3aecc383ce44ab42672d706b43a25"]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:e937e27dea33487b2a0efd96e7fe9f52a01dd480edaf66777c2a4cbe903ebc78","size":94
        },
        "layers":[
            {
                "mediaType":"application/vnd.in-toto+json",
                "digest":"sha256:d7d235ff7d0d188bc137b88c176a87c42fb9cdf6d7d276dc10d8ea56287d7d4b",
                "size":102
            }
        ]
    }"#,
    r#"{"architecture":"unknown","os":"unknown","config":{},"rootfs":{"type":"layers","diff_ids":[]}}"#,
    r#"{"subject":[{"digest":{"sha256":"ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303"}}]}"#,
];

const FOREIGN: [&str; 6] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.docker.distribution.manifest.list.v2+json",
                "digest":"sha256:27e29ca56bbb3bb88f5b2f5207f7f8407fac800514f63aec46169b414f7aceb1",
                "size":562,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/servercore:ltsc2019",
                    "org.opencontainers.image.ref.name":"ltsc2019"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json",
        "manifests":[
            {
                "mediaType":"application/vnd.docker.distribution.manifest.v2+json",
                "digest":"sha256:527d758aa82453e377a87de7d2fc1e5472c44c164c745a0375bd9f897ca675b4",
                "size":676,"platform":{"architecture":"amd64","os":"windows","os.version":"10.0.17763.1999"}
            },
            {
                "mediaType":"application/vnd.docker.distribution.manifest.v2+json",
                "digest":"sha256:8f35d42a9cc3f92f6b69fef9b52b3f8a85e889c818c6ba0439ece728dca4c2f5",
                "size":419,"platform":{"architecture":"amd64","os":"linux"}
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
        "config":{
            "mediaType":"application/vnd.docker.container.image.v1+json",
            "digest":"sha256:7806e3135f173266e29cc0d0018e56b9e51a26f38d9cf3e79c74617eb73d2dee","size":271
        },
        "layers":[
            {
                "mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                "digest":"sha256:3333333333333333333333333333333333333333333333333333333333333333",
                "size":1534685324,
                "urls":["https://mcr.microsoft.com/v2/windows/servercore/blobs/sha256:3333"]
            },
            {
                "mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip",
                "digest":"sha256:ac728628c59f0d748b7a7e90f97897fdd19282388e40c21f1066a7758ed4cedc",
                "size":2583
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"windows","os.version":"10.0.17763.1999",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:dc468c646c103948722fe2f6ef7772c0bd3a0438ff53bf1316d8db945073862f"]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
        "config":{
            "mediaType":"application/vnd.docker.container.image.v1+json",
            "digest":"sha256:1490b8647d1fa674424400e451d18735f34a6c68d9172c830d2257f7bc73f704","size":238
        },
        "layers":[
            {
                "mediaType":"application/vnd.docker.image.rootfs.diff.tar",
                "digest":"sha256:8059bad46c428096a822b35dc2517cab95a285254871cbce4f22d26b407b17c9",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:8059bad46c428096a822b35dc2517cab95a285254871cbce4f22d26b407b17c9"]
        }
    }"#,
];

const SIX_IMAGES: [&str; 13] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:3009ba3d9351b53e944f583be157897466aa87f069cdba84f48a596dc39f5ab1",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"docker.io/team/app:1.0",
                    "org.opencontainers.image.ref.name":"1.0"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:62b67626ffa16f0ad0d98cdade2608ce66fd0ca8bb6faa50e476ce419d689e81",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"docker.io/team/app:1.1",
                    "org.opencontainers.image.ref.name":"1.1"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:e8d9a550651ac8f8db0b309a774003dd6ea01233105940de72124aeb60d9e536",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"docker.io/team/app:1.1-arm",
                    "org.opencontainers.image.ref.name":"1.1-arm"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:5ff183be18318de25a8024363542d814b59bc57fe5b8e1bf7d361da8080c3354",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"docker.io/team/tool:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:2df20282147931e99eccc3cb3603449f18f36d458aaafeb8a24ed27334c96885",
                "size":397,
                "annotations":{
                    "io.containerd.image.name":"docker.io/team/tool:2",
                    "org.opencontainers.image.ref.name":"2"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:0bf8120cc2bb919b062ac45551890ceeeca374a1152909a15233c87562abd7d7",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"registry.example/tool:2",
                    "org.opencontainers.image.ref.name":"2"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:62b67626ffa16f0ad0d98cdade2608ce66fd0ca8bb6faa50e476ce419d689e81",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"docker.io/team/app:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:62b67626ffa16f0ad0d98cdade2608ce66fd0ca8bb6faa50e476ce419d689e81",
                "size":547,
                "annotations":{
                    "io.containerd.image.name":"docker.io/team/app:latest",
                    "org.opencontainers.image.ref.name":"latest"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:7f73bb2f2ae3229ce38c057e2bd1aeb8d3c445226672f82eeee64fddfabf71ca","size":312
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "size":2048
            },
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:c5ef700cfe453d483bf67cce884f9e07c94b40d589886af39e247ab0243f5b7d",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":[
                "sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "sha256:c5ef700cfe453d483bf67cce884f9e07c94b40d589886af39e247ab0243f5b7d"
            ]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:5541cb8798e754cbfa660d4ec3b11a713b664bef272061dcabe04bd7c65d9e5a","size":312
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "size":2048
            },
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:f5269c7d1d747b81185c881ce5ca4724f4edf49b47f5575da6d50917d4b7e1e7",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":[
                "sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "sha256:f5269c7d1d747b81185c881ce5ca4724f4edf49b47f5575da6d50917d4b7e1e7"
            ]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:aae6a70ea7ab860b81db94d5a5f62685b552abd03fe41cad0c17ac51ec3c720e","size":312
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "size":2048
            },
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:c5ef700cfe453d483bf67cce884f9e07c94b40d589886af39e247ab0243f5b7d",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"arm64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":[
                "sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "sha256:c5ef700cfe453d483bf67cce884f9e07c94b40d589886af39e247ab0243f5b7d"
            ]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:d987160d99b66642794cd59b91610bc058a243d1982db9269959e44fb6cec95c","size":312
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:c5ef700cfe453d483bf67cce884f9e07c94b40d589886af39e247ab0243f5b7d",
                "size":2048
            },
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":[
                "sha256:c5ef700cfe453d483bf67cce884f9e07c94b40d589886af39e247ab0243f5b7d",
                "sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710"
            ]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:785b9bf4389795b6171d5bb67021fb09cad50562791f7b1ad4584b3bea539b91","size":238
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710"]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:4758f51385b54dc383ae09ab9147fa7b5abcb5ddfde71cf195c9feca6e566f26","size":312
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "size":2048
            },
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":[
                "sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710",
                "sha256:1fee298b49a2c2e425641a53a3c8c738b01a9cbe139f3a0dfea46f2434e7a710"
            ]
        }
    }"#,
];

/// The first of its documents.
const TWENTY_LAYERS: &str = r#"{
    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
    "manifests":[
        {
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:9be60cb409ab5f22939b78a53abafb17a8ed2986eb07577b7a0d45c72f30dcec","size":3248,
            "annotations":{
                "io.containerd.image.name":"docker.io/library/app:1","org.opencontainers.image.ref.name":"1"
            }
        },
        {
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:46671f5d5f7256bfbd0faa800da3f3e7cdb1e8eb91aa3308b61a1b1d409db085","size":3248,
            "annotations":{
                "io.containerd.image.name":"docker.io/library/app:2","org.opencontainers.image.ref.name":"2"
            }
        }
    ]
}"#;

const WHITEOUTS: [&str; 3] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:6d6a4833fc7f16c9b9573fe3cfcea33308f9365c7a51f7e03b808ba34637c2d4",
                "size":697,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/layers:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:ebf979cf8bc011d3f95b9cd93dcb8319f0250e8cacb0026cc00d55dfc8e91b36","size":386
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:86179135ce673e81e974f46cb9fad4258738566a46d1b4b7132ba4ac2b36726b",
                "size":6144
            },
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:c75c3030025672a66b98ecd2c8487a3ca968bc628478c00a145e8676cb45ad2a",
                "size":4608
            },
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:9151699226351423e409a6dae5fff9d16b3909473ece19cfa42458df538f4329",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":[
                "sha256:86179135ce673e81e974f46cb9fad4258738566a46d1b4b7132ba4ac2b36726b",
                "sha256:c75c3030025672a66b98ecd2c8487a3ca968bc628478c00a145e8676cb45ad2a",
                "sha256:9151699226351423e409a6dae5fff9d16b3909473ece19cfa42458df538f4329"
            ]
        }
    }"#,
];

const NO_LAYERS: [&str; 3] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:3a0da2ec37804b979c78285ff96c78f64dab262e00431cae3596a9482b8f952f",
                "size":248,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/scratch:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:d98e94af99fa59b3fa0d6cae1fc0a2332765eccbcf62dd5d24896a219223a448","size":165
        },
        "layers":[]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{"type":"layers","diff_ids":[]}
    }"#,
];

const SIGNED_SBOM: [&str; 8] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303",
                "size":397,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/app:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:32eeff31643b4abdefa4e8fd4e5b7fa4f2e77541f1720c28a12d95025dbc08aa",
                "size":572,"artifactType":"application/spdx+json"
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:6850ac62008ff4933809d8d95fd348487c905244176d650030da9630a4ee4e34",
                "size":664,"artifactType":"application/vnd.dev.cosign.artifact.sig.v1+json"
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:1a5f91b9cebb3bccfc732192945cdcd442d99e5335fa25893c182b0729c985e2","size":238
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:3e9c36c326f219d86d3018d3f694674881e3aecc383ce44ab42672d706b43a25",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:3e9c36c326f219d86d3018d3f694674881e3aecc383ce44ab42672d706b43a25"]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "artifactType":"application/spdx+json",
        "config":{
            "mediaType":"application/vnd.oci.empty.v1+json",
            "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2
        },
        "layers":[
            {
                "mediaType":"application/spdx+json",
                "digest":"sha256:7c0742a1fd31faa7c432ec623161aa6fdfaab39431e8b472eb19a9f102f2d88a",
                "size":111
            }
        ],
        "subject":{
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303","size":397
        }
    }"#,
    "{}",
    r#"{
        "spdxVersion":"SPDX-2.3",
        "name":"app@sha256:ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303"
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "artifactType":"application/vnd.dev.cosign.artifact.sig.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.empty.v1+json",
            "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2
        },
        "layers":[
            {
                "mediaType":"application/vnd.dev.cosign.simplesigning.v1+json",
                "digest":"sha256:0248b148ce4d30b647be678511ff8b2b92959a4ac9c36ddbe467514f04cfa111",
                "size":219
            }
        ],
        "subject":{
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:32eeff31643b4abdefa4e8fd4e5b7fa4f2e77541f1720c28a12d95025dbc08aa","size":572,
            "artifactType":"application/spdx+json"
        }
    }"#,
    r#"{
        "critical":{
            "identity":{"docker-reference":"app"},
            "image":{
                "docker-manifest-digest":"sha256:32eeff31643b4abdefa4e8fd4e5b7fa4f2e77541f1720c28a12d95025dbc08aa"
            },
            "type":"cosign container image signature"
        },
        "optional":null
    }"#,
];

const SIGNATURE_TAG: [&str; 6] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303",
                "size":397,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/app:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:1a0deff3060ad9170313e6bdf918214e547e5bfdb9598d055ea8d028a79741f2",
                "size":404
            },
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:1a0deff3060ad9170313e6bdf918214e547e5bfdb9598d055ea8d028a79741f2",
                "size":404,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/app:sha256-ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303.sig",
                    "org.opencontainers.image.ref.name":"sha256-ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303.sig"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:1a5f91b9cebb3bccfc732192945cdcd442d99e5335fa25893c182b0729c985e2","size":238
        },
        "layers":[
            {
                "mediaType":"application/vnd.oci.image.layer.v1.tar",
                "digest":"sha256:3e9c36c326f219d86d3018d3f694674881e3aecc383ce44ab42672d706b43a25",
                "size":2048
            }
        ]
    }"#,
    r#"{
        "architecture":"amd64","os":"linux",
        "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
        "rootfs":{
            "type":"layers",
            "diff_ids":["sha256:3e9c36c326f219d86d3018d3f694674881e3aecc383ce44ab42672d706b43a25"]
        }
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:dc570f145a7f2862c9ef3c30b8d6ae2feaceb0d364e4b2e08e67ae18815427d9","size":90
        },
        "layers":[
            {
                "mediaType":"application/vnd.dev.cosign.simplesigning.v1+json",
                "digest":"sha256:9c16896cbd9a484c1623ddbd74ca7dc0b221e3596094cb1f8b13b372f05614cd","size":84
            }
        ]
    }"#,
    r#"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}"#,
    r#"{"digest":"sha256:ed0d3649940d5206db4c5a74282b723064a19ebc19ceb84abdb9ae597f222303"}"#,
];

const NO_SUBJECT: [&str; 4] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:d1907a99a63835d6d802722888a3eb3a2753304b164be4304f81eb881f2b9cd3",
                "size":581,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/referrer:1",
                    "org.opencontainers.image.ref.name":"1"
                },
                "artifactType":"application/vnd.example.sbom.v1"
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "artifactType":"application/vnd.example.sbom.v1",
        "config":{
            "mediaType":"application/vnd.oci.empty.v1+json",
            "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2
        },
        "layers":[
            {
                "mediaType":"application/spdx+json",
                "digest":"sha256:d4f269605ffe72fbe7a3021d68284798ec364111376ee2eace17688bb52a9e1d","size":26
            }
        ],
        "subject":{
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:4444444444444444444444444444444444444444444444444444444444444444","size":444
        }
    }"#,
    "{}",
    r#"{"spdxVersion":"SPDX-2.3"}"#,
];

const WASM: [&str; 5] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.index.v1+json",
                "digest":"sha256:4ec7138eb4df763fe329fb8374cbbcc5f2c80a2ebc98f179586b71a48404994c",
                "size":289,
                "annotations":{
                    "io.containerd.image.name":"docker.io/library/wasm:1",
                    "org.opencontainers.image.ref.name":"1"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:97ae89878a70cac1ef687bc87d24b80b9d590054c285f9ccffbd043c06272bd5",
                "size":367,"platform":{"architecture":"wasm","os":"wasip1"}
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.wasm.config.v0+json",
            "digest":"sha256:67d89ebe70c33e4c1c37c613961096b813a9b32864845cd3c0a71f7abcf858d0","size":161
        },
        "layers":[
            {
                "mediaType":"application/wasm",
                "digest":"sha256:93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476","size":8
            }
        ]
    }"#,
    r#"{
        "created":"2024-05-01T12:00:00Z","architecture":"wasm","os":"wasip1",
        "layerDigests":["sha256:93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476"]
    }"#,
    "\0asm\u{1}\0\0\0",
];

const HELM: [&str; 3] = [
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
        "manifests":[
            {
                "mediaType":"application/vnd.oci.image.manifest.v1+json",
                "digest":"sha256:8fc04176810d7a22cb3b75ed37bd23fa2397f2155b4f905e6f245c175a27ff53",
                "size":507,
                "annotations":{
                    "io.containerd.image.name":"docker.io/charts/app:1.2.3",
                    "org.opencontainers.image.ref.name":"1.2.3"
                }
            }
        ]
    }"#,
    r#"{
        "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{
            "mediaType":"application/vnd.cncf.helm.config.v1+json",
            "digest":"sha256:85583e284fee127b714a9a83fcf962e21757638464ffb8814cf23bd544f07861","size":71
        },
        "layers":[
            {
                "mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip",
                "digest":"sha256:27aa3516c6e788f1c54758677add354bea7a34aa1a8e055ae5acb132edbbfd05",
                "size":2071
            }
        ],
        "annotations":{"org.opencontainers.image.title":"app","org.opencontainers.image.version":"1.2.3"}
    }"#,
    r#"{"name":"app","version":"1.2.3","apiVersion":"v2","type":"application"}"#,
];

// Helpers.

/// The layout is these documents and layers, each once, in the order in which they are found from index.json on: a
/// node before what it refers to. Other crates read them, and what refers to a blob says of it what it is.
fn assert_shape(fixture: &Fixture, documents: &[&str], layers: &[&[&str]]) {
    let layout = fixture.tempdir().unwrap();
    let mut found = Found::default();
    found.index(layout.path(), &fs::read(layout.path().join("index.json")).unwrap());
    assert_eq!(found.documents, documents.iter().map(|document| one_line(document)).collect::<Vec<_>>());
    assert_eq!(found.layers, layers);
    let stored = layout.blobs().unwrap().map(|blob| blob.unwrap().0.to_string());
    assert_eq!(found.digests, stored.collect());
}

/// What is found in a layout.
#[derive(Default)]
struct Found {
    digests: BTreeSet<String>,
    documents: Vec<String>,
    layers: Vec<Vec<String>>,
}

impl Found {
    fn index(&mut self, directory: &Path, bytes: &[u8]) {
        self.document(bytes.to_owned());
        let index = ImageIndex::from_reader(bytes).unwrap();
        assert_eq!(index.schema_version(), 2);
        for descriptor in index.manifests() {
            self.node(directory, descriptor);
        }
    }

    fn node(&mut self, directory: &Path, descriptor: &Descriptor) {
        let digest = descriptor.digest();
        let file = directory.join("blobs/sha256").join(digest.digest());
        if !file.exists() || !self.digests.insert(digest.to_string()) {
            return;
        }
        let bytes = fs::read(file).unwrap();
        assert_eq!((sha256(&bytes), bytes.len() as u64), (digest.digest().to_owned(), descriptor.size()));
        match &*descriptor.media_type().to_string() {
            "application/vnd.oci.image.index.v1+json"
            | "application/vnd.docker.distribution.manifest.list.v2+json" => self.index(directory, &bytes),
            "application/vnd.oci.image.manifest.v1+json"
            | "application/vnd.docker.distribution.manifest.v2+json" => {
                let manifest = ImageManifest::from_reader(&*bytes).unwrap();
                assert_eq!(manifest.media_type().as_ref(), Some(descriptor.media_type()));
                assert_eq!(manifest.artifact_type(), descriptor.artifact_type());
                self.document(bytes);
                self.node(directory, manifest.config());
                for layer in manifest.layers() {
                    self.node(directory, layer);
                }
            }
            "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json" => {
                ImageConfiguration::from_reader(&*bytes).unwrap();
                self.document(bytes);
            }
            "application/vnd.oci.image.layer.v1.tar" | "application/vnd.docker.image.rootfs.diff.tar" => {
                self.layers.push(entries(&bytes));
            }
            gzip if gzip.ends_with("gzip") => {
                let mut tar = Vec::new();
                flate2::read::GzDecoder::new(&*bytes).read_to_end(&mut tar).unwrap();
                self.layers.push(entries(&tar));
            }
            _ => self.document(bytes),
        }
    }

    fn document(&mut self, bytes: Vec<u8>) {
        self.documents.push(String::from_utf8(bytes).unwrap());
    }
}

/// The entries of a tar as the `tar` crate reads them: type and path, and the target or the content.
fn entries(layer: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(layer);
    let mut entries = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let kind = char::from(entry.header().entry_type().as_byte());
        let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let link = entry.link_name().unwrap().map(|target| target.to_str().unwrap().to_owned());
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        entries.push(match (kind, link) {
            ('0', None) => format!("{kind} {path} {content:?}"),
            (_, Some(target)) => format!("{kind} {path} -> {target}"),
            _ => format!("{kind} {path}"),
        });
    }
    entries
}

/// The platform of this machine, as Go names it.
fn host() -> Platform {
    let system = BTreeMap::from([("macos", os::darwin), ("windows", os::windows)]);
    let machine = BTreeMap::from([
        ("x86_64", arch::amd64),
        ("x86", arch::i386),
        ("aarch64", arch::arm64),
        ("powerpc64", arch::ppc64le),
    ]);
    let system = system.get(env::consts::OS).copied().unwrap_or(env::consts::OS);
    let machine = machine.get(env::consts::ARCH).copied().unwrap_or(env::consts::ARCH);
    Platform::new(system, machine)
}

/// A document, written in several lines to be read, as the one line that it is.
fn one_line(document: &str) -> String {
    document.lines().map(str::trim_start).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect()
}
