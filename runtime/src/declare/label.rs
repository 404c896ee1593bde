//! A label: the name of a node, by which the node can have several parents and its digest can be mentioned.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::declare::content::Content;
use crate::declare::graph::{Edge, IntoEdge, Parent};
use crate::declare::part::Part;
use crate::declare::text::{Property, Text};
use crate::declare::value::Value;

/// A node with a name. It can have several parents, and texts can mention its digest and its size.
///
/// Putting a label into a parent puts the node there, with its reference and its descriptor. [`again`](Self::again)
/// gives the node alone, for further parents. The node is stored as one blob, however many parents it has.
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

    /// The node for another parent, without the reference and the descriptor of the first.
    pub fn again(&self) -> Self {
        Self { edge: Edge::again(&self.edge.node), of: PhantomData }
    }

    /// Sets how this parent refers to the node.
    pub fn descriptor(mut self, descriptor: crate::Descriptor) -> Self {
        self.edge.listing.descriptor = Some(Box::new(descriptor));
        self
    }

    /// The node's digest, `sha256:HEX`.
    pub fn digest(&self) -> Text {
        Text::of(Edge::again(&self.edge.node), Property::Digest)
    }

    /// The hexadecimal part of the node's digest.
    pub fn hex(&self) -> Text {
        Text::of(Edge::again(&self.edge.node), Property::Hex)
    }

    /// The node's size: the number of bytes. It is a number in JSON, and in a numeric field of a
    /// [`Header`](crate::Header); elsewhere it is text.
    ///
    /// ```
    /// use oci_fixture::{Blob, Content, Fixture, Label, Value};
    ///
    /// let four = Label::new("four", Blob::new("text/plain", "four"));
    /// let sizes = Content::json(Value::new([four.size() + 1, four.size() - 5 + "!"]));
    /// let layout = Fixture::new().with(&four).with(Blob::new("application/json", sizes)).in_memory()?;
    /// assert_eq!(*layout.nodes()?[1].bytes()?, *br#"[5,"-1!"]"#);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn size(&self) -> Text {
        Text::of(Edge::again(&self.edge.node), Property::Size)
    }

    /// The digest of a layer's tar before compression; of a [`Blob`](crate::Blob), what its `diff_id` says. For a node that
    /// has none, it is the digest of its bytes.
    ///
    /// ```
    /// use oci_fixture::{Blob, Fixture, Label, Layer, Manifest};
    ///
    /// let layer = Label::new("layer", Layer::new().gzip());
    /// let image = Manifest::new().with(&layer).annotations([("diff_id", layer.diff_id())]);
    /// let annotations = Fixture::new().with(image).in_memory()?.platform("linux/amd64")?.manifest()?.annotations().clone();
    /// let tar = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
    /// assert_eq!(annotations.unwrap()["diff_id"], tar);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn diff_id(&self) -> Text {
        Text::of(Edge::again(&self.edge.node), Property::DiffId)
    }

    /// The node's bytes before its faults, as the content of another node or of a file in a layer. They are made when they
    /// are written, and are not held in memory. A dangling descriptor has no bytes, which is an error when the fixture is
    /// written.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Index, Label, Manifest};
    ///
    /// let inner = Label::new("inner", Manifest::new().with(("a", "b")));
    /// let outer = Manifest::new().platform("linux/arm64").with(("manifest.json", inner.bytes()));
    /// let layout = Fixture::new().with(Index::new().with(&inner).with(outer)).in_memory()?;
    /// let copy = layout.platform("linux/arm64")?.layers()?[0].file("manifest.json")?;
    /// assert_eq!(copy, *layout.label("inner")?.bytes()?);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn bytes(&self) -> Content {
        Content::of_node(Edge::again(&self.edge.node))
    }

    /// The node's descriptor as an index lists it: with its platform, but without what a parent's
    /// [`descriptor`](Self::descriptor) says of it.
    ///
    /// ```
    /// use oci_fixture::{Blob, Content, Fixture, Label, Value};
    ///
    /// let text = Label::new("text", Blob::new("text/plain", "text"));
    /// let list = Content::json(Value::new([text.descriptor_json()]));
    /// let layout = Fixture::new().with(&text).with(Blob::new("application/json", list)).in_memory()?;
    /// let digest = "sha256:982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";
    /// let descriptor = format!(r#"[{{"mediaType":"text/plain","digest":"{digest}","size":4}}]"#);
    /// assert_eq!(*layout.nodes()?[1].bytes()?, *descriptor.as_bytes());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn descriptor_json(&self) -> Value {
        Value::descriptor(Edge::again(&self.edge.node))
    }

    pub(crate) fn into_node(self) -> Edge {
        Edge::again(&self.edge.node)
    }
}

// A derived `Clone` would require `T: Clone`.
impl<T> Clone for Label<T> {
    fn clone(&self) -> Self {
        Self { edge: self.edge.clone(), of: PhantomData }
    }
}

/// A label fits into every parent into which its node fits.
impl<P: Parent, T: Part<P>> Part<P> for Label<T> {
    fn add_to(self, parent: &mut P) {
        parent.push_edge(self.edge);
    }
}

impl<T> fmt::Debug for Label<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Label({:?})", self.edge)
    }
}
