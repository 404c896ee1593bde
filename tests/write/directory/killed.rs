//! A write that is killed at each of its system calls.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use oci_fixture_test_support::{Tree, skip, tree};
use tempfile::TempDir;

use super::child::{BEGIN, REPORT, child, told, write};
use super::{LAYOUT, fixture, lay, names, reachable, text, written};

#[test]
fn a_killed_write_into_a_new_directory_leaves_nothing_or_the_layout() {
    let at_least = Killed { renames: 3, links: 1, writes: 9, directories: 3, removals: 1, locks: 1 };
    kill_at_each_call("big", |_| {}, &at_least);
}

#[test]
fn a_killed_write_into_a_layout_leaves_the_old_layout_or_the_new() {
    let before = |directory: &Path| {
        for what in ["app-1", "big-before", "unnamed"] {
            fixture(what).write_to(directory).unwrap();
        }
        // One of the new blobs exists already, and one exists with other bytes.
        let new = written("big");
        let mut blobs = new.iter().filter(|(name, _)| !directory.join(name).exists());
        let (equal, bytes) = blobs.next().unwrap();
        fs::write(directory.join(equal), bytes).unwrap();
        let (other, _) = blobs.next().unwrap();
        fs::write(directory.join(other), "other bytes").unwrap();
    };
    let at_least = Killed { renames: 5, links: 0, writes: 8, directories: 4, removals: 3, locks: 1 };
    kill_at_each_call("big", before, &at_least);
}

#[test]
fn a_killed_write_into_a_part_of_a_layout_leaves_that_or_the_layout() {
    let before = |directory: &Path| lay(directory, &[("oci-layout", LAYOUT), ("blobs/sha256/", "")]);
    let at_least = Killed { renames: 3, links: 0, writes: 8, directories: 3, removals: 0, locks: 1 };
    kill_at_each_call("big", before, &at_least);
}

#[test]
fn a_killed_write_of_an_archive_leaves_the_old_archive_or_the_new() {
    if let Err(why) = strace() {
        return skip(&why);
    }
    for (what, old) in [("big.tar", None), ("big.tar", Some("old")), ("big.docker", Some("old"))] {
        let whole = TempDir::new().unwrap();
        write(what, whole.path()).unwrap();
        let new = fs::read(whole.path().join("a.tar")).unwrap();
        let made = |directory: &Path| {
            fs::create_dir(directory).unwrap();
            if let Some(old) = old {
                fs::write(directory.join("a.tar"), old).unwrap();
            }
        };
        let mut seen = BTreeSet::new();
        for (calls, at_least) in
            [("?rename,?renameat,?renameat2", 1), ("?write,?writev,?pwrite64", 4), ("?unlink,?unlinkat", 0)]
        {
            kill_at_each(calls, at_least, what, made, |directory, place, killed| {
                let found = fs::read(directory.join("a.tar")).ok();
                let is_new = found.as_ref() == Some(&new);
                let is_old = found.as_deref() == old.map(str::as_bytes);
                assert!(is_new || is_old, "{what} {place}: {:?} bytes", found.map(|bytes| bytes.len()));
                for entry in fs::read_dir(directory).unwrap() {
                    let name = entry.unwrap().file_name().into_string().unwrap();
                    assert!(name == "a.tar" || name.starts_with(".oci-fixture-"), "{name}");
                }
                if killed {
                    seen.insert(is_new);
                } else {
                    assert!(is_new);
                }
            });
        }
        assert_eq!(seen, [false, true].into(), "whether the new archive was there when it was killed");
    }
}

/// The number of times that a write is killed at each kind of call.
struct Killed {
    renames: usize,
    links: usize,
    writes: usize,
    directories: usize,
    removals: usize,
    locks: usize,
}

/// Writes again and again, each time killed at the next call, until a write makes no further call. After each write, the
/// directory must hold the old layout or the new one.
fn kill_at_each_call(what: &str, before: impl Fn(&Path) + Copy, at_least: &Killed) {
    if let Err(why) = strace() {
        return skip(&why);
    }
    let temp = TempDir::new().unwrap();
    before(temp.path());
    let old = tree(temp.path());
    fixture(what).write_to(temp.path()).unwrap();
    let new = tree(temp.path());
    assert_ne!(old.get("index.json"), new.get("index.json"));

    let mut seen = BTreeSet::new();
    // strace counts each kind of call separately. Whether a call with a `?` exists depends on the machine.
    for (calls, at_least) in [
        ("?rename,?renameat,?renameat2", at_least.renames),
        ("?link,?linkat", at_least.links),
        ("?write,?writev,?pwrite64", at_least.writes),
        ("?mkdir,?mkdirat", at_least.directories),
        ("?unlink,?unlinkat,?rmdir", at_least.removals),
        ("?flock", at_least.locks),
    ] {
        kill_at_each(calls, at_least, what, before, |directory, place, killed| {
            let found = tree(directory);
            assert_is_old_or_new(&found, &old, &new, place);
            if found.contains_key("index.json") {
                reachable(directory);
            }
            if !killed {
                return assert_eq!(names(&found), names(&new));
            }
            seen.insert(found.get("index.json") == new.get("index.json"));

            fixture(what).write_to(directory).unwrap();
            let mut again = tree(directory);
            again.retain(|name, _| !name.starts_with(".oci-fixture-"));
            assert!(again == new, "written again after it was {place}: {:#?}", names(&again));
        });
    }
    assert_eq!(seen, [false, true].into(), "whether the new layout was there when it was killed");
}

/// Writes into a new directory, killed at the first of some system calls, then at the second, and so on, until a write makes
/// fewer calls. Calls a function after each write with the directory, and with whether the write was killed. At least `least`
/// writes must be killed.
fn kill_at_each(
    calls: &str,
    at_least: usize,
    what: &str,
    before: impl Fn(&Path),
    mut look: impl FnMut(&Path, &str, bool),
) {
    let mut killed = 0;
    for nth in 1.. {
        let temp = TempDir::new().unwrap();
        let directory = temp.path().join("layout");
        before(&directory);
        let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:signal=KILL:when={nth}"));
        let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
        let output = child(&strace, what, &directory).output().unwrap();
        let place = format!("killed at {calls}, number {nth}");
        let is_killed = !output.status.success();
        look(&directory, &place, is_killed);
        if !is_killed {
            // The write was not killed, so it has made all calls.
            assert_eq!(told(&output, &directory), None);
            assert!(killed >= at_least, "killed at {calls} only {killed} times");
            break;
        }
        assert_eq!(output.status.signal(), Some(9), "{place}: {output:?}");
        let stdout = text(&output.stdout);
        killed += usize::from(stdout.contains(BEGIN) && !stdout.contains(REPORT));
    }
}

fn assert_is_old_or_new(found: &Tree, old: &Tree, new: &Tree, place: &str) {
    for (name, bytes) in found.iter().filter(|(name, _)| !name.starts_with(".oci-fixture-")) {
        let expected = [old.get(name), new.get(name)];
        assert!(expected.contains(&Some(bytes)), "{place}: {name}: {}", String::from_utf8_lossy(bytes));
    }
    for name in old.keys() {
        assert!(found.contains_key(name), "{place}: {name} is gone");
    }
}

/// The reason why calls cannot be traced here. `None` if they can.
fn strace() -> Result<(), String> {
    let calls = "?rename,?renameat,?renameat2";
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:signal=KILL:when=1"));
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject, "true"])
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("strace does not work: {}", text(&output.stderr).trim())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err("strace is not installed".to_owned()),
        Err(error) => Err(format!("strace cannot be started: {error}")),
    }
}
