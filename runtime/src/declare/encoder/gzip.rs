//! Gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)).

use std::io::{self, Write};

use super::around::{Around, wrapped};
use super::deflate::{BLOCK, Deflate};
use super::stream::{OpenStream, Streams};
use super::{EncoderArgument, EncoderCall};
use crate::declare::content::{Content, ToContent};
use crate::io::Recipe;

/// Gzip: a layer of the media type `application/vnd.oci.image.layer.v1.tar+gzip`.
///
/// The stream is one member, whose header has no name and no time, and 255 (unknown) as its system.
/// [`name`](Self::name), [`comment`](Self::comment), [`mtime`](Self::mtime) and [`extra`](Self::extra) write the fields
/// of the header that are absent by default, as many programs do. The other methods besides [`stored`](Self::stored)
/// and [`level`](Self::level) are faults before sealing: they make an unusual or a wrong stream.
///
/// ```
/// use oci_fixture::{Fixture, Gzip, Layer, Manifest};
///
/// let layer = Layer::new().with(("bin/sh", "#!")).encoder(Gzip::stored());
/// let layout = Fixture::new().with(Manifest::new().with(layer)).tempdir()?;
///
/// let layer = &layout.nodes()?[0].layers()?[0];
/// assert_eq!(layer.media_type(), "application/vnd.oci.image.layer.v1.tar+gzip");
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an encoder does nothing until it is given to a layer"]
pub struct Gzip {
    deflate: Deflate,
    header: GzipHeader,
    members: Streams,
    bad_crc: bool,
    bad_size: bool,
    around: Around,
}

wrapped!(
    Gzip,
    "Gzip::stored()",
    "gzip",
    "zstd",
    "the members, where [RFC 1952, section 2.2](https://www.rfc-editor.org/rfc/rfc1952) has none"
);

impl Gzip {
    /// Valid gzip that compresses nothing: it consists of *stored* blocks of the largest size.
    ///
    /// The same tar gives the same bytes in every version of this crate.
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// let layer = Layer::new().encoder(Gzip::stored());
    /// ```
    pub fn stored() -> Self {
        Self::of(Deflate::Stored)
    }

    /// Real compression, from 0 (none) to 9 (the best), by the crate `flate2`.
    ///
    /// It needs the feature `gzip`. Without the feature, and for any other level, writing the fixture is an error.
    ///
    /// The digest of such a layer depends on the version of flate2 and on its backend, which any crate of the build can
    /// switch. Only the bytes of [`stored`](Self::stored) never change.
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// let layer = Layer::new().encoder(Gzip::level(9));
    /// ```
    pub fn level(level: u32) -> Self {
        Self::of(Deflate::Level(level))
    }

    fn of(deflate: Deflate) -> Self {
        Self {
            deflate,
            header: GzipHeader::default(),
            members: Streams::one("members"),
            bad_crc: false,
            bad_size: false,
            around: Around::default(),
        }
    }

    /// The name of the file that was compressed, `FNAME` ([RFC 1952, section 2.3.1]), which is Latin-1. A NUL in it is
    /// an error when the fixture is written, and so are more than 65,535 bytes.
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// let layer = Layer::new().encoder(Gzip::stored().name("layer.tar").mtime(1_700_000_000));
    /// ```
    ///
    /// [RFC 1952, section 2.3.1]: https://www.rfc-editor.org/rfc/rfc1952
    pub fn name(mut self, name: impl ToContent) -> Self {
        self.header.name = Some(name.into_content());
        self
    }

    /// A comment, `FCOMMENT` ([RFC 1952, section 2.3.1]), with the rules of a [`name`](Self::name).
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// let layer = Layer::new().encoder(Gzip::stored().comment(b"caf\xe9"));
    /// ```
    ///
    /// [RFC 1952, section 2.3.1]: https://www.rfc-editor.org/rfc/rfc1952
    pub fn comment(mut self, comment: impl ToContent) -> Self {
        self.header.comment = Some(comment.into_content());
        self
    }

    /// The time of the file that was compressed, `MTIME` ([RFC 1952, section 2.3.1]), in seconds since 1970-01-01 UTC.
    /// 0 says that there is none.
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// let layer = Layer::new().encoder(Gzip::stored().mtime(1_700_000_000));
    /// ```
    ///
    /// [RFC 1952, section 2.3.1]: https://www.rfc-editor.org/rfc/rfc1952
    pub fn mtime(mut self, seconds: u32) -> Self {
        self.header.mtime = seconds;
        self
    }

    /// The extra field, `FEXTRA` ([RFC 1952, section 2.3.1]): subfields of two bytes that say what they are, two bytes
    /// of their length, and that many bytes. The bytes are written as they are, at most 65,535 of them.
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// // One subfield of two bytes, whose name is `AB`.
    /// let layer = Layer::new().encoder(Gzip::stored().extra(b"AB\x02\0xy"));
    /// ```
    ///
    /// [RFC 1952, section 2.3.1]: https://www.rfc-editor.org/rfc/rfc1952
    pub fn extra(mut self, extra: impl ToContent) -> Self {
        self.header.extra = Some(extra.into_content());
        self
    }

    /// Several members, one after another ([RFC 1952, section 2.2]). That is valid, but a reader that stops after the
    /// first member has only a part of the tar.
    ///
    /// The members hold equal parts of the tar, cut at any byte; if the parts cannot be equal, the first ones hold one
    /// byte more. The tar is made twice, because its size must be known first. Zero members, one member (which is the
    /// default) and more members than the tar has bytes are errors when the fixture is written.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Gzip, Layer, Manifest};
    ///
    /// // The tar without entries has 1024 bytes: 342 of them are in the first member, and 341 in each of the others.
    /// let layer = Layer::new().encoder(Gzip::stored().members(3));
    /// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
    /// let bytes = layout.nodes()?[0].layers()?[0].bytes()?;
    /// assert_eq!(bytes.windows(3).filter(|bytes| *bytes == [0x1f, 0x8b, 8]).count(), 3);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// [RFC 1952, section 2.2]: https://www.rfc-editor.org/rfc/rfc1952
    pub fn members(mut self, count: u64) -> Self {
        self.members.cut_into(count);
        self
    }

    /// The last member has a wrong CRC-32 ([RFC 1952, section 2.3.1]): all bits of the right one are inverted.
    ///
    /// A reader can notice it only after it has read the whole tar.
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// let layer = Layer::new().encoder(Gzip::stored().bad_crc());
    /// ```
    ///
    /// [RFC 1952, section 2.3.1]: https://www.rfc-editor.org/rfc/rfc1952
    pub fn bad_crc(mut self) -> Self {
        self.bad_crc = true;
        self
    }

    /// The last member has a wrong size of its content, `ISIZE` ([RFC 1952, section 2.3.1]): all bits of the right one
    /// are inverted.
    ///
    /// A reader can notice it only after it has read the whole tar.
    ///
    /// ```
    /// use oci_fixture::{Gzip, Layer};
    ///
    /// let layer = Layer::new().encoder(Gzip::stored().bad_size());
    /// ```
    ///
    /// [RFC 1952, section 2.3.1]: https://www.rfc-editor.org/rfc/rfc1952
    pub fn bad_size(mut self) -> Self {
        self.bad_size = true;
        self
    }

    /// The calls that make the stream, without those for the bytes around it.
    pub(super) fn calls(&self) -> Vec<EncoderCall<'_>> {
        let mut calls = vec![match self.deflate {
            Deflate::Stored => ("Gzip::stored", EncoderArgument::None),
            Deflate::Level(level) => ("Gzip::level", EncoderArgument::Number(level.into())),
        }];
        let GzipHeader { name, comment, mtime, extra } = &self.header;
        calls.extend(name.iter().map(|name| ("name", EncoderArgument::Content(name))));
        calls.extend(comment.iter().map(|comment| ("comment", EncoderArgument::Content(comment))));
        calls.extend((*mtime != 0).then_some(("mtime", EncoderArgument::Number((*mtime).into()))));
        calls.extend(extra.iter().map(|extra| ("extra", EncoderArgument::Content(extra))));
        calls.extend(self.members.count().map(|count| ("members", EncoderArgument::Number(count.into()))));
        calls.extend(self.bad_crc.then_some(("bad_crc", EncoderArgument::None)));
        calls.extend(self.bad_size.then_some(("bad_size", EncoderArgument::None)));
        calls
    }

    pub(super) fn fault_names(&self) -> [(&'static str, bool); 3] {
        [("members", self.members.is_cut()), ("bad_crc", self.bad_crc), ("bad_size", self.bad_size)]
    }

    pub(super) fn usable(&self) -> Result<(), String> {
        self.deflate.usable()?;
        self.members.usable()?;
        self.header.bytes().map(drop)
    }

    /// The contents in the header of each member.
    pub(super) fn contents(&self) -> impl Iterator<Item = &Content> {
        let GzipHeader { name, comment, extra, mtime: _ } = &self.header;
        [name, comment, extra].into_iter().flatten()
    }

    pub(super) fn encode(&self, tar: &dyn Recipe, out: &mut dyn Write) -> io::Result<()> {
        let header = self.header.bytes().map_err(io::Error::other)?;
        self.members.write(tar, BLOCK, out, &|last, out| {
            out.write_all(&header)?;
            let trailer = Trailer {
                bad_crc: last && self.bad_crc,
                bad_size: last && self.bad_size,
                ..Trailer::default()
            };
            Ok(Box::new(GzipMember { deflate: self.deflate.begin()?, trailer }))
        })
    }
}

/// The fields of a member's header that are absent by default
/// ([RFC 1952, section 2.3](https://www.rfc-editor.org/rfc/rfc1952)).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct GzipHeader {
    name: Option<Content>,
    comment: Option<Content>,
    mtime: u32,
    extra: Option<Content>,
}

impl GzipHeader {
    /// Magic number, method 8 (deflate), flags, time, XFL 0, OS 255 (unknown), and then the fields that the flags
    /// announce.
    fn bytes(&self) -> Result<Vec<u8>, String> {
        const EXTRA: u8 = 1 << 2;
        const NAME: u8 = 1 << 3;
        const COMMENT: u8 = 1 << 4;
        let mut flags = 0;
        let mut fields = Vec::new();
        if let Some(extra) = &self.extra {
            let bytes = field("extra", extra)?;
            let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
            fields.extend(length.to_le_bytes());
            fields.extend(bytes);
            flags |= EXTRA;
        }
        for (flag, method, text) in [(NAME, "name", &self.name), (COMMENT, "comment", &self.comment)] {
            let Some(text) = text else { continue };
            let bytes = field(method, text)?;
            if bytes.contains(&0) {
                return Err(format!("`{method}` has a NUL, which ends it in the header of gzip; remove it"));
            }
            fields.extend(bytes);
            fields.push(0);
            flags |= flag;
        }
        let [a, b, c, d] = self.mtime.to_le_bytes();
        Ok([&[0x1f, 0x8b, 8, flags, a, b, c, d, 0, 255][..], &fields].concat())
    }
}

/// The bytes of a field of the header. The length of the extra field has two bytes; longer texts would be read by few.
fn field(method: &str, content: &Content) -> Result<Vec<u8>, String> {
    let size = content.size().map_err(|error| error.to_string())?;
    if size > u16::MAX.into() {
        return Err(format!("`{method}` has {size} bytes; write at most 65535"));
    }
    let mut bytes = Vec::new();
    content.write_to(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

struct GzipMember {
    deflate: Box<dyn OpenStream>,
    trailer: Trailer,
}

impl OpenStream for GzipMember {
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
        self.trailer.add(block);
        self.deflate.add(block, last, out)?;
        if last { self.trailer.write_to(out) } else { Ok(()) }
    }
}

/// The trailer of a member: the CRC-32 and the size of the bytes before compression.
#[derive(Default)]
struct Trailer {
    checksum: crc32fast::Hasher,
    size: u64,
    bad_crc: bool,
    bad_size: bool,
}

impl Trailer {
    fn add(&mut self, block: &[u8]) {
        self.checksum.update(block);
        self.size += block.len() as u64;
    }

    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let checksum = self.checksum.clone().finalize();
        let checksum = if self.bad_crc { !checksum } else { checksum };
        let size = if self.bad_size { !self.size } else { self.size };
        out.write_all(&checksum.to_le_bytes())?;
        // RFC 1952 has the size modulo 2^32.
        let [a, b, c, d, ..] = size.to_le_bytes();
        out.write_all(&[a, b, c, d])
    }
}
