//! The outline of a text, from which a check can tell that the text gives the fixture, without reading each entry of a large
//! layer.
//!
//! Reading 100,000 entries takes longer and more memory than everything else. But most of their texts differ only in their
//! literals. So an outline has a mark in the place of a large layer's members, and one member of each shape as a sample.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::parse::{mark, parse_outline};
use super::{SourceText, Unsayable, literal, with_page};
use crate::declare::fixture::Fixture;
use crate::declare::graph::NodeKind;
use crate::declare::layer::tarball::Tar;
use crate::declare::layer::{LayerMember, LayerMembers};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::io::Recipe as _;
use crate::source::page::write_lines;

/// The outline of a fixture's text.
pub(super) struct Outline {
    /// The text with a mark in the place of each large layer's members.
    text: String,
    large: Vec<LayerMembers>,
    /// The texts of the samples, and the samples.
    samples: (String, Vec<LayerMember>),
}

impl Outline {
    /// The text of a fixture, and its outline.
    pub(super) fn of(fixture: &Fixture) -> Result<Result<(SourceText, Self), Unsayable>> {
        with_page(fixture, |page| {
            let (mut outline, mut large) = (String::new(), Vec::new());
            write_lines(&page.pieces, 0, &mut outline, &mut |members, _, text| {
                text.extend(["entry { raw: ", &literal::text(&mark(large.len())), " }\n"]);
                large.push(members.clone());
                Ok(())
            })?;
            let (mut shapes, mut samples) = (HashSet::new(), (String::new(), Vec::new()));
            let source = page.write(&mut |member, text| {
                if shapes.insert(shape(text)) {
                    samples.0.push_str(text);
                    samples.1.push(member.clone());
                }
            })?;
            Ok((source, Self { text: outline, large, samples }))
        })
    }

    /// The fixture that the text gives. It shares the members of large layers with the printed fixture. `None` if the text
    /// cannot be read, or if a sample gives other bytes. The files of the text are in the folder.
    pub(super) fn read(&self, folder: &Path) -> Result<Option<Fixture>> {
        let (text, samples) = &self.samples;
        if !samples.is_empty() {
            let text = format!("manifest {{\n#[unchecked] layer {{\n{text}}}\n}}\n");
            let Ok(fixture) = parse_outline(&text, folder, &[]) else { return Ok(None) };
            let Some(members) = members_of(&fixture) else { return Ok(None) };
            if members.len() != samples.len() || tar_digest(&members)? != tar_digest(samples)? {
                return Ok(None);
            }
        }
        Ok(parse_outline(&self.text, folder, &self.large).ok())
    }
}

/// The members of the only layer.
fn members_of(fixture: &Fixture) -> Option<LayerMembers> {
    let edge = fixture.data().edges.first()?;
    let layer = edge.node.edges().first()?;
    match &layer.node.kind {
        NodeKind::Layer(layer) => Some(layer.members.clone()),
        _ => None,
    }
}

fn tar_digest(members: &[LayerMember]) -> Result<String> {
    let mut hasher = Hasher::default();
    Tar::of(members, None).write_to(&mut hasher).map_err(Error::recipe)?;
    Ok(hasher.finish().0.to_string())
}

/// The shape of a member: its text without the values of its literals. A string is replaced by its kinds of escapes, and by
/// whether all its characters are ASCII.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = match character {
            '"' => string(rest, &mut shape),
            'r' if rest.trim_start_matches('r').trim_start_matches('#').starts_with('"') => {
                raw_string(rest, &mut shape)
            }
            '0'..='9' => {
                shape.push('0');
                rest.find(|other: char| !other.is_ascii_alphanumeric()).unwrap_or(rest.len())
            }
            _ => {
                shape.push(character);
                character.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    shape
}

/// Adds the shape of the string with which the text begins, and returns its length.
fn string(text: &str, shape: &mut String) -> usize {
    let mut escapes = BTreeSet::new();
    let mut end = 1;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let Some(quote) = rest.find('"') else {
            end = text.len();
            break;
        };
        match rest.get(..quote).and_then(|before| before.find('\\')) {
            Some(escape) => {
                escapes.extend(rest.get(escape + 1..).and_then(|rest| rest.chars().next()));
                end += escape + 2;
            }
            None => {
                end += quote + 1;
                break;
            }
        }
    }
    shape.push('"');
    shape.extend(escapes);
    shape.push_str(if text.get(..end).is_some_and(str::is_ascii) { "\"" } else { "\"u" });
    end
}

/// Adds the shape of a raw string with which the text begins, and returns its length.
fn raw_string(text: &str, shape: &mut String) -> usize {
    let hashes = text.bytes().skip(1).take_while(|byte| *byte == b'#').count();
    let end = format!("\"{}", "#".repeat(hashes));
    let body = text.get(hashes + 2..).unwrap_or_default();
    let length = body.find(&end).unwrap_or(body.len());
    shape.push_str("r\"");
    shape.push_str(if body.get(..length).is_some_and(str::is_ascii) { "\"" } else { "\"u" });
    hashes + 2 + length + end.len()
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn members_that_differ_only_in_their_literals_have_one_shape() {
        let shapes = |one: &str, other: &str| (shape(one), shape(one) == shape(other));
        assert_eq!(
            shapes("#[mode = 0o755] \"a\" => \"b\",\n", "#[mode = 0o700] \"other\" => \"c\",\n"),
            ("#[mode = 0] \"\" => \"\",\n".to_owned(), true)
        );
        assert_eq!(
            shapes("\"a\\n\\\"\\n\" -> b\"\\xff\"", "\"\\\"b\\n\" -> b\"\\x00\""),
            ("\"\"n\" -> b\"x\"".to_owned(), true)
        );
        assert_eq!(
            shapes("\"a\" => r#\"{\"a\": 1}\"#, \"b/\"", "\"c\" => r#\"{}\"#, \"d/\""),
            ("\"\" => r\"\", \"\"".to_owned(), true)
        );
        assert_eq!(shape("\"\u{e9}\" => \"\""), "\"\"u => \"\"");
        assert_ne!(shape("\"a\\n\""), shape("\"a\""));
    }
}
