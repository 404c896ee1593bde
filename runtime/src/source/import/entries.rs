//! The entries of a layer's tar.
//!
//! Each member is tried as an entry, then as an entry by hand, and then as bytes. The first form that gives the header in the
//! tar is taken. Bytes at the end that cannot be read as members are declared as bytes behind the members.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, BufReader, Read};

use super::entry::{entry, honest_entry};
use super::header::{begins_with, by_hand, sized};
use super::sparse::SparseFile;
use super::spool::ContentSpool;
use crate::declare::content::Content;
use crate::declare::layer::check::check_members;
use crate::declare::layer::hardlink::HardlinkTargets;
use crate::declare::layer::header::Header;
use crate::declare::layer::{Layer, LayerMember};
use crate::source::with;
use crate::tar::read::{Reader, TarMember};
use crate::tar::{BLOCK, END};

/// The members of a tar, and the number of blocks of zeros at its end.
#[derive(Default)]
pub(super) struct ParsedTar {
    pub(super) members: Vec<LayerMember>,
    /// `None` for the two blocks of an honest tar.
    pub(super) eof: Option<u8>,
    is_logical: bool,
    /// The members that the shortest form leaves out.
    pub(super) left_out: Vec<String>,
}

/// A reader that keeps the bytes that were read, until they are taken.
struct Recorder<'r, R> {
    source: R,
    record: &'r RefCell<Vec<u8>>,
}

impl<R: Read> Read for Recorder<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.source.read(buffer)?;
        self.record.borrow_mut().extend_from_slice(buffer.get(..size).unwrap_or_default());
        Ok(size)
    }
}

impl ParsedTar {
    /// Reads a tar. `None` if it can be declared only by its bytes: if it has no members, or if no members give its bytes. With
    /// `is_logical`, the entries are those that an unpacker sees, in their usual form, and the bytes need not be equal.
    pub(super) fn read(tar: impl Read, spool: &ContentSpool, is_logical: bool) -> io::Result<Option<Self>> {
        let record = RefCell::new(Vec::new());
        let mut source = Recorder { source: BufReader::with_capacity(64 * 1024, tar), record: &record };
        let mut parsed = Self { is_logical, ..Self::default() };
        let Some(padding) = parsed.read_members(&mut source, &record, spool)? else { return Ok(None) };
        // The bytes that were read behind the last body, before those that were not read.
        let read = record.take();
        let Some(read) = without_padding(&read, padding) else {
            // umoci ends a tar behind the last body, without the padding. An unpacker sees all entries of such a tar.
            io::copy(&mut source, &mut io::sink())?;
            return Ok(Some(parsed).filter(|parsed| is_logical && !parsed.members.is_empty()));
        };
        let rest = spool.content(read.chain(source))?;
        if parsed.members.is_empty() && !rest.is_zeros() {
            return Ok(None);
        }
        if !is_logical {
            parsed.end(rest);
        }
        Ok(Some(parsed))
    }

    /// Reads the members up to the end of the tar, or up to bytes that are no member. Returns the size of the padding behind the
    /// last body. `None` for a tar that no members give.
    fn read_members(
        &mut self,
        source: &mut impl Read,
        record: &RefCell<Vec<u8>>,
        spool: &ContentSpool,
    ) -> io::Result<Option<usize>> {
        let mut reader = Reader::new(source);
        let (mut padding, mut start) = (0, 0);
        // After an error, the record holds the bytes that were read.
        while let Ok(Some(member)) = reader.next_member() {
            let headers = record.take();
            let Some(headers) = without_padding(&headers, padding) else { return Ok(None) };
            start += padding as u64;
            let first = member.extensions.offset.unwrap_or(reader.header_offset());
            let first = usize::try_from(first.saturating_sub(start)).unwrap_or(usize::MAX);
            let Some((before, own)) = headers.split_at_checked(first) else { return Ok(None) };
            if self.is_logical {
                let body = match member.sparse() {
                    Some(map) => {
                        let data = data(map.runs(), &mut reader, record, spool)?;
                        Content::sparse(map.size(), map.runs().map(|(offset, _)| offset).zip(data))
                    }
                    None => spool.content(Cleared { body: reader.body(), record })?,
                };
                let path = String::from_utf8_lossy(&member.fields.path);
                match honest_entry(&member, &body) {
                    Some(entry) => self.members.push(LayerMember::Entry(entry)),
                    None => self.left_out.push(format!("the entry {path:?}")),
                }
                if !member.fields.is_file() && !matches!(member.fields.typeflag, b'1'..=b'6') {
                    let typeflag = char::from(member.fields.typeflag);
                    self.left_out.push(format!(
                        "the type {typeflag:?}, for which a file stands, of the entry {path:?}"
                    ));
                }
                padding =
                    usize::try_from(member.fields.size.wrapping_neg() % BLOCK as u64).unwrap_or_default();
                start = reader.offset();
                continue;
            }
            // Global headers, and bodies of members whose type has none.
            self.members.extend(by_hand(before, 0).into_iter().map(LayerMember::Header));
            let begin = reader.offset();
            if let Some(sparse) = SparseFile::of(&member, own) {
                let runs = data(sparse.runs.iter().copied(), &mut reader, record, spool)?;
                match sparse.entry(&runs) {
                    Some(entry) => self.members.push(LayerMember::Entry(entry)),
                    // The tar ends within the file.
                    None => {
                        let parts = [Content::new(own)].into_iter().chain(runs);
                        self.members.extend(parts.map(|part| LayerMember::Header(Header::new().raw(part))));
                    }
                }
            } else {
                // The reader has already read the map of a sparse file at the start of its body.
                let in_body = member.sparse().map_or(0, |map| member.fields.size - map.stored());
                let of_map = usize::try_from(in_body).unwrap_or_default();
                let (own, map) = own.split_at_checked(own.len().saturating_sub(of_map)).unwrap_or((own, &[]));
                let body = spool.content(map.chain(Cleared { body: reader.body(), record }))?;
                self.add(&member, own, body, reader.offset() - begin + map.len() as u64);
            }
            let size = reader.offset() - begin;
            padding = usize::try_from(size.wrapping_neg() % BLOCK as u64).unwrap_or_default();
            start = reader.offset();
        }
        Ok(Some(padding))
    }

    /// Adds the member in the first form that gives its bytes.
    fn add(&mut self, member: &TarMember, headers: &[u8], body: Content, size: u64) {
        let is_whole = !member.fields.has_body() || size == member.fields.size && member.size() == size;
        let entry = entry(&member.fields, &body).filter(|_| is_whole).map(LayerMember::Entry);
        let entry = entry.filter(|entry| begins_with(entry, headers));
        if let Some(entry) = entry {
            self.members.push(entry);
            return;
        }
        let mut split = by_hand(headers, size);
        // The records of a PAX header are a field of the entry, if that gives the same bytes.
        if let (Some(last), Some(pax)) = (split.last(), &member.extensions.pax) {
            let records = pax.records().map(|record| (record.key.to_vec(), record.value.to_vec()));
            let one = last.clone().pax(records.collect::<Vec<_>>());
            if begins_with(&sized(&one, size), headers) {
                split = vec![one];
            }
        }
        let is_raw = split.last().is_none_or(|last| last.data().raw.is_some());
        match split.pop() {
            Some(last) if !is_raw => split.push(if size > 0 { last.body(body) } else { last }),
            last => {
                split.extend(last);
                if size > 0 {
                    split.push(Header::new().raw(body));
                    let padding = size.wrapping_neg() % BLOCK as u64;
                    split.extend((padding > 0).then(|| Header::new().raw(Content::zeros(padding))));
                }
            }
        }
        self.members.extend(split.into_iter().map(LayerMember::Header));
    }

    /// Adds the end of the tar.
    fn end(&mut self, rest: Content) {
        let size = rest.size().unwrap_or_default();
        if !rest.is_zeros() {
            self.members.push(LayerMember::Header(Header::new().raw(rest)));
            self.eof = Some(0);
            return;
        }
        let whole = END.len() as u64;
        match size.checked_sub(whole) {
            Some(0) => {}
            Some(more) => self.members.push(LayerMember::Header(Header::new().raw(Content::zeros(more)))),
            None if size == BLOCK as u64 => self.eof = Some(1),
            None => {
                if size > 0 {
                    self.members.push(LayerMember::Header(Header::new().raw(Content::zeros(size))));
                }
                self.eof = Some(0);
            }
        }
    }

    /// The layer of the members. Default attributes of an entry are left out, and an entry that the checks refuse gets
    /// `#[unchecked]`.
    pub(super) fn into_layer(mut self) -> Layer {
        self.leave_out_defaults();
        let is_unchecked = self.uncheck();
        let layer = with(Layer::of(self.members.into()), self.eof, Layer::eof);
        if is_unchecked { layer.unchecked() } else { layer }
    }

    fn leave_out_defaults(&mut self) {
        // The attributes that a link repeats from its target are compared before those of the target are left out.
        let mut targets = HardlinkTargets::of(&self.members);
        let links = self.members.iter().map(|member| {
            let entry = member.entry()?;
            let target = targets.of_target(entry.data());
            targets.add(entry.data());
            target.map(|_| entry.clone().without(entry.data().default_attributes(target)))
        });
        let links: Vec<_> = links.collect();
        for (member, link) in self.members.iter_mut().zip(links) {
            if let LayerMember::Entry(entry) = member {
                let short = || entry.clone().without(entry.data().default_attributes(None));
                *entry = link.unwrap_or_else(short);
            }
        }
    }

    /// Marks the entries that an honest layer does not have. Returns whether the layer is to be marked instead, because there
    /// are many of them.
    fn uncheck(&mut self) -> bool {
        /// The largest number of entries that are marked one by one.
        const MARKED: usize = 64;
        let is_odd =
            |member: &LayerMember| member.entry().is_some_and(|entry| entry.data().check(false).is_err());
        let odd: BTreeSet<usize> =
            (0..self.members.len()).filter(|number| self.members.get(*number).is_some_and(is_odd)).collect();
        if odd.len() > MARKED {
            return true;
        }
        for number in odd {
            self.mark(number);
        }
        for _ in 0..MARKED {
            match check_members(&self.members, false, true) {
                Ok(()) => return false,
                Err(odd) => self.mark(odd.position),
            }
        }
        check_members(&self.members, false, true).is_err()
    }

    fn mark(&mut self, number: usize) {
        if let Some(LayerMember::Entry(entry)) = self.members.get_mut(number) {
            *entry = entry.clone().unchecked();
        }
    }
}

/// The data of each run of a sparse file.
fn data<R: Read>(
    runs: impl Iterator<Item = (u64, u64)>,
    reader: &mut Reader<R>,
    record: &RefCell<Vec<u8>>,
    spool: &ContentSpool,
) -> io::Result<Vec<Content>> {
    runs.map(|(_, size)| spool.content(Cleared { body: reader.body().take(size), record })).collect()
}

/// The bytes behind the padding. `None` if the padding is not zeros.
fn without_padding(bytes: &[u8], padding: usize) -> Option<&[u8]> {
    let (padding, rest) = bytes.split_at_checked(padding)?;
    padding.iter().all(|byte| *byte == 0).then_some(rest)
}

/// A reader of the body of a member, which is not kept in the record.
struct Cleared<'r, R> {
    body: R,
    record: &'r RefCell<Vec<u8>>,
}

impl<R: Read> Read for Cleared<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.body.read(buffer)?;
        self.record.borrow_mut().clear();
        Ok(size)
    }
}
