//! The program `oci-fixture`: images that a text declares, for tests in any language.

mod arguments;
mod difference;
mod input;
mod progress;

use std::cell::Cell;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use anstyle::{AnsiColor, Style};
use clap::{ColorChoice, CommandFactory, Parser};
use oci_fixture::{DockerArchive, Fixture, Level, Registry};

use self::arguments::{Arguments, Task};
use self::difference::difference;
use self::input::{Input, STANDARD};
use self::progress::Progress;

/// The answer is no: `verify` found something above a note, or `diff` found a difference.
const NO: u8 = 1;
/// The task could not be done.
const FAILED: u8 = 2;
/// The reader of the output has closed it. A shell shows this status for a program that SIGPIPE has ended.
const CLOSED: u8 = 128 + 13;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let color = match arguments.color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    color.write_global();
    match run(arguments.task, &mut anstream::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NO),
        // No message is printed, since the reader has seen enough, and the status is not that of a task that was done.
        Err(failure) if is_broken_pipe(&*failure) => ExitCode::from(CLOSED),
        Err(failure) => {
            let style = AnsiColor::Red.on_default().bold();
            anstream::eprintln!("{style}error:{style:#} {failure}");
            ExitCode::from(FAILED)
        }
    }
}

fn is_broken_pipe(failure: &(dyn std::error::Error + 'static)) -> bool {
    failure.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Does the task. Returns `false` if the answer is no.
fn run(task: Task, out: &mut impl Write) -> Result<bool, Failure> {
    match task {
        Task::Write { file, out: path, docker, platform } => {
            write(&Input::declaration(&file)?, &path, docker, platform.as_deref())?;
        }
        Task::Serve { inputs, address } => {
            let mut registry = Registry::new();
            if let Some(address) = address {
                registry = registry.listen(address);
            }
            for input in &inputs {
                registry = Input::open(input)?.add_to(registry);
            }
            let running = registry.start()?;
            writeln!(out, "{}", running.host())?;
            out.flush()?;
            // The registry runs until the program is ended.
            loop {
                thread::park();
            }
        }
        Task::Tree { input, long } => {
            let input = Input::open(&input)?;
            out.write_all(input.tree(long).as_bytes())?;
        }
        Task::Verify { input } => {
            let findings = Input::open(&input)?.verify()?;
            for finding in &*findings {
                let style = match finding.level() {
                    Level::Must => AnsiColor::Red.on_default(),
                    Level::Should => AnsiColor::Yellow.on_default(),
                    Level::Note => Style::new(),
                };
                writeln!(out, "{style}{}{style:#}: {finding}", finding.level())?;
            }
            return Ok(findings.iter().all(|finding| finding.level() == Level::Note));
        }
        Task::Source { file, out: path, logical } => {
            let progress = Progress::of(format!("reading {}", file.display()));
            let source = Input::open(&file)?.source(logical)?;
            drop(progress);
            match path {
                Some(path) => source.write_to(path)?,
                None if source.files().next().is_some() => {
                    return Err(
                        "large contents are files beside the text; write it to a file by `--out FILE`".into(),
                    );
                }
                None => out.write_all(source.text().as_bytes())?,
            }
        }
        Task::Push { input, url } => {
            let _progress = Progress::of(format!("pushing to {url}"));
            Input::open(&input)?.push(&url)?;
        }
        Task::Diff { one, other } => {
            if [&one, &other].iter().all(|path| **path == Path::new(STANDARD)) {
                return Err("only one of the two can be the standard input".into());
            }
            let (one, other) = (Input::open(&one)?, Input::open(&other)?);
            let (mut shown, mut other_shown) = (one.tree(true), other.tree(true));
            // Two layouts with equal trees may differ, because a tree does not show each byte of a document.
            if shown == other_shown {
                let (digest, other_digest) = (one.digest()?, other.digest()?);
                if digest == other_digest {
                    return Ok(true);
                }
                shown = format!("{shown}index.json {digest}\n");
                other_shown = format!("{other_shown}index.json {other_digest}\n");
            }
            out.write_all(difference(&shown, &other_shown).as_bytes())?;
            return Ok(false);
        }
        Task::Completions { shell } => {
            // `generate` would panic if it could not write, so it writes into memory.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "oci-fixture", &mut script);
            out.write_all(&script)?;
        }
        Task::Man => clap_mangen::Man::new(Arguments::command()).render(out)?,
    }
    Ok(true)
}

/// Writes a layout, or an archive for Docker. If it cannot be written as a whole, nothing is left behind.
fn write(fixture: &Fixture, path: &Path, docker: bool, platform: Option<&str>) -> Result<(), Failure> {
    let _progress = Progress::of(format!("writing {}", path.display()));
    if path == Path::new(STANDARD) {
        return write_standard(fixture, docker, platform);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // Without this, the name would become that of a directory.
    if [".tar.", ".tgz", ".tzst", ".txz"].iter().any(|ending| name.contains(ending)) {
        let error = "an archive is written without a compression; write a name that ends with `.tar`";
        return Err(format!("{}: {error}", path.display()).into());
    }
    let is_archive = path.extension().is_some_and(|extension| extension == "tar");
    if docker {
        docker_archive(fixture, platform).write_to(path).map_err(with_option)?;
    } else if is_archive {
        fixture.write_archive_to(path)?;
    } else {
        fixture.write_to(path)?;
    }
    Ok(())
}

/// Writes an archive to the standard output.
fn write_standard(fixture: &Fixture, docker: bool, platform: Option<&str>) -> Result<(), Failure> {
    let is_closed = Cell::new(false);
    let out = StandardOutput { out: io::stdout().lock(), is_closed: &is_closed };
    let written = if docker {
        docker_archive(fixture, platform).write(out).map(drop)
    } else {
        fixture.write_archive(out).map(drop)
    };
    written.map_err(|error| {
        if is_closed.get() { io::Error::from(io::ErrorKind::BrokenPipe).into() } else { with_option(error) }
    })
}

fn docker_archive<'f>(fixture: &'f Fixture, platform: Option<&str>) -> DockerArchive<'f> {
    let archive = fixture.docker_archive();
    match platform {
        Some(platform) => archive.platform(platform),
        None => archive,
    }
}

/// An error with an option of the program as its cure, instead of a method.
fn with_option(error: oci_fixture::Error) -> Failure {
    const METHOD: &str = ".docker_archive().platform(\"";
    let text = error.to_string();
    if !text.contains(METHOD) {
        return error.into();
    }
    text.replace(METHOD, "--platform ").replace("\")`", "`").into()
}

/// The standard output. It notes whether its reader has closed it, because the error of an archive does not say that.
struct StandardOutput<'o> {
    out: io::StdoutLock<'static>,
    is_closed: &'o Cell<bool>,
}

impl StandardOutput<'_> {
    fn noted<T>(&self, written: io::Result<T>) -> io::Result<T> {
        written.inspect_err(|error| self.is_closed.set(error.kind() == io::ErrorKind::BrokenPipe))
    }
}

impl Write for StandardOutput<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.noted(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.noted(flushed)
    }
}
