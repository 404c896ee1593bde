//! An image layout in one tar.

use oci_fixture::{Content, Fixture, Layout, oci_image};
use oci_fixture_test_support::{images::example, sha256};

use super::names;

#[test]
fn an_archive_has_the_files_of_the_layout_sorted_by_name() {
    let tar = example().write_archive(Vec::new()).unwrap();
    assert_eq!(
        names(&tar),
        [
            "blobs/",
            "blobs/sha256/",
            "blobs/sha256/2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
            "blobs/sha256/296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59",
            "blobs/sha256/2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
            "blobs/sha256/319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
            "blobs/sha256/3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7",
            "blobs/sha256/466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404",
            "blobs/sha256/4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240",
            "index.json",
            "oci-layout",
        ]
    );
    // Go's archive/tar makes an archive of this digest, too.
    assert_eq!(sha256(&tar), "75e70c0397a29717cf83ef4185de32444b9ab1a853679431bf25699c28ce267b");
}

#[test]
fn an_archive_of_the_empty_fixture_is_a_layout() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("empty.tar");
    let layout = Fixture::new().write_archive_to(&path).unwrap();
    assert_eq!(layout.to_string(), "index.json");
    assert_eq!(
        names(&std::fs::read(layout.path()).unwrap()),
        ["blobs/", "blobs/sha256/", "index.json", "oci-layout"]
    );
}

#[test]
fn labels_are_known_in_an_archive_that_was_written_but_not_in_one_that_was_opened() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("app.tar");
    let fixture = oci_image! { 'app: manifest "app:1" { 'base: layer { "a" => "b" } } };
    let written = fixture.write_archive_to(&path).unwrap();
    assert_eq!(written.label("base").unwrap().file("a").unwrap(), b"b");
    let opened = Layout::open_archive(&path).unwrap();
    assert_eq!(opened.label("base").unwrap_err().to_string(), "no node has the label `base`; there is none");
    let layer = &opened.reference("app:1").unwrap().layers().unwrap()[0];
    assert_eq!(layer.file("a").unwrap(), b"b");
    assert_eq!(layer.declared_entries().unwrap(), None);
}

/// Several readers of one archive read from one file.
#[test]
fn readers_of_one_archive_do_not_disturb_one_another() {
    use std::io::Read;

    let temp = tempfile::tempdir().unwrap();
    let fixture = oci_image! {
        linux/amd64 { layer { "a" => Content::random(1, 300_000) } layer { "b" => Content::random(2, 300_000) } }
    };
    let layout = fixture.write_archive_to(temp.path().join("a.tar")).unwrap();
    let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
    let mut readers = [layers[0].reader().unwrap(), layers[1].reader().unwrap()];
    let mut read = [Vec::new(), Vec::new()];
    loop {
        let mut more = false;
        for (reader, bytes) in readers.iter_mut().zip(&mut read) {
            let mut chunk = [0; 1000];
            let count = reader.read(&mut chunk).unwrap();
            bytes.extend_from_slice(&chunk[..count]);
            more |= count > 0;
        }
        if !more {
            break;
        }
    }
    assert!(read[0] == *layers[0].bytes().unwrap());
    assert!(read[1] == *layers[1].bytes().unwrap());
}

#[test]
fn a_file_that_is_no_archive_of_a_layout_is_an_error_that_says_what_it_is() {
    let temp = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = temp.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let tar = example().write_archive(Vec::new()).unwrap();
    let docker = oci_image! { linux/amd64 { } }.write_docker_archive(Vec::new()).unwrap();
    let cut = tar[..tar.len() - 1536].to_vec();
    let mut corrupt = tar.clone();
    corrupt[100] = b'x';
    for (path, expected) in [
        (temp.path().to_owned(), "DIR: is a directory; open that with `Layout::open`"),
        (write("a.gz", b"\x1f\x8b\x08\0\0\0\0\0"), "DIR/a.gz: is compressed with gzip; decompress it first"),
        (write("a.zst", b"\x28\xb5\x2f\xfd"), "DIR/a.zst: is compressed with zstd; decompress it first"),
        (
            write("docker.tar", &docker),
            "DIR/docker.tar: has no `oci-layout`, so it is no OCI image layout; \
             read an archive for Docker by `Fixture::from_docker_archive`",
        ),
        (
            write("empty", b""),
            "DIR/empty: has no `oci-layout`, so it is no OCI image layout; \
             read an archive for Docker by `Fixture::from_docker_archive`",
        ),
        (
            write("text", &[b'0'; 600]),
            "DIR/text: cannot be read as a tar: byte 0: the block is no header: its checksum says 0, \
             but its bytes sum to 24448",
        ),
        (
            write("corrupt", &corrupt),
            "DIR/corrupt: cannot be read as a tar: byte 0: the block is no header: its checksum says 4294, \
             but its bytes sum to 4366",
        ),
        (write("cut", &cut), "DIR/cut: cannot be read as a tar: \"oci-layout\" is cut off"),
        (
            temp.path().join("none"),
            "DIR/none: cannot read the archive: No such file or directory (os error 2)",
        ),
    ] {
        let error = Layout::open_archive(&path).map(drop).unwrap_err();
        let found = error.to_string().replace(temp.path().to_str().unwrap(), "DIR");
        assert_eq!(found, expected);
    }
}

#[test]
fn links_in_an_archive_are_not_followed() {
    let temp = tempfile::tempdir().unwrap();
    let mut builder = tar::Builder::new(Vec::new());
    let mut file = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, bytes).unwrap();
    };
    let hex = "0".repeat(64);
    file("./oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    file(
        "./index.json",
        format!(
            r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"a/b","digest":"sha256:{hex}","size":1}}]}}"#
        )
        .as_bytes(),
    );
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, format!("blobs/sha256/{hex}"), "/etc/hostname").unwrap();
    let path = temp.path().join("links.tar");
    std::fs::write(&path, builder.into_inner().unwrap()).unwrap();

    let layout = Layout::open_archive(&path).unwrap();
    let node = layout.nodes().unwrap().remove(0);
    assert_eq!(node.bytes().unwrap_err().to_string(), format!("the layout has no blob `sha256:{hex}`"));
    assert_eq!(layout.blobs().unwrap().count(), 0);
}
