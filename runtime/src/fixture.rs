//! A fixture: the whole declaration.

use std::path::Path;

use crate::declared::{Edge, Parent};
use crate::error::Result;
use crate::layout::Layout;
use crate::part::Part;
use crate::plan::Plan;
use crate::seal::{Labelled, seal};
use crate::store::directory::Staging;
use crate::store::{Directory, Memory, TempDir};

/// A declaration of images: what `oci_image!` evaluates to, or what is built by hand.
///
/// Declaring never fails. What is wrong with a value is reported, with its place, when the fixture is written; then
/// nothing is. The same declaration gives the same bytes, wherever and however often it is written.
///
/// ```
/// use oci_fixture::{Fixture, Index, Manifest};
///
/// let fixture = Fixture::new().with(
///     Index::new()
///         .reference("twoplatform:latest")
///         .with(Manifest::new().platform("linux/amd64").with(("bash", "layer1")))
///         .with(Manifest::new().platform("linux/arm64").with(("bash", "layer2"))),
/// );
/// let layout = fixture.tempdir()?;
/// assert_eq!(layout.index()?.manifests().len(), 1);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a fixture does nothing until it is written"]
pub struct Fixture {
    edges: Vec<Edge>,
}

impl Fixture {
    /// The empty layout: an index.json that lists nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry of index.json: an [`Index`](crate::Index), a [`Manifest`](crate::Manifest), a
    /// [`Config`](crate::Config), a [`Blob`](crate::Blob), a dangling [`Descriptor`](crate::Descriptor), or a
    /// [`Tag`](crate::Tag).
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }

    /// Writes the fixture into a directory, as an [OCI image
    /// layout](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md).
    ///
    /// The directory is made where it does not exist. Where it is a layout already, the fixture is added to it: an
    /// entry of index.json is replaced by one of the same name, an unnamed one by an equal one, and everything else
    /// stays as it is. Several processes may write into one directory at a time. A process that is killed leaves the
    /// old layout or the new one, and perhaps leftovers named `.oci-fixture-*`.
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) where a value is not what it should be,
    /// [`Layout`](crate::ErrorKind::Layout) where the path is no directory, or the index.json or oci-layout in it are none, and
    /// [`Io`](crate::ErrorKind::Io). Then nothing that was there has changed.
    pub fn write_to(&self, directory: impl AsRef<Path>) -> Result<Layout<Directory>> {
        let directory = directory.as_ref();
        let labels = self.write(directory)?;
        Ok(Layout::of(Directory::new(directory), labels))
    }

    /// Writes the fixture into a new temporary directory, which goes when the layout is dropped.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).tempdir()?;
    /// assert!(layout.path().join("index.json").is_file());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn tempdir(&self) -> Result<Layout<TempDir>> {
        let directory = TempDir::new()?;
        let labels = self.write(directory.as_ref())?;
        Ok(Layout::of(directory, labels))
    }

    /// Makes the layout in memory, for code that takes blobs and not a directory.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).in_memory()?;
    /// for blob in layout.blobs()? {
    ///     let (digest, bytes) = blob?;
    ///     println!("{digest} {} bytes", bytes.len());
    /// }
    /// assert_eq!(layout.reference("app:1")?.manifest()?.layers().len(), 1);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn in_memory(&self) -> Result<Layout<Memory>> {
        let plan = Plan::of(&self.edges)?;
        let mut memory = Memory::default();
        let sealing = seal(&plan, &mut memory)?;
        Ok(Layout::of(memory.publish(&sealing.entries), sealing.labels))
    }

    /// Writes, and gives the labels.
    fn write(&self, directory: &Path) -> Result<Vec<Labelled>> {
        let plan = Plan::of(&self.edges)?;
        let mut staging = Staging::new(directory)?;
        let sealing = seal(&plan, &mut staging)?;
        staging.publish(&sealing.entries)?;
        Ok(sealing.labels)
    }
}

impl Parent for Fixture {
    fn push_edge(&mut self, edge: Edge) {
        self.edges.push(edge);
    }
}
