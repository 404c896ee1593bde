//! Content: the bytes of a file.

mod random;
pub(crate) mod source;
mod sparse;
mod to_content;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::path::Path;
use std::sync::Arc;

use oci_fixture_grammar::media_type::{EMPTY, NOT_EMPTY};
use oci_fixture_grammar::tar;

use self::source::SourceFile;
pub(crate) use self::sparse::SparseContent;
pub use self::to_content::ToContent;
use crate::declare::context::Context;
use crate::declare::encoded::{Body, DATA};
use crate::declare::graph::{Edge, NodeKind};
use crate::declare::order;
use crate::declare::text::{Mention, Text};
use crate::declare::value::{ToValue, Value};
use crate::error::Problem;
use crate::io::Recipe;

/// Content is made in chunks of this size, so that memory does not grow with it.
const CHUNK: usize = 64 * 1024;
static ZEROS: [u8; CHUNK] = [0; CHUNK];

/// The largest size that Go's tools, whose sizes are signed, can read in a descriptor.
const LARGEST: u64 = i64::MAX as u64;

/// The bytes of a file: given in memory, or made in constant memory each time they are written.
///
/// Two contents are equal if they are declared in the same way: three zero bytes are not equal to `Content::zeros(3)`.
///
/// ```
/// use oci_fixture::{Content, Layer};
///
/// assert_eq!(Content::new("layer1"), Content::new(b"layer1"));
/// Layer::new().with(("small", "layer1")).with(("large", Content::random(1, 100 << 20)));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Content(pub(crate) ContentKind);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum ContentKind {
    Bytes(Arc<[u8]>),
    Zeros(u64),
    Random {
        seed: u64,
        size: u64,
    },
    Repeat {
        content: Arc<Content>,
        times: u64,
    },
    File(Arc<SourceFile>),
    Sparse(Arc<SparseContent>),
    /// Text with the digest or the size of a labelled node, which is known once that node is sealed.
    Text(Text),
    /// JSON with the digest or the size of a labelled node.
    Json(Arc<Value>),
    /// The bytes of a labelled node before its faults.
    Node(Mention),
    Made(MadeContent),
}

/// Bytes that a recipe makes, and their number.
#[derive(Clone)]
pub(crate) struct MadeContent {
    recipe: Arc<dyn Recipe + Send + Sync + UnwindSafe + RefUnwindSafe>,
    size: u64,
}

impl PartialEq for MadeContent {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.recipe, &other.recipe)
    }
}

impl Eq for MadeContent {}

impl Content {
    /// Turns a value into content, as [`ToContent`] describes.
    ///
    /// `oci_image!` passes every CONTENT of a declaration through this function.
    pub fn new(value: impl ToContent) -> Self {
        value.into_content()
    }

    /// `size` zero bytes.
    ///
    /// ```
    /// use oci_fixture::{Content, Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("swap", Content::zeros(1 << 20)))).tempdir()?;
    /// // A header before it, and two blocks at the end.
    /// assert_eq!(layout.platform("linux/amd64")?.layers()?[0].size(), 512 + (1 << 20) + 1024);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn zeros(size: u64) -> Self {
        Self(ContentKind::Zeros(size))
    }

    /// `size` bytes that look random and cannot be compressed, but are the same for the same `seed`, for ever.
    ///
    /// They are the outputs of [SplitMix64] for that seed, each as eight bytes in little-endian order; the last output
    /// may be cut off. So contents of the same seed begin with the same bytes, however long they are. An output is made
    /// as follows, with arithmetic modulo 2^64:
    ///
    /// ```
    /// fn next(state: &mut u64) -> u64 {
    ///     *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    ///     let mut word = *state;
    ///     word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ///     word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ///     word ^ (word >> 31)
    /// }
    ///
    /// use oci_fixture::{Content, Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("noise", Content::random(7, 12)))).tempdir()?;
    /// let tar = layout.platform("linux/amd64")?.layers()?[0].bytes()?;
    /// let mut state = 7;
    /// assert_eq!(tar[512..520], next(&mut state).to_le_bytes());
    /// assert_eq!(tar[520..524], next(&mut state).to_le_bytes()[..4]);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// [SplitMix64]: https://prng.di.unimi.it/splitmix64.c
    pub fn random(seed: u64, size: u64) -> Self {
        Self(ContentKind::Random { seed, size })
    }

    /// The content, repeated `times` times.
    ///
    /// ```
    /// use oci_fixture::{Content, Entry};
    ///
    /// Entry::file("etc/hosts", Content::repeat("127.0.0.1 localhost\n", 1_000_000));
    /// ```
    pub fn repeat(content: impl ToContent, times: u64) -> Self {
        let content = match content.into_content() {
            // Repetitions of repetitions are multiplied, so that no declaration is nested so deep that writing or
            // dropping it overflows the stack. A product that is too large saturates, and is refused when it is
            // written.
            Self(ContentKind::Repeat { content, times: inner }) => {
                return Self(ContentKind::Repeat { content, times: inner.saturating_mul(times) });
            }
            other => other,
        };
        Self(ContentKind::Repeat { content: Arc::new(content), times })
    }

    /// `size` bytes: these pieces of data at their offsets, and zeros everywhere else. The pieces are in the order of
    /// their offsets, do not overlap, and end within the size, and at most eight sparse contents stand in each other;
    /// anything else is an error when the fixture is written.
    ///
    /// It is written in full, like any other content. [`Entry::sparse`](crate::Entry::sparse) leaves out the zeros.
    ///
    /// ```
    /// use oci_fixture::{Content, Fixture, Manifest};
    ///
    /// let image = Manifest::new().with(("disk", Content::sparse(1 << 20, [(512, "boot"), (4096, "data")])));
    /// let layout = Fixture::new().with(image).in_memory()?;
    /// let disk = layout.platform("linux/amd64")?.layers()?[0].file("disk")?;
    /// assert_eq!((disk.len(), &disk[512..517]), (1 << 20, &b"boot\0"[..]));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn sparse<C: ToContent>(size: u64, pieces: impl IntoIterator<Item = (u64, C)>) -> Self {
        let pieces = pieces.into_iter();
        let is_random = order::is_random(&pieces);
        let pieces = pieces.map(|(offset, data)| (offset, data.into_content())).collect();
        Self(ContentKind::Sparse(Arc::new(SparseContent::new(size, pieces, is_random))))
    }

    /// The number of sparse contents that are nested in it. A repetition holds no repetition, so this calls itself
    /// once.
    fn sparse_depth(&self) -> u32 {
        match &self.0 {
            ContentKind::Sparse(sparse) => sparse.depth(),
            ContentKind::Repeat { content, .. } => content.sparse_depth(),
            _ => 0,
        }
    }

    /// Whether the content is known to be empty, or zeros alone.
    pub(crate) fn is_zeros(&self) -> bool {
        match &self.0 {
            ContentKind::Zeros(_) => true,
            ContentKind::Bytes(bytes) => bytes.iter().all(|byte| *byte == 0),
            _ => false,
        }
    }

    /// The content with its holes, if it is sparse.
    pub(crate) fn as_sparse(&self) -> Option<&SparseContent> {
        match &self.0 {
            ContentKind::Sparse(sparse) => Some(sparse),
            _ => None,
        }
    }

    /// The bytes of a file on this machine, read when they are written. A relative path counts from the current
    /// directory at that time.
    ///
    /// # Errors
    ///
    /// Declaring never fails. Writing fails, with an error that names the file, if the file is missing or is not a
    /// regular file. It fails, too, if the file's length, modification time or bytes have changed since it was first
    /// read for this declaration, because the same declaration would then give other bytes.
    ///
    /// ```
    /// use oci_fixture::{Content, Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().with(("app", Content::file("target/no-such-app"))));
    /// let error = fixture.tempdir().unwrap_err().to_string();
    /// assert!(error.contains("target/no-such-app: "), "{error}");
    /// ```
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self(ContentKind::File(Arc::new(SourceFile::new(path.as_ref()))))
    }

    /// A JSON document, written as Go writes it: without spaces, and with `<`, `>` and `&` escaped.
    ///
    /// ```
    /// use oci_fixture::{Content, Value};
    ///
    /// assert_eq!(Content::json(Value::map([("a", [1, 2])])), Content::new(r#"{"a":[1,2]}"#));
    /// ```
    pub fn json(value: impl ToValue) -> Self {
        let value = value.into_value();
        match value.plain() {
            Some(json) => Self(ContentKind::Bytes(json.to_vec().into())),
            None => Self(ContentKind::Json(Arc::new(value))),
        }
    }

    /// The bytes of a node.
    pub(crate) fn of_node(node: Edge) -> Self {
        Self(ContentKind::Node(Mention(node)))
    }

    /// The bytes that a recipe makes. There are `size` of them.
    pub(crate) fn made(
        recipe: impl Recipe + Send + Sync + UnwindSafe + RefUnwindSafe + 'static,
        size: u64,
    ) -> Self {
        Self(ContentKind::Made(MadeContent { recipe: Arc::new(recipe), size }))
    }

    /// The text of a number that follows from the size of a node, if the content is such a text.
    pub(crate) fn as_number(&self) -> Option<&Text> {
        match &self.0 {
            ContentKind::Text(text) if text.is_number() => Some(text),
            _ => None,
        }
    }

    /// Checks the content, but not the nodes that it mentions.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        match &self.0 {
            ContentKind::Json(value) => value.check(),
            ContentKind::Repeat { content, .. } => content.check(),
            ContentKind::Sparse(sparse) => sparse.check(),
            ContentKind::Node(Mention(edge)) if matches!(edge.node.kind, NodeKind::Dangling(_)) => {
                Err(Problem::new("a dangling descriptor has no bytes; name a node that is stored"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a content of the empty media type that is not `{}`.
    pub(crate) fn check_empty(&self, media_type: &str) -> Result<(), Problem> {
        if media_type != EMPTY {
            return Ok(());
        }
        let mut bytes = Vec::new();
        if self.size().is_ok_and(|size| size == 2) && self.write_to(&mut bytes).is_ok() && bytes == b"{}" {
            return Ok(());
        }
        Err(Problem::new(NOT_EMPTY))
    }

    /// Refuses a content that cannot be a tar. A file that cannot be read is reported when it is written.
    pub(crate) fn check_tar(&self) -> Result<(), Problem> {
        let invalid = || Ok(tar::check(b"", 0)?);
        match &self.0 {
            ContentKind::Node(Mention(edge)) => match &edge.node.kind {
                NodeKind::Layer(layer) => {
                    if layer.encoder().is_none_or(|encoder| encoder.compression().is_empty()) {
                        Ok(())
                    } else {
                        invalid()
                    }
                }
                NodeKind::Blob(blob) => blob.content.check_tar(),
                NodeKind::Copied(_) => Ok(()),
                _ => invalid(),
            },
            ContentKind::Json(_) | ContentKind::Text(_) => invalid(),
            _ => {
                let (Ok(size), mut first) = (self.size(), FirstBlock::default()) else { return Ok(()) };
                // Writing ends with an error once the block is full.
                let written = self.write_to(&mut first);
                if written.is_err() && first.0.len() < tar::BLOCK {
                    return Ok(());
                }
                Ok(tar::check(&first.0, size)?)
            }
        }
    }

    /// Whether the content mentions a labelled node.
    pub(crate) fn mentions_label(&self) -> bool {
        let mut mentions = Vec::new();
        self.mentions(&mut mentions);
        !mentions.is_empty()
    }

    /// Collects the nodes that must be sealed before the content is known.
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        match &self.0 {
            ContentKind::Text(text) => text.mentions(mentions),
            ContentKind::Json(value) => value.mentions(mentions),
            ContentKind::Node(Mention(node)) => mentions.push(node),
            ContentKind::Repeat { content, .. } => content.mentions(mentions),
            ContentKind::Sparse(sparse) => sparse.contents().for_each(|content| content.mentions(mentions)),
            _ => {}
        }
    }

    /// The content, in which the digests and sizes of sealed nodes are filled in.
    pub(crate) fn resolved(&self, context: &Context<'_>) -> Self {
        match &self.0 {
            ContentKind::Text(text) => Self::new(context.text(text)),
            ContentKind::Json(value) => Self(ContentKind::Bytes(value.json(Some(context)).to_vec().into())),
            ContentKind::Node(Mention(node)) => context.bytes(node),
            ContentKind::Repeat { content, times } => Self::repeat(content.resolved(context), *times),
            ContentKind::Sparse(sparse) => Self(ContentKind::Sparse(Arc::new(sparse.resolved(context)))),
            _ => self.clone(),
        }
    }

    /// The bytes of a blob.
    pub(crate) fn body<'s>(&'s self, context: &Context<'s>) -> Body<'s> {
        Body::Content(if self.mentions_label() {
            Cow::Owned(self.resolved(context))
        } else {
            Cow::Borrowed(self)
        })
    }

    /// Checks the `data` of a descriptor, which is made in memory when the parent is encoded, and must not fail then.
    pub(crate) fn check_data(&self) -> Result<(), Problem> {
        self.check()?;
        if self.mentions_label() {
            return Ok(());
        }
        if self.is_file() {
            return Err(Problem::new("`data` cannot be read from a file; write the bytes"));
        }
        match self.size() {
            Ok(size) if size <= DATA as u64 => Ok(()),
            _ => Err(Problem::new("`data` has more than 1 MiB, which is too large; write less")),
        }
    }

    fn is_file(&self) -> bool {
        match &self.0 {
            ContentKind::File(_) => true,
            ContentKind::Repeat { content, .. } => content.is_file(),
            ContentKind::Sparse(sparse) => sparse.contents().any(Self::is_file),
            _ => false,
        }
    }

    /// The bytes of a `data`. This cannot fail, because only reading a file could, and a checked `data` is never a
    /// file.
    pub(crate) fn data(&self, context: &Context<'_>) -> Vec<u8> {
        let mut data = Vec::new();
        let _ = self.body(context).write_to(&mut data);
        data
    }

    /// The number of bytes.
    pub(crate) fn size(&self) -> io::Result<u64> {
        let size = match &self.0 {
            ContentKind::Bytes(bytes) => Some(bytes.len() as u64),
            ContentKind::Zeros(size) | ContentKind::Random { size, .. } => Some(*size),
            ContentKind::Repeat { content, times } => content.size()?.checked_mul(*times),
            ContentKind::File(source) => Some(source.size()?),
            ContentKind::Sparse(sparse) => Some(sparse.size()?),
            ContentKind::Made(made) => Some(made.size),
            ContentKind::Text(_) | ContentKind::Json(_) | ContentKind::Node(_) => return Err(unknown()),
        };
        size.filter(|size| *size <= LARGEST).ok_or_else(|| {
            let what = format!("{self:?} is larger than 2^63 - 1 bytes, as no file is; declare less");
            io::Error::new(io::ErrorKind::FileTooLarge, what)
        })
    }

    /// Writes exactly as many bytes as [`size`](Self::size) returns.
    pub(crate) fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let size = self.size()?;
        match &self.0 {
            ContentKind::Bytes(bytes) => out.write_all(bytes),
            ContentKind::Zeros(_) => write_zeros(size, out),
            ContentKind::Random { seed, .. } => random::write(*seed, size, out),
            ContentKind::Repeat { content, times } => write_repeated(content, *times, out),
            ContentKind::File(source) => source.write_to(size, out),
            ContentKind::Sparse(sparse) => sparse.write_range(0, size, out),
            ContentKind::Made(made) => made.recipe.write_to(out),
            ContentKind::Text(_) | ContentKind::Json(_) | ContentKind::Node(_) => Err(unknown()),
        }
    }
}

/// Takes one block of a tar, and no more.
#[derive(Default)]
struct FirstBlock(Vec<u8>);

impl Write for FirstBlock {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = tar::BLOCK - self.0.len();
        if room == 0 && !bytes.is_empty() {
            return Err(io::Error::other("the block is full"));
        }
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.0.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Recipe for Content {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        Self::write_to(self, out)
    }

    fn size(&self) -> io::Result<u64> {
        Self::size(self)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ContentKind::Bytes(bytes) => write!(f, "Content({} bytes)", bytes.len()),
            ContentKind::Zeros(size) => write!(f, "Content::zeros({size})"),
            ContentKind::Random { seed, size } => write!(f, "Content::random({seed}, {size})"),
            ContentKind::Repeat { content, times } => write!(f, "Content::repeat({content:?}, {times})"),
            ContentKind::File(source) => write!(f, "Content::file({:?})", source.path()),
            ContentKind::Sparse(sparse) => {
                write!(f, "Content::sparse({} bytes)", sparse.size().unwrap_or_default())
            }
            ContentKind::Text(text) => write!(f, "Content({text})"),
            ContentKind::Json(value) => write!(f, "Content::json({value:?})"),
            ContentKind::Node(node) => write!(f, "Content({node:?}.bytes)"),
            ContentKind::Made(made) => write!(f, "Content({} bytes)", made.size),
        }
    }
}

/// A text that mentions a node has neither a size nor bytes before that node is sealed.
fn unknown() -> io::Error {
    io::Error::other("what says something of a label is not known yet; write it out")
}

fn write_zeros(size: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = size;
    while rest > 0 {
        let chunk = ZEROS.get(..chunk_of(rest)).unwrap_or(&ZEROS);
        out.write_all(chunk)?;
        rest -= chunk.len() as u64;
    }
    Ok(())
}

/// Gathers a small content in a chunk that is written as a whole, instead of writing the content many times.
fn write_repeated(content: &Content, times: u64, out: &mut dyn Write) -> io::Result<()> {
    let size = content.size()?;
    if size == 0 {
        return Ok(());
    }
    let in_chunk = (CHUNK as u64 / size).min(times);
    if in_chunk < 2 {
        for _ in 0..times {
            content.write_to(out)?;
        }
        return Ok(());
    }
    let mut chunk = Vec::with_capacity(CHUNK);
    for _ in 0..in_chunk {
        content.write_to(&mut chunk)?;
    }
    for _ in 0..times / in_chunk {
        out.write_all(&chunk)?;
    }
    chunk.truncate(chunk_of(times % in_chunk * size));
    out.write_all(&chunk)
}

/// The number of remaining bytes that go into the next chunk.
fn chunk_of(rest: u64) -> usize {
    usize::try_from(rest).unwrap_or(CHUNK).min(CHUNK)
}
