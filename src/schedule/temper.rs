//! What a host bears: its answers make the pauses between requests longer and shorter.

use std::time::Duration;

/// A host is never left alone for longer than this because of one answer. The source
/// that got the answer waits as long as was asked, up to a week.
pub const LONGEST_REST: Duration = Duration::from_hours(24);
/// No raised pause is longer, unless the operator set a longer one.
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// What is doubled where no pause is configured.
const FIRST_STEP: Duration = Duration::from_millis(250);
/// Doubled more often it would be longer than `LONGEST_DELAY` in any case.
pub const MAX_LEVEL: u8 = 8;
/// A host that refuses again without saying for how long is left alone for this,
/// then twice this …
const FIRST_REST: Duration = Duration::from_secs(30);
/// … up to this.
const LONGEST_OWN_REST: Duration = Duration::from_hours(1);
/// So many answers in a row without complaint halve the pause again.
const GOOD_FOR_ONE_LEVEL: u8 = 10;
/// An answer that takes longer is slow; one that takes less than half of it is quick.
const SLOW: Duration = Duration::from_secs(5);
/// So many quick answers in a row give a place back.
const QUICK_FOR_ONE_PLACE: u8 = 5;

/// What an answer says about how much its host bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// An answer, whatever it says.
    Answer,
    /// 429, with its Retry-After.
    TooMany(Option<Duration>),
    /// 503, with its Retry-After.
    Unavailable(Option<Duration>),
    /// None within the time limit.
    Nothing,
    /// No connection, or one that broke: says nothing about what the host bears.
    Broken,
}

/// How one host takes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Temper {
    level: u8,
    refusals: u8,
    good: u8,
    /// Places taken away because the host is slow.
    fewer: usize,
    quick: u8,
}

impl Temper {
    /// As it was before a restart.
    pub fn recalled(level: u8) -> Self {
        Self { level: level.min(MAX_LEVEL), ..Self::default() }
    }

    /// How often the pause has been doubled.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// Whether there is nothing to remember.
    pub fn is_calm(&self) -> bool {
        self.level == 0 && self.fewer == 0 && self.refusals == 0
    }

    /// Learns from an answer that took so long. Says for how long the host is to be left
    /// alone: a 429 that names a time means all requests; a 503, or a 429 without a
    /// time, does so when the host says it again.
    pub fn hear(&mut self, heard: Heard, took: Duration, per_host: usize) -> Option<Duration> {
        match heard {
            Heard::TooMany(asked) => self.refused(asked, asked.is_some()),
            Heard::Unavailable(asked) => self.refused(asked, false),
            Heard::Answer => {
                self.refusals = 0;
                self.good += 1;
                if self.good >= GOOD_FOR_ONE_LEVEL {
                    (self.good, self.level) = (0, self.level.saturating_sub(1));
                }
                self.took(took, per_host);
                None
            }
            Heard::Nothing => {
                self.good = 0;
                self.took(SLOW, per_host);
                None
            }
            Heard::Broken => None,
        }
    }

    fn refused(&mut self, asked: Option<Duration>, at_once: bool) -> Option<Duration> {
        let again = self.refusals > 0;
        self.refusals = self.refusals.saturating_add(1);
        self.good = 0;
        self.level = (self.level + 1).min(MAX_LEVEL);
        let own = || (FIRST_REST * (1 << self.refusals.saturating_sub(2).min(10))).min(LONGEST_OWN_REST);
        (at_once || again).then(|| asked.unwrap_or_else(own).min(LONGEST_REST))
    }

    fn took(&mut self, took: Duration, per_host: usize) {
        if took >= SLOW {
            self.quick = 0;
            self.fewer = (self.fewer + 1).min(per_host.saturating_sub(1));
        } else if took < SLOW / 2 && self.fewer > 0 {
            self.quick += 1;
            if self.quick >= QUICK_FOR_ONE_PLACE {
                (self.quick, self.fewer) = (0, self.fewer - 1);
            }
        }
    }

    /// The pause between two requests, from the configured one.
    pub fn delay(&self, configured: Duration) -> Duration {
        if self.level == 0 {
            return configured;
        }
        let raised = configured.max(FIRST_STEP).saturating_mul(1 << self.level.min(MAX_LEVEL));
        raised.min(LONGEST_DELAY).max(configured)
    }

    /// Requests at once, from the configured number.
    pub fn at_once(&self, per_host: usize) -> usize {
        per_host.saturating_sub(self.fewer).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const QUICK: Duration = Duration::from_millis(100);

    #[test]
    fn refusals_raise_the_pause_and_good_answers_lower_it_slowly() {
        let mut temper = Temper::default();
        assert_eq!(temper.delay(SECOND), SECOND);
        assert_eq!(temper.hear(Heard::TooMany(None), QUICK, 2), None, "once may be an accident");
        assert_eq!(temper.delay(SECOND), 2 * SECOND);
        assert_eq!(temper.hear(Heard::TooMany(None), QUICK, 2), Some(30 * SECOND));
        assert_eq!(temper.hear(Heard::TooMany(None), QUICK, 2), Some(60 * SECOND));
        assert_eq!(temper.delay(SECOND), 8 * SECOND);
        for _ in 0..9 {
            temper.hear(Heard::Answer, QUICK, 2);
        }
        assert_eq!(temper.delay(SECOND), 8 * SECOND);
        temper.hear(Heard::Answer, QUICK, 2);
        assert_eq!(temper.delay(SECOND), 4 * SECOND);
        for _ in 0..20 {
            temper.hear(Heard::Answer, QUICK, 2);
        }
        assert!(temper.is_calm());
        assert_eq!(temper.delay(SECOND), SECOND);
    }

    #[test]
    fn a_429_with_a_time_means_all_a_503_when_it_is_said_again() {
        let hour = Some(3600 * SECOND);
        assert_eq!(Temper::default().hear(Heard::TooMany(hour), QUICK, 2), hour);
        let mut temper = Temper::default();
        assert_eq!(temper.hear(Heard::Unavailable(hour), QUICK, 2), None);
        assert_eq!(temper.hear(Heard::Unavailable(hour), QUICK, 2), hour);
        let week = Some(LONGEST_REST * 7);
        assert_eq!(Temper::default().hear(Heard::TooMany(week), QUICK, 2), Some(LONGEST_REST));
    }

    #[test]
    fn nothing_grows_without_end() {
        let mut temper = Temper::default();
        for _ in 0..1000 {
            let rest = temper.hear(Heard::TooMany(None), QUICK, 2);
            assert!(rest.is_none_or(|rest| rest <= LONGEST_OWN_REST));
        }
        assert_eq!(temper.delay(SECOND), LONGEST_DELAY);
        assert_eq!(temper.delay(LONGEST_DELAY * 3), LONGEST_DELAY * 3, "the operator's word counts");
        assert!(temper.delay(Duration::ZERO) <= LONGEST_DELAY);
        assert_eq!(Temper::recalled(255).delay(SECOND), LONGEST_DELAY);
    }

    #[test]
    fn a_slow_host_gets_fewer_at_once_until_it_is_quick_again() {
        let mut temper = Temper::default();
        assert_eq!(temper.at_once(4), 4);
        temper.hear(Heard::Answer, 6 * SECOND, 4);
        temper.hear(Heard::Nothing, 30 * SECOND, 4);
        assert_eq!(temper.at_once(4), 2);
        for _ in 0..9 {
            temper.hear(Heard::Answer, 9 * SECOND, 4);
        }
        assert_eq!(temper.at_once(4), 1);
        temper.hear(Heard::Broken, QUICK, 4);
        for _ in 0..15 {
            temper.hear(Heard::Answer, QUICK, 4);
        }
        assert_eq!(temper.at_once(4), 4);
    }
}
