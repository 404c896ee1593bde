//! Names of images.

use oci_fixture::{Fixture, Manifest, Reference};

use super::findings::{self, check_line};
use super::{Harness, texts};

pub(crate) const REFERENCE: Harness = Harness { name: "reference", corpus, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    b"/",
    b":",
    b"@",
    b".",
    b"-",
    b"_",
    b"__",
    b"[::1]",
    b":5000",
    b"docker.io/",
    b"index.docker.io/",
    b"library/",
    b"localhost",
    b"A",
    b":latest",
    b"\xc3\xa9",
    b"@sha256:",
    b"@sha512:",
    b"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
];

fn corpus() -> Vec<Vec<u8>> {
    let digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let mut corpus = texts(
        "busybox busybox:1.36 me/app:1 docker.io/library/twoplatform:latest \
         localhost:5000/tools/bash:5.2 [fe80::1]:443/a/b__c/d-e.f:x_Y.z-1 Foo/bar a_b.c/x \
         EXAMPLE.com/a busybox:-x me/App:1",
    );
    corpus.push(format!("localhost/x@{digest}").into_bytes());
    corpus.push(format!("registry.example:80/x/y:1@{digest}").into_bytes());
    corpus
}

/// The text of a parsed reference parses to the same value, and an image with this name has no findings.
fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let reference = match Reference::parse(&text) {
        Ok(reference) => reference,
        Err(invalid) => return check_line(&invalid),
    };
    assert_eq!(Reference::parse(&reference.to_string()), Ok(reference.clone()));
    assert_eq!(Reference::parse(&reference.familiar()), Ok(reference.clone()));
    assert!(reference.to_string().starts_with(&reference.name()));
    match Fixture::new().with(Manifest::new().reference(&*text).with(("a", "b"))).in_memory() {
        Ok(layout) => {
            assert_eq!(findings::of(&layout), []);
            layout.reference(&text).unwrap();
        }
        // A random digest is never that of the image.
        Err(error) => {
            assert!(reference.digest().is_some(), "{error}");
            check_line(&error);
        }
    }
}
