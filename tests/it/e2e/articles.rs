//! Pages of articles: which are fetched, what becomes of their text.

use super::bench::{Bench, HEAD, source};
use super::papers::{HTML, RSS, item, page, paths, rss, site};
use crate::support::raw::{RawServer, Step};
use offprint::newsstand::{Answer, Behaviour, Origin, Seen};
use serde_json::Value;

/// A paper with a feed of short teasers for `/a/1`, `/a/2` … and a page each.
async fn paper(count: usize, robots: impl Fn() -> Answer + Send + Sync + 'static) -> Origin {
    site(move |seen| match seen.plain_path() {
        "/feed" => feed(count, seen),
        "/robots.txt" => robots(),
        path => Answer::ok(HTML, page(&format!("Page {path}"), "in full")),
    })
    .await
}

fn feed(count: usize, seen: &Seen) -> Answer {
    let base = format!("http://{}", seen.header("host").unwrap_or_default());
    let teaser = "<description>Teaser of the paper</description>";
    let items: String =
        (1..=count).map(|n| item(&format!("{base}/a/{n}"), &format!("Page /a/{n}"), teaser)).collect();
    Answer::ok(RSS, rss(&items)).validated("\"same\"", "Mon, 02 Mar 2026 10:00:00 GMT")
}

fn html(entry: &Value) -> &str {
    entry["content_html"].as_str().unwrap_or_default()
}

fn full(entry: &Value) -> bool {
    html(entry).contains("Paragraph 8 of the story, in full")
}

fn pages(origin: &Origin) -> Vec<String> {
    paths(origin).into_iter().filter(|path| path.starts_with("/a/")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn never_auto_and_always() {
    for (mode, wanted) in [("never", 0), ("auto", 3), ("always", 3)] {
        let origin = paper(3, Answer::not_found).await;
        let toml = format!("{}full_text = \"{mode}\"\n", source("heron", &origin.url("/feed")));
        let bench = Bench::new(&toml);
        bench.run(&["fetch"]).await.good();
        assert_eq!(pages(&origin).len(), wanted, "{mode}");
        let robots = paths(&origin).iter().filter(|path| *path == "/robots.txt").count();
        assert_eq!(robots, wanted.min(1), "asked once");
        assert!(origin.peak() <= 2, "two at once on one host");
        let entries = bench.entries().await;
        assert_eq!(entries.len(), 3);
        assert!(entries.iter().all(|entry| full(entry) == (wanted > 0)), "{mode}: {entries:#?}");
        assert!(entries.iter().all(
            |entry| entry["date_modified"].is_null() || entry["date_modified"] == entry["date_published"]
        ));
        bench.run(&["fetch", "--force"]).await.good();
        assert_eq!(pages(&origin).len(), wanted, "{mode}: each page once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn switched_on_later_it_gets_the_pages_of_what_is_stored() {
    let origin = paper(3, Answer::not_found).await;
    let never = source("heron", &origin.url("/feed"));
    let bench = Bench::new(&never);
    bench.run(&["fetch"]).await.good();
    bench.configure(&format!("{HEAD}{never}full_text = \"always\"\n"));
    let ran = bench.run(&["fetch", "--force"]).await.good();
    assert!(ran.err.contains("1 unchanged"), "{}", ran.err);
    assert!(bench.entries().await.iter().all(full));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_page_that_robots_may_not_read_leaves_the_feeds_text() {
    type Rule = (&'static str, fn() -> Answer, usize);
    let rules: [Rule; 6] = [
        ("closed", || Answer::ok("text/plain", "User-agent: *\nDisallow: /a/\n"), 0),
        (
            "ours",
            || Answer::ok("text/plain", "User-agent: *\nDisallow:\n\nUser-Agent: OffPrint\nDisallow: /\n"),
            0,
        ),
        (
            "opened",
            || Answer::ok("text/plain", "User-agent: *\nDisallow: /\nUser-agent: offprint\nAllow: /\n"),
            2,
        ),
        ("longest", || Answer::ok("text/plain", "User-agent: *\nDisallow: /a\nAllow: /a/1$\n"), 1),
        ("broken", || Answer::status(503), 0),
        ("forbidden", || Answer::status(403), 2),
    ];
    for (name, robots, open) in rules {
        let origin = paper(2, robots).await;
        let bench = Bench::new(&(source("heron", &origin.url("/feed")) + "full_text = \"always\"\n"));
        bench.run(&["fetch"]).await.good();
        assert_eq!(pages(&origin).len(), open, "{name}");
        let entries = bench.entries().await;
        assert_eq!(entries.len(), 2, "{name}");
        assert_eq!(entries.iter().filter(|entry| full(entry)).count(), open, "{name}");
        assert!(entries.iter().all(|entry| full(entry) || html(entry).contains("Teaser")), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn selectors_and_their_misses() {
    let origin = site(|seen| match seen.plain_path() {
        "/robots.txt" => Answer::not_found(),
        "/a/1" => {
            let more = "<p>And this belongs to the box alone, a long sentence about nothing but the box.</p>"
                .repeat(6);
            let chosen = format!("<div id=\"box\">{more}<p class=\"ad\">Buy boats now</p></div></body>");
            Answer::ok(HTML, page("Page /a/1", "in full").replace("</body>", &chosen))
        }
        _ => feed(1, seen),
    })
    .await;
    let toml = |selector: &str| {
        format!(
            "{}full_text = \"always\"\ncontent_selector = \"{selector}\"\nremove_selectors = [\".ad\"]\n",
            source("heron", &origin.url("/feed"))
        )
    };
    let bench = Bench::new(&toml("#box"));
    bench.run(&["fetch"]).await.good();
    let entries = bench.entries().await;
    assert!(html(&entries[0]).contains("belongs to the box") && !full(&entries[0]), "{entries:#?}");
    assert!(!html(&entries[0]).contains("Buy boats"));
    let bench = Bench::new(&toml("#no-such-box"));
    bench.run(&["fetch"]).await.good();
    assert!(full(&bench.entries().await[0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_no_article_is_not_taken_for_one() {
    let origin = paper(6, Answer::not_found).await;
    let answer =
        |kind: &str, bytes: &[u8]| Behaviour::Body { bytes: bytes.to_vec(), content_type: kind.to_owned() };
    origin.set_behaviour("/a/1", answer("application/pdf", b"%PDF-1.7 pages and pages of text that is none"));
    origin.set_behaviour("/a/2", answer("video/mp4", &[0; 4096]));
    origin.set_behaviour(
        "/a/3",
        answer(HTML, b"<title>x</title><div id=root></div><script src=app.js></script>"),
    );
    origin.set_behaviour("/a/4", Behaviour::Status(404, vec![]));
    origin.set_behaviour("/a/5", answer(HTML, page("Cookies", "").replace("river", "cookie").as_bytes()));
    let bench = Bench::new(&(source("heron", &origin.url("/feed")) + "full_text = \"always\"\n"));
    let ran = bench.run(&["fetch"]).await.good();
    let entries = bench.entries().await;
    assert_eq!(entries.len(), 6, "{}", ran.err);
    for entry in &entries {
        let title = entry["title"].as_str().unwrap();
        if ["Page /a/1", "Page /a/2", "Page /a/3", "Page /a/4"].contains(&title) {
            assert!(html(entry).contains("Teaser"), "{entry}");
        }
    }
    assert!(entries.iter().any(|entry| entry["title"] == "Page /a/6" && full(entry)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_host_of_pages_that_hangs_delays_nobody() {
    let stuck = RawServer::start(|head| {
        if head.starts_with("GET /robots.txt") {
            return vec![Step::Send(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".to_vec())];
        }
        vec![Step::Hang]
    })
    .await;
    let teaser = "<description>Teaser of the paper</description>";
    let links: String =
        (0..6).map(|n| item(&stuck.url(&format!("/a/{n}")), &format!("Stuck {n}"), teaser)).collect();
    let slow = super::papers::one_feed(links).await;
    let good = paper(4, Answer::not_found).await;
    let toml = [source("slow", &slow.url("/feed")), source("good", &good.url("/feed"))].concat();
    let head = HEAD.replace("\"never\"", "\"always\"").replace("timeout = \"10s\"", "timeout = \"60s\"");
    let bench = Bench::with(&format!("{head}{toml}"));
    let daemon = bench.daemon().await;
    let entries = daemon.entries(4).await;
    assert!(entries.iter().all(full), "{entries:#?}");
    daemon.stop().await;
    // Without patience the stuck ones come with what the feed said.
    let toml = [format!("{HEAD}[output]\nwait = \"1s\"\n"), toml].concat();
    bench.configure(
        &toml.replace("\"never\"", "\"always\"").replace("timeout = \"10s\"", "timeout = \"60s\""),
    );
    let daemon = bench.daemon().await;
    let entries = daemon.entries(10).await;
    assert_eq!(entries.iter().filter(|entry| html(entry).contains("Teaser")).count(), 6);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn special_addresses_are_not_connected_to_unless_allowed() {
    let inside = std::net::TcpListener::bind("127.0.0.2:0").unwrap();
    inside.set_nonblocking(true).unwrap();
    let port = inside.local_addr().unwrap().port();
    let hosts =
        ["127.0.0.2", "2130706434", "0x7f.2", "0177.0.0.2", "[::ffff:127.0.0.2]", "[64:ff9b::7f00:2]"];
    let links: String = hosts
        .iter()
        .map(|host| item(&format!("http://{host}:{port}/"), host, "<description>T</description>"))
        .collect();
    let origin = site(move |seen| {
        let base = format!("http://{}", seen.header("host").unwrap_or_default());
        match seen.plain_path() {
            "/feed" => Answer::ok(RSS, rss(&(links.clone() + &item(&format!("{base}/hop"), "hop", "")))),
            "/html" => Answer::ok(
                HTML,
                format!(
                    "<link rel=alternate type=application/rss+xml href=\"http://127.0.0.2:{port}/feed\">"
                ),
            ),
            "/robots.txt" => Answer::not_found(),
            _ => Answer::redirect(302, &format!("http://127.0.0.2:{port}/")),
        }
    })
    .await;
    let head = HEAD.replace("allow_private_addresses = true", "allow_addresses = [\"127.0.0.1\"]");
    let toml = ["feed", "html", "hop"].map(|id| source(id, &origin.url(&format!("/{id}")))).concat();
    let outside =
        source("direct", &format!("http://127.0.0.2:{port}/")) + &source("file", "http://localhost/");
    let bench = Bench::with(&format!("{head}{toml}{outside}").replace("\"never\"", "\"always\""));
    let ran = bench.run(&["fetch"]).await.good();
    for id in ["html", "hop", "direct"] {
        assert!(ran.err.contains(&format!("{id}: failed: ")), "{id}: {}", ran.err);
    }
    assert_eq!(bench.entries().await.len(), hosts.len() + 1);
    let met = inside.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(met, Err(std::io::ErrorKind::WouldBlock), "somebody connected");
}
