//! Encoders of users.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Write};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use super::around::Around;
use crate::declare::text::Text;
use crate::error::Problem;
use crate::io::Recipe;

/// A function that writes a tar in another form.
pub(super) type Encode = dyn Fn(&UncompressedTar<'_>, &mut dyn Write) -> io::Result<()> + Send + Sync;

/// A function of the user, and the compression that the media type names for it.
#[derive(Clone)]
pub(super) struct OwnEncoder {
    compression: Text,
    encode: Arc<Encode>,
    /// Nothing: the function writes all bytes.
    around: Around,
}

impl OwnEncoder {
    pub(super) fn new(compression: Text, encode: Arc<Encode>) -> Self {
        Self { compression, encode, around: Around::default() }
    }

    pub(super) fn compression(&self) -> &str {
        self.compression.as_str()
    }

    pub(super) fn around(&self) -> &Around {
        &self.around
    }

    pub(super) fn check(&self) -> Result<(), Problem> {
        match self.compression.plain() {
            Some(_) => Ok(()),
            None => Err(Problem::new("the name of an encoder cannot mention a labelled node; write it out")),
        }
    }

    pub(super) fn encode(&self, tar: &dyn Recipe, out: &mut dyn Write) -> io::Result<()> {
        let tar = UncompressedTar { tar, taken: Cell::new(false) };
        (self.encode)(&tar, out)?;
        if tar.taken.get() {
            return Ok(());
        }
        let problem = "the encoder never takes the tar; write it by `tar.write_to(&mut writer)?`";
        Err(io::Error::new(io::ErrorKind::InvalidInput, problem))
    }
}

/// A panic of the function leaves no half made value of this crate behind.
impl UnwindSafe for OwnEncoder {}
impl RefUnwindSafe for OwnEncoder {}

/// Two encoders are equal if they are the same function.
impl PartialEq for OwnEncoder {
    fn eq(&self, other: &Self) -> bool {
        self.compression == other.compression && Arc::ptr_eq(&self.encode, &other.encode)
    }
}

impl Eq for OwnEncoder {}

impl fmt::Debug for OwnEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoder::new({:?}, ..)", self.compression)
    }
}

/// The tar of a layer, for an encoder of your own: see [`Encoder::new`](crate::Encoder::new).
pub struct UncompressedTar<'t> {
    tar: &'t dyn Recipe,
    taken: Cell<bool>,
}

impl UncompressedTar<'_> {
    /// Writes the tar. It is made while it is written, and may be of any size.
    ///
    /// # Errors
    ///
    /// The errors of the writer, and of contents that cannot be read.
    ///
    /// ```
    /// use oci_fixture::Encoder;
    ///
    /// Encoder::new("twice", |tar, out| {
    ///     tar.write_to(out)?;
    ///     tar.write_to(out)
    /// });
    /// ```
    pub fn write_to(&self, mut out: &mut dyn Write) -> io::Result<()> {
        self.tar.write_to(&mut out)?;
        self.taken.set(true);
        Ok(())
    }

    /// The number of bytes of the tar. The tar is made once to count them.
    ///
    /// # Errors
    ///
    /// The errors of contents that cannot be read.
    ///
    /// ```
    /// use oci_fixture::Encoder;
    ///
    /// Encoder::new("sized", |tar, out| {
    ///     out.write_all(&tar.size()?.to_be_bytes())?;
    ///     tar.write_to(out)
    /// });
    /// ```
    pub fn size(&self) -> io::Result<u64> {
        self.tar.size()
    }
}

impl fmt::Debug for UncompressedTar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UncompressedTar(..)")
    }
}
