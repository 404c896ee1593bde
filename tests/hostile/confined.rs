//! Readers that unpack as root. Each reads one image in namespaces of its own, in which it cannot harm the machine.

use std::env;
use std::fs;
use std::path::Path;

use oci_fixture_gallery::{Case, case};
use oci_fixture_test_support::golden::repository;
use oci_fixture_test_support::{BUILDAH, CTR, DOCKER, PODMAN, Service, Tool, child, walk};
use tempfile::TempDir;

use crate::bounds::Bounds;
use crate::failure::Failure;
use crate::proxy::Proxy;
use crate::readers::{Reader, Reads, Version};

/// The readers.
pub(crate) const READERS: [Reader; 4] = [
    Reader { name: "ctr", version: Version::Program(CTR), reads: Reads::AsRoot(CONTAINERD) },
    Reader { name: "dockerd", version: Version::Program(DOCKER), reads: Reads::AsRoot(DOCKERD) },
    Reader {
        name: "podman",
        version: Version::Program(PODMAN),
        reads: Reads::AsRoot(AsRoot { read: |bounds, service, _| pull(PODMAN, bounds, service), ..STORAGE }),
    },
    Reader {
        name: "buildah",
        version: Version::Program(BUILDAH),
        reads: Reads::AsRoot(AsRoot { read: |bounds, service, _| pull(BUILDAH, bounds, service), ..STORAGE }),
    },
];

/// The time that a reader and its service have together. Each of its programs has less.
const SECONDS: &str = "60";
/// The environment variable with the names of a reader and a case, for a test that runs itself.
const WANTED: &str = "OCI_FIXTURE_CONFINED";
/// The mark before the result of a reader in the output of the test.
const SAYS: &str = "the reader: ";

/// Runs a reader in namespaces of its own, and returns the result in a few words.
pub(crate) fn read(reader: &str, case: &str) -> String {
    // The paths of sockets and of podman's state must be short.
    let temp = TempDir::with_prefix_in("o-", "/tmp").unwrap();
    let script = repository("tests/hostile/confined.sh").display().to_string();
    // SIGKILL ends `unshare`. With it ends the first process of the namespace, and with that all other processes.
    let wrapper =
        ["timeout", "--signal=KILL", SECONDS, "unshare", "--mount", "--pid", "--fork", "--kill-child"];
    let wrapper = [&wrapper[..], &["--mount-proc", &script, temp.path().to_str().unwrap()]].concat();
    let proxy = Proxy::new();
    let program = env::current_exe().unwrap();
    let mut command = child(&wrapper, &program, module_path!(), "a_confined_reader_reads");
    command.env(WANTED, format!("{reader} {case}")).env("http_proxy", proxy.address());
    let output = command.env_remove("no_proxy").env_remove("NO_PROXY").output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(137) {
        return format!("does not end within {SECONDS} s");
    }
    let says = stdout.lines().find_map(|line| line.split_once(SAYS));
    let Some((_, words)) = says else {
        panic!("{reader} {case}: {stdout}{}", String::from_utf8_lossy(&output.stderr));
    };
    match proxy.asked() {
        asked if asked.is_empty() => words.to_owned(),
        asked => format!("{words}; the service asks `{}`", asked.join("`, `")),
    }
}

/// The test that runs itself in the namespaces.
#[test]
fn a_confined_reader_reads() {
    let Ok(wanted) = env::var(WANTED) else { return };
    let (name, wanted) = wanted.split_once(' ').unwrap();
    let reader = READERS.iter().find(|reader| reader.name == name).unwrap();
    println!("\n{SAYS}{}", reader.read(case(wanted).unwrap()));
}

/// A reader that is a program with its service, and unpacks as root into a directory of its own.
pub(crate) struct AsRoot {
    /// The name of the service in `services.sh`.
    service: &'static str,
    /// The directory that contains a directory for each layer.
    layers: &'static str,
    /// A file to which an image leads from a layer by `../../target`.
    target: &'static str,
    read: fn(&Bounds, &Service, &Case) -> Result<(), Failure>,
}

const CONTAINERD: AsRoot = AsRoot {
    service: "containerd",
    layers: "root/io.containerd.snapshotter.v1.overlayfs/snapshots",
    target: "root/io.containerd.snapshotter.v1.overlayfs/snapshots/target",
    read: ctr,
};
const DOCKERD: AsRoot =
    AsRoot { service: "dockerd", layers: "root/vfs/dir", target: "root/vfs/target", read: docker };
const STORAGE: AsRoot = AsRoot {
    service: "storage",
    layers: "store/root/vfs/dir",
    target: "store/root/vfs/target",
    read: |_, _, _| Ok(()),
};

impl AsRoot {
    /// Reads an image, and mounts the unpacked image as the root as long as the service runs. Returns the paths that the reader
    /// has written outside of its layers.
    pub(crate) fn read(&self, bounds: &Bounds, case: &Case) -> (Service, Result<(), Failure>, Vec<String>) {
        let temp = env::temp_dir();
        let service = Service::start(self.service, &temp).unwrap();
        let (layers, target) = (service.data.join(self.layers), service.data.join(self.target));
        fs::create_dir_all(&layers).unwrap();
        fs::write(&target, "before").unwrap();
        let result = (self.read)(bounds, &service, case);
        let mut outside = Vec::new();
        // containerd removes files that it does not know from that directory.
        if fs::read(&target).is_ok_and(|content| content != b"before") {
            outside.push(self.target.to_owned());
        }
        let shown = |path: &Path| path.strip_prefix(&service.data).unwrap_or(path).display().to_string();
        let is_stray = |path: &Path| {
            let is_named = path
                .file_name()
                .is_some_and(|name| ["outside", "absolute"].iter().any(|stray| name == *stray));
            let is_in_a_layer = path.strip_prefix(&layers).is_ok_and(|path| path.components().count() > 1);
            is_named && !is_in_a_layer && !path.starts_with(bounds.deep())
        };
        walk(&temp, "", &mut |_, path| outside.extend(is_stray(path).then(|| shown(path))));
        (service, result.map_err(unplaced), outside)
    }
}

/// The words of a failure, without the paths of the service, which differ from run to run.
fn unplaced(failure: Failure) -> Failure {
    let Failure::Says(says) = failure else { return failure };
    let temp = env::temp_dir().display().to_string();
    let word = |word: &str| {
        let Some((before, path)) = word.split_once(&temp) else { return word.to_owned() };
        let (path, after) = path.split_at(path.find(['"', ':', ',']).unwrap_or(path.len()));
        let parts: Vec<&str> = path.split('/').collect();
        let is_mount = |part: &&str| *part == "fs" || part.starts_with("containerd-mount");
        let mount = parts.iter().position(is_mount);
        let root = mount.or(parts.iter().position(|part| *part == "dir").map(|layers| layers + 1));
        let place = root.map_or("STORE".to_owned(), |root| {
            ["ROOT"].iter().chain(&parts[root + 1..]).copied().collect::<Vec<_>>().join("/")
        });
        format!("{before}{place}{after}")
    };
    Failure::Says(says.split(' ').map(word).collect::<Vec<_>>().join(" "))
}

/// containerd imports the image, and unpacks it when it is mounted.
fn ctr(bounds: &Bounds, service: &Service, case: &Case) -> Result<(), Failure> {
    let archive = service.data.join("archive.tar").display().to_string();
    case.fixture().write_archive_to(&archive).unwrap();
    let ctr = |words: &[&str]| bounds.run("ctr", &[&["--address", &service.address], words].concat());
    ctr(&["images", "import", "--no-unpack", &archive])?;
    let name = format!("docker.io/library/{}:latest", case.name);
    ctr(&["images", "mount", "--platform", "linux/amd64", &name, bounds.root().to_str().unwrap()])?;
    Ok(())
}

/// Docker pulls the image from a registry, since `docker load` of this version reads no layout.
fn docker(bounds: &Bounds, service: &Service, case: &Case) -> Result<(), Failure> {
    let registry = case.fixture().serve().unwrap();
    let host = format!("unix://{}", service.address);
    let docker = |words: &[&str]| bounds.run("/usr/bin/docker", &[&["--host", &host], words].concat());
    let name = registry.reference(&format!("{}:latest", case.name));
    docker(&["image", "pull", "--quiet", &name])?;
    let layers = docker(&["image", "inspect", "--format", "{{join .RootFS.Layers \" \"}}", &name])?;
    if let Some(unpacked) = service.layer_of_docker(layers.split_whitespace().map(str::to_owned)) {
        bounds.show(&unpacked);
    }
    Ok(())
}

/// podman and buildah pull the image from the layout.
fn pull(tool: Tool, bounds: &Bounds, service: &Service) -> Result<(), Failure> {
    let options = service.options(tool, "store");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    // The path is relative, because they accept no capital letters in an absolute one.
    let words = [&options[..], &["pull", "--quiet", "oci:layout:latest"]].concat();
    let id = bounds.run_in(bounds.layout().parent().unwrap(), tool.program, &words)?;
    if let Some(unpacked) = service.layer_of_storage("store", &id) {
        bounds.show(&unpacked);
    }
    Ok(())
}
