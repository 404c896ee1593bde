//! Programs that are not ours.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output};
use std::{env, thread};

/// With this set, a tool that is missing is an error.
const REQUIRE: &str = "OCI_FIXTURE_REQUIRE_TOOLS";

/// A program, and how the answer to `--version` begins.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// The name by which it is started.
    pub program: &'static str,
    /// How its answer to `--version` begins.
    pub version: &'static str,
}

/// skopeo of Debian 12.
pub const SKOPEO: Tool = Tool { program: "skopeo", version: "skopeo version 1.9.3" };
/// umoci of Debian 12.
pub const UMOCI: Tool = Tool { program: "umoci", version: "umoci version 0.4.7" };
/// buildah of Debian 12.
pub const BUILDAH: Tool = Tool { program: "buildah", version: "buildah version 1.28." };
/// podman of Debian 12.
pub const PODMAN: Tool = Tool { program: "podman", version: "podman version 4.3.1" };
/// containerd of Debian 12.
pub const CONTAINERD: Tool =
    Tool { program: "containerd", version: "containerd github.com/containerd/containerd 1.6.20" };
/// The client of containerd, of the same package.
pub const CTR: Tool = Tool { program: "ctr", version: "ctr github.com/containerd/containerd 1.6.20" };
/// dockerd of Debian 12.
pub const DOCKERD: Tool = Tool { program: "dockerd", version: "Docker version 20.10." };
/// The client of dockerd, of the same package. Another client may come first in the search path.
pub const DOCKER: Tool = Tool { program: "/usr/bin/docker", version: "Docker version 20.10." };
/// docker-registry of Debian 12.
pub const REGISTRY: Tool =
    Tool { program: "docker-registry", version: "docker-registry github.com/docker/distribution 2.8.2" };
/// GNU tar.
pub const GNU_TAR: Tool = Tool { program: "tar", version: "tar (GNU tar) " };
/// bsdtar of libarchive.
pub const BSDTAR: Tool = Tool { program: "bsdtar", version: "bsdtar " };
/// Python, for its `tarfile`.
pub const PYTHON: Tool = Tool { program: "python3", version: "Python 3." };
/// gzip, of any version, which GNU tar starts to decompress.
pub const GZIP: Tool = Tool { program: "gzip", version: "" };
/// zstd, of any version.
pub const ZSTD: Tool = Tool { program: "zstd", version: "" };

impl Tool {
    /// Whether the tool is installed. If not, the test says so and has nothing to do.
    pub fn is_here(self) -> bool {
        or_skip(self.find()).is_some()
    }

    fn find(self) -> Result<(), String> {
        let Self { program, version } = self;
        match Command::new(program).arg("--version").output() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(format!("{program} is not installed"))
            }
            Err(error) => Err(format!("{program} cannot be started: {error}")),
            Ok(output) => {
                let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
                let line = found.lines().next().unwrap_or_default();
                let other =
                    || format!("`{line}` is installed, and what is expected is of `{}`", version.trim());
                if found.starts_with(version) { Ok(()) } else { Err(other()) }
            }
        }
    }

    /// The output of the tool.
    ///
    /// # Errors
    ///
    /// The text that the tool writes to stderr, where it fails.
    pub fn run<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Result<Vec<u8>, String> {
        output(Command::new(self.program).args(arguments))
    }

    /// The output of the tool in a directory, with a time for it in seconds.
    ///
    /// # Errors
    ///
    /// [`ENDLESS`] where the tool has not ended by then, and the text that it writes to stderr where it fails.
    pub fn run_for(self, seconds: u32, directory: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=5", &seconds.to_string(), self.program]);
        output(command.args(arguments).current_dir(directory))
    }
}

/// What is said of a tool that has not ended in its time.
pub const ENDLESS: &str = "it does not end";

fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let Output { status, stdout, stderr } =
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").output().unwrap();
    match status.code() {
        Some(0) => Ok(stdout),
        Some(124) => Err(ENDLESS.to_owned()),
        _ => Err(String::from_utf8_lossy(&stderr).trim_end().to_owned()),
    }
}

/// What a test needs. Without it, the test says why it has nothing to do, and where tools are required, it fails.
pub fn or_skip<T>(found: Result<T, String>) -> Option<T> {
    let required = env::var_os(REQUIRE).is_some_and(|value| !value.is_empty());
    match found {
        Ok(found) => return Some(found),
        Err(why) if required => panic!("{why}, and {REQUIRE} is set"),
        Err(why) => skip(&why),
    }
    None
}

/// Says that the rest of a test is left out. The harness hides what is printed, but not what is written.
pub fn skip(why: &str) {
    let test = thread::current().name().unwrap_or_default().to_owned();
    io::stderr().write_all(format!("skipped: {why} ({test})\n").as_bytes()).unwrap();
}
