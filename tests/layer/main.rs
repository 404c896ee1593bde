//! Layers: the headers, contents and encoders of their tars, honest and faulty.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod content;
mod encoder;
mod faulty;
mod gzip_header;
mod own_encoder;
mod owner;
mod sparse;
mod tar;
