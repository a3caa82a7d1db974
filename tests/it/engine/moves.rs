//! Feeds that move, disappear, or are found through a page.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};

const OLD: &str = "https://old.example/feed";
const NEW: &str = "https://new.example/feed";
const TOML: &str = "[sources.a]\nurl = \"https://old.example/feed\"\nfull_text = \"never\"\n";
const TAG: &[u8] = b"\"tag\"";

fn stories(call: &Call) -> FetchResponse {
    let link = format!("{}/{}", call.url, call.nth);
    response(&call.url, &rss("", &[(&link, &link, "A story")]))
}

/// What the old address answers after it has moved.
fn moved(call: &Call) -> Reply {
    let url = url::Url::parse(NEW).unwrap();
    let validators = Validators { etag: Some(TAG.into()), last_modified: None };
    answer(FetchResponse { url: url.clone(), permanent_url: Some(url), validators, ..stories(call) })
}

#[tokio::test(start_paused = true)]
async fn gone_is_for_good() {
    let mut world = World::new(TOML, |call| match call.nth {
        1 => answer(stories(call)),
        _ => refusal(call, 410, Retry::Gone),
    })
    .await;
    world.run(DAY).await;
    world.restart(TOML).await;
    world.run(DAY * 30).await;
    assert_eq!(world.times(OLD).len(), 2);
    assert_eq!(world.entries().await.len(), 1, "its entries stay");
    let edited = TOML.replace("old.example", "new.example");
    world.restart(&edited).await;
    world.run(MINUTE).await;
    assert_eq!(world.times(NEW).len(), 1, "another address");
}

#[tokio::test(start_paused = true)]
async fn a_permanent_redirect_is_used_and_falls_back() {
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = broken.clone();
    let mut world = World::new(TOML, move |call| match call.url.as_str() {
        OLD if !is_broken.load(Ordering::Relaxed) => moved(call),
        OLD => answer(stories(call)),
        _ if is_broken.load(Ordering::Relaxed) => refusal(call, 404, Retry::Permanent),
        _ => answer(stories(call)),
    })
    .await;
    world.run(MINUTE * 90).await;
    assert_eq!((world.times(OLD).len(), world.times(NEW).len()), (1, 1));
    assert_eq!(world.calls(NEW)[0].validators.etag.as_deref(), Some(TAG), "they came from there");
    world.restart(TOML).await;
    world.run(HOUR * 2).await;
    assert_eq!((world.times(OLD).len(), world.times(NEW).len()), (1, 3), "also after a restart");
    broken.store(true, Ordering::Relaxed);
    world.run(HOUR).await;
    assert_eq!((world.times(OLD).len(), world.times(NEW).len()), (2, 4), "both in one poll");
    assert!(world.calls(OLD)[1].validators.is_empty(), "those of the other address are not sent");
    world.run(HOUR * 2).await;
    assert_eq!(world.times(NEW).len(), 4, "it delivered: the redirect is forgotten");
    assert!(world.times(OLD).len() >= 3);
}

#[tokio::test(start_paused = true)]
async fn an_outage_forgets_no_redirect() {
    // The old address died long ago; then our own line is down for a while.
    let mut world = World::new(TOML, |call| match call.url.as_str() {
        OLD if call.nth == 1 => moved(call),
        OLD => refusal(call, 410, Retry::Gone),
        _ if (2..4).contains(&call.nth) => refusal(call, 0, Retry::Later(None)),
        _ => answer(stories(call)),
    })
    .await;
    world.run(HOUR * 4).await;
    world.restart(TOML).await;
    world.run(DAY).await;
    assert!(world.times(NEW).len() > 20, "{:?}", world.times(NEW));
    assert_eq!(world.times(OLD).len(), 3, "asked when the other one failed");
}

#[tokio::test(start_paused = true)]
async fn retry_after_means_both_addresses() {
    let world = World::new(TOML, |call| match call.url.as_str() {
        OLD => moved(call),
        _ => refusal(call, 429, Retry::Later(Some(HOUR * 9))),
    })
    .await;
    world.run(HOUR * 10).await;
    assert_eq!((world.times(OLD).len(), world.times(NEW).len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_304_replaces_what_it_carries() {
    let world = World::new(TOML, |call| {
        let both = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: Some(b"Monday".to_vec()) };
        let second = Validators { etag: Some(b"\"2\"".to_vec()), last_modified: None };
        match call.nth {
            1 => answer(FetchResponse { validators: both, ..stories(call) }),
            2 => answer(FetchResponse { not_modified: true, validators: second, ..response(&call.url, "") }),
            // The same bytes in full, this time without any.
            3 => answer(FetchResponse {
                validators: Validators::default(),
                ..stories(&Call { nth: 1, ..call.clone() })
            }),
            _ => answer(stories(call)),
        }
    })
    .await;
    world.run(HOUR * 5).await;
    let sent: Vec<Validators> = world.calls(OLD).into_iter().map(|call| call.validators).collect();
    assert!(sent[0].is_empty());
    assert_eq!(sent[1].etag.as_deref(), Some(&b"\"1\""[..]));
    assert_eq!(sent[2].etag.as_deref(), Some(&b"\"2\""[..]));
    assert_eq!(sent[2].last_modified.as_deref(), Some(&b"Monday"[..]), "what it leaves out stays");
    assert!(sent[3].is_empty(), "a full answer without validators deletes them");
}

#[tokio::test(start_paused = true)]
async fn a_cut_document_comes_again_in_full() {
    let world = World::new(TOML, |call| {
        let validators = Validators { etag: Some(TAG.into()), last_modified: None };
        let cut = (call.nth == 1).then(|| "the connection was closed".to_owned());
        answer(FetchResponse { validators, cut, ..stories(call) })
    })
    .await;
    world.run(HOUR * 3).await;
    let calls = world.calls(OLD);
    assert!(calls[1].validators.is_empty());
    assert_eq!(calls[2].validators.etag.as_deref(), Some(TAG));
}

#[tokio::test(start_paused = true)]
async fn a_page_leads_to_the_feed_only_before_the_first_delivery() {
    let html = |link: &str| {
        format!(
            "<!DOCTYPE html><html><head><title>Hi</title><link rel=\"alternate\" type=\"application/rss+xml\" href=\"{link}\"></head><body><p>Hello</p></body></html>"
        )
    };
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = broken.clone();
    let toml = format!("{TOML}{}", plain_source("b"));
    let world = World::new(&toml, move |call| match call.url.as_str() {
        OLD => feed(call, &html(NEW)),
        "https://b.example/feed" if call.nth > 1 => feed(call, &html("https://b.example/comments")),
        NEW if is_broken.load(Ordering::Relaxed) && call.nth % 2 == 0 => refusal(call, 404, Retry::Permanent),
        _ => answer(stories(call)),
    })
    .await;
    world.run(HOUR * 3).await;
    assert_eq!((world.times(OLD).len(), world.times(NEW).len()), (1, 3), "found, then asked directly");
    assert_eq!(world.times("https://b.example/comments").len(), 0, "it has delivered before");
    let events = world.forget_events();
    let names_it = |event: &Event| matches!(event, Event::PollFailed { reason, .. } if reason.kind == "html" && reason.message.contains("/comments"));
    assert!(events.iter().any(names_it), "{events:?}");
    broken.store(true, Ordering::Relaxed);
    world.run(HOUR).await;
    assert_eq!(world.times(OLD).len(), 2, "the feed that was found is gone: look again");
}
