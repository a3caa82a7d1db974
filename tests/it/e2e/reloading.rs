//! Reloads that go wrong, come in crowds, or come at bad moments.

use super::bench::{Bench, HEAD, source};
use super::papers::{items, paths, rss, site};
use crate::support::raw::{RawServer, Step};
use offprint::newsstand::{Answer, Origin};
use std::time::Duration;

async fn any_feed() -> Origin {
    site(|seen| {
        Answer::ok(super::papers::RSS, rss(&items(&format!("http://heron.example{}", seen.path), 0..2)))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn keys_that_cannot_change_are_named_and_nothing_changes() {
    let origin = any_feed().await;
    let one = format!("{HEAD}{}", source("one", &origin.url("/one")));
    let bench = Bench::with(&one);
    let daemon = bench.daemon().await;
    daemon.entries(2).await;
    let other = one
        .replace("data_dir = \"data\"", "data_dir = \"other\"")
        .replace("127.0.0.1:0", "127.0.0.2:0")
        .replace("host_delay = \"0s\"", "host_delay = \"0s\"\nconcurrency = 7");
    bench.configure(&format!("{other}{}", source("two", &origin.url("/two"))));
    daemon.signal("HUP");
    for key in ["\"data_dir\"", "\"server.listen\"", "\"fetch.concurrency\""] {
        daemon.logged(&format!("key={key}")).await;
    }
    assert!(!daemon.log().contains("reload.done"), "{}", daemon.log());
    // The next one is judged against what is in force, not against what was refused.
    bench.configure(&format!("{one}{}", source("three", &origin.url("/three"))));
    daemon.signal("HUP");
    daemon.entries(4).await;
    assert_eq!(paths(&origin), ["/one", "/three"]);
    assert!(!bench.path("other").exists());
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn of_a_crowd_of_reloads_the_last_file_counts() {
    let origin = any_feed().await;
    let toml =
        |title: &str| format!("{HEAD}[output]\ntitle = \"{title}\"\n{}", source("one", &origin.url("/one")));
    let bench = Bench::with(&toml("Before"));
    let daemon = bench.daemon().await;
    daemon.entries(2).await;
    for round in 0..20 {
        // Every third one is broken.
        let broken = if round % 3 == 0 { "nonsense" } else { "" };
        bench.configure(&format!("{}{broken}", toml(&format!("Round {round}"))));
        daemon.signal("HUP");
    }
    bench.configure(&toml("After"));
    daemon.signal("HUP");
    super::bench::until("the last title", || daemon.get("/feed.json").text().contains("\"After\"")).await;
    // Nothing that came before comes in late.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(daemon.get("/feed.json").text().contains("\"After\""));
    assert_eq!(paths(&origin), ["/one"], "the source was not disturbed");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_source_that_hangs_can_be_removed_and_the_file_may_vanish() {
    let stuck = RawServer::start(|_| vec![Step::Hang]).await;
    let origin = any_feed().await;
    let bench = Bench::new(&source("stuck", &stuck.url("/feed")));
    let daemon = bench.daemon().await;
    super::bench::until("it hangs", || stuck.paths().len() == 1).await;
    bench.configure(&format!("{HEAD}{}", source("one", &origin.url("/one"))));
    daemon.signal("HUP");
    daemon.entries(2).await;
    std::fs::rename(bench.path("offprint.toml"), bench.path("away.toml")).unwrap();
    daemon.signal("HUP");
    daemon.logged("there is no such file").await;
    assert_eq!(daemon.entries(2).await.len(), 2);
    std::fs::rename(bench.path("away.toml"), bench.path("offprint.toml")).unwrap();
    daemon.signal("HUP");
    super::bench::until("done twice", || daemon.log().matches("reload.done").count() == 2).await;
    assert!(!daemon.get("/metrics").text().contains("source=\"stuck\""));
    assert_eq!((paths(&origin).len(), stuck.paths().len()), (1, 1));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_token_counts_after_a_reload_and_a_bad_one_does_not() {
    let toml = HEAD.replace("127.0.0.1:0\"", "127.0.0.1:0\"\ntoken_file = \"token\"");
    let bench = Bench::with(&toml);
    bench.write("token", "the-first-token-of-two");
    let daemon = bench.daemon().await;
    let status = |token: &str| daemon.get(&format!("/feed.atom?token={token}")).status;
    assert_eq!((status("the-first-token-of-two"), status("the-second-token-of-two")), (200, 401));
    bench.write("token", "the-second-token-of-two");
    assert_eq!(status("the-first-token-of-two"), 200, "before the reload");
    daemon.signal("HUP");
    daemon.logged("reload.done").await;
    assert_eq!((status("the-first-token-of-two"), status("the-second-token-of-two")), (401, 200));
    bench.write("token", "");
    daemon.signal("HUP");
    daemon.logged("server.token_file: the file is empty").await;
    assert_eq!((status(""), status("the-second-token-of-two")), (401, 200), "the old one stays");
    // Without the key nothing is asked for.
    bench.configure(HEAD);
    daemon.signal("HUP");
    super::bench::until("open", || daemon.get("/feed.atom").status == 200).await;
    daemon.stop().await;
}
