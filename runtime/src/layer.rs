//! A layer: a tar of entries.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use oci_fixture_grammar::{Digest, eof, path};

use crate::content::{Content, ToContent};
use crate::context::Context;
use crate::declared::{Edge, IntoEdge, Kind};
use crate::digest::Hashed;
use crate::encoder::{Encoder, Gzip, Zstd};
use crate::entry::{self, Entry};
use crate::header::Header;
use crate::listing::{Listing, listed};
use crate::media_type;
use crate::member::Member;
use crate::part::Part;
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::seal::{Body, Encoded};
use crate::tar::Tar;
use crate::text::ToText;

/// A layer: its entries in the order in which they were added, and nothing else.
///
/// Its bytes are a tar ([layer
/// specification](https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md)), byte for byte as Go's
/// archive/tar writes it, and compressed where that is said; the media type says how.
///
/// ```
/// use oci_fixture::{Entry, Layer, Manifest};
///
/// let base = Layer::new().with(Entry::directory("bin/")).with(("bin/sh", "#!"));
/// Manifest::new().platform("linux/arm64").with(base);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a layer does nothing until it is put into a manifest"]
pub struct Layer(Box<Parts>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    members: Vec<Member>,
    /// How many blocks of zeros there are at the end; nothing for the two that there are to be.
    eof: Option<u8>,
    /// The bytes of the tar, instead of members and an end.
    raw: Option<Content>,
    encoder: Option<Encoder>,
    listing: Listing,
    /// The entries stand in the manifest itself, without a `layer` around them.
    pub(crate) bare: bool,
}

listed!(Layer, "Layer::new()");

impl Layer {
    /// A layer without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry: an [`Entry`], a [`Header`], or a pair of a path and the content of a file.
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }

    /// Compresses the tar: `layer.encoder(Gzip::level(9))`. An [`Encoder`] can be told to lie, too.
    pub fn encoder(mut self, encoder: impl Into<Encoder>) -> Self {
        self.0.encoder = Some(encoder.into());
        self
    }

    /// Compresses the tar as [`Gzip::stored`] does: the same bytes for ever.
    pub fn gzip(self) -> Self {
        self.encoder(Gzip::stored())
    }

    /// Compresses the tar as [`Zstd::stored`] does: the same bytes for ever.
    pub fn zstd(self) -> Self {
        self.encoder(Zstd::stored())
    }

    /// Ends the tar with so few blocks of zeros, 0 or 1, instead of 2.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(Layer::new().with(("a", "")).eof(0))).tempdir()?;
    /// assert_eq!(layout.platform("linux/amd64")?.layers()?[0].size(), 512);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn eof(mut self, blocks: u8) -> Self {
        self.0.eof = Some(blocks);
        self
    }

    /// Before sealing: these bytes are the tar, whatever they are. An encoder compresses them, and the `diff_id` is
    /// their digest. It excludes entries and `eof`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest};
    ///
    /// let image = Manifest::new().with(Layer::new().raw("")).with(Layer::new().raw("no tar").gzip());
    /// let layout = Fixture::new().with(image).tempdir()?;
    /// assert_eq!(layout.platform("linux/amd64")?.layers()?[0].size(), 0);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn raw(mut self, content: impl ToContent) -> Self {
        self.0.raw = Some(content.into_content());
        self
    }

    /// The layer that a manifest's bare entries are.
    pub(crate) fn bare(members: Vec<Member>) -> Self {
        Self(Box::new(Parts { members, bare: true, ..Parts::default() }))
    }
}

impl IntoEdge for Layer {
    fn into_edge(mut self) -> Edge {
        std::mem::take(&mut self.0.listing).edge(Kind::Layer(self.0))
    }
}

impl Part<Layer> for Entry {
    fn add_to(self, layer: &mut Layer) {
        layer.0.members.push(Member::Entry(self));
    }
}

impl Part<Layer> for Header {
    fn add_to(self, layer: &mut Layer) {
        layer.0.members.push(Member::Header(self));
    }
}

impl<P: ToText, C: ToContent> Part<Layer> for (P, C) {
    fn add_to(self, layer: &mut Layer) {
        layer.push(Entry::file(self.0, self.1));
    }
}

impl Parts {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if let Some(encoder) = &self.encoder {
            encoder.check()?;
        }
        self.check_tar()?;
        let mut seen = HashSet::with_capacity(self.members.len());
        let mut hidden = HashMap::new();
        for (number, member) in (1..).zip(&self.members) {
            member.check().map_err(|problem| problem.at(member.place(number)))?;
            let Some(entry) = checked(member) else { continue };
            if !seen.insert(key(entry.name())) {
                let problem = Problem::new("this path is twice in the layer; remove one of the two entries");
                return Err(problem.at(entry.place()));
            }
            if matches!(entry.kind, entry::Kind::Whiteout) {
                hidden.insert(path::key(entry.path.as_str()), entry);
            }
        }
        self.check_hidden(&hidden)
    }

    /// What is wrong with the tar as a whole.
    fn check_tar(&self) -> Result<(), Problem> {
        self.eof.map_or(Ok(()), eof::check)?;
        let Some(raw) = &self.raw else { return Ok(()) };
        if !self.members.is_empty() || self.eof.is_some() {
            let problem = "`raw` is the whole tar, so its entries and `eof` change nothing; remove them";
            return Err(Problem::new(problem));
        }
        raw.check_in_layer()
    }

    /// A whiteout and an entry at or below its path contradict each other: unpackers differ in which of them counts.
    fn check_hidden(&self, hidden: &HashMap<&str, &entry::Parts>) -> Result<(), Problem> {
        if hidden.is_empty() {
            return Ok(());
        }
        for entry in self.members.iter().filter_map(checked) {
            let name = key(entry.name());
            if let Some(whiteout) = path::and_above(&name).find_map(|path| hidden.get(path)) {
                let problem = Problem::new(format!(
                    "a whiteout takes effect on lower layers only, but this layer has {} too; remove one of the two",
                    entry.place()
                ));
                return Err(problem.at(whiteout.place()));
            }
        }
        Ok(())
    }

    /// What was declared that is not so: an entry that is unchecked or by hand is there once, however many there are.
    pub(crate) fn lies(&self) -> impl Iterator<Item = String> {
        let lies = [
            ("raw:", self.raw.is_some()),
            ("eof:", self.eof.is_some()),
            (
                "#[unchecked]",
                self.members.iter().filter_map(Member::entry).any(|entry| entry.parts().unchecked),
            ),
            ("entry", self.members.iter().any(|member| member.entry().is_none())),
        ];
        let lies = lies.into_iter().filter(|(_, said)| *said).map(|(name, _)| name.to_owned());
        lies.chain(self.encoder.iter().flat_map(Encoder::lies).map(|name| format!("{name}()")))
    }

    /// The entries; nothing where only the bytes tell what they are.
    pub(crate) fn entries(&self) -> Option<Vec<&Entry>> {
        if self.raw.is_some() {
            return None;
        }
        self.members.iter().map(Member::entry).collect()
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        let media_type = media_type::layer(context.is_docker(), self.encoder.as_ref());
        let body = Body::Layer(Tarball {
            tar: match &self.raw {
                Some(raw) => Tar::Raw(raw),
                None => Tar::of(&self.members, self.eof),
            },
            encoder: self.encoder.as_ref(),
            uncompressed: RefCell::default(),
            tapped: true,
        });
        Encoded { media_type, body, platform: None, artifact_type: None }
    }
}

/// An entry whose path is held against those of others.
fn checked(member: &Member) -> Option<&entry::Parts> {
    member.entry().map(Entry::parts).filter(|entry| !entry.unchecked)
}

/// What an entry is in its layer.
fn key(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(name) => path::key(name).into(),
        Cow::Owned(name) => path::key(&name).to_owned().into(),
    }
}

/// The bytes of a layer: a tar, compressed or not.
pub(crate) struct Tarball<'n> {
    /// What is compressed.
    pub(crate) tar: Tar<'n>,
    encoder: Option<&'n Encoder>,
    /// The digest and the size of the tar, after a run in which it was compressed.
    uncompressed: RefCell<Option<(Digest, u64)>>,
    /// They are not known yet.
    tapped: bool,
}

impl Tarball<'_> {
    /// The same, for once more: nobody asks for the digest and the size of the tar again.
    pub(crate) fn untapped(self) -> Self {
        Self { tapped: false, ..self }
    }

    /// The digest and the size of the tar, where those are not the digest and the size of the bytes.
    pub(crate) fn uncompressed(&self) -> Option<(Digest, u64)> {
        self.uncompressed.borrow().clone()
    }
}

impl Recipe for Tarball<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.encoder {
            Some(encoder) if self.tapped => {
                encoder.encode(&Tapped { tar: &self.tar, hashed: &self.uncompressed }, out)
            }
            Some(encoder) => encoder.encode(&self.tar, out),
            None => self.tar.write_to(out),
        }
    }
}

/// A tar whose digest and size are kept when it is made.
struct Tapped<'n> {
    tar: &'n Tar<'n>,
    hashed: &'n RefCell<Option<(Digest, u64)>>,
}

impl Recipe for Tapped<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut hashed = Hashed::default();
        self.tar.write_to(&mut Tee { hashed: &mut hashed, out })?;
        self.hashed.replace(Some(hashed.finish()));
        Ok(())
    }

    /// It takes no digest.
    fn size(&self) -> io::Result<u64> {
        self.tar.size()
    }
}

/// Hashes what it passes on.
struct Tee<'w> {
    hashed: &'w mut Hashed,
    out: &'w mut dyn Write,
}

impl Write for Tee<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hashed.write(bytes.get(..written).unwrap_or(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
