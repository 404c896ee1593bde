//! The time of the last change of an entry.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use oci_fixture_grammar::Invalid;
use oci_fixture_grammar::mtime::SecondsSince1970;

/// The time of an entry's last change, in seconds since 1970-01-01 UTC. [`Entry::mtime`](crate::Entry::mtime) takes it.
///
/// Whole seconds stand in the header. A time with a fraction stands in a PAX header with all its digits, as in a tar of Go or
/// GNU tar, and the header has the whole seconds before it.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use oci_fixture::{Entry, Mtime};
///
/// let half = SystemTime::UNIX_EPOCH + Duration::from_millis(1500);
/// Entry::file("a", "").mtime(Mtime::new(half));
/// Entry::file("b", "").mtime("1.5");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Mtime(Result<SecondsSince1970, Invalid>);

impl Mtime {
    /// The time that a value says. A text that is no decimal number is an error when the fixture is written.
    pub fn new(time: impl ToMtime) -> Self {
        time.into_mtime()
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.0.as_ref().map(drop).map_err(Clone::clone)
    }

    /// The time, once it was checked.
    pub(crate) fn time(&self) -> Option<&SecondsSince1970> {
        self.0.as_ref().ok()
    }
}

/// The number of seconds.
impl fmt::Debug for Mtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(time) => match time.fractional() {
                Some(text) => write!(f, "Mtime({text})"),
                None => write!(f, "Mtime({})", time.seconds()),
            },
            Err(invalid) => write!(f, "Mtime({invalid})"),
        }
    }
}

/// Values that are the time of an entry: an `i64` of whole seconds since 1970-01-01 UTC, a
/// [`SystemTime`](std::time::SystemTime), and text with the decimal number of seconds.
///
/// ```
/// use oci_fixture::{Mtime, ToMtime};
///
/// assert_eq!(Mtime::new(1_700_000_000), "1700000000".into_mtime());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the time of an entry",
    label = "this is not a time",
    note = "a time is an `i64` of whole seconds, a `SystemTime`, or text such as \"1700000000.5\""
)]
pub trait ToMtime {
    /// The time.
    fn into_mtime(self) -> Mtime;
}

impl ToMtime for Mtime {
    fn into_mtime(self) -> Mtime {
        self
    }
}

impl ToMtime for i64 {
    fn into_mtime(self) -> Mtime {
        Mtime(Ok(self.into()))
    }
}

impl ToMtime for SystemTime {
    fn into_mtime(self) -> Mtime {
        Mtime(self.try_into())
    }
}

impl ToMtime for &str {
    fn into_mtime(self) -> Mtime {
        Mtime(SecondsSince1970::parse(self))
    }
}

impl ToMtime for String {
    fn into_mtime(self) -> Mtime {
        self.as_str().into_mtime()
    }
}

impl ToMtime for Cow<'_, str> {
    fn into_mtime(self) -> Mtime {
        (*self).into_mtime()
    }
}
