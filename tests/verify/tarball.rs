//! Tars that are made by hand, block by block.

use std::fmt::Write as _;

use oci_fixture::{Blob, Manifest};

use crate::{digest, found_at};

/// A tar that is made by hand.
#[derive(Default)]
pub(crate) struct Tarball(Vec<u8>);

/// A header with its body.
#[derive(Clone)]
pub(crate) struct Member {
    header: tar::Header,
    body: Vec<u8>,
}

impl Member {
    pub(crate) fn new(kind: u8, name: &str) -> Self {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(tar::EntryType::new(kind));
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(0);
        Self { header, body: Vec::new() }
    }

    pub(crate) fn file(name: &str) -> Self {
        Self::new(b'0', name)
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header.set_size(self.body.len() as u64);
        self
    }

    pub(crate) fn link(mut self, target: &str) -> Self {
        self.header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
        self
    }

    pub(crate) fn header(mut self, change: impl FnOnce(&mut tar::Header)) -> Self {
        change(&mut self.header);
        self
    }

    /// A PAX header of a type, with its records.
    pub(crate) fn pax(kind: u8, records: &[(&str, &str)]) -> Self {
        let mut body = String::new();
        for (key, value) in records {
            let rest = key.len() + value.len() + 3;
            let length = (rest..rest + 20).find(|length| rest + length.to_string().len() == *length).unwrap();
            writeln!(body, "{length} {key}={value}").unwrap();
        }
        Self::new(kind, "PaxHeaders.0/x").body(body)
    }
}

impl Tarball {
    pub(crate) fn with(mut self, mut member: Member) -> Self {
        member.header.set_cksum();
        self.0.extend_from_slice(member.header.as_bytes());
        self.0.extend_from_slice(&member.body);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    /// The bytes without the blocks at the end.
    pub(crate) fn open(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn end(self) -> Vec<u8> {
        [self.0, vec![0; 1024]].concat()
    }
}

/// The findings about a tar that is the only layer of an image.
pub(crate) fn found(tar: &[u8]) -> Vec<String> {
    let layer = Blob::new("application/vnd.oci.image.layer.v1.tar", tar).diff_id(digest(tar));
    found_at("index.json > manifests[0] > layers[0]", Manifest::new().with(layer))
}

/// The findings about the members of a tar, without those about its end.
pub(crate) fn found_of<const N: usize>(members: [Member; N]) -> Vec<String> {
    found(&members.into_iter().fold(Tarball::default(), Tarball::with).end())
}
