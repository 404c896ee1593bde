//! Limits: how much is read of a layout that may be hostile.

use std::fmt;

use crate::decoder::WINDOW;
use crate::tar::PAX_LIMIT;

/// Declares the limits, each by one row: its documentation, field, variant, type, default, and the words of the
/// finding.
macro_rules! limits {
    ($($(#[$docs:meta])* $field:ident / $variant:ident: $type:ty = $default:expr, $text:literal;)*) => {
        /// How much [`Layout::verify_with`](crate::Layout::verify_with) reads, at most. Exceeding a limit is a finding,
        /// and what is beyond the limit is not judged.
        ///
        /// With the defaults, verifying any layout takes less than 64 MiB of memory, and in addition the window of a zstd
        /// frame. The time for a layer is in proportion to its compressed bytes.
        ///
        /// ```
        /// use oci_fixture::{Fixture, Limits, Manifest};
        ///
        /// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).in_memory()?;
        /// let mut limits = Limits::default();
        /// limits.document = 100;
        /// let findings = layout.verify_with(&limits);
        /// assert_eq!(
        ///     findings[0].to_string(),
        ///     "index.json: it is larger than 100 bytes, and so not judged (`Limits::document`)",
        /// );
        /// # Ok::<(), oci_fixture::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {
            $($(#[$docs])* pub $field: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        /// A limit of [`Limits`] that was exceeded.
        ///
        /// ```
        /// use oci_fixture::Limit;
        ///
        /// assert_eq!(Limit::Entries(100).to_string(), "it has more than 100 entries, and the rest is not judged (`Limits::entries`)");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Limit {
            $(#[doc = concat!("[`Limits::", stringify!($field), "`]")] $variant($type),)*
        }

        impl fmt::Display for Limit {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(most) => {
                        write!(f, concat!($text, " (`Limits::{}`)"), stringify!($field), most = most)
                    })*
                }
            }
        }
    };
}

limits! {
    /// The bytes of one document, each of which is held in memory: 4 MiB, which is what registries take at least.
    document / Document: u64 = 4 << 20,
        "it is larger than {most} bytes, and so not judged";
    /// The bytes of all documents together, however often they are read: 256 MiB.
    documents / Documents: u64 = 256 << 20,
        "{most} bytes of documents were read, and the rest is not judged";
    /// The bytes of one blob as it is stored: 64 GiB.
    blob / Blob: u64 = 64 << 30,
        "it is larger than {most} bytes, and so not read";
    /// The documents on the way from index.json to a document: 256, which is also the limit of a declaration.
    nesting / Nesting: u32 = 256,
        "it stands below {most} documents, and is not judged";
    /// The lists and objects of a document that contain one another: 128.
    json_depth / JsonDepth: u32 = 128,
        "values are nested more than {most} levels deep, so it is not judged";
    /// The descriptors of all documents together: 100,000.
    descriptors / Descriptors: u64 = 100_000,
        "{most} descriptors were read, and the rest is not judged";
    /// The `os.features` of one platform: 100.
    os_features / OsFeatures: usize = 100,
        "the platform has more than {most} features, and the rest is not judged";
    /// The bytes of one layer, decompressed: 64 GiB.
    layer / Layer: u64 = 64 << 30,
        "it has more than {most} bytes when it is decompressed, and the rest is not judged";
    /// How many times larger a layer is when it is decompressed: 100. Layers of up to 256 MiB may be of any ratio.
    ratio / Ratio: u32 = 100,
        "it is more than {most} times larger when it is decompressed, and the rest is not judged";
    /// The entries of one layer, whose paths are compared: 500,000.
    entries / Entries: u64 = 500_000,
        "it has more than {most} entries, and the rest is not judged";
    /// The bytes of a header that extends an entry of a layer, such as a PAX header or a long name of GNU tar, and of
    /// all global PAX headers of a layer together: 1 MiB, which is what Go's archive/tar takes.
    pax / Pax: u64 = PAX_LIMIT,
        "a header that extends an entry, or the global headers together, have more than {most} bytes, and the rest is not judged";
    /// The directories in one path of an entry, or in one target of a hard link: 4,096. No system takes such a path.
    directories / Directories: usize = 4096,
        "a path leads through more than {most} directories, and is not compared with others";
    /// The paths of symbolic links and whiteouts of one layer, or of all layers of one image: 50,000. They tell which
    /// paths of the upper layers lead through symbolic links.
    links / Links: usize = 50_000,
        "there are more than {most} symbolic links and whiteouts up to here, and paths of further layers are not compared with them";
    /// The paths of symbolic links and whiteouts that are kept of all layers together, for images that share a layer:
    /// 200,000.
    all_links / AllLinks: usize = 200_000,
        "more than {most} symbolic links and whiteouts of all layers were read before, and paths of further layers are not compared with those of this layer";
    /// The bytes of the window of a zstd frame, which are held in memory: 128 MiB, which is what `zstd` takes at most
    /// unless it is told otherwise.
    window / Window: u64 = WINDOW,
        "it needs a window of more than {most} bytes to be decompressed, and so is not judged";
    /// The findings: 1,000.
    findings / Findings: usize = 1_000,
        "there are {most} findings already, and the rest is not judged";
}
