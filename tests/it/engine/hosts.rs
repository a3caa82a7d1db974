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
        (Purpose::Feed, a) => {
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
