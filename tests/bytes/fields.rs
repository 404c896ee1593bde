//! Every field of every document, as Go writes it.
//!
//! The expected documents and digests are what Go 1.19's encoding/json writes for the structs of image-spec v1.1.1.

use std::fs;

use oci_fixture::oci_spec::image::{ImageConfiguration, ImageIndex, ImageManifest};
use oci_fixture::{Fixture, oci_image};
use oci_fixture_test_support::{assert_layout, sha256};

#[test]
fn documents_with_all_their_fields_have_the_bytes_that_go_writes() {
    let layout = documents().tempdir().unwrap();
    let documents = [
        CONFIG,
        IMAGE,
        SBOM,
        INDEX,
        // The empty index, the empty config and the SBOM.
        "da29bd8ef10e415e1ad4bc5678122a527367e1171c42aaf32acfb5c18005fcb0",
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "d4f269605ffe72fbe7a3021d68284798ec364111376ee2eace17688bb52a9e1d",
    ];
    let layers = [
        "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
        "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
    ];
    assert_layout(layout.path(), "bytes/fields.txt", &documents, &layers);
    assert_eq!(
        sha256(layout.index_bytes().unwrap()),
        "e347919c64d41e40918de2c32f9af056d17eb28c9dc98f51a37832854a8a3c72"
    );
}

/// oci-spec reads each document. The value that it reads, written by oci-spec and read again, is the same.
#[test]
fn oci_spec_reads_documents_with_all_their_fields() {
    let layout = documents().tempdir().unwrap();
    let read = |hex| fs::read(layout.path().join("blobs/sha256").join(hex)).unwrap();

    let config = ImageConfiguration::from_reader(&*read(CONFIG)).unwrap();
    let process = config.config().clone().unwrap();
    assert_eq!(
        (config.created().as_deref(), config.author().as_deref(), config.history().clone().unwrap().len()),
        (Some("2024-05-01T12:34:56.789012345Z"), Some("Ann <ann@example.com> & Bob"), 3)
    );
    let ports: Vec<_> = process.exposed_ports().clone().unwrap();
    assert_eq!(ports.len(), 3, "{ports:?}");
    assert_eq!(process.stop_signal().as_deref(), Some("SIGRTMIN+3"));

    let image = ImageManifest::from_reader(&*read(IMAGE)).unwrap();
    let subject = image.subject().clone().unwrap();
    assert_eq!(
        (subject.size(), image.config().size(), image.layers().len()),
        (i64::MAX.unsigned_abs(), 931, 2)
    );
    assert_eq!(image, ImageManifest::from_reader(image.to_string().unwrap().as_bytes()).unwrap());

    let sbom = ImageManifest::from_reader(&*read(SBOM)).unwrap();
    assert_eq!(sbom.artifact_type().as_ref().unwrap().to_string(), "application/spdx+json");
    assert_eq!(sbom.subject().as_ref().unwrap().digest().digest(), IMAGE);

    let index = ImageIndex::from_reader(&*read(INDEX)).unwrap();
    let media_types: Vec<_> = index.manifests().iter().map(|entry| entry.media_type().to_string()).collect();
    let manifest = "application/vnd.oci.image.manifest.v1+json";
    assert_eq!(
        media_types,
        [manifest, manifest, "application/vnd.example.unknown", "application/vnd.example.docs"]
    );
    assert_eq!(index.subject().as_ref().unwrap().digest().digest(), IMAGE);
    assert_eq!(layout.index().unwrap(), ImageIndex::from_file(layout.path().join("index.json")).unwrap());
}

/// Every field of every document.
#[allow(clippy::too_many_lines, reason = "there are that many fields")]
fn documents() -> Fixture {
    oci_image! {
        index "documents:1" {
            artifact_type: "application/vnd.example.docs",
            annotations: { "z": "last", "a": "first", "": "empty" },
            descriptor: {
                urls: ["https://example.com/index"],
                annotations: { "z": "behind", "k": "between", "a": "before" },
                platform: "windows(10.0.17763.1999+win32k+hyperv)/arm/v7",
            },
            'image: windows/arm/v7 {
                config {
                    created: "2024-05-01T12:34:56.789012345Z",
                    author: "Ann <ann@example.com> & Bob",
                    os_version: "10.0.17763.1999",
                    os_features: ["win32k", "hyperv"],
                    user: "1000:100",
                    exposed_ports: ["80/tcp", 443, "53/udp"],
                    env: ["PATH=/bin", "EMPTY=", "Z=1", "A=2"],
                    entrypoint: ["/bin/sh", "-c"],
                    cmd: ["echo \"$A\" > /dev/null && exit"],
                    volumes: ["/var/lib", "/data"],
                    working_dir: "/srv",
                    labels: { "b": 2, "a": 1, "B": 3 },
                    stop_signal: "SIGRTMIN+3",
                    history: [
                        {
                            created: "2024-05-01T12:00:00+02:00",
                            created_by: "COPY bash / # <buildkit>",
                            author: "Ann",
                            comment: "buildkit.dockerfile.v0",
                            empty_layer: false,
                        },
                        { created_by: "CMD [\"sh\"]", empty_layer: true },
                        { },
                    ],
                    descriptor: {
                        urls: ["https://example.com/config"],
                        annotations: { "of": "the config" },
                        platform: unknown/unknown,
                        artifact_type: "application/vnd.example.config",
                    },
                }
                #[unchecked] layer {
                    "bash" => "layer1",
                    descriptor: {
                        urls: ["https://example.com/a?b=1&c=2", "https://example.org/<layer>"],
                        annotations: { "org.opencontainers.image.title": "base", "9": "nine", "10": "ten" },
                        artifact_type: "application/vnd.example.layer",
                    },
                }
                layer { }
                subject: {
                    media_type: "application/vnd.oci.image.manifest.v1+json",
                    digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                    size: 9223372036854775807,
                    urls: ["https://example.com/subject"],
                    annotations: { "of": "the subject" },
                    platform: linux/riscv64,
                    artifact_type: "application/vnd.example.subject",
                },
                annotations: {
                    "org.opencontainers.image.version": "1.2.3",
                    "org.opencontainers.image.authors": "Ann & Bob",
                },
                descriptor: {
                    urls: ["https://example.com/image"],
                    annotations: { "of": "the image" },
                    artifact_type: "application/vnd.example.image",
                },
            }
            manifest {
                artifact_type: "application/spdx+json",
                subject: 'image,
                annotations: { "org.opencontainers.image.created": "2024-05-01T12:34:56Z" },
                blob "application/spdx+json" {
                    content: json { "spdxVersion": "SPDX-2.3" },
                    descriptor: {
                        urls: ["https://example.com/sbom"],
                        annotations: { "of": "the document" },
                        data: true,
                        platform: darwin/arm64,
                        artifact_type: "application/vnd.example.document",
                    },
                }
            }
            dangling {
                media_type: "application/vnd.example.unknown",
                digest: format!("sha512:{:0128}", 0),
                size: 0,
                urls: ["https://example.com/other"],
                annotations: { "of": "nothing", "": "" },
                platform: "solaris(11.4+zfs)/sparc64/v9",
                artifact_type: "application/vnd.example.other",
            }
            dangling {
                media_type: "application/vnd.example.docs",
                digest: format!("sha256:{:064}", 0),
                size: 7,
            }
            subject: 'image,
        }
        index {
            artifact_type: "application/vnd.example.docs",
            descriptor: { data: true, platform: linux/386 },
        }
    }
}

// The digests of the documents.

const CONFIG: &str = "f1a810758ec2f5f3c809a0b0229acf49022e526a82d9b15e771c98a65f54af45";
const IMAGE: &str = "e00dfe0ce67493a50df811aae468de727089c6cf7555e8b8475641f626dcc5e4";
const SBOM: &str = "8db411e2325ff1d6468c21b598c5af395f6cae52c7a892f00b8b8848149d7462";
const INDEX: &str = "65e60586cd960543f07334ec89f624cb68be285176788d22d233ac7df4744dcc";
