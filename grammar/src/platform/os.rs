//! The operating systems that Go knows (`GOOS`), which are those of the [image specification], and two more
//! that occur in images: `unknown` and `wasi`.
//!
//! ```
//! use oci_fixture::os;
//!
//! assert_eq!(os::linux, "linux");
//! assert!(os::ALL.contains(&os::wasip1));
//! ```
//!
//! [image specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties

super::words! {
    /// All operating systems of this module, in the order of their names.
    ALL;
    /// IBM AIX.
    aix,
    /// Android.
    android,
    /// Darwin, the kernel of macOS.
    darwin,
    /// `DragonFly` BSD.
    dragonfly,
    /// FreeBSD.
    freebsd,
    /// GNU Hurd; Go reserves the name.
    hurd,
    /// illumos.
    illumos,
    /// iOS.
    ios,
    /// A JavaScript host of WebAssembly, with [`wasm`](super::arch::wasm).
    js,
    /// Linux.
    linux,
    /// Native Client, which Go no longer supports.
    nacl,
    /// NetBSD.
    netbsd,
    /// OpenBSD.
    openbsd,
    /// Plan 9.
    plan9,
    /// Solaris.
    solaris,
    /// No operating system in particular, as in the `unknown/unknown` that build attestations have.
    unknown,
    /// The WebAssembly System Interface, as most images name it.
    wasi,
    /// The WebAssembly System Interface, preview 1, as Go names it.
    wasip1,
    /// Windows; its images have an `os.version`, too.
    windows,
    /// IBM z/OS; Go reserves the name.
    zos,
}
