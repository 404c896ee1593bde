//! Layers that are blobs, or that are not stored: what they add to the `diff_ids` of the config.

use oci_fixture::{Blob, Content, Descriptor, Encoder, Fixture, Gzip, Manifest, Plain, Value, oci_image};
use oci_fixture_test_support::sha256;

const TAR: &str = "application/vnd.oci.image.layer.v1.tar";
const NOTHING: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn diff_ids(fixture: &Fixture) -> Vec<String> {
    let image = fixture.in_memory().unwrap();
    let config = image.platform("linux/amd64").unwrap().config().unwrap();
    config.rootfs().diff_ids().clone()
}

#[test]
fn a_blob_and_a_dangling_descriptor_add_their_own_digest_or_a_text() {
    let tar = [0; 1024];
    let declared = oci_image! {
        linux/amd64 {
            blob "application/vnd.oci.image.layer.v1.tar" { content: tar, diff_id: true }
            blob "application/vnd.oci.image.layer.v1.tar+gzip" { content: "a", diff_id: "sha256:1" }
            blob "a/b" { content: "c", diff_id: false }
            'elsewhere: dangling {
                media_type: "application/vnd.oci.image.layer.v1.tar",
                digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                size: 0,
                diff_id: true,
            }
            dangling {
                media_type: "application/vnd.oci.image.layer.v1.tar+zstd",
                digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                size: 0,
                diff_id: "sha256:" + 'elsewhere.hex,
            }
        }
    };
    let descriptor = |media_type: &str| Descriptor::new().media_type(media_type).digest(NOTHING).size(0);
    let built = Manifest::new()
        .with(Blob::new(TAR, tar).diff_id(true))
        .with(Blob::new(format!("{TAR}+gzip"), "a").diff_id("sha256:1"))
        .with(Blob::new("a/b", "c").diff_id(false))
        .with(descriptor(TAR).diff_id(true))
        .with(descriptor(&format!("{TAR}+zstd")).diff_id(NOTHING));
    let expected = [&format!("sha256:{}", sha256(tar)), "sha256:1", NOTHING, NOTHING];
    for fixture in [declared, Fixture::new().with(built)] {
        assert_eq!(diff_ids(&fixture), expected);
    }
}

/// A tar that is a blob is an honest layer.
#[test]
fn a_blob_of_a_tar_with_its_own_digest_is_honest() {
    let fixture = oci_image! {
        linux/amd64 { blob "application/vnd.oci.image.layer.v1.tar" { content: [0; 1024], diff_id: true } }
    };
    let layout = fixture.in_memory().unwrap();
    layout.assert_verified();
    assert!(!layout.to_string().contains(" ! "), "{layout}");
}

/// The blob's media type is that of a tar, and its source has no fault, so its content must be a tar.
#[test]
fn a_layer_that_is_a_blob_with_its_own_digest_is_a_tar() {
    let error = "content is no tar, as the media type says; write the bytes of one, or `layer { ... }`";
    let tar = oci_image! { manifest { layer { "a" => "b" } } }.in_memory().unwrap();
    let tar = tar.nodes().unwrap()[0].layers().unwrap()[0].bytes().unwrap().to_vec();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &tar).unwrap();
    let image =
        |content: Content| Fixture::new().with(Manifest::new().with(Blob::new(TAR, content).diff_id(true)));
    for content in [Content::new(&*tar), Content::file(file.path()), Content::zeros(10240)] {
        image(content).in_memory().unwrap().assert_verified();
    }
    let broken = [&tar[..100], b" ", &tar[101..]].concat();
    for content in [
        Content::new(""),
        Content::new("text"),
        Content::new(broken),
        Content::new(&tar[..512]),
        Content::random(1, 1 << 20),
        Content::repeat("text", 1000),
        Content::zeros(512),
        Content::json(Value::list(["a"])),
    ] {
        let refused = image(content.clone()).in_memory().unwrap_err().to_string();
        assert_eq!(refused, format!("linux/amd64 > blob 1: {error}"), "{content:?}");
        let unchecked = Blob::new(TAR, content).diff_id(true).unchecked();
        Fixture::new().with(Manifest::new().with(unchecked)).in_memory().unwrap();
    }
    let of_node = |encoder: Encoder| {
        oci_image! {
            manifest {
                'layer: layer (encoder) { "a" => "b" }
                'copy: blob "application/octet-stream" => 'layer.bytes,
                blob "application/vnd.oci.image.layer.v1.tar" { content: 'copy.bytes, diff_id: true }
            }
        }
    };
    of_node(Plain::new().into()).in_memory().unwrap().assert_verified();
    assert_eq!(
        of_node(Gzip::stored().into()).in_memory().unwrap_err().to_string(),
        format!("linux/amd64 > blob 2: {error}")
    );
    let document = oci_image! {
        'list: index {}
        manifest { blob "application/vnd.oci.image.layer.v1.tar" { content: 'list.bytes, diff_id: true } }
    };
    assert_eq!(document.in_memory().unwrap_err().to_string(), format!("linux/amd64 > blob 1: {error}"));
}

#[test]
fn an_image_has_a_diff_id_for_each_layer() {
    let descriptor = |media_type: &str| Descriptor::new().media_type(media_type).digest(NOTHING).size(0);
    let error = |manifest: Manifest| Fixture::new().with(manifest).in_memory().unwrap_err().to_string();
    let missing = "is that of a layer, whose digest before compression the config has; add `diff_id: ";
    for (media_type, cure) in [(TAR.to_owned(), "true"), (format!("{TAR}+gzip"), "\"sha256:...\"")] {
        assert_eq!(
            error(Manifest::new().with(descriptor(&media_type))),
            format!("linux/amd64: media type `{media_type}` {missing}{cure}`")
        );
    }
    let compressed = format!("{TAR}+gzip");
    let expected = format!(
        "media type `{compressed}` says gzip, so `diff_id` is not the digest of the blob; \
         write the digest of the tar: `diff_id: \"sha256:...\"`"
    );
    assert_eq!(
        error(Manifest::new().with(descriptor(&compressed).diff_id(true))),
        format!("linux/amd64 > dangling 1: {expected}")
    );
    assert_eq!(
        error(Manifest::new().with(Blob::new(compressed.as_str(), "").diff_id(true))),
        format!("linux/amd64 > blob 1: {expected}")
    );
    assert_eq!(
        error(Manifest::new().descriptor(Descriptor::new().diff_id(true))),
        "linux/amd64: `diff_id` is of a layer, not of a descriptor of one; give it to the node"
    );
    // An artifact has no `diff_ids`, and in these images their absence is declared.
    let honest = oci_image! {
        manifest {
            artifact_type: "a/b",
            dangling { media_type: "application/vnd.oci.image.layer.v1.tar", digest: (NOTHING), size: 0 }
        }
        linux/amd64 {
            config { diff_ids: [] }
            dangling { media_type: "application/vnd.oci.image.layer.v1.tar", digest: (NOTHING), size: 0 }
        }
        linux/arm64 {
            #[unchecked]
            dangling { media_type: "application/vnd.oci.image.layer.v1.tar", digest: (NOTHING), size: 0 }
        }
    };
    honest.in_memory().unwrap();
}
