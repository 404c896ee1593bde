//! Random fixtures for [`proptest`]: honest ones, and ones with faults whose findings are known.
//!
//! [`honest`] and [`with_faults`] are strategies. Each value is a [`RandomFixture`], which has the fixture and what
//! `verify` must find in it. A test that fails is repeated with smaller fixtures, and prints the smallest as the text of
//! `oci_image!`, which can be pasted into a test.
//!
//! ```
//! use oci_fixture_gallery::arbitrary::{honest, with_faults};
//! use proptest::prelude::*;
//!
//! # fn main() {
//! # let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) };
//! // In a test: proptest! { #[test] fn an_honest_fixture_is_accepted(random in honest()) { .. } }
//! proptest!(config, |(random in honest())| {
//!     let layout = random.fixture().in_memory()?;
//!     prop_assert!(layout.walk()?.all(|node| node.is_ok()));
//! });
//! # let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) };
//! proptest!(config, |(random in with_faults(1..=3))| {
//!     let findings = random.fixture().in_memory()?.verify();
//!     prop_assert_eq!(random.findings(), findings);
//! });
//! # }
//! ```

mod expected;
mod fixture;
mod shrink;
mod strategy;

pub use self::expected::{ExpectedFinding, ExpectedFindings};
pub use self::fixture::RandomFixture;
pub use self::strategy::{RandomFixtureTree, RandomFixtures, honest, with_faults};
