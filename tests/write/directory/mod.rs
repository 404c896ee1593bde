//! Writing into a directory: what is added, what is kept, and what a write that failed or was killed leaves behind.

mod added;
mod at_once;
mod child;
mod fresh;
#[cfg(unix)]
mod killed;
mod large;
mod refused;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use oci_fixture::{ErrorKind, Fixture, Index, Layer, Manifest};
use oci_fixture_test_support::{Tree, sha256, tree, walk};
use serde_json::Value;
use tempfile::TempDir;

/// The bytes of oci-layout.
const LAYOUT: &str = r#"{"imageLayoutVersion": "1.0.0"}"#;

/// The entry of the fixture `twoplatform` in index.json.
const TWOPLATFORM: &str = concat!(
    r#"{"mediaType":"application/vnd.oci.image.index.v1+json","#,
    r#""digest":"sha256:4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240","size":491,"#,
    r#""annotations":{"io.containerd.image.name":"docker.io/library/twoplatform:latest","#,
    r#""org.opencontainers.image.ref.name":"latest"}}"#
);

/// The blobs of the fixture `twoplatform`, sorted; Go's own libraries give the same.
const TWOPLATFORM_BLOBS: [&str; 7] = [
    "2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
    "296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59",
    "2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
    "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
    "3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7",
    "466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404",
    "4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240",
];

/// The first of these blobs that is put into `blobs`.
const FIRST_BLOB: &str = TWOPLATFORM_BLOBS[0];

/// The fixtures that the tests and their children write.
fn fixture(what: &str) -> Fixture {
    let linux = |architecture: &str| Manifest::new().platform(format!("linux/{architecture}"));
    match what {
        "empty" => Fixture::new(),
        "unnamed" => Fixture::new().with(linux("amd64").with(("unnamed", "1"))),
        "twoplatform" => Fixture::new().with(
            Index::new()
                .reference("twoplatform:latest")
                .with(linux("amd64").with(("bash", "layer1")))
                .with(linux("arm64").with(("bash", "layer2"))),
        ),
        "twoplatform-before" => {
            Fixture::new().with(linux("riscv64").reference("twoplatform").with(("bash", "layer0")))
        }
        // A blob that is written before its digest is known, and one that is not.
        "big" => {
            let large = Layer::new().with(("large", varied(600 << 10)));
            Fixture::new()
                .with(linux("amd64").reference("big:1").with(large).with(Layer::new().with(("small", "1"))))
        }
        "big-before" => Fixture::new().with(linux("amd64").reference("big:1").with(("small", "1"))),
        // One layer is the same in all of these.
        app => {
            let (shared, own) = (Layer::new().with(("shared", "same")), Layer::new().with(("own", app)));
            Fixture::new().with(linux("amd64").reference(format!("{app}:1")).with(shared).with(own))
        }
    }
}

/// The files of the fixture in a new directory.
fn written(what: &str) -> Tree {
    let temp = TempDir::new().unwrap();
    fixture(what).write_to(temp.path()).unwrap();
    tree(temp.path())
}

/// The entry of a fixture in index.json.
fn entry(what: &str) -> String {
    let index = text(&written(what)["index.json"]);
    let entry = index.split_once("\"manifests\":[").and_then(|(_, list)| list.strip_suffix("]}"));
    entry.unwrap().to_owned()
}

fn index_json(entries: &[&str]) -> String {
    let media_type = "application/vnd.oci.image.index.v1+json";
    format!("{{\"schemaVersion\":2,\"mediaType\":\"{media_type}\",\"manifests\":[{}]}}", entries.join(","))
}

/// index.json after a fixture is written into a layout that has another entry.
fn merged(existing: &str, what: &str) -> String {
    let temp = TempDir::new().unwrap();
    lay(temp.path(), &[("oci-layout", LAYOUT), ("index.json", existing)]);
    fixture(what).write_to(temp.path()).unwrap();
    text(&tree(temp.path())["index.json"])
}

/// Bytes without a short period.
fn varied(size: usize) -> Vec<u8> {
    (0..251).cycle().zip(0..size).map(|(byte, nth)| byte ^ u8::from(nth / 65536 % 2 == 1)).collect()
}

/// Puts files, and directories with a `/` behind them, into a directory.
fn lay<N: AsRef<str>, C: AsRef<[u8]>>(directory: &Path, files: &[(N, C)]) {
    for (name, content) in files {
        let path = directory.join(name.as_ref());
        if name.as_ref().ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
}

fn names(tree: &Tree) -> Vec<String> {
    tree.keys().cloned().collect()
}

#[cfg(unix)]
fn modes(directory: &Path) -> BTreeMap<String, u32> {
    use std::os::unix::fs::PermissionsExt;

    let mut modes = BTreeMap::new();
    walk(directory, "", &mut |name, path| {
        modes.insert(name.to_owned(), fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777);
    });
    modes
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

/// Each blob and the number of its file, which changes when the blob is replaced; 0 where files have none.
fn blob_inodes(directory: &Path) -> BTreeSet<(String, u64)> {
    #[cfg(unix)]
    let inode = |entry: &fs::DirEntry| std::os::unix::fs::MetadataExt::ino(&entry.metadata().unwrap());
    #[cfg(not(unix))]
    let inode = |_: &fs::DirEntry| 0;
    let entries = fs::read_dir(directory.join("blobs/sha256")).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), inode(&entry))).collect()
}

/// The names in a directory that are no part of a layout.
fn leftovers(directory: &Path) -> Vec<String> {
    let parts = ["blobs", "index.json", "oci-layout"];
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !parts.contains(&name.as_str())).collect()
}

/// The digests that index.json leads to, each of which must be stored with its bytes.
fn reachable(directory: &Path) -> BTreeSet<String> {
    let read = |path: PathBuf| fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(text(&read(directory.join("oci-layout"))), LAYOUT);
    let mut reached = BTreeSet::new();
    let mut documents = vec![read(directory.join("index.json"))];
    while let Some(document) = documents.pop() {
        let document: Value = serde_json::from_slice(&document).unwrap();
        let lists =
            ["manifests", "layers"].into_iter().filter_map(|list| document[list].as_array()).flatten();
        for descriptor in lists.chain(document.get("config")) {
            let digest = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
            let bytes = read(directory.join("blobs/sha256").join(digest));
            assert_eq!(descriptor["size"], bytes.len(), "the size of {digest}");
            assert_eq!(sha256(&bytes), digest);
            let media_type = descriptor["mediaType"].as_str().unwrap();
            if media_type.contains(".index.") || media_type.contains(".manifest.") {
                documents.push(bytes);
            }
            reached.insert(digest.to_owned());
        }
    }
    reached
}

/// Asserts that index.json lists exactly these fixtures, in any order, and that exactly their blobs are stored.
fn assert_holds<'a>(directory: &Path, fixtures: impl Iterator<Item = &'a str> + Clone) {
    let listed = text(&tree(directory)["index.json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let mut listed: Vec<_> = listed["manifests"].as_array().unwrap().iter().map(Value::to_string).collect();
    let parsed = |what| serde_json::from_str::<Value>(&entry(what)).unwrap().to_string();
    let mut expected: Vec<_> = fixtures.clone().map(parsed).collect();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);

    let mut blobs: Tree = fixtures.flat_map(written).collect();
    blobs.retain(|name, _| name.starts_with("blobs/"));
    let mut found = tree(directory);
    found.retain(|name, _| name.starts_with("blobs/"));
    assert_eq!(names(&found), names(&blobs));
    assert!(found == blobs);
    reachable(directory);
}

/// Asserts that the fixture `twoplatform` cannot be written there, and that nothing changes.
fn assert_fails(directory: &Path, kind: ErrorKind, problem: &str) {
    let before = tree(directory);
    let error = fixture("twoplatform").write_to(directory).unwrap_err();
    assert_eq!(scrubbed(&error.to_string(), directory), problem);
    assert_eq!(error.kind(), kind);
    assert_eq!(tree(directory), before);
}

/// The text of an error, with `DIR` for the directory and `*` for random names.
fn scrubbed(error: &str, directory: &Path) -> String {
    const PREFIX: &str = ".oci-fixture-";
    let error =
        error.replace(&directory.display().to_string(), "DIR").replace(std::path::MAIN_SEPARATOR, "/");
    let mut parts = error.split(PREFIX);
    let mut scrubbed = parts.next().unwrap().to_owned();
    for part in parts {
        scrubbed += PREFIX;
        scrubbed += "*";
        scrubbed += part.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    }
    scrubbed
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}
