//! A macro that another crate re-exports works where `oci-fixture` is not known by its name.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

#[test]
fn a_re_exported_macro_works_without_the_dependency() {
    let fixture = oci_fixture_test_reexport::image! { linux/arm64 { "etc/name" => "re-exported" } };
    let layout = fixture.tempdir().unwrap();
    assert_eq!(layout.platform("linux/arm64").unwrap().layers().unwrap().len(), 1);
}
