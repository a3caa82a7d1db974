//! Feeds and pages in a few words.

use offprint::newsstand::{Answer, Origin, Seen};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

pub const RSS: &str = "application/rss+xml";
pub const HTML: &str = "text/html; charset=utf-8";

/// An RSS document with these items.
pub fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\
         <channel><title>The Heron</title><link>http://heron.example/</link><description>Waters</description>\
         {items}</channel></rss>"
    )
}

/// One item; title, summary and the rest are XML.
pub fn item(link: &str, title: &str, rest: &str) -> String {
    format!(
        "<item><title>{title}</title><link>{link}</link><guid isPermaLink=\"false\">{link}</guid>{rest}</item>"
    )
}

/// So many items about nothing, newest last.
pub fn items(base: &str, numbers: std::ops::Range<usize>) -> String {
    numbers.fold(String::new(), |mut out, n| {
        let rest = format!(
            "<description>Summary {n}</description><pubDate>Mon, 02 Mar 2026 10:{:02}:{:02} GMT</pubDate>",
            n / 60 % 60,
            n % 60
        );
        out.push_str(&item(&format!("{base}/a/{n}"), &format!("Story {n}"), &rest));
        out
    })
}

/// A page with a long article that holds these words.
pub fn page(title: &str, words: &str) -> String {
    let mut text = String::new();
    for n in 1..=8 {
        let _ = write!(
            text,
            "<p>Paragraph {n} of the story, {words}: the river rose by a hand's breadth in the night, and the ferrymen \
             who know its moods moved their boats before the first light came over the reeds.</p>"
        );
    }
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>{title}</title></head><body><nav><a href=\"/\">Home</a></nav>\
         <article><h1>{title}</h1>{text}</article><footer>Imprint</footer></body></html>"
    )
}

/// A site that says the same feed on every path.
pub async fn one_feed(items: impl Into<String>) -> Origin {
    let body = rss(&items.into());
    Origin::start(move |_| Answer::ok(RSS, body.clone())).await.unwrap()
}

/// A site with these routes.
pub async fn site(routes: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Origin {
    Origin::start(routes).await.unwrap()
}

/// Paths that were asked for, in their order.
pub fn paths(origin: &Origin) -> Vec<String> {
    origin.requests().into_iter().map(|seen| seen.path).collect()
}

/// A feed that can be rewritten while its site runs.
pub struct Paper {
    pub origin: Origin,
    body: Arc<Mutex<String>>,
}

impl Paper {
    pub async fn new(body: String) -> Self {
        let body = Arc::new(Mutex::new(body));
        let shown = Arc::clone(&body);
        let origin = site(move |_| Answer::ok(RSS, shown.lock().unwrap().clone())).await;
        Self { origin, body }
    }

    pub fn print(&self, body: String) {
        *self.body.lock().unwrap() = body;
    }

    pub fn source(&self, id: &str) -> String {
        super::bench::source(id, &self.origin.url("/feed"))
    }
}
