//! Platforms of descriptors and configs.

use oci_fixture_grammar::Platform;
use oci_fixture_grammar::platform::{arch, os};

use crate::declare::platform::PlatformJson;
use crate::verify::excerpt::excerpt;
use crate::verify::facts::json::JsonValue;
use crate::verify::kind::FindingKind;
use crate::verify::limits::{Limit, Limits};

/// The platform in an object, if the object has an operating system and an architecture.
pub(in crate::verify) fn of(value: JsonValue<'_>, limits: &Limits) -> Option<Platform> {
    let text = |name| value.given(name).and_then(JsonValue::text).map(|text| excerpt(&text));
    let features = value.given("os.features").into_iter().flat_map(JsonValue::items);
    let features = features.filter_map(JsonValue::text).take(limits.os_features);
    let json = PlatformJson {
        os: text("os")?,
        architecture: text("architecture")?,
        variant: text("variant"),
        os_version: text("os.version"),
        os_features: features.map(|feature| excerpt(&feature)).collect(),
    };
    Some(json.into())
}

/// Whether two platforms agree. A part that one of them does not have, such as the variant, is not compared.
pub(in crate::verify) fn agree(one: &Platform, other: &Platform) -> bool {
    let (normal, other_normal) = (one.normalized(), other.normalized());
    let has_variants = one.variant().is_some() && other.variant().is_some();
    let has_versions = one.os_version().is_some() && other.os_version().is_some();
    let has_features = !one.os_features().is_empty() && !other.os_features().is_empty();
    normal.os() == other_normal.os()
        && normal.architecture() == other_normal.architecture()
        && (!has_variants || normal.variant() == other_normal.variant())
        && (!has_versions || normal.os_version() == other_normal.os_version())
        && (!has_features || normal.os_features() == other_normal.os_features())
}

/// Reports the unusual names in an object that has a platform. `prefix` stands before the name of a field in findings.
pub(in crate::verify) fn check(
    value: JsonValue<'_>,
    prefix: &str,
    limits: &Limits,
    add: &mut dyn FnMut(FindingKind),
) {
    let text = |name| value.given(name).and_then(JsonValue::text);
    if let Some(found) = text("architecture") {
        let normal = Platform::new("", &found).normalized();
        add_name(&format!("{prefix}architecture"), &found, normal.architecture(), arch::ALL, add);
    }
    if let Some(found) = text("os") {
        let normal = Platform::new(&found, "").normalized();
        add_name(&format!("{prefix}os"), &found, normal.os(), os::ALL, add);
    }
    let most = limits.os_features;
    let features = value.given("os.features").into_iter().flat_map(JsonValue::items);
    if features.take(most.saturating_add(1)).count() > most {
        add(FindingKind::LimitExceeded { limit: Limit::OsFeatures(most) });
    }
}

/// Reports a name that is in no list of Go.
fn add_name(field: &str, found: &str, normal: &str, all: &[&str], add: &mut dyn FnMut(FindingKind)) {
    if all.contains(&found) {
        return;
    }
    let expected = all.contains(&normal).then(|| normal.to_owned());
    add(FindingKind::PlatformUnusual { field: field.to_owned(), found: excerpt(found), expected });
}
