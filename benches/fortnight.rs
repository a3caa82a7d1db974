//! Ten thousand sources over a simulated fortnight: what the engine and the store cost.
//!
//! `cargo bench --bench fortnight [-- SOURCES]`. The network is fake and time passes only
//! while nothing runs, so wall time is work. CPU time is the kernel's account of this process
//! (ticks of 10 ms). The rules of politeness are checked at the end, as the tests do it with
//! five hundred sources.

#[path = "../tests/it/support/fortnight.rs"]
mod fortnight;

use fortnight::{FORTNIGHT, Fortnight, folder};
use std::time::Instant;

fn main() {
    let sources = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(10_000);
    let folder = folder();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let began = Instant::now();
    let fortnight = runtime.block_on(Fortnight::live(sources, folder.path()));
    let (wall, cpu) = (began.elapsed().as_secs_f64(), cpu());
    let (polls, documents) = (fortnight.polls(), fortnight.documents());
    let days = FORTNIGHT.as_secs() / 86_400;
    println!("{sources} sources over {days} days, the store in {}", folder.path().display());
    println!("{polls} polls, {documents} of them with a document");
    println!("{wall:.1} s, {cpu:.1} s of processor time, {:.0} µs a poll", cpu / polls as f64 * 1e6);
    fortnight.check();
    println!("nobody was asked early, no host or all together too much at once, nobody was forgotten");
}

/// Seconds of processor time: fields 14 and 15 of proc(5) stat.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("an account of this process");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields[11..13].iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
