//! The same layout, wherever it is made.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use oci_fixture::{Content, Fixture, Index, Label, Layout, Manifest, Store, Value, oci_image};

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

/// What a process that keeps all of them prints, and leaves.
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
            "temporary_directories_are_kept_where_the_environment_says_so",
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
fn a_blob_that_is_not_there_is_an_error_that_names_it() {
    let layout = fixture().in_memory().unwrap();
    let digest = format!("sha256:{}", "0".repeat(64));
    let error = layout.blob(&digest).unwrap_err();
    assert_eq!(error.to_string(), format!("the layout has no blob `{digest}`"));
    assert_eq!(
        layout.blob("../../etc/passwd").unwrap_err().to_string(),
        "digest `../../etc/passwd` has no `:`; write `sha256:` and 64 hexadecimal digits"
    );
}

#[test]
fn a_label_that_is_not_there_or_not_alone_is_an_error() {
    let layout = fixture().in_memory().unwrap();
    let error = layout.label("bas").unwrap_err();
    assert_eq!(error.to_string(), "no node has the label `bas`; there is `base`, `amd64`, `app`");
    let twice = oci_image! { for n in ["1", "2"] { 'image: linux/amd64 { "a" => n } } };
    let error = twice.in_memory().unwrap().label("image").map(|node| node.size()).unwrap_err();
    assert_eq!(error.to_string(), "several nodes have the label `image`; go to them from their parents");
}

#[test]
fn a_descriptor_that_cannot_be_followed_hides_no_other() {
    let layout = oci_image! {
        index "app:1" {
            linux/amd64 {}
            dangling { media_type: "a/b", digest: "nonsense", size: 1 }
        }
        dangling { media_type: "a/b", digest: "nonsense", size: 2 }
    };
    let layout = layout.in_memory().unwrap();
    assert_eq!(layout.platform("linux/amd64").unwrap().layers().unwrap().len(), 0);
    assert_eq!(layout.reference("app:1").unwrap().platform("linux/amd64").unwrap().size(), 248);
    assert!(layout.nodes().is_err());
    let tree = layout.to_string();
    assert_eq!(tree.lines().filter(|line| line.contains("has a descriptor that cannot be read")).count(), 2);
    assert!(tree.contains("manifest linux/amd64"), "{tree}");
}

#[test]
fn a_tree_without_end_is_cut_off() {
    let mut label = Label::new("0", Manifest::new());
    let mut node = Index::new().with(&label).with(label.again().descriptor(of("linux/arm64")));
    let mut fixture = Fixture::new();
    for depth in 1..40 {
        let index = Label::new(&depth.to_string(), node);
        node = Index::new().with(&index).with(index.again());
        label = label.again();
    }
    fixture.push(node);
    let layout = fixture.in_memory().unwrap();
    assert_eq!(layout.blobs().unwrap().count(), 40 + 2);
    let tree = layout.to_string();
    assert!(tree.lines().count() < 10_100, "{} lines", tree.lines().count());
    assert!(tree.contains("and 1 more"), "{}", tree.lines().next_back().unwrap());
}

#[test]
fn values_that_stand_in_one_another_too_deep_are_refused() {
    let nested = |depth| {
        let value = (1..depth).fold(Value::null(), |value, _| Value::list([value]));
        Fixture::new().with(Manifest::new().with(("a", Content::json(value)))).in_memory()
    };
    nested(128).unwrap();
    for depth in [129, 100_000] {
        let error = nested(depth).map(drop).unwrap_err();
        let problem = "more than 128 values stand in one another; remove some";
        assert_eq!(error.to_string(), format!("linux/amd64 > \"a\": {problem}"));
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

#[test]
fn a_dangling_descriptor_that_stands_again_says_what_it_said() {
    let layout = oci_image! {
        'elsewhere: dangling {
            media_type: "a/b", digest: "sha256:0", size: 1, urls: ["https://example.com/"],
            annotations: { "a": "1", "b": "2" }, platform: linux/arm64,
        }
        'elsewhere { descriptor: { annotations: { "b": null, "c": "3" } } }
    };
    let index = layout.in_memory().unwrap().index_bytes().unwrap().into_owned();
    let index: serde_json::Value = serde_json::from_slice(&index).unwrap();
    let common = r#""mediaType":"a/b","digest":"sha256:0","size":1,"urls":["https://example.com/"],"platform":{"architecture":"arm64","os":"linux"}"#;
    let expected = format!(
        r#"[{{{common},"annotations":{{"a":"1","b":"2"}}}},{{{common},"annotations":{{"a":"1","c":"3"}}}}]"#
    );
    assert_eq!(index["manifests"], serde_json::from_str::<serde_json::Value>(&expected).unwrap());
}

/// Only the program knows which of two `if`s are taken; what then stands twice is an error when it is written.
#[test]
fn what_stands_in_two_ifs_is_looked_at_when_it_is_written() {
    let image = |first: bool, second: bool| {
        oci_image! {
            linux/amd64 {
                layer {
                    if first { "a" => "1" }
                    if second { "a" => "2" }
                }
            }
        }
    };
    image(true, false).in_memory().unwrap();
    image(false, true).in_memory().unwrap();
    let error = image(true, true).in_memory().map(drop).unwrap_err().to_string();
    assert_eq!(
        error,
        "linux/amd64 > layer 1 > \"a\": this path is twice in the layer; remove one of the two entries"
    );
}

#[test]
fn a_struct_literal_is_spliced() {
    struct Files {
        count: u32,
    }
    impl IntoIterator for Files {
        type Item = (String, &'static str);
        type IntoIter = Box<dyn Iterator<Item = Self::Item>>;
        fn into_iter(self) -> Self::IntoIter {
            Box::new((0..self.count).map(|number| (format!("file{number}"), "content")))
        }
    }
    let layout = oci_image! { linux/amd64 { ..Files { count: 3 } } }.in_memory().unwrap();
    assert_eq!(layout.platform("linux/amd64").unwrap().layers().unwrap()[0].size(), 3 * 1024 + 1024);
}

fn of(platform: &str) -> oci_fixture::Descriptor {
    oci_fixture::Descriptor::new().platform(platform)
}

#[test]
fn a_platform_made_from_parts_is_checked_like_one_that_is_read() {
    use oci_fixture::Platform;
    for (os, architecture, problem) in [
        ("", "amd64", "platform's operating system is empty"),
        ("linux", "x/y/z", "platform `linux/x/y/z` has 4 parts"),
    ] {
        let manifest = Manifest::new().platform(Platform::new(os, architecture));
        let error = Fixture::new().with(manifest).in_memory().map(drop).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}
