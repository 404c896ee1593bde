//! The variants of an architecture, as the [image specification] lists them for `arm` and `arm64`, and as Go's
//! `GOAMD64` numbers them for `amd64`.
//!
//! ```
//! use oci_fixture::variant;
//!
//! assert_eq!(variant::v7, "v7");
//! ```
//!
//! [image specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#platform-variants

super::words! {
    /// All variants of this module.
    ALL;
    /// The baseline of `amd64`.
    v1,
    /// `amd64` with SSE4.2 and `POPCNT`.
    v2,
    /// `amd64` with AVX2 and BMI2.
    v3,
    /// `amd64` with AVX-512.
    v4,
    /// `arm` version 5, without floating point.
    v5,
    /// `arm` version 6.
    v6,
    /// `arm` version 7.
    v7,
    /// `arm64` version 8, or `arm` on it.
    v8,
    /// `arm64` version 9.
    v9,
}
