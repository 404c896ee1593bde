//! How long it takes to add tags to one layout, one after the other, beside writing each of its index.json alone.

use std::env;
use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use oci_fixture::{Fixture, oci_image};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How many tags are added when no number is given.
const TAGS: usize = 10_000;
/// Lines of the output.
const STEPS: usize = 10;

fn main() -> Result<()> {
    let tags = env::args().nth(1).map_or(Ok(TAGS), |tags| tags.parse())?;
    let scratch = tempfile::tempdir_in("/dev/shm")?;
    let layout = scratch.path().join("layout");
    let (index, bare, staged) =
        (layout.join("index.json"), scratch.path().join("bare"), scratch.path().join("bare.new"));
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    println!("{profile}, tmpfs; seconds until the last tag of each line\n");
    println!("|   tags | index.json | added one by one | index.json alone | ratio | µs a tag |");
    println!("|--------|------------|------------------|------------------|-------|----------|");
    let (mut ours, mut alone) = (Duration::ZERO, Duration::ZERO);
    let mut before = Duration::ZERO;
    for tag in 0..tags {
        let fixture = image(tag);
        let start = Instant::now();
        fixture.write_to(&layout)?;
        ours += start.elapsed();
        // Every way of adding an entry does at least this: it reads the old file and writes the new one.
        let bytes = fs::read(&index)?;
        let start = Instant::now();
        if tag > 0 {
            fs::read(&bare)?;
        }
        fs::write(&staged, &bytes)?;
        fs::rename(&staged, &bare)?;
        alone += start.elapsed();
        let line = (tags / STEPS).max(1);
        if (tag + 1) % line == 0 {
            let each = ours.saturating_sub(before).as_micros() / u128::try_from(line)?;
            println!(
                "| {:6} | {:6} KiB | {:16.2} | {:16.2} | {:5.2} | {each:8} |",
                tag + 1,
                bytes.len() / 1024,
                ours.as_secs_f64(),
                alone.as_secs_f64(),
                ours.as_secs_f64() / alone.as_secs_f64(),
            );
            before = ours;
        }
    }
    Ok(())
}

/// An image with a tag of its own.
fn image(tag: usize) -> Fixture {
    let reference = format!("registry.example/app:{tag}");
    oci_image! { manifest (reference) { "bash" => "layer1" } }
}
