//! Encoders: what a layer's tar is compressed with, and what it is wrapped in to lie.

mod around;
mod blocks;
mod deflate;
mod frame;
mod gzip;
mod plain;
mod stream;
#[cfg(test)]
pub(crate) mod tests;
mod zstd;

use std::io::{self, Write};

use self::around::Around;
pub use self::gzip::Gzip;
pub use self::plain::Plain;
pub use self::zstd::Zstd;
use crate::media_type;
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::text::Text;

/// What a layer's tar is compressed with: a [`Gzip`], a [`Zstd`], or with nothing: [`Plain`].
///
/// ```
/// use oci_fixture::{Encoder, Gzip, Layer, Manifest, Plain, Zstd};
///
/// let encoders: [Encoder; 3] = [Plain::new().into(), Gzip::stored().into(), Zstd::stored().into()];
/// let mut manifest = Manifest::new();
/// for encoder in encoders {
///     manifest.push(Layer::new().with(("bin/sh", "#!")).encoder(encoder));
/// }
/// ```
///
/// # Odd streams
///
/// An encoder is honest, unless it is told to lie. Some of what it can be told is odd, and valid:
///
/// | | |
/// |---|---|
/// | [`Gzip::members`], [`Zstd::frames`] | several streams, one after another |
/// | [`Zstd::window`] | a window of another size |
/// | [`Zstd::skippable`] | a frame that holds no part of the tar |
/// | [`Zstd::checksum`] | a checksum of the content |
///
/// And some is wrong:
///
/// | | |
/// |---|---|
/// | [`Gzip::bad_crc`], [`Gzip::bad_size`], [`Zstd::bad_checksum`] | what the last stream says of its content |
/// | `prefix`, `suffix` | bytes around the streams, or around the tar |
/// | `labelled` | a media type that says another compression |
///
/// Whatever it is told, the digest and the size are those of the bytes that are written, and the `diff_id` is that of
/// the tar. What would change nothing is an error.
///
/// ```
/// use oci_fixture::{Fixture, Gzip, oci_image};
///
/// let fixture = oci_image! {
///     linux/amd64 {
///         layer (Gzip::stored().members(3).bad_crc().suffix("garbage").labelled("zstd")) { "bin/sh" => "#!" }
///     }
/// };
/// fixture.tempdir()?;
///
/// let nothing = oci_image! { linux/amd64 { layer (Gzip::stored().labelled("gzip")) {} } };
/// assert_eq!(
///     nothing.tempdir().unwrap_err().to_string(),
///     "linux/amd64 > layer 1: `labelled(\"gzip\")` changes nothing, since the media type says that without it; \
///      write another text, or remove it",
/// );
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an encoder does nothing until it is given to a layer"]
pub struct Encoder(Format);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Format {
    Plain(Plain),
    Gzip(Gzip),
    Zstd(Zstd),
}

impl From<Plain> for Encoder {
    fn from(plain: Plain) -> Self {
        Self(Format::Plain(plain))
    }
}

impl From<Gzip> for Encoder {
    fn from(gzip: Gzip) -> Self {
        Self(Format::Gzip(gzip))
    }
}

impl From<Zstd> for Encoder {
    fn from(zstd: Zstd) -> Self {
        Self(Format::Zstd(zstd))
    }
}

impl Encoder {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.usable().map_err(Problem::new)?;
        self.around().check()?;
        if let Format::Zstd(zstd) = &self.0 {
            zstd.check()?;
        }
        // That of Docker is the longer one.
        for docker in [false, true] {
            oci_fixture_grammar::media_type::check(&media_type::layer(docker, Some(self)))?;
        }
        Ok(())
    }

    /// What the media type of a layer says after its `+`: nothing where it has none.
    pub(crate) fn media_type_suffix(&self) -> &str {
        self.around().label.as_ref().map_or(self.format(), Text::as_str)
    }

    /// Makes the tar, and writes it to `out`, compressed. It is made twice where its size must be known first.
    ///
    /// The bytes do not depend on the sizes of the writes. No more than a block of them is held in memory,
    /// beside what a level's own encoder needs.
    pub(crate) fn encode(&self, tar: &dyn Recipe, out: &mut dyn Write) -> io::Result<()> {
        // Some backends of flate2 panic at a level that they do not have.
        self.usable().map_err(io::Error::other)?;
        self.around().write(out, |out| match &self.0 {
            Format::Plain(_) => tar.write_to(out),
            Format::Gzip(gzip) => gzip.encode(tar, out),
            Format::Zstd(zstd) => zstd.encode(tar, out),
        })
    }

    /// The names of what it was told that is odd or wrong.
    pub(crate) fn lies(&self) -> Vec<&'static str> {
        let around = self.around();
        let mut lies = vec![
            ("prefix", around.prefix.is_some()),
            ("suffix", around.suffix.is_some()),
            ("labelled", around.label.is_some()),
        ];
        match &self.0 {
            Format::Plain(_) => {}
            Format::Gzip(gzip) => lies.extend(gzip.lies()),
            Format::Zstd(zstd) => lies.extend(zstd.lies()),
        }
        lies.into_iter().filter(|(_, said)| *said).map(|(name, _)| name).collect()
    }

    /// What is wrong where this encoder cannot encode, and what would change nothing.
    fn usable(&self) -> Result<(), String> {
        match &self.0 {
            Format::Plain(_) => Ok(()),
            Format::Gzip(gzip) => gzip.usable(),
            Format::Zstd(zstd) => zstd.usable(),
        }?;
        self.around().usable(self.format())
    }

    /// The suffix of an honest media type.
    fn format(&self) -> &'static str {
        match &self.0 {
            Format::Plain(_) => "",
            Format::Gzip(_) => "gzip",
            Format::Zstd(_) => "zstd",
        }
    }

    fn around(&self) -> &Around {
        match &self.0 {
            Format::Plain(plain) => plain.around(),
            Format::Gzip(gzip) => gzip.around(),
            Format::Zstd(zstd) => zstd.around(),
        }
    }
}
