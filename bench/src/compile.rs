//! Measures what the crate costs a build: the number of crates, a cold build, and fixtures by the macro beside the
//! same fixtures by hand.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Small fixtures in one file.
const FIXTURES: usize = 400;
/// Entries of one large fixture.
const ENTRIES: usize = 10_000;
/// The feature sets of a user: none, and each feature alone.
const FEATURES: [&str; 8] = ["", "gzip", "zstd", "decode", "registry", "tls", "push", "text"];
/// Runs of each `cargo check`, in turn.
const RUNS: usize = 7;

fn main() -> ExitCode {
    let parts: Vec<String> = env::args().skip(1).collect();
    match measure(&parts) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The parts that are named; without a name, all of them.
fn measure(parts: &[String]) -> Result<()> {
    const PARTS: [&str; 4] = ["crates", "cold", "small", "large"];
    if parts.iter().any(|part| !PARTS.contains(&part.as_str())) {
        return Err(format!("usage: compile [{}]...", PARTS.join(" | ")).into());
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|named| named == part);
    let scratch = tempfile::tempdir()?;
    let user = User { scratch: scratch.path(), target: scratch.path().join("target") };
    if wanted("crates") {
        println!("crates, by feature");
        for feature in FEATURES {
            user.crates(feature)?;
        }
    }
    if wanted("cold") {
        println!("cold build (downloaded before), by feature, user seconds of all processes");
        for feature in FEATURES {
            user.cold_build(feature, "dev", &[])?;
        }
        user.cold_build("", "release", &["--release"])?;
    }
    if wanted("small") {
        println!(
            "{FIXTURES} fixtures in one file, {RUNS} runs of each in turn, medians; the crate alone, not incremental"
        );
        user.small()?;
    }
    if wanted("large") {
        println!("one fixture of {ENTRIES} entries, written once; the crate alone, not incremental");
        user.large()?;
    }
    Ok(())
}

/// Somebody who has a crate that depends on `oci-fixture` and on nothing else.
struct User<'s> {
    scratch: &'s Path,
    target: PathBuf,
}

/// A feature as it is printed.
fn named(feature: &str) -> &str {
    if feature.is_empty() { "none" } else { feature }
}

/// User and wall-clock seconds.
#[derive(Clone, Copy)]
struct Spent {
    user: f64,
    wall: f64,
}

impl User<'_> {
    /// A package with one source file, in the state of the dependencies that this workspace locks, which are downloaded.
    fn package(&self, name: &str, file: &str, source: &str) -> Result<PathBuf> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let package = self.scratch.join(name);
        fs::create_dir_all(package.join("src"))?;
        let dependency = here.parent().ok_or("the workspace has no parent")?.display().to_string();
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n[workspace]\n[dependencies]\noci-fixture = {{ path = {dependency:?} }}\n[features]\n"
        );
        for feature in FEATURES.into_iter().filter(|feature| !feature.is_empty()) {
            writeln!(manifest, "{feature} = [\"oci-fixture/{feature}\"]")?;
        }
        fs::write(package.join("Cargo.toml"), manifest)?;
        fs::copy(here.join("Cargo.lock"), package.join("Cargo.lock"))?;
        fs::write(package.join("src").join(file), source)?;
        self.cargo(&package, &["fetch"])?;
        Ok(package)
    }

    fn cargo(&self, package: &Path, arguments: &[&str]) -> Result<(String, Spent)> {
        let before = children_user_seconds()?;
        let start = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(package)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .output()?;
        let spent = Spent { user: children_user_seconds()? - before, wall: start.elapsed().as_secs_f64() };
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            let first = errors.lines().skip_while(|line| !line.starts_with("error")).take(10);
            let first = first.collect::<Vec<_>>().join("\n");
            return Err(format!("cargo {} failed:\n{first}", arguments.join(" ")).into());
        }
        Ok((String::from_utf8(output.stdout)?, spent))
    }

    fn crates(&self, feature: &str) -> Result<()> {
        let package = self.package("tree", "lib.rs", "")?;
        let tree = ["tree", "--offline", "--prefix", "none", "--edges", "normal,build", "--no-dedupe"];
        let (tree, _) = self.cargo(&package, &[&tree[..], &["--features", feature]].concat())?;
        let mut crates: Vec<&str> =
            tree.lines().skip(1).map(|line| line.trim_end_matches(" (proc-macro)")).collect();
        crates.sort_unstable();
        crates.dedup();
        let ours = crates.iter().filter(|line| line.starts_with("oci-fixture")).count();
        println!("  {:8} {} in all, {ours} of them ours", named(feature), crates.len());
        Ok(())
    }

    fn cold_build(&self, feature: &str, profile: &str, arguments: &[&str]) -> Result<()> {
        let package = self.package("cold", "lib.rs", "")?;
        let cold = User { scratch: self.scratch, target: self.scratch.join("target-cold") };
        let build = ["build", "--offline", "--features", feature];
        let (_, spent) = cold.cargo(&package, &[&build[..], arguments].concat())?;
        let feature = named(feature);
        println!("  {feature:8} {profile:7} {:5.1} s user, {:5.1} s on the clock", spent.user, spent.wall);
        fs::remove_dir_all(cold.target)?;
        Ok(())
    }

    fn small(&self) -> Result<()> {
        let packages = [
            ("nothing", self.package("nothing", "lib.rs", "")?),
            ("by hand", self.package("small-hand", "lib.rs", &small(by_hand))?),
            ("oci_image!", self.package("small-macro", "lib.rs", &small(by_macro))?),
        ];
        for (what, package) in &packages {
            self.cargo(package, &["check", "--offline"]).map_err(|error| explain(what, error))?;
        }
        let mut checks = vec![Vec::new(); packages.len()];
        let mut builds = vec![Vec::new(); packages.len()];
        for _ in 0..RUNS {
            for ((_, package), (checks, builds)) in packages.iter().zip(checks.iter_mut().zip(&mut builds)) {
                checks.push(self.again(package, "check")?);
                builds.push(self.again(package, "build")?);
            }
        }
        for ((what, _), (checks, builds)) in packages.iter().zip(checks.iter().zip(&builds)) {
            println!("  {what:10} check {:5.2} s user, build {:5.2} s user", median(checks), median(builds));
        }
        let ratio = |of: &[Vec<f64>]| match of {
            [nothing, hand, by_macro] => {
                (median(by_macro) - median(nothing)) / (median(hand) - median(nothing))
            }
            _ => f64::NAN,
        };
        println!(
            "  oci_image! to by hand, without nothing: check {:.2}, build {:.2}",
            ratio(&checks),
            ratio(&builds)
        );
        Ok(())
    }

    fn large(&self) -> Result<()> {
        for (what, name, fixture) in
            [("by hand", "large-hand", large_by_hand()), ("oci_image!", "large-macro", large_by_macro())]
        {
            let package = self.package(name, "main.rs", &in_small_thread(&fixture))?;
            self.cargo(&package, &["check", "--offline"]).map_err(|error| explain(what, error))?;
            self.cargo(&package, &["build", "--offline"])?;
            let (check, build) = (self.again(&package, "check")?, self.again(&package, "build")?);
            let start = Instant::now();
            let run = Command::new(self.target.join("debug").join(name))
                .arg(self.scratch.join("layout"))
                .status()?;
            let run = if run.success() {
                format!("{:.0} ms in a thread of 2 MiB", start.elapsed().as_secs_f64() * 1e3)
            } else {
                format!("{run} in a thread of 2 MiB")
            };
            let _ = fs::remove_dir_all(self.scratch.join("layout"));
            println!("  {what:10} check {check:5.2} s user, build {build:5.2} s user, run {run}");
        }
        Ok(())
    }

    /// The user seconds of one more run after the source was touched.
    fn again(&self, package: &Path, what: &str) -> Result<f64> {
        for source in fs::read_dir(package.join("src"))? {
            let path = source?.path();
            fs::write(&path, fs::read(&path)?)?;
        }
        Ok(self.cargo(package, &[what, "--offline"])?.1.user)
    }
}

fn explain(what: &str, error: Box<dyn Error>) -> Box<dyn Error> {
    match what {
        "oci_image!" => format!("`oci_image!` is not there, or does not take these fixtures. {error}").into(),
        _ => error,
    }
}

fn small(fixture: fn(usize) -> String) -> String {
    let mut source = String::from("use oci_fixture::*;\n");
    for number in 0..FIXTURES {
        let _ = write!(source, "pub fn fixture_{number}() -> Fixture {{\n{}}}\n", fixture(number));
    }
    source
}

fn by_hand(number: usize) -> String {
    format!(
        "    Fixture::new().with(
        Index::new()
            .reference(\"image:{number}\")
            .with(Manifest::new().platform(Platform::new(os::linux, arch::amd64)).with((\"bash\", \"layer{number}\")))
            .with(Manifest::new().platform(Platform::new(os::linux, arch::arm64)).with((\"bash\", \"LAYER{number}\"))),
    )\n"
    )
}

fn by_macro(number: usize) -> String {
    format!(
        "    oci_image! {{
        index \"image:{number}\" {{
            linux/amd64 {{ \"bash\" => \"layer{number}\" }}
            linux/arm64 {{ \"bash\" => \"LAYER{number}\" }}
        }}
    }}\n"
    )
}

fn large_by_hand() -> String {
    let mut fixture = String::from("let mut manifest = Manifest::new();\n");
    for number in 0..ENTRIES {
        let _ = writeln!(fixture, "manifest = manifest.with((\"file{number}\", \"content{number}\"));");
    }
    fixture + "Fixture::new().with(manifest)"
}

fn large_by_macro() -> String {
    let mut fixture = String::from("oci_image! { linux/amd64 {\n");
    for number in 0..ENTRIES {
        let _ = writeln!(fixture, "\"file{number}\" => \"content{number}\",");
    }
    fixture + "} }"
}

/// A program that writes the fixture where its argument says, in a thread such as a test has.
fn in_small_thread(fixture: &str) -> String {
    format!(
        "use oci_fixture::*;
fn fixture() -> Fixture {{ {fixture} }}
fn main() {{
    let directory = std::env::args_os().nth(1).unwrap();
    let write = || fixture().write_to(std::path::PathBuf::from(directory)).map(drop).unwrap();
    std::thread::Builder::new().stack_size(2 << 20).spawn(write).unwrap().join().unwrap();
}}\n"
    )
}

/// The time that all finished children of this process, and their children, spent in user mode: `cutime` of proc(5),
/// whose unit is 10 ms on Linux.
fn children_user_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("/proc/self/stat has another form")?;
    let ticks: u32 = after_name.split_whitespace().nth(13).ok_or("/proc/self/stat is short")?.parse()?;
    Ok(f64::from(ticks) / 100.0)
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
