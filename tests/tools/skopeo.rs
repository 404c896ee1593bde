//! skopeo: inspects images and copies them.

mod copy;
mod docker_archive;
mod inspect;

use std::path::Path;

use oci_fixture_test_support::SKOPEO;
use serde_json::{Value, json};

/// Runs skopeo with options of its own, and a command.
pub(crate) fn skopeo(options: &[String], words: &[&str]) -> Result<Vec<u8>, String> {
    let usual = ["--insecure-policy", "--tmpdir", env!("CARGO_TARGET_TMPDIR")];
    SKOPEO.run(usual.into_iter().chain(options.iter().map(String::as_str)).chain(words.iter().copied()))
}

/// The name of an image for skopeo.
pub(crate) fn located(transport: &str, path: &Path, tag: Option<&str>) -> String {
    let tag = tag.map_or(String::new(), |tag| format!(":{tag}"));
    format!("{transport}:{}{tag}", path.display())
}

/// The output of `skopeo inspect` for an image with this config, without its digest and its name.
fn inspection(config: &Value, docker: bool, layers: &[String]) -> Value {
    // Docker's type always has a time.
    let created = if docker && config["created"].is_null() {
        "0001-01-01T00:00:00Z".into()
    } else {
        config["created"].clone()
    };
    json!({
        "RepoTags": [],
        "Created": created,
        "DockerVersion": config["docker_version"].as_str().unwrap_or_default(),
        "Labels": config["config"]["Labels"],
        "Architecture": config["architecture"],
        "Os": config["os"].as_str().unwrap_or_default(),
        "Layers": layers,
        "Env": config["config"]["Env"],
    })
}
