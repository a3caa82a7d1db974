//! `status`, `doctor`, `backup`, the daily copy, `completions` and `man`.

use super::bench::{Bench, HEAD, Ran, source, until};
use super::papers::{RSS, item, rss, site};
use offprint::newsstand::{Answer, Origin};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

/// A feed under `/feed`, nothing elsewhere.
async fn origin() -> Origin {
    site(|seen| match seen.path.as_str() {
        // Without dates: it is as new as the test.
        "/feed" => Answer::ok(RSS, rss(&(0..3).map(story).collect::<String>())),
        _ => Answer::status(404),
    })
    .await
}

fn story(number: usize) -> String {
    item(&format!("http://heron.example/a/{number}"), &format!("Story {number}"), "")
}

/// A source that works, one that fails, one that is not asked, and one with a password.
fn sources(origin: &Origin) -> String {
    let secret = origin.url("/feed").replace("http://", "http://reader:opensesame@");
    [
        source("bad", &origin.url("/none")),
        source("good", &origin.url("/feed")),
        source("members", &secret),
        source("off", "https://off.example/feed"),
    ]
    .concat()
        + "enabled = false\n"
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap()
}

fn of<'a>(all: &'a Value, id: &str) -> &'a Value {
    all["sources"].as_array().unwrap().iter().find(|source| source["id"] == id).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_has_been_polled_yet() {
    let bench = Bench::new(&source("one", "https://one.example/feed"));
    let ran = bench.run(&["status"]).await.good();
    assert!(ran.out.contains("Nothing has been polled yet") && ran.out.contains("\none "), "{}", ran.out);
    let all = json(&bench.run(&["status", "--json"]).await.good());
    assert_eq!((&all["database"], &all["daemon"]), (&Value::Null, &Value::Bool(false)));
    assert_eq!((of(&all, "one")["condition"].as_str(), &all["totals"]["sources"]), (Some("new"), &1.into()));
    assert!(!bench.path("data").exists(), "looking makes nothing");
    bench.run(&["status", "--source", "two"]).await.failed(&["no source \"two\""]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn beside_a_daemon_and_after_it() {
    let origin = origin().await;
    let bench = Bench::new(&sources(&origin));
    let mut daemon = bench.daemon().await;
    daemon.entries(3).await;
    until("all have been polled", || {
        let polls = "SELECT count(*) FROM sources WHERE active AND (last_success OR failures)";
        bench.database().query_row(polls, [], |row| row.get::<_, i64>(0)).unwrap() == 3
    })
    .await;
    for running in [true, false] {
        let text = bench.run(&["status"]).await.good().out;
        let named = bench.run(&["status", "--source", "members", "--source", "bad"]).await.good().out;
        let whole = bench.run(&["status", "--json"]).await.good();
        for out in [&text, &named, &whole.out] {
            assert!(!out.contains("opensesame") && !out.contains('\u{1b}'), "{out}");
        }
        assert!(text.lines().chain(named.lines()).all(|line| line.chars().count() <= 80), "{text}{named}");
        assert!(text.contains("4 sources (1 failing, 1 disabled)"), "{text}");
        assert!(text.contains("  > The feed has gone from this address."), "{text}");
        assert!(named.contains("HTTP 404 Not Found") && !named.contains("\ngood "), "{named}");
        let all = json(&whole);
        assert_eq!(all["daemon"], running);
        let (good, bad) = (of(&all, "good"), of(&all, "bad"));
        assert_eq!((good["condition"].as_str(), bad["condition"].as_str()), (Some("good"), Some("failing")));
        assert_eq!(of(&all, "off")["condition"], "disabled");
        assert_eq!((&bad["error_kind"], &bad["failures"]), (&"http-404".into(), &1.into()));
        assert!(good["next_due"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        if running {
            daemon.signal("TERM");
            daemon.end(Duration::from_secs(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_gone_feed_gives_notice() {
    let origin = site(|_| Answer::status(410)).await;
    let bench = Bench::new(&source("old", &origin.url("/feed")));
    bench.run(&["fetch"]).await.failed(&["410"]);
    let text = bench.run(&["status"]).await.good().out;
    assert!(
        text.contains("stopped") && text.contains("old was stopped: the feed is gone for good"),
        "{text}"
    );
    let all = json(&bench.run(&["status", "--json"]).await.good());
    assert_eq!((&all["notices"][0]["kind"], &of(&all, "old")["next_due"]), (&"gone".into(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn copies_by_hand_and_by_the_daemon() {
    let origin = origin().await;
    let toml = format!(
        "{}[store]\nbackup_dir = \"copies\"\ndurability = \"full\"\n{}",
        HEAD,
        source("good", &origin.url("/feed"))
    );
    let bench = Bench::with(&toml);
    bench.run(&["backup", "by-hand.db"]).await.failed(&["no database yet"]);
    let daemon = bench.daemon().await;
    daemon.entries(3).await;
    daemon.logged("backup.done").await;
    let copies: Vec<_> =
        std::fs::read_dir(bench.path("copies")).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert!(copies.len() == 1 && copies[0].to_str().unwrap().ends_with("day.db"), "{copies:?}");
    bench.run(&["backup", "by-hand.db"]).await.good();
    bench.run(&["backup", "by-hand.db"]).await.failed(&["--force"]);
    bench.run(&["backup", "--force", "by-hand.db"]).await.good();
    let copy = rusqlite::Connection::open(bench.path("by-hand.db")).unwrap();
    let entries: i64 = copy.query_row("SELECT count(*) FROM entries", [], |row| row.get(0)).unwrap();
    assert_eq!(entries, 3);
    let text = bench.run(&["status"]).await.good().out;
    assert!(text.contains("Last daily copy"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_doctor_finds_what_is_wrong() {
    let origin = origin().await;
    let bench = Bench::new(&source("good", &origin.url("/feed")));
    let ran = bench.run(&["doctor"]).await.good();
    assert!(
        ran.out.contains("nothing has been stored yet") && ran.out.contains("is free for the daemon"),
        "{}",
        ran.out
    );
    bench.run(&["fetch"]).await.good();
    let ran = bench.run(&["doctor"]).await.good();
    assert!(ran.out.contains("offprint.db is sound: 3 entries") && !ran.out.contains("WRONG"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);

    // A clock that is behind, and an address that is taken.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    bench.configure(&format!(
        "{}{}",
        HEAD.replace("127.0.0.1:0", &address),
        source("good", "http://no-such-host.invalid/feed")
    ));
    let future = "UPDATE sources SET last_attempt = last_attempt + 86400000 * 30";
    bench.database().execute(future, []).unwrap();
    let ran = bench.run(&["doctor"]).await.failed(&["things are wrong"]);
    for words in ["clock: 29 days behind", "could not listen on", "no-such-host.invalid"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }

    std::fs::write(bench.path("data/offprint.db"), "x".repeat(5000)).unwrap();
    let ran = bench.run(&["doctor"]).await.failed(&["wrong"]);
    assert!(ran.out.contains("WRONG  database"), "{}", ran.out);
    bench.configure("[sources.a]\nurl = \"nonsense\"\n");
    bench.run(&["doctor"]).await.failed(&["offprint.toml:2:"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn completions_and_the_manual_need_no_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_offprint"))
            .args(args)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]);
        assert!(script.contains("offprint") && script.contains("doctor"), "{shell}");
    }
    let page = run(&["man"]);
    assert!(page.contains(".SH \"EXIT STATUS\"") && page.contains(".TH offprint 1"), "{page}");
    // Where groff is at hand, it has nothing to complain about.
    std::fs::write(folder.path().join("offprint.1"), &page).unwrap();
    if let Ok(output) = Command::new("groff")
        .args(["-ww", "-man", "-Tutf8", "offprint.1"])
        .current_dir(folder.path())
        .output()
    {
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
}
