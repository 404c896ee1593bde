//! docs/verify.md, generated from the rows of the findings, and from those of the sentences.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use oci_fixture_grammar::Digest;

use super::kind::{Rule, TABLES};
use super::{Document, FindingKind, Level, Limit};

const SPECIFICATION: &str = "https://github.com/opencontainers/image-spec/blob/v1.1.1/";

/// A sentence of the image specification 1.1.1 with a key word, or a definition that a finding follows from.
///
/// The columns of sentences.tsv are the section, the sentence, whom it binds, the findings that judge it, and a remark. If
/// there are no findings, the remark says why.
struct Sentence {
    section: &'static str,
    text: &'static str,
    binds: &'static str,
    findings: Vec<&'static str>,
    remark: &'static str,
}

fn sentences() -> Vec<Sentence> {
    let sentence = |line: &'static str| match line.split('\t').collect::<Vec<_>>()[..] {
        [section, text, binds, findings, remark] => Sentence {
            section,
            text,
            binds,
            findings: findings.split(", ").filter(|name| !name.is_empty()).collect(),
            remark,
        },
        _ => panic!("a row has five columns: {line}"),
    };
    include_str!("sentences.tsv").lines().map(sentence).collect()
}

fn table_of_sentences() -> String {
    let mut text = "\n## Sentences\n\nEach sentence of the image specification 1.1.1 that has a key word, whom it binds, and the findings that judge it, or why\nnone does.\n".to_owned();
    let mut page = "";
    for Sentence { section, text: sentence, binds, findings, remark } in sentences() {
        let (of_page, anchor) = section.split_once('#').unwrap_or((section, ""));
        if page != of_page {
            page = of_page;
            write!(text, "\n### {page}\n\n| section | sentence | binds | judged by |\n|---|---|---|---|\n")
                .unwrap();
        }
        let names: Vec<String> = findings.iter().map(|name| format!("`{name}`")).collect();
        let judged = match (names.join(", "), remark) {
            (names, "") => names,
            (names, remark) if names.is_empty() => format!("none: {remark}"),
            (names, remark) => format!("{names}: {remark}"),
        };
        let anchor = if anchor.is_empty() { "the top" } else { anchor };
        writeln!(text, "| [{anchor}]({SPECIFICATION}{section}) | {sentence} | {binds} | {judged} |").unwrap();
    }
    text
}

/// A link to a section, with a short text.
fn link(section: &str) -> String {
    let spec = section.strip_prefix(SPECIFICATION);
    let rfc = section
        .strip_prefix("https://www.rfc-editor.org/rfc/rfc")
        .and_then(|rfc| rfc.split_once("#section-"));
    let text = match (spec, rfc) {
        (Some(spec), _) => spec.to_owned(),
        (_, Some((number, section))) => format!("RFC {number}, section {section}"),
        _ if section.contains("pax.html") => "POSIX, pax".to_owned(),
        _ => "Limits".to_owned(),
    };
    format!("[{text}]({section})")
}

fn tables() -> String {
    let mut text = String::new();
    for (title, rows) in TABLES {
        write!(text, "\n## {title}\n\n| finding | level | it follows from |\n|---|---|---|\n").unwrap();
        for (name, rule) in
            rows.iter().flat_map(|(name, rules, _)| rules.iter().map(move |rule| (name, rule)))
        {
            let (level, sentence, link) = (rule.level, rule.sentence, link(rule.section));
            writeln!(text, "| `{name}` | {level} | {sentence} ({link}) |").unwrap();
        }
    }
    text
}

/// `OCI_FIXTURE_BLESS=1` writes the tables anew. The text before the first of them, and the link to the next page
/// behind the last one, are written by hand.
#[test]
fn the_docs_have_the_tables_that_follow_from_the_rows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verify.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let (by_hand, _) = found.split_once("\n## ").unwrap();
    let next = found.find("\nNext: [").map_or("", |next| &found[next..]);
    let expected = format!("{by_hand}{}{}{next}", tables(), table_of_sentences());
    if std::env::var_os("OCI_FIXTURE_BLESS").is_some() {
        std::fs::write(&path, expected).unwrap();
    } else {
        assert!(
            found == expected,
            "docs/verify.md has other tables; write them anew with OCI_FIXTURE_BLESS=1"
        );
    }
}

#[test]
fn every_sentence_has_a_finding_or_a_reason_why_none_judges_it() {
    for Sentence { text, findings, remark, .. } in sentences() {
        assert!(!findings.is_empty() || !remark.is_empty(), "{text}");
        for name in findings {
            assert!(FindingKind::ALL.contains(&name), "{text}: no finding is called {name}");
        }
    }
}

#[test]
fn every_finding_follows_from_a_sentence_and_one_above_a_note_from_one_that_binds_writers() {
    let sentences = sentences();
    for (name, rules, _) in TABLES.iter().flat_map(|(_, rows)| *rows) {
        let of_specification = |rule: &&Rule| rule.section.starts_with(SPECIFICATION);
        let above_note = rules.iter().filter(of_specification).any(|rule| rule.level > Level::Note);
        let rows: Vec<_> = sentences.iter().filter(|sentence| sentence.findings.contains(name)).collect();
        // A finding that something could not be read follows from no sentence. It is above a note, so that no test
        // passes with it.
        if *name == "Unreadable" {
            continue;
        }
        let of_another = rules.iter().any(|rule| !of_specification(&rule));
        assert!(!rows.is_empty() || of_another, "{name}");
        assert!(!above_note || rows.iter().any(|sentence| sentence.binds.contains("writer")), "{name}");
    }
}

#[test]
fn every_kind_has_a_name_and_a_rule_of_its_own() {
    let names: BTreeSet<&str> = FindingKind::ALL.iter().copied().collect();
    assert_eq!(names.len(), FindingKind::ALL.len());
    let rows: Vec<&str> = TABLES.iter().flat_map(|(_, rows)| rows.iter().map(|(name, ..)| *name)).collect();
    assert_eq!(rows, FindingKind::ALL);
}

#[test]
fn every_wording_is_one_line_and_every_section_an_address() {
    for (name, rules, wordings) in TABLES.iter().flat_map(|(_, rows)| *rows) {
        for wording in *wordings {
            assert!(
                !wording.is_empty() && !wording.contains('\n') && !wording.ends_with(['.', ' ']),
                "{name}"
            );
        }
        assert!(rules.iter().all(|rule| rule.section.starts_with("https://")), "{name}");
    }
}

#[test]
fn the_rule_of_a_kind_depends_on_its_fields() {
    let [one, two] = [Digest::from_sha256([1; 32]), Digest::from_sha256([2; 32])];
    let mismatch = |found: &Digest| FindingKind::ContentMismatch {
        digest: one.clone(),
        size: Some(1),
        found_digest: found.clone(),
        found_size: 2,
    };
    let sections = |kinds: &[FindingKind]| -> Vec<String> {
        let section = |kind: &FindingKind| {
            let (_, section) = kind.section().rsplit_once('/').unwrap();
            format!("{} {} {section}", kind.name(), kind.level())
        };
        kinds.iter().map(section).collect()
    };
    let missing = |document| FindingKind::FieldMissing { document, field: "text".to_owned() };
    let documents =
        [Document::OciLayout, Document::Index, Document::Manifest, Document::Config, Document::Descriptor];
    assert_eq!(
        sections(&[mismatch(&one), mismatch(&two), FindingKind::LimitExceeded { limit: Limit::Entries(1) }]),
        [
            "ContentMismatch SHOULD descriptor.md#properties",
            "ContentMismatch MUST image-layout.md#blobs",
            "LimitExceeded SHOULD struct.Limits.html",
        ]
    );
    assert_eq!(
        sections(&documents.map(missing)),
        [
            "FieldMissing MUST image-layout.md#oci-layout-file",
            "FieldMissing MUST image-index.md#image-index-property-descriptions",
            "FieldMissing MUST manifest.md#image-manifest-property-descriptions",
            "FieldMissing MUST config.md#properties",
            "FieldMissing MUST descriptor.md#properties",
        ]
    );
}
