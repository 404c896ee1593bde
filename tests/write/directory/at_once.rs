//! Several writes at once.

use std::path::Path;
use std::process::Stdio;
use std::thread;

use tempfile::TempDir;

use super::child::{child, told};
use super::{assert_holds, fixture, leftovers};

#[test]
fn eight_processes_at_once_lose_no_entry() {
    // The directory is made, and becomes a layout, only once in a round, so there are several rounds.
    for round in 0..6 {
        let temp = TempDir::new().unwrap();
        let directory = temp.path().join("new/layout");
        let work: Vec<Vec<String>> =
            (0..8).map(|process| (0..3).map(|nth| format!("app-{process}-{nth}")).collect()).collect();
        at_once(&directory, &work);
        assert_holds(&directory, work.iter().flatten().map(String::as_str));
        assert_eq!(leftovers(&directory), [""; 0], "round {round}");
    }
}

#[test]
fn eight_processes_at_once_add_to_a_layout() {
    let temp = TempDir::new().unwrap();
    fixture("twoplatform").write_to(temp.path()).unwrap();
    let work: Vec<Vec<String>> =
        (0..8).map(|process| (0..8).map(|nth| format!("app-{process}-{nth}")).collect()).collect();
    at_once(temp.path(), &work);
    assert_holds(temp.path(), work.iter().flatten().map(String::as_str).chain(["twoplatform"]));
    assert_eq!(leftovers(temp.path()), [""; 0]);
}

#[test]
fn eight_processes_at_once_may_write_the_same() {
    let temp = TempDir::new().unwrap();
    let directory = temp.path().join("layout");
    at_once(&directory, &vec![vec!["big".to_owned(), "unnamed".to_owned(), "twoplatform".to_owned()]; 8]);
    assert_holds(&directory, ["big", "unnamed", "twoplatform"].into_iter());
    assert_eq!(leftovers(&directory), [""; 0]);
}

#[test]
fn eight_threads_at_once_lose_no_entry() {
    let temp = TempDir::new().unwrap();
    let directory = &temp.path().join("layout");
    let work: Vec<String> = (0..8).map(|thread| format!("app-{thread}")).collect();
    thread::scope(|scope| {
        for what in &work {
            scope.spawn(|| fixture(what).write_to(directory).unwrap());
        }
    });
    assert_holds(directory, work.iter().map(String::as_str));
    assert_eq!(leftovers(directory), [""; 0]);
}

/// Starts a process for each list of fixtures, and lets them all write when all have started.
fn at_once(directory: &Path, work: &[Vec<String>]) {
    let spawn = |what: &Vec<String>| {
        let mut command = child(&[], &what.join(" "), directory);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut children: Vec<_> = work.iter().map(spawn).collect();
    for child in &mut children {
        drop(child.stdin.take());
    }
    for child in children {
        assert_eq!(told(&child.wait_with_output().unwrap(), directory), None);
    }
}
