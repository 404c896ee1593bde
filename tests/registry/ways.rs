//! Ways into a registry: `Layout::push`, and TLS.

#[cfg(feature = "push")]
mod push {
    use oci_fixture::{Api, Content, Endpoint, ErrorKind, Http, Registry, UploadLocation, oci_image};

    use crate::client::get;

    #[test]
    fn a_layout_is_pushed_with_all_that_it_lists() {
        let fixture = oci_image! {
            index "app:1" {
                'image: manifest linux/amd64 { layer gzip { "a" => Content::random(1, 3 << 20) } }
                linux/arm64 { "a" => "b" }
            }
            manifest "ghcr.io/me/app:2" linux/amd64 { "a" => "b" }
            manifest { artifact_type: "a/b", subject: 'image }
        };
        let layout = fixture.in_memory().unwrap();
        for location in [UploadLocation::Relative, UploadLocation::Query, UploadLocation::OtherOrigin] {
            let registry =
                Registry::new().bearer("user", "pass:word").upload_location(location).start().unwrap();
            let url = format!("http://user:pass:word@{}", registry.host());
            layout.push(&url).unwrap();
            let pushed = registry.layout().unwrap();
            pushed.assert_verified();
            for name in ["app:1", "docker.io/me/app:2"] {
                assert!(pushed.reference(name).is_ok(), "{name}");
            }
            assert_eq!(pushed.blobs().unwrap().count(), layout.blobs().unwrap().count());
            // Blobs that the registry already has are not sent again.
            let before = registry.requests().len();
            layout.push(&url).unwrap();
            let again =
                registry.requests().iter().skip(before).filter(|request| request.method() == "POST").count();
            assert_eq!(again, 0);
        }
        let registry = Registry::new().basic("user", "password").start().unwrap();
        layout.push(&format!("http://user:password@{}/", registry.host())).unwrap();
        assert_eq!(get(&registry, "/v2/").status, 401);
    }

    #[test]
    fn a_manifest_that_is_also_content_is_pushed_as_both() {
        let fixture = oci_image! {
            index "app:1" {
                'image: linux/amd64 { "a" => "b" }
                manifest {
                    artifact_type: "a/b",
                    blob "application/octet-stream" => 'image.bytes,
                }
            }
        };
        let (layout, registry) = (fixture.in_memory().unwrap(), Registry::new().start().unwrap());
        layout.push(&registry.url()).unwrap();
        let digest = layout.label("image").unwrap().digest().clone();
        for endpoint in ["manifests", "blobs"] {
            let answer = get(&registry, &format!("/v2/library/app/{endpoint}/{digest}"));
            assert_eq!(answer.status, 200, "{endpoint}");
        }
        assert_eq!(
            registry.layout().unwrap().reference("app:1").unwrap().digest(),
            layout.reference("app:1").unwrap().digest()
        );
    }

    #[test]
    fn a_layout_is_pushed_to_the_repositories_in_which_it_is_served() {
        let named = oci_image! {
            manifest "a/a:1" { config { env: ["A=1"] } }
            manifest "x.io/b/b:2" { layer { "a" => "b" } }
            manifest { descriptor: { ref_name: "3" } layer { "a" => "c" } }
            manifest { artifact_type: "a/b" }
        };
        let nameless = oci_image! { manifest { descriptor: { ref_name: "4" } } linux/amd64 {} };
        for fixture in [named, nameless] {
            let (layout, pushed) = (fixture.in_memory().unwrap(), Registry::new().start().unwrap());
            layout.push(&pushed.url()).unwrap();
            let served = layout.serve().unwrap();
            for path in ["_catalog", "a/a/tags/list", "b/b/tags/list", "fixture/tags/list"] {
                let [served, pushed] =
                    [&served, &pushed].map(|registry| get(registry, &format!("/v2/{path}")));
                assert_eq!((pushed.status, pushed.text()), (served.status, served.text()), "{path}");
            }
            for node in layout.nodes().unwrap() {
                for repository in ["a/a", "b/b", "fixture"] {
                    let path = format!("/v2/{repository}/manifests/{}", node.digest());
                    let [served, pushed] = [&served, &pushed].map(|registry| get(registry, &path).status);
                    assert_eq!(pushed, served, "{path}");
                }
            }
        }
    }

    #[test]
    fn a_manifest_of_sha512_keeps_its_digest_when_it_is_pushed_by_a_tag() {
        let fixture = oci_image! { #[sha512] index "app:1" { linux/amd64 { "a" => "b" } } };
        let layout = fixture.in_memory().unwrap();
        let registry = Registry::new().start().unwrap();
        layout.push(&registry.url()).unwrap();
        assert_eq!(registry.layout().unwrap().to_string(), layout.to_string());

        let registry = Registry::new().without(Api::TagParameter).start().unwrap();
        layout.push(&registry.url()).unwrap();
        let digest = layout.reference("app:1").unwrap().digest().clone();
        for name in ["1", digest.as_str()] {
            assert_eq!(get(&registry, &format!("/v2/library/app/manifests/{name}")).status, 200, "{name}");
        }
    }

    #[test]
    fn a_push_asks_for_a_token_whose_realm_has_a_query_and_whose_service_has_a_space() {
        let tokens = Registry::new().bearer("user", "password").start().unwrap();
        let registry = Registry::new().start().unwrap();
        let challenge = format!("Bearer realm=\"{}/token?n=1\",service=\"a b&n=2\"", tokens.url());
        let fault = Http::status(401).and(Http::header("WWW-Authenticate", challenge)).times(1);
        registry.on(Endpoint::Uploads, fault).unwrap();
        let layout = oci_image! { manifest "app:1" {} }.in_memory().unwrap();
        layout.push(&format!("http://user:password@{}", registry.host())).unwrap();
        assert_eq!(tokens.requests().to_string(), "GET token n=1 200 146");
    }

    #[test]
    fn the_credentials_of_a_push_are_not_sent_to_a_host_whose_url_begins_like_the_registry() {
        let registry = Registry::new().bearer("user", "password").start().unwrap();
        let other = Registry::new().start().unwrap();
        let location = format!("{}@{}/v2/library/app/blobs/uploads/1", registry.url(), other.host());
        registry.on(Endpoint::Uploads, Http::header("Location", location)).unwrap();
        let layout = oci_image! { manifest "app:1" {} }.in_memory().unwrap();
        let error = layout.push(&format!("http://user:password@{}", registry.host())).unwrap_err();
        assert!(error.to_string().contains("is answered 404 Not Found: "), "{error}");
        assert_ne!(other.requests()[0].header("authorization"), Some("Bearer"));
    }

    #[test]
    fn the_error_of_a_refused_push_has_the_answer_of_the_registry() {
        let registry = Registry::new().start().unwrap();
        let url = registry.url();
        let push = |fixture: oci_fixture::Fixture| fixture.in_memory().unwrap().push(&url).unwrap_err();
        let flipped = push(oci_image! { linux/amd64 { #[flip = 0] layer { "a" => "b" } } });
        assert_eq!(flipped.kind(), ErrorKind::Io);
        assert!(
            flipped.to_string().starts_with(&format!("PUT {url}/v2/fixture/blobs/uploads/")),
            "{flipped}"
        );
        assert!(
            flipped
                .to_string()
                .contains("is answered 400 Bad Request: {\"errors\":[{\"code\":\"DIGEST_INVALID\""),
            "{flipped}"
        );
        let missing = push(oci_image! { linux/amd64 { #[missing] layer { "a" => "b" } } });
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        registry.on(Endpoint::Uploads, Http::status(503)).unwrap();
        let busy = push(oci_image! { linux/amd64 { "a" => "c" } });
        assert!(busy.to_string().contains("uploads/: is answered 503 Service Unavailable: "), "{busy}");
        let layout = oci_image! { linux/amd64 {} }.in_memory().unwrap();
        #[cfg(not(feature = "tls"))]
        assert_eq!(
            layout.push("https://a.example").unwrap_err().to_string(),
            "https://a.example: needs TLS; enable the feature `tls`, or write `http://` if the registry speaks it"
        );
        for url in ["https://", "ftp://a", "127.0.0.1:5000", "http://", "http://a/b", ""] {
            assert_eq!(layout.push(url).unwrap_err().kind(), ErrorKind::Declaration, "{url}");
        }
        let closed = Registry::new().start().unwrap().url();
        assert!(layout.push(&closed).unwrap_err().to_string().contains(": cannot be sent: "));
    }
}

#[cfg(feature = "tls")]
mod tls {
    use oci_fixture::{Registry, oci_image};
    use oci_fixture_test_support::SKOPEO;

    use crate::client::raw;

    #[test]
    fn a_client_trusts_the_certificate_that_it_is_given() {
        if !SKOPEO.is_here() {
            return;
        }
        let fixture = oci_image! { manifest "team/app:1" linux/amd64 { "a" => "b" } };
        let registry = Registry::new().with(&fixture).tls().start().unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.crt"), registry.ca_pem().unwrap()).unwrap();
        let (certificates, layout) = (directory.path().display(), directory.path().join("layout"));
        let image = format!("docker://{}/team/app:1", registry.host());
        let inspect = |options: &str| {
            let arguments = format!("copy {options} {image} oci:{}:1", layout.display());
            SKOPEO.run(arguments.split_whitespace())
        };
        inspect(&format!("--src-cert-dir {certificates}")).unwrap();
        inspect("").unwrap_err();
        assert!(registry.url().starts_with("https://127.0.0.1:"));
        // A client that does not use TLS disturbs no other client.
        raw(registry.host(), b"GET /v2/ HTTP/1.1\r\nHost: h\r\n\r\n");
        inspect(&format!("--src-cert-dir {certificates}")).unwrap();
    }

    #[test]
    #[cfg(feature = "push")]
    fn a_layout_is_pushed_to_a_registry_whose_certificate_is_trusted() {
        use oci_fixture::ErrorKind;

        let registry = Registry::new().tls().bearer("user", "password").start().unwrap();
        let layout = oci_image! { manifest "team/app:1" linux/amd64 { "a" => "b" } }.in_memory().unwrap();
        let url = registry.url().replace("https://", "https://user:password@");
        let authority = registry.ca_pem().unwrap();
        layout.push_trusting(&url, authority).unwrap();
        let pushed = registry.layout().unwrap();
        assert_eq!(
            pushed.reference("team/app:1").unwrap().digest(),
            layout.reference("team/app:1").unwrap().digest()
        );
        let unknown = layout.push(&url).unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Io);
        assert!(unknown.to_string().contains(": cannot be sent: "), "{unknown}");
        let none = layout.push_trusting(&url, "text").unwrap_err();
        assert_eq!(none.kind(), ErrorKind::Declaration);
        assert!(none.to_string().contains(": is trusted by no certificate: "), "{none}");
    }
}
