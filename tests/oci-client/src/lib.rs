//! Tests of the registry with the Rust client `oci-client`. They are in `tests/`.
