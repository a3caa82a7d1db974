//! A store that fails for a while, a clock that is wrong, and defects.

use super::*;

const FULL: &str = "CREATE TRIGGER full_disk BEFORE UPDATE ON sources
    BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END";

#[tokio::test(start_paused = true)]
async fn the_engine_outlives_a_full_disk() {
    let toml = ["a", "b"].map(plain_source).concat();
    let world = World::new(&toml, |call| {
        let link = format!("{}/{}", call.url, call.nth);
        feed(call, &rss("", &[(&link, &link, &link)]))
    })
    .await;
    let disk = async {
        tokio::time::sleep(MINUTE * 90).await;
        world.engine.store().write(|conn| conn.execute_batch(FULL)).await.unwrap();
        tokio::time::sleep(HOUR * 5).await;
        let before = world.net.calls.lock().unwrap().len();
        assert_eq!(before, 4, "nothing is asked for that can't be stored");
        world.engine.store().write(|conn| conn.execute_batch("DROP TRIGGER full_disk")).await.unwrap();
    };
    tokio::join!(world.run(HOUR * 9), disk);
    let calls = world.times("https://a.example/feed");
    assert!(calls.len() >= 4, "it goes on: {calls:?}");
    assert_eq!(world.entries().await.len(), world.net.calls.lock().unwrap().len(), "nothing is lost");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_dies_is_polled_again() {
    let toml = ["a", "b"].map(plain_source).concat();
    let world = World::new(&toml, |call| {
        assert!(!call.url.contains("//a.") || call.nth != 2, "a defect");
        feed(call, &rss("", &[("1", &call.url, "A story")]))
    })
    .await;
    world.run(HOUR * 5).await;
    assert_eq!(world.times("https://a.example/feed").len(), 5);
    assert_eq!(world.times("https://b.example/feed").len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_clock_put_right_while_running_silences_nobody() {
    let toml = ["a", "b"].map(plain_source).concat();
    let world = World::new(&toml, |call| feed(call, &rss("", &[("1", &call.url, "A story")]))).await;
    let url = "https://a.example/feed";
    for ahead in [DAY * 3, DAY * 4000] {
        let before = world.times(url).len();
        let clock = async {
            world.clock.put_ahead(ahead);
            tokio::time::sleep(HOUR * 3).await;
            world.clock.put_ahead(Duration::ZERO);
        };
        tokio::join!(world.run(HOUR * 8), clock);
        let polls = world.times(url).len() - before;
        assert!((7..=9).contains(&polls), "{polls} polls in 8 hours: {:?}", world.times(url));
    }
    let now = world.clock.now();
    assert!(world.entries().await.iter().all(|entry| entry.published <= now && entry.first_seen <= now));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_read_at_the_start_is_said() {
    let world = World::new(&plain_source("a"), |call| feed(call, &rss("", &[]))).await;
    world
        .engine
        .store()
        .write(|conn| conn.execute_batch("ALTER TABLE sources RENAME TO lost"))
        .await
        .unwrap();
    let run = world.engine.run(CancellationToken::new());
    let ended = tokio::time::timeout(MINUTE, run).await.expect("half an engine runs on");
    assert!(ended.unwrap_err().to_string().contains("offprint.db"));
}
