//! The time of the last change of an entry.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Invalid;

/// A point in time in seconds since 1970-01-01 UTC, with any number of digits behind the point.
///
/// The digits are kept as they were written, because a PAX header holds the time as text.
///
/// ```
/// use oci_fixture_grammar::mtime::SecondsSince1970;
///
/// let time = SecondsSince1970::parse("-1.50")?;
/// assert_eq!((time.seconds(), time.nanoseconds()), (-2, 500_000_000));
/// assert_eq!(time.fractional(), Some("-1.50"));
/// # Ok::<(), oci_fixture_grammar::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondsSince1970 {
    seconds: i64,
    nanoseconds: u32,
    fractional: Option<Box<str>>,
}

impl SecondsSince1970 {
    /// Reads a decimal number: possibly a `-`, then digits, then possibly a point and more digits.
    ///
    /// # Errors
    ///
    /// Any other text is refused, and so is a number whose whole part does not fit in an `i64`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
        if !is_digits(whole.strip_prefix('-').unwrap_or(whole)) || !fraction.is_none_or(is_digits) {
            let reason = "is no decimal number of seconds; write digits, such as `1700000000.5`";
            return Err(Invalid::new("mtime", text, reason));
        }
        let is_between = fraction.is_some_and(|digits| digits.bytes().any(|digit| digit != b'0'));
        let is_negative = whole.starts_with('-');
        let floor = whole.parse::<i64>().ok();
        let floor = floor.and_then(|seconds| seconds.checked_sub((is_negative && is_between).into()));
        let Some(seconds) = floor else {
            let reason = "does not fit in the 64 bits that a tar's readers have for seconds; write another";
            return Err(Invalid::new("mtime", text, reason));
        };
        let nanoseconds = match fraction {
            Some(digits) if is_negative => 1_000_000_000 - nanoseconds(digits) - u32::from(rounds(digits)),
            Some(digits) => nanoseconds(digits),
            None => 0,
        };
        let fractional = fraction.map(|_| text.into());
        Ok(Self { seconds, nanoseconds: nanoseconds % 1_000_000_000, fractional })
    }

    /// The whole seconds, rounded down.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The nanoseconds that have passed since the whole seconds. Further digits are cut off.
    pub fn nanoseconds(&self) -> u32 {
        self.nanoseconds
    }

    /// The number as it was written, if it was written with a point.
    pub fn fractional(&self) -> Option<&str> {
        self.fractional.as_deref()
    }
}

impl From<i64> for SecondsSince1970 {
    fn from(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0, fractional: None }
    }
}

impl TryFrom<SystemTime> for SecondsSince1970 {
    type Error = Invalid;

    /// Writes a time as Go does: without zeros at the end, and without a point if no digits are left behind it.
    fn try_from(time: SystemTime) -> Result<Self, Invalid> {
        let written = |sign: &str, since: Duration| {
            let text = format!("{sign}{}.{:09}", since.as_secs(), since.subsec_nanos());
            Self::parse(text.trim_end_matches('0').trim_end_matches('.'))
        };
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => written("", since),
            Err(before) => written("-", before.duration()),
        }
    }
}

/// The first nine digits.
fn nanoseconds(digits: &str) -> u32 {
    digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

/// Whether a digit that is not 0 stands behind the ninth.
fn rounds(digits: &str) -> bool {
    digits.bytes().skip(9).any(|digit| digit != b'0')
}
