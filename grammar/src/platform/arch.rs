//! The architectures that Go knows (`GOARCH`), which are those of the [image specification], and `unknown`,
//! which also occurs in images.
//!
//! ```
//! use oci_fixture::arch;
//!
//! assert_eq!(arch::arm64, "arm64");
//! assert_eq!(arch::i386, "386");
//! ```
//!
//! [image specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties

super::words! {
    /// All architectures of this module, in the order of their names.
    ALL;
    /// 32-bit x86. Images have `386`, but no Rust name starts with a digit.
    i386 = "386",
    /// 64-bit x86, also known as x86-64.
    amd64,
    /// 64-bit x86 with 32-bit pointers, which Go no longer supports.
    amd64p32,
    /// 32-bit Arm, little endian.
    arm,
    /// 64-bit Arm, little endian, also known as `AArch64`.
    arm64,
    /// 64-bit Arm, big endian; Go reserves the name.
    arm64be,
    /// 32-bit Arm, big endian; Go reserves the name.
    armbe,
    /// 64-bit `LoongArch`.
    loong64,
    /// 32-bit MIPS, big endian.
    mips,
    /// 64-bit MIPS, big endian.
    mips64,
    /// 64-bit MIPS, little endian.
    mips64le,
    /// 64-bit MIPS with 32-bit pointers, big endian; Go reserves the name.
    mips64p32,
    /// 64-bit MIPS with 32-bit pointers, little endian; Go reserves the name.
    mips64p32le,
    /// 32-bit MIPS, little endian.
    mipsle,
    /// 32-bit PowerPC, big endian; Go reserves the name.
    ppc,
    /// 64-bit PowerPC, big endian.
    ppc64,
    /// 64-bit PowerPC, little endian.
    ppc64le,
    /// 32-bit RISC-V; Go reserves the name.
    riscv,
    /// 64-bit RISC-V.
    riscv64,
    /// 31-bit IBM System/390; Go reserves the name.
    s390,
    /// 64-bit IBM Z.
    s390x,
    /// 32-bit SPARC; Go reserves the name.
    sparc,
    /// 64-bit SPARC; Go reserves the name.
    sparc64,
    /// No architecture in particular, as in the `unknown/unknown` that build attestations have.
    unknown,
    /// WebAssembly.
    wasm,
}
