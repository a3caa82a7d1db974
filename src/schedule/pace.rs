//! The adaptive interval: what a request costs against what waiting costs.
//!
//! A request is worth as much as one entry waiting for two thirds of `interval`. With
//! λ entries a day the least of both together is a pause of √(4/3 · interval / λ):
//! about the geometric mean of `interval` and the time between two entries (Sia, Cho &
//! Cho 2007 derive the square root). As λ changes with the hour, the pause is not taken
//! from the formula: all polls up to twice the longest pause are placed where waiting and
//! requests together cost least, which is just after entries are to be expected, and the
//! first of them is the next one (dynamic programming, backwards from the end).

use super::habits::{Forecast, Habits};
use jiff::Timestamp;
use std::time::Duration;

/// Price of a request: one entry that waits for this part of `interval`.
const PRICE: f64 = 2.0 / 3.0;
const SECONDS: f64 = 86_400.0;
/// Grid on which polls are placed, in days: as fine as the profile of the day.
const STEP: f64 = 1.0 / 96.0;
/// The same where the minute is known.
const FINE: f64 = 1.0 / 576.0;
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

/// What is added at random to a pause, on average.
fn spread(pause: f64) -> f64 {
    0.05 * pause.min(100.0 / 1440.0)
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

/// What is expected up to a time at which a poll could be made.
#[derive(Debug, Clone, Copy)]
struct Point {
    /// Days ahead.
    at: f64,
    /// Entries until then.
    entries: f64,
    /// Their times, summed up: entries · days.
    moments: f64,
    /// What the best polls after one at this time cost, waiting included, in entry-days.
    cost: f64,
}

/// The times at which polls could be made, up to twice the longest pause.
struct Plan {
    bounds: Bounds,
    points: Vec<Point>,
}

impl Plan {
    fn new(forecast: &Forecast, bounds: Bounds) -> Self {
        let end = 2.0 * bounds.ceiling;
        let longest = STEP.max(bounds.ceiling / 96.0);
        let mut point = Point { at: 0.0, entries: 0.0, moments: 0.0, cost: 0.0 };
        let mut points = vec![point];
        while point.at < end {
            let mut step = (point.at * 0.08).max(bounds.floor / 4.0).min(longest);
            if forecast.by_the_minute() && point.at < 1.0 {
                step = step.min(FINE.max(bounds.ceiling / 576.0));
            }
            let entries = forecast.rate(point.at, point.at + step) * step;
            point.moments += entries * (point.at + step / 2.0);
            point.entries += entries;
            point.at += step;
            points.push(point);
        }
        Self { bounds, points }
    }

    /// The first of the polls that together cost least until the end of the plan.
    fn first(mut self) -> f64 {
        let last = self.points.len() - 1;
        // The floor begins with the poll, which has its own delay already; not so the one before now.
        let floor = self.bounds.floor + spread(self.bounds.floor);
        let (mut soonest, mut latest) = (last, last);
        for from in (1..last).rev() {
            while soonest > from && self.points[soonest - 1].at - self.points[from].at >= floor * 0.999 {
                soonest -= 1;
            }
            (self.points[from].cost, latest) = self.cheapest(from, soonest, latest);
        }
        let soonest = self.points.partition_point(|point| point.at < self.bounds.floor * 0.999).min(latest);
        self.points[self.cheapest(0, soonest, latest).1].at.min(self.bounds.ceiling)
    }

    /// What is to be paid after a poll at `from`, and where the next one is best placed,
    /// `soonest` or later. It is not later than the `latest` that is best after a later
    /// poll: waiting costs fulfil the quadrangle inequality.
    fn cheapest(&self, from: usize, soonest: usize, latest: usize) -> (f64, usize) {
        let Bounds { ceiling, price, .. } = self.bounds;
        let (start, last) = (self.points[from], self.points.len() - 1);
        let mut best = (f64::INFINITY, soonest);
        for (next, point) in self.points.iter().enumerate().take(latest + 1).skip(soonest) {
            let pause = point.at - start.at;
            if pause > ceiling * 1.001 {
                break;
            }
            let entries = point.entries - start.entries;
            let waiting = (point.at + spread(pause)) * entries - (point.moments - start.moments);
            let cost = waiting + point.cost + if next < last { price } else { 0.0 };
            if cost < best.0 {
                best = (cost, next);
            }
        }
        if best.0.is_finite() { best } else { (self.points[soonest].cost + price, soonest) }
    }
}

#[cfg(test)]
mod tests;
