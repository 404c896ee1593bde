//! Lists and deletions, by the sections "Content Discovery" and "Content Management" of the specification.

use oci_fixture::{Api, Fixture, Registry, RunningRegistry, oci_image};

use crate::client::{get, send};

fn tagged(tags: &[&str]) -> RunningRegistry {
    let registry = Registry::new().start().unwrap();
    tag(&registry, tags);
    registry
}

fn tag(registry: &RunningRegistry, tags: &[&str]) {
    for tag in tags {
        assert_eq!(send(registry, "PUT", &format!("/v2/a/manifests/{tag}"), &[], b"{}").status, 201);
    }
}

fn tags(registry: &RunningRegistry, query: &str) -> (String, Option<String>) {
    let answer = get(registry, &format!("/v2/a/tags/list{query}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["name"], "a");
    let list = answer.json();
    let tags = list["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned());
    (tags.collect::<Vec<_>>().join(" "), answer.header("Link").map(str::to_owned))
}

#[test]
fn tags_are_listed_in_order_and_page_by_page() {
    let registry = tagged(&["b", "a", "C", "_1", "10", "9"]);
    let next = |last: &str, n: u32| Some(format!("</v2/a/tags/list?n={n}&last={last}>; rel=\"next\""));
    for (query, expected, link) in [
        ("", "10 9 _1 a b C", None),
        ("?n=2", "10 9", next("9", 2)),
        ("?n=2&last=9", "_1 a", next("a", 2)),
        ("?n=2&last=a", "b C", None),
        ("?n=6", "10 9 _1 a b C", None),
        ("?n=100", "10 9 _1 a b C", None),
        ("?n=0", "", None),
        ("?last=a", "b C", None),
        ("?last=A", "a b C", None),
        ("?last=no-such-tag", "", None),
        ("?n=1&last=C", "", None),
    ] {
        assert_eq!(tags(&registry, query), (expected.to_owned(), link), "{query}");
    }
    assert_eq!(get(&registry, "/v2/a/tags/list?n=-1").status, 400);
    assert_eq!(get(&registry, "/v2/a/tags/list?n=x").status, 400);
}

#[test]
fn a_registry_lists_as_many_items_at_a_time_as_it_likes() {
    let registry = Registry::new().page(2).start().unwrap();
    tag(&registry, &["1", "2", "3"]);
    let mut path = "/v2/a/tags/list".to_owned();
    let mut pages = Vec::new();
    loop {
        let answer = get(&registry, &path);
        pages.push(answer.json()["tags"].to_string());
        let Some(link) = answer.header("Link") else { break };
        path = link.strip_prefix('<').unwrap().split_once('>').unwrap().0.to_owned();
    }
    assert_eq!(pages, ["[\"1\",\"2\"]", "[\"3\"]"]);
    let answer = get(&registry, "/v2/a/tags/list?n=3");
    assert_eq!(answer.header("Link"), Some("</v2/a/tags/list?n=3&last=2>; rel=\"next\""));
    assert!(Registry::new().page(0).start().is_err());
}

#[test]
fn a_repository_has_tags_or_none_or_is_not_there() {
    let registry = tagged(&["1"]);
    assert_eq!(get(&registry, "/v2/b/tags/list").code(), "NAME_UNKNOWN");
    let digest = get(&registry, "/v2/a/manifests/1").must("Docker-Content-Digest").to_owned();
    assert_eq!(send(&registry, "DELETE", "/v2/a/manifests/1", &[], b"").status, 202);
    assert_eq!(tags(&registry, ""), (String::new(), None));
    assert_eq!(send(&registry, "DELETE", &format!("/v2/a/manifests/{digest}"), &[], b"").status, 202);
    assert_eq!(get(&registry, "/v2/a/tags/list").status, 404);
}

#[test]
fn all_repositories_are_listed() {
    let registry = Registry::new().with(&Fixture::new().with(oci_fixture::Manifest::new())).start().unwrap();
    for name in ["b/c", "a"] {
        send(&registry, "PUT", &format!("/v2/{name}/manifests/1"), &[], b"{}");
    }
    send(&registry, "POST", "/v2/nothing/blobs/uploads/", &[], b"");
    assert_eq!(get(&registry, "/v2/_catalog").text(), r#"{"repositories":["a","b/c","fixture"]}"#);
    let page = get(&registry, "/v2/_catalog?n=1&last=a");
    assert_eq!(page.text(), r#"{"repositories":["b/c"]}"#);
    assert_eq!(page.header("Link"), Some("</v2/_catalog?n=1&last=b/c>; rel=\"next\""));
}

#[test]
fn a_deleted_tag_is_gone_and_its_manifest_is_not() {
    let registry = tagged(&["1", "2"]);
    let digest = get(&registry, "/v2/a/manifests/1").must("Docker-Content-Digest").to_owned();
    assert_eq!(send(&registry, "DELETE", "/v2/a/manifests/1", &[], b"").status, 202);
    assert_eq!(get(&registry, "/v2/a/manifests/1").code(), "MANIFEST_UNKNOWN");
    assert_eq!(get(&registry, "/v2/a/manifests/2").status, 200);
    assert_eq!(get(&registry, &format!("/v2/a/manifests/{digest}")).status, 200);
    assert_eq!(send(&registry, "DELETE", "/v2/a/manifests/1", &[], b"").status, 404);
}

#[test]
fn a_deleted_manifest_takes_its_tags_along() {
    let registry = tagged(&["1", "2"]);
    let digest = get(&registry, "/v2/a/manifests/1").must("Docker-Content-Digest").to_owned();
    let path = format!("/v2/a/manifests/{digest}");
    assert_eq!(send(&registry, "DELETE", &path, &[], b"").status, 202);
    for path in [path.as_str(), "/v2/a/manifests/1", "/v2/a/manifests/2"] {
        assert_eq!(get(&registry, path).status, 404, "{path}");
    }
    assert_eq!(send(&registry, "DELETE", &path, &[], b"").status, 404);
    assert_eq!(send(&registry, "DELETE", "/v2/b/manifests/1", &[], b"").code(), "NAME_UNKNOWN");
    assert_eq!(send(&registry, "DELETE", "/v2/a/manifests/sha256:bad", &[], b"").code(), "DIGEST_INVALID");
}

#[test]
fn a_deleted_blob_is_gone() {
    let registry = oci_image! { index "app:1" { linux/amd64 { 'base: layer { "a" => "b" } } } };
    let registry = registry.serve().unwrap();
    let layer = registry.layout().unwrap().label("base").unwrap().digest().clone();
    let path = format!("/v2/library/app/blobs/{layer}");
    assert_eq!(send(&registry, "DELETE", &path, &[], b"").status, 202);
    assert_eq!(get(&registry, &path).code(), "BLOB_UNKNOWN");
    assert_eq!(send(&registry, "DELETE", &path, &[], b"").code(), "BLOB_UNKNOWN");
    let registry = Registry::new().without(Api::Delete).start().unwrap();
    assert_eq!(send(&registry, "DELETE", &path, &[], b"").status, 405);
    assert_eq!(send(&registry, "DELETE", "/v2/a/manifests/1", &[], b"").status, 405);
}

fn signed() -> Fixture {
    oci_image! {
        'image: manifest "app:1" linux/amd64 { "a" => "b" }
        manifest { artifact_type: "a/sbom+json", subject: 'image, annotations: { "kind": "sbom" } }
        manifest { artifact_type: "a/signature", subject: 'image }
        'other: manifest linux/arm64 { subject: 'image }
        index { subject: 'image }
    }
}

#[test]
fn referrers_are_listed_with_their_types_and_annotations() {
    let registry = signed().serve().unwrap();
    let layout = registry.layout().unwrap();
    let image = layout.reference("app:1").unwrap().digest().clone();
    let path = format!("/v2/library/app/referrers/{image}");
    let answer = get(&registry, &path);
    assert_eq!(
        (answer.status, answer.must("Content-Type")),
        (200, "application/vnd.oci.image.index.v1+json")
    );
    assert_eq!(answer.header("OCI-Filters-Applied"), None);
    let index = answer.json();
    assert_eq!(
        (&index["schemaVersion"], &index["mediaType"]),
        (&2.into(), &"application/vnd.oci.image.index.v1+json".into())
    );
    let mut listed: Vec<String> = index["manifests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|descriptor| {
            let node = layout.digest(descriptor["digest"].as_str().unwrap()).unwrap();
            assert_eq!(descriptor["mediaType"], node.media_type());
            assert_eq!(descriptor["size"], node.size());
            format!("{} {}", descriptor["artifactType"], descriptor["annotations"])
        })
        .collect();
    listed.sort();
    assert_eq!(
        listed,
        [
            r#""a/sbom+json" {"kind":"sbom"}"#,
            r#""a/signature" null"#,
            r#""application/vnd.oci.image.config.v1+json" null"#,
            "null null"
        ]
    );
    for query in ["a/sbom+json", "a%2Fsbom%2Bjson"] {
        let answer = get(&registry, &format!("{path}?artifactType={query}"));
        assert_eq!(answer.must("OCI-Filters-Applied"), "artifactType");
        assert_eq!(answer.json()["manifests"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_manifest_without_referrers_has_an_empty_list() {
    let registry = signed().serve().unwrap();
    let nothing =
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
    let digest = format!("sha256:{}", "0".repeat(64));
    for repository in ["library/app", "no/such"] {
        let answer = get(&registry, &format!("/v2/{repository}/referrers/{digest}"));
        assert_eq!((answer.status, answer.text().as_str()), (200, nothing));
    }
    let answer = get(&registry, "/v2/library/app/referrers/sha256:bad");
    assert_eq!((answer.status, answer.code().as_str()), (400, "DIGEST_INVALID"));
}

#[test]
fn referrers_come_page_by_page() {
    let registry = Registry::new().with(&signed()).page(3).start().unwrap();
    let image = registry.layout().unwrap().reference("app:1").unwrap().digest().clone();
    let first = get(&registry, &format!("/v2/library/app/referrers/{image}"));
    assert_eq!(first.json()["manifests"].as_array().unwrap().len(), 3);
    let link = first.must("Link");
    let path = link.strip_prefix('<').unwrap().split_once('>').unwrap().0;
    let second = get(&registry, path);
    assert_eq!((second.json()["manifests"].as_array().unwrap().len(), second.header("Link")), (1, None));
}

#[test]
fn a_registry_may_lack_the_filter_or_all_of_the_referrers() {
    let registry = Registry::new().with(&signed()).without(Api::ReferrersFilter).start().unwrap();
    let image = registry.layout().unwrap().reference("app:1").unwrap().digest().clone();
    let path = format!("/v2/library/app/referrers/{image}?artifactType=a/signature");
    let answer = get(&registry, &path);
    assert_eq!(answer.header("OCI-Filters-Applied"), None);
    assert_eq!(answer.json()["manifests"].as_array().unwrap().len(), 4);
    let registry = Registry::new().with(&signed()).without(Api::Referrers).start().unwrap();
    assert_eq!(get(&registry, &path).status, 404);
}
