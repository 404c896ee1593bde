//! Nodes of any kind, and the calls that are the same for each kind.

use oci_fixture::{Blob, Config, Descriptor, Index, Label, Layer, Manifest, Part};

/// Makes the same call with the builder of any node.
macro_rules! of_any {
    ($any:expr, $name:ident => $body:expr) => {
        match $any {
            Any::Index($name) => $body,
            Any::Manifest($name) => $body,
            Any::Config($name) => $body,
            Any::Layer($name) => $body,
            Any::Blob($name) => $body,
            Any::Dangling($name) => $body,
        }
    };
}

/// Turns the builder of any node into another value for the same kind of node.
macro_rules! map_any {
    ($any:expr, $name:ident => $body:expr) => {
        match $any {
            Any::Index($name) => Any::Index($body),
            Any::Manifest($name) => Any::Manifest($body),
            Any::Config($name) => Any::Config($body),
            Any::Layer($name) => Any::Layer($body),
            Any::Blob($name) => Any::Blob($body),
            Any::Dangling($name) => Any::Dangling($body),
        }
    };
}

/// Puts a node of any kind into a parent.
macro_rules! put {
    ($made:expr, $add_to:ident, $parent:expr) => {
        match $made {
            Made::Node(node) => node.$add_to($parent),
            Made::Label(label) => label.$add_to($parent),
        }
    };
}

pub(super) use {map_any, of_any, put};

/// A value for a node of any kind.
#[derive(Clone)]
pub(crate) enum Any<I, M, C, L, B, D> {
    Index(I),
    Manifest(M),
    Config(C),
    Layer(L),
    Blob(B),
    Dangling(D),
}

/// A node of any kind.
pub(crate) type AnyNode = Any<Index, Manifest, Config, Layer, Blob, Descriptor>;

/// A label of any kind of node.
pub(super) type AnyLabel =
    Any<Label<Index>, Label<Manifest>, Label<Config>, Label<Layer>, Label<Blob>, Label<Descriptor>>;

/// A node without a label, or the label of a node.
pub(super) enum Made {
    Node(AnyNode),
    Label(AnyLabel),
}

impl<I, M, C, L, B, D> Any<I, M, C, L, B, D> {
    /// Puts the node into an index or the fixture.
    pub(super) fn add_to<P>(self, parent: &mut P)
    where
        I: Part<P>,
        M: Part<P>,
        C: Part<P>,
        B: Part<P>,
        D: Part<P>,
    {
        match self {
            Self::Index(index) => index.add_to(parent),
            Self::Manifest(manifest) => manifest.add_to(parent),
            Self::Config(config) => config.add_to(parent),
            Self::Blob(blob) => blob.add_to(parent),
            Self::Dangling(descriptor) => descriptor.add_to(parent),
            Self::Layer(_) => panic!("a layer outside of a manifest"),
        }
    }

    pub(super) fn add_to_manifest(self, manifest: &mut Manifest)
    where
        C: Part<Manifest>,
        L: Part<Manifest>,
        B: Part<Manifest>,
        D: Part<Manifest>,
    {
        match self {
            Self::Layer(layer) => manifest.push(layer),
            Self::Config(config) => manifest.push(config),
            Self::Blob(blob) => manifest.push(blob),
            Self::Dangling(descriptor) => manifest.push(descriptor),
            Self::Index(_) | Self::Manifest(_) => panic!("an image in a manifest"),
        }
    }
}
