//! A point in time, in a readable form.

use std::fmt;

/// Seconds since 1970-01-01 UTC, shown as `2001-09-09 01:46:40.5`, without the fraction and the seconds if they are 0. Dates
/// follow the Gregorian calendar, also before its introduction. The year before the year 1 is 0, and earlier years are
/// negative.
pub(super) struct Time {
    pub(super) seconds: i64,
    pub(super) nanoseconds: u32,
}

const DAY: i64 = 24 * 60 * 60;
/// The number of days in 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// The number of days from 0000-03-01, the start of an era, to 1970-01-01.
const EPOCH: i64 = 719_468;

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.seconds.div_euclid(DAY));
        let seconds = self.seconds.rem_euclid(DAY);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let sign = if year < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{month:02}-{day:02} {hour:02}:{minute:02}", year.unsigned_abs())?;
        if (second, self.nanoseconds) != (0, 0) {
            write!(f, ":{second:02}")?;
        }
        if self.nanoseconds == 0 {
            return Ok(());
        }
        write!(f, ".{}", format!("{:09}", self.nanoseconds).trim_end_matches('0'))
    }
}

/// A time in the format of [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339).
#[cfg(feature = "registry")]
pub(crate) fn rfc3339(seconds: i64) -> String {
    let (year, month, day) = date(seconds.div_euclid(DAY));
    let seconds = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a number of days since 1970-01-01. Years begin in March here, so that the leap day is the
/// last.
///
/// This is `civil_from_days` of <https://howardhinnant.github.io/date_algorithms.html>.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    // There is a leap day every 4 years, except every 100 years, but also every 400 years.
    let leap_days = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // From March on, five months have 153 days, and so do the next five.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = 400 * era + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{DAY, Time, date};

    #[test]
    fn known_times() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00"),
            (1, "1970-01-01 00:00:01"),
            (-1, "1969-12-31 23:59:59"),
            (951_782_400, "2000-02-29 00:00"),
            (1_000_000_000, "2001-09-09 01:46:40"),
            (4_107_542_400, "2100-03-01 00:00"),
            (253_402_300_800, "10000-01-01 00:00"),
            (-2_208_988_800, "1900-01-01 00:00"),
            (-62_135_596_800, "0001-01-01 00:00"),
            (-62_135_596_801, "0000-12-31 23:59:59"),
            (-62_167_219_201, "-0001-12-31 23:59:59"),
            (i64::MAX, "292277026596-12-04 15:30:07"),
            (i64::MIN, "-292277022657-01-27 08:29:52"),
        ] {
            assert_eq!(Time { seconds, nanoseconds: 0 }.to_string(), text, "{seconds}");
        }
    }

    #[test]
    fn each_day_of_four_eras_follows_the_one_before() {
        let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let (mut year, mut month, mut day) = date(-2 * super::ERA);
        assert_eq!((year, month, day), (1170, 1, 1));
        for days in -2 * super::ERA + 1..2 * super::ERA {
            let last = match month {
                2 => 28 + i64::from(is_leap(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > last {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
            assert_eq!(date(days), (year, month, day), "{days}");
        }
        assert_eq!(DAY, 86_400);
    }
}
