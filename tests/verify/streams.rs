//! How layers are compressed.

use oci_fixture::{Blob, Encoder, Fixture, Gzip, Layer, Manifest, Plain, Zstd};

use crate::{digest, found_at, lines};

const TAR: &str = "application/vnd.oci.image.layer.v1.tar";

/// The findings about a layer by its encoder.
fn found(encoder: impl Into<Encoder>) -> Vec<String> {
    found_of(Manifest::new().with(Layer::new().with(("a", "b")).encoder(encoder)))
}

fn found_of(image: Manifest) -> Vec<String> {
    found_at("index.json > manifests[0] > layers[0]: ", image)
}

fn mismatch(suffix: &str, found: &str) -> String {
    format!("the media type is `{TAR}{suffix}`, but the content is {found}")
}

#[test]
fn a_layer_is_compressed_as_its_media_type_says() {
    for encoder in [Encoder::from(Plain::new()), Gzip::stored().into(), Zstd::stored().into()] {
        assert_eq!(found(encoder), [""; 0]);
    }
    assert_eq!(found(Plain::new().labelled("gzip")), [mismatch("+gzip", "a tar")]);
    assert_eq!(found(Gzip::stored().labelled("zstd")), [mismatch("+zstd", "gzip")]);
    assert_eq!(found(Gzip::stored().labelled("")), [mismatch("", "gzip")]);
    assert_eq!(found(Zstd::stored().labelled("")), [mismatch("", "zstd")]);
    assert_eq!(found(Zstd::stored().labelled("bz2")), [mismatch("+bz2", "zstd")]);
    let other = "neither a tar, gzip nor zstd";
    assert_eq!(found(Gzip::stored().prefix("garbage")), [mismatch("+gzip", other)]);
    assert_eq!(found(Zstd::stored().prefix("garbage")), [mismatch("+zstd", other)]);
    let docker = Manifest::new().docker().with(Layer::new().encoder(Gzip::stored().labelled("")));
    assert_eq!(
        found_of(docker),
        ["the media type is `application/vnd.docker.image.rootfs.diff.tar`, but the content is gzip"]
    );
    // A compression that the specification does not define is a note, whatever the content is.
    let gzip = [&b"\x1f\x8b\x08"[..], &[0; 600]].concat();
    for (suffix, content, finding) in [
        ("+xz", gzip.clone(), Some("gzip")),
        ("+gzip+encrypted", b"no gzip".to_vec(), None),
        ("+gzip+encrypted", gzip, None),
        ("+lz4", b"\x28\xb5\x2f\xfd no zstd".to_vec(), Some("zstd")),
    ] {
        let layer = Blob::new(format!("{TAR}{suffix}"), content).diff_id(digest("tar"));
        let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap();
        let findings = layout.verify();
        let place = "index.json > manifests[0] > layers[0]";
        let expected = finding.map(|found| format!("{place}: {}", mismatch(suffix, found)));
        assert_eq!(lines(&findings), Vec::from_iter(expected), "{suffix}");
        layout.assert_verified();
    }
    // Encrypted content may have any first bytes.
    let encrypted = Blob::new(format!("{TAR}+gzip+encrypted"), "random").diff_id(digest("tar"));
    assert_eq!(found_of(Manifest::new().with(encrypted)), [""; 0]);
}

#[test]
fn a_tar_that_looks_like_a_frame_is_a_tar() {
    let layer = Layer::new().with(("P*M\u{18}", "b"));
    assert_eq!(found_of(Manifest::new().with(layer)), [""; 0]);
}

#[test]
fn garbage_around_a_plain_tar_is_found() {
    let [found, more] = &found(Plain::new().prefix([b'a'; 512]))[..] else { panic!("two lines") };
    assert!(found.starts_with("it cannot be read as a tar, at byte 0: the block is no header: "), "{found}");
    assert!(more.starts_with("the `diff_id` is sha256:"), "{more}");
}

#[cfg(feature = "decode")]
mod decoded {
    use super::*;

    #[test]
    fn a_stream_that_is_cut_off_is_found() {
        let layer = |media_type: &str, bytes: &[u8]| {
            found_of(
                Manifest::new().with(Blob::new(format!("{TAR}{media_type}"), bytes).diff_id(digest("tar"))),
            )
        };
        assert_eq!(
            layer("+gzip", b"\x1f\x8b"),
            ["it cannot be decompressed: gzip member 1 at byte 0: it ends too early"]
        );
        assert_eq!(
            layer("+zstd", b"\x28\xb5\x2f\xfd\0\0"),
            ["it cannot be decompressed: zstd frame 1 at byte 0: it ends too early"]
        );
    }

    #[test]
    fn a_wrong_checksum_is_found() {
        let gzip = "gzip member 1 at byte 0: corrupt gzip stream does not have a matching checksum";
        assert_eq!(found(Gzip::stored().bad_crc()), [gzip]);
        assert_eq!(found(Gzip::stored().bad_size()), [gzip]);
        assert_eq!(
            found(Zstd::stored().bad_checksum()),
            ["zstd frame 1 at byte 0: its checksum does not match"]
        );
        assert_eq!(found(Zstd::stored().checksum()), [""; 0]);
    }

    #[test]
    fn bytes_behind_a_stream_are_found() {
        for suffix in ["garbage", "\0", "\u{1f}x", "abc"] {
            let gzip = "the gzip stream ends at byte 2071, and other bytes follow";
            assert_eq!(found(Gzip::stored().suffix(suffix)), [gzip], "{suffix:?}");
            let zstd = "the zstd stream ends at byte 2057, and other bytes follow";
            assert_eq!(found(Zstd::stored().suffix(suffix)), [zstd], "{suffix:?}");
        }
    }

    #[test]
    fn several_streams_are_noted() {
        assert_eq!(
            found(Gzip::stored().members(3)),
            ["it has 3 gzip members, and some readers read only the first"]
        );
        assert_eq!(
            found(Zstd::stored().frames(2).skippable("abc")),
            [
                "it has 2 zstd frames, and some readers read only the first",
                "it has a skippable frame of zstd",
            ]
        );
        assert_eq!(found(Zstd::stored().skippable("")), ["it has a skippable frame of zstd"]);
    }

    #[test]
    fn a_window_is_no_larger_than_the_limit() {
        // The window of `zstd --long=27`, of `--ultra -22` and of `zstd:chunked`.
        assert_eq!(found(Zstd::stored().window(128 << 20)), [""; 0]);
        let layer = Layer::new().with(("a", "b")).encoder(Zstd::stored().window(128 << 20));
        let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap();
        let layer = &layout.nodes().unwrap()[0].layers().unwrap()[0];
        assert_eq!(layer.file("a").unwrap(), b"b");
        assert_eq!(
            found(Zstd::stored().window(256 << 20)),
            ["it needs a window of more than 134217728 bytes to be decompressed, and so is not judged \
                 (`Limits::window`)"]
        );
    }

    #[test]
    fn all_faults_of_a_stream_are_found_at_once() {
        assert_eq!(
            found(Gzip::stored().members(3).bad_crc().labelled("zstd")),
            [
                mismatch("+zstd", "gzip"),
                "gzip member 3 at byte 1412: corrupt gzip stream does not have a matching checksum"
                    .to_owned(),
                "it has 3 gzip members, and some readers read only the first".to_owned(),
            ]
        );
    }
}
