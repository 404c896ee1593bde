//! The fields of a member: those of its header, and those of its extensions.

use std::collections::BTreeMap;
use std::io;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use oci_fixture_grammar::mtime::SecondsSince1970;

use super::header::quoted;
use super::{Extensions, Record, TarProblem};

const XATTR: &[u8] = b"SCHILY.xattr.";
/// The key of libarchive's own records of extended attributes: the name is escaped by `%` and two digits, and the value is in base64.
const LIBARCHIVE_XATTR: &[u8] = b"LIBARCHIVE.xattr.";

/// The fields of a header, alone or with its extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) path: Vec<u8>,
    /// The target of a link.
    pub(crate) link: Vec<u8>,
    /// An old header has a NUL for the type of files and directories. With the extensions, the type is `5` if the path ends
    /// with `/`, and otherwise `0`.
    pub(crate) typeflag: u8,
    /// The mode as stored, which may have more than permission bits.
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    /// The size of the stored body, if the type has a body.
    pub(crate) size: u64,
    /// The name of the owner, and that of the group.
    pub(crate) uname: Vec<u8>,
    pub(crate) gname: Vec<u8>,
    pub(crate) mtime: SecondsSince1970,
    /// The major and the minor number of a device.
    pub(crate) device: Option<(u32, u32)>,
    /// The extended attributes: the records `SCHILY.xattr.` of star, GNU tar and Go, and `LIBARCHIVE.xattr.` of libarchive.
    pub(crate) xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The size of a sparse file with its holes.
    pub(crate) real_size: Option<u64>,
}

/// libarchive leaves out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Fields {
    /// Whether a body of [`size`](Self::size) bytes follows, as in POSIX: links, directories, devices and
    /// pipes have no body.
    pub(crate) fn has_body(&self) -> bool {
        !matches!(self.typeflag, b'1'..=b'6')
    }

    /// Whether the member is a regular file, which may be sparse.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.typeflag, b'0' | b'7') || self.typeflag == b'S' && self.real_size.is_some()
    }

    /// These fields, where the values of the extensions replace those of the header.
    pub(super) fn extended(mut self, extensions: &Extensions) -> io::Result<Self> {
        // An empty name counts as none, as in Go.
        if let Some(name) = extensions.name.as_ref().filter(|name| !name.is_empty()) {
            self.path.clone_from(name);
        }
        if let Some(link) = extensions.link.as_ref().filter(|link| !link.is_empty()) {
            self.link.clone_from(link);
        }
        let header = self.clone();
        for record in extensions.pax.iter().flat_map(|pax| pax.records()) {
            self.extend(&record, &header)?;
        }
        // In these formats, the name in the header is generated.
        for record in extensions.pax.iter().flat_map(|pax| pax.records()) {
            if record.key == b"GNU.sparse.name" && !record.value.is_empty() {
                self.path = record.value.to_vec();
            }
        }
        Ok(self.with_plain_type())
    }

    /// Applies one record. An empty value cancels earlier records of its key, except for an extended attribute, whose value
    /// may be empty.
    fn extend(&mut self, record: &Record<'_>, header: &Self) -> io::Result<()> {
        let (key, value) = (record.key, record.value);
        if let Some(name) = key.strip_prefix(XATTR) {
            self.xattrs.insert(name.to_vec(), value.to_vec());
            return Ok(());
        }
        if let Some(name) = key.strip_prefix(LIBARCHIVE_XATTR) {
            let value = BASE64.decode(value).map_err(|_| impossible(record))?;
            // If both records exist, `SCHILY.xattr.` is used, since it has the bytes without an encoding.
            self.xattrs.entry(unescaped(name)).or_insert(value);
            return Ok(());
        }
        if value.is_empty() {
            match key {
                b"path" => self.path.clone_from(&header.path),
                b"linkpath" => self.link.clone_from(&header.link),
                b"size" => self.size = header.size,
                b"uid" => self.uid = header.uid,
                b"gid" => self.gid = header.gid,
                b"uname" => self.uname.clone_from(&header.uname),
                b"gname" => self.gname.clone_from(&header.gname),
                b"mtime" => self.mtime.clone_from(&header.mtime),
                _ => {}
            }
            return Ok(());
        }
        match key {
            b"path" => self.path = value.to_vec(),
            b"linkpath" => self.link = value.to_vec(),
            b"size" => self.size = whole(record)?,
            b"uid" => self.uid = whole(record)?,
            b"gid" => self.gid = whole(record)?,
            b"uname" => self.uname = value.to_vec(),
            b"gname" => self.gname = value.to_vec(),
            b"mtime" => self.mtime = seconds(value).ok_or_else(|| impossible(record))?,
            b"SCHILY.devmajor" => {
                let major = whole(record)?;
                self.device = self.device.map(|(_, minor)| (major, minor));
            }
            b"SCHILY.devminor" => {
                let minor = whole(record)?;
                self.device = self.device.map(|(major, _)| (major, minor));
            }
            b"GNU.sparse.realsize" | b"GNU.sparse.size" => self.real_size = Some(whole(record)?),
            _ => {}
        }
        Ok(())
    }

    /// Sets the type of a member with an old header, in which only the name tells a directory from a file.
    fn with_plain_type(mut self) -> Self {
        if self.typeflag == 0 {
            self.typeflag = if self.path.ends_with(b"/") { b'5' } else { b'0' };
        }
        self
    }
}

/// A number that consists of digits alone.
fn whole<N: TryFrom<u64>>(record: &Record<'_>) -> io::Result<N> {
    let digits = str::from_utf8(record.value).ok().filter(|value| is_digits(value));
    let number = digits.and_then(|digits| digits.parse().ok());
    number.and_then(|number: u64| number.try_into().ok()).ok_or_else(|| impossible(record))
}

/// Seconds with any fraction. As for Go, no digits have to stand behind the point.
fn seconds(value: &[u8]) -> Option<SecondsSince1970> {
    let value = str::from_utf8(value).ok()?;
    SecondsSince1970::parse(value.strip_suffix('.').unwrap_or(value)).ok()
}

/// A name without its escapes, such as `%3D` for `=`.
fn unescaped(name: &[u8]) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(name.len()), name);
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        let escaped =
            digits.filter(|digits| *first == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    bytes
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn impossible(record: &Record<'_>) -> io::Error {
    let (key, value) = (quoted(record.key), quoted(record.value));
    TarProblem::new(
        record.offset,
        format!("the PAX record {key} has the value {value}, which it cannot have"),
    )
}
