//! What a tool cannot do.

use std::collections::BTreeSet;

/// What a tool cannot do with some images. Each table of them is true as a whole: a tool that does what is in it, or
/// says something else, fails the test, as does a row that is not met.
pub(crate) struct Refusal {
    /// The images, by the name of the fixture, the tag in its index.json and, for one of an index, the platform.
    pub(crate) images: &'static [&'static str],
    /// What is tried begins with this.
    pub(crate) what: &'static str,
    /// What stands in the message.
    pub(crate) says: &'static str,
    pub(crate) why: &'static str,
}

/// A table, and what of it was met.
pub(crate) struct Refusals {
    table: Vec<&'static Refusal>,
    met: BTreeSet<(usize, String)>,
}

impl Refusals {
    pub(crate) fn new(table: impl IntoIterator<Item = &'static Refusal>) -> Self {
        Self { table: table.into_iter().collect(), met: BTreeSet::new() }
    }

    /// What the tool gives; nothing where it refuses, as it should.
    pub(crate) fn check<T>(&mut self, image: &str, what: &str, result: Result<T, String>) -> Option<T> {
        let mut rows = self.table.iter().enumerate();
        let row = rows.find(|(_, row)| row.images.contains(&image) && what.starts_with(row.what));
        match (row, result) {
            (None, Ok(given)) => Some(given),
            (None, Err(message)) => panic!("{image}: {what}: {message}"),
            (Some((_, row)), Ok(_)) => panic!("{image}: {what}: it can, although {}", row.why),
            (Some((position, row)), Err(message)) => {
                assert!(message.contains(row.says), "{image}: {what}: {}: {message}", row.why);
                self.met.insert((position, image.to_owned()));
                None
            }
        }
    }

    /// To be called when all was tried.
    pub(crate) fn finish(self) {
        for (position, row) in self.table.iter().enumerate() {
            for image in row.images {
                let met = self.met.contains(&(position, (*image).to_owned()));
                assert!(met, "{image}: {}: that was not tried, although {}", row.what, row.why);
            }
        }
    }
}
