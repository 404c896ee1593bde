//! Configs: the facts of an image's config.

use oci_fixture_grammar::{Digest, Invalid, Platform, env, port, time};

use crate::verify::excerpt::excerpt;
use crate::verify::facts::annotations::{self, Annotated};
use crate::verify::facts::check_digest;
use crate::verify::facts::json::{JsonKind, JsonValue};
use crate::verify::facts::platform;
use crate::verify::facts::shape;
use crate::verify::kind::FindingKind;
use crate::verify::limits::Limits;

/// The parts of a config that are compared with the manifest and the descriptors that refer to it.
pub(in crate::verify) struct ConfigFacts {
    pub(in crate::verify) platform: Option<Platform>,
    /// The `diff_ids`, with `None` for each text that is not a digest. `None` instead of the list if the config has
    /// no list of them.
    pub(in crate::verify) diff_ids: Option<Vec<Option<Digest>>>,
}

impl ConfigFacts {
    pub(in crate::verify) fn of(document: JsonValue<'_>, limits: &Limits) -> Self {
        let digest = |diff_id: JsonValue<'_>| Digest::parse(&diff_id.text()?).ok();
        let diff_ids = diff_ids(document).map(|diff_ids| diff_ids.items().map(digest).collect());
        Self { platform: platform::of(document, limits), diff_ids }
    }
}

/// Reports each wrong field of a config.
pub(in crate::verify) fn check(document: JsonValue<'_>, limits: &Limits, add: &mut dyn FnMut(FindingKind)) {
    shape::CONFIG.check(document, add);
    let kind = document.get("rootfs").and_then(|rootfs| rootfs.get("type")).and_then(JsonValue::text);
    if let Some(found) = kind.filter(|kind| kind != "layers") {
        add(FindingKind::RootfsType { found: excerpt(&found) });
    }
    platform::check(document, "", limits, add);
    check_times(document, add);
    if let Some(process) = document.given("config") {
        check_process(process, add);
    }
    let Some(diff_ids) = diff_ids(document) else { return };
    for diff_id in diff_ids.items().filter_map(JsonValue::text) {
        check_digest(&diff_id, add);
    }
    let Some(history) = document.given("history") else { return };
    let with_layer = |step: &JsonValue<'_>| !step.get("empty_layer").is_some_and(JsonValue::is_true);
    let steps = history.items().filter(with_layer).count() as u64;
    let diff_ids = diff_ids.items().count() as u64;
    if steps != diff_ids && history.items().next().is_some() {
        add(FindingKind::HistoryCount { steps, diff_ids });
    }
}

fn check_times(document: JsonValue<'_>, add: &mut dyn FnMut(FindingKind)) {
    let mut check = |field: String, time: Option<JsonValue<'_>>| {
        let Some(time) = time.and_then(JsonValue::text) else { return };
        if let Err(invalid) = time::check(&time) {
            add(FindingKind::TimeMalformed { field, problem: problem(&invalid) });
        }
    };
    check("created".to_owned(), document.given("created"));
    let history = document.given("history").into_iter().flat_map(JsonValue::items);
    for (number, step) in history.enumerate() {
        check(format!("history[{number}].created"), step.given("created"));
    }
}

/// Reports each wrong field of the member `config`, which says how a container is run.
fn check_process(process: JsonValue<'_>, add: &mut dyn FnMut(FindingKind)) {
    let variables = process.given("Env").into_iter().flat_map(JsonValue::items);
    for (number, variable) in variables.enumerate() {
        if let Some(Err(invalid)) = variable.text().map(|variable| env::check(&variable)) {
            let field = format!("config.Env[{number}]");
            add(FindingKind::EnvMalformed { field, problem: problem(&invalid) });
        }
    }
    for (port, _) in process.given("ExposedPorts").into_iter().flat_map(JsonValue::members) {
        if let Err(invalid) = port::check(&port) {
            add(FindingKind::PortMalformed { problem: problem(&invalid) });
        }
    }
    if let Some(labels) = process.given("Labels") {
        annotations::check(labels, Annotated::Labels, add);
    }
}

fn problem(invalid: &Invalid) -> String {
    excerpt(&invalid.to_string())
}

fn diff_ids(document: JsonValue<'_>) -> Option<JsonValue<'_>> {
    document.get("rootfs")?.get("diff_ids").filter(|diff_ids| diff_ids.kind() == JsonKind::List)
}
