//! What can be put into what.

use crate::blob::Blob;
use crate::config::Config;
use crate::declared::{IntoEdge, Parent};
use crate::descriptor::Descriptor;
use crate::fixture::Fixture;
use crate::index::Index;
use crate::layer::Layer;
use crate::manifest::Manifest;

/// Values that can be put into a parent `P` with its methods `push` and `with`.
///
/// | parent | parts |
/// |---|---|
/// | [`Fixture`](crate::Fixture) | what fits in an [`Index`](crate::Index), and a [`Tag`](crate::Tag) |
/// | [`Index`](crate::Index) | [`Index`](crate::Index), [`Manifest`](crate::Manifest), [`Config`](crate::Config), [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor) |
/// | [`Manifest`](crate::Manifest) | [`Layer`](crate::Layer), [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor), [`Config`](crate::Config), [`Entry`](crate::Entry), [`Header`](crate::Header), a pair of a path and a content |
/// | [`Layer`](crate::Layer) | [`Entry`](crate::Entry), [`Header`](crate::Header), a pair of a path and a content |
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
    message = "`{Self}` cannot be put into `{P}`",
    label = "this is not a part of `{P}`"
)]
pub trait Part<P> {
    /// Adds the value to its parent, after what that already holds.
    fn add_to(self, parent: &mut P);
}

impl<P, T: Part<P> + Clone> Part<P> for &T {
    fn add_to(self, parent: &mut P) {
        self.clone().add_to(parent);
    }
}

macro_rules! fits {
    ($($node:ty => $($parent:ty),+;)+) => {$($(
        impl Part<$parent> for $node {
            fn add_to(self, parent: &mut $parent) {
                parent.push_edge(self.into_edge());
            }
        }
    )+)+};
}
fits! {
    Index => Fixture, Index;
    Manifest => Fixture, Index;
    Config => Fixture, Index, Manifest;
    Blob => Fixture, Index, Manifest;
    Descriptor => Fixture, Index, Manifest;
    Layer => Manifest;
}
