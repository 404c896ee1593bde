//! Images below indexes.

use std::collections::BTreeMap;
use std::env;

use oci_fixture::{Platform, arch, oci_image, os};

use oci_fixture_test_support::one_line;

use super::{assert_found, assert_shape};

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
    assert_shape(&fixture, "nested", "687612caf23f769f85df61e13b790b8aecfcc65333aad1a3d3c2d3c21696dd6b");
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
    assert_shape(&fixture, "partial", "f58caf0b0840e706bc536168914c04d906affe50177132c0614423fbd6e177a1");
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
    assert_shape(&fixture, "attested", "3cd1721f2ed0781357adc4f3ed52d1450dc87d6b451d8058603af646c75cc164");
}

#[test]
fn a_docker_manifest_list_has_a_foreign_layer() {
    let fixture = oci_image! {
        #[docker]
        index "servercore:ltsc2019" {
            ("windows(10.0.17763.1999)/amd64") {
                #[unchecked]
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
    assert_shape(&fixture, "foreign", "c5daf2404190003d5a13c434480b3c45e375e27b65b9c78695f80bdbcdf50858");
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
        assert_found(&fixture, &documents.map(|document| one_line(&document)), &[&[&entry]]);
    }
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
