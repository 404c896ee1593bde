//! The Rust client `oci-client` against the registry: what it pulls, pushes and lists, and what it makes of a registry
//! whose answers have faults. Each test is a declaration and an assertion.

use oci_client::client::{ClientConfig, ClientProtocol, Config, ImageLayer, linux_amd64_resolver};
use oci_client::errors::{OciDistributionError, OciErrorCode};
use oci_client::manifest::OciDescriptor;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};
use oci_fixture::{Digest, Endpoint, Fixture, Http, Registry, RunningRegistry, oci_image};

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

type Pulled = Result<oci_client::client::ImageData, OciDistributionError>;

fn client() -> Client {
    Client::new(ClientConfig {
        protocol: ClientProtocol::Http,
        platform_resolver: Some(Box::new(linux_amd64_resolver)),
        ..ClientConfig::default()
    })
}

fn reference(registry: &RunningRegistry, name: &str) -> Reference {
    registry.reference(name).parse().expect("a reference")
}

fn serve(fixture: Fixture) -> RunningRegistry {
    fixture.serve().expect("a registry")
}

/// Pulls `app:1` from a registry of the fixture.
async fn pull(fixture: Fixture) -> Pulled {
    let registry = serve(fixture);
    client().pull(&reference(&registry, "app:1"), &RegistryAuth::Anonymous, vec![LAYER]).await
}

/// The error of a pull from a faulty registry.
async fn refusal(fixture: Fixture) -> String {
    pull(fixture).await.map(drop).expect_err("the client accepts it").to_string()
}

// The answers of an honest registry.

#[tokio::test]
async fn an_image_is_pulled() {
    let image = pull(oci_image! { manifest "app:1" { "a" => "b" } }).await.expect("an image");
    assert_eq!(image.layers.len(), 1);
    assert_eq!(image.layers[0].data.len(), 2048);
}

#[tokio::test]
async fn the_image_for_the_platform_is_pulled_from_an_index() {
    let image =
        pull(oci_image! { index "app:1" { linux/arm64 { "a" => "1" } linux/amd64 { "a" => "2" } } }).await;
    assert_eq!(image.expect("an image").config.data[..23], *br#"{"architecture":"amd64""#);
}

#[tokio::test]
async fn an_image_is_pushed_and_comes_back() {
    let registry = Registry::new().start().expect("a registry");
    let name = reference(&registry, "own/app:1");
    let layers = [ImageLayer::new(vec![0; 1024], LAYER.to_owned(), None)];
    let config = Config::oci_v1(b"{}".to_vec(), None);
    let pushed = client().push(&name, &layers, config, &RegistryAuth::Anonymous, None).await.expect("a push");
    assert!(pushed.manifest_url.contains("/v2/own/app/manifests/"), "{}", pushed.manifest_url);
    let image = client().pull(&name, &RegistryAuth::Anonymous, vec![LAYER]).await.expect("an image");
    assert_eq!(image.layers[0].data.len(), 1024);
    assert_eq!(registry.layout().expect("a layout").nodes().expect("nodes").len(), 1);
}

#[tokio::test]
async fn tags_are_listed() {
    let fixture = oci_image! { 'image: manifest "app:2" {} tag "app:1" => 'image };
    let registry = serve(fixture);
    let (name, anonymous) = (reference(&registry, "app:1"), RegistryAuth::Anonymous);
    let tags = client().list_tags(&name, &anonymous, Some(1), None).await.expect("tags");
    assert_eq!(tags.tags, ["1"]);
    let tags = client().list_tags(&name, &anonymous, None, Some("1")).await.expect("tags");
    assert_eq!(tags.tags, ["2"]);
}

#[tokio::test]
async fn referrers_are_followed() {
    let fixture = oci_image! {
        'image: manifest "app:1" { "a" => "b" }
        manifest { artifact_type: "application/spdx+json", subject: 'image, blob "application/spdx+json" => "{}" }
    };
    let registry = serve(fixture);
    let digest =
        registry.layout().expect("a layout").reference("app:1").expect("the image").digest().to_string();
    let name = reference(&registry, "app:1").clone_with_digest(digest);
    let found = client().pull_referrers(&name, Some("application/spdx+json")).await.expect("referrers");
    assert_eq!(found.manifests.len(), 1);
}

#[tokio::test]
async fn credentials_are_sent_to_a_registry_that_asks_for_them() {
    let fixture = oci_image! { manifest "app:1" { "a" => "b" } };
    let registry = Registry::new().with(&fixture).basic("user", "password").start().expect("a registry");
    let (name, right) =
        (reference(&registry, "app:1"), RegistryAuth::Basic("user".into(), "password".into()));
    let wrong = RegistryAuth::Basic("user".into(), "guess".into());
    assert!(client().pull(&name, &wrong, vec![LAYER]).await.is_err());
    assert!(client().pull(&name, &right, vec![LAYER]).await.is_ok());
}

#[tokio::test]
async fn a_token_is_fetched_from_a_registry_that_asks_for_one() {
    let fixture = oci_image! { manifest "app:1" { "a" => "b" } };
    let registry = Registry::new().with(&fixture).bearer("user", "password").start().expect("a registry");
    let auth = RegistryAuth::Basic("user".into(), "password".into());
    assert!(client().pull(&reference(&registry, "app:1"), &auth, vec![LAYER]).await.is_ok());
}

// What the client makes of faults: what its own tests of lying servers (`tests/digest_validation.rs`) have a server of 139
// lines for, and more.

#[tokio::test]
async fn another_manifest_than_its_digest_says_is_refused() {
    let error = refusal(oci_image! { #[http(body = "{}")] manifest "app:1" { "a" => "b" } }).await;
    assert!(error.contains("digest"), "{error}");
}

#[tokio::test]
async fn another_config_than_its_digest_says_is_refused() {
    let error = refusal(oci_image! { manifest "app:1" { #[http(body = "{}")] config {} "a" => "b" } }).await;
    assert!(error.contains("digest"), "{error}");
}

#[tokio::test]
async fn another_blob_than_its_digest_says_is_refused() {
    let error =
        refusal(oci_image! { manifest "app:1" { #[http(body = "other")] layer { "a" => "b" } } }).await;
    assert!(error.contains("digest"), "{error}");
}

/// A registry that answers what was asked for by this digest with another manifest.
#[tokio::test]
async fn another_manifest_than_was_asked_for_by_its_digest_is_refused() {
    let registry = serve(oci_image! { #[flip = 0] manifest "app:1" { "a" => "b" } });
    let digest =
        registry.layout().expect("a layout").reference("app:1").expect("the image").digest().to_string();
    let name = reference(&registry, "app:1").clone_with_digest(digest);
    let error = client().pull_manifest(&name, &RegistryAuth::Anonymous).await.unwrap_err().to_string();
    assert!(error.contains("digest"), "{error}");
}

#[tokio::test]
async fn a_digest_header_of_the_config_that_is_wrong_is_refused() {
    let error = refusal(oci_image! {
        manifest "app:1" { #[http(header("Docker-Content-Digest", "sha256:deadbeef"))] config {} "a" => "b" }
    });
    assert!(error.await.contains("digest"));
}

/// It is asked for by its SHA-512 digest, and the header says its SHA-256 digest.
#[tokio::test]
async fn a_manifest_is_pulled_by_a_digest_of_another_algorithm_than_the_header_has() {
    let (bytes, auth) = (br#"{"schemaVersion":2,"config":{},"layers":[]}"#, RegistryAuth::Anonymous);
    let wrong_digest = Http::header("Docker-Content-Digest", Digest::sha256(bytes).to_string()).method("GET");
    let registry = Registry::new().on(Endpoint::Manifest, wrong_digest).start().expect("a registry");
    let name = reference(&registry, "app").clone_with_digest(Digest::sha512(bytes).to_string());
    client()
        .push_manifest_raw(&name, bytes.to_vec(), MANIFEST.parse().expect("a type"))
        .await
        .expect("a push");
    let (pulled, _) = client().pull_manifest_raw(&name, &auth, &[MANIFEST]).await.expect("a manifest");
    assert_eq!(pulled[..], bytes[..]);
}

#[tokio::test]
async fn a_blob_that_is_stored_wrong_is_refused() {
    let error = refusal(oci_image! { manifest "app:1" { #[flip = 0] layer { "a" => "b" } } }).await;
    assert!(error.contains("digest"), "{error}");
}

#[tokio::test]
async fn a_digest_header_that_is_wrong_is_refused() {
    let error = refusal(oci_image! {
        manifest "app:1" { #[http(header("Docker-Content-Digest", "sha256:deadbeef"))] layer { "a" => "b" } }
    })
    .await;
    assert!(error.contains("digest"), "{error}");
}

#[tokio::test]
async fn an_empty_digest_header_counts_as_none() {
    let image = oci_image! {
        #[http(header("Docker-Content-Digest", ""))] manifest "app:1" { "a" => "b" }
    };
    assert!(pull(image).await.is_ok());
}

#[tokio::test]
async fn a_blob_that_breaks_off_is_refused() {
    pull(oci_image! { manifest "app:1" { #[http(cut = -1)] layer { "a" => "b" } } })
        .await
        .map(drop)
        .unwrap_err();
}

/// A registry that lacks a layer, and the layer's descriptor.
fn without_layer() -> (RunningRegistry, OciDescriptor) {
    let registry = serve(oci_image! { manifest "app:1" { #[missing] 'gone: layer { "a" => "b" } } });
    let digest = registry.layout().expect("a layout").label("gone").expect("the layer").digest().to_string();
    (registry, OciDescriptor { digest, ..OciDescriptor::default() })
}

/// The code of an error that the registry has said.
fn code(error: OciDistributionError) -> OciErrorCode {
    let OciDistributionError::RegistryError { mut envelope, .. } = error else { panic!("{error}") };
    envelope.errors.remove(0).code
}

#[tokio::test]
async fn the_body_of_an_error_does_not_reach_the_caller() {
    let ((registry, layer), mut bytes) = (without_layer(), Vec::new());
    let error = client().pull_blob(&reference(&registry, "app:1"), &layer, &mut bytes).await.unwrap_err();
    assert_eq!((code(error), bytes.len()), (OciErrorCode::BlobUnknown, 0));
}

#[tokio::test]
async fn a_missing_blob_is_no_stream() {
    let (registry, layer) = without_layer();
    let error = client().pull_blob_stream(&reference(&registry, "app:1"), &layer).await.err();
    assert_eq!(error.map(code), Some(OciErrorCode::BlobUnknown));
}

#[tokio::test]
async fn a_part_of_a_missing_blob_is_no_stream() {
    let (registry, layer) = without_layer();
    let error =
        client().pull_blob_stream_partial(&reference(&registry, "app:1"), &layer, 0, None).await.err();
    assert_eq!(error.map(code), Some(OciErrorCode::BlobUnknown));
}

#[tokio::test]
async fn a_digest_header_of_another_algorithm_is_checked_by_it() {
    let (right, wrong) = (layer_digest(), Digest::sha512("other").to_string());
    let fixture = |digest: String| {
        oci_image! { manifest "app:1" { #[http(header("Docker-Content-Digest", digest))] layer { "a" => "b" } } }
    };
    assert!(pull(fixture(right)).await.is_ok());
    assert!(refusal(fixture(wrong)).await.contains("sha512"));
}

/// The SHA-512 digest of the layer in the test above.
fn layer_digest() -> String {
    let layout = oci_image! { manifest "app:1" { "a" => "b" } }.in_memory().expect("a layout");
    let layer =
        layout.reference("app:1").and_then(|image| Ok(image.layers()?.remove(0).bytes()?.into_owned()));
    Digest::sha512(layer.expect("a layer")).to_string()
}

/// The log of the requests shows what a client repeats.
#[tokio::test]
async fn a_manifest_that_fails_once_is_not_asked_for_again() {
    let registry = serve(oci_image! { #[http(status = 503, times = 1)] manifest "app:1" {} });
    let pulled = client().pull(&reference(&registry, "app:1"), &RegistryAuth::Anonymous, vec![LAYER]).await;
    assert!(pulled.is_err());
    assert_eq!(registry.requests().sorted().to_string(), "GET library/app manifests 1 503 112");
}
