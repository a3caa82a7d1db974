//! When an article page is asked for again.

use super::next::jitter;
use jiff::Timestamp;
use std::time::Duration;

/// A page is fetched again when its feed's entry changed, at most so often.
pub const MAX_REFETCHES: u32 = 3;
/// And not sooner than so long after the last time.
pub const REFETCH_PAUSE: Duration = Duration::from_hours(1);
/// Pages in a row without more text than the feed, after which `full_text = "auto"` believes the feed.
pub const OWN_TEXT_PROVED: u32 = 3;
/// Pauses before the second, third and fourth attempt at a page that fails.
const RETRIES: [Duration; 3] = [Duration::from_mins(10), Duration::from_hours(2), Duration::from_hours(12)];

/// How long the next move of an entry's `updated` waits after the last one, if it was
/// moved so often: corrections soon after publication are told at once, what changes all
/// the time once a day.
pub fn news_pause(moves: u32) -> Duration {
    match moves {
        0 | 1 => Duration::ZERO,
        _ => (REFETCH_PAUSE * (1 << (moves - 2).min(5))).min(Duration::from_hours(24)),
    }
}

/// When to try a page again after `attempts` failed ones; `None` when it is enough.
pub fn retry_page(
    now: Timestamp,
    attempts: u32,
    retry_after: Option<Duration>,
    seed: (u64, i64),
) -> Option<Timestamp> {
    let pause = *RETRIES.get(attempts.saturating_sub(1) as usize)?;
    let pause = pause.max(retry_after.unwrap_or_default().min(super::MAX_PAUSE));
    now.checked_add(pause + jitter(pause, (seed, attempts))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_come_at_longer_and_longer_intervals() {
        let hours: Vec<u64> = (0..9).map(|moves| news_pause(moves).as_secs() / 3600).collect();
        assert_eq!(hours, [0, 0, 1, 2, 4, 8, 16, 24, 24]);
        assert_eq!(news_pause(u32::MAX).as_secs(), 24 * 3600);
    }

    #[test]
    fn a_few_times_and_spread_out() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
        let pause = |attempts, asked| {
            retry_page(now, attempts, asked, (1, 2)).map(|due| due.duration_since(now).as_secs())
        };
        assert!(pause(1, None).is_some_and(|s| (600..=660).contains(&s)));
        assert!(pause(2, None) > pause(1, None));
        assert!(pause(1, Some(Duration::from_hours(5))).is_some_and(|s| s >= 5 * 3600));
        assert_eq!(pause(4, None), None);
    }
}
