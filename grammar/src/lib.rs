//! The strings that OCI images are named by, and why a string is not one of them.
//!
//! | string | module | the rules are those of |
//! |---|---|---|
//! | `docker.io/library/busybox:latest` | [`reference`](mod@reference) | `github.com/distribution/reference` |
//! | `linux/arm/v7` | [`platform`] | `github.com/containerd/platforms` |
//! | `sha256:9f86d081...` | [`digest`] | `github.com/opencontainers/go-digest` |
//! | `etc/passwd` | [`path`] | the [layer specification] |
//!
//! `oci-fixture` checks a literal with these functions when it is compiled and a run-time value with the
//! same functions when it is written. So there is no I/O here, there are no dependencies, and no input
//! panics. What is wrong with a string is an [`Invalid`], whose text also says what to write instead.
//!
//! ```
//! use oci_fixture_grammar::Reference;
//!
//! let reference = Reference::parse("busybox")?.or_latest();
//! assert_eq!(reference.to_string(), "docker.io/library/busybox:latest");
//!
//! let invalid = Reference::parse("busybox:-x").unwrap_err();
//! assert_eq!(invalid.to_string(), "tag `-x` starts with `-`; begin it with a letter, a digit or `_`");
//! # Ok::<(), oci_fixture_grammar::Invalid>(())
//! ```
//!
//! [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md

pub mod device;
pub mod digest;
pub mod eof;
pub mod header;
mod invalid;
pub mod language;
pub mod media_type;
pub mod mode;
pub mod number;
pub mod owner;
pub mod path;
pub mod platform;
pub mod reference;
pub mod xattr;

pub use digest::Digest;
pub use invalid::Invalid;
pub use platform::Platform;
pub use reference::Reference;
