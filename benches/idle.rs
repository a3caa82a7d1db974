//! What the daemon costs while nothing is due: with 100 and with 10,000 sources.
//!
//! `cargo bench --bench idle [-- SOURCES SECONDS]`. Every source is due in ten hours. CPU
//! time is the kernel's account of the process (ticks of 10 ms), memory its resident
//! set; the difference between both runs is what the sources cost.

use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a run of the daemon cost.
struct Cost {
    /// Seconds of processor time.
    cpu: f64,
    /// KiB.
    memory: f64,
}

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let [many, seconds] = [(0, 10_000), (1, 120)].map(|(i, d)| numbers.get(i).copied().unwrap_or(d));
    let few = 100;
    let span = Duration::from_secs(seconds as u64);
    let [base, all] = [few, many].map(|sources| idle(sources, span));
    println!("{:>8} {:>12} {:>12}", "sources", "CPU", "memory");
    for (sources, cost) in [(few, &base), (many, &all)] {
        println!("{sources:8} {:10.3} % {:8.0} KiB", cost.cpu / span.as_secs_f64() * 100.0, cost.memory);
    }
    println!("{:.2} KiB a source beyond the base", (all.memory - base.memory) / (many - few) as f64);
}

/// A daemon with so many sources, left alone for `span`.
fn idle(sources: usize, span: Duration) -> Cost {
    let dir = tempfile::tempdir().expect("a folder");
    let mut toml = format!(
        "data_dir = {:?}\n[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\ncontact = \"https://operator.example/\"\n",
        dir.path()
    );
    for n in 0..sources {
        let _ = write!(
            toml,
            "[sources.s{n}]\nurl = \"https://paper-{n}.invalid/feeds/all.xml\"\ntags = [\"some\", \"tags\"]\n"
        );
    }
    std::fs::write(dir.path().join("offprint.toml"), toml).expect("a configuration");
    // Brings the sources into the store; the one it polls doesn't exist.
    let brought = command(dir.path(), &["fetch", "--source", "s0"]).status().expect("the program");
    assert!(brought.code().is_some());
    let store = rusqlite::Connection::open(dir.path().join("offprint.db")).expect("a database");
    let later = offprint::os::now_ms() + 36_000_000;
    let due = store.execute("UPDATE sources SET next_due = ?1, last_attempt = ?1 - 40000000", [later]);
    assert_eq!(due.expect("an update"), sources);
    drop(store);
    let mut daemon = command(dir.path(), &["run"]).spawn().expect("the program");
    wait(Duration::from_secs(20));
    let before = cpu(&daemon);
    wait(span);
    let cost = Cost { cpu: cpu(&daemon) - before, memory: memory(&daemon) };
    daemon.kill().expect("a running daemon");
    daemon.wait().expect("its end");
    cost
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let program =
        std::env::var("OFFPRINT_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_offprint").to_owned());
    let mut command = Command::new(program);
    command.arg("--config").arg(dir.join("offprint.toml")).args(args);
    command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    command
}

#[expect(clippy::disallowed_methods, reason = "no reactor here")]
fn wait(span: Duration) {
    std::thread::sleep(span);
}

/// Seconds of processor time: fields 14 and 15 of proc(5) stat.
fn cpu(daemon: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", daemon.id())).expect("a running daemon");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields[11..13].iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// KiB.
fn memory(daemon: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.id())).expect("a running daemon");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or_default()
}
