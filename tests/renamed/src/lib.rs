//! A crate that knows `oci-fixture` by another name.

/// A declaration through the renamed dependency.
pub fn fixture() -> fixtures::Fixture {
    fixtures::oci_image! { linux/386 { "etc/name" => "renamed" } }
}

/// A declaration through another crate.
pub fn of_another_crate() -> oci_fixture_test_reexport::Fixture {
    oci_fixture_test_reexport::image! { linux/arm64 { "etc/name" => "re-exported" } }
}
