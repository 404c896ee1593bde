//! Hostile images: each attacks its reader, or contradicts a specification.

mod descriptors;
mod documents;
mod names;
mod streams;
mod tars;
mod whiteouts;

use crate::case::Case;

pub(crate) const CASES: &[&[Case]] =
    &[documents::CASES, descriptors::CASES, names::CASES, tars::CASES, whiteouts::CASES, streams::CASES];
