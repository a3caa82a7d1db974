//! Ends without notice: killed at any moment, no room on the disk.

use super::bench::{Bench, Daemon, source};
use super::fetching::make_due;
use super::papers::{HTML, RSS, items, page, rss, site};
use offprint::newsstand::{Answer, Origin};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A paper whose feed shows the newest 60 of ever more stories, each with a page.
async fn press(newest: Arc<AtomicUsize>) -> Origin {
    site(move |seen| {
        let path = seen.plain_path().to_owned();
        if path.contains("/a/") {
            return Answer::ok(HTML, page("A page", &path));
        }
        let to = newest.fetch_add(3, Ordering::SeqCst);
        let base = format!("http://{}{path}", seen.header("host").unwrap_or_default());
        Answer::ok(RSS, rss(&items(&base, to.saturating_sub(60)..to)))
    })
    .await
}

fn sound(bench: &Bench) {
    let check: String = bench.database().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
}

/// Addresses of what is served; none twice.
async fn served(bench: &Bench) -> HashSet<String> {
    let out = bench.run(&["export", "--format", "jsonl", "--limit", "100000"]).await.good().out;
    let mut found = HashSet::new();
    for line in out.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let url = entry["url"].as_str().unwrap().to_owned();
        assert!(found.insert(url.clone()), "{url} twice");
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn killed_at_any_moment_nothing_is_lost_or_doubled() {
    let rounds: usize = std::env::var("OFFPRINT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let origin = press(Arc::new(AtomicUsize::new(60))).await;
    let sources: String = (0..6)
        .map(|n| {
            source(&format!("s{n}"), &origin.url(&format!("/{n}")))
                + "interval = \"1s\"\nfull_text = \"always\"\n"
        })
        .collect();
    let bench = Bench::new(&sources);
    let mut before = HashSet::new();
    for round in 0..rounds {
        let mut daemon = bench.start(bench.command(&["run"], ""));
        // Moments that differ from run to run, from the first steps to busy polling.
        let moment = 20 + (u64::from(daemon.id()) * 7919 + round as u64 * 131) % 900;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        daemon.kill();
        if bench.path("data/offprint.db").exists() {
            sound(&bench);
            let now = served(&bench).await;
            let lost: Vec<_> = before.difference(&now).collect();
            assert!(lost.is_empty(), "round {round}, killed after {moment} ms: lost {lost:?}");
            before = now;
        }
    }
    make_due(&bench);
    bench.run(&["fetch"]).await.good();
    sound(&bench);
    let after = served(&bench).await;
    assert!(before.is_subset(&after) && after.len() >= 6 * 50, "{} of {}", before.len(), after.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_room_for_larger_files() {
    let newest = Arc::new(AtomicUsize::new(60));
    let origin = press(newest.clone()).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    bench.run(&["fetch"]).await.good();
    let before = served(&bench).await;
    newest.fetch_add(40, Ordering::SeqCst);
    // Writes that would make a file larger than so many blocks fail, and a signal comes with it.
    let full = "ulimit -f 8";
    make_due(&bench);
    let ran = bench.run_by(bench.command(&["fetch"], full), "").await;
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(!ran.err.contains("panicked") && ran.err.contains("offprint"), "{}", ran.err);
    assert!(!ran.err.trim().is_empty());
    sound(&bench);
    assert_eq!(served(&bench).await, before);
    // With room again the next poll brings what was missing.
    make_due(&bench);
    bench.run(&["fetch"]).await.good();
    sound(&bench);
    let after = served(&bench).await;
    assert!(before.is_subset(&after) && after.len() > before.len());
}

/// Changes the largest size a running process may give to a file; false if there is no tool for it.
pub fn limit_files(daemon: &Daemon, size: &str) -> bool {
    let arguments = [format!("--pid={}", daemon.id()), format!("--fsize={size}:unlimited")];
    std::process::Command::new("prlimit").args(arguments).status().is_ok_and(|status| status.success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_daemon_without_room_lives_on_and_serves() {
    let origin = press(Arc::new(AtomicUsize::new(60))).await;
    let bench = Bench::new(&(source("heron", &origin.url("/feed")) + "interval = \"1s\"\n"));
    let daemon = bench.start(bench.command(&["run"], ""));
    daemon.logged("daemon.ready").await;
    daemon.entries(50).await;
    // More than its log will need, less than the database has.
    if !limit_files(&daemon, "24576") {
        eprintln!("skipped: no prlimit here");
        return;
    }
    daemon.logged("offprint.db: could not").await;
    assert_eq!(daemon.get("/health").status, 200);
    let before = daemon.entries(50).await.len();
    assert!(limit_files(&daemon, "unlimited"));
    // The sources are looked at again, without waiting for the end of the pause.
    daemon.signal("HUP");
    daemon.entries(before + 3).await;
    daemon.stop().await;
    sound(&bench);
    assert!(served(&bench).await.len() >= before + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn restarts_in_a_row_ask_nobody_again() {
    let rounds: usize = std::env::var("OFFPRINT_RESTARTS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let origin = site(|seen| {
        let base = format!("http://{}{}", seen.header("host").unwrap_or_default(), seen.plain_path());
        if base.ends_with("/broken") {
            Answer::status(500)
        } else {
            Answer::ok(RSS, rss(&items(&base, 0..3)))
        }
    })
    .await;
    let sources: String =
        ["one", "two", "broken"].map(|id| source(id, &origin.url(&format!("/{id}")))).concat();
    let bench = Bench::new(&sources);
    for round in 0..rounds {
        let mut daemon = bench.daemon().await;
        daemon.entries(6).await;
        super::bench::until("three polls", || origin.total() >= 3).await;
        // Stopped and killed in turn.
        if round % 2 == 0 { daemon.stop().await } else { daemon.kill() }
    }
    let mut asked = super::papers::paths(&origin);
    asked.sort();
    assert_eq!(asked, ["/broken", "/one", "/two"], "{rounds} restarts");
}
