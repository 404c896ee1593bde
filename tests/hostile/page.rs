//! `docs/hostile.md`: the description of each image, and what readers do with it.
//!
//! With `OCI_FIXTURE_BLESS`, the page is written anew.

use std::fmt::Write as _;
use std::process::Command;
#[cfg(feature = "registry")]
use std::thread;

use oci_fixture_gallery::{Case, Ground, broken, hostile, legal, wire};
use oci_fixture_test_support::{GZIP, Tool, ZSTD, golden::assert_block};

use crate::readers::{READERS, Reader, Version};

const PAGE: &str = "docs/hostile.md";

/// The first image with a hostile layer. The images before it have hostile documents.
const FIRST_LAYER: &str = "absolute_path";

/// The bounds on readers.
const BOUNDS: [Tool; 2] = [
    Tool { program: "prlimit", version: "prlimit from util-linux" },
    Tool { program: "timeout", version: "timeout (GNU coreutils)" },
];

#[test]
fn the_page_has_each_case_with_its_grounds() {
    assert_block(PAGE, "legal", &list(legal()));
    assert_block(PAGE, "broken", &list(broken()));
    assert_block(PAGE, "wire", &list(wire()));
    assert_block(PAGE, "images", &list(hostile()));
}

/// One line for each case: its description, and its grounds.
fn list(cases: impl Iterator<Item = &'static Case>) -> String {
    let mut list = String::new();
    for case in cases {
        let link = |ground: &Ground| format!("[{}]({})", ground.name(), ground.url());
        let grounds: Vec<String> = case.ground.iter().map(link).collect();
        writeln!(list, "* `{}`: {} {}.", case.name, case.what, grounds.join(", ")).unwrap();
    }
    list
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
    let cases: Vec<&Case> = hostile().collect();
    let first = cases.iter().position(|case| case.name == FIRST_LAYER).unwrap();
    let (documents, layers) = cases.split_at(first);
    let of_layouts: Vec<_> = READERS.iter().filter(|reader| !reader.reads_layers()).collect();
    let all: Vec<_> = READERS.iter().collect();
    for (block, images, readers) in [("documents", documents, of_layouts), ("layers", layers, all)] {
        let titles: Vec<_> = readers.iter().map(|reader| title(reader)).collect();
        let mut table = row("image", &titles);
        table.push_str(&row("---", &vec!["---".to_owned(); titles.len()]));
        for case in images {
            let cells: Vec<_> = readers.iter().map(|reader| reader.read(case)).collect();
            table.push_str(&row(&format!("`{}`", case.name), &cells));
        }
        assert_block(PAGE, block, &table);
    }
}

/// These readers unpack as root, each image in namespaces of its own.
#[cfg(feature = "registry")]
#[test]
fn the_page_says_what_readers_do_that_unpack_as_root() {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use oci_fixture_test_support::{BUILDAH, CONTAINERD, CTR, DOCKER, DOCKERD, PODMAN, or_skip};

    use crate::confined;

    let unshare = Tool { program: "unshare", version: "unshare from util-linux" };
    let tools = [CONTAINERD, CTR, DOCKERD, DOCKER, PODMAN, BUILDAH, unshare];
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let root = or_skip(is_root.then_some(()).ok_or_else(|| "these readers need root".to_owned()));
    if root.is_none() || !tools.into_iter().chain(BOUNDS).all(Tool::is_here) {
        return;
    }
    // The processes of a reader mostly wait, so more readers than processors run at the same time.
    let rows =
        |reader: &Reader| hostile().map(|case| confined::read(reader.name, case.name)).collect::<Vec<_>>();
    let columns: Vec<Vec<String>> = thread::scope(|scope| {
        let readers: Vec<_> =
            confined::READERS.iter().map(|reader| scope.spawn(move || rows(reader))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    let titles: Vec<_> = confined::READERS.iter().map(title).collect();
    let mut table = row("image", &titles);
    table.push_str(&row("---", &vec!["---".to_owned(); titles.len()]));
    for (number, case) in hostile().enumerate() {
        let cells: Vec<_> = columns.iter().map(|column| column[number].clone()).collect();
        table.push_str(&row(&format!("`{}`", case.name), &cells));
    }
    assert_block(PAGE, "root", &table);
}

/// Only the feature `decode` reads compressed layers, so the page has the findings with this feature.
#[cfg(feature = "decode")]
#[test]
fn the_page_says_what_verify_finds() {
    // A bomb or a diamond has the same finding at many places.
    const LINES: usize = 4;
    let mut table = row("image", &["findings".to_owned()]);
    table.push_str(&row("---", &["---".to_owned()]));
    for case in hostile() {
        let layout = case.fixture().tempdir().unwrap();
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
        table.push_str(&row(&format!("`{}`", case.name), &[lines.join("<br>")]));
    }
    assert_block(PAGE, "findings", &table);
}

/// The text with shortened digests.
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

/// The name of a reader, with the version that it prints.
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
    // The version of umoci has a suffix of Debian.
    format!("{} {}", reader.name, version.split('+').next().unwrap())
}
