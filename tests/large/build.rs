//! Writes a declaration with 10,000 entries.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut source = String::from("oci_fixture::oci_image! { linux/amd64 {\n");
    for number in 0..10_000 {
        writeln!(source, "\"file{number}\" => \"content\",")?;
    }
    source.push_str("} }");
    let directory = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    std::fs::write(Path::new(&directory).join("large.rs"), source)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
