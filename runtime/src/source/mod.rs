//! A fixture or a layout as the text of a declaration.
//!
//! `printer` and `words` turn what the builders made into pieces, and `page` lays these out. `literal` writes the literals.

mod debug;
mod import;
mod literal;
#[cfg(feature = "text")]
mod outline;
mod page;
#[cfg(feature = "text")]
mod parse;
mod printer;
mod stored;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::mem;
use std::path::Path;

use self::page::{SourcePiece, write_lines};
use self::printer::{Early, PrintStop, Printer};
use self::stored::is_bytes_alone;
use self::words::LARGE;
use crate::declare::content::Content;
use crate::declare::encoded::SealedNode;
use crate::declare::fixture::Fixture;
use crate::declare::layer::{LayerMember, LayerMembers};
use crate::error::{Error, ErrorKind, Result};
use crate::seal::plan::Plan;
use crate::seal::{Measure, seal};

/// A declaration as text, and the files beside it that hold its large contents.
///
/// The text is what stands between the braces of `oci_image! { ... }`. An item stands on one line where it fits there, and
/// is a block where not. Contents of more than 1 KiB are files in the folder `files` beside the text; zeros are
/// `Content::zeros`.
///
/// ```
/// use oci_fixture::oci_image;
///
/// let fixture = oci_image! {
///     index "app:1" { linux/arm64 { layer { #[mode = 0o755] "bin/app" => b"\x7fELF" } } }
/// };
/// let text = "index \"app:1\" { linux/arm64 { #[mode = 0o755] \"bin/app\" => b\"\\x7fELF\" } }\n";
/// assert_eq!(fixture.source()?.text(), text);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone)]
pub struct SourceText {
    text: String,
    files: BTreeMap<String, Content>,
}

/// One line: the number of lines, and of files beside them.
impl fmt::Debug for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceText(lines: {}, files: {})", self.text.lines().count(), self.files.len())
    }
}

impl SourceText {
    /// The declaration.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The files beside the text, each by its path from the folder of the text.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let source = Fixture::new().with(Manifest::new().with(("large", "line\n".repeat(1000)))).source()?;
    /// assert_eq!(source.text(), "linux/amd64 { \"large\" => Content::file(\"files/118f44c712f12aeb\") }\n");
    /// assert_eq!(source.files().map(|(path, _)| path).collect::<Vec<_>>(), ["files/118f44c712f12aeb"]);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn files(&self) -> impl Iterator<Item = (&str, &Content)> {
        self.files.iter().map(|(path, content)| (path.as_str(), content))
    }

    /// Writes the text to a file, and the other files beside it.
    ///
    /// # Errors
    ///
    /// [`Io`](ErrorKind::Io) where a file cannot be written.
    pub fn write_to(&self, file: impl AsRef<Path>) -> Result<()> {
        let file = file.as_ref();
        self.write_files(file.parent().unwrap_or(Path::new("")))?;
        fs::write(file, &self.text).map_err(|error| Error::io(file, "write the declaration", error))
    }

    /// Writes the files that stand beside the text.
    fn write_files(&self, folder: &Path) -> Result<()> {
        for (path, content) in &self.files {
            let path = folder.join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| Error::io(folder, "create the folder", error))?;
            }
            let write = || {
                let mut out = BufWriter::new(File::create(&path)?);
                content.write_to(&mut out)?;
                out.flush()
            };
            write().map_err(|error| Error::io(&path, "write the content", error))?;
        }
        Ok(())
    }
}

/// The text.
impl fmt::Display for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Fixture {
    /// The fixture as the text of a declaration, which gives the same bytes. The shortest form is written: what a
    /// declaration has by default is left out.
    ///
    /// Labels that are no words of Rust, or that repeat, get other names. Indexes that stand in more than 16 others, and
    /// nodes that are mentioned before their place, are declared at the beginning, with `#[unlisted]`. A layer of a user's
    /// own encoder, and nodes of another layout, are printed as their bytes.
    ///
    /// # Errors
    ///
    /// [`Declaration`](ErrorKind::Declaration) where the fixture has a mistake, so that it cannot be written, or where the
    /// builders made what the language has no form for, such as a label in the key of a map.
    pub fn source(&self) -> Result<SourceText> {
        let plan = Plan::of(self.data())?;
        let sealed = bytes_alone(&plan)?;
        let (pieces, files) = pieces(&plan, &sealed, Some(&BTreeMap::new()))?;
        let mut files = files.unwrap_or_default();
        let mut text = String::new();
        write_lines(&pieces, 0, &mut text, &mut |members, indent, text| {
            write_members((&plan, &sealed), members, indent, text, &mut files, &mut |_, _| {})
        })?;
        Ok(SourceText { text, files })
    }
}

/// The sealed nodes of the plan, if one of them is printed as its bytes.
fn bytes_alone(plan: &Plan<'_>) -> Result<Vec<SealedNode>> {
    if plan.steps.iter().any(|step| is_bytes_alone(step.node)) {
        Ok(seal(plan, &mut Measure)?.sealed)
    } else {
        Ok(Vec::new())
    }
}

/// Writes the members of a large layer, and shows each with its text.
fn write_members(
    (plan, sealed): (&Plan<'_>, &[SealedNode]),
    members: &LayerMembers,
    indent: usize,
    text: &mut String,
    files: &mut BTreeMap<String, Content>,
    seen: &mut dyn FnMut(&LayerMember, &str),
) -> Result<()> {
    for members in members.chunks(LARGE) {
        let mut printer = Printer::new(plan, sealed, Vec::new(), Some(mem::take(files)));
        for member in members {
            let piece = match printer.member(member) {
                Ok(piece) => piece,
                Err(PrintStop::Early(early)) => return Err(too_early(early)),
                Err(PrintStop::Unsayable(what)) => return Err(unsayable(&what)),
            };
            let start = text.len();
            write_lines(&[piece], indent, text, &mut |_, _, _| Ok(()))?;
            seen(member, text.get(start..).unwrap_or_default());
        }
        *files = printer.files.unwrap_or_default();
    }
    Ok(())
}

fn too_early(early: Early<'_>) -> Error {
    let what = format!("the {} is mentioned before its place; mention it behind that", early.name());
    Error::new(ErrorKind::Declaration, "", what)
}

fn unsayable(what: &str) -> Error {
    Error::new(ErrorKind::Declaration, "", format!("{what}, which the language cannot say"))
}

/// The large contents, by the names of their files.
type ContentFiles = BTreeMap<String, Content>;

/// The items of a fixture. Without `files`, contents are cut off, and no file is read. Each time that a node turns out to be
/// needed before its place, printing begins again.
fn pieces(
    plan: &Plan<'_>,
    sealed: &[SealedNode],
    files: Option<&ContentFiles>,
) -> Result<(Vec<SourcePiece>, Option<ContentFiles>)> {
    let mut first: Vec<Early<'_>> = Vec::new();
    loop {
        let mut printer = Printer::new(plan, sealed, first.clone(), files.cloned());
        match printer.fixture() {
            Ok(pieces) => return Ok((pieces, printer.files)),
            Err(PrintStop::Early(early)) if early.is_sayable() && first.len() < 1024 => {
                first.insert(0, early);
            }
            Err(PrintStop::Early(early)) => return Err(too_early(early)),
            Err(PrintStop::Unsayable(what)) => return Err(unsayable(&what)),
        }
    }
}
