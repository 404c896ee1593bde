//! The example of `docs/gallery.md` that needs two features: it runs here, and the page shows it.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::io;
use std::net::TcpStream;
use std::path::Path;

use oci_fixture_test_support::golden::assert_block;

/// The puller of the example, which does no more than to call the registry.
fn pull(reference: &str) -> io::Result<()> {
    TcpStream::connect(reference.split('/').next().unwrap_or_default()).map(drop)
}

/// The scanner of the example: the places of its findings.
fn scan(layout: &Path) -> BTreeSet<String> {
    let findings = oci_fixture::verify(layout).unwrap();
    findings.iter().map(|finding| finding.place().to_string()).collect()
}

// The example begins.
use oci_fixture_gallery::arbitrary::{honest, with_faults};
use proptest::prelude::*;

proptest! {
    #[test]
    fn my_puller_takes_each_honest_image(random in honest().for_registry()) {
        let registry = random.fixture().serve()?;
        for image in random.fixture().in_memory()?.nodes()? {
            pull(&registry.reference(image.reference().unwrap()))?;
        }
    }

    #[test]
    fn my_scanner_finds_each_fault(random in with_faults(1..=3).without_indexes()) {
        let layout = random.fixture().tempdir()?;
        let found = scan(layout.path());
        for finding in random.findings().iter() {
            prop_assert!(found.contains(finding.place()), "{random:?}");
        }
    }
}
// The example ends.

#[test]
fn the_page_shows_the_example() {
    let (_, example) = include_str!("docs.rs").split_once("// The example begins.\n").unwrap();
    let (example, _) = example.split_once("// The example ends.\n").unwrap();
    assert_block("docs/gallery.md", "random", &format!("```rust,ignore\n{example}```\n"));
}
