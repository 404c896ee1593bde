//! Rounds: one input after another, each from a seed of its own.

use std::any::Any;
use std::cell::Cell;
use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use oci_fixture_test_memory::peak;

use crate::choices::Choices;
use crate::harness::Harness;
use crate::minimal::minimal;
use crate::mutate::mutated;
use crate::watchdog::Watchdog;

/// The number of rounds without `OCI_FIXTURE_ROUNDS`.
const ROUNDS: u64 = 500;
/// The first seed without `OCI_FIXTURE_SEED`.
const SEED: u64 = 1;

/// The largest number of bytes of memory that one input may take, with the limits of all harnesses.
const MEMORY: usize = 4 << 20;

/// Gives a harness its corpus, and then inputs that are similar to those of the corpus.
pub(crate) fn run(harness: &'static Harness) {
    let (rounds, first) = (number("OCI_FIXTURE_ROUNDS", ROUNDS), number("OCI_FIXTURE_SEED", SEED));
    let corpus = Arc::new((harness.corpus)());
    assert!(!corpus.is_empty());
    for input in corpus.iter() {
        if let Err(failure) = attempt(harness, input) {
            panic!("{failure}, given what is in its corpus: {}", literal(input));
        }
    }
    let watchdog = Watchdog::start({
        let corpus = Arc::clone(&corpus);
        move |seed| explanation(harness, seed, &generated(harness, &corpus, seed))
    });
    let start = Instant::now();
    let (mut slowest, mut most) = (Duration::ZERO, 0);
    for seed in first..first.saturating_add(rounds) {
        watchdog.next(seed);
        let input = generated(harness, &corpus, seed);
        let start = Instant::now();
        match attempt(harness, &input) {
            Ok(memory) => most = most.max(memory),
            Err(failure) => {
                drop(watchdog);
                let input = minimal(input, |input| quietly(|| attempt(harness, input).is_err()));
                panic!("{failure}\n{}", explanation(harness, seed, &input));
            }
        }
        slowest = slowest.max(start.elapsed());
    }
    println!(
        "{}: {rounds} inputs from seed {first} in {:.1} s; the slowest took {} ms, the largest {} KiB",
        harness.name,
        start.elapsed().as_secs_f64(),
        slowest.as_millis(),
        most >> 10
    );
}

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |number| number.parse().unwrap())
}

fn generated(harness: &Harness, corpus: &[Vec<u8>], seed: u64) -> Vec<u8> {
    mutated(corpus, harness.tokens, &mut Choices::of(seed))
}

/// The largest memory that the input takes at a time.
fn attempt(harness: &Harness, input: &[u8]) -> Result<usize, String> {
    let (ended, memory) = peak(|| panic::catch_unwind(AssertUnwindSafe(|| (harness.run)(input))));
    match ended {
        Err(panic) => Err(format!("it panics: {}", message(&*panic))),
        Ok(()) if memory > MEMORY => Err(format!("it takes {memory} bytes of memory")),
        Ok(()) => Ok(memory),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

fn explanation(harness: &Harness, seed: u64, input: &[u8]) -> String {
    format!(
        "again, whole: OCI_FIXTURE_SEED={seed} OCI_FIXTURE_ROUNDS=1 cargo test --test fuzz {}\nthe input: {}",
        harness.name,
        literal(input)
    )
}

fn literal(input: &[u8]) -> String {
    format!("b\"{}\"", input.escape_ascii())
}

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs a function without printing its panics, which would only disturb while an input is shortened.
fn quietly<T>(run: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                print(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let given = run();
    IS_QUIET.set(false);
    given
}
