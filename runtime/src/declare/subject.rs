//! A subject: the node to which an artifact belongs.

use std::fmt;

use crate::declare::context::Context;
use crate::declare::descriptor::{self, Descriptor};
use crate::declare::graph::{Edge, IntoEdge};
use crate::declare::label::Label;
use crate::json::Writer;

/// The node to which a manifest or an index belongs: a labelled node, or the [`Descriptor`] of a node that is not stored.
///
/// ```
/// use oci_fixture::{Blob, Fixture, Label, Manifest};
///
/// let image = Label::new("image", Manifest::new().reference("app:1"));
/// let sbom = Manifest::new().artifact_type("application/spdx+json").subject(&image);
/// Fixture::new().with(&image).with(sbom.with(Blob::new("application/spdx+json", "{}")));
/// ```
#[derive(Clone)]
pub struct Subject(pub(crate) Box<Edge>);

impl<T> From<Label<T>> for Subject {
    fn from(label: Label<T>) -> Self {
        Self(Box::new(label.into_node()))
    }
}

impl<T> From<&Label<T>> for Subject {
    fn from(label: &Label<T>) -> Self {
        label.clone().into()
    }
}

impl From<Descriptor> for Subject {
    fn from(descriptor: Descriptor) -> Self {
        Self(Box::new(descriptor.into_edge()))
    }
}

impl Subject {
    pub(crate) fn edge(&self) -> &Edge {
        &self.0
    }

    /// Writes the descriptor of the node.
    pub(crate) fn write<'s>(&'s self, out: &mut Writer, context: &Context<'s>) {
        if let Some(node) = context.sealed(&self.0) {
            descriptor::write(out, &self.0, node, &[], None, context);
        }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({:?})", self.0)
    }
}
