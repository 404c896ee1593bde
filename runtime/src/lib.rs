//! The runtime of `oci-fixture`: a declaration of OCI images, encoded, sealed and stored.
//!
//! Whatever `oci_image!` can say, plain Rust can say with these types: a [`Fixture`] holds [`Index`]es and
//! [`Manifest`]s, those hold [`Layer`]s and a [`Config`], and layers hold [`Entry`]s. Use them through the crate
//! `oci-fixture`, which re-exports all of them.
//!
//! A blob's way is one straight line: declare → encode → seal → store. Each noun encodes itself; `seal` puts what it
//! made under its digest; `store` keeps it.

mod config;
mod content;
mod declared;
mod descriptor;
mod digest;
mod entry;
mod error;
mod fixture;
mod index;
mod json;
mod layer;
mod layout;
mod manifest;
mod media_type;
mod node;
mod part;
mod plan;
pub mod platform;
mod problem;
mod recipe;
mod seal;
mod store;
mod tar;
mod text;
mod tree;

pub use oci_fixture_grammar::{Digest, Platform, Reference};
pub use oci_spec;

pub use self::config::Config;
pub use self::content::{Content, ToContent};
pub use self::entry::Entry;
pub use self::error::{Error, ErrorKind, Result};
pub use self::fixture::Fixture;
pub use self::index::Index;
pub use self::layer::Layer;
pub use self::layout::{Blobs, Layout};
pub use self::manifest::Manifest;
pub use self::node::Node;
pub use self::part::Part;
pub use self::platform::ToPlatform;
pub use self::store::{Directory, Store, TempDir};
pub use self::text::{Text, ToText};
