//! Budgets of hosts, over several processes.

use super::bench::{Bench, HEAD, source, until};
use super::papers::{HTML, RSS, items, page, paths, rss, site};
use offprint::newsstand::{Answer, Behaviour};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_pause_that_a_host_asks_for_holds_for_all_its_sources_and_over_restarts() {
    let origin =
        site(|seen| Answer::ok(RSS, rss(&items(&format!("http://heron.example{}", seen.path), 0..2)))).await;
    let limit = Behaviour::Status(429, vec![("retry-after".into(), "600".into())]);
    origin.set_behaviour("/one", limit.clone());
    let head = HEAD.replace("[fetch]", "[fetch]\nper_host = 1");
    let sources = ["one", "two"].map(|id| source(id, &origin.url(&format!("/{id}"))));
    let bench = Bench::with(&format!("{head}{}", sources[0]));
    bench.run(&["fetch"]).await.failed(&["one: failed", "429"]);
    // A source that is new at the host, in a process that has asked nothing.
    bench.configure(&format!("{head}{}", sources.concat()));
    let ran = bench.run(&["fetch"]).await.good();
    let host = origin.address().to_string();
    assert!(ran.err.contains(&format!("two: not polled: {host} asked for a pause")), "{}", ran.err);
    let daemon = bench.daemon().await;
    until("the host is known to rest", || {
        let metrics = daemon.get("/metrics").text();
        metrics.contains("offprint_source_polls_total{source=\"two\"} 0")
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    daemon.stop().await;
    assert_eq!(paths(&origin), ["/one"], "nothing was sent meanwhile");
    bench.run(&["fetch", "--source", "two"]).await.good();
    assert_eq!(paths(&origin), ["/one", "/two"], "named, it is polled all the same");
    let status = bench.run(&["status", "--json"]).await;
    assert!(status.out.contains("two"), "{}", status.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_reload_changes_the_budget_of_a_host() {
    let origin = site(|seen| match seen.plain_path() {
        "/robots.txt" => Answer::not_found(),
        "/feed" => {
            let base = format!("http://{}", seen.header("host").unwrap_or_default());
            Answer::ok(RSS, rss(&items(&base, 0..4)))
        }
        path => Answer::ok(HTML, page("A story", path)),
    })
    .await;
    let toml = |delay: &str| {
        let host = format!("[hosts.\"{}\"]\ndelay = \"{delay}\"\n", origin.address());
        format!("{HEAD}{host}{}full_text = \"always\"\n", source("heron", &origin.url("/feed")))
    };
    let bench = Bench::with(&toml("1h"));
    let daemon = bench.daemon().await;
    until("the feed was polled", || origin.total() == 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(origin.total(), 1, "its pages wait for an hour");
    let metrics = daemon.get("/metrics").text();
    let line = format!("offprint_host_delay_seconds{{host=\"{}\"}} 3600", origin.address());
    assert!(metrics.contains(&line), "{metrics}");
    bench.configure(&toml("0s"));
    daemon.signal("HUP");
    until("all pages were fetched", || origin.total() == 6).await;
    let requests = format!("offprint_host_requests_total{{host=\"{}\"}} 6", origin.address());
    assert!(daemon.get("/metrics").text().contains(&requests));
    daemon.stop().await;
}
