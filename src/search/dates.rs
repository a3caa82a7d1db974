//! Dates in queries.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// The beginning of a year, a month or a day in UTC, or the moment that an RFC 3339
/// date-time names.
pub(super) fn beginning(text: &str) -> Option<Timestamp> {
    let digits = |part: &str, count: usize| -> Option<i16> {
        (part.len() == count && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten()
    };
    if text.len() > 10 {
        // RFC 3339, 5.6: date, "T" (or a blank), time, "Z" or an offset.
        let date_first = text.get(..10).is_some_and(|date| beginning(date).is_some());
        // What is written again in UTC must not slip into the year 0.
        return date_first
            .then(|| text.parse().ok())
            .flatten()
            .filter(|moment| Some(*moment) >= beginning("0001"));
    }
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4).filter(|year| *year > 0)?;
    let mut next = || parts.next().map_or(Some(1), |part| digits(part, 2));
    let (month, day) = (next()?, next()?);
    if parts.next().is_some() {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn dates() {
        for (text, expected) in [
            ("2024", "2024-01-01T00:00:00Z"),
            ("2024-05", "2024-05-01T00:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("2024-05-01T12:30:00+02:00", "2024-05-01T10:30:00Z"),
            ("2024-05-01T12:30:00.5Z", "2024-05-01T12:30:00.5Z"),
            ("2024-05-01 12:30:00Z", "2024-05-01T12:30:00Z"),
        ] {
            assert_eq!(beginning(text).map(|moment| moment.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "24",
            "2024-5",
            "2024-13",
            "2024-02-30",
            "2024-05-01-01",
            "20240501",
            "may",
            "+2024",
            "-2024",
            "0000",
            "0001-01-01T00:00:00+05:00",
            "2024-05-01T12:30",
            "2024-05-01T25:00:00Z",
            "yesterday at noon",
            "2024-",
            "２０２４",
        ] {
            assert_eq!(beginning(text), None, "{text}");
        }
    }
}
