//! Artifacts: manifests and indexes that are not images.

use oci_fixture::oci_image;

use super::assert_shape;

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
    assert_shape(&fixture, "signed_sbom", "3befac27177eacc293302bac73e860d0325b6ba47648801f89d6b2c094f772dc");
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
    assert_shape(
        &fixture,
        "signature_tag",
        "3b8bde8857c3b3ea58dd2c269bbbe80a48b2d302eadc9b021a6876c3d4a31b7f",
    );
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
    assert_shape(&fixture, "no_subject", "f52ac77a5ae9942087bd7047d39495426d139d5f91a08d96fae2146bc0e4cea6");
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
    assert_shape(&fixture, "wasm", "82930994f6753a6649ffde72063a4ccece7d879b89d4a78b24d0812ed3a6e585");
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
    assert_shape(&fixture, "helm", "3e36f3dc0c9605f0c2bba6a2298ded8aa7280a36459978bad77712011d878e42");
}
