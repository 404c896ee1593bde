//! An entry of a layer by hand: each field of its tar header.

use crate::content::{Content, ToContent};
use crate::field::{Field, ToField};
use crate::problem::Problem;
use crate::tar::by_hand;

/// One entry of a [`Layer`](crate::Layer) whose tar header is declared field by field, whether it makes sense or not.
///
/// What is not declared is that of an honest regular file with no name: mode 0644, uid, gid and mtime 0, the size of
/// the body, type flag `0`, a checksum that is right, the magic `ustar\0` and the version `00`.
///
/// A number is written in octal digits and a NUL, as wide as the field; where that does not hold it, as with a negative
/// one, in base-256: two's complement behind a first byte that is 0x80, or 0xff of a negative number ([GNU tar]). Bytes
/// stand at the start of the field as they are, with NULs behind them. What is too large even so is an error when the
/// layer is written. Nothing is normalised, and no PAX header is made but that of [`pax`](Self::pax).
///
/// The body does not depend on what the fields say: it follows the header as it is, with zeros behind it up to the next
/// whole block of 512 bytes, whatever [`size`](Self::size) is. What is not to be padded is written with
/// [`raw`](Self::raw).
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
/// GNU tar's long names are entries of their own, of type `L`, or `K` for the target of a link ([GNU tar]):
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
#[derive(Clone, Debug, Default)]
#[must_use = "a header does nothing until it is put into a layer"]
pub struct Header(Box<Parts>);

/// What is declared; nothing is what an honest file has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) name: Option<Field>,
    pub(crate) mode: Option<Field>,
    pub(crate) uid: Option<Field>,
    pub(crate) gid: Option<Field>,
    pub(crate) size: Option<Field>,
    pub(crate) mtime: Option<Field>,
    pub(crate) checksum: Option<Field>,
    pub(crate) typeflag: Option<Field>,
    pub(crate) linkname: Option<Field>,
    pub(crate) magic: Option<Field>,
    pub(crate) version: Option<Field>,
    pub(crate) uname: Option<Field>,
    pub(crate) gname: Option<Field>,
    pub(crate) devmajor: Option<Field>,
    pub(crate) devminor: Option<Field>,
    pub(crate) prefix: Option<Field>,
    pub(crate) body: Option<Content>,
    /// Keys and values, in the order in which they were declared.
    pub(crate) pax: Option<Vec<(Content, Content)>>,
    /// Instead of all the others.
    pub(crate) raw: Option<Content>,
}

impl Header {
    /// The header of an honest regular file that has no name.
    pub fn new() -> Self {
        Self::default()
    }

    /// `name`: the path, or the end of one that begins in `prefix`; 100 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().name(b"\xff/../etc/passwd");
    /// ```
    pub fn name(mut self, name: impl ToContent) -> Self {
        self.0.name = Some(name.into_field());
        self
    }

    /// `mode`: the permission bits; 8 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().mode(0o100_644);
    /// ```
    pub fn mode(mut self, mode: impl ToField) -> Self {
        self.0.mode = Some(mode.into_field());
        self
    }

    /// `uid`: the number of the owner; 8 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().uid(4_294_967_296_u64);
    /// ```
    pub fn uid(mut self, uid: impl ToField) -> Self {
        self.0.uid = Some(uid.into_field());
        self
    }

    /// `gid`: the number of the group; 8 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().gid(b" 1750\0");
    /// ```
    pub fn gid(mut self, gid: impl ToField) -> Self {
        self.0.gid = Some(gid.into_field());
        self
    }

    /// `size`: that of the body, or what is said to be that; 12 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().size(-512).body("layer1");
    /// ```
    pub fn size(mut self, size: impl ToField) -> Self {
        self.0.size = Some(size.into_field());
        self
    }

    /// `mtime`: the time of the last change, in seconds since 1970-01-01 UTC; 12 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().mtime(-1);
    /// ```
    pub fn mtime(mut self, mtime: impl ToField) -> Self {
        self.0.mtime = Some(mtime.into_field());
        self
    }

    /// `chksum`: the sum of all bytes of the header, in which the checksum counts as spaces; 8 bytes. A number is
    /// written as six octal digits, a NUL and a space.
    ///
    /// ```
    /// oci_fixture::Header::new().checksum(0);
    /// ```
    pub fn checksum(mut self, checksum: impl ToField) -> Self {
        self.0.checksum = Some(checksum.into_field());
        self
    }

    /// `typeflag`: what the entry is; one byte, as a number or as it is.
    ///
    /// ```
    /// oci_fixture::Header::new().typeflag("x").body("12 path=a/b\n");
    /// ```
    pub fn typeflag(mut self, typeflag: impl ToField) -> Self {
        self.0.typeflag = Some(typeflag.into_field());
        self
    }

    /// `linkname`: what a link points to; 100 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().name("a").typeflag("1").linkname("/etc/passwd");
    /// ```
    pub fn linkname(mut self, linkname: impl ToContent) -> Self {
        self.0.linkname = Some(linkname.into_field());
        self
    }

    /// `magic`: which format it is; 6 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().magic("");
    /// ```
    pub fn magic(mut self, magic: impl ToContent) -> Self {
        self.0.magic = Some(magic.into_field());
        self
    }

    /// `version`: which version of that; 2 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().magic("ustar ").version(" \0");
    /// ```
    pub fn version(mut self, version: impl ToContent) -> Self {
        self.0.version = Some(version.into_field());
        self
    }

    /// `uname`: the name of the owner; 32 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().uname("root");
    /// ```
    pub fn uname(mut self, uname: impl ToContent) -> Self {
        self.0.uname = Some(uname.into_field());
        self
    }

    /// `gname`: the name of the group; 32 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().gname("wheel");
    /// ```
    pub fn gname(mut self, gname: impl ToContent) -> Self {
        self.0.gname = Some(gname.into_field());
        self
    }

    /// `devmajor`: the first number of a device; 8 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().typeflag("3").devmajor(1).devminor(3);
    /// ```
    pub fn devmajor(mut self, devmajor: impl ToField) -> Self {
        self.0.devmajor = Some(devmajor.into_field());
        self
    }

    /// `devminor`: the second number of a device; 8 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().typeflag("4").devmajor(8).devminor(-1);
    /// ```
    pub fn devminor(mut self, devminor: impl ToField) -> Self {
        self.0.devminor = Some(devminor.into_field());
        self
    }

    /// `prefix`: the directories before `name`, without the `/` between them; 155 bytes.
    ///
    /// ```
    /// oci_fixture::Header::new().prefix("..").name("a");
    /// ```
    pub fn prefix(mut self, prefix: impl ToContent) -> Self {
        self.0.prefix = Some(prefix.into_field());
        self
    }

    /// What follows the header, and zeros up to the next whole block.
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

    /// Adds records in a PAX header, which stands before the entry and is named after its path. They keep their order,
    /// may repeat, and may have any keys and values, which are not held against the fields ([pax extended header]).
    ///
    /// Where the entry itself is of the type `x` or `g`, the records are its body.
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
        let records = records.into_iter().map(|(key, value)| (key.into_content(), value.into_content()));
        self.0.pax.get_or_insert_default().extend(records);
        self
    }

    /// These bytes stand in the tar instead of a header and a body, with no zeros behind them. It excludes all else.
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

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// What is wrong with the entry by itself.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.fields().try_for_each(|(name, field)| field.check(name))?;
        let records = self.pax.iter().flatten().flat_map(|(key, value)| [key, value]);
        records.chain(&self.body).chain(&self.raw).try_for_each(Content::check_in_layer)?;
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

    /// The fields of the header that are declared.
    fn fields(&self) -> impl Iterator<Item = (&'static str, &Field)> {
        let fields = [
            ("name", &self.name),
            ("mode", &self.mode),
            ("uid", &self.uid),
            ("gid", &self.gid),
            ("size", &self.size),
            ("mtime", &self.mtime),
            ("checksum", &self.checksum),
            ("typeflag", &self.typeflag),
            ("linkname", &self.linkname),
            ("magic", &self.magic),
            ("version", &self.version),
            ("uname", &self.uname),
            ("gname", &self.gname),
            ("devmajor", &self.devmajor),
            ("devminor", &self.devminor),
            ("prefix", &self.prefix),
        ];
        fields.into_iter().filter_map(|(name, field)| Some((name, field.as_ref()?)))
    }
}
