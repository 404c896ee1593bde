//! Tars of random bytes.

use std::io::Read;

use super::super::Reader;
use super::{CHECKSUM, END, GNU, MAGIC, MAJOR, MINOR, UID};
use super::{file, header, member, pax, read};
use crate::io::tests::Numbers;

/// Reading any bytes as a tar ends, without a panic. `OCI_FIXTURE_ROUNDS` asks for more tars.
#[test]
fn a_corrupt_tar_is_read_or_refused() {
    let whole = [
        pax(b'g', &[("comment", b"none")]),
        pax(b'x', &[("path", &[b'p'; 300]), ("mtime", b"-1.5"), ("SCHILY.xattr.user.k", b"\n12 v")]),
        file("a", &[1; 700]),
        member(b'L', &[b'l'; 200], &[]),
        member(b'K', &[b'k'; 200], &[]),
        member(b'2', b"", &[(UID, b"\x80\0\0\0\xff\xff\xff\xff")]),
        header(b'S', 0, &[(MAGIC, GNU), (482..483, &[1])]).to_vec(),
        vec![0; 512],
        header(b'3', 0, &[(MAJOR, b"1"), (MINOR, b"3")]).to_vec(),
        END.to_vec(),
    ]
    .concat();
    assert_eq!(read(&whole).0.len(), 4);
    let mut numbers = Numbers::new();
    let mut below = |limit| numbers.below(limit);
    let rounds = std::env::var("OCI_FIXTURE_ROUNDS").map_or(4000, |rounds| rounds.parse().unwrap());
    let mut read_whole = 0;
    for _ in 0..rounds {
        let mut tar = whole.clone();
        for _ in 0..=below(3) {
            let at = below(tar.len());
            match below(4) {
                0 => tar[at] = u8::try_from(below(256)).unwrap(),
                1 => tar[at] = b"0 \n=/\0\x80\xff"[below(8)],
                2 => tar.truncate(at + 1),
                _ => drop(tar.drain(at..(at + below(600)).min(tar.len() - 1))),
            }
        }
        // Otherwise most corrupt headers would be refused for their checksum alone.
        if below(4) > 0 {
            for block in tar.as_chunks_mut::<512>().0 {
                if block[257..262] == *b"ustar" {
                    block[CHECKSUM].fill(b' ');
                    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
                    block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
                }
            }
        }
        let mut reader = Reader::new(&tar[..]);
        let error = loop {
            match reader.next_member() {
                Ok(Some(_)) => drop(reader.body().read_to_end(&mut Vec::new())),
                Ok(None) => break None,
                Err(error) => break Some(error.to_string()),
            }
        };
        match error {
            Some(error) => assert!(error.starts_with("byte "), "{error}"),
            None => {
                read_whole += 1;
                reader.finish().unwrap();
            }
        }
    }
    // Some tars are read, and some are refused.
    assert!((rounds / 20..rounds * 19 / 20).contains(&read_whole), "{read_whole} of {rounds}");
}
