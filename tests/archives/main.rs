//! Archives: an image layout in one tar, and what Docker loads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod docker;
mod file;
mod layout;

use std::io::Read;

use oci_fixture::{Fixture, oci_image};

/// The first example of the README.
fn two_platform() -> Fixture {
    oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
}

/// The members of a tar as the `tar` crate reads them: the name, and for a file its bytes, for a link its target.
fn members(tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(tar);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut bytes = entry.link_name_bytes().unwrap_or_default().into_owned();
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    entries.collect()
}

/// The same where all is text.
fn texts(tar: &[u8]) -> Vec<(String, String)> {
    let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap().replace('\0', "~"));
    members(tar).into_iter().map(text).collect()
}

fn names(tar: &[u8]) -> Vec<String> {
    members(tar).into_iter().map(|(name, _)| name).collect()
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    oci_fixture::Digest::sha256(sha2::Sha256::digest(bytes).into()).hex().to_owned()
}
