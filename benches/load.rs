//! A whole-process load run: `offprint fetch` on a thousand feeds from loopback.
//!
//! `cargo bench --bench load [-- FEEDS ENTRIES ROUNDS]`. The origin runs in this
//! process, the measured program in one of its own. CPU time is the kernel's
//! account of the finished child (ticks of 10 ms), peak memory its high-water mark.

use offprint::newsstand::Bulk;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run of the program cost.
struct Cost {
    cpu: f64,
    wall: f64,
    peak_mib: f64,
    says: String,
}

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let [feeds, entries, rounds] =
        [(0, 1000), (1, 20), (2, 3)].map(|(i, d)| numbers.get(i).copied().unwrap_or(d));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // One thread serves while this one waits for the measured process.
    let (urls, bulk) = runtime.block_on(async {
        let now = "2026-06-01T00:00:00Z".parse().expect("a time");
        let bulk = Bulk::start(feeds, entries, 50, now).await.expect("ports on loopback");
        (bulk.feed_urls(), bulk)
    });
    let server = std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    println!("{feeds} feeds x {entries} entries, {rounds} rounds; CPU in seconds\n");
    println!("round  what       cpu    wall   peak MiB  requests");
    for round in 1..=rounds {
        let dir = tempfile::tempdir().expect("a folder");
        write_config(dir.path(), &urls);
        for what in ["first", "unchanged"] {
            let before = bulk.total();
            let cost = fetch(dir.path());
            let requests = bulk.total() - before;
            println!(
                "{round:5}  {what:9} {:5.2}  {:6.2}  {:8.1}  {requests:8}",
                cost.cpu, cost.wall, cost.peak_mib
            );
            for line in cost.says.lines() {
                println!("       {line}");
            }
        }
    }
    drop(bulk);
    drop(server);
}

fn write_config(dir: &Path, urls: &[String]) {
    let mut toml =
        format!("data_dir = {:?}\n[fetch]\nallow_private_addresses = true\nhost_delay = \"0s\"\n", dir);
    toml.push_str("per_host = 8\n[defaults]\nfull_text = \"never\"\n");
    for (index, url) in urls.iter().enumerate() {
        let _ = write!(toml, "[sources.feed-{index}]\nurl = \"{url}\"\n");
    }
    std::fs::write(dir.join("offprint.toml"), toml).expect("a configuration");
}

fn fetch(dir: &Path) -> Cost {
    let cpu_before = children_cpu();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_offprint"))
        .args(["fetch", "--force", "--config"])
        .arg(dir.join("offprint.toml"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0f64;
    while child.try_wait().expect("a child").is_none() {
        peak = peak.max(high_water_mark(&status));
        #[expect(clippy::disallowed_methods, reason = "no reactor here")]
        std::thread::sleep(Duration::from_millis(5));
    }
    let wall = start.elapsed().as_secs_f64();
    let output = child.wait_with_output().expect("its output");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    Cost { cpu: children_cpu() - cpu_before, wall, peak_mib: peak, says }
}

/// Seconds of processor time of all children that have ended: fields 16 and 17 of proc(5) stat.
fn children_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields[13..15].iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn high_water_mark(status: &str) -> f64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}
