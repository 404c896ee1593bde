//! Archives: image layouts in one tar, and archives for Docker.
mod docker;
mod docker_faults;
mod file;
mod layout;
#[cfg(unix)]
mod pipe;

use oci_fixture_test_support::members;

/// The files of an archive, whose contents are all text.
fn texts(tar: &[u8]) -> Vec<(String, String)> {
    let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap().replace('\0', "~"));
    members(tar).into_iter().map(text).collect()
}

fn names(tar: &[u8]) -> Vec<String> {
    members(tar).into_iter().map(|(name, _)| name).collect()
}
