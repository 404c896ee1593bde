//! The input of the program: a declaration, or a layout that any tool has written.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use oci_fixture::{Archive, Digest, ErrorKind, Findings, Fixture, Layout, Registry, SourceText, TempDir};
use tempfile::NamedTempFile;

use crate::Failure;

/// The path that stands for the standard input or output.
pub(crate) const STANDARD: &str = "-";
/// The largest number of bytes of a declaration from the standard input: 64 MiB.
const LONGEST_TEXT: u64 = 64 << 20;

pub(crate) enum Input {
    Declaration(Fixture),
    Directory(Layout),
    Archive(
        Layout<Archive>,
        #[expect(dead_code, reason = "the file of an archive from the standard input is removed with it")]
        Option<NamedTempFile>,
    ),
    /// The images of an archive for Docker without a layout, as a layout in a temporary directory.
    DockerArchive(
        Layout,
        #[expect(dead_code, reason = "the temporary directory is removed with it")] Layout<TempDir>,
    ),
}

/// The work of a command on an input: one expression for a declaration, and one for a layout of any kind.
macro_rules! of_each {
    ($input:expr, $fixture:pat => $declared:expr, $layout:ident => $stored:expr) => {
        match $input {
            Input::Declaration($fixture) => $declared,
            Input::Directory($layout) => $stored,
            Input::Archive($layout, _) => $stored,
            Input::DockerArchive($layout, _) => $stored,
        }
    };
}

impl Input {
    /// Opens a directory or an archive as a layout, and reads any other file as a declaration. `-` is the standard input,
    /// which is an archive or a declaration.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path == Path::new(STANDARD) {
            return Self::stream(&mut io::stdin().lock(), path);
        }
        if path.is_dir() {
            return Ok(Self::Directory(Layout::open(path)?));
        }
        // A pipe, such as that of `<(...)` in a shell, can be read only once.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let mut file =
                File::open(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
            return Self::stream(&mut file, path);
        }
        // If the file cannot be read, reading it as a declaration gives the error.
        let header = File::open(path).and_then(|mut file| header(&mut file)).unwrap_or_default();
        if is_tar(&header) {
            return Self::archive(path, None);
        }
        check_text(&header, path)?;
        Ok(Self::Declaration(Fixture::parse_file(path)?))
    }

    /// Opens an archive of a layout, or for Docker.
    fn archive(path: &Path, file: Option<NamedTempFile>) -> Result<Self, Failure> {
        match Layout::open_archive(path) {
            Ok(layout) => return Ok(Self::Archive(layout, file)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        match Fixture::from_docker_archive(path) {
            Ok(fixture) => {
                let written = fixture.tempdir()?;
                // The layout is opened again, so that it is like one of another tool, without labels and marks of faults.
                Ok(Self::DockerArchive(Layout::open(written.path())?, written))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let problem = "has no `oci-layout` and no `manifest.json`, so it is no archive of a layout or for Docker";
                Err(format!("{}: {problem}", path.display()).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a declaration. `-` is the standard input.
    pub(crate) fn declaration(path: &Path) -> Result<Fixture, Failure> {
        match Self::open(path)? {
            Self::Declaration(fixture) => Ok(fixture),
            Self::Directory(_) | Self::Archive(..) | Self::DockerArchive(..) => {
                let cure = "give the text of a declaration, which `oci-fixture source` prints";
                Err(format!("{} is a layout; {cure}", shown(path)).into())
            }
        }
    }

    /// Reads an archive or a declaration, from the standard input or from a pipe.
    fn stream(source: &mut impl Read, input: &Path) -> Result<Self, Failure> {
        let header = header(source)?;
        if is_tar(&header) {
            let mut file = NamedTempFile::new()?;
            file.write_all(&header)?;
            io::copy(source, &mut file)?;
            file.rewind()?;
            let path = file.path().to_owned();
            // An error names the input instead of the temporary file.
            let named = |error: Failure| error.to_string().replace(&*path.to_string_lossy(), &shown(input));
            return Self::archive(&path, Some(file)).map_err(|error| named(error).into());
        }
        check_text(&header, input)?;
        let mut text = header;
        source.take(LONGEST_TEXT).read_to_end(&mut text)?;
        if text.len() as u64 > LONGEST_TEXT {
            let problem =
                "has more than 64 MiB; put large contents into files, and name them by `Content::file`";
            return Err(format!("the declaration in {} {problem}", shown(input)).into());
        }
        let text = String::from_utf8(text).map_err(|_| neither(input))?;
        Ok(Self::Declaration(Fixture::parse(&text)?))
    }

    pub(crate) fn tree(&self, long: bool) -> String {
        let shown = of_each!(
            self,
            fixture => if long { format!("{fixture:#}") } else { fixture.to_string() },
            layout => if long { format!("{layout:#}") } else { layout.to_string() }
        );
        if shown.ends_with('\n') { shown } else { shown + "\n" }
    }

    pub(crate) fn verify(&self) -> Result<Findings, Failure> {
        Ok(of_each!(self, fixture => fixture.tempdir()?.verify(), layout => layout.verify()))
    }

    /// The text of a declaration. `logical` is the shortest form of a layout.
    pub(crate) fn source(&self, logical: bool) -> Result<SourceText, Failure> {
        if logical {
            return Ok(
                of_each!(self, fixture => fixture.tempdir()?.logical_source()?, layout => layout.logical_source()?),
            );
        }
        Ok(of_each!(self, fixture => fixture.source()?, layout => layout.source()?))
    }

    /// The digest of index.json.
    pub(crate) fn digest(&self) -> Result<Digest, Failure> {
        Ok(of_each!(
            self,
            fixture => Digest::sha256(&fixture.tempdir()?.index_bytes()?),
            layout => Digest::sha256(&layout.index_bytes()?)
        ))
    }

    pub(crate) fn push(&self, url: &str) -> Result<(), Failure> {
        of_each!(self, fixture => fixture.tempdir()?.push(url)?, layout => layout.push(url)?);
        Ok(())
    }

    pub(crate) fn add_to(&self, registry: Registry) -> Registry {
        of_each!(self, fixture => registry.with(fixture), layout => registry.with(layout))
    }
}

/// The first bytes of a file, up to the size of a tar header.
fn header(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut header = Vec::new();
    file.take(512).read_to_end(&mut header)?;
    Ok(header)
}

/// Whether the bytes begin a tar. Unlike such a header, text has no NUL.
fn is_tar(header: &[u8]) -> bool {
    header.len() == 512 && header.contains(&0)
}

/// Refuses a file that is certainly no declaration, by its first bytes.
fn check_text(header: &[u8], path: &Path) -> Result<(), Failure> {
    const COMPRESSIONS: [(&[u8], &str); 2] = [(b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd")];
    if let Some((_, program)) = COMPRESSIONS.iter().find(|(magic, _)| header.starts_with(magic)) {
        return Err(format!("{} is compressed; decompress it by `{program} -d`", shown(path)).into());
    }
    // The last character may continue behind the first bytes.
    match str::from_utf8(header) {
        Err(invalid) if invalid.error_len().is_some() => Err(neither(path)),
        _ => Ok(()),
    }
}

fn neither(path: &Path) -> Failure {
    format!("{} is neither a declaration in UTF-8 nor a tar of a layout", shown(path)).into()
}

/// The name of an input in errors.
fn shown(path: &Path) -> String {
    if path == Path::new(STANDARD) { "the standard input".to_owned() } else { path.display().to_string() }
}
