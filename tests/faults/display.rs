//! Every fault is marked in the tree.

use oci_fixture::{Gzip, Layout, oci_image};
use oci_fixture_test_support::golden::assert_golden;

#[test]
fn every_fault_stands_behind_a_mark() {
    let fixture = oci_image! {
        extend: { "schemaVersion": 1 }
        index "app:1" {
            #[flip = 3] #[append = "x"] linux/mips { }
            linux/amd64 {
                layer (Gzip::stored().bad_crc().suffix("garbage")) { "a" => "b" }
                config { diff_ids: [], merge: { "os": null } }
            }
            #[missing] linux/arm64 { "a" => "c" }
            #[unlisted] linux/s390x { "a" => "d" }
            linux/riscv64 { descriptor: { size: -5, digest: "sha256:short", platform: linux/386 } }
            linux/ppc64le {
                #[truncate = -1] blob "text/plain" { content: "text", diff_id: "sha256:0", descriptor: { data: "more" } }
            }
            #[unchecked] dangling { media_type: "a/b", digest: "sha256:0", size: 1 }
        }
        #[unchecked] manifest "UPPER" { raw: "{}" }
        oci_layout: null
    };
    let tree = fixture.to_string();
    assert_golden("faults/marks.tree", &format!("{tree}\n"));
    let directory = fixture.tempdir().unwrap();
    // With `decode` the stored layer is read, and its checksum is wrong.
    let stored = if cfg!(feature = "decode") { "faults/marks.decoded.tree" } else { "faults/marks.tree" };
    assert_golden(stored, &format!("{directory}\n"));
    assert_eq!(fixture.in_memory().unwrap().to_string(), directory.to_string());

    // An opened layout does not know the declaration.
    std::fs::write(directory.path().join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    let opened = Layout::open(directory.path()).unwrap().to_string();
    assert!(!opened.contains(" ! "), "{opened}");
}

#[test]
fn a_layer_and_an_entry_in_it_that_are_unchecked_have_one_mark() {
    let tree = oci_image! { manifest { #[unchecked] layer { #[unchecked] "../a" => "b" } } }.to_string();
    assert_eq!(tree.matches("#[unchecked]").count(), 1, "{tree}");
}
