//! Pulling, by the section "Pull" of the specification.

use oci_fixture::{Api, Fixture, Registry, oci_image};

use crate::client::{get, get_with, send};

fn app() -> Fixture {
    oci_image! {
        index "app:1" {
            linux/amd64 { 'base: layer { "etc/hostname" => "fixture\n" } }
            linux/arm64 { "bin/sh" => "#!" }
        }
    }
}

#[test]
fn an_image_is_pulled_by_its_tag_down_to_its_layers() {
    let registry = app().serve().unwrap();
    let layout = app().in_memory().unwrap();
    let index = layout.reference("app:1").unwrap();

    let answer = get(&registry, "/v2/library/app/manifests/1");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.must("Content-Type"), "application/vnd.oci.image.index.v1+json");
    assert_eq!(answer.must("Docker-Content-Digest"), index.digest().as_str());
    assert_eq!(answer.must("ETag"), format!("\"{}\"", index.digest()));
    assert_eq!(answer.body, *index.bytes().unwrap());

    for node in index.walk() {
        let node = node.unwrap();
        let is_manifest = node.media_type().contains(".index.") || node.media_type().contains(".manifest.");
        let endpoint = if is_manifest { "manifests" } else { "blobs" };
        let path = format!("/v2/library/app/{endpoint}/{}", node.digest());
        let answer = get(&registry, &path);
        assert_eq!((answer.status, answer.must("Content-Type")), (200, node.media_type()), "{path}");
        assert_eq!(answer.body, *node.bytes().unwrap());
        let head = send(&registry, "HEAD", &path, &[], b"");
        assert_eq!((head.status, &head.headers), (200, &answer.headers));
    }
    assert_eq!(registry.requests().len(), 15);
    assert_eq!(registry.requests()[0].to_string(), "GET library/app manifests 1 200 491");
}

#[test]
fn the_ping_answers_with_and_without_a_slash() {
    let registry = app().serve().unwrap();
    for path in ["/v2", "/v2/"] {
        let answer = get(&registry, path);
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
        assert_eq!(answer.must("Docker-Distribution-API-Version"), "registry/2.0");
        assert_eq!(send(&registry, "HEAD", path, &[], b"").must("Content-Length"), "2");
    }
}

#[test]
fn a_part_of_a_blob_is_pulled_by_its_range() {
    let registry = app().serve().unwrap();
    let layout = app().in_memory().unwrap();
    let layer = layout.label("base").unwrap();
    let (path, bytes) = (format!("/v2/library/app/blobs/{}", layer.digest()), layer.bytes().unwrap());
    let size = bytes.len();
    assert_eq!(size, 2048);
    assert_eq!(get(&registry, &path).must("Accept-Ranges"), "bytes");
    for (range, start, end) in
        [("0-99", 0, 100), ("2000-", 2000, 2048), ("-48", 2000, 2048), ("2000-5000", 2000, 2048)]
    {
        let answer = get_with(&registry, &path, &[("Range", &format!("bytes={range}"))]);
        assert_eq!((answer.status, answer.body.as_slice()), (206, &bytes[start..end]), "{range}");
        assert_eq!(answer.must("Content-Range"), format!("bytes {start}-{}/{size}", end - 1));
    }
    for range in ["500-0", "2048-", "5000-10000", "-0"] {
        let answer = get_with(&registry, &path, &[("Range", &format!("bytes={range}"))]);
        assert_eq!((answer.status, answer.must("Content-Range")), (416, "bytes */2048"), "{range}");
    }
    let head = send(&registry, "HEAD", &path, &[("Range", "bytes=0-9")], b"");
    assert_eq!((head.status, head.must("Content-Length")), (200, "2048"));
    let several = get_with(&registry, &path, &[("Range", "bytes=0-9,20-29")]);
    assert_eq!((several.status, several.body.len()), (200, 2048));
    let etag = format!("\"{}\"", layer.digest());
    for (tag, status) in [(etag.as_str(), 206), ("\"other\"", 200)] {
        let answer = get_with(&registry, &path, &[("Range", "bytes=0-9"), ("If-Range", tag)]);
        assert_eq!(answer.status, status);
    }
    let registry = Registry::new().with(&app()).without(Api::Ranges).start().unwrap();
    let answer = get_with(&registry, &path, &[("Range", "bytes=0-9")]);
    assert_eq!((answer.status, answer.body.len(), answer.header("Accept-Ranges")), (200, 2048, None));
}

#[test]
fn a_manifest_that_a_client_has_already_is_not_sent_again() {
    let registry = app().serve().unwrap();
    let etag = get(&registry, "/v2/library/app/manifests/1").must("ETag").to_owned();
    for tags in [etag.clone(), format!("\"a\", W/{etag}"), "*".to_owned()] {
        let answer = get_with(&registry, "/v2/library/app/manifests/1", &[("If-None-Match", &tags)]);
        assert_eq!((answer.status, answer.body.len(), answer.must("ETag")), (304, 0, etag.as_str()));
    }
    assert_eq!(get_with(&registry, "/v2/library/app/manifests/1", &[("If-None-Match", "\"a\"")]).status, 200);
}

#[test]
fn a_node_with_another_tag_than_the_client_has_is_not_sent() {
    let registry = app().serve().unwrap();
    let etag = get(&registry, "/v2/library/app/manifests/1").must("ETag").to_owned();
    for (tags, status) in [
        ("*".to_owned(), 200),
        (format!("\"a\", {etag}"), 200),
        (format!("W/{etag}"), 412),
        ("\"a\"".to_owned(), 412),
    ] {
        let answer = get_with(&registry, "/v2/library/app/manifests/1", &[("If-Match", &tags)]);
        assert_eq!(answer.status, status, "{tags}");
    }
}

#[test]
fn absent_manifests_and_blobs_are_not_found() {
    let registry = app().serve().unwrap();
    let digest = format!("sha256:{}", "0".repeat(64));
    let layout = app().in_memory().unwrap();
    let manifest = layout.platform("linux/amd64").unwrap().digest().clone();
    for (path, status, code) in [
        ("/v2/library/app/manifests/2".to_owned(), 404, "MANIFEST_UNKNOWN"),
        (format!("/v2/library/app/manifests/{digest}"), 404, "MANIFEST_UNKNOWN"),
        (format!("/v2/library/app/blobs/{digest}"), 404, "BLOB_UNKNOWN"),
        // A manifest is not served as a blob, and a layer is not served as a manifest.
        (format!("/v2/library/app/blobs/{manifest}"), 404, "BLOB_UNKNOWN"),
        (
            format!("/v2/library/app/manifests/{}", layout.label("base").unwrap().digest()),
            404,
            "MANIFEST_UNKNOWN",
        ),
        ("/v2/library/other/manifests/1".to_owned(), 404, "NAME_UNKNOWN"),
        ("/v2/library/app/manifests/sha256:bad".to_owned(), 400, "DIGEST_INVALID"),
        ("/v2/library/app/blobs/1".to_owned(), 400, "DIGEST_INVALID"),
        ("/v2/../etc/manifests/1".to_owned(), 400, "NAME_INVALID"),
        ("/v2/%2e%2e%2fetc/passwd/blobs/1".to_owned(), 400, "NAME_INVALID"),
        ("/v2/UPPER/tags/list".to_owned(), 400, "NAME_INVALID"),
        ("/v1/library/app/manifests/1".to_owned(), 404, "NAME_UNKNOWN"),
        ("/".to_owned(), 404, "NAME_UNKNOWN"),
        ("/token".to_owned(), 404, "NAME_UNKNOWN"),
    ] {
        let answer = get(&registry, &path);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
    let answer = send(&registry, "POST", "/v2/library/app/manifests/1", &[], b"");
    assert_eq!((answer.status, answer.must("Allow")), (405, "DELETE, GET, HEAD, PUT"));
}

#[test]
fn names_and_digests_may_be_escaped() {
    let registry = app().serve().unwrap();
    let digest = get(&registry, "/v2/library%2Fapp/manifests/1").must("Docker-Content-Digest").to_owned();
    let escaped = digest.replace(':', "%3A");
    assert_eq!(get(&registry, &format!("/v2/library%2fapp/manifests/{escaped}")).status, 200);
}

#[test]
fn a_registry_may_send_no_digests() {
    let registry = Registry::new().with(&app()).without(Api::DigestHeader).start().unwrap();
    let answer = get(&registry, "/v2/library/app/manifests/1");
    assert_eq!((answer.status, answer.header("Docker-Content-Digest")), (200, None));
}
