//! What was learned of a source: how often, at what times and how much at once it
//! publishes. Pure and small (about 350 bytes in the store); every poll that worked
//! adds what it found.

mod bytes;
mod shape;
mod windows;

use bytes::{Reader, Writer};
use jiff::Timestamp;
use shape::{Profile, Shape};
use windows::{Rates, Windows};

/// Version of the bytes in the store; others are forgotten and learned anew.
const VERSION: u8 = 1;
const SECONDS: f64 = 86_400.0;
const MINUTE: f64 = 60.0 / SECONDS;
/// Longer ago than this says nothing about today (days).
const MEMORY: f64 = 400.0;
/// So long at most a pause counts as watched, in days: a daemon that was off saw nothing.
const WATCHED: f64 = 45.0;
/// Dates may be so much before the poll before them: feeds are not rebuilt at once.
const LAG: f64 = 10.0 * MINUTE;
/// How quickly it is learned that a feed shows its entries late, and when that is believed.
const LATE_STEP: f64 = 0.15;
const LATE: f64 = 0.25;
/// An entry whose date is older than this when it turns up was not published now (days).
const BACKFILL: f64 = 3.0;
/// A date so close to the poll that found it was made by asking, not by publishing.
const MADE_BY_ASKING: f64 = 1.5 * MINUTE;
/// Half-life of the usual size of a batch, in events.
const SIZE_MEMORY: f64 = 40.0;

/// What is known of how a source publishes.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// Last poll that counted, and the beginning of what is known; in days since 1970.
    watched: Option<(f64, f64)>,
    /// Polls since then.
    polls: u16,
    windows: Windows,
    /// Entries that come at the same minute.
    size: f64,
    /// How many events stand behind that.
    sized: f64,
    shape: Shape,
    /// How often entries turn up that are older than the poll before: the feed is built
    /// now and then, and its dates don't say when something is to be found.
    late: f64,
}

/// How a source will probably go on.
#[derive(Debug, Clone)]
pub(super) struct Forecast {
    rates: Rates,
    profile: Profile,
    size: f64,
    from: f64,
}

impl Forecast {
    /// Expected entries a day, so many days ahead.
    pub(super) fn rate(&self, ahead: f64) -> f64 {
        self.rates.ahead(ahead) * self.size * self.profile.at(self.from + ahead)
    }

    /// The same without its rhythm and its present mood.
    pub(super) fn usual(&self) -> f64 {
        self.rates.ahead(f64::INFINITY) * self.size
    }
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            watched: None,
            polls: 0,
            windows: Windows::new(),
            size: 1.0,
            sized: 1.0,
            shape: Shape::FLAT,
            late: 0.0,
        }
    }
}

impl Habits {
    /// As it was stored; what can't be read is forgotten.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::read(bytes).unwrap_or_default()
    }

    /// For the store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(400));
        out.byte(VERSION);
        let seconds = |days: f64| (days * SECONDS).round() as i64;
        let (last, first) = self.watched.map_or((i64::MIN, i64::MIN), |(l, f)| (seconds(l), seconds(f)));
        out.long(last);
        out.long(first);
        out.short(self.polls);
        out.number(self.size);
        out.number(self.sized);
        out.number(self.late);
        self.windows.write(&mut out);
        self.shape.write(&mut out);
        out.0
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        if from.byte()? != VERSION {
            return None;
        }
        let (last, first) = (from.long()?, from.long()?);
        let days = |seconds: i64| seconds as f64 / SECONDS;
        Some(Self {
            watched: (last != i64::MIN).then(|| (days(last), days(first))),
            polls: from.short()?,
            size: from.number()?.max(1.0),
            sized: from.number()?.max(0.0),
            late: from.number()?.clamp(0.0, 1.0),
            windows: Windows::read(&mut from)?,
            shape: Shape::read(&mut from)?,
        })
    }

    /// Polls that were watched.
    pub(super) fn polls(&self) -> u16 {
        self.polls
    }

    /// Since when something is known.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.watched.and_then(|(_, first)| Timestamp::from_second((first * SECONDS) as i64).ok())
    }

    /// What is to be expected from `now` on.
    pub(super) fn forecast(&self, now: Timestamp) -> Forecast {
        let (rates, profile) = (self.windows.rates(), self.shape.profile());
        Forecast { rates, profile, size: self.size, from: days(now) }
    }

    /// Takes in a poll that worked: publication dates of the entries that are `new`
    /// since the last one, as far as they have any. As long as nothing is known, the
    /// dates of all entries of the `document` are the source's past instead.
    pub fn observe(&mut self, now: Timestamp, new: &[Option<Timestamp>], document: &[Timestamp]) {
        let now = days(now);
        match self.watched {
            None => self.remember(now, document),
            Some((last, first)) => {
                self.watch(last, now, new);
                self.watched = Some((now, first.min(now)));
            }
        }
        self.polls = self.polls.saturating_add(1);
    }

    /// The past, from the dates of a document: one event after the other.
    fn remember(&mut self, now: f64, document: &[Timestamp]) {
        let dates: Vec<f64> = document
            .iter()
            .map(|date| days(*date))
            .filter(|date| *date <= now && now - *date < MEMORY)
            .collect();
        let events = events(dates);
        // Dates without a time of day say nothing about the time of day.
        let midnight = |(at, _): &(f64, f64)| at.fract() < MINUTE / 60.0;
        let timed = !events.iter().all(midnight);
        let mut last = events.first().map_or(now, |(at, _)| *at);
        let first = last;
        for (at, count) in events.iter().skip(1) {
            self.windows.passed(at - last, 1.0, &[0.0]);
            self.shape.fade(at - last);
            self.sizes(*count);
            if timed {
                self.shape.event(*at);
            }
            last = *at;
        }
        self.windows.passed(now - last, 1.0, &[]);
        self.shape.fade(now - last);
        self.watched = Some((now, first));
    }

    /// What came between two polls. A clock that was put back begins again from `now`.
    fn watch(&mut self, last: f64, now: f64, new: &[Option<Timestamp>]) {
        let passed = (now - last).clamp(0.0, WATCHED);
        let last = now - passed;
        let (mut known, mut unknown, mut old, mut late) = (Vec::new(), 0_usize, 0_usize, 0_usize);
        let mut newest = last;
        for date in new {
            match date.map(days) {
                Some(date) if date < now - passed - BACKFILL => old += 1,
                Some(date)
                    if date >= last - LAG
                        && date <= now
                        && (now - date > MADE_BY_ASKING || passed < 20.0 * MADE_BY_ASKING) =>
                {
                    newest = newest.max(date);
                    known.push(date.max(last));
                }
                Some(date) if date < last - LAG => late += 1,
                _ => unknown += 1,
            }
        }
        if !known.is_empty() || late > 0 {
            self.late += (f64::from(u8::from(late > 0)) - self.late) * LATE_STEP;
        }
        if self.late > LATE && (late > 0 || !known.is_empty()) {
            // All of them stood there at once, some time after the newest was written.
            let count = known.len() + late;
            known = vec![(newest + now) / 2.0; count];
        } else {
            unknown += late;
        }
        // Old ones that turn up in a crowd came from elsewhere: an archive, another site.
        unknown += old.min(3);
        let busy = if passed > 0.0 { self.shape.profile().mean(last, now) } else { 1.0 };
        let known = events(known);
        // Without dates nobody knows whether they came one by one.
        let crowds = if unknown > 3 { (unknown as f64).sqrt().ceil().min(12.0) } else { unknown as f64 };
        let mut ago: Vec<f64> = known.iter().map(|(at, _)| now - at).collect();
        ago.extend((0..crowds as u32).map(|crowd| passed * (f64::from(crowd) + 0.5) / crowds));
        self.windows.passed(passed, busy, &ago);
        self.shape.fade(passed);
        for (at, count) in known {
            self.sizes(count);
            self.shape.event(at);
        }
        for _ in 0..crowds as u32 {
            self.sizes(unknown as f64 / crowds);
            self.shape.event_between(last, now);
        }
    }

    /// An event brought so many entries. One huge batch is no habit.
    fn sizes(&mut self, count: f64) {
        let count = count.min((4.0 * self.size).max(8.0));
        self.sized = (self.sized + 1.0).min(SIZE_MEMORY);
        self.size += (count - self.size) / self.sized;
    }
}

/// Dates that share a minute are one event: when, and how many. In order.
fn events(mut dates: Vec<f64>) -> Vec<(f64, f64)> {
    dates.sort_by(f64::total_cmp);
    let mut events: Vec<(f64, f64)> = Vec::new();
    for date in dates {
        match events.last_mut() {
            Some((at, count)) if date - *at < MINUTE => *count += 1.0,
            _ => events.push((date, 1.0)),
        }
    }
    events
}

fn days(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / (SECONDS * 1000.0)
}
