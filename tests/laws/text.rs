//! Declarations as text.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use oci_fixture::{Digest, Fixture};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use crate::declare::fixture;
use crate::model::Model;

/// Asserts that the macro reads printed declarations as they were declared: a crate with `count` of them, and with those of
/// other fixtures, prints the digest of each layout's archive.
pub(crate) fn compile_to_the_same(models: &impl Strategy<Value = Model>, count: usize, others: Vec<Fixture>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new().unwrap();
    let mut runner = TestRunner::deterministic();
    let (mut functions, mut calls, mut digests) = (String::new(), String::new(), Vec::new());
    let mut declared = others;
    while declared.len() < count {
        declared.push(fixture(&models.new_tree(&mut runner).unwrap().current()));
    }
    for declared in declared {
        let number = digests.len();
        // For the macro, an empty declaration is a mistake.
        let source = declared.source().unwrap();
        if source.text().is_empty() {
            continue;
        }
        source.write_to(folder.path().join("fixture.oci")).unwrap();
        digests.push(Digest::sha256(declared.write_archive(Vec::new()).unwrap()).to_string());
        writeln!(functions, "fn f{number}() -> Fixture {{ oci_image! {{\n{source}}} }}").unwrap();
        writeln!(calls, "    show(f{number}());").unwrap();
    }
    fs::create_dir(folder.path().join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"printed\"\nedition = \"2024\"\n[workspace]\n[dependencies]\noci-fixture = {{ path = \"{}\" }}\n",
        root.display()
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let main = format!(
        "#![allow(unused_imports)]\nuse oci_fixture::{{Content, Digest, Fixture, Gzip, Plain, Zstd, oci_image}};\n\
         fn show(fixture: Fixture) {{\n    let archive = fixture.write_archive(Vec::new()).unwrap();\n    \
         println!(\"{{}}\", Digest::sha256(archive));\n}}\n{functions}fn main() {{\n{calls}}}\n"
    );
    fs::write(folder.path().join("src/main.rs"), main).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", root.join("target/printed"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed.lines().collect::<Vec<_>>(), digests);
}
