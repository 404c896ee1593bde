//! Sparse files in a tar that `#[sparse]` gives byte for byte.

use super::entry::entry;
use super::header::begins_with;
use crate::declare::content::{Content, ContentKind};
use crate::declare::layer::LayerMember;
use crate::declare::layer::entry::Entry;
use crate::tar::BLOCK;
use crate::tar::read::{Fields, TarMember};
use crate::tar::sparse::SparseFormat;

/// A sparse file whose data is not read yet.
pub(super) struct SparseFile {
    /// The fields of the entry, with the size of the file with its holes.
    fields: Fields,
    format: &'static str,
    /// The offsets and sizes of the data.
    pub(super) runs: Vec<(u64, u64)>,
}

impl SparseFile {
    /// `None` if the member is no sparse file, or if no format of `#[sparse]` gives its headers and its map.
    pub(super) fn of(member: &TarMember, headers: &[u8]) -> Option<Self> {
        let map = member.sparse()?;
        let fields = Fields { typeflag: b'0', size: map.size(), ..member.fields.clone() };
        let runs: Vec<(u64, u64)> = map.runs().collect();
        let zeros: Vec<_> = runs.iter().map(|(offset, size)| (*offset, Content::zeros(*size))).collect();
        let plain = entry(&fields, &Content::sparse(map.size(), zeros))?;
        let format = SparseFormat::NAMES
            .into_iter()
            .find(|format| begins_with(&LayerMember::Entry(plain.clone().sparse(*format)), headers))?;
        Some(Self { fields, format, runs })
    }

    /// The entry with the data of each run. `None` if a run does not have all its bytes.
    pub(super) fn entry(&self, data: &[Content]) -> Option<Entry> {
        let mut pieces = Vec::with_capacity(data.len());
        for ((offset, size), data) in self.runs.iter().zip(data) {
            if data.size().ok() != Some(*size) {
                return None;
            }
            pieces.push(self.without_zeros(*offset, data));
        }
        let content = Content::sparse(self.fields.size, pieces);
        entry(&self.fields, &content).map(|entry| entry.sparse(self.format))
    }

    /// The data of a run without the zeros at its ends, because a run is written in whole blocks anyway.
    fn without_zeros(&self, offset: u64, data: &Content) -> (u64, Content) {
        let block = BLOCK as u64;
        let whole = || (offset, data.clone());
        let ContentKind::Bytes(bytes) = &data.0 else { return whole() };
        let is_data = |byte: &u8| *byte != 0;
        let (Some(first), Some(last)) = (bytes.iter().position(is_data), bytes.iter().rposition(is_data))
        else {
            return whole();
        };
        let (begin, end) = (offset + first as u64, offset + last as u64 + 1);
        let is_same = begin - begin % block == offset
            && end.next_multiple_of(block).min(self.fields.size) == offset + bytes.len() as u64;
        match bytes.get(first..=last).filter(|_| is_same) {
            Some(bytes) => (begin, Content::new(bytes)),
            None => whole(),
        }
    }
}
