//! The bytes of a tar.

use crate::Invalid;

/// The size of a block, in bytes. A tar consists of blocks, and the last two are zeros.
pub const BLOCK: usize = 512;

/// The place of the checksum in a header.
const CHECKSUM: std::ops::Range<usize> = 148..156;

/// Checks that bytes can be a tar, as the media type of a layer without compression says: there are at least two blocks, and
/// the first block is a header or zeros. `first` is the first block, or fewer bytes if there are no more.
///
/// # Errors
///
/// The error says what to write instead.
///
/// ```
/// use oci_fixture_grammar::tar;
///
/// assert!(tar::check(&[0; 512], 1024).is_ok());
/// assert_eq!(
///     tar::check(b"text", 4).unwrap_err().to_string(),
///     "content is no tar, as the media type says; write the bytes of one, or `layer { ... }`"
/// );
/// ```
pub fn check(first: &[u8], size: u64) -> Result<(), Invalid> {
    let is_tar = first.first_chunk().is_some_and(|block| is_zero(block) || is_header(block));
    if is_tar && size >= 2 * BLOCK as u64 {
        return Ok(());
    }
    let reason = "is no tar, as the media type says; write the bytes of one, or `layer { ... }`";
    Err(Invalid::new("content", "", reason))
}

fn is_zero(block: &[u8; BLOCK]) -> bool {
    block.iter().all(|byte| *byte == 0)
}

/// Whether the checksum is the sum of all bytes, which some programs add as signed bytes. The bytes of the checksum itself
/// count as spaces.
fn is_header(block: &[u8; BLOCK]) -> bool {
    let Some(field) = block.get(CHECKSUM).and_then(|field| str::from_utf8(field).ok()) else { return false };
    let digits = field.trim_matches(['\0', ' ']);
    let Ok(stated) = i64::from_str_radix(digits, 8) else { return false };
    let bytes = || {
        let byte = |(position, byte): (usize, &u8)| if CHECKSUM.contains(&position) { b' ' } else { *byte };
        block.iter().enumerate().map(byte)
    };
    let unsigned: i64 = bytes().map(i64::from).sum();
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    [unsigned, signed].contains(&stated)
}
