//! The runtime of `oci-fixture`: a declaration of OCI images, encoded, sealed and stored.
//!
//! Plain Rust can declare with these types everything that `oci_image!` can: a [`Fixture`] holds [`Index`]es and
//! [`Manifest`]s, those hold [`Layer`]s and a [`Config`], and layers hold [`Entry`]s. Use them through the crate
//! `oci-fixture`, which re-exports all of them.
//!
//! Each blob goes through these steps: declare, encode, seal, store. Each noun encodes itself, `seal` gives the bytes
//! their digest, and `store` keeps them.

mod declare;
mod decoder;
mod digest;
mod error;
mod image_layout;
mod io;
mod json;
mod layer_format;
mod layout;
mod media_type;
#[cfg(feature = "registry")]
mod registry;
mod seal;
mod source;
mod store;
mod tar;
mod temp_path;
mod verify;
mod write;
mod xxh64;

pub use self::declare::platform;

pub use oci_fixture_grammar::{Digest, Invalid, Platform, Reference};
pub use oci_spec;

pub use self::declare::base::Base;
pub use self::declare::blob::Blob;
pub use self::declare::conditional::Conditional;
pub use self::declare::config::Config;
pub use self::declare::content::{Content, ToContent};
pub use self::declare::descriptor::{Descriptor, ToData};
pub use self::declare::diff_id::ToDiffId;
pub use self::declare::encoder::{Encoder, Gzip, Plain, UncompressedTar, Zstd};
pub use self::declare::extra_file::ExtraFile;
pub use self::declare::fixture::Fixture;
pub use self::declare::history::History;
pub use self::declare::http::Http;
pub use self::declare::index::Index;
pub use self::declare::label::Label;
pub use self::declare::layer::Layer;
pub use self::declare::layer::entry::Entry;
pub use self::declare::layer::field::ToField;
pub use self::declare::layer::header::Header;
pub use self::declare::layer::mtime::{Mtime, ToMtime};
pub use self::declare::manifest::Manifest;
pub use self::declare::part::{Alone, Part, Parts};
pub use self::declare::path::ToPath;
pub use self::declare::platform::ToPlatform;
pub use self::declare::subject::Subject;
pub use self::declare::tag::Tag;
pub use self::declare::text::{Text, ToText};
pub use self::declare::value::{ToValue, Value};
pub use self::error::{Error, ErrorKind, Result};
pub use self::layer_format::LayerFormat;
pub use self::layout::layer_entry::{LayerEntry, LayerEntryKind, TarName};
pub use self::layout::node::Node;
pub use self::layout::rootfs::Rootfs;
pub use self::layout::walk::Walk;
pub use self::layout::{Blobs, Layout};
#[cfg(feature = "registry")]
pub use self::registry::{
    Api, End, Endpoint, EndpointScope, Registry, Request, Requests, RunningRegistry, Source, UploadLocation,
};
pub use self::source::SourceText;
#[cfg(feature = "registry")]
pub use self::store::Spool;
pub use self::store::{Archive, Directory, Memory, Store, TempDir};
pub use self::verify::{Document, Finding, FindingKind, Findings, Level, Limit, Limits, verify, verify_with};
pub use self::write::docker_archive::DockerArchive;
