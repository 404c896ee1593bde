//! A declaration from its text (feature `text`).
//!
//! `scan` finds texts that are not tokens of Rust, `oci-fixture-syntax` reads and checks the declaration, `build` makes the
//! calls of the builders to which the macro would expand, and `evaluate` has the few expressions that a text may have.
//! `report` shows the mistakes.

mod build;
mod evaluate;
mod fields;
mod report;
mod scan;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use proc_macro2::{Span, TokenStream};

use self::build::TextBuilder;
pub(super) use self::build::mark;
use self::report::{Mistake, TextPlace, report};
use self::scan::scan;
use crate::declare::fixture::Fixture;
use crate::declare::layer::LayerMembers;
use crate::error::{Error, ErrorKind, Result};

/// The stack of the thread that reads a text, in bytes. Without optimisation, a level of braces takes about 20 KiB of it.
const STACK: usize = 64 << 20;

impl Fixture {
    /// A fixture from the text of a declaration, which is what stands in `oci_image! { ... }`.
    ///
    /// The language is that of the macro, but a text has no variables and no code, so its expressions are literals, arrays,
    /// `+`, `-`, `*` and `<<` of numbers, `Content::new`, `zeros`, `random`, `repeat`, `sparse` and `file`, and
    /// [`Gzip`](crate::Gzip), [`Zstd`](crate::Zstd) and [`Plain`](crate::Plain) with their methods. `for`, `if` and `..` are mistakes.
    ///
    /// ```
    /// use oci_fixture::{Fixture, oci_image};
    ///
    /// let parsed = Fixture::parse(r#"index "app:1" { linux/arm64 { #[mode = 0o755] "bin/app" => "x" } }"#)?;
    /// let declared = oci_image! { index "app:1" { linux/arm64 { #[mode = 0o755] "bin/app" => "x" } } };
    /// assert_eq!(parsed.in_memory()?.index_bytes()?, declared.in_memory()?.index_bytes()?);
    ///
    /// let error = Fixture::parse("manifest {\n    layr {}\n}").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "2:5: unknown word `layr`; did you mean `layer`?\n  |\n2 |     layr {}\n  |     ^^^^",
    /// );
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// A text without items is the empty layout. The path of a `Content::file` starts at the current directory, and must not lead
    /// out of it.
    ///
    /// # Errors
    ///
    /// [`Declaration`](ErrorKind::Declaration) if the text has mistakes. The error has the line, the column and the text of
    /// the line of each mistake. A mistake that only reading a content shows, such as a missing file, is an error when the
    /// fixture is written.
    pub fn parse(text: &str) -> Result<Self> {
        parse(text, None, &[])
    }

    /// A fixture from a file that holds the text of a declaration: see [`parse`](Self::parse). The path of a `Content::file`
    /// starts at the folder of the file, and must not lead out of it.
    ///
    /// # Errors
    ///
    /// The errors of [`parse`](Self::parse), with the name of the file before each line, and [`Io`](ErrorKind::Io) if the file
    /// cannot be read, or is not UTF-8.
    pub fn parse_file(file: impl AsRef<Path>) -> Result<Self> {
        let file = file.as_ref();
        let text =
            fs::read_to_string(file).map_err(|error| Error::io(file, "read the declaration", error))?;
        parse(&text, Some(file), &[])
    }
}

/// A fixture from the outline of a text, whose large layers have these members. Paths start at the folder.
pub(super) fn parse_outline(text: &str, folder: &Path, large: &[LayerMembers]) -> Result<Fixture> {
    parse(text, Some(&folder.join("outline")), large)
}

/// Reads a text in a thread of its own. The stack of the thread is large enough for every text that `scan` accepts, and the
/// table of places that proc-macro2 keeps for each thread ends with the thread.
fn parse(text: &str, file: Option<&Path>, large: &[LayerMembers]) -> Result<Fixture> {
    let folder = file.and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
    let read = || read(text, folder, large);
    let parsed = thread::scope(|scope| {
        let thread = thread::Builder::new().name("oci-fixture parse".to_owned()).stack_size(STACK);
        let thread = thread.spawn_scoped(scope, read)?;
        thread.join().map_err(|_| std::io::Error::other("reading the declaration panicked"))
    });
    let parsed = parsed
        .map_err(|error| Error::new(ErrorKind::Io, "", "cannot read the declaration").with_source(error))?;
    parsed.map_err(|mistakes| Error::new(ErrorKind::Declaration, "", report(text, file, &mistakes)))
}

fn read(text: &str, folder: PathBuf, large: &[LayerMembers]) -> Result<Fixture, Vec<Mistake>> {
    scan(text).map_err(|mistake| vec![mistake])?;
    let tokens: TokenStream = text.parse().map_err(|error: proc_macro2::LexError| {
        vec![Mistake::new(TextPlace::of(error.span()), scan::unread(text, error.span()))]
    })?;
    // In the macro, an empty declaration is more likely a mistake.
    if tokens.is_empty() {
        return Ok(Fixture::new());
    }
    let (declaration, errors) = oci_fixture_syntax::declaration(tokens, Span::call_site());
    let mut builder = TextBuilder::new(folder, large);
    let fixture = builder.fixture(&declaration.items);
    let mut mistakes: Vec<Mistake> =
        errors.iter().map(|error| Mistake::new(TextPlace::of(error.span()), error.to_string())).collect();
    mistakes.extend(builder.mistakes);
    if mistakes.is_empty() { Ok(fixture) } else { Err(mistakes) }
}
