//! Ambiguity: fields of an entry for which two headers have a value.

use crate::tar::read::{Fields, Pax, TarMember};
use crate::verify::excerpt;
use crate::verify::kind::FindingKind;

/// Reports the fields for which readers of one header and readers of the other find different values.
///
/// If a header has no room for a value, it has another value, such as a path that is cut off. That is not reported.
pub(super) fn fields(member: &TarMember) -> Vec<FindingKind> {
    let mut kinds = Vec::new();
    let extensions = &member.extensions;
    if extensions.repeated {
        kinds.push(FindingKind::HeaderRepeated);
    }
    let pax = extensions.pax.as_ref();
    kinds.extend(pax.into_iter().filter_map(repeated));
    // The reader of tars has read these fields before, so an error here was reported there.
    let Ok(header) = member.header.fields() else { return kinds };
    if pax.is_none() && extensions.name.is_none() && extensions.link.is_none() {
        return kinds;
    }
    let said = |key: &str| pax.and_then(|pax| last(pax, key.as_bytes()));
    // The header of a sparse file has another path, and the size of the stored pieces.
    let is_sparse = pax.is_some_and(|pax| pax.records().any(|record| record.key.starts_with(b"GNU.sparse.")));
    if !is_sparse {
        kinds.extend(text("path", 100, &header.path, extensions.name.as_deref(), said("path")));
        kinds.extend(text("linkpath", 100, &header.link, extensions.link.as_deref(), said("linkpath")));
        kinds.extend(number("size", header.size.into(), said("size"), 11));
    }
    let Fields { uid, gid, uname, gname, mtime, .. } = header;
    kinds.extend(number("uid", uid.into(), said("uid"), 7));
    kinds.extend(number("gid", gid.into(), said("gid"), 7));
    kinds.extend(text("uname", 32, &uname, None, said("uname")));
    kinds.extend(text("gname", 32, &gname, None, said("gname")));
    kinds.extend(said("mtime").and_then(|pax| time(mtime.seconds().into(), pax)));
    kinds
}

/// The keys of records about an entry, and the prefixes of further such keys.
const OF_ENTRIES: [&[u8]; 10] =
    [b"path", b"linkpath", b"size", b"uid", b"gid", b"uname", b"gname", b"mtime", b"atime", b"ctime"];
const OF_ENTRIES_BY_VENDOR: [&[u8]; 5] =
    [b"SCHILY.", b"LIBARCHIVE.", b"GNU.sparse.", b"MSWINDOWS.", b"RHT.security."];

/// Reports the records of a global header that describe entries: some readers apply them to all entries that follow,
/// others to none. A comment and the label of a volume describe no entry.
pub(super) fn global(pax: &Pax) -> Option<FindingKind> {
    let is_of_entries = |key: &&[u8]| {
        OF_ENTRIES.contains(key) || OF_ENTRIES_BY_VENDOR.iter().any(|vendor| key.starts_with(vendor))
    };
    let key = pax.records().map(|record| record.key).find(is_of_entries)?;
    Some(FindingKind::GlobalRecord { key: excerpt::of_bytes(key) })
}

/// The first key that occurs twice, with different values.
fn repeated(pax: &Pax) -> Option<FindingKind> {
    // In the format 0.0 of sparse files these two repeat for each piece.
    let may_repeat = |key: &[u8]| matches!(key, b"GNU.sparse.offset" | b"GNU.sparse.numbytes");
    let records = pax.records().filter(|record| !may_repeat(record.key));
    let mut records: Vec<_> = records.map(|record| (record.key, record.value)).collect();
    // The sort keeps the order of records with equal keys.
    records.sort_by_key(|(key, _)| *key);
    records.windows(2).find_map(|pair| match pair {
        [(key, first), (other, second)] if key == other && first != second => {
            Some(ambiguous(&excerpt::of_bytes(key), first, second))
        }
        _ => None,
    })
}

/// The last value of a key, which is the one that readers should use. `None` if it is empty.
fn last<'p>(pax: &'p Pax, key: &[u8]) -> Option<&'p [u8]> {
    let value = pax.records().filter(|record| record.key == key).last()?.value;
    (!value.is_empty()).then_some(value)
}

/// A text for which the header has room of `width` bytes.
fn text(
    field: &str,
    width: usize,
    header: &[u8],
    gnu: Option<&[u8]>,
    pax: Option<&[u8]>,
) -> Option<FindingKind> {
    let gnu = gnu.filter(|gnu| !gnu.is_empty());
    if let (Some(gnu), Some(pax)) = (gnu, pax)
        && gnu != pax
    {
        return Some(ambiguous(field, gnu, pax));
    }
    let value = pax.or(gnu)?;
    let fits = value.len() <= width && value.is_ascii() && !value.contains(&0);
    let plain = |text: &[u8]| text.strip_suffix(b"/").unwrap_or(text).to_vec();
    (fits && plain(value) != plain(header)).then(|| ambiguous(field, header, value))
}

/// A number for which the header has room of `digits` octal digits.
fn number(field: &str, header: i128, pax: Option<&[u8]>, digits: u32) -> Option<FindingKind> {
    let pax = str::from_utf8(pax?).ok()?;
    let value: i128 = pax.parse().ok()?;
    let fits = (0..1 << (3 * digits)).contains(&value) && !pax.starts_with('-');
    (fits && value != header).then(|| ambiguous(field, header.to_string().as_bytes(), pax.as_bytes()))
}

/// A time. The header has only whole seconds: POSIX cuts the fraction off, and Python's tarfile rounds it.
fn time(header: i128, pax: &[u8]) -> Option<FindingKind> {
    let text = str::from_utf8(pax).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let value: i128 = whole.parse().ok()?;
    let fits = (0..1 << 33).contains(&value) && !text.starts_with('-');
    let most = u128::from(!fraction.is_empty());
    (fits && value.abs_diff(header) > most).then(|| ambiguous("mtime", header.to_string().as_bytes(), pax))
}

fn ambiguous(field: &str, first: &[u8], second: &[u8]) -> FindingKind {
    let values = [first, second].map(excerpt::of_bytes);
    FindingKind::FieldAmbiguous { field: field.to_owned(), values }
}
