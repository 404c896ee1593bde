//! Faults on the wire: what a client sees of each word.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use oci_fixture::{
    Blob, Config, Content, Descriptor, End, Endpoint, ErrorKind, Fixture, Http, Index, Label, Layer,
    Manifest, Registry, RunningRegistry, Value,
};

use crate::client::{get, get_with, parse, raw, send};

const MANIFEST: &str = "/v2/library/app/manifests/1";

/// An image whose layer has these faults.
fn app(faults: impl IntoIterator<Item = Http>) -> Fixture {
    let layer = faults.into_iter().fold(Layer::new().with(("a", "b")), Layer::http);
    Fixture::new().with(Manifest::new().reference("app:1").with(Label::new("layer", layer)))
}

fn serve(faults: impl IntoIterator<Item = Http>) -> (RunningRegistry, String) {
    let registry = app(faults).serve().unwrap();
    let layer = registry.layout().unwrap().label("layer").unwrap().digest().clone();
    (registry, format!("/v2/library/app/blobs/{layer}"))
}

/// An answer byte by byte, however it ends.
fn bytes(registry: &RunningRegistry, path: &str) -> Vec<u8> {
    raw(registry.host(), format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").as_bytes())
}

/// The head of an answer, and its body, whatever its length says.
fn split(bytes: &[u8]) -> (String, Vec<u8>) {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes[end + 4..].to_vec())
}

#[test]
fn with_a_status_of_400_or_more_the_request_is_not_carried_out() {
    for (status, code) in [
        (400, "UNSUPPORTED"),
        (401, "UNAUTHORIZED"),
        (403, "DENIED"),
        (404, "BLOB_UNKNOWN"),
        (429, "TOOMANYREQUESTS"),
        (503, "UNSUPPORTED"),
    ] {
        let (registry, path) = serve([Http::status(status).times(1)]);
        let answer = get(&registry, &path);
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        assert_eq!(get(&registry, &path).status, 200);
    }
    let registry = Registry::new().on(Endpoint::Manifest, Http::status(503)).start().unwrap();
    assert_eq!(send(&registry, "PUT", "/v2/a/manifests/1", &[], b"{}").status, 503);
    registry.clear();
    assert_eq!(get(&registry, "/v2/a/manifests/1").status, 404);
}

#[test]
fn any_other_status_changes_the_status_alone() {
    let registry = Registry::new().on(Endpoint::Manifest, Http::status(202).method("PUT")).start().unwrap();
    assert_eq!(send(&registry, "PUT", "/v2/a/manifests/1", &[], b"{}").status, 202);
    assert_eq!(get(&registry, "/v2/a/manifests/1").text(), "{}");
}

#[test]
fn a_header_has_another_value_or_several_or_none() {
    let (registry, path) = serve([Http::header("content-type", "text/html")
        .and(Http::header("Docker-Content-Digest", Value::null()))
        .and(Http::header("Retry-After", 1))
        .and(Http::header("X-Two", ["1", "2"]))]);
    let answer = get(&registry, &path);
    assert_eq!((answer.status, answer.must("Content-Type")), (200, "text/html"));
    assert_eq!((answer.header("Docker-Content-Digest"), answer.must("Retry-After")), (None, "1"));
    let two = answer.headers.iter().filter(|(name, _)| name == "X-Two").map(|(_, value)| value.as_str());
    assert_eq!(two.collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn a_header_may_say_the_digest_of_another_node() {
    let other = Label::new("other", Layer::new().with(("a", "other")));
    let layer = Layer::new().with(("a", "b")).http(Http::header("Docker-Content-Digest", other.digest()));
    let manifest = Manifest::new().reference("app:1").with(&other).with(Label::new("layer", layer));
    let registry = Fixture::new().with(manifest).serve().unwrap();
    let layout = registry.layout().unwrap();
    let path = format!("/v2/library/app/blobs/{}", layout.label("layer").unwrap().digest());
    assert_eq!(
        get(&registry, &path).must("Docker-Content-Digest"),
        layout.label("other").unwrap().digest().as_str()
    );
}

#[test]
fn a_content_length_may_say_more_or_nothing() {
    let (registry, path) = serve([Http::header("Content-Length", "5000")]);
    let (head, body) = split(&bytes(&registry, &path));
    assert!(head.contains("Content-Length: 5000"), "{head}");
    assert_eq!(body.len(), 2048);
    let (registry, path) = serve([Http::header("Content-Length", Value::null())]);
    let answer = get(&registry, &path);
    assert_eq!(
        (answer.header("Content-Length"), answer.must("Connection"), answer.body.len()),
        (None, "close", 2048)
    );
}

#[test]
fn another_body_is_sent_with_the_same_headers() {
    let (registry, path) = serve([Http::body("<html>")]);
    let digest = path.rsplit('/').next().unwrap();
    let answer = get(&registry, &path);
    assert_eq!((answer.status, answer.text().as_str(), answer.must("Content-Length")), (200, "<html>", "6"));
    assert_eq!(answer.must("Docker-Content-Digest"), digest);
    let (registry, path) = serve([Http::body(Content::zeros(3 << 20))]);
    assert_eq!(get(&registry, &path).body, vec![0; 3 << 20]);
}

#[test]
fn raw_bytes_are_no_http() {
    let (registry, path) = serve([Http::raw("SSH-2.0-OpenSSH\r\n")]);
    assert_eq!(bytes(&registry, &path), b"SSH-2.0-OpenSSH\r\n");
    assert_eq!(registry.requests()[0].to_string(), "GET library/app blobs 'layer 17");
}

#[test]
fn a_body_in_chunks_has_no_length() {
    let (registry, path) = serve([Http::chunked()]);
    let (head, body) = split(&bytes(&registry, &path));
    assert!(head.contains("Transfer-Encoding: chunked") && !head.contains("Content-Length"), "{head}");
    assert!(body.starts_with(b"800\r\na\0") && body.ends_with(b"\0\r\n0\r\n\r\n"));
    assert_eq!(body.len(), "800\r\n".len() + 2048 + "\r\n0\r\n\r\n".len());
    let (registry, path) = serve([Http::chunked().and(Http::cut(10))]);
    assert!(split(&bytes(&registry, &path)).1.starts_with(b"a\r\na\0"));
}

#[test]
fn no_body_follows_a_204_or_a_304_so_that_the_next_answer_is_read_as_such() {
    let (registry, path) = serve([Http::chunked().times(1)]);
    let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\n");
    let answers = raw(registry.host(), format!("{request}\r\n{request}Connection: close\r\n\r\n").as_bytes());
    let digest = path.rsplit('/').next().unwrap();
    let head = format!(
        "HTTP/1.1 304 Not Modified\r\nETag: \"{digest}\"\r\nDocker-Content-Digest: {digest}\r\nContent-Type: application/vnd.oci.image.layer.v1.tar\r\nAccept-Ranges: bytes\r\n"
    );
    assert_eq!(String::from_utf8_lossy(&answers), format!("{head}\r\n{head}Connection: close\r\n\r\n"));

    registry.clear();
    registry.on(Endpoint::Blob, Http::status(204).times(1)).unwrap();
    let answers = raw(
        registry.host(),
        format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n{request}Connection: close\r\n\r\n").as_bytes(),
    );
    let no_content = head.replace("304 Not Modified", "204 No Content");
    assert_eq!(String::from_utf8_lossy(&answers), format!("{no_content}\r\n{head}Connection: close\r\n\r\n"));
    assert_eq!(
        registry.requests().to_string(),
        "\
GET library/app blobs 'layer 304 0
GET library/app blobs 'layer 304 0
GET library/app blobs 'layer 204 0
GET library/app blobs 'layer 304 0"
    );
}

#[test]
fn a_cut_body_breaks_off() {
    for (cut, expected) in [(0, 0), (10, 10), (-1, 2047), (-2048, 0)] {
        let (registry, path) = serve([Http::cut(cut)]);
        let (head, body) = split(&bytes(&registry, &path));
        assert!(head.contains("Content-Length: 2048"), "{head}");
        assert_eq!(body.len(), expected, "{cut}");
        assert_eq!(
            (registry.requests()[0].end(), registry.requests()[0].sent()),
            (End::Cut, expected as u64)
        );
        let head = send(&registry, "HEAD", &path, &[], b"");
        assert_eq!((head.status, head.must("Content-Length")), (200, "2048"));
    }
    // With a range, `cut` counts the bytes of the part.
    let (registry, path) = serve([Http::cut(10)]);
    let head = format!("GET {path} HTTP/1.1\r\nHost: h\r\nRange: bytes=100-199\r\nConnection: close\r\n\r\n");
    assert_eq!(split(&raw(registry.host(), head.as_bytes())).1.len(), 10);
}

#[test]
fn a_reset_connection_gives_an_error_and_no_end() {
    let (registry, path) = serve([Http::reset().times(1), Http::cut(100).and(Http::reset())]);
    let read = |expected: usize| {
        let mut connection = TcpStream::connect(registry.host()).unwrap();
        std::io::Write::write_all(
            &mut connection,
            format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes(),
        )
        .unwrap();
        let mut answer = Vec::new();
        let error = connection.read_to_end(&mut answer).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        if expected == 0 {
            assert_eq!(answer, b"");
        }
    };
    read(0);
    read(100);
    let ends: Vec<_> = registry.requests().iter().map(|request| (request.end(), request.sent())).collect();
    assert_eq!(ends, [(End::Reset, 0), (End::Reset, 100)]);
}

#[test]
fn an_answer_is_late_or_pauses_or_is_slow() {
    for (fault, at_least) in [
        (Http::stall(150), 150),
        (Http::stall_after(1000, 150), 150),
        (Http::stall_after(0, 100).and(Http::stall_after(2000, 100)), 200),
        (Http::rate(8192), 200),
    ] {
        let (registry, path) = serve([fault.clone()]);
        let start = Instant::now();
        assert_eq!(get(&registry, &path).body.len(), 2048);
        let time = start.elapsed();
        assert!(
            time >= Duration::from_millis(at_least) && time < Duration::from_secs(5),
            "{fault}: {time:?}"
        );
    }
}

#[test]
fn a_redirect_leads_to_another_place() {
    let (registry, path) = serve([Http::redirect_to("http://a.example/b?c=d")]);
    let answer = get(&registry, &path);
    assert_eq!((answer.status, answer.must("Location")), (307, "http://a.example/b?c=d"));
    let (registry, path) = serve([Http::redirect().and(Http::status(302)).times(1), Http::cut(1)]);
    let answer = get(&registry, &path);
    assert_eq!(answer.status, 302);
    let location = answer.must("Location").strip_prefix("http://").unwrap().to_owned();
    let (host, path) = location.split_at(location.find('/').unwrap());
    let head = format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    // The next fault applies at the other origin.
    assert_eq!(split(&raw(host, head.as_bytes())).1.len(), 1);
}

#[test]
fn a_registry_without_ranges_sends_the_whole_blob() {
    let (registry, path) = serve([Http::ranges(false)]);
    let answer = get_with(&registry, &path, &[("Range", "bytes=0-9")]);
    assert_eq!((answer.status, answer.body.len(), answer.header("Accept-Ranges")), (200, 2048, None));
}

#[test]
fn faults_are_for_some_requests_and_tried_in_order() {
    let (registry, path) = serve([
        Http::status(500).method("HEAD"),
        Http::status(501).after(1).times(1),
        Http::status(502).times(2),
        Http::status(503).after(1).times(1),
    ]);
    let statuses: Vec<u16> = (0..6).map(|_| get(&registry, &path).status).collect();
    assert_eq!(statuses, [502, 501, 502, 200, 503, 200]);
    assert_eq!(send(&registry, "HEAD", &path, &[], b"").status, 500);
}

#[test]
fn the_faults_of_a_node_come_before_those_of_an_endpoint() {
    let fixture = app([Http::status(500).times(1)]);
    let registry =
        Registry::new().with(&fixture).on(Endpoint::Blob, Http::status(502).times(1)).start().unwrap();
    let layer = registry.layout().unwrap().label("layer").unwrap().digest().clone();
    let statuses: Vec<u16> =
        (0..3).map(|_| get(&registry, &format!("/v2/library/app/blobs/{layer}")).status).collect();
    assert_eq!(statuses, [500, 502, 200]);
}

#[test]
fn an_endpoint_is_narrowed_to_a_repository_and_a_name() {
    let registry = Registry::new()
        .on(Endpoint::Manifest.of("a").named("1"), Http::status(500))
        .on(Endpoint::Tags.of("a"), Http::status(501))
        .on(Endpoint::Manifest.named("2"), Http::status(502))
        .start()
        .unwrap();
    for (path, status) in [
        ("/v2/a/manifests/1", 500),
        ("/v2/b/manifests/1", 404),
        ("/v2/a/tags/list", 501),
        ("/v2/b/tags/list", 404),
        ("/v2/a/manifests/2", 502),
        ("/v2/b/manifests/2", 502),
    ] {
        assert_eq!(get(&registry, path).status, status, "{path}");
    }
}

#[test]
fn each_endpoint_has_faults() {
    let digest = format!("sha256:{}", "0".repeat(64));
    for (endpoint, method, path) in [
        (Endpoint::Ping, "GET", "/v2/".to_owned()),
        (Endpoint::Blob, "GET", format!("/v2/a/blobs/{digest}")),
        (Endpoint::Manifest, "GET", "/v2/a/manifests/1".to_owned()),
        (Endpoint::Uploads, "POST", "/v2/a/blobs/uploads/".to_owned()),
        (Endpoint::Upload, "PATCH", "/v2/a/blobs/uploads/x".to_owned()),
        (Endpoint::Tags, "GET", "/v2/a/tags/list".to_owned()),
        (Endpoint::Referrers, "GET", format!("/v2/a/referrers/{digest}")),
        (Endpoint::Token, "GET", "/token".to_owned()),
        (Endpoint::Catalog, "GET", "/v2/_catalog".to_owned()),
    ] {
        let registry = Registry::new().on(endpoint, Http::status(418)).start().unwrap();
        assert_eq!(send(&registry, method, &path, &[], b"").status, 418, "{path}");
        registry.clear();
        registry.on(endpoint, Http::header("X-Fault", "1")).unwrap();
        assert_eq!(send(&registry, method, &path, &[], b"").must("X-Fault"), "1", "{path}");
    }
}

#[test]
fn every_kind_of_node_has_faults() {
    let fault = || Http::status(418);
    let fixture = Fixture::new()
        .with(Label::new("index", Index::new().reference("app:1").http(fault())))
        .with(Label::new("config", Config::new().http(fault())))
        .with(Label::new("blob", Blob::new("a/b", "blob").http(fault())))
        .with(Label::new("layer", Manifest::new().http(fault())))
        .with(
            Descriptor::new()
                .media_type("application/vnd.oci.image.manifest.v1+json")
                .digest("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
                .size(0)
                .http(fault()),
        );
    let registry = fixture.serve().unwrap();
    let layout = registry.layout().unwrap();
    let mut digests: Vec<String> = ["index", "config", "blob", "layer"]
        .map(|label| layout.label(label).unwrap().digest().to_string())
        .into();
    digests.push("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned());
    for digest in digests {
        assert_eq!(get(&registry, &format!("/v2/library/app/manifests/{digest}")).status, 418, "{digest}");
    }
    assert_eq!(get(&registry, MANIFEST).status, 418);
}

#[test]
fn a_fault_that_changes_nothing_is_refused() {
    let fault = |fault: Http| app([fault]).serve().unwrap_err().to_string();
    for (http, problem) in [
        (Http::status(503).times(0), "`times = 0` is for no request; write the number of requests"),
        (Http::status(503).after(0), "`after = 0` changes nothing; remove it"),
        (Http::status(42), "`status = 42` is no HTTP status; write one from 100 to 599"),
        (Http::stall(0), "`stall = 0` changes nothing; write for how many milliseconds"),
        (Http::rate(0), "`rate = 0` sends nothing; write `stall`, or the number of bytes in a second"),
        (Http::ranges(true), "`ranges = true` changes nothing; write `false`, or remove it"),
        (
            Http::status(500).and(Http::status(501)),
            "`status = 500` and `status = 501` exclude each other; remove one",
        ),
        (
            Http::header("A", "1").and(Http::header("a", "2")),
            "`header(\"A\", \"1\")` and `header(\"a\", \"2\")` exclude each other; remove one",
        ),
        (Http::header("A b", "1"), "\"A b\" is not the name of a header; write letters, digits and `-`"),
        (
            Http::header("A", "1\r\nB: 2"),
            "the value of `A` has a line break or a NUL; remove it, or write `raw`",
        ),
        (
            Http::header("A", ["1", "\0"]),
            "the value of `A` has a line break or a NUL; remove it, or write `raw`",
        ),
        (
            Http::header("A", Value::map([("a", "b")])),
            "the value of `A` is text, a list of texts, or `null`; write one of them",
        ),
        (
            Http::header("Content-Type", "application/vnd.oci.image.layer.v1.tar"),
            "the header `Content-Type` has this value already; write another, or remove it",
        ),
        (Http::cut(2048), "`#[http(cut = 2048)]` changes nothing in a body of 2048 bytes; write fewer bytes"),
        (
            Http::cut(-2049),
            "`#[http(cut = -2049)]` changes nothing in a body of 2048 bytes; write fewer bytes",
        ),
        (
            Http::body("abc").and(Http::cut(3)),
            "`#[http(body = Content(3 bytes), cut = 3)]` changes nothing in a body of 3 bytes; write fewer bytes",
        ),
        (
            Http::status(503).method("get"),
            "`method = \"get\"` is for no request; write `GET`, `HEAD`, `PUT`, `POST`, `PATCH` or `DELETE`",
        ),
        (
            Http::reset().and(Http::status(503)),
            "`reset` without `cut` comes before the answer, so `status = 503` changes nothing; remove it",
        ),
        (
            Http::new(),
            "`http` says which requests, but not what is wrong with the answer; add a word such as `status = 503`",
        ),
        (
            Http::new().method("GET").after(1).times(1),
            "`http` says which requests, but not what is wrong with the answer; add a word such as `status = 503`",
        ),
        (Http::status(500).times(1).times(2), "`times = 1` and `times = 2` exclude each other; remove one"),
        (
            Http::stall_after(5, 1).and(Http::stall_after(5, 2)),
            "`stall(5, 1)` and `stall(5, 2)` exclude each other; remove one",
        ),
        (
            Http::redirect().and(Http::redirect_to("http://a.example/")),
            "`redirect` and `redirect = \"http://a.example/\"` exclude each other; remove one",
        ),
        (
            Http::cut(10).method("HEAD"),
            "`method = \"HEAD\"` asks for no body, so `cut = 10` changes nothing; remove one",
        ),
        (
            Http::header("A", "1").and(Http::rate(10)).method("HEAD"),
            "`method = \"HEAD\"` asks for no body, so `rate = 10` changes nothing; remove one",
        ),
        (Http::raw("a").and(Http::chunked()), "`raw` is no HTTP, so `chunked` changes nothing; remove it"),
        (
            Http::redirect().and(Http::status(404)),
            "`status = 404` is no redirect, and `redirect` is one; remove one",
        ),
    ] {
        assert_eq!(fault(http), format!("manifest \"app:1\" > layer 1: {problem}"));
    }
    let error = Registry::new().on(Endpoint::Ping, Http::status(1)).start().unwrap_err();
    assert_eq!(
        error.to_string(),
        "#[http(status = 1)]: `status = 1` is no HTTP status; write one from 100 to 599"
    );
    let label = Label::new("a", Manifest::new());
    let error = Registry::new().on(Endpoint::Ping, Http::body(label.digest())).start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Declaration);
}

#[test]
fn a_fault_that_no_request_can_meet_is_refused() {
    for (scope, problem) in [
        (Endpoint::Ping.of("a"), "requests to the endpoint `ping` name no repository; remove `.of(\"a\")`"),
        (
            Endpoint::Tags.named("1"),
            "requests to the endpoint `tags` name no tag and no digest; remove `.named(\"1\")`",
        ),
    ] {
        let problem = format!("#[http(status = 503)]: {problem}");
        let error = Registry::new().on(scope.clone(), Http::status(503)).start().unwrap_err();
        assert_eq!(error.to_string(), problem);
        let registry = Registry::new().start().unwrap();
        assert_eq!(registry.on(scope, Http::status(503)).unwrap_err().to_string(), problem);
    }
}

#[test]
fn two_lists_of_faults_for_one_digest_are_refused() {
    let layer = |http: Http| Layer::new().with(("a", "b")).http(http);
    let two = |one: Http, other: Http| {
        Fixture::new().with(Manifest::new().platform("linux/amd64").with(layer(one)).with(layer(other)))
    };
    assert_eq!(
        two(Http::status(500), Http::status(501)).serve().unwrap_err().to_string(),
        "linux/amd64 > layer 2: linux/amd64 > layer 1 has the same digest, and other `http`, but a digest is answered in one way; give both the same"
    );
    assert!(two(Http::status(500), Http::status(500)).serve().is_ok());
}

#[test]
fn every_way_out_but_a_registry_refuses_faults_on_the_wire() {
    let fixture = app([Http::status(503)]);
    let directory = tempfile::tempdir().unwrap();
    let errors = [
        fixture.write_to(directory.path()).unwrap_err(),
        fixture.tempdir().unwrap_err(),
        fixture.in_memory().unwrap_err(),
        fixture.write_archive(Vec::new()).unwrap_err(),
        fixture.write_archive_to(directory.path().join("a.tar")).unwrap_err(),
        fixture.write_docker_archive(Vec::new()).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            error.to_string(),
            "manifest \"app:1\" > layer 1: `#[http(status = 503)]` is shown by a registry alone; write `serve()`, or remove it"
        );
    }
    assert!(fixture.to_string().contains("#[http(status = 503)]"), "{fixture}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_fault_of_a_pipelined_answer_ends_the_connection_if_its_length_is_wrong() {
    let (registry, path) = serve([Http::header("Content-Length", "1").times(1)]);
    let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
    let answer = raw(registry.host(), format!("{request}{request}").as_bytes());
    assert_eq!(answer.windows(8).filter(|window| window == b"HTTP/1.1").count(), 1);
    let _ = parse(&bytes(&registry, &path), false);
}
