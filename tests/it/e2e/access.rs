//! Who may read: the token, and parts that are switched off.

use super::bench::{Bench, HEAD, source};
use super::papers::{items, one_feed};
use super::web::Reply;

const TOKEN: &str = "a+long/random=Word%42";
const ENCODED: &str = "a+long/random=Word%2542";

const PATHS: [&str; 6] = ["/", "/feed.atom", "/feed.rss", "/feed.json", "/metrics", "/nowhere"];

/// The usual head with more keys of the server.
fn head(server: &str) -> String {
    HEAD.replace("127.0.0.1:0\"", &format!("127.0.0.1:0\"\n{server}"))
}

fn showing(token: &str) -> String {
    format!("Bearer {token}")
}

#[track_caller]
fn refused(reply: &Reply) {
    assert_eq!(reply.status, 401);
    assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer"), "{reply:?}");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn with_a_token_every_route_but_the_open_ones_needs_it() {
    let origin = one_feed(items("http://heron.example", 0..3)).await;
    let bench =
        Bench::with(&format!("{}{}", head("token_file = \"token\""), source("heron", &origin.url("/feed"))));
    bench.write("token", format!("{TOKEN}\n"));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.start(bench.command(&["--log-level", "trace", "run"], ""));
    daemon.logged("daemon.ready").await;
    let web = daemon.web();
    for path in ["/health", "/ready"] {
        assert_eq!(web.get(path, &[]).status, 200, "{path}");
    }
    // Open to hubs, who see no page for people.
    for path in ["/websub/", "/websub/x"] {
        let shown = web.get(path, &[]);
        assert!(matches!(shown.status, 401 | 404), "{path}");
        assert!(shown.header("content-type").unwrap().starts_with("text/plain"), "{path}: {shown:?}");
    }
    for path in PATHS {
        let status = if path == "/nowhere" { 404 } else { 200 };
        refused(&web.get(path, &[]));
        refused(&web.get(path, &[("Authorization", "Bearer wrong")]));
        refused(&web.get(path, &[("Authorization", TOKEN)]));
        refused(&web.get(&format!("{path}?token=wrong"), &[]));
        refused(&web.ask("POST", path, &[("Content-Length", "0")]));
        let shown = web.get(path, &[("Authorization", &showing(TOKEN))]);
        let asked = web.get(&format!("{path}?token={ENCODED}"), &[]);
        for reply in [&shown, &asked] {
            assert_eq!(reply.status, status, "{path}");
            assert_eq!(reply.header("referrer-policy"), Some("no-referrer"), "{path}");
            assert_eq!(reply.header("x-robots-tag"), Some("noindex"), "{path}");
            let cache = reply.header("cache-control").unwrap();
            assert!(cache.starts_with("private") || cache == "no-store", "{path}: {cache}");
            for secret in [TOKEN, ENCODED, "token="] {
                assert!(!reply.text().contains(secret), "{path}");
                assert!(!reply.headers.iter().any(|(_, value)| value.contains(secret)), "{path}");
            }
        }
        assert_eq!(shown.body, asked.body, "{path}");
        if let Some(tag) = shown.header("etag") {
            refused(&web.get(path, &[("If-None-Match", tag)]));
            let again = web.get(path, &[("If-None-Match", tag), ("Authorization", &showing(TOKEN))]);
            assert_eq!(again.status, 304, "{path}");
        }
    }
    let log = daemon.log();
    assert!(!log.contains("random") && !log.contains("token="), "{log}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_token_that_cannot_be_read_stops_everything() {
    let bench = Bench::with(&head("token_file = \"token\""));
    for (content, words) in [
        (None, "does not exist"),
        (Some(""), "is empty"),
        (Some(" \n"), "is empty"),
        (Some("a b"), "one word"),
    ] {
        if let Some(content) = content {
            bench.write("token", content);
        }
        for command in ["check", "run"] {
            bench.run(&[command]).await.failed(&["offprint.toml:5:14: server.token_file: ", words]);
        }
    }
    std::fs::remove_file(bench.path("token")).unwrap();
    std::fs::create_dir(bench.path("token")).unwrap();
    bench.run(&["check"]).await.failed(&["offprint.toml:5:14: server.token_file: the file cannot be read"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_does_not_serve_needs_no_token() {
    let origin = one_feed(items("http://heron.example", 0..3)).await;
    let named = head("token_file = \"${OFFPRINT_TEST_NO_SUCH_FOLDER}/token\"");
    let bench = Bench::with(&format!("{}{}", named, source("heron", &origin.url("/feed"))));
    bench.run(&["fetch"]).await.good();
    assert!(bench.run(&["export", "--format", "atom"]).await.good().out.contains("<entry"));
    bench.run(&["status"]).await.good();
    bench.run(&["backup", &bench.path("copy.db").display().to_string()]).await.good();
    let told = bench.run(&["doctor"]).await;
    assert!(
        told.out.contains("no mistakes") && !told.out.contains("OFFPRINT_TEST"),
        "{}{}",
        told.out,
        told.err
    );
    for command in ["check", "run"] {
        bench.run(&[command]).await.failed(&["server.token_file: ", "OFFPRINT_TEST_NO_SUCH_FOLDER"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn check_warns_of_a_server_that_is_open_to_everybody() {
    let bench = Bench::new("");
    let told = bench.run(&["check"]).await.good().err;
    assert!(!told.contains("server."), "{told}");
    bench.configure(&HEAD.replace("127.0.0.1:0", "0.0.0.0:0"));
    let told = bench.run(&["check"]).await.good().err;
    assert!(told.contains("warning: server.listen: ") && told.contains("token_file"), "{told}");
    bench.configure(&head("token_file = \"token\"").replace("127.0.0.1:0", "0.0.0.0:0"));
    bench.write("token", TOKEN);
    let told = bench.run(&["check"]).await.good().err;
    assert!(!told.contains("server."), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn metrics_and_pages_can_be_switched_off_and_on_again() {
    let bench = Bench::with(&head("metrics = false\nstatus_page = false"));
    let daemon = bench.daemon().await;
    for path in ["/metrics", "/"] {
        assert_eq!(daemon.get(path).status, 404, "{path}");
    }
    for path in ["/feed.atom", "/feed.rss", "/feed.json", "/health", "/ready"] {
        assert_eq!(daemon.get(path).status, 200, "{path}");
    }
    let nowhere = daemon.get("/nowhere");
    assert_eq!((nowhere.status, nowhere.text().as_str()), (404, "not found\n"));
    bench.configure(HEAD);
    daemon.signal("HUP");
    daemon.logged("reload.done").await;
    for path in ["/metrics", "/"] {
        assert_eq!(daemon.get(path).status, 200, "{path}");
    }
    assert!(daemon.get("/nowhere").text().contains("<html"));
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "heron.example:443")] {
        let reply = daemon.web().ask(method, target, &[]);
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    daemon.stop().await;
}
