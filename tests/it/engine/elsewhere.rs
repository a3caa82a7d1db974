//! Feeds that have gone from their address and are somewhere else on their site.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};

const OLD: &str = "https://news.example.com/feed";
const HOME: &str = "https://example.com/";
const TOML: &str = "[sources.paper]\nurl = \"https://news.example.com/feed\"\nfull_text = \"never\"\n";

fn linking(feed: &str) -> String {
    format!(
        "<html><head><link rel=alternate type=application/rss+xml title=Comments href=/comments>\
         <link rel=alternate type=application/rss+xml href=\"{feed}\"></head><body>Welcome</body></html>"
    )
}

fn stories(title: &str, numbers: std::ops::Range<usize>) -> String {
    let links: Vec<String> = numbers.map(|n| format!("https://example.com/a/{n}")).collect();
    let items: Vec<(&str, &str, &str)> =
        links.iter().map(|link| (link.as_str(), link.as_str(), link.as_str())).collect();
    rss("<link>https://example.com/</link>", &items).replace("A feed", title)
}

/// A world whose feed goes after the first poll; what is at other addresses.
async fn world(gone: u16, others: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> World {
    World::new(TOML, move |call| match call.url.as_str() {
        OLD if call.nth == 1 => feed(call, &stories("The Paper", 0..3)),
        OLD if gone == 200 => feed(call, &linking("https://example.com/rss/all")),
        OLD => refusal(call, gone, Retry::Later(None)),
        _ => others(call),
    })
    .await
}

async fn state(world: &World) -> offprint::model::SourceState {
    let (now, id) = (world.clock.now(), offprint::model::SourceId::new("paper").unwrap());
    world.engine.store().read(move |conn| store::figures_of(conn, &id, now)).await.unwrap().unwrap()
}

async fn notices(world: &World) -> Vec<offprint::model::Notice> {
    world.engine.store().read(|conn| store::notices(conn, 50)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_same_feed_on_the_same_site_takes_its_place() {
    for gone in [404, 200] {
        let world = world(gone, |call| match call.url.as_str() {
            HOME => feed(call, &linking("/rss/all")),
            "https://example.com/rss/all" => feed(call, &stories("Other title", 2..5)),
            _ => refusal(call, 404, Retry::Permanent),
        })
        .await;
        world.run(HOUR * 3).await;
        assert_eq!(world.times("https://example.com/rss/all").len(), 0, "not at the first failure");
        world.run(DAY).await;
        let new = world.times("https://example.com/rss/all");
        assert!(new.len() > 10, "{gone}: polled there from now on: {new:?}");
        assert_eq!(world.titles().await.len(), 5, "{gone}: entries of both, each once");
        assert!(world.times(OLD).len() <= 4, "{gone}");
        assert_eq!(world.times("https://example.com/comments").len(), 0);
        let state = state(&world).await;
        assert_eq!(state.moved_to.as_deref(), Some("https://example.com/rss/all"));
        assert_eq!((state.failures, state.proposal), (0, None));
        let told: Vec<String> = notices(&world).await.into_iter().map(|notice| notice.kind).collect();
        assert_eq!(told, ["moved"]);
    }
}

#[tokio::test(start_paused = true)]
async fn another_site_is_only_ever_proposed() {
    let back = Arc::new(AtomicBool::new(false));
    let is_back = back.clone();
    let world = World::new(TOML, move |call| match call.url.as_str() {
        OLD if call.nth == 1 || is_back.load(Ordering::Relaxed) => feed(call, &stories("The Paper", 0..3)),
        OLD => refusal(call, 404, Retry::Later(None)),
        HOME => feed(call, &linking("https://elsewhere.example/feed")),
        "https://elsewhere.example/feed" => feed(call, &stories("The Paper", 0..4)),
        _ => refusal(call, 404, Retry::Permanent),
    })
    .await;
    world.run(DAY * 10).await;
    assert_eq!(world.titles().await.len(), 3, "nothing of it is taken");
    let asked = world.times("https://elsewhere.example/feed").len();
    assert!((1..=2).contains(&asked), "rarely: {asked}");
    let found = state(&world).await;
    assert_eq!(found.proposal.as_deref(), Some("https://elsewhere.example/feed"));
    let health = offprint::health::assess(&found, world.clock.now());
    assert!(
        health
            .advice
            .as_deref()
            .unwrap()
            .contains("put url = \"https://elsewhere.example/feed\" into [sources.paper]"),
        "{health:?}"
    );
    let kinds: Vec<String> = notices(&world).await.into_iter().map(|notice| notice.kind).collect();
    assert_eq!(kinds, ["failing", "proposal"], "each once, newest first");
    assert_eq!(world.calls(HOME)[0].purpose, Purpose::Page, "robots.txt decides about the home page");
    back.store(true, Ordering::Relaxed);
    world.run(DAY * 3).await;
    assert_eq!(state(&world).await.proposal, None);
}

#[tokio::test(start_paused = true)]
async fn another_feed_of_the_site_is_proposed_and_nothing_else_is() {
    let other = world(404, |call| match call.url.as_str() {
        HOME => feed(call, &linking("/sport")),
        "https://example.com/sport" => feed(call, &stories("Sport", 50..60)),
        _ => refusal(call, 404, Retry::Permanent),
    })
    .await;
    other.run(DAY).await;
    assert_eq!(state(&other).await.proposal.as_deref(), Some("https://example.com/sport"));
    assert_eq!(other.titles().await.len(), 3);

    let stranger = world(404, |call| match call.url.as_str() {
        HOME => feed(call, &linking("https://stranger.example/feed")),
        "https://stranger.example/feed" => feed(call, &stories("The Paper", 50..60)),
        _ => refusal(call, 404, Retry::Permanent),
    })
    .await;
    stranger.run(DAY).await;
    assert_eq!(state(&stranger).await.proposal, None, "the same title on another site proves nothing");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_matter_of_the_address_is_not_looked_for() {
    for status in [401, 403, 410, 429, 500, 503] {
        let world = world(status, |call| refusal(call, 404, Retry::Permanent)).await;
        world.run(DAY * 10).await;
        assert!(world.calls(HOME).is_empty(), "{status}");
    }
    // Nor is a feed that has never been there.
    let never = World::new(TOML, |call| refusal(call, 404, Retry::Later(None))).await;
    never.run(DAY * 10).await;
    assert!(never.calls(HOME).is_empty());
}
