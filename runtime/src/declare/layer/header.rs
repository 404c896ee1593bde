//! An entry of a layer by hand: each field of its tar header.

use std::fmt;

use super::by_hand;
use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::declare::layer::field::{HeaderField, ToField};
use crate::declare::order;
use crate::error::Problem;

/// One entry of a [`Layer`](crate::Layer) whose tar header is declared field by field, with any values.
///
/// A field that is not declared is that of an honest regular file without a name: mode 0644, uid, gid and mtime 0, the
/// size of the body, the type flag `0`, the right checksum, the magic `ustar\0` and the version `00`.
///
/// A number is written in octal digits and a NUL, as wide as the field. A number that does not fit, such as a negative
/// one, is written in base-256: as two's complement behind a first byte 0x80, or 0xff for a negative number
/// ([GNU tar]). Bytes are written from the start of the field, with NULs behind them. A value that does not fit in
/// base-256, either, is an error when the fixture is written. Nothing is normalised, and the only PAX header is that of
/// [`pax`](Self::pax).
///
/// The body does not depend on the fields: it follows the header, with zeros behind it up to the next multiple
/// of 512 bytes, whatever [`size`](Self::size) is. A body without these zeros is written with [`raw`](Self::raw).
///
/// The fields are those of the [ustar interchange format] in POSIX. The bytes behind its `prefix`, at the end of the
/// block, are zeros.
///
/// ```
/// use oci_fixture::{Header, Layer};
///
/// Layer::new()
///     // A size in PAX that is not the one in ustar: readers differ in where the next header begins.
///     .with(Header::new().name("a").size(0).pax([("size", "512")]).body([0; 512]))
///     // A directory with a body, and a negative owner.
///     .with(Header::new().name("d/").typeflag(b'5').uid(-1).body("content"))
///     // The magic of GNU tar, a checksum that is wrong, and a mode that is no number.
///     .with(Header::new().name("f").magic("ustar ").version(" \0").checksum(0).mode("rw-r--r-"));
/// ```
///
/// A long name as GNU tar writes it is an entry of its own, of type `L`, or `K` for the target of a link ([GNU tar]):
///
/// ```
/// use oci_fixture::{Header, Layer};
///
/// let long = "a".repeat(200) + "\0";
/// Layer::new()
///     .with(Header::new().name("././@LongLink").typeflag("L").body(long))
///     .with(Header::new().name("cut off"));
/// ```
///
/// [GNU tar]: https://www.gnu.org/software/tar/manual/html_node/Extensions.html
/// [ustar interchange format]: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06
#[derive(Clone, Default)]
#[must_use = "a header does nothing until it is put into a layer"]
pub struct Header(Box<HeaderData>);

/// Declares the fields of a tar header, each by one row: its documentation, its name, the trait of its values, and an
/// example.
macro_rules! fields {
    ($($(#[$docs:meta])* $name:ident: $values:ident, $example:literal;)*) => {
        /// The declared fields. `None` for the value of an honest file.
        #[derive(Clone, Default)]
        pub(crate) struct HeaderData {
            $(pub(crate) $name: Option<HeaderField>,)*
            pub(crate) body: Option<Content>,
            /// Keys and values, in the order in which they were declared.
            pub(crate) pax: Option<Vec<(Content, Content)>>,
            /// Whether the records have another order in each run.
            pub(crate) is_random: bool,
            /// The bytes to write instead of all other fields.
            pub(crate) raw: Option<Content>,
        }

        impl Header {
            $(
                $(#[$docs])*
                ///
                /// ```
                #[doc = concat!("oci_fixture::Header::new()", $example, ";")]
                /// ```
                pub fn $name(mut self, $name: impl $values) -> Self {
                    self.0.$name = Some(fields!($values of $name));
                    self
                }
            )*
        }

        impl HeaderData {
            fn fields_mut(&mut self) -> impl Iterator<Item = &mut HeaderField> {
                [$(&mut self.$name,)*].into_iter().flatten()
            }

            /// The declared fields of the header, with their names.
            fn fields(&self) -> impl Iterator<Item = (&'static str, &HeaderField)> {
                let fields = [$((stringify!($name), &self.$name),)*];
                fields.into_iter().filter_map(|(name, field)| Some((name, field.as_ref()?)))
            }
        }
    };
    (ToField of $value:ident) => {
        $value.into_field()
    };
    (ToContent of $value:ident) => {
        HeaderField::bytes($value.into_content())
    };
}

fields! {
    /// `name`: the path, or its end if `prefix` has the start; 100 bytes.
    name: ToContent, r#".name(b"\xff/../etc/passwd")"#;
    /// `mode`: the permission bits; 8 bytes.
    mode: ToField, ".mode(0o100_644)";
    /// `uid`: the number of the owner; 8 bytes.
    uid: ToField, ".uid(4_294_967_296_u64)";
    /// `gid`: the number of the group; 8 bytes.
    gid: ToField, r#".gid(b" 1750\0")"#;
    /// `size`: the size of the body, true or not; 12 bytes.
    size: ToField, r#".size(-512).body("layer1")"#;
    /// `mtime`: the time of the last change, in seconds since 1970-01-01 UTC; 12 bytes.
    mtime: ToField, ".mtime(-1)";
    /// `chksum`: the sum of all bytes of the header, in which the checksum counts as spaces; 8 bytes. A number is
    /// written as six octal digits, a NUL and a space.
    checksum: ToField, ".checksum(0)";
    /// `typeflag`: the type of the entry; one byte, given as a number or as a byte string.
    typeflag: ToField, r#".typeflag("x").body("12 path=a/b\n")"#;
    /// `linkname`: the target of a link; 100 bytes.
    linkname: ToContent, r#".name("a").typeflag("1").linkname("/etc/passwd")"#;
    /// `magic`: the format of the header; 6 bytes.
    magic: ToContent, r#".magic("")"#;
    /// `version`: the version of the format; 2 bytes.
    version: ToContent, r#".magic("ustar ").version(" \0")"#;
    /// `uname`: the name of the owner; 32 bytes.
    uname: ToContent, r#".uname("root")"#;
    /// `gname`: the name of the group; 32 bytes.
    gname: ToContent, r#".gname("wheel")"#;
    /// `devmajor`: the major number of a device; 8 bytes.
    devmajor: ToField, r#".typeflag("3").devmajor(1).devminor(3)"#;
    /// `devminor`: the minor number of a device; 8 bytes.
    devminor: ToField, r#".typeflag("4").devmajor(8).devminor(-1)"#;
    /// `prefix`: the directories before `name`, without the `/` between them; 155 bytes.
    prefix: ToContent, r#".prefix("..").name("a")"#;
}

impl Header {
    /// The header of an honest regular file that has no name.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes behind the header. Zeros are written behind them up to the next multiple of 512 bytes.
    ///
    /// ```
    /// use oci_fixture::{Content, Header};
    ///
    /// Header::new().name("bomb").size(6).body(Content::zeros(1 << 40));
    /// ```
    pub fn body(mut self, body: impl ToContent) -> Self {
        self.0.body = Some(body.into_content());
        self
    }

    /// Adds records in a PAX header, which stands before the entry and is named after its path. The records keep their
    /// order, may repeat, and may have any keys and values, which need not agree with the fields ([pax extended
    /// header]).
    ///
    /// A `HashMap` is refused when the fixture is written, because its order differs in each run.
    ///
    /// If the entry itself is of the type `x` or `g`, the records are its body, and it can have no other body.
    ///
    /// ```
    /// use oci_fixture::{Header, Layer};
    ///
    /// Layer::new()
    ///     .with(Header::new().typeflag("g").name("pax_global_header").pax([("uid", "0")]))
    ///     .with(Header::new().name("a").pax([("path", "b"), ("path", "../c"), ("", "\0")]));
    /// ```
    ///
    /// [pax extended header]: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03
    pub fn pax<K: ToContent, V: ToContent>(mut self, records: impl IntoIterator<Item = (K, V)>) -> Self {
        let records = records.into_iter();
        self.0.is_random |= order::is_random(&records);
        let records = records.map(|(key, value)| (key.into_content(), value.into_content()));
        self.0.pax.get_or_insert_default().extend(records);
        self
    }

    /// These bytes stand in the tar instead of a header and a body, without zeros behind them. No other field can be
    /// declared then.
    ///
    /// ```
    /// use oci_fixture::{Content, Header, Layer};
    ///
    /// // What a reader does not see that stops at the end of the tar.
    /// Layer::new().with(("a", "")).with(Header::new().raw(Content::zeros(1024))).with(("b", ""));
    /// ```
    pub fn raw(mut self, content: impl ToContent) -> Self {
        self.0.raw = Some(content.into_content());
        self
    }

    pub(crate) fn data(&self) -> &HeaderData {
        &self.0
    }

    /// The header, in which the digests and sizes of sealed nodes are filled in.
    pub(super) fn resolved(&self, context: &Context<'_>) -> Self {
        let mut header = self.clone();
        let data = &mut *header.0;
        data.fields_mut().for_each(|field| field.resolve(context));
        let records = data.pax.iter_mut().flatten().flat_map(|(key, value)| [key, value]);
        for content in records.chain(&mut data.body).chain(&mut data.raw) {
            *content = content.resolved(context);
        }
        header
    }
}

impl HeaderData {
    /// Checks the entry by itself.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        order::check(self.is_random)?;
        self.fields().try_for_each(|(name, field)| field.check(name))?;
        let records = self.pax.iter().flatten().flat_map(|(key, value)| [key, value]);
        records.chain(&self.body).chain(&self.raw).try_for_each(Content::check)?;
        if self.raw.is_some() && (self.body.is_some() || self.pax.is_some() || self.fields().next().is_some())
        {
            return Err(Problem::new(
                "`raw` is the whole entry, so the other fields change nothing; remove them",
            ));
        }
        if self.pax.is_some() && self.body.is_some() && by_hand::is_pax_header(self).unwrap_or_default() {
            return Err(Problem::new(
                "`pax` is the body of an entry of the type `x` or `g`, so `body` changes nothing; \
                 remove one of the two",
            ));
        }
        Ok(())
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        self.fields().for_each(|(_, field)| field.mentions(mentions));
        let records = self.pax.iter().flatten().flat_map(|(key, value)| [key, value]);
        records.chain(&self.body).chain(&self.raw).for_each(|content| content.mentions(mentions));
    }
}

/// One line: the name.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header(name: {:?}, ..)", self.0.name)
    }
}
