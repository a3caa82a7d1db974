//! Subscriptions from their beginning to their end.

use super::*;

const TEN_DAYS: u64 = 864_000;

#[tokio::test(start_paused = true)]
async fn announced_entries_are_here_without_a_poll_and_polls_become_late() {
    let world = World::new(&toml(), one_story).await;
    let hub = world.subscribe(TEN_DAYS).await;
    assert_eq!((hub.url.as_str(), hub.mode.as_str()), (HUB, "subscribe"));
    assert_eq!((hub.token.len(), hub.secret.as_ref().unwrap().len()), (40, 64));
    world.run(HOUR * 5).await;
    let polls = world.times(FEED).len();
    assert!(polls >= 5, "a hub that has proved nothing changes nothing");
    assert_eq!(world.announce(&hub, &document(HUB, &["two"])).await, Reception::Taken);
    assert_eq!(world.titles().await, ["one", "two"], "a part of the feed takes nothing away");
    world.run(DAY * 4).await;
    let late = &world.gaps(FEED)[polls..];
    assert!(late.len() == 3 && late.iter().all(|gap| about(*gap, DAY)), "{late:?}");
    let calls = world.calls(FEED);
    assert!(calls[1..].iter().all(|call| !call.validators.is_empty()), "validators are the feed's");
    let source = world.source().await;
    assert_eq!(source.why, "every 24 h: its hub announces what is new");
    let state = source.subscription.unwrap();
    assert_eq!((state.standing, state.announcements, state.relied_on), (HubStanding::Subscribed, 1, true));
    assert_eq!((state.at.hub.as_str(), state.at.topic.as_str()), (HUB, TOPIC));
}

#[tokio::test(start_paused = true)]
async fn leases_are_renewed_before_they_end_over_restarts() {
    let mut world = World::new(&toml(), one_story).await;
    let first = world.subscribe(TEN_DAYS).await;
    for _ in 0..50 {
        world.run(HOUR * 3).await;
        world.restart(&toml()).await;
    }
    assert_eq!(world.asked().len(), 1, "fifty restarts ask for nothing");
    world.run(DAY * 2 - HOUR * 6 + MINUTE * 5).await;
    let asked = world.asked();
    assert_eq!(asked.len(), 2);
    assert!(about(asked[1].at, DAY * 8), "{:?}", asked[1].at);
    assert_eq!((&asked[1].token, &asked[1].secret), (&first.token, &first.secret), "it is the same one");
    world.verify(TEN_DAYS).await;
    world.run(DAY * 7).await;
    assert_eq!(world.asked().len(), 2);
    assert_eq!(world.hub().await.standing, HubStanding::Subscribed);
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_misses_entries_is_not_relied_on() {
    // From the seventh poll on there is something that nobody announced.
    let world = World::new(&toml(), |call| match call.nth {
        1..7 => feed(call, &document(HUB, &["one"])),
        7..9 => feed(call, &document(HUB, &["one", "missed"])),
        _ => feed(call, &document(HUB, &["one", "missed", "missed too"])),
    })
    .await;
    let hub = world.subscribe(TEN_DAYS * 3).await;
    world.announce(&hub, &document(HUB, &["two"])).await;
    world.run(DAY * 6).await;
    let gaps = world.gaps(FEED);
    assert!(about(gaps[0], HOUR) && gaps[1..6].iter().all(|gap| about(*gap, DAY)), "{gaps:?}");
    let since = world.times(FEED)[6];
    assert!(world.titles().await.contains(&"missed".to_owned()), "a day later at most");
    assert!(gaps[6..].iter().all(|gap| about(*gap, HOUR)), "and then as usual: {gaps:?}");
    assert!(!world.hub().await.relied_on && since < DAY * 6);
    // The trust it has lost takes more announcements than before.
    world.announce(&hub, &document(HUB, &["three"])).await;
    world.run(HOUR * 3).await;
    assert!(!world.hub().await.relied_on);
    world.announce(&hub, &document(HUB, &["four"])).await;
    world.run(HOUR * 3).await;
    assert!(world.hub().await.relied_on);
}

#[tokio::test(start_paused = true)]
async fn when_the_lease_ends_polls_are_as_before() {
    let world = World::new(&toml(), one_story).await;
    let hub = world.subscribe(DAY.as_secs()).await;
    world.announce(&hub, &document(HUB, &["two"])).await;
    // It takes renewals and does not verify them.
    world.run(DAY * 2).await;
    let times = world.times(FEED);
    assert!(times.len() > 20, "{times:?}");
    let late: Vec<Duration> = times.iter().copied().filter(|at| *at > HOUR * 3 && *at < DAY).collect();
    assert!(late.is_empty(), "{late:?}");
    let back = times.iter().find(|at| **at >= DAY).unwrap();
    assert!(*back < DAY + MINUTE * 3, "at once when the lease has ended: {back:?}");
    assert_eq!(world.hub().await.standing, HubStanding::Lapsed);
}

#[tokio::test(start_paused = true)]
async fn an_empty_announcement_leads_to_a_poll_as_soon_as_the_interval_allows() {
    let world = World::new(&toml(), |call| {
        let names: Vec<String> = (0..call.nth).map(|n| n.to_string()).collect();
        feed(call, &document(HUB, &names.iter().map(String::as_str).collect::<Vec<_>>()))
    })
    .await;
    let hub = world.subscribe(TEN_DAYS).await;
    let started = async {
        tokio::time::sleep(HOUR * 12).await;
        world.announce(&hub, "").await;
        tokio::time::sleep(MINUTE).await;
        // A crowd of them is no more than one.
        for _ in 0..500 {
            world.announce(&hub, "").await;
        }
    };
    // It finds news with every poll and is never relied on, so look at the pauses alone.
    tokio::join!(started, world.run(HOUR * 14));
    assert!(world.gaps(FEED).iter().all(|gap| *gap >= HOUR), "{:?}", world.gaps(FEED));
    let state = world.hub().await;
    assert!(state.announcements <= 3, "{state:?}");
}

#[tokio::test(start_paused = true)]
async fn a_light_hub_is_relied_on_as_well() {
    let world = World::new(&toml(), |call| match call.nth {
        1 => feed(call, &document(HUB, &["one"])),
        _ => feed(call, &document(HUB, &["one", "two"])),
    })
    .await;
    let hub = world.subscribe(TEN_DAYS).await;
    world.run(MINUTE * 10).await;
    world.announce(&hub, "").await;
    world.run(DAY * 3).await;
    let gaps = world.gaps(FEED);
    assert!(gaps[0] >= HOUR && gaps[0] < HOUR + MINUTE * 8, "no jitter for news: {gaps:?}");
    assert!(gaps.len() >= 3 && gaps[1..].iter().all(|gap| about(*gap, DAY)), "{gaps:?}");
    // Late by a day, and at once when it is announced.
    let announced = world.net.began.elapsed();
    let later = async {
        tokio::time::sleep(HOUR * 2).await;
        world.announce(&hub, "").await;
    };
    tokio::join!(later, world.run(HOUR * 3));
    let last = *world.times(FEED).last().unwrap();
    assert!(last >= announced + HOUR * 2 && last < announced + HOUR * 2 + MINUTE, "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn let_go_when_it_is_not_wanted_any_more() {
    let cases = [
        format!("{}websub = false\n", toml()),
        format!("{}enabled = false\n", toml()),
        [BASE, &plain_source("b")].concat(),
        toml().replace("a.example/feed", "b.example/feed"),
    ];
    for edited in cases {
        let world = World::new(&toml(), |call| match call.url.as_str() {
            FEED => one_story(call),
            _ => feed(call, &rss("", &[])),
        })
        .await;
        let hub = world.subscribe(TEN_DAYS).await;
        world.announce(&hub, &document(HUB, &["two"])).await;
        world.run(HOUR * 4).await;
        world.engine.reload(settings(&edited)).await.unwrap();
        let again = world.announce(&hub, &document(HUB, &["three"])).await;
        assert_eq!(again, Reception::Unknown, "{edited}");
        world.run(MINUTE).await;
        let asked = world.asked();
        assert_eq!((asked.len(), asked[1].mode.as_str()), (2, "unsubscribe"), "{edited}");
        assert_eq!((&asked[1].token, &asked[1].secret), (&hub.token, &None));
        world.verify(0).await;
        let polls = world.times(FEED).len();
        world.run(HOUR * 5).await;
        assert_eq!(world.asked().len(), 2, "that was all: {edited}");
        if edited.contains("websub") {
            assert!(world.times(FEED).len() >= polls + 4, "polled as usual");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_hub_and_a_feed_that_is_gone() {
    let world = World::new(&toml(), |call| match call.nth {
        1..3 => feed(call, &document(HUB, &["one"])),
        3..5 => feed(call, &document("https://new.example/", &["one"])),
        // A part that came says nothing about hubs.
        5 => answer(FetchResponse {
            cut: Some("it ended".to_owned()),
            ..response(&call.url, "<rss><channel><item><guid>one</guid><title>one</title></item>")
        }),
        _ => refusal(call, 410, Retry::Gone),
    })
    .await;
    let hub = world.subscribe(TEN_DAYS).await;
    world.run(HOUR * 3).await;
    let mut modes: Vec<(String, String)> =
        world.asked()[1..].iter().map(|a| (a.url.clone(), a.mode.clone())).collect();
    modes.sort();
    // Who is not answered asks again.
    modes.dedup();
    let wanted = [(HUB, "unsubscribe"), ("https://new.example/", "subscribe")];
    assert_eq!(modes.iter().map(|(url, mode)| (url.as_str(), mode.as_str())).collect::<Vec<_>>(), wanted);
    let new = world.asked().into_iter().find(|asked| asked.url.contains("new")).unwrap();
    assert_ne!((&new.token, &new.secret), (&hub.token, &hub.secret), "nothing of the old one");
    let topic = TOPIC.to_owned();
    assert!(world.engine.hub_asks(&new.token, Intent::Subscribe { topic, lease: TEN_DAYS }).await.unwrap());
    world.run(HOUR * 2).await;
    assert_eq!(world.hub().await.standing, HubStanding::Subscribed);
    world.run(HOUR * 2).await;
    let last = world.asked().into_iter().rfind(|asked| asked.url.contains("new")).unwrap();
    assert_eq!((last.mode.as_str(), &last.token), ("unsubscribe", &new.token));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_without_an_address_that_hubs_reach() {
    for base in [
        "",
        "[output]\nbase_url = \"http://127.0.0.1:8380\"\n",
        "[output]\nbase_url = \"https://nas.lan/\"\n",
    ] {
        let toml = format!("{base}{}", plain_source("a"));
        let mut world = World::new(&toml, one_story).await;
        world.run(HOUR * 3).await;
        assert!(world.net.posts.lock().unwrap().is_empty(), "{base}");
        assert!(settings(&toml).config.websub_obstacle().unwrap().contains("output.base_url"));
        // The feed answers 304, and what it said of hubs is known still.
        world.restart(&self::toml()).await;
        world.run(MINUTE).await;
        assert_eq!(world.asked().len(), 1, "{base}");
    }
    assert_eq!(settings(&toml()).config.websub_obstacle(), None);
    // A hub in the same private network can reach it.
    let toml = format!("[output]\nbase_url = \"https://nas.lan/\"\n{}", plain_source("a"));
    let world = World::new(&toml, |call| feed(call, &document("http://hub.lan/", &["one"]))).await;
    world.run(MINUTE).await;
    assert_eq!(world.net.posts.lock().unwrap().len(), 1);
}
