//! How the images are drawn.

use crate::hostile::{IMAGES, beginning};

#[test]
fn each_image_is_this_tree() {
    assert_eq!(IMAGES.len(), EXPECTED.len());
    for ((name, image), (expected, tree)) in IMAGES.into_iter().zip(EXPECTED) {
        let layout = image().tempdir().unwrap();
        let decoded = DECODED.iter().find(|(name, _)| *name == expected && cfg!(feature = "decode"));
        let tree = decoded.map_or(tree.to_owned(), |(_, layer)| {
            let lines: Vec<_> = tree.lines().take(3).chain([*layer]).collect();
            lines.join("\n")
        });
        assert_eq!((name, beginning(&layout.to_string())), (expected, tree));
    }
}

/// The layers of which more is known where they can be read.
const DECODED: [(&str, &str); 5] = [
    (
        "gzip_trailing_bytes",
        "   └─ layer gzip sha256:91b186d3d52f 2078 bytes ! suffix() (sha256:91b186d3d52f14f786ef81126b5cde3b67b124ac9c56bec6aa006cf045f9a372: cannot be read as a layer: gzip at byte 2071: what follows the last member is none)",
    ),
    (
        "gzip_bad_crc",
        "   └─ layer gzip sha256:977671317b17 2071 bytes ! bad_crc() (sha256:977671317b17bd639bf931581719b0ba88f3ea5325127e6f5998e2743281d0b4: cannot be read as a layer: gzip member 1 at byte 0: corrupt gzip stream does not have a matching checksum)",
    ),
    (
        "zstd_window",
        "   └─ layer zstd sha256:f95e5e1c61c3 2057 bytes ! window() (sha256:f95e5e1c61c3b735382825378b851d3975a9ce19c28652d2b7377c9254edfffe: cannot be read as a layer: zstd frame 1 at byte 0: it needs a window of 2147483648 bytes, more than the 134217728 that are taken)",
    ),
    // What they expand to is too much to be read.
    ("gzip_bomb", "   └─ layer gzip sha256:d58736d7d6f3 10895895 bytes ! eof:, entry, suffix()"),
    ("zstd_bomb", "   └─ layer zstd sha256:acf6ec07b5b1 420361 bytes ! eof:, entry, suffix()"),
];

/// The name of each image, and its tree.
const EXPECTED: [(&str, &str); 50] = [
    (
        "manifest_and_index",
        "\
index.json
├─ manifest sha256:20e56dbcc6d8 397 bytes
│  ├─ config sha256:af2fb537d364 238 bytes
│  └─ layer sha256:620ef070a35a 2048 bytes
│     └─ -rw-r--r-- 12 file
└─ manifest docker.io/library/manifest_and_index:latest sha256:52594132a4aa 507 bytes ! merge:, extend:
   ├─ manifest sha256:20e56dbcc6d8 397 bytes
   │  ├─ config sha256:af2fb537d364 238 bytes
   │  └─ layer sha256:620ef070a35a 2048 bytes
   │     └─ -rw-r--r-- 12 file
   ├─ config sha256:66832f1b33e2 238 bytes
   └─ layer sha256:1147901ec63d 2048 bytes
      └─ -rw-r--r-- 15 file",
    ),
    (
        "duplicate_keys",
        "\
index.json
└─ manifest docker.io/library/duplicate_keys:latest sha256:d4e0c097bd2a 409 bytes ! extend: (sha256:d4e0c097bd2a394cfa9e6634cf1636c77291a6230d4544f6a03a4b6a8b65266f: cannot be read as a document with descriptors: duplicate field `layers` at line 1 column 405)",
    ),
    (
        "case_variant_keys",
        "\
index.json
└─ manifest docker.io/library/case_variant_keys:latest sha256:da33d66d6c2d 409 bytes ! extend:
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer sha256:185d419e141f 2048 bytes
      └─ -rw-r--r-- 7 file",
    ),
    (
        "large_manifest",
        "\
index.json
└─ manifest docker.io/library/large_manifest:latest sha256:02419d07a034 4194730 bytes
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer sha256:185d419e141f 2048 bytes
      └─ -rw-r--r-- 7 file",
    ),
    (
        "deep_index",
        "\
index.json
└─ index docker.io/library/deep_index:latest sha256:061b838a2dfb 237 bytes
   └─ index sha256:2e5dca0249e9 237 bytes
      └─ index sha256:18c4a6f3ce17 237 bytes
         └─ index sha256:4ba255d64410 237 bytes
            └─ index sha256:b9061402453c 237 bytes
               └─ index sha256:82d1c358fdb0 237 bytes
                  └─ index sha256:54bdf8c30a5d 237 bytes
                     └─ index sha256:2b98984faeff 237 bytes
                        └─ index sha256:3408575b1c62 237 bytes
                           └─ index sha256:9d6c746609cf 237 bytes
                              └─ index sha256:e933b2562fa8 237 bytes
                                 └─ index sha256:92f3caba4865 237 bytes
                                    └─ index sha256:96290dbcedf8 237 bytes
                                       └─ index sha256:3b7d541a12fb 237 bytes
                                          └─ index sha256:eca356d7ca9f 237 bytes
                                             └─ index sha256:d7d1a826e1ab 237 bytes
                                                └─ index sha256:7d4c632b80c9 237 bytes
                                                   └─ index sha256:aee51d810851 237 bytes
                                                      └─ index sha256:edfa2d7b2521 237 bytes
...",
    ),
    (
        "diamond",
        "\
index.json
└─ index docker.io/library/diamond:latest sha256:c97d6a3b63bd 387 bytes
   ├─ index sha256:851941737685 387 bytes
   │  ├─ index sha256:841c011f71e7 387 bytes
   │  │  ├─ index sha256:7abcd80c0fd5 387 bytes
   │  │  │  ├─ index sha256:ca239e06fb45 387 bytes
   │  │  │  │  ├─ index sha256:ad85514c648d 387 bytes
   │  │  │  │  │  ├─ index sha256:6d80398910db 387 bytes
   │  │  │  │  │  │  ├─ index sha256:57f895a51e00 387 bytes
   │  │  │  │  │  │  │  ├─ index sha256:8692309bcdd2 387 bytes
   │  │  │  │  │  │  │  │  ├─ index sha256:d0f6dab8c0f6 387 bytes
   │  │  │  │  │  │  │  │  │  ├─ index sha256:c74f486d76dc 387 bytes
   │  │  │  │  │  │  │  │  │  │  ├─ index sha256:b33107e8dd85 387 bytes
   │  │  │  │  │  │  │  │  │  │  │  ├─ index sha256:9e0b9a5a86e1 387 bytes
   │  │  │  │  │  │  │  │  │  │  │  │  ├─ index sha256:07225d7d73a1 387 bytes
   │  │  │  │  │  │  │  │  │  │  │  │  │  ├─ index sha256:1fede9c0b7ab 387 bytes
   │  │  │  │  │  │  │  │  │  │  │  │  │  │  ├─ index sha256:3b17a8e67f0e 387 bytes
   │  │  │  │  │  │  │  │  │  │  │  │  │  │  │  ├─ index sha256:93a450fa2c3e 387 bytes
   │  │  │  │  │  │  │  │  │  │  │  │  │  │  │  │  ├─ index sha256:f1e7024c2696 387 bytes
   │  │  │  │  │  │  │  │  │  │  │  │  │  │  │  │  │  ├─ index sha256:001dbdcd8f87 387 bytes
...",
    ),
    (
        "user_overflow",
        "\
index.json
└─ manifest docker.io/library/user_overflow:latest sha256:46b6f6f68e6c 248 bytes
   └─ config sha256:0d281f41a6e9 109 bytes",
    ),
    (
        "volume_traversal",
        "\
index.json
└─ manifest docker.io/library/volume_traversal:latest sha256:f5d791f5e869 248 bytes
   └─ config sha256:593a965aa39f 129 bytes",
    ),
    (
        "working_dir_of_the_runtime",
        "\
index.json
└─ manifest docker.io/library/working_dir_of_the_runtime:latest sha256:fafd2d0a4dfa 248 bytes
   └─ config sha256:0975919c3f21 120 bytes",
    ),
    (
        "foreign_layer",
        "\
index.json
└─ manifest docker.io/library/foreign_layer:latest sha256:bf305a54a226 466 bytes
   ├─ config sha256:277a86d5d1a6 163 bytes ! diff_ids:
   └─ application/vnd.oci.image.layer.nondistributable.v1.tar sha256:5f70bf18a086 1024 bytes ! dangling (not stored)",
    ),
    (
        "digest_traversal",
        "\
index.json
└─ manifest docker.io/library/digest_traversal:latest sha256:6f955d5860a2 349 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ (sha256:6f955d5860a254650b9efe8576518856dbb8249a70f307ab19067cba6bdec641: has a descriptor that cannot be read: Invalid encoded value ../../../outside at line 1 column 88) ! descriptor: { digest }",
    ),
    (
        "digest_uppercase",
        "\
index.json
└─ manifest docker.io/library/digest_uppercase:latest sha256:e0db87733dd5 397 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ (sha256:e0db87733dd5614d962bd67d5ae389075fb1c5200ef146b09183d8d3dc41ef7a: has a descriptor that cannot be read: Invalid non-hexadecimal character in digest: 319A4FFE3657636C627D4B0105D38FB73936B1233540D3468DB5EF72ADE574F0 at line 1 column 136) ! descriptor: { digest }",
    ),
    (
        "digest_short",
        "\
index.json
└─ manifest docker.io/library/digest_short:latest sha256:bc6bd7316a20 349 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ (sha256:bc6bd7316a209497dabb475c7d351b991c386d2a1c8a8d288d955374cbab18a8: has a descriptor that cannot be read: Invalid digest length 16 expected 64 at line 1 column 88) ! descriptor: { digest }",
    ),
    (
        "digest_sha512",
        "\
index.json
└─ manifest docker.io/library/digest_sha512:latest sha256:9f12e04c57c7 461 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ layer sha512:e79c85ea0320 2048 bytes ! descriptor: { digest } (not stored)",
    ),
    (
        "digest_unknown",
        "\
index.json
└─ manifest docker.io/library/digest_unknown:latest sha256:af2c10cedcf3 389 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ (sha256:af2c10cedcf337721b287f54f5b9838990fc576208eeccc6c89c7f404e7f98d7: has a descriptor that cannot be read: digest `multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8` has the algorithm `multihash+base58`; write `sha256`, `sha384` or `sha512`, in lower case) ! descriptor: { digest }",
    ),
    (
        "size_short",
        "\
index.json
└─ manifest docker.io/library/size_short:latest sha256:ac473a9adb9e 397 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ layer sha256:319a4ffe3657 1024 bytes ! descriptor: { size }
      └─ -rw-r--r-- 6 bash",
    ),
    (
        "size_long",
        "\
index.json
└─ manifest docker.io/library/size_long:latest sha256:d049e6c2ffa2 397 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ layer sha256:319a4ffe3657 4096 bytes ! descriptor: { size }
      └─ -rw-r--r-- 6 bash",
    ),
    (
        "size_zero",
        "\
index.json
└─ manifest docker.io/library/size_zero:latest sha256:389d9b3ee691 394 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ layer sha256:319a4ffe3657 0 bytes ! descriptor: { size }
      └─ -rw-r--r-- 6 bash",
    ),
    (
        "size_negative",
        "\
index.json
└─ manifest docker.io/library/size_negative:latest sha256:239153b8f3c5 395 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ (sha256:239153b8f3c50b2b14e1326ba5ee47c6bae444fa2cf8cd4e51887dc134759ed0: has a descriptor that cannot be read: invalid value: integer `-5`, expected u64 at line 1 column 146) ! descriptor: { size }",
    ),
    (
        "size_overflow",
        "\
index.json
└─ manifest docker.io/library/size_overflow:latest sha256:b36e8479dc16 412 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ layer sha256:319a4ffe3657 9223372036854775808 bytes ! descriptor: { size }
      └─ -rw-r--r-- 6 bash",
    ),
    (
        "diff_ids_wrong",
        "\
index.json
└─ manifest docker.io/library/diff_ids_wrong:latest sha256:317d123b204d 397 bytes
   ├─ config sha256:277a86d5d1a6 163 bytes ! diff_ids:
   └─ layer sha256:185d419e141f 2048 bytes
      └─ -rw-r--r-- 7 file",
    ),
    (
        "diff_ids_short",
        "\
index.json
└─ manifest docker.io/library/diff_ids_short:latest sha256:8a55b7a37bb1 396 bytes
   ├─ config sha256:dc570f145a7f 90 bytes ! diff_ids:
   └─ layer sha256:185d419e141f 2048 bytes
      └─ -rw-r--r-- 7 file",
    ),
    (
        "diff_ids_long",
        "\
index.json
└─ manifest docker.io/library/diff_ids_long:latest sha256:887411b2ae62 397 bytes
   ├─ config sha256:e0c8edfed456 237 bytes ! diff_ids:
   └─ layer sha256:5f70bf18a086 1024 bytes",
    ),
    (
        "empty_layer",
        "\
index.json
└─ manifest docker.io/library/empty_layer:latest sha256:8f9727078c27 394 bytes
   ├─ config sha256:b5991a7c0642 238 bytes
   └─ layer sha256:e3b0c44298fc 0 bytes ! raw:",
    ),
    (
        "absolute_path",
        "\
index.json
└─ manifest docker.io/library/absolute_path:latest sha256:37597c4b33e7 397 bytes
   ├─ config sha256:36128644ef7f 238 bytes
   └─ layer sha256:7c1ba8318725 2048 bytes ! #[unchecked]
      └─ -rw-r--r-- 7 /tmp/oci-fixture-hostile/absolute",
    ),
    (
        "parent_path",
        "\
index.json
└─ manifest docker.io/library/parent_path:latest sha256:2d4044ebb89d 397 bytes
   ├─ config sha256:cf3882d39674 238 bytes
   └─ layer sha256:2af94dbf3a78 2048 bytes ! #[unchecked]
      └─ -rw-r--r-- 7 ../../outside",
    ),
    (
        "symlink_then_write",
        "\
index.json
└─ manifest docker.io/library/symlink_then_write:latest sha256:da25adf00f2d 397 bytes
   ├─ config sha256:24da706a68ac 238 bytes
   └─ layer sha256:e2f3fc105e40 2560 bytes ! #[unchecked]
      ├─ lrwxrwxrwx 0 link -> ../..
      └─ -rw-r--r-- 7 link/outside",
    ),
    (
        "symlink_as_root",
        "\
index.json
└─ manifest docker.io/library/symlink_as_root:latest sha256:eef805d4a038 397 bytes
   ├─ config sha256:671195575601 238 bytes
   └─ layer sha256:40d5f4d8ae87 2560 bytes ! #[unchecked]
      ├─ lrwxrwxrwx 0 . -> ../..
      └─ -rw-r--r-- 7 outside",
    ),
    (
        "hardlink_outside",
        "\
index.json
└─ manifest docker.io/library/hardlink_outside:latest sha256:053e851e91c4 397 bytes
   ├─ config sha256:80dac9df077a 238 bytes
   └─ layer sha256:4864c35b63e0 2560 bytes ! #[unchecked]
      ├─ hrw-r--r-- 0 link link to ../../target
      └─ -rw-r--r-- 7 link",
    ),
    (
        "pax_size",
        "\
index.json
└─ manifest docker.io/library/pax_size:latest sha256:cc0248f30c4e 397 bytes
   ├─ config sha256:6b9f09beed82 238 bytes
   └─ layer sha256:a9af5a4c1b2a 4608 bytes ! entry
      ├─ -rw-r--r-- 1024 file
      └─ -rw-r--r-- 7 last",
    ),
    (
        "directory_with_body",
        "\
index.json
└─ manifest docker.io/library/directory_with_body:latest sha256:e3b12d733480 397 bytes
   ├─ config sha256:d4fbae7521a0 238 bytes
   └─ layer sha256:2204ab88e8cd 3584 bytes ! entry
      ├─ drwxr-xr-x 1024 directory/
      ├─ -rw-r--r-- 7 hidden
      └─ -rw-r--r-- 7 last",
    ),
    (
        "duplicate_pax_path",
        "\
index.json
└─ manifest docker.io/library/duplicate_pax_path:latest sha256:a011eaf9f757 397 bytes
   ├─ config sha256:3816fed8de31 238 bytes
   └─ layer sha256:34831e7bfbff 3072 bytes ! entry
      └─ -rw-r--r-- 7 second",
    ),
    (
        "nul_in_long_name",
        "\
index.json
└─ manifest docker.io/library/nul_in_long_name:latest sha256:0ae6b43ace77 397 bytes
   ├─ config sha256:a6060e275955 238 bytes
   └─ layer sha256:07ce686a0c8e 3072 bytes ! entry
      └─ -rw-r--r-- 7 first",
    ),
    (
        "whiteout_of_nothing",
        "\
index.json
└─ manifest docker.io/library/whiteout_of_nothing:latest sha256:1c2e5de31247 547 bytes
   ├─ config sha256:75a91e38a045 312 bytes
   ├─ layer sha256:6063faa25502 2560 bytes
   │  ├─ drwxr-xr-x 0 directory/
   │  └─ -rw-r--r-- 7 directory/file
   └─ layer sha256:56504991a48c 1536 bytes ! #[unchecked]
      └─ -rw-r--r-- 0 directory/.wh.",
    ),
    (
        "whiteout_of_its_directory",
        "\
index.json
└─ manifest docker.io/library/whiteout_of_its_directory:latest sha256:df6de27c9074 547 bytes
   ├─ config sha256:21420c36d768 312 bytes
   ├─ layer sha256:6063faa25502 2560 bytes
   │  ├─ drwxr-xr-x 0 directory/
   │  └─ -rw-r--r-- 7 directory/file
   └─ layer sha256:dfce68635bb0 1536 bytes ! #[unchecked]
      └─ -rw-r--r-- 0 directory/.wh..",
    ),
    (
        "whiteout_of_aufs",
        "\
index.json
└─ manifest docker.io/library/whiteout_of_aufs:latest sha256:c95ec3e0ed12 397 bytes
   ├─ config sha256:43c71e31bba8 238 bytes
   └─ layer sha256:307473342c22 2560 bytes ! #[unchecked]
      ├─ -rw-r--r-- 7 .wh..wh.plnk/1.2
      └─ hrw-r--r-- 0 file link to .wh..wh.plnk/1.2",
    ),
    (
        "whiteout_last",
        "\
index.json
└─ manifest docker.io/library/whiteout_last:latest sha256:0d104560154b 547 bytes
   ├─ config sha256:01fb801c0a54 312 bytes
   ├─ layer sha256:2f3a57663244 2048 bytes
   │  └─ -rw-r--r-- 5 file
   └─ layer sha256:f9ce4fec7cd0 2560 bytes ! #[unchecked]
      ├─ -rw-r--r-- 5 file
      └─ -rw-r--r-- 0 .wh.file",
    ),
    (
        "opaque_last",
        "\
index.json
└─ manifest docker.io/library/opaque_last:latest sha256:c7c55e7ecec9 547 bytes
   ├─ config sha256:13bac282b6ec 312 bytes
   ├─ layer sha256:37412ce6ac07 2560 bytes
   │  ├─ drwxr-xr-x 0 directory/
   │  └─ -rw-r--r-- 7 directory/lower
   └─ layer sha256:071964b4e1b3 3072 bytes
      ├─ drwxr-xr-x 0 directory/
      ├─ -rw-r--r-- 7 directory/upper
      └─ -rw-r--r-- 0 directory/.wh..wh..opq",
    ),
    (
        "gzip_members",
        "\
index.json
└─ manifest docker.io/library/gzip_members:latest sha256:9d6012550ec7 402 bytes
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer gzip sha256:7b22b1d05978 2117 bytes ! members()
      └─ -rw-r--r-- 7 file",
    ),
    (
        "gzip_trailing_bytes",
        "\
index.json
└─ manifest docker.io/library/gzip_trailing_bytes:latest sha256:df4939076a7e 402 bytes
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer gzip sha256:91b186d3d52f 2078 bytes ! suffix()
      └─ -rw-r--r-- 7 file",
    ),
    (
        "gzip_bad_crc",
        "\
index.json
└─ manifest docker.io/library/gzip_bad_crc:latest sha256:59ebbfda0c21 402 bytes
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer gzip sha256:977671317b17 2071 bytes ! bad_crc()
      └─ -rw-r--r-- 7 file",
    ),
    (
        "zstd_frames",
        "\
index.json
└─ manifest docker.io/library/zstd_frames:latest sha256:b43e5140418c 402 bytes
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer zstd sha256:fe32c48ff121 2075 bytes ! frames()
      └─ -rw-r--r-- 7 file",
    ),
    (
        "zstd_skippable_frame",
        "\
index.json
└─ manifest docker.io/library/zstd_skippable_frame:latest sha256:fe0b35fba110 402 bytes
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer zstd sha256:3c6e5a8896d3 2072 bytes ! skippable()
      └─ -rw-r--r-- 7 file",
    ),
    (
        "zstd_window",
        "\
index.json
└─ manifest docker.io/library/zstd_window:latest sha256:9205d7bf37fa 402 bytes
   ├─ config sha256:f4342a365ace 238 bytes
   └─ layer zstd sha256:f95e5e1c61c3 2057 bytes ! window()
      └─ -rw-r--r-- 7 file",
    ),
    (
        "gzip_bomb",
        "\
index.json
└─ manifest docker.io/library/gzip_bomb:latest sha256:34bdd4722c3f 406 bytes
   ├─ config sha256:96775c24366e 163 bytes ! diff_ids:
   └─ layer gzip sha256:d58736d7d6f3 10895895 bytes ! eof:, entry, suffix() (the feature `decode` shows its entries)",
    ),
    (
        "zstd_bomb",
        "\
index.json
└─ manifest docker.io/library/zstd_bomb:latest sha256:e06e24b80229 404 bytes
   ├─ config sha256:96775c24366e 163 bytes ! diff_ids:
   └─ layer zstd sha256:acf6ec07b5b1 420361 bytes ! eof:, entry, suffix() (the feature `decode` shows its entries)",
    ),
    (
        "no_end",
        "\
index.json
└─ manifest docker.io/library/no_end:latest sha256:483ab028ea91 397 bytes
   ├─ config sha256:fa9000ea5b6e 238 bytes
   └─ layer sha256:05778a84a30e 1024 bytes ! eof:
      └─ -rw-r--r-- 7 file",
    ),
    (
        "half_an_end",
        "\
index.json
└─ manifest docker.io/library/half_an_end:latest sha256:6626dc22edd5 397 bytes
   ├─ config sha256:6b885d26950e 238 bytes
   └─ layer sha256:10313a2cf777 1536 bytes ! eof:
      └─ -rw-r--r-- 7 file",
    ),
    (
        "garbage_after_end",
        "\
index.json
└─ manifest docker.io/library/garbage_after_end:latest sha256:242ff55b55a4 397 bytes
   ├─ config sha256:5e606183debd 238 bytes
   └─ layer sha256:76c2a77fffc7 2055 bytes ! eof:, entry
      └─ -rw-r--r-- 7 file",
    ),
    (
        "entry_after_end",
        "\
index.json
└─ manifest docker.io/library/entry_after_end:latest sha256:5590ab958232 397 bytes
   ├─ config sha256:88c91c4a5d22 238 bytes
   └─ layer sha256:24d41e90eb24 4096 bytes ! entry
      └─ -rw-r--r-- 7 file",
    ),
];
