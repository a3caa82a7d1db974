//! The pages for people and the notices, as the server sends them.

use super::bench::{Bench, HEAD, source};
use super::papers::{item, one_feed};
use super::web::{Reply, texts};

/// What every page for people carries.
#[track_caller]
fn harmless(reply: &Reply, path: &str) {
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    assert_eq!(reply.header("x-robots-tag"), Some("noindex"), "{path}");
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"), "{path}");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script"), "{policy}");
    let pictures = policy.contains("img-src https: http:");
    assert_eq!(pictures, path.starts_with("/articles/") && reply.status == 200, "{path}: {policy}");
}

/// The first link of ours to such a page, as a path.
#[track_caller]
fn link(page: &str, kind: &str) -> String {
    let start = format!("href=\"https://news.example/reader{kind}");
    let at = page.find(&start).unwrap_or_else(|| panic!("no {start} in {page}"));
    let rest = &page[at + "href=\"https://news.example/reader".len()..];
    rest[..rest.find('"').unwrap()].to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn from_the_front_page_to_an_article() {
    let story = item(
        "http://heron.example/a",
        "&lt;b&gt; &amp;amp; the heron",
        "<description>&lt;p&gt;It stood &lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=\"/p.jpg\" onerror=\"x\"&gt; still.</description>",
    );
    let origin = one_feed(story).await;
    let head =
        format!("{HEAD}[output]\nbase_url = \"https://news.example/reader/\"\ntitle = \"A <i> & B\"\n");
    let bench = Bench::with(&format!("{head}{}", source("heron", &origin.url("/feed"))));
    bench.run(&["fetch"]).await.good();
    let daemon = bench.daemon().await;
    let web = daemon.web();
    let front = web.get("/", &[]);
    harmless(&front, "/");
    let front = front.text();
    assert!(front.contains("A &lt;i&gt; &amp; B") && !front.contains("<script"), "{front}");
    for (path, words) in [
        (link(&front, "/articles/"), ["It stood", "loading=\"lazy\"", "http://heron.example/p.jpg"]),
        (link(&front, "/sources/"), ["The Heron", "Health:", "Polls"]),
        ("/sources".to_owned(), ["All sources", "The Heron", "1 source"]),
        ("/sources?page=1".to_owned(), ["All sources", "The Heron", "good"]),
    ] {
        let reply = web.get(&path, &[("Host", "marker-x7.example"), ("X-Forwarded-Host", "marker-x7")]);
        assert_eq!(reply.status, 200, "{path}");
        harmless(&reply, &path);
        let page = reply.text();
        for word in words {
            assert!(page.contains(word), "{path}: {word} is not in {page}");
        }
        for bad in ["<script", "onerror", "marker-x7", "href=\"/", "127.0.0.1:0"] {
            assert!(!page.contains(bad), "{path}: {bad}");
        }
        let zipped = web.get(&path, &[("Accept-Encoding", "gzip")]);
        assert_eq!(zipped.header("content-encoding"), Some("gzip"));
        assert!(zipped.unzipped().contains(words[0]));
        let head = web.ask("HEAD", &path, &[]);
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(web.ask("POST", &path, &[("Content-Length", "0")]).status, 405);
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_not_there_is_said_in_the_same_style() {
    let bench = Bench::new("");
    let daemon = bench.daemon().await;
    for path in [
        "/sources/marker-x7",
        "/sources/..%2fmarker-x7",
        "/sources?page=2",
        "/sources?page=marker-x7",
        "/articles/marker-x7",
        "/articles/00000000-0000-8000-8000-000000000000",
        "/articles/",
        "/%ff%fe/marker-x7",
        "/marker-x7",
    ] {
        let reply = daemon.get(path);
        assert_eq!(reply.status, 404, "{path}");
        harmless(&reply, path);
        let page = reply.text();
        assert!(page.contains("Not in this edition") && !page.contains("marker-x7"), "{path}");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn notices_are_a_feed_like_the_others() {
    let bench = Bench::new("");
    let daemon = bench.daemon().await;
    let web = daemon.web();
    let full = web.get("/status.atom", &[]);
    assert_eq!(full.status, 200);
    assert!(full.header("content-type").unwrap().starts_with("application/atom+xml"));
    assert_eq!(texts(&full.text(), "updated").len(), 1);
    let (tag, date) = (full.header("etag").unwrap(), full.header("last-modified").unwrap());
    for headers in [[("If-None-Match", tag)], [("If-Modified-Since", date)]] {
        let reply = web.get("/status.atom", &headers);
        assert_eq!((reply.status, reply.body.len()), (304, 0), "{headers:?}");
    }
    let zipped = web.get("/status.atom", &[("Accept-Encoding", "gzip")]);
    assert_eq!(zipped.unzipped().as_bytes(), full.body);
    daemon.stop().await;
}
