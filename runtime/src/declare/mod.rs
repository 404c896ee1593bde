//! The builders: the nodes of a fixture and their values. Each noun has a file, which checks the noun's declared values
//! and encodes them. Plans, stores and layouts are in the rooms above this one.

pub(crate) mod base;
pub(crate) mod blob;
pub(crate) mod conditional;
pub(crate) mod config;
pub(crate) mod content;
pub(crate) mod context;
pub(crate) mod copied;
pub(crate) mod descriptor;
pub(crate) mod diff_id;
pub(crate) mod edits;
pub(crate) mod encoded;
pub(crate) mod encoder;
pub(crate) mod extra_file;
pub(crate) mod fault;
pub(crate) mod fixture;
pub(crate) mod graph;
pub(crate) mod head;
pub(crate) mod history;
pub(crate) mod http;
pub(crate) mod index;
pub(crate) mod label;
pub(crate) mod layer;
pub(crate) mod listing;
pub(crate) mod manifest;
pub(crate) mod map;
pub(crate) mod order;
pub(crate) mod part;
pub(crate) mod path;
pub mod platform;
pub(crate) mod subject;
pub(crate) mod tag;
pub(crate) mod text;
pub(crate) mod value;
