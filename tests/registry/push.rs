//! Pushing, by the section "Push" of the specification.

use std::io::{Read, Write};
use std::net::TcpStream;

use oci_fixture::{Api, Digest, Fixture, Manifest, Registry, RunningRegistry, UploadLocation};

use crate::client::{Answer, UPLOADS, begin, empty, get, parse, raw, send};

#[track_caller]
fn chunk(registry: &RunningRegistry, method: &str, location: &str, range: &str, bytes: &[u8]) -> Answer {
    send(registry, method, location, &[("Content-Range", range)], bytes)
}

#[track_caller]
fn put(registry: &RunningRegistry, location: &str, digest: &Digest, bytes: &[u8]) -> Answer {
    send(registry, "PUT", &format!("{location}?digest={digest}"), &[], bytes)
}

/// Asserts that a blob can be pulled from the location in the answer to its push.
#[track_caller]
fn assert_stored(registry: &RunningRegistry, pushed: &Answer, digest: &Digest, bytes: &[u8]) {
    assert_eq!((pushed.status, pushed.must("Docker-Content-Digest")), (201, digest.as_str()), "{pushed:?}");
    assert_eq!(pushed.must("Location"), format!("/v2/a/blobs/{digest}"));
    let stored = get(registry, pushed.must("Location"));
    assert_eq!((stored.status, stored.body), (200, bytes.to_vec()));
}

#[test]
fn a_blob_is_pushed_by_a_post_and_a_put() {
    let registry = empty();
    let location = begin(&registry);
    let id = location.strip_prefix(UPLOADS).unwrap();
    assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id} is no UUID");
    let answer = put(&registry, &location, &Digest::sha256(b"layer"), b"layer");
    assert_stored(&registry, &answer, &Digest::sha256(b"layer"), b"layer");
    assert_eq!(put(&registry, &location, &Digest::sha256(b"layer"), b"layer").code(), "BLOB_UPLOAD_UNKNOWN");
}

#[test]
fn a_blob_is_pushed_by_one_post() {
    let registry = empty();
    let path = format!("{UPLOADS}?digest={}", Digest::sha256(b"layer").as_str().replace(':', "%3A"));
    let answer = send(&registry, "POST", &path, &[], b"layer");
    assert_stored(&registry, &answer, &Digest::sha256(b"layer"), b"layer");
    let path = format!("{UPLOADS}?digest={}", Digest::sha256(b""));
    assert_stored(&registry, &send(&registry, "POST", &path, &[], b""), &Digest::sha256(b""), b"");
}

#[test]
fn without_a_single_post_an_upload_begins() {
    let registry = Registry::new().without(Api::SinglePost).start().unwrap();
    let answer =
        send(&registry, "POST", &format!("{UPLOADS}?digest={}", Digest::sha256(b"layer")), &[], b"layer");
    assert_eq!(answer.status, 202);
    let answer = put(&registry, answer.must("Location"), &Digest::sha256(b"layer"), b"layer");
    assert_stored(&registry, &answer, &Digest::sha256(b"layer"), b"layer");
}

#[test]
fn a_blob_is_pushed_in_chunks() {
    let registry = empty();
    for last_by_put in [false, true] {
        let location = begin(&registry);
        let answer = chunk(&registry, "PATCH", &location, "0-2", b"abc");
        assert_eq!((answer.status, answer.must("Range")), (202, "0-2"));
        let (location, digest) = (answer.must("Location").to_owned(), Digest::sha256(b"abcdef"));
        let answer = if last_by_put {
            chunk(&registry, "PUT", &format!("{location}?digest={digest}"), "3-5", b"def")
        } else {
            let answer = chunk(&registry, "PATCH", &location, "3-5", b"def");
            assert_eq!((answer.status, answer.must("Range")), (202, "0-5"));
            put(&registry, answer.must("Location"), &digest, b"")
        };
        assert_stored(&registry, &answer, &digest, b"abcdef");
    }
}

#[test]
fn a_blob_is_streamed_in_an_encoding_that_does_not_say_its_length() {
    let registry = empty();
    let location = begin(&registry);
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    let body = "3;name=value\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n";
    let answer = parse(&raw(registry.host(), format!("{head}{body}").as_bytes()), false);
    assert_eq!((answer.status, answer.must("Range")), (202, "0-12"));
    let bytes = b"abc0123456789";
    assert_stored(
        &registry,
        &put(&registry, &location, &Digest::sha256(bytes), b""),
        &Digest::sha256(bytes),
        bytes,
    );
}

#[test]
fn a_chunk_out_of_order_is_refused_and_the_upload_goes_on() {
    let registry = empty();
    let location = begin(&registry);
    for range in ["3-5", "1-3"] {
        let answer = chunk(&registry, "PATCH", &location, range, b"abc");
        assert_eq!(
            (answer.status, answer.must("Range"), answer.must("Location")),
            (416, "0-0", location.as_str())
        );
    }
    assert_eq!(chunk(&registry, "PATCH", &location, "0-2", b"abc").status, 202);
    let again = chunk(&registry, "PATCH", &location, "0-2", b"abc");
    assert_eq!((again.status, again.must("Range")), (416, "0-2"));
    let status = get(&registry, &location);
    assert_eq!(
        (status.status, status.must("Range"), status.must("Location")),
        (204, "0-2", location.as_str())
    );
    // The location may already have a digest as a parameter.
    let status = get(&registry, &format!("{location}?digest={}", Digest::sha256(b"abc")));
    assert_eq!((status.status, status.must("Range")), (204, "0-2"));
    let out_of_order =
        chunk(&registry, "PUT", &format!("{location}?digest={}", Digest::sha256(b"abcdef")), "4-6", b"efg");
    assert_eq!(out_of_order.status, 416);
    assert_stored(
        &registry,
        &put(&registry, &location, &Digest::sha256(b"abc"), b""),
        &Digest::sha256(b"abc"),
        b"abc",
    );
}

#[test]
fn a_content_range_is_as_long_as_its_chunk() {
    let registry = empty();
    let location = begin(&registry);
    for (range, code) in [
        ("0-3", "SIZE_INVALID"),
        ("0-1", "SIZE_INVALID"),
        ("0", "BLOB_UPLOAD_INVALID"),
        ("a-b", "BLOB_UPLOAD_INVALID"),
        ("+0-2", "BLOB_UPLOAD_INVALID"),
        ("0-18446744073709551616", "BLOB_UPLOAD_INVALID"),
    ] {
        let answer = chunk(&registry, "PATCH", &location, range, b"abc");
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{range}");
    }
    // Some clients write the range in this form.
    assert_eq!(chunk(&registry, "PATCH", &location, "bytes 0-2/*", b"abc").status, 202);
}

#[test]
fn bytes_of_another_digest_are_not_stored() {
    let registry = empty();
    let wrong = Digest::sha256(b"other");
    let location = begin(&registry);
    let answers = [
        put(&registry, &location, &wrong, b"layer"),
        send(&registry, "POST", &format!("{UPLOADS}?digest={wrong}"), &[], b"layer"),
        send(&registry, "POST", &format!("{UPLOADS}?digest={}", Digest::sha512(b"other")), &[], b"layer"),
        send(&registry, "PUT", &format!("/v2/a/manifests/{wrong}"), &[], b"{}"),
        send(&registry, "PUT", "/v2/a/manifests/sha256:bad", &[], b"{}"),
        send(&registry, "PUT", &format!("{}?digest=sha256:bad", begin(&registry)), &[], b"layer"),
        send(&registry, "PUT", &begin(&registry), &[], b"layer"),
        send(&registry, "POST", &format!("{UPLOADS}?digest=md5:ff"), &[], b"layer"),
        send(&registry, "POST", &format!("{UPLOADS}?mount=sha256:bad"), &[], b""),
    ];
    for answer in answers {
        assert_eq!((answer.status, answer.code().as_str()), (400, "DIGEST_INVALID"), "{}", answer.text());
    }
    assert_eq!(get(&registry, &format!("/v2/a/blobs/{wrong}")).status, 404);
    assert_eq!(registry.layout().unwrap().blobs().unwrap().count(), 0);
}

#[test]
fn a_cancelled_upload_is_over() {
    let registry = empty();
    let location = begin(&registry);
    assert_eq!(chunk(&registry, "PATCH", &location, "0-2", b"abc").status, 202);
    assert_eq!(send(&registry, "DELETE", &location, &[], b"").status, 204);
    for method in ["GET", "PATCH", "DELETE"] {
        let answer = send(&registry, method, &location, &[], b"");
        assert_eq!((answer.status, answer.code().as_str()), (404, "BLOB_UPLOAD_UNKNOWN"), "{method}");
    }
    assert_eq!(put(&registry, &location, &Digest::sha256(b"abc"), b"").status, 404);
    assert_eq!(get(&registry, "/v2/a/blobs/uploads/00000000-0000-8000-8000-000000000000").status, 404);
}

#[test]
fn an_upload_belongs_to_its_repository() {
    let registry = empty();
    let other = begin(&registry).replace("/v2/a/", "/v2/b/");
    assert_eq!(put(&registry, &other, &Digest::sha256(b"x"), b"x").code(), "BLOB_UPLOAD_UNKNOWN");
}

#[test]
fn the_bytes_that_a_client_sent_before_it_broke_off_are_kept() {
    let registry = empty();
    let location = begin(&registry);
    let head = format!("PATCH {location} HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
    let mut connection = TcpStream::connect(registry.host()).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    connection.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    assert_eq!(parse(&answer, false).code(), "BLOB_UPLOAD_INVALID");
    assert_eq!(get(&registry, &location).must("Range"), "0-2");
    assert_eq!(chunk(&registry, "PATCH", &location, "3-5", b"def").status, 202);
    assert_stored(
        &registry,
        &put(&registry, &location, &Digest::sha256(b"abcdef"), b""),
        &Digest::sha256(b"abcdef"),
        b"abcdef",
    );
}

#[test]
fn a_blob_of_several_mebibytes_is_the_same_when_it_comes_back() {
    let registry = empty();
    let bytes: Vec<u8> = (0..5_000_003_u32).map(|number| (number % 251) as u8).collect();
    for digest in [Digest::sha256(&bytes), Digest::sha512(&bytes)] {
        let location = begin(&registry);
        let (first, rest) = bytes.split_at(2_345_678);
        assert_eq!(send(&registry, "PATCH", &location, &[], first).status, 202);
        assert_stored(&registry, &put(&registry, &location, &digest, rest), &digest, &bytes);
        let range = [("Range", "bytes=1048570-3145740")];
        let part = send(&registry, "GET", &format!("/v2/a/blobs/{digest}"), &range, b"");
        assert_eq!((part.status, part.body.as_slice()), (206, &bytes[1_048_570..=3_145_740]));
    }
}

#[test]
fn a_client_that_waits_for_100_continue_gets_it() {
    let registry = empty();
    let location = begin(&registry);
    let mut connection = TcpStream::connect(registry.host()).unwrap();
    let digest = Digest::sha256(b"abc");
    let head = format!(
        "PUT {location}?digest={digest} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    let mut word = [0; 25];
    connection.read_exact(&mut word).unwrap();
    assert_eq!(&word, b"HTTP/1.1 100 Continue\r\n\r\n");
    connection.write_all(b"abc").unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    assert_stored(&registry, &parse(&answer, false), &digest, b"abc");
}

#[test]
fn a_client_that_waits_for_100_continue_gets_a_refusal_at_once() {
    let registry = Registry::new().read_only().start().unwrap();
    let head =
        "PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    let answer = parse(&raw(registry.host(), head.as_bytes()), false);
    assert_eq!((answer.status, answer.must("Connection")), (405, "close"));
}

#[test]
fn a_blob_is_mounted_from_another_repository() {
    let registry = empty();
    let digest = Digest::sha256(b"layer");
    send(&registry, "POST", &format!("/v2/from/other/blobs/uploads/?digest={digest}"), &[], b"layer");
    for query in [
        format!("mount={digest}&from=from/other"),
        format!("mount={digest}&from=from%2Fother"),
        format!("mount={digest}"),
    ] {
        let answer = send(&registry, "POST", &format!("{UPLOADS}?{query}"), &[], b"");
        assert_stored(&registry, &answer, &digest, b"layer");
        assert_eq!(send(&registry, "DELETE", answer.must("Location"), &[], b"").status, 202);
    }
    let elsewhere = send(&registry, "POST", &format!("{UPLOADS}?mount={digest}&from=nowhere"), &[], b"");
    assert_eq!((elsewhere.status, elsewhere.must("Range")), (202, "0-0"));
    let registry = Registry::new().without(Api::Mount).start().unwrap();
    send(&registry, "POST", &format!("/v2/b/blobs/uploads/?digest={digest}"), &[], b"layer");
    assert_eq!(send(&registry, "POST", &format!("{UPLOADS}?mount={digest}&from=b"), &[], b"").status, 202);
}

#[test]
fn an_upload_goes_on_where_its_location_says() {
    for location in [
        UploadLocation::Relative,
        UploadLocation::Absolute,
        UploadLocation::Query,
        UploadLocation::OtherOrigin,
    ] {
        let registry = Registry::new().upload_location(location).basic("u", "p").start().unwrap();
        let basic = ("Authorization", "Basic dTpw");
        let begun = send(&registry, "POST", UPLOADS, &[basic], b"");
        let url = begun.must("Location").to_owned();
        let (origin, path) = match url.strip_prefix("http://") {
            Some(rest) => rest.split_at(rest.find('/').unwrap()),
            None => (registry.host(), url.as_str()),
        };
        let expected = match location {
            UploadLocation::OtherOrigin => {
                !origin.starts_with("127.0.0.1") && origin.starts_with("localhost:")
            }
            _ => origin == registry.host(),
        };
        assert!(expected, "{url}");
        assert_eq!(path.contains('?'), location == UploadLocation::Query, "{url}");
        let (digest, separator) = (Digest::sha256(b"layer"), if path.contains('?') { '&' } else { '?' });
        let auth = if location == UploadLocation::OtherOrigin { "" } else { "Authorization: Basic dTpw\r\n" };
        let head = format!(
            "PUT {path}{separator}digest={digest} HTTP/1.1\r\nHost: h\r\n{auth}Content-Length: 5\r\nConnection: close\r\n\r\nlayer"
        );
        let answer = parse(&raw(origin, head.as_bytes()), false);
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
}

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

#[test]
fn a_manifest_is_stored_byte_by_byte() {
    let registry = empty();
    let bytes = b"{ \"schemaVersion\": 2,\n\t\"layers\" : [ ] }\n";
    let answer = send(&registry, "PUT", "/v2/a/manifests/1", &[("Content-Type", MANIFEST)], bytes);
    let digest = Digest::sha256(bytes);
    assert_eq!((answer.status, answer.must("Docker-Content-Digest")), (201, digest.as_str()));
    assert_eq!(answer.must("Location"), format!("/v2/a/manifests/{digest}"));
    for reference in ["1", digest.as_str()] {
        let stored = get(&registry, &format!("/v2/a/manifests/{reference}"));
        assert_eq!(
            (stored.status, stored.must("Content-Type"), stored.body.clone()),
            (200, MANIFEST, bytes.to_vec())
        );
    }
    let layout = registry.layout().unwrap();
    assert_eq!(*layout.reference("localhost/a:1").unwrap().digest(), digest);
    // The layout is served again in the same repository.
    assert_eq!(get(&layout.serve().unwrap(), "/v2/a/tags/list").text(), r#"{"name":"a","tags":["1"]}"#);
}

#[test]
fn a_pushed_image_is_in_the_layout_under_its_name() {
    let registry = empty();
    let fixture = Fixture::new().with(Manifest::new().reference("me/app:1").with(("a", "b")));
    let layout = fixture.in_memory().unwrap();
    for blob in layout.blobs().unwrap() {
        let (digest, bytes) = blob.unwrap();
        send(&registry, "POST", &format!("/v2/me/app/blobs/uploads/?digest={digest}"), &[], &bytes);
    }
    let manifest = layout.reference("me/app:1").unwrap();
    let bytes = manifest.bytes().unwrap();
    let path = "/v2/me/app/manifests/1";
    assert_eq!(send(&registry, "PUT", path, &[("Content-Type", manifest.media_type())], &bytes).status, 201);
    let pushed = registry.layout().unwrap();
    assert_eq!(pushed.reference("me/app:1").unwrap().digest(), manifest.digest());
    assert_eq!(pushed.to_string(), layout.to_string());
    pushed.assert_verified();
}

#[test]
fn the_type_of_a_manifest_is_what_it_says_itself() {
    let registry = empty();
    let put = |content_type: &[(&str, &str)], bytes: &str| {
        let answer = send(&registry, "PUT", "/v2/a/manifests/1", content_type, bytes.as_bytes());
        (answer.status, get(&registry, "/v2/a/manifests/1").header("Content-Type").map(str::to_owned))
    };
    let own = format!("{{\"mediaType\":\"{MANIFEST}\"}}");
    let stored = |media_type: &str| (201, Some(media_type.to_owned()));
    assert_eq!(put(&[("Content-Type", MANIFEST)], &own), stored(MANIFEST));
    assert_eq!(put(&[("Content-Type", &format!("{MANIFEST}; charset=utf-8"))], &own), stored(MANIFEST));
    assert_eq!(put(&[], &own), stored(MANIFEST));
    assert_eq!(put(&[("Content-Type", "a/b")], "{}"), stored("a/b"));
    assert_eq!(put(&[], "{}"), (201, None));
    let refused = send(&registry, "PUT", "/v2/a/manifests/2", &[("Content-Type", "a/b")], own.as_bytes());
    assert_eq!((refused.status, refused.code().as_str()), (400, "MANIFEST_INVALID"));
}

#[test]
fn a_document_that_is_not_a_manifest_is_refused() {
    let registry = empty();
    for bytes in ["", "[]", "{", "layer", "\"text\""] {
        let answer = send(&registry, "PUT", "/v2/a/manifests/1", &[], bytes.as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (400, "MANIFEST_INVALID"), "{bytes}");
    }
    for tag in [".1", "-1", "a b", "%00", &"a".repeat(129)] {
        let path = format!("/v2/a/manifests/{}", tag.replace(' ', "%20"));
        let answer = send(&registry, "PUT", &path, &[], b"{}");
        assert_eq!((answer.status, answer.code().as_str()), (400, "MANIFEST_INVALID"), "{tag}");
    }
    assert_eq!(get(&registry, "/v2/a/tags/list").code(), "NAME_UNKNOWN");
}

#[test]
fn a_manifest_of_four_mebibytes_is_taken_and_one_of_more_than_64_is_not() {
    let registry = empty();
    let manifest =
        |size: usize| format!("{{\"annotations\":{{\"a\":\"{}\"}}}}", "x".repeat(size)).into_bytes();
    let large = manifest(5 << 20);
    assert_eq!(send(&registry, "PUT", "/v2/a/manifests/1", &[], &large).status, 201);
    assert_eq!(get(&registry, "/v2/a/manifests/1").body, large);
    let head = "PUT /v2/a/manifests/2 HTTP/1.1\r\nHost: h\r\nContent-Length: 67108865\r\n\r\n";
    let answer = parse(&raw(registry.host(), head.as_bytes()), false);
    assert_eq!((answer.status, answer.code().as_str()), (413, "SIZE_INVALID"));
}

#[test]
fn the_blobs_of_a_pushed_manifest_may_be_absent() {
    let registry = empty();
    let subject = Digest::sha256(b"no such manifest");
    let manifest = format!(
        "{{\"layers\":[{{\"digest\":\"{subject}\",\"size\":1}}],\"subject\":{{\"digest\":\"{subject}\",\"size\":1}}}}"
    );
    let answer = send(&registry, "PUT", "/v2/a/manifests/1", &[], manifest.as_bytes());
    assert_eq!((answer.status, answer.must("OCI-Subject")), (201, subject.as_str()));
    let registry = Registry::new().without(Api::Referrers).start().unwrap();
    let answer = send(&registry, "PUT", "/v2/a/manifests/1", &[], manifest.as_bytes());
    assert_eq!((answer.status, answer.header("OCI-Subject")), (201, None));
}

#[test]
fn a_manifest_is_tagged_by_parameters() {
    let registry = empty();
    for digest in [Digest::sha256(b"{}"), Digest::sha512(b"{}")] {
        let answer =
            send(&registry, "PUT", &format!("/v2/a/manifests/{digest}?tag=1&tag=1.2&tag=latest"), &[], b"{}");
        let tags: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "OCI-Tag")
            .map(|(_, tag)| tag.as_str())
            .collect();
        assert_eq!((answer.status, tags), (201, vec!["1", "1.2", "latest"]));
        let pulled = get(&registry, "/v2/a/manifests/1.2");
        assert_eq!((pulled.status, pulled.must("Docker-Content-Digest")), (200, digest.as_str()));
    }
    let refused =
        send(&registry, "PUT", &format!("/v2/a/manifests/{}?tag=.1", Digest::sha256(b"{}")), &[], b"{}");
    assert_eq!(refused.status, 400);
    let registry = Registry::new().without(Api::TagParameter).start().unwrap();
    let answer =
        send(&registry, "PUT", &format!("/v2/a/manifests/{}?tag=1", Digest::sha256(b"{}")), &[], b"{}");
    assert_eq!((answer.status, answer.header("OCI-Tag")), (201, None));
    assert_eq!(get(&registry, "/v2/a/manifests/1").status, 404);
}

#[test]
fn a_read_only_registry_takes_nothing() {
    let registry = Registry::new().read_only().start().unwrap();
    for (method, path, allowed) in [
        ("POST", UPLOADS, ""),
        ("PUT", "/v2/a/manifests/1", "GET, HEAD"),
        ("DELETE", "/v2/a/manifests/1", "GET, HEAD"),
        ("PATCH", "/v2/a/blobs/uploads/x", ""),
        (
            "DELETE",
            "/v2/a/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "GET, HEAD",
        ),
    ] {
        let answer = send(&registry, method, path, &[], b"");
        let found = (answer.status, answer.code(), answer.must("Allow"));
        assert_eq!(found, (405, "UNSUPPORTED".to_owned(), allowed), "{method} {path}");
    }
}
