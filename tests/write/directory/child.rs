//! A write in another process.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{env, fs, io};

use oci_fixture_test_support::{self as support, skip};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{fixture, scrubbed, set_mode, text};

pub(super) const WHAT: &str = "OCI_FIXTURE_TEST_CHILD_WRITES";
pub(super) const WHERE: &str = "OCI_FIXTURE_TEST_CHILD_WRITES_TO";
pub(super) const BEGIN: &str = "the child begins";
pub(super) const REPORT: &str = "the child reports: ";

/// Other tests run this one in a process of its own.
#[test]
fn as_a_child() {
    let Some((what, directory)) = env::var(WHAT).ok().zip(env::var_os(WHERE)) else { return };
    // The children that run at once all start when their inputs are closed.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    // strace counts the calls of each thread separately, and the harness writes two lines in another thread. This thread
    // writes more lines before it begins, so that it is not killed at the lines of the harness.
    (0..4).for_each(|_| println!("{BEGIN}"));
    let written = what.split(' ').try_for_each(|what| write(what, Path::new(&directory)));
    let error = written.err().map(|error| error.to_string());
    // A newline comes first, because the harness may not have ended its line.
    print!("\n{REPORT}{}\n", json!({ "error": error }));
}

/// Writes a fixture into a directory, or an archive of it into a file there.
pub(super) fn write(what: &str, directory: &Path) -> oci_fixture::Result<()> {
    match what.split_once('.') {
        None => fixture(what).write_to(directory).map(drop),
        Some((what, "tar")) => fixture(what).write_archive_to(directory.join("a.tar")).map(drop),
        Some((what, _)) => fixture(what).docker_archive().write_to(directory.join("a.tar")),
    }
}

/// A process that writes fixtures into a directory, started by a command in front of it.
pub(super) fn child(wrapper: &[&str], what: &str, directory: &Path) -> Command {
    child_of(&env::current_exe().unwrap(), wrapper, what, directory)
}

pub(super) fn child_of(program: &Path, wrapper: &[&str], what: &str, directory: &Path) -> Command {
    let mut command = support::child(wrapper, program, module_path!(), "as_a_child");
    command.env(WHAT, what).env(WHERE, directory).stdin(Stdio::null());
    command
}

/// Such a process without root's rights. `None`, with a message, if that is not possible here.
#[cfg(unix)]
pub(super) fn unprivileged(what: &str, directory: &Path) -> Option<Unprivileged> {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65534;
    let copy = TempDir::new().unwrap();
    if fs::metadata(copy.path()).unwrap().uid() != 0 {
        return Some(Unprivileged { command: child(&[], what, directory), _copy: copy });
    }
    // Another user may not be able to read the directory in which the test was built.
    set_mode(copy.path(), 0o755);
    let program = copy.path().join("disk");
    // Another process makes the copy. If this process wrote it, a child that is being started could inherit the open file,
    // and a file that is open for writing cannot be run.
    assert!(Command::new("cp").arg(env::current_exe().unwrap()).arg(&program).status().unwrap().success());
    let as_nobody = |mut command: Command| {
        command.uid(NOBODY).gid(NOBODY);
        command
    };
    let mut list = Command::new(&program);
    list.arg("--list");
    let problem = match as_nobody(list).output() {
        Ok(output) if output.status.success() => {
            let command = as_nobody(child_of(&program, &[], what, directory));
            return Some(Unprivileged { command, _copy: copy });
        }
        Ok(output) => output.status.to_string(),
        Err(error) => error.to_string(),
    };
    skip(&format!("this is root, and a process of another user cannot be started: {problem}"));
    None
}

#[cfg(unix)]
pub(super) struct Unprivileged {
    command: Command,
    /// The directory of the copy, which is removed after the process has ended.
    _copy: TempDir,
}

#[cfg(unix)]
impl Unprivileged {
    pub(super) fn output(&mut self) -> Output {
        self.command.output().unwrap()
    }
}

/// The words for a shell that runs a command with a limit on the size of its files, in blocks of 512 bytes.
#[cfg(unix)]
pub(super) fn limited(blocks: u32) -> String {
    format!("trap '' XFSZ && ulimit -f {blocks} && exec \"$0\" \"$@\"")
}

pub(super) fn report(output: &Output) -> Value {
    let stdout = text(&output.stdout);
    let report = stdout.split_once(REPORT).and_then(|(_, report)| report.lines().next());
    serde_json::from_str(report.unwrap_or_else(|| panic!("no report: {output:?}"))).unwrap()
}

/// The error that a child reports.
pub(super) fn told(output: &Output, directory: &Path) -> Option<String> {
    report(output)["error"].as_str().map(|error| scrubbed(error, directory))
}
