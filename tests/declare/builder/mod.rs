//! The builder can declare everything that the macro can: every construct of the language gives the same bytes by both.

use std::collections::BTreeSet;

use oci_fixture::{Descriptor, Fixture};
use oci_fixture_grammar::language::{
    ATTRIBUTES, BlockKind, COMPRESSIONS, ENTRIES, Form, NODES, OTHERS, PROPERTIES, WHOLE_PROPERTIES,
};
use oci_fixture_test_support::{Tree, files};

/// A fixture that is declared by the macro and by the builders.
struct Pair {
    /// The construct of the pair.
    name: &'static str,
    /// The text that was given to the macro.
    source: &'static str,
    declared: Fixture,
    built: Fixture,
}

macro_rules! pair {
    ($name:literal { $($declaration:tt)* } $built:expr) => {
        Pair {
            name: $name,
            source: stringify!($($declaration)*),
            declared: oci_fixture::oci_image! { $($declaration)* },
            built: $built,
        }
    };
}

// The macro stands above the modules that call it.
mod blobs;
mod faults;
mod layers;
mod nodes;
mod values;

#[test]
fn the_builder_says_what_the_macro_says() {
    for Pair { name, source, declared, built } in walk() {
        let (declared, built) = (declared.tempdir().unwrap(), built.tempdir().unwrap());
        let (declared, built) = (files(declared.path()), files(built.path()));
        assert_eq!(text(&declared), text(&built), "{name}: {source}");
        assert!(declared == built, "{name}: {source}");
    }
}

/// Two pairs of the same bytes would prove one construct only.
#[test]
fn no_two_pairs_are_the_same() {
    let pairs = walk();
    let layouts: BTreeSet<_> =
        pairs.iter().map(|pair| files(pair.declared.tempdir().unwrap().path())).collect();
    assert_eq!(layouts.len(), pairs.len());
}

#[test]
fn every_word_of_the_language_is_in_the_walk() {
    let pairs = walk();
    let all: String = pairs.iter().map(|pair| pair.source).collect();
    let nodes = NODES.iter().map(|kind| kind.keyword());
    let words = [ENTRIES, OTHERS, COMPRESSIONS, PROPERTIES, WHOLE_PROPERTIES].into_iter().flatten().copied();
    let mut missing: Vec<_> =
        nodes.chain(words).filter(|word| !has(&all, word, "")).map(str::to_owned).collect();
    // No layout shows a fault on the wire: tests/registry says those in both ways.
    let stored = ATTRIBUTES.iter().filter(|attribute| attribute.form != Form::Http);
    let attributes = stored.map(|attribute| format!("#[{}", attribute.name));
    missing.extend(attributes.filter(|attribute| !has(&all, attribute, "")));
    for kind in BlockKind::ALL {
        let block = match kind {
            BlockKind::Fixture => "the top level",
            BlockKind::Label => "label",
            BlockKind::OtherConfig => "config of another type",
            kind => kind.keyword(),
        };
        // Only pairs that are named after the block count, because other blocks may have a field of the same name.
        let of_block: String =
            pairs.iter().filter(|pair| pair.name == block).map(|pair| pair.source).collect();
        let fields = kind.fields().iter().filter(|field| !has(&of_block, field.name, ":"));
        missing.extend(fields.map(|field| format!("{block}: {}", field.name)));
    }
    assert_eq!(missing, [""; 0]);
}

fn walk() -> Vec<Pair> {
    let honest = [
        nodes::nodes(),
        nodes::configs(),
        layers::layers(),
        layers::entries(),
        blobs::blobs_and_descriptors(),
        blobs::labels(),
        values::flows(),
        values::values(),
        values::calls(),
    ];
    honest
        .into_iter()
        .chain([
            faults::after_sealing(),
            faults::documents(),
            faults::descriptors(),
            faults::layers(),
            faults::headers(),
        ])
        .flatten()
        .collect()
}

const HEX: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A descriptor whose blob is not stored.
fn elsewhere() -> Descriptor {
    Descriptor::new().media_type("text/plain").digest(HEX).size(12)
}

/// Whether the tokens have a name, followed by a text. Spaces do not count, because compilers print them differently.
fn has(source: &str, name: &str, then: &str) -> bool {
    let without_texts: String = source.split('"').step_by(2).collect();
    let source = without_texts.split_whitespace().collect::<Vec<_>>().join(" ");
    let source = source.replace("# [", "#[").replace(" :", ":");
    let wanted = format!("{name}{then}");
    let is_part = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut rest = source.as_str();
    while let Some((before, after)) = rest.split_once(&wanted) {
        if !is_part(before.chars().next_back()) && (!then.is_empty() || !is_part(after.chars().next())) {
            return true;
        }
        rest = after;
    }
    false
}

/// The same to be read: layers as such.
fn text(files: &Tree) -> Vec<String> {
    let line = |(name, bytes): (&String, &Vec<u8>)| {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.starts_with('{'));
        format!("{name}: {}", text.unwrap_or("no document"))
    };
    files.iter().map(line).collect()
}
