//! `docs/hostile.md`: what it says of each image, and of what readers do with it.
//!
//! With `OCI_FIXTURE_BLESS` set it is written anew.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::process::Command;

use crate::hostile::IMAGES;
use crate::readers::{READERS, Reader, Version};
use crate::tool::{GZIP, Tool, ZSTD};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/hostile.md");
const BLESS: &str = "OCI_FIXTURE_BLESS";

/// The first image that is hostile by a layer. Those before it are by their documents.
const FIRST_LAYER: &str = "empty_layer";

/// What bounds readers.
const BOUNDS: [Tool; 2] = [
    Tool { program: "prlimit", version: "prlimit from util-linux" },
    Tool { program: "timeout", version: "timeout (GNU coreutils)" },
];

#[test]
fn the_page_has_each_image_with_its_ground() {
    let source = include_str!("../../examples/hostile.rs");
    let mut list = String::new();
    for (name, _) in IMAGES {
        writeln!(list, "* `{name}`: {}", ground(source, name)).unwrap();
    }
    assert_block("images", &list);
}

#[test]
fn the_page_says_what_readers_do() {
    let tools = READERS.iter().filter_map(|reader| match reader.version {
        Version::Program(tool) => Some(tool),
        Version::Crate(_) => None,
    });
    if !tools.chain(BOUNDS).chain([GZIP, ZSTD]).all(Tool::is_here) {
        return;
    }
    let first = IMAGES.iter().position(|(name, _)| *name == FIRST_LAYER).unwrap();
    let (documents, layers) = IMAGES.split_at(first);
    let of_layouts: Vec<_> = READERS.iter().filter(|reader| !reader.reads_layers()).collect();
    let all: Vec<_> = READERS.iter().collect();
    for (block, images, readers) in [("documents", documents, of_layouts), ("layers", layers, all)] {
        let titles: Vec<_> = readers.iter().map(|reader| title(reader)).collect();
        let mut table = row("image", &titles);
        table.push_str(&row("---", &vec!["---".to_owned(); titles.len()]));
        for (name, fixture) in images {
            let fixture = fixture();
            let cells: Vec<_> = readers.iter().map(|reader| reader.read(&fixture)).collect();
            table.push_str(&row(&format!("`{name}`"), &cells));
        }
        assert_block(block, &table);
    }
}

/// Compressed layers are looked into with the feature alone, so the page has what it finds.
#[cfg(feature = "decode")]
#[test]
fn the_page_says_what_verify_finds() {
    // A bomb, or a diamond, says the same at many places.
    const LINES: usize = 4;
    let mut table = row("image", &["findings".to_owned()]);
    table.push_str(&row("---", &["---".to_owned()]));
    for (name, fixture) in IMAGES {
        let layout = fixture().tempdir().unwrap();
        let findings = layout.verify();
        let line = |finding: &oci_fixture::Finding| {
            let text = finding.to_string().replace('|', "\\|").replace('<', "&lt;");
            format!("{:?}: {}", finding.level(), short(&text))
        };
        let mut lines: Vec<_> = findings.iter().take(LINES).map(line).collect();
        if findings.len() > LINES {
            lines.push(format!("and {} more", findings.len() - LINES));
        }
        if lines.is_empty() {
            lines.push("nothing".to_owned());
        }
        table.push_str(&row(&format!("`{name}`"), &[lines.join("<br>")]));
    }
    assert_block("findings", &table);
}

/// Without most digits of digests.
#[cfg(feature = "decode")]
fn short(text: &str) -> String {
    const KEPT: usize = 12;
    let mut parts = text.split("sha");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let start = part.find(':').map_or(0, |colon| colon + 1);
        let digits = part[start..].bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str("sha");
        if digits > KEPT {
            out.push_str(&part[..start + KEPT]);
            out.push('\u{2026}');
            out.push_str(&part[start + digits..]);
        } else {
            out.push_str(part);
        }
    }
    out
}

fn row(first: &str, cells: &[String]) -> String {
    format!("| {first} | {} |\n", cells.join(" | "))
}

/// A reader and its version, as it says it.
fn title(reader: &Reader) -> String {
    let version = match reader.version {
        Version::Program(Tool { program, .. }) => {
            let output = Command::new(program).arg("--version").output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let mut words = text.split_whitespace();
            words.find(|word| word.starts_with(|letter: char| letter.is_ascii_digit())).unwrap().to_owned()
        }
        Version::Crate(name) => {
            let lock = include_str!("../../Cargo.lock");
            let package = format!("name = \"{name}\"\nversion = \"");
            lock.split_once(&package).unwrap().1.split('"').next().unwrap().to_owned()
        }
    };
    // umoci's has what Debian adds.
    format!("{} {}", reader.name, version.split('+').next().unwrap())
}

/// What stands above the function of an image.
fn ground(source: &str, name: &str) -> String {
    let (before, _) = source.split_once(&format!("\npub(crate) fn {name}() -> Fixture")).unwrap();
    let lines: Vec<_> = before.lines().rev().map_while(|line| line.strip_prefix("/// ")).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" ")
}

/// What stands between two marks of the page is this.
fn assert_block(name: &str, expected: &str) {
    // Tests run at the same time, and each may write.
    let lock = File::open(PAGE).unwrap();
    lock.lock().unwrap();
    let page = fs::read_to_string(PAGE).unwrap();
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = page.split_once(&begin).unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    if env::var_os(BLESS).is_some_and(|value| !value.is_empty()) {
        fs::write(PAGE, [before, &begin, expected, &end, after].concat()).unwrap();
        return;
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let advice =
        format!("docs/hostile.md is out of date; set {BLESS}=1 to write it, and read what has changed");
    let (found, expected) = (lines(found), lines(expected));
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "{advice}");
    }
    assert_eq!(found.len(), expected.len(), "{advice}");
}
