//! Configs: what an image says of itself, and of its layers.

use oci_fixture_grammar::{Digest, Platform};

use super::excerpt::excerpt;
use super::json::{Kind, Value};
use super::kind::FindingKind;
use super::link::{check_digest, platform};

/// What is compared of a config with what refers to it.
pub(super) struct Config {
    pub(super) platform: Option<Platform>,
    /// Nothing for one that is none, and where there is no list of them.
    pub(super) diff_ids: Option<Vec<Option<Digest>>>,
}

impl Config {
    pub(super) fn of(document: Value<'_>) -> Self {
        let digest = |diff_id: Value<'_>| Digest::parse(&diff_id.text()?).ok();
        let diff_ids = diff_ids(document).map(|diff_ids| diff_ids.items().map(digest).collect());
        Self { platform: platform(document), diff_ids }
    }
}

/// What is wrong with the values of a config's fields, besides their types.
pub(super) fn check(document: Value<'_>, add: &mut dyn FnMut(FindingKind)) {
    let kind = document.get("rootfs").and_then(|rootfs| rootfs.get("type")).and_then(Value::text);
    if let Some(found) = kind.filter(|kind| kind != "layers") {
        add(FindingKind::RootfsType { found: excerpt(&found) });
    }
    let Some(diff_ids) = diff_ids(document) else { return };
    for diff_id in diff_ids.items().filter_map(Value::text) {
        check_digest(&diff_id, add);
    }
    let Some(history) = document.given("history") else { return };
    let with_layer = |step: &Value<'_>| !step.get("empty_layer").is_some_and(Value::is_true);
    let steps = history.items().filter(with_layer).count() as u64;
    let diff_ids = diff_ids.items().count() as u64;
    if steps != diff_ids && history.items().next().is_some() {
        add(FindingKind::HistoryCount { steps, diff_ids });
    }
}

fn diff_ids(document: Value<'_>) -> Option<Value<'_>> {
    document.get("rootfs")?.get("diff_ids").filter(|diff_ids| diff_ids.kind() == Kind::List)
}
