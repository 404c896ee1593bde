//! The strings of OCI images, such as references and paths, and the reasons why a string is not valid.
//!
//! | string | module | the rules are those of |
//! |---|---|---|
//! | `docker.io/library/busybox:latest` | [`reference`](mod@reference) | `github.com/distribution/reference` |
//! | `linux/arm/v7` | [`platform`] | `github.com/containerd/platforms` |
//! | `sha256:9f86d081...` | [`digest`] | `github.com/opencontainers/go-digest` |
//! | `etc/passwd` | [`path`] | the [layer specification] |
//!
//! `oci-fixture` checks a literal with these functions when it is compiled and a run-time value with the
//! same functions when it is written. So this crate has no I/O and by default no dependencies, and it panics on no
//! input. The error of a string is an [`Invalid`], whose text also says what to write instead.
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

pub mod annotation;
pub mod device;
pub mod digest;
pub mod env;
pub mod eof;
pub mod header;
pub mod history;
mod invalid;
pub mod language;
pub mod layout_path;
pub mod media_type;
pub mod mode;
pub mod mtime;
pub mod number;
pub mod owner;
pub mod path;
pub mod platform;
pub mod port;
pub mod reference;
pub mod sparse;
pub mod tar;
pub mod time;
pub mod uri;
pub mod xattr;

pub use digest::Digest;
pub use invalid::Invalid;
pub use platform::Platform;
pub use reference::Reference;
