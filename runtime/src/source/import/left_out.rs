//! The parts of a layout that its shortest form leaves out.

use std::fmt;

use crate::digest::Hasher;
use crate::json::Json;

/// The largest number of parts that are named.
const NAMED: usize = 64;

/// The parts that are left out, each once, in the order in which they were found. They are printed as comments of a text.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    named: Vec<String>,
    more: u64,
}

impl LeftOut {
    pub(super) fn add(&mut self, what: String) {
        if self.named.contains(&what) {
            return;
        }
        if self.named.len() < NAMED {
            self.named.push(what);
        } else {
            self.more += 1;
        }
    }

    /// Adds the members of a document that are not empty, and that the document made of it does not have.
    pub(super) fn add_members(&mut self, kind: &str, bytes: &[u8], made: &[u8]) {
        let (Ok(written), Ok(made)) = (Json::parse(bytes), Json::parse(made)) else { return };
        let mut paths = Vec::new();
        lacking(&written, &made, "", &mut paths);
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        let (digest, _) = hasher.finish();
        for path in paths {
            self.add(format!("the member `{path}` of the {kind} {digest}"));
        }
    }
}

/// The paths of the members that are not in `made`.
fn lacking(written: &Json<'_>, made: &Json<'_>, path: &str, paths: &mut Vec<String>) {
    match (written, made) {
        (Json::Object(members), Json::Object(_)) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                let is_empty =
                    matches!(value, Json::Null | Json::Bool(false)) || value.clone().unless_empty().is_none();
                match made.get(name) {
                    Some(made) => lacking(value, made, &path, paths),
                    None if is_empty => {}
                    None => paths.push(path),
                }
            }
        }
        (Json::List(values), Json::List(made)) => {
            for (number, (value, made)) in values.iter().zip(made).enumerate() {
                lacking(value, made, &format!("{path}[{number}]"), paths);
            }
        }
        _ => {}
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for what in &self.named {
            // A name may hold any characters, so it is escaped: it must not end the comment.
            writeln!(f, "// Left out: {}", what.replace(char::is_control, "\u{fffd}"))?;
        }
        match self.more {
            0 => Ok(()),
            more => writeln!(f, "// Left out: {more} more"),
        }
    }
}
