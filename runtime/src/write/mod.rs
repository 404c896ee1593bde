//! The ways out of a fixture: a directory, memory, an archive, a Docker archive. Code that turns a sealed fixture into
//! files belongs here; the stores themselves belong to `store`.

pub(crate) mod archive;
pub(crate) mod docker_archive;
mod pipe;
#[cfg(feature = "push")]
mod push;

use std::fmt;
use std::io::Write;
use std::path::Path;

use crate::declare::extra_file::ExtraFile;
use crate::declare::fixture::Fixture;
use crate::error::Result;
use crate::layout::Layout;
use crate::seal::plan::Plan;
use crate::seal::sealing::Sealing;
use crate::seal::{Measure, Sink, seal};
use crate::store::staging::Staging;
use crate::store::{Archive, Directory, Documents, Memory, Store, TempDir};
use crate::write::archive::ArchiveWriter;
use crate::write::docker_archive::DockerArchive;

impl Fixture {
    /// Writes the fixture into a directory, as an [OCI image
    /// layout](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md).
    ///
    /// The directory is created if it does not exist. If it is a layout already, the fixture is added to it: an entry of
    /// index.json replaces one of the same name, an entry without a name replaces an equal one, and everything else stays
    /// as it is. A fixture that declares the whole index.json or oci-layout
    /// ([`annotations`](Self::annotations), [`merge`](Self::merge), [`extend`](Self::extend), [`raw`](Self::raw),
    /// [`oci_layout`](Self::oci_layout)) is written only into a directory without a layout. [`Layout::index`] of the
    /// result has the old and the new entries; [`Layout::reference`] finds one of them.
    ///
    /// Each call writes index.json anew, so that a reader always finds a whole one. Thousands of tags are written fastest by one
    /// fixture, in which a `for` declares them.
    ///
    /// Several processes may write into one directory at a time. A process that is killed leaves the old layout or the new
    /// one, and perhaps leftovers named `.oci-fixture-*`.
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) if the declaration has a mistake,
    /// [`Layout`](crate::ErrorKind::Layout) if the path is no directory or its index.json or oci-layout cannot be
    /// added to, and [`Io`](crate::ErrorKind::Io). In each case the old layout is unchanged.
    pub fn write_to(&self, directory: impl AsRef<Path>) -> Result<Layout<Directory>> {
        let directory = directory.as_ref();
        let plan = self.plan()?;
        layout(&plan, Staging::new(directory)?, |staging, sealing| {
            staging.publish(sealing).map(|()| Directory::new(directory))
        })
    }

    /// Writes the fixture into a new temporary directory, which is removed when the layout is dropped: see [`TempDir`]
    /// and [`Layout::keep`].
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).tempdir()?;
    /// assert!(layout.path().join("index.json").is_file());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn tempdir(&self) -> Result<Layout<TempDir>> {
        // The plan comes first: no directory is made, or kept, for a declaration that is refused.
        let plan = self.plan()?;
        let directory = TempDir::new()?;
        let staging = Staging::new(directory.as_ref())?;
        layout(&plan, staging, |staging, sealing| staging.publish(sealing).map(|()| directory))
    }

    /// Makes the layout in memory, for code that does not need a directory.
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
        let plan = self.plan()?;
        let why = "memory holds no symbolic links; write `tempdir()`, or an archive";
        plan.check_no_files(ExtraFile::is_symlink, why)?;
        layout(&plan, Memory::default(), |memory, sealing| memory.publish(sealing).with_files(sealing))
    }

    /// Writes the image layout as one tar, and returns the writer.
    ///
    /// The members are sorted by name, and have the mode 0644, uid and gid 0, and the time 0. Memory stays constant,
    /// however large the layers are. Each layer is made twice, because a tar has the name and the size of a member
    /// before its bytes.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let tar: Vec<u8> = fixture.write_archive(Vec::new())?;
    /// assert_eq!(tar, fixture.write_archive(Vec::new())?);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) if the declaration has a mistake: then nothing is written.
    /// [`Io`](crate::ErrorKind::Io) if the bytes cannot be made or written.
    pub fn write_archive<W: Write>(&self, out: W) -> Result<W> {
        let plan = self.plan()?;
        ArchiveWriter::of_layout(&seal(&plan, &mut Measure)?).write(out)
    }

    /// Writes the image layout as one tar to a file, completely or not at all. An existing file is replaced. A process
    /// that is killed may leave an unfinished file named `.oci-fixture-*`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layout, Manifest};
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let path = directory.path().join("app.tar");
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let written = fixture.write_archive_to(&path)?;
    /// let opened = Layout::open_archive(&path)?;
    /// assert_eq!(opened.reference("app:1")?.digest(), written.reference("app:1")?.digest());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`write_archive`](Self::write_archive), and [`Layout`](crate::ErrorKind::Layout) if the path is that
    /// of anything but a regular file.
    pub fn write_archive_to(&self, path: impl AsRef<Path>) -> Result<Layout<Archive>> {
        let path = path.as_ref();
        let plan = self.plan()?;
        layout(&plan, Measure, |Measure, sealing| {
            ArchiveWriter::of_layout(sealing).write_to(path)?;
            Archive::open(path)
        })
    }

    /// Writes an archive that `docker load` of any version reads, and returns the writer. This is the short form of
    /// [`docker_archive`](Self::docker_archive) for images of one platform.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let tar: Vec<u8> = fixture.write_docker_archive(Vec::new())?;
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`DockerArchive::write`].
    pub fn write_docker_archive<W: Write>(&self, out: W) -> Result<W> {
        self.docker_archive().write(out)
    }

    /// An archive that `docker load` reads, with choices: the platform, and whether the archive is an OCI image layout,
    /// too.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Index, Manifest};
    ///
    /// let amd64 = Manifest::new().platform("linux/amd64").with(("a", "b"));
    /// let arm64 = Manifest::new().platform("linux/arm64").with(("a", "c"));
    /// let fixture = Fixture::new().with(Index::new().reference("app:1").with(amd64).with(arm64));
    ///
    /// let error = fixture.write_docker_archive(Vec::new()).unwrap_err();
    /// assert!(error.to_string().contains("`.docker_archive().platform("), "{error}");
    /// let tar = fixture.docker_archive().platform("linux/arm64").write(Vec::new())?;
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn docker_archive(&self) -> DockerArchive<'_> {
        DockerArchive::of(self.data())
    }

    /// The plan for a way out that is no registry.
    fn plan(&self) -> Result<Plan<'_>> {
        let plan = Plan::of(self.data())?;
        plan.check_unserved()?;
        Ok(plan)
    }
}

/// The tree of the layout that would be written, with the digests, or the error of the declaration. All bytes are made
/// for the digests, but only documents are kept.
impl fmt::Display for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let documents = Plan::of(self.data()).and_then(|plan| {
            layout(&plan, Documents::default(), |documents, sealing| Ok(documents.publish(sealing)))
        });
        match documents {
            Ok(layout) => layout.fmt(f),
            Err(error) => error.fmt(f),
        }
    }
}

/// Seals a plan into a sink, makes a store of the sink, and wraps the store in a layout with the fixture as its origin.
fn layout<K: Sink, S: Store>(
    plan: &Plan<'_>,
    mut sink: K,
    publish: impl FnOnce(K, &Sealing<'_>) -> Result<S>,
) -> Result<Layout<S>> {
    let sealing = seal(plan, &mut sink)?;
    let store = publish(sink, &sealing)?;
    Ok(Layout::of(store, sealing.into_origin()))
}
