//! A declaration with 10,000 entries.

/// All entries in one layer.
pub fn fixture() -> oci_fixture::Fixture {
    include!(concat!(env!("OUT_DIR"), "/large.rs"))
}
