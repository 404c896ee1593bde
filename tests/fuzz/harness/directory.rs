//! Layouts in a directory, with files that were changed at random.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use oci_fixture::{Layout, verify_with};

use super::findings::{checked, limits};
use super::{Harness, fixtures};

pub(crate) const DIRECTORY: Harness = Harness { name: "directory", corpus, tokens: TOKENS, run };

/// The largest number of steps.
const STEPS: usize = 16;

const TOKENS: &[&[u8]] = &[
    b"\0\x01\0\0\0\0",
    b"\0\x02\0\0\0\0",
    b"\x01\x04\0\0\0\0",
    b"\x02\x05\0\0\0\0",
    b"\x03\x06\x01\0\0\0",
    b"\x04\x07\0\0\0\0",
    b"\x05\x08\0\0\0\0",
    b"\x06\x09\0\0\0\0",
    b"\x07\x0a\0\0\0\0",
    b"\x08\x0b\0\0\0\0",
    b"\0\x0c\0\0\0\0",
    b"\0\x0d\0\0\0\0",
];

fn corpus() -> Vec<Vec<u8>> {
    let count = u8::try_from(fixtures::written().len()).unwrap();
    (0..count).flat_map(|fixture| (0..KINDS).map(move |kind| vec![fixture, 1, kind, 0, 9, 7, 9])).collect()
}

/// Writes the fixture whose number is the first byte, changes its files by the following steps, and judges them.
fn run(input: &[u8]) {
    let Some((fixture, steps)) = input.split_first() else { return };
    let fixtures = fixtures::written();
    let files = &fixtures[usize::from(*fixture) % fixtures.len()];
    let temporary = fixtures::scratch();
    let directory = temporary.path().join("layout");
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| directory.join(name)).collect();
    for (path, (_, bytes)) in paths.iter().zip(files) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    for step in steps.as_chunks().0.iter().take(STEPS) {
        // A step fails if its file was removed before.
        let _ = damage(&directory, &paths, *step);
    }
    let found = verify_with(&directory, &limits()).map(checked);
    if let Ok(layout) = Layout::open(&directory) {
        assert_eq!(layout.verify_with(&limits()), found.unwrap());
    }
}

/// The number of kinds of changes.
const KINDS: u8 = 14;

/// Takes one step: the bytes choose a file, a kind of change, its place and its value.
fn damage(directory: &Path, paths: &[PathBuf], step: [u8; 6]) -> io::Result<()> {
    let [file, kind, high, low, value, other] = step;
    let path = &paths[usize::from(file) % paths.len()];
    let other = &paths[usize::from(other) % paths.len()];
    let at = usize::from(u16::from_be_bytes([high, low]));
    let edit = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(path)?;
        change(&mut bytes);
        fs::write(path, bytes)
    };
    let replace_by_link = |target: &Path| {
        fs::remove_file(path)?;
        symlink(target, path)
    };
    match kind % KINDS {
        0 => edit(&|bytes| {
            let length = bytes.len().max(1);
            bytes.iter_mut().skip(at % length).take(1).for_each(|byte| *byte = value);
        }),
        1 => edit(&|bytes| bytes.truncate(at % (bytes.len() + 1))),
        2 => edit(&|bytes| bytes.extend(std::iter::repeat_n(value, at))),
        3 => {
            edit(&|bytes| drop(bytes.drain(at.min(bytes.len())..(at + usize::from(value)).min(bytes.len()))))
        }
        4 => fs::remove_file(path),
        5 => fs::remove_file(path).and_then(|()| fs::create_dir(path)),
        6 => fs::copy(other, path).map(drop),
        7 => replace_by_link(other),
        // A link to itself, and a link to nothing.
        8 => replace_by_link(if value.is_multiple_of(2) { path } else { Path::new("nothing") }),
        9 => replace_by_link(Path::new(if value.is_multiple_of(2) { "/" } else { "/proc/self/environ" })),
        10 => fs::rename(path, path.with_file_name(format!("{value:02x}").repeat(at % 64))),
        11 => {
            let parent = path.parent().unwrap_or(directory);
            fs::rename(parent, parent.with_extension("moved"))?;
            symlink(&parent.with_extension("moved"), parent)
        }
        12 => fs::write(directory.join("blobs").join(format!("sha256/{at:0>64x}")), [value]),
        _ => fs::remove_file(path).and_then(|()| socket(path)),
    }
}

#[cfg(unix)]
fn symlink(target: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

/// Makes a socket, which is not a regular file, and which stays when nobody listens.
#[cfg(unix)]
fn socket(path: &Path) -> io::Result<()> {
    std::os::unix::net::UnixListener::bind(path).map(drop)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn socket(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
