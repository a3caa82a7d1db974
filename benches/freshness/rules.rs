//! The rules that Offprint is compared with, each with one free factor.

use crate::history::{START, Source};
use crate::replay::{Bounds, COUNTED, LEARNING};
use std::collections::VecDeque;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    Offprint,
    /// Always this pause, in days.
    Fixed(f64),
    /// A week divided by (entries a week · factor). Entries a week: from the mean gap of
    /// the last week's dates, none if there are fewer than two (miniflux,
    /// `ScheduleNextCheck` and `WeeklyFeedEntryCount`).
    Frequency(f64),
    /// factor / √(entries a day of the last two weeks); Sia, Cho & Cho 2007.
    SquareRoot(f64),
    /// The same with the true rate of the counted time, which nobody can know.
    Oracle(f64),
}

/// Dates of entries that were found, oldest first; the time of discovery for those without.
#[derive(Default)]
pub struct Known(VecDeque<f64>);

impl Known {
    pub fn add(&mut self, now: f64, new: &[Option<f64>]) {
        self.0.extend(new.iter().map(|date| date.unwrap_or(now)));
    }

    /// Dates within the last `days`, from the front.
    fn since(&mut self, from: f64) -> usize {
        while self.0.front().is_some_and(|date| *date < from - 7.0) {
            self.0.pop_front();
        }
        self.0.len() - self.0.partition_point(|date| *date < from)
    }
}

impl Rule {
    pub fn pause(self, now: f64, known: &mut Known, bounds: Bounds, source: &Source) -> Duration {
        let never = f64::INFINITY;
        let days = match self {
            Self::Offprint => unreachable!("it decides for itself"),
            Self::Fixed(pause) => pause,
            Self::Frequency(factor) => {
                let count = known.since(now - 7.0);
                let (oldest, newest) = (known.0.len() - count, known.0.len() - 1_usize.min(known.0.len()));
                let span = if count < 2 { 0.0 } else { known.0[newest] - known.0[oldest] };
                let weekly = if span > 0.0 { (7.0 * (count - 1) as f64 / span).ceil() } else { 0.0 };
                if weekly > 0.0 { 7.0 / (weekly * factor) } else { never }
            }
            Self::SquareRoot(factor) => factor / (known.since(now - 14.0) as f64 / 14.0).sqrt(),
            Self::Oracle(factor) => {
                let (from, to) = (START + LEARNING, START + LEARNING + COUNTED);
                let at = |time| source.entries.partition_point(|entry| entry.appeared < time);
                factor / ((at(to) - at(from)) as f64 / COUNTED).sqrt()
            }
        };
        let pause = Duration::try_from_secs_f64(days * 86_400.0).unwrap_or(Duration::MAX);
        pause.clamp(bounds.interval, bounds.max_interval)
    }

    fn with(self, factor: f64) -> Self {
        match self {
            Self::Offprint => self,
            Self::Fixed(_) => Self::Fixed(factor),
            Self::Frequency(_) => Self::Frequency(1.0 / factor),
            Self::SquareRoot(_) => Self::SquareRoot(factor),
            Self::Oracle(_) => Self::Oracle(factor),
        }
    }

    /// The factor with which `requests` answers `wanted`; more factor, fewer requests.
    pub fn equalised(self, wanted: u64, requests: impl Fn(Self) -> u64) -> Self {
        let (mut low, mut high) = (1e-5_f64, 1e4_f64);
        for _ in 0..26 {
            let middle = (low * high).sqrt();
            let some = requests(self.with(middle));
            if some.abs_diff(wanted) * 1000 < wanted {
                return self.with(middle);
            }
            if some > wanted { low = middle } else { high = middle }
        }
        self.with((low * high).sqrt())
    }
}
