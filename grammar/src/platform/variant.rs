//! The variants of an architecture, as the [image specification] lists them for `arm` and `arm64`, and as Go's
//! `GOAMD64` numbers them for `amd64`.
//!
//! ```
//! use oci_fixture_grammar::platform::variant;
//!
//! assert_eq!(variant::v7, "v7");
//! ```
//!
//! [image specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#platform-variants

// They are written as in an image, so that `linux/arm64` in a fixture reads as it does everywhere else.
#![allow(non_upper_case_globals)]

/// The baseline of `amd64`.
pub const v1: &str = "v1";

/// `amd64` with SSE4.2 and `POPCNT`.
pub const v2: &str = "v2";

/// `amd64` with AVX2 and BMI2.
pub const v3: &str = "v3";

/// `amd64` with AVX-512.
pub const v4: &str = "v4";

/// `arm` version 5, without floating point.
pub const v5: &str = "v5";

/// `arm` version 6.
pub const v6: &str = "v6";

/// `arm` version 7.
pub const v7: &str = "v7";

/// `arm64` version 8, or `arm` on it.
pub const v8: &str = "v8";

/// `arm64` version 9.
pub const v9: &str = "v9";

/// Every variant above.
pub const ALL: &[&str] = &[v1, v2, v3, v4, v5, v6, v7, v8, v9];
