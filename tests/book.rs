//! The pages of `docs` are a book: each leads to the next, and what they show is what is printed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use oci_fixture_test_support::golden::{assert_block, repository};
use oci_fixture_test_support::or_skip;

/// The lists behind the gallery are no page of their own in the order of the book.
const APPENDIX: &str = "hostile";

fn page(name: &str) -> String {
    fs::read_to_string(repository("docs").join(name).with_extension("md")).unwrap()
}

/// The names of the pages in the order of their links in the contents, `docs/README.md`.
fn contents() -> Vec<String> {
    let text = page("README");
    let items = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    let links = items.map(|item| item.split_once("][").unwrap().1.split_once(']').unwrap().0.to_owned());
    links.collect()
}

/// The definitions of links at the end of a text: the word and where it leads.
fn definitions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "))
}

#[test]
fn each_page_is_in_the_contents_and_leads_to_the_next() {
    let files = fs::read_dir(repository("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let files: BTreeSet<String> = files.map(|file| file.into_string().unwrap().replace(".md", "")).collect();
    let contents = contents();
    let known = contents.iter().map(String::as_str).chain(["README", APPENDIX]).map(str::to_owned);
    assert_eq!(files, known.collect());
    for pair in contents.windows(2) {
        let last = page(&pair[0]);
        let last = last.lines().rfind(|line| line.starts_with("Next: [")).unwrap_or_default().to_owned();
        let link = [format!("][{}].", pair[1]), format!("]({}.md).", pair[1])];
        assert!(link.iter().any(|link| last.ends_with(link)), "docs/{}.md leads to `{last}`", pair[0]);
    }
}

#[test]
fn each_link_between_pages_leads_to_a_page_and_is_known_to_rustdoc() {
    let rustdoc = fs::read_to_string(repository("src/links.md")).unwrap();
    let rustdoc: BTreeSet<&str> = definitions(&rustdoc).map(|(word, _)| word).collect();
    for name in contents().iter().map(String::as_str).chain(["README", APPENDIX]) {
        let text = page(name);
        for (word, target) in definitions(&text).filter(|(_, target)| !target.starts_with("https://")) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let to = page(file.strip_suffix(".md").unwrap());
            let is_there = heading.is_empty() || to.lines().any(|line| anchor(line) == heading);
            assert!(is_there, "docs/{name}.md: {target}");
            assert!(rustdoc.contains(word), "docs/{name}.md: src/links.md does not define [{word}]");
        }
    }
}

/// The name by which a heading is linked.
fn anchor(line: &str) -> String {
    let heading = line.trim_start_matches('#').trim().to_lowercase();
    heading.replace(' ', "-").replace(|other: char| !other.is_alphanumeric() && other != '-', "")
}

#[test]
fn each_link_of_the_readme_leads_to_a_page_of_the_documentation() {
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    assert!(!readme.contains("]("), "a link with its target in the text does not work everywhere");
    let contents = contents();
    for (word, target) in definitions(&readme) {
        let place = target.strip_prefix("https://docs.rs/oci-fixture/latest/oci_fixture/").unwrap_or(target);
        let is_there = match place.strip_prefix("book/").and_then(|page| page.strip_suffix("/index.html")) {
            Some(page) => contents.iter().map(String::as_str).chain([APPENDIX]).any(|name| name == page),
            None => ["macro.oci_image.html", "book/index.html"].contains(&place),
        };
        assert!(is_there, "[{word}]: {target}");
    }
}

/// A reader can add the crates that a page names, also where a line of an example is hidden.
#[test]
fn no_page_names_a_crate_that_only_this_repository_has() {
    let ours = ["test", "runtime", "grammar", "syntax", "macros"];
    for name in contents().into_iter().chain(["README.md".to_owned(), "language.md".to_owned()]) {
        let page = page(&name);
        for ours in ours {
            let names = [format!("oci_fixture_{ours}"), format!("oci-fixture-{ours}")];
            assert!(!names.iter().any(|crate_name| page.contains(crate_name)), "{name} names {names:?}");
        }
    }
}

/// A block that shows what rustc prints shows what it prints in `tests/ui`, apart from the name of the file.
#[test]
fn each_error_of_the_compiler_is_one_that_it_prints() {
    let cases = ["parse", "check", "types", "habits"].map(|phase| repository("tests/ui").join(phase));
    let files = cases.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let errors = files.map(|file| file.unwrap().path()).filter(|path| path.extension().unwrap() == "stderr");
    let printed: Vec<String> = errors.map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut shown = 0;
    for name in contents() {
        let text = page(&name);
        for block in text.split("```text\nerror: ").skip(1) {
            let block = block.split_once("\n```").unwrap().0;
            let is_of_rustc = block.contains(".rs:");
            let message = block.lines().next().unwrap();
            let is_printed = printed.iter().any(|text| text.contains(message));
            assert!(!is_of_rustc || is_printed, "docs/{name}.md: {message}");
            shown += usize::from(is_of_rustc);
        }
    }
    assert!(shown > 0);
}

/// The number of crates that cargo compiles for the crate with some features, on Linux.
///
/// # Errors
///
/// Cargo's words, where it has not downloaded one of them.
fn crates(features: &str) -> Result<usize, String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", "oci-fixture", "--edges", "normal,build"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--prefix", "none", "--features", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    if !tree.status.success() {
        return Err(String::from_utf8_lossy(&tree.stderr).into_owned());
    }
    let lines = String::from_utf8(tree.stdout).unwrap();
    let names = lines.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "));
    Ok(names.collect::<BTreeSet<_>>().len())
}

#[test]
fn the_table_of_features_says_what_each_costs() {
    let manifest = fs::read_to_string(repository("Cargo.toml")).unwrap();
    let (_, features) = manifest.split_once("\n[features]\n").unwrap();
    let (features, _) = features.split_once("\n\n").unwrap();
    let lines: Vec<&str> = features.lines().collect();
    // A test asks the network for nothing, so the crates of all features have to be there.
    if or_skip(crates("gzip,zstd,decode,registry,tls,push,text")).is_none() {
        return;
    }
    let without = crates("").unwrap();
    let mut table = format!("| feature | adds | crates |\n|---|---|---|\n| none | | {without} |\n");
    for pair in lines.chunks(2) {
        let [comment, feature] = pair else { panic!("{pair:?}: a comment and a feature") };
        let adds = comment.strip_prefix("# ").unwrap();
        let name = feature.split(' ').next().unwrap();
        writeln!(table, "| `{name}` | {adds} | +{} |", crates(name).unwrap() - without).unwrap();
    }
    assert_block("docs/start.md", "features", &table);
}
