//! Another configuration while the engine runs, and crashes.

use super::*;

fn reply(call: &Call) -> Reply {
    feed(call, &rss("", &[("1", &format!("{}/1", call.url), &call.url)]))
}

fn url(name: &str) -> String {
    format!("https://{name}.example/feed")
}

impl World {
    /// Runs, and puts another configuration in force after a while.
    async fn run_and_reload(&self, before: Duration, toml: &str, after: Duration) {
        let reload = async {
            tokio::time::sleep(before).await;
            self.engine.reload(settings(toml)).await.unwrap();
        };
        tokio::join!(self.run(before + after), reload);
    }
}

#[tokio::test(start_paused = true)]
async fn sources_come_and_go_and_the_others_do_not_notice() {
    let toml = ["a", "b"].map(plain_source).concat();
    let world = World::new(&toml, reply).await;
    let new = ["b", "c"].map(plain_source).concat();
    world.run_and_reload(MINUTE * 150, &new, MINUTE * 150).await;
    assert_eq!(world.times(&url("a")).len(), 3);
    let c = world.times(&url("c"));
    assert!(c[0] >= MINUTE * 150 && c[0] < MINUTE * 151, "at once: {c:?}");
    let b = world.gaps(&url("b"));
    assert!(b.len() == 4 && b.iter().all(|gap| about(*gap, HOUR)), "{b:?}");
}

#[tokio::test(start_paused = true)]
async fn another_address_is_asked_at_once_also_during_a_poll() {
    let toml = plain_source("a");
    let world = World::new(&toml, |call| {
        let slow = Box::new(Ok(response(&call.url, &rss("", &[("1", &call.url, &call.url)]))));
        Reply::After(if call.url == url("a") { MINUTE * 10 } else { LATENCY }, slow)
    })
    .await;
    let edited = toml.replace("https://a.", "https://new.");
    world.run_and_reload(MINUTE, &edited, MINUTE * 30).await;
    assert_eq!(world.times(&url("a")).len(), 1);
    let new = world.times(&url("new"));
    assert!(new.len() == 1 && new[0] < MINUTE * 2, "the old poll is waited for no longer: {new:?}");
    assert_eq!(world.titles().await, [url("new")], "the old address has no say any more");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_disabled_stops_at_once_with_its_pages() {
    let toml = ["a", "b", "stuck"].map(plain_source).concat().replace("never", "always");
    let world = World::new(&toml, |call| match call.purpose {
        _ if call.url.contains("//stuck.") => Reply::Never,
        Purpose::Feed | Purpose::Listing => {
            let links: Vec<String> = (0..40).map(|n| format!("{}/{n}", call.url)).collect();
            let items: Vec<_> = links.iter().map(|link| (link.as_str(), link.as_str(), "A story")).collect();
            feed(call, &rss("", &items))
        }
        Purpose::Page => Reply::After(MINUTE, Box::new(Ok(response(&call.url, &page_html("A story"))))),
    })
    .await;
    let off = toml.replace("\"https://a.example/feed\"", "\"https://a.example/feed\"\nenabled = false");
    let off =
        off.replace("\"https://stuck.example/feed\"", "\"https://stuck.example/feed\"\nenabled = false");
    let check = async {
        tokio::time::sleep(MINUTE * 10).await;
        let running = world.net.load.lock().unwrap().running.clone();
        assert_eq!(running.values().sum::<usize>(), 2, "two pages of the other host: {running:?}");
    };
    tokio::join!(world.run_and_reload(MINUTE * 5, &off, MINUTE * 20), check);
    let calls = world.net.calls.lock().unwrap().clone();
    let of =
        |host: &str| calls.iter().filter(|call| call.url.contains(host)).map(|call| call.at).max().unwrap();
    assert!(of("//a.") <= MINUTE * 5, "{:?}", of("//a."));
    assert!(of("//b.") >= MINUTE * 15, "the other one goes on: {:?}", of("//b."));
    let before = calls.len();
    world.run_and_reload(Duration::from_secs(1), &toml, MINUTE * 15).await;
    let calls = world.net.calls.lock().unwrap().clone();
    let again = calls[before..].iter().filter(|call| call.url.contains("//a.")).count();
    assert!(again > 10, "switched on again, it goes on: {again}");
}

#[tokio::test(start_paused = true)]
async fn pages_switched_on_by_a_reload() {
    let world = World::new(&plain_source("a"), |call| match call.purpose {
        Purpose::Feed if call.nth > 1 => {
            answer(FetchResponse { not_modified: true, ..response(&call.url, "") })
        }
        Purpose::Feed => reply(call),
        _ => feed(call, &page_html("A page")),
    })
    .await;
    let on = plain_source("a").replace("never", "always");
    world.run_and_reload(MINUTE * 5, &on, MINUTE * 2).await;
    assert_eq!(world.times(&format!("{}/1", url("a"))).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn crashes_poll_no_more_often_than_the_interval() {
    let toml = ["a", "b"].map(plain_source).concat();
    let mut world = World::new(&toml, |_| Reply::Never).await;
    for _ in 0..40 {
        world.crash_after(MINUTE * 7).await;
        world.restart(&toml).await;
    }
    for name in ["a", "b"] {
        let gaps = world.gaps(&url(name));
        assert!(gaps.len() >= 3 && gaps.iter().all(|gap| *gap >= HOUR), "{gaps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_polls_nothing_early() {
    let toml = ["a", "b"].map(plain_source).concat();
    let mut world = World::new(&toml, reply).await;
    for _ in 0..30 {
        world.run(MINUTE * 11).await;
        world.restart(&toml).await;
    }
    for name in ["a", "b"] {
        let gaps = world.gaps(&url(name));
        assert!(gaps.len() >= 4 && gaps.iter().all(|gap| about(*gap, HOUR)), "{gaps:?}");
    }
}
