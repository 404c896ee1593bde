//! The operating systems that Go knows (`GOOS`), which are those of the [image specification], and two more
//! that images have: `unknown` and `wasi`.
//!
//! ```
//! use oci_fixture_grammar::platform::os;
//!
//! assert_eq!(os::linux, "linux");
//! assert!(os::ALL.contains(&os::wasip1));
//! ```
//!
//! [image specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties

// They are written as in an image, so that `linux/arm64` in a fixture reads as it does everywhere else.
#![allow(non_upper_case_globals)]

/// IBM AIX.
pub const aix: &str = "aix";

/// Android.
pub const android: &str = "android";

/// Darwin, the kernel of macOS.
pub const darwin: &str = "darwin";

/// `DragonFly` BSD.
pub const dragonfly: &str = "dragonfly";

/// FreeBSD.
pub const freebsd: &str = "freebsd";

/// GNU Hurd; Go reserves the name.
pub const hurd: &str = "hurd";

/// illumos.
pub const illumos: &str = "illumos";

/// iOS.
pub const ios: &str = "ios";

/// A JavaScript host of WebAssembly, with [`wasm`](super::arch::wasm).
pub const js: &str = "js";

/// Linux.
pub const linux: &str = "linux";

/// Native Client, which Go no longer supports.
pub const nacl: &str = "nacl";

/// NetBSD.
pub const netbsd: &str = "netbsd";

/// OpenBSD.
pub const openbsd: &str = "openbsd";

/// Plan 9.
pub const plan9: &str = "plan9";

/// Solaris.
pub const solaris: &str = "solaris";

/// No operating system in particular, as in the `unknown/unknown` that build attestations have.
pub const unknown: &str = "unknown";

/// The WebAssembly System Interface, as most images name it.
pub const wasi: &str = "wasi";

/// The WebAssembly System Interface, preview 1, as Go names it.
pub const wasip1: &str = "wasip1";

/// Windows; its images have an `os.version`, too.
pub const windows: &str = "windows";

/// IBM z/OS; Go reserves the name.
pub const zos: &str = "zos";

/// Every operating system above, in the order of its name.
pub const ALL: &[&str] = &[
    aix, android, darwin, dragonfly, freebsd, hurd, illumos, ios, js, linux, nacl, netbsd, openbsd, plan9,
    solaris, unknown, wasi, wasip1, windows, zos,
];
