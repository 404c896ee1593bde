//! Digests, held against tables. What is accepted was measured with `Parse` of
//! github.com/opencontainers/go-digest v1.0.0.

mod common;

use common::{assert_is_one_line_with_a_cure, hex64, hex96, hex128, odd_strings};
use oci_fixture_grammar::Digest;

/// Text, algorithm, hash.
#[rustfmt::skip]
const ACCEPTED: &[(&str, &str, &str)] = &[
    (concat!("sha256:", hex64!()), "sha256", hex64!()),
    (concat!("sha384:", hex96!()), "sha384", hex96!()),
    (concat!("sha512:", hex128!()), "sha512", hex128!()),
];

/// Text, error.
#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("", "digest is empty; write `sha256:` and 64 hexadecimal digits"),
    ("sha256", "digest `sha256` has no `:`; write `sha256:` and 64 hexadecimal digits"),
    (hex64!(), concat!("digest `", hex64!(), "` has no `:`; write `sha256:` and 64 hexadecimal digits")),
    ("sha256:", "digest `sha256:` is too short: 0 digits; write all 64 hexadecimal digits of the sha256 hash"),
    (":", "digest `:` has the algorithm ``; write `sha256`, `sha384` or `sha512`, in lower case"),
    (concat!(":", hex64!()), concat!("digest `:", hex64!(), "` has the algorithm ``; write `sha256`, `sha384` or `sha512`, in lower case")),
    ("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", "digest `sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde` is too short: 63 digits; write all 64 hexadecimal digits of the sha256 hash"),
    (concat!("sha256:", hex64!(), "0"), concat!("digest `sha256:", hex64!(), "0` is too long: 65 digits; write all 64 hexadecimal digits of the sha256 hash")),
    (concat!("sha512:", hex64!()), concat!("digest `sha512:", hex64!(), "` is too short: 64 digits; write all 128 hexadecimal digits of the sha512 hash")),
    ("sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF", concat!("digest `sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF` has upper-case digits; write `sha256:", hex64!(), "`")),
    ("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeA", "digest `sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeA` has upper-case digits; write `sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdea`"),
    (concat!("SHA256:", hex64!()), concat!("digest `SHA256:", hex64!(), "` has the algorithm `SHA256`; write `sha256`, `sha384` or `sha512`, in lower case")),
    (concat!("Sha256:", hex64!()), concat!("digest `Sha256:", hex64!(), "` has the algorithm `Sha256`; write `sha256`, `sha384` or `sha512`, in lower case")),
    ("md5:0123456789abcdef0123456789abcdef", "digest `md5:0123456789abcdef0123456789abcdef` has the algorithm `md5`; write `sha256`, `sha384` or `sha512`, in lower case"),
    ("sha1:0000000000000000000000000000000000000000", "digest `sha1:0000000000000000000000000000000000000000` has the algorithm `sha1`; write `sha256`, `sha384` or `sha512`, in lower case"),
    (concat!("blake3:", hex64!()), concat!("digest `blake3:", hex64!(), "` has the algorithm `blake3`; write `sha256`, `sha384` or `sha512`, in lower case")),
    (concat!("sha256+b64:", hex64!()), concat!("digest `sha256+b64:", hex64!(), "` has the algorithm `sha256+b64`; write `sha256`, `sha384` or `sha512`, in lower case")),
    ("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg", "digest `sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg` has `g` in its hash; use `0` to `9` and `a` to `f` alone"),
    ("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdé", "digest `sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdé` has `é` (U+00E9) in its hash; use `0` to `9` and `a` to `f` alone"),
    (concat!(" sha256:", hex64!()), concat!("digest ` sha256:", hex64!(), "` has the algorithm ` sha256`; write `sha256`, `sha384` or `sha512`, in lower case")),
    (concat!("sha256:", hex64!(), " "), concat!("digest `sha256:", hex64!(), " ` has ` ` in its hash; use `0` to `9` and `a` to `f` alone")),
    (concat!("sha256:", hex64!(), "\n"), concat!("digest `sha256:", hex64!(), "\\n` has `\\n` in its hash; use `0` to `9` and `a` to `f` alone")),
    (concat!("sha256::", hex64!()), concat!("digest `sha256::", hex64!(), "` has `:` in its hash; use `0` to `9` and `a` to `f` alone")),
    (concat!("sha256:sha256:", hex64!()), concat!("digest `sha256:sha256:", hex64!(), "` has `s` in its hash; use `0` to `9` and `a` to `f` alone")),
    ("sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", "digest `sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde` has ` ` in its hash; use `0` to `9` and `a` to `f` alone"),
    (concat!("sha-256:", hex64!()), concat!("digest `sha-256:", hex64!(), "` has the algorithm `sha-256`; write `sha256`, `sha384` or `sha512`, in lower case")),
];

#[test]
fn accepted_digests_have_these_parts() {
    for &(text, algorithm, hex) in ACCEPTED {
        let digest: Digest = text.parse().unwrap();
        assert_eq!((digest.algorithm(), digest.hex()), (algorithm, hex), "{text:?}");
        assert_eq!((digest.as_str(), digest.as_ref(), digest.to_string()), (text, text, text.to_owned()));
    }
}

#[test]
fn refused_digests_say_why() {
    for &(text, error) in REFUSED {
        let found = Digest::parse(text).map_err(|invalid| invalid.to_string());
        assert_eq!(found, Err(error.to_owned()), "{text:?}");
        assert_is_one_line_with_a_cure(text, error);
    }
}

#[test]
fn a_hash_is_written_in_hexadecimal() {
    let mut hash = [0; 32];
    for (byte, value) in hash.iter_mut().zip((0..=u8::MAX).step_by(9)) {
        *byte = value;
    }
    let digest = Digest::sha256(hash);
    assert_eq!(digest.as_str(), "sha256:0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1eaf3fc000000");
    assert_eq!(Digest::parse(digest.as_str()), Ok(digest));
}

#[test]
fn every_byte_is_two_digits() {
    for byte in 0..=u8::MAX {
        assert_eq!(Digest::sha256([byte; 32]).hex(), format!("{byte:02x}").repeat(32));
    }
}

#[test]
fn digests_are_ordered_as_their_text() {
    let mut digests = [Digest::sha256([2; 32]), Digest::sha256([1; 32]), Digest::sha256([0xa; 32])];
    digests.sort();
    assert_eq!(digests, [Digest::sha256([1; 32]), Digest::sha256([2; 32]), Digest::sha256([0xa; 32])]);
}

#[test]
fn no_string_panics() {
    for text in odd_strings(50_000) {
        match Digest::parse(&text) {
            Ok(digest) => assert_eq!(digest.as_str(), text),
            Err(invalid) => assert_is_one_line_with_a_cure(&text, &invalid.to_string()),
        }
    }
}
