//! Further files of a layout, in each way out.

use std::fs;
use std::path::Path;

use oci_fixture::{Blob, Content, ExtraFile, Findings, Fixture, Label, Manifest, Text, oci_image};
use oci_fixture_test_support::{EntryType, read_tar};

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn image() -> Fixture {
    Fixture::new().with(Manifest::new().reference("app:1"))
}

#[test]
fn a_directory_holds_further_files() {
    let fixture = oci_image! {
        'app: manifest "app:1" {}
        file "docs/deep/README" => "text",
        file "docs/" + 'app.hex => 'app.bytes,
        #[unchecked] file "blobs/sha256/left.tmp" => Content::zeros(300_000),
    };
    let layout = fixture.tempdir().unwrap();
    let read = |path: &str| fs::read(layout.path().join(path)).unwrap();
    assert_eq!(read("docs/deep/README"), b"text");
    let app = layout.label("app").unwrap();
    assert_eq!(read(&format!("docs/{}", app.digest().hex())), *app.bytes().unwrap());
    assert_eq!(read("blobs/sha256/left.tmp"), vec![0; 300_000]);
    // A file that was written before it was renamed leaves nothing behind.
    let mut names: Vec<_> =
        fs::read_dir(layout.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["blobs", "docs", "index.json", "oci-layout"]);
    // A file that is written again replaces the first one.
    fs::write(layout.path().join("docs/deep/README"), "other").unwrap();
    fixture.write_to(layout.path()).unwrap();
    assert_eq!(read("docs/deep/README"), b"text");
}

#[test]
fn a_fixture_that_declares_the_whole_index_json_may_have_further_files() {
    let fixture = image().annotations([("a", "b")]).with(ExtraFile::new("docs/README", "text"));
    let layout = fixture.tempdir().unwrap();
    assert_eq!(fs::read(layout.path().join("docs/README")).unwrap(), b"text");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_written_and_not_followed() {
    let directory = tempfile::tempdir().unwrap();
    let layout = directory.path().join("layout");
    let linked = image().with(ExtraFile::symlink("docs", directory.path().to_str().unwrap()).unchecked());
    linked.write_to(&layout).unwrap();
    assert_eq!(fs::read_link(layout.join("docs")).unwrap(), directory.path());
    let through = image().with(ExtraFile::new("docs/README", "text")).write_to(&layout).unwrap_err();
    assert!(through.to_string().ends_with("docs: is not a directory; name another path"), "{through}");
    assert!(!Path::new(&directory.path().join("README")).exists());
    // The link itself is replaced.
    image().with(ExtraFile::symlink("docs", "blobs")).write_to(&layout).unwrap();
    assert_eq!(fs::read_link(layout.join("docs")).unwrap(), Path::new("blobs"));
}

#[test]
fn an_archive_holds_further_files() {
    let tar = image()
        .with(ExtraFile::new("docs/README", "text"))
        .with(ExtraFile::symlink("latest", "docs/README"))
        .write_archive(Vec::new())
        .unwrap();
    let found: Vec<_> =
        read_tar(&tar).into_iter().map(|entry| (entry.name, entry.kind, entry.link)).collect();
    assert!(found.contains(&("docs/".to_owned(), EntryType::Directory, None)), "{found:?}");
    assert!(found.contains(&("docs/README".to_owned(), EntryType::Regular, None)), "{found:?}");
    let link = ("latest".to_owned(), EntryType::Symlink, Some("docs/README".to_owned()));
    assert!(found.contains(&link), "{found:?}");
}

#[test]
fn memory_holds_files_and_refuses_links() {
    let layout = image().with(ExtraFile::new("docs/README", "text")).in_memory().unwrap();
    assert_eq!(layout.extra_file("docs/README"), Some(&b"text"[..]));
    let error = image().with(ExtraFile::symlink("latest", "docs")).in_memory().unwrap_err();
    let expected = "file \"latest\": memory holds no symbolic links; write `tempdir()`, or an archive";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_archive_for_docker_holds_further_files_only_with_a_layout() {
    let fixture = image().with(ExtraFile::new("docs/README", "text"));
    assert_eq!(
        fixture.write_docker_archive(Vec::new()).unwrap_err().to_string(),
        "file \"docs/README\": an archive for Docker has no place for it; write `.docker_archive().with_layout()`"
    );
    let tar = fixture.docker_archive().with_layout().write(Vec::new()).unwrap();
    assert!(read_tar(&tar).iter().any(|entry| entry.name == "docs/README" && entry.content == b"text"));
    let taken = image().with(ExtraFile::new("manifest.json", "[]"));
    assert_eq!(
        taken.docker_archive().with_layout().write(Vec::new()).unwrap_err().to_string(),
        "file \"manifest.json\": its path is taken by a file of the archive; write another path"
    );
}

/// `verify` judges the further files below `blobs` as in any other layout.
#[test]
fn verify_judges_further_files_below_blobs() {
    let empty = format!("blobs/sha256/{EMPTY}");
    let fixture = image()
        .with(ExtraFile::new("README", "text"))
        .with(ExtraFile::new("blobs/sha256/left.tmp", "").unchecked())
        .with(ExtraFile::new("blobs/No tes/a", "").unchecked())
        .with(ExtraFile::new(&empty, "not empty").unchecked());
    let findings = |findings: Findings| findings.iter().map(ToString::to_string).collect::<Vec<_>>();
    let in_directory = findings(fixture.tempdir().unwrap().verify());
    assert_eq!(in_directory.len(), 4, "{in_directory:#?}");
    for name in ["left.tmp", "No tes", EMPTY] {
        assert!(in_directory.iter().any(|finding| finding.contains(name)), "{name}: {in_directory:#?}");
    }
    assert_eq!(findings(fixture.in_memory().unwrap().verify()), in_directory);
    image().with(ExtraFile::new("README", "text")).tempdir().unwrap().assert_verified();
}

#[test]
fn the_path_of_a_further_file_is_relative_and_not_taken() {
    let four = Label::new("four", Blob::new("a/b", "four"));
    let digest = "04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00";
    let error = |file: ExtraFile| {
        image().with(&four).with(ExtraFile::new("a/b", "")).with(file).tempdir().unwrap_err().to_string()
    };
    for (file, expected) in [
        (ExtraFile::new("../a", ""), "file \"../a\": path `../a` has the component `..`; write `a`"),
        (
            ExtraFile::new("../a", "").unchecked(),
            "file \"../a\": path `../a` has the component `..`; write `a`",
        ),
        (ExtraFile::new("", ""), "file \"\": path is empty; write a name, such as `README`"),
        (
            ExtraFile::new("oci-layout", "").unchecked(),
            "file \"oci-layout\": path `oci-layout` is that of a file which every layout has; write another name",
        ),
        (
            ExtraFile::new("blobs/x", ""),
            "file \"blobs/x\": path `blobs/x` is among the blobs; write another directory, such as `other/x`",
        ),
        (
            ExtraFile::symlink("x", "../../etc"),
            "file \"x\": symlink target `../../etc` climbs above the root from `x`; write `etc`",
        ),
        (ExtraFile::new("a/b", ""), "file \"a/b\": its path is taken by another file; write another path"),
        (ExtraFile::new("a", ""), "file \"a\": its path is taken by another file; write another path"),
        (
            ExtraFile::new("a/b/c", ""),
            "file \"a/b/c\": its path is taken by another file; write another path",
        ),
        (
            ExtraFile::new("blobs/sha256", "").unchecked(),
            "file \"blobs/sha256\": its path is taken by the directory of blobs; write another path",
        ),
        (
            ExtraFile::new(Text::new("blobs/sha256/") + four.hex(), "").unchecked(),
            "file \"blobs/sha256/{'four.hex}\": its path is taken by a blob; write another path",
        ),
        (
            ExtraFile::new(format!("blobs/sha256/{digest}"), "").unchecked(),
            "file \"blobs/sha256/04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00\": its path is taken by a blob; write another path",
        ),
    ] {
        assert_eq!(error(file), expected);
    }
    // A blob that is not stored may be there.
    let missing = Blob::new("a/b", "four").missing();
    let file = ExtraFile::new(format!("blobs/sha256/{digest}"), "five").unchecked();
    let layout = Fixture::new().with(missing).with(file).in_memory().unwrap();
    assert_eq!(*layout.nodes().unwrap()[0].bytes().unwrap(), *b"five");
}
