//! An archive: files of a fixture in one tar, streamed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::output::Output;
use crate::recipe::Recipe;
use crate::seal::Body;
use crate::sealing::Sealing;
use crate::store::{INDEX_FILE, LAYOUT_FILE, blob_name};
use crate::tar::{END, Header, write_padding};

/// The files of an archive, which are written sorted by name, each with the directories that it is in before it.
pub(crate) struct ArchiveWriter<'s> {
    sealing: &'s Sealing<'s>,
    members: BTreeMap<String, Member<'s>>,
}

enum Member<'s> {
    Directory,
    Symlink(String),
    File {
        size: u64,
        body: Box<dyn Recipe + 's>,
        /// The node whose bytes they are.
        step: Option<usize>,
    },
}

impl<'s> ArchiveWriter<'s> {
    pub(crate) fn new(sealing: &'s Sealing<'s>) -> Self {
        Self { sealing, members: BTreeMap::new() }
    }

    /// The files of the fixture's image layout.
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
        // An index of nothing has them, too.
        self.add_directories("blobs/sha256/");
        for stored in sealing.stored() {
            if let Some(bytes) = sealing.recipe(&stored) {
                self.add_node(blob_name(stored.digest), stored.size, bytes, stored.step);
            }
        }
    }

    /// Adds a file of these bytes.
    pub(crate) fn add(&mut self, name: String, bytes: Vec<u8>) {
        let size = bytes.len() as u64;
        self.insert(name, Member::File { size, body: Box::new(Body::Document(bytes)), step: None });
    }

    /// Adds a file of the bytes that a node gives.
    pub(crate) fn add_node(&mut self, name: String, size: u64, body: Box<dyn Recipe + 's>, step: usize) {
        self.insert(name, Member::File { size, body, step: Some(step) });
    }

    /// Adds a symbolic link.
    pub(crate) fn add_symlink(&mut self, name: String, target: String) {
        self.insert(name, Member::Symlink(target));
    }

    fn insert(&mut self, name: String, member: Member<'s>) {
        if let Some((directory, _)) = name.rsplit_once('/') {
            self.add_directories(&format!("{directory}/"));
        }
        // Nodes of the same bytes are one file.
        self.members.entry(name).or_insert(member);
    }

    fn add_directories(&mut self, path: &str) {
        for (end, _) in path.match_indices('/') {
            let directory = path.get(..=end).unwrap_or(path);
            self.members.entry(directory.to_owned()).or_insert(Member::Directory);
        }
    }

    /// Writes the archive, and gives the writer back.
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

    /// An error comes with the node whose bytes could not be made or written.
    fn write_members(&self, out: &mut dyn Write) -> Result<(), (io::Error, Option<usize>)> {
        for (name, member) in &self.members {
            member.write(name, out)?;
        }
        out.write_all(&END).map_err(|error| (error, None))
    }

    /// Writes the archive to a file, whole or not at all.
    pub(crate) fn write_to(&self, path: &Path) -> Result<()> {
        // What a link leads to is replaced, not the link.
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
        let mut builder = tempfile::Builder::new();
        builder.prefix(".oci-fixture-");
        // Others may read it as far as the umask lets them.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let failed = |what: &'static str| move |error| Error::io(path, what, error);
        let file = builder.tempfile_in(directory).map_err(failed("create a file beside it"))?;
        let file = self.write(file).map_err(|error| error.in_place(|| path.display().to_string()))?;
        file.persist(&target).map_err(|error| failed("put the archive there")(error.error))?;
        Ok(())
    }
}

impl Member<'_> {
    fn write(&self, name: &str, out: &mut dyn Write) -> Result<(), (io::Error, Option<usize>)> {
        let (header, size, body, step) = match self {
            Self::Directory => (Header::directory(name), 0, None, None),
            Self::Symlink(target) => (Header::symlink(name, target), 0, None, None),
            Self::File { size, body, step } => {
                (Header::file(name).with_size(*size), *size, Some(body), *step)
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

/// Passes on as many bytes as the header has announced.
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
