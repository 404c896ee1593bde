//! Faults under a condition.

use oci_fixture::{Fixture, oci_image};

fn index_json(fixture: &Fixture) -> Vec<u8> {
    fixture.in_memory().unwrap().index_bytes().unwrap().into_owned()
}

/// The blobs of a layout, sorted.
fn blobs(fixture: &Fixture) -> Vec<(String, Vec<u8>)> {
    let layout = fixture.in_memory().unwrap();
    let mut blobs: Vec<_> = layout
        .blobs()
        .unwrap()
        .map(Result::unwrap)
        .map(|(digest, bytes)| (digest.to_string(), bytes.into_owned()))
        .collect();
    blobs.sort();
    blobs
}

#[test]
fn a_fault_is_declared_where_its_condition_holds() {
    let declared = |faulty: bool| {
        oci_image! {
            linux/amd64 {
                #[missing = faulty] config { user: "a" }
                #[flip = faulty.then_some(0)] #[append = faulty.then(|| String::from("x"))] layer { "a" => "b" }
                #[unlisted = faulty] layer { "c" => "d" }
            }
        }
    };
    let always = oci_image! {
        linux/amd64 {
            #[missing] config { user: "a" }
            #[flip = 0] #[append = "x"] layer { "a" => "b" }
            #[unlisted] layer { "c" => "d" }
        }
    };
    let never = oci_image! {
        linux/amd64 { config { user: "a" } layer { "a" => "b" } layer { "c" => "d" } }
    };
    for (conditional, expected) in [(declared(true), always), (declared(false), never)] {
        assert_eq!(index_json(&conditional), index_json(&expected));
        assert_eq!(blobs(&conditional), blobs(&expected));
    }
}

/// Two nodes of equal bytes have equal faults if faults whose conditions do not hold are left out.
#[test]
fn a_fault_whose_condition_does_not_hold_is_no_other_fault() {
    let twins = |first: bool, second: bool| {
        oci_image! {
            linux/amd64 {
                #[flip = first.then_some(0)] #[truncate = None] layer { "a" => "b" }
                #[flip = second.then_some(0)] #[missing = false] layer { "a" => "b" }
            }
        }
        .in_memory()
    };
    assert!(twins(true, true).is_ok() && twins(false, false).is_ok());
    let error = twins(true, false).map(drop);
    assert!(error.is_ok(), "the second layer is the blob of the first: {error:?}");
    let two = oci_image! {
        linux/amd64 {
            #[flip = Some(0)] layer { "a" => "b" }
            #[flip = Some(1)] layer { "a" => "b" }
        }
    };
    assert!(two.in_memory().unwrap_err().to_string().contains("has the same bytes, and other faults"));
}
