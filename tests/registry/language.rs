//! Faults on the wire in the language: each word of `#[http(...)]` is the builder's.

use oci_fixture::{Content, Fixture, Http, Label, Layer, Manifest, Value, oci_image};

fn layer(http: impl IntoIterator<Item = Http>) -> Fixture {
    let layer = http.into_iter().fold(Layer::new().with(("a", "b")), Layer::http);
    Fixture::new().with(Manifest::new().platform("linux/amd64").with(layer))
}

/// The tree of a fixture shows its faults as they are written.
#[track_caller]
fn assert_same(declared: &Fixture, built: &Fixture) {
    assert_eq!(declared.to_string(), built.to_string());
    assert!(declared.to_string().contains("#[http("), "{declared}");
}

#[test]
fn every_word_is_that_of_the_builder() {
    let (requests, url) = (3, "http://a.example/");
    assert_same(
        &oci_image! {
            linux/amd64 {
                #[http(status = 429, header("Retry-After", "1"), times = requests)]
                #[http(method = "HEAD", after = 1, body = "<html>", header("Content-Type", null), header("A", ["1", 2]))]
                #[http(raw = Content::zeros(3))]
                #[http(chunked, cut = -1, reset)]
                #[http(stall = 100, stall(1000, 100), rate = 1 << 20)]
                #[http(redirect, times = 1)]
                #[http(redirect = url)]
                #[http(ranges = false)]
                layer { "a" => "b" }
            }
        },
        &layer([
            Http::status(429).and(Http::header("Retry-After", "1")).times(3),
            Http::new()
                .method("HEAD")
                .after(1)
                .and(Http::body("<html>"))
                .and(Http::header("Content-Type", Value::null()))
                .and(Http::header("A", Value::list([Value::new("1"), Value::number("2")]))),
            Http::raw(Content::zeros(3)),
            Http::chunked().and(Http::cut(-1)).and(Http::reset()),
            Http::stall(100).and(Http::stall_after(1000, 100)).and(Http::rate(1 << 20)),
            Http::redirect().times(1),
            Http::redirect_to("http://a.example/"),
            Http::ranges(false),
        ]),
    );
}

#[test]
fn a_fault_is_a_value_of_rust_or_none() {
    let broken = true;
    assert_same(
        &oci_image! {
            linux/amd64 {
                #[http = Http::status(503)]
                #[http = broken.then(Http::reset)]
                #[http = (!broken).then(Http::chunked)]
                layer { "a" => "b" }
            }
        },
        &layer([Http::status(503), Http::reset()]),
    );
}

/// The macro refuses such literals. The same values at run time are refused when the fixture is served.
#[test]
fn words_that_contradict_each_other_are_refused_at_run_time_too() {
    let (status, method) = (404, "HEAD");
    let fixtures = [
        oci_image! { #[http(redirect, status = status)] manifest "app:1" {} },
        oci_image! { #[http(method = method, cut = 10)] manifest "app:1" {} },
    ];
    let errors = fixtures.map(|fixture| fixture.serve().unwrap_err().to_string());
    assert_eq!(
        errors,
        [
            "manifest \"app:1\": `status = 404` is no redirect, and `redirect` is one; remove one",
            "manifest \"app:1\": `method = \"HEAD\"` asks for no body, so `cut = 10` changes nothing; remove one",
        ]
    );
}

#[test]
fn a_header_says_the_digest_of_a_label() {
    let other = Label::new("other", Layer::new().with(("a", "c")));
    let faulty = Layer::new().with(("a", "b")).http(Http::header("Docker-Content-Digest", other.digest()));
    assert_same(
        &oci_image! {
            linux/amd64 {
                'other: layer { "a" => "c" }
                #[http(header("Docker-Content-Digest", 'other.digest))]
                layer { "a" => "b" }
            }
        },
        &Fixture::new().with(Manifest::new().platform("linux/amd64").with(&other).with(faulty)),
    );
}

#[test]
fn every_node_has_faults() {
    let fixture = oci_image! {
        #[http(status = 500)]
        index "app:1" {
            #[http(status = 501)]
            linux/amd64 {
                #[http(status = 502)]
                layer { "a" => "b" }
                #[http(status = 503)]
                config { cmd: ["a"] }
            }
        }
        #[http(status = 504)]
        blob "a/b" => "blob",
        #[http(status = 505)]
        dangling {
            media_type: "a/b",
            digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            size: 0,
        }
    };
    let shown = fixture.to_string();
    for status in 500..=505 {
        assert!(shown.contains(&format!("#[http(status = {status})]")), "{status} {shown}");
    }
    assert!(fixture.serve().is_ok());
}
