//! A label: a node that stands at several places, or whose digest is mentioned.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::declared::{Edge, IntoEdge, Parent};
use crate::part::Part;
use crate::text::{Property, Text};

/// A node with a name, so that it can stand at several places, and its digest in texts.
///
/// Putting it into a parent puts the node there, with its reference and its descriptor;
/// [`again`](Self::again) is the node alone, for further parents. However often it stands somewhere, it is one blob.
///
/// ```
/// use oci_fixture::{Fixture, Index, Label, Layer, Manifest, Text};
///
/// let base = Label::new("base", Layer::new().with(("etc/name", "base")));
/// let amd64 = Label::new("amd64", Manifest::new().with(&base));
/// let fixture = Fixture::new().with(
///     Index::new()
///         .with(&amd64)
///         .with(Manifest::new().platform("linux/arm64").with(base.again()))
///         .annotations([("first", amd64.digest())]),
/// );
/// let layout = fixture.tempdir()?;
/// assert_eq!(layout.label("amd64")?.layers()?[0].digest(), layout.label("base")?.digest());
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Debug)]
pub struct Label<T> {
    edge: Edge,
    of: PhantomData<fn() -> T>,
}

impl<T> Label<T> {
    /// Names a node: an [`Index`](crate::Index), a [`Manifest`](crate::Manifest), a [`Config`](crate::Config), a
    /// [`Layer`](crate::Layer), a [`Blob`](crate::Blob) or a dangling [`Descriptor`](crate::Descriptor).
    pub fn new(name: &str, node: T) -> Self
    where
        T: IntoEdge,
    {
        let mut edge = node.into_edge();
        if let Some(node) = Arc::get_mut(&mut edge.node) {
            node.set_label(name);
        }
        Self { edge, of: PhantomData }
    }

    /// The same node for another parent, without the reference and the descriptor of its first.
    pub fn again(&self) -> Self {
        Self { edge: Edge::again(&self.edge.node), of: PhantomData }
    }

    /// How the parent refers to the node.
    pub fn descriptor(mut self, descriptor: crate::Descriptor) -> Self {
        self.edge.descriptor = Some(Box::new(descriptor));
        self
    }

    /// The node's digest, `sha256:HEX`.
    pub fn digest(&self) -> Text {
        Text::of(Edge::again(&self.edge.node), Property::Digest)
    }

    /// The node's digest without the algorithm.
    pub fn hex(&self) -> Text {
        Text::of(Edge::again(&self.edge.node), Property::Hex)
    }

    /// The node's size, in bytes.
    pub fn size(&self) -> Text {
        Text::of(Edge::again(&self.edge.node), Property::Size)
    }

    pub(crate) fn into_node(self) -> Edge {
        Edge::again(&self.edge.node)
    }
}

// Derived, it would ask for a node that can be cloned.
impl<T> Clone for Label<T> {
    fn clone(&self) -> Self {
        Self { edge: self.edge.clone(), of: PhantomData }
    }
}

/// A label fits where its node fits.
impl<P: Parent, T: Part<P>> Part<P> for Label<T> {
    fn add_to(self, parent: &mut P) {
        parent.push_edge(self.edge);
    }
}
