//! Verdicts: what a reader did with a case, and whether it may do that.

use std::any::Any;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::case::Case;
use crate::reaction::{Reaction, Reader};
use crate::sandbox::{Harm, Sandbox};

/// A reader has this much time.
const TIME: Duration = Duration::from_secs(10);
/// The time between two looks at the reader's files.
const BEAT: Duration = Duration::from_millis(20);

/// How a reader reacted to a case: its answer, the files that it left behind, and the harm that it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    name: &'static str,
    allowed: Reaction,
    /// `None` if the reader panicked, or did not end.
    said: Option<Result<(), String>>,
    harms: Vec<Harm>,
    tree: String,
}

impl Verdict {
    /// Whether the reader has done what it may do, and no harm.
    pub fn is_fine(&self) -> bool {
        let is_allowed = match (self.allowed, &self.said) {
            (_, None) => false,
            (Reaction::Survive, Some(_)) => true,
            (Reaction::Accept, Some(said)) => said.is_ok(),
            (Reaction::Refuse, Some(said)) => said.is_err(),
        };
        is_allowed && self.harms.is_empty()
    }

    /// The reader's error. `None` if it reported none.
    pub fn error(&self) -> Option<&str> {
        self.said.as_ref()?.as_ref().err().map(String::as_str)
    }

    /// The harm that the reader did.
    pub fn harms(&self) -> &[Harm] {
        &self.harms
    }

    /// The files that the reader left in its directory, one in each line.
    pub fn tree(&self) -> &str {
        &self.tree
    }
}

/// One line.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        for harm in &self.harms {
            write!(f, "{harm}; ")?;
        }
        match (&self.said, self.allowed) {
            (None, _) => f.write_str("it says nothing"),
            (Some(Ok(())), Reaction::Refuse) => f.write_str("it accepts what it has to refuse"),
            (Some(Ok(())), _) => f.write_str("it accepts it"),
            (Some(Err(error)), Reaction::Accept) => write!(f, "it refuses what it has to accept: {error}"),
            (Some(Err(error)), _) => write!(f, "it refuses it: {error}"),
        }
    }
}

impl Case {
    /// Gives the case to a reader, as a layout and an empty directory, and returns the verdict. Of several images, the
    /// reader should take the one with the name of the case, and in an index the one for `linux/amd64`, or the first.
    ///
    /// The reader runs in a thread. If it has not ended after ten seconds, the thread runs on until the reader ends, and
    /// files that become too large are emptied.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use oci_fixture_gallery::{Reader, hostile};
    ///
    /// // A parser that reads nothing but index.json.
    /// fn parse(layout: &Path) -> std::io::Result<()> {
    ///     std::fs::read_to_string(layout.join("index.json")).map(drop)
    /// }
    ///
    /// for case in hostile().take(5) {
    ///     let verdict = case.judge(Reader::Parser, |layout, _| parse(layout))?;
    ///     assert!(verdict.is_fine(), "{verdict}\n{}", verdict.tree());
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`Sandbox::new`]. What the reader says is in the verdict.
    pub fn judge<E: fmt::Display>(
        &self,
        reader: Reader,
        read: impl FnOnce(&Path, &Path) -> Result<(), E> + Send + 'static,
    ) -> io::Result<Verdict> {
        let sandbox = Sandbox::new(&self.fixture())?;
        let (layout, out, temp) = (sandbox.layout(), sandbox.out(), sandbox.temp());
        let (sender, said) = mpsc::channel();
        let thread = thread::Builder::new().name(format!("reader of {}", self.name)).spawn(move || {
            // Nobody waits for a reader that is late.
            let _ = sender.send(read(&layout, &out).map_err(|error| error.to_string()));
        })?;
        let (end, mut is_large) = (Instant::now() + TIME, false);
        let said_in_time = loop {
            match said.recv_timeout(BEAT) {
                Err(RecvTimeoutError::Timeout) if Instant::now() < end => {
                    is_large |= Sandbox::shrink(temp.path());
                }
                ended => break ended,
            }
        };
        let mut harms = sandbox.harms();
        if is_large && !harms.contains(&Harm::TooLarge) {
            harms.push(Harm::TooLarge);
        }
        let verdict = |said, harms| Verdict {
            name: self.name,
            allowed: self.readers.of(reader),
            said,
            harms,
            tree: sandbox.tree(),
        };
        match said_in_time {
            Ok(said) => Ok(verdict(Some(said), harms)),
            Err(RecvTimeoutError::Disconnected) => {
                harms.extend(thread.join().err().map(|panic| Harm::Panic(message(panic.as_ref()))));
                Ok(verdict(None, harms))
            }
            Err(RecvTimeoutError::Timeout) => {
                harms.push(Harm::Endless);
                let verdict = verdict(None, harms);
                thread::Builder::new().name("reader that is late".to_owned()).spawn(move || {
                    while matches!(said.recv_timeout(BEAT), Err(RecvTimeoutError::Timeout)) {
                        Sandbox::shrink(temp.path());
                    }
                })?;
                Ok(verdict)
            }
        }
    }
}

/// The message of a panic.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
