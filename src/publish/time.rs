//! Instants as feeds write them: UTC.

use crate::model::PublishedEntry;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// RFC 3339: `2023-01-31T08:00:00Z`
pub(super) fn rfc3339(at: Timestamp) -> String {
    utc(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// When an entry last changed, as it is shown: an entry that has not changed since it was
/// published has one time for both, a change is told to the millisecond. There may be two
/// changes in a second, and readers compare.
pub(super) fn shown(entry: &PublishedEntry) -> Timestamp {
    if entry.updated == entry.published { whole(entry.updated) } else { entry.updated }
}

/// Without the fraction of its second.
pub(super) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_millisecond().div_euclid(1000)).unwrap_or(at)
}

/// RFC 3339 to the millisecond, where there is more than whole seconds.
pub(super) fn changed(at: Timestamp) -> String {
    match utc(at).subsec_nanosecond() / 1_000_000 {
        0 => rfc3339(at),
        ms => format!("{}.{ms:03}Z", utc(at).strftime("%Y-%m-%dT%H:%M:%S")),
    }
}

/// RFC 822 with a year of four digits (RSS 2.0): `Tue, 31 Jan 2023 08:00:00 +0000`
pub(super) fn rfc822(at: Timestamp) -> String {
    let time = utc(at);
    // Readers take years below 100 for recent ones, so the day of the week would be wrong.
    let form = if time.year() < 100 { "%d %b %Y %H:%M:%S +0000" } else { "%a, %d %b %Y %H:%M:%S +0000" };
    time.strftime(form).to_string()
}

/// `2023-01-31`
pub(super) fn date(at: Timestamp) -> String {
    utc(at).strftime("%Y-%m-%d").to_string()
}

/// For people: `January 31, 2023`
pub(super) fn long_date(at: Timestamp) -> String {
    long_day(utc(at).date())
}

/// The same for a day.
pub(super) fn long_day(day: Date) -> String {
    day.strftime("%B %-d, %Y").to_string()
}

/// In UTC. Neither form above knows years before our era; they become year 1.
fn utc(at: Timestamp) -> DateTime {
    let time = TimeZone::UTC.to_datetime(at);
    if time.year() < 1 { jiff::civil::date(1, 1, 1).at(0, 0, 0, 0) } else { time }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let at: Timestamp = "2023-01-05T08:09:10.987+02:00".parse().unwrap();
        assert_eq!(rfc3339(at), "2023-01-05T06:09:10Z");
        assert_eq!(changed(at), "2023-01-05T06:09:10.987Z");
        assert_eq!(changed("2023-01-05T06:09:10.0009Z".parse().unwrap()), "2023-01-05T06:09:10Z");
        assert_eq!(whole(at), "2023-01-05T06:09:10Z".parse().unwrap());
        assert_eq!(changed(whole("1969-12-31T23:59:59.9Z".parse().unwrap())), "1969-12-31T23:59:59Z");
        assert_eq!(rfc822(at), "Thu, 05 Jan 2023 06:09:10 +0000");
        assert_eq!(date(at), "2023-01-05");
        assert_eq!(long_date(at), "January 5, 2023");
    }

    #[test]
    fn ends_of_time() {
        assert_eq!(rfc3339(Timestamp::MIN), "0001-01-01T00:00:00Z");
        assert!(rfc3339(Timestamp::MAX).starts_with("9999-12-30T"));
        assert_eq!(rfc822("0099-12-31T00:00:00Z".parse().unwrap()), "31 Dec 0099 00:00:00 +0000");
    }
}
