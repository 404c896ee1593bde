//! A tag: a further name in index.json.

use std::fmt;
use std::marker::PhantomData;

use crate::declare::fixture::Fixture;
use crate::declare::graph::{Edge, Parent};
use crate::declare::label::Label;
use crate::declare::part::Part;
use crate::declare::text::ToText;

/// A further name in index.json for a labelled node.
///
/// The name may hold the digest of the node itself: clients without the referrers API find signatures by the tag
/// `sha256-HEX.sig`.
///
/// ```
/// use oci_fixture::{Fixture, Label, Manifest, Tag};
///
/// let image = Label::new("image", Manifest::new().reference("app:1.2"));
/// let fixture = Fixture::new().with(&image).with(Tag::new("app:1", &image)).with(Tag::new("app", &image));
/// let layout = fixture.tempdir()?;
/// assert_eq!(layout.reference("app:1")?.digest(), layout.reference("app:1.2")?.digest());
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a tag does nothing until it is put into a fixture"]
pub struct Tag<T> {
    edge: Edge,
    of: PhantomData<fn() -> T>,
}

impl<T> Tag<T> {
    /// Names the node by a reference.
    pub fn new(reference: impl ToText, node: &Label<T>) -> Self {
        let mut edge = node.clone().into_node();
        edge.listing.reference = Some(reference.into_text());
        Self { edge, of: PhantomData }
    }

    /// Sets how this entry of index.json refers to the node.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Fixture, Label, Manifest, Tag};
    ///
    /// let image = Label::new("image", Manifest::new().reference("app:1.2"));
    /// let moving = Descriptor::new().annotations([("org.example.moves", "yes")]);
    /// let layout = Fixture::new().with(&image).with(Tag::new("app:1", &image).descriptor(moving)).in_memory()?;
    /// let annotations = layout.reference("app:1")?.descriptor().annotations().clone();
    /// assert_eq!(annotations.unwrap()["org.example.moves"], "yes");
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn descriptor(mut self, descriptor: crate::Descriptor) -> Self {
        self.edge.listing.descriptor = Some(Box::new(descriptor));
        self
    }
}

impl<T: Part<Fixture>> Part<Fixture> for Tag<T> {
    fn add_to(self, fixture: &mut Fixture) {
        fixture.push_edge(self.edge);
    }
}

impl<T> fmt::Debug for Tag<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({:?})", self.edge)
    }
}
