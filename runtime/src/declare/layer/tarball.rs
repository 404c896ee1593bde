//! The bytes of a layer: its entries as a tar, as Go writes it, compressed or not.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use oci_fixture_grammar::Digest;
use oci_fixture_grammar::mtime::SecondsSince1970;

use super::entry::{EntryData, EntryKind};
use super::hardlink::{HardlinkTargets, InodeAttributes};
use super::{LayerData, LayerMember, by_hand};
use crate::declare::content::{Content, SparseContent};
use crate::declare::encoder::Encoder;
use crate::digest::{DigestAlgorithm, Hasher};
use crate::error::{Error, ErrorKind, Result};
use crate::io::{Recipe, counted};
use crate::tar::sparse::{self, SparseFormat};
use crate::tar::{BLOCK, END, TarHeader, write_header, write_padding};

/// The bytes of a layer: a tar, compressed or not.
pub(crate) struct Tarball {
    /// The tar before compression.
    pub(crate) tar: LayerTar,
    /// The digest and the size of the tar, once it was compressed.
    uncompressed: Mutex<Option<(Digest, u64)>>,
    /// Whether the tar is hashed while it is compressed.
    tapped: bool,
    /// The algorithm of the layer's digest, and of that of the tar.
    algorithm: DigestAlgorithm,
}

impl Tarball {
    /// The bytes of a layer that mentions no nodes.
    pub(super) fn new(layer: Arc<LayerData>, algorithm: DigestAlgorithm) -> Self {
        Self { tar: LayerTar(layer), uncompressed: Mutex::default(), tapped: true, algorithm }
    }

    /// The same bytes for a second run, which does not hash the tar again.
    pub(crate) fn untapped(self) -> Self {
        Self { tapped: false, ..self }
    }

    /// The same bytes as a recipe that other threads can use.
    pub(crate) fn stream(self) -> EncodedLayer {
        EncodedLayer(self.tar)
    }

    /// Runs an encoder of the user a second time, which has to give the bytes of this digest again: a blob may be made again
    /// for a store or for an archive.
    pub(crate) fn check_repeats(&self, digest: &Digest) -> Result<()> {
        if !self.tar.0.encoder().is_some_and(Encoder::is_own) {
            return Ok(());
        }
        let mut hashed = Hasher::like(digest);
        self.tar.write_encoded(&mut hashed).map_err(Error::recipe)?;
        if hashed.finish().0 == *digest {
            return Ok(());
        }
        let problem = "the encoder gives other bytes in a second run; let them depend on the tar alone";
        Err(Error::new(ErrorKind::Declaration, "", problem))
    }

    /// The digest and the size of the tar, if it was compressed.
    pub(crate) fn uncompressed(&self) -> Option<(Digest, u64)> {
        self.uncompressed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Recipe for Tarball {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.tar.0.encoder() {
            Some(encoder) if self.tapped => {
                let (tar, algorithm) = (&self.tar, self.algorithm);
                encoder.encode(&Tapped { tar, hashed: &self.uncompressed, algorithm }, out)
            }
            _ => self.tar.write_encoded(out),
        }
    }
}

/// The tar of a layer before compression.
pub(crate) struct LayerTar(Arc<LayerData>);

impl LayerTar {
    /// Writes the layer, compressed or not.
    fn write_encoded(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.0.encoder() {
            Some(encoder) => encoder.encode(self, out),
            None => self.write_to(out),
        }
    }
}

impl Recipe for LayerTar {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.tar().write_to(out)
    }

    fn size(&self) -> io::Result<u64> {
        self.0.tar().size()
    }
}

/// The bytes of a layer.
pub(crate) struct EncodedLayer(LayerTar);

impl Recipe for EncodedLayer {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.write_encoded(out)
    }
}

/// A tar that is hashed while it is made.
struct Tapped<'n> {
    tar: &'n LayerTar,
    hashed: &'n Mutex<Option<(Digest, u64)>>,
    algorithm: DigestAlgorithm,
}

impl Recipe for Tapped<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut hashed = Hasher::new(self.algorithm);
        self.tar.write_to(&mut Tee { hashed: &mut hashed, out })?;
        *self.hashed.lock().unwrap_or_else(PoisonError::into_inner) = Some(hashed.finish());
        Ok(())
    }

    /// Only counts the bytes, without hashing them.
    fn size(&self) -> io::Result<u64> {
        self.tar.size()
    }
}

/// Hashes the bytes that it passes on.
struct Tee<'w> {
    hashed: &'w mut Hasher,
    out: &'w mut dyn Write,
}

impl Write for Tee<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hashed.write(bytes.get(..written).unwrap_or(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The tar of a layer.
pub(crate) enum Tar<'a> {
    /// The tar of these members, and the zeros at its end.
    Of { members: &'a [LayerMember], end: &'static [u8] },
    /// Any bytes.
    Raw(&'a Content),
}

impl<'a> Tar<'a> {
    /// The tar of the members. `blocks` is the declared number of blocks of zeros at the end.
    pub(crate) fn of(members: &'a [LayerMember], blocks: Option<u8>) -> Self {
        let end = blocks.and_then(|blocks| END.get(..usize::from(blocks) * BLOCK));
        Self::Of { members, end: end.unwrap_or(&END) }
    }
}

impl Recipe for Tar<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let (members, end) = match self {
            Self::Of { members, end } => (members, end),
            Self::Raw(content) => return content.write_to(out),
        };
        let mut targets = HardlinkTargets::of(members);
        for (number, member) in (1..).zip(*members) {
            match member {
                LayerMember::Entry(entry) => {
                    let attributes = targets.add(entry.data());
                    write_entry(entry.data(), attributes, out)?;
                }
                LayerMember::Header(header) => by_hand::write(header.data(), &member.place(number), out)?,
            }
        }
        out.write_all(end)
    }

    fn size(&self) -> io::Result<u64> {
        match self {
            Self::Of { .. } => counted(self),
            Self::Raw(content) => content.size(),
        }
    }
}

fn write_entry(data: &EntryData, attributes: InodeAttributes<'_>, out: &mut dyn Write) -> io::Result<()> {
    let at = |error| at(&data.place(), &error);
    let header = TarHeader::of(data, attributes).map_err(at)?;
    let records = data.xattrs().map(|xattrs| {
        let records = xattrs.into_iter().map(|(name, value)| (format!("SCHILY.xattr.{name}"), value));
        records.collect()
    });
    let records = records.map_err(at)?;
    if let EntryKind::File(content) = &data.kind
        && let (Some(format), Some(content)) = (data.sparse_format(), content.as_sparse())
    {
        return write_sparse(&header, format, content, records, out).map_err(at);
    }
    let pax = header.pax_records(records, false).map_err(at)?;
    write_header(&header, &pax, out)?;
    if let EntryKind::File(content) = &data.kind {
        content.write_to(out)?;
        write_padding(header.size, out)?;
    }
    Ok(())
}

/// Writes a file without its holes.
fn write_sparse(
    header: &TarHeader<'_>,
    format: SparseFormat,
    content: &SparseContent,
    xattrs: Vec<(String, Vec<u8>)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == SparseFormat::Gnu && !(xattrs.is_empty() && sparse::fits_gnu(header)) {
        let what = "the sparse format `gnu` has no place for extended attributes, a time with a fraction and long names of owners; write another format";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    let runs = content.blocks(BLOCK as u64)?;
    sparse::write_headers(header, format, &runs, xattrs, out)?;
    let mut stored = 0;
    for (offset, size) in runs {
        content.write_range(offset, offset + size, out)?;
        stored += size;
    }
    write_padding(stored, out)
}

pub(super) fn at(place: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{place}: {error}"))
}

impl<'a> TarHeader<'a> {
    /// The header of an entry.
    pub(crate) fn of(data: &'a EntryData, attributes: InodeAttributes<'a>) -> io::Result<Self> {
        let InodeAttributes { mode, uid, gid, uname, gname, mtime } = attributes;
        let mtime_text = mtime.and_then(SecondsSince1970::fractional);
        let mtime = mtime.map_or(0, SecondsSince1970::seconds);
        let mut header = Self { mode, uid, gid, mtime, mtime_text, uname, gname, ..Self::file(data.name()) };
        match &data.kind {
            EntryKind::File(content) => header.size = content.size()?,
            EntryKind::Whiteout | EntryKind::Opaque => {}
            EntryKind::Hardlink(target) => (header.typeflag, header.link) = (b'1', target.as_str()),
            EntryKind::Symlink(target) => (header.typeflag, header.link) = (b'2', target.as_str()),
            EntryKind::Char { major, minor } => {
                (header.typeflag, header.major, header.minor) = (b'3', *major, *minor);
            }
            EntryKind::Block { major, minor } => {
                (header.typeflag, header.major, header.minor) = (b'4', *major, *minor);
            }
            EntryKind::Directory => header.typeflag = b'5',
            EntryKind::Fifo => header.typeflag = b'6',
        }
        Ok(header)
    }
}
