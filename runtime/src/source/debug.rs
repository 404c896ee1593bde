//! The short form of a fixture, for `Debug`.

use std::fmt::{self, Write as _};

use super::page::write_lines;
use super::pieces;
use crate::declare::fixture::Fixture;
use crate::error::Result;
use crate::seal::plan::Plan;

/// The declaration in its short form: long contents are cut off, and large layers show only the number of their entries. No
/// file is read, except for the first bytes of a `blob` with the media type of a layer. A fixture that has a mistake, or no
/// text, shows its nodes.
impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match short(self) {
            Ok(text) => f.write_str(text.trim_end()),
            Err(_) => fmt::Debug::fmt(self.data(), f),
        }
    }
}

fn short(fixture: &Fixture) -> Result<String> {
    // The fixture is not sealed for this, so there is no text if a node could only be printed as its sealed bytes.
    let plan = Plan::of(fixture.data())?;
    let (pieces, _) = match pieces(&plan, None, None) {
        Ok(printed) => printed,
        Err(unprinted) => return Err(unprinted.into_unsayable()?.into_error()),
    };
    let mut text = String::new();
    write_lines(&pieces, 0, &mut text, &mut |members, indent, text| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:indent$}..({} entries)", "", members.len());
        Ok(())
    })?;
    Ok(text)
}
