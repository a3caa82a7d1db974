//! A long run: the daemon on a newsstand with faults, and whether it stays as it is.
//!
//! `cargo bench --bench soak [-- MINUTES FEEDS]` (60 and 300 unless told). Every
//! ten seconds another tenth of the feeds fails in one way or another, some are
//! slow, some bring a new story, some edit one; readers ask for the merged feed
//! and the pages all the while. Memory, file descriptors and the write-ahead log
//! of the last ten minutes are compared with those of the second ten.

use offprint::newsstand::{Behaviour, Bulk};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_secs(10);
/// Ten minutes, in ticks.
const WINDOW: usize = 60;
const TOLERANCE: f64 = 0.05;

/// The daemon at one moment.
#[derive(Clone, Copy)]
struct Sample {
    rss_kib: f64,
    files: f64,
    wal_kib: f64,
    database_kib: f64,
    cpu: f64,
}

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let [minutes, feeds] = [(0, 60), (1, 300)].map(|(i, d)| numbers.get(i).copied().unwrap_or(d));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let now = offprint::os::now();
    let bulk = runtime.block_on(Bulk::start(feeds, 20, 30, now)).expect("ports on loopback");
    let urls = bulk.feed_urls();
    std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
    let dir = tempfile::tempdir().expect("a folder");
    write_config(dir.path(), &urls);
    let (mut daemon, address) = start(dir.path());
    println!("{feeds} feeds for {minutes} minutes\n");
    println!("minute  memory MiB  files  WAL MiB  database MiB  CPU s  requests");
    let mut samples = Vec::new();
    let mut dice = Dice(0x5eed);
    let mut troubled = Vec::new();
    let started = Instant::now();
    for tick in 1..=minutes * 6 {
        troubled = stir(&bulk, feeds, troubled, &mut dice);
        while started.elapsed() < TICK * u32::try_from(tick).unwrap_or(u32::MAX) {
            for path in ["/feed.atom", "/", "/metrics"] {
                read(&address, path);
            }
            #[expect(clippy::disallowed_methods, reason = "no reactor here")]
            std::thread::sleep(Duration::from_secs(5));
        }
        assert!(daemon.try_wait().expect("a child").is_none(), "the daemon has ended");
        samples.push(sample(&daemon, dir.path()));
        if tick % 30 == 0 {
            report(tick / 6, &samples[samples.len().saturating_sub(30)..], bulk.total());
        }
    }
    let steady = verdict(&samples);
    let stopped = Command::new("kill").arg(daemon.id().to_string()).status().is_ok_and(|s| s.success());
    let left = daemon.wait().expect("a child");
    println!("\nstopped by SIGTERM: {stopped}, {left}");
    if !(steady && left.success()) {
        std::process::exit(1);
    }
}

/// Ten per cent of the feeds fail, three per cent are slow, some have news.
fn stir(bulk: &Bulk, feeds: usize, troubled: Vec<usize>, dice: &mut Dice) -> Vec<usize> {
    troubled.into_iter().for_each(|feed| bulk.set_behaviour(feed, Behaviour::Normal));
    let mut now = Vec::new();
    for feed in 0..feeds {
        match dice.roll(1000) {
            0..100 => {
                bulk.set_behaviour(feed, fault(dice));
                now.push(feed);
            }
            100..130 => {
                let first = Duration::from_secs(2 + dice.roll(2));
                let pause = Duration::from_millis(5);
                bulk.set_behaviour(feed, Behaviour::Drip { first, chunk: 2_000, pause });
                now.push(feed);
            }
            130..160 => bulk.advance_feed(feed),
            160..165 => bulk.edit(feed),
            _ => {}
        }
    }
    now
}

fn fault(dice: &mut Dice) -> Behaviour {
    match dice.roll(8) {
        0 => Behaviour::Status(500, Vec::new()),
        1 => Behaviour::Status(503, vec![("retry-after".into(), "30".into())]),
        2 => Behaviour::Status(404, Vec::new()),
        3 => Behaviour::Reset,
        4 => Behaviour::Hang,
        5 => Behaviour::Cut(9_000),
        6 => Behaviour::Redirect { status: 302, to: "/nowhere".into() },
        _ => Behaviour::Body { bytes: b"<html><p>Back soon".to_vec(), content_type: "text/html".into() },
    }
}

fn write_config(dir: &Path, urls: &[String]) {
    let mut toml = format!(
        "data_dir = {dir:?}\n[server]\nlisten = \"127.0.0.1:0\"\n\
         [fetch]\nallow_private_addresses = true\nhost_delay = \"0s\"\nmin_interval = \"1s\"\ntimeout = \"5s\"\n\
         per_host = 8\n[defaults]\ninterval = \"20s\"\nfull_text = \"always\"\n"
    );
    for (index, url) in urls.iter().enumerate() {
        let _ = write!(toml, "[sources.feed-{index}]\nurl = \"{url}\"\n");
    }
    std::fs::write(dir.join("offprint.toml"), toml).expect("a configuration");
}

/// The daemon and the address of its server, which stands in its log.
fn start(dir: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_offprint"))
        .args(["--log-level", "info", "run", "--config"])
        .arg(dir.join("offprint.toml"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut log = BufReader::new(child.stderr.take().expect("its log"));
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert!(log.read_line(&mut line).expect("its log") > 0, "it ended before it listened");
        if let Some((_, rest)) = line.split_once("server.address=http://") {
            break rest
                .split(|c: char| !c.is_ascii_digit() && c != '.' && c != ':')
                .next()
                .unwrap()
                .to_owned();
        }
    };
    // Somebody has to read the log.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (child, address)
}

/// Reads a page of ours to its end; a daemon that doesn't answer is no daemon.
fn read(address: &str, path: &str) {
    let mut line = std::net::TcpStream::connect(address).expect("the server");
    line.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    write!(line, "GET {path} HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n").expect("a request");
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.0 200"), "{path}: {}", String::from_utf8_lossy(&answer[..40]));
}

fn sample(daemon: &Child, dir: &Path) -> Sample {
    let proc = format!("/proc/{}", daemon.id());
    let size = |name: &str| std::fs::metadata(dir.join(name)).map_or(0.0, |file| file.len() as f64 / 1024.0);
    let status = std::fs::read_to_string(format!("{proc}/status")).expect("Linux");
    let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let stat = std::fs::read_to_string(format!("{proc}/stat")).expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    Sample {
        rss_kib: rss.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("VmRSS"),
        files: std::fs::read_dir(format!("{proc}/fd")).expect("Linux").count() as f64,
        wal_kib: size("offprint.db-wal"),
        database_kib: size("offprint.db"),
        cpu: fields[11..13].iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0,
    }
}

fn mean(samples: &[Sample], value: impl Fn(&Sample) -> f64) -> f64 {
    samples.iter().map(value).sum::<f64>() / samples.len().max(1) as f64
}

fn report(minute: usize, recent: &[Sample], requests: u64) {
    println!(
        "{minute:6}  {:10.1}  {:5.0}  {:7.2}  {:12.1}  {:5.1}  {requests:8}",
        mean(recent, |s| s.rss_kib) / 1024.0,
        mean(recent, |s| s.files),
        mean(recent, |s| s.wal_kib) / 1024.0,
        mean(recent, |s| s.database_kib) / 1024.0,
        recent.last().map_or(0.0, |s| s.cpu)
    );
}

/// Whether the last ten minutes are like the second ten.
fn verdict(samples: &[Sample]) -> bool {
    if samples.len() < 3 * WINDOW {
        println!("\nToo short for a verdict: that takes 30 minutes.");
        return true;
    }
    let (early, late) = (&samples[WINDOW..2 * WINDOW], &samples[samples.len() - WINDOW..]);
    println!("\n         minutes 10-20   last 10   ratio");
    let mut steady = true;
    for name in ["memory", "files", "WAL"] {
        let value = |sample: &Sample| match name {
            "memory" => sample.rss_kib,
            "files" => sample.files,
            _ => sample.wal_kib,
        };
        let (before, after) = (mean(early, value), mean(late, value));
        println!("{name:8} {before:13.1} {after:9.1} {:7.3}", after / before);
        steady &= after <= before * (1.0 + TOLERANCE);
    }
    println!("{}", if steady { "steady" } else { "NOT steady" });
    steady
}

/// SplitMix64: the same faults in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}
