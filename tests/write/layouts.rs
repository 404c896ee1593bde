//! The same layout in memory, in a directory and in a temporary directory.
use std::collections::BTreeMap;

use oci_fixture::{Content, Fixture, Layout, Store, oci_image};

fn fixture() -> Fixture {
    oci_image! {
        'app: index "app:1" {
            'amd64: linux/amd64 { 'base: layer gzip { "etc/", "etc/name" => "x" } layer { "large" => Content::random(1, 1 << 20) } }
            linux/arm64 { 'base, layer zstd { whiteout "etc/name" } }
            unknown/unknown { annotations: { "of": 'amd64.digest } }
        }
        tag "app:" + 'app.hex => 'app,
        blob "text/plain" => "unnamed"
    }
}

#[test]
fn memory_and_directories_hold_the_same_bytes() {
    fn everything<S: Store>(layout: &Layout<S>) -> (Vec<u8>, BTreeMap<String, Vec<u8>>, String, String) {
        let blobs = layout.blobs().unwrap().map(|blob| {
            let (digest, bytes) = blob.unwrap();
            (digest.to_string(), bytes.into_owned())
        });
        let index = layout.index_bytes().unwrap().into_owned();
        let base = layout.label("base").unwrap().digest().to_string();
        (index, blobs.collect(), layout.to_string(), base)
    }
    let memory = everything(&fixture().in_memory().unwrap());
    let temporary = fixture().tempdir().unwrap();
    assert_eq!(everything(&temporary), memory);
    let directory = fixture().write_to(temporary.path().join("other")).unwrap();
    assert_eq!(everything(&directory), memory);
    assert_eq!(memory.1.len(), 11);
}

#[test]
fn a_temporary_directory_goes_with_its_layout() {
    let layout = fixture().tempdir().unwrap();
    let path = layout.path().to_owned();
    assert!(path.join("index.json").is_file());
    drop(layout);
    assert!(!path.exists());
}

#[test]
fn a_temporary_directory_that_is_kept_stays() {
    let layout = fixture().tempdir().unwrap();
    let (path, label) = (layout.path().to_owned(), layout.label("base").unwrap().digest().clone());
    let kept = layout.keep();
    assert_eq!(kept.path(), path);
    assert_eq!(kept.label("base").unwrap().digest(), &label);
    drop(kept);
    assert!(path.join("index.json").is_file());
    std::fs::remove_dir_all(path).unwrap();
}

/// The output of a process that keeps all temporary directories, and the directories that it leaves behind.
#[test]
fn temporary_directories_are_kept_where_the_environment_says_so() {
    const CHILD: &str = "OCI_FIXTURE_TEST_CHILD_MAKES_A_DIRECTORY";
    if std::env::var_os(CHILD).is_some() {
        println!("made {}", fixture().tempdir().unwrap().path().display());
        return;
    }
    for (keep, kept) in [(None, false), (Some(""), false), (Some("0"), false), (Some("1"), true)] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args([
            "--exact",
            "layouts::temporary_directories_are_kept_where_the_environment_says_so",
            "--nocapture",
        ]);
        child
            .env(CHILD, "1")
            .env_remove("OCI_FIXTURE_KEEP")
            .envs(keep.map(|keep| ("OCI_FIXTURE_KEEP", keep)));
        let output = child.output().unwrap();
        let (stdout, stderr) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        let path = stdout.lines().find_map(|line| Some(line.split_once("made ")?.1)).unwrap();
        assert_eq!(stderr.contains(&format!("oci-fixture: kept {path}\n")), kept, "{keep:?}: {stderr}");
        assert_eq!(std::path::Path::new(path).join("index.json").is_file(), kept, "{keep:?}");
        if kept {
            std::fs::remove_dir_all(path).unwrap();
        }
    }
}

#[test]
fn all_directories_that_a_failed_write_made_go_again() {
    let temp = tempfile::tempdir().unwrap();
    let missing = oci_image! { linux/amd64 { "a" => Content::file(temp.path().join("missing")) } };
    let error = missing.write_to(temp.path().join("p/q/r")).unwrap_err().to_string();
    assert!(error.starts_with("linux/amd64: cannot be made: \"a\": "), "{error}");
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0);
}
