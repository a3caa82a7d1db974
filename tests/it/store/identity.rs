//! One article, one entry, over feeds and pages.

use super::*;
use offprint::identity::page_keys;
use offprint::store::Alias;
use url::Url;

const LONG: &str = "https://site.example/2026/bridge";

/// An article whose page was found at `landed`.
fn article(link: &str, landed: &str) -> PageOutcome {
    let url = |text: &str| Url::parse(text).unwrap();
    let keys = page_keys(&url(link), &url(landed), None, StripRules::default());
    PageOutcome::Extracted {
        print: print_of(0, 0),
        blocks: (String::new(), vec![]),
        html: Some(format!("<p>The page at {landed}</p>")),
        title: None,
        authors: vec![],
        image: None,
        lang: None,
        aliases: keys.into_iter().map(|key| Alias { key, shown: None }).collect(),
        selector_missed: false,
        retry: None,
    }
}

impl Bench {
    /// Brings one entry, and its page if that is to be fetched.
    async fn story(&mut self, source: &str, link: &str, title: &str, landed: &str) -> Recorded {
        self.pages = true;
        self.pass(HOUR);
        let recorded = self.deliver(source, vec![item(&format!("{title} {link}"), link, title)]).await;
        for page in &recorded.pages {
            self.claim_page(page.seq).await.unwrap();
            self.record_page(page.seq, article(&page.url, landed)).await;
        }
        recorded
    }
}

#[tokio::test]
async fn one_article_over_several_feeds() {
    let mut bench = Bench::new().await;
    bench.deliver("two", vec![item("x", LONG, "Bridge")]).await;
    bench.pass(HOUR);
    bench
        .deliver("one", vec![item("1", "http://www.site.example/2026/bridge/?utm_source=one#top", "Bridge!")])
        .await;
    bench.deliver("three", vec![item("", LONG, "Bridge?")]).await;
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 1);
    assert_eq!(carriers(&feed[0]), ["two", "one", "three"]);
    assert_eq!((feed[0].title.as_str(), feed[0].url.as_deref()), ("Bridge", Some(LONG)));
}

#[tokio::test]
async fn a_foreign_feed_changes_replaces_and_suppresses_nothing() {
    let mut bench = Bench::new().await;
    bench.deliver("one", vec![item("1", LONG, "Bridge")]).await;
    let before = bench.feed().await.remove(0);
    bench.pass(HOUR);
    let forged = FeedEntry { content: Some("<p>forged</p>".to_owned()), ..item("1", LONG, "Forged") };
    let recorded = bench.deliver("two", vec![forged]).await;
    assert_eq!((recorded.new, recorded.changed), (0, 0));
    let drop_all = |delivery: &mut Delivery| delivery.entries.iter_mut().for_each(|e| e.wanted = false);
    bench.deliver_with("three", vec![item("1", LONG, "Bridge")], drop_all).await;
    // A guid of its own that moves to the other's address takes nothing over.
    bench.deliver("three", vec![item("9", "https://three.example/a", "Mine")]).await;
    bench.deliver("three", vec![item("9", LONG, "Mine, moved")]).await;
    bench.pass(HOUR);
    let changed = bench.deliver("one", vec![item("1", LONG, "Bridge, corrected")]).await;
    assert_eq!(changed.changed, 1);
    let feed = bench.feed().await;
    let entry = feed.iter().find(|entry| entry.id == before.id).unwrap();
    assert_eq!((entry.title.as_str(), entry.content.as_deref()), ("Bridge, corrected", None));
    assert!(feed.iter().all(|entry| entry.title != "Forged"));
}

#[tokio::test]
async fn guids_belong_to_their_feed_and_move_within_it() {
    let bench = Bench::new().await;
    bench.deliver("one", vec![item("1", "", "A")]).await;
    bench.deliver("two", vec![item("1", "", "B")]).await;
    assert_eq!(bench.feed().await.len(), 2);
    bench.deliver("three", vec![item("g", LONG, "C")]).await;
    let moved = "https://site.example/2026/moved";
    assert_eq!(bench.deliver("three", vec![item("g", moved, "C")]).await.new, 0);
    assert_eq!(bench.deliver("three", vec![item("h", moved, "C")]).await.new, 0);
    assert_eq!(
        bench.deliver("one", vec![item("", LONG, "C")]).await.new,
        0,
        "the old address leads there too"
    );
    let feed = bench.feed().await;
    let entry = feed.iter().find(|entry| entry.title == "C").unwrap();
    assert_eq!(entry.url.as_deref(), Some(moved));
}

#[tokio::test]
async fn a_short_link_before_the_long_form() {
    let mut bench = Bench::new().await;
    let short = "https://short.example/b1";
    bench.story("one", short, "Bridge", LONG).await;
    let recorded = bench.story("two", LONG, "Bridge", LONG).await;
    assert_eq!((recorded.new, recorded.pages.len()), (0, 0), "known, and not fetched again");
    let feed = bench.feed().await;
    assert_eq!((feed.len(), carriers(&feed[0])), (1, vec!["one", "two"]));
    assert_eq!(bench.story("three", short, "Bridge", LONG).await.pages.len(), 0);
    assert_eq!(bench.feed().await.len(), 1);
}

#[tokio::test]
async fn a_short_link_after_the_long_form() {
    let mut bench = Bench::new().await;
    let short = "https://short.example/b1";
    bench.story("two", LONG, "Bridge", LONG).await;
    let first = bench.feed().await.remove(0);
    bench.story("one", short, "Bridge", LONG).await;
    let feed = bench.feed().await;
    assert_eq!((feed.len(), carriers(&feed[0])), (1, vec!["two", "one"]));
    assert_eq!((feed[0].id, &feed[0].article), (first.id, &first.article), "the earlier one stands");
    let again = bench.story("three", short, "Bridge", LONG).await;
    assert_eq!((again.new, again.pages.len()), (0, 0), "the short form is remembered");
}

#[tokio::test]
async fn joined_while_the_first_page_waits() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let waiting = bench.deliver("two", vec![item("1", LONG, "Bridge")]).await.pages.remove(0);
    assert_eq!(bench.titles().await, [""; 0], "it waits for its page");
    bench.pages = true;
    let short = "https://short.example/b1";
    let page = bench.deliver("one", vec![item("s", short, "Bridge")]).await.pages.remove(0);
    bench.claim_page(page.seq).await.unwrap();
    bench.record_page(page.seq, article(short, LONG)).await;
    let feed = bench.feed().await;
    assert_eq!(feed.len(), 1, "in the feed at once: an attempt at its page has ended");
    assert!(feed[0].article.is_some());
    assert!(bench.claim_page(waiting.seq).await.is_none(), "one fetch is enough");
}

#[tokio::test]
async fn a_consent_page_joins_nothing() {
    let mut bench = Bench::new().await;
    let consent = "https://consent.example/before-you-continue";
    bench.story("one", "https://site.example/a", "Bridge reopens", consent).await;
    bench.story("two", "https://site.example/b", "Council votes", consent).await;
    bench.story("three", "https://site.example/c", "Rain expected", consent).await;
    bench.story("one", "https://site.example/d", "Market day", consent).await;
    assert_eq!(bench.feed().await.len(), 4);
}

#[tokio::test]
async fn two_items_of_one_feed_stay_two() {
    let mut bench = Bench::new().await;
    bench.story("one", "https://short.example/1", "Bridge reopens", LONG).await;
    bench.story("one", "https://short.example/2", "Bridge reopens", LONG).await;
    assert_eq!(bench.feed().await.len(), 2);
}

#[tokio::test]
async fn two_short_links_of_two_feeds_become_one() {
    let mut bench = Bench::new().await;
    bench.story("one", "https://short.example/1", "Bridge reopens", LONG).await;
    bench.story("two", "https://tiny.example/2", "Bridge reopens - Courier", LONG).await;
    let feed = bench.feed().await;
    assert_eq!((feed.len(), carriers(&feed[0])), (1, vec!["one", "two"]));
}

#[tokio::test]
async fn fragments_and_home_pages_within_a_feed() {
    let bench = Bench::new().await;
    let log =
        |number: u32| item(&number.to_string(), &format!("https://site.example/log#{number}"), "Release");
    assert_eq!(bench.deliver("one", vec![log(2), log(1)]).await.new, 2);
    assert_eq!(bench.deliver("one", vec![log(3), log(2), log(1)]).await.new, 1);
    let home =
        |number: u32| item(&format!("h{number}"), "https://status.example/", &format!("Outage {number}"));
    assert_eq!(bench.deliver("two", vec![home(2), home(1)]).await.new, 2);
    assert_eq!(bench.deliver("two", vec![home(3), home(2)]).await.new, 1);
}
