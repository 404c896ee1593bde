//! Authentication: which client may do what.

use std::time::Duration;

use oci_fixture::{Fixture, Http, Label, Layer, Manifest, Registry, RunningRegistry};

use crate::client::{get, get_with, send};

fn app() -> Fixture {
    let layer = Label::new("layer", Layer::new().with(("a", "b")).http(Http::redirect()));
    Fixture::new().with(Manifest::new().reference("app:1").with(&layer))
}

/// `user:password`
const BASIC: (&str, &str) = ("Authorization", "Basic dXNlcjpwYXNzd29yZA==");
const MANIFEST: &str = "/v2/library/app/manifests/1";

fn bearer() -> RunningRegistry {
    Registry::new().with(&app()).bearer("user", "password").start().unwrap()
}

#[track_caller]
fn token(registry: &RunningRegistry, query: &str) -> String {
    let answer = get_with(registry, &format!("/token?service=oci-fixture&{query}"), &[BASIC]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let token = answer.json();
    assert_eq!(token["token"], token["access_token"]);
    assert_eq!(token["expires_in"], 300);
    let issued = token["issued_at"].as_str().unwrap();
    assert!(issued.starts_with("20") && issued.ends_with('Z') && issued.len() == 20, "{issued}");
    format!("Bearer {}", token["token"].as_str().unwrap())
}

#[test]
fn basic_credentials_are_wanted_with_each_request() {
    let registry = Registry::new().with(&app()).basic("user", "password").start().unwrap();
    for path in ["/v2/", MANIFEST, "/v2/_catalog"] {
        let refused = get(&registry, path);
        assert_eq!((refused.status, refused.code().as_str()), (401, "UNAUTHORIZED"));
        assert_eq!(refused.must("WWW-Authenticate"), "Basic realm=\"oci-fixture\"");
        assert_eq!(get_with(&registry, path, &[("Authorization", "Basic dXNlcjp3cm9uZw==")]).status, 401);
        assert_eq!(get_with(&registry, path, &[BASIC]).status, 200);
    }
}

#[test]
fn a_challenge_says_where_a_token_is_and_for_what() {
    let registry = bearer();
    let realm = format!("Bearer realm=\"http://{}/token\",service=\"oci-fixture\"", registry.host());
    for (method, path, scope) in [
        ("GET", "/v2/", ""),
        ("GET", MANIFEST, ",scope=\"repository:library/app:pull\""),
        ("PUT", MANIFEST, ",scope=\"repository:library/app:pull,push\""),
        ("POST", "/v2/a/blobs/uploads/", ",scope=\"repository:a:pull,push\""),
        ("DELETE", MANIFEST, ",scope=\"repository:library/app:delete\""),
        ("GET", "/v2/_catalog", ",scope=\"registry:catalog:*\""),
    ] {
        let refused = send(&registry, method, path, &[], b"");
        assert_eq!(
            (refused.status, refused.must("WWW-Authenticate")),
            (401, format!("{realm}{scope}").as_str())
        );
    }
}

#[test]
fn a_token_is_good_for_its_scopes() {
    let registry = bearer();
    let pull = token(&registry, "scope=repository:library/app:pull");
    assert_eq!(get_with(&registry, MANIFEST, &[("Authorization", &pull)]).status, 200);
    assert_eq!(get_with(&registry, "/v2/", &[("Authorization", &pull)]).status, 200);
    for (method, path) in
        [("PUT", MANIFEST), ("DELETE", MANIFEST), ("GET", "/v2/other/tags/list"), ("GET", "/v2/_catalog")]
    {
        let refused = send(&registry, method, path, &[("Authorization", &pull)], b"");
        assert_eq!(refused.status, 401);
        assert!(refused.must("WWW-Authenticate").ends_with(",error=\"insufficient_scope\""));
    }
    // The scopes may be in any order, repeated, and separated by spaces.
    for query in [
        "scope=repository:a:push,pull&scope=repository:library/app:pull",
        "scope=repository:library/app:pull%20repository:a:pull,push",
        "scope=repository:a:push&scope=repository:a:pull&scope=repository:library/app:*",
        "scope=repository:library/app:pull+repository:a:push",
    ] {
        let token = token(&registry, query);
        assert_eq!(get_with(&registry, MANIFEST, &[("Authorization", &token)]).status, 200, "{query}");
        let begun = send(&registry, "POST", "/v2/a/blobs/uploads/", &[("Authorization", &token)], b"");
        assert_eq!(begun.status, 202, "{query}");
    }
    let wrong = get_with(&registry, MANIFEST, &[("Authorization", "Bearer nonsense")]);
    assert!(wrong.must("WWW-Authenticate").ends_with(",error=\"invalid_token\""));
}

#[test]
fn a_blob_is_mounted_only_by_a_client_that_may_read_it() {
    let registry = bearer();
    let layer = registry.layout().unwrap().label("layer").unwrap().digest().clone();
    let path = format!("/v2/a/blobs/uploads/?mount={layer}&from=library/app");
    let push = token(&registry, "scope=repository:a:pull,push");
    assert_eq!(send(&registry, "POST", &path, &[("Authorization", &push)], b"").status, 202);
    let both = token(&registry, "scope=repository:a:pull,push&scope=repository:library/app:pull");
    assert_eq!(send(&registry, "POST", &path, &[("Authorization", &both)], b"").status, 201);
}

#[test]
fn a_token_ends() {
    let registry = Registry::new()
        .with(&app())
        .bearer("user", "password")
        .token_lifetime(Duration::ZERO)
        .start()
        .unwrap();
    let answer = get_with(&registry, "/token?scope=repository:library/app:pull", &[BASIC]);
    assert_eq!(answer.json()["expires_in"], 0);
    let token = format!("Bearer {}", answer.json()["token"].as_str().unwrap());
    let refused = get_with(&registry, MANIFEST, &[("Authorization", &token)]);
    assert!(refused.must("WWW-Authenticate").ends_with(",error=\"invalid_token\""));
}

#[test]
fn a_token_is_given_for_a_form_too() {
    let registry = bearer();
    let post = |form: &str| send(&registry, "POST", "/token", &[], form.as_bytes());
    let scope = "service=oci-fixture&scope=repository%3Alibrary%2Fapp%3Apull";
    let answer = post(&format!("grant_type=password&username=user&password=password&{scope}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let refresh = answer["refresh_token"].as_str().unwrap().replace('=', "%3D").replace('+', "%2B");
    let answer = post(&format!("grant_type=refresh_token&refresh_token={refresh}&{scope}")).json();
    let token = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    assert_eq!(get_with(&registry, MANIFEST, &[("Authorization", &token)]).status, 200);
    assert_eq!(post("grant_type=password&username=user&password=wrong").status, 401);
    assert_eq!(post("grant_type=refresh_token&refresh_token=wrong").status, 401);
    assert_eq!(get(&registry, "/token").must("WWW-Authenticate"), "Basic realm=\"oci-fixture\"");
}

#[test]
fn another_origin_refuses_credentials() {
    let registry = bearer();
    let layer = registry.layout().unwrap().label("layer").unwrap().digest().clone();
    let path = format!("/v2/library/app/blobs/{layer}");
    let token = token(&registry, "scope=repository:library/app:pull");
    let answer = get_with(&registry, &path, &[("Authorization", &token)]);
    assert_eq!((answer.status, answer.body.len()), (307, 0));
    let location = answer.must("Location").strip_prefix("http://").unwrap().to_owned();
    let (host, redirected) = location.split_at(location.find('/').unwrap());
    assert!(host.starts_with("localhost:") && host != registry.host(), "{location}");
    assert_eq!(redirected, path);
    let ask = |auth: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nHost: h\r\n{auth}Connection: close\r\n\r\n");
        crate::client::parse(&crate::client::raw(host, head.as_bytes()), false)
    };
    let refused = ask(&format!("Authorization: {token}\r\n"));
    assert_eq!((refused.status, refused.code().as_str()), (400, "DENIED"));
    assert_eq!((ask("").status, ask("").body.len()), (200, 2048));
}

#[test]
fn a_declared_refusal_comes_with_the_challenge_of_the_registry() {
    let registry = bearer();
    registry.on(oci_fixture::Endpoint::Manifest, Http::status(401).times(1)).unwrap();
    let token = token(&registry, "scope=repository:library/app:pull");
    // A client without credentials meets no fault.
    assert_eq!(get(&registry, MANIFEST).status, 401);
    let refused = get_with(&registry, MANIFEST, &[("Authorization", &token)]);
    assert_eq!(refused.status, 401);
    assert!(refused.must("WWW-Authenticate").contains("scope=\"repository:library/app:pull\""));
    assert_eq!(get_with(&registry, MANIFEST, &[("Authorization", &token)]).status, 200);
}
