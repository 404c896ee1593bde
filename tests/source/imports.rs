//! The declarations in `examples/imports`, which were made from images of other tools.

use std::fmt::Write as _;
use std::fs;

use oci_fixture::Fixture;
use oci_fixture_test_support::golden::{assert_golden, repository};

#[test]
fn each_imported_declaration_gives_its_images() {
    let folder = fs::read_dir(repository("examples/imports")).unwrap();
    let mut files: Vec<_> = folder.map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut shown = String::new();
    for file in &files {
        let fixture = Fixture::parse_file(file).unwrap_or_else(|error| panic!("{error}"));
        let name = file.file_name().unwrap().to_string_lossy();
        writeln!(shown, "// {name}\n{:#}\n", fixture.tempdir().unwrap()).unwrap();
        let text = fs::read_to_string(file).unwrap();
        assert!(
            text.contains("//     oci-fixture source"),
            "{name} does not name the command that printed it"
        );
        assert!(text.contains("Shortened: "), "{name} does not say what was shortened");
    }
    assert_eq!(files.len(), 5);
    assert_golden("source/imports.txt", &shown);
}
