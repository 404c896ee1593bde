//! Archives: an image layout in one tar, and what Docker loads.
mod docker;
mod docker_faults;
mod file;
mod layout;
#[cfg(unix)]
mod pipe;

use oci_fixture_test_support::members;

/// The files of an archive of which all contents are text.
fn texts(tar: &[u8]) -> Vec<(String, String)> {
    let text = |(name, bytes)| (name, String::from_utf8(bytes).unwrap().replace('\0', "~"));
    members(tar).into_iter().map(text).collect()
}

fn names(tar: &[u8]) -> Vec<String> {
    members(tar).into_iter().map(|(name, _)| name).collect()
}
