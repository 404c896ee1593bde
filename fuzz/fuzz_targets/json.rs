//! The harness `json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| oci_fixture_fuzz::run("json", input));
