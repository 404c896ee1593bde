//! Zstandard ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)).

use std::io::{self, Write};

use super::around::{self, Around, wrapped};
use super::frame::{Checksum, Window, ZstdBlocks};
use super::stream::Streams;
use super::{EncoderArgument, EncoderCall};
use crate::declare::content::{Content, ToContent};
use crate::error::Problem;
use crate::io::Recipe;

/// Zstandard: a layer of the media type `application/vnd.oci.image.layer.v1.tar+zstd`.
///
/// The stream is one frame without a content size and without a checksum. The methods besides [`stored`](Self::stored)
/// and [`level`](Self::level) are faults before sealing: they make an unusual or a wrong stream.
///
/// ```
/// use oci_fixture::{Fixture, Layer, Manifest, Zstd};
///
/// let layer = Layer::new().with(("bin/sh", "#!")).encoder(Zstd::stored());
/// let layout = Fixture::new().with(Manifest::new().with(layer)).tempdir()?;
///
/// let layer = &layout.nodes()?[0].layers()?[0];
/// assert_eq!(layer.media_type(), "application/vnd.oci.image.layer.v1.tar+zstd");
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an encoder does nothing until it is given to a layer"]
pub struct Zstd {
    blocks: ZstdBlocks,
    frames: Streams,
    window: Option<u64>,
    skippable: Option<Content>,
    checksum: bool,
    bad_checksum: bool,
    around: Around,
}

wrapped!(
    Zstd,
    "Zstd::stored()",
    "zstd",
    "gzip",
    "the frames, where [RFC 8878, section 3.1](https://www.rfc-editor.org/rfc/rfc8878#section-3.1) has none"
);

impl Zstd {
    /// Valid zstd that compresses nothing: it consists of *raw* blocks of the largest size.
    ///
    /// The same tar gives the same bytes in every version of this crate.
    ///
    /// ```
    /// use oci_fixture::{Layer, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::stored());
    /// ```
    pub fn stored() -> Self {
        Self::of(ZstdBlocks::Raw)
    }

    /// Real compression, from 1 (fast) to 22 (the best), by the crate `zstd`; 0 is
    /// zstd's default level, and negative levels, down to -131072, are faster still.
    ///
    /// It needs the feature `zstd`, which needs a C compiler. Without the feature, and for any other level,
    /// writing the fixture is an error.
    ///
    /// The digest of such a layer depends on the version of zstd. Only the bytes of [`stored`](Self::stored) never
    /// change.
    ///
    /// ```
    /// use oci_fixture::{Layer, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::level(19));
    /// ```
    pub fn level(level: i32) -> Self {
        Self::of(ZstdBlocks::Level(level))
    }

    fn of(blocks: ZstdBlocks) -> Self {
        Self {
            blocks,
            frames: Streams::one("frames"),
            window: None,
            skippable: None,
            checksum: false,
            bad_checksum: false,
            around: Around::default(),
        }
    }

    /// Several frames, one after another ([RFC 8878, section 3.1]). That is valid, but a reader that stops after the
    /// first frame has only a part of the tar.
    ///
    /// The frames hold equal parts of the tar, cut at any byte; if the parts cannot be equal, the first ones hold
    /// one byte more. The tar is made twice, because its size must be known first. Zero frames, one frame (which is the
    /// default) and more frames than the tar has bytes are errors when the fixture is written.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest, Zstd};
    ///
    /// // The tar without entries has 1024 bytes: 342 of them are in the first frame, and 341 in each of the others.
    /// let layer = Layer::new().encoder(Zstd::stored().frames(3));
    /// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
    /// let bytes = layout.nodes()?[0].layers()?[0].bytes()?;
    /// assert_eq!(bytes.windows(4).filter(|bytes| *bytes == [0x28, 0xb5, 0x2f, 0xfd]).count(), 3);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// [RFC 8878, section 3.1]: https://www.rfc-editor.org/rfc/rfc8878#section-3.1
    pub fn frames(mut self, count: u64) -> Self {
        self.frames.cut_into(count);
        self
    }

    /// Each frame declares the smallest window of at least this many bytes ([RFC 8878, section 3.1.1.1.2]), from 1 KiB
    /// to 3.75 TiB. A reader needs as much memory, or refuses the frame.
    ///
    /// No block is larger than the window, so that the stream is valid. The default is a window of 128 KiB. Declaring
    /// the default is an error, and so is a window of a [`level`](Self::level), which chooses its own.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::stored().window(2 << 30));
    /// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
    /// // 2^(10 + 21) bytes.
    /// assert_eq!(layout.nodes()?[0].layers()?[0].bytes()?[5] >> 3, 21);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// [RFC 8878, section 3.1.1.1.2]: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.2
    pub fn window(mut self, bytes: u64) -> Self {
        self.window = Some(bytes);
        self
    }

    /// A skippable frame before the first frame ([RFC 8878, section 3.1.2]). That is valid, but layers do not usually
    /// begin with one.
    ///
    /// The content of the skippable frame has less than 4 GiB, and may be made lazily. Its magic number is the first
    /// one of the specification, `0x184d2a50`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::stored().skippable("abc"));
    /// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
    /// assert!(layout.nodes()?[0].layers()?[0].bytes()?.starts_with(b"\x50\x2a\x4d\x18\x03\0\0\0abc\x28\xb5\x2f\xfd"));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// [RFC 8878, section 3.1.2]: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2
    pub fn skippable(mut self, bytes: impl ToContent) -> Self {
        self.skippable = Some(bytes.into_content());
        self
    }

    /// Each frame ends with the right checksum of its content ([RFC 8878, section 3.1.1]).
    ///
    /// ```
    /// use oci_fixture::{Layer, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::stored().checksum());
    /// ```
    ///
    /// [RFC 8878, section 3.1.1]: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
    pub fn checksum(mut self) -> Self {
        self.checksum = true;
        self
    }

    /// Each frame ends with a [`checksum`](Self::checksum), and the last frame's is wrong: all bits of the right one
    /// are inverted.
    ///
    /// A reader can notice it only after it has read the whole tar.
    ///
    /// ```
    /// use oci_fixture::{Layer, Zstd};
    ///
    /// let layer = Layer::new().encoder(Zstd::stored().bad_checksum());
    /// ```
    pub fn bad_checksum(mut self) -> Self {
        self.bad_checksum = true;
        self
    }

    pub(super) fn check(&self) -> Result<(), Problem> {
        self.skippable.iter().try_for_each(around::check)
    }

    /// The calls that make the stream, without those for the bytes around it.
    pub(super) fn calls(&self) -> Vec<EncoderCall<'_>> {
        let mut calls = vec![match self.blocks {
            ZstdBlocks::Raw => ("Zstd::stored", EncoderArgument::None),
            ZstdBlocks::Level(level) => ("Zstd::level", EncoderArgument::Number(level.into())),
        }];
        calls.extend(self.frames.count().map(|count| ("frames", EncoderArgument::Number(count.into()))));
        calls.extend(self.window.map(|window| ("window", EncoderArgument::Number(window.into()))));
        calls.extend(self.skippable.iter().map(|bytes| ("skippable", EncoderArgument::Content(bytes))));
        calls.extend(self.checksum.then_some(("checksum", EncoderArgument::None)));
        calls.extend(self.bad_checksum.then_some(("bad_checksum", EncoderArgument::None)));
        calls
    }

    pub(super) fn fault_names(&self) -> [(&'static str, bool); 4] {
        [
            ("frames", self.frames.is_cut()),
            ("window", self.window.is_some()),
            ("skippable", self.skippable.is_some()),
            ("bad_checksum", self.bad_checksum),
        ]
    }

    pub(super) fn usable(&self) -> Result<(), String> {
        self.blocks.usable()?;
        self.frames.usable()?;
        self.declared_window()?;
        match self.skippable.as_ref().map(Content::size) {
            Some(Ok(size)) => skippable_size(size).map(drop),
            // The error of a missing file is reported when the file is read.
            _ => Ok(()),
        }
    }

    fn declared_window(&self) -> Result<Window, String> {
        let Some(bytes) = self.window else { return Ok(Window::BLOCK) };
        if self.blocks != ZstdBlocks::Raw {
            return Err(format!(
                "`window({bytes})` is for `Zstd::stored()` only, since a level has the window that it compresses \
                 with; write that, or remove the window"
            ));
        }
        match Window::of(bytes) {
            Some(Window::BLOCK) => Err(format!(
                "`window({bytes})` changes nothing, since that is what there is without it; \
                 write a smaller or a larger one, or remove it"
            )),
            Some(window) if bytes >= Window::SMALLEST => Ok(window),
            _ => Err(format!(
                "zstd has no window of {bytes} bytes; write one from {} to {}",
                Window::SMALLEST,
                Window::LARGEST
            )),
        }
    }

    pub(super) fn encode(&self, tar: &dyn Recipe, out: &mut dyn Write) -> io::Result<()> {
        if let Some(content) = &self.skippable {
            let size = skippable_size(content.size()?).map_err(io::Error::other)?;
            out.write_all(&SKIPPABLE)?;
            out.write_all(&size.to_le_bytes())?;
            content.write_to(out)?;
        }
        let window = self.declared_window().map_err(io::Error::other)?;
        self.frames.write(tar, window.block(), out, &|last, out| {
            let checksum = match (self.checksum, self.bad_checksum) {
                (false, false) => Checksum::None,
                (_, true) if last => Checksum::Wrong,
                _ => Checksum::Right,
            };
            self.blocks.begin(window, checksum, out)
        })
    }
}

/// The first magic number of skippable frames (RFC 8878, section 3.1.2).
const SKIPPABLE: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

/// The size as a skippable frame declares it, in four bytes.
fn skippable_size(size: u64) -> Result<u32, String> {
    u32::try_from(size).map_err(|_| {
        format!(
            "a skippable frame of {size} bytes is larger than the 4294967295 that it can say; write fewer"
        )
    })
}
