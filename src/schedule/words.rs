//! The reason for a pause, for people.

use super::habits::Habits;
use super::pace::Pace;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Days that a reason looks back.
const MONTH: u64 = 30;

/// What a source brought lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Month {
    /// Entries within the last 30 days.
    pub entries: u64,
}

/// `every 4 h: 2 entries a day, last 30 days`, and what is different this time.
pub(super) fn reason(now: Timestamp, pace: Pace, habits: &Habits, month: Month) -> String {
    let usual = format!("every {}: {}", in_words(pace.usual), brought(now, habits, month));
    let (pause, often) = (pace.pause.as_secs_f64(), pace.usual.as_secs_f64());
    if pause > 1.3 * often {
        let until = now.checked_add(pace.pause).unwrap_or(Timestamp::MAX);
        format!("{usual}; now {}: little is expected before {}", in_words(pace.pause), clock(until))
    } else if pause < 0.75 * often {
        format!("{usual}; now {}: more is expected soon", in_words(pace.pause))
    } else {
        usual
    }
}

/// `2 entries a day, last 30 days`
fn brought(now: Timestamp, habits: &Habits, month: Month) -> String {
    let watched = habits.since().map_or(0, |since| days_between(since, now)).clamp(1, MONTH);
    let span = if watched == 1 { "last day".to_owned() } else { format!("last {watched} days") };
    let (entries, days) = (month.entries as f64, watched as f64);
    match month.entries {
        0 => format!("no entry, {span}"),
        1 => format!("1 entry, {span}"),
        _ if entries >= 0.95 * days => format!("{}, {span}", rate(entries / days, "a day")),
        _ if entries >= 0.95 * days / 7.0 && watched >= 14 => {
            format!("{}, {span}", rate(entries / days * 7.0, "a week"))
        }
        some => format!("{some} entries, {span}"),
    }
}

fn rate(value: f64, per: &str) -> String {
    let rounded = value.round();
    let noun = if rounded == 1.0 { "entry" } else { "entries" };
    format!("{rounded} {noun} {per}")
}

fn days_between(from: Timestamp, to: Timestamp) -> u64 {
    let hours = to.duration_since(from).max(SignedDuration::ZERO).as_hours();
    u64::try_from(hours.div_euclid(24) + i64::from(hours.rem_euclid(24) >= 12)).unwrap_or(0)
}

/// `07:00 UTC`
fn clock(time: Timestamp) -> String {
    let minutes = time.as_second().div_euclid(60).rem_euclid(24 * 60);
    format!("{:02}:{:02} UTC", minutes / 60, minutes % 60)
}

/// `90 s`, `5 min`, `1.5 h`, `2 d`
pub(super) fn in_words(pause: Duration) -> String {
    let seconds = pause.as_secs_f64();
    let (value, unit) = match seconds {
        s if s < 120.0 => (s, "s"),
        s if s < 3_600.0 => (s / 60.0, "min"),
        s if s < 172_800.0 => (s / 3_600.0, "h"),
        s => (s / 86_400.0, "d"),
    };
    format!("{} {unit}", (value * 10.0).round() / 10.0)
}
