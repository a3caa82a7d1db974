//! Article pages: once, retried with growing pauses, again when their entry changes.

use super::*;

const TOML: &str = "[sources.a]\nurl = \"https://a.example/feed\"\nfull_text = \"always\"\n";
const FEED: &str = "https://a.example/feed";
const PAGE: &str = "https://a.example/story";

fn story(call: &Call, title: &str) -> Reply {
    feed(call, &rss("", &[("1", PAGE, title)]))
}

#[tokio::test(start_paused = true)]
async fn a_page_is_fetched_once() {
    let mut world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => story(call, "Bridge reopens"),
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    world.run(HOUR * 30).await;
    world.restart(TOML).await;
    world.run(HOUR * 30).await;
    assert_eq!(world.times(PAGE).len(), 1);
    assert!(world.entries().await[0].article.as_deref().is_some_and(|html| html.contains("the mayor")));
}

#[tokio::test(start_paused = true)]
async fn a_failing_page_is_tried_four_times_spread_out() {
    let mut world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => story(call, "Bridge reopens"),
        _ => refusal(call, 503, Retry::Later(None)),
    })
    .await;
    world.run(MINUTE).await;
    assert_eq!(
        world.titles().await,
        ["Bridge reopens"],
        "served with the feed's text after the first attempt"
    );
    world.run(HOUR * 4).await;
    world.restart(TOML).await;
    world.run(DAY * 3).await;
    let gaps = world.gaps(PAGE);
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    for (gap, expected) in gaps.iter().zip([MINUTE * 10, HOUR * 2, HOUR * 12]) {
        assert!(about(*gap, expected), "{gaps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_waits_as_long_as_its_server_asks() {
    let world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => story(call, "Bridge reopens"),
        Purpose::Page if call.nth == 1 => refusal(call, 429, Retry::Later(Some(HOUR * 7))),
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    world.run(DAY).await;
    let gaps = world.gaps(PAGE);
    assert!(gaps.len() == 1 && about(gaps[0], HOUR * 7), "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_page_is_not_asked_for_again() {
    let world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => story(call, "Bridge reopens"),
        _ => refusal(call, 404, Retry::Permanent),
    })
    .await;
    world.run(DAY * 3).await;
    assert_eq!(world.times(PAGE).len(), 1);
    assert_eq!(world.titles().await, ["Bridge reopens"]);
}

#[tokio::test(start_paused = true)]
async fn a_changing_entry_is_fetched_three_times_more_an_hour_apart() {
    let toml = format!("{TOML}interval = \"15m\"\n");
    let world = World::new(&toml, |call| match call.purpose {
        Purpose::Feed => story(call, &format!("Bridge reopens, version {}", call.nth)),
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    world.run(DAY).await;
    let gaps = world.gaps(PAGE);
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap >= HOUR && *gap < HOUR * 2), "{gaps:?}");
    assert!(world.times(FEED).len() > 80);
}

#[tokio::test(start_paused = true)]
async fn a_clock_in_the_entry_fetches_nothing() {
    let world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => {
            let minutes = call.nth;
            let clock = format!("About it, {minutes} minutes ago, at 12:{minutes:02}.");
            feed(call, &rss("", &[("1", PAGE, "Bridge reopens")]).replace("About it.", &clock))
        }
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    world.run(DAY).await;
    assert_eq!((world.times(PAGE).len(), world.times(FEED).len() > 20), (1, true));
    let changed = |event: &Event| matches!(event, Event::Polled { changed, .. } if *changed > 0);
    assert!(!world.forget_events().iter().any(changed), "nor is it told");
}

#[tokio::test(start_paused = true)]
async fn a_crash_during_a_page_tries_it_later() {
    let mut world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => story(call, "Bridge reopens"),
        Purpose::Page if call.nth == 1 => Reply::Never,
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    world.crash_after(MINUTE).await;
    world.restart(TOML).await;
    world.run(HOUR).await;
    let gaps = world.gaps(PAGE);
    assert!(gaps.len() == 1 && gaps[0] >= MINUTE * 10 && gaps[0] <= MINUTE * 12, "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn what_another_program_left_is_found() {
    let world = World::new(TOML, |call| match call.purpose {
        Purpose::Feed => feed(call, &rss("", &[])),
        _ => feed(call, &page_html("Bridge reopens")),
    })
    .await;
    let other = Store::open(world.dir.path(), Role::Tool).unwrap();
    let insert = async {
        tokio::time::sleep(MINUTE * 5).await;
        let sql = format!(
            "INSERT INTO entries (id, owner, url, title, published, updated, first_seen, touched, listed, hash, page_state)
             VALUES (zeroblob(16), 1, '{PAGE}', 'Bridge reopens', 0, 0, 0, 0, 0, zeroblob(16), 1);
             INSERT INTO pages (seq, next_due) VALUES (last_insert_rowid(), 0);"
        );
        other.write(move |conn| conn.execute_batch(&sql)).await.unwrap();
    };
    tokio::join!(world.run(MINUTE * 30), insert);
    assert_eq!(world.times(PAGE).len(), 1);
}
