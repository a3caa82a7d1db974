//! The next poll of a feed.

use super::habits::Habits;
use super::pace::pace;
use super::skip::after_skipped;
use super::words::{Month, in_words, reason};
use crate::model::FeedHints;
use jiff::Timestamp;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// Longest pause that a publisher's wish or a Retry-After can cause.
pub const MAX_PAUSE: Duration = Duration::from_hours(7 * 24);
/// After a poll that worked, longer pauses are not spread further than this one: by up to ten minutes.
const LONGEST_SPREAD: Duration = Duration::from_mins(100);
/// Longest pause after errors.
const MAX_BACKOFF: Duration = Duration::from_hours(2 * 24);

/// What the operator decided about a source.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    /// Never faster than this.
    pub interval: Duration,
    /// Of itself not slower than this. Not longer than `interval`: always at `interval`.
    pub max_interval: Duration,
    /// Whether the publisher's wishes count.
    pub obey_hints: bool,
    /// Spreads sources, see [`seed`].
    pub seed: u64,
}

/// What spreads the polls: the installation's seed, the source, the number of the attempt.
pub fn seed(installation: u64, source: &str, attempt: u64) -> u64 {
    let mut hash = DefaultHasher::new();
    (installation, source, attempt).hash(&mut hash);
    hash.finish()
}

/// What decides about the next poll besides what this one brought.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The operator's part.
    pub rhythm: Rhythm,
    /// HTTP freshness of the answer.
    pub fresh_for: Option<Duration>,
    /// Wishes in the document; of the last one if this answer had none.
    pub hints: FeedHints,
    /// The server's own word (Retry-After), if it refused.
    pub retry_after: Option<Duration>,
}

/// How a poll ended.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'a> {
    /// The feed was delivered, or is unchanged.
    Delivered {
        /// HTTP freshness of the answer.
        fresh_for: Option<Duration>,
        /// Wishes in the document; of the last one if this answer had none.
        hints: &'a FeedHints,
        /// What was learned of the source, this poll included.
        habits: &'a Habits,
        /// What it brought lately, for the reason.
        month: Month,
    },
    /// It was not.
    Failed {
        /// Failures in a row, this one included.
        failures: u32,
        /// The server's own word (Retry-After).
        retry_after: Option<Duration>,
    },
}

/// When a source is due next, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Not before this.
    pub due: Timestamp,
    /// For people, such as `every 1 h` or `Retry-After: 2 h`.
    pub why: String,
}

/// The next poll. Wishes only ever lengthen; the longest one counts, and is named.
pub fn next_poll(now: Timestamp, rhythm: Rhythm, outcome: Outcome<'_>) -> Plan {
    match outcome {
        Outcome::Delivered { fresh_for, hints, habits, month } => {
            let pace = pace(now, rhythm.interval, rhythm.max_interval, habits);
            let why = if rhythm.max_interval > rhythm.interval {
                reason(now, pace, habits, month)
            } else {
                format!("every {}", in_words(rhythm.interval))
            };
            delivered(now, rhythm, (pace.pause, why), fresh_for, hints)
        }
        Outcome::Failed { failures, retry_after } => failed(now, rhythm, failures, retry_after),
    }
}

/// The due time that is stored when a source is claimed, before the request is
/// made: a crash loop then polls no more often than the interval.
pub fn provisional(now: Timestamp, interval: Duration, seed: u64) -> Timestamp {
    later(now, interval + jitter(interval, seed))
}

fn delivered(
    now: Timestamp,
    rhythm: Rhythm,
    (mut pause, mut why): (Duration, String),
    fresh_for: Option<Duration>,
    hints: &FeedHints,
) -> Plan {
    if rhythm.obey_hints {
        let wishes = [
            (fresh_for, "fresh for"),
            (hints.ttl, "ttl of the feed:"),
            (hints.update_period, "update period of the feed:"),
        ];
        for (wish, name) in wishes {
            let wish = wish.unwrap_or_default().min(MAX_PAUSE);
            if wish > pause {
                pause = wish;
                why = format!("{name} {}", in_words(pause));
            }
        }
    }
    // Where the time was chosen with care, a tenth of a day would spoil it.
    let due = later(now, pause + jitter(pause.min(LONGEST_SPREAD), rhythm.seed));
    if rhythm.obey_hints
        && let Some(shifted) = after_skipped(due, &hints.skip_hours, &hints.skip_days)
    {
        return Plan { due: shifted, why: format!("{why}, then not in the hours or days the feed excludes") };
    }
    Plan { due, why }
}

/// Doubles with every failure (with jitter, so that a crowd of sources that
/// failed together does not come back together), capped, never for ever.
fn failed(now: Timestamp, rhythm: Rhythm, failures: u32, retry_after: Option<Duration>) -> Plan {
    let doubled = rhythm.interval.saturating_mul(1u32 << failures.saturating_sub(1).min(20));
    let backoff = doubled.min(MAX_BACKOFF.max(rhythm.interval));
    let asked = retry_after.unwrap_or_default().min(MAX_PAUSE);
    let (pause, why) = if asked > backoff {
        (asked, format!("the server asks for a pause of {}", in_words(asked)))
    } else {
        let times =
            if failures == 1 { "1 failure".to_owned() } else { format!("{failures} failures in a row") };
        (backoff, format!("after {times}: {}", in_words(backoff)))
    };
    Plan { due: later(now, pause + jitter(pause, rhythm.seed)), why }
}

/// Up to a tenth of `pause`, the same for the same seed.
pub fn jitter(pause: Duration, seed: impl Hash) -> Duration {
    let mut hash = DefaultHasher::new();
    seed.hash(&mut hash);
    let share = (hash.finish() >> 11) as f64 / (1u64 << 53) as f64;
    pause.mul_f64(share * 0.1)
}

fn later(now: Timestamp, pause: Duration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn rhythm(interval: Duration) -> Rhythm {
        Rhythm { interval, max_interval: interval, obey_hints: true, seed: seed(7, "a", 1) }
    }

    fn delivered(rhythm: Rhythm, fresh_for: Option<Duration>, hints: &FeedHints) -> Plan {
        let (habits, month) = (&Habits::default(), Month::default());
        next_poll(now(), rhythm, Outcome::Delivered { fresh_for, hints, habits, month })
    }

    fn now() -> Timestamp {
        "2026-03-02T10:20:00Z".parse().expect("a time")
    }

    fn pause(plan: &Plan) -> f64 {
        plan.due.duration_since(now()).as_secs_f64()
    }

    #[test]
    fn wishes_lengthen_and_are_capped() {
        let hints = FeedHints { ttl: Some(4 * HOUR), ..FeedHints::default() };
        let plan = delivered(rhythm(HOUR), Some(HOUR / 60), &hints);
        assert!(pause(&plan) >= 4.0 * 3600.0 && pause(&plan) <= 4.4 * 3600.0, "{plan:?}");
        assert_eq!(plan.why, "ttl of the feed: 4 h");
        let year = Some(HOUR * 24 * 365);
        let plan = delivered(rhythm(HOUR), year, &hints);
        assert!(pause(&plan) <= 7.7 * 86_400.0);
        let ignore = Rhythm { obey_hints: false, ..rhythm(HOUR) };
        let plan = delivered(ignore, year, &hints);
        assert_eq!(plan.why, "every 1 h");
    }

    #[test]
    fn backoff_doubles_and_ends() {
        let at = |failures| {
            pause(&next_poll(now(), rhythm(HOUR), Outcome::Failed { failures, retry_after: None })) / 3600.0
        };
        for (failures, hours) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (30, 48.0), (u32::MAX, 48.0)] {
            assert!(at(failures) >= hours && at(failures) <= hours * 1.1, "{failures}: {}", at(failures));
        }
    }

    proptest! {
        #[test]
        fn never_before_retry_after_nor_interval(
            interval in 1u64..100_000, asked in 0u64..10_000_000, failures in 1u32..100, attempt: u64,
        ) {
            let interval_ = Duration::from_secs(interval);
            let rhythm = Rhythm { seed: attempt, ..rhythm(interval_) };
            let retry_after = Some(Duration::from_secs(asked));
            let plan = next_poll(now(), rhythm, Outcome::Failed { failures, retry_after });
            prop_assert!(pause(&plan) >= asked.min(MAX_PAUSE.as_secs()) as f64);
            prop_assert!(pause(&plan) >= interval as f64);
        }
    }
}
