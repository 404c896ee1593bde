//! The entries that the `tar` crate, a reader by other people, finds in a tar.

use std::collections::BTreeMap;
use std::io::Read;

pub use ::tar::EntryType;

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the header's fields")]
pub struct TarEntry {
    pub kind: EntryType,
    pub name: String,
    pub link: Option<String>,
    pub mode: u32,
    pub uid: u64,
    pub gid: u64,
    pub uname: String,
    pub gname: String,
    pub mtime: i64,
    /// The time with its fraction, as the PAX record has it.
    pub fractional: Option<String>,
    pub device: Option<(u32, u32)>,
    pub xattrs: BTreeMap<String, Vec<u8>>,
    pub content: Vec<u8>,
}

/// The entries of a tar, with what PAX records say of them.
pub fn read_tar(tar: &[u8]) -> Vec<TarEntry> {
    let mut archive = ::tar::Archive::new(tar);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut pax = BTreeMap::new();
        for record in entry.pax_extensions().unwrap().into_iter().flatten() {
            let record = record.unwrap();
            pax.insert(record.key().unwrap().to_owned(), record.value_bytes().to_vec());
        }
        let text = |bytes: &[u8]| str::from_utf8(bytes).unwrap().to_owned();
        let record = |key: &str| pax.get(key).map(|value| text(value));
        let number = |key: &str| record(key).map(|value| value.parse::<i128>().unwrap());
        let fractional = record("mtime").filter(|time| time.contains('.'));
        let header = entry.header();
        let kind = header.entry_type();
        let is_device = matches!(kind, EntryType::Char | EntryType::Block);
        let device = || (header.device_major().unwrap().unwrap(), header.device_minor().unwrap().unwrap());
        let xattrs = pax
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix("SCHILY.xattr.")?.to_owned(), value.clone())));
        let mut read = TarEntry {
            kind,
            name: text(&entry.path_bytes()),
            link: entry.link_name_bytes().map(|link| text(&link)),
            mode: header.mode().unwrap(),
            uid: number("uid").map_or_else(|| header.uid().unwrap(), |uid| uid.try_into().unwrap()),
            gid: number("gid").map_or_else(|| header.gid().unwrap(), |gid| gid.try_into().unwrap()),
            uname: record("uname").unwrap_or_else(|| text(header.username_bytes().unwrap())),
            gname: record("gname").unwrap_or_else(|| text(header.groupname_bytes().unwrap())),
            mtime: match &fractional {
                Some(time) => floor(time),
                None => number("mtime").unwrap_or_else(|| header.mtime().unwrap().into()).try_into().unwrap(),
            },
            fractional,
            device: is_device.then(device),
            xattrs: xattrs.collect(),
            content: Vec::new(),
        };
        entry.read_to_end(&mut read.content).unwrap();
        read
    });
    entries.collect()
}

/// The whole seconds before a time.
fn floor(time: &str) -> i64 {
    let (whole, fraction) = time.split_once('.').unwrap();
    let is_between = time.starts_with('-') && fraction.contains(|digit| digit != '0');
    whole.parse::<i64>().unwrap() - i64::from(is_between)
}
