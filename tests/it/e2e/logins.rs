//! Log-ins and proxies, from the file to the wire.

use super::bench::{Bench, HEAD, until};
use super::papers::{HTML, RSS, item, one_feed, page, rss, site};
use crate::support::way::Way;
use offprint::newsstand::{Answer, Behaviour};

/// Everything that is written, served or stored anywhere.
async fn everything_shown(bench: &Bench) -> String {
    let mut shown = String::new();
    for args in [
        &["check"][..],
        &["fetch", "--force"],
        &["--log-level", "trace", "fetch", "--force"],
        &["status"],
        &["status", "--json"],
        &["export", "--format", "opml"],
        &["export", "--format", "jsonl"],
        &["doctor"],
    ] {
        let ran = bench.run(args).await;
        shown.push_str(&format!("{}{}", ran.out, ran.err));
    }
    let daemon = bench.daemon().await;
    until("served", || daemon.get("/health").status == 200).await;
    for path in ["/", "/sources", "/sources/members", "/metrics", "/status.atom", "/feed.atom", "/feed.json"]
    {
        shown.push_str(&daemon.get(path).text());
    }
    shown.push_str(&daemon.log());
    daemon.stop().await;
    shown.push_str(&String::from_utf8_lossy(&std::fs::read(bench.path("data/offprint.db")).unwrap()));
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_log_in_is_sent_where_it_belongs_and_shown_nowhere() {
    let other = one_feed(item("http://heron.example/9", "Nine", "")).await;
    let origin = site(|seen| match seen.plain_path() {
        "/robots.txt" => Answer::not_found(),
        "/feed" => {
            let base = format!("http://{}", seen.header("host").unwrap_or_default());
            Answer::ok(
                RSS,
                rss(&item(&format!("{base}/story"), "Story", "<description>Teaser</description>")),
            )
        }
        path => Answer::ok(HTML, page("Story", path)),
    })
    .await;
    origin.set_behaviour("/away", Behaviour::Redirect { status: 302, to: other.url("/feed") });
    origin.set_behaviour("/refused", Behaviour::Status(401, vec![]));
    let keys = "headers = { X-Api-Key = \"hdr-s3cret\" }\nusername = \"carol-s3cret\"\npassword_file = \"word\"\n\
                cookie_file = \"cookies.txt\"\nfull_text = \"always\"\n";
    let sources: String = ["feed", "away", "refused"]
        .map(|path| {
            let id = if path == "feed" { "members" } else { path };
            format!("[sources.{id}]\nurl = \"{}\"\n{keys}", origin.url(&format!("/{path}")))
        })
        .concat();
    let bench = Bench::new(&sources);
    bench.write("word", "pw-s3cret\n");
    bench.write("cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tck-s3cret\n");
    bench.run(&["fetch"]).await.good();
    let all = origin.requests();
    let of = |path: &str| {
        all.iter().find(|seen| seen.path == path).unwrap_or_else(|| panic!("no {path}: {all:?}"))
    };
    // base64 of carol-s3cret:pw-s3cret
    let basic = "Basic Y2Fyb2wtczNjcmV0OnB3LXMzY3JldA==";
    for path in ["/feed", "/story", "/away", "/refused"] {
        let seen = of(path);
        assert_eq!(seen.header("x-api-key"), Some("hdr-s3cret"), "{path}");
        assert_eq!(seen.header("authorization"), Some(basic), "{path}");
        assert_eq!(seen.header("cookie"), Some("sid=ck-s3cret"), "{path}");
    }
    for seen in other.requests().iter().chain([of("/robots.txt")]) {
        assert!(
            seen.headers.iter().all(|(_, value)| !value.contains("s3cret") && value != basic),
            "{seen:?}"
        );
    }
    assert!(other.total() >= 1);
    let shown = everything_shown(&bench).await;
    assert!(!shown.contains("s3cret") && !shown.contains("Y2Fyb2w"), "{shown}");
    assert!(shown.contains("members"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_log_in_is_another_reader() {
    let origin = site(|seen| {
        let reader = seen.header("x-key").unwrap_or("nobody").to_owned();
        let items = item(&format!("http://heron.example/{reader}"), &format!("For {reader}"), "");
        // One tag for all: a mistake of many servers.
        Answer::ok(RSS, rss(&items)).validated("\"same\"", "Mon, 02 Mar 2026 10:00:00 GMT")
    })
    .await;
    let toml = |key: &str| format!("{HEAD}[sources.a]\nurl = \"{}\"\n{key}", origin.url("/feed"));
    let bench = Bench::with(&toml(""));
    bench.run(&["fetch"]).await.good();
    bench.configure(&toml("headers = { X-Key = \"carol\" }\n"));
    bench.run(&["fetch"]).await.good();
    bench.run(&["fetch"]).await.good();
    let asked = origin.requests();
    assert_eq!(asked.len(), 2, "due at once, and once");
    assert!(asked[1].header("if-none-match").is_none() && asked[1].header("if-modified-since").is_none());
    assert_eq!(bench.entries().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_configured_proxy_is_used_and_the_environments_is_not() {
    let origin = one_feed(item("http://heron.example/1", "One", "")).await;
    let way = Way::http(origin.address()).await;
    let sources = "[sources.far]\nurl = \"http://far.invalid/feed\"\n".to_owned()
        + &format!("[sources.near]\nurl = \"{}\"\nproxy = \"none\"\n", origin.url("/near"));
    let head =
        HEAD.replace("[fetch]", &format!("[fetch]\nproxy = \"http://carol:pr-s3cret@{}\"", way.addr()));
    let bench = Bench::with(&format!("{head}{sources}"));
    let mut command = bench.command(&["fetch"], "");
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, "http://127.0.0.1:1");
    }
    command.env("NO_PROXY", "*");
    let ran = bench.run_by(command, "").await.good();
    assert!(ran.err.contains("2 polled: 2 delivered"), "{}", ran.err);
    assert_eq!(way.asked().len(), 1);
    assert!(way.asked()[0].starts_with("GET http://far.invalid/feed "), "{:?}", way.asked());
    drop(way);
    let ran = bench.run(&["fetch", "--force"]).await.good();
    assert!(ran.err.contains("far: failed: ") && ran.err.contains("proxy"), "{}", ran.err);
    assert!(!ran.err.contains("pr-s3cret"), "{}", ran.err);
}
