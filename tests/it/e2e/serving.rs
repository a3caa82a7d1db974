//! What readers get from the daemon.

use super::bench::{Bench, HEAD, source};
use super::papers::{item, items, one_feed};
use super::web::{Reply, Web, texts};
use serde_json::Value;

const KINDS: [(&str, &str); 3] = [
    ("/feed.atom", "application/atom+xml"),
    ("/feed.rss", "application/rss+xml"),
    ("/feed.json", "application/feed+json"),
];

/// Identities of the entries in all three formats, after checking that they agree.
#[track_caller]
pub fn same_entries(web: &Web) -> Vec<String> {
    let atom = web.get("/feed.atom", &[]).text();
    let mut ids = texts(&atom, "id");
    let sources = texts(&atom, "entry").len();
    ids.retain(|id| id.starts_with("urn:"));
    let rss = texts(&web.get("/feed.rss", &[]).text(), "guid");
    let json: Value = serde_json::from_slice(&web.get("/feed.json", &[]).body).unwrap();
    let json: Vec<String> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(rss, json);
    assert_eq!(json.len(), sources);
    let in_atom: Vec<String> = ids.into_iter().filter(|id| json.contains(id)).collect();
    assert_eq!(in_atom, json);
    json
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn feeds_before_the_first_poll_are_empty_and_valid() {
    let bench = Bench::new("");
    let daemon = bench.daemon().await;
    for (path, kind) in KINDS {
        let reply = daemon.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.header("content-type").unwrap().starts_with(kind), "{path}");
    }
    let atom = daemon.get("/feed.atom").text();
    for element in ["id", "title", "updated"] {
        assert_eq!(texts(&atom, element).len(), 1, "{element} in {atom}");
    }
    let rss = daemon.get("/feed.rss").text();
    assert_eq!(texts(&rss, "channel").len(), 1);
    assert_eq!(texts(&rss, "description").len(), 1);
    assert_eq!(same_entries(&daemon.web()), Vec::<String>::new());
    assert_eq!(daemon.get("/").status, 200);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn conditional_requests_codings_and_methods() {
    let origin = one_feed(items("http://heron.example", 0..5)).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    let web = daemon.web();
    assert_eq!(same_entries(&web).len(), 5);
    for (path, _) in KINDS {
        let full = web.get(path, &[]);
        let (tag, date) = (full.header("etag").unwrap(), full.header("last-modified").unwrap());
        let other = format!("\"other\", {tag}");
        let weak = format!("W/{tag}");
        for headers in [
            vec![("If-None-Match", tag)],
            vec![("If-None-Match", &other)],
            vec![("If-None-Match", &weak)],
            vec![("If-None-Match", "*")],
            vec![("If-Modified-Since", date)],
            vec![("If-None-Match", tag), ("If-Modified-Since", "Mon, 02 Mar 2020 10:00:00 GMT")],
        ] {
            let reply = web.get(path, &headers);
            assert_eq!((reply.status, reply.body.len()), (304, 0), "{path} {headers:?}");
            assert_eq!(reply.header("etag"), Some(tag));
        }
        for headers in [
            vec![("If-None-Match", "\"other\""), ("If-Modified-Since", date)],
            vec![("If-Modified-Since", "Mon, 02 Mar 2020 10:00:00 GMT")],
            vec![("If-Modified-Since", "soon")],
            vec![("Range", "bytes=0-9")],
        ] {
            let reply = web.get(path, &headers);
            assert_eq!((reply.status, &reply.body), (200, &full.body), "{path} {headers:?}");
        }
        zipped(&web, path, &full);
        let head = web.ask("HEAD", path, &[]);
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("etag"), Some(tag));
        assert_eq!(head.header("content-length"), Some(full.body.len().to_string().as_str()));
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let reply = web.ask(method, path, &[("Content-Length", "0")]);
            assert_eq!(reply.status, 405, "{method}");
            let allowed = reply.header("allow").unwrap();
            assert!(allowed.contains("GET") && allowed.contains("HEAD"), "{allowed}");
        }
        assert!(full.header("cache-control").unwrap().contains("max-age"));
    }
    daemon.stop().await;
}

#[track_caller]
fn zipped(web: &Web, path: &str, full: &Reply) {
    let zipped = web.get(path, &[("Accept-Encoding", "br;q=1.0, gzip;q=0.5")]);
    assert_eq!(zipped.header("content-encoding"), Some("gzip"), "{path}");
    assert_eq!(zipped.unzipped().as_bytes(), full.body);
    assert_ne!(zipped.header("etag"), full.header("etag"));
    let again = web.get(path, &[("If-None-Match", zipped.header("etag").unwrap())]);
    assert_eq!(again.status, 304);
    for accept in ["gzip;q=0", "identity", "*;q=0", ""] {
        let reply = web.get(path, &[("Accept-Encoding", accept)]);
        assert_eq!(reply.header("content-encoding"), None, "{accept}");
        assert_eq!(reply.body, full.body);
        assert_eq!(reply.header("vary").map(str::to_ascii_lowercase).as_deref(), Some("accept-encoding"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_of_a_request_comes_back() {
    let bench = Bench::new("");
    let daemon = bench.daemon().await;
    let web = daemon.web();
    for path in [
        "/marker-x7",
        "/feed.atom/marker-x7",
        "/../../etc/passwd?marker-x7",
        "/%2e%2e/%2e%2e/etc/passwd-marker-x7",
        "//marker-x7.example/",
    ] {
        let reply = web.get(path, &[]);
        assert_eq!(reply.status, 404, "{path}");
        assert!(!reply.text().contains("marker-x7"), "{path}");
    }
    for path in ["/feed.atom", "/feed.rss", "/feed.json", "/"] {
        let reply = Reply::of(&web.say(&format!(
            "GET {path}?x=marker-x7 HTTP/1.1\r\nHost: marker-x7.example\r\nX-Forwarded-Host: marker-x7.example\r\n\
             X-Forwarded-Proto: marker-x7\r\nForwarded: host=marker-x7\r\nConnection: close\r\n\r\n"
        )));
        assert_eq!(reply.status, 200);
        assert!(!reply.text().contains("marker-x7"), "{path}");
        let reply = Reply::of(&web.say(&format!("GET {path} HTTP/1.0\r\n\r\n")));
        assert_eq!(reply.status, 200, "HTTP/1.0 without Host");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn links_of_ours_carry_the_base_address() {
    let toml =
        format!("{HEAD}[output]\nbase_url = \"https://news.example/reader/\"\ntitle = \"A <b> & B\"\n");
    let bench = Bench::with(&toml);
    let daemon = bench.daemon().await;
    let atom = daemon.get("/feed.atom").text();
    assert!(
        atom.contains("rel=\"self\"") && atom.contains("https://news.example/reader/feed.atom"),
        "{atom}"
    );
    let rss = daemon.get("/feed.rss").text();
    assert!(rss.contains("https://news.example/reader/feed.rss"), "{rss}");
    let json: Value = serde_json::from_slice(&daemon.get("/feed.json").body).unwrap();
    assert_eq!(json["feed_url"], "https://news.example/reader/feed.json");
    assert_eq!(json["title"], "A <b> & B");
    assert!(!daemon.get("/").text().contains("<b>"));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_same_tag_after_a_restart_and_an_empty_poll() {
    let origin = one_feed(items("http://heron.example", 0..4)).await;
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    bench.run(&["fetch"]).await.good();
    let toml = std::fs::read_to_string(bench.path("offprint.toml")).unwrap();
    // Links of ours name the port, so it stays the same.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    bench.configure(&toml.replace("127.0.0.1:0\"", &format!("127.0.0.1:{port}\"")));
    let tags = |web: &Web| KINDS.map(|(path, _)| web.get(path, &[]).header("etag").unwrap().to_owned());
    let daemon = bench.daemon().await;
    let before = tags(&daemon.web());
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(origin.total(), 2);
    assert_eq!(tags(&daemon.web()), before, "after an empty poll");
    daemon.stop().await;
    let daemon = bench.daemon().await;
    assert_eq!(tags(&daemon.web()), before, "after a restart");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn newest_first_up_to_the_limit_in_all_formats() {
    let old = "<pubDate>Mon, 01 Jan 2024 10:00:00 GMT</pubDate>";
    let all = items("http://heron.example", 0..8) + &item("http://heron.example/old", "Old", old);
    let origin = one_feed(all).await;
    let toml = format!("{HEAD}[output]\nlimit = 5\nwindow = \"1ms\"\n{}", source("heron", &origin.url("/f")));
    let bench = Bench::with(&toml);
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    assert_eq!(same_entries(&daemon.web()).len(), 5);
    let titles: Vec<String> =
        daemon.entries(5).await.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles, ["Story 7", "Story 6", "Story 5", "Story 4", "Story 3"]);
    daemon.stop().await;
}
