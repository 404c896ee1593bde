//! The generator of random fixtures: a model of a declaration as plain data, what `verify` must find in it, and numbers
//! from which both are made.
//!
//! The laws of the workspace, in `tests/laws`, include this folder: what they hold is held of the strategies, too.
//! Everything that is expected of a fixture is computed from its model, with code that shares nothing with the library's.

pub(crate) mod bytes;
pub(crate) mod choices;
pub(crate) mod declare;
pub(crate) mod entries;
pub(crate) mod expect;
pub(crate) mod faults;
pub(crate) mod identity;
pub(crate) mod inject;
pub(crate) mod json;
pub(crate) mod make;
pub(crate) mod media_type;
pub(crate) mod model;
pub(crate) mod plain;
pub(crate) mod random;
pub(crate) mod sealed;
pub(crate) mod settings;
