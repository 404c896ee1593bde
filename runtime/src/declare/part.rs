//! Parts: which values can be put into which builder.

use std::borrow::Cow;

use crate::declare::blob::Blob;
use crate::declare::config::Config;
use crate::declare::descriptor::Descriptor;
use crate::declare::fixture::Fixture;
use crate::declare::graph::{IntoEdge, Parent};
use crate::declare::index::Index;
use crate::declare::layer::Layer;
use crate::declare::layer::entry::Entry;
use crate::declare::manifest::Manifest;
use crate::declare::text::Text;

/// Values that can be put into a parent `P` with its methods `push` and `with`.
///
/// | parent | parts |
/// |---|---|
/// | [`Fixture`](crate::Fixture) | what fits in an [`Index`](crate::Index), and a [`Tag`](crate::Tag) |
/// | [`Index`](crate::Index) | [`Index`](crate::Index), [`Manifest`](crate::Manifest), [`Config`](crate::Config), [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor) |
/// | [`Manifest`](crate::Manifest) | [`Layer`](crate::Layer), [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor), [`Config`](crate::Config), [`Entry`](crate::Entry), [`Header`](crate::Header), a pair of a path and a content |
/// | [`Layer`](crate::Layer) | [`Entry`](crate::Entry), [`Header`](crate::Header), a pair of a path and a content |
///
/// A [`Label`](crate::Label) fits into every parent into which its node fits, and a reference to a part is put in as a copy.
///
/// Implement the trait for a type of your own to put values of that type into a fixture:
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
    /// Adds the value to its parent, behind the parts that the parent already holds.
    fn add_to(self, parent: &mut P);
}

/// Anything that can be iterated over, which `..` of the language takes: lists, maps, options, and adapters such as `map`.
///
/// It is implemented for everything that implements `IntoIterator`, and for nothing else.
///
/// ```
/// use oci_fixture::{Layer, Manifest, Parts};
///
/// fn image(layers: impl Parts<Layer>) -> Manifest {
///     let mut image = Manifest::new();
///     image.splice(layers);
///     image
/// }
/// image(vec![Layer::new()]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of parts; write `..[VALUE]` for a single part",
    label = "this cannot be iterated over"
)]
pub trait Parts<T> {
    /// Calls `into_iter`.
    fn into_parts(self) -> impl Iterator<Item = T>;
}

// Otherwise rustc would say only that the value is not an iterator.
#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item = T>> Parts<T> for I {
    fn into_parts(self) -> impl Iterator<Item = T> {
        self.into_iter()
    }
}

// Otherwise rustc would name both bounds, in two errors.
#[diagnostic::do_not_recommend]
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

/// The parts of a builder that are entries of a tar, which it collects as `members`.
macro_rules! takes_entries {
    ($builder:ident) => {
        impl Part<$builder> for Entry {
            fn add_to(self, parent: &mut $builder) {
                parent.0.members.push(LayerMember::Entry(self));
            }
        }

        impl Part<$builder> for Header {
            fn add_to(self, parent: &mut $builder) {
                parent.0.members.push(LayerMember::Header(self));
            }
        }

        #[cfg(feature = "text")]
        impl Part<$builder> for crate::declare::layer::LayerMembers {
            fn add_to(self, parent: &mut $builder) {
                parent.0.members.append(&self);
            }
        }

        impl<P: ToPath, C: ToContent> Part<$builder> for (P, C) {
            fn add_to(self, parent: &mut $builder) {
                parent.push(Entry::file(self.0, self.1));
            }
        }

        crate::declare::part::pushes_entries! {
            $builder:
            file(path: ToPath, content: ToContent);
            directory(path: ToPath);
            symlink(path: ToPath, target: ToPath);
            hardlink(path: ToPath, target: ToPath);
            whiteout(path: ToPath);
            opaque(path: ToPath);
            fifo(path: ToPath);
        }
    };
}

/// The calls of the macro for entries of literals without attributes, which cost rustc less than a `push`.
macro_rules! pushes_entries {
    ($builder:ident: $($kind:ident($($argument:ident: $takes:ident),+);)+) => {
        #[doc(hidden)]
        impl $builder {$(
            pub fn $kind(&mut self, $($argument: impl $takes),+) {
                self.push(Entry::$kind($($argument),+));
            }
        )+}
    };
}

/// An item that stands alone in the block of a parent `P`, as `(EXPRESSION)` does in `oci_image!`: a [`Part`], or in a [`Layer`] and
/// a [`Manifest`] a text, which is the path of a directory.
///
/// ```
/// use oci_fixture::Layer;
///
/// let mut layer = Layer::new();
/// layer.put("etc/");
/// layer.put(("etc/name", "content"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand alone in `{P}`",
    label = "this is not a part of `{P}`",
    note = "a value in parentheses is one part; for a list of parts, write `..VALUE`"
)]
pub trait Alone<P> {
    /// Adds the value to its parent, behind the parts that the parent already holds.
    fn add_alone_to(self, parent: &mut P);
}

impl<P, T: Part<P>> Alone<P> for T {
    fn add_alone_to(self, parent: &mut P) {
        self.add_to(parent);
    }
}

macro_rules! directories {
    ($($text:ty),+) => {$(
        impl Alone<Layer> for $text {
            fn add_alone_to(self, parent: &mut Layer) {
                parent.push(Entry::directory(self));
            }
        }

        impl Alone<Manifest> for $text {
            fn add_alone_to(self, parent: &mut Manifest) {
                parent.push(Entry::directory(self));
            }
        }
    )+};
}
directories!(&str, &&str, String, &String, Cow<'_, str>, &Cow<'_, str>, Box<str>, &Box<str>, Text, &Text);

pub(crate) use {pushes_entries, takes_entries};
