//! Platforms.

use oci_fixture::{Finding, Fixture, Index, Manifest, Platform};
use oci_fixture_grammar::platform::{arch, os};

use super::findings::{self, check_line};
use super::{Harness, texts};

pub(crate) const PLATFORM: Harness = Harness { name: "platform", corpus, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    b"/",
    b"(",
    b")",
    b"+",
    b"_",
    b"-",
    b".",
    b"linux",
    b"windows",
    b"darwin",
    b"macos",
    b"amd64",
    b"x86_64",
    b"386",
    b"arm",
    b"arm64",
    b"aarch64",
    b"armhf",
    b"armel",
    b"v7",
    b"v8",
    b"8",
    b"unknown",
    b"%20",
    b"\0",
    b"\xc3\xa9",
    b"10.0.17763",
];

fn corpus() -> Vec<Vec<u8>> {
    texts(
        "linux/amd64 linux/arm64/v8 linux/arm/v7 linux/386 windows(10.0.17763)/amd64 \
         windows(10.0.17763+win32k)/amd64 darwin/arm64 unknown/unknown linux/x86_64 Linux/AArch64 \
         linux armhf linux/ linux/amd64/v2/more windows(10/amd64",
    )
}

/// A platform that was parsed is printed so that it parses to the same value, except for what was decoded. An image
/// for it has no findings, unless Go has another name for a part of the platform: then the image is refused.
fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let platform = match Platform::parse(&text) {
        Ok(platform) => platform,
        Err(invalid) => return check_line(&invalid),
    };
    // Like containerd, the printed form escapes with `%` only the characters that the notation itself needs.
    if !text.contains('%') {
        // Features are sorted.
        let again = Platform::parse(&platform.to_string()).unwrap();
        assert_eq!(again.to_string(), platform.to_string());
    }
    let manifest = Manifest::new().platform(&*text).with(("a", "b"));
    let layout = Fixture::new().with(Index::new().with(manifest)).in_memory();
    // An honest image is refused if the platform is not written in the form in which images are found.
    if let Err(invalid) = platform.check_names() {
        let problem = layout.unwrap_err().to_string();
        assert!(problem.ends_with(&invalid.to_string()), "{problem}");
        return check_line(&invalid);
    }
    let layout = layout.unwrap();
    // A word that is in no list gives a note on the descriptor, and one on the config.
    let words = [("architecture", platform.architecture(), arch::ALL), ("os", platform.os(), os::ALL)];
    let unusual = words.iter().filter(|(_, word, list)| !list.contains(word));
    let image = "index.json > manifests[0] > manifests[0]";
    let [descriptor, config] = [(image.to_owned(), "platform."), (format!("{image} > config"), "")];
    let expected: Vec<String> = [descriptor, config]
        .iter()
        .flat_map(|(place, prefix)| {
            unusual.clone().map(move |(field, ..)| format!("{place}: `{prefix}{field}` note"))
        })
        .collect();
    let line = |finding: &Finding| {
        let text = finding.to_string();
        let (field, _) = text.split_once(" is ").unwrap();
        format!("{field} {}", finding.level())
    };
    assert_eq!(findings::of(&layout).iter().map(line).collect::<Vec<_>>(), expected);
    layout.platform(&*text).unwrap();
}
