//! The time that a long task has taken, on a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Shows the task on stderr, with the seconds that it has taken, until the value is dropped. It shows nothing in the first
/// second, and nothing at all if stderr is no terminal.
pub(crate) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    pub(crate) fn of(task: String) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let (end, ended) = mpsc::channel();
        let started = Instant::now();
        let thread = thread::spawn(move || {
            let mut err = io::stderr();
            while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                // If the progress cannot be shown, the task goes on.
                let shown = write!(err, "\r{task}: {} s", started.elapsed().as_secs());
                drop(shown.and_then(|()| err.flush()));
            }
            drop(write!(err, "\r\x1b[K"));
        });
        Self(Some((end, thread)))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.0.take() {
            drop(end);
            drop(thread.join());
        }
    }
}
