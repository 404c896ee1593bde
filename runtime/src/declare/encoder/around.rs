//! The bytes before and after a stream, and the compression in its media type.

use std::io::{self, Write};

use crate::declare::content::Content;
use crate::declare::text::Text;
use crate::error::Problem;

/// All fields are `None` for an honest stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    pub(super) prefix: Option<Content>,
    pub(super) suffix: Option<Content>,
    pub(super) label: Option<Text>,
}

impl Around {
    pub(super) fn check(&self) -> Result<(), Problem> {
        [&self.prefix, &self.suffix].into_iter().flatten().try_for_each(check)?;
        match self.label.as_ref().map(Text::plain) {
            Some(None) => Err(Problem::new("`labelled` cannot mention a labelled node; write the text out")),
            _ => Ok(()),
        }
    }

    /// Refuses values that would change nothing around a stream whose media type ends in `suffix`.
    pub(super) fn usable(&self, suffix: &str) -> Result<(), String> {
        for (method, content) in [("prefix", &self.prefix), ("suffix", &self.suffix)] {
            // The error of a missing file is reported when the file is read.
            if content.as_ref().is_some_and(|content| matches!(content.size(), Ok(0))) {
                return Err(format!("`{method}` of no bytes changes nothing; write some, or remove it"));
            }
        }
        if self.label.as_ref().is_some_and(|label| label.plain() == Some(suffix)) {
            return Err(format!(
                "`labelled({suffix:?})` changes nothing, since the media type says that without it; \
                 write another text, or remove it"
            ));
        }
        Ok(())
    }

    /// Writes the prefix, then calls `stream`, and writes the suffix.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        stream: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.prefix.iter().try_for_each(|prefix| prefix.write_to(out))?;
        stream(out)?;
        self.suffix.iter().try_for_each(|suffix| suffix.write_to(out))
    }
}

/// Checks bytes that are no part of the tar.
pub(super) fn check(content: &Content) -> Result<(), Problem> {
    content.check()?;
    if content.mentions_label() {
        return Err(Problem::new("an encoder cannot mention a labelled node; write the bytes out"));
    }
    Ok(())
}

/// The methods of an encoder that has an [`Around`]. `$new` makes the encoder in an example, `$label` is the compression in
/// its media type, `$other` is another one for the examples, and `$stream` names the bytes between prefix and suffix.
macro_rules! wrapped {
    ($encoder:ident, $new:literal, $label:literal, $other:literal, $stream:literal) => {
        impl $encoder {
            #[doc = concat!("Bytes before ", $stream, ". The `diff_id` stays that of the tar alone.")]
            ///
            /// The bytes may be made lazily and may be of any size. No bytes are an error when the fixture is written.
            ///
            /// ```
            #[doc = concat!("use oci_fixture::{", stringify!($encoder), ", Layer};")]
            ///
            #[doc = concat!("let layer = Layer::new().encoder(", $new, ".prefix(\"garbage\"));")]
            /// ```
            pub fn prefix(mut self, bytes: impl crate::ToContent) -> Self {
                self.around.prefix = Some(bytes.into_content());
                self
            }

            #[doc = concat!("Bytes after ", $stream, ". The `diff_id` stays that of the tar alone.")]
            ///
            /// The bytes may be made lazily and may be of any size. No bytes are an error when the fixture is written.
            ///
            /// ```
            #[doc = concat!("use oci_fixture::{Content, ", stringify!($encoder), ", Layer};")]
            ///
            #[doc = concat!("let layer = Layer::new().encoder(", $new, ".suffix(Content::random(1, 1 << 20)));")]
            /// ```
            pub fn suffix(mut self, bytes: impl crate::ToContent) -> Self {
                self.around.suffix = Some(bytes.into_content());
                self
            }

            #[doc = concat!("Replaces what follows the `+` in the media type ([media types]): `\"", $other, "\"`, `\"\"` for")]
            /// nothing, or any other text that may stand there. In the media type of Docker it follows a `.`.
            ///
            #[doc = concat!("`\"", $label, "\"` stands there without this call, so it is an error.")]
            ///
            /// ```
            #[doc = concat!("use oci_fixture::{Fixture, ", stringify!($encoder), ", Layer, Manifest};")]
            ///
            #[doc = concat!("let layer = Layer::new().encoder(", $new, ".labelled(\"", $other, "\"));")]
            /// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
            /// let layer = &layout.nodes()?[0].layers()?[0];
            #[doc = concat!("assert_eq!(layer.media_type(), \"application/vnd.oci.image.layer.v1.tar+", $other, "\");")]
            /// # Ok::<(), oci_fixture::Error>(())
            /// ```
            ///
            /// [media types]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#media-types
            pub fn labelled(mut self, compression: impl crate::ToText) -> Self {
                self.around.label = Some(compression.into_text());
                self
            }

            pub(super) fn around(&self) -> &crate::declare::encoder::around::Around {
                &self.around
            }
        }
    };
}

pub(super) use wrapped;
