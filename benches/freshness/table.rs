//! Rules side by side, over several populations.

use crate::history::Source;
use crate::replay::{Bounds, COUNTED, Outcomes, replay};
use crate::rules::Rule;
use std::ops::RangeInclusive;
use std::sync::Mutex;

const RULES: [(&str, Rule); 5] = [
    ("fixed interval", Rule::Fixed(0.0)),
    ("entry frequency (miniflux)", Rule::Frequency(0.0)),
    ("square root", Rule::SquareRoot(0.0)),
    ("square root, true rates", Rule::Oracle(0.0)),
    ("Offprint", Rule::Offprint),
];

/// One population under each rule; the last one is Offprint.
struct Population {
    seed: u64,
    entries: usize,
    /// Share of the source that has most.
    largest: f64,
    outcomes: Vec<Outcomes>,
}

/// Prints the means over the populations, and what the entries of each one waited.
pub fn compare(
    name: &str,
    make: &(dyn Fn(u64) -> Vec<Source> + Sync),
    seeds: RangeInclusive<u64>,
    bounds: Bounds,
) {
    let populations = replayed(make, seeds, bounds);
    let sources = make(populations[0].seed).len();
    println!(
        "\n{name}: {} populations of {sources} sources, interval {} min, max_interval {} h",
        populations.len(),
        bounds.interval.as_secs() / 60,
        bounds.max_interval.as_secs() / 3600,
    );
    println!(
        "{:28} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "delay in hours", "entries", "p95", "sources", "p95", "requests", "Offprint"
    );
    let mean = |rule: usize, value: fn(&Outcomes) -> f64| {
        populations.iter().map(|one| value(&one.outcomes[rule])).sum::<f64>() / populations.len() as f64
    };
    let ours = mean(RULES.len() - 1, |out| out.over_entries.0);
    for (rule, (name, _)) in RULES.iter().enumerate() {
        let entries = mean(rule, |out| out.over_entries.0);
        println!(
            "{name:28} {entries:9.3} {:9.3} {:9.3} {:9.3} {:9.0} {:7.1}%",
            mean(rule, |out| out.over_entries.1),
            mean(rule, |out| out.over_sources.0),
            mean(rule, |out| out.over_sources.1),
            mean(rule, |out| out.requests as f64),
            (ours / entries - 1.0) * 100.0,
        );
    }
    populations.iter().for_each(|one| line(one, sources));
}

fn line(one: &Population, sources: usize) {
    let ours = &one.outcomes[RULES.len() - 1];
    let than = |rule: usize| (ours.over_entries.0 / one.outcomes[rule].over_entries.0 - 1.0) * 100.0;
    println!(
        "  population {:2}: {} entries ({:.0}% of one source), {:.1} requests a source and day, {:.3} h: fixed {:.1}%, frequency {:.1}%, square root {:.1}%",
        one.seed,
        one.entries,
        one.largest * 100.0,
        ours.requests as f64 / sources as f64 / COUNTED,
        ours.over_entries.0,
        than(0),
        than(1),
        than(2),
    );
}

/// As many at once as there are processors.
fn replayed(
    make: &(dyn Fn(u64) -> Vec<Source> + Sync),
    seeds: RangeInclusive<u64>,
    bounds: Bounds,
) -> Vec<Population> {
    let (left, done) = (Mutex::new(seeds), Mutex::new(Vec::new()));
    let next = || left.lock().expect("no panic").next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(seed) = next() {
                    let population = population(seed, &make(seed), bounds);
                    done.lock().expect("no panic").push(population);
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no panic");
    done.sort_by_key(|population| population.seed);
    done
}

fn population(seed: u64, sources: &[Source], bounds: Bounds) -> Population {
    let entries: usize = sources.iter().map(|source| source.entries.len()).sum();
    let largest = sources.iter().map(|source| source.entries.len()).max().unwrap_or_default();
    let ours = replay(sources, bounds, Rule::Offprint);
    let mut outcomes: Vec<Outcomes> = RULES[..RULES.len() - 1]
        .iter()
        .map(|(_, rule)| {
            let rule = rule.equalised(ours.requests, |rule| replay(sources, bounds, rule).requests);
            replay(sources, bounds, rule)
        })
        .collect();
    outcomes.push(ours);
    Population { seed, entries, largest: largest as f64 / entries as f64, outcomes }
}
