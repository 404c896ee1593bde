//! Two hundred runs give the same bytes.

use std::collections::BTreeMap;
use std::env;
use std::process::Stdio;

use oci_fixture_test_support::images::many;
use oci_fixture_test_support::{child, sha256};

/// The test runs itself in other processes, in which this variable is set.
const CHILD: &str = "OCI_FIXTURE_BYTES_CHILD";

#[test]
fn two_hundred_processes_give_one_digest() {
    const MARK: &str = "the digest is ";
    if env::var_os(CHILD).is_some() {
        let layout = many().tempdir().unwrap();
        println!("\n{MARK}{}", sha256(layout.index_bytes().unwrap()));
        return;
    }
    let program = env::current_exe().unwrap();
    let mut digests = BTreeMap::new();
    for _ in 0..25 {
        let children = [(); 8].map(|()| {
            let mut command = child(&[], &program, module_path!(), "two_hundred_processes_give_one_digest");
            command.env(CHILD, "1").stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
        });
        for child in children {
            let output = child.wait_with_output().unwrap();
            let output = String::from_utf8(output.stdout).unwrap();
            let digest = output.lines().find_map(|line| line.strip_prefix(MARK));
            *digests.entry(digest.unwrap_or(&output).to_owned()).or_insert(0) += 1;
        }
    }
    let digest = "325daa8c6eeea97c6437c8513c663e3aad4d54a8ed6af310bd71efeec7b2bbeb".to_owned();
    assert_eq!(digests, [(digest, 200)].into());
}
