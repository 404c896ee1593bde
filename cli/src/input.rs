//! The input of the program: a declaration, or a layout that any tool has written.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use oci_fixture::{Archive, Digest, Findings, Fixture, Layout, Registry, SourceText};
use tempfile::NamedTempFile;

use crate::Failure;

/// The path that stands for the standard input or output.
pub(crate) const STANDARD: &str = "-";
/// A declaration from the standard input has at most as many bytes: 64 MiB.
const LONGEST_TEXT: u64 = 64 << 20;

pub(crate) enum Input {
    Declaration(Fixture),
    Directory(Layout),
    Archive(
        Layout<Archive>,
        #[expect(dead_code, reason = "the file of an archive from the standard input is removed with it")]
        Option<NamedTempFile>,
    ),
}

impl Input {
    /// Opens a directory or an archive as a layout, and reads any other file as a declaration. `-` is the standard input,
    /// which is an archive or a declaration.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path == Path::new(STANDARD) {
            return Self::standard();
        }
        if path.is_dir() {
            return Ok(Self::Directory(Layout::open(path)?));
        }
        if File::open(path).is_ok_and(|file| is_tar(&header(&mut &file).unwrap_or_default())) {
            return Ok(Self::Archive(Layout::open_archive(path)?, None));
        }
        Ok(Self::Declaration(Fixture::parse_file(path)?))
    }

    /// Reads a declaration. `-` is the standard input.
    pub(crate) fn declaration(path: &Path) -> Result<Fixture, Failure> {
        match Self::open(path)? {
            Self::Declaration(fixture) => Ok(fixture),
            Self::Directory(_) | Self::Archive(..) => {
                let cure = "give the text of a declaration, which `oci-fixture source` prints";
                Err(format!("{} is a layout; {cure}", path.display()).into())
            }
        }
    }

    fn standard() -> Result<Self, Failure> {
        let mut stdin = io::stdin().lock();
        let header = header(&mut stdin)?;
        if is_tar(&header) {
            let mut file = NamedTempFile::new()?;
            file.write_all(&header)?;
            io::copy(&mut stdin, &mut file)?;
            file.rewind()?;
            return Ok(Self::Archive(Layout::open_archive(file.path())?, Some(file)));
        }
        let mut text = header;
        stdin.take(LONGEST_TEXT).read_to_end(&mut text)?;
        if text.len() as u64 > LONGEST_TEXT {
            return Err("the declaration in the standard input has more than 64 MiB; \
                        put large contents into files, and name them by `Content::file`"
                .into());
        }
        let text = String::from_utf8(text)
            .map_err(|_| "the standard input is neither a declaration in UTF-8 nor a tar of a layout")?;
        Ok(Self::Declaration(Fixture::parse(&text)?))
    }

    pub(crate) fn tree(&self, long: bool) -> String {
        let shown = match (self, long) {
            (Self::Declaration(fixture), false) => fixture.to_string(),
            (Self::Declaration(fixture), true) => format!("{fixture:#}"),
            (Self::Directory(layout), false) => layout.to_string(),
            (Self::Directory(layout), true) => format!("{layout:#}"),
            (Self::Archive(layout, _), false) => layout.to_string(),
            (Self::Archive(layout, _), true) => format!("{layout:#}"),
        };
        if shown.ends_with('\n') { shown } else { shown + "\n" }
    }

    pub(crate) fn verify(&self) -> Result<Findings, Failure> {
        Ok(match self {
            Self::Declaration(fixture) => fixture.tempdir()?.verify(),
            Self::Directory(layout) => layout.verify(),
            Self::Archive(layout, _) => layout.verify(),
        })
    }

    /// The text of a declaration. `logical` is the shortest honest form of a layout.
    pub(crate) fn source(&self, logical: bool) -> Result<SourceText, Failure> {
        Ok(match (self, logical) {
            (Self::Declaration(fixture), false) => fixture.source()?,
            (Self::Declaration(fixture), true) => fixture.tempdir()?.logical_source()?,
            (Self::Directory(layout), false) => layout.source()?,
            (Self::Directory(layout), true) => layout.logical_source()?,
            (Self::Archive(layout, _), false) => layout.source()?,
            (Self::Archive(layout, _), true) => layout.logical_source()?,
        })
    }

    /// The digest of index.json.
    pub(crate) fn digest(&self) -> Result<Digest, Failure> {
        Ok(match self {
            Self::Declaration(fixture) => Digest::sha256(&fixture.tempdir()?.index_bytes()?),
            Self::Directory(layout) => Digest::sha256(&layout.index_bytes()?),
            Self::Archive(layout, _) => Digest::sha256(&layout.index_bytes()?),
        })
    }

    pub(crate) fn push(&self, url: &str) -> Result<(), Failure> {
        match self {
            Self::Declaration(fixture) => fixture.tempdir()?.push(url)?,
            Self::Directory(layout) => layout.push(url)?,
            Self::Archive(layout, _) => layout.push(url)?,
        }
        Ok(())
    }

    pub(crate) fn add_to(&self, registry: Registry) -> Registry {
        match self {
            Self::Declaration(fixture) => registry.with(fixture),
            Self::Directory(layout) => registry.with(layout),
            Self::Archive(layout, _) => registry.with(layout),
        }
    }
}

/// The first bytes, as many as the header of a tar has, or all that there are.
fn header(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut header = Vec::new();
    file.take(512).read_to_end(&mut header)?;
    Ok(header)
}

/// Whether this is the header of a tar: text has no NUL.
fn is_tar(header: &[u8]) -> bool {
    header.len() == 512 && header.contains(&0)
}
