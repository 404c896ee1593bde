//! Legal images that broke somebody: each has a public report.

mod artifacts;
mod documents;
mod layers;
mod streams;

use crate::case::Case;

pub(crate) const CASES: &[&[Case]] = &[documents::CASES, artifacts::CASES, streams::CASES, layers::CASES];
