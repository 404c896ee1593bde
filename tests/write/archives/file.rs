//! Archives in files: whole, or not at all.

use std::fs;
use std::io::{self, Write};

use oci_fixture::{Content, ErrorKind, oci_image};
use oci_fixture_test_support::images::example;

#[test]
fn an_archive_replaces_the_one_that_is_there() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("a.tar");
    fs::write(&path, "old").unwrap();
    let layout = example().write_archive_to(&path).unwrap();
    assert_eq!(layout.path(), path);
    assert_eq!(fs::read(&path).unwrap(), example().write_archive(Vec::new()).unwrap());
    example().docker_archive().platform("linux/arm64").write_to(&path).unwrap();
    let tar = example().docker_archive().platform("linux/arm64").write(Vec::new()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), tar);
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
}

#[test]
fn an_archive_that_cannot_be_made_leaves_the_old_one() {
    let temp = tempfile::tempdir().unwrap();
    let (path, source) = (temp.path().join("a.tar"), temp.path().join("source"));
    fs::write(&path, "old").unwrap();
    fs::write(&source, "content").unwrap();
    let fixture = oci_image! { linux/amd64 { "a" => Content::file(&source) } };
    fixture.write_archive_to(temp.path().join("b.tar")).unwrap();

    // The size is the same, and so is the time in the resolution of the file system.
    let modified = fs::metadata(&source).unwrap().modified().unwrap();
    fs::write(&source, "CONTENT").unwrap();
    fs::File::options().write(true).open(&source).unwrap().set_modified(modified).unwrap();
    let error = fixture.write_archive_to(&path).map(drop).unwrap_err();
    assert_eq!(error.place(), "linux/amd64");
    assert!(
        error.to_string().contains("has changed since it was first read for this declaration"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 3);
}

#[test]
fn only_a_regular_file_is_replaced() {
    let temp = tempfile::tempdir().unwrap();
    let error = example().write_archive_to(temp.path()).map(drop).unwrap_err();
    let expected =
        format!("{}: is a directory; name the file that is to be the archive", temp.path().display());
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Layout, expected));

    #[cfg(unix)]
    {
        let error = example().write_archive_to("/dev/null").map(drop).unwrap_err();
        let expected = "/dev/null: is no regular file, which could be replaced; open it, and write to that";
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Layout, expected));

        // The file to which a link leads is replaced, not the link.
        let (file, link) = (temp.path().join("file"), temp.path().join("link"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        example().write_archive_to(&link).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::metadata(&file).unwrap().len() > 0);
    }
}

#[test]
fn a_file_that_cannot_be_made_is_an_error_with_its_path() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("no/such/a.tar");
    let error = example().write_archive_to(&path).map(drop).unwrap_err();
    assert_eq!((error.kind(), error.place()), (ErrorKind::Io, path.to_str().unwrap()));
    assert!(error.to_string().contains(": cannot create a file beside it: "), "{error}");
}

#[test]
fn a_closed_pipe_is_an_error() {
    let fixture = oci_image! { linux/amd64 { "a" => Content::zeros(1 << 20) } };
    for docker in [false, true] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let written =
            if docker { fixture.write_docker_archive(writer) } else { fixture.write_archive(writer) };
        let error = written.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().starts_with("cannot write the archive: "), "{error}");
    }
}

/// A small archive fits in a buffer, so that writing fails when the buffer is flushed.
#[test]
fn a_writer_that_fails_at_the_end_fails_the_archive() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let error = oci_image! { blob "a/b" => "" }.write_archive(Full).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "cannot write the archive: no storage space");
}
