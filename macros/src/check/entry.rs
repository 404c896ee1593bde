//! Entries of layers: their names.

use oci_fixture_grammar::language::Kind;
use oci_fixture_grammar::{Invalid, device, path};
use quote::ToTokens;
use syn::{Expr, Lit, LitStr};

use super::Checker;
use super::seen::{Key, Seen};
use crate::ast::{Entry, EntryKind, Text};

impl Checker<'_> {
    pub(super) fn entry(&mut self, entry: &mut Entry, within: Kind, seen: &mut Seen) {
        let mut attributes = Seen::default();
        let unchecked = entry.attributes.iter().any(|attribute| attribute.name == "unchecked");
        entry
            .attributes
            .retain_mut(|attribute| self.attribute_on_entry(attribute, unchecked, &mut attributes));
        self.plain(&mut entry.path);
        match &mut entry.kind {
            EntryKind::Symlink(text) | EntryKind::Hardlink(text) => self.plain(text),
            EntryKind::File(content) => self.plain_content(content),
            _ => {}
        }
        if !self.entry_fits(within, &entry.path, seen) {
            return;
        }
        if let EntryKind::Char(major, minor) | EntryKind::Block(major, minor) = &entry.kind {
            self.device_number(major);
            self.device_number(minor);
        }
        if unchecked {
            return;
        }
        if let Text::Literal(literal) = &entry.path {
            match name(literal, &entry.kind) {
                Ok(Some(name)) => {
                    let key = path::key(&name).to_owned();
                    let message = format!("{key:?} is twice in this layer; remove one of the two entries");
                    self.once(seen, &Key::Path(key), literal, &message);
                    self.hidden(&entry.kind, literal, &name, seen);
                }
                Ok(None) => {}
                Err(invalid) => self.errors.at(literal, invalid),
            }
        }
        self.target(entry);
    }

    /// Whether an entry may stand there.
    pub(super) fn entry_fits(&mut self, within: Kind, tokens: &dyn ToTokens, seen: &mut Seen) -> bool {
        if !within.holds_entries() {
            let message = match within {
                Kind::Fixture | Kind::Index => {
                    "an entry belongs to a layer; put it into a manifest, such as `linux/amd64 { ... }`"
                }
                _ => "an entry belongs to a layer; put it into a `layer { ... }`",
            };
            self.errors.at(tokens.to_token_stream(), message);
            return false;
        }
        if within == Kind::Manifest {
            let message = "an entry stands beside a layer; put it into a `layer { ... }` of its own";
            self.apart(seen, [Key::Entries, Key::Layers, Key::Mixed], tokens, message);
        } else {
            self.beside_raw(seen, within, "an entry", tokens);
        }
        true
    }

    /// A whiteout hides nothing of its own layer.
    fn hidden(&mut self, kind: &EntryKind, literal: &LitStr, name: &str, seen: &mut Seen) {
        let path = literal.value();
        let whiteout = matches!(kind, EntryKind::Whiteout).then(|| path::key(&path).to_owned());
        let mut others = path::and_above(name).map(|path| Key::Hidden(path.to_owned()));
        let other = others.find(|key| seen.has(key));
        let other = other.or(whiteout.clone().map(Key::Below).filter(|key| seen.has(key)));
        if let Some(other) = other {
            let message = "a whiteout takes effect on lower layers only, but this layer has what it hides too; remove one of the two";
            self.both(literal, message, seen.mark(&other));
        }
        for path in path::and_above(name) {
            seen.insert(Key::Below(path.to_owned()), literal);
        }
        if let Some(path) = whiteout {
            seen.insert(Key::Hidden(path), literal);
        }
    }

    fn device_number(&mut self, number: &Expr) {
        let Expr::Lit(literal) = number else { return };
        match &literal.lit {
            Lit::Int(digits) => match digits.base10_parse::<u32>().map(device::check) {
                Ok(Ok(())) => {}
                Ok(Err(invalid)) => self.errors.at(number, invalid),
                Err(_) => self
                    .errors
                    .at(number, format!("`{digits}` is too large for a `u32`; write a smaller number")),
            },
            _ => self.errors.at(number, "the number of a device is a number; write one, such as `8`"),
        }
    }

    /// Where a link leads.
    fn target(&mut self, entry: &Entry) {
        let (target, checked) = match (&entry.path, &entry.kind) {
            (Text::Literal(path), EntryKind::Symlink(Text::Literal(target))) => {
                (target, path::symlink_target(&path.value(), &target.value()))
            }
            (_, EntryKind::Hardlink(Text::Literal(target))) => {
                (target, path::hardlink_target(&target.value()))
            }
            _ => return,
        };
        if let Err(invalid) = checked {
            self.errors.at(target, invalid);
        }
    }
}

/// The name that the entry has in the tar; nothing where what is wrong with it was said before.
fn name(literal: &LitStr, kind: &EntryKind) -> Result<Option<String>, Invalid> {
    let path = literal.value();
    match kind {
        EntryKind::Whiteout => {
            path::whiteout(&path)?;
            return Ok(Some(path::whiteout_name(&path)));
        }
        EntryKind::Opaque => {
            path::opaque(&path)?;
            return Ok(Some(path::opaque_name(&path)));
        }
        EntryKind::Directory if !path.ends_with('/') => return Ok(None),
        EntryKind::Directory => path::directory(&path)?,
        _ => path::file(&path)?,
    }
    Ok(Some(path))
}
