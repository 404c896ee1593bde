//! The images of a layout, as its raw documents show them.

use std::collections::BTreeMap;

use oci_fixture_test_support::Tree;

use crate::json::Json;
use crate::model::Platform;

/// The images of a layout: the digests of the manifests, and the platform of each. `None` if a manifest is listed for several
/// platforms, since only its descriptors tell them apart.
pub(crate) fn of(files: &Tree) -> Option<BTreeMap<String, Platform>> {
    let mut images = BTreeMap::new();
    let mut seen = BTreeMap::new();
    let blob = |digest: &str| files.get(&format!("blobs/{}", digest.replace(':', "/")));
    let stored = |digest: &str| blob(digest).map(|it| Json::read(it));
    let mut open = Json::read(&files["index.json"]).list("manifests").to_vec();
    while let Some(descriptor) = open.pop() {
        let (digest, media_type) = (descriptor.str("digest"), descriptor.str("mediaType"));
        let mut platform = None;
        if media_type.ends_with(".index.v1+json") || media_type.contains(".manifest.list.") {
            if !seen.contains_key(digest) {
                open.extend(stored(digest).into_iter().flat_map(|index| index.list("manifests").to_vec()));
            }
        } else if media_type.contains(".manifest.v") {
            // A config of any media type has a platform if its JSON has the members of one.
            let config = || {
                let config = blob(stored(digest)?.get("config")?.str("digest"))?;
                let value: serde_json::Value = serde_json::from_slice(config).ok()?;
                let is_platform = ["os", "architecture"].iter().all(|name| value[name].is_string());
                is_platform.then(|| Json::read(config))
            };
            platform = descriptor.get("platform").cloned().or_else(config).map(|it| platform_of(&it));
            images.extend(platform.clone().map(|platform| (digest.to_owned(), platform)));
        } else {
            // The same bytes may be a document under another descriptor.
            continue;
        }
        let other = seen.insert(digest.to_owned(), platform.clone());
        if other.is_some_and(|other| other != platform) {
            return None;
        }
    }
    Some(images)
}

fn platform_of(json: &Json) -> Platform {
    let text = |name: &str| json.get(name).map(|_| json.str(name).to_owned());
    let feature = |feature: &Json| match feature {
        Json::Text(feature) => feature.clone(),
        other => panic!("{other:?} is no feature"),
    };
    Platform {
        os: json.str("os").to_owned(),
        architecture: json.str("architecture").to_owned(),
        variant: text("variant"),
        os_version: text("os.version"),
        os_features: match json.get("os.features") {
            Some(_) => json.list("os.features").iter().map(feature).collect(),
            None => Vec::new(),
        },
    }
}
