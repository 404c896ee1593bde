//! The clients of Debian 12, which are skopeo, podman, buildah, containerd and Docker, pull an image from a registry, and push
//! it to another repository of this registry. Daemons are services of `services.sh`.

use oci_fixture::{Digest, RunningRegistry, oci_image};
use oci_fixture_test_support::{BUILDAH, CONTAINERD, CTR, DOCKER, DOCKERD, PODMAN, SKOPEO, Service, Tool};

use crate::client::get;

/// An image of one platform, which all clients pull unchanged.
fn image() -> RunningRegistry {
    oci_image! {
        manifest "team/app:1" linux/amd64 {
            layer gzip { "bin/", #[mode = 0o755] "bin/app" => "#!/bin/sh\n" }
            layer { "etc/hostname" => "fixture\n" }
            config { cmd: ["/bin/app"] }
        }
    }
    .serve()
    .unwrap()
}

#[track_caller]
fn digest(registry: &RunningRegistry, repository: &str) -> Digest {
    let answer = get(registry, &format!("/v2/team/{repository}/manifests/1"));
    assert_eq!(answer.status, 200, "{repository}: {}", answer.text());
    Digest::parse(answer.must("Docker-Content-Digest")).unwrap()
}

/// The output of a client with these options and the words of a command, which must succeed.
#[track_caller]
fn run(client: Tool, options: &[String], words: &str) -> String {
    let printed = client.run(options.iter().map(String::as_str).chain(words.split_whitespace()));
    String::from_utf8(printed.unwrap_or_else(|error| panic!("{words}: {error}"))).unwrap().trim().to_owned()
}

/// Pulls the image by podman or buildah, and pushes it to another repository.
fn pulls_and_pushes(client: Tool, transport: &str) {
    if !client.is_here() {
        return;
    }
    let Some(service) = Service::start("storage", env!("CARGO_TARGET_TMPDIR")) else { return };
    let (registry, options) = (image(), service.options(client, "store"));
    let host = registry.host();
    run(client, &options, &format!("pull -q --tls-verify=false {host}/team/app:1"));
    let to = format!("{transport}{host}/team/pushed:1");
    run(client, &options, &format!("push -q --tls-verify=false {host}/team/app:1 {to}"));
    assert_eq!(digest(&registry, "pushed"), digest(&registry, "app"));
}

#[test]
fn skopeo_copies_an_index_with_all_below_it() {
    if !SKOPEO.is_here() {
        return;
    }
    let registry = oci_image! {
        index "team/app:1" {
            linux/amd64 { layer gzip { "bin/app" => "amd64" } }
            linux/arm64 { layer gzip { "bin/app" => "arm64" } }
        }
    }
    .serve()
    .unwrap();
    let (host, directory) = (registry.host(), tempfile::tempdir().unwrap());
    let layout = format!("oci:{}:1", directory.path().join("layout").display());
    let copy = "copy --all --preserve-digests --src-tls-verify=false --dest-tls-verify=false";
    let skopeo = |words: &str| run(SKOPEO, &[], words);
    skopeo(&format!("{copy} docker://{host}/team/app:1 {layout}"));
    skopeo(&format!("{copy} {layout} docker://{host}/team/pushed:1"));
    assert_eq!(digest(&registry, "pushed"), digest(&registry, "app"));
    let tags = skopeo(&format!("list-tags --tls-verify=false docker://{host}/team/app"));
    assert!(tags.contains("\"1\""), "{tags}");
    skopeo(&format!("delete --tls-verify=false docker://{host}/team/pushed:1"));
    assert_eq!(get(&registry, "/v2/team/pushed/manifests/1").status, 404);
    registry.layout().unwrap().assert_verified();
}

/// The whole log of a pull is a snapshot: the layer that both images have is asked for once.
#[test]
fn all_that_skopeo_asks_for_is_in_the_log() {
    if !SKOPEO.is_here() {
        return;
    }
    let registry = oci_image! {
        index "team/app:1" {
            'amd64: linux/amd64 { 'shared: layer { "etc/hostname" => "fixture\n" } 'config: config { cmd: ["a"] } }
            'arm64: linux/arm64 { 'shared, 'own: layer { "bin/app" => "arm64" } 'other: config { cmd: ["b"] } }
        }
    }
    .serve()
    .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (image, layout) = (registry.reference("team/app:1"), directory.path().join("layout"));
    let to = format!("oci:{}:1", layout.display());
    let copy = "copy --all --preserve-digests --src-tls-verify=false";
    run(SKOPEO, &[], &format!("{copy} docker://{image} {to}"));
    assert_eq!(
        registry.requests().sorted().to_string(),
        "\
GET team/app blobs 'config 200 174
GET team/app blobs 'other 200 248
GET team/app blobs 'own 200 2048
GET team/app blobs 'shared 200 2048
GET team/app manifests 'amd64 200 397
GET team/app manifests 'arm64 200 547
GET team/app manifests 1 200 491"
    );
}

#[test]
fn skopeo_logs_in_by_basic_and_by_bearer() {
    if !SKOPEO.is_here() {
        return;
    }
    let fixture = oci_image! { manifest "team/app:1" linux/amd64 { "a" => "b" } };
    let registry = || oci_fixture::Registry::new().with(&fixture);
    for registry in [registry().basic("user", "password"), registry().bearer("user", "password")] {
        let (registry, directory) = (registry.start().unwrap(), tempfile::tempdir().unwrap());
        let (host, layout) = (registry.host(), format!("oci:{}:1", directory.path().display()));
        let image = format!("docker://{host}/team/app:1");
        let copy = "copy --preserve-digests --src-tls-verify=false --dest-tls-verify=false";
        run(SKOPEO, &[], &format!("{copy} --src-creds user:password {image} {layout}"));
        let pushed = format!("docker://{host}/team/pushed:1");
        run(SKOPEO, &[], &format!("{copy} --dest-creds user:password {layout} {pushed}"));
        let wrong = format!("{copy} --src-creds user:wrong {image} {layout}");
        assert!(SKOPEO.run(wrong.split_whitespace()).is_err());
    }
}

#[test]
fn podman_pulls_and_pushes() {
    pulls_and_pushes(PODMAN, "");
}

#[test]
fn buildah_pulls_and_pushes() {
    pulls_and_pushes(BUILDAH, "docker://");
}

#[test]
fn containerd_pulls_and_pushes() {
    if !CONTAINERD.is_here() || !CTR.is_here() {
        return;
    }
    let Some(service) = Service::start("containerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    let registry = image();
    let host = registry.host();
    let ctr = |words: &str| run(CTR, &["--address".to_owned(), service.address.clone()], words);
    ctr(&format!("images pull --plain-http --all-platforms --snapshotter native {host}/team/app:1"));
    ctr(&format!("images tag {host}/team/app:1 {host}/team/pushed:1"));
    ctr(&format!("images push --plain-http {host}/team/pushed:1"));
    assert_eq!(digest(&registry, "pushed"), digest(&registry, "app"));
}

/// Docker pulls by the digest, and keeps the config when it pushes. Docker of this version makes the manifest and the layers
/// anew.
#[test]
fn docker_pulls_and_pushes() {
    if !DOCKERD.is_here() || !DOCKER.is_here() {
        return;
    }
    let Some(service) = Service::start("dockerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    let registry = image();
    let host = registry.host();
    let docker = |words: &str| run(DOCKER, &[format!("--host=unix://{}", service.address)], words);
    docker(&format!("pull {host}/team/app:1"));
    let pulled = docker(&format!("image inspect --format {{{{.RepoDigests}}}} {host}/team/app:1"));
    assert_eq!(pulled, format!("[{host}/team/app@{}]", digest(&registry, "app")));
    docker(&format!("tag {host}/team/app:1 {host}/team/pushed:1"));
    docker(&format!("push {host}/team/pushed:1"));
    let [app, pushed] =
        ["app", "pushed"].map(|name| get(&registry, &format!("/v2/team/{name}/manifests/1")).json());
    assert_eq!(pushed["config"]["digest"], app["config"]["digest"]);
}
