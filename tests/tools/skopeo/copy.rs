//! Copies, which are whole.

use oci_fixture::{Node, Store};

use super::{NO_OCI, NO_TAG, located, skopeo};
use crate::blobs::Blobs;
use crate::images::{Listed, images, listed};
use crate::refusals::{Refusal, Refusals};
use crate::tool::SKOPEO;

#[test]
fn skopeo_copies_each_image_with_all_its_digests() {
    const NOT_STORED: Refusal = Refusal {
        images: &["partial_multi_platform:latest"],
        what: "copy",
        says: "no such file or directory",
        why: "the index lists what is not stored",
    };
    const NESTED: Refusal = Refusal {
        images: &["mixed:nested"],
        what: "copy",
        says: "Unexpectedly received a manifest list instead of a manifest for a single image",
        why: "skopeo 1.9.3 copies no index in an index",
    };
    const DOCKER_INDEX: Refusal = Refusal {
        images: &["docker without a tag"],
        what: "copy to oci",
        says: "Manifest list must be converted to type",
        why: "skopeo 1.9.3 writes no index of Docker's type into a layout",
    };
    const FOREIGN: Refusal = Refusal {
        images: &["foreign:latest"],
        what: "copy to dir:",
        says: "failed fetching external blob from all urls",
        why: "a directory is to have all layers, and one of them is elsewhere",
    };
    if !SKOPEO.is_here() {
        return;
    }
    let mut refusals = Refusals::new([&NO_OCI, &NO_TAG, &NOT_STORED, &NESTED, &DOCKER_INDEX, &FOREIGN]);
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

/// Copies an image on and on, by these transports, and finds it whole after each.
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
