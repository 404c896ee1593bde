//! The further files of a layout, which its text declares, too.

use std::fs;

use oci_fixture::{Fixture, Layout, Manifest, oci_image};
use oci_fixture_test_support::{assert_same, stored, tree};

use crate::again::read_again;

const TEXT: &str = r#"#[unchecked]
file "blobs/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" -> "/etc/passwd",
#[unchecked] file "blobs/sha256/left-over" => b"\x7fELF",
file "docs/README" => "An image layout.\n",
file "docs/current" -> "../blobs/sha256",
#[unchecked] file "docs/out" -> "/etc/passwd",
manifest "app:1" { "a" => "b" }
"#;

fn declared() -> Fixture {
    oci_image! {
        file "docs/README" => "An image layout.\n",
        file "docs/current" -> "../blobs/sha256",
        #[unchecked] file "docs/out" -> "/etc/passwd",
        #[unchecked] file "blobs/sha256/left-over" => b"\x7fELF",
        #[unchecked]
        file "blobs/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" -> "/etc/passwd",
        manifest "app:1" { "a" => "b" }
    }
}

#[test]
fn the_files_of_a_directory_are_declared_again() {
    let layout = declared().tempdir().unwrap();
    let source = layout.source().unwrap();
    assert_eq!(source.text(), TEXT);
    let again = Fixture::parse(source.text()).unwrap().tempdir().unwrap();
    assert_eq!(tree(again.path()), tree(layout.path()));
}

#[test]
fn the_files_of_an_archive_are_declared_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("layout.tar");
    declared().write_archive_to(&file).unwrap();
    let source = Layout::open_archive(&file).unwrap().source().unwrap();
    assert_eq!(source.text(), TEXT);
    let again = Fixture::parse(source.text()).unwrap().write_archive(Vec::new()).unwrap();
    assert!(again == fs::read(&file).unwrap());
}

#[test]
fn the_files_for_docker_in_an_archive_are_declared_again() {
    let folder = tempfile::tempdir().unwrap();
    let [file, again] = ["docker.tar", "again.tar"].map(|name| folder.path().join(name));
    let fixture = oci_image! { manifest "app:1" { layer { "a" => "b" } layer gzip { "c" => "d" } } };
    fixture.docker_archive().with_layout().write_to(&file).unwrap();
    let layout = Layout::open_archive(&file).unwrap();
    let source = layout.source().unwrap();
    assert!(source.text().contains("file \"manifest.json\" => "), "{source}");
    let (parsed, _beside) = read_again(&source);
    parsed.write_archive_to(&again).unwrap();
    assert_same(&stored(&Layout::open_archive(&again).unwrap()), &stored(&layout));
    // Docker finds the same images in both archives.
    let [saved, written] = [&file, &again]
        .map(|file| Fixture::from_docker_archive(file).unwrap().docker_archive().write(Vec::new()).unwrap());
    assert!(saved == written);
}

#[test]
fn the_files_in_memory_are_declared_again() {
    let fixture = oci_image! { file "docs/README" => "text", manifest "app:1" { "a" => "b" } };
    let text = "file \"docs/README\" => \"text\",\nmanifest \"app:1\" { \"a\" => \"b\" }\n";
    assert_eq!(fixture.in_memory().unwrap().source().unwrap().text(), text);
}

#[test]
fn a_large_file_stands_beside_the_text() {
    let content = "line\n".repeat(1000);
    let fixture = oci_image! { file "docs/README" => (content), manifest { "a" => "b" } };
    let layout = fixture.tempdir().unwrap();
    let (again, _folder) = read_again(&layout.source().unwrap());
    let again = again.tempdir().unwrap();
    assert_eq!(tree(again.path()), tree(layout.path()));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_declared_is_an_error() {
    let layout = Fixture::new().with(Manifest::new()).tempdir().unwrap();
    std::os::unix::net::UnixListener::bind(layout.path().join("socket")).unwrap();
    assert_eq!(
        layout.source().unwrap_err().to_string(),
        "the file \"socket\" is neither a file nor a symbolic link, so that no declaration has it"
    );
}
