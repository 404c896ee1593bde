//! A subject: what an artifact is about.

use crate::context::Context;
use crate::declared::{Edge, IntoEdge};
use crate::descriptor::{self, Descriptor};
use crate::json::Json;
use crate::label::Label;

/// What a manifest or an index is about: a labelled node, or a [`Descriptor`] of one that is not there.
///
/// ```
/// use oci_fixture::{Blob, Fixture, Label, Manifest};
///
/// let image = Label::new("image", Manifest::new().reference("app:1"));
/// let sbom = Manifest::new().artifact_type("application/spdx+json").subject(&image);
/// Fixture::new().with(&image).with(sbom.with(Blob::new("application/spdx+json", "{}")));
/// ```
#[derive(Clone, Debug)]
pub struct Subject(Box<Edge>);

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

    pub(crate) fn json<'s>(&'s self, context: &Context<'s>) -> Option<Json<'s>> {
        let node = context.sealed(&self.0)?;
        Some(descriptor::json(&self.0, node, Vec::new(), None, context))
    }
}
