//! The images of a layout, found in its raw documents.

use std::collections::BTreeMap;

use oci_fixture_test_support::Tree;

use crate::json::Json;
use crate::model::Platform;

/// The images of a layout: the digests of the manifests, and for which platform each is. Nothing where
/// one is for several, since only its descriptors tell those apart.
pub(crate) fn of(files: &Tree) -> Option<BTreeMap<String, Platform>> {
    let mut images = BTreeMap::new();
    let mut seen = BTreeMap::new();
    let stored =
        |digest: &str| files.get(&format!("blobs/{}", digest.replace(':', "/"))).map(|it| Json::read(it));
    let mut open = Json::read(&files["index.json"]).list("manifests").to_vec();
    while let Some(descriptor) = open.pop() {
        let (digest, media_type) = (descriptor.str("digest"), descriptor.str("mediaType"));
        let mut platform = None;
        if media_type.ends_with(".index.v1+json") || media_type.contains(".manifest.list.") {
            if !seen.contains_key(digest) {
                open.extend(stored(digest).into_iter().flat_map(|index| index.list("manifests").to_vec()));
            }
        } else if media_type.contains(".manifest.v") {
            let config = || {
                stored(digest)?.get("config").cloned().and_then(|config| {
                    let named = config.str("mediaType").contains("image");
                    named.then(|| stored(config.str("digest"))).flatten()
                })
            };
            platform = descriptor.get("platform").cloned().or_else(config).map(|it| platform_of(&it));
            images.extend(platform.clone().map(|platform| (digest.to_owned(), platform)));
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
