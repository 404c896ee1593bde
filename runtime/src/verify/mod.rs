//! Verifying: finds what is wrong with a layout, whichever tool has written it.

mod claim;
mod diff_ids;
mod document;
mod excerpt;
mod facts;
mod finding;
mod kind;
mod level;
mod limits;
mod report;
#[cfg(test)]
mod tests;
mod walk;

use std::path::Path;

pub use self::document::Document;
use self::excerpt::{excerpt, of_error};
pub(crate) use self::facts::json::json_tree;
pub use self::finding::Finding;

pub use self::kind::FindingKind;
pub use self::level::Level;
pub use self::limits::{Limit, Limits};
pub use self::report::Findings;
use self::walk::Verifier;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::store::{Archive, Directory, Store};

/// Finds everything that is wrong with an OCI image layout, which is a directory or an archive of any tool: see
/// [`Layout::verify`].
///
/// Unlike [`Layout::open`], it accepts a directory or a tar that is not a layout, and reports the missing files.
///
/// ```
/// use oci_fixture::{Fixture, Manifest, verify};
///
/// # let directory = tempfile::tempdir().unwrap();
/// Fixture::new().with(Manifest::new().with(("a", "b"))).write_to(directory.path())?;
/// std::fs::remove_file(directory.path().join("oci-layout")).unwrap();
/// let findings: Vec<String> = verify(directory.path())?.iter().map(|finding| finding.to_string()).collect();
/// assert_eq!(findings, ["oci-layout: there is no such file, so it is no OCI image layout"]);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
///
/// # Errors
///
/// [`Io`](crate::ErrorKind::Io) if there is nothing at the path, or if it cannot be read,
/// and [`Layout`](crate::ErrorKind::Layout) if it is neither a directory nor a tar.
pub fn verify(path: impl AsRef<Path>) -> Result<Findings> {
    verify_with(path, &Limits::default())
}

/// Like [`verify`], within other [`Limits`].
///
/// # Errors
///
/// The errors of [`verify`].
pub fn verify_with(path: impl AsRef<Path>, limits: &Limits) -> Result<Findings> {
    let path = path.as_ref();
    let metadata = std::fs::metadata(path).map_err(|error| Error::io(path, "look at it", error))?;
    if metadata.is_dir() {
        return Ok(of_store(&Directory::new(path), limits));
    }
    let (archive, problem) = Archive::open_corrupt(path)?;
    let mut verifier = Verifier::new(&archive, limits);
    if let Some(problem) = problem {
        let problem = excerpt(&of_error(&problem));
        verifier.findings.add("archive", FindingKind::ArchiveMalformed { problem });
    }
    verifier.run();
    Ok(Findings::new(verifier.findings.into_vec()))
}

fn of_store(store: &impl Store, limits: &Limits) -> Findings {
    let mut verifier = Verifier::new(store, limits);
    verifier.run();
    Findings::new(verifier.findings.into_vec())
}

impl<S: Store> Layout<S> {
    /// Finds everything that is wrong with the layout. It judges only the stored bytes, and not the declaration from which
    /// they were written.
    ///
    /// It follows index.json, depth first. It judges every descriptor, the digest and the size of every blob, and the
    /// contents of the documents and layers of the image specification and of Docker's schema 2. The contents of other
    /// blobs are not judged.
    ///
    /// * A finding can hide others. If a blob does not match its descriptor, its content is not judged. If a document
    ///   cannot be read, no blob is reported as unreferenced.
    /// * A node to which several descriptors refer is judged once, at the first way that leads to it. Every descriptor
    ///   is judged.
    /// * The entries of a compressed layer are judged with the feature `decode` alone. Without it, such a layer is
    ///   judged by digest, size and its first bytes.
    /// * Reading is bounded, whatever the layout holds: see [`Limits`].
    ///
    /// [docs/verify.md] lists all kinds of findings, and the sentences from which they follow.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Fixture, Manifest};
    ///
    /// let image = Manifest::new().platform("linux/amd64").with(("a", "b"));
    /// let wrong = Descriptor::new().platform("linux/arm64");
    /// let findings = Fixture::new().with(image.descriptor(wrong)).in_memory()?.verify();
    /// assert_eq!(
    ///     findings[0].to_string(),
    ///     "index.json > manifests[0]: the descriptor says the platform `linux/arm64`, but the config says `linux/amd64`",
    /// );
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// [docs/verify.md]: https://docs.rs/crate/oci-fixture/latest/source/docs/verify.md
    pub fn verify(&self) -> Findings {
        self.verify_with(&Limits::default())
    }

    /// Like [`verify`](Self::verify), within other [`Limits`].
    pub fn verify_with(&self, limits: &Limits) -> Findings {
        of_store(&self.store, limits)
    }

    /// Asserts that [`verify`](Self::verify) finds nothing but [notes](Level::Note): for tests of code that writes
    /// layouts.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// Fixture::new().with(Manifest::new().with(("a", "b"))).in_memory()?.assert_verified();
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If there are other findings. The message has all findings, and the layout as a tree.
    #[track_caller]
    #[expect(clippy::panic, reason = "it is an assertion")]
    pub fn assert_verified(&self) {
        let findings = self.verify();
        if findings.iter().all(|finding| finding.level() == Level::Note) {
            return;
        }
        let lines: Vec<String> = findings.iter().map(|finding| format!("  {finding:#}\n")).collect();
        panic!("the layout is not as it should be:\n{}{self}", lines.concat());
    }
}
