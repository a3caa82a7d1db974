//! Polls of a feed whose hub announces what is new.

use super::next::{Outcome, Plan, Rhythm, next_poll};
use jiff::Timestamp;
use std::time::Duration;

/// The pause while a hub is relied on, where the interval is not longer.
pub const RELAXED: Duration = Duration::from_hours(24);

/// The next poll of a feed whose hub has proved to announce what is new: late, never not
/// at all, and the publisher's wishes count as they always do.
pub fn relaxed_poll(now: Timestamp, rhythm: Rhythm, outcome: Outcome<'_>) -> Plan {
    let interval = rhythm.interval.max(RELAXED);
    let max_interval = rhythm.max_interval.max(interval);
    let plan = next_poll(now, Rhythm { interval, max_interval, ..rhythm }, outcome);
    let why = match plan.why.starts_with("every ") {
        true => format!("{}: its hub announces what is new", plan.why),
        false => plan.why,
    };
    Plan { why, ..plan }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedHints;
    use crate::schedule::{Habits, Month};

    #[test]
    fn late_but_for_longer_wishes() {
        let now: Timestamp = "2026-03-02T10:20:00Z".parse().expect("a time");
        let hints = FeedHints { ttl: Some(RELAXED * 2), ..FeedHints::default() };
        for (hours, hints, pause, why) in [
            (1, FeedHints::default(), 24, "every 24 h: its hub announces what is new"),
            (48, FeedHints::default(), 48, "every 2 d: its hub announces what is new"),
            (1, hints, 48, "ttl of the feed: 2 d"),
        ] {
            let interval = Duration::from_hours(hours);
            let rhythm = Rhythm { interval, max_interval: interval, obey_hints: true, seed: 7 };
            let (hints, habits, month) = (&hints, &Habits::default(), Month::default());
            let outcome = Outcome::Delivered { fresh_for: None, hints, habits, month };
            let plan = relaxed_poll(now, rhythm, outcome);
            let got = plan.due.duration_since(now).as_secs_f64() / 3600.0;
            assert!(got >= f64::from(pause) && got <= f64::from(pause) * 1.1, "{plan:?}");
            assert_eq!(plan.why, why);
        }
    }
}
