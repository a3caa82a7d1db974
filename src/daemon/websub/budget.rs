//! How much work one subscription may cause.

use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Announcements that are read in a row.
const BURST: f64 = 30.0;
/// Seconds after which one more may be read.
const PAUSE: f64 = 20.0;
/// So many subscriptions are remembered before those at rest are forgotten.
const SWEEP_FROM: usize = 1000;

/// A bucket for each subscription that has delivered lately.
#[derive(Default)]
pub(in crate::daemon) struct Budget {
    buckets: Mutex<HashMap<i64, Bucket>>,
}

struct Bucket {
    left: f64,
    at: Timestamp,
}

impl Bucket {
    fn fill(&mut self, now: Timestamp) {
        // A clock that was put back gives nothing and takes nothing.
        let passed = now.duration_since(self.at).as_secs_f64().max(0.0);
        self.left = (self.left + passed / PAUSE).min(BURST);
        self.at = now;
    }
}

impl Budget {
    /// Takes the place of one announcement; `false` if the subscription has had its share.
    pub(super) fn take(&self, subscription: i64, now: Timestamp) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= SWEEP_FROM {
            buckets.retain(|_, bucket| {
                bucket.fill(now);
                bucket.left < BURST
            });
        }
        let bucket = buckets.entry(subscription).or_insert(Bucket { left: BURST, at: now });
        bucket.fill(now);
        let enough = bucket.left >= 1.0;
        if enough {
            bucket.left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn a_burst_then_one_at_a_time() {
        let budget = Budget::default();
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a time");
        let taken = |number, now| (0..100).filter(|_| budget.take(number, now)).count();
        assert_eq!(taken(1, now), 30);
        assert_eq!(taken(2, now), 30, "each for itself");
        assert_eq!(taken(1, now + SignedDuration::from_secs(41)), 2);
        assert_eq!(taken(1, now - SignedDuration::from_hours(1)), 0);
        assert_eq!(taken(1, now + SignedDuration::from_hours(9)), 30);
        assert!((0..5000).filter(|number| budget.take(*number, now)).count() > 4000);
        assert!(budget.take(7, now + SignedDuration::from_hours(10)));
        assert_eq!(budget.buckets.lock().expect("no panic").len(), 1, "those at rest are forgotten");
    }
}
