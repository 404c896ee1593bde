//! Reactions: what a reader may do with a case.

/// The permitted behaviour of a reader. In every case the reader ends within bounds, and changes nothing outside of its
/// directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reaction {
    /// The reader reads the image without an error.
    Accept,
    /// The reader reports an error.
    Refuse,
    /// The reader may do either of them.
    Survive,
}

/// The kinds of readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reader {
    /// The reader unpacks the layers into a directory.
    Unpacker,
    /// The reader copies documents and blobs, and compares them with their digests.
    Puller,
    /// The reader reads index.json, and the indexes, manifests and configs below it.
    Parser,
}

/// The permitted behaviour of each kind of reader.
///
/// ```
/// use oci_fixture_gallery::{Reaction, Reader, case};
///
/// // The bytes are what their digests say, but the checksum within the gzip stream is wrong.
/// let readers = case("gzip_bad_crc").unwrap().readers;
/// assert_eq!(readers.of(Reader::Puller), Reaction::Accept);
/// assert_eq!(readers.of(Reader::Unpacker), Reaction::Refuse);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Readers {
    unpacker: Reaction,
    puller: Reaction,
    parser: Reaction,
}

impl Readers {
    /// The reactions that are right for this reader.
    pub fn of(&self, reader: Reader) -> Reaction {
        match reader {
            Reader::Unpacker => self.unpacker,
            Reader::Puller => self.puller,
            Reader::Parser => self.parser,
        }
    }
}

pub(crate) const fn readers(unpacker: Reaction, puller: Reaction, parser: Reaction) -> Readers {
    Readers { unpacker, puller, parser }
}
