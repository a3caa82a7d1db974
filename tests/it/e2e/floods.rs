//! Pages and feeds made to exhaust whoever reads them.

use super::bench::{Bench, HEAD, source};
use super::papers::{HTML, RSS, item, page, rss, site};
use offprint::newsstand::{Answer, compress};
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn hostile_pages_are_bounded_and_their_entries_kept() {
    let origin = site(|seen| {
        let base = format!("http://{}", seen.header("host").unwrap_or_default());
        let text = page("Page", "in full");
        let stuffed =
            |stuff: String| Answer::ok(HTML, text.replace("<article>", &format!("<article>{stuff}")));
        match seen.plain_path() {
            "/robots.txt" => Answer::not_found(),
            "/feed" => {
                let names = ["divs", "bold", "attributes", "bomb", "large", "tables", "entities", "good"];
                let one = |name: &&str| {
                    item(&format!("{base}/{name}"), name, "<description>Teaser of the feed</description>")
                };
                Answer::ok(RSS, rss(&names.iter().map(one).collect::<String>()))
            }
            "/divs" => stuffed("<div>".repeat(100_000)),
            "/bold" => stuffed("<b><i>x".repeat(10_000)),
            "/attributes" => {
                let attributes: String = (0..30_000).map(|n| format!(" a{n}=\"{n}\"")).collect();
                stuffed(format!("<p{attributes}>"))
            }
            "/bomb" => Answer::ok(HTML, compress(&vec![b' '; 20 << 20])).header("content-encoding", "gzip"),
            "/large" => stuffed("<p>word ".repeat(400_000)),
            "/tables" => stuffed("<table><tr><td>".repeat(5_000)),
            "/entities" => stuffed("&lt;".repeat(200_000)),
            _ => Answer::ok(HTML, text),
        }
    })
    .await;
    let head = HEAD.replace("timeout = \"10s\"", "timeout = \"20s\"\nmax_page_size = \"2MiB\"");
    let bench =
        Bench::with(&format!("{head}{}full_text = \"always\"\n", source("heron", &origin.url("/feed"))));
    let start = Instant::now();
    bench.run(&["fetch"]).await.good();
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    let entries = bench.entries().await;
    assert_eq!(entries.len(), 8);
    for entry in entries {
        let html = entry["content_html"].as_str().unwrap();
        assert!(
            html.contains("Teaser of the feed") || html.contains("Paragraph 8") || html.len() > 20,
            "{entry}"
        );
        if entry["title"] == "good" {
            assert!(html.contains("Paragraph 8"), "{html}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn hostile_feeds_are_bounded_and_others_unaffected() {
    let many: String =
        (0..20_000).map(|n| item(&format!("http://heron.example/{n}"), &format!("Story {n}"), "")).collect();
    let deep = rss(&item(
        "http://heron.example/deep",
        "Deep",
        &format!("<description>{}</description>", "&lt;div&gt;".repeat(50_000)),
    ));
    let nested = "<rss><channel>".to_owned() + &"<a>".repeat(100_000);
    let json =
        format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":{}", "[".repeat(100_000));
    let bomb = format!(
        "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\">{}]><rss version=\"2.0\"><channel><title>&l9;</title></channel></rss>",
        (0..10)
            .map(|n| format!(
                "<!ENTITY l{n} \"{}\">",
                format!("&{};", if n == 0 { "a".to_owned() } else { format!("l{}", n - 1) }).repeat(10)
            ))
            .collect::<String>()
    );
    let outside = "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>".to_owned()
        + &rss(&item("http://heron.example/x", "x &x; y", ""));
    let origin = site(move |seen| match seen.plain_path() {
        "/many" => Answer::ok(RSS, rss(&many)),
        "/deep" => Answer::ok(RSS, deep.clone()),
        "/nested" => Answer::ok(RSS, nested.clone()),
        "/json" => Answer::ok("application/feed+json", json.clone()),
        "/bomb" => Answer::ok(RSS, bomb.clone()),
        "/outside" => Answer::ok(RSS, outside.clone()),
        "/zip" => Answer::ok(RSS, compress(&vec![b' '; 40 << 20])).header("content-encoding", "gzip"),
        _ => Answer::ok(RSS, rss(&item("http://heron.example/good", "Good", ""))),
    })
    .await;
    let names = ["many", "deep", "nested", "json", "bomb", "outside", "zip", "good"];
    let bench = Bench::new(&names.map(|id| source(id, &origin.url(&format!("/{id}")))).concat());
    let start = Instant::now();
    let ran = bench.run(&["fetch"]).await.good();
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert!(ran.err.contains("zip: failed: "), "{}", ran.err);
    for id in ["json", "nested"] {
        assert!(ran.err.contains(&format!("{id}: incomplete")), "{id}: {}", ran.err);
    }
    let entries = bench.entries().await;
    let titled = |title: &str| {
        entries.iter().any(|entry| entry["title"].as_str().is_some_and(|t| t.starts_with(title)))
    };
    assert!(titled("Good") && titled("Deep") && titled("Story"), "{}", ran.err);
    assert!(!serde_json::to_string(&entries).unwrap().contains("root:"));
}
