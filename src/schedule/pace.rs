//! The adaptive interval: what a request costs against what waiting costs.
//!
//! A request is worth as much as one entry waiting for two thirds of `interval`. With
//! λ entries a day the least of both together is a pause of √(4/3 · interval / λ):
//! about the geometric mean of `interval` and the time between two entries (Sia, Cho &
//! Cho 2007 derive the square root). As λ changes with the hour, the pause is not taken
//! from the formula: the next two polls are placed where waiting and requests together
//! cost least, which is just after entries are to be expected.

use super::habits::{Forecast, Habits};
use jiff::Timestamp;
use std::time::Duration;

/// Price of a request: one entry that waits for this part of `interval`.
const PRICE: f64 = 2.0 / 3.0;
const SECONDS: f64 = 86_400.0;
/// Grid on which polls are placed, in days: as fine as the profile of the day.
const STEP: f64 = 1.0 / 96.0;
/// An interval shorter than this is a matter of minutes: a test, a demonstration, a
/// feed of one's own. There the pause at most doubles from poll to poll at first.
const WATCHFUL: Duration = Duration::from_mins(5);

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// This time.
    pub(super) pause: Duration,
    /// As a rule: without rhythm and mood.
    pub(super) usual: Duration,
}

/// The pause between `floor` and `ceiling` that suits the habits of a source.
pub(super) fn pace(now: Timestamp, floor: Duration, ceiling: Duration, habits: &Habits) -> Pace {
    if ceiling <= floor {
        return Pace { pause: floor, usual: floor };
    }
    let ceiling = match habits.polls() {
        polls @ 0..=31 if floor < WATCHFUL => ceiling.min(floor.saturating_mul(1 << polls.saturating_sub(1))),
        _ => ceiling,
    };
    let forecast = habits.forecast(now);
    let bounds = Bounds { floor: days(floor), ceiling: days(ceiling), price: PRICE * days(floor) };
    let usual = span(bounds.best(forecast.usual()), floor, ceiling);
    let pause = Plan::new(&forecast, bounds).first();
    Pace { pause: span(pause, floor, ceiling), usual }
}

fn days(duration: Duration) -> f64 {
    duration.as_secs_f64() / SECONDS
}

fn span(days: f64, floor: Duration, ceiling: Duration) -> Duration {
    Duration::try_from_secs_f64(days * SECONDS).unwrap_or(ceiling).clamp(floor, ceiling)
}

/// In days and entry-days.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    floor: f64,
    ceiling: f64,
    price: f64,
}

impl Bounds {
    /// The best pause at a constant rate.
    fn best(&self, rate: f64) -> f64 {
        (2.0 * self.price / rate.max(1e-9)).sqrt().clamp(self.floor, self.ceiling)
    }
}

/// Expected entries ahead, summed up on a grid that grows coarser with distance.
struct Plan {
    bounds: Bounds,
    /// Days ahead.
    grid: Vec<f64>,
    /// Entries until then.
    entries: Vec<f64>,
    /// Their times, summed up: entries · days.
    moments: Vec<f64>,
    /// What a day costs with the best polls.
    toll: f64,
}

impl Plan {
    fn new(forecast: &Forecast, bounds: Bounds) -> Self {
        let end = 2.0 * bounds.ceiling;
        let (mut grid, mut entries, mut moments) = (vec![0.0], vec![0.0], vec![0.0]);
        let (mut at, mut sum, mut moment, mut toll) = (0.0, 0.0, 0.0, 0.0);
        let longest = STEP.max(bounds.ceiling / 96.0);
        while at < end {
            let step = (at * 0.08).max(bounds.floor / 4.0).min(longest);
            let middle = at + step / 2.0;
            let rate = forecast.rate(middle);
            at += step;
            sum += rate * step;
            moment += rate * step * middle;
            let best = bounds.best(rate);
            toll += step * (bounds.price / best + rate * best / 2.0);
            grid.push(at);
            entries.push(sum);
            moments.push(moment);
        }
        Self { bounds, toll: toll / at, grid, entries, moments }
    }

    /// The first of the next two polls, placed so that both together cost least.
    fn first(&self) -> f64 {
        let mut best = (f64::INFINITY, self.bounds.ceiling);
        for (index, &first) in self.grid.iter().enumerate() {
            if first < self.bounds.floor * 0.999 || first > self.bounds.ceiling * 1.001 {
                continue;
            }
            let seen = (self.entries[index], self.moments[index]);
            let cost = first * seen.0 - seen.1 + self.second(index, first, seen);
            if cost < best.0 {
                best = (cost, first);
            }
        }
        best.1
    }

    /// What the poll after `first` costs, at its best, less what that time costs anyway.
    fn second(&self, index: usize, first: f64, seen: (f64, f64)) -> f64 {
        let mut best = f64::INFINITY;
        let (mut ahead, mut next) = (self.bounds.floor, index);
        while ahead <= self.bounds.ceiling {
            while self.grid.get(next).is_some_and(|at| *at < first + ahead) {
                next += 1;
            }
            let Some(&at) = self.grid.get(next) else { break };
            let (entries, moments) = (self.entries[next] - seen.0, self.moments[next] - seen.1);
            let cost = self.bounds.price + at * entries - moments - self.toll * at;
            best = best.min(cost);
            ahead *= 1.3;
        }
        if best.is_finite() { best } else { self.bounds.price - self.toll * first }
    }
}

#[cfg(test)]
mod tests;
