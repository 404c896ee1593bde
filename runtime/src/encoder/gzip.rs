//! Gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)).

use std::io::{self, Write};

use super::around::{Around, wrapped};
use super::deflate::{BLOCK, Deflate};
use super::stream::{Stream, Streams};
use crate::recipe::Recipe;

/// Gzip: a layer of the media type `application/vnd.oci.image.layer.v1.tar+gzip`.
///
/// It is one member, without a name, a time and a system in its header. The methods besides [`stored`](Self::stored)
/// and [`level`](Self::level) make it an odd stream, or one that lies.
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
    /// Valid gzip that compresses nothing: it is made of *stored* blocks, as large as they may be.
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
    /// It needs the feature `gzip`. Without it, and for any other level, writing the fixture is an error.
    ///
    /// The digest of such a layer follows the encoder: another version of flate2 may give other bytes, and so
    /// may another backend, which any crate of the build can switch on. Only those of
    /// [`stored`](Self::stored) last.
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
            members: Streams::one("members"),
            bad_crc: false,
            bad_size: false,
            around: Around::default(),
        }
    }

    /// Several members, one after another ([RFC 1952, section 2.2]): valid, but a reader that stops after the first
    /// has a part of the tar only.
    ///
    /// They hold equal parts of the tar, cut at any byte; where that cannot be, the first ones hold one byte more. To
    /// know its size the tar is made once more. Writing it in no member, in one, which is what it is without this, or
    /// in more than it has bytes is an error.
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

    /// The last member says a wrong CRC-32 of its content, one with all bits inverted ([RFC 1952, section 2.3.1]).
    ///
    /// A reader has had all of the tar before it can tell.
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

    /// The last member says a wrong size of its content (`ISIZE`), one with all bits inverted ([RFC 1952, section
    /// 2.3.1]).
    ///
    /// A reader has had all of the tar before it can tell.
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

    pub(super) fn lies(&self) -> [(&'static str, bool); 3] {
        [("members", self.members.is_cut()), ("bad_crc", self.bad_crc), ("bad_size", self.bad_size)]
    }

    pub(super) fn usable(&self) -> Result<(), String> {
        self.deflate.usable()?;
        self.members.usable()
    }

    pub(super) fn encode(&self, tar: &dyn Recipe, out: &mut dyn Write) -> io::Result<()> {
        self.members.write(tar, BLOCK, out, &|last, out| {
            out.write_all(&HEADER)?;
            let trailer = Trailer {
                bad_crc: last && self.bad_crc,
                bad_size: last && self.bad_size,
                ..Trailer::default()
            };
            Ok(Box::new(Member { deflate: self.deflate.begin()?, trailer }))
        })
    }
}

/// Magic number, method 8 (deflate), no flags, mtime 0 (none), XFL 0, OS 255 (unknown); RFC 1952,
/// section 2.3.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

struct Member {
    deflate: Box<dyn Stream>,
    trailer: Trailer,
}

impl Stream for Member {
    fn add(&mut self, block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
        self.trailer.add(block);
        self.deflate.add(block, last, out)?;
        if last { self.trailer.write_to(out) } else { Ok(()) }
    }
}

/// What stands after the compressed bytes: the CRC-32 and the size of those that were compressed.
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
        // The size is modulo 2^32.
        let [a, b, c, d, ..] = size.to_le_bytes();
        out.write_all(&[a, b, c, d])
    }
}
