//! Writes what the targets begin with.

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    oci_fixture_fuzz::write_corpus(Path::new("corpus"))
}
