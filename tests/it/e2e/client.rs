//! A good client, seen from the servers it asks.

use super::bench::{Bench, HEAD, source, until};
use super::fetching::make_due;
use super::papers::{HTML, RSS, item, items, one_feed, page, paths, rss, site};
use crate::support::raw::{RawServer, Step};
use offprint::newsstand::{Answer, Behaviour};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn requests_carry_what_they_should_and_nothing_else() {
    let origin = site(|seen| {
        let base = format!("http://{}", seen.header("host").unwrap_or_default());
        let answer = match seen.plain_path() {
            "/robots.txt" => Answer::not_found(),
            "/start" => Answer::redirect(302, "/feed?a=b"),
            "/feed" => Answer::ok(RSS, rss(&item(&format!("{base}/story?x=1#part"), "Story", ""))),
            path => Answer::ok(HTML, page("Story", path)),
        };
        answer.header("set-cookie", "track=me; Path=/")
    })
    .await;
    let toml = format!("{}full_text = \"always\"\n", source("heron", &origin.url("/start#top")));
    let bench = Bench::new(&toml);
    bench.run(&["fetch"]).await.good();
    bench.run(&["fetch", "--force"]).await.good();
    assert_eq!(paths(&origin)[..4], ["/start", "/feed?a=b", "/robots.txt", "/story?x=1"]);
    let agent = format!("offprint/{} (+https://operator.example/)", env!("CARGO_PKG_VERSION"));
    for seen in origin.requests() {
        let mut names: Vec<&str> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"], "{}", seen.path);
        assert_eq!(seen.header("user-agent"), Some(agent.as_str()), "{}", seen.path);
        assert!(seen.header("accept-encoding").unwrap().contains("gzip"));
    }
    let accept = origin.requests()[0].header("accept").unwrap().to_owned();
    assert!(accept.contains("application/atom+xml") && accept.contains("application/rss+xml"), "{accept}");
    bench.configure(&format!("{HEAD}{toml}").replace("[fetch]", "[fetch]\nuser_agent = \"mine/1\""));
    origin.forget_requests();
    bench.run(&["fetch", "--force"]).await.good();
    assert!(origin.requests().iter().all(|seen| seen.header("user-agent") == Some("mine/1")));
}

/// A useless answer by name.
type Bad = (&'static str, Arc<dyn Fn() -> Answer + Send + Sync>);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn validators_of_useless_answers_are_never_sent() {
    let body = rss(&items("http://heron.example", 0..3));
    let whole = body.clone();
    // A good one, then one that brings nothing usable but has validators, then a good one.
    let bad: [Bad; 5] = [
        ("empty", Arc::new(|| Answer::ok(RSS, ""))),
        ("html", Arc::new(|| Answer::ok(HTML, "<!DOCTYPE html><html><body>Maintenance</body></html>"))),
        ("junk", Arc::new(|| Answer::ok(RSS, "no feed at all"))),
        ("large", Arc::new(|| Answer::ok(RSS, format!("<rss>{}", " ".repeat(300_000))))),
        ("status", Arc::new(|| Answer::status(500))),
    ];
    for (name, bad) in bad {
        let (turn, whole) = (AtomicUsize::new(0), whole.clone());
        let origin = site(move |_| {
            let answer = match turn.fetch_add(1, Ordering::SeqCst) {
                1 => bad(),
                _ => Answer::ok(RSS, whole.clone()),
            };
            let tag = if turn.load(Ordering::SeqCst) == 2 { "\"bad\"" } else { "\"good\"" };
            answer.header("etag", tag).header("last-modified", "some day")
        })
        .await;
        let head = HEAD.replace("[fetch]", "[fetch]\nmax_feed_size = \"100KiB\"");
        let bench = Bench::with(&format!("{head}{}", source("heron", &origin.url("/feed"))));
        bench.run(&["fetch"]).await.good();
        bench.run(&["fetch", "--force"]).await.failed(&["heron: failed"]);
        bench.run(&["fetch", "--force"]).await.good();
        let tags: Vec<_> =
            origin.requests().iter().map(|seen| seen.header("if-none-match").map(str::to_owned)).collect();
        assert_eq!(tags[0], None, "{name}");
        assert!(tags[1..].iter().flatten().all(|tag| tag == "\"good\""), "{name}: {tags:?}");
        assert_eq!(bench.entries().await.len(), 3, "{name}: entries stay");
    }
    // A document that is cut has its entries kept, and comes again in full.
    let origin = site(move |_| Answer::ok(RSS, body.clone()).header("etag", "\"cut\"")).await;
    origin.set_behaviour("/feed", Behaviour::Cut(600));
    let bench = Bench::new(&source("heron", &origin.url("/feed")));
    let ran = bench.run(&["fetch"]).await.good();
    assert!(ran.err.contains("heron: incomplete"), "{}", ran.err);
    let before = bench.entries().await.len();
    assert!((1..3).contains(&before), "{before}");
    origin.set_behaviour("/feed", Behaviour::Normal);
    bench.run(&["fetch", "--force"]).await.good();
    assert!(origin.requests()[1].header("if-none-match").is_none());
    assert_eq!(bench.entries().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_move_counts_once_a_feed_was_there_and_not_behind_a_detour() {
    let origin = one_feed(items("http://heron.example", 0..2)).await;
    let to = |path: &str, status| Behaviour::Redirect { status, to: origin.url(path) };
    let maintenance =
        || Behaviour::Body { bytes: b"<html><body>Back soon".to_vec(), content_type: HTML.into() };
    origin.set_behaviour("/early", to("/new1", 301));
    origin.set_behaviour("/new1", maintenance());
    origin.set_behaviour("/chain", to("/hop1", 308));
    origin.set_behaviour("/hop1", to("/hop2", 307));
    origin.set_behaviour("/hop2", to("/hop3", 301));
    let bench = Bench::new(&["early", "chain"].map(|id| source(id, &origin.url(&format!("/{id}")))).concat());
    bench.run(&["fetch"]).await.good();
    origin.forget_requests();
    origin.set_behaviour("/new1", Behaviour::Normal);
    bench.run(&["fetch", "--force"]).await.good();
    let mut asked = paths(&origin);
    asked.sort();
    assert_eq!(asked, ["/early", "/hop1", "/hop2", "/hop3", "/new1"], "the maintenance page was no new home");
    origin.forget_requests();
    bench.run(&["fetch", "--source", "early"]).await.good();
    assert_eq!(paths(&origin), ["/new1"], "now it is");
    // An edited address wins, starts afresh, and the entries stay.
    bench.configure(&format!("{HEAD}{}", source("early", &origin.url("/other"))));
    origin.forget_requests();
    bench.run(&["fetch"]).await.good();
    assert_eq!(paths(&origin), ["/other"], "due at once");
    assert!(origin.requests()[0].header("if-none-match").is_none());
    assert_eq!(bench.entries().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_publishers_say_about_the_next_poll() {
    const SY: &str = "xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"";
    let hours: String = (0..24).map(|hour| format!("<hour>{hour}</hour>")).collect();
    let feed = |channel: &str| {
        rss("").replace("<rss ", &format!("<rss {SY} ")).replace("<title>", &format!("{channel}<title>"))
    };
    let later = "Expires: Sun, 01 Jan 2040 05:00:00 GMT\nDate: Sun, 01 Jan 2040 00:00:00 GMT";
    // Name, status, headers, channel, hours until the next poll: from and to, jitter included.
    let cases: Vec<(&str, u16, &str, String, f64, f64)> = vec![
        ("plain", 200, "", feed(""), 1.0, 1.1),
        ("max-age", 200, "Cache-Control: max-age=10800", feed(""), 3.0, 3.3),
        ("short", 200, "Cache-Control: max-age=60", feed("<ttl>5</ttl>"), 1.0, 1.1),
        ("ttl", 200, "", feed("<ttl>240</ttl>"), 4.0, 4.4),
        (
            "period",
            200,
            "",
            feed("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"),
            6.0,
            6.6,
        ),
        ("year", 200, "Cache-Control: max-age=31536000", feed("<ttl>999999</ttl>"), 168.0, 185.0),
        ("junk", 200, "Cache-Control: max-age=soon\nExpires: 0", feed("<ttl>-5</ttl><ttl>x</ttl>"), 1.0, 1.1),
        ("all-skipped", 200, "", feed(&format!("<skipHours>{hours}</skipHours>")), 1.0, 1.1),
        ("expires", 200, later, feed(""), 5.0, 5.5),
        ("retry", 503, "Retry-After: 14400", String::new(), 4.0, 4.4),
        ("retry-junk", 503, "Retry-After: -7", String::new(), 1.0, 1.1),
        ("retry-years", 503, "Retry-After: 999999999", String::new(), 168.0, 185.0),
        ("broken", 500, "Retry-After: 14400", String::new(), 1.0, 1.1),
    ];
    let mut servers = Vec::new();
    let mut toml = String::new();
    for (name, status, headers, body, ..) in &cases {
        let mut head = format!("HTTP/1.1 {status} Word\r\nContent-Length: {}\r\n", body.len());
        headers.lines().for_each(|line| head.push_str(&format!("{line}\r\n")));
        let server = RawServer::saying(format!("{head}\r\n{body}")).await;
        toml.push_str(&source(name, &server.url("/feed")));
        toml.push_str("adaptive = false\n");
        servers.push(server);
    }
    let bench = Bench::new(&toml);
    bench.run(&["fetch"]).await.good();
    let database = bench.database();
    for (name, _, _, _, from, to) in cases {
        let query = "SELECT (next_due - last_attempt) / 3600000.0, why FROM sources WHERE id = ?1";
        let (pause, why): (f64, String) =
            database.query_row(query, [name], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        // A request takes its time on a busy machine.
        assert!(pause >= from && pause <= to + 0.02, "{name}: {pause} h, not {from} to {to}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn restarts_crashes_and_reloads_ask_for_nothing() {
    let stuck = RawServer::start(|_| vec![Step::Hang]).await;
    let origin = one_feed(items("http://heron.example", 0..2)).await;
    let bench =
        Bench::new(&[source("heron", &origin.url("/feed")), source("stuck", &stuck.url("/feed"))].concat());
    for round in 0..6 {
        let mut daemon = bench.daemon().await;
        if round == 0 {
            daemon.entries(2).await;
            until("it hangs", || stuck.paths().len() == 1).await;
        }
        daemon.signal("HUP");
        daemon.logged("reload.done").await;
        if round % 2 == 0 {
            daemon.kill()
        } else {
            daemon.stop().await
        }
        bench.run(&["fetch"]).await.good();
    }
    assert_eq!((origin.total(), stuck.paths().len()), (1, 1));
    make_due(&bench);
    bench.run(&["fetch", "--source", "heron"]).await.good();
    assert_eq!(origin.total(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_source_that_is_disabled_or_removed_stops_at_once() {
    let origin = site(|seen| match seen.plain_path() {
        "/robots.txt" => Answer::not_found(),
        "/one" | "/two" => {
            let base = format!("http://{}{}", seen.header("host").unwrap_or_default(), seen.plain_path());
            Answer::ok(RSS, rss(&items(&base, 0..30)))
        }
        path => Answer::ok(HTML, page("Story", path)),
    })
    .await;
    let head = HEAD.replace("host_delay = \"0s\"", "host_delay = \"200ms\"").replace("never", "always");
    let sources = ["one", "two"].map(|id| source(id, &origin.url(&format!("/{id}"))));
    let bench = Bench::with(&format!("{head}{}", sources.concat()));
    let daemon = bench.daemon().await;
    until("pages of both", || {
        ["/one/a", "/two/a"].iter().all(|start| paths(&origin).iter().any(|path| path.starts_with(start)))
    })
    .await;
    bench.configure(&format!("{head}{}enabled = false\n", sources[0]));
    daemon.signal("HUP");
    daemon.logged("reload.done").await;
    // What was under way may end.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = origin.total();
    assert!(before < 50, "{before}: too late to see anything");
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(origin.total(), before, "{:?}", paths(&origin));
    assert!(!daemon.log().contains("died"), "{}", daemon.log());
    // Switched on again it goes on where it was.
    bench.configure(&format!("{head}{}", sources[0]));
    daemon.signal("HUP");
    until("it goes on", || origin.total() > before + 2).await;
    daemon.stop().await;
}
