//! `offprint fetch` over several processes.

use super::bench::{Bench, source};
use super::papers::{RSS, items, one_feed, paths, rss, site};
use offprint::newsstand::{Answer, Behaviour};
use rusqlite::params;

/// As if all that is due later were due now.
pub fn make_due(bench: &Bench) {
    bench.database().execute("UPDATE sources SET next_due = 0", params![]).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn validators_come_back_byte_for_byte_from_another_process() {
    let (etag, date) = ("W/odd tag, without \"quotes", "Tuesday 3rd of March, noonish");
    let body = rss(&items("http://heron.example", 0..3));
    let origin = site(move |seen| match seen.header("if-none-match") {
        Some(_) => Answer::status(304),
        None => Answer::ok(RSS, body.clone()).header("etag", etag).header("last-modified", date),
    })
    .await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    let first = bench.run(&["fetch"]).await.good();
    assert!(first.err.contains("3 new"), "{}", first.err);
    let again = bench.run(&["fetch"]).await.good();
    assert!(again.err.contains("nothing was due"), "{}", again.err);
    assert_eq!(origin.total(), 1, "a second fetch at once polls nothing");
    let before = bench.run(&["export", "--format", "atom"]).await.good().out;
    let named = bench.run(&["fetch", "--source", "heron"]).await.good();
    assert!(named.err.contains("1 unchanged"), "{}", named.err);
    let requests = origin.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].header("if-none-match"), None);
    assert_eq!(requests[1].header("if-none-match"), Some(etag));
    assert_eq!(requests[1].header("if-modified-since"), Some(date));
    assert_eq!(bench.run(&["export", "--format", "atom"]).await.good().out, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn each_failing_source_is_named_and_only_all_failing_is_a_failure() {
    let origin = one_feed(items("http://heron.example", 0..2)).await;
    origin.set_behaviour("/busy", Behaviour::Status(503, vec![("retry-after".into(), "600".into())]));
    origin.set_behaviour("/missing", Behaviour::Status(404, vec![]));
    origin.set_behaviour("/reset", Behaviour::Reset);
    origin.set_behaviour(
        "/html",
        Behaviour::Body { bytes: b"<html><body>no feed".to_vec(), content_type: "text/html".into() },
    );
    origin.set_behaviour("/empty", Behaviour::Body { bytes: vec![], content_type: RSS.into() });
    let bad: Vec<&str> = vec!["busy", "missing", "reset", "html", "empty"];
    let mut toml: String = bad.iter().map(|id| source(id, &origin.url(&format!("/{id}")))).collect();
    let bench = Bench::new(&toml);
    let all = bench.run(&["fetch"]).await.failed(&["every source failed"]);
    for id in &bad {
        assert!(all.err.lines().any(|line| line.starts_with(&format!("{id}: failed: "))), "{}", all.err);
    }
    assert!(all.err.contains("503") && all.err.contains("404"), "{}", all.err);

    toml.push_str(&source("good", &origin.url("/feed")));
    let bench = Bench::new(&toml);
    let some = bench.run(&["fetch"]).await.good();
    assert_eq!(some.err.matches(": failed: ").count(), bad.len(), "{}", some.err);
    assert_eq!(bench.entries().await.len(), 2);
    // In their pauses they are left alone; named, one is polled all the same.
    origin.forget_requests();
    bench.run(&["fetch"]).await.good();
    assert_eq!(paths(&origin), Vec::<String>::new());
    bench.run(&["fetch", "--source", "busy"]).await.failed(&["busy: polled all the same", "503"]);
    assert_eq!(paths(&origin), ["/busy"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_unknown_source_is_an_error_with_a_hint() {
    let bench = Bench::new(&source("heron", "http://127.0.0.1:9/feed"));
    let ran = bench.run(&["fetch", "--source", "herron"]).await;
    ran.failed(&["no source \"herron\"", "did you mean \"heron\"?"]);
    assert!(!bench.path("data").exists());
    assert_eq!(bench.run(&["fetch", "--sauce"]).await.code, Some(2));
    assert_eq!(bench.run(&["frobnicate"]).await.code, Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_source_that_is_gone_rests_until_it_is_forced() {
    let origin = one_feed(items("http://heron.example", 0..2)).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    bench.run(&["fetch"]).await.good();
    origin.set_behaviour("/feed", Behaviour::Status(410, vec![]));
    make_due(&bench);
    bench.run(&["fetch"]).await.failed(&["heron: failed", "410"]);
    make_due(&bench);
    bench.run(&["fetch"]).await.good();
    assert_eq!(origin.total(), 2, "not polled any more");
    assert_eq!(bench.entries().await.len(), 2, "its entries stay");
    origin.set_behaviour("/feed", Behaviour::Normal);
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(origin.total(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_moved_feed_is_remembered_and_a_detour_is_not() {
    let origin = one_feed(items("http://heron.example", 0..2)).await;
    let to = |path: &str, status| Behaviour::Redirect { status, to: origin.url(path) };
    origin.set_behaviour("/old", to("/new", 301));
    origin.set_behaviour("/away", to("/somewhere", 302));
    origin.set_behaviour("/circle", to("/circle", 302));
    let bench =
        Bench::new(&["old", "away", "circle"].map(|id| source(id, &origin.url(&format!("/{id}")))).concat());
    let first = bench.run(&["fetch"]).await.good();
    assert!(first.err.contains("circle: failed: "), "{}", first.err);
    assert!(origin.total() < 20, "a loop ends");
    origin.forget_requests();
    bench.run(&["fetch", "--source", "old", "--source", "away"]).await.good();
    let mut asked = paths(&origin);
    asked.sort();
    assert_eq!(asked, ["/away", "/new", "/somewhere"]);
    assert_eq!(bench.entries().await.len(), 2);
}
