//! The end of a registry: a flag that wakes the threads that wait.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub(crate) struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(crate) fn stop(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a time. Returns whether the registry was ended before that.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let end = Instant::now().checked_add(time);
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        while !*stopped {
            let rest = match end {
                Some(end) => end.saturating_duration_since(Instant::now()),
                None => Duration::from_secs(3600),
            };
            if rest.is_zero() {
                break;
            }
            stopped = self.changed.wait_timeout(stopped, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
        *stopped
    }
}
