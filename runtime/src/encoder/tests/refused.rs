//! What an encoder is told in vain, or cannot do.

use super::*;
use crate::Content;

#[test]
fn what_would_change_nothing_is_refused() {
    let cases: [(Encoder, &str); 11] = [
        (Plain::new().prefix("").into(), "`prefix` of no bytes changes nothing; write some, or remove it"),
        (
            Gzip::stored().prefix(Content::zeros(0)).into(),
            "`prefix` of no bytes changes nothing; write some, or remove it",
        ),
        (
            Zstd::stored().suffix(Content::repeat("a", 0)).into(),
            "`suffix` of no bytes changes nothing; write some, or remove it",
        ),
        (
            Plain::new().labelled("").into(),
            "`labelled(\"\")` changes nothing, since the media type says that without it; write another text, or \
             remove it",
        ),
        (
            Gzip::stored().labelled("gzip").into(),
            "`labelled(\"gzip\")` changes nothing, since the media type says that without it; write another text, or \
             remove it",
        ),
        (
            Zstd::stored().labelled("zstd").into(),
            "`labelled(\"zstd\")` changes nothing, since the media type says that without it; write another text, or \
             remove it",
        ),
        (
            Gzip::stored().members(1).into(),
            "`members(1)` changes nothing, since that is what there is without it; write at least `members(2)`, or \
             remove it",
        ),
        (
            Zstd::stored().frames(1).into(),
            "`frames(1)` changes nothing, since that is what there is without it; write at least `frames(2)`, or \
             remove it",
        ),
        (
            Zstd::stored().window(128 << 10).into(),
            "`window(131072)` changes nothing, since that is what there is without it; write a smaller or a larger \
             one, or remove it",
        ),
        // The smallest window with so many bytes is that of 128 KiB.
        (
            Zstd::stored().window(122_881).into(),
            "`window(122881)` changes nothing, since that is what there is without it; write a smaller or a larger \
             one, or remove it",
        ),
        // What is wrong with it is told, however much else is.
        (
            Gzip::stored().members(1).bad_crc().suffix("garbage").into(),
            "`members(1)` changes nothing, since that is what there is without it; write at least `members(2)`, or \
             remove it",
        ),
    ];
    for (encoder, problem) in cases {
        refuses(&encoder, problem);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let cases: [(Encoder, &str); 7] = [
        (
            Gzip::stored().members(0).into(),
            "`members(0)` leaves nothing that could hold the tar; write at least `members(2)`, or remove it",
        ),
        (
            Zstd::stored().frames(0).into(),
            "`frames(0)` leaves nothing that could hold the tar; write at least `frames(2)`, or remove it",
        ),
        (
            Zstd::stored().window(0).into(),
            "zstd has no window of 0 bytes; write one from 1024 to 4123168604160",
        ),
        (
            Zstd::stored().window(1023).into(),
            "zstd has no window of 1023 bytes; write one from 1024 to 4123168604160",
        ),
        (
            Zstd::stored().window(4_123_168_604_161).into(),
            "zstd has no window of 4123168604161 bytes; write one from 1024 to 4123168604160",
        ),
        (
            Zstd::stored().window(u64::MAX).into(),
            "zstd has no window of 18446744073709551615 bytes; write one from 1024 to 4123168604160",
        ),
        (
            Zstd::stored().skippable(Content::zeros(1 << 32)).into(),
            "a skippable frame of 4294967296 bytes is larger than the 4294967295 that it can say; write fewer",
        ),
    ];
    for (encoder, problem) in cases {
        refuses(&encoder, problem);
    }
}

#[test]
#[cfg(feature = "zstd")]
fn a_level_has_no_other_window() {
    refuses(
        &Zstd::level(3).window(1 << 31).into(),
        "`window(2147483648)` is for `Zstd::stored()` only, since a level has the window that it compresses with; \
         write that, or remove the window",
    );
}

#[test]
fn more_streams_than_bytes_are_refused() {
    let cases: [(Encoder, &[u8], &str); 4] = [
        (
            Gzip::stored().members(7).into(),
            b"layer1",
            "7 members need a tar of at least 7 bytes, but it has 6; write at most `members(6)`, or remove it",
        ),
        (
            Zstd::stored().frames(u64::MAX).into(),
            b"layer1",
            "18446744073709551615 frames need a tar of at least 18446744073709551615 bytes, but it has 6; \
             write at most `frames(6)`, or remove it",
        ),
        (
            Gzip::stored().members(2).into(),
            b"l",
            "2 members need a tar of at least 2 bytes, but it has 1; remove `members(2)`",
        ),
        (
            Zstd::stored().frames(2).into(),
            b"",
            "2 frames need a tar of at least 2 bytes, but it has 0; remove `frames(2)`",
        ),
    ];
    for (encoder, content, problem) in cases {
        let content = source(|out| out.write_all(content));
        assert_eq!(encoder.encode(&content, &mut Vec::new()).unwrap_err().to_string(), problem);
    }
}
