//! A thread that ends the process if one input takes too long.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// The longest time for one input. Other processes may use the machine, too.
const LONGEST: Duration = Duration::from_secs(10);
/// The time between two looks at the clock.
const OFTEN: Duration = Duration::from_millis(100);

pub(crate) struct Watchdog(Arc<AtomicU64>);

impl Watchdog {
    /// Describes the input of a seed.
    pub(crate) fn start(say: impl Fn(u64) -> String + Send + 'static) -> Self {
        let seed = Arc::new(AtomicU64::new(0));
        let watched = Arc::downgrade(&seed);
        thread::spawn(move || watch(&watched, say));
        Self(seed)
    }

    /// The input of a seed is next.
    pub(crate) fn next(&self, seed: u64) {
        self.0.store(seed, Ordering::Relaxed);
    }
}

fn watch(watched: &Weak<AtomicU64>, say: impl Fn(u64) -> String) {
    let (mut last, mut waited) = (0, Duration::ZERO);
    loop {
        thread::sleep(OFTEN);
        let Some(seed) = watched.upgrade().map(|seed| seed.load(Ordering::Relaxed)) else { return };
        if seed != last {
            (last, waited) = (seed, Duration::ZERO);
        }
        waited += OFTEN;
        if waited > LONGEST {
            // Not `eprintln!`: that is captured, and nobody would see it.
            let _ = writeln!(std::io::stderr(), "it takes longer than {LONGEST:?}\n{}", say(seed));
            std::process::exit(1);
        }
    }
}
