//! Gzip ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)), around deflate ([RFC
//! 1951](https://www.rfc-editor.org/rfc/rfc1951)).

use std::io::{self, Write};

use super::blocks::cut;

/// The most that a stored block can hold.
const BLOCK: usize = 65_535;
const NO_FEATURE: &str = "`Gzip::level` needs the feature `gzip` of oci-fixture; \
    run `cargo add --dev oci-fixture --features gzip`, or write `Gzip::stored()`";

/// Gzip: a layer of the media type `application/vnd.oci.image.layer.v1.tar+gzip`.
///
/// It is one member, without a name, a time and a system in its header.
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
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Deflate {
    Stored,
    Level(u32),
}

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
        Self { deflate: Deflate::Stored }
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
        Self { deflate: Deflate::Level(level) }
    }

    pub(super) fn usable(&self) -> Result<(), String> {
        match self.deflate {
            Deflate::Stored => Ok(()),
            Deflate::Level(level @ 10..) => Err(format!("gzip has no level {level}; write one from 0 to 9")),
            Deflate::Level(_) if cfg!(feature = "gzip") => Ok(()),
            Deflate::Level(_) => Err(NO_FEATURE.to_owned()),
        }
    }

    pub(super) fn encode(
        &self,
        out: &mut dyn Write,
        source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        out.write_all(&HEADER)?;
        let mut trailer = Trailer::default();
        match self.deflate {
            Deflate::Stored => cut(BLOCK, source, &mut |block, last| {
                trailer.add(block);
                write_stored(block, last, out)
            })?,
            Deflate::Level(level) => compress(level, out, source, &mut trailer)?,
        }
        trailer.write_to(out)
    }
}

/// Magic number, method 8 (deflate), no flags, mtime 0 (none), XFL 0, OS 255 (unknown); RFC 1952,
/// section 2.3.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// What stands after the compressed bytes: the CRC-32 and the size of those that were compressed.
#[derive(Default)]
struct Trailer {
    checksum: crc32fast::Hasher,
    size: u64,
}

impl Trailer {
    fn add(&mut self, block: &[u8]) {
        self.checksum.update(block);
        self.size += block.len() as u64;
    }

    fn write_to(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&self.checksum.finalize().to_le_bytes())?;
        // The size is modulo 2^32.
        let [a, b, c, d, ..] = self.size.to_le_bytes();
        out.write_all(&[a, b, c, d])
    }
}

/// A stored block: a bit that says whether it is the last, its type (0), then from the next whole byte its
/// length and the complement of that; RFC 1951, section 3.2.4. All blocks are whole bytes, so each begins at
/// one.
fn write_stored(block: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
    let [low, high, ..] = (block.len() as u64).to_le_bytes();
    out.write_all(&[last.into(), low, high, !low, !high])?;
    out.write_all(block)
}

#[cfg(feature = "gzip")]
fn compress(
    level: u32,
    out: &mut dyn Write,
    source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    trailer: &mut Trailer,
) -> io::Result<()> {
    let mut deflate = flate2::write::DeflateEncoder::new(out, flate2::Compression::new(level));
    // What an encoder makes may depend on how much it is given at a time.
    cut(BLOCK, source, &mut |block, _last| {
        trailer.add(block);
        deflate.write_all(block)
    })?;
    deflate.finish().map(drop)
}

#[cfg(not(feature = "gzip"))]
fn compress(
    _level: u32,
    _out: &mut dyn Write,
    _source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    _trailer: &mut Trailer,
) -> io::Result<()> {
    Err(io::Error::other(NO_FEATURE))
}
