//! At which times of the day and on which days of the week a source publishes.
//!
//! Counts by quarter of an hour (UTC) are smoothed with several widths. How well each
//! width foretold the events so far decides how much it counts: a source that
//! publishes at six sharp gets a peak, one that publishes whenever its author finds
//! the time stays flat until there is much evidence.

use super::builds::Minutes;
use super::bytes::{Reader, Writer};

/// Quarters of an hour in a day.
pub(super) const SLOTS: usize = 96;
/// Days in a week.
const DAYS: usize = 7;
/// Smoothing: a slot counts for so many neighbours on each side; the last one is flat.
const WIDTHS: [usize; 4] = [0, 3, 12, SLOTS];
/// Weight of a width before anything was seen: flat until the evidence says otherwise.
const PRIOR: [f64; 4] = [0.05, 0.15, 0.3, 0.5];
/// Events of a flat day that stand beside those that were seen. Where every slot stands
/// for itself few: what always comes at the same minute leaves nothing for the rest.
const PSEUDO: [f64; 4] = [0.5, 2.0, 2.0, 2.0];
/// Half-life of the counts in days: summer time and new habits are followed within weeks.
const HALF_LIFE: f64 = 30.0;
/// Units of an event when it is counted.
const UNIT: f64 = 256.0;
/// Old evidence for a width fades with every event, so that it can lose its place.
const FADING: f64 = 0.98;

/// When in the week it publishes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    day: Counts<SLOTS>,
    week: Counts<DAYS>,
    /// Logarithms of how well each width foretold the slots.
    widths: [f64; 4],
    /// The same for the days of the week; against none at all.
    days: f64,
}

/// Counts that fade: what is stored is multiplied by `unit`, so that fading loses nothing to rounding.
#[derive(Debug, Clone, PartialEq)]
struct Counts<const N: usize> {
    stored: [u16; N],
    unit: f64,
}

impl<const N: usize> Counts<N> {
    const EMPTY: Self = Self { stored: [0; N], unit: 1.0 / UNIT };

    fn add(&mut self, index: usize, count: f64) {
        while f64::from(self.stored[index]) + count / self.unit > f64::from(u16::MAX) {
            if self.unit > 1e6 {
                return;
            }
            self.unit *= 2.0;
            for stored in &mut self.stored {
                *stored = stored.div_ceil(2);
            }
        }
        self.stored[index] += (count / self.unit).round() as u16;
    }

    fn fade(&mut self, days: f64) {
        self.unit *= (-days / HALF_LIFE).exp2();
        if self.unit < 1e-9 {
            *self = Self::EMPTY;
        }
    }

    fn get(&self, index: usize) -> f64 {
        f64::from(self.stored[index]) * self.unit
    }

    fn sum(&self) -> f64 {
        f64::from(self.stored.iter().copied().map(u32::from).sum::<u32>()) * self.unit
    }

    fn write(&self, out: &mut Writer) {
        out.number(self.unit);
        self.stored.iter().for_each(|stored| out.short(*stored));
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let unit = from.number()?;
        let mut stored = [0; N];
        for stored in &mut stored {
            *stored = from.short()?;
        }
        (unit > 0.0).then_some(Self { stored, unit })
    }
}

/// How busy each slot and each day is compared with the average, which is 1.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    day: [f64; SLOTS],
    week: [f64; DAYS],
}

impl Profile {
    /// Every time like every other.
    pub(super) const FLAT: Self = Self { day: [1.0; SLOTS], week: [1.0; DAYS] };

    /// At a time in days since 1970.
    pub(super) fn at(&self, days: f64) -> f64 {
        self.day[slot(days)] * self.week[weekday(days)]
    }

    /// Mean of the product with the minutes of the hour: where both know the same peaks, more than 1.
    pub(super) fn overlap(&self, minutes: &Minutes) -> f64 {
        if minutes.even() {
            return 1.0;
        }
        let slot = |index: usize| index as f64 / SLOTS as f64;
        let sum: f64 =
            self.day.iter().enumerate().map(|(i, day)| day * minutes.mean(slot(i), slot(i + 1))).sum();
        (sum / SLOTS as f64).max(0.2)
    }

    /// Its mean between two times in days since 1970.
    pub(super) fn mean(&self, from: f64, to: f64) -> f64 {
        let steps = ((to - from) * SLOTS as f64).ceil().clamp(1.0, (SLOTS * DAYS) as f64) as u32;
        let width = (to - from) / f64::from(steps);
        (0..steps).map(|step| self.at(from + (f64::from(step) + 0.5) * width)).sum::<f64>() / f64::from(steps)
    }
}

fn slot(days: f64) -> usize {
    ((days.rem_euclid(1.0) * SLOTS as f64) as usize).min(SLOTS - 1)
}

/// 1970 began on a Thursday; Monday is 0.
fn weekday(days: f64) -> usize {
    ((days.floor() + 3.0).rem_euclid(7.0) as usize).min(DAYS - 1)
}

/// Sums of the counts of neighbouring slots.
struct Near {
    /// Of all slots before, over three days on end: the neighbours of a slot of the second
    /// one lie within.
    before: [u32; 3 * SLOTS + 1],
    unit: f64,
}

impl Near {
    fn of(day: &Counts<SLOTS>) -> Self {
        let mut before = [0; 3 * SLOTS + 1];
        let mut sum = 0;
        let three_days = std::iter::repeat_n(&day.stored, 3).flatten();
        for (before, stored) in before.iter_mut().skip(1).zip(three_days) {
            sum += u32::from(*stored);
            *before = sum;
        }
        Self { before, unit: day.unit }
    }

    /// Density at a slot, compared with a flat day, with the smoothing of this index.
    fn smoothed(&self, slot: usize, index: usize, seen: f64) -> f64 {
        let (width, pseudo) = (WIDTHS[index], PSEUDO[index]);
        if width >= SLOTS {
            return 1.0;
        }
        let middle = slot + SLOTS;
        let near = f64::from(self.before[middle + width + 1] - self.before[middle - width]) * self.unit;
        let share = (2 * width + 1) as f64 / SLOTS as f64;
        (near + pseudo * share) / ((seen + pseudo) * share)
    }
}

impl Shape {
    /// Nothing is known.
    pub(super) const FLAT: Self =
        Self { day: Counts::EMPTY, week: Counts::EMPTY, widths: [0.0; 4], days: 0.0 };

    /// An event at a known time (in days since 1970).
    pub(super) fn event(&mut self, at: f64) {
        self.event_between(at, at);
    }

    /// An event at an unknown time between two, if they are not more than half a day
    /// apart. It counts most at the times that are likely anyway: so the poll before
    /// and the poll after close in on the time of day, visit by visit.
    pub(super) fn event_between(&mut self, from: f64, to: f64) {
        let slots = ((to - from) * SLOTS as f64).ceil().max(1.0);
        if slots > SLOTS as f64 / 2.0 {
            return;
        }
        let times: Vec<f64> =
            (0..slots as u32).map(|index| from + (f64::from(index) + 0.5) / slots * (to - from)).collect();
        let (seen, near) = (self.day.sum(), Near::of(&self.day));
        if seen > 0.0 {
            let mean =
                |density: &dyn Fn(f64) -> f64| times.iter().map(|at| density(*at)).sum::<f64>() / slots;
            let foretold = [0, 1, 2, 3].map(|width| mean(&|at| near.smoothed(slot(at), width, seen)).ln());
            let week = mean(&|at| self.weekly(weekday(at), seen)).ln();
            for (gain, foretold) in self.widths.iter_mut().zip(foretold) {
                *gain = (*gain + foretold).clamp(-30.0, 30.0) * FADING;
            }
            let best = self.widths.iter().copied().fold(f64::MIN, f64::max);
            self.widths.iter_mut().for_each(|gain| *gain -= best);
            self.days = (self.days + week).clamp(-8.0, 8.0) * FADING;
        }
        let profile = self.profile_with(&near);
        let whole: f64 = times.iter().map(|at| profile.day[slot(*at)]).sum();
        for at in times {
            let share = profile.day[slot(at)] / whole;
            self.day.add(slot(at), share);
            self.week.add(weekday(at), share);
        }
    }

    /// Time passes.
    pub(super) fn fade(&mut self, days: f64) {
        self.day.fade(days);
        self.week.fade(days);
    }

    /// What is to be expected.
    pub(super) fn profile(&self) -> Profile {
        self.profile_with(&Near::of(&self.day))
    }

    fn profile_with(&self, near: &Near) -> Profile {
        let seen = self.day.sum();
        if seen <= 0.0 {
            return Profile::FLAT;
        }
        let mut weights = [0.0; 4];
        for ((weight, prior), gain) in weights.iter_mut().zip(PRIOR).zip(self.widths) {
            *weight = prior * gain.exp();
        }
        let whole: f64 = weights.iter().sum();
        let mut day = [0.0; SLOTS];
        for (width, weight) in weights.into_iter().enumerate() {
            if weight < whole * 0.002 {
                continue;
            }
            for (index, density) in day.iter_mut().enumerate() {
                *density += weight / whole * near.smoothed(index, width, seen);
            }
        }
        let mean = day.iter().sum::<f64>() / SLOTS as f64;
        day.iter_mut().for_each(|density| *density /= mean);
        let trust = 1.0 / (1.0 + (-self.days).exp());
        let week = std::array::from_fn(|day| 1.0 + trust * (self.weekly(day, seen) - 1.0));
        Profile { day, week }
    }

    fn weekly(&self, day: usize, seen: f64) -> f64 {
        let pseudo = 3.0;
        (self.week.get(day) + pseudo / 7.0) * 7.0 / (seen + pseudo)
    }

    pub(super) fn write(&self, out: &mut Writer) {
        self.day.write(out);
        self.week.write(out);
        self.widths.iter().for_each(|gain| out.number(*gain));
        out.number(self.days);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let (day, week) = (Counts::read(from)?, Counts::read(from)?);
        let mut widths = [0.0; 4];
        for gain in &mut widths {
            *gain = from.number()?.clamp(-60.0, 60.0);
        }
        Some(Self { day, week, widths, days: from.number()?.clamp(-8.0, 8.0) })
    }
}
