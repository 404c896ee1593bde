//! Laws for the findings of any layout.

use std::fmt::Display;

use oci_fixture::{Finding, FindingKind, Findings, Layout, Limits, Store};

/// The largest number of characters of a finding. Its texts are cut after 160 characters, but a place may have many texts.
const LONGEST: usize = 4096;

/// Limits so small that inputs exceed all of them.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.document = 32 << 10;
    limits.documents = 1 << 20;
    limits.blob = 256 << 10;
    limits.nesting = 8;
    limits.json_depth = 32;
    limits.descriptors = 200;
    limits.layer = 1 << 20;
    limits.entries = 50;
    limits.window = 256 << 10;
    limits.findings = 50;
    limits
}

/// The findings of a layout.
pub(crate) fn of<S: Store>(layout: &Layout<S>) -> Findings {
    checked(layout.verify_with(&limits()))
}

/// Checks the findings, and that they can be printed.
pub(crate) fn checked(findings: Findings) -> Findings {
    // A last finding says that the list is cut.
    assert!(findings.len() <= limits().findings + 1, "{} findings", findings.len());
    for finding in &findings {
        check_line(finding);
        assert!(finding.to_string().chars().count() <= LONGEST, "{finding}");
        assert!(finding.section().starts_with("https://"), "{finding}");
        let whole = format!("{finding:#}");
        assert!(whole.starts_with(&finding.to_string()) && finding.to_string().starts_with(finding.place()));
    }
    findings
}

/// Checks that a text for people is one line.
pub(crate) fn check_line(text: &impl Display) {
    let text = text.to_string();
    assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
}

/// Whether a layer can be read. Only its `diff_id` may be wrong.
pub(crate) fn are_of_diff_ids(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| matches!(finding.kind(), FindingKind::DiffIdMismatch { .. }))
}
