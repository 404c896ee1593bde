//! Bounds around a reader that is a program: its time, its memory, its files, and a proxy for its requests.

use std::env;
use std::fs;
use std::io::{Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use oci_fixture::Fixture;
use oci_fixture_gallery::{Harm, Sandbox};
use tempfile::TempDir;

use crate::failure::Failure;
use crate::proxy::Proxy;

/// The bytes that a reader may write into one file.
pub(crate) const FILE: u64 = 64 << 20;
/// The memory that a reader may ask for, in bytes.
const MEMORY: u64 = 4 << 30;
/// The time that a reader has.
const SECONDS: u64 = 10;
/// The time that a confined reader has. It is longer, because the reader also waits for its service and for other readers
/// that run at the same time. Its processor time is limited as well.
const CONFINED: u64 = 20;

/// The bytes that may be below the temporary directory of a confined reader. Its images take less than 32 MiB.
const CONFINED_SIZE: u64 = FILE + (32 << 20);
/// The time between two looks at a program.
const BEAT: Duration = Duration::from_millis(10);

/// The sandbox of the gallery, in which programs run.
pub(crate) struct Bounds {
    sandbox: Sandbox,
    proxy: Proxy,
    /// The bytes that a program may write into one file.
    file: Option<u64>,
    temp: TempDir,
}

impl Bounds {
    /// Without a bound on files. The caller must use a file system of bounded size.
    pub(crate) fn of(fixture: &Fixture, file: Option<u64>) -> Self {
        let temp = TempDir::new().unwrap();
        Self { sandbox: Sandbox::new(fixture).unwrap(), proxy: Proxy::new(), file, temp }
    }

    pub(crate) fn layout(&self) -> PathBuf {
        self.sandbox.layout()
    }

    /// The directory into which the layers are extracted.
    pub(crate) fn root(&self) -> PathBuf {
        self.sandbox.out()
    }

    /// The directory that contains the root. Files that a reader leaves there are outside of the root.
    pub(crate) fn bundle(&self) -> PathBuf {
        self.root().parent().unwrap().to_owned()
    }

    /// The directory that contains the bundle.
    pub(crate) fn deep(&self) -> PathBuf {
        self.bundle().parent().unwrap().to_owned()
    }

    /// The address of the proxy.
    pub(crate) fn proxy(&self) -> &str {
        self.proxy.address()
    }

    /// Runs a program within bounds, and returns its output.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<String, Failure> {
        self.run_in(&self.deep(), program, arguments)
    }

    pub(crate) fn run_in(
        &self,
        directory: &Path,
        program: &str,
        arguments: &[&str],
    ) -> Result<String, Failure> {
        let seconds = if self.file.is_some() { SECONDS } else { CONFINED };
        let mut command = Command::new("prlimit");
        command
            .args(self.file.map(|bytes| format!("--fsize={bytes}")))
            // Programs written in Go ignore the signal of the first bound, so there is a second bound.
            .arg(format!("--cpu={SECONDS}:{}", SECONDS + 1))
            .args([format!("--as={MEMORY}"), "--core=0".to_owned()])
            .args(["timeout", "--kill-after=1", &seconds.to_string(), program])
            .args(arguments)
            .envs([("LC_ALL", "C.UTF-8"), ("TZ", "UTC"), ("TMPDIR", self.temp.path().to_str().unwrap())])
            .env("http_proxy", self.proxy())
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .current_dir(directory);
        let [mut stdout, mut stderr] = [tempfile::tempfile(), tempfile::tempfile()].map(Result::unwrap);
        let mut program =
            command.stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap()).spawn().unwrap();
        let status = loop {
            if self.file.is_none() && written() > CONFINED_SIZE {
                // `timeout` passes the signal on to its program.
                Command::new("kill").arg(program.id().to_string()).status().unwrap();
                program.wait().unwrap();
                return Err(Failure::TooLarge(FILE));
            }
            match program.try_wait().unwrap() {
                Some(status) => break status,
                None => thread::sleep(BEAT),
            }
        };
        let [stdout, stderr] = [&mut stdout, &mut stderr].map(|file| {
            let mut text = Vec::new();
            file.rewind().unwrap();
            file.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        });
        // `timeout` ends by the signal of its program, or with the status 128 and the number of the signal.
        let signal = status.signal().or(status.code().map(|code| code - 128));
        match status.code() {
            Some(0) => Ok(stdout.trim_end().to_owned()),
            Some(124) => Err(Failure::Endless(SECONDS)),
            // The program was killed by the second bound on processor time, or by the second signal of `timeout`.
            _ if signal == Some(9) => Err(Failure::Endless(SECONDS)),
            _ if signal == Some(25) => Err(Failure::TooLarge(FILE)),
            _ => Err(Failure::of_program(&self.anywhere(&stderr), FILE)),
        }
    }

    /// A text in which the paths of this directory are replaced by names.
    pub(crate) fn anywhere(&self, text: &str) -> String {
        let places = [(self.root(), "ROOT"), (self.bundle(), "BUNDLE"), (self.layout(), "LAYOUT")];
        places.iter().fold(text.to_owned(), |text, (path, name)| text.replace(path.to_str().unwrap(), name))
    }

    /// The files and links in the root, and its empty directories.
    pub(crate) fn inside(&self) -> Vec<String> {
        let tree = self.sandbox.tree();
        let lines: Vec<&str> = tree.lines().collect();
        let shown = |(number, line): (usize, &&str)| {
            if line.ends_with('/') {
                let is_empty = lines.get(number + 1).is_none_or(|next| !next.starts_with(line));
                return is_empty.then(|| (*line).to_owned());
            }
            // The size of a file follows its name.
            Some(if line.contains(" -> ") { *line } else { line.rsplit_once(' ').unwrap().0 }.to_owned())
        };
        lines.iter().enumerate().filter_map(shown).collect()
    }

    /// The files that have changed since the beginning, by their paths from the root.
    pub(crate) fn outside(&self) -> Vec<String> {
        let path = |harm| match harm {
            Harm::Outside(path) => Some(path),
            _ => None,
        };
        self.sandbox.harms().into_iter().filter_map(path).collect()
    }

    /// The addresses that the reader asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.proxy.asked()
    }

    /// Mounts a directory as the root, for a tool that unpacks into a place of its own.
    #[cfg(feature = "registry")]
    pub(crate) fn show(&self, unpacked: &Path) {
        let words = ["--bind", unpacked.to_str().unwrap(), self.root().to_str().unwrap()].map(str::to_owned);
        assert!(Command::new("mount").args(words).status().unwrap().success());
    }
}

/// The bytes that the files below the temporary directory take.
fn written() -> u64 {
    let (mut bytes, mut open) = (0, vec![env::temp_dir()]);
    while let Some(directory) = open.pop() {
        // A file that the reader removes meanwhile is not counted.
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => open.push(entry.path()),
                Ok(metadata) => bytes += metadata.blocks() * 512,
                Err(_) => {}
            }
        }
    }
    bytes
}
