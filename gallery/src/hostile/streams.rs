//! Layers whose compressed streams are odd, faulty or too large.

use oci_fixture::{Content, Gzip, Zstd, oci_image};

use crate::case::{Case, fixture};
use crate::ground::{advisory, report, sentence};
use crate::reaction::Reaction::{Accept, Refuse, Survive};
use crate::reaction::readers;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "gzip_members",
        what: "A gzip stream has three members, which are one stream.",
        ground: &[sentence("RFC 1952, section 2.2", "https://www.rfc-editor.org/rfc/rfc1952")],
        make: fixture! {
            manifest "gzip_members" { layer (Gzip::stored().members(3)) { "file" => "content" } }
        },
        findings: &[("StreamsSeveral", "index.json > manifests[0] > layers[0]")],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "gzip_trailing_bytes",
        what: "Bytes that are not gzip follow the gzip stream.",
        ground: &[sentence("RFC 1952, section 2.2", "https://www.rfc-editor.org/rfc/rfc1952")],
        make: fixture! {
            manifest "gzip_trailing_bytes" { layer (Gzip::stored().suffix("garbage")) { "file" => "content" } }
        },
        findings: &[("StreamTrailing", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "gzip_bad_crc",
        what: "The checksum of the gzip stream is wrong. A reader finds this only at the end of the layer.",
        ground: &[sentence("RFC 1952, section 2.3.1", "https://www.rfc-editor.org/rfc/rfc1952")],
        make: fixture! {
            manifest "gzip_bad_crc" { layer (Gzip::stored().bad_crc()) { "file" => "content" } }
        },
        findings: &[("StreamChecksum", "index.json > manifests[0] > layers[0]")],
        readers: readers(Refuse, Accept, Accept),
    },
    Case {
        name: "zstd_frames",
        what: "A zstd stream has three frames, which are one stream.",
        ground: &[
            sentence("RFC 8878, section 3.1", "https://www.rfc-editor.org/rfc/rfc8878#section-3.1"),
            report("https://github.com/composefs/composefs-rs/issues/383"),
        ],
        make: fixture! {
            manifest "zstd_frames" { layer (Zstd::stored().frames(3)) { "file" => "content" } }
        },
        findings: &[("StreamsSeveral", "index.json > manifests[0] > layers[0]")],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "zstd_skippable_frame",
        what: "A zstd stream begins with a skippable frame, so that its first bytes are not the usual magic number.",
        ground: &[sentence(
            "RFC 8878, section 3.1.2",
            "https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2",
        )],
        make: fixture! {
            manifest "zstd_skippable_frame" { layer (Zstd::stored().skippable("skipped")) { "file" => "content" } }
        },
        findings: &[("StreamsSkipped", "index.json > manifests[0] > layers[0]")],
        readers: readers(Accept, Accept, Accept),
    },
    Case {
        name: "zstd_window",
        what: "A zstd stream has a window of 2 GiB. A decoder must allocate as much memory, or refuse the stream.",
        ground: &[sentence(
            "RFC 8878, section 3.1.1.1.2",
            "https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.2",
        )],
        make: fixture! {
            manifest "zstd_window" { layer (Zstd::stored().window(2 << 30)) { "file" => "content" } }
        },
        findings: &[("LimitExceeded", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "gzip_bomb",
        what: "A file of 10 GiB takes 10 MiB of gzip.",
        ground: &[advisory("CVE-2017-14992", "https://nvd.nist.gov/vuln/detail/CVE-2017-14992")],
        make: || {
            // The first gzip member holds the header of the file; each further member holds 1 MiB of its content.
            let zeros = Content::repeat(gzip_of_zeros(), TEN_GIB >> 20);
            oci_image! {
                manifest "gzip_bomb" {
                    layer (Gzip::stored().suffix(zeros)) { entry { name: "zeros", size: TEN_GIB - 1024 } eof: 0 }
                    config { diff_ids: [OF_ZEROS] }
                }
            }
        },
        findings: &[("LimitExceeded", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
    Case {
        name: "zstd_bomb",
        what: "A file of 10 GiB takes 410 KiB of zstd.",
        ground: &[sentence(
            "RFC 8878, section 3.1.1.2.2",
            "https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.2.2",
        )],
        make: || {
            let zeros = Content::repeat(zstd_of_zeros(), TEN_GIB >> 20);
            oci_image! {
                manifest "zstd_bomb" {
                    layer (Zstd::stored().suffix(zeros)) { entry { name: "zeros", size: TEN_GIB - 1024 } eof: 0 }
                    config { diff_ids: [OF_ZEROS] }
                }
            }
        },
        findings: &[("LimitExceeded", "index.json > manifests[0] > layers[0]")],
        readers: readers(Survive, Accept, Accept),
    },
];

/// The size of the file's content and of the two blocks at the end of the tar.
const TEN_GIB: u64 = 10 << 30;

/// The digest of the tar in both bombs, as `gzip -dc | sha256sum` prints it for the layer.
const OF_ZEROS: &str = "sha256:3427fdce67b0698b013c808c3d480010a27515d6beb5f7b9018362f22714680f";

/// A whole gzip member ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)) of 1 MiB of zeros. It is one block of deflate
/// ([RFC 1951, section 3.2.7](https://www.rfc-editor.org/rfc/rfc1951)) with dynamic codes: `10` is a zero, `00` is 258
/// copies of the last byte, and `11` is the end.
fn gzip_of_zeros() -> Vec<u8> {
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // The last bit of these bytes is the first bit of the code of a zero.
    let codes = [0xed, 0xc0, 0x81, 0, 0, 0, 0, 0x80, 0xa0, 0xfd, 0xa9, 0x17, 0xa9];
    // These are 4064 codes of 258 copies, 63 codes of a zero, and the end.
    let (copies, zeros, end) = ([0; 1016], [0xaa; 16], [0x01]);
    // The checksum, as `zlib.crc32(bytes(1 << 20))` computes it in Python, and the size.
    let trailer = [0x1c, 0xea, 0x38, 0xa7, 0, 0, 16, 0];
    [&header[..], &codes, &copies, &zeros, &end, &trailer].concat()
}

/// A whole zstd frame ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)) of 1 MiB of zeros: 8 blocks, each of which
/// repeats one byte 131072 times, the maximum for a block.
fn zstd_of_zeros() -> Vec<u8> {
    // The magic number; a descriptor that says `single segment, a content size of 4 bytes`; the content size.
    let header = [0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000, 0, 0, 16, 0];
    // Three bytes hold the size times 8, the block type 1 times 2, and 1 for the last block; then comes the byte.
    let (block, last) = ([0b010, 0, 16, 0], [0b011, 0, 16, 0]);
    [&header[..], &block.repeat(7), &last].concat()
}
