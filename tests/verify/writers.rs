//! The images that common builders write by default give no finding above a note. These builders cannot be run here,
//! so their images are declared in the form in which their sources write them. `tests/tools/verify.rs` has the tools
//! that can be run.

use oci_fixture::{Fixture, Level, oci_image};

use crate::{found_in, lines};

/// The findings of an image in the form of another program, all of which are notes.
fn notes(image: &Fixture) -> Vec<String> {
    let findings = image.in_memory().unwrap().verify();
    let above: Vec<_> = findings.iter().filter(|finding| finding.level() > Level::Note).collect();
    assert!(above.is_empty(), "{above:?}");
    assert_eq!(found_in(image), lines(&findings));
    lines(&findings)
}

/// `docker buildx build --platform linux/amd64,linux/arm64 --output type=oci`: for each image a manifest of its provenance
/// for an unknown platform, whose config has the digests of the statements as `diff_ids`.
#[test]
fn an_image_of_buildx_has_no_finding() {
    let image = oci_image! {
        index "docker.io/library/app:latest" {
            descriptor: { annotations: { "org.opencontainers.image.created": "2024-05-01T12:00:00Z" } }
            for (platform, architecture) in [("linux/amd64", "amd64"), ("linux/arm64", "arm64")] {
                'image: (platform) {
                    'layer: layer gzip {
                        #[mtime = 1_714_564_800] "app/",
                        #[mtime = 1_714_564_800] #[mode = 0o755] (format!("app/{architecture}")) => "\x7fELF",
                        #[mtime = 1_714_564_800] hardlink "app/link" -> (format!("app/{architecture}")),
                        whiteout "app/old",
                        opaque "var/",
                    }
                    config {
                        raw: json {
                            "architecture": architecture,
                            "config": {
                                "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                                "Entrypoint": ["/app/app"],
                                "WorkingDir": "/",
                                "ArgsEscaped": true,
                                "OnBuild": null,
                            },
                            "created": "2024-05-01T12:00:00.123456789Z",
                            "history": [
                                {
                                    "created": "2024-05-01T12:00:00.123456789Z",
                                    "created_by": "COPY app /app # buildkit",
                                    "comment": "buildkit.dockerfile.v0",
                                },
                                {
                                    "created": "2024-05-01T12:00:00.123456789Z",
                                    "created_by": "ENTRYPOINT [\"/app/app\"]",
                                    "comment": "buildkit.dockerfile.v0",
                                    "empty_layer": true,
                                },
                            ],
                            "moby.buildkit.cache.v0": "W10=",
                            "os": "linux",
                            "rootfs": { "type": "layers", "diff_ids": ['layer.diff_id] },
                        }
                    }
                }
                unknown/unknown {
                    descriptor: {
                        annotations: {
                            "vnd.docker.reference.digest": 'image.digest,
                            "vnd.docker.reference.type": "attestation-manifest",
                        },
                    }
                    'sbom: blob "application/vnd.in-toto+json" {
                        content: json {
                            "_type": "https://in-toto.io/Statement/v0.1",
                            "predicateType": "https://spdx.dev/Document",
                            "subject": [{ "name": "pkg:docker/app@latest", "digest": { "sha256": 'image.hex } }],
                            "predicate": { "spdxVersion": "SPDX-2.3" },
                        },
                        descriptor: { annotations: { "in-toto.io/predicate-type": "https://spdx.dev/Document" } },
                    }
                    'provenance: blob "application/vnd.in-toto+json" {
                        content: json {
                            "_type": "https://in-toto.io/Statement/v0.1",
                            "predicateType": "https://slsa.dev/provenance/v0.2",
                            "subject": [{ "name": "pkg:docker/app@latest", "digest": { "sha256": 'image.hex } }],
                            "predicate": { "buildType": "https://mobyproject.org/buildkit@v1" },
                        },
                        descriptor: {
                            annotations: { "in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2" },
                        },
                    }
                    config {
                        raw: json {
                            "architecture": "unknown",
                            "os": "unknown",
                            "config": {},
                            "rootfs": { "type": "layers", "diff_ids": ['sbom.digest, 'provenance.digest] },
                        }
                    }
                }
            }
            // The version of Windows stands in the config alone.
            windows/amd64 {
                'files: layer gzip { "Files/", "Files/app.exe" => "MZ", "Hives/" }
                config {
                    raw: json {
                        "architecture": "amd64",
                        "config": { "Cmd": ["app.exe"] },
                        "created": "2024-05-01T12:00:00.123456789Z",
                        "os": "windows",
                        "os.version": "10.0.17763.5696",
                        "rootfs": { "type": "layers", "diff_ids": ['files.diff_id] },
                    }
                }
            }
        }
    };
    assert_eq!(notes(&image), [""; 0]);
}

/// `BuildKit` with `oci-artifact=true`: an artifact whose subject is the image.
#[test]
fn an_attestation_of_buildx_has_no_finding() {
    let image = oci_image! {
        index "app" {
            'image: linux/amd64 { layer gzip { "app" => "\x7fELF" } }
            manifest unknown/unknown {
                artifact_type: "application/vnd.docker.attestation.manifest.v1+json",
                subject: 'image,
                descriptor: {
                    annotations: {
                        "vnd.docker.reference.digest": 'image.digest,
                        "vnd.docker.reference.type": "attestation-manifest",
                    },
                }
                blob "application/vnd.in-toto+json" => json { "_type": "https://in-toto.io/Statement/v0.1" },
            }
        }
    };
    assert_eq!(notes(&image), [""; 0]);
}

/// ko, by go-containerregistry: indented files of the layout, an index without annotations, times of the year 1, the
/// directory `ko-app` without a slash and the program below `/ko-app`, and a software bill of materials as an image of cosign.
#[test]
fn an_image_of_ko_has_notes_on_the_config_of_its_bill_of_materials() {
    let image = oci_image! {
        index {
            annotations: {
                "org.opencontainers.image.base.name": "cgr.dev/chainguard/static:latest",
            }
            for (platform, architecture) in [("linux/amd64", "amd64"), ("linux/arm64", "arm64")] {
                'image: (platform) {
                    'base: layer gzip { #[unchecked] "./", #[unchecked] "./etc/", #[unchecked] "./etc/passwd" => "root" }
                    'data: layer gzip {
                        entry { name: "/var/run/ko", typeflag: "5", mode: 0o555 }
                        entry { name: "/var/run/ko/refs", mode: 0o555, size: 4, body: "main" }
                    }
                    'program: layer gzip {
                        entry { name: "ko-app", typeflag: "5", mode: 0o555 }
                        entry { name: "/ko-app/app", mode: 0o555, size: 4, body: "\x7fELF" }
                    }
                    config {
                        raw: json {
                            "architecture": architecture,
                            "author": "github.com/ko-build/ko",
                            "created": "0001-01-01T00:00:00Z",
                            "history": [
                                { "author": "apko", "created": "2024-05-01T12:00:00Z", "created_by": "apko" },
                                {
                                    "author": "ko",
                                    "created": "0001-01-01T00:00:00Z",
                                    "created_by": "ko build ko://example.com/app",
                                    "comment": "kodata contents, at $KO_DATA_PATH",
                                },
                                {
                                    "author": "ko",
                                    "created": "0001-01-01T00:00:00Z",
                                    "created_by": "ko build ko://example.com/app",
                                    "comment": "go build output, at /ko-app/app",
                                },
                            ],
                            "os": "linux",
                            "rootfs": {
                                "type": "layers",
                                "diff_ids": ['base.diff_id, 'data.diff_id, 'program.diff_id],
                            },
                            "config": {
                                "Entrypoint": ["/ko-app/app"],
                                "Env": ["PATH=/usr/bin:/ko-app", "KO_DATA_PATH=/var/run/ko"],
                                "User": "65532",
                            },
                        }
                    }
                }
            }
        }
        manifest {
            'sbom: blob "text/spdx+json" => json { "spdxVersion": "SPDX-2.3" },
            config {
                raw: json {
                    "architecture": "",
                    "created": "0001-01-01T00:00:00Z",
                    "history": [{ "created": "0001-01-01T00:00:00Z" }],
                    "os": "",
                    "rootfs": { "type": "layers", "diff_ids": ['sbom.digest] },
                    "config": {},
                }
            }
            descriptor: { merge: { "platform": null } },
        }
        oci_layout: "{\n    \"imageLayoutVersion\": \"1.0.0\"\n}",
    };
    let config = "index.json > manifests[1] > config";
    assert_eq!(
        notes(&image),
        [
            format!("{config}: `architecture` is ``, which is no name that Go knows"),
            format!("{config}: `os` is ``, which is no name that Go knows"),
        ]
    );
}

/// nix2container and `dockerTools`, copied into a layout by skopeo: absolute paths, the second 1 of 1970, owners by name,
/// the PAX times of access and change that Go writes, and hard links with absolute targets.
#[test]
fn an_image_of_nix_has_no_finding() {
    let image = oci_image! {
        manifest {
            'paths: layer {
                for path in ["/nix", "/nix/store", "/nix/store/0c5b-hello-2.12", "/nix/store/0c5b-hello-2.12/bin"] {
                    entry {
                        name: (format!("{path}/")), typeflag: "5", mode: 0o755, mtime: 1, uname: "root", gname: "root",
                        pax: { "atime": "0", "ctime": "0" },
                    }
                }
                entry {
                    name: "/nix/store/0c5b-hello-2.12/bin/hello", mode: 0o555, mtime: 1, uname: "root", gname: "root",
                    size: 4, body: "\x7fELF", pax: { "atime": "0", "ctime": "0" },
                }
                entry {
                    name: "/nix/store/0c5b-hello-2.12/bin/hallo", typeflag: "1", mode: 0o555, mtime: 1,
                    uname: "root", gname: "root", linkname: "/nix/store/0c5b-hello-2.12/bin/hello",
                }
                entry {
                    name: "/bin", typeflag: "2", mode: 0o777, mtime: 1, uname: "root", gname: "root",
                    linkname: "/nix/store/0c5b-hello-2.12/bin",
                }
            }
            config {
                raw: json {
                    "created": "1970-01-01T00:00:01+00:00",
                    "architecture": "amd64",
                    "os": "linux",
                    "config": { "Cmd": ["/bin/hello"] },
                    "rootfs": { "diff_ids": ['paths.diff_id], "type": "layers" },
                    "history": [
                        {
                            "created": "1970-01-01T00:00:01+00:00",
                            "comment": "store paths: ['/nix/store/0c5b-hello-2.12']",
                        },
                    ],
                }
            }
        }
    };
    assert_eq!(notes(&image), [""; 0]);
}

/// Distroless, by `rules_oci`: no annotations and no media type in index.json, files that end in a newline, paths that
/// begin with `./`, parents that no entry declares, and a config without times.
#[test]
fn an_image_of_distroless_has_no_finding() {
    let image = oci_image! {
        index {
            for (platform, architecture) in [("linux/amd64", "amd64"), ("linux/arm64", "arm64")] {
                (platform) {
                    'base: layer gzip {
                        #[unchecked] "./",
                        #[unchecked] "./etc/os-release" => "ID=debian\n",
                        #[unchecked] "./usr/lib/os-release" -> "../../etc/os-release",
                        #[unchecked] "./var/lib/dpkg/status.d/base-files" => "Package: base-files\n",
                        #[unchecked] "./usr/share/doc/copyright" => "",
                        #[unchecked] hardlink "./usr/share/doc/license" -> "./usr/share/doc/copyright",
                    }
                    'passwd: layer gzip { #[unchecked] "./etc/passwd" => "root:x:0:0:root:/root:/sbin/nologin\n" }
                    config {
                        raw: json {
                            "config": {
                                "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                                "User": "0",
                                "WorkingDir": "/",
                            },
                            "rootfs": { "type": "layers", "diff_ids": ['base.diff_id, 'passwd.diff_id] },
                            "os": "linux",
                            "architecture": architecture,
                        }
                    }
                }
            }
        }
        merge: { "mediaType": null }
        oci_layout: "{\"imageLayoutVersion\": \"1.0.0\"}\n",
    };
    assert_eq!(notes(&image), [""; 0]);
}
