//! What a member is: the fields of its header, and what extends them.

use std::collections::BTreeMap;
use std::io;

use super::header::quoted;
use super::{Extensions, Malformed, Record};

const XATTR: &[u8] = b"SCHILY.xattr.";

/// What a header says, or what it says together with what extends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) path: Vec<u8>,
    /// The target of a link.
    pub(crate) link: Vec<u8>,
    /// With what extends a header, that of an old one is `0`, or `5` where the path ends with `/`; it has 0 for both.
    pub(crate) typeflag: u8,
    /// As it stands there, with what more than permission bits there is.
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    /// Of what is in the tar, where the type has a body.
    pub(crate) size: u64,
    /// Whole seconds since 1970; a fraction is cut off towards the past.
    pub(crate) mtime: i64,
    /// The numbers, major and minor, of a device.
    pub(crate) device: Option<(u32, u32)>,
    /// What star, GNU tar and Go write as `SCHILY.xattr.`.
    pub(crate) xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The size of a sparse file with its holes.
    pub(crate) real_size: Option<u64>,
}

impl Fields {
    /// Whether a body of [`size`](Self::size) bytes follows, as POSIX has it; it is a link, a directory, a device or
    /// a pipe that has none.
    pub(crate) fn has_body(&self) -> bool {
        !matches!(self.typeflag, b'1'..=b'6')
    }

    /// These fields, where the extensions do not say otherwise.
    pub(super) fn extended(mut self, extensions: &Extensions) -> io::Result<Self> {
        // An empty one counts as none, as with Go.
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
        // Where the name in the header is one that was made up.
        for record in extensions.pax.iter().flat_map(|pax| pax.records()) {
            if record.key == b"GNU.sparse.name" && !record.value.is_empty() {
                self.path = record.value.to_vec();
            }
        }
        Ok(self.with_plain_type())
    }

    /// Takes what one record says. An empty value takes back what records before it said, but is the value of an
    /// extended attribute.
    fn extend(&mut self, record: &Record<'_>, header: &Self) -> io::Result<()> {
        let (key, value) = (record.key, record.value);
        if let Some(name) = key.strip_prefix(XATTR) {
            self.xattrs.insert(name.to_vec(), value.to_vec());
            return Ok(());
        }
        if value.is_empty() {
            match key {
                b"path" => self.path.clone_from(&header.path),
                b"linkpath" => self.link.clone_from(&header.link),
                b"size" => self.size = header.size,
                b"uid" => self.uid = header.uid,
                b"gid" => self.gid = header.gid,
                b"mtime" => self.mtime = header.mtime,
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

    /// An old header does not tell a directory from a file but by its name.
    fn with_plain_type(mut self) -> Self {
        if self.typeflag == 0 {
            self.typeflag = if self.path.ends_with(b"/") { b'5' } else { b'0' };
        }
        self
    }
}

/// A number of digits alone.
fn whole<N: TryFrom<u64>>(record: &Record<'_>) -> io::Result<N> {
    let digits = str::from_utf8(record.value).ok().filter(|value| is_digits(value));
    let number = digits.and_then(|digits| digits.parse().ok());
    number.and_then(|number: u64| number.try_into().ok()).ok_or_else(|| impossible(record))
}

/// Seconds with any fraction, of which the whole ones are kept.
fn seconds(value: &[u8]) -> Option<i64> {
    let value = str::from_utf8(value).ok()?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    if !is_digits(whole.strip_prefix('-').unwrap_or(whole)) || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let is_between = whole.starts_with('-') && fraction.bytes().any(|digit| digit != b'0');
    whole.parse::<i64>().ok()?.checked_sub(is_between.into())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn impossible(record: &Record<'_>) -> io::Error {
    let (key, value) = (quoted(record.key), quoted(record.value));
    Malformed::new(record.offset, format!("the PAX record {key} has the value {value}, which it cannot have"))
}
