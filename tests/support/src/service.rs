//! A service that `services.sh` runs, and ends with the test.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::golden::repository;
use crate::tool::PODMAN;
use crate::{Tool, digest, or_skip};

/// podman and buildah share the cache of where blobs are, in `/var/lib/containers/cache`, and no option names another one.
/// One of them runs at a time.
static STORAGE: Mutex<()> = Mutex::new(());

/// A service that stores images.
pub struct Service {
    /// The path of a socket, or a host and a port.
    pub address: String,
    /// A directory that is removed at the end.
    pub data: PathBuf,
    script: Child,
    _storage: Option<MutexGuard<'static, ()>>,
}

impl Service {
    /// Starts a service of `services.sh`, whose data are in a new directory below `parent`. If the service cannot run, that
    /// is said, and the test has nothing to do.
    pub fn start(name: &str, parent: impl AsRef<Path>) -> Option<Self> {
        or_skip(Self::try_start(name, parent.as_ref()))
    }

    fn try_start(name: &str, parent: &Path) -> Result<Self, String> {
        let one = || STORAGE.lock().unwrap_or_else(PoisonError::into_inner);
        let storage = (name == "storage").then(one);
        let mut command = Command::new(repository("tests/support/services.sh"));
        command.arg(name).arg(parent);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut script =
            command.spawn().map_err(|error| format!("services.sh cannot be started: {error}"))?;
        let mut line = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut line).unwrap();
        match line.trim_end().split_once(' ') {
            Some((address, data)) => {
                Ok(Self { address: address.to_owned(), data: data.into(), script, _storage: storage })
            }
            None => {
                let mut why = String::new();
                script.stderr.take().unwrap().read_to_string(&mut why).unwrap();
                script.wait().unwrap();
                Err(why)
            }
        }
    }

    /// The options of podman or buildah for a store of its own, which is the directory `store` of the data of the service
    /// `storage`.
    pub fn options(&self, tool: Tool, store: &str) -> Vec<String> {
        let path = |name| self.data.join(store).join(name).display().to_string();
        // The path of a state has at most 50 bytes.
        let state = Path::new(&self.address).with_file_name(store).display().to_string();
        let mut words = vec!["--root".to_owned(), path("root"), "--runroot".to_owned(), state];
        words.extend(["--storage-driver", "vfs"].map(str::to_owned));
        if tool.program == PODMAN.program {
            // podman keeps what is neither images nor containers in a third directory.
            words.extend(["--tmpdir".to_owned(), path("other")]);
            let others = ["--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", "runc"];
            words.extend(others.map(str::to_owned));
        }
        words
    }

    /// The directory in which podman or buildah has all files of an image, by the hexadecimal digest of its config.
    /// `None` if it is not stored.
    pub fn layer_of_storage(&self, store: &str, config: &str) -> Option<PathBuf> {
        let root = self.data.join(store).join("root");
        let images: Value =
            serde_json::from_slice(&fs::read(root.join("vfs-images/images.json")).ok()?).unwrap();
        let image = images.as_array().unwrap().iter().find(|image| image["id"] == config)?;
        Some(root.join("vfs/dir").join(image["layer"].as_str()?))
    }

    /// The directory in which dockerd has all files of the layers with these `diff_id`s. `None` if there are no layers.
    pub fn layer_of_docker(&self, diff_ids: impl IntoIterator<Item = String>) -> Option<PathBuf> {
        let chain = diff_ids.into_iter().reduce(|below, layer| digest(format!("{below} {layer}")))?;
        let root = self.data.join("root");
        let layer = root.join("image/vfs/layerdb").join(chain.replace(':', "/"));
        let directory = fs::read_to_string(layer.join("cache-id")).unwrap();
        Some(root.join("vfs/dir").join(directory))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // The script waits for the end of its stdin.
        drop(self.script.stdin.take());
        self.script.wait().unwrap();
    }
}
