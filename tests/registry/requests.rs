//! Unusual requests: those that RFC 9110, RFC 9112 and the specification allow, and those that they forbid.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use oci_fixture::{Content, Digest, Endpoint, Http, Registry, Request, RunningRegistry, oci_image};

use crate::client::{Answer, begin, empty, get, get_with, parse, raw, send};

/// The statuses of the answers to requests on one connection.
fn statuses(registry: &RunningRegistry, requests: &str) -> Vec<String> {
    let answers = String::from_utf8_lossy(&raw(registry.host(), requests.as_bytes())).into_owned();
    answers.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].to_owned()).collect()
}

fn push(registry: &RunningRegistry, repository: &str, bytes: &[u8]) -> Digest {
    let digest = Digest::sha256(bytes);
    let path = format!("/v2/{repository}/blobs/uploads/?digest={digest}");
    assert_eq!(send(registry, "POST", &path, &[], bytes).status, 201);
    digest
}

#[test]
fn a_request_names_one_host() {
    let registry = empty();
    for (headers, status) in [
        ("", "400"),
        ("Host: h\r\n", "200"),
        ("Host:\r\n", "200"),
        ("Host: a\r\nHost: b\r\n", "400"),
        ("Host : h\r\n", "400"),
    ] {
        let request = format!("GET /v2/ HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        assert_eq!(statuses(&registry, &request), [status], "{headers:?}");
    }
}

#[test]
fn a_connection_of_http_1_0_is_closed_behind_its_answer() {
    let registry = empty();
    let request = "GET /v2/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    assert_eq!(statuses(&registry, &format!("{request}{request}")), ["200"]);
    let chunked = "PUT /v2/a/manifests/1 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    assert_eq!(statuses(&registry, chunked), ["400"]);
}

#[test]
fn no_header_of_an_answer_is_written_by_a_client() {
    let split = "%0d%0aX-Mine:%201";
    let bearer = Registry::new().bearer("user", "password").start().unwrap();
    let by_namespace = Registry::new().by_namespace().start().unwrap();
    let redirected = oci_image! { #[http(redirect)] manifest "app:1" {} }.serve().unwrap();
    for answer in [
        get(&bearer, &format!("/v2/a{split}/manifests/1")),
        get(&by_namespace, &format!("/v2/a/manifests/1?ns=a{split}")),
        get(&redirected, &format!("/v2/library/app/manifests/1?a=b{split}&c")),
        send(
            &empty(),
            "PUT",
            "/v2/a/manifests/1",
            &[],
            br#"{"subject": {"digest": "sha256:1\r\nX-Mine: 1"}}"#,
        ),
    ] {
        assert_eq!(answer.header("X-Mine"), None, "{answer:?}");
    }
    let answer = get(&redirected, "/v2/library/app/manifests/1?a=b%0d%26c");
    let location = answer.must("Location");
    assert!(location.ends_with("/v2/library/app/manifests/1?a=b%0D%26c"), "{location}");
}

#[test]
fn a_repository_that_is_no_name_has_a_location_that_is_a_url() {
    let registry = oci_image! { #[unchecked] manifest "a b/c:1" {} }.serve().unwrap();
    let answer = send(&registry, "PUT", "/v2/a%20b/c/manifests/2", &[], b"{}");
    let location = answer.must("Location").to_owned();
    assert_eq!(location, format!("/v2/a%20b/c/manifests/{}", Digest::sha256(b"{}")));
    assert_eq!(get(&registry, &location).status, 200);
}

#[test]
fn an_empty_name_is_no_repository() {
    let registry = empty();
    for (method, path) in [
        ("PUT", "/v2//manifests/1"),
        ("GET", "/v2//manifests/1"),
        ("POST", "/v2//blobs/uploads/"),
        ("GET", "/v2//tags/list"),
    ] {
        let answer = send(&registry, method, path, &[], b"{}");
        assert_eq!((answer.status, answer.code().as_str()), (400, "NAME_INVALID"), "{method} {path}");
    }
    assert_eq!(get(&registry, "/v2/_catalog").json()["repositories"], serde_json::json!([]));
}

#[test]
fn escapes_in_a_path_are_read_once() {
    let registry = empty();
    assert_eq!(send(&registry, "PUT", "/v2/a%2Fb/manifests/1%2e0", &[], b"{}").status, 201);
    assert_eq!(get(&registry, "/v2/a/b/manifests/1.0").status, 200);
    assert_eq!(get(&registry, "/v2/a%252Fb/manifests/1.0").code(), "NAME_INVALID");
    assert_eq!(get(&registry, "/v2/a/../a/b/manifests/1.0").code(), "NAME_INVALID");
    assert_eq!(get(&registry, "/v2/a/%2e%2e/%2e%2e/etc/manifests/1.0").code(), "NAME_INVALID");
    assert_eq!(get(&registry, "/v2/a/b/manifests/1.0%00").code(), "MANIFEST_UNKNOWN");
}

#[test]
fn trailers_and_extensions_of_a_chunked_body_are_passed_over() {
    let registry = empty();
    let body = "1;a=b;c=\"d\"\r\n{\r\n01\r\n}\r\n000\r\nX-Trailer: 1\r\nHost: other\r\n\r\n";
    let put = "PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    let last = "GET /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&registry, &format!("{put}{body}{last}")), ["201", "200"]);
    let many = format!("0\r\n{}\r\n", "a: b\r\n".repeat(100));
    assert_eq!(statuses(&registry, &format!("{put}{many}{last}")), ["400"]);
}

/// Sends a head, reads the answer that comes before the body is sent, and then sends the body.
fn expecting(registry: &RunningRegistry, head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut connection = TcpStream::connect(registry.host()).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(connection, "{head}Host: h\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n", body.len())
        .unwrap();
    let mut first = [0; 12];
    connection.read_exact(&mut first).unwrap();
    if first.ends_with(b"100") {
        connection.read_exact(&mut [0; 13]).unwrap();
        connection.write_all(body).unwrap();
    }
    connection.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    (String::from_utf8_lossy(&first).into_owned(), answer)
}

#[test]
fn a_body_that_is_announced_is_asked_for_only_if_it_is_wanted() {
    let registry = empty();
    let (first, answer) = expecting(&registry, "PUT /v2/a/manifests/1 HTTP/1.1\r\n", b"{}");
    assert_eq!((first.as_str(), parse(&answer, false).status), ("HTTP/1.1 100", 201));
    let (first, answer) = expecting(&registry, "PUT /v2/UPPER/manifests/1 HTTP/1.1\r\n", b"{}");
    assert_eq!(first, "HTTP/1.1 400");
    assert!(String::from_utf8_lossy(&answer).contains("Connection: close"));
}

#[test]
fn a_range_has_other_forms_that_are_the_whole_or_a_part() {
    let registry = empty();
    let path = format!("/v2/a/blobs/{}", push(&registry, "a", b"0123456789"));
    for (range, status, body) in [
        ("bytes=2-4", 206, "234"),
        ("BYTES=2-4", 206, "234"),
        ("bytes=-3", 206, "789"),
        ("bytes=8-100", 206, "89"),
        ("bytes=10-", 416, ""),
        ("bytes=0-0,2-2", 200, "0123456789"),
        ("pages=1-2", 200, "0123456789"),
        ("bytes=4-2", 416, ""),
        ("bytes", 200, "0123456789"),
    ] {
        let answer = get_with(&registry, &path, &[("Range", range)]);
        assert_eq!(answer.status, status, "{range}");
        if status == 416 {
            assert_eq!(answer.must("Content-Range"), "bytes */10");
        } else {
            assert_eq!(answer.text(), body, "{range}");
        }
    }
    // A manifest is sent as a whole, and so is a blob that is another than the one of which the client has a part.
    let stale = [("Range", "bytes=2-4"), ("If-Range", "\"sha256:other\"")];
    assert_eq!(get_with(&registry, &path, &stale).status, 200);
    let etag = get(&registry, &path).must("ETag").to_owned();
    assert_eq!(get_with(&registry, &path, &[("Range", "bytes=2-4"), ("If-Range", &etag)]).status, 206);
    let head = send(&registry, "HEAD", &path, &[("Range", "bytes=2-4")], b"");
    assert_eq!((head.status, head.must("Content-Length")), (200, "10"));
}

#[test]
fn the_first_of_two_equal_parameters_is_used() {
    let registry = empty();
    let (right, wrong) = (Digest::sha256(b"a"), Digest::sha256(b"b"));
    let location = begin(&registry);
    let put = |first: &Digest, second: &Digest| {
        send(&registry, "PUT", &format!("{location}?digest={first}&digest={second}"), &[], b"a").status
    };
    assert_eq!(put(&right, &wrong), 201);
    assert_eq!(get(&registry, &format!("/v2/a/blobs/{right}")).status, 200);
    assert_eq!(get(&registry, &format!("/v2/a/blobs/{wrong}")).status, 404);
}

#[test]
fn an_upload_that_was_resumed_out_of_order_goes_on_where_it_was() {
    let registry = empty();
    let location = begin(&registry);
    let patch = |range: &str, bytes: &[u8]| {
        let answer = send(&registry, "PATCH", &location, &[("Content-Range", range)], bytes);
        (answer.status, answer.header("Range").map(str::to_owned))
    };
    let at = |status, range: &str| (status, Some(range.to_owned()));
    assert_eq!(patch("0-2", b"abc"), at(202, "0-2"));
    assert_eq!(patch("6-8", b"ghi"), at(416, "0-2"));
    assert_eq!(patch("0-2", b"abc"), at(416, "0-2"));
    assert_eq!(patch("3-5", b"defg"), (400, None));
    assert_eq!(patch("5-3", b"def"), at(416, "0-2"));
    assert_eq!(patch("x-y", b"def"), (400, None));
    assert_eq!(patch("3-18446744073709551615", b"def"), (400, None));
    assert_eq!(patch("3-5", b"def"), at(202, "0-5"));
    let digest = Digest::sha256(b"abcdef");
    assert_eq!(send(&registry, "PUT", &format!("{location}?digest={digest}"), &[], b"").status, 201);
    // Another repository does not have the upload, and this one has it no longer.
    let other = begin(&registry).replace("/v2/a/", "/v2/b/");
    for location in [location, other] {
        assert_eq!(get(&registry, &location).code(), "BLOB_UPLOAD_UNKNOWN");
    }
}

#[test]
fn a_blob_that_the_other_repository_lacks_is_not_mounted() {
    let registry = empty();
    let digest = push(&registry, "a", b"blob");
    let mount = |from: &str| {
        let answer = send(&registry, "POST", &format!("/v2/b/blobs/uploads/?mount={digest}{from}"), &[], b"");
        (answer.status, answer.must("Location").starts_with("/v2/b/blobs/uploads/"))
    };
    assert_eq!(mount("&from=c"), (202, true));
    assert_eq!(mount("&from=b"), (202, true));
    assert_eq!(mount("&from=UPPER/../a"), (202, true));
    assert_eq!(mount("&from=a"), (201, false));
    assert_eq!(get(&registry, &format!("/v2/b/blobs/{digest}")).text(), "blob");
    let answer = send(&registry, "POST", "/v2/b/blobs/uploads/?mount=sha256:1&from=a", &[], b"");
    assert_eq!(answer.code(), "DIGEST_INVALID");
}

#[test]
fn a_deleted_blob_is_not_pulled_and_can_be_pushed_again() {
    let registry = empty();
    let digest = push(&registry, "a", b"blob");
    let path = format!("/v2/a/blobs/{digest}");
    let status = |method: &str| send(&registry, method, &path, &[], b"").status;
    assert_eq!(["DELETE", "GET", "HEAD", "DELETE"].map(status), [202, 404, 404, 404]);
    push(&registry, "a", b"blob");
    assert_eq!(status("GET"), 200);
}

#[test]
fn a_manifest_and_a_blob_are_known_by_sha512() {
    let registry = empty();
    let digest = Digest::sha512(b"blob");
    let location = begin(&registry);
    assert_eq!(send(&registry, "PUT", &format!("{location}?digest={digest}"), &[], b"blob").status, 201);
    assert_eq!(get(&registry, &format!("/v2/a/blobs/{digest}")).text(), "blob");
    let wrong = Digest::sha512(b"other");
    let location = begin(&registry);
    let answer = send(&registry, "PUT", &format!("{location}?digest={wrong}"), &[], b"blob");
    assert_eq!(answer.code(), "DIGEST_INVALID");

    let digest = Digest::sha512(b"{}");
    let path = format!("/v2/a/manifests/{digest}");
    assert_eq!(send(&registry, "PUT", &format!("{path}?tag=1&tag=2"), &[], b"{}").status, 201);
    for path in [path.as_str(), "/v2/a/manifests/1", "/v2/a/manifests/2"] {
        assert_eq!(get(&registry, path).must("Docker-Content-Digest"), digest.as_str());
    }
    assert_eq!(get(&registry, &format!("/v2/a/manifests/{}", Digest::sha256(b"{}"))).status, 404);
    assert_eq!(get(&registry, "/v2/a/manifests/sha384:00").code(), "DIGEST_INVALID");
}

#[test]
fn a_manifest_of_an_unknown_media_type_is_taken_and_served_as_it_is() {
    let registry = empty();
    let types = [("Content-Type", "application/vnd.example+json; charset=utf-8")];
    assert_eq!(send(&registry, "PUT", "/v2/a/manifests/1", &types, br#"{"a": 1}"#).status, 201);
    let answer = get(&registry, "/v2/a/manifests/1");
    assert_eq!(
        (answer.must("Content-Type"), answer.text().as_str()),
        ("application/vnd.example+json", r#"{"a": 1}"#)
    );
    // The `Accept` of a client is ignored, because no registry in use refuses a request for its `Accept`.
    let answer = get_with(&registry, "/v2/a/manifests/1", &[("Accept", "text/html")]);
    assert_eq!(answer.status, 200);
}

#[test]
fn a_fault_of_the_body_is_not_used_up_by_a_head() {
    let fixture = oci_image! {
        manifest "app:1" { #[http(cut = 10, times = 1)] 'base: layer { "a" => "b" } }
    };
    let registry = fixture.serve().unwrap();
    let path =
        format!("/v2/library/app/blobs/{}", registry.layout().unwrap().label("base").unwrap().digest());
    let head = |registry: &RunningRegistry| send(registry, "HEAD", &path, &[], b"").status;
    assert_eq!((head(&registry), head(&registry)), (200, 200));
    let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    raw(registry.host(), request.as_bytes());
    raw(registry.host(), request.as_bytes());
    let sent: Vec<u64> = registry.requests().iter().map(Request::sent).collect();
    assert_eq!(sent, [0, 0, 10, 2048]);
}

#[test]
fn pages_of_a_hundred_thousand_tags_are_found_at_once() {
    let registry = empty();
    let digest = Digest::sha256(b"{}");
    for first in (0..100_000).step_by(2_000) {
        let tags: Vec<String> = (first..first + 2_000).map(|tag| format!("tag={tag:06}")).collect();
        let path = format!("/v2/a/manifests/{digest}?{}", tags.join("&"));
        assert_eq!(send(&registry, "PUT", &path, &[], b"{}").status, 201);
    }
    let (mut path, mut found) = ("/v2/a/tags/list?n=1000".to_owned(), 0);
    loop {
        let answer = get(&registry, &path);
        found += answer.json()["tags"].as_array().unwrap().len();
        let Some(link) = answer.header("Link") else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(found, 100_000);
    assert_eq!(get(&registry, "/v2/a/tags/list?n=0").text(), r#"{"name":"a","tags":[]}"#);
}

#[test]
fn referrers_are_filtered_on_each_page() {
    let registry = Registry::new().page(2).start().unwrap();
    let subject = Digest::sha256(b"{}");
    for (number, artifact) in ["a/b", "c/d", "a/b", "a/b"].iter().enumerate() {
        let manifest = serde_json::json!({
            "artifactType": artifact, "annotations": { "n": number.to_string() },
            "subject": { "digest": subject.to_string() },
        });
        send(&registry, "PUT", &format!("/v2/a/manifests/{number}"), &[], manifest.to_string().as_bytes());
    }
    let first = get(&registry, &format!("/v2/a/referrers/{subject}?artifactType=a%2Fb"));
    let count = |answer: &Answer| answer.json()["manifests"].as_array().unwrap().len();
    let next = first.must("Link").trim_start_matches('<').split('>').next().unwrap();
    let second = get(&registry, next);
    for answer in [&first, &second] {
        assert_eq!(answer.must("OCI-Filters-Applied"), "artifactType");
        assert_eq!(answer.json()["manifests"][0]["artifactType"], "a/b");
    }
    assert_eq!((count(&first), count(&second), second.header("Link")), (2, 1, None));
}

#[test]
fn the_log_does_not_grow_with_what_clients_send() {
    let registry = empty();
    let head = format!("GET /v2/_catalog HTTP/1.1\r\nHost: h\r\nX-Large: {}\r\n", "a".repeat(60_000));
    let requests = format!("{head}\r\n").repeat(1_000) + &format!("{head}Connection: close\r\n\r\n");
    assert_eq!(statuses(&registry, &requests).len(), 1_001);
    let kept = registry.requests().len();
    assert!((500..600).contains(&kept), "{kept}");
}

#[test]
fn a_client_that_reads_nothing_does_not_delay_others() {
    let fixture = oci_image! { manifest "app:1" { 'large: layer { "a" => Content::zeros(32 << 20) } } };
    let registry = fixture.serve().unwrap();
    let digest = registry.layout().unwrap().label("large").unwrap().digest().clone();
    let request = format!("GET /v2/library/app/blobs/{digest} HTTP/1.1\r\nHost: h\r\n\r\n");
    let deaf: Vec<TcpStream> = (0..50)
        .map(|_| {
            let mut connection = TcpStream::connect(registry.host()).unwrap();
            connection.write_all(request.as_bytes()).unwrap();
            connection
        })
        .collect();
    assert_eq!(get(&registry, "/v2/library/app/manifests/1").status, 200);
    registry.on(Endpoint::Ping, Http::status(503)).unwrap();
    assert_eq!(get(&registry, "/v2/").status, 503);
    drop((registry, deaf));
}
