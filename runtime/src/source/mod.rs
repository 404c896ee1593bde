//! A fixture or a layout as the text of a declaration.
//!
//! `printer` and the files that it uses turn the values of builders into pieces, `page` lays the pieces out, and `literal`
//! writes literals.

mod attributes;
mod debug;
mod descriptor;
mod image;
mod import;
mod literal;
#[cfg(feature = "text")]
mod outline;
mod page;
#[cfg(feature = "text")]
mod parse;
mod platform;
mod printer;
mod stop;
mod stored;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::mem;
use std::path::Path;

use self::page::{SourcePiece, write_lines};
use self::printer::Printer;
use self::stop::{Early, PrintStop, Unprinted};
use self::words::LARGE;
use crate::declare::content::Content;
use crate::declare::encoded::SealedNode;
use crate::declare::fixture::Fixture;
use crate::declare::graph::NodeKind;
use crate::declare::layer::{LayerMember, LayerMembers};
use crate::error::{Error, ErrorKind, Result};
use crate::seal::plan::Plan;
use crate::seal::{Measure, seal};

/// A declaration as text, and the files beside it that hold its large contents.
///
/// The text is what stands between the braces of `oci_image! { ... }`. An item that fits on one line stands on one line, and
/// any other item is a block. Contents of more than 1 KiB are files in the folder `files` beside the text, except for zeros,
/// which are `Content::zeros`.
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

/// One line: the number of lines, and the number of files beside the text.
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
    /// [`Io`](ErrorKind::Io) if a file cannot be written.
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
    /// The fixture as the text of a declaration that gives the same bytes. The text has the shortest form: values that a
    /// declaration has by default are left out.
    ///
    /// Labels that are not words of Rust, or that are used twice, get other names. Indexes within more than 16 others, and
    /// nodes that are mentioned before their place, are declared at the beginning, with `#[unlisted]`.
    ///
    /// Parts for which the language has no form are printed as they were sealed. A layer of a user's own encoder and a node of
    /// another layout are printed as bytes. A property of a layer or a config before its place, of a `dangling` without a place,
    /// or in the key of a map, is printed as the digest or the size itself. If a node has no form at all, such as the layer of
    /// another image that has wrong bytes, the text is that of the written layout, as
    /// [`Layout::source`](crate::Layout::source) prints it, without the labels of the declaration.
    ///
    /// # Errors
    ///
    /// [`Declaration`](ErrorKind::Declaration) if the fixture has a mistake, so that it cannot be written, and
    /// [`Io`](ErrorKind::Io) if a content cannot be read. The error is also `Declaration` if a node has no form at all, and the
    /// fixture has faults on the wire or further symbolic links, which a layout in memory cannot hold.
    pub fn source(&self) -> Result<SourceText> {
        match self.declared_source()? {
            Ok(source) => Ok(source),
            Err(Unsayable(what)) => {
                let stored = self.in_memory().and_then(|layout| layout.source());
                stored.map_err(|error| Unsayable(what).into_error().with_source(error))
            }
        }
    }

    /// The text that declares each node of the fixture by its own form.
    fn declared_source(&self) -> Result<Result<SourceText, Unsayable>> {
        with_page(self, |page| page.write(&mut |_, _| {}))
    }
}

/// The name of a construct for which the language has no form.
struct Unsayable(String);

impl Unsayable {
    fn into_error(self) -> Error {
        Error::new(ErrorKind::Declaration, "", format!("{}, for which the language has no form", self.0))
    }
}

/// The large contents, by the names of their files.
type ContentFiles = BTreeMap<String, Content>;

/// The items of a fixture, and the files beside them.
struct Page<'f> {
    plan: &'f Plan<'f>,
    pieces: Vec<SourcePiece>,
    files: ContentFiles,
}

impl Page<'_> {
    /// The text. Each member of a large layer is shown with its text.
    fn write(self, seen: &mut dyn FnMut(&LayerMember, &str)) -> Result<SourceText> {
        let Self { plan, pieces, mut files } = self;
        let mut text = String::new();
        write_lines(&pieces, 0, &mut text, &mut |members, indent, text| {
            write_members(plan, members, indent, text, &mut files, seen)
        })?;
        Ok(SourceText { text, files })
    }
}

/// Prints a fixture. It is sealed only if a value or a node is printed as it was sealed.
fn with_page<T>(
    fixture: &Fixture,
    print: impl FnOnce(Page<'_>) -> Result<T>,
) -> Result<Result<T, Unsayable>> {
    let plan = Plan::of(fixture.data())?;
    let sealing;
    let files = ContentFiles::new();
    let printed = match pieces(&plan, None, Some(&files)) {
        Err(Unprinted::Unsealed) => {
            sealing = seal(&plan, &mut Measure)?;
            pieces(&plan, Some(&sealing.sealed), Some(&files))
        }
        printed => printed,
    };
    match printed {
        Ok((pieces, files)) => print(Page { plan: &plan, pieces, files: files.unwrap_or_default() }).map(Ok),
        Err(unprinted) => unprinted.into_unsayable().map(Err),
    }
}

/// Writes the members of a large layer, which mention no node, and shows each with its text.
fn write_members(
    plan: &Plan<'_>,
    members: &LayerMembers,
    indent: usize,
    text: &mut String,
    files: &mut ContentFiles,
    seen: &mut dyn FnMut(&LayerMember, &str),
) -> Result<()> {
    for members in members.chunks(LARGE) {
        let mut printer = Printer::new(plan, None, Vec::new(), Some(mem::take(files)));
        for member in members {
            let piece = match printer.member(member) {
                Ok(piece) => piece,
                Err(stop) => return Err(stop.into_unprinted().into_unsayable()?.into_error()),
            };
            let start = text.len();
            write_lines(&[piece], indent, text, &mut |_, _, _| Ok(()))?;
            seen(member, text.get(start..).unwrap_or_default());
        }
        *files = printer.files.unwrap_or_default();
    }
    Ok(())
}

/// The items of a fixture. Without `files`, contents are cut off, and no file is read. Whenever a node is needed before its
/// place, printing begins again, with the node at the beginning.
fn pieces<'f>(
    plan: &'f Plan<'f>,
    sealed: Option<&'f [SealedNode]>,
    files: Option<&ContentFiles>,
) -> Result<(Vec<SourcePiece>, Option<ContentFiles>), Unprinted> {
    // The nodes below a copied node are declared before it, and a node is needed only by nodes of later steps.
    let copied = plan.steps.iter().filter(|step| matches!(step.node.kind, NodeKind::Copied(_)));
    let below = copied.flat_map(|step| step.node.edges());
    let mut first: BTreeMap<Option<usize>, Early<'f>> =
        below.map(|edge| (plan.step_of(edge), Early(edge))).collect();
    loop {
        let mut printer = Printer::new(plan, sealed, first.values().copied().collect(), files.cloned());
        match printer.fixture() {
            Ok(pieces) => return Ok((pieces, printer.files)),
            Err(PrintStop::Early(early)) => {
                if first.insert(plan.step_of(early.0), early).is_some() {
                    return Err(Unprinted::Unsayable(
                        "a node has two places that exclude each other".to_owned(),
                    ));
                }
            }
            Err(stop) => return Err(stop.into_unprinted()),
        }
    }
}

/// A builder to which a value is given, if there is one.
fn with<T, V>(builder: T, value: Option<V>, give: impl FnOnce(T, V) -> T) -> T {
    match value {
        Some(value) => give(builder, value),
        None => builder,
    }
}
