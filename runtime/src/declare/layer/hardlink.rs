//! Hard links: the attributes of their targets, which their headers repeat.

use std::borrow::Cow;
use std::collections::HashMap;

use oci_fixture_grammar::mtime::SecondsSince1970;
use oci_fixture_grammar::path;

use super::LayerMember;
use super::check::key;
use super::entry::{Entry, EntryData, EntryKind};
use crate::error::Problem;

/// The attributes that all names of a file share, and that the header of each name has.
#[derive(Clone, Copy, Default)]
pub(crate) struct InodeAttributes<'a> {
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) uname: &'a str,
    pub(crate) gname: &'a str,
    /// `None` for 0.
    pub(crate) mtime: Option<&'a SecondsSince1970>,
}

/// The entries to which the hard links of a layer lead, by their paths. An entry counts once it has been added.
pub(crate) struct HardlinkTargets<'a> {
    targets: HashMap<Cow<'a, str>, Option<LinkedEntry<'a>>>,
    /// Whether the layer has entries whose paths are known only from their bytes.
    has_headers: bool,
}

#[derive(Clone, Copy)]
struct LinkedEntry<'a> {
    is_directory: bool,
    attributes: InodeAttributes<'a>,
}

impl<'a> HardlinkTargets<'a> {
    /// Collects the targets of the hard links of a layer.
    pub(crate) fn of(members: &'a [LayerMember]) -> Self {
        let mut targets = HashMap::new();
        for entry in members.iter().filter_map(LayerMember::entry).map(Entry::data) {
            if let Some(target) = entry.target() {
                targets.insert(path::key(target).into(), None);
                // The path that an error names as the cure.
                targets.extend(path::beside(entry.path.as_str(), target).map(|beside| (beside.into(), None)));
            }
        }
        let has_headers = members.iter().any(|member| member.entry().is_none());
        Self { targets, has_headers }
    }

    /// The attributes of the target of a hard link, if the target was added.
    pub(crate) fn of_target(&self, entry: &EntryData) -> Option<InodeAttributes<'a>> {
        let target = entry.target().and_then(|target| *self.targets.get(path::key(target))?);
        target.map(|target| target.attributes)
    }

    /// Adds the next entry of the layer, and returns its attributes in the tar.
    pub(crate) fn add(&mut self, entry: &'a EntryData) -> InodeAttributes<'a> {
        let attributes = entry.attributes(self.of_target(entry));
        // Most layers have no links, and spend no time on this.
        if !self.targets.is_empty()
            && let Some(target) = self.targets.get_mut(&*key(entry.name()))
        {
            let is_directory = matches!(entry.kind, EntryKind::Directory);
            *target = Some(LinkedEntry { is_directory, attributes });
        }
        attributes
    }

    /// Checks the target of an entry, before the entry is added.
    pub(crate) fn check(&self, entry: &EntryData) -> Result<(), Problem> {
        let Some(target) = entry.target().filter(|_| !entry.unchecked) else { return Ok(()) };
        let is_directory = |path: &str| Some(self.targets.get(path)?.as_ref()?.is_directory);
        if self.has_headers && is_directory(path::key(target)).is_none() {
            return Ok(());
        }
        Ok(path::hardlink(entry.path.as_str(), target, is_directory)?)
    }
}

impl EntryData {
    /// The path to which a hard link leads.
    fn target(&self) -> Option<&str> {
        match &self.kind {
            EntryKind::Hardlink(target) => Some(target.as_str()),
            _ => None,
        }
    }
}
