//! Histories through the scheduler: its queue and its `next_poll`, in simulated time.

use crate::history::{Dates, START, Source};
use crate::rules::{Known, Rule};
use jiff::Timestamp;
use offprint::model::HostKey;
use offprint::schedule::{Habits, Month, Outcome, Queue, Rhythm, Waiting, next_poll, seed};
use std::time::Duration;

/// What is learned before it counts, and how long it counts (days).
pub const LEARNING: f64 = 14.0;
pub const COUNTED: f64 = 28.0;

#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub interval: Duration,
    pub max_interval: Duration,
}

/// What came of a replay; delays in hours.
#[derive(Debug, Default)]
pub struct Outcomes {
    pub requests: u64,
    pub over_entries: (f64, f64),
    pub over_sources: (f64, f64),
}

struct State<'a> {
    source: &'a Source,
    seen: usize,
    habits: Habits,
    known: Known,
    attempt: u64,
    delays: Vec<f64>,
    started: bool,
}

pub fn replay(sources: &[Source], bounds: Bounds, rule: Rule) -> Outcomes {
    let mut states: Vec<State<'_>> = sources.iter().map(State::new).collect();
    let hosts: Vec<HostKey> = (0..sources.len())
        .map(|n| HostKey::of(&format!("https://s{n}.example/").parse().expect("a URL")))
        .collect();
    let mut queue = Queue::new(2);
    for (id, host) in hosts.iter().enumerate() {
        // Sources are not added all at once.
        let due = time(START + (id as f64 * 0.618).fract() / 12.0);
        queue.put(Waiting { id, host: host.clone(), due });
    }
    let (from, until) = (START + LEARNING, START + LEARNING + COUNTED);
    let end = until + bounds.max_interval.as_secs_f64() / 86_400.0 * 1.1 + 0.1;
    let mut requests = 0;
    while let Some(now) = queue.next_due().filter(|due| days(*due) < end) {
        for (id, host) in queue.take(now, usize::MAX) {
            requests += u64::from((from..until).contains(&days(now)));
            let due = states[id].poll(now, id, bounds, rule, (from, until));
            queue.put(Waiting { id, host: host.clone(), due });
            queue.done(&host);
        }
    }
    summary(requests, states)
}

/// Times at which Offprint polls a source until `end`, in days.
pub fn timeline(source: &Source, bounds: Bounds, end: f64) -> Vec<f64> {
    let (mut state, mut now, mut times) = (State::new(source), time(START), Vec::new());
    while days(now) < end {
        times.push(days(now));
        now = state.poll(now, 0, bounds, Rule::Offprint, (START, end));
    }
    times
}

impl<'a> State<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            source,
            seen: 0,
            habits: Habits::default(),
            known: Known::default(),
            attempt: 0,
            delays: Vec::new(),
            started: false,
        }
    }

    fn poll(
        &mut self,
        now: Timestamp,
        id: usize,
        bounds: Bounds,
        rule: Rule,
        (from, until): (f64, f64),
    ) -> Timestamp {
        let at = days(now);
        let entries = &self.source.entries;
        let before = self.seen;
        while entries.get(self.seen).is_some_and(|entry| entry.appeared <= at) {
            self.seen += 1;
        }
        let first_new = if self.started { before } else { self.seen.saturating_sub(self.source.length) };
        let date = |published: f64| match self.source.dates {
            Dates::Good => Some(published),
            Dates::None => None,
            Dates::DayOnly => Some(published.floor()),
            Dates::OfRequest => Some(at),
        };
        let new: Vec<Option<f64>> = entries[first_new..self.seen].iter().map(|e| date(e.published)).collect();
        if self.started {
            let counted = entries[before..self.seen].iter().filter(|e| (from..until).contains(&e.appeared));
            self.delays.extend(counted.map(|entry| (at - entry.appeared) * 24.0));
        }
        self.attempt += 1;
        let seed = seed(7, &id.to_string(), self.attempt);
        let (interval, max_interval) = match rule {
            Rule::Offprint => {
                let dates: Vec<Option<Timestamp>> = new.iter().map(|date| date.map(time)).collect();
                let document: Vec<Timestamp> =
                    if self.started { Vec::new() } else { dates.iter().flatten().copied().collect() };
                self.habits.observe(now, if self.started { &dates } else { &[] }, &document);
                // As it goes through the store.
                self.habits = Habits::from_bytes(&self.habits.to_bytes());
                (bounds.interval, bounds.max_interval)
            }
            _ => {
                self.known.add(at, &new);
                let pause = rule.pause(at, &mut self.known, bounds, self.source);
                (pause, pause)
            }
        };
        self.started = true;
        let rhythm = Rhythm { interval, max_interval, obey_hints: true, seed };
        let (hints, month) = (&Default::default(), Month::default());
        let outcome = Outcome::Delivered { fresh_for: None, hints, habits: &self.habits, month };
        next_poll(now, rhythm, outcome).due
    }
}

fn summary(requests: u64, states: Vec<State<'_>>) -> Outcomes {
    let mut entries: Vec<f64> = states.iter().flat_map(|state| state.delays.iter().copied()).collect();
    let mut sources: Vec<f64> = states
        .iter()
        .filter(|state| !state.delays.is_empty())
        .map(|state| state.delays.iter().sum::<f64>() / state.delays.len() as f64)
        .collect();
    Outcomes { requests, over_entries: figures(&mut entries), over_sources: figures(&mut sources) }
}

/// Mean and 95th percentile.
fn figures(delays: &mut [f64]) -> (f64, f64) {
    delays.sort_by(f64::total_cmp);
    let mean = delays.iter().sum::<f64>() / delays.len().max(1) as f64;
    (mean, delays.get(delays.len() * 95 / 100).copied().unwrap_or_default())
}

pub fn time(days: f64) -> Timestamp {
    Timestamp::from_millisecond((days * 86_400_000.0).round() as i64).expect("a time")
}

pub fn days(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 86_400_000.0
}
