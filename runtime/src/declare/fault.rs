//! Faults after sealing: how the stored bytes of a node differ from those of its digest.

use std::fmt;
use std::io::{self, Write};

use crate::declare::content::Content;
use crate::declare::context::Context;
use crate::declare::encoded::Body;
use crate::declare::graph::Edge;
use crate::declare::http::Http;
use crate::error::Problem;
use crate::io::Recipe;

/// The faults of one node, as its builder collects them.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeFaults {
    /// The faults after sealing.
    pub(crate) stored: Vec<Fault>,
    /// The faults on the wire.
    pub(crate) http: Vec<Http>,
}

/// The largest number of faults of one node. When the bytes are made, each fault is a function call within that of the next, so
/// the stack bounds their number.
const FAULTS: usize = 256;

/// One fault after sealing. A node's faults are applied in their order, each to the result of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is stored.
    Missing,
    /// Only the first bytes are stored; for a negative number, all but the last ones.
    Truncate(i64),
    Prepend(Content),
    Append(Content),
    /// The lowest bit of one byte is flipped. A negative number counts from the end.
    Flip(i64),
    Replace(Content),
}

/// Checks the faults of a node, as far as that does not depend on the node's bytes.
pub(crate) fn check(faults: &[Fault]) -> Result<(), Problem> {
    if faults.len() > FAULTS {
        return Err(Problem::new(format!("the node has more than {FAULTS} faults; remove some")));
    }
    for (position, fault) in faults.iter().enumerate() {
        match fault {
            Fault::Missing if faults.len() > 1 => {
                let problem = "the node is `missing`, so its other faults change nothing; remove them";
                return Err(Problem::new(problem));
            }
            Fault::Replace(_) if position > 0 => {
                let problem =
                    "`replace` replaces all bytes, so the faults before it change nothing; remove them";
                return Err(Problem::new(problem));
            }
            _ => {}
        }
        if let Fault::Prepend(content) | Fault::Append(content) | Fault::Replace(content) = fault {
            content.check()?;
        }
    }
    Ok(())
}

impl Fault {
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        if let Self::Prepend(content) | Self::Append(content) | Self::Replace(content) = self {
            content.mentions(mentions);
        }
    }
}

/// The fault as the language writes it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("#[missing]"),
            Self::Truncate(keep) => write!(f, "#[truncate = {keep}]"),
            Self::Prepend(content) => write!(f, "#[prepend = {content:?}]"),
            Self::Append(content) => write!(f, "#[append = {content:?}]"),
            Self::Flip(byte) => write!(f, "#[flip = {byte}]"),
            Self::Replace(content) => write!(f, "#[replace = {content:?}]"),
        }
    }
}

/// The bytes of a node with its faults.
pub(crate) struct Faulty<'s> {
    body: Body<'s>,
    steps: Vec<FaultStep<'s>>,
    size: u64,
}

enum FaultStep<'s> {
    Truncate(u64),
    Prepend(Body<'s>),
    Append(Body<'s>),
    Flip(u64),
    Replace(Body<'s>),
}

impl<'s> Faulty<'s> {
    /// Applies the faults to the bytes of a node, whose number is `size`.
    pub(crate) fn new(
        body: Body<'s>,
        mut size: u64,
        faults: &'s [Fault],
        context: &Context<'s>,
    ) -> Result<Self, Problem> {
        let mut steps = Vec::with_capacity(faults.len());
        for fault in faults {
            let step = match fault {
                // A missing node is not stored, so no bytes are made.
                Fault::Missing => continue,
                Fault::Truncate(keep) => FaultStep::Truncate(kept(*keep, size)?),
                Fault::Flip(byte) => FaultStep::Flip(position(*byte, size)?),
                Fault::Prepend(bytes) => FaultStep::Prepend(bytes.body(context)),
                Fault::Append(bytes) => FaultStep::Append(bytes.body(context)),
                Fault::Replace(bytes) => FaultStep::Replace(bytes.body(context)),
            };
            size = step.size(size)?;
            steps.push(step);
        }
        Ok(Self { body, steps, size })
    }

    /// The number of bytes that are stored.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    fn write(&self, steps: &[FaultStep<'s>], out: &mut dyn Write) -> io::Result<()> {
        let Some((last, steps)) = steps.split_last() else { return self.body.write_to(out) };
        match last {
            FaultStep::Truncate(keep) => self.write(steps, &mut Truncated { out, rest: *keep }),
            FaultStep::Flip(byte) => self.write(steps, &mut Flipped { out, before: Some(*byte) }),
            FaultStep::Prepend(body) => {
                body.write_to(out)?;
                self.write(steps, out)
            }
            FaultStep::Append(body) => {
                self.write(steps, out)?;
                body.write_to(out)
            }
            FaultStep::Replace(body) => body.write_to(out),
        }
    }
}

impl Recipe for Faulty<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write(&self.steps, out)
    }
}

impl FaultStep<'_> {
    /// The number of bytes after the step.
    fn size(&self, before: u64) -> Result<u64, Problem> {
        let added = |body: &Body<'_>| {
            let size = body.size().map_err(|error| Problem::new(error.to_string()))?;
            if size == 0 {
                return Err(Problem::new(
                    "nothing is prepended or appended, so the fault changes nothing; remove it",
                ));
            }
            before.checked_add(size).ok_or_else(|| Problem::new("it is larger than any file; declare less"))
        };
        match self {
            Self::Truncate(keep) => Ok(*keep),
            Self::Flip(_) => Ok(before),
            Self::Prepend(body) | Self::Append(body) => added(body),
            Self::Replace(body) => body.size().map_err(|error| Problem::new(error.to_string())),
        }
    }
}

/// The number of bytes that `truncate` keeps, which must be fewer than `size`.
fn kept(keep: i64, size: u64) -> Result<u64, Problem> {
    let kept = if keep < 0 { size.checked_sub(keep.unsigned_abs()) } else { Some(keep.unsigned_abs()) };
    kept.filter(|kept| *kept < size).ok_or_else(|| {
        Problem::new(format!("`truncate = {keep}` takes nothing away from {size} bytes; keep fewer"))
    })
}

fn position(byte: i64, size: u64) -> Result<u64, Problem> {
    let position = if byte < 0 { size.checked_sub(byte.unsigned_abs()) } else { Some(byte.unsigned_abs()) };
    position.filter(|position| *position < size).ok_or_else(|| {
        Problem::new(format!("`flip = {byte}` flips nothing in {size} bytes; name a byte that is there"))
    })
}

/// Passes on the first bytes, and drops the others.
struct Truncated<'w> {
    out: &'w mut dyn Write,
    rest: u64,
}

impl Write for Truncated<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let kept = usize::try_from(self.rest).unwrap_or(usize::MAX).min(bytes.len());
        self.out.write_all(bytes.get(..kept).unwrap_or(bytes))?;
        self.rest -= kept as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Flips the lowest bit of one byte.
struct Flipped<'w> {
    out: &'w mut dyn Write,
    /// The number of bytes before that byte. `None` once it has been passed.
    before: Option<u64>,
}

impl Write for Flipped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(before) = self.before else {
            self.out.write_all(bytes)?;
            return Ok(bytes.len());
        };
        let within = usize::try_from(before).ok().and_then(|position| Some((position, bytes.get(position)?)));
        match within {
            None => {
                self.out.write_all(bytes)?;
                self.before = Some(before - bytes.len() as u64);
            }
            Some((position, byte)) => {
                self.out.write_all(bytes.get(..position).unwrap_or_default())?;
                self.out.write_all(&[byte ^ 1])?;
                self.out.write_all(bytes.get(position + 1..).unwrap_or_default())?;
                self.before = None;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
