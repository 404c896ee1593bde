//! Reads any tar, whichever program wrote it: one member after another, in constant memory, without trusting its fields.
//!
//! The `tar` crate ends a PAX record at the first line break, so it cannot read every value of an extended attribute. This
//! reader accepts what Go's archive/tar accepts, with which layers are unpacked nearly everywhere, and reads it in the same
//! way, with these differences:
//!
//! * A tar that is cut off, and a number that is out of range, are errors.
//! * A body of a member whose type has none, and a single block of zeros before further members, are errors in Go. This
//!   reader goes on, as GNU tar does.
//! * A PAX record replaces a GNU extension, which replaces the field of the header.

mod fields;
mod header;
mod pax;
mod problem;
mod sparse;
#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek};

pub(crate) use self::fields::Fields;
pub(crate) use self::header::HeaderBlock;
pub(crate) use self::pax::{Pax, Record};
pub(crate) use self::problem::TarProblem;
pub(crate) use self::sparse::SparseMap;
use self::sparse::{BodyMap, PaxSparse};
use super::block::TarBlock;
use super::{BLOCK, PAX_LIMIT};

/// The members of a tar, and how it ends.
///
/// After an error nothing more is read.
pub(crate) struct Reader<R> {
    source: R,
    /// The number of bytes that were read from the source.
    offset: u64,
    /// A block that was read ahead to find out its kind.
    ahead: Option<TarBlock>,
    body: OpenBody,
    global: Vec<Pax>,
    /// How much of the limit the global headers have used up.
    global_size: u64,
    /// The largest accepted size of a header that extends a member, and of all global headers together.
    most: u64,
    end: Option<TarEnd>,
    failed: bool,
}

/// The rest of the body of the member that was read last.
#[derive(Default)]
struct OpenBody {
    /// The offset of that member's header.
    header: u64,
    left: u64,
    padding: u64,
    /// The size of a member whose type has no body.
    unexpected: u64,
}

/// One member: its header as stored, its extensions, and the fields that result from both.
#[derive(Clone, Debug)]
pub(crate) struct TarMember {
    pub(crate) header: HeaderBlock,
    pub(crate) extensions: Extensions,
    /// The fields of the member, each from a PAX record, or else from a GNU extension, or else from the header.
    ///
    /// The global records are left out, as Go's archive/tar leaves them out.
    pub(crate) fields: Fields,
    /// The offsets of the data of a sparse file.
    sparse: Option<SparseMap>,
}

impl TarMember {
    /// The size of the file. That of a sparse file includes its holes.
    pub(crate) fn size(&self) -> u64 {
        self.sparse.as_ref().map_or(self.fields.size, SparseMap::size)
    }

    /// The map of a sparse file. `None` for any other member.
    pub(crate) fn sparse(&self) -> Option<&SparseMap> {
        self.sparse.as_ref()
    }

    /// The range of the tar in which the stored bytes of the body are.
    pub(crate) fn map(&self) -> SparseMap {
        let size = if self.fields.has_body() { self.fields.size } else { 0 };
        self.sparse.clone().unwrap_or_else(|| SparseMap::whole(size))
    }
}

/// The extensions before a member, which apply to this member alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    /// The PAX header, of type `x`.
    pub(crate) pax: Option<Pax>,
    /// GNU's long name, of type `L`.
    pub(crate) name: Option<Vec<u8>>,
    /// GNU's long link, of type `K`.
    pub(crate) link: Option<Vec<u8>>,
    /// Whether the member has several extensions of one type. The last one is used, as by Go and GNU tar.
    pub(crate) repeated: bool,
    /// The offset of the first extension.
    pub(crate) offset: Option<u64>,
}

/// How a tar ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TarEnd {
    /// The offset behind the last member and its padding.
    pub(crate) offset: u64,
    pub(crate) marker: Marker,
    /// The number of bytes behind the marker.
    pub(crate) trailing: u64,
    /// The offset of the first of these bytes that is not zero.
    pub(crate) garbage: Option<u64>,
}

/// The end marker of a tar: blocks of zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// No block: the tar ends behind the last member.
    None,
    One,
    /// Two blocks, as POSIX requires.
    Two,
}

impl<R: Read> Reader<R> {
    /// It reads one block at a time, so a file should be wrapped in a buffer.
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            offset: 0,
            ahead: None,
            body: OpenBody::default(),
            global: Vec::new(),
            global_size: 0,
            most: PAX_LIMIT,
            end: None,
            failed: false,
        }
    }

    /// Accepts headers that extend a member, and global headers together, of up to this number of bytes.
    pub(crate) fn with_limit(self, most: u64) -> Self {
        Self { most, ..self }
    }

    /// The next member. The rest of the body of the previous member is skipped.
    pub(crate) fn next_member(&mut self) -> io::Result<Option<TarMember>> {
        if self.end.is_some() {
            return Ok(None);
        }
        if self.failed {
            return Err(TarProblem::new(self.offset, "an error before this ended the reading"));
        }
        let member = self.read_member();
        self.failed = member.is_err();
        member
    }

    /// The number of bytes that were read from the source: after a member, the offset of its body.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The offset of the header of the member that was read last, behind its extensions.
    pub(crate) fn header_offset(&self) -> u64 {
        self.body.header
    }

    /// A reader of the rest of the stored body of the member that was read last.
    pub(crate) fn body(&mut self) -> MemberBody<'_, R> {
        MemberBody(self)
    }

    /// The number of bytes that are left of that body.
    pub(crate) fn left(&self) -> u64 {
        self.body.left
    }

    /// The global PAX headers, of type `g`, that were read so far.
    pub(crate) fn global(&self) -> &[Pax] {
        &self.global
    }

    /// Skips the rest of the source, and returns how the tar ends.
    pub(crate) fn finish(mut self) -> io::Result<TarEnd> {
        let end = loop {
            match self.end.take() {
                Some(end) => break end,
                None => drop(self.next_member()?),
            }
        };
        self.rest(end)
    }

    fn read_member(&mut self) -> io::Result<Option<TarMember>> {
        self.close_body()?;
        let mut extensions = Extensions::default();
        loop {
            let Some(block) = self.next_block()? else {
                return self.ended(Marker::None, &extensions);
            };
            if is_zero(&block) {
                return self.ended(Marker::One, &extensions);
            }
            let offset = self.offset - BLOCK as u64;
            let header = HeaderBlock::of(&block).map_err(|problem| TarProblem::new(offset, problem))?;
            // The header of an extension is checked like that of a member.
            let fields = header.fields().map_err(|problem| TarProblem::new(offset, problem))?;
            let size = fields.size;
            let first = extensions.offset.unwrap_or(offset);
            match header.typeflag() {
                b'x' => {
                    let pax = self.pax(offset, size, "PAX header")?;
                    extensions.repeated |= extensions.pax.replace(pax).is_some();
                }
                b'L' => {
                    let name = self.long(offset, size, "GNU long name")?;
                    extensions.repeated |= extensions.name.replace(name).is_some();
                }
                b'K' => {
                    let link = self.long(offset, size, "GNU long link")?;
                    extensions.repeated |= extensions.link.replace(link).is_some();
                }
                b'g' => {
                    self.read_global(offset, size)?;
                    continue;
                }
                _ => return self.member(offset, header, fields, extensions).map(Some),
            }
            extensions.offset = Some(first);
        }
    }

    fn member(
        &mut self,
        offset: u64,
        header: HeaderBlock,
        fields: Fields,
        extensions: Extensions,
    ) -> io::Result<TarMember> {
        let fields = fields.extended(&extensions)?;
        let sparse = self.sparse_map(&header, &fields, extensions.pax.as_ref())?;
        self.body = OpenBody { header: offset, ..OpenBody::default() };
        if fields.has_body() {
            // A map at the start of the body is read already.
            let left = sparse.as_ref().map_or(fields.size, |(_, stored)| *stored);
            (self.body.left, self.body.padding) = (left, padding(fields.size));
        } else {
            self.body.unexpected = fields.size;
        }
        Ok(TarMember { header, extensions, fields, sparse: sparse.map(|(map, _)| map) })
    }

    /// Reads the map of a sparse file, also the part of it behind the header. Returns the map, and the number of bytes of
    /// data that follow.
    fn sparse_map(
        &mut self,
        header: &HeaderBlock,
        fields: &Fields,
        pax: Option<&Pax>,
    ) -> io::Result<Option<(SparseMap, u64)>> {
        let start = self.offset;
        let failed = |problem| TarProblem::new(start, problem);
        let mut stored = fields.size;
        let numbers = if header.is_old_sparse() {
            self.old_sparse_map(header)?
        } else if !fields.is_file() {
            return Ok(None);
        } else {
            match PaxSparse::of(pax).map_err(failed)? {
                PaxSparse::No => return Ok(None),
                PaxSparse::Map(numbers) => numbers,
                PaxSparse::InBody => {
                    let numbers = self.body_map(fields.size)?;
                    stored -= self.offset - start;
                    numbers
                }
            }
        };
        let map = SparseMap::of(&numbers, fields.real_size.unwrap_or(stored), stored).map_err(failed)?;
        Ok(Some((map, stored)))
    }

    /// The map of GNU's old format, which continues in blocks behind the header. The size of the member does not count these
    /// blocks.
    fn old_sparse_map(&mut self, header: &HeaderBlock) -> io::Result<Vec<u64>> {
        let failed = |offset| move |problem| TarProblem::new(offset, problem);
        let (mut numbers, mut goes_on) = header.sparse_map().map_err(failed(self.offset))?;
        while goes_on {
            let Some(block) = self.next_block()? else {
                return Err(TarProblem::new(self.offset, "the tar ends within the map of a sparse file"));
            };
            let more;
            (more, goes_on) = header::continued_map(&block).map_err(failed(self.offset))?;
            numbers.extend(more);
            sparse::check_count(&numbers).map_err(failed(self.offset))?;
        }
        Ok(numbers)
    }

    /// The map at the start of a body of `size` bytes.
    fn body_map(&mut self, size: u64) -> io::Result<Vec<u64>> {
        let (start, mut map) = (self.offset, BodyMap::default());
        while self.offset - start < size {
            let Some(block) = self.next_block()? else { break };
            if let Some(numbers) = map.take(&block).map_err(|problem| TarProblem::new(start, problem))? {
                if self.offset - start > size {
                    break;
                }
                return Ok(numbers);
            }
        }
        Err(TarProblem::new(start, "the map of a sparse file does not end within its body"))
    }

    fn pax(&mut self, offset: u64, size: u64, what: &str) -> io::Result<Pax> {
        let body = self.extension(offset, size, what)?;
        Pax::of(offset + BLOCK as u64, body)
    }

    /// All global headers of a tar together are kept in memory, so there is one limit for all.
    fn read_global(&mut self, offset: u64, size: u64) -> io::Result<()> {
        let pax = self.pax(offset, size, "global PAX header")?;
        self.global_size += BLOCK as u64 + pax.body().len() as u64;
        let most = self.most;
        if self.global_size > (BLOCK as u64).saturating_add(most) {
            return Err(TarProblem::too_large(
                offset,
                format!("with this one the global PAX headers have more than {most} bytes"),
            ));
        }
        self.global.push(pax);
        Ok(())
    }

    fn long(&mut self, offset: u64, size: u64, what: &str) -> io::Result<Vec<u8>> {
        let mut body = self.extension(offset, size, what)?;
        body.truncate(header::text(&body).len());
        Ok(body)
    }

    /// The body of a header that extends another. Memory is allocated for the bytes that exist, not for the declared size.
    fn extension(&mut self, offset: u64, size: u64, what: &str) -> io::Result<Vec<u8>> {
        let most = self.most;
        if size > most {
            return Err(TarProblem::too_large(
                offset,
                format!("the {what} has {size} bytes, more than the {most} that readers take"),
            ));
        }
        let mut body = Vec::new();
        self.source.by_ref().take(size).read_to_end(&mut body)?;
        self.offset += body.len() as u64;
        if (body.len() as u64) < size {
            return Err(self.short(what, offset));
        }
        self.skip(padding(size), what, offset)?;
        Ok(body)
    }

    /// Skips the rest of the last body.
    ///
    /// A link, a directory, a device or a pipe has no body, and Go's archive/tar reads the next header directly behind its
    /// header. If there is no header, the member has a body nevertheless, which is skipped, as by GNU tar.
    fn close_body(&mut self) -> io::Result<()> {
        let OpenBody { header, mut left, mut padding, unexpected } = std::mem::take(&mut self.body);
        if unexpected > 0
            && let Some(block) = self.next_block()?
        {
            if is_zero(&block) || HeaderBlock::of(&block).is_ok() {
                self.ahead = Some(block);
            } else {
                left = unexpected.saturating_sub(BLOCK as u64);
                padding = if left > 0 { self::padding(unexpected) } else { 0 };
            }
        }
        self.skip(left, "body of the member", header)?;
        self.skip(padding, "padding of the member", header)
    }

    /// Skips bytes of `what`, whose header begins at `header`.
    fn skip(&mut self, size: u64, what: &str, header: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.source.by_ref().take(size), &mut io::sink())?;
        self.offset = self.offset.saturating_add(passed);
        if passed < size { Err(self.short(what, header)) } else { Ok(()) }
    }

    fn short(&self, what: &str, header: u64) -> io::Error {
        TarProblem::new(self.offset, format!("the tar ends within the {what} at byte {header}"))
    }

    fn next_block(&mut self) -> io::Result<Option<TarBlock>> {
        if let Some(block) = self.ahead.take() {
            return Ok(Some(block));
        }
        let (block, size) = self.read_block()?;
        match size {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(TarProblem::new(
                self.offset,
                format!("the tar ends within a block, after {size} of its {BLOCK} bytes"),
            )),
        }
    }

    /// A block, and the number of bytes that were read of it.
    fn read_block(&mut self) -> io::Result<(TarBlock, usize)> {
        let mut block = [0; BLOCK];
        let size = fill(&mut self.source, &mut block)?;
        self.offset = self.offset.saturating_add(size as u64);
        Ok((block, size))
    }

    /// The error of a tar that ends where a header is expected, possibly behind one block of zeros.
    fn ended(&mut self, marker: Marker, extensions: &Extensions) -> io::Result<Option<TarMember>> {
        let before = if marker == Marker::None { 0 } else { BLOCK as u64 };
        let mut end = TarEnd { offset: self.offset - before, marker, trailing: 0, garbage: None };
        if let Some(first) = extensions.offset {
            return Err(TarProblem::new(end.offset, format!("no member follows the header at byte {first}")));
        }
        if marker == Marker::One {
            let behind = self.offset;
            let (block, size) = self.read_block()?;
            if size == BLOCK && is_zero(&block) {
                end.marker = Marker::Two;
            } else {
                end.add(behind, block.get(..size).unwrap_or_default());
            }
        }
        self.end = Some(end);
        Ok(None)
    }

    fn rest(mut self, mut end: TarEnd) -> io::Result<TarEnd> {
        loop {
            let behind = self.offset;
            let (block, size) = self.read_block()?;
            if size == 0 {
                return Ok(end);
            }
            end.add(behind, block.get(..size).unwrap_or_default());
        }
    }
}

impl<R: Read + Seek> Reader<R> {
    /// Skips the rest of the body of the member that was read last by seeking. The file must contain the whole body.
    pub(crate) fn seek_body(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut self.body.left);
        self.source.seek_relative(i64::try_from(left).map_err(|_| io::ErrorKind::InvalidInput)?)?;
        self.offset = self.offset.saturating_add(left);
        Ok(())
    }
}

impl TarEnd {
    fn add(&mut self, offset: u64, bytes: &[u8]) {
        let first = bytes.iter().position(|byte| *byte != 0);
        self.garbage = self.garbage.or_else(|| Some(offset.saturating_add(first? as u64)));
        self.trailing = self.trailing.saturating_add(bytes.len() as u64);
    }
}

/// The body of a member.
pub(crate) struct MemberBody<'r, R>(&'r mut Reader<R>);

impl<R: Read> Read for MemberBody<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let reader = &mut *self.0;
        let wanted = usize::try_from(reader.body.left).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..wanted).unwrap_or_default();
        if buffer.is_empty() {
            return Ok(0);
        }
        let size = reader.source.read(buffer)?;
        if size == 0 {
            reader.failed = true;
            return Err(reader.short("body of the member", reader.body.header));
        }
        reader.offset = reader.offset.saturating_add(size as u64);
        reader.body.left = reader.body.left.saturating_sub(size as u64);
        Ok(size)
    }
}

/// Whether a tar can begin with some bytes: with a header, or with its end.
pub(crate) fn is_start(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|block| is_zero(block) || HeaderBlock::of(block).is_ok())
}

fn is_zero(block: &TarBlock) -> bool {
    block.iter().all(|byte| *byte == 0)
}

/// From the end of a body to the next whole block.
fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

/// Reads until the buffer is full or the source ends.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut size = 0;
    while let Some(rest) = buffer.get_mut(size..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(more) => size += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(size)
}
