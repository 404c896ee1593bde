//! A layer: a tar of entries.

use std::collections::HashSet;

use oci_fixture_grammar::path;

use crate::content::ToContent;
use crate::declared::{Declared, Edge};
use crate::entry::Entry;
use crate::media_type;
use crate::part::Part;
use crate::problem::Problem;
use crate::seal::{Body, Encoded};
use crate::tar::Tar;
use crate::text::ToText;

/// A layer: its entries in the order in which they were added, and nothing else.
///
/// Its bytes are an uncompressed tar, of the media type `application/vnd.oci.image.layer.v1.tar` ([layer
/// specification](https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md)), byte for byte as Go's
/// archive/tar writes it.
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
    pub(crate) entries: Vec<Entry>,
    /// The entries stand in the manifest itself, without a `layer` around them.
    pub(crate) bare: bool,
}

impl Layer {
    /// A layer without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry: an [`Entry`], or a pair of a path and the content of a file.
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }

    /// The layer that a manifest's bare entries are.
    pub(crate) fn bare(entries: Vec<Entry>) -> Self {
        Self(Box::new(Parts { entries, bare: true }))
    }

    pub(crate) fn into_edge(self) -> Edge {
        Edge::new(Declared::Layer(*self.0))
    }
}

impl Part<Layer> for Entry {
    fn add_to(self, layer: &mut Layer) {
        layer.0.entries.push(self);
    }
}

impl<P: ToText, C: ToContent> Part<Layer> for (P, C) {
    fn add_to(self, layer: &mut Layer) {
        layer.push(Entry::file(self.0, self.1));
    }
}

impl Parts {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let mut seen = HashSet::with_capacity(self.entries.len());
        for entry in &self.entries {
            let name = entry.parts().path.as_str();
            entry.check().map_err(|invalid| Problem::from(invalid).at(format!("{name:?}")))?;
            if !seen.insert(path::key(name)) {
                let problem = Problem::new("this path is twice in the layer; remove one of the two entries");
                return Err(problem.at(format!("{name:?}")));
            }
        }
        Ok(())
    }

    pub(crate) fn encode(&self) -> Encoded<'_> {
        Encoded { media_type: media_type::LAYER, body: Body::Layer(Tar(&self.entries)), platform: None }
    }
}
