//! Archives of layouts by other programs: files with holes, and links to other members.

use std::fs;
use std::path::Path;

use oci_fixture::{Layout, oci_image};
use oci_fixture_test_support::{BSDTAR, GNU_TAR, Tool};

/// Packs a directory, and opens the archive.
fn packed(tool: Tool, options: &[&str], directory: &Path, archive: &Path) -> Layout<oci_fixture::Archive> {
    let mut arguments: Vec<&str> = options.to_vec();
    let (archive_text, directory) = (archive.to_str().unwrap(), directory.to_str().unwrap());
    arguments.extend(["-C", directory, "-cf", archive_text, "."]);
    tool.run(arguments).unwrap();
    Layout::open_archive(archive).unwrap()
}

#[test]
fn blobs_with_holes_are_whole_in_an_archive() {
    let fixture = oci_image! {
        manifest "app:1" { layer { "holes" => oci_fixture::Content::zeros(1 << 20), "file" => "layer1" } }
    };
    let directory = fixture.tempdir().unwrap();
    // The layer, with holes where it has zeros.
    let layer = directory.reference("app:1").unwrap().layers().unwrap()[0].path();
    let bytes = fs::read(&layer).unwrap();
    fs::remove_file(&layer).unwrap();
    let file = fs::File::create(&layer).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
    for (number, block) in
        bytes.chunks(4096).enumerate().filter(|(_, block)| block.iter().any(|byte| *byte != 0))
    {
        std::os::unix::fs::FileExt::write_all_at(&file, block, number as u64 * 4096).unwrap();
    }
    drop(file);
    let temp = tempfile::tempdir().unwrap();
    let rows: [(Tool, &[&str]); 4] = [
        (GNU_TAR, &["--format=gnu", "--sparse", "--hole-detection=raw"]),
        (GNU_TAR, &["--format=posix", "--sparse", "--hole-detection=raw"]),
        (GNU_TAR, &["--format=posix", "--sparse-version=0.1", "--sparse", "--hole-detection=raw"]),
        (BSDTAR, &["--format=pax"]),
    ];
    for (tool, options) in rows.into_iter().filter(|(tool, _)| tool.is_here()) {
        let archive = temp.path().join("archive.tar");
        let layout = packed(tool, options, directory.path(), &archive);
        assert!(fs::metadata(&archive).unwrap().len() < 1 << 19, "{options:?}: no hole is left out");
        let image = layout.reference("app:1").unwrap();
        assert_eq!(&*image.layers().unwrap()[0].bytes().unwrap(), &bytes[..], "{options:?}");
        layout.assert_verified();
    }
}

#[test]
fn links_are_followed_within_an_archive() {
    let fixture = oci_image! { manifest "app:1" { "a" => "b" } manifest "app:2" { "a" => "c" } };
    let directory = fixture.tempdir().unwrap();
    let blobs = directory.path().join("blobs/sha256");
    let layers: Vec<_> = ["app:1", "app:2"]
        .map(|name| directory.reference(name).unwrap().layers().unwrap()[0].digest().hex().to_owned())
        .into();
    // As docker save does: the layer lies elsewhere, and the blob is a link to it.
    fs::create_dir(directory.path().join("0layers")).unwrap();
    fs::rename(blobs.join(&layers[0]), directory.path().join("0layers/first.tar")).unwrap();
    fs::hard_link(directory.path().join("0layers/first.tar"), blobs.join(&layers[0])).unwrap();
    fs::rename(blobs.join(&layers[1]), directory.path().join("0layers/second.tar")).unwrap();
    std::os::unix::fs::symlink("../../0layers/third.tar", blobs.join(&layers[1])).unwrap();
    std::os::unix::fs::symlink("second.tar", directory.path().join("0layers/third.tar")).unwrap();
    fs::hard_link(directory.path().join("index.json"), directory.path().join("00index")).unwrap();
    let temp = tempfile::tempdir().unwrap();
    for tool in [GNU_TAR, BSDTAR].into_iter().filter(|tool| tool.is_here()) {
        let archive = temp.path().join("archive.tar");
        // Sorted, so that the links come behind their targets.
        let options: &[&str] = if tool.program == "tar" { &["--sort=name"] } else { &[] };
        let layout = packed(tool, options, directory.path(), &archive);
        for (name, content) in [("app:1", "b"), ("app:2", "c")] {
            let image = layout.reference(name).unwrap();
            assert_eq!(image.layers().unwrap()[0].file("a").unwrap(), content.as_bytes());
        }
        let findings: Vec<_> = layout.verify().iter().map(ToString::to_string).collect();
        let expected = "index.json > manifests[1] > layers[0]: it is a symbolic link, not the file itself";
        assert_eq!(findings, [expected]);
    }
}

#[test]
fn a_link_that_leads_nowhere_is_no_blob() {
    let fixture = oci_image! { manifest "app:1" { "a" => "b" } };
    let directory = fixture.tempdir().unwrap();
    let layer = directory.reference("app:1").unwrap().layers().unwrap()[0].path();
    let temp = tempfile::tempdir().unwrap();
    for target in [
        "nothing",
        "../../../../etc/passwd",
        "/etc/passwd",
        "../sha256",
        layer.file_name().unwrap().to_str().unwrap(),
    ] {
        fs::remove_file(&layer).unwrap();
        std::os::unix::fs::symlink(target, &layer).unwrap();
        if !GNU_TAR.is_here() {
            return;
        }
        let layout = packed(GNU_TAR, &[], directory.path(), &temp.path().join("archive.tar"));
        let image = layout.reference("app:1").unwrap();
        let node = &image.layers().unwrap()[0];
        assert_eq!(
            node.bytes().unwrap_err().to_string(),
            format!("the layout has no blob `{}`", node.digest())
        );
    }
}
