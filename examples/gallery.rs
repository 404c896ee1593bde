//! Gives all images of the gallery to an unpacker, and prints what it makes of them: `cargo run --example gallery`.
//!
//! The unpacker is what many write first: it looks up the image, checks digests, decompresses each layer, and lets the
//! `tar` crate unpack it. It knows nothing of whiteouts.

use std::error::Error;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use oci_fixture_gallery::{Reader, all};
use ruzstd::decoding::StreamingDecoder;
use serde_json::Value;

fn main() -> io::Result<()> {
    let (mut out, mut fine) = (io::stdout().lock(), 0);
    for case in all() {
        let verdict = case.judge(Reader::Unpacker, unpack)?;
        if verdict.is_fine() {
            fine += 1;
        } else {
            writeln!(out, "{verdict}")?;
        }
    }
    writeln!(out, "{fine} of {} are as they may be", all().count())
}

fn unpack(layout: &Path, root: &Path) -> Result<(), Box<dyn Error>> {
    let index: Value = serde_json::from_slice(&fs::read(layout.join("index.json"))?)?;
    let mut document = read(layout, first(&index)?)?;
    while document.get("manifests").is_some() {
        document = read(layout, first(&document)?)?;
    }
    for layer in document.get("layers").and_then(Value::as_array).ok_or("a manifest has layers")? {
        let bytes = blob(layout, layer)?;
        let tar: Box<dyn Read + '_> = match layer.get("mediaType").and_then(Value::as_str).unwrap_or_default()
        {
            media_type if media_type.ends_with("gzip") => Box::new(MultiGzDecoder::new(bytes.as_slice())),
            media_type if media_type.ends_with("zstd") => Box::new(StreamingDecoder::new(bytes.as_slice())?),
            _ => Box::new(bytes.as_slice()),
        };
        tar::Archive::new(tar).unpack(root)?;
    }
    Ok(())
}

/// The entry for linux/amd64, or the first.
fn first(index: &Value) -> Result<&Value, Box<dyn Error>> {
    let entries = index.get("manifests").and_then(Value::as_array).ok_or("an index has entries")?;
    let fits = |entry: &&Value| entry.pointer("/platform/architecture").is_none_or(|name| name == "amd64");
    Ok(entries.iter().find(fits).or(entries.first()).ok_or("the index is empty")?)
}

fn read(layout: &Path, descriptor: &Value) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_slice(&blob(layout, descriptor)?)?)
}

/// The bytes of a descriptor, which are what it says.
fn blob(layout: &Path, descriptor: &Value) -> Result<Vec<u8>, Box<dyn Error>> {
    let text = |key: &str| descriptor.get(key).and_then(Value::as_str).unwrap_or_default();
    let digest = oci_fixture::Digest::parse(text("digest"))?;
    let bytes = fs::read(layout.join("blobs").join(digest.algorithm()).join(digest.hex()))?;
    if oci_fixture::Digest::sha256(&bytes) != digest {
        return Err(format!("the blob is not {digest}").into());
    }
    if descriptor.get("size").and_then(Value::as_u64) != Some(bytes.len() as u64) {
        return Err(format!("the size of {digest} is wrong").into());
    }
    Ok(bytes)
}
