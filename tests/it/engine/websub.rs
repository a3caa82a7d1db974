//! Hubs: subscriptions, announcements, and what they mean for polls. The hub is the test.

mod hostile;
mod lives;

use super::*;
use hmac::{Hmac, KeyInit, Mac};
use offprint::model::{HubStanding, Subscription};
use offprint::server::{Announcement, Intent, Reception};
use sha2::Sha256;

const FEED: &str = "https://a.example/feed";
const HUB: &str = "https://hub.example/";
const TOPIC: &str = "https://a.example/topic";
const BASE: &str = "[output]\nbase_url = \"https://news.example.org/paper\"\n";

fn toml() -> String {
    [BASE, &plain_source("a")].concat()
}

/// A document with a hub and entries of these names.
fn document(hub: &str, names: &[&str]) -> String {
    let head = format!("<atom:link rel=\"hub\" href=\"{hub}\"/><atom:link rel=\"self\" href=\"{TOPIC}\"/>");
    let links: Vec<String> = names.iter().map(|name| format!("https://a.example/{name}")).collect();
    let items: Vec<(&str, &str, &str)> =
        names.iter().zip(&links).map(|(name, link)| (*name, link.as_str(), *name)).collect();
    rss(&head, &items)
}

/// The feed has one story, and validators.
fn one_story(call: &Call) -> Reply {
    if call.validators.is_empty() {
        let validators = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None };
        answer(FetchResponse { validators, ..response(&call.url, &document(HUB, &["one"])) })
    } else {
        answer(FetchResponse { not_modified: true, ..response(&call.url, "") })
    }
}

/// What a hub was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    at: Duration,
    url: String,
    mode: String,
    token: String,
    secret: Option<String>,
}

impl World {
    fn asked(&self) -> Vec<Asked> {
        let posts = self.net.posts.lock().unwrap();
        let read = |(at, form): &(Duration, FormRequest)| {
            let field =
                |name: &str| form.fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
            let callback = field("hub.callback").unwrap();
            let token = callback.strip_prefix("https://news.example.org/paper/websub/").unwrap();
            assert_eq!(field("hub.topic").unwrap(), TOPIC);
            let mode = field("hub.mode").unwrap();
            assert_eq!(field("hub.lease_seconds").is_some(), mode == "subscribe");
            let (token, secret) = (token.to_owned(), field("hub.secret"));
            Asked { at: *at, url: form.url.to_string(), mode, token, secret }
        };
        posts.iter().map(read).collect()
    }

    fn last_asked(&self) -> Asked {
        self.asked().pop().expect("a request to the hub")
    }

    /// The hub verifies what it was last asked for, for so many seconds.
    async fn verify(&self, seconds: u64) -> Asked {
        let asked = self.last_asked();
        let topic = TOPIC.to_owned();
        let intent = match asked.mode.as_str() {
            "subscribe" => Intent::Subscribe { topic, lease: seconds },
            _ => Intent::Unsubscribe { topic },
        };
        assert!(self.engine.hub_asks(&asked.token, intent).await.unwrap());
        asked
    }

    /// Polls once, subscribes, verifies.
    async fn subscribe(&self, seconds: u64) -> Asked {
        self.run(MINUTE).await;
        self.verify(seconds).await
    }

    async fn announce(&self, to: &Asked, body: &str) -> Reception {
        let signatures = to.secret.iter().map(|secret| signature(secret, body)).collect();
        self.deliver(to, signatures, body).await
    }

    async fn deliver(&self, to: &Asked, signatures: Vec<String>, body: &str) -> Reception {
        let content_type = Some("application/rss+xml".to_owned());
        let body = body.as_bytes().to_vec();
        let announcement = Announcement { signatures, content_type, encoded: false, body };
        self.engine.announced(&to.token, announcement).await.unwrap()
    }

    async fn source(&self) -> offprint::model::SourceState {
        let now = self.clock.now();
        let figures = self.engine.store().read(move |conn| store::figures(conn, now)).await.unwrap();
        figures.sources[0].clone()
    }

    async fn hub(&self) -> Subscription {
        self.source().await.subscription.expect("a subscription")
    }
}

fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}
