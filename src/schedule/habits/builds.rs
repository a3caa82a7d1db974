//! At which minutes of the hour a feed is built.
//!
//! Many feeds are made by a job or kept by a cache: an entry stands in them only from
//! the next build on, whatever its date says. Where dates and polls show at which
//! minutes that is, polls just before are wasted and polls just after are worth most.
//!
//! Each hypothesis is a period that divides the hour, and a phase. An entry that was
//! written before a poll that did not show it says that nothing was built between; the
//! newest entry says that something was built since. Phases that were possible are
//! compared with phases drawn at random: what is true for most says little.

use super::bytes::{Reader, Writer};

/// Bins of an hour.
const BINS: usize = 24;
const HOURS: f64 = 24.0;
/// Periods in bins: 60, 30, 20 and 15 minutes.
const PERIODS: [usize; 4] = [24, 12, 8, 6];
const PHASES: usize = 24 + 12 + 8 + 6;
/// Believed of each period before anything was seen; the rest is for none at all.
const PRIOR: f64 = 0.05;
/// How often evidence is wrong: dates are edited, clocks differ.
const WRONG: f64 = 0.1;
/// Old evidence fades with every new one.
const FADING: f64 = 0.98;
/// Clocks agree about as well as this (days).
const SKEW: f64 = 1.0 / 1440.0;
/// Builds are known when less than this speaks for none.
const KNOWN: f64 = 0.5;
/// Units of a stored logarithm.
const UNIT: f64 = 12.0;

/// Logarithms of how much better each phase explains what was seen than chance.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Builds([i8; PHASES]);

/// How much of what is new turns up in each bin of the hour; 1 on average.
#[derive(Debug, Clone)]
pub(super) struct Minutes {
    /// Sums up to the beginning of each bin, in bins.
    sums: [f64; BINS + 1],
    even: bool,
}

impl Minutes {
    /// Whether every minute is like every other.
    pub(super) fn even(&self) -> bool {
        self.even
    }

    /// Mean between two times in days since 1970.
    pub(super) fn mean(&self, from: f64, to: f64) -> f64 {
        if self.even || to <= from {
            return 1.0;
        }
        let sum = |at: f64| {
            let (hour, bin) = ((at * HOURS).floor(), (at * HOURS).fract() * BINS as f64);
            let index = (bin as usize).min(BINS - 1);
            let within = (bin - index as f64) * (self.sums[index + 1] - self.sums[index]);
            hour * BINS as f64 + self.sums[index] + within
        };
        (sum(to) - sum(from)) / ((to - from) * HOURS * BINS as f64)
    }
}

impl Builds {
    pub(super) const UNKNOWN: Self = Self([0; PHASES]);

    /// Nothing was built between two times (days since 1970).
    pub(super) fn none_between(&mut self, from: f64, to: f64) {
        self.learn(from + SKEW, to - SKEW, false);
    }

    /// Something was built between two times.
    pub(super) fn some_between(&mut self, from: f64, to: f64) {
        self.learn(from - SKEW, to, true);
    }

    fn learn(&mut self, from: f64, to: f64, built: bool) {
        let (begin, length) =
            ((from * HOURS).rem_euclid(1.0) * BINS as f64, (to - from) * HOURS * BINS as f64);
        if length <= 0.0 || (built && length >= BINS as f64) {
            return;
        }
        let mut index = 0;
        for period in PERIODS {
            let whole = period as f64;
            let share = (length / whole).min(1.0);
            let chance = if built { share } else { 1.0 - share };
            for phase in 0..period {
                let hit = if length >= whole { 1.0 } else { overlap(phase as f64, begin, length, whole) };
                let agrees = if built { hit } else { 1.0 - hit };
                let gain = ((WRONG + (1.0 - WRONG) * agrees) / (WRONG + (1.0 - WRONG) * chance)).ln();
                // A period that can't be true at all is worse than chance.
                let gain = if !built && length >= whole { WRONG.ln() } else { gain };
                let score = f64::from(self.0[index]) * FADING + gain * UNIT;
                self.0[index] = score.round().clamp(-120.0, 120.0) as i8;
                index += 1;
            }
        }
    }

    /// Whether it is known when the feed is built.
    pub(super) fn known(&self) -> bool {
        self.weights().1 <= KNOWN
    }

    /// Probability of each phase, and of none.
    fn weights(&self) -> ([f64; PHASES], f64) {
        let mut weights = [0.0; PHASES];
        let mut whole = 1.0 - PRIOR * PERIODS.len() as f64;
        let none = whole;
        let mut index = 0;
        for period in PERIODS {
            for _ in 0..period {
                weights[index] = PRIOR / period as f64 * (f64::from(self.0[index]) / UNIT).exp();
                whole += weights[index];
                index += 1;
            }
        }
        weights.iter_mut().for_each(|weight| *weight /= whole);
        (weights, none / whole)
    }

    pub(super) fn minutes(&self) -> Minutes {
        let (weights, none) = self.weights();
        let mut density = [none; BINS];
        let mut index = 0;
        for period in PERIODS {
            for phase in 0..period {
                let share = weights[index] * period as f64;
                (phase..BINS).step_by(period).for_each(|bin| density[bin] += share);
                index += 1;
            }
        }
        let mut sums = [0.0; BINS + 1];
        for (bin, density) in density.iter().enumerate() {
            sums[bin + 1] = sums[bin] + density;
        }
        Minutes { sums, even: none > 0.8 }
    }

    /// When an entry of this date will have stood in the feed: from the next build on,
    /// if builds are known; `None` if they aren't.
    pub(super) fn after(&self, date: f64) -> Option<f64> {
        let (weights, none) = self.weights();
        if none > KNOWN {
            return None;
        }
        let (mut best, mut index) = ((0.0, 0, 1), 0);
        for period in PERIODS {
            for phase in 0..period {
                if weights[index] > best.0 {
                    best = (weights[index], phase, period);
                }
                index += 1;
            }
        }
        let (_, phase, period) = best;
        let at = date * HOURS * BINS as f64;
        let wait = (phase as f64 + 0.5 - at).rem_euclid(period as f64);
        // Within the bin itself nobody knows.
        let wait = if wait > period as f64 - 1.0 { 0.0 } else { wait };
        Some((at + wait) / (HOURS * BINS as f64))
    }

    pub(super) fn write(&self, out: &mut Writer) {
        self.0.iter().for_each(|score| out.byte(score.to_le_bytes()[0]));
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let mut scores = [0; PHASES];
        for score in &mut scores {
            *score = i8::from_le_bytes([from.byte()?]);
        }
        Some(Self(scores))
    }
}

/// Which part of a bin lies in a span that begins at `begin` (all on a circle of `whole`).
fn overlap(bin: f64, begin: f64, length: f64, whole: f64) -> f64 {
    let start = (begin - bin).rem_euclid(whole);
    let direct = (1.0_f64.min(start + length) - start.min(1.0)).max(0.0);
    let wrapped = (start + length - whole).clamp(0.0, 1.0);
    (direct + wrapped).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: f64 = 1.0 / 1440.0;

    /// An entry every seven minutes in a feed that is built every `period` minutes, at
    /// `phase` minutes past; polled about every hour.
    fn learned(period: f64, phase: f64) -> Builds {
        let mut builds = Builds::UNKNOWN;
        let built = |at: f64| ((at - phase) / period).floor() * period + phase;
        let written = |before: f64| (before / 7.0).floor() * 7.0;
        let mut last = 60.0;
        for n in 1..60_u32 {
            let now = f64::from(n) * 63.0 + 60.0;
            let (newest, seen) = (written(built(now)), written(built(last)));
            if newest > seen {
                builds.some_between(newest.max(last) * MINUTE, now * MINUTE);
            }
            if newest > seen && seen + 7.0 < last {
                builds.none_between((seen + 7.0) * MINUTE, last * MINUTE);
            }
            last = now;
        }
        builds
    }

    #[test]
    fn the_minute_is_found() {
        for (period, phase) in [(60.0, 22.0), (30.0, 11.0), (20.0, 4.0), (15.0, 6.0)] {
            let builds = learned(period, phase);
            assert!(builds.known(), "every {period} min: {builds:?}");
            let minutes = builds.minutes();
            let share = |from: f64, to: f64| minutes.mean(from * MINUTE, to * MINUTE) * (to - from) / period;
            let after = share(phase - 2.5, phase + 5.0);
            assert!(after > 0.8, "every {period} min: {after} of all around minute {phase}");
            let stands = builds.after((period * 50.0 + phase + 4.0) * MINUTE).expect("builds are known");
            let late = stands / MINUTE - (period * 51.0 + phase);
            assert!((-2.5..5.0).contains(&late), "every {period} min: {late} min after the build");
        }
    }

    #[test]
    fn a_feed_built_at_once_has_no_minutes() {
        for period in [0.5, 37.0] {
            let builds = learned(period, 0.0);
            assert!(!builds.known(), "every {period} min: {builds:?}");
            assert_eq!(builds.after(20_000.1), None);
        }
        assert!(Builds::UNKNOWN.minutes().even());
    }

    #[test]
    fn parts_of_bins_on_the_circle() {
        assert_eq!(overlap(0.0, 0.25, 0.5, 24.0), 0.5);
        assert_eq!(overlap(23.0, 23.5, 1.0, 24.0), 0.5);
        assert_eq!(overlap(0.0, 23.5, 1.0, 24.0), 0.5);
        assert_eq!(overlap(0.0, 0.5, 23.5, 24.0), 0.5);
        assert_eq!(overlap(5.0, 6.0, 2.0, 24.0), 0.0);
        assert_eq!(overlap(5.0, 4.0, 20.0, 24.0), 1.0);
    }
}
