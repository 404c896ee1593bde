//! Writing archives: the files of a fixture in one tar, streamed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use oci_fixture_grammar::path;

use crate::declare::encoded::Body;
use crate::declare::extra_file::SealedBody;
use crate::error::{Error, Problem, Result};
use crate::image_layout::{INDEX_FILE, LAYOUT_FILE, blob_name};
use crate::io::Output;
use crate::io::Recipe;
use crate::seal::sealing::Sealing;
use crate::tar::{END, TarHeader, write_padding};
use crate::temp_path::TempPath;

/// The files of an archive. They are written sorted by name, each behind the directories that it is in.
pub(crate) struct ArchiveWriter<'s> {
    sealing: &'s Sealing<'s>,
    members: BTreeMap<String, ArchiveMember<'s>>,
    /// The names that were added more than once.
    taken: BTreeSet<String>,
}

enum ArchiveMember<'s> {
    Directory,
    Symlink(String),
    File {
        size: u64,
        body: Box<dyn Recipe + 's>,
        /// The step of the node whose bytes these are.
        step: Option<usize>,
    },
}

impl<'s> ArchiveWriter<'s> {
    pub(crate) fn new(sealing: &'s Sealing<'s>) -> Self {
        Self { sealing, members: BTreeMap::new(), taken: BTreeSet::new() }
    }

    /// An archive of the fixture's image layout.
    pub(crate) fn of_layout(sealing: &'s Sealing<'s>) -> Self {
        let mut archive = Self::new(sealing);
        archive.add_layout();
        archive
    }

    /// Adds the files of the fixture's image layout.
    pub(crate) fn add_layout(&mut self) {
        let sealing = self.sealing;
        if let Some(layout) = &sealing.layout {
            self.add(LAYOUT_FILE.to_owned(), layout.clone());
        }
        self.add(INDEX_FILE.to_owned(), sealing.index_json());
        // A layout without blobs has these directories, too.
        self.add_directories("blobs/sha256/");
        for file in &sealing.files {
            match &file.body {
                SealedBody::Symlink(target) => self.add_symlink(file.path.clone(), target.clone()),
                SealedBody::Content(content) => {
                    let (size, body) = (content.size().unwrap_or_default(), Box::new(content.clone()));
                    self.insert(file.path.clone(), ArchiveMember::File { size, body, step: None });
                }
            }
        }
        for stored in sealing.stored() {
            if let Some(bytes) = sealing.recipe(&stored) {
                self.add_node(blob_name(stored.digest), stored.size, bytes, stored.step);
            }
        }
    }

    /// Refuses a further file whose path the archive needs itself.
    pub(crate) fn check_files(&self) -> Result<()> {
        match self.sealing.files.iter().find(|file| self.taken.contains(&file.path)) {
            Some(file) => Err(Problem::new("its path is taken by a file of the archive; write another path")
                .into_error(format!("file {:?}", file.path))),
            None => Ok(()),
        }
    }

    /// Adds a file of these bytes.
    pub(crate) fn add(&mut self, name: String, bytes: Vec<u8>) {
        let size = bytes.len() as u64;
        self.insert(name, ArchiveMember::File { size, body: Box::new(Body::Document(bytes)), step: None });
    }

    /// Adds a file with the bytes of a node.
    pub(crate) fn add_node(&mut self, name: String, size: u64, body: Box<dyn Recipe + 's>, step: usize) {
        self.insert(name, ArchiveMember::File { size, body, step: Some(step) });
    }

    /// Adds a symbolic link.
    pub(crate) fn add_symlink(&mut self, name: String, target: String) {
        self.insert(name, ArchiveMember::Symlink(target));
    }

    fn insert(&mut self, name: String, member: ArchiveMember<'s>) {
        if let Some((directory, _)) = name.rsplit_once('/') {
            self.add_directories(&format!("{directory}/"));
        }
        // Nodes with the same bytes are one file.
        match self.members.entry(name) {
            Entry::Occupied(taken) => drop(self.taken.insert(taken.key().clone())),
            Entry::Vacant(free) => drop(free.insert(member)),
        }
    }

    fn add_directories(&mut self, path: &str) {
        for (end, _) in path.match_indices('/') {
            let directory = path.get(..=end).unwrap_or(path);
            self.members.entry(directory.to_owned()).or_insert(ArchiveMember::Directory);
        }
    }

    /// Writes the archive, and returns the writer.
    pub(crate) fn write<W: Write>(&self, out: W) -> Result<W> {
        let mut out = Output::new(out);
        let written = self.write_members(&mut out);
        let failed = out.failed;
        let flushed = written.and_then(|()| out.flush().map_err(|error| (error, None)));
        match flushed {
            Ok(()) => Ok(out.into_inner()),
            Err((error, Some(step))) if !failed => {
                Err(Error::recipe(error).in_place(|| self.sealing.plan.place(step)))
            }
            Err((error, _)) => Err(Error::unwritable(error)),
        }
    }

    /// An error carries the step of the node whose bytes could not be made or written.
    fn write_members(&self, out: &mut dyn Write) -> Result<(), (io::Error, Option<usize>)> {
        for (name, member) in &self.members {
            member.write(name, out)?;
        }
        out.write_all(&END).map_err(|error| (error, None))
    }

    /// Writes the archive to a file, completely or not at all.
    pub(crate) fn write_to(&self, path: &Path) -> Result<()> {
        // A symbolic link stays; the file that it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&target) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(Error::layout(
                    path.display(),
                    "is a directory; name the file that is to be the archive",
                ));
            }
            Ok(metadata) if !metadata.is_file() => {
                let problem = "is no regular file, which could be replaced; open it, and write to that";
                return Err(Error::layout(path.display(), problem));
            }
            Ok(_) | Err(_) => {}
        }
        let directory = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let failed = |what: &'static str| move |error| Error::io(path, what, error);
        let (mut temporary, file) =
            TempPath::file(directory, ".oci-fixture-").map_err(failed("create a file beside it"))?;
        self.write(file).map_err(|error| error.in_place(|| path.display().to_string()))?;
        temporary.rename(&target).map_err(failed("put the archive there"))
    }
}

impl ArchiveMember<'_> {
    fn write(&self, name: &str, out: &mut dyn Write) -> Result<(), (io::Error, Option<usize>)> {
        let name = &path::from_bytes(name.as_bytes());
        let link = match self {
            Self::Symlink(target) => path::from_bytes(target.as_bytes()),
            Self::Directory | Self::File { .. } => String::new(),
        };
        let (header, size, body, step) = match self {
            Self::Directory => (TarHeader::directory(name), 0, None, None),
            Self::Symlink(_) => (TarHeader::symlink(name, &link), 0, None, None),
            Self::File { size, body, step } => {
                (TarHeader::file(name).with_size(*size), *size, Some(body), *step)
            }
        };
        let written = header.write_to(out).and_then(|()| {
            let mut exact = Exact { out, rest: size };
            body.map_or(Ok(()), |body| body.write_to(&mut exact))?;
            if exact.rest > 0 {
                return Err(changed());
            }
            write_padding(size, out)
        });
        written.map_err(|error| (error, step))
    }
}

/// Passes on exactly as many bytes as the header has announced, and refuses more.
struct Exact<'w> {
    out: &'w mut dyn Write,
    rest: u64,
}

impl Write for Exact<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.rest < bytes.len() as u64 {
            return Err(changed());
        }
        let written = self.out.write(bytes)?;
        self.rest -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn changed() -> io::Error {
    io::Error::other(
        "it has another size than when it was first made; see to it that it gives the same bytes",
    )
}
