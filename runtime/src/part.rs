//! What can be put into what.

/// Values that can be put into a `Parent` with its methods `push` and `with`.
///
/// | parent | parts |
/// |---|---|
/// | [`Fixture`](crate::Fixture) | what fits in an [`Index`](crate::Index), and a [`Tag`](crate::Tag) |
/// | [`Index`](crate::Index) | [`Index`](crate::Index), [`Manifest`](crate::Manifest), [`Config`](crate::Config), [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor) |
/// | [`Manifest`](crate::Manifest) | [`Layer`](crate::Layer), [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor), [`Config`](crate::Config), [`Entry`](crate::Entry), a pair of a path and a content |
/// | [`Layer`](crate::Layer) | [`Entry`](crate::Entry), a pair of a path and a content |
///
/// A [`Label`](crate::Label) fits where its node fits, and a reference to a part is put in as a copy.
///
/// Implement it for a type of your own to put that type into a fixture:
///
/// ```
/// use oci_fixture::{Entry, Layer, Part};
///
/// struct Script(&'static str);
///
/// impl Part<Layer> for Script {
///     fn add_to(self, layer: &mut Layer) {
///         layer.push(Entry::directory("bin/"));
///         layer.push(Entry::file("bin/run", self.0).mode(0o755));
///     }
/// }
/// Layer::new().with(Script("#!/bin/sh"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put into `{Parent}`",
    label = "this is not a part of `{Parent}`"
)]
pub trait Part<Parent> {
    /// Adds the value to its parent, after what that already holds.
    fn add_to(self, parent: &mut Parent);
}

impl<Parent, T: Part<Parent> + Clone> Part<Parent> for &T {
    fn add_to(self, parent: &mut Parent) {
        self.clone().add_to(parent);
    }
}
