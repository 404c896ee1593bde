//! A test that runs itself in a process of its own.

use std::path::Path;
use std::process::Command;

/// A command that runs one test of a test binary: `module_path!()` and the test's name. What starts it is before it.
pub fn child(wrapper: &[&str], program: &Path, module: &str, test: &str) -> Command {
    let mut words = wrapper.iter().map(Path::new).chain([program]);
    let mut command = Command::new(words.next().unwrap());
    let module = module.split_once("::").map_or(String::new(), |(_, module)| format!("{module}::"));
    command.args(words).args(["--exact", &format!("{module}{test}"), "--nocapture"]);
    command
}
