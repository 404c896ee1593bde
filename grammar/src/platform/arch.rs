//! The architectures that Go knows (`GOARCH`), which are those of the [image specification], and `unknown`,
//! which images have.
//!
//! ```
//! use oci_fixture_grammar::platform::arch;
//!
//! assert_eq!(arch::arm64, "arm64");
//! assert_eq!(arch::i386, "386");
//! ```
//!
//! [image specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties

// They are written as in an image, so that `linux/arm64` in a fixture reads as it does everywhere else.
#![allow(non_upper_case_globals)]

/// 32-bit x86, which is called `386`; no Rust name starts with a digit.
pub const i386: &str = "386";

/// 64-bit x86, also known as x86-64.
pub const amd64: &str = "amd64";

/// 64-bit x86 with 32-bit pointers, which Go no longer supports.
pub const amd64p32: &str = "amd64p32";

/// 32-bit Arm, little endian.
pub const arm: &str = "arm";

/// 64-bit Arm, little endian, also known as `AArch64`.
pub const arm64: &str = "arm64";

/// 64-bit Arm, big endian; Go reserves the name.
pub const arm64be: &str = "arm64be";

/// 32-bit Arm, big endian; Go reserves the name.
pub const armbe: &str = "armbe";

/// 64-bit `LoongArch`.
pub const loong64: &str = "loong64";

/// 32-bit MIPS, big endian.
pub const mips: &str = "mips";

/// 64-bit MIPS, big endian.
pub const mips64: &str = "mips64";

/// 64-bit MIPS, little endian.
pub const mips64le: &str = "mips64le";

/// 64-bit MIPS with 32-bit pointers, big endian; Go reserves the name.
pub const mips64p32: &str = "mips64p32";

/// 64-bit MIPS with 32-bit pointers, little endian; Go reserves the name.
pub const mips64p32le: &str = "mips64p32le";

/// 32-bit MIPS, little endian.
pub const mipsle: &str = "mipsle";

/// 32-bit PowerPC, big endian; Go reserves the name.
pub const ppc: &str = "ppc";

/// 64-bit PowerPC, big endian.
pub const ppc64: &str = "ppc64";

/// 64-bit PowerPC, little endian.
pub const ppc64le: &str = "ppc64le";

/// 32-bit RISC-V; Go reserves the name.
pub const riscv: &str = "riscv";

/// 64-bit RISC-V.
pub const riscv64: &str = "riscv64";

/// 31-bit IBM System/390; Go reserves the name.
pub const s390: &str = "s390";

/// 64-bit IBM Z.
pub const s390x: &str = "s390x";

/// 32-bit SPARC; Go reserves the name.
pub const sparc: &str = "sparc";

/// 64-bit SPARC; Go reserves the name.
pub const sparc64: &str = "sparc64";

/// No architecture in particular, as in the `unknown/unknown` that build attestations have.
pub const unknown: &str = "unknown";

/// WebAssembly.
pub const wasm: &str = "wasm";

/// Every architecture above, in the order of its name.
pub const ALL: &[&str] = &[
    i386,
    amd64,
    amd64p32,
    arm,
    arm64,
    arm64be,
    armbe,
    loong64,
    mips,
    mips64,
    mips64le,
    mips64p32,
    mips64p32le,
    mipsle,
    ppc,
    ppc64,
    ppc64le,
    riscv,
    riscv64,
    s390,
    s390x,
    sparc,
    sparc64,
    unknown,
    wasm,
];
