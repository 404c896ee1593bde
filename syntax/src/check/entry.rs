//! Entries of layers: their names, and where their links lead.

use oci_fixture_grammar::language::BlockKind;
use oci_fixture_grammar::{Invalid, device, path};
use quote::ToTokens;
use syn::{Expr, Lit};

use super::attribute::means_unchecked;
use super::seen::{Key, Seen};
use super::{Checker, Place};
use crate::ast::{Entry, EntryKind, EntryName, Has, Text};
use crate::parse::format_cure;

impl Checker<'_> {
    pub(super) fn entry(&mut self, entry: &mut Entry, place: Place, seen: &mut Seen) {
        let mut attributes = Seen::default();
        let unchecked = place.within == BlockKind::Layer && place.unchecked
            || entry.attributes.iter().any(|attribute| {
                means_unchecked(&attribute.name.to_string()) && attribute.applies() != Has::Never
            });
        entry
            .attributes
            .retain_mut(|attribute| self.attribute_on_entry(attribute, unchecked, &mut attributes));
        self.entry_name(&mut entry.path);
        match &mut entry.kind {
            EntryKind::Symlink(target) | EntryKind::Hardlink(target) => self.entry_name(target),
            EntryKind::File(content) => self.content(content),
            _ => {}
        }
        if !self.entry_fits(place.within, &entry.path, seen) {
            return;
        }
        if let EntryKind::Char(major, minor) | EntryKind::Block(major, minor) = &entry.kind {
            self.device_number(major);
            self.device_number(minor);
        }
        if !unchecked && self.has_no_variables(entry) {
            self.names(entry, place, seen);
        }
        linkable(entry, seen);
    }

    fn entry_name(&mut self, name: &mut EntryName) {
        match name {
            EntryName::Text(text) => self.text(text),
            EntryName::Bytes(_) => {}
        }
    }

    /// Reports the variable of a `for` in a string: braces are a legal part of a path, but hardly those that are meant.
    fn has_no_variables(&mut self, entry: &Entry) -> bool {
        let target = match &entry.kind {
            EntryKind::Symlink(target) | EntryKind::Hardlink(target) => Some(target),
            _ => None,
        };
        let mut names = [&entry.path].into_iter().chain(target);
        let wrong = names.find_map(|name| {
            let EntryName::Text(Text::Literal(literal)) = name else { return None };
            let is_variable = |word: &str| self.variables.iter().any(|variable| variable == word);
            Some((name, format_cure(literal, is_variable)?))
        });
        if let Some((name, message)) = &wrong {
            self.errors.at(name, message);
        }
        wrong.is_none()
    }

    /// Checks the path of an entry, and its target.
    fn names(&mut self, entry: &Entry, place: Place, seen: &mut Seen) {
        if let Some(path) = entry.path.literal() {
            let literal = &entry.path;
            match name(&path, &entry.kind) {
                Ok(Some(name)) => {
                    let key = path::key(&name).to_owned();
                    let message = || {
                        format!("{} is twice in this layer; remove one of the two entries", path::shown(&key))
                    };
                    self.once(seen, Key::Path(key.clone()), literal, message);
                    self.hidden(entry, &path, &name, seen);
                    self.directories(&entry.kind, literal, path::key(&name), seen);
                }
                Ok(None) => {}
                Err(invalid) => {
                    self.errors.at(literal, invalid);
                    // A later hard link to the corrected path is no mistake.
                    seen.insert(Key::UnknownPath, literal);
                }
            }
        }
        if self.target(entry) {
            self.hardlink(entry, place, seen);
        }
    }

    /// Checks that the target of a hard link stands before it. Without literals for all paths before it, this can be checked
    /// only at run time.
    fn hardlink(&mut self, entry: &Entry, place: Place, seen: &Seen) {
        let EntryKind::Hardlink(target) = &entry.kind else { return };
        let Some(name) = target.literal() else { return };
        if place.repeated || entry.is_behind_mistake || seen.may_have(&Key::UnknownPath) {
            return;
        }
        let is_directory = |path: &str| {
            if seen.may_have(&Key::Linkable(path.to_owned())) {
                return Some(false);
            }
            seen.may_have(&Key::Directory(path.to_owned())).then_some(true)
        };
        let path = entry.path.literal().unwrap_or_default();
        if let Err(invalid) = path::hardlink(&path, &name, is_directory) {
            self.errors.at(target, invalid);
        }
    }

    /// Whether an entry may stand in this block.
    pub(super) fn entry_fits(&mut self, within: BlockKind, tokens: &dyn ToTokens, seen: &mut Seen) -> bool {
        if !within.holds_entries() {
            let message = match within {
                BlockKind::Fixture | BlockKind::Index => {
                    "an entry belongs to a layer; put it into a manifest, such as `linux/amd64 { ... }`"
                }
                BlockKind::Entry => {
                    "an `entry` has fields; write its path as `name:`, and its content as `body:`"
                }
                _ => "an entry belongs to a layer; put it into a `layer { ... }`",
            };
            self.errors.at(tokens.to_token_stream(), message);
            return false;
        }
        if within == BlockKind::Manifest {
            let message = "an entry stands beside a layer; put it into a `layer { ... }` of its own";
            self.apart(seen, [Key::Entries, Key::Layers, Key::Mixed], tokens, message);
        } else {
            self.beside_raw(seen, within, "an entry", tokens);
        }
        true
    }

    /// Reports a whiteout of a path that the same layer has. A whiteout takes effect on lower layers only.
    fn hidden(&mut self, entry: &Entry, path: &str, name: &str, seen: &mut Seen) {
        let literal = &entry.path;
        let whiteout = matches!(entry.kind, EntryKind::Whiteout).then(|| path::key(path).to_owned());
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

    /// Reports an entry that is no directory although another entry is below its path, whichever of the two stands first.
    fn directories(&mut self, kind: &EntryKind, literal: &EntryName, name: &str, seen: &mut Seen) {
        let above = || path::and_above(name).filter(|path| path.len() < name.len());
        let is_symlink = matches!(kind, EntryKind::Symlink(_));
        let others = above().flat_map(|path| [(path, false), (path, true)]);
        let mut others = others
            .map(|(path, is_symlink)| (path, is_symlink, Key::Other { path: path.to_owned(), is_symlink }));
        if let Some((path, is_symlink, key)) = others.find(|(.., key)| seen.has(key)) {
            self.both(literal, &path::no_directory(path, is_symlink).to_string(), seen.mark(&key));
        }
        for path in above() {
            seen.insert(Key::Above(path.to_owned()), literal);
        }
        if matches!(kind, EntryKind::Directory) {
            return;
        }
        let above = Key::Above(name.to_owned());
        if seen.has(&above) {
            self.both(literal, &path::no_directory(name, is_symlink).to_string(), seen.mark(&above));
        }
        seen.insert(Key::Other { path: name.to_owned(), is_symlink }, literal);
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

    /// Checks the target of a link by itself.
    fn target(&mut self, entry: &Entry) -> bool {
        let (target, checked) = match &entry.kind {
            EntryKind::Symlink(target) => match (entry.path.literal(), target.literal()) {
                (Some(path), Some(name)) => (target, path::symlink_target(&path, &name)),
                _ => return true,
            },
            EntryKind::Hardlink(target) => match target.literal() {
                Some(name) => (target, path::hardlink_target(&name)),
                None => return true,
            },
            _ => return true,
        };
        if let Err(invalid) = &checked {
            self.errors.at(target, invalid);
        }
        checked.is_ok()
    }
}

/// Notes an entry, to which a later hard link can lead.
fn linkable(entry: &Entry, seen: &mut Seen) {
    let literal = &entry.path;
    let Some(name) = literal.literal() else {
        seen.insert(Key::UnknownPath, literal);
        return;
    };
    let path = path::key(&name).to_owned();
    match entry.kind {
        // A whiteout has another name in the tar, so no hard link leads to it.
        EntryKind::Whiteout | EntryKind::Opaque => {}
        EntryKind::Directory => {
            seen.insert(Key::Directory(path), literal);
        }
        _ => {
            seen.insert(Key::Linkable(path), literal);
        }
    }
}

/// The name of the entry in the tar. `None` if a mistake in it is reported already.
fn name(path: &str, kind: &EntryKind) -> Result<Option<String>, Invalid> {
    match kind {
        EntryKind::Whiteout => {
            path::whiteout(path)?;
            return Ok(Some(path::whiteout_name(path)));
        }
        EntryKind::Opaque => {
            path::opaque(path)?;
            return Ok(Some(path::opaque_name(path)));
        }
        EntryKind::Directory if !path.ends_with('/') => return Ok(None),
        EntryKind::Directory => path::directory(path)?,
        _ => path::file(path)?,
    }
    Ok(Some(path.to_owned()))
}
