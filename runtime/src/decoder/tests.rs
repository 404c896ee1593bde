//! Bytes that decoders read, and bytes that they refuse.

#[cfg(feature = "decode")]
mod decode;

use std::io::{self, Read};

use super::Decoder;
use crate::io::tests::Broken;

#[test]
fn bytes_that_are_not_compressed_pass_through() {
    for bytes in [&b""[..], b"\x1f", b"\x28\xb5\x2f", b"\x28\xb5\x2f\xfctar", b"\x60\x2a\x4d\x18", b"layer1"]
    {
        let mut decoder = Decoder::of(bytes).unwrap();
        let mut read = Vec::new();
        decoder.read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        assert_eq!(decoder.streams(), 0);
    }
}

#[test]
fn an_error_of_the_source_is_passed_on_at_once() {
    let error = Decoder::of(Broken).err().unwrap();
    assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::PermissionDenied, "no source"));
}

#[test]
#[cfg(not(feature = "decode"))]
fn the_error_of_compressed_bytes_names_the_feature_that_they_need() {
    for (bytes, name) in [
        (&b"\x1f\x8b"[..], "gzip"),
        (b"\x1f\x8b\x08\0more", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\x50\x2a\x4d\x18", "zstd"),
        (b"\x5f\x2a\x4d\x18more", "zstd"),
    ] {
        let error = Decoder::of(bytes).err().unwrap();
        let expected = format!(
            "reading a layer that is compressed by {name} needs the feature `decode` of oci-fixture; \
             run `cargo add --dev oci-fixture --features decode`"
        );
        assert_eq!((error.kind(), error.to_string()), (io::ErrorKind::Unsupported, expected));
    }
}
