//! RSS `skipHours` and `skipDays`, both in GMT.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

/// `due` moved to the next hour that is not excluded; `None` if it need not move
/// or if everything is excluded, which is taken as a mistake.
///
/// `hours` are 0 to 23, `days` 1 (Monday) to 7 (Sunday).
pub(super) fn after_skipped(due: Timestamp, hours: &[u8], days: &[u8]) -> Option<Timestamp> {
    if hours.is_empty() && days.is_empty() {
        return None;
    }
    let skipped = |time: Timestamp| {
        let civil = TimeZone::UTC.to_datetime(time);
        hours.contains(&(civil.hour() as u8))
            || days.contains(&(civil.weekday().to_monday_one_offset() as u8))
    };
    if !skipped(due) {
        return None;
    }
    let past_the_hour = due.as_second().rem_euclid(3600);
    let start = due.checked_sub(Duration::from_secs(past_the_hour.unsigned_abs())).ok()?;
    (1..=7 * 24)
        .filter_map(|n| start.checked_add(Duration::from_hours(n)).ok())
        .find(|&time| !skipped(time))
        // Not all who wait come back in the first second of the hour.
        .and_then(|time| time.checked_add(Duration::from_secs(past_the_hour.unsigned_abs() / 12)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn moves_out_of_excluded_hours_and_days() {
        let monday = time("2026-03-02T10:24:00Z");
        assert_eq!(after_skipped(monday, &[], &[]), None);
        assert_eq!(after_skipped(monday, &[9, 11], &[2]), None);
        assert_eq!(after_skipped(monday, &[10, 11], &[]), Some(time("2026-03-02T12:02:00Z")));
        assert_eq!(after_skipped(monday, &[0], &[1]), Some(time("2026-03-03T01:02:00Z")));
        let all: Vec<u8> = (0..24).collect();
        assert_eq!(after_skipped(monday, &all, &[]), None);
    }
}
