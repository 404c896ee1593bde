//! Documents: index.json, oci-layout, indexes, manifests and configs.

use oci_fixture::{Config, Descriptor, Fixture, Index, Manifest};

use super::{Harness, findings, fixtures};

pub(crate) const JSON: Harness = Harness { name: "json", corpus, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"null",
    b"true",
    b"-0.5e+1",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":",
    b"\"\":{},",
    b"\"schemaVersion\":2,",
    b"\"SchemaVersion\":2,",
    b"\"mediaType\":",
    b"\"application/vnd.oci.image.index.v1+json\"",
    b"\"application/vnd.oci.image.manifest.v1+json\"",
    b"\"application/vnd.oci.image.config.v1+json\"",
    b"\"application/vnd.oci.image.layer.v1.tar\"",
    b"\"application/vnd.docker.distribution.manifest.v2+json\"",
    b"\"manifests\":[",
    b"\"layers\":[",
    b"\"config\":{",
    b"\"subject\":{",
    b"\"annotations\":{",
    b"\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"},",
    b"\"os.features\":[\"a\"],",
    b"\"digest\":\"sha256:",
    b"\"digest\":\"sha512:",
    b"\"size\":",
    b"\"data\":\"e30=\",",
    b"\"urls\":[\"http://a\"],",
    b"\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},",
    b"\"history\":[{}],",
    b"\"imageLayoutVersion\":\"1.0.0\"",
    b"\"io.containerd.image.name\":\"a\"",
];

fn corpus() -> Vec<Vec<u8>> {
    let mut documents = fixtures::blobs(|blob| blob.starts_with(b"{"));
    documents.extend(fixtures::indexes());
    documents.push(br#"{"imageLayoutVersion": "1.0.0"}"#.to_vec());
    documents
}

/// Judges the input as each document of a layout, beside the blobs to which documents of the corpus refer.
fn run(input: &[u8]) {
    let as_files = Fixture::new().with(fixtures::common()).raw(input).oci_layout(input).in_memory().unwrap();
    let _ = findings::of(&as_files);
    // The document's own media type is used if the descriptor has none of the known media types.
    let docker = Descriptor::new().media_type("application/vnd.docker.distribution.manifest.list.v2+json");
    let as_blobs = Fixture::new()
        .with(fixtures::common())
        .with(Index::new().raw(input))
        .with(Manifest::new().raw(input))
        .with(Config::new().raw(input))
        .with(Index::new().raw(input).descriptor(docker))
        .in_memory()
        .unwrap();
    let _ = findings::of(&as_blobs);
    // The tree is drawn even if documents cannot be read.
    assert!(!as_blobs.to_string().is_empty());
}
