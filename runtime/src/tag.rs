//! A tag: one more name in index.json.

use std::marker::PhantomData;

use crate::declared::{Edge, Parent};
use crate::fixture::Fixture;
use crate::label::Label;
use crate::part::Part;
use crate::text::ToText;

/// One more name in index.json for a labelled node.
///
/// The name may mention the node itself: `sha256-HEX.sig` is how signatures are found that no `subject` leads to.
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
#[derive(Clone, Debug)]
#[must_use = "a tag does nothing until it is put into a fixture"]
pub struct Tag<T> {
    edge: Edge,
    of: PhantomData<fn() -> T>,
}

impl<T> Tag<T> {
    /// A name for the node.
    pub fn new(reference: impl ToText, node: &Label<T>) -> Self {
        let edge = Edge { reference: Some(reference.into_text()), ..node.clone().into_node() };
        Self { edge, of: PhantomData }
    }
}

impl<T: Part<Fixture>> Part<Fixture> for Tag<T> {
    fn add_to(self, fixture: &mut Fixture) {
        fixture.push_edge(self.edge);
    }
}
