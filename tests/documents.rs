//! Every field of every document, as Go writes it.
//!
//! The expected documents and digests are what Go 1.19's encoding/json writes for the structs of image-spec v1.1.1.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use oci_fixture::oci_spec::image::{ImageConfiguration, ImageIndex, ImageManifest};
use oci_fixture::{Fixture, oci_image};

#[test]
fn documents_with_all_their_fields_have_the_bytes_that_go_writes() {
    let layout = documents().tempdir().unwrap();
    let documents = [CONFIG, IMAGE, SBOM, INDEX, EMPTY_INDEX];
    let expected = documents.iter().map(|(hex, document)| ((*hex).to_owned(), one_line(document)));
    let others =
        [("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "{}"), (SPDX.0, SPDX.1)];
    let others = others.iter().map(|(hex, content)| ((*hex).to_owned(), (*content).to_owned()));
    let layers = [EMPTY, BASH].map(|hex| (hex.to_owned(), "a layer".to_owned()));
    assert_eq!(blobs(layout.path()), expected.chain(others).chain(layers).collect::<BTreeMap<_, _>>());
    let listed = String::from_utf8(layout.index_bytes().unwrap().into_owned()).unwrap();
    assert_eq!(listed, one_line(LISTED));
}

/// Sorted maps and all, oci-spec reads what was written; written anew and read again it is the same value.
#[test]
fn oci_spec_reads_documents_with_all_their_fields() {
    let layout = documents().tempdir().unwrap();
    let read = |(hex, _): (&str, &str)| fs::read(layout.path().join("blobs/sha256").join(hex)).unwrap();

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
    assert_eq!(sbom.subject().as_ref().unwrap().digest().digest(), IMAGE.0);

    let index = ImageIndex::from_reader(&*read(INDEX)).unwrap();
    let media_types: Vec<_> = index.manifests().iter().map(|entry| entry.media_type().to_string()).collect();
    let manifest = "application/vnd.oci.image.manifest.v1+json";
    assert_eq!(
        media_types,
        [manifest, manifest, "application/vnd.example.unknown", "application/vnd.example.docs"]
    );
    assert_eq!(index.subject().as_ref().unwrap().digest().digest(), IMAGE.0);
    assert_eq!(layout.index().unwrap(), ImageIndex::from_reader(one_line(LISTED).as_bytes()).unwrap());
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
                layer {
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

const BASH: &str = "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0";

const EMPTY: &str = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

const SPDX: (&str, &str) =
    ("d4f269605ffe72fbe7a3021d68284798ec364111376ee2eace17688bb52a9e1d", r#"{"spdxVersion":"SPDX-2.3"}"#);

const CONFIG: (&str, &str) = (
    "f1a810758ec2f5f3c809a0b0229acf49022e526a82d9b15e771c98a65f54af45",
    r#"{
    "created":"2024-05-01T12:34:56.789012345Z",
    "author":"Ann \u003cann@example.com\u003e \u0026 Bob","architecture":"arm","os":"windows",
    "os.version":"10.0.17763.1999","os.features":["win32k","hyperv"],"variant":"v7",
    "config":{
        "User":"1000:100","ExposedPorts":{"443":{},"53/udp":{},"80/tcp":{}},
        "Env":["PATH=/bin","EMPTY=","Z=1","A=2"],"Entrypoint":["/bin/sh","-c"],
        "Cmd":["echo \"$A\" \u003e /dev/null \u0026\u0026 exit"],
        "Volumes":{"/data":{},"/var/lib":{}},"WorkingDir":"/srv","Labels":{"B":"3","a":"1","b":"2"},
        "StopSignal":"SIGRTMIN+3"
    },
    "rootfs":{
        "type":"layers",
        "diff_ids":[
            "sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
            "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
        ]
    },
    "history":[
        {
            "created":"2024-05-01T12:00:00+02:00","created_by":"COPY bash / # \u003cbuildkit\u003e",
            "author":"Ann","comment":"buildkit.dockerfile.v0"
        },
        {"created_by":"CMD [\"sh\"]","empty_layer":true},
        {}
    ]
}"#,
);

const IMAGE: (&str, &str) = (
    "e00dfe0ce67493a50df811aae468de727089c6cf7555e8b8475641f626dcc5e4",
    r#"{
    "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
    "config":{
        "mediaType":"application/vnd.oci.image.config.v1+json",
        "digest":"sha256:f1a810758ec2f5f3c809a0b0229acf49022e526a82d9b15e771c98a65f54af45","size":931,
        "urls":["https://example.com/config"],"annotations":{"of":"the config"},
        "platform":{"architecture":"unknown","os":"unknown"},"artifactType":"application/vnd.example.config"
    },
    "layers":[
        {
            "mediaType":"application/vnd.oci.image.layer.v1.tar",
            "digest":"sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0","size":2048,
            "urls":["https://example.com/a?b=1\u0026c=2","https://example.org/\u003clayer\u003e"],
            "annotations":{"10":"ten","9":"nine","org.opencontainers.image.title":"base"},
            "artifactType":"application/vnd.example.layer"
        },
        {
            "mediaType":"application/vnd.oci.image.layer.v1.tar",
            "digest":"sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef","size":1024
        }
    ],
    "subject":{
        "mediaType":"application/vnd.oci.image.manifest.v1+json",
        "digest":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "size":9223372036854775807,"urls":["https://example.com/subject"],"annotations":{"of":"the subject"},
        "platform":{"architecture":"riscv64","os":"linux"},"artifactType":"application/vnd.example.subject"
    },
    "annotations":{
        "org.opencontainers.image.authors":"Ann \u0026 Bob","org.opencontainers.image.version":"1.2.3"
    }
}"#,
);

const SBOM: (&str, &str) = (
    "8db411e2325ff1d6468c21b598c5af395f6cae52c7a892f00b8b8848149d7462",
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
            "digest":"sha256:d4f269605ffe72fbe7a3021d68284798ec364111376ee2eace17688bb52a9e1d","size":26,
            "urls":["https://example.com/sbom"],"annotations":{"of":"the document"},
            "data":"eyJzcGR4VmVyc2lvbiI6IlNQRFgtMi4zIn0=","platform":{"architecture":"arm64","os":"darwin"},
            "artifactType":"application/vnd.example.document"
        }
    ],
    "subject":{
        "mediaType":"application/vnd.oci.image.manifest.v1+json",
        "digest":"sha256:e00dfe0ce67493a50df811aae468de727089c6cf7555e8b8475641f626dcc5e4","size":1395
    },
    "annotations":{"org.opencontainers.image.created":"2024-05-01T12:34:56Z"}
}"#,
);

const EMPTY_INDEX: (&str, &str) = (
    "da29bd8ef10e415e1ad4bc5678122a527367e1171c42aaf32acfb5c18005fcb0",
    r#"{
    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
    "artifactType":"application/vnd.example.docs","manifests":[]
}"#,
);

const INDEX: (&str, &str) = (
    "65e60586cd960543f07334ec89f624cb68be285176788d22d233ac7df4744dcc",
    r#"{
    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
    "artifactType":"application/vnd.example.docs",
    "manifests":[
        {
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:e00dfe0ce67493a50df811aae468de727089c6cf7555e8b8475641f626dcc5e4","size":1395,
            "urls":["https://example.com/image"],"annotations":{"of":"the image"},
            "platform":{
                "architecture":"arm","os":"windows","os.version":"10.0.17763.1999",
                "os.features":["win32k","hyperv"],"variant":"v7"
            },
            "artifactType":"application/vnd.example.image"
        },
        {
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:8db411e2325ff1d6468c21b598c5af395f6cae52c7a892f00b8b8848149d7462","size":864,
            "artifactType":"application/spdx+json"
        },
        {
            "mediaType":"application/vnd.example.unknown",
            "digest":"sha512:00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
            "size":0,"urls":["https://example.com/other"],"annotations":{"":"","of":"nothing"},
            "platform":{
                "architecture":"sparc64","os":"solaris","os.version":"11.4","os.features":["zfs"],"variant":"v9"
            },
            "artifactType":"application/vnd.example.other"
        },
        {
            "mediaType":"application/vnd.example.docs",
            "digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":7
        }
    ],
    "subject":{
        "mediaType":"application/vnd.oci.image.manifest.v1+json",
        "digest":"sha256:e00dfe0ce67493a50df811aae468de727089c6cf7555e8b8475641f626dcc5e4","size":1395
    },
    "annotations":{"":"empty","a":"first","z":"last"}
}"#,
);

const LISTED: &str = r#"{
    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
    "manifests":[
        {
            "mediaType":"application/vnd.oci.image.index.v1+json",
            "digest":"sha256:65e60586cd960543f07334ec89f624cb68be285176788d22d233ac7df4744dcc","size":1511,
            "urls":["https://example.com/index"],
            "annotations":{
                "a":"before","io.containerd.image.name":"docker.io/library/documents:1","k":"between",
                "org.opencontainers.image.ref.name":"1","z":"behind"
            },
            "platform":{
                "architecture":"arm","os":"windows","os.version":"10.0.17763.1999",
                "os.features":["win32k","hyperv"],"variant":"v7"
            },
            "artifactType":"application/vnd.example.docs"
        },
        {
            "mediaType":"application/vnd.oci.image.index.v1+json",
            "digest":"sha256:da29bd8ef10e415e1ad4bc5678122a527367e1171c42aaf32acfb5c18005fcb0","size":134,
            "data":"eyJzY2hlbWFWZXJzaW9uIjoyLCJtZWRpYVR5cGUiOiJhcHBsaWNhdGlvbi92bmQub2NpLmltYWdlLmluZGV4LnYxK2pzb24iLCJhcnRpZmFjdFR5cGUiOiJhcHBsaWNhdGlvbi92bmQuZXhhbXBsZS5kb2NzIiwibWFuaWZlc3RzIjpbXX0=",
            "platform":{"architecture":"386","os":"linux"},"artifactType":"application/vnd.example.docs"
        }
    ]
}"#;

/// The blobs of a layout by their digests; layers as such.
fn blobs(layout: &Path) -> BTreeMap<String, String> {
    let blobs = fs::read_dir(layout.join("blobs/sha256")).unwrap().map(|blob| {
        let blob = blob.unwrap();
        let bytes = fs::read(blob.path()).unwrap();
        let is_layer = !bytes.starts_with(b"{");
        let text = if is_layer { "a layer".to_owned() } else { String::from_utf8(bytes).unwrap() };
        (blob.file_name().into_string().unwrap(), text)
    });
    blobs.collect()
}

/// A document, written in several lines to be read, as the one line that it is.
fn one_line(document: &str) -> String {
    document.lines().map(str::trim_start).collect()
}
