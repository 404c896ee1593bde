//! Measures a large layer in each way out: the peak of memory, and the time beside that of SHA-256 alone over its
//! bytes.

use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use oci_fixture::{Content, Fixture, Layer, Manifest};
use sha2::{Digest, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
/// The file in a layer that goes into a sink.
const LARGE: u64 = 8 * GIB;
/// The file in a layer that goes into a directory.
const ON_DISK: u64 = GIB;
/// The peak stays below it.
const AIM: u64 = 64 * MIB;
/// The first output of `Content::random` follows from it.
const SEED: u64 = 1;

const CONTENTS: [&str; 2] = ["random", "zeros"];
const LAYERS: [&str; 3] = ["plain", "gzip", "zstd"];
const SINKS: [&str; 2] = ["write_archive", "write_docker_archive"];
const DIRECTORY: &str = "write_to";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--one"] => println!("{}", peak()?),
        ["--one", content, layer, way, directory] => println!("{}", one(content, layer, way, directory)?),
        [] => compare(&env::temp_dir())?,
        [directory] if !directory.starts_with('-') => compare(Path::new(directory))?,
        _ => return Err("usage: memory [DIRECTORY]".into()),
    }
    Ok(())
}

/// Every content, in every layer, on every way; each in a process of its own, whose peak is that of this case alone.
fn compare(directory: &Path) -> Result<()> {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let mib = |bytes: u64| format!("{}.{}", bytes / MIB, bytes % MIB * 10 / MIB);
    let nothing: u64 = child(&[])?.trim().parse()?;
    println!("{profile}; a process that writes nothing has a peak of {} MiB\n", mib(nothing));
    println!(
        "| content | layer | way                  | GiB | peak (MiB) | aim  |    s | SHA-256 alone (s) | ratio |"
    );
    println!(
        "|---------|-------|----------------------|-----|------------|------|------|-------------------|-------|"
    );
    let has_space = space(directory)? > 2 * ON_DISK;
    for content in CONTENTS {
        for layer in LAYERS {
            for way in SINKS.into_iter().chain(has_space.then_some(DIRECTORY)) {
                let directory = directory.display().to_string();
                let figures = child(&[content, layer, way, &directory])?;
                let [peak, size, seconds, hash] = *figures.split_whitespace().collect::<Vec<_>>() else {
                    return Err(format!("{content} {layer} {way}: the child said {figures:?}").into());
                };
                let (peak, size): (u64, u64) = (peak.parse()?, size.parse()?);
                let (seconds, hash): (f64, f64) = (seconds.parse()?, hash.parse()?);
                println!(
                    "| {content:7} | {layer:5} | {way:20} | {:3} | {:>10} | < {} | {seconds:4.1} | {hash:17.1} | {:5.2} |",
                    size / GIB,
                    mib(peak),
                    AIM / MIB,
                    seconds / hash
                );
            }
        }
    }
    if !has_space {
        println!("\nskipped: {DIRECTORY}, since {} has not twice the space", directory.display());
    }
    Ok(())
}

/// This program in another process, and what it prints.
fn child(case: &[&str]) -> Result<String> {
    let output = Command::new(env::current_exe()?).arg("--one").args(case).output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}", case.join(" "), error.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// One case: the peak and the size of the content in bytes, the seconds, and those of SHA-256 alone.
fn one(content: &str, layer: &str, way: &str, directory: &str) -> Result<String> {
    let size = if way == DIRECTORY { ON_DISK } else { LARGE };
    let fixture = fixture(content, layer, size)?;
    // Just before, so that both have the same machine.
    let hash = hash(content, size);
    let start = Instant::now();
    let time = if way == DIRECTORY {
        let scratch = tempfile::tempdir_in(directory)?;
        black_box(fixture.write_to(scratch.path().join("layout"))?);
        start.elapsed()
    } else {
        let written = match way {
            "write_archive" => fixture.write_archive(Counter(0))?,
            _ => fixture.write_docker_archive(Counter(0))?,
        };
        let time = start.elapsed();
        if written.0 < size {
            return Err(format!("the archive has {} bytes, and the file in it {size}", written.0).into());
        }
        time
    };
    Ok(format!("{} {size} {} {}", peak()?, time.as_secs_f64(), hash.as_secs_f64()))
}

fn fixture(content: &str, layer: &str, size: u64) -> Result<Fixture> {
    let content = if content == "random" { Content::random(SEED, size) } else { Content::zeros(size) };
    let large = Layer::new().with(("large", content));
    let large = match layer {
        "plain" => large,
        "gzip" => large.gzip(),
        "zstd" => large.zstd(),
        _ => return Err(format!("there is no layer `{layer}`").into()),
    };
    Ok(Fixture::new().with(Manifest::new().reference("large:latest").with(large)))
}

/// The time that SHA-256 takes for the bytes of a content, without the time to make them.
fn hash(content: &str, size: u64) -> Duration {
    let (mut sha256, mut time) = (Sha256::new(), Duration::ZERO);
    let (mut chunk, mut state) = (vec![0; 64 * 1024], SEED);
    for _ in 0..size / chunk.len() as u64 {
        if content == "random" {
            for word in chunk.as_chunks_mut::<8>().0 {
                *word = next(&mut state).to_le_bytes();
            }
        }
        let start = Instant::now();
        sha256.update(&chunk);
        time += start.elapsed();
    }
    black_box(sha256.finalize());
    time
}

/// An output of `Content::random`, as its docs define it.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Counts what is written, and keeps none of it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += black_box(bytes).len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The most memory that was resident in this process, in bytes: `VmHWM` of proc(5).
fn peak() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")).ok_or("/proc/self/status has no VmHWM")?;
    Ok(kib.trim().parse::<u64>()? * 1024)
}

/// The bytes that are free where a directory is.
fn space(directory: &Path) -> Result<u64> {
    let output = Command::new("df").args(["--block-size=1", "--output=avail"]).arg(directory).output()?;
    let text = String::from_utf8(output.stdout)?;
    let free = text.lines().nth(1).ok_or_else(|| format!("df knows nothing of {}", directory.display()))?;
    Ok(free.trim().parse()?)
}
