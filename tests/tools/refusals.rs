//! The images that a tool refuses, each with the reason.

use std::collections::BTreeSet;

/// A row of `refusals.txt`, whose first lines explain the columns.
struct Refusal {
    what: &'static str,
    says: &'static str,
    why: &'static str,
    images: Vec<&'static str>,
}

impl Refusal {
    fn is_of(&self, image: &str) -> bool {
        self.images == ["*"] || self.images.contains(&image)
    }
}

/// A table of refusals, and the rows that a test has met.
pub(crate) struct Refusals {
    table: Vec<Refusal>,
    met: BTreeSet<(usize, String)>,
    wrong: Vec<String>,
}

impl Refusals {
    /// The rows of the table that concern a test.
    pub(crate) fn of(test: &str) -> Self {
        let mut table = Vec::new();
        for row in include_str!("refusals.txt").split("\n\n== ").skip(1) {
            let mut lines = row.lines();
            let [tests, what, says, why] = [(); 4].map(|()| lines.next().unwrap());
            if tests.split(", ").any(|met_by| met_by == test) {
                table.push(Refusal { what: what.trim_matches('*'), says, why, images: lines.collect() });
            }
        }
        assert!(!table.is_empty(), "refusals.txt has no rows for {test}");
        Self { table, met: BTreeSet::new(), wrong: Vec::new() }
    }

    /// The result of the tool. `None` if the tool refuses the image, as `refusals.txt` says.
    pub(crate) fn check<T>(&mut self, image: &str, what: &str, result: Result<T, String>) -> Option<T> {
        let mut rows = self.table.iter().enumerate();
        let row = rows.find(|(_, row)| row.is_of(image) && what.starts_with(row.what));
        match (row, result) {
            (None, Ok(given)) => Some(given),
            (None, Err(message)) => self.fail(format!("{image}: {what}: {message}")),
            (Some((_, row)), Ok(_)) => self.fail(format!("{image}: {what}: it can, although {}", row.why)),
            (Some((_, row)), Err(message)) if !message.contains(row.says) => {
                self.fail(format!("{image}: {what}: {}: {message}", row.why))
            }
            (Some((position, row)), Err(_)) => {
                let image = if row.images == ["*"] { "*" } else { image };
                self.met.insert((position, image.to_owned()));
                None
            }
        }
    }

    /// Reports a failure. The test goes on, so that one run reports all failures.
    pub(crate) fn fail<T>(&mut self, wrong: String) -> Option<T> {
        self.wrong.push(wrong);
        None
    }

    /// Ends the test. Rows that were not met are reported only if there is no other failure, because a tool that does not
    /// run meets no row, and its error would be hidden among them.
    pub(crate) fn finish(mut self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n\n"));
        for (position, row) in self.table.iter().enumerate() {
            for image in &row.images {
                let met = self.met.contains(&(position, (*image).to_owned()));
                if !met {
                    let Refusal { what, why, .. } = row;
                    self.wrong.push(format!("{image}: {what}: that was not tried, although {why}"));
                }
            }
        }
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n\n"));
    }
}
