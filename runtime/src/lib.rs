//! The runtime of `oci-fixture`: a declaration of OCI images, encoded, sealed and stored.
//!
//! Whatever `oci_image!` can say, plain Rust can say with these types: a [`Fixture`] holds [`Index`]es and
//! [`Manifest`]s, those hold [`Layer`]s and a [`Config`], and layers hold [`Entry`]s. Use them through the crate
//! `oci-fixture`, which re-exports all of them.
//!
//! A blob's way is one straight line: declare → encode → seal → store. Each noun encodes itself; `seal` puts what it
//! made under its digest; `store` keeps it.

mod archive;
mod blob;
mod choice;
mod config;
mod content;
mod context;
mod declaration;
mod declared;
#[allow(dead_code, reason = "what judges a layer asks for more than what reads it")]
mod decoder;
mod descriptor;
mod digest;
mod docker_archive;
mod edits;
mod encoder;
mod entry;
mod error;
mod fault;
mod field;
mod fixture;
mod header;
mod history;
mod index;
mod json;
mod label;
mod layer;
mod layer_entry;
mod layout;
mod links;
mod listing;
mod manifest;
mod map;
mod media_type;
mod member;
mod names;
mod node;
mod output;
mod part;
mod plan;
pub mod platform;
mod problem;
mod recipe;
mod seal;
mod sealing;
mod store;
mod subject;
mod tag;
mod tar;
mod text;
mod tree;
mod value;
mod verify;
mod walk;
mod xxh64;

pub use oci_fixture_grammar::{Digest, Platform, Reference};
pub use oci_spec;

pub use self::blob::Blob;
pub use self::config::Config;
pub use self::content::{Content, ToContent};
pub use self::descriptor::{Descriptor, ToData};
pub use self::docker_archive::DockerArchive;
pub use self::encoder::{Encoder, Gzip, Plain, Zstd};
pub use self::entry::Entry;
pub use self::error::{Error, ErrorKind, Result};
pub use self::field::ToField;
pub use self::fixture::Fixture;
pub use self::header::Header;
pub use self::history::History;
pub use self::index::Index;
pub use self::label::Label;
pub use self::layer::Layer;
pub use self::layer_entry::{LayerEntry, LayerEntryKind};
pub use self::layout::{Blobs, Layout};
pub use self::manifest::Manifest;
pub use self::node::Node;
pub use self::part::Part;
pub use self::platform::ToPlatform;
pub use self::store::{Archive, Directory, Memory, Store, TempDir};
pub use self::subject::Subject;
pub use self::tag::Tag;
pub use self::text::{Text, ToText};
pub use self::value::{ToValue, Value};
pub use self::verify::{
    Document, Finding, FindingKind, LayerFormat, Level, Limit, Limits, verify, verify_with,
};
pub use self::walk::Walk;
