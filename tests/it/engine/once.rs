//! One round: what is due, what is named, what is forced.

use super::*;
use offprint::daemon::Once;
use offprint::model::SourceId;

fn id(name: &str) -> SourceId {
    SourceId::new(name).unwrap()
}

fn toml() -> String {
    ["a", "b", "gone"].map(plain_source).concat()
}

fn reply(call: &Call) -> Reply {
    match call.url.as_str() {
        "https://gone.example/feed" => refusal(call, 410, Retry::Gone),
        url => feed(call, &rss("", &[("1", &format!("{url}/{}", call.nth), "A story")])),
    }
}

impl World {
    /// One round; answers who was asked, in the order of names.
    async fn once(&self, sources: &[&str], force: bool) -> Vec<String> {
        let before = self.net.calls.lock().unwrap().len();
        let what = Once { sources: sources.iter().map(|name| id(name)).collect(), force };
        self.engine.once(what, CancellationToken::new()).await.unwrap();
        let calls = self.net.calls.lock().unwrap();
        let name =
            |call: &Call| call.url.trim_start_matches("https://").split('.').next().unwrap().to_owned();
        let mut asked: Vec<String> = calls[before..].iter().map(name).collect();
        asked.sort();
        asked
    }
}

#[tokio::test(start_paused = true)]
async fn due_named_and_forced() {
    let mut world = World::new(&toml(), reply).await;
    let none: [&str; 0] = [];
    assert_eq!(world.once(&[], false).await, ["a", "b", "gone"], "new ones are due");
    world.restart(&toml()).await;
    assert_eq!(world.once(&[], false).await, none, "nothing is due, and that is fine");
    assert_eq!(world.once(&["b"], false).await, ["b"], "named: due or not");
    assert_eq!(world.once(&[], true).await, ["a", "b", "gone"], "forced: all, also those that are gone");
    assert_eq!(world.once(&["gone"], true).await, ["gone"]);
    tokio::time::sleep(DAY * 30).await;
    assert_eq!(world.once(&[], false).await, ["a", "b"], "410 is for good");
    world.forget_events();
    assert_eq!(world.once(&["gone", "a"], false).await, ["a"]);
    let events = world.forget_events();
    let said = |event: &Event| matches!(event, Event::PollFailed { source, reason } if source.as_str() == "gone" && reason.kind == "gone");
    assert!(events.iter().any(said), "and why is said: {events:?}");
}

#[tokio::test(start_paused = true)]
async fn also_during_a_backoff() {
    let world = World::new(&toml(), |call| refusal(call, 503, Retry::Later(Some(DAY)))).await;
    assert_eq!(world.once(&["a"], false).await, ["a"]);
    tokio::time::sleep(HOUR * 2).await;
    assert_eq!(world.once(&[], false).await, ["b", "gone"]);
    assert_eq!(world.once(&["a"], false).await, ["a"]);
    tokio::time::sleep(HOUR * 23).await;
    assert_eq!(world.once(&[], false).await, [""; 0]);
    tokio::time::sleep(HOUR * 6).await;
    assert_eq!(world.once(&[], false).await, ["a", "b", "gone"]);
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_due_now_and_no_retries() {
    let toml = "[sources.a]\nurl = \"https://a.example/feed\"\nfull_text = \"always\"\n[sources.b]\nurl = \"https://b.example/feed\"\nfull_text = \"always\"\n";
    let world = World::new(toml, |call| match call.purpose {
        Purpose::Feed => {
            let host = call.url.trim_end_matches("feed");
            feed(
                call,
                &rss("", &[("1", &format!("{host}good"), "Good"), ("2", &format!("{host}bad"), "Bad")]),
            )
        }
        Purpose::Page if call.url.ends_with("bad") => refusal(call, 500, Retry::Later(None)),
        _ => feed(call, &page_html("Good")),
    })
    .await;
    world.once(&["a"], false).await;
    let calls =
        |end: &str| world.net.calls.lock().unwrap().iter().filter(|call| call.url.ends_with(end)).count();
    assert_eq!((calls("good"), calls("bad")), (1, 1), "of the named source only");
    assert_eq!(world.clock.0.elapsed().as_secs(), 0, "it doesn't wait for the retry");
    tokio::time::sleep(HOUR * 2).await;
    world.once(&[], false).await;
    assert_eq!((calls("good"), calls("bad")), (2, 3), "what is due now");
    assert_eq!(world.titles().await, ["Bad", "Bad", "Good", "Good"]);
}
