//! What reading feeds costs: `cargo bench --bench feed`.
//!
//! Reads the files under `OFFPRINT_CORPUS/feeds` (generated ones if it is not set)
//! with this crate's reader and with the plain feed library, in turn, and prints
//! the ratio. With `-- hostile [MIB]` it runs documents made to hurt through the
//! program instead, one process each, and shows time and peak memory.

#[path = "../tests/it/support/hostile.rs"]
mod hostile;

use offprint::feed::{Limits, parse};
use std::hint::black_box;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use url::Url;

/// Ceilings for one hostile document in a process of its own.
const MAX_SECONDS: f64 = 2.0;
const MAX_MIB: f64 = 150.0;

const ROUNDS: usize = 15;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "hostile") {
        let mib = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(20);
        return run_hostile(mib << 20);
    }
    compare();
    ExitCode::SUCCESS
}

/// Both readers on the same files, alternately, so that both meet the same machine.
fn compare() {
    let (feeds, from) = feeds();
    let bytes: usize = feeds.iter().map(Vec::len).sum();
    println!(
        "{} feeds, {:.1} MB, from {from}; processor time of one pass over all",
        feeds.len(),
        bytes as f64 / 1e6
    );
    let base = Url::parse("http://feeds.example/feed").expect("an address");
    // The library panics on some files; that shall neither stop nor slow us.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut our_entries, mut their_entries) = (0, 0);
    for _ in 0..ROUNDS {
        let before = cpu();
        our_entries = feeds.iter().map(|feed| ours_reads(feed, &base)).sum();
        let between = cpu();
        their_entries = feeds.iter().map(|feed| library_reads(feed)).sum();
        ours.push(between - before);
        theirs.push(cpu() - between);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("this crate   {:8.2} ms  {our_entries} entries", ours * 1e3);
    println!("plain feed-rs{:8.2} ms  {their_entries} entries", theirs * 1e3);
    println!(
        "ratio        {:8.2}     per entry {:.2}",
        ours / theirs,
        ours / theirs * their_entries as f64 / our_entries as f64
    );
}

fn ours_reads(feed: &[u8], base: &Url) -> usize {
    black_box(parse(black_box(feed), None, base, &Limits::default()))
        .map_or(0, |document| document.entries.len())
}

fn library_reads(feed: &[u8]) -> usize {
    let read = || feed_rs::parser::parse(black_box(feed)).map_or(0, |feed| feed.entries.len());
    black_box(catch_unwind(AssertUnwindSafe(read)).unwrap_or(0))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Seconds of processor time of this process: nanoseconds in the first field of
/// proc(5) schedstat, for its only thread.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    let first = stat.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
    first.expect("nanoseconds") / 1e9
}

fn feeds() -> (Vec<Vec<u8>>, String) {
    if let Some(corpus) = std::env::var_os("OFFPRINT_CORPUS") {
        let folder = Path::new(&corpus).join("feeds");
        let mut paths = Vec::new();
        collect(&folder, &mut paths);
        let feeds: Vec<_> = paths.iter().filter_map(|path| std::fs::read(path).ok()).collect();
        if !feeds.is_empty() {
            return (feeds, folder.display().to_string());
        }
        println!("no feeds under {}", folder.display());
    }
    (generated(), "no corpus (OFFPRINT_CORPUS is not set): generated ones".to_owned())
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for item in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = item.path();
        let named = |ending: &str| path.extension().is_some_and(|e| e == ending);
        if path.is_dir() {
            collect(&path, paths);
        } else if path.file_name().is_some_and(|name| name != "index.json" && name != "README")
            && !named("md")
        {
            paths.push(path);
        }
    }
    paths.sort();
}

/// Sound feeds of a common make, in RSS and Atom.
fn generated() -> Vec<Vec<u8>> {
    let text = "&lt;p&gt;Some words of a text, and &amp;quot;more&amp;quot; of them.&lt;/p&gt;".repeat(12);
    let one = |number: usize| {
        let rss = |n: usize| {
            format!(
                "<item><title>Story {n} &amp; more</title><link>http://a.example/{number}/{n}</link><guid>http://a.example/{number}/{n}</guid>\
                 <pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate><dc:creator>Ann</dc:creator><category>news</category>\
                 <description>{text}</description></item>\n"
            )
        };
        let atom = |n: usize| {
            format!(
                "<entry><id>tag:a.example,2003:{n}</id><title>Story {n}</title><link href=\"/{number}/{n}\"/>\
                 <updated>2003-06-10T04:00:00Z</updated><author><name>Ann</name></author><content type=\"html\">{text}</content></entry>\n"
            )
        };
        if number.is_multiple_of(2) {
            let items: String = (0..20).map(rss).collect();
            format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>T</title>{items}</channel></rss>"
            )
        } else {
            let entries: String = (0..20).map(atom).collect();
            format!(
                "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>{entries}</feed>"
            )
        }
    };
    (0..200).map(|number| one(number).into_bytes()).collect()
}

/// Each document through `offprint parse`, in both formats.
fn run_hostile(size: usize) -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed");
    println!("{:34} {:>8} {:>7} {:>9}  answer", "document", "MiB", "CPU s", "peak MiB");
    let (mut count, mut beyond, mut most) = (0, 0, (0.0_f64, 0.0_f64));
    for (name, bytes) in hostile::documents(size) {
        std::fs::write(&path, &bytes).expect("a file");
        for format in ["text", "json"] {
            let (seconds, mib, answer) = run(&path, format);
            let over = seconds > MAX_SECONDS || mib > MAX_MIB;
            (count, beyond) = (count + 1, beyond + usize::from(over));
            most = (most.0.max(seconds), most.1.max(mib));
            if format == "text" || over {
                let size = bytes.len() as f64 / f64::from(1 << 20);
                println!(
                    "{name:34} {size:8.1} {seconds:7.2} {mib:9.1}  {}{answer}",
                    if over { "BEYOND " } else { "" }
                );
            }
        }
    }
    println!(
        "{count} runs, at most {:.2} s and {:.1} MiB; {beyond} beyond {MAX_SECONDS} s or {MAX_MIB} MiB",
        most.0, most.1
    );
    if beyond == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Processor time, peak memory, and the first line of what the program says.
fn run(path: &Path, format: &str) -> (f64, f64, String) {
    let before = children_cpu();
    let mut child = Command::new(env!("CARGO_BIN_EXE_offprint"))
        .args(["parse", "--format", format])
        .arg(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let status = format!("/proc/{}/status", child.id());
    let mut said = child.stdout.take().expect("its output");
    let reader = std::thread::spawn(move || {
        let mut first = Vec::new();
        let _ = std::io::copy(&mut said, &mut Head(&mut first));
        first
    });
    let mut peak = 0.0f64;
    while child.try_wait().expect("a child").is_none() {
        peak = peak.max(high_water_mark(&status));
        #[expect(clippy::disallowed_methods, reason = "no reactor here")]
        std::thread::sleep(Duration::from_millis(2));
    }
    let errors = child.wait_with_output().expect("its output").stderr;
    let first = [reader.join().unwrap_or_default(), errors].concat();
    let line = String::from_utf8_lossy(&first).lines().next().unwrap_or_default().to_owned();
    let line = line.rsplit_once(": ").map_or(line.clone(), |(_, what)| what.to_owned());
    (children_cpu() - before, peak, line.chars().take(60).collect())
}

/// Keeps the first 4 KiB and passes over the rest.
struct Head<'a>(&'a mut Vec<u8>);

impl Write for Head<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = 4096_usize.saturating_sub(self.0.len());
        self.0.extend_from_slice(&bytes[..bytes.len().min(room)]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
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
