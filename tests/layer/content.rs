//! Content that is made when it is written: the same bytes each time, in constant memory.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use oci_fixture::{Content, ErrorKind, Fixture, Manifest};
use oci_fixture_test_support::sha256;
use tempfile::TempDir;

const CHUNK: u64 = 64 * 1024;

// The bytes.

#[test]
fn zeros_are_zeros() {
    for size in [0, 1, 511, 512, 513, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7] {
        let expected = vec![0; usize::try_from(size).unwrap()];
        assert!(written(Content::zeros(size)) == expected, "{size}");
    }
}

/// The digests are those of another implementation; they must never change.
#[test]
fn random_bytes_are_the_same_for_ever() {
    for (seed, size, digest) in [
        (0, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (0, 1, "5a6e7a4754af8e7f47fc9493040d853e7b01e39d537cb1dd353c93b7ae58eb3d"),
        (0, 8, "ce31a0874129872dc43ee51174eb9042517a915fae0065f2789bdb9e82c229ca"),
        (1, 1000, "c0b94bf9b8006ee0a267d24ebca4081cf341d64eb4513f3c7ea164f2818d2299"),
        (u64::MAX, CHUNK, "26c2f5af11e47e8f618e3c3b16ef2047cd3966d6518c65248b51b911348c4748"),
        (0, CHUNK + 1, "117239b2c28570d1084dc6fc71b591be8082d131586408c0bd69abbb6dd1cf0f"),
        (42, 1 << 20, "5b2605c7135a3f8c54d75039514f0bcb798cfe1a8d74f57380d45aaadea36dca"),
        (7, (3 << 20) + 5, "48519b1f825c2a93081542ef0040682aff99a3784e20c30aa5f175bd22175358"),
    ] {
        let content = written(Content::random(seed, size));
        assert_eq!(content.len() as u64, size);
        assert_eq!(sha256(&content), digest, "{seed}, {size}");
    }
}

#[test]
fn repeated_content_is_that_many_copies() {
    let large = vec![b'x'; 100_000];
    for (unit, times) in [
        (&b""[..], 5),
        (b"", u64::MAX),
        (b"ab", 0),
        (b"ab", 1),
        (b"abc", 2),
        (b"abc", 100_000),
        (b"0123456789abcdef", CHUNK / 16),
        (b"0123456789abcdef", CHUNK / 16 + 1),
        (&large, 3),
    ] {
        let expected =
            if unit.is_empty() { Vec::new() } else { unit.repeat(usize::try_from(times).unwrap()) };
        assert!(written(Content::repeat(unit, times)) == expected, "{} bytes {times} times", unit.len());
    }
}

#[test]
fn lazy_content_can_be_repeated() {
    assert_eq!(written(Content::repeat(Content::repeat("ab", 2), 3)), b"abababababab");
    assert_eq!(written(Content::repeat(Content::zeros(2), 2)), [0; 4]);
    let once = written(Content::random(1, CHUNK + 3));
    assert!(written(Content::repeat(Content::random(1, CHUNK + 3), 2)) == [&once[..], &once].concat());
    let temp = TempDir::new().unwrap();
    fs::write(temp.path().join("file"), "ab").unwrap();
    assert_eq!(written(Content::repeat(Content::file(temp.path().join("file")), 3)), b"ababab");
}

#[test]
fn content_can_be_nested_without_end() {
    let mut content = Content::new("a");
    for _ in 0..1_000_000 {
        content = Content::repeat(content, 1);
    }
    assert_eq!(written(content), b"a");
}

#[test]
fn equal_is_what_is_declared_alike() {
    assert_eq!(Content::zeros(3), Content::zeros(3));
    assert_ne!(Content::zeros(3), Content::zeros(4));
    assert_ne!(Content::zeros(3), Content::new([0; 3]));
    assert_eq!(Content::random(1, 2), Content::random(1, 2));
    assert_ne!(Content::random(1, 2), Content::random(2, 2));
    assert_eq!(Content::repeat("a", 2), Content::repeat(b"a", 2));
    assert_ne!(Content::repeat("a", 2), Content::repeat("a", 3));
    assert_eq!(Content::file("a"), Content::file("a"));
    assert_ne!(Content::file("a"), Content::file("b"));
}

#[test]
fn debug_shows_what_was_declared() {
    let content = [
        Content::new("layer1"),
        Content::zeros(9),
        Content::random(1, 9),
        Content::repeat(Content::zeros(9), 2),
        Content::file("a/b"),
    ];
    assert_eq!(
        format!("{content:?}"),
        "[Content(6 bytes), Content::zeros(9), Content::random(1, 9), Content::repeat(Content::zeros(9), 2), \
         Content::file(\"a/b\")]"
    );
}

#[test]
fn too_large_is_an_error() {
    for content in [
        Content::zeros(1 << 63),
        Content::random(0, u64::MAX),
        Content::repeat("ab", u64::MAX),
        Content::repeat("ab", 1 << 62),
        Content::repeat(Content::repeat("a", 1 << 40), 1 << 40),
        Content::repeat(Content::zeros(u64::MAX), 2),
    ] {
        let error = fixture(content).tempdir().unwrap_err();
        assert!(
            error.to_string().ends_with(" is larger than 2^63 - 1 bytes, as no file is; declare less"),
            "{error}"
        );
    }
}

// A file.

#[test]
fn a_file_is_read_when_it_is_written() {
    let temp = TempDir::new().unwrap();
    for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 300_000] {
        let path = temp.path().join(size.to_string());
        let content = Content::file(&path);
        let bytes = written(Content::random(size, size));
        fs::write(&path, &bytes).unwrap();
        assert!(written(content.clone()) == bytes, "{size}");
        assert!(written(content) == bytes, "{size}, again");
    }
}

#[test]
fn a_relative_path_counts_from_the_current_directory() {
    assert_eq!(written(Content::file("Cargo.toml")), fs::read("Cargo.toml").unwrap());
}

#[test]
fn a_missing_file_is_an_error_when_it_is_written() {
    let temp = TempDir::new().unwrap();
    let path = temp.path().join("no-such-file");
    let fixture = fixture(Content::file(&path));
    assert_fails(&fixture, &format!("\"content\": {}: cannot be read: ", path.display()));
    // The declaration can still be written.
    fs::write(&path, "now").unwrap();
    fixture.tempdir().unwrap();
}

#[test]
fn a_directory_is_no_file() {
    let temp = TempDir::new().unwrap();
    let error = format!("\"content\": {}: is a directory; write the path of a file", temp.path().display());
    assert_fails(&fixture(Content::file(temp.path())), &error);
}

#[cfg(unix)]
#[test]
fn a_device_and_a_pipe_are_no_files() {
    let temp = TempDir::new().unwrap();
    let pipe = temp.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [Path::new("/dev/zero"), &pipe] {
        let error = format!("\"content\": {}: is no regular file; write the path of one", path.display());
        assert_fails(&fixture(Content::file(path)), &error);
    }
}

#[test]
fn a_file_that_changed_in_between_is_an_error() {
    let temp = TempDir::new().unwrap();
    let path = temp.path().join("file");
    let longer = |path: &Path| fs::write(path, "layer12").unwrap();
    let shorter = |path: &Path| fs::write(path, "layer").unwrap();
    let of_another_time = |path: &Path| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    };
    for change in [longer, shorter, of_another_time] {
        fs::write(&path, "layer1").unwrap();
        let fixture = fixture(Content::file(&path));
        fixture.tempdir().unwrap();
        // A clone is the same declaration.
        fixture.clone().tempdir().unwrap();
        change(&path);
        let error = format!("\"content\": {}: {CHANGED}", path.display());
        assert_fails(&fixture, &error);
        assert_fails(&fixture.clone(), &error);
        // Another declaration is of the file as it is now.
        assert_eq!(written(Content::file(&path)), fs::read(&path).unwrap());
    }
}

const CHANGED: &str =
    "has changed since it was first read for this declaration; declare it again, or leave it as it is";

/// The system reports another length of these files than they have, as it does for a file that is being written.
#[cfg(target_os = "linux")]
#[test]
fn a_file_with_more_or_fewer_bytes_than_it_says_is_an_error() {
    for path in ["/proc/self/status", "/sys/devices/system/cpu/online"] {
        // Not every container has the second.
        if Path::new(path).exists() {
            assert_fails(&fixture(Content::file(path)), &format!("{path}: {CHANGED}"));
        }
    }
}

// Memory.

/// The variable that is set in the process that is measured.
#[cfg(target_os = "linux")]
const CHILD: &str = "OCI_FIXTURE_TEST_MEMORY";

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_content() {
    const LIMIT: u64 = 64 << 10;
    let program = std::env::current_exe().unwrap();
    let output = oci_fixture_test_support::child(&[], &program, module_path!(), "as_a_child")
        .env(CHILD, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    let peaks: Vec<u64> = told.lines().filter_map(|line| line.strip_prefix("peak: ")?.parse().ok()).collect();
    assert_eq!(peaks.len(), 6, "{told}");
    assert!(peaks.iter().all(|peak| *peak < LIMIT), "peaks in KiB: {peaks:?}");
}

/// The part that runs in a process of its own. Elsewhere it does nothing.
#[cfg(target_os = "linux")]
#[test]
fn as_a_child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let temp = TempDir::new().unwrap();
    let path = temp.path().join("file");
    // This writes no byte of the content.
    File::create(&path).unwrap().set_len(64 << 20).unwrap();
    let small = 64 << 20;
    let large = 512 << 20;
    for content in [
        Content::zeros(small),
        Content::random(1, small),
        Content::repeat("layer1", small / 6),
        Content::file(&path),
        Content::zeros(large),
        Content::random(1, large),
    ] {
        fixture(content).tempdir().unwrap();
        println!("\npeak: {}", peak());
    }
}

/// The largest memory that this process has had, in KiB.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

fn fixture(content: Content) -> Fixture {
    Fixture::new().with(Manifest::new().with(("content", content)))
}

/// The content as it stands in a layer: after a header, and before zeros.
fn written(content: Content) -> Vec<u8> {
    let layout = fixture(content).tempdir().unwrap();
    let tar = layout.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned();
    let mut archive = tar::Archive::new(&tar[..]);
    let mut entry = archive.entries().unwrap().next().unwrap().unwrap();
    let mut bytes = Vec::new();
    io::copy(&mut entry, &mut bytes).unwrap();
    assert_eq!(tar.len(), 512 + bytes.len().next_multiple_of(512) + 1024);
    bytes
}

/// Asserts that writing fails with this error, and leaves nothing behind.
fn assert_fails(fixture: &Fixture, what: &str) {
    let temp = TempDir::new().unwrap();
    let error = fixture.write_to(temp.path().join("layout")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains(what), "{error}");
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
}
