//! GNU tar: lists layers, and extracts archives.

use std::fmt::Write as _;

use oci_fixture::{LayerEntry, TarName};
use oci_fixture_test_support::{GNU_TAR, GZIP, Tool, ZSTD};

use crate::archives::assert_extracts;
use crate::images::each_layer;

/// GNU tar prints the same entries as this crate, in other columns.
#[test]
fn gnu_tar_lists_each_layer_as_it_is_declared() {
    if ![GNU_TAR, GZIP, ZSTD].into_iter().all(Tool::is_here) {
        return;
    }
    each_layer(|name, path, entries| {
        let words =
            ["--list", "--verbose", "--verbose", "--xattrs", "--numeric-owner", "--full-time", "--file"];
        let listed = GNU_TAR.run(words.into_iter().chain([path])).unwrap();
        let entries: Vec<_> = entries.iter().map(numeric).collect();
        assert_eq!(lines(&hexadecimal(&String::from_utf8(listed).unwrap())), entries, "{name}");
    });
}

#[test]
fn gnu_tar_extracts_each_archive() {
    if GNU_TAR.is_here() {
        assert_extracts(GNU_TAR);
    }
}

/// An entry without the names of its owner and group, because GNU tar lists these instead of the numbers.
fn numeric(entry: &LayerEntry) -> String {
    let mut entry = entry.clone();
    (entry.uname, entry.gname) = (TarName::default(), TarName::default());
    format!("{entry:#}")
}

/// The text with `\xNN` for each byte that is not UTF-8, which GNU tar writes as `\NNN`.
fn hexadecimal(listed: &str) -> String {
    let (mut written, mut rest) = (String::new(), listed);
    while let Some((before, behind)) = rest.split_once('\\') {
        written.push_str(before);
        let octal = behind.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        let escaped = if octal.is_some() { 3 } else { 1 };
        match octal {
            Some(byte) => write!(written, "\\x{byte:02x}").unwrap(),
            None => write!(written, "\\{}", &behind[..1]).unwrap(),
        }
        rest = &behind[escaped..];
    }
    written + rest
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
        lines.push(format!("{mode} {owner} {size} {date} {time} {}", rest.trim_start()));
    }
    lines
}
