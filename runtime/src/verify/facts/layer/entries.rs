//! The entries of a layer, one after another.

use super::ambiguity;
use super::below::{Below, Effects};
use super::path::{Path, climbs};
use super::path_marks::{Key, Marks, PathMarks};
use crate::tar::read::{Fields, Pax, Record, TarMember};
use crate::verify::excerpt;
use crate::verify::facts::Problems;
use crate::verify::kind::FindingKind;
use crate::verify::limits::{Limit, Limits};

/// Judges each entry, by itself and together with the entries before it.
pub(super) struct EntryJudge<'e> {
    limits: &'e Limits,
    problems: &'e mut Problems,
    names: PathMarks,
    /// The layers below this one, and the effects of this layer on them.
    below: &'e Below,
    effects: Effects,
    count: u64,
    /// The number of global headers that were judged.
    global: usize,
    is_full: bool,
}

/// The start of a whiteout's name.
const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";

impl<'e> EntryJudge<'e> {
    pub(super) fn new(limits: &'e Limits, below: &'e Below, problems: &'e mut Problems) -> Self {
        let (names, effects) = (PathMarks::default(), below.effects());
        Self { limits, problems, names, below, effects, count: 0, global: 0, is_full: false }
    }

    /// The effects of the layer on the layers below it, as long as all of its entries were read.
    pub(super) fn effects(self) -> Option<Effects> {
        if self.effects.is_full(self.limits) {
            let limit = Limit::Links(self.limits.links);
            self.problems.add(FindingKind::LimitExceeded { limit });
            return None;
        }
        (!self.is_full).then_some(self.effects)
    }

    /// Whether no more findings are taken.
    pub(super) fn is_full(&self) -> bool {
        self.is_full || self.problems.is_full()
    }

    /// Judges an entry, and the global headers before it.
    pub(super) fn add(&mut self, member: &TarMember, global: &[Pax]) {
        self.count += 1;
        let most = self.limits.entries;
        if self.count > most || self.names.len() as u64 > most {
            self.problems.add(FindingKind::LimitExceeded { limit: Limit::Entries(most) });
            self.is_full = true;
            return;
        }
        for kind in global.iter().skip(self.global).filter_map(ambiguity::global) {
            self.problems.add(kind);
        }
        self.global = global.len();
        let fields = &member.fields;
        for kind in ambiguity::fields(member) {
            self.report(fields, kind);
        }
        if !fields.has_body() && fields.size > 0 {
            let is_link = matches!(fields.typeflag, b'1' | b'2');
            self.report(fields, FindingKind::BodyUnexpected { size: fields.size, is_link });
        }
        if let Some(format) = sparse_format(member) {
            self.report(fields, FindingKind::Sparse { format });
        }
        let path = Path::of(&fields.path);
        self.check_path(fields, &path);
        self.check_link(fields, &path);
        self.compare(fields, &path);
    }

    fn report(&mut self, fields: &Fields, kind: FindingKind) {
        self.problems.add_at(excerpt::path(&fields.path), kind);
    }

    fn report_depth(&mut self, fields: &Fields) {
        let limit = Limit::Directories(self.limits.directories);
        self.report(fields, FindingKind::LimitExceeded { limit });
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
        let escapes =
            if is_hard { target.escapes } else { climbs(path.names.len().saturating_sub(1), &fields.link) };
        if escapes {
            let target = excerpt::of_bytes(&fields.link);
            self.report(fields, FindingKind::LinkEscapes { target, is_hard });
        } else if is_hard && target.names.len() > self.limits.directories.saturating_add(1) {
            self.report_depth(fields);
        } else if is_hard {
            self.check_way(fields, &fields.link, &target);
            self.check_target(fields, &target);
        }
    }

    /// Reports a hard link whose target is a directory, or no entry before the link.
    fn check_target(&mut self, fields: &Fields, path: &Path<'_>) {
        let key = path.names.iter().fold(Key::ROOT, |key, name| key.join(name));
        let marks = self.names.marks(key);
        let target = excerpt::of_bytes(&fields.link);
        let is_implied = marks.has(Marks::PARENT) && !marks.has(Marks::ENTRY);
        if path.names.is_empty() || marks.has(Marks::DIRECTORY) || is_implied {
            self.report(fields, FindingKind::LinkToDirectory { target });
        } else if !marks.has(Marks::ENTRY) {
            let is_lowest = self.below.len() == 0;
            self.report(fields, FindingKind::LinkTargetMissing { target, is_lowest });
        }
    }

    /// Compares the names of a path with the paths of the entries before.
    fn compare(&mut self, fields: &Fields, path: &Path<'_>) {
        let Some((last, parents)) = path.names.split_last() else { return };
        if parents.len() > self.limits.directories {
            return self.report_depth(fields);
        }
        self.check_way(fields, &fields.path, path);
        let (mut hidden, mut file) = (None, None);
        let mut key = Key::ROOT;
        for (number, name) in parents.iter().enumerate() {
            key = key.join(name);
            let marks = self.names.marks(key);
            if marks.has(Marks::HIDDEN) {
                hidden.get_or_insert(number);
            }
            if marks.has(Marks::ENTRY) && !marks.has(Marks::DIRECTORY) && !marks.has(Marks::SYMLINK) {
                file.get_or_insert(number);
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
        let is_directory = fields.typeflag == b'5' || path.ends_with_slash;
        if marks.has(Marks::ENTRY) {
            self.report(fields, FindingKind::EntryDuplicate);
        } else if marks.has(Marks::PARENT) && !is_directory {
            file.get_or_insert(parents.len());
        }
        if let Some(number) = file {
            let file = path.names.get(..=number).unwrap_or_default().join(&b'/');
            self.report(fields, FindingKind::FileAsDirectory { file: excerpt::of_bytes(&file) });
        }
        if fields.typeflag == b'2' {
            self.names.mark(key, Marks::ENTRY.and(Marks::SYMLINK));
            self.affect(|effects| effects.symlink(key));
        } else {
            let directory = if is_directory { Marks::DIRECTORY } else { Marks::default() };
            self.names.mark(key, Marks::ENTRY.and(directory));
            let below = self.below;
            self.affect(|effects| effects.replace(key, below));
        }
    }

    fn affect(&mut self, change: impl FnOnce(&mut Effects)) {
        if !self.effects.is_full(self.limits) {
            change(&mut self.effects);
        }
    }

    /// The symbolic link, of this layer or of a lower one, through which a path leads.
    fn check_way(&mut self, fields: &Fields, text: &[u8], path: &Path<'_>) {
        let parents = path.names.split_last().map_or(&[][..], |(_, parents)| parents);
        let mut key = Key::ROOT;
        let mut way = self.below.way();
        way.enter(key);
        let mut is_hidden = false;
        for (number, name) in parents.iter().enumerate() {
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

/// The format of a sparse file.
fn sparse_format(member: &TarMember) -> Option<&'static str> {
    if member.fields.typeflag == b'S' {
        return Some("old GNU");
    }
    let pax = member.extensions.pax.as_ref()?;
    let says = |key: &str, value: Option<&str>| {
        let is_it = |record: Record<'_>| {
            record.key == key.as_bytes() && value.is_none_or(|value| record.value == value.as_bytes())
        };
        pax.records().any(is_it)
    };
    match () {
        () if says("GNU.sparse.major", Some("1")) => Some("1.0"),
        () if says("GNU.sparse.map", None) => Some("0.1"),
        () if says("GNU.sparse.offset", None) || says("GNU.sparse.numblocks", None) => Some("0.0"),
        () if says("SCHILY.realsize", None) => Some("star"),
        () => None,
    }
}
