//! GNU tar: lists layers, and extracts archives.

use oci_fixture_test_support::{GNU_TAR, GZIP, Tool, ZSTD};

use crate::archives::assert_extracts;
use crate::images::each_layer;

/// Its list is ours, but for the columns.
#[test]
fn gnu_tar_lists_each_layer_as_it_is_declared() {
    if ![GNU_TAR, GZIP, ZSTD].into_iter().all(Tool::is_here) {
        return;
    }
    each_layer(|name, path, entries| {
        let words =
            ["--list", "--verbose", "--verbose", "--xattrs", "--numeric-owner", "--full-time", "--file"];
        let listed = GNU_TAR.run(words.into_iter().chain([path])).unwrap();
        let entries: Vec<_> = entries.iter().map(|entry| format!("{entry:#}")).collect();
        assert_eq!(lines(&String::from_utf8(listed).unwrap()), entries, "{name}");
    });
}

#[test]
fn gnu_tar_extracts_each_archive() {
    if GNU_TAR.is_here() {
        assert_extracts(GNU_TAR);
    }
}

/// The list that GNU tar prints, without the spaces that align its columns and without seconds of 0, and with
/// extended attributes in the line of their entry.
fn lines(listed: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in listed.lines() {
        if let Some(xattr) = line.strip_prefix("  x: ") {
            let (line, name) = (lines.last_mut().unwrap(), xattr.split_once(' ').unwrap().1);
            let before =
                line.strip_suffix('}').map_or_else(|| format!("{line} {{"), |line| format!("{line}, "));
            *line = format!("{before}{name}}}");
            continue;
        }
        let mut rest = line;
        let mut words = [""; 5];
        for word in &mut words {
            (*word, rest) = rest.trim_start().split_once(' ').unwrap();
        }
        let [mode, owner, size, date, time] = words;
        let mode = mode.trim_end_matches('*');
        let time = time.strip_suffix(":00").unwrap_or(time);
        lines.push(format!("{mode} {owner} {size} {date} {time} {rest}"));
    }
    lines
}
