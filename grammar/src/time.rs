//! The times of an image, such as that of its creation.

use crate::Invalid;

/// Checks that the text is a date and a time of [RFC 3339, section 5.6](https://www.rfc-editor.org/rfc/rfc3339#section-5.6),
/// with `T` and `Z` in upper case, as the RFC recommends for writers.
///
/// # Errors
///
/// The error names the part that is wrong, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::time;
///
/// assert!(time::check("2024-05-01T12:00:00.5+02:00").is_ok());
/// assert_eq!(
///     time::check("2024-05-01").unwrap_err().to_string(),
///     "time `2024-05-01` is not a date and a time of RFC 3339; write them as in `2024-05-01T12:00:00Z`"
/// );
/// ```
pub fn check(text: &str) -> Result<(), Invalid> {
    let wrong = |reason: &str| Err(Invalid::new("time", text, reason));
    let Some(parts) = Parts::of(&text.to_ascii_uppercase()) else {
        return wrong("is not a date and a time of RFC 3339; write them as in `2024-05-01T12:00:00Z`");
    };
    if let Some(reason) = parts.mistake() {
        return wrong(reason);
    }
    if text.contains(['t', 'z']) {
        return wrong("has `t` or `z` in lower case; write `T` and `Z`");
    }
    Ok(())
}

struct Parts {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    /// The minutes by which the clock is ahead of UTC.
    offset: i32,
    offset_fits: bool,
}

impl Parts {
    /// Splits a text in upper case. `None` if it does not match the grammar.
    fn of(text: &str) -> Option<Self> {
        let mut rest = text;
        let year = number(&mut rest, 4)?;
        mark(&mut rest, "-")?;
        let month = number(&mut rest, 2)?;
        mark(&mut rest, "-")?;
        let day = number(&mut rest, 2)?;
        mark(&mut rest, "T")?;
        let hour = number(&mut rest, 2)?;
        mark(&mut rest, ":")?;
        let minute = number(&mut rest, 2)?;
        mark(&mut rest, ":")?;
        let second = number(&mut rest, 2)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            if rest.len() == fraction.len() {
                return None;
            }
        }
        let (mut offset, mut offset_fits) = (0, true);
        if rest != "Z" {
            let sign = if rest.starts_with('-') { -1 } else { 1 };
            rest = rest.strip_prefix(['+', '-'])?;
            let hours = number(&mut rest, 2)?;
            mark(&mut rest, ":")?;
            let minutes = number(&mut rest, 2)?;
            offset = sign * i32::try_from(60 * hours + minutes).ok()?;
            offset_fits = hours < 24 && minutes < 60;
            if !rest.is_empty() {
                return None;
            }
        }
        Some(Self { year, month, day, hour, minute, second, offset, offset_fits })
    }

    /// The mistake in the numbers, if there is one.
    fn mistake(&self) -> Option<&'static str> {
        if !(1..=12).contains(&self.month) {
            Some("has no month between 01 and 12; write one, as in `2024-05-01T12:00:00Z`")
        } else if self.day == 0 || self.day > days(self.year, self.month) {
            Some("has a day that its month does not have; write one that it has")
        } else if self.hour > 23 {
            Some("has no hour between 00 and 23; write one, as in `2024-05-01T12:00:00Z`")
        } else if self.minute > 59 {
            Some("has no minute between 00 and 59; write one, as in `2024-05-01T12:00:00Z`")
        } else if !self.offset_fits {
            Some(
                "has an offset from UTC that is not between -23:59 and +23:59; write `Z`, or an offset such as `+02:00`",
            )
        } else if self.second > 60 || self.second == 60 && !self.may_be_leap_second() {
            Some("has no second between 00 and 59; write one, as in `2024-05-01T12:00:00Z`")
        } else {
            None
        }
    }

    /// Whether it is the last minute of a month in UTC, at the end of which a leap second may be inserted.
    fn may_be_leap_second(&self) -> bool {
        const DAY: i32 = 24 * 60;
        let local = i32::try_from(60 * self.hour + self.minute).unwrap_or_default();
        let utc = local - self.offset;
        let last = days(self.year, self.month);
        // The offset may move the moment to the day before, or to the day after.
        match utc.div_euclid(DAY) {
            _ if utc.rem_euclid(DAY) != DAY - 1 => false,
            0 => self.day == last,
            1 => self.day + 1 == last,
            _ => self.day == 1,
        }
    }
}

/// Takes a number of exactly `digits` digits from the start of the rest.
fn number(rest: &mut &str, digits: usize) -> Option<u32> {
    let (number, behind) = rest.split_at_checked(digits)?;
    *rest = behind;
    number.bytes().all(|digit| digit.is_ascii_digit()).then(|| number.parse().ok())?
}

fn mark(rest: &mut &str, mark: &str) -> Option<()> {
    *rest = rest.strip_prefix(mark)?;
    Some(())
}

/// The number of days of a month, in the Gregorian calendar.
fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
