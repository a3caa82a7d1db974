//! How fresh, for how many requests: publication histories through the real scheduler
//! (`Queue`, `next_poll`) in simulated time, against rules that others use. Each rule's
//! free factor is chosen so that it makes as many requests as Offprint.
//!
//! `cargo bench --bench freshness` prints the main comparison, with `-- all` also other
//! bounds, another kind of history and further seeds.

mod history;
mod random;
mod replay;
mod rules;

use history::{Source, moods, papers};
use replay::{Bounds, COUNTED, LEARNING, replay};
use rules::Rule;
use std::time::{Duration, Instant};

const SOURCES: usize = 500;

fn main() {
    let all = std::env::args().any(|argument| argument == "all");
    let days = LEARNING + COUNTED + 8.0;
    let hours = |from: f64, to: u64| Bounds {
        interval: Duration::from_secs_f64(from * 3600.0),
        max_interval: Duration::from_hours(to),
    };
    compare("papers, seed 1", &papers(SOURCES, days, 1), hours(1.0, 24));
    compare("papers, seed 1", &papers(SOURCES, days, 1), hours(0.25, 24));
    compare("papers, seed 1", &papers(SOURCES, days, 1), hours(1.0 / 12.0, 24));
    if !all {
        return;
    }
    for seed in 2..5 {
        compare(&format!("papers, seed {seed}"), &papers(SOURCES, days, seed), hours(1.0, 24));
        compare(&format!("papers, seed {seed}"), &papers(SOURCES, days, seed), hours(0.25, 24));
    }
    for seed in 1..3 {
        compare(&format!("moods, seed {seed}"), &moods(SOURCES, days, seed), hours(1.0, 24));
        compare(&format!("moods, seed {seed}"), &moods(SOURCES, days, seed), hours(0.25, 24));
    }
    compare("papers, seed 1", &papers(SOURCES, days, 1), hours(1.0, 7 * 24));
    compare("papers, seed 1", &papers(SOURCES, days, 1), hours(0.25, 6));
}

fn compare(name: &str, sources: &[Source], bounds: Bounds) {
    let began = Instant::now();
    let ours = replay(sources, bounds, Rule::Offprint);
    let took = began.elapsed();
    let counted: usize = sources.iter().map(|source| source.entries.len()).sum();
    println!(
        "\n{name}: {} sources, {counted} entries, interval {} min, max_interval {} h; {} requests, {:.1} a source and day ({:.1} s)",
        sources.len(),
        bounds.interval.as_secs() / 60,
        bounds.max_interval.as_secs() / 3600,
        ours.requests,
        ours.requests as f64 / sources.len() as f64 / COUNTED,
        took.as_secs_f64(),
    );
    println!(
        "{:28} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "delay in hours", "entries", "p95", "sources", "p95", "requests", "Offprint"
    );
    let rules = [
        ("fixed interval", Rule::Fixed(0.0)),
        ("entry frequency (miniflux)", Rule::Frequency(0.0)),
        ("square root", Rule::SquareRoot(0.0)),
        ("square root, true rates", Rule::Oracle(0.0)),
    ];
    let line = |name: &str, out: &replay::Outcomes| {
        println!(
            "{name:28} {:9.3} {:9.3} {:9.3} {:9.3} {:9} {:7.1}%",
            out.over_entries.0,
            out.over_entries.1,
            out.over_sources.0,
            out.over_sources.1,
            out.requests,
            (ours.over_entries.0 / out.over_entries.0 - 1.0) * 100.0,
        );
    };
    for (name, rule) in rules {
        let rule = rule.equalised(ours.requests, |rule| replay(sources, bounds, rule).requests);
        line(name, &replay(sources, bounds, rule));
    }
    line("Offprint", &ours);
}
