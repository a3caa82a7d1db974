//! How fresh, for how many requests: publication histories through the real scheduler
//! (`Queue`, `next_poll`) in simulated time, against rules that others use. Each rule's
//! free factor is chosen, population by population, so that it makes as many requests as
//! Offprint.
//!
//! The rates of 500 sources are so uneven that one of them has a third of all entries:
//! what kind of source that is decides about a whole population. So each comparison is
//! the mean of five populations, with each of them in the last lines.
//!
//! `cargo bench --bench freshness` prints the main comparison, histories of another kind
//! and how sources wake; with `-- all` also other bounds and further populations.

mod history;
mod random;
mod replay;
mod rules;
mod table;
mod waking;

use history::{moods, papers};
use replay::{Bounds, COUNTED, LEARNING};
use std::time::Duration;
use table::compare;

const SOURCES: usize = 500;

fn main() {
    let all = std::env::args().any(|argument| argument == "all");
    let days = LEARNING + COUNTED + 8.0;
    let bounds = |minutes: u64, hours: u64| Bounds {
        interval: Duration::from_mins(minutes),
        max_interval: Duration::from_hours(hours),
    };
    let papers = |seed| papers(SOURCES, days, seed);
    let moods = |seed| moods(SOURCES, days, seed);
    compare("papers", &papers, 1..=5, bounds(60, 24));
    compare("moods", &moods, 1..=5, bounds(60, 24));
    waking::print(bounds(60, 24));
    if !all {
        return;
    }
    compare("papers", &papers, 11..=15, bounds(60, 24));
    compare("moods", &moods, 11..=15, bounds(60, 24));
    for (minutes, hours) in [(15, 24), (5, 24), (60, 7 * 24), (15, 6)] {
        compare("papers", &papers, 1..=5, bounds(minutes, hours));
    }
    compare("moods", &moods, 1..=5, bounds(15, 24));
}
