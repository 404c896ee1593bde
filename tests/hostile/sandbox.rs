//! A place where a reader may do what it does: what comes of that is seen, and goes.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use oci_fixture::Fixture;
use tempfile::TempDir;

use crate::failure::Failure;
use crate::fixture;
use crate::image::{Image, headers};
use crate::proxy::Proxy;

/// The bytes that a reader may write into one file.
pub(crate) const FILE: u64 = 64 << 20;
/// The memory that it may ask for, in bytes.
const MEMORY: u64 = 4 << 30;
/// The time that it has.
const SECONDS: u64 = 10;

/// Where the absolute path of an image leads.
const ABSOLUTE: &str = "/tmp/oci-fixture-hostile";

/// An image, and directories of which no path in an image leads out:
///
/// ```text
/// up/up/layout              the image
/// up/up/deep/target         what is there before
/// up/up/deep/bundle         what an image is copied or unpacked to
/// up/up/deep/bundle/rootfs  what its layers are extracted to
/// ```
pub(crate) struct Sandbox {
    temp: TempDir,
    /// Nobody else uses the absolute path.
    _lock: File,
    proxy: Proxy,
    before: BTreeMap<PathBuf, String>,
}

impl Sandbox {
    pub(crate) fn of(fixture: &Fixture) -> Self {
        let lock = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile.lock");
        let lock = File::options().create(true).truncate(false).write(true).open(lock).unwrap();
        lock.lock().unwrap();
        let temp = TempDir::with_prefix("oci-fixture-hostile-").unwrap();
        let mut sandbox = Self { temp, _lock: lock, proxy: Proxy::new(), before: BTreeMap::new() };
        fs::create_dir_all(sandbox.deep()).unwrap();
        fs::create_dir_all(ABSOLUTE).unwrap();
        fs::write(sandbox.deep().join("target"), "before").unwrap();
        fixture.write_to(sandbox.layout()).unwrap();
        sandbox.before = sandbox.around();
        sandbox
    }

    fn up(&self) -> PathBuf {
        self.temp.path().join("up/up")
    }

    fn deep(&self) -> PathBuf {
        self.up().join("deep")
    }

    pub(crate) fn layout(&self) -> PathBuf {
        self.up().join("layout")
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.deep().join("bundle")
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.bundle().join("rootfs")
    }

    /// Runs a program within bounds.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = Command::new("prlimit");
        command
            .args([format!("--fsize={FILE}"), format!("--as={MEMORY}"), "--core=0".to_owned()])
            .args(["timeout", "--kill-after=1", &SECONDS.to_string(), program])
            .args(arguments)
            .envs([("LC_ALL", "C.UTF-8"), ("TZ", "UTC"), ("TMPDIR", self.up().to_str().unwrap())])
            .env("http_proxy", self.proxy.address())
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .current_dir(self.deep());
        let Output { status, stderr, .. } = command.output().unwrap();
        // `timeout` takes the signal for its own, too.
        let signal = status.signal().or(status.code().map(|code| code - 128));
        match status.code() {
            Some(0) => Ok(()),
            Some(124) => Err(Failure::Endless(SECONDS)),
            _ if signal == Some(25) => Err(Failure::TooLarge(FILE)),
            _ => Err(Failure::of_program(&self.anywhere(&String::from_utf8_lossy(&stderr)), FILE)),
        }
    }

    /// A text without the place where this is.
    pub(crate) fn anywhere(&self, text: &str) -> String {
        let places = [(self.root(), "ROOT"), (self.bundle(), "BUNDLE"), (self.layout(), "LAYOUT")];
        places.iter().fold(text.to_owned(), |text, (path, name)| text.replace(path.to_str().unwrap(), name))
    }

    /// What is in the root: files and links, and directories without anything.
    pub(crate) fn inside(&self) -> Vec<String> {
        let root = self.root();
        let shown = |path: PathBuf| {
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            match fs::read_link(&path) {
                Ok(target) => format!("{name} -> {}", target.display()),
                Err(_) if path.is_dir() => format!("{name}/"),
                Err(_) => name,
            }
        };
        tree(&root, &[]).into_keys().map(shown).collect()
    }

    /// What is another than before, by its path from the root.
    pub(crate) fn outside(&self) -> Vec<String> {
        let after = self.around();
        let changed = |path: &&PathBuf| self.before.get(*path) != after.get(*path);
        let mut paths: Vec<_> = self.before.keys().chain(after.keys()).filter(changed).collect();
        paths.sort();
        paths.dedup();
        let shown = |path: &PathBuf| match path.strip_prefix(self.deep()) {
            Ok(path) => Path::new("../..").join(path).display().to_string(),
            Err(_) => path.display().to_string(),
        };
        paths.into_iter().map(shown).collect()
    }

    /// The addresses that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.proxy.asked()
    }

    fn around(&self) -> BTreeMap<PathBuf, String> {
        let mut around = tree(self.temp.path(), &[self.layout(), self.bundle()]);
        around.extend(tree(Path::new(ABSOLUTE), &[]));
        around
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(ABSOLUTE);
    }
}

/// What is in a directory, but in some of those that are in it, and how it is. Links are not followed.
fn tree(root: &Path, without: &[PathBuf]) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let paths = fs::read_dir(&directory).into_iter().flatten().map(|entry| entry.unwrap().path());
        let paths: Vec<_> = paths.collect();
        if paths.is_empty() && directory != root {
            found.insert(directory.clone(), String::new());
        }
        for path in paths.into_iter().filter(|path| !without.contains(path)) {
            let metadata = fs::symlink_metadata(&path).unwrap();
            if metadata.is_dir() {
                open.push(path);
            } else {
                let state = state(&path, &metadata);
                found.insert(path, state);
            }
        }
    }
    found
}

/// Its mode, how many names it has, and its content, as far as that is small.
fn state(path: &Path, metadata: &Metadata) -> String {
    let small = metadata.is_file() && metadata.len() < 1024;
    let content = if small { fs::read(path).unwrap_or_default() } else { Vec::new() };
    format!("{:o} {} {}", metadata.mode(), metadata.nlink(), content.escape_ascii())
}

/// A reader that believes all that it reads.
fn naive(root: &Path, layer: &[u8]) {
    for (path, kind, target, _, body) in headers(layer) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match kind {
            '1' => fs::hard_link(root.join(target), path).unwrap(),
            '2' => symlink(target, path).unwrap(),
            _ => fs::write(path, body).unwrap(),
        }
    }
}

#[test]
fn what_a_reader_does_outside_is_seen() {
    for (fixture, outside) in [
        (fixture("absolute_path"), "/tmp/oci-fixture-hostile/absolute"),
        (fixture("parent_path"), "../../outside"),
        (fixture("symlink_then_write"), "../../outside"),
        (fixture("hardlink_outside"), "../../target"),
    ] {
        let sandbox = Sandbox::of(&fixture);
        fs::create_dir_all(sandbox.root()).unwrap();
        assert_eq!(sandbox.outside(), [""; 0]);
        naive(&sandbox.root(), Image::of(&fixture).layer());
        assert_eq!(sandbox.outside(), [outside]);
    }
}
