//! Docker: the images that it finds in an archive, in versions before and since 1.10.

use std::collections::BTreeSet;

use oci_fixture_test_support::{Tree, digest};
use serde_json::Value;

use crate::archives::{Archive, each_archive, members};
use crate::blobs::{diff_ids, parsed};

/// The names of an image, and the tars of its layers, the lowest first.
type Image = (BTreeSet<String>, Vec<String>);

#[test]
fn every_docker_finds_the_same_images_in_an_archive() {
    each_archive(|Archive { name, path, has_layout, is_for_docker, .. }| {
        if !is_for_docker {
            return;
        }
        let files = members(path);
        let mut used = BTreeSet::new();
        let mut images = listed(&files, &mut used);
        // Before 1.10, a layer is an image.
        images.retain(|(_, tars)| !tars.is_empty());
        assert_eq!(images, linked(&files, &mut used), "{name}");

        let mut unused = files.keys().filter(|name| !used.contains(*name));
        let in_layout =
            |name: &str| ["oci-layout", "index.json"].contains(&name) || name.starts_with("blobs/");
        let is_further = |file: &str| {
            name.starts_with("files ")
                && ["README", "docs/", "docs/image.json", "latest"]
                    .contains(&file.split(" -> ").next().unwrap())
        };
        assert_eq!(
            unused.find(|name| !(*has_layout && (in_layout(name) || is_further(name)))),
            None,
            "{name}"
        );
    });
}

/// The configs and layers that `manifest.json` lists.
fn listed(files: &Tree, used: &mut BTreeSet<String>) -> BTreeSet<Image> {
    used.insert("manifest.json".to_owned());
    let image = |image: &Value| {
        let config = text(&image["Config"]);
        let layers: Vec<_> = image["Layers"].as_array().unwrap().iter().map(text).collect();
        let tars: Vec<_> = layers.iter().map(|path| digest(&files[path])).collect();
        assert_eq!(diff_ids(&parsed(&files[&config])), tars, "{config}");
        used.extend(layers.into_iter().chain([config]));
        let names = image["RepoTags"].as_array().into_iter().flatten().map(text);
        // Before 1.10, names on Docker Hub had no domain.
        let familiar =
            names.map(|name| name.trim_start_matches("docker.io/").trim_start_matches("library/").to_owned());
        (familiar.collect(), tars)
    };
    parsed(&files["manifest.json"]).as_array().unwrap().iter().map(image).collect()
}

/// The directories of the older format: each is a layer that names the layer below it. `repositories` names the uppermost
/// layers.
fn linked(files: &Tree, used: &mut BTreeSet<String>) -> BTreeSet<Image> {
    let directories = files.keys().filter_map(|name| name.strip_suffix("/VERSION").map(str::to_owned));
    let mut tops: BTreeSet<_> = directories.collect();
    let parents: Vec<_> = tops.iter().filter_map(|id| parent(files, id)).collect();
    tops.retain(|id| !parents.contains(id));

    let mut names = Vec::new();
    for (repository, tags) in parsed(&files["repositories"]).as_object().unwrap() {
        names.extend(
            tags.as_object().unwrap().iter().map(|(tag, id)| (format!("{repository}:{tag}"), text(id))),
        );
    }
    assert!(names.iter().all(|(_, id)| tops.contains(id)), "{names:?}, {tops:?}");
    used.insert("repositories".to_owned());

    let mut image = |top: &String| {
        let mut tars = Vec::new();
        let mut layer = Some(top.clone());
        while let Some(id) = layer {
            assert_eq!(files[&format!("{id}/VERSION")], b"1.0");
            let prefix = format!("{id}/layer.tar -> ../");
            let target = |name: &'_ String| Some((name.clone(), name.strip_prefix(&prefix)?.to_owned()));
            let (link, target) = files.keys().find_map(target).unwrap();
            tars.insert(0, digest(&files[&target]));
            used.extend([link, format!("{id}/"), format!("{id}/VERSION"), format!("{id}/json")]);
            layer = parent(files, &id);
        }
        let names = names.iter().filter(|(_, id)| id == top).map(|(name, _)| name.clone());
        (names.collect(), tars)
    };
    tops.iter().map(&mut image).collect()
}

fn parent(files: &Tree, id: &str) -> Option<String> {
    let image = parsed(&files[&format!("{id}/json")]);
    assert_eq!(image["id"], id);
    image.get("parent").map(text)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
