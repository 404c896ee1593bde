//! Measures verifying layouts that are larger and deeper than real ones: the peak of memory, and the time.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use oci_fixture::{Blob, Config, Digest, Entry, Fixture, Header, Index, Label, Layer, Manifest};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const MIB: usize = 1 << 20;
/// The size of a decompressed bomb, in MiB.
const MIBS: usize = 10 << 10;
/// The peak stays below it.
const MEMORY: usize = 64 * MIB;
/// The seconds, too.
const TIME: f64 = 5.0;
const MILLION: usize = 1_000_000;
/// The levels of nested values.
const DEEP: usize = 100_000;

/// The cases: the name of each layout, and how it is made.
type Case = (&'static str, fn() -> Result<Fixture>);

const CASES: [Case; 14] = [
    ("nothing", || Ok(Fixture::new())),
    ("10 GiB in one member of gzip", one_member),
    ("10 GiB in 10,240 members", members),
    ("10 GiB in one frame of zstd", one_frame),
    ("10 GiB in 10,240 frames", frames),
    ("an index of a million descriptors", || Ok(one_index())),
    ("a million descriptors in 32 indexes", || Ok(indexes())),
    ("100,000 lists in one another: index.json", || Ok(lists())),
    ("100,000 objects in one another: a manifest", || Ok(objects())),
    ("100,000 lists that do not end: a config", || Ok(open_lists())),
    ("a diamond that doubles 30 times", || Ok(diamond())),
    ("200 indexes in one another", || Ok(nested())),
    ("a layer of a million files", || Ok(files())),
    ("a layer of a million links", || Ok(links())),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--one", directory] => println!("{}", one(Path::new(directory))?),
        [] => compare(&env::temp_dir())?,
        [directory] if !directory.starts_with('-') => compare(Path::new(directory))?,
        _ => return Err("usage: verify [DIRECTORY]".into()),
    }
    Ok(())
}

/// Every case; each in a process of its own, which has not made what it verifies.
fn compare(directory: &Path) -> Result<()> {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    println!("{profile}; the aims are less than {} MiB and {TIME} s\n", MEMORY / MIB);
    println!("| layout                                      | peak (MiB) | s     | CPU s | first finding");
    println!("|---------------------------------------------|------------|-------|-------|--------------");
    let mut missed = 0;
    for (name, make) in CASES {
        let scratch = tempfile::tempdir_in(directory)?;
        let layout = scratch.path().join("layout");
        make()?.write_to(&layout)?;
        let output = Command::new(env::current_exe()?).arg("--one").arg(&layout).output()?;
        if !output.status.success() {
            return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
        }
        let figures = String::from_utf8(output.stdout)?;
        let [peak, seconds, cpu, findings] = *figures.trim().splitn(4, ' ').collect::<Vec<_>>() else {
            return Err(format!("{name}: the child said {figures:?}").into());
        };
        let (peak, seconds, cpu): (usize, f64, f64) = (peak.parse()?, seconds.parse()?, cpu.parse()?);
        let is_missed = peak >= MEMORY || cpu >= TIME;
        missed += usize::from(is_missed);
        let mib = format!("{}.{}", peak / MIB, peak % MIB * 10 / MIB);
        let mark = if is_missed { " (!)" } else { "" };
        println!("| {name:43} | {mib:>10} | {seconds:5.2} | {cpu:5.2} | {findings}{mark}");
    }
    println!("\n{missed} of {} miss an aim", CASES.len());
    Ok(())
}

/// The peak, the seconds by the clock and of the processor, and what was found.
fn one(directory: &Path) -> Result<String> {
    let start = Instant::now();
    let findings = oci_fixture::verify(directory)?;
    let seconds = start.elapsed().as_secs_f64();
    let found = match &*findings {
        [] => "none".to_owned(),
        [finding] => finding.to_string(),
        [finding, rest @ ..] => format!("{finding}; and {} more", rest.len()),
    };
    Ok(format!("{} {seconds} {} {found}", peak()?, processor()?))
}

/// The header of a file whose content and whose end are the zeros of a bomb.
fn header() -> Result<Vec<u8>> {
    let file = Header::new().name("zeros").size((MIBS * MIB - 1024) as u64);
    let layout = Fixture::new().with(Manifest::new().with(Layer::new().with(file).eof(0))).in_memory()?;
    let nodes = layout.nodes()?;
    let layer = nodes.first().ok_or("there is no image")?.layers()?;
    Ok(layer.first().ok_or("there is no layer")?.bytes()?.into_owned())
}

fn bomb(compression: &str, bytes: Vec<u8>) -> Fixture {
    let media_type = format!("application/vnd.oci.image.layer.v1.tar+{compression}");
    // It is not read so far that this counts.
    let diff_id = format!("sha256:{:064}", 0);
    Fixture::new().with(Manifest::new().with(Blob::new(media_type, bytes).diff_id(diff_id)))
}

/// All in one member of gzip: pieces that end at whole bytes, and do not look back at those before them.
fn one_member() -> Result<Fixture> {
    let mut deflate = Compress::new(Compression::best(), false);
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    piece(&mut deflate, &header()?, &mut bytes)?;
    let mut zeros = Vec::new();
    piece(&mut deflate, &vec![0; MIB], &mut zeros)?;
    bytes.extend(zeros.repeat(MIBS));
    // The last block, which is empty; the checksum is another.
    bytes.extend([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    Ok(bomb("gzip", bytes))
}

fn piece(deflate: &mut Compress, bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
    out.reserve(bytes.len() + 1024);
    match deflate.compress_vec(bytes, out, FlushCompress::Full)? {
        Status::Ok => Ok(()),
        status => Err(format!("deflate ends with {status:?}").into()),
    }
}

/// A bomb in which each MiB is a gzip member of its own.
fn members() -> Result<Fixture> {
    let member = |bytes: &[u8]| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes)?;
        gzip.finish()
    };
    let (header, zeros) = (member(&header()?)?, member(&vec![0; MIB])?);
    Ok(bomb("gzip", [header, zeros.repeat(MIBS)].concat()))
}

/// A frame of zstd (RFC 8878) with the largest window that is taken, so many MiB of zeros, and no checksum.
fn frame(first: &[u8], mibs: usize) -> Vec<u8> {
    // A window of 16 MiB: an exponent of 14.
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 14 << 3];
    if !first.is_empty() {
        // A raw block of 512 bytes.
        bytes.extend([0, 0x10, 0]);
        bytes.extend(first);
    }
    // Blocks of one byte, 128 KiB times.
    bytes.extend([2, 0, 0x10, 0].repeat(8 * mibs));
    // The last, which is empty.
    bytes.extend([1, 0, 0]);
    bytes
}

fn one_frame() -> Result<Fixture> {
    Ok(bomb("zstd", frame(&header()?, MIBS)))
}

fn frames() -> Result<Fixture> {
    Ok(bomb("zstd", [frame(&header()?, 0), frame(&[], 1).repeat(MIBS)].concat()))
}

/// An index that refers to one blob so many times.
fn index(descriptors: usize, number: usize) -> String {
    let digest = Digest::sha256("x");
    let one = format!(r#"{{"mediaType":"text/plain","digest":"{digest}","size":1}}"#);
    let all = vec![one; descriptors].join(",");
    format!(r#"{{"schemaVersion":2,"annotations":{{"number":"{number}"}},"manifests":[{all}]}}"#)
}

fn blob() -> Blob {
    Blob::new("text/plain", "x")
}

fn one_index() -> Fixture {
    Fixture::new().with(blob()).raw(index(MILLION, 0))
}

fn indexes() -> Fixture {
    let indexes = (0..32).map(|number| Index::new().raw(index(MILLION / 32, number)));
    indexes.fold(Fixture::new().with(blob()), Fixture::with)
}

/// Indexes of which each refers to the one below it twice.
fn diamond() -> Fixture {
    let mut index = Index::new().with(Manifest::new());
    for level in 0..30 {
        let below = Label::new(&format!("level-{level}"), index);
        index = Index::new().with(&below).with(below.again());
    }
    Fixture::new().with(index)
}

fn nested() -> Fixture {
    Fixture::new()
        .with((1..200).fold(Index::new().with(Manifest::new()), |inner, _| Index::new().with(inner)))
}

fn lists() -> Fixture {
    Fixture::new().raw(format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP)))
}

fn objects() -> Fixture {
    let deep = format!("{}1{}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP));
    Fixture::new().with(Manifest::new().raw(format!(r#"{{"schemaVersion":2,"more":{deep}}}"#)))
}

fn open_lists() -> Fixture {
    Fixture::new().with(Config::new().raw("[".repeat(DEEP)))
}

fn files() -> Fixture {
    entries(|number| Entry::file(format!("{number}"), ""))
}

fn links() -> Fixture {
    entries(|number| Entry::symlink(format!("{number}"), "target"))
}

fn entries(entry: impl Fn(usize) -> Entry) -> Fixture {
    Fixture::new().with(Manifest::new().with((0..MILLION).map(entry).fold(Layer::new(), Layer::with)))
}

/// The most memory that was resident in this process, in bytes: `VmHWM` of proc(5).
fn peak() -> Result<usize> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")).ok_or("/proc/self/status has no VmHWM")?;
    Ok(kib.trim().parse::<usize>()? * 1024)
}

/// The seconds that this process has had of a processor, in steps of 10 ms: `utime` and `stime` of proc(5).
fn processor() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("/proc/self/stat has another form")?;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    Ok(f64::from(ticks.sum::<std::result::Result<u32, _>>()?) / 100.0)
}
