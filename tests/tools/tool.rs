//! A tool: a program that is not ours.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::{Command, Output};
use std::{env, thread};

/// With this set, what is not here is an error.
const REQUIRE: &str = "OCI_FIXTURE_REQUIRE_TOOLS";

/// A program, and what its `--version` says.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) program: &'static str,
    pub(crate) version: &'static str,
}

pub(crate) const SKOPEO: Tool = Tool { program: "skopeo", version: "skopeo version 1.9.3" };
pub(crate) const UMOCI: Tool = Tool { program: "umoci", version: "umoci version 0.4.7" };
pub(crate) const BUILDAH: Tool = Tool { program: "buildah", version: "buildah version 1.28." };
pub(crate) const GNU_TAR: Tool = Tool { program: "tar", version: "tar (GNU tar) " };
pub(crate) const BSDTAR: Tool = Tool { program: "bsdtar", version: "bsdtar " };
/// What GNU tar leaves decompressing to, of any version.
pub(crate) const GZIP: Tool = Tool { program: "gzip", version: "" };
pub(crate) const ZSTD: Tool = Tool { program: "zstd", version: "" };

impl Tool {
    /// Whether it is here. If not, that is said, and the test has nothing to do.
    pub(crate) fn is_here(self) -> bool {
        let Err(why) = self.find() else { return true };
        let required = env::var_os(REQUIRE).is_some_and(|value| !value.is_empty());
        assert!(!required, "{why}, and {REQUIRE} is set");
        // The harness hides what is printed, but not what is written.
        let test = thread::current().name().unwrap_or_default().to_owned();
        io::stderr().write_all(format!("skipped: {why} ({test})\n").as_bytes()).unwrap();
        false
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

    /// What it prints; where it fails, what it says.
    pub(crate) fn run<A: AsRef<OsStr>>(
        self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, String> {
        let mut command = Command::new(self.program);
        command.args(arguments).env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        let Output { status, stdout, stderr } = command.output().unwrap();
        if status.success() { Ok(stdout) } else { Err(String::from_utf8_lossy(&stderr).into_owned()) }
    }
}
