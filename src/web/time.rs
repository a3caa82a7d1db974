//! Points in time: UTC for everybody, and how far they are from the time of printing.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// `Tuesday, 24 November 2026`
pub(super) fn date_line(at: Timestamp) -> String {
    utc(at).strftime("%A, %-d %B %Y").to_string()
}

/// `24 November 2026`
pub(super) fn long_date(at: Timestamp) -> String {
    utc(at).strftime("%-d %B %Y").to_string()
}

/// `12 November`
pub(super) fn day(day: Date) -> String {
    day.strftime("%-d %B").to_string()
}

/// `3 May 2020`
pub(super) fn full_day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// `02:41 UTC`
pub(super) fn clock(at: Timestamp) -> String {
    utc(at).strftime("%H:%M UTC").to_string()
}

/// The date in UTC.
pub(super) fn date(at: Timestamp) -> Date {
    utc(at).date()
}

/// The clock today, the date too on other days, the year too in other years.
pub(super) fn short(now: Timestamp, at: Timestamp) -> String {
    let (now, at) = (utc(now), utc(at));
    let form = match () {
        () if now.date() == at.date() => "%H:%M UTC",
        () if now.year() == at.year() => "%-d %b, %H:%M UTC",
        () => "%-d %b %Y, %H:%M UTC",
    };
    at.strftime(form).to_string()
}

/// A `time` element around [`short`].
pub(super) fn stamp(now: Timestamp, at: Timestamp) -> Markup {
    element(at, &short(now, at))
}

/// A `time` element around the words.
pub(super) fn element(at: Timestamp, words: &str) -> Markup {
    html! { time dir="ltr" datetime=(utc(at).strftime("%Y-%m-%dT%H:%M:%SZ")) { (words) } }
}

/// Which edition of the day a page is, as papers count them.
pub(super) fn edition(at: Timestamp) -> &'static str {
    match utc(at).hour() {
        5..=10 => "Morning edition",
        11..=16 => "Afternoon edition",
        17..=21 => "Evening edition",
        _ => "Late edition",
    }
}

fn utc(at: Timestamp) -> DateTime {
    let time = TimeZone::UTC.to_datetime(at);
    // HTML's dates know no years before our era.
    if time.year() < 1 { jiff::civil::date(1, 1, 1).at(0, 0, 0, 0) } else { time }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let now: Timestamp = "2026-11-24T02:41:05Z".parse().unwrap();
        assert_eq!(date_line(now), "Tuesday, 24 November 2026");
        assert_eq!((edition(now), clock(now).as_str()), ("Late edition", "02:41 UTC"));
        for (at, words) in [
            ("2026-11-24T00:05:00Z", "00:05 UTC"),
            ("2026-11-23T23:05:00Z", "23 Nov, 23:05 UTC"),
            ("2025-11-24T02:41:05Z", "24 Nov 2025, 02:41 UTC"),
        ] {
            assert_eq!(short(now, at.parse().unwrap()), words);
        }
        assert!(stamp(now, Timestamp::MIN).0.contains("datetime=\"0001-01-01T00:00:00Z\""));
        assert!(stamp(now, Timestamp::MAX).0.contains("datetime=\"9999-12-30T"));
    }
}
