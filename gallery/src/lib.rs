//! Images to test readers of OCI images with: legal ones that broke somebody, broken ones, and hostile ones.
//!
//! Each image is a [`Case`]: a declaration of [`oci_fixture`], the reason why it is in the gallery, what `verify` finds in
//! it, and what a reader may do with it.
//!
//! ```
//! for case in oci_fixture_gallery::all() {
//!     let grounds: Vec<String> = case.ground.iter().map(|ground| ground.name()).collect();
//!     println!("{}: {} ({})", case.name, case.what, grounds.join(", "));
//! }
//! ```
//!
//! [`Case::judge`] gives the image of a case to a reader, within bounds, and says whether the reader did what it may do.

#[cfg(feature = "arbitrary")]
pub mod arbitrary;
mod broken;
mod case;
#[cfg(feature = "arbitrary")]
#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the laws of the workspace use all of it, and fail by a panic"
)]
mod generator;
mod ground;
mod hostile;
mod legal;
mod reaction;
mod sandbox;
mod verdict;
mod wire;

pub use self::case::Case;
pub use self::ground::Ground;
pub use self::reaction::{Reaction, Reader, Readers};
pub use self::sandbox::{Harm, Sandbox};
pub use self::verdict::Verdict;

/// All cases whose image is a layout, which are all except those on the [wire].
pub fn all() -> impl Iterator<Item = &'static Case> {
    legal().chain(broken()).chain(hostile())
}

/// Images that broke a reader although a specification allows them, or although they are in common use.
pub fn legal() -> impl Iterator<Item = &'static Case> {
    legal::CASES.iter().copied().flatten()
}

/// Images of which a stored blob is not what its digest says, or is missing.
pub fn broken() -> impl Iterator<Item = &'static Case> {
    broken::CASES.iter().copied().flatten()
}

/// Images that attack their reader, or that contradict a specification.
pub fn hostile() -> impl Iterator<Item = &'static Case> {
    hostile::CASES.iter().copied().flatten()
}

/// Images that are stored right and served wrong: `Fixture::serve` of the feature `registry` starts a registry whose
/// answers to a client that pulls `app:1` have the fault.
pub fn wire() -> impl Iterator<Item = &'static Case> {
    wire::CASES.iter()
}

/// The case of a name.
pub fn case(name: &str) -> Option<&'static Case> {
    all().chain(wire()).find(|case| case.name == name)
}
