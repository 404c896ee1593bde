//! The checks of an honest layer: its entries, each by itself and beside the others.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use oci_fixture_grammar::path;

use super::LayerMember;
use super::entry::{Entry, EntryData, EntryKind};
use super::hardlink::HardlinkTargets;
use crate::error::Problem;

/// The mistake in a member.
pub(crate) struct WrongMember {
    /// The position of the member. If several members do not fit together, it is that of the last one.
    pub(crate) position: usize,
    pub(crate) problem: Problem,
}

/// Checks the members of a layer. `is_known` is `false` where their paths are not compared.
pub(crate) fn check_members(
    members: &[LayerMember],
    unchecked: bool,
    is_known: bool,
) -> Result<(), WrongMember> {
    // A single member, which many layers of tests have, is compared with no other.
    let are_compared = is_known && members.len() > 1;
    let mut seen = HashSet::with_capacity(if are_compared { members.len() } else { 0 });
    let mut hidden = HashMap::new();
    let mut targets = HardlinkTargets::of(members);
    for (position, member) in members.iter().enumerate() {
        let wrong = |problem, place| WrongMember { position, problem: Problem::at(problem, place) };
        member.check(unchecked).map_err(|problem| wrong(problem, member.place(position + 1)))?;
        if let Some(entry) = member.entry().filter(|_| is_known) {
            targets.check(entry.data()).map_err(|problem| wrong(problem, entry.data().place()))?;
            targets.add(entry.data());
        }
        let Some(entry) = checked(member).filter(|_| are_compared) else { continue };
        if !seen.insert(key(entry.name())) {
            let problem = Problem::new("this path is twice in the layer; remove one of the two entries");
            return Err(wrong(problem, entry.place()));
        }
        if matches!(entry.kind, EntryKind::Whiteout) {
            hidden.insert(path::key(entry.path.as_str()), (position, entry));
        }
    }
    if !are_compared {
        return Ok(());
    }
    check_directories(members)?;
    check_hidden(members, &hidden)
}

/// Refuses an entry whose path is below that of an entry that is no directory.
fn check_directories(members: &[LayerMember]) -> Result<(), WrongMember> {
    let others = entries(members).filter(|(_, entry)| !matches!(entry.kind, EntryKind::Directory));
    let others: HashMap<_, _> =
        others.map(|(position, entry)| (key(entry.name()), (position, entry))).collect();
    for (position, entry) in entries(members) {
        let name = key(entry.name());
        let mut above = path::and_above(&name).filter(|path| path.len() < name.len());
        if let Some((path, (other, data))) = above.find_map(|path| others.get_key_value(path)) {
            let is_symlink = matches!(data.kind, EntryKind::Symlink(_));
            let problem = Problem::from(path::no_directory(path, is_symlink)).at(entry.place());
            return Err(WrongMember { position: position.max(*other), problem });
        }
    }
    Ok(())
}

/// Refuses a whiteout of a path at or below which the layer has an entry, because unpackers differ in which of the two
/// counts.
fn check_hidden(
    members: &[LayerMember],
    hidden: &HashMap<&str, (usize, &EntryData)>,
) -> Result<(), WrongMember> {
    if hidden.is_empty() {
        return Ok(());
    }
    for (position, entry) in entries(members) {
        let name = key(entry.name());
        if let Some((other, whiteout)) = path::and_above(&name).find_map(|path| hidden.get(path)) {
            let problem = Problem::new(format!(
                "a whiteout takes effect on lower layers only, but this layer has {} too; remove one of the two",
                entry.place()
            ));
            let problem = problem.at(whiteout.place());
            return Err(WrongMember { position: position.max(*other), problem });
        }
    }
    Ok(())
}

/// The entries whose paths must differ, each with its position.
fn entries(members: &[LayerMember]) -> impl Iterator<Item = (usize, &EntryData)> {
    members.iter().enumerate().filter_map(|(position, member)| Some((position, checked(member)?)))
}

/// The entry, if its path must differ from those of other entries.
fn checked(member: &LayerMember) -> Option<&EntryData> {
    member.entry().map(Entry::data).filter(|entry| !entry.unchecked)
}

/// The path that identifies an entry in its layer.
pub(super) fn key(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(name) => path::key(name).into(),
        Cow::Owned(name) => path::key(&name).to_owned().into(),
    }
}
