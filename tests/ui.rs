//! The text that rustc prints for a wrong declaration.
//!
//! rustc's own words differ between versions, so the expected texts are those of one; other versions skip the test.

use std::io::Write;
use std::process::Command;

/// The minor version whose words `tests/ui` has.
const RUSTC: &str = "1.95.";

#[test]
fn errors_teach() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(&format!("rustc {RUSTC}")) {
        // Not through the test's captured output: that a check did not run must be seen.
        let _ = writeln!(std::io::stderr(), "skipped: tests/ui is for rustc {RUSTC}x, this is {version}");
        return;
    }
    let cases = trybuild::TestCases::new();
    for phase in ["parse", "check", "types", "habits"] {
        cases.compile_fail(format!("tests/ui/{phase}/*.rs"));
    }
}
