//! Hosts that hang, and budgets of hosts.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_hanging_feed_delays_nobody() {
    let toml: String = ["a", "b", "c", "stuck"].map(plain_source).concat();
    let world = World::new(&toml, |call| match call.url.as_str() {
        "https://stuck.example/feed" => Reply::Never,
        url => feed(call, &rss("", &[("1", &format!("{url}/1"), url)])),
    })
    .await;
    world.run(HOUR * 5).await;
    for name in ["a", "b", "c"] {
        assert_eq!(world.times(&format!("https://{name}.example/feed")).len(), 5);
    }
    assert_eq!(world.times("https://stuck.example/feed").len(), 1);
    assert_eq!(world.entries().await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn hanging_pages_delay_neither_feeds_nor_other_pages() {
    let toml = "[fetch]\nconcurrency = 8\n[sources.a]\nurl = \"https://a.example/feed\"\n[sources.b]\nurl = \"https://b.example/feed\"\n";
    let world = World::new(toml, |call| match (call.purpose, call.url.contains("//a.")) {
        (Purpose::Page, true) => Reply::Never,
        (Purpose::Page, false) => feed(call, &page_html("A page of b")),
        (_, a) => {
            let host = if a { "a" } else { "b" };
            let links: Vec<(String, String)> = (0..20)
                .map(|n| (format!("{}-{n}", call.nth), format!("https://{host}.example/{}-{n}", call.nth)))
                .collect();
            let items: Vec<_> =
                links.iter().map(|(id, link)| (id.as_str(), link.as_str(), id.as_str())).collect();
            feed(call, &rss("", &items))
        }
    })
    .await;
    world.run(HOUR * 3).await;
    assert_eq!(world.times("https://a.example/feed").len(), 3);
    assert_eq!(world.times("https://b.example/feed").len(), 3);
    let entries = world.entries().await;
    assert_eq!(entries.len(), 120, "those that wait for a hanging page are served without it");
    let full = entries.iter().filter(|entry| entry.article.is_some()).count();
    assert_eq!(full, 60, "all pages of the other host");
    assert_eq!(
        world.net.load.lock().unwrap().busiest_host,
        3,
        "two pages and a feed: the client has the last word"
    );
}

#[tokio::test(start_paused = true)]
async fn no_host_gets_more_jobs_than_it_bears() {
    // Ten sources on one host, three jobs at once; and never more than the whole allows.
    let sources: String = (0..10)
        .map(|n| format!("[sources.s{n}]\nurl = \"https://one.example/{n}\"\nfull_text = \"never\"\n"))
        .collect();
    let others: String = (0..30).map(|n| plain_source(&format!("o{n}"))).collect();
    let toml = format!("[fetch]\nper_host = 3\nconcurrency = 12\n{sources}{others}");
    let world = World::new(&toml, |call| feed(call, &rss("", &[]))).await;
    world.run(MINUTE).await;
    let load = world.net.load.lock().unwrap();
    assert_eq!((load.busiest_host, load.busiest), (3, 12));
    assert_eq!(world.net.calls.lock().unwrap().len(), 40);
}

/// Two sources and their pages at one host, one source elsewhere.
fn neighbours() -> String {
    let at = |name: &str, host: &str| {
        format!("[sources.{name}]\nurl = \"https://{host}.example/{name}\"\nfull_text = \"always\"\n")
    };
    [at("one", "paper"), at("two", "paper"), at("three", "other")].concat()
}

#[tokio::test(start_paused = true)]
async fn a_host_that_asks_for_a_pause_is_left_alone_by_all_also_after_a_restart() {
    let rest = HOUR * 5;
    let mut world = World::new(&neighbours(), move |call| match call.purpose {
        Purpose::Feed if call.url.ends_with("/one") && call.nth == 2 => {
            refusal(call, 429, Retry::Later(Some(rest)))
        }
        Purpose::Feed => {
            let link = format!("{}/{}", call.url, call.nth);
            feed(call, &rss("", &[(&link, &link, "Bridge reopens")]))
        }
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    world.run(MINUTE * 90).await;
    world.restart(&neighbours()).await;
    world.run(HOUR * 10).await;
    let calls = world.net.calls.lock().unwrap().clone();
    let paper: Vec<&Call> = calls.iter().filter(|call| call.url.contains("//paper.")).collect();
    let refused = paper.iter().find(|call| call.url.ends_with("/one") && call.nth == 2).unwrap().at;
    let under_way = LATENCY * 3;
    let early = paper.iter().filter(|call| call.at > refused + under_way && call.at < refused + rest);
    assert_eq!(early.map(|call| (call.at, &call.url)).collect::<Vec<_>>(), []);
    let later = |name: &str| paper.iter().filter(|c| c.url.ends_with(name) && c.at > refused + rest).count();
    assert!(later("/one") >= 3 && later("/two") >= 3, "both go on afterwards");
    assert!(world.times("https://other.example/three").len() >= 10, "nobody else is concerned");
    let events = world.forget_events();
    let failed = events.iter().filter(|event| matches!(event, Event::PollFailed { .. })).count();
    assert_eq!(failed, 1, "the others have not failed: {events:?}");
    assert!(!events.iter().any(|event| matches!(event, Event::ScrapeFailed { .. })));
    let (sources, now) = (world.entries().await, world.clock.now());
    let full = sources.iter().filter(|entry| entry.article.is_some()).count();
    assert_eq!(full, sources.len(), "no page was given up; {now}");
}

#[tokio::test(start_paused = true)]
async fn one_round_does_not_wait_for_a_pause_unless_a_source_is_named() {
    use offprint::daemon::Once;
    let toml = format!("[fetch]\nper_host = 1\n{}", neighbours().replace("always", "never"));
    let mut world = World::new(&toml, |call| match call.url.contains("//paper.") {
        true => refusal(call, 429, Retry::Later(Some(HOUR * 7))),
        false => feed(call, &rss("", &[])),
    })
    .await;
    world.engine.once(Once::default(), CancellationToken::new()).await.unwrap();
    let asked = |world: &World| world.net.calls.lock().unwrap().len();
    assert_eq!(asked(&world), 2, "one at the host, one elsewhere");
    let postponed =
        |events: &[Event]| events.iter().filter(|event| matches!(event, Event::PollPostponed { .. })).count();
    assert_eq!(postponed(&world.forget_events()), 1);
    world.restart(&toml).await;
    world.engine.once(Once::default(), CancellationToken::new()).await.unwrap();
    assert_eq!((asked(&world), postponed(&world.forget_events())), (2, 1), "another process knows");
    let sources = vec![offprint::model::SourceId::new("two").unwrap()];
    world.engine.once(Once { sources, force: false }, CancellationToken::new()).await.unwrap();
    assert_eq!(asked(&world), 3, "named, it is asked all the same");
}

#[tokio::test(start_paused = true)]
async fn a_source_with_many_pages_does_not_hold_up_its_neighbours() {
    let world = World::new(&neighbours(), |call| match call.purpose {
        Purpose::Feed => {
            let count = if call.url.ends_with("/one") { 50 } else { 3 };
            let links: Vec<String> = (0..count).map(|n| format!("{}/{n}", call.url)).collect();
            let items: Vec<_> =
                links.iter().map(|link| (link.as_str(), link.as_str(), "Bridge reopens")).collect();
            // The long one comes first.
            let latency = if count == 50 { LATENCY } else { LATENCY * 2 };
            Reply::After(latency, Box::new(Ok(response(&call.url, &rss("", &items)))))
        }
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    world.run(MINUTE).await;
    let calls = world.net.calls.lock().unwrap();
    let pages: Vec<&str> =
        calls.iter().filter(|c| c.purpose == Purpose::Page).map(|call| call.url.as_str()).collect();
    assert_eq!(pages.len(), 56);
    let paper: Vec<&&str> = pages.iter().filter(|url| url.contains("//paper.")).collect();
    let last = paper.iter().rposition(|url| url.contains("/two/")).unwrap();
    assert!(last < 14, "the last page of the other source was number {last}");
}
