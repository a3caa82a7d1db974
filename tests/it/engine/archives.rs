//! A first import that reads on: archives and further pages (RFC 5005).

use super::*;

const FEED: &str = "https://a.example/feed";

fn source(first_import: usize) -> String {
    format!("{}first_import = {first_import}\n", plain_source("a"))
}

/// A document with these links in its head and entries `from..to`, the newest first.
fn document(links: &[(&str, &str)], from: u32, to: u32) -> String {
    let links: String =
        links.iter().map(|(rel, href)| format!("<link rel=\"{rel}\" href=\"{href}\"/>")).collect();
    let entry = |n: u32| {
        format!(
            "<entry><id>urn:x:{n}</id><title>{n:02}</title><link href=\"/{n}\"/><updated>2026-02-{n:02}T00:00:00Z</updated></entry>"
        )
    };
    let entries: String = (from..to).rev().map(entry).collect();
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>A</title>{links}{entries}</feed>")
}

fn titles(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|n| format!("{n:02}")).collect()
}

/// The first document has 20 to 24, archives go back by five each to the first of all.
fn archived(call: &Call) -> Reply {
    let (older, from, to) = match call.url.as_str() {
        FEED => (Some("/2"), 20, 25),
        "https://a.example/2" => (Some("/1"), 15, 20),
        "https://a.example/1" => (Some("/0"), 10, 15),
        "https://a.example/0" => (None, 5, 10),
        _ => return refusal(call, 404, Retry::Later(None)),
    };
    let links: Vec<(&str, &str)> = older.map(|href| ("prev-archive", href)).into_iter().collect();
    feed(call, &document(&links, from, to))
}

#[tokio::test(start_paused = true)]
async fn archives_until_there_is_enough_and_never_again() {
    let mut world = World::new(&source(12), archived).await;
    world.run(HOUR * 5).await;
    world.restart(&source(12)).await;
    world.run(HOUR * 5).await;
    assert_eq!(world.titles().await, titles(13..25), "the newest twelve");
    let count = |url: &str| world.times(url).len();
    assert!(count(FEED) >= 8);
    assert_eq!((count("https://a.example/2"), count("https://a.example/1")), (1, 1));
    assert_eq!(count("https://a.example/0"), 0, "there was enough before it");
}

#[tokio::test(start_paused = true)]
async fn what_the_first_import_left_out_never_comes_later() {
    let world = World::new(&source(12), |call| match (call.url.as_str(), call.nth) {
        (FEED, 3..) => feed(call, &document(&[], 10, 26)),
        _ => archived(call),
    })
    .await;
    world.run(HOUR * 5).await;
    assert_eq!(world.titles().await, titles(13..26), "25 is new; 10 to 12 were seen");
}

#[tokio::test(start_paused = true)]
async fn not_where_the_feed_has_enough_or_says_that_it_is_all() {
    for (first_import, head) in
        [(5, ""), (50, "<fh:complete xmlns:fh=\"http://purl.org/syndication/history/1.0\"/>")]
    {
        let world = World::new(&source(first_import), move |call| match call.url.as_str() {
            FEED => {
                let body = document(&[("prev-archive", "/2"), ("next", "/p")], 20, 25);
                feed(call, &body.replacen("<title>", &format!("{head}<title>"), 1))
            }
            _ => archived(call),
        })
        .await;
        world.run(MINUTE).await;
        assert_eq!(world.titles().await, titles(20..25));
        assert_eq!(world.net.calls.lock().unwrap().len(), 1, "{head}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_and_what_a_newer_document_said_stands() {
    let world = World::new(&source(50), |call| match call.url.as_str() {
        FEED => feed(call, &document(&[("next", "?page=2")], 20, 25)),
        // Entries have moved on between the two requests, and 20 reads otherwise there.
        "https://a.example/feed?page=2" => {
            feed(call, &document(&[("next", "/third")], 18, 22).replace(">20<", ">20 of yore<"))
        }
        "https://a.example/third" => feed(call, &document(&[("next", "/feed?page=2")], 15, 18)),
        _ => refusal(call, 404, Retry::Later(None)),
    })
    .await;
    world.run(HOUR * 3).await;
    assert_eq!(world.titles().await, titles(15..25));
    assert_eq!(world.times("https://a.example/feed?page=2").len(), 1, "a circle ends");
}

#[tokio::test(start_paused = true)]
async fn a_walk_without_end_ends() {
    // Ever new entries, and ever the same one under ever new addresses.
    for same in [false, true] {
        let world = World::new(&source(1000), move |call| {
            let n: u32 = call.url.rsplit('/').next().unwrap().parse().unwrap_or(0);
            let entry = if same { 7 } else { 1 + n % 28 };
            let body = document(&[("next", &format!("/{}", n + 1))], entry, entry + 1);
            feed(call, &body.replace("urn:x:", &format!("urn:{}:", if same { 0 } else { n })))
        })
        .await;
        world.run(MINUTE * 10).await;
        let further = world.net.calls.lock().unwrap().len() - 1;
        assert_eq!(further, if same { 1 } else { 20 });
        assert_eq!(world.entries().await.len(), if same { 1 } else { 21 });
    }
}

#[tokio::test(start_paused = true)]
async fn trouble_on_the_way_leaves_what_was_found() {
    type Answer = fn(&Call) -> Reply;
    let cases: [(Answer, u32, &str); 4] = [
        (|call| refusal(call, 500, Retry::Later(None)), 20, "the server answered 500"),
        (|call| answer(response(&call.url, "<html><body>Gone.</body></html>")), 20, "HTML page"),
        (
            |call| {
                Reply::After(
                    MINUTE * 6,
                    Box::new(Ok(response(&call.url, &document(&[("prev-archive", "/1")], 15, 20)))),
                )
            },
            15,
            "five minutes",
        ),
        // Cut: its complete entries, but no link.
        (
            |call| answer(response(&call.url, &document(&[], 15, 20).replace("</feed>", "<entry><title>x"))),
            15,
            "",
        ),
    ];
    for (answer, from, trouble) in cases {
        let world = World::new(&source(50), move |call| match call.url.as_str() {
            "https://a.example/2" => answer(call),
            _ => archived(call),
        })
        .await;
        world.run(MINUTE * 20).await;
        assert_eq!(world.titles().await, titles(from..25), "{trouble}");
        let events = world.forget_events();
        assert!(!events.iter().any(|event| matches!(event, Event::PollFailed { .. })), "{events:?}");
        let now = world.clock.now();
        let figures = world.engine.store().read(move |conn| store::figures(conn, now)).await.unwrap();
        let repairs = figures.sources[0].repairs.join("\n");
        assert!(repairs.contains(trouble), "{trouble:?} is not in {repairs:?}");
        world.run(HOUR * 2).await;
        assert_eq!(world.times("https://a.example/2").len(), 1, "not repeated");
    }
}

#[tokio::test(start_paused = true)]
async fn never_to_another_host_and_not_after_a_cut_document() {
    let world = World::new(&source(50), |call| match (call.url.as_str(), call.nth) {
        (FEED, 1) => {
            let cut = Some("the answer ends after 300 bytes".to_owned());
            let body = document(&[("prev-archive", "/2")], 20, 25);
            answer(FetchResponse { cut, ..response(&call.url, &body) })
        }
        (FEED, _) => feed(call, &document(&[("prev-archive", "https://a.example/x")], 20, 25)),
        ("https://a.example/x", _) => {
            feed(call, &document(&[("prev-archive", "https://b.example/y")], 18, 20))
        }
        _ => refusal(call, 404, Retry::Later(None)),
    })
    .await;
    world.run(MINUTE).await;
    assert_eq!(world.titles().await, titles(20..25));
    world.run(HOUR * 3).await;
    assert_eq!(world.titles().await, titles(18..25), "the next poll was a first import still");
    let calls = world.net.calls.lock().unwrap().clone();
    assert!(
        calls.iter().all(|call| !call.url.contains("b.example") && !call.url.ends_with("/2")),
        "{calls:?}"
    );
}
