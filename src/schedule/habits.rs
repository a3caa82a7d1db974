//! What was learned of a source: how often, at what times and how much at once it
//! publishes. Pure and small (about 350 bytes in the store); every poll that worked
//! adds what it found.

mod builds;
mod bytes;
mod shape;
mod windows;

use builds::{Builds, Minutes};
use bytes::{Reader, Writer};
use jiff::Timestamp;
use shape::{Profile, Shape};
use windows::{Rates, Windows};

/// Version of the bytes in the store. The first one knew nothing of builds; others are
/// forgotten and learned anew.
const VERSION: u8 = 2;
const WITHOUT_BUILDS: u8 = 1;
const SECONDS: f64 = 86_400.0;
const MINUTE: f64 = 60.0 / SECONDS;
/// Longer ago than this says nothing about today (days).
const MEMORY: f64 = 400.0;
/// So long at most a pause counts as watched, in days: a daemon that was off saw nothing.
const WATCHED: f64 = 45.0;
/// Dates may be so much before the poll before them: feeds are not built at once. Where
/// it is known when they are, an hour.
const LAG: f64 = 10.0 * MINUTE;
/// An entry whose date is older than this when it turns up was not published now (days).
const BACKFILL: f64 = 3.0;
const HOUR: f64 = 60.0 * MINUTE;
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
    /// Minutes of the hour at which the feed is built, whatever its dates say.
    builds: Builds,
}

/// How a source will probably go on.
#[derive(Debug, Clone)]
pub(super) struct Forecast {
    rates: Rates,
    profile: Profile,
    minutes: Minutes,
    size: f64,
    usual: f64,
    from: f64,
}

impl Forecast {
    /// Whether it is known at which minutes of the hour the feed is built.
    pub(super) fn by_the_minute(&self) -> bool {
        !self.minutes.even()
    }

    /// Expected entries a day, on average between two times so many days ahead.
    pub(super) fn rate(&self, from: f64, to: f64) -> f64 {
        let middle = (from + to) / 2.0;
        let rate = self.rates.ahead(middle) * self.size * self.profile.at(self.from + middle);
        rate * self.minutes.mean(self.from + from, self.from + to)
    }

    /// The same without its rhythm and its present mood.
    pub(super) fn usual(&self) -> f64 {
        self.rates.ahead(f64::INFINITY) * self.usual
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
            builds: Builds::UNKNOWN,
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
        self.windows.write(&mut out);
        self.shape.write(&mut out);
        self.builds.write(&mut out);
        out.0
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let version = from.byte()?;
        if ![WITHOUT_BUILDS, VERSION].contains(&version) {
            return None;
        }
        let (last, first) = (from.long()?, from.long()?);
        let days = |seconds: i64| seconds as f64 / SECONDS;
        let watched = (last != i64::MIN).then(|| (days(last), days(first)));
        let polls = from.short()?;
        let (size, sized) = (from.number()?.max(1.0), from.number()?.max(0.0));
        if version == WITHOUT_BUILDS {
            // How often entries turned up late.
            from.number()?;
        }
        let (windows, shape) = (Windows::read(&mut from)?, Shape::read(&mut from)?);
        let builds = if version == WITHOUT_BUILDS { Builds::UNKNOWN } else { Builds::read(&mut from)? };
        Some(Self { watched, polls, windows, size, sized, shape, builds })
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
        let (rates, profile, minutes) = (self.windows.rates(), self.shape.profile(), self.builds.minutes());
        let size = self.size / profile.overlap(&minutes);
        Forecast { rates, profile, minutes, size, usual: self.size, from: days(now) }
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
        let (mut known, mut unknown, mut old) = (Vec::new(), 0_usize, 0_usize);
        self.built(last, now, new);
        for date in new {
            match date.map(days) {
                Some(date) if date < now - passed - BACKFILL => old += 1,
                Some(date) if self.tells(date, last, now) => {
                    known.push(self.builds.after(date).unwrap_or(date).clamp(last, now));
                }
                _ => unknown += 1,
            }
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

    /// Whether a date says when its entry turned up between two polls.
    fn tells(&self, date: f64, last: f64, now: f64) -> bool {
        let made_by_asking = now - date <= MADE_BY_ASKING && now - last >= 20.0 * MADE_BY_ASKING;
        let lag = if self.builds.known() { HOUR } else { LAG };
        date >= last - lag && date <= now && !made_by_asking
    }

    /// What the dates say about when the feed was built.
    fn built(&mut self, last: f64, now: f64, new: &[Option<Timestamp>]) {
        let plausible = |date: &f64| {
            *date > last - HOUR && *date <= now && now - date > MADE_BY_ASKING && date.fract() > MINUTE / 60.0
        };
        let dates: Vec<f64> = new.iter().flatten().map(|date| days(*date)).filter(plausible).collect();
        if let Some(newest) = dates.iter().copied().reduce(f64::max) {
            self.builds.some_between(newest.max(last), now);
        }
        if let Some(oldest) = dates.iter().copied().filter(|date| *date < last).reduce(f64::min) {
            self.builds.none_between(oldest, last);
        }
    }

    /// An event brought so many entries. One huge batch is no habit.
    fn sizes(&mut self, count: f64) {
        let count = count.min((12.0 * self.size).max(8.0));
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
