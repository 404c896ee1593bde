//! A service that `services.sh` runs, and ends with the test.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::golden::repository;
use crate::or_skip;

/// A service that stores images: `containerd`, `dockerd`, `registry`, or `storage` for podman and buildah.
pub struct Service {
    /// The path of a socket, which is short wherever the checkout is, or a host and a port.
    pub address: String,
    /// A directory that is removed at the end.
    pub data: PathBuf,
    script: Child,
}

impl Service {
    /// Starts a service of `services.sh`, whose directory is in `parent`. Where it cannot run, that is said, and the test has
    /// nothing to do.
    pub fn start(name: &str, parent: impl AsRef<Path>) -> Option<Self> {
        or_skip(Self::try_start(name, parent.as_ref()))
    }

    fn try_start(name: &str, parent: &Path) -> Result<Self, String> {
        let mut command = Command::new(repository("tests/support/services.sh"));
        command.arg(name).arg(parent);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut script =
            command.spawn().map_err(|error| format!("services.sh cannot be started: {error}"))?;
        let mut line = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut line).unwrap();
        match line.trim_end().split_once(' ') {
            Some((address, data)) => Ok(Self { address: address.to_owned(), data: data.into(), script }),
            None => {
                let mut why = String::new();
                script.stderr.take().unwrap().read_to_string(&mut why).unwrap();
                script.wait().unwrap();
                Err(why)
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // The script waits for the end of its stdin.
        drop(self.script.stdin.take());
        self.script.wait().unwrap();
    }
}
