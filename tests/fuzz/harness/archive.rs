//! Layouts in one tar.

use std::fs;

use oci_fixture::{Layout, verify_with};

use super::findings::{check_line, checked, limits};
use super::{Harness, fixtures};

pub(crate) const ARCHIVE: Harness =
    Harness { name: "archive", corpus: fixtures::archives, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    &[0; 512],
    b"ustar\x0000",
    b"oci-layout\0",
    b"index.json\0",
    b"./",
    b"blobs/sha256/",
    b"00000000000\0",
    b"77777777777\0",
    b"\x80\0\0\0\0\0\0\0",
    b"././@LongLink\0",
    b"1",
    b"2",
    b"5",
    b"x",
    b"L",
    b"S",
    b"19 path=index.json\n",
    b"12 size=512\n",
];

/// Judges an archive as a file. An archive that cannot be judged cannot be opened.
fn run(input: &[u8]) {
    let directory = fixtures::scratch();
    let path = directory.path().join("layout.tar");
    fs::write(&path, input).unwrap();
    let opened = Layout::open_archive(&path);
    match verify_with(&path, &limits()) {
        Ok(findings) => drop(checked(findings)),
        Err(error) => {
            check_line(&error);
            assert!(opened.is_err());
        }
    }
}
