//! Hubs that want no good, or know no better.

use super::*;

const TEN_DAYS: u64 = 864_000;

#[tokio::test(start_paused = true)]
async fn only_what_was_meant_is_confirmed() {
    let world = World::new(&toml(), one_story).await;
    let asked = world.subscribe(TEN_DAYS).await;
    let topic = || TOPIC.to_owned();
    let other = "0".repeat(40);
    for (token, intent) in [
        (other.as_str(), Intent::Subscribe { topic: topic(), lease: TEN_DAYS }),
        ("", Intent::Subscribe { topic: topic(), lease: TEN_DAYS }),
        (&asked.token, Intent::Subscribe { topic: FEED.to_owned(), lease: TEN_DAYS }),
        (&asked.token, Intent::Subscribe { topic: topic(), lease: 0 }),
        (&asked.token, Intent::Unsubscribe { topic: topic() }),
        (&asked.token, Intent::Denied { topic: FEED.to_owned(), reason: String::new() }),
        (&other, Intent::Denied { topic: topic(), reason: String::new() }),
    ] {
        assert!(!world.engine.hub_asks(token, intent.clone()).await.unwrap(), "{token} {intent:?}");
    }
    assert_eq!(world.hub().await.standing, HubStanding::Subscribed, "and nothing has changed");
    assert_eq!(world.engine.announcement_limit(&other).await.unwrap(), None);
    assert_eq!(world.announce(&Asked { token: other, ..asked }, "x").await, Reception::Unknown);
}

#[tokio::test(start_paused = true)]
async fn leases_of_moments_and_of_ages() {
    let world = World::new(&toml(), one_story).await;
    world.subscribe(u64::MAX).await;
    let end = world.hub().await.lease_end.unwrap().duration_since(world.clock.now());
    assert!(end <= jiff::SignedDuration::from_hours(30 * 24), "{end:?}");
    world.run(DAY * 24 + MINUTE).await;
    assert_eq!(world.asked().len(), 2, "renewed within a month all the same");
    // A lease of a minute: renewed once an hour, not once a minute.
    world.verify(60).await;
    let before = world.asked().len();
    for _ in 0..12 {
        world.run(HOUR).await;
        if world.asked().len() > before {
            world.verify(60).await;
        }
    }
    let asked = world.asked().len() - before;
    assert!((1..=12).contains(&asked), "{asked}");
    assert!(world.gaps(FEED).iter().all(|gap| *gap >= HOUR), "and polls go on");
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_never_verifies_or_refuses_is_asked_seldom() {
    let world = World::new(&toml(), one_story).await;
    world.run(DAY * 14).await;
    let asked = world.asked();
    assert!((8..=16).contains(&asked.len()), "{}", asked.len());
    assert!(asked[1].at - asked[0].at >= HOUR);
    assert!(world.gaps(FEED).iter().all(|gap| about(*gap, HOUR)), "polled as usual");
    let state = world.hub().await;
    assert!(offprint::health::is_unanswered(&state), "{state:?}");
    let (topic, reason) = (TOPIC.to_owned(), "no\r\n\u{1b}[31mroom".repeat(1000));
    assert!(world.engine.hub_asks(&asked[0].token, Intent::Denied { topic, reason }).await.unwrap());
    let problem = world.hub().await.problem.unwrap();
    assert!(problem.starts_with("the hub refuses: no  ") && problem.chars().count() < 250, "{problem}");
}

#[tokio::test(start_paused = true)]
async fn without_a_good_signature_nothing_is_made_of_it() {
    let world = World::new(&toml(), one_story).await;
    let hub = world.subscribe(TEN_DAYS).await;
    let body = document(HUB, &["forged"]);
    let right = signature(hub.secret.as_ref().unwrap(), &body);
    for signatures in [
        vec![],
        vec![signature("another secret", &body)],
        vec![signature("", &body)],
        vec![right.replace("sha256", "sha512")],
        vec![right.replace("sha256=", "")],
        vec![signature(hub.secret.as_ref().unwrap(), "another body")],
    ] {
        assert_eq!(world.deliver(&hub, signatures, &body).await, Reception::Taken, "nobody is told");
    }
    world.run(MINUTE * 30).await;
    assert_eq!(world.titles().await, ["one"]);
    assert_eq!(world.times(FEED).len(), 1, "nor is the feed polled for it");
    let state = world.hub().await;
    assert_eq!((state.ignored, state.announcements), (6, 0));
    for _ in 0..1000 {
        world.deliver(&hub, vec![], &body).await;
    }
    assert!(world.hub().await.ignored < 150, "a flood is not written down");
    world.deliver(&hub, vec!["sha1=00".to_owned(), right], &body).await;
    assert_eq!(world.titles().await, ["forged", "one"], "one good signature will do");
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_signs_weakly_is_heard_without_being_believed() {
    let world = World::new(&toml(), |call| match call.nth {
        1 => feed(call, &document(HUB, &["one"])),
        _ => feed(call, &document(HUB, &["one", "true"])),
    })
    .await;
    let hub = world.subscribe(TEN_DAYS).await;
    world.deliver(&hub, vec!["sha1=00".to_owned()], &document(HUB, &["forged"])).await;
    world.run(MINUTE * 2).await;
    assert_eq!((world.titles().await, world.times(FEED).len()), (vec!["one".to_owned()], 1));
    let asked = world.last_asked();
    assert_eq!((asked.mode.as_str(), &asked.secret, &asked.token), ("subscribe", &None, &hub.token));
    world.verify(TEN_DAYS).await;
    world.deliver(&asked, vec![], &document(HUB, &["forged"])).await;
    world.run(DAY * 2).await;
    assert_eq!(world.titles().await, ["one", "true"], "the feed was polled, not the announcement read");
    let state = world.hub().await;
    assert!(state.relied_on && !state.signed, "{state:?}");
    assert_eq!(world.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_said_before_is_not_said_again() {
    let world = World::new(&toml(), one_story).await;
    let hub = world.subscribe(TEN_DAYS).await;
    let before = document(HUB, &["two"]);
    let after = before.replace("About it.", "Corrected.").replace("<title>two", "<title>two, corrected");
    world.announce(&hub, &before).await;
    world.announce(&hub, &after).await;
    for _ in 0..100 {
        world.announce(&hub, &before).await;
    }
    assert_eq!(world.titles().await, ["one", "two, corrected"], "a replay");
    assert_eq!(world.hub().await.announcements, 2);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_announcements_costs_what_one_may_cost() {
    let world = World::new(&toml(), one_story).await;
    let hub = world.subscribe(TEN_DAYS).await;
    let flood = async {
        for number in 0..1000 {
            world.announce(&hub, &document(HUB, &[&format!("s{number}")])).await;
        }
    };
    tokio::join!(flood, world.run(HOUR * 2));
    let titles = world.titles().await;
    assert_eq!(titles.len(), 31, "thirty were read, the rest is one poll");
    assert!(world.gaps(FEED).iter().all(|gap| *gap >= HOUR), "{:?}", world.gaps(FEED));
    // One with more entries than any story has is a poll as well.
    let names: Vec<String> = (0..300).map(|n| format!("n{n}")).collect();
    world.run(HOUR).await;
    world.announce(&hub, &document(HUB, &names.iter().map(String::as_str).collect::<Vec<_>>())).await;
    assert_eq!(world.titles().await.len(), 31);
}

#[tokio::test(start_paused = true)]
async fn junk_is_a_reason_to_look_and_no_more() {
    for body in [
        "<html><body>Hello.</body></html>",
        "junk",
        "<rss><channel></channel></rss>",
        "{\"items\": [",
        "\0\0\0",
    ] {
        let world = World::new(&toml(), one_story).await;
        let hub = world.subscribe(TEN_DAYS).await;
        world.run(MINUTE * 5).await;
        assert_eq!(world.announce(&hub, body).await, Reception::Taken);
        world.run(MINUTE * 56).await;
        assert_eq!((world.titles().await, world.times(FEED).len()), (vec!["one".to_owned()], 2), "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_crossed_the_network_in_the_clear_proves_nothing() {
    let world = World::new(&toml(), |call| feed(call, &document("http://hub.example/", &["one"]))).await;
    let hub = world.subscribe(TEN_DAYS).await;
    world.announce(&hub, &document(HUB, &["forged"])).await;
    world.run(HOUR * 2).await;
    assert_eq!(world.titles().await, ["one"], "the feed comes by https, its hub speaks http");
    assert_eq!(world.hub().await.announcements, 1);
}

#[tokio::test(start_paused = true)]
async fn a_failing_feed_is_not_polled_earlier_for_any_announcement() {
    let world = World::new(&toml(), |call| match call.nth {
        1 => one_story(call),
        _ => refusal(call, 503, Retry::Later(Some(HOUR * 10))),
    })
    .await;
    let hub = world.subscribe(TEN_DAYS).await;
    world.run(HOUR * 2).await;
    assert_eq!(world.times(FEED).len(), 2);
    world.announce(&hub, "").await;
    world.run(HOUR * 8).await;
    assert_eq!(world.times(FEED).len(), 2, "Retry-After stands above hubs");
    world.announce(&hub, &document(HUB, &["two"])).await;
    assert_eq!(world.titles().await, ["one", "two"], "and entries are here all the same");
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_names_ever_other_hubs_leaves_no_trail() {
    let world = World::new(&toml(), |call| {
        feed(call, &document(&format!("https://h{}.example/", call.nth), &["one"]))
    })
    .await;
    world.run(DAY).await;
    let asked = world.asked();
    assert!(asked.len() <= 2 * world.times(FEED).len(), "{}", asked.len());
    let rows = world
        .engine
        .store()
        .read(|conn| conn.query_row("SELECT count(*) FROM subscriptions", [], |row| row.get::<_, i64>(0)));
    assert_eq!(rows.await.unwrap(), 1);
}
