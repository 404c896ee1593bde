//! How long `write_to` takes, beside the same files written bare, and beside its own system calls and hashes.

use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use self::ways::{Known, Paths, Result, floor, memory, ours, raw};

mod ways;

/// Rounds; each of the ways is gone once in a round.
const ROUNDS: usize = 1200;
/// Ours, the floor, raw, and in memory.
const WAYS: usize = 4;
/// Rounds before those that count.
const WARM_UP: usize = 50;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--trace"] => trace(Path::new("/dev/shm")),
        [] => compare(Path::new("/dev/shm")),
        [directory] if !directory.starts_with('-') => compare(Path::new(directory)),
        _ => Err("usage: write [--trace | DIRECTORY]".into()),
    }
}

/// Each way once, between calls that can be found in the output of strace.
fn trace(parent: &Path) -> Result<()> {
    let scratch = tempfile::tempdir_in(parent)?;
    let known = Known::of_ours(&scratch.path().join("known"))?;
    let mark = |name: &str| drop(fs::metadata(Path::new("/mark").join(name)));
    let paths = |way: &str| Paths::of(scratch.path().join(way), &known);
    let (to_ours, to_floor, to_raw) = (paths("ours"), paths("floor"), paths("raw"));
    mark("ours");
    ours(&to_ours.directory)?;
    mark("floor");
    floor(&known, &to_floor)?;
    mark("raw");
    raw(&known, &to_raw)?;
    mark("end");
    Ok(())
}

/// The ways in turn, in an order that changes from round to round.
fn compare(parent: &Path) -> Result<()> {
    let scratch = tempfile::tempdir_in(parent)?;
    let known = Known::of_ours(&scratch.path().join("known"))?;
    let mut rounds: Vec<[f64; WAYS]> = Vec::with_capacity(ROUNDS);
    for round in 0..WARM_UP + ROUNDS {
        let mut times = [0.0; WAYS];
        for turn in 0..WAYS {
            let way = (round + turn) % WAYS;
            let paths = Paths::of(scratch.path().join("layout"), &known);
            let start = Instant::now();
            match way {
                0 => ours(&paths.directory)?,
                1 => floor(&known, &paths)?,
                2 => raw(&known, &paths)?,
                _ => memory()?,
            }
            let time = start.elapsed();
            if let Some(slot) = times.get_mut(way) {
                *slot = time.as_secs_f64() * 1e6;
            }
            if way < 3 {
                fs::remove_dir_all(&paths.directory)?;
            }
        }
        if round >= WARM_UP {
            rounds.push(times);
        }
    }
    report(parent, &known, &rounds);
    Ok(())
}

fn report(parent: &Path, known: &Known, rounds: &[[f64; WAYS]]) {
    let (profile, raw_aim, floor_aim) =
        if cfg!(debug_assertions) { ("dev", 4.5, 1.4) } else { ("release", 1.4, 1.2) };
    let place = match file_system(parent).as_deref() {
        Some("tmpfs") => "tmpfs".to_owned(),
        other => format!("NOT tmpfs, but {}: the figures are the disk's", other.unwrap_or("unknown")),
    };
    let micros = |of: fn(&[f64; WAYS]) -> f64| median(rounds.iter().map(of).collect());
    println!("{profile}, {place}, {} files, {} rounds; medians\n", known.files(), rounds.len());
    println!("|       |   µs | to raw |  aim | to the floor |  aim |");
    println!("|-------|------|--------|------|--------------|------|");
    println!(
        "| ours  | {:4.0} | {:6.2} | {raw_aim:4.2} | {:12.2} | {floor_aim:4.2} |",
        micros(|[ours, ..]| *ours),
        micros(|[ours, _, raw, _]| ours / raw),
        micros(|[ours, floor, ..]| ours / floor)
    );
    println!(
        "| floor | {:4.0} | {:6.2} |      |              |      |",
        micros(|[_, floor, ..]| *floor),
        micros(|[_, floor, raw, _]| floor / raw)
    );
    println!("| raw   | {:4.0} |        |      |              |      |", micros(|[_, _, raw, _]| *raw));
    println!(
        "| memory| {:4.0} | {:6.2} |      |              |      |",
        micros(|[.., memory]| *memory),
        micros(|[_, _, raw, memory]| memory / raw)
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The kind of the file system that a directory is on, where the system says it.
fn file_system(directory: &Path) -> Option<String> {
    let directory = directory.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let mut found = None;
    for mount in mounts.lines() {
        let mut words = mount.split(' ').skip(1);
        let (point, kind) = (words.next()?, words.next()?);
        if directory.starts_with(point) && found.as_ref().is_none_or(|(at, _)| point.len() >= *at) {
            found = Some((point.len(), kind.to_owned()));
        }
    }
    found.map(|(_, kind)| kind)
}
