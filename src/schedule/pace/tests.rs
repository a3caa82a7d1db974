//! Sources that publish in some way, polled as the plan says, for weeks.

use super::*;
use crate::model::FeedHints;
use crate::schedule::words::Month;
use crate::schedule::{Outcome, Rhythm, next_poll, seed};
use jiff::SignedDuration;
use proptest::prelude::*;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A Monday.
fn start() -> Timestamp {
    "2026-03-02T00:00:00Z".parse().expect("a time")
}

fn at(hours: f64) -> Timestamp {
    start() + SignedDuration::from_secs_f64(hours * 3600.0)
}

/// What the entries of a source say about their date.
#[derive(Clone, Copy, PartialEq)]
enum Dates {
    True,
    Missing,
    OfRequest,
}

/// Hours at which polls were made, and the reasons for the pauses after them.
struct Polled {
    times: Vec<f64>,
    reasons: Vec<String>,
    habits: Habits,
}

impl Polled {
    fn pauses(&self) -> Vec<f64> {
        self.times.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// Mean delay in hours of entries from `from` on.
    fn delay(&self, entries: &[f64], from: f64) -> f64 {
        let last = self.times.last().copied().unwrap_or_default();
        let delays: Vec<f64> = entries
            .iter()
            .filter(|entry| **entry >= from && **entry < last)
            .filter_map(|entry| self.times.iter().find(|poll| *poll >= entry).map(|poll| poll - entry))
            .collect();
        delays.iter().sum::<f64>() / delays.len() as f64
    }

    fn polls(&self, from: f64, to: f64) -> usize {
        self.times.iter().filter(|time| (from..to).contains(*time)).count()
    }
}

/// Polls a source that publishes at these hours, from hour 0 on, with the defaults.
fn poll(entries: &[f64], until: f64, dates: Dates) -> Polled {
    let mut habits = Habits::default();
    let (mut times, mut reasons, mut now, mut seen) = (vec![], vec![], 0.0, 0);
    while now < until {
        let before = seen;
        while entries.get(seen).is_some_and(|entry| *entry <= now) {
            seen += 1;
        }
        let date = |hours: &f64| match dates {
            Dates::True => Some(at(*hours)),
            Dates::Missing => None,
            Dates::OfRequest => Some(at(now)),
        };
        let new: Vec<Option<Timestamp>> = entries[before..seen].iter().map(date).collect();
        let document: Vec<Timestamp> = new.iter().flatten().copied().collect();
        habits.observe(at(now), if times.is_empty() { &[] } else { &new }, &document);
        habits = Habits::from_bytes(&habits.to_bytes());
        times.push(now);
        let count = entries[..seen].iter().filter(|entry| **entry > now - 720.0).count();
        let seed = seed(7, "a", times.len() as u64);
        let rhythm = Rhythm { interval: HOUR, max_interval: DAY, obey_hints: true, seed };
        let (hints, month) = (&FeedHints::default(), Month { entries: count as u64 });
        let outcome = Outcome::Delivered { fresh_for: None, hints, habits: &habits, month };
        let plan = next_poll(at(now), rhythm, outcome);
        reasons.push(plan.why);
        now = plan.due.duration_since(start()).as_secs_f64() / 3600.0;
    }
    Polled { times, reasons, habits }
}

/// Hours from `from` to `to` with entries so many hours apart, never quite at the same time of day.
fn every(hours: f64, from: f64, to: f64) -> Vec<f64> {
    let count = ((to - from) / hours) as u32;
    (0..count).map(|n| from + hours * (f64::from(n) + (f64::from(n) * 0.618).fract())).collect()
}

#[test]
fn the_square_root_where_there_is_no_rhythm() {
    let two_a_day = poll(&every(12.0, -600.0, 1000.0), 1000.0, Dates::True);
    let pauses = &two_a_day.pauses()[20..];
    let mean = pauses.iter().sum::<f64>() / pauses.len() as f64;
    assert!((3.2..4.8).contains(&mean), "{mean} {pauses:?}");
    let last = two_a_day.reasons.last().expect("polls");
    assert!(last.starts_with("every 4") || last.starts_with("every 3.9"), "{last}");
    assert!(last.contains("h: 2 entries a day, last 30 days"), "{last}");
    let busy = poll(&every(0.2, -100.0, 300.0), 300.0, Dates::True);
    let slow = busy.pauses()[50..].iter().filter(|pause| **pause > 1.2).count();
    assert_eq!(slow, 0, "a busy one at its interval");
    let dead = poll(&every(5.0, -3000.0, -2000.0), 800.0, Dates::True);
    assert!(dead.pauses().iter().skip(8).all(|pause| *pause > 20.0), "{:?}", dead.pauses());
    assert!(dead.reasons.last().is_some_and(|why| why.contains("h: no entry, last 30 days")));
}

#[test]
fn the_first_document_is_evidence_by_its_dates_and_no_burst() {
    let mut habits = Habits::default();
    let dates: Vec<Timestamp> = every(24.0, -1200.0, 0.0).into_iter().map(at).collect();
    let new: Vec<Option<Timestamp>> = dates.iter().copied().map(Some).collect();
    habits.observe(start(), &new, &dates);
    let first = pace(start(), HOUR, DAY, &habits);
    assert!((4 * HOUR..9 * HOUR).contains(&first.usual), "one entry a day: {first:?}");
    // An archive that turns up later is none either.
    let old: Vec<Option<Timestamp>> = every(30.0, -9000.0, -1500.0).into_iter().map(at).map(Some).collect();
    habits.observe(at(6.0), &old, &[]);
    let then = pace(at(6.0), HOUR, DAY, &habits);
    assert!(then.usual > 3 * HOUR, "{} old entries: {then:?}", old.len());
}

#[test]
fn nothing_is_known_of_a_new_source_without_dates() {
    let mut habits = Habits::default();
    habits.observe(start(), &[], &[]);
    let first = pace(start(), HOUR, DAY, &habits);
    assert!((HOUR..6 * HOUR).contains(&first.pause), "{first:?}");
    let silent = poll(&[], 24.0 * 40.0, Dates::Missing);
    assert!(silent.polls(0.0, 24.0) >= 3, "watched at first: {:?}", silent.times);
    assert!(silent.pauses().last().is_some_and(|pause| *pause > 20.0), "{:?}", silent.pauses());
}

#[test]
fn a_source_that_wakes_is_noticed_and_back_at_its_rhythm_within_three_polls() {
    for (gap, usual) in [(2.0, 1.7), (6.0, 2.9), (12.0, 4.1)] {
        for dates in [Dates::True, Dates::Missing, Dates::OfRequest] {
            let waking = 24.0 * 200.0;
            let mut entries = every(gap, -300.0, 24.0 * 20.0);
            entries.extend(every(gap, waking, waking + 500.0));
            let polled = poll(&entries, waking + 400.0, dates);
            let noticed = polled.times.iter().position(|time| *time >= waking + gap * 0.7).expect("polls");
            let first = entries.iter().find(|entry| **entry >= waking).expect("an entry");
            assert!(polled.times[noticed] - first <= 24.5, "gap {gap}: noticed late");
            let pauses = polled.pauses();
            let back = &pauses[noticed + 2..noticed + 8];
            let mean = back.iter().sum::<f64>() / back.len() as f64;
            assert!(
                mean < 2.0 * usual,
                "gap {gap}: {mean} instead of {usual}: {:?}",
                &pauses[noticed - 1..noticed + 8]
            );
        }
    }
}

#[test]
fn fixed_times_of_day_are_met() {
    let daily: Vec<f64> = (-20..60).map(|day| f64::from(day) * 24.0 + 6.05).collect();
    let polled = poll(&daily, 24.0 * 60.0, Dates::True);
    let (delay, polls) = (polled.delay(&daily, 24.0 * 30.0), polled.polls(24.0 * 30.0, 24.0 * 60.0));
    assert!(delay < 0.6 && polls < 90, "after {delay} h on average, with {polls} polls in 30 days");
    // Without dates the time is found by asking.
    let polled = poll(&daily, 24.0 * 60.0, Dates::Missing);
    let (delay, polls) = (polled.delay(&daily, 24.0 * 30.0), polled.polls(24.0 * 30.0, 24.0 * 60.0));
    let evenly = 720.0 / polls as f64 / 2.0;
    assert!(delay < 0.85 * evenly, "after {delay} h on average, with {polls} polls in 30 days");
}

#[test]
fn a_feed_that_is_built_every_hour_is_asked_just_after() {
    // Written every 20 minutes, in the feed from minute 40 of the hour on.
    let written = every(1.0 / 3.0, -100.0, 1000.0);
    let built = |hour: f64| (hour - 2.0 / 3.0).ceil() + 2.0 / 3.0;
    let (mut habits, mut now, mut last) = (Habits::default(), 0.0, f64::MIN);
    let (mut delays, mut polls) = (Vec::new(), 0);
    while now < 900.0 {
        let new: Vec<f64> =
            written.iter().copied().filter(|hour| (last..now).contains(&built(*hour))).collect();
        let dates: Vec<Option<Timestamp>> = new.iter().map(|hour| Some(at(*hour))).collect();
        let document: Vec<Timestamp> = dates.iter().flatten().copied().collect();
        habits.observe(at(now), &dates, &document);
        habits = Habits::from_bytes(&habits.to_bytes());
        if now > 400.0 {
            delays.extend(new.iter().map(|hour| now - built(*hour)));
            polls += 1;
        }
        let pause = pace(at(now), HOUR, DAY, &habits).pause.as_secs_f64() / 3600.0;
        // As `next_poll` spreads polls.
        (last, now) = (now, now + pause * (1.0 + 0.1 * (f64::from(polls) * 0.618).fract()));
    }
    let mean = delays.iter().sum::<f64>() / delays.len() as f64;
    assert!(mean < 0.42 && polls <= 480, "{mean} h after the build with {polls} polls; by chance 0.5");
}

#[test]
fn what_was_learned_before_builds_were_known_is_kept() {
    let polled = poll(&every(5.0, -500.0, 500.0), 500.0, Dates::True);
    let bytes = polled.habits.to_bytes();
    // The first version: another number in the middle, no builds at the end.
    let old = [&[1], &bytes[1..27], &0.0_f32.to_le_bytes(), &bytes[27..bytes.len() - 50]].concat();
    assert_eq!(Habits::from_bytes(&old).to_bytes()[..bytes.len() - 50], bytes[..bytes.len() - 50]);
}

#[test]
fn quiet_nights_and_week_ends_are_left_alone() {
    // Every 40 minutes from 8 to 18 o'clock, Monday to Friday.
    let desk: Vec<f64> = (-14..42)
        .filter(|day: &i32| day.rem_euclid(7) < 5)
        .flat_map(|day| (0..15).map(move |n| f64::from(day) * 24.0 + 8.0 + f64::from(n) * 0.66))
        .collect();
    let polled = poll(&desk, 42.0 * 24.0, Dates::True);
    let day = 35.0 * 24.0;
    let (night, working) = (polled.polls(day + 20.0, day + 30.0), polled.polls(day + 8.0, day + 18.0));
    assert!(night <= 2 && working >= 6, "{night} by night, {working} by day");
    let (monday, sunday) = (polled.polls(day, day + 24.0), polled.polls(day - 24.0, day));
    assert!(2 * sunday < monday, "{sunday} on Sunday, {monday} on Monday");
    assert!(
        polled.reasons.iter().any(|why| why.contains("little is expected before")),
        "{:?}",
        polled.reasons
    );
}

#[test]
fn dates_made_by_asking_teach_no_time_of_day() {
    let entries = every(6.0, 0.0, 1500.0);
    let polled = poll(&entries, 1500.0, Dates::OfRequest);
    let pauses = &polled.pauses()[30..];
    let mean = pauses.iter().sum::<f64>() / pauses.len() as f64;
    assert!((1.8..4.5).contains(&mean), "{mean}: {pauses:?}");
}

#[test]
fn seconds_are_for_whoever_is_watching() {
    let mut habits = Habits::default();
    let second = Duration::from_secs(1);
    for expected in [1, 2, 4, 8] {
        habits.observe(start(), &[], &[]);
        assert!(pace(start(), second, DAY, &habits).pause <= expected * second);
    }
}

#[test]
fn small_enough_for_ten_thousand_sources() {
    let polled = poll(&every(1.0, -100.0, 800.0), 800.0, Dates::True);
    let size = polled.habits.to_bytes().len();
    assert!(size < 400, "{size} bytes");
}

proptest! {
    #[test]
    fn between_its_bounds_whatever_happens(
        polls in prop::collection::vec((-1_000_000_i64..4_000_000, prop::collection::vec(prop::option::of(-9_000_000_i64..9_000_000), 0..9)), 1..30),
        floor in 1_u64..200_000, more in 0_u64..1_000_000,
    ) {
        let (floor, ceiling) = (Duration::from_secs(floor), Duration::from_secs(floor + more));
        let (mut habits, mut now) = (Habits::default(), start());
        for (passed, new) in polls {
            // Also back, and far ahead.
            now += SignedDuration::from_secs(passed);
            let new: Vec<Option<Timestamp>> =
                new.iter().map(|date| date.map(|date| now + SignedDuration::from_secs(date))).collect();
            let document: Vec<Timestamp> = new.iter().flatten().copied().collect();
            habits.observe(now, &new, &document);
            let stored = Habits::from_bytes(&habits.to_bytes());
            for habits in [&habits, &stored] {
                let pace = pace(now, floor, ceiling, habits);
                prop_assert!(pace.pause >= floor && pace.pause <= ceiling, "{pace:?}");
                prop_assert!(pace.usual >= floor && pace.usual <= ceiling, "{pace:?}");
            }
        }
    }

    #[test]
    fn damaged_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..500), version: bool) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut().filter(|_| version) {
            *first = 2;
        }
        let mut habits = Habits::from_bytes(&bytes);
        habits.observe(start(), &[Some(start())], &[]);
        let pace = pace(start(), HOUR, DAY, &habits);
        prop_assert!(pace.pause >= HOUR && pace.pause <= DAY);
    }
}
