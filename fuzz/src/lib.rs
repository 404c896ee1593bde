//! The harnesses of `tests/fuzz`, by name.

#[path = "../../tests/fuzz/harness/mod.rs"]
mod harness;

use std::path::Path;
use std::{fs, io};

use self::harness::Harness;

const HARNESSES: [&Harness; 10] = [
    &harness::REFERENCE,
    &harness::PLATFORM,
    &harness::PATH,
    &harness::JSON,
    &harness::TAR,
    &harness::GZIP,
    &harness::ZSTD,
    &harness::DIRECTORY,
    &harness::ARCHIVE,
    &harness::REGISTRY,
];

/// Gives an input to the harness of a name.
///
/// # Panics
///
/// Where what it asks for does not hold; and where there is no harness of that name.
pub fn run(name: &str, input: &[u8]) {
    let harness = HARNESSES.iter().find(|harness| harness.name == name);
    (harness.expect("a target is a harness").run)(input);
}

/// Writes what each harness begins with to `corpus/NAME`, and what stands in inputs to `corpus/NAME.dict`.
///
/// # Errors
///
/// The errors of the operating system.
pub fn write_corpus(directory: &Path) -> io::Result<()> {
    for harness in HARNESSES {
        let inputs = directory.join(harness.name);
        fs::create_dir_all(&inputs)?;
        for (number, input) in (harness.corpus)().iter().enumerate() {
            fs::write(inputs.join(format!("{number:04}")), input)?;
        }
        let lines = harness.tokens.iter().map(|token| format!("\"{}\"\n", escaped(token)));
        fs::write(directory.join(format!("{}.dict", harness.name)), lines.collect::<String>())?;
    }
    Ok(())
}

/// As libFuzzer reads it: any byte in two hexadecimal digits.
fn escaped(token: &[u8]) -> String {
    token.iter().map(|byte| format!("\\x{byte:02x}")).collect::<Vec<_>>().concat()
}
