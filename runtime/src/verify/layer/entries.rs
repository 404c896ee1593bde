//! The entries of a layer, one after another.

use super::below::{Below, Effects};
use super::doubtful;
use super::names::{Key, Marks, Names};
use super::path::{Path, climbs};
use crate::tar::read::{Fields, Member, Pax};
use crate::verify::excerpt;
use crate::verify::findings::Findings;
use crate::verify::kind::FindingKind;
use crate::verify::limits::{Limit, Limits};

/// Judges each entry, by itself and beside those before it.
pub(super) struct Entries<'e> {
    /// The way to the layer.
    place: &'e str,
    limits: &'e Limits,
    findings: &'e mut Findings,
    names: Names,
    /// The layers below this one, and what it does upon them.
    below: &'e Below,
    effects: Effects,
    count: u64,
    /// Global headers that were judged.
    global: usize,
    is_full: bool,
}

/// Names of a path that are compared with others. No system takes a path of as many.
const DEPTH: usize = 4096;

/// What the name of a whiteout begins with.
const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";

impl<'e> Entries<'e> {
    pub(super) fn new(
        place: &'e str,
        limits: &'e Limits,
        below: &'e Below,
        findings: &'e mut Findings,
    ) -> Self {
        let (names, effects) = (Names::default(), below.effects());
        Self { place, limits, findings, names, below, effects, count: 0, global: 0, is_full: false }
    }

    /// What the layer does upon those below, where all of its entries were read.
    pub(super) fn effects(self) -> Option<Effects> {
        (!self.is_full && !self.effects.is_full()).then_some(self.effects)
    }

    /// Whether no more are taken.
    pub(super) fn is_full(&self) -> bool {
        self.is_full || self.findings.is_full()
    }

    /// Judges an entry, and the global headers before it.
    pub(super) fn add(&mut self, member: &Member, global: &[Pax]) {
        self.count += 1;
        let most = self.limits.entries;
        if self.count > most || self.names.len() as u64 > most {
            self.findings.add(self.place, FindingKind::LimitPassed { limit: Limit::Entries(most) });
            self.is_full = true;
            return;
        }
        for kind in global.iter().skip(self.global).filter_map(doubtful::global) {
            self.findings.add(self.place, kind);
        }
        self.global = global.len();
        let fields = &member.fields;
        for kind in doubtful::fields(member) {
            self.report(fields, kind);
        }
        if !fields.has_body() && fields.size > 0 {
            self.report(fields, FindingKind::BodyUnexpected { size: fields.size });
        }
        let path = Path::of(&fields.path);
        self.check_path(fields, &path);
        self.check_link(fields, &path);
        self.compare(fields, &path);
    }

    fn report(&mut self, fields: &Fields, kind: FindingKind) {
        self.findings.add_entry(self.place, &fields.path, kind);
    }

    fn check_path(&mut self, fields: &Fields, path: &Path<'_>) {
        let is_no_directory = matches!(fields.typeflag, b'0'..=b'4' | b'6' | b'7');
        if path.escapes {
            self.report(fields, FindingKind::PathEscapes);
        } else if path.is_unclean || path.ends_with_slash && is_no_directory {
            self.report(fields, FindingKind::PathUnclean);
        }
        let Some((last, parents)) = path.names.split_last() else { return };
        if parents.iter().any(|name| name.starts_with(WHITEOUT)) {
            self.report(fields, FindingKind::WhiteoutMisplaced);
        }
        let Some(hidden) = last.strip_prefix(WHITEOUT) else { return };
        if matches!(hidden, b"" | b"." | b"..") || hidden.starts_with(WHITEOUT) && *last != OPAQUE {
            self.report(fields, FindingKind::WhiteoutReserved);
        }
        if !matches!(fields.typeflag, b'0' | b'7') || fields.size > 0 {
            self.report(fields, FindingKind::WhiteoutNotEmpty);
        }
    }

    fn check_link(&mut self, fields: &Fields, path: &Path<'_>) {
        let is_hard = match fields.typeflag {
            b'1' => true,
            b'2' => false,
            _ => return,
        };
        if fields.link.is_empty() {
            return self.report(fields, FindingKind::LinkEmpty);
        }
        let target = Path::of(&fields.link);
        let escapes = if is_hard {
            target.escapes || target.climbs
        } else {
            climbs(path.names.len().saturating_sub(1), &fields.link)
        };
        if escapes {
            self.report(fields, FindingKind::LinkEscapes { target: excerpt::of_bytes(&fields.link) });
        } else if is_hard {
            self.check_way(fields, &fields.link, &target);
        }
    }

    /// Compares the names with those that were there before.
    fn compare(&mut self, fields: &Fields, path: &Path<'_>) {
        let Some((last, parents)) = path.names.split_last() else { return };
        if parents.len() > DEPTH {
            return;
        }
        self.check_way(fields, &fields.path, path);
        let mut hidden = None;
        let mut key = Key::ROOT;
        for (number, name) in parents.iter().enumerate() {
            key = key.join(name);
            let marks = self.names.marks(key);
            if marks.has(Marks::HIDDEN) {
                hidden.get_or_insert(number);
            }
            if !marks.has(Marks::PARENT) {
                self.names.mark(key, Marks::PARENT);
            }
        }
        if let Some(name) = last.strip_prefix(WHITEOUT).filter(|_| *last != OPAQUE) {
            let key = key.join(name);
            let marks = self.names.marks(key);
            if marks.has(Marks::ENTRY) || marks.has(Marks::PARENT) {
                let path = [parents, &[name]].concat().join(&b'/');
                self.report(fields, FindingKind::WhiteoutOfOwnLayer { path: excerpt::of_bytes(&path) });
            }
            self.names.mark(key, Marks::HIDDEN);
            self.affect(|effects| effects.hide(key));
        }
        if *last == OPAQUE {
            self.affect(|effects| effects.make_opaque(key));
        }
        let key = key.join(last);
        let marks = self.names.marks(key);
        if marks.has(Marks::HIDDEN) {
            hidden.get_or_insert(parents.len());
        }
        if let Some(number) = hidden {
            let path = path.names.get(..=number).unwrap_or_default().join(&b'/');
            self.report(fields, FindingKind::WhiteoutOfOwnLayer { path: excerpt::of_bytes(&path) });
        }
        if marks.has(Marks::ENTRY) {
            self.report(fields, FindingKind::EntryDuplicate);
        }
        if fields.typeflag == b'2' {
            self.names.mark(key, Marks::ENTRY.and(Marks::SYMLINK));
            self.affect(|effects| effects.symlink(key));
        } else {
            self.names.mark(key, Marks::ENTRY);
            let below = self.below;
            self.affect(|effects| effects.replace(key, below));
        }
    }

    fn affect(&mut self, change: impl FnOnce(&mut Effects)) {
        if !self.effects.is_full() {
            change(&mut self.effects);
        }
    }

    /// Whether a path leads through a symbolic link, of this layer or of one below.
    fn check_way(&mut self, fields: &Fields, text: &[u8], path: &Path<'_>) {
        let parents = path.names.split_last().map_or(&[][..], |(_, parents)| parents);
        let mut key = Key::ROOT;
        let mut way = self.below.way();
        way.enter(key);
        let mut is_hidden = false;
        for (number, name) in parents.iter().enumerate().take(DEPTH) {
            key = key.join(name);
            let marks = self.names.marks(key);
            is_hidden |= marks.has(Marks::HIDDEN);
            let is_below = way.enter(key) && !marks.has(Marks::ENTRY) && !is_hidden;
            if marks.has(Marks::SYMLINK) || is_below {
                let symlink = parents.get(..=number).unwrap_or_default().join(&b'/');
                let (path, symlink) = (excerpt::of_bytes(text), excerpt::of_bytes(&symlink));
                return self.report(fields, FindingKind::ThroughSymlink { path, symlink });
            }
        }
    }
}
