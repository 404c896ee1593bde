//! skopeo: inspects images and copies them.

mod copy;
mod docker_archive;
mod inspect;

use std::path::Path;

use serde_json::{Value, json};

use crate::refusals::Refusal;
use crate::tool::SKOPEO;

const NO_OCI: Refusal = Refusal {
    images: &["config_target:latest", "mixed:docker", "mixed:config", "loadable:docker"],
    what: "",
    says: "no descriptor found for reference",
    why: "skopeo 1.9.3 finds OCI manifests and indexes by a tag, and nothing else",
};
const NO_TAG: Refusal = Refusal {
    images: &["mixed without a tag"],
    what: "",
    says: "more than one image in oci, choose an image",
    why: "skopeo 1.9.3 finds what has no tag only where it is the one entry",
};

/// Runs skopeo with options of its own, and a command.
pub(crate) fn skopeo(options: &[String], words: &[&str]) -> Result<Vec<u8>, String> {
    let usual = ["--insecure-policy", "--tmpdir", env!("CARGO_TARGET_TMPDIR")];
    SKOPEO.run(usual.into_iter().chain(options.iter().map(String::as_str)).chain(words.iter().copied()))
}

/// How skopeo calls an image.
pub(crate) fn located(transport: &str, path: &Path, tag: Option<&str>) -> String {
    let tag = tag.map_or(String::new(), |tag| format!(":{tag}"));
    format!("{transport}:{}{tag}", path.display())
}

/// What `skopeo inspect` says of an image with this config, but for its digest and its name.
fn inspection(config: &Value, docker: bool, layers: &[String]) -> Value {
    // The time of Docker's type cannot be missing.
    let created = if docker { json!("0001-01-01T00:00:00Z") } else { Value::Null };
    json!({
        "RepoTags": [],
        "Created": config.get("created").unwrap_or(&created),
        "DockerVersion": "",
        "Labels": config["config"]["Labels"],
        "Architecture": config["architecture"],
        "Os": config["os"],
        "Layers": layers,
        "Env": config["config"]["Env"],
    })
}
