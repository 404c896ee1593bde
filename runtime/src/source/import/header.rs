//! Headers of a tar as entries by hand.

use std::io::{self, Write};
use std::ops::Range;

use crate::declare::content::Content;
use crate::declare::layer::LayerMember;
use crate::declare::layer::header::Header;
use crate::declare::layer::tarball::Tar;
use crate::io::Recipe as _;
use crate::source::with;
use crate::tar::BLOCK;
use crate::tar::block::{
    self, CHECKSUM, GID, GNAME, LINK, MAGIC, MAJOR, MINOR, MODE, MTIME, NAME, PREFIX, SIZE, UID, UNAME,
    VERSION, blank, checksum, put_number, put_octal,
};
use crate::tar::read::{HeaderBlock, Pax};

/// An entry by hand for each header. A header that extends the next one has its body, but the last header does not have the
/// body of `size` bytes that follows it. Bytes that are no header are an entry of bytes.
pub(super) fn by_hand(mut bytes: &[u8], size: u64) -> Vec<Header> {
    let mut headers = Vec::new();
    while let Some((header, rest)) = first(bytes, size) {
        headers.push(header);
        bytes = rest;
    }
    if !bytes.is_empty() {
        headers.push(Header::new().raw(bytes));
    }
    headers
}

/// The entry with a body of this size, as a member.
pub(super) fn sized(header: &Header, size: u64) -> LayerMember {
    let header = header.clone();
    LayerMember::Header(if size > 0 { header.body(Content::zeros(size)) } else { header })
}

/// The first header, and the bytes that follow it.
fn first(bytes: &[u8], size: u64) -> Option<(Header, &[u8])> {
    let (block, rest) = bytes.split_first_chunk::<BLOCK>()?;
    let read = HeaderBlock::of(block).ok()?;
    let typeflag = read.typeflag();
    if !matches!(typeflag, b'x' | b'g' | b'L' | b'K') {
        let header = fields(block, typeflag, size)?;
        return begins_with(&sized(&header, size), block).then_some((header, rest));
    }
    let size = read.fields().ok()?.size;
    let taken = rest.get(..usize::try_from(size).ok()?)?;
    let (_, behind) = rest.split_at_checked(taken.len().next_multiple_of(BLOCK))?;
    let own = bytes.get(..bytes.len() - behind.len())?;
    let header = fields(block, typeflag, size)?;
    let records = matches!(typeflag, b'x' | b'g').then(|| Pax::of(0, taken.to_vec()).ok()).flatten();
    let records = records.map(|pax| {
        let records = pax.records().map(|record| (record.key.to_vec(), record.value.to_vec()));
        header.clone().pax(records.collect::<Vec<_>>())
    });
    let forms = records.into_iter().chain([header.body(taken)]);
    let header = forms.into_iter().find(|form| begins_with(&LayerMember::Header(form.clone()), own))?;
    Some((header, behind))
}

/// The fields in which the block differs from that of a file without a name whose body has this size.
fn fields(block: &[u8; BLOCK], typeflag: u8, size: u64) -> Option<Header> {
    let mut usual = blank();
    put_octal(block::field(&mut usual, MODE), 0o644);
    for number in [UID, GID, MTIME, MAJOR, MINOR] {
        put_octal(block::field(&mut usual, number), 0);
    }
    put_number(block::field(&mut usual, SIZE), size.into());
    // The bytes of a field, without the zeros at its end. `None` for the usual bytes.
    let field = |range: Range<usize>| {
        let own = block.get(range.clone())?;
        let end = own.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        (usual.get(range) != Some(own)).then(|| own.get(..end).unwrap_or(own))
    };
    let header = with(Header::new(), field(NAME), Header::name);
    let mut header = with(header, field(LINK), Header::linkname);
    if typeflag != b'0' {
        header = header.typeflag([typeflag]);
    }
    // A number, or the bytes of a field that has none.
    macro_rules! number {
        ($range:ident, $method:ident) => {
            if let Some(bytes) = field($range) {
                header = match octal(block.get($range)?) {
                    Some(number) => header.$method(number),
                    None => header.$method(bytes),
                };
            }
        };
    }
    number!(MODE, mode);
    number!(UID, uid);
    number!(GID, gid);
    number!(SIZE, size);
    number!(MTIME, mtime);
    number!(MAJOR, devmajor);
    number!(MINOR, devminor);
    let header = with(header, field(MAGIC), Header::magic);
    let header = with(header, field(VERSION), Header::version);
    let header = with(header, field(UNAME), Header::uname);
    let header = with(header, field(GNAME), Header::gname);
    let header = with(header, field(PREFIX), Header::prefix);
    let own = block.get(CHECKSUM)?;
    Some(if checksum(block) == own { header } else { header.checksum(own) })
}

/// The number that is written as these octal digits.
fn octal(field: &[u8]) -> Option<i128> {
    let (0, digits) = field.split_last()? else { return None };
    let mut number = 0;
    for digit in digits {
        match digit {
            b'0'..=b'7' => number = number << 3 | i128::from(digit - b'0'),
            _ => return None,
        }
    }
    Some(number)
}

/// Whether these bytes are the header that the member is written with.
pub(super) fn begins_with(member: &LayerMember, header: &[u8]) -> bool {
    let mut begin = MemberBegin { rest: header, differs: false };
    let members = std::slice::from_ref(member);
    // The writer stops behind the header.
    let _ = Tar::of(members, Some(0)).write_to(&mut begin);
    begin.rest.is_empty() && !begin.differs
}

/// A writer that compares what is written with the beginning of a member, and stops behind it.
struct MemberBegin<'b> {
    rest: &'b [u8],
    differs: bool,
}

impl Write for MemberBegin<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let size = bytes.len().min(self.rest.len());
        let (expected, rest) = self.rest.split_at(size);
        self.differs |= bytes.get(..size) != Some(expected);
        self.rest = rest;
        if size == 0 && !bytes.is_empty() || self.differs {
            return Err(io::ErrorKind::WriteZero.into());
        }
        Ok(size)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
