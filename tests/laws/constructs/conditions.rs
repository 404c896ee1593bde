//! Faults with a condition: a fault whose condition does not hold is as if it was not declared.

use oci_fixture::{Blob, Fixture, Layout, Memory};
use proptest::prelude::*;

use super::{in_memory, listed};
use crate::config;
use crate::generator::faults::StoredFault as Fault;

/// A fault, and whether its condition holds.
type Conditional = (Fault, bool);

fn faults() -> impl Strategy<Value = Vec<Conditional>> {
    let bytes = || prop::collection::vec(any::<u8>(), 1..9);
    let fault = prop_oneof![
        1 => Just(Fault::Missing),
        3 => (-70..70_i64).prop_map(Fault::Truncate),
        3 => bytes().prop_map(Fault::Prepend),
        3 => bytes().prop_map(Fault::Append),
        3 => (-70..70_i64).prop_map(Fault::Flip),
        1 => bytes().prop_map(Fault::Replace),
    ];
    prop::collection::vec((fault, prop::bool::weighted(0.4)), 0..7)
}

/// The blob with all faults, each with its condition, or only with the faults whose conditions hold.
fn declared(bytes: &[u8], faults: &[Conditional], conditional: bool, unlisted: bool) -> Fixture {
    let mut blob = Blob::new("text/plain", bytes);
    for (fault, applies) in faults {
        if !conditional && !applies {
            continue;
        }
        blob = match fault {
            // The method of a flag takes no condition, so the macro expands to an `if`.
            Fault::Missing if *applies => blob.missing(),
            Fault::Missing => blob,
            Fault::Truncate(keep) => blob.truncate(applies.then_some(*keep)),
            Fault::Prepend(bytes) => blob.prepend(applies.then_some(bytes)),
            Fault::Append(bytes) => blob.append(applies.then_some(bytes)),
            Fault::Flip(position) => blob.flip(applies.then_some(*position)),
            Fault::Replace(bytes) => blob.replace(applies.then_some(bytes)),
        };
    }
    Fixture::new().with(Blob::new("text/plain", "beside")).with(if unlisted { blob.unlisted() } else { blob })
}

/// The stored bytes after the faults that apply. `None` if the blob is missing, and an error if a fault changes
/// nothing.
fn stored(bytes: &[u8], faults: &[Conditional]) -> Result<Option<Vec<u8>>, ()> {
    let applied: Vec<&Fault> =
        faults.iter().filter(|(_, applies)| *applies).map(|(fault, _)| fault).collect();
    if applied.iter().any(|fault| matches!(fault, Fault::Missing)) {
        return if applied.len() == 1 { Ok(None) } else { Err(()) };
    }
    let last = applied.iter().rposition(|fault| matches!(fault, Fault::Replace(_)));
    if last.is_some_and(|last| last > 0) {
        return Err(());
    }
    let mut stored = bytes.to_vec();
    for fault in &applied {
        let size = i64::try_from(stored.len()).unwrap();
        let before = stored.clone();
        match fault {
            Fault::Missing => {}
            Fault::Truncate(keep) => {
                let keep = if *keep < 0 { size + keep } else { *keep };
                // `truncate` would keep all bytes, or fewer than none.
                if keep < 0 || keep >= size {
                    return Err(());
                }
                stored.truncate(usize::try_from(keep).unwrap());
            }
            Fault::Prepend(bytes) => stored = [bytes.as_slice(), &stored].concat(),
            Fault::Append(bytes) => stored.extend(bytes),
            Fault::Flip(position) => {
                let position = if *position < 0 { size + position } else { *position };
                let byte =
                    usize::try_from(position).ok().and_then(|position| stored.get_mut(position)).ok_or(())?;
                *byte ^= 1;
            }
            Fault::Replace(bytes) => stored.clone_from(bytes),
        }
        if stored == before {
            return Err(());
        }
    }
    // Two faults that undo each other change nothing.
    if !applied.is_empty() && stored == bytes { Err(()) } else { Ok(Some(stored)) }
}

fn written(fixture: &Fixture) -> Result<Layout<Memory>, String> {
    fixture.in_memory().map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_fault_whose_condition_does_not_hold_is_none(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        faults in faults(),
        unlisted in any::<bool>(),
    ) {
        let conditional = declared(&bytes, &faults, true, unlisted);
        let certain = declared(&bytes, &faults, false, unlisted);
        match (stored(&bytes, &faults), written(&conditional)) {
            (Ok(expected), Ok(_)) => {
                let files = in_memory(&conditional);
                prop_assert_eq!(&files, &in_memory(&certain));
                let path = format!("blobs/sha256/{}", oci_fixture_test_support::sha256(&bytes));
                prop_assert_eq!(files.get(&path), expected.as_ref());
                prop_assert_eq!(listed(&files).len(), 2 - usize::from(unlisted));
            }
            (Err(()), Err(refused)) => prop_assert_eq!(refused, written(&certain).unwrap_err()),
            (expected, found) => prop_assert!(false, "{:?}: {:?}", expected, found.map(|layout| layout.to_string())),
        }
    }
}
