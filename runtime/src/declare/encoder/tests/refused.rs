//! The mistakes that an encoder refuses: methods that would change nothing, and values that its format does not have.

use super::*;
use crate::Content;

#[test]
fn a_method_that_would_change_nothing_is_refused() {
    let no_bytes = |method| format!("`{method}` of no bytes changes nothing; write some, or remove it");
    let label = |label| {
        format!(
            "`labelled({label:?})` changes nothing, since the media type says that without it; \
             write another text, or remove it"
        )
    };
    let one = |name| {
        format!(
            "`{name}(1)` changes nothing, since that is what there is without it; \
             write at least `{name}(2)`, or remove it"
        )
    };
    let window = |size| {
        format!(
            "`window({size})` changes nothing, since that is what there is without it; \
             write a smaller or a larger one, or remove it"
        )
    };
    let cases: [(Encoder, String); 11] = [
        (Plain::new().prefix("").into(), no_bytes("prefix")),
        (Gzip::stored().prefix(Content::zeros(0)).into(), no_bytes("prefix")),
        (Zstd::stored().suffix(Content::repeat("a", 0)).into(), no_bytes("suffix")),
        (Plain::new().labelled("").into(), label("")),
        (Gzip::stored().labelled("gzip").into(), label("gzip")),
        (Zstd::stored().labelled("zstd").into(), label("zstd")),
        (Gzip::stored().members(1).into(), one("members")),
        (Zstd::stored().frames(1).into(), one("frames")),
        (Zstd::stored().window(128 << 10).into(), window(131_072)),
        // The smallest window of at least this size is the default one of 128 KiB.
        (Zstd::stored().window(122_881).into(), window(122_881)),
        // This mistake is reported first, however many others there are.
        (Gzip::stored().members(1).bad_crc().suffix("garbage").into(), one("members")),
    ];
    for (encoder, problem) in cases {
        refuses(&encoder, &problem);
    }
}

#[test]
fn a_value_that_the_format_does_not_have_is_refused() {
    let none = |name| {
        format!(
            "`{name}(0)` leaves nothing that could hold the tar; write at least `{name}(2)`, or remove it"
        )
    };
    let window = |size: u64| {
        let problem = format!("zstd has no window of {size} bytes; write one from 1024 to 4123168604160");
        (Zstd::stored().window(size).into(), problem)
    };
    let cases: [(Encoder, String); 7] = [
        (Gzip::stored().members(0).into(), none("members")),
        (Zstd::stored().frames(0).into(), none("frames")),
        window(0),
        window(1023),
        window(4_123_168_604_161),
        window(u64::MAX),
        (
            Zstd::stored().skippable(Content::zeros(1 << 32)).into(),
            "a skippable frame of 4294967296 bytes is larger than the 4294967295 that it can say; write fewer".to_owned(),
        ),
    ];
    for (encoder, problem) in cases {
        refuses(&encoder, &problem);
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
