//! Encoders: how a layer's tar is compressed, and the faults of the compressed stream.

mod around;
mod blocks;
mod deflate;
mod frame;
mod gzip;
mod own;
mod plain;
mod stream;
#[cfg(test)]
pub(crate) mod tests;
mod zstd;

use std::io::{self, Write};
use std::sync::Arc;

use self::around::Around;
pub use self::gzip::Gzip;
use self::own::OwnEncoder;
pub use self::own::UncompressedTar;
pub use self::plain::Plain;
pub use self::zstd::Zstd;
use crate::declare::content::Content;
use crate::declare::text::{Text, ToText};
use crate::error::Problem;
use crate::io::Recipe;
use crate::layer_format::LayerFormat;
use crate::media_type;

/// How a layer's tar is compressed: by a [`Gzip`], by a [`Zstd`], by a function of your own ([`new`](Self::new)), or
/// not at all, by a [`Plain`].
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
/// # Unusual and wrong streams
///
/// An encoder is honest by default. Some of its methods make an unusual, but valid stream:
///
/// | | |
/// |---|---|
/// | [`Gzip::members`], [`Zstd::frames`] | several streams, one after another |
/// | [`Zstd::window`] | a window of another size |
/// | [`Zstd::skippable`] | a frame that holds no part of the tar |
/// | [`Zstd::checksum`] | a checksum of the content |
///
/// Others make a stream that is wrong:
///
/// | | |
/// |---|---|
/// | [`Gzip::bad_crc`], [`Gzip::bad_size`], [`Zstd::bad_checksum`] | a wrong checksum or size of the last stream |
/// | `prefix`, `suffix` | bytes around the streams, or around the tar |
/// | `labelled` | a media type with another compression |
///
/// With all of them, the digest and the size are those of the written bytes, and the `diff_id` is that of the tar. A
/// method that would change nothing is an error when the fixture is written.
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
pub struct Encoder(EncoderFormat);

#[derive(Clone, Debug, PartialEq, Eq)]
enum EncoderFormat {
    Plain(Plain),
    Gzip(Gzip),
    Zstd(Zstd),
    Own(OwnEncoder),
}

/// The name of a method, and its argument.
pub(crate) type EncoderCall<'e> = (&'static str, EncoderArgument<'e>);

/// The argument of a method of an encoder.
pub(crate) enum EncoderArgument<'e> {
    None,
    Number(i128),
    Text(&'e Text),
    Content(&'e Content),
}

impl From<Plain> for Encoder {
    fn from(plain: Plain) -> Self {
        Self(EncoderFormat::Plain(plain))
    }
}

impl From<Gzip> for Encoder {
    fn from(gzip: Gzip) -> Self {
        Self(EncoderFormat::Gzip(gzip))
    }
}

impl From<Zstd> for Encoder {
    fn from(zstd: Zstd) -> Self {
        Self(EncoderFormat::Zstd(zstd))
    }
}

impl Encoder {
    /// An encoder of your own. `compression` stands behind the `+` in the media type of a layer, and `encode` writes
    /// the tar to its second argument, in whatever form that is. `tar.write_to(&mut writer)?` writes the tar itself.
    ///
    /// The function runs at least twice, and gives the same bytes each time: it depends on nothing but the tar. Bytes
    /// that differ are an error when the fixture is written, and so is a function that never takes the tar.
    ///
    /// ```
    /// use std::io::{self, Write};
    ///
    /// use oci_fixture::{Encoder, Fixture, oci_image};
    ///
    /// /// Flips all bits, in place of a compression.
    /// struct Flip<'w>(&'w mut dyn Write);
    ///
    /// impl Write for Flip<'_> {
    ///     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
    ///         self.0.write_all(&bytes.iter().map(|byte| !byte).collect::<Vec<_>>())?;
    ///         Ok(bytes.len())
    ///     }
    ///
    ///     fn flush(&mut self) -> io::Result<()> {
    ///         self.0.flush()
    ///     }
    /// }
    ///
    /// let flip = Encoder::new("flip", |tar, out| tar.write_to(&mut Flip(out)));
    /// let layout = oci_image! { linux/amd64 { layer (flip) { "a" => "b" } } }.in_memory()?;
    /// let layer = &layout.platform("linux/amd64")?.layers()?[0];
    /// assert_eq!(layer.media_type(), "application/vnd.oci.image.layer.v1.tar+flip");
    /// assert_eq!(layer.bytes()?[0], !b'a');
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn new(
        compression: impl ToText,
        encode: impl Fn(&UncompressedTar<'_>, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self(EncoderFormat::Own(OwnEncoder::new(compression.into_text(), Arc::new(encode))))
    }

    /// Whether the bytes come from a function of the user, which may give other bytes each time.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self.0, EncoderFormat::Own(_))
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.usable().map_err(Problem::new)?;
        self.around().check()?;
        match &self.0 {
            EncoderFormat::Plain(_) => {}
            EncoderFormat::Gzip(gzip) => gzip.contents().try_for_each(around::check)?,
            EncoderFormat::Zstd(zstd) => zstd.check()?,
            EncoderFormat::Own(own) => own.check()?,
        }
        // Docker's media type is the longer one, so it is checked, too.
        for docker in [false, true] {
            oci_fixture_grammar::media_type::check(&media_type::layer(docker, self.media_type_suffix()))?;
        }
        Ok(())
    }

    /// The text behind the `+` in the media type of a layer. It is empty for no compression.
    pub(crate) fn media_type_suffix(&self) -> &str {
        self.around().label.as_ref().map_or(self.compression(), Text::as_str)
    }

    /// Makes the tar and writes it, compressed, to `out`. The tar is made twice if its size must be known first.
    ///
    /// The bytes do not depend on the sizes of the writes. Besides the memory of a level's own encoder, no more than
    /// one block is held.
    pub(crate) fn encode(&self, tar: &dyn Recipe, out: &mut dyn Write) -> io::Result<()> {
        // Some backends of flate2 panic at a level that they do not have, so this is checked before them.
        self.usable().map_err(io::Error::other)?;
        self.around().write(out, |out| match &self.0 {
            EncoderFormat::Plain(_) => tar.write_to(out),
            EncoderFormat::Gzip(gzip) => gzip.encode(tar, out),
            EncoderFormat::Zstd(zstd) => zstd.encode(tar, out),
            EncoderFormat::Own(own) => own.encode(tar, out),
        })
    }

    /// The names of the methods that make the stream unusual or wrong.
    pub(crate) fn fault_names(&self) -> Vec<&'static str> {
        let around = self.around();
        let mut faults = vec![
            ("prefix", around.prefix.is_some()),
            ("suffix", around.suffix.is_some()),
            ("labelled", around.label.is_some()),
        ];
        match &self.0 {
            EncoderFormat::Plain(_) | EncoderFormat::Own(_) => {}
            EncoderFormat::Gzip(gzip) => faults.extend(gzip.fault_names()),
            EncoderFormat::Zstd(zstd) => faults.extend(zstd.fault_names()),
        }
        faults.into_iter().filter(|(_, said)| *said).map(|(name, _)| name).collect()
    }

    /// Whether the stream is wrong. An unusual stream is valid, and gives the same tar as any other.
    pub(crate) fn is_wrong(&self) -> bool {
        let wrong = ["prefix", "suffix", "bad_crc", "bad_size", "bad_checksum"];
        self.fault_names().iter().any(|name| wrong.contains(name))
    }

    /// Refuses values that this encoder cannot encode, and values that would change nothing.
    fn usable(&self) -> Result<(), String> {
        match &self.0 {
            EncoderFormat::Plain(_) | EncoderFormat::Own(_) => Ok(()),
            EncoderFormat::Gzip(gzip) => gzip.usable(),
            EncoderFormat::Zstd(zstd) => zstd.usable(),
        }?;
        self.around().usable(self.compression())
    }

    /// The compression in an honest media type. It is empty for none.
    pub(crate) fn compression(&self) -> &str {
        match &self.0 {
            EncoderFormat::Plain(_) => LayerFormat::Tar.suffix(),
            EncoderFormat::Gzip(_) => LayerFormat::Gzip.suffix(),
            EncoderFormat::Zstd(_) => LayerFormat::Zstd.suffix(),
            EncoderFormat::Own(own) => own.compression(),
        }
    }

    /// The calls that make the encoder, as the language writes them, the constructor first. `None` for a user's own
    /// encoder.
    pub(crate) fn calls(&self) -> Option<Vec<EncoderCall<'_>>> {
        let around = self.around();
        let mut calls = match &self.0 {
            EncoderFormat::Plain(_) => vec![("Plain::new", EncoderArgument::None)],
            EncoderFormat::Gzip(gzip) => gzip.calls(),
            EncoderFormat::Zstd(zstd) => zstd.calls(),
            EncoderFormat::Own(_) => return None,
        };
        calls.extend(around.prefix.iter().map(|bytes| ("prefix", EncoderArgument::Content(bytes))));
        calls.extend(around.suffix.iter().map(|bytes| ("suffix", EncoderArgument::Content(bytes))));
        calls.extend(around.label.iter().map(|label| ("labelled", EncoderArgument::Text(label))));
        Some(calls)
    }

    fn around(&self) -> &Around {
        match &self.0 {
            EncoderFormat::Plain(plain) => plain.around(),
            EncoderFormat::Gzip(gzip) => gzip.around(),
            EncoderFormat::Zstd(zstd) => zstd.around(),
            EncoderFormat::Own(own) => own.around(),
        }
    }
}
