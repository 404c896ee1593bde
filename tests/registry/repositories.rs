//! The nodes of each repository, also of unusual layouts.

use oci_fixture::{Content, Digest, ErrorKind, Fixture, Registry, RunningRegistry, oci_image};

use crate::client::{get, get_with, send};

#[track_caller]
fn catalog(registry: &RunningRegistry) -> String {
    let list = get(registry, "/v2/_catalog").json();
    let names = list["repositories"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    names.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn status(registry: &RunningRegistry, repository: &str, endpoint: &str, name: impl AsRef<str>) -> u16 {
    get(registry, &format!("/v2/{repository}/{endpoint}/{}", name.as_ref())).status
}

fn digest(fixture: &Fixture, label: &str) -> Digest {
    fixture.in_memory().unwrap().label(label).unwrap().digest().clone()
}

#[test]
fn the_path_of_a_reference_is_its_repository() {
    let fixture = oci_image! {
        manifest "app:1" linux/amd64 { 'own: layer { "a" => "1" } }
        manifest "ghcr.io/me/app:2" linux/amd64 { 'other: layer { "a" => "2" } }
        manifest linux/amd64 { 'everywhere: layer { "a" => "3" } }
    };
    let registry = fixture.serve().unwrap();
    assert_eq!(catalog(&registry), "library/app me/app");
    for (label, in_library, in_me) in [("own", 200, 404), ("other", 404, 200), ("everywhere", 200, 200)] {
        let digest = digest(&fixture, label);
        assert_eq!(status(&registry, "library/app", "blobs", &digest), in_library, "{label}");
        assert_eq!(status(&registry, "me/app", "blobs", &digest), in_me, "{label}");
    }
    assert_eq!(registry.reference("ghcr.io/me/app:2"), format!("{}/me/app:2", registry.host()));
    assert_eq!(registry.layout().unwrap().to_string(), fixture.to_string());
}

#[test]
fn entries_without_a_name_are_in_the_repository_fixture() {
    let registry = oci_image! { linux/amd64 { "a" => "b" } }.serve().unwrap();
    assert_eq!(catalog(&registry), "fixture");
    assert_eq!(get(&registry, "/v2/fixture/tags/list").text(), r#"{"name":"fixture","tags":[]}"#);
}

#[test]
fn blobs_to_which_no_entry_leads_are_in_all_repositories() {
    let fixture = oci_image! {
        manifest "a/a:1" linux/amd64 { "a" => "1" }
        #[append = "}"]
        index "a/b:1" { 'below: manifest linux/amd64 { 'layer: layer { "a" => "2" } } }
        #[unlisted]
        'unlisted: manifest linux/arm64 { "a" => "3" }
    };
    let registry = fixture.serve().unwrap();
    for repository in ["a/a", "a/b"] {
        assert_eq!(status(&registry, repository, "manifests", digest(&fixture, "below")), 200);
        assert_eq!(status(&registry, repository, "blobs", digest(&fixture, "layer")), 200);
        assert_eq!(status(&registry, repository, "manifests", digest(&fixture, "unlisted")), 200);
    }
}

#[test]
fn two_domains_with_one_name_are_told_apart_by_the_namespace_alone() {
    let fixture = oci_image! {
        manifest "x.io/app:1" linux/amd64 { "a" => "1" }
        manifest "y.io/app:1" linux/amd64 { "a" => "2" }
    };
    let error = fixture.serve().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(
        error.to_string(),
        "two entries are `app:1` in the registry, of `x.io` and of `y.io`, with different digests; serve them `by_namespace()`"
    );
    let registry = Registry::new().with(&fixture).by_namespace().start().unwrap();
    let layout = fixture.in_memory().unwrap();
    for domain in ["x.io", "y.io"] {
        let answer = get(&registry, &format!("/v2/app/manifests/1?ns={domain}"));
        let expected = layout.reference(&format!("{domain}/app:1")).unwrap();
        assert_eq!((answer.status, answer.must("OCI-Namespace")), (200, domain));
        assert_eq!(answer.must("Docker-Content-Digest"), expected.digest().as_str());
    }
    assert_eq!(get(&registry, "/v2/app/manifests/1").status, 404);
    assert_eq!(get(&registry, "/v2/app/manifests/1?ns=z.io").status, 404);
    assert_eq!(get(&registry, "/v2/_catalog?ns=x.io").text(), r#"{"repositories":["app"]}"#);
    assert_eq!(get(&registry, "/v2/_catalog?ns=z.io").text(), r#"{"repositories":[]}"#);
    let same = oci_image! {
        manifest "x.io/app:1" linux/amd64 { "a" => "1" }
        manifest "y.io/app:1" linux/amd64 { "a" => "1" }
    };
    assert_eq!(catalog(&same.serve().unwrap()), "app");
}

#[test]
fn a_pushed_tag_is_in_the_layout_under_its_domain() {
    /// The names of the layout after pushes of an empty manifest to these paths.
    fn names(registry: &RunningRegistry, paths: &[&str]) -> Vec<String> {
        for path in paths {
            assert_eq!(send(registry, "PUT", &format!("/v2/{path}"), &[], b"{}").status, 201, "{path}");
        }
        let layout = registry.layout().unwrap();
        let names =
            layout.nodes().unwrap().into_iter().filter_map(|node| node.reference().map(str::to_owned));
        names.collect()
    }
    let fixture = oci_image! { manifest "x.io/me/app:1" linux/amd64 {} };
    let registry = fixture.serve().unwrap();
    let paths = ["me/app/manifests/1", "me/app/manifests/2", "me/other/manifests/1", "app/manifests/1"];
    assert_eq!(
        names(&registry, &paths),
        ["localhost/app:1", "x.io/me/app:1", "x.io/me/app:2", "docker.io/me/other:1"]
    );
    let registry = Registry::new().with(&fixture).by_namespace().start().unwrap();
    let paths = ["me/app/manifests/1?ns=x.io", "me/app/manifests/1?ns=y.io", "app/manifests/1?ns=y.io"];
    assert_eq!(names(&registry, &paths), ["x.io/me/app:1", "y.io/app:1", "y.io/me/app:1"]);
}

#[test]
fn a_repository_has_a_store_of_its_own() {
    let honest = oci_image! { manifest "a/a:1" linux/amd64 { 'layer: layer { "a" => "b" } } };
    let flipped = oci_image! { manifest "a/b:1" linux/amd64 { #[flip = 0] layer { "a" => "b" } } };
    let registry = Registry::new().with(&honest).with(&flipped).start().unwrap();
    let layer = digest(&honest, "layer");
    let [one, other] = ["a/a", "a/b"].map(|name| get(&registry, &format!("/v2/{name}/blobs/{layer}")).body);
    assert_eq!((one[0], other[0], &one[1..]), (b'a', b'a' ^ 1, &other[1..]));
    assert_eq!(registry.layout().unwrap_err().kind(), ErrorKind::Ambiguous);
}

#[test]
fn faulty_blobs_are_served_as_they_are_stored() {
    let fixture = oci_image! {
        index "app:1" {
            linux/amd64 {
                #[missing] 'missing: layer { "a" => "1" }
                #[truncate = 100] 'short: layer { "a" => "2" }
            }
            dangling {
                media_type: "application/vnd.oci.image.manifest.v1+json",
                digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                size: 0,
            }
        }
    };
    let registry = fixture.serve().unwrap();
    let missing = get(&registry, &format!("/v2/library/app/blobs/{}", digest(&fixture, "missing")));
    assert_eq!((missing.status, missing.code().as_str()), (404, "BLOB_UNKNOWN"));
    let short = digest(&fixture, "short");
    let answer = get(&registry, &format!("/v2/library/app/blobs/{short}"));
    assert_eq!((answer.status, answer.must("Content-Length"), answer.body.len()), (200, "100", 100));
    assert_eq!(answer.must("Docker-Content-Digest"), short.as_str());
    assert_eq!(answer.must("ETag"), format!("\"{short}\""));
    let dangling = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(status(&registry, "library/app", "manifests", dangling), 404);
}

#[test]
fn a_push_repairs_what_is_missing() {
    let fixture = oci_image! { manifest "app:1" linux/amd64 { #[missing] 'layer: layer { "a" => "1" } } };
    let honest = oci_image! { manifest "app:1" linux/amd64 { 'layer: layer { "a" => "1" } } };
    let registry = fixture.serve().unwrap();
    let layout = honest.in_memory().unwrap();
    let layer = layout.label("layer").unwrap();
    let path = format!("/v2/library/app/blobs/uploads/?digest={}", layer.digest());
    assert_eq!(crate::client::send(&registry, "POST", &path, &[], &layer.bytes().unwrap()).status, 201);
    assert_eq!(status(&registry, "library/app", "blobs", layer.digest()), 200);
    registry.layout().unwrap().assert_verified();
}

#[test]
fn an_unusual_node_is_found_at_each_endpoint_that_has_it() {
    let fixture = oci_image! {
        'config: config "app:config" linux/amd64 { cmd: ["a"] }
        'blob: blob "text/plain" => "root",
        manifest "app:1" linux/amd64 {
            'unusual: blob "application/vnd.oci.image.manifest.v1+json" { content: "{}", diff_id: "x" }
        }
        'html: manifest "app:2" linux/arm64 { raw: "<html>" }
    };
    let registry = fixture.serve().unwrap();
    for label in ["config", "blob", "unusual"] {
        let digest = digest(&fixture, label);
        assert_eq!(status(&registry, "library/app", "manifests", &digest), 200, "{label}");
        assert_eq!(status(&registry, "library/app", "blobs", &digest), 200, "{label}");
    }
    let html = get(&registry, "/v2/library/app/manifests/2");
    assert_eq!((html.status, html.text().as_str()), (200, "<html>"));
    assert_eq!(html.must("Content-Type"), "application/vnd.oci.image.manifest.v1+json");
    assert_eq!(status(&registry, "library/app", "blobs", digest(&fixture, "html")), 404);
}

#[test]
fn a_type_is_sent_as_the_descriptor_says_it() {
    let fixture = oci_image! {
        manifest "app:1" linux/amd64 {
            'unusual: layer { "a" => "1" } 'line: layer { "a" => "2" } 'none: layer { "a" => "3" }
            merge: { "layers": [
                { "mediaType": "ODD type", "digest": 'unusual.digest, "size": 1 },
                { "mediaType": "a/b\r\nX: y", "digest": 'line.digest, "size": 1 },
                { "digest": 'none.digest, "size": 1 },
            ] },
        }
    };
    let registry = fixture.serve().unwrap();
    for (label, expected) in [("unusual", Some("ODD type")), ("line", None), ("none", None)] {
        let answer = get(&registry, &format!("/v2/library/app/blobs/{}", digest(&fixture, label)));
        assert_eq!(
            (answer.status, answer.header("Content-Type"), answer.header("X")),
            (200, expected, None),
            "{label}"
        );
    }
}

#[test]
fn a_manifest_that_is_also_content_is_served_as_a_manifest() {
    let fixture = oci_image! {
        index { 'image: linux/amd64 { "a" => "b" } }
        blob "text/plain" => 'image.bytes,
        manifest "app:2" {
            artifact_type: "a/b",
            blob "application/octet-stream" => 'image.bytes,
        }
        tag "app:1" => 'image,
    };
    let registry = fixture.serve().unwrap();
    let digest = digest(&fixture, "image");
    for name in ["1", digest.as_str()] {
        let answer = get(&registry, &format!("/v2/library/app/manifests/{name}"));
        let media_type = answer.must("Content-Type");
        assert_eq!(
            (answer.status, media_type),
            (200, "application/vnd.oci.image.manifest.v1+json"),
            "{name}"
        );
    }
    assert_eq!(status(&registry, "library/app", "blobs", &digest), 200);
}

#[test]
fn an_unchecked_reference_is_served_and_listed() {
    let fixture = oci_image! { #[unchecked] manifest "../UPPER:1" linux/amd64 { "a" => "b" } };
    let registry = fixture.serve().unwrap();
    assert_eq!(catalog(&registry), "../UPPER");
    assert_eq!(get(&registry, "/v2/../UPPER/tags/list").text(), r#"{"name":"../UPPER","tags":["1"]}"#);
    assert_eq!(get(&registry, "/v2/%2E%2E/UPPER/manifests/1").status, 200);
}

#[test]
fn a_large_blob_is_served_from_one_temporary_file() {
    let fixture =
        oci_image! { manifest "app:1" linux/amd64 { 'large: layer { "a" => Content::random(1, 9 << 20) } } };
    let registry = fixture.serve().unwrap();
    let layout = fixture.in_memory().unwrap();
    let layer = layout.label("large").unwrap();
    let path = format!("/v2/library/app/blobs/{}", layer.digest());
    assert!(get(&registry, &path).body == *layer.bytes().unwrap());
    let part = get_with(&registry, &path, &[("Range", "bytes=1048575-2097152")]);
    assert!(part.body == layer.bytes().unwrap()[1_048_575..=2_097_152]);
    assert_eq!(registry.layout().unwrap().label("large").unwrap().bytes().unwrap(), layer.bytes().unwrap());
}

#[test]
fn a_layout_is_served_whoever_wrote_it() {
    let directory = tempfile::tempdir().unwrap();
    let fixture = oci_image! { manifest "app:1" linux/amd64 { "a" => "b" } };
    fixture.write_to(directory.path()).unwrap();
    let layout = oci_fixture::Layout::open(directory.path()).unwrap();
    assert_eq!(status(&layout.serve().unwrap(), "library/app", "manifests", "1"), 200);
    // As podman and skopeo name an image, by its tag alone.
    let index = std::fs::read_to_string(directory.path().join("index.json")).unwrap();
    let index = index.replace(r#""io.containerd.image.name":"docker.io/library/app:1","#, "");
    std::fs::write(directory.path().join("index.json"), index).unwrap();
    assert_eq!(status(&layout.serve().unwrap(), "fixture", "manifests", "1"), 200);
}

#[test]
fn a_fault_that_has_no_place_in_a_registry_is_refused() {
    let error = oci_image! { oci_layout: "{}" }.serve().unwrap_err();
    assert_eq!(
        error.to_string(),
        "oci-layout: a registry has no oci-layout in which it could be wrong; remove `oci_layout`"
    );
    let error = oci_image! { raw: "<html>" }.serve().unwrap_err();
    assert!(
        error.to_string().starts_with("index.json: lists nothing that a registry could serve"),
        "{error}"
    );
}
