//! Copies of images.

use oci_fixture::{Node, Store};
use oci_fixture_test_support::SKOPEO;

use super::{located, skopeo};
use crate::blobs::Blobs;
use crate::images::{Listed, images, listed};
use crate::refusals::Refusals;

#[test]
fn skopeo_copies_each_image_with_all_its_digests() {
    if !SKOPEO.is_here() {
        return;
    }
    let mut refusals = Refusals::of("skopeo copy");
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        let temp = tempfile::tempdir().unwrap();
        let archive = temp.path().join("archive");
        fixture.write_archive_to(&archive).unwrap();
        for Listed { name, tag, node } in listed(image, &layout) {
            // To each transport, and back.
            let ours = located("oci", layout.path(), tag.as_deref());
            copy_on(&name, &node, ours, &["oci", "dir", "oci", "oci-archive", "oci"], &mut refusals);
            let ours = located("oci-archive", &archive, tag.as_deref());
            copy_on(&name, &node, ours, &["dir", "oci-archive"], &mut refusals);
        }
    }
    refusals.finish();
}

/// Copies an image from one of these transports to the next, and compares it after each copy.
pub(super) fn copy_on<S: Store>(
    name: &str,
    image: &Node<'_, S>,
    mut from: String,
    transports: &[&str],
    refusals: &mut Refusals,
) {
    let temp = tempfile::tempdir().unwrap();
    for (hop, transport) in transports.iter().enumerate() {
        let path = temp.path().join(hop.to_string());
        let to = located(transport, &path, None);
        let copied = skopeo(&[], &["copy", "--all", "--preserve-digests", &from, &to]);
        let what = format!("copy to {transport}:");
        let Some(_) = refusals.check(name, &what, copied) else { continue };
        assert_eq!(Blobs::copied(transport, &path), Blobs::of(image), "{name}: {what} from {from}");
        from = to;
    }
}
