//! Every lie is marked in the tree.

use oci_fixture::{Gzip, Layout, oci_image};

#[test]
fn what_is_not_so_stands_behind_a_mark() {
    let fixture = oci_image! {
        extend: { "schemaVersion": 1 }
        index "app:1" {
            #[flip = 3] #[append = "x"] linux/mips { }
            linux/amd64 {
                layer (Gzip::stored().bad_crc().suffix("garbage")) { "a" => "b" }
                config { diff_ids: [], merge: { "os": null } }
            }
            #[missing] linux/arm64 { "a" => "c" }
            #[unlisted] linux/s390x { "a" => "d" }
            linux/riscv64 { descriptor: { size: -5, digest: "sha256:short", platform: linux/386 } }
            linux/ppc64le {
                #[truncate = -1] blob "text/plain" { content: "text", diff_id: "sha256:0", descriptor: { data: "more" } }
            }
            dangling { media_type: "a/b", digest: "sha256:0", size: 1 }
        }
        #[unchecked] manifest "UPPER" { raw: "{}" }
        oci_layout: null
    };
    let tree = "\
index.json ! extend:, oci_layout:
├─ index docker.io/library/app:1 sha256:a8817f3601a6 1085 bytes
│  ├─ manifest linux/mips sha256:df92b4596a89 248 bytes ! #[flip = 3], #[append = Content(1 bytes)] (sha256:df92b4596a8924895478f0fec3026e4ffa63db786a1c5e2f101fcd059aef7f8d: cannot be read as a document with descriptors: trailing characters at line 1 column 249)
│  ├─ manifest linux/amd64 sha256:576e246b46b9 401 bytes
│  │  ├─ config sha256:469dbc7d4b1e 77 bytes ! merge:, diff_ids:
│  │  └─ layer gzip sha256:7ff0ec1694a9 2078 bytes ! suffix(), bad_crc()
│  │     └─ -rw-r--r-- 1 a
│  ├─ manifest linux/arm64 sha256:1f70ca49728d 397 bytes ! #[missing] (not stored)
│  ├─ (sha256:a8817f3601a6c792efc98b43de551e637b425b373c67cf04b9ae4d523ee68062: has a descriptor that cannot be read: Invalid digest length 5 expected 64 at line 1 column 81) ! descriptor: { digest, size, platform }
│  ├─ manifest linux/ppc64le sha256:c301b694c62c 384 bytes
│  │  ├─ config sha256:3f9ccef8c5f7 177 bytes
│  │  └─ text/plain sha256:982d9e3eb996 4 bytes ! descriptor: { data }, #[truncate = -1], diff_id:
│  ├─ (sha256:a8817f3601a6c792efc98b43de551e637b425b373c67cf04b9ae4d523ee68062: has a descriptor that cannot be read: Invalid digest length 1 expected 64 at line 1 column 38) ! dangling
│  └─ manifest linux/s390x sha256:5f03d651798e 397 bytes ! #[unlisted]
│     ├─ config sha256:5e158de2aaa0 238 bytes
│     └─ layer sha256:cfc5ea1269d0 2048 bytes
│        └─ -rw-r--r-- 1 a
└─ manifest UPPER sha256:44136fa355b3 2 bytes ! #[unchecked], raw:";
    assert_eq!(fixture.to_string(), tree);
    let directory = fixture.tempdir().unwrap();
    assert_eq!(directory.to_string(), tree);
    assert_eq!(fixture.in_memory().unwrap().to_string(), tree);

    // Whoever opens it does not know.
    std::fs::write(directory.path().join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    let opened = Layout::open(directory.path()).unwrap().to_string();
    assert!(!opened.contains(" ! "), "{opened}");
}
