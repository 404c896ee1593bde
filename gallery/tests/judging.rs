//! Judging: a verdict compares what a reader does with what it may do.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;
use std::time::Duration;

#[cfg(unix)]
use oci_fixture::LayerEntryKind;
use oci_fixture_gallery::{Harm, Reader, Verdict, case};

type Said = Result<(), String>;

fn judge(name: &str, reader: Reader, read: fn(&Path, &Path) -> Said) -> Verdict {
    case(name).unwrap().judge(reader, read).unwrap()
}

fn harms(read: fn(&Path, &Path) -> Said) -> Vec<Harm> {
    judge("parent_path", Reader::Unpacker, read).harms().to_vec()
}

#[test]
fn a_reader_that_does_what_it_may_is_fine() {
    let accept = |_: &Path, _: &Path| Ok(());
    let refuse = |_: &Path, _: &Path| Err("no".to_owned());
    for (name, accepts, refuses) in
        [("gzip_members", true, false), ("gzip_bad_crc", false, true), ("parent_path", true, true)]
    {
        let fine = [accept, refuse].map(|read: fn(&Path, &Path) -> Said| judge(name, Reader::Unpacker, read));
        assert_eq!(fine.map(|verdict| verdict.is_fine()), [accepts, refuses], "{name}");
    }
    let verdict = judge("gzip_members", Reader::Unpacker, refuse);
    assert_eq!(verdict.to_string(), "gzip_members: it refuses what it has to accept: no");
    assert_eq!(verdict.error(), Some("no"));
}

#[test]
fn what_a_reader_leaves_behind_is_its_tree() {
    let verdict = judge("parent_path", Reader::Unpacker, |layout, out| {
        fs::create_dir(out.join("bin")).unwrap();
        fs::write(out.join("bin/app"), "content").unwrap();
        assert!(layout.join("index.json").is_file());
        Ok(())
    });
    assert_eq!((verdict.tree(), verdict.is_fine()), ("bin/\nbin/app 7\n", true));
}

#[test]
#[cfg(unix)]
fn each_harm_is_seen() {
    use std::os::unix::fs::PermissionsExt;
    type Read = fn(&Path, &Path) -> Said;
    let outside = |path: &str| vec![Harm::Outside(path.to_owned())];
    let cases: [(Read, Vec<Harm>); 6] = [
        (
            |_, out| {
                fs::write(out.join("../../outside"), "").unwrap();
                Err("too late".to_owned())
            },
            outside("../../outside"),
        ),
        (
            |_, out| {
                fs::write(out.join("../../target"), "changed").unwrap();
                Ok(())
            },
            outside("../../target"),
        ),
        (
            |layout, _| {
                fs::remove_file(layout.join("index.json")).unwrap();
                Ok(())
            },
            outside("up/up/layout/index.json"),
        ),
        (
            |_, out| {
                fs::write(out.join("su"), "").unwrap();
                fs::set_permissions(out.join("su"), PermissionsExt::from_mode(0o4755)).unwrap();
                Ok(())
            },
            vec![Harm::Setuid("su".to_owned())],
        ),
        (
            |_, out| {
                fs::write(out.join("large"), vec![1; 65 << 20]).unwrap();
                std::thread::sleep(Duration::from_millis(100));
                Ok(())
            },
            vec![Harm::TooLarge],
        ),
        (|_, _| panic!("a reader"), vec![Harm::Panic("a reader".to_owned())]),
    ];
    for (read, expected) in cases {
        assert_eq!(harms(read), expected);
    }
}

#[test]
fn a_reader_that_does_not_end_is_not_waited_for() {
    let verdict = judge("parent_path", Reader::Unpacker, |_, _| {
        std::thread::sleep(Duration::from_secs(3600));
        Ok(())
    });
    assert_eq!((verdict.harms(), verdict.is_fine()), (&[Harm::Endless][..], false));
}

/// A reader that believes all names.
#[cfg(unix)]
fn naive(layout: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let layout = oci_fixture::Layout::open(layout)?;
    for entry in layout.nodes()?[0].layers()?[0].entries()? {
        let path = out.join(&*entry.path.to_string_lossy());
        match &entry.link {
            Some(target) if entry.kind == LayerEntryKind::Hardlink => {
                fs::hard_link(out.join(&*target.to_string_lossy()), path)?;
            }
            Some(target) => std::os::unix::fs::symlink(&*target.to_string_lossy(), path)?,
            None => fs::write(path, "content")?,
        }
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_reader_that_believes_what_it_reads_is_caught() {
    for (name, harm) in [
        ("absolute_path", "/tmp/oci-fixture-hostile/absolute"),
        ("parent_path", "../../outside"),
        ("symlink_then_write", "../../outside"),
        ("hardlink_outside", "../../target"),
    ] {
        let verdict = case(name).unwrap().judge(Reader::Unpacker, naive_said).unwrap();
        assert_eq!(verdict.harms(), [Harm::Outside(harm.to_owned())], "{verdict}");
    }
}

#[cfg(unix)]
fn naive_said(layout: &Path, out: &Path) -> Said {
    naive(layout, out).map_err(|error| error.to_string())
}
