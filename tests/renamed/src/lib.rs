//! A crate that knows `oci-fixture` by another name.

/// A declaration through the renamed dependency.
pub fn fixture() -> fixtures::Fixture {
    fixtures::oci_image! { linux/386 { "etc/name" => "renamed" } }
}
