//! Publication histories, made in two quite different ways. Times are days since 1970.

use crate::random::{Random, normal_quantile};

/// Median of the rates, entries a day, and deviation of their natural logarithm.
const MEDIAN: f64 = 0.5;
const SIGMA: f64 = 2.9;
/// A Monday.
pub const START: f64 = 20_514.0;
/// What lies before the first poll.
const PAST: f64 = 60.0;

/// What a feed says about when its entries were published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dates {
    Good,
    None,
    DayOnly,
    /// Always the time at which it is asked for.
    OfRequest,
}

/// An entry: when it was published, and when it stood in the feed.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub published: f64,
    pub appeared: f64,
}

pub struct Source {
    /// In the order of appearance.
    pub entries: Vec<Entry>,
    pub dates: Dates,
    /// Entries of the document.
    pub length: usize,
}

/// Rates of `count` sources: evenly spaced quantiles, in random order.
fn rates(count: usize, random: &mut Random) -> Vec<f64> {
    let mut rates: Vec<f64> = (0..count)
        .map(|i| MEDIAN * (SIGMA * normal_quantile((i as f64 + 0.5) / count as f64)).exp())
        .collect();
    for i in (1..count).rev() {
        rates.swap(i, random.below(i + 1));
    }
    rates
}

/// People and machines: newsrooms with working hours, jobs at fixed times, bursts,
/// sources that die or wake, feeds that are rebuilt now and then, bad dates.
pub fn papers(count: usize, days: f64, seed: u64) -> Vec<Source> {
    let mut random = Random(seed);
    let rates = rates(count, &mut random);
    rates.into_iter().map(|rate| paper(rate, START + days, &mut random)).collect()
}

fn paper(rate: f64, end: f64, random: &mut Random) -> Source {
    let begin = START - PAST;
    let zone = (random.below(18) as f64 - 8.0) / 24.0;
    let mut times = match random.below(20) {
        0..2 => thinned(begin, end, rate, 1.0, random, |_| 1.0),
        2..10 => desk(begin, end, rate, zone, random),
        10..14 => jobs(begin, end, rate, zone, random),
        14..18 => bursts(begin, end, rate, zone, random),
        18 => {
            let death = random.between(START - 20.0, end);
            desk(begin, death, rate, zone, random)
        }
        _ => {
            let waking = random.between(START, end);
            let mut times = desk(begin, begin + 5.0, rate, zone, random);
            times.extend(desk(waking, end, rate, zone, random));
            times
        }
    };
    times.sort_by(f64::total_cmp);
    let rebuilt = match random.below(10) {
        0 => Some(1.0 / 24.0),
        1 => Some(1.0 / 48.0),
        2 => Some(1.0 / 96.0),
        _ => None,
    };
    let offset = random.share();
    let entries = times
        .into_iter()
        .map(|published| {
            let appeared = match rebuilt {
                Some(every) => ((published / every - offset).ceil() + offset) * every,
                None => published + random.waiting() * 2.0 / 1440.0,
            };
            Entry { published, appeared }
        })
        .collect();
    let dates = match random.below(20) {
        0 => Dates::None,
        1 => Dates::DayOnly,
        2 => Dates::OfRequest,
        _ => Dates::Good,
    };
    finished(entries, dates, random)
}

fn finished(mut entries: Vec<Entry>, dates: Dates, random: &mut Random) -> Source {
    entries.sort_by(|a, b| a.appeared.total_cmp(&b.appeared));
    let length = [10, 15, 20, 25, 50][random.below(5)];
    Source { entries, dates, length }
}

/// A Poisson process whose rate changes by `shape` (mean about 1, at most `peak`).
fn thinned(
    begin: f64,
    end: f64,
    rate: f64,
    peak: f64,
    random: &mut Random,
    shape: impl Fn(f64) -> f64,
) -> Vec<f64> {
    let mut times = Vec::new();
    let mut at = begin;
    loop {
        at += random.waiting() / (rate * peak);
        if at >= end {
            return times;
        }
        if random.share() * peak < shape(at) {
            times.push(at);
        }
    }
}

/// Two busy times a day, quiet nights and week-ends.
fn desk(begin: f64, end: f64, rate: f64, zone: f64, random: &mut Random) -> Vec<f64> {
    let morning = random.between(8.0, 11.0);
    let evening = morning + random.between(4.0, 9.0);
    let width = random.between(1.0, 3.0);
    let night = random.between(0.02, 0.4);
    let weekend = random.between(0.1, 0.9);
    let bell = move |hour: f64, middle: f64| {
        let away = (hour - middle + 36.0).rem_euclid(24.0) - 12.0;
        (-away * away / (2.0 * width * width)).exp()
    };
    let raw = move |at: f64| {
        let local = at + zone;
        let hour = local.rem_euclid(1.0) * 24.0;
        let day = (local.floor() + 3.0).rem_euclid(7.0);
        (night + bell(hour, morning) + bell(hour, evening)) * if day >= 5.0 { weekend } else { 1.0 }
    };
    let mean = (0..672).map(|i| raw(f64::from(i) / 96.0)).sum::<f64>() / 672.0;
    let peak = (night + 2.0) / mean;
    thinned(begin, end, rate, peak, random, |at| raw(at) / mean)
}

/// Batches at fixed times: several times a day, daily, or on one day of the week.
fn jobs(begin: f64, end: f64, rate: f64, zone: f64, random: &mut Random) -> Vec<f64> {
    let runs = match rate {
        r if r < 0.5 => 1.0 / 7.0,
        r if r < 4.0 => 1.0,
        _ => f64::from([1, 2, 3, 4, 6, 8][random.below(6)]),
    };
    let size = rate / runs;
    let hours: Vec<f64> = (0..(runs.max(1.0) as u32)).map(|_| random.below(48) as f64 / 48.0).collect();
    let weekday = random.below(7) as f64;
    let late = random.between(0.0, 8.0) / 1440.0;
    let mut times = Vec::new();
    let mut day = begin.floor();
    while day < end {
        for hour in &hours {
            let at = day + hour - zone + random.waiting() * late;
            if runs < 1.0 && (day + 3.0).rem_euclid(7.0) != weekday {
                continue;
            }
            let count = if size < 1.0 {
                f64::from(u8::from(random.share() < size))
            } else {
                (size * random.between(0.5, 1.5)).round()
            };
            times.extend((0..count as u32).map(|_| at + random.share() * 1.0 / 1440.0));
        }
        day += 1.0;
    }
    times.retain(|at| *at >= begin && *at < end);
    times
}

/// One thing leads to another: a first entry is followed by more within hours.
fn bursts(begin: f64, end: f64, rate: f64, zone: f64, random: &mut Random) -> Vec<f64> {
    let size = random.between(2.0, 10.0);
    let breath = random.between(15.0, 120.0) / 1440.0;
    let mut times = Vec::new();
    for first in desk(begin, end, rate / size, zone, random) {
        let mut at = first;
        loop {
            times.push(at);
            if random.share() < 1.0 / size {
                break;
            }
            at += random.waiting() * breath;
        }
    }
    times.retain(|at| *at < end);
    times
}

/// What rounding leaves of a gap.
const NOTHING: f64 = 1e-12;

/// Another world: moods that change, gaps of any length between, hours drawn at
/// random, batches of any size, caches that last for any time; all dates are good.
pub fn moods(count: usize, days: f64, seed: u64) -> Vec<Source> {
    let mut random = Random(seed);
    let rates = rates(count, &mut random);
    rates.into_iter().map(|rate| mood(rate, START + days, &mut random)).collect()
}

fn mood(rate: f64, end: f64, random: &mut Random) -> Source {
    let begin = START - PAST;
    // Each hour of the day has its own weight, gamma distributed: from even to very uneven.
    let unevenness = random.between(0.2, 2.0);
    let hours: Vec<f64> = (0..24).map(|_| random.waiting().powf(unevenness)).collect();
    let mean = hours.iter().sum::<f64>() / 24.0;
    let weekdays: Vec<f64> = (0..7).map(|_| if random.share() < 0.25 { 0.2 } else { 1.0 }).collect();
    let spread = random.between(0.5, 1.8);
    let batch = if random.share() < 0.3 { random.between(1.0, 2.5) } else { 0.3 };
    // Expected entries of a batch.
    let size = (batch * batch / 2.0).exp().max(1.0);
    // A copy is kept for so long: at no fixed minute of the hour.
    let cache = (random.share() < 0.25).then(|| random.between(5.0, 90.0) / 1440.0);
    let mut mood = 1.0;
    let mut until = begin;
    let (mut at, mut entries) = (begin, Vec::new());
    while at < end {
        if at >= until {
            mood = [0.1, 0.7, 0.7, 1.0, 1.0, 3.0][random.below(6)];
            until = at + random.waiting() * random.between(0.5, 20.0);
        }
        // A gap of log-normal length with mean 1, in the time of a clock that runs as fast as the source is busy.
        let mut left = (spread * random.normal() - spread * spread / 2.0).exp();
        while left > NOTHING && at < until && at < end {
            let day = (at.floor() + 3.0).rem_euclid(7.0) as usize;
            let speed =
                rate / size * mood * hours[(at.rem_euclid(1.0) * 24.0) as usize % 24] / mean * weekdays[day];
            let step = ((at * 24.0).floor() + 1.0) / 24.0 - at + 1e-9;
            let whole = left / speed.max(1e-9);
            at += whole.min(step);
            left -= step.min(whole) * speed;
        }
        if left <= NOTHING && at < end {
            let count = (batch * random.normal()).exp().round().clamp(1.0, 500.0) as u32;
            let appeared = cache.map_or(at, |kept| (at / kept).ceil() * kept);
            entries.extend((0..count).map(|_| Entry { published: at, appeared }));
        }
    }
    finished(entries, Dates::Good, random)
}
