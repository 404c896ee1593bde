//! A pipe: an archive as the input of a command.

use std::io;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread;

use crate::declare::fixture::Fixture;
use crate::error::{Error, ErrorKind, Result};
use crate::write::docker_archive::DockerArchive;

impl Fixture {
    /// Runs a command, such as `ctr images import -`, with the image layout as one tar at its standard input, and returns its
    /// output. No file is written, and memory stays constant.
    ///
    /// For `docker load` there is [`DockerArchive::pipe_to`].
    ///
    /// ```
    /// use std::process::Command;
    ///
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let output = fixture.pipe_to(Command::new("tar").arg("--list"))?;
    /// assert!(String::from_utf8_lossy(&output.stdout).contains("index.json\n"));
    ///
    /// let error = fixture.pipe_to(Command::new("tar").arg("--no-such-option")).unwrap_err();
    /// assert!(error.to_string().starts_with("tar --no-such-option: has failed"), "{error}");
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`write_archive`](Self::write_archive), and [`Io`](crate::ErrorKind::Io) if the command cannot be run
    /// or fails, with the text of its standard error.
    pub fn pipe_to(&self, command: &mut Command) -> Result<Output> {
        pipe(command, |input| self.write_archive(input).map(drop))
    }
}

impl DockerArchive<'_> {
    /// Runs a command, such as `docker load`, with the archive at its standard input, and returns its output.
    ///
    /// ```no_run
    /// use std::process::Command;
    ///
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let loaded = fixture.docker_archive().pipe_to(Command::new("docker").arg("load"))?;
    /// // The command prints nothing if there is nothing to load.
    /// assert!(!loaded.stdout.is_empty());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`write`](Self::write), and [`Io`](crate::ErrorKind::Io) if the command cannot be run or fails, with
    /// what it prints to its standard error.
    pub fn pipe_to(&self, command: &mut Command) -> Result<Output> {
        pipe(command, |input| self.write(input).map(drop))
    }
}

/// Runs a command. Its input is written while its output is read, because either could wait for the other.
fn pipe(command: &mut Command, write: impl FnOnce(ChildStdin) -> Result<()>) -> Result<Output> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let shown = shown(command);
    let failed = |error| Error::new(ErrorKind::Io, shown.as_str(), "cannot be run").with_source(error);
    let mut child = command.spawn().map_err(failed)?;
    let input = child.stdin.take();
    let (written, output) = thread::scope(|scope| {
        let output = scope.spawn(|| Child::wait_with_output(child));
        let written = input.map_or(Ok(()), write);
        (written, output.join())
    });
    let output =
        output.unwrap_or_else(|_| Err(io::Error::other("its output was not read"))).map_err(failed)?;
    match written {
        // If a command does not read all of its input, its exit code says whether that is a failure.
        Err(error) if error.is_broken_pipe() => {}
        written => written?,
    }
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let said = if said.is_empty() { "it says nothing of the reason".to_owned() } else { said.join("; ") };
    let problem = format!("has failed ({}): {said}", output.status);
    Err(Error::new(ErrorKind::Io, shown, problem))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
