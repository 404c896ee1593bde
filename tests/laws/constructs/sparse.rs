//! `#[sparse = ..]`: holes that are left out of the tar, in each format of GNU tar.

use oci_fixture::{Content, Entry, Fixture, Layer, Manifest};
use proptest::prelude::*;

use super::tar::read;
use super::{blob, document, has_a_text, in_memory, listed};
use crate::config;

const FORMATS: [&str; 4] = ["gnu", "0.0", "0.1", "1.0"];

/// Pairs of a hole and the bytes behind it.
type Pieces = Vec<(u32, Vec<u8>)>;

/// Bytes by their offsets.
type Placed = Vec<(u64, Vec<u8>)>;

/// Holes of few bytes, of whole blocks, and of more than a header can say.
fn pieces() -> impl Strategy<Value = Pieces> {
    let hole = prop_oneof![
        Just(0_u32),
        0..3_u32,
        500..530_u32,
        (0..9_u32).prop_map(|blocks| blocks * 512),
        0..70_000_u32
    ];
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..600),
        // Bytes of a piece may be zeros, and are no hole.
        (1..1100_usize).prop_map(|size| vec![0; size]),
    ];
    prop::collection::vec((hole, bytes), 0..9)
}

/// The size, the content, and the pieces by their offsets.
fn laid_out(pieces: &Pieces, behind: u32) -> (u64, Vec<u8>, Placed) {
    let (mut content, mut by_offset) = (Vec::new(), Vec::new());
    for (hole, bytes) in pieces {
        content.resize(content.len() + *hole as usize, 0);
        by_offset.push((content.len() as u64, bytes.clone()));
        content.extend(bytes);
    }
    content.resize(content.len() + behind as usize, 0);
    (content.len() as u64, content, by_offset)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_sparse_file_has_its_content_in_every_format(
        pieces in pieces(),
        behind in prop_oneof![Just(0_u32), 0..3000_u32],
        long in any::<bool>(),
    ) {
        let name = if long { "long/".repeat(40) + "file" } else { "file".to_owned() };
        let (size, content, by_offset) = laid_out(&pieces, behind);
        let declared = || Content::sparse(size, by_offset.clone());
        let mut layer = Layer::new().with(Entry::file(format!("{name}-full"), declared()));
        for format in FORMATS {
            layer.push(Entry::file(format!("{name}-{format}"), declared()).sparse(format).mode(0o600));
        }
        let fixture = Fixture::new().with(Manifest::new().with(layer));
        let files = in_memory(&fixture);
        let image = document(&files, &listed(&files)[0]);
        let found = read(blob(&files, &image["layers"][0]));

        prop_assert_eq!(found.len(), 5);
        prop_assert!(found[0].content == content && !found[0].is_sparse);
        let data: u64 = by_offset.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        for (member, format) in found[1..].iter().zip(FORMATS) {
            prop_assert_eq!(&member.name, &format!("{name}-{format}").into_bytes());
            prop_assert_eq!((member.mode, member.size), (0o600, size), "{}", format);
            prop_assert!(member.content == content, "{}", format);
            // The holes are not stored: the body has at most the map, and the whole blocks that contain data.
            let map = if format == "1.0" { 24 * (by_offset.len() as u64 + 2) } else { 0 };
            let most = (data + 1024 * by_offset.len() as u64).div_ceil(512) * 512 + map.div_ceil(512) * 512;
            prop_assert!(member.stored as u64 <= most, "{}: {} of {}", format, member.stored, most);
        }

        // The reader of this crate finds the same content.
        let layout = fixture.in_memory().unwrap();
        let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
        for format in FORMATS {
            prop_assert!(layer.file(format!("{name}-{format}")).unwrap() == content, "{}", format);
        }
        prop_assert_eq!(layer.entries().unwrap(), layer.declared_entries().unwrap().unwrap());
        has_a_text(&fixture);
    }
}
