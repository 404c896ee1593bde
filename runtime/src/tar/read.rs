//! Reads any tar, ours or not: one member after another, in constant memory, and trusting nothing that it says.
//!
//! The `tar` crate ends a PAX record at the first line break, so it cannot read back what may stand in an extended
//! attribute. This takes what Go's archive/tar takes, with which layers are unpacked nearly everywhere, and reads it
//! alike, but for what is cut off and numbers that nothing can have, which are errors here. It goes on, as GNU tar
//! does, where Go gives up for what can be told of the tar: a body where none should be, and one block of zeros with
//! more behind it. And what holds for a member is said first by PAX, then by GNU's extensions.

mod fields;
mod header;
mod malformed;
mod pax;
#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek};

pub(crate) use self::fields::Fields;
pub(crate) use self::header::Header;
pub(crate) use self::malformed::Malformed;
pub(crate) use self::pax::{Pax, Record};

const BLOCK: usize = 512;
/// The largest body of an extension header that Go's archive/tar and libarchive take.
pub(crate) const LIMIT: u64 = 1 << 20;

type Block = [u8; BLOCK];

/// The members of a tar, and how it ends.
///
/// After an error nothing more is read.
pub(crate) struct Reader<R> {
    source: R,
    /// How much was taken from the source.
    offset: u64,
    /// A block that was taken from the source to see what it is.
    ahead: Option<Block>,
    body: Open,
    global: Vec<Pax>,
    /// How much of the limit the global headers have used up.
    global_size: u64,
    end: Option<End>,
    failed: bool,
}

/// What is left of the body of the member that was read last.
#[derive(Default)]
struct Open {
    /// Where that member's header begins.
    header: u64,
    left: u64,
    padding: u64,
    /// The size of a member whose type has no body.
    doubtful: u64,
}

/// One member: its header as it stands there, what extends it, and what comes out of both.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Where its own header begins, behind those that extend it.
    pub(crate) offset: u64,
    pub(crate) header: Header,
    pub(crate) extensions: Extensions,
    /// What holds for the member: what a PAX record says, else a GNU extension, else the header.
    ///
    /// The global records are left out, as Go's archive/tar leaves them out.
    pub(crate) fields: Fields,
}

/// What stands before a member and is about it alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    /// The PAX header, of type `x`.
    pub(crate) pax: Option<Pax>,
    /// GNU's long name, of type `L`.
    pub(crate) name: Option<Vec<u8>>,
    /// GNU's long link, of type `K`.
    pub(crate) link: Option<Vec<u8>>,
    /// Whether there are several of one type. The last one counts, as with Go and GNU.
    pub(crate) repeated: bool,
    /// Where the first of them begins.
    pub(crate) offset: Option<u64>,
}

/// How a tar ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// Where the last member ends, with its padding.
    pub(crate) offset: u64,
    pub(crate) marker: Marker,
    /// How many bytes follow the marker.
    pub(crate) trailing: u64,
    /// Where the first of them is that is not zero.
    pub(crate) garbage: Option<u64>,
}

/// What marks the end of a tar: blocks of zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// Nothing: the bytes end behind the last member.
    None,
    One,
    /// As POSIX asks for.
    Two,
}

impl<R: Read> Reader<R> {
    /// It reads a block at a time, so a file wants a buffer around it.
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            offset: 0,
            ahead: None,
            body: Open::default(),
            global: Vec::new(),
            global_size: 0,
            end: None,
            failed: false,
        }
    }

    /// The next member; what is left of the body of the one before it is passed over.
    pub(crate) fn next_member(&mut self) -> io::Result<Option<Member>> {
        if self.end.is_some() {
            return Ok(None);
        }
        if self.failed {
            return Err(Malformed::new(self.offset, "an error before this ended the reading"));
        }
        let member = self.read_member();
        self.failed = member.is_err();
        member
    }

    /// How much was taken from the source: behind a member, where its body begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// What is left of the body of the member that was read last, and is in the tar.
    pub(crate) fn body(&mut self) -> Body<'_, R> {
        Body(self)
    }

    /// The global PAX headers, of type `g`, that stand before what is read next.
    pub(crate) fn global(&self) -> &[Pax] {
        &self.global
    }

    /// Passes over what is left, up to the end of the source, and says how the tar ends.
    pub(crate) fn finish(mut self) -> io::Result<End> {
        let end = loop {
            match self.end.take() {
                Some(end) => break end,
                None => drop(self.next_member()?),
            }
        };
        self.rest(end)
    }

    fn read_member(&mut self) -> io::Result<Option<Member>> {
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
            let header = Header::of(&block).map_err(|problem| Malformed::new(offset, problem))?;
            // Also of one that extends another, all fields are what they should be.
            let fields = header.fields().map_err(|problem| Malformed::new(offset, problem))?;
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
        header: Header,
        fields: Fields,
        extensions: Extensions,
    ) -> io::Result<Member> {
        let fields = fields.extended(&extensions)?;
        if header.is_sparse_continued() {
            self.pass_sparse_map()?;
        }
        self.body = Open { header: offset, ..Open::default() };
        if fields.has_body() {
            (self.body.left, self.body.padding) = (fields.size, padding(fields.size));
        } else {
            self.body.doubtful = fields.size;
        }
        Ok(Member { offset, header, extensions, fields })
    }

    fn pax(&mut self, offset: u64, size: u64, what: &str) -> io::Result<Pax> {
        let body = self.extension(offset, size, what)?;
        Pax::of(offset + BLOCK as u64, body)
    }

    /// All global headers of a tar together are kept in memory, so there is one limit for all.
    fn read_global(&mut self, offset: u64, size: u64) -> io::Result<()> {
        let pax = self.pax(offset, size, "global PAX header")?;
        self.global_size += BLOCK as u64 + pax.body().len() as u64;
        if self.global_size > BLOCK as u64 + LIMIT {
            return Err(Malformed::new(
                offset,
                format!("with this one the global PAX headers have more than {LIMIT} bytes"),
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

    /// The body of a header that extends another. Memory is taken for what is there, not for what the size says.
    fn extension(&mut self, offset: u64, size: u64, what: &str) -> io::Result<Vec<u8>> {
        if size > LIMIT {
            return Err(Malformed::new(
                offset,
                format!("the {what} has {size} bytes, more than the {LIMIT} that readers take"),
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

    /// What follows the header of an old GNU sparse file whose map did not fit in it. Its size does not count that.
    fn pass_sparse_map(&mut self) -> io::Result<()> {
        loop {
            let Some(block) = self.next_block()? else {
                return Err(Malformed::new(self.offset, "the tar ends within the map of a sparse file"));
            };
            if !header::is_map_continued(&block) {
                return Ok(());
            }
        }
    }

    /// Passes over what is left of the last body.
    ///
    /// A link, a directory, a device or a pipe has no body, and Go's archive/tar reads a header where one would
    /// begin. Where none stands there, the body does, and is passed over as GNU tar does.
    fn close_body(&mut self) -> io::Result<()> {
        let Open { header, mut left, mut padding, doubtful } = std::mem::take(&mut self.body);
        if doubtful > 0
            && let Some(block) = self.next_block()?
        {
            if is_zero(&block) || Header::of(&block).is_ok() {
                self.ahead = Some(block);
            } else {
                left = doubtful.saturating_sub(BLOCK as u64);
                padding = if left > 0 { self::padding(doubtful) } else { 0 };
            }
        }
        self.skip(left, "body of the member", header)?;
        self.skip(padding, "padding of the member", header)
    }

    /// Passes over bytes of `what`, whose header begins at `header`.
    fn skip(&mut self, size: u64, what: &str, header: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.source.by_ref().take(size), &mut io::sink())?;
        self.offset = self.offset.saturating_add(passed);
        if passed < size { Err(self.short(what, header)) } else { Ok(()) }
    }

    fn short(&self, what: &str, header: u64) -> io::Error {
        Malformed::new(self.offset, format!("the tar ends within the {what} at byte {header}"))
    }

    fn next_block(&mut self) -> io::Result<Option<Block>> {
        if let Some(block) = self.ahead.take() {
            return Ok(Some(block));
        }
        let (block, size) = self.read_block()?;
        match size {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(Malformed::new(
                self.offset,
                format!("the tar ends within a block, after {size} of its {BLOCK} bytes"),
            )),
        }
    }

    /// A block, and how much of it there is.
    fn read_block(&mut self) -> io::Result<(Block, usize)> {
        let mut block = [0; BLOCK];
        let size = fill(&mut self.source, &mut block)?;
        self.offset = self.offset.saturating_add(size as u64);
        Ok((block, size))
    }

    /// The tar ends where a header would begin, or one block before, with one of zeros.
    fn ended(&mut self, marker: Marker, extensions: &Extensions) -> io::Result<Option<Member>> {
        let before = if marker == Marker::None { 0 } else { BLOCK as u64 };
        let mut end = End { offset: self.offset - before, marker, trailing: 0, garbage: None };
        if let Some(first) = extensions.offset {
            return Err(Malformed::new(end.offset, format!("no member follows the header at byte {first}")));
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

    fn rest(mut self, mut end: End) -> io::Result<End> {
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
    /// Passes over what is left of the body of the member that was read last, all of which is there, without reading it.
    pub(crate) fn seek_body(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut self.body.left);
        self.source.seek_relative(i64::try_from(left).map_err(|_| io::ErrorKind::InvalidInput)?)?;
        self.offset = self.offset.saturating_add(left);
        Ok(())
    }
}

impl End {
    fn add(&mut self, offset: u64, bytes: &[u8]) {
        let first = bytes.iter().position(|byte| *byte != 0);
        self.garbage = self.garbage.or_else(|| Some(offset.saturating_add(first? as u64)));
        self.trailing = self.trailing.saturating_add(bytes.len() as u64);
    }
}

/// The body of a member.
pub(crate) struct Body<'r, R>(&'r mut Reader<R>);

impl<R: Read> Read for Body<'_, R> {
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
    bytes.first_chunk().is_some_and(|block| is_zero(block) || Header::of(block).is_ok())
}

fn is_zero(block: &Block) -> bool {
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
