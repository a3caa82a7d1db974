//! What the daemon costs while nothing is due: with 100 and with 10,000 sources.
//!
//! `cargo bench --bench idle [-- SOURCES SECONDS]`. Every source is due in ten hours. CPU
//! time is the kernel's account of the process (ticks of 10 ms), memory its resident
//! set; the difference between two runs is what the sources cost. They are measured twice:
//! as the configuration brings them, and with as much in the store as is known of a source
//! after some weeks, of which SQLite keeps a part in memory (10 MiB at most).

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a run of the daemon cost.
struct Cost {
    /// Seconds from its start until it says that it is ready.
    ready: f64,
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
    println!(
        "{:>8} {:>7} {:>9} {:>8} {:>12} {:>21}",
        "sources", "", "ready", "CPU", "memory", "beyond the base"
    );
    for known in [false, true] {
        let base = idle(few, known, span);
        let all = idle(many, known, span);
        for (sources, cost) in [(few, &base), (many, &all)] {
            print!(
                "{sources:8} {:>7} {:7.3} s {:6.3} % {:8.0} KiB",
                if known { "known" } else { "new" },
                cost.ready,
                cost.cpu / span.as_secs_f64() * 100.0,
                cost.memory
            );
            match sources == many {
                true => println!(
                    " {:6.0} bytes a source",
                    (cost.memory - base.memory) * 1024.0 / (many - few) as f64
                ),
                false => println!(),
            }
        }
    }
}

/// A daemon with so many sources, left alone for `span`.
fn idle(sources: usize, known: bool, span: Duration) -> Cost {
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
    prepare(&dir.path().join("offprint.db"), sources, known);
    let began = Instant::now();
    let mut daemon = command(dir.path(), &["run"]).stderr(Stdio::piped()).spawn().expect("the program");
    let mut log = BufReader::new(daemon.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains("daemon.ready") {
        line.clear();
        assert!(log.read_line(&mut line).expect("its log") > 0, "it has ended");
    }
    let ready = began.elapsed().as_secs_f64();
    wait(Duration::from_secs(20));
    let before = cpu(&daemon);
    wait(span);
    let cost = Cost { ready, cpu: cpu(&daemon) - before, memory: memory(&daemon) };
    daemon.kill().expect("a running daemon");
    daemon.wait().expect("its end");
    cost
}

/// Lets nothing be due, and much be known.
fn prepare(database: &Path, sources: usize, known: bool) {
    let store = rusqlite::Connection::open(database).expect("a database");
    let later = offprint::os::now_ms() + 36_000_000;
    let due = store.execute("UPDATE sources SET next_due = ?1, last_attempt = ?1 - 40000000", [later]);
    assert_eq!(due.expect("an update"), sources);
    if known {
        let learned = "UPDATE sources SET title = 'The title of paper ' || sid, link = url, feed_id = url,
            hints = '{}', etag = randomblob(30), last_modified = randomblob(29), body_hash = randomblob(32),
            document_at = last_attempt, delivered = 1, habits = randomblob(350), days = randomblob(60)";
        store.execute(learned, []).expect("an update");
    }
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
