//! Cases: the rows of the gallery.

use oci_fixture::Fixture;

use crate::ground::Ground;
use crate::reaction::Readers;

/// An image, why it is in the gallery, what [`verify`](oci_fixture::verify) finds in it, and what a reader may do with it.
///
/// ```
/// let case = oci_fixture_gallery::case("size_short").unwrap();
/// let findings = case.fixture().in_memory()?.verify();
/// let found: Vec<_> = findings.iter().map(|finding| (finding.kind().name(), finding.place().to_string())).collect();
/// assert_eq!(found[0].0, case.findings[0].0);
/// assert_eq!(found[0].1, "index.json > manifests[0] > layers[0]");
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Case {
    /// Its name, which is that of its image, too.
    pub name: &'static str,
    /// A description of the image, in one or two sentences.
    pub what: &'static str,
    /// Why it is in the gallery.
    pub ground: &'static [Ground],
    /// Makes it.
    pub(crate) make: fn() -> Fixture,
    /// The first findings in their order, eight at most: the name of the kind, and the place. They are those with the
    /// feature `decode`, which reads compressed layers.
    pub findings: &'static [(&'static str, &'static str)],
    /// The permitted behaviour of each kind of reader.
    pub readers: Readers,
}

/// A function that makes the fixture of a declaration.
macro_rules! fixture {
    ($($declaration:tt)*) => {
        || ::oci_fixture::oci_image! { $($declaration)* }
    };
}
pub(crate) use fixture;

impl Case {
    /// Its declaration.
    pub fn fixture(&self) -> Fixture {
        (self.make)()
    }
}
