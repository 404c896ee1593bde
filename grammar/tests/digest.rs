//! Digests, compared with tables. The accepted ones were measured with `Parse` of
//! github.com/opencontainers/go-digest v1.0.0.

mod common;

use common::{assert_is_one_line_with_a_cure, assert_refused, odd_strings, table};
use oci_fixture_grammar::Digest;

#[test]
fn accepted_digests_have_these_parts() {
    for (text, algorithm, hex) in
        table::<(String, String, String)>(include_str!("tables/digest_accepted.txt"))
    {
        let digest: Digest = text.parse().unwrap();
        assert_eq!((digest.algorithm(), digest.hex()), (&*algorithm, &*hex), "{text:?}");
        assert_eq!((digest.as_str(), digest.as_ref(), digest.to_string()), (&*text, &*text, text.clone()));
    }
}

#[test]
fn refused_digests_say_why() {
    assert_refused(include_str!("tables/digest_refused.txt"), Digest::parse);
}

#[test]
fn a_hash_is_written_in_hexadecimal() {
    let mut hash = [0; 32];
    for (byte, value) in hash.iter_mut().zip((0..=u8::MAX).step_by(9)) {
        *byte = value;
    }
    let digest = Digest::from_sha256(hash);
    assert_eq!(digest.as_str(), "sha256:0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1eaf3fc000000");
    assert_eq!(Digest::parse(digest.as_str()), Ok(digest));
}

#[test]
fn every_byte_is_two_digits() {
    for byte in 0..=u8::MAX {
        assert_eq!(Digest::from_sha256([byte; 32]).hex(), format!("{byte:02x}").repeat(32));
    }
}

#[test]
fn digests_are_ordered_as_their_text() {
    let mut digests =
        [Digest::from_sha256([2; 32]), Digest::from_sha256([1; 32]), Digest::from_sha256([0xa; 32])];
    digests.sort();
    assert_eq!(
        digests,
        [Digest::from_sha256([1; 32]), Digest::from_sha256([2; 32]), Digest::from_sha256([0xa; 32])]
    );
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

#[test]
fn a_digest_compares_with_texts_in_both_directions() {
    let digest = Digest::from_sha256([0xab; 32]);
    let text = format!("sha256:{}", "ab".repeat(32));
    assert_eq!(digest, text);
    assert_eq!(text, digest);
    assert_eq!(digest, text.as_str());
    assert_eq!(text.as_str(), digest);
    assert_eq!(digest, *text.as_str());
    assert_eq!(*text.as_str(), digest);
    let other = text.to_uppercase();
    assert_ne!(digest, other);
    assert_ne!(other, digest);
    assert_ne!(digest, "");
    assert_ne!(digest, text[..70]);
}
