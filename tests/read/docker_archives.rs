//! Archives for Docker without a layout, as fixtures.

use std::fs;

use oci_fixture::{ErrorKind, Fixture, Layout, Manifest, oci_image};
use oci_fixture_test_support::golden::assert_golden;

fn saved(fixture: &Fixture) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fixture.docker_archive().write_to(file.path()).unwrap();
    file
}

#[test]
fn an_archive_is_read_with_its_names_configs_and_layers() {
    let fixture = oci_image! {
        'app: manifest "app:1" linux/arm64 {
            config { cmd: ["/bin/run"], user: "1000" }
            layer { "etc/", "etc/name" => "app" }
            layer gzip { #[mode = 0o755] "bin/run" => "#!/bin/sh\n" }
        }
        tag "registry.example/app:2" => 'app,
        manifest "other" { "a" => "b" }
    };
    let file = saved(&fixture);
    let read = Fixture::from_docker_archive(file.path()).unwrap();
    let written = read.tempdir().unwrap();
    // What another tool has written remembers nothing of a declaration.
    let opened = Layout::open(written.path()).unwrap();
    assert_golden("read/docker_archive.txt", &format!("{opened:#}\n"));
    let (layout, declared) = (read.tempdir().unwrap(), fixture.tempdir().unwrap());
    layout.assert_verified();
    for name in ["app:1", "registry.example/app:2", "other"] {
        let [found, expected] =
            [layout.reference(name).unwrap(), declared.reference(name).unwrap()].map(|node| {
                let config = node.children().unwrap()[0].bytes().unwrap().into_owned();
                (String::from_utf8(config).unwrap(), format!("{:#}", node.rootfs().unwrap()))
            });
        assert_eq!(found, expected, "{name}");
        // An archive for Docker holds the tars before compression.
        let image = layout.reference(name).unwrap();
        let layers: Vec<_> = image.layers().unwrap().iter().map(|layer| layer.digest().to_string()).collect();
        assert_eq!(*image.config().unwrap().rootfs().diff_ids(), layers, "{name}");
    }
    // What was read is written again as the same archive.
    assert!(read.docker_archive().write(Vec::new()).unwrap() == fs::read(file.path()).unwrap());
}

#[test]
fn layers_that_are_compressed_stay_so() {
    let fixture = oci_image! {
        manifest "app:1" {
            'config: config { cmd: ["/bin/run"] }
            'layer: layer gzip { "etc/name" => "app" }
        }
        file "saved/layer" -> "../blobs/sha256/" + 'layer.hex,
        file "manifest.json" => json [{
            "Config": "blobs/sha256/" + 'config.hex,
            "RepoTags": ["app:2"],
            "Layers": ["./saved/layer"],
        }],
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    fixture.write_archive_to(file.path()).unwrap();
    let layout = Fixture::from_docker_archive(file.path()).unwrap().tempdir().unwrap();
    layout.assert_verified();
    let declared = fixture.tempdir().unwrap();
    let image = layout.reference("app:2").unwrap();
    assert_eq!(image.rootfs().unwrap().file("etc/name").unwrap(), b"app");
    let layers = image.layers().unwrap();
    assert_eq!(layers[0].digest(), declared.label("layer").unwrap().digest());
    let media_type = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    assert_eq!(layers[0].media_type(), media_type);
}

#[test]
fn an_archive_without_what_it_needs_is_an_error() {
    let error = |file: &tempfile::NamedTempFile| {
        let error = Fixture::from_docker_archive(file.path()).unwrap_err();
        let shown = error.to_string().replace(&file.path().display().to_string(), "FILE");
        (error.kind(), shown)
    };
    let layout = tempfile::NamedTempFile::new().unwrap();
    Fixture::new().with(Manifest::new().with(("a", "b"))).write_archive_to(layout.path()).unwrap();
    let what = "FILE: has no `manifest.json`, so it is no archive for Docker";
    assert_eq!(error(&layout), (ErrorKind::NotFound, what.to_owned()));

    let missing = saved(&oci_image! { linux/amd64 { #[missing] layer { "a" => "b" } } });
    let (kind, shown) = error(&missing);
    assert_eq!(kind, ErrorKind::Layout);
    assert!(shown.starts_with("FILE: lacks the layer \""), "{shown}");
    assert!(shown.ends_with("\", which its manifest.json names"), "{shown}");

    let corrupt = tempfile::NamedTempFile::new().unwrap();
    let fixture = Fixture::new().with(Manifest::new().with(("a", "b")));
    fixture.docker_archive().raw("[{").write_to(corrupt.path()).unwrap();
    let (kind, shown) = error(&corrupt);
    assert_eq!(kind, ErrorKind::Layout);
    assert!(shown.starts_with("FILE: \"manifest.json\" cannot be read as JSON"), "{shown}");
}
