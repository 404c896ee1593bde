//! Temporary directories and files: which are removed, which are kept, and what their names and permissions are.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::thread;

use tempfile::tempdir;

use super::{ATTEMPTS, TempPath, create, unnamed_file};

/// The names in a directory, sorted.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn name(path: &TempPath) -> String {
    path.path().file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn a_directory_and_a_file_are_removed_when_they_are_dropped() {
    let parent = tempdir().unwrap();
    let directory = TempPath::directory(parent.path(), "a-").unwrap();
    let (path, mut file) = TempPath::file(parent.path(), "b-").unwrap();
    fs::create_dir(directory.path().join("c")).unwrap();
    fs::write(directory.path().join("c/d"), "e").unwrap();
    file.write_all(b"f").unwrap();
    assert_eq!(names(parent.path()), [name(&directory), name(&path)]);
    assert_eq!(fs::read(path.path()).unwrap(), b"f");
    drop((directory, file, path));
    assert_eq!(names(parent.path()), [""; 0]);
}

#[test]
fn a_kept_directory_and_renamed_paths_are_not_removed() {
    let parent = tempdir().unwrap();
    let mut kept = TempPath::directory(parent.path(), "a-").unwrap();
    let mut moved = TempPath::directory(parent.path(), "b-").unwrap();
    let (mut path, mut file) = TempPath::file(parent.path(), "c-").unwrap();
    fs::write(moved.path().join("d"), "e").unwrap();
    file.write_all(b"new").unwrap();
    fs::write(parent.path().join("file"), "old").unwrap();

    kept.keep();
    moved.rename(&parent.path().join("directory")).unwrap();
    path.rename(&parent.path().join("file")).unwrap();
    let kept_name = name(&kept);
    drop((kept, moved, path, file));
    assert_eq!(names(parent.path()), [&kept_name, "directory", "file"]);
    assert_eq!(fs::read(parent.path().join("directory/d")).unwrap(), b"e");
    assert_eq!(fs::read(parent.path().join("file")).unwrap(), b"new");
}

#[test]
fn a_directory_that_cannot_be_renamed_is_removed() {
    let parent = tempdir().unwrap();
    let mut directory = TempPath::directory(parent.path(), "a-").unwrap();
    let error = directory.rename(&parent.path().join("no/such")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    drop(directory);
    assert_eq!(names(parent.path()), [""; 0]);
}

#[test]
fn an_unnamed_file_is_written_and_read_and_leaves_no_name() {
    let parent = tempdir().unwrap();
    let mut file = unnamed_file(parent.path()).unwrap();
    if !cfg!(windows) {
        assert_eq!(names(parent.path()), [""; 0]);
    }
    let mut text = String::new();
    file.write_all(b"text").unwrap();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "text");
    drop(file);
    assert_eq!(names(parent.path()), [""; 0]);
}

#[test]
#[cfg(unix)]
fn the_umask_sets_the_permissions_and_no_other_user_can_open_an_unnamed_file() {
    use std::os::unix::fs::MetadataExt;
    let mode = |file: &Path| fs::metadata(file).unwrap().mode();
    let parent = tempdir().unwrap();
    let (other_directory, other_file) = (parent.path().join("directory"), parent.path().join("file"));
    fs::create_dir(&other_directory).unwrap();
    fs::write(&other_file, "").unwrap();
    let directory = TempPath::directory(parent.path(), "a-").unwrap();
    let (path, _file) = TempPath::file(parent.path(), "a-").unwrap();
    assert_eq!(mode(directory.path()), mode(&other_directory));
    assert_eq!(mode(path.path()), mode(&other_file));
    let unnamed = unnamed_file(parent.path()).unwrap().metadata().unwrap();
    assert_eq!((unnamed.mode() & 0o7777, unnamed.nlink()), (0o600, 0));
}

#[test]
fn a_path_that_exists_is_not_taken() {
    type Make = fn(&Path) -> io::Result<()>;
    let made: [Make; 2] = [|path| fs::create_dir(path), |path| File::create_new(path).map(drop)];
    let existing: &[Make] = &[
        |path| fs::create_dir(path),
        |path| fs::write(path, "old"),
        #[cfg(unix)]
        |path| std::os::unix::fs::symlink("nowhere", path),
    ];
    for make in made {
        for exist in existing {
            let parent = tempdir().unwrap();
            let tried = RefCell::new(Vec::new());
            let (created, ()) = create(parent.path(), "a-", |path| {
                tried.borrow_mut().push(path.to_owned());
                if tried.borrow().len() == 1 {
                    exist(path).unwrap();
                }
                make(path)
            })
            .unwrap();
            let tried = tried.take();
            assert_eq!((tried.len(), tried.last().unwrap().as_path()), (2, created.path()));
            // Only the two paths exist: the target of the symbolic link was not created.
            assert_eq!(names(parent.path()).len(), 2);
            drop(created);
            assert_eq!(names(parent.path()), [tried[0].file_name().unwrap().to_str().unwrap()]);
        }
    }
}

#[test]
fn names_are_the_prefix_and_numbers_of_which_none_repeats() {
    let many = || {
        let path = |_| create(Path::new("a"), ".b-", |_| Ok(())).unwrap().0.path().to_owned();
        (0..1000).map(path).collect::<Vec<_>>()
    };
    let paths: Vec<_> = [many(), thread::spawn(many).join().unwrap()].concat();
    // A relative parent gives absolute paths.
    let directory = env::current_dir().unwrap().join("a");
    for path in &paths {
        let name = path.strip_prefix(&directory).unwrap().to_str().unwrap();
        let number = name.strip_prefix(".b-").unwrap();
        assert_eq!(format!("{:010x}", u64::from_str_radix(number, 16).unwrap()), number);
    }
    assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), 2000);
}

#[test]
fn an_error_is_returned_at_once_unless_the_path_exists() {
    let attempts = |kind: io::ErrorKind| {
        let attempts = RefCell::new(0);
        let error = create(Path::new("/"), "a-", |_| {
            *attempts.borrow_mut() += 1;
            Err::<(), _>(kind.into())
        })
        .err()
        .unwrap();
        (attempts.take(), error.to_string())
    };
    assert_eq!(attempts(io::ErrorKind::NotFound), (1, "entity not found".to_owned()));
    let all = "all names that were tried exist".to_owned();
    assert_eq!(attempts(io::ErrorKind::AlreadyExists), (ATTEMPTS, all));
}
