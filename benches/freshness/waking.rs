//! Sources that fall silent for months and wake.

use crate::history::{Dates, Entry, START, Source};
use crate::random::Random;
use crate::replay::{Bounds, timeline};
use std::time::Instant;

const SILENT_FROM: f64 = START + 20.0;
const WAKES: f64 = START + 200.0;
const END: f64 = WAKES + 20.0;
/// Pauses from the third poll after waking on that count as its rhythm.
const RHYTHM: usize = 6;

/// Prints how soon they are noticed and back at their rhythm, and what a decision costs.
pub fn print(bounds: Bounds) {
    let began = Instant::now();
    let mut random = Random(1);
    let (mut noticed, mut ratios) = (Vec::new(), Vec::new());
    let mut polls = 0;
    for index in 0..200 {
        // 1 to 50 a day, at any time.
        let rate = 50.0_f64.powf(f64::from(index) / 199.0);
        let dates = [Dates::Good, Dates::None, Dates::OfRequest][index as usize % 3];
        let source = waking(rate, dates, &mut random);
        let times = timeline(&source, bounds, END);
        polls += times.len();
        let first = source.entries.iter().map(|entry| entry.appeared).find(|at| *at >= WAKES);
        let Some(first) = first else { continue };
        let seen = times.partition_point(|at| *at < first);
        noticed.push((times[seen] - first) * 24.0);
        let rhythm = &times[seen + 2..=seen + 2 + RHYTHM];
        let pause = (rhythm[RHYTHM] - rhythm[0]) / RHYTHM as f64;
        let before = times.partition_point(|at| *at < SILENT_FROM);
        let usual = (times[before - 1] - times[before - 1 - 3 * RHYTHM]) / (3 * RHYTHM) as f64;
        ratios.push(pause / usual);
    }
    noticed.sort_by(f64::total_cmp);
    ratios.sort_by(f64::total_cmp);
    let mean = noticed.iter().sum::<f64>() / noticed.len() as f64;
    println!(
        "\nwaking after six months: {} sources with 1 to 50 entries a day, max_interval {} h",
        noticed.len(),
        bounds.max_interval.as_secs() / 3600,
    );
    println!("noticed after {mean:.1} h, at most {:.1} h", noticed[noticed.len() - 1]);
    println!(
        "pause from the third poll on, compared with before the silence: median {:.2}, 95th percentile {:.2}, at most {:.2}",
        ratios[ratios.len() / 2],
        ratios[ratios.len() * 95 / 100],
        ratios[ratios.len() - 1],
    );
    let each = began.elapsed().as_secs_f64() * 1e6 / polls as f64;
    println!("{polls} polls, {each:.0} µs each for what was learned and when to poll next");
}

fn waking(rate: f64, dates: Dates, random: &mut Random) -> Source {
    let mut entries = Vec::new();
    for (begin, end) in [(START - 40.0, SILENT_FROM), (WAKES, END)] {
        let mut at = begin + random.waiting() / rate;
        while at < end {
            entries.push(Entry { published: at, appeared: at });
            at += random.waiting() / rate;
        }
    }
    Source { entries, dates, length: 20 }
}
