//! Content: the bytes of a file.

mod random;
mod source;
mod to_content;

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use self::source::Source;
pub use self::to_content::ToContent;
use crate::context::Context;
use crate::declared::Edge;
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::seal::{Body, DATA};
use crate::text::Text;
use crate::value::{ToValue, Value};

/// What content is made in, so that memory does not grow with it.
const CHUNK: usize = 64 * 1024;
static ZEROS: [u8; CHUNK] = [0; CHUNK];

/// The largest size that Go's tools, whose sizes are signed, can read in a descriptor.
const LARGEST: u64 = i64::MAX as u64;

/// The bytes of a file: given as such, or made when they are written, in constant memory.
///
/// It is what was declared that is compared: three zeros are not equal to `Content::zeros(3)`.
///
/// ```
/// use oci_fixture::{Content, Layer};
///
/// assert_eq!(Content::new("layer1"), Content::new(b"layer1"));
/// Layer::new().with(("small", "layer1")).with(("large", Content::random(1, 100 << 20)));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Content(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
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
    File(Arc<Source>),
    /// Text that says something of a labelled node, so that it is known once that is sealed.
    Text(Text),
    /// The same in JSON.
    Json(Arc<Value>),
}

impl Content {
    /// Turns a value into content, as [`ToContent`] describes.
    ///
    /// It is the one function through which `oci_image!` passes what stands after a `=>`.
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
        Self(Kind::Zeros(size))
    }

    /// `size` bytes that look random and cannot be compressed, but are the same for the same `seed`, for ever.
    ///
    /// They are the outputs of [SplitMix64] for that seed, each as eight bytes, the lowest first; the last may be cut
    /// off. So content of the same seed begins with the same bytes, however long it is. One output is made so, with
    /// arithmetic modulo 2^64:
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
        Self(Kind::Random { seed, size })
    }

    /// The same content `times` times, one after another.
    ///
    /// ```
    /// use oci_fixture::{Content, Entry};
    ///
    /// Entry::file("etc/hosts", Content::repeat("127.0.0.1 localhost\n", 1_000_000));
    /// ```
    pub fn repeat(content: impl ToContent, times: u64) -> Self {
        let content = match content.into_content() {
            // So that no declaration is nested so deep that writing or dropping it overflows the stack. Where the
            // product is too large it stays so.
            Self(Kind::Repeat { content, times: inner }) => {
                return Self(Kind::Repeat { content, times: inner.saturating_mul(times) });
            }
            other => other,
        };
        Self(Kind::Repeat { content: Arc::new(content), times })
    }

    /// The bytes of a file on this machine, read when they are written. A relative path counts from the current
    /// directory at that time.
    ///
    /// # Errors
    ///
    /// Declaring never fails. Writing does, with an error that names the file, where it is missing or no regular file;
    /// and where its length or its modification time is another than when it was first read for this declaration,
    /// since then the same declaration would make other bytes.
    ///
    /// ```
    /// use oci_fixture::{Content, Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().with(("app", Content::file("target/no-such-app"))));
    /// let error = fixture.tempdir().unwrap_err().to_string();
    /// assert!(error.contains("target/no-such-app: "), "{error}");
    /// ```
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self(Kind::File(Arc::new(Source::new(path.as_ref()))))
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
            Some(json) => Self(Kind::Bytes(json.to_vec().into())),
            None => Self(Kind::Json(Arc::new(value))),
        }
    }

    /// What is wrong with the content of a blob.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        match &self.0 {
            Kind::Json(value) => value.check(),
            Kind::Repeat { content, .. } if content.mentions_label() => Err(Problem::new(
                "what says something of a label cannot be repeated; write it once, as the whole content",
            )),
            Kind::Repeat { content, .. } => content.check(),
            _ => Ok(()),
        }
    }

    /// What is wrong with it in a layer. Only documents are made once other nodes are sealed.
    pub(crate) fn check_in_layer(&self) -> Result<(), Problem> {
        self.check()?;
        if self.mentions_label() {
            return Err(Problem::new(
                "a layer cannot say anything of a labelled node; write it out, or make it a blob",
            ));
        }
        Ok(())
    }

    /// Whether it says something of a labelled node.
    pub(crate) fn mentions_label(&self) -> bool {
        match &self.0 {
            Kind::Text(_) => true,
            Kind::Json(value) => {
                let mut mentions = Vec::new();
                value.mentions(&mut mentions);
                !mentions.is_empty()
            }
            Kind::Repeat { content, .. } => content.mentions_label(),
            _ => false,
        }
    }

    /// The nodes that must be sealed before it is known.
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        match &self.0 {
            Kind::Text(text) => mentions.extend(text.mentions()),
            Kind::Json(value) => value.mentions(mentions),
            _ => {}
        }
    }

    /// The bytes of a blob, in which it says something of nodes as they were sealed.
    pub(crate) fn body<'s>(&'s self, context: &Context<'s>) -> Body<'s> {
        match &self.0 {
            Kind::Text(text) => Body::Document(context.text(text).into_owned().into_bytes()),
            Kind::Json(value) => Body::Document(value.json(&|text| context.text(text)).to_vec()),
            _ => Body::Content(self),
        }
    }

    /// What is wrong with it as the `data` of a descriptor, which is made in memory and cannot fail.
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
            Kind::File(_) => true,
            Kind::Repeat { content, .. } => content.is_file(),
            _ => false,
        }
    }

    /// The bytes of a `data`, which was checked: what is no file is always made.
    pub(crate) fn data(&self, context: &Context<'_>) -> Vec<u8> {
        let mut data = Vec::new();
        let _ = self.body(context).write_to(&mut data);
        data
    }

    /// The number of bytes.
    pub(crate) fn size(&self) -> io::Result<u64> {
        let size = match &self.0 {
            Kind::Bytes(bytes) => Some(bytes.len() as u64),
            Kind::Zeros(size) | Kind::Random { size, .. } => Some(*size),
            Kind::Repeat { content, times } => content.size()?.checked_mul(*times),
            Kind::File(source) => Some(source.size()?),
            Kind::Text(_) | Kind::Json(_) => return Err(unknown()),
        };
        size.filter(|size| *size <= LARGEST).ok_or_else(|| {
            let what = format!("{self:?} is larger than 2^63 - 1 bytes, as no file is; declare less");
            io::Error::new(io::ErrorKind::FileTooLarge, what)
        })
    }

    /// Writes as many bytes as [`size`](Self::size) says.
    pub(crate) fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let size = self.size()?;
        match &self.0 {
            Kind::Bytes(bytes) => out.write_all(bytes),
            Kind::Zeros(_) => write_zeros(size, out),
            Kind::Random { seed, .. } => random::write(*seed, size, out),
            Kind::Repeat { content, times } => write_repeated(content, *times, out),
            Kind::File(source) => source.write_to(size, out),
            Kind::Text(_) | Kind::Json(_) => Err(unknown()),
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bytes(bytes) => write!(f, "Content({} bytes)", bytes.len()),
            Kind::Zeros(size) => write!(f, "Content::zeros({size})"),
            Kind::Random { seed, size } => write!(f, "Content::random({seed}, {size})"),
            Kind::Repeat { content, times } => write!(f, "Content::repeat({content:?}, {times})"),
            Kind::File(source) => write!(f, "Content::file({:?})", source.path()),
            Kind::Text(text) => write!(f, "Content({text})"),
            Kind::Json(value) => write!(f, "Content::json({value:?})"),
        }
    }
}

/// What says something of a labelled node is a document, and has neither a size nor bytes before that is sealed.
fn unknown() -> io::Error {
    io::Error::other("content that says something of a label can only be a whole blob; write it out")
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

/// Many times something small is written as fewer times something larger.
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

/// How many of the bytes that are left go into the next chunk.
fn chunk_of(rest: u64) -> usize {
    usize::try_from(rest).unwrap_or(CHUNK).min(CHUNK)
}
