//! Values may be used by several threads. Nothing in their source says so, so a new field could take it away from users.

use oci_fixture::{
    Base, Blob, Config, Content, Descriptor, Directory, DockerArchive, Encoder, Entry, Error, ExtraFile,
    Finding, Findings, Fixture, Gzip, Header, History, Http, Index, Label, Layer, LayerEntry, Layout, Limits,
    Manifest, Memory, Mtime, Node, Plain, Platform, Reference, Rootfs, SourceText, Tag, TempDir, Text, Value,
    Zstd,
};

fn is_shared<T: Send + Sync>() {}

#[test]
fn values_may_be_shared_between_threads() {
    // Declarations.
    is_shared::<(Fixture, Index, Manifest, Config, Layer, Entry, Blob, Descriptor, Base, ExtraFile)>();
    is_shared::<(Label<Manifest>, Tag<Manifest>, Content, Encoder, Gzip, Zstd, Plain, Header, History, Http)>(
    );
    is_shared::<(Value, Text, Mtime, Platform, Reference)>();
    // What is made of them, and read.
    is_shared::<(Layout<TempDir>, Layout<Directory>, Layout<Memory>, DockerArchive<'_>, SourceText)>();
    is_shared::<(Node<'_, TempDir>, Rootfs<'_, TempDir>, LayerEntry, Finding, Findings, Limits, Error)>();
}

#[cfg(feature = "registry")]
#[test]
fn a_registry_may_be_shared_between_threads() {
    use oci_fixture::{Registry, Request, Requests, RunningRegistry, Spool};

    is_shared::<(Registry, RunningRegistry, Requests, Request, Layout<Spool>)>();
}
