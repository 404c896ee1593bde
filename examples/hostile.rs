//! Images that are broken, odd or hostile, each as a function of a few lines, with the ground for it: an advisory, or
//! what a specification says.
//!
//! `cargo run --example hostile -- [NAME [DIR]]` writes the named one, or without a name or with `all` each of them,
//! into a directory of its name below `DIR`, and prints what is in it. Without `DIR` that is a temporary directory,
//! which is removed again.
//!
//! Nothing here does harm where it is written: it is what reads it that may. `docs/hostile.md` says what some readers
//! do. Names that lead out of a layer lead to its parent's parent, and absolute ones into `/tmp/oci-fixture-hostile`.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Content, Fixture, Gzip, Index, Label, Manifest, Zstd, oci_image};

/// A manifest that is an index, too, and has no media type that says which: a reader that verified one of the two may
/// run the other ([CVE-2021-41190](https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh)).
pub(crate) fn manifest_and_index() -> Fixture {
    oci_image! {
        'other: linux/amd64 { "file" => "of the index" }
        manifest "manifest_and_index" {
            merge: { "mediaType": null }
            extend: { "manifests": [{
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "digest": 'other.digest, "size": 397,
            }] }
            "file" => "of the manifest",
        }
    }
}

/// The key `layers` twice, which the specification forbids
/// ([considerations.md](https://github.com/opencontainers/image-spec/blob/main/considerations.md#json)): for some
/// parsers the first one counts, for others the last one, and others refuse.
pub(crate) fn duplicate_keys() -> Fixture {
    oci_image! {
        manifest "duplicate_keys" { extend: { "layers": [] } "file" => "content" }
    }
}

/// The keys `layers` and `LAYERS`: [Go's encoding/json](https://pkg.go.dev/encoding/json#Unmarshal) takes both for the
/// same, other parsers do not.
pub(crate) fn case_variant_keys() -> Fixture {
    oci_image! {
        manifest "case_variant_keys" { extend: { "LAYERS": [] } "file" => "content" }
    }
}

/// A manifest of more than 4 MiB, which is the least that readers are to support
/// ([distribution-spec](https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests)); one
/// without any limit can be made to run out of memory
/// ([CVE-2023-25153](https://github.com/containerd/containerd/security/advisories/GHSA-259w-8hf6-59c2)).
pub(crate) fn large_manifest() -> Fixture {
    oci_image! {
        manifest "large_manifest" { annotations: { "padding": " ".repeat(4 << 20) } "file" => "content" }
    }
}

/// 100 indexes, each in another: the specification lets them nest, and does not say how deep
/// ([image-index.md](https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions)).
pub(crate) fn deep_index() -> Fixture {
    let inner = (1..100).fold(Index::new().with(Manifest::new()), |inner, _| Index::new().with(inner));
    Fixture::new().with(inner.reference("deep_index"))
}

/// 30 indexes, each of which lists the one below it twice: 12 KB, but 2^30 manifests for a reader that does not remember
/// where it was
/// ([image-index.md](https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions)).
pub(crate) fn diamond() -> Fixture {
    let mut index = Index::new().with(Manifest::new());
    for level in 0..30 {
        let below = Label::new(&format!("level-{level}"), index);
        index = Index::new().with(&below).with(below.again());
    }
    Fixture::new().with(index.reference("diamond"))
}

/// A user of 2^32, which is root where it is cut to 32 bits
/// ([CVE-2024-40635](https://github.com/containerd/containerd/security/advisories/GHSA-265r-hfxg-fhmg)).
pub(crate) fn user_overflow() -> Fixture {
    oci_image! {
        manifest "user_overflow" { config { user: 4294967296 } }
    }
}

/// A volume that leads out of the image, so that what the host has there is copied into it
/// ([CVE-2022-23648](https://github.com/containerd/containerd/security/advisories/GHSA-crp2-qrr5-8pq7)).
pub(crate) fn volume_traversal() -> Fixture {
    oci_image! {
        manifest "volume_traversal" { config { volumes: ["/../../../../../../etc"] } }
    }
}

/// A working directory that is a file descriptor of the runtime, which leads to the host
/// ([CVE-2024-21626](https://github.com/opencontainers/runc/security/advisories/GHSA-xr7r-f8xq-vfvv)).
pub(crate) fn working_dir_of_the_runtime() -> Fixture {
    oci_image! {
        manifest "working_dir_of_the_runtime" { config { working_dir: "/proc/self/fd/7" } }
    }
}

/// A layer that is to be fetched from a host inside of the reader's network; some gave it their credentials
/// ([CVE-2020-15157](https://github.com/containerd/containerd/security/advisories/GHSA-742w-89gc-8m9c)).
pub(crate) fn foreign_layer() -> Fixture {
    oci_image! {
        manifest "foreign_layer" {
            dangling {
                media_type: "application/vnd.oci.image.layer.nondistributable.v1.tar",
                digest: "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                size: 1024,
                urls: ["http://169.254.169.254/latest/meta-data/"],
            }
            config { diff_ids: ["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"] }
        }
    }
}

/// A digest that is a path out of the store
/// ([CVE-2024-3727](https://github.com/containers/image/security/advisories/GHSA-6wvf-f2vw-3425)).
pub(crate) fn digest_traversal() -> Fixture {
    layer_digest("digest_traversal", "sha256:../../../outside")
}

/// The layer's digest in capitals, which sha256 does not have
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#sha-256)).
pub(crate) fn digest_uppercase() -> Fixture {
    layer_digest(
        "digest_uppercase",
        "sha256:319A4FFE3657636C627D4B0105D38FB73936B1233540D3468DB5EF72ADE574F0",
    )
}

/// The layer's digest cut to 16 of its 64 digits
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#sha-256)).
pub(crate) fn digest_short() -> Fixture {
    layer_digest("digest_short", "sha256:319a4ffe3657636c")
}

/// The layer's true sha512, though it is stored by its sha256: nobody has to know that algorithm
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#sha-512)).
pub(crate) fn digest_sha512() -> Fixture {
    layer_digest("digest_sha512", SHA512)
}

/// A digest of no registered algorithm, which is to pass validation, though nobody can verify it
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests)).
pub(crate) fn digest_unknown() -> Fixture {
    layer_digest("digest_unknown", "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8")
}

fn layer_digest(name: &str, digest: &str) -> Fixture {
    oci_image! {
        manifest (name) { layer { descriptor: { digest: digest } "bash" => "layer1" } }
    }
}

/// What `sha512sum` says of the layer.
const SHA512: &str = "sha512:e79c85ea03200649ffc96e155360e211fd51986fb694902e89e168aa81e7568b\
                      8a0f3973ce7b7d57f8cc643c389ceb5d1e6f2fca5236177e14273c0acc573993";

/// A layer that is said to be shorter than it is: content whose length is another is not to be trusted
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties)).
pub(crate) fn size_short() -> Fixture {
    oci_image! {
        manifest "size_short" { layer { descriptor: { size: 1024 } "bash" => "layer1" } }
    }
}

/// A layer that is said to be longer than it is
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties)).
pub(crate) fn size_long() -> Fixture {
    oci_image! {
        manifest "size_long" { layer { descriptor: { size: 4096 } "bash" => "layer1" } }
    }
}

/// A layer that is said to have no bytes; some take that for a size that is not known
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties)).
pub(crate) fn size_zero() -> Fixture {
    oci_image! {
        manifest "size_zero" { layer { descriptor: { size: 0 } "bash" => "layer1" } }
    }
}

/// A negative size, which no descriptor has
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties)); `-1` is what Go's
/// tools have for a size that is not known.
pub(crate) fn size_negative() -> Fixture {
    oci_image! {
        manifest "size_negative" { layer { descriptor: { size: -5 } "bash" => "layer1" } }
    }
}

/// A size of 2^63, which is more than the `int64` of the specification holds
/// ([descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties)).
pub(crate) fn size_overflow() -> Fixture {
    oci_image! {
        manifest "size_overflow" { layer { descriptor: { size: 9223372036854775808 } "bash" => "layer1" } }
    }
}

/// A config with the `diff_id` of another layer than that which the manifest lists
/// ([config.md](https://github.com/opencontainers/image-spec/blob/main/config.md#layer-diffid)).
pub(crate) fn diff_ids_wrong() -> Fixture {
    oci_image! {
        manifest "diff_ids_wrong" {
            config { diff_ids: ["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"] }
            layer { "file" => "content" }
        }
    }
}

/// A config with fewer `diff_id`s than the manifest has layers
/// ([config.md](https://github.com/opencontainers/image-spec/blob/main/config.md#layer-diffid)).
pub(crate) fn diff_ids_short() -> Fixture {
    oci_image! {
        manifest "diff_ids_short" { config { diff_ids: [] } layer { "file" => "content" } }
    }
}

/// A config with more `diff_id`s than the manifest has layers
/// ([config.md](https://github.com/opencontainers/image-spec/blob/main/config.md#layer-diffid)).
pub(crate) fn diff_ids_long() -> Fixture {
    oci_image! {
        manifest "diff_ids_long" {
            config {
                diff_ids: [
                    "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                ],
            }
            layer { }
        }
    }
}

/// A layer of 0 bytes: even an empty tar has two blocks
/// ([POSIX, ustar](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06)).
pub(crate) fn empty_layer() -> Fixture {
    oci_image! {
        manifest "empty_layer" { layer { raw: "" } }
    }
}

/// A file with an absolute path
/// ([CVE-2021-32804](https://github.com/npm/node-tar/security/advisories/GHSA-3jfq-g458-7qm9)).
pub(crate) fn absolute_path() -> Fixture {
    oci_image! {
        manifest "absolute_path" { #[unchecked] "/tmp/oci-fixture-hostile/absolute" => "content" }
    }
}

/// A file with a path that leads out of the layer by `..`
/// ([CVE-2007-4559](https://nvd.nist.gov/vuln/detail/CVE-2007-4559)).
pub(crate) fn parent_path() -> Fixture {
    oci_image! {
        manifest "parent_path" { #[unchecked] "../../outside" => "content" }
    }
}

/// A symbolic link out of the layer, and a file behind it
/// ([CVE-2014-6407](https://nvd.nist.gov/vuln/detail/CVE-2014-6407)).
pub(crate) fn symlink_then_write() -> Fixture {
    oci_image! {
        manifest "symlink_then_write" {
            #[unchecked] "link" -> "../..",
            #[unchecked] "link/outside" => "content",
        }
    }
}

/// The root itself as a symbolic link, so that all that follows is behind it
/// ([CVE-2021-29136](https://github.com/opencontainers/umoci/security/advisories/GHSA-9m95-8hx6-7p9v)).
pub(crate) fn symlink_as_root() -> Fixture {
    oci_image! {
        manifest "symlink_as_root" {
            #[unchecked] "." -> "../..",
            "outside" => "content",
        }
    }
}

/// A hard link to a file out of the layer, and then the same name as a file: where that is written into what is there,
/// both have it ([CVE-2018-20990](https://rustsec.org/advisories/RUSTSEC-2018-0002.html)).
pub(crate) fn hardlink_outside() -> Fixture {
    oci_image! {
        manifest "hardlink_outside" {
            #[unchecked] hardlink "link" -> "../../target",
            #[unchecked] "link" => "content",
        }
    }
}

/// A file of 1024 bytes by its PAX header, and of none by its own: where that counts, the content is read as entries,
/// and `hidden` is one of them
/// ([CVE-2025-62518](https://github.com/astral-sh/tokio-tar/security/advisories/GHSA-j5gw-2vrg-8fgx)).
pub(crate) fn pax_size() -> Fixture {
    oci_image! {
        manifest "pax_size" {
            entry { name: "file", size: 0, pax: { "size": "1024" } }
            "hidden" => "content",
            "last" => "content",
        }
    }
}

/// A directory of 1024 bytes, which says nothing of a body
/// ([POSIX, ustar](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06)); where it is
/// taken to have one, `hidden` is in that, and no entry.
pub(crate) fn directory_with_body() -> Fixture {
    oci_image! {
        manifest "directory_with_body" {
            entry { name: "directory/", typeflag: "5", mode: 0o755, size: 1024 }
            "hidden" => "content",
            "last" => "content",
        }
    }
}

/// A PAX header with two paths, and POSIX does not say which of them counts
/// ([pax Extended Header](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03)).
pub(crate) fn duplicate_pax_path() -> Fixture {
    oci_image! {
        manifest "duplicate_pax_path" {
            entry { name: "ustar", pax: { "path": "first", "path": "second" }, body: "content" }
        }
    }
}

/// A long name of GNU's with a NUL within, which ends it or not
/// ([GNU tar](https://www.gnu.org/software/tar/manual/html_node/Standard.html)).
pub(crate) fn nul_in_long_name() -> Fixture {
    oci_image! {
        manifest "nul_in_long_name" {
            entry { name: "././@LongLink", typeflag: "L", magic: "ustar ", version: " ", body: "first\0second\0" }
            entry { name: "ustar", magic: "ustar ", version: " ", body: "content" }
        }
    }
}

/// A whiteout of nothing, which is to be refused
/// ([layer.md](https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts)).
pub(crate) fn whiteout_of_nothing() -> Fixture {
    whiteout("whiteout_of_nothing", "directory/.wh.")
}

/// A whiteout of `.`, the directory that it is in
/// ([layer.md](https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts)).
pub(crate) fn whiteout_of_its_directory() -> Fixture {
    whiteout("whiteout_of_its_directory", "directory/.wh..")
}

fn whiteout(name: &str, path: &str) -> Fixture {
    oci_image! {
        manifest (name) {
            layer { "directory/", "directory/file" => "content" }
            layer { #[unchecked] (path) => "" }
        }
    }
}

/// A hard link to a file in the directory where aufs had those: by the specification it is a whiteout
/// ([layer.md](https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts)), and moby knows it still
/// ([diff.go](https://github.com/moby/moby/blob/v28.0.0/pkg/archive/diff.go)).
pub(crate) fn whiteout_of_aufs() -> Fixture {
    oci_image! {
        manifest "whiteout_of_aufs" {
            #[unchecked] ".wh..wh.plnk/1.2" => "content",
            #[unchecked] hardlink "file" -> ".wh..wh.plnk/1.2",
        }
    }
}

/// A whiteout behind the file that it names: it hides files of lower layers alone
/// ([layer.md](https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts)).
pub(crate) fn whiteout_last() -> Fixture {
    oci_image! {
        manifest "whiteout_last" {
            layer { "file" => "lower" }
            layer { "file" => "upper", #[unchecked] whiteout "file" }
        }
    }
}

/// An opaque marker behind a file beside it: it hides files of lower layers alone, wherever it stands
/// ([layer.md](https://github.com/opencontainers/image-spec/blob/main/layer.md#opaque-whiteout)).
pub(crate) fn opaque_last() -> Fixture {
    oci_image! {
        manifest "opaque_last" {
            layer { "directory/", "directory/lower" => "content" }
            layer { "directory/", "directory/upper" => "content", opaque "directory" }
        }
    }
}

/// Gzip of three members, which are one stream
/// ([RFC 1952, section 2.2](https://www.rfc-editor.org/rfc/rfc1952)).
pub(crate) fn gzip_members() -> Fixture {
    oci_image! {
        manifest "gzip_members" { layer (Gzip::stored().members(3)) { "file" => "content" } }
    }
}

/// Gzip, and behind it bytes that are none
/// ([RFC 1952, section 2.2](https://www.rfc-editor.org/rfc/rfc1952)).
pub(crate) fn gzip_trailing_bytes() -> Fixture {
    oci_image! {
        manifest "gzip_trailing_bytes" { layer (Gzip::stored().suffix("garbage")) { "file" => "content" } }
    }
}

/// Gzip whose checksum is wrong, which a reader knows when it has all of the layer
/// ([RFC 1952, section 2.3.1](https://www.rfc-editor.org/rfc/rfc1952)).
pub(crate) fn gzip_bad_crc() -> Fixture {
    oci_image! {
        manifest "gzip_bad_crc" { layer (Gzip::stored().bad_crc()) { "file" => "content" } }
    }
}

/// Zstandard of three frames, which are one stream
/// ([RFC 8878, section 3.1](https://www.rfc-editor.org/rfc/rfc8878#section-3.1)).
pub(crate) fn zstd_frames() -> Fixture {
    oci_image! {
        manifest "zstd_frames" { layer (Zstd::stored().frames(3)) { "file" => "content" } }
    }
}

/// Zstandard that begins with a frame to be skipped, so that its first bytes are not those that it is known by
/// ([RFC 8878, section 3.1.2](https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2)).
pub(crate) fn zstd_skippable_frame() -> Fixture {
    oci_image! {
        manifest "zstd_skippable_frame" { layer (Zstd::stored().skippable("skipped")) { "file" => "content" } }
    }
}

/// Zstandard with a window of 2 GiB, for which a decoder needs as much memory, or refuses
/// ([RFC 8878, section 3.1.1.1.2](https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.2)).
pub(crate) fn zstd_window() -> Fixture {
    oci_image! {
        manifest "zstd_window" { layer (Zstd::stored().window(2 << 30)) { "file" => "content" } }
    }
}

/// A file of 10 GiB in 10 MiB of gzip
/// ([CVE-2017-14992](https://nvd.nist.gov/vuln/detail/CVE-2017-14992)).
pub(crate) fn gzip_bomb() -> Fixture {
    // A member with the header of the file, and so many with its content.
    let zeros = Content::repeat(gzip_of_zeros(), TEN_GIB >> 20);
    oci_image! {
        manifest "gzip_bomb" {
            layer (Gzip::stored().suffix(zeros)) { entry { name: "zeros", size: TEN_GIB - 1024 } eof: 0 }
            config { diff_ids: [OF_ZEROS] }
        }
    }
}

/// A file of 10 GiB in 410 KiB of Zstandard
/// ([RFC 8878, section 3.1.1.2.2](https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.2.2)).
pub(crate) fn zstd_bomb() -> Fixture {
    let zeros = Content::repeat(zstd_of_zeros(), TEN_GIB >> 20);
    oci_image! {
        manifest "zstd_bomb" {
            layer (Zstd::stored().suffix(zeros)) { entry { name: "zeros", size: TEN_GIB - 1024 } eof: 0 }
            config { diff_ids: [OF_ZEROS] }
        }
    }
}

/// The content of the file, and the two blocks that end the tar.
const TEN_GIB: u64 = 10 << 30;

/// The digest of the tar in the bombs: what `gzip -dc | sha256sum` says of the layer.
const OF_ZEROS: &str = "sha256:3427fdce67b0698b013c808c3d480010a27515d6beb5f7b9018362f22714680f";

/// A whole gzip member ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)) of 1 MiB of zeros: one block of deflate
/// ([RFC 1951, section 3.2.7](https://www.rfc-editor.org/rfc/rfc1951)) whose own codes are `10` for a zero, `00` for 258
/// copies of it, and `11` for the end.
fn gzip_of_zeros() -> Vec<u8> {
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // They end with the first bit of a zero.
    let codes = [0xed, 0xc0, 0x81, 0, 0, 0, 0, 0x80, 0xa0, 0xfd, 0xa9, 0x17, 0xa9];
    // 4064 times 258 copies, 63 more zeros, and the end.
    let (copies, zeros, end) = ([0; 1016], [0xaa; 16], [0x01]);
    // `crc32(bytes(1 << 20))` of Python's zlib, and the size.
    let trailer = [0x1c, 0xea, 0x38, 0xa7, 0, 0, 16, 0];
    [&header[..], &codes, &copies, &zeros, &end, &trailer].concat()
}

/// A whole frame ([RFC 8878](https://www.rfc-editor.org/rfc/rfc8878)) of 1 MiB of zeros: 8 blocks that repeat one byte
/// 128 KiB times, which is as often as a block may.
fn zstd_of_zeros() -> Vec<u8> {
    // A magic number; a content of one segment, whose size has 4 bytes; that size.
    let header = [0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000, 0, 0, 16, 0];
    // The size by 8, the type 1 by 2, whether it is the last; the byte.
    let (block, last) = ([0b010, 0, 16, 0], [0b011, 0, 16, 0]);
    [&header[..], &block.repeat(7), &last].concat()
}

/// A tar without the two blocks of zeros that end it
/// ([POSIX, ustar](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06)).
pub(crate) fn no_end() -> Fixture {
    oci_image! {
        manifest "no_end" { layer { "file" => "content", eof: 0 } }
    }
}

/// A tar with one of the two blocks that end it
/// ([POSIX, ustar](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06)).
pub(crate) fn half_an_end() -> Fixture {
    oci_image! {
        manifest "half_an_end" { layer { "file" => "content", eof: 1 } }
    }
}

/// Bytes behind the end of a tar, which are in its digest, and which nobody reads
/// ([POSIX, ustar](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06)).
pub(crate) fn garbage_after_end() -> Fixture {
    oci_image! {
        manifest "garbage_after_end" {
            layer { "file" => "content", entry { raw: [0; 1024] } entry { raw: "garbage" } eof: 0 }
        }
    }
}

/// An entry behind the end of a tar: readers that go on have a file more than those that do not
/// ([POSIX, ustar](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06)).
pub(crate) fn entry_after_end() -> Fixture {
    oci_image! {
        manifest "entry_after_end" {
            layer { "file" => "content", entry { raw: [0; 1024] } "hidden" => "content" }
        }
    }
}

/// What the command line calls an image, and the function that makes it.
type Image = (&'static str, fn() -> Fixture);

/// All of them.
pub(crate) const IMAGES: [Image; 50] = [
    ("manifest_and_index", manifest_and_index),
    ("duplicate_keys", duplicate_keys),
    ("case_variant_keys", case_variant_keys),
    ("large_manifest", large_manifest),
    ("deep_index", deep_index),
    ("diamond", diamond),
    ("user_overflow", user_overflow),
    ("volume_traversal", volume_traversal),
    ("working_dir_of_the_runtime", working_dir_of_the_runtime),
    ("foreign_layer", foreign_layer),
    ("digest_traversal", digest_traversal),
    ("digest_uppercase", digest_uppercase),
    ("digest_short", digest_short),
    ("digest_sha512", digest_sha512),
    ("digest_unknown", digest_unknown),
    ("size_short", size_short),
    ("size_long", size_long),
    ("size_zero", size_zero),
    ("size_negative", size_negative),
    ("size_overflow", size_overflow),
    ("diff_ids_wrong", diff_ids_wrong),
    ("diff_ids_short", diff_ids_short),
    ("diff_ids_long", diff_ids_long),
    ("empty_layer", empty_layer),
    ("absolute_path", absolute_path),
    ("parent_path", parent_path),
    ("symlink_then_write", symlink_then_write),
    ("symlink_as_root", symlink_as_root),
    ("hardlink_outside", hardlink_outside),
    ("pax_size", pax_size),
    ("directory_with_body", directory_with_body),
    ("duplicate_pax_path", duplicate_pax_path),
    ("nul_in_long_name", nul_in_long_name),
    ("whiteout_of_nothing", whiteout_of_nothing),
    ("whiteout_of_its_directory", whiteout_of_its_directory),
    ("whiteout_of_aufs", whiteout_of_aufs),
    ("whiteout_last", whiteout_last),
    ("opaque_last", opaque_last),
    ("gzip_members", gzip_members),
    ("gzip_trailing_bytes", gzip_trailing_bytes),
    ("gzip_bad_crc", gzip_bad_crc),
    ("zstd_frames", zstd_frames),
    ("zstd_skippable_frame", zstd_skippable_frame),
    ("zstd_window", zstd_window),
    ("gzip_bomb", gzip_bomb),
    ("zstd_bomb", zstd_bomb),
    ("no_end", no_end),
    ("half_an_end", half_an_end),
    ("garbage_after_end", garbage_after_end),
    ("entry_after_end", entry_after_end),
];

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let (name, directory) = match arguments.as_slice() {
        [] => (None, None),
        [name] => (Some(name), None),
        [name, directory] => (Some(name), Some(Path::new(directory))),
        [..] => return usage("there are more than two arguments"),
    };
    let images: Vec<Image> = match name.filter(|name| *name != "all") {
        None => IMAGES.into(),
        Some(name) => match IMAGES.into_iter().find(|(known, _)| name == known) {
            None => return usage(&format!("there is no image `{}`", name.display())),
            Some(image) => vec![image],
        },
    };
    match run(&images, directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(problem: &str) -> ExitCode {
    let names: Vec<_> = IMAGES.iter().map(|(name, _)| *name).collect();
    eprintln!("error: {problem}");
    eprintln!("usage: hostile [NAME [DIR]], where NAME is `all`, {}", names.join(", "));
    ExitCode::from(2)
}

fn run(images: &[Image], directory: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let directory = directory.unwrap_or(temporary.path());
    let mut out = io::stdout().lock();
    for (name, image) in images {
        let layout = image().write_to(directory.join(name))?;
        writeln!(out, "{name}: {}\n", beginning(&layout.to_string()))?;
    }
    Ok(())
}

/// The first lines of a tree: some have no end that anybody wants to see.
pub(crate) fn beginning(tree: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<_> = tree.lines().collect();
    match lines.split_at_checked(LINES) {
        Some((first, rest)) if !rest.is_empty() => format!("{}\n...", first.join("\n")),
        _ => tree.to_owned(),
    }
}
