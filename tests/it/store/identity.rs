//! One article, one entry, over feeds and pages.

use super::*;
use offprint::identity::{Evidence, PageAddresses, page_keys};
use offprint::store::Alias;
use url::Url;

const LONG: &str = "https://site.example/2026/bridge";

/// What a page says of itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Page<'a> {
    pub(super) link: &'a str,
    pub(super) landed: &'a str,
    pub(super) canonical: &'a str,
    pub(super) edition: &'a str,
    /// It has the entry's headline.
    pub(super) headline: bool,
}

/// An article whose page was found at `landed`.
fn article(link: &str, landed: &str) -> PageOutcome {
    extracted(Page { link, landed, ..Page::default() })
}

pub(super) fn extracted(page: Page<'_>) -> PageOutcome {
    let url = |text: &str| Url::parse(text).unwrap();
    let some = |text: &str| (!text.is_empty()).then(|| url(text));
    let landed = page.landed;
    let (canonical, editions) = (some(page.canonical), some(page.edition).into_iter().collect::<Vec<_>>());
    let addresses = PageAddresses {
        link: &url(page.link),
        landed: &url(landed),
        canonical: canonical.as_ref(),
        editions: &editions,
    };
    let alias = |(key, evidence)| Alias {
        key,
        shown: None,
        evidence: match evidence {
            Evidence::Landed { .. } => Evidence::Landed { headline: page.headline },
            other => other,
        },
    };
    PageOutcome::Extracted {
        facts: Box::default(),
        print: print_of(0, 0),
        site: Box::default(),
        html: Some(format!("<p>The page at {landed}</p>")),
        title: None,
        authors: vec![],
        image: None,
        lang: None,
        aliases: page_keys(&addresses, StripRules::default()).into_iter().map(alias).collect(),
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

impl Bench {
    /// Brings one entry and its page.
    async fn paged(&mut self, source: &str, title: &str, page: Page<'_>) -> i64 {
        self.pages = true;
        self.pass(HOUR);
        let recorded = self.deliver(source, vec![item(page.link, page.link, title)]).await;
        let seq = recorded.pages[0].seq;
        self.claim_page(seq).await.unwrap();
        self.record_page(seq, extracted(page)).await;
        seq
    }
}

#[tokio::test]
async fn a_late_redirect_takes_nobodys_place() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let trap = "https://trap.example/x";
    let page = bench.deliver("two", vec![item("x", trap, "Bridge")]).await.pages.remove(0);
    bench.claim_page(page.seq).await.unwrap();
    let reason = Reason::new("http-503", "later");
    bench.record_page(page.seq, PageOutcome::Failed { reason, retry: Some(bench.now + HOUR) }).await;
    bench.pass(HOUR * 2);
    bench.story("one", LONG, "Bridge", LONG).await;
    let before = bench.feed().await.into_iter().find(|entry| carriers(entry) == ["one"]).unwrap();
    // It waited for the story, and leads there now.
    bench.claim_page(page.seq).await.unwrap();
    bench.record_page(page.seq, article(trap, LONG)).await;
    let feed = bench.feed().await;
    let after = feed.iter().find(|entry| entry.id == before.id).expect("the story of the first feed");
    assert_eq!(
        (&after.title, &after.article, carriers(after)),
        (&before.title, &before.article, vec!["one", "two"])
    );
    // And one that had a page of its own joins nobody any more.
    bench.story("three", "https://trap.example/y", "Bridge", "https://trap.example/y").await;
    let own = bench.feed().await.into_iter().find(|entry| carriers(entry) == ["three"]).unwrap();
    bench.record_page(own.seq, article("https://trap.example/y", LONG)).await;
    assert!(bench.feed().await.iter().any(|entry| entry.id == own.id));
    assert!(bench.feed().await.iter().any(|entry| entry.id == before.id));
}

#[tokio::test]
async fn canonical_addresses_and_their_traps() {
    let mut bench = Bench::new().await;
    let amp = "https://site.example/2026/bridge/amp";
    bench.paged("one", "Bridge", Page { link: amp, landed: amp, canonical: LONG, ..Page::default() }).await;
    bench.story("two", LONG, "Other words", LONG).await;
    assert_eq!(carriers(&bench.feed().await[0]), ["one", "two"], "an AMP page and its article");
    // The other way round: the article names its AMP page.
    let (other, other_amp) = ("https://site.example/o", "https://site.example/o.amp");
    bench
        .paged("one", "Opera", Page { link: other, landed: other, edition: other_amp, ..Page::default() })
        .await;
    bench.story("two", other_amp, "Opera", other_amp).await;
    assert_eq!(bench.feed().await.len(), 2);
    // Two items of one feed, the front page, another host, the first of several pages, one address for all.
    let home = "https://site.example/";
    for (number, (canonical, count)) in
        [(LONG, 3), (home, 4), ("https://other.example/2026/bridge", 5), ("https://site.example/t4", 6)]
            .iter()
            .enumerate()
    {
        let link = if number == 3 {
            "https://site.example/t4?page=2".to_owned()
        } else {
            format!("https://site.example/t{number}")
        };
        bench
            .paged(
                "one",
                &format!("Trap {number}"),
                Page { link: &link, landed: &link, canonical, ..Page::default() },
            )
            .await;
        assert_eq!(bench.feed().await.len(), *count, "{canonical}");
    }
    bench
        .story("two", "https://other.example/2026/bridge", "Elsewhere", "https://other.example/2026/bridge")
        .await;
    assert_eq!(bench.feed().await.len(), 7);
    bench.story("two", "https://site.example/t4", "Page one", "https://site.example/t4").await;
    assert_eq!(bench.feed().await.len(), 8);
    for (source, link) in [
        ("one", "https://site.example/p1"),
        ("two", "https://site.example/p2"),
        ("three", "https://site.example/p3"),
    ] {
        let page = Page {
            link,
            landed: link,
            canonical: "https://site.example/all",
            headline: true,
            ..Page::default()
        };
        bench.paged(source, &link[21..], page).await;
    }
    assert_eq!(bench.feed().await.len(), 11, "one canonical address for all articles names none");
}

#[tokio::test]
async fn editions_on_other_hosts_are_joined_when_both_say_so() {
    let mobile = "https://m.site.example/2026/bridge";
    let says_desktop = Page { link: mobile, landed: mobile, canonical: LONG, ..Page::default() };
    let says_mobile = Page { link: LONG, landed: LONG, canonical: LONG, edition: mobile, ..Page::default() };
    let silent = Page { link: LONG, landed: LONG, ..Page::default() };
    for (first, second, count) in [
        (says_desktop, says_mobile, 1),
        (says_mobile, says_desktop, 1),
        (says_desktop, silent, 2),
        (silent, says_desktop, 2),
    ] {
        let mut bench = Bench::new().await;
        bench.paged("one", "Bridge", first).await;
        bench.paged("two", "The bridge, in other words", second).await;
        assert_eq!(bench.feed().await.len(), count, "{first:?} {second:?}");
    }
}

#[tokio::test]
async fn a_feed_with_new_guids_at_every_poll_fills_nothing() {
    let mut bench = Bench::new().await;
    let first = bench.deliver("one", vec![item("g0", LONG, "Bridge")]).await;
    assert_eq!(first.new, 1);
    let id = bench.feed().await[0].id;
    for number in 1..200 {
        bench.pass(HOUR);
        let recorded = bench.deliver("one", vec![item(&format!("g{number}"), LONG, "Bridge")]).await;
        assert_eq!((recorded.new, recorded.changed), (0, 0));
    }
    let count = "SELECT count(*) FROM keys";
    let keys: i64 = bench.store.read(move |conn| conn.query_row(count, [], |row| row.get(0))).await.unwrap();
    assert!(keys <= 65, "{keys} keys of one entry");
    assert_eq!(bench.feed().await[0].id, id);
    assert_eq!(bench.deliver("one", vec![item("g199", "https://site.example/moved", "Bridge")]).await.new, 0);
}

#[tokio::test]
async fn a_number_is_never_used_again() {
    let mut bench = Bench::new().await;
    bench.pages = true;
    let short = "https://short.example/b1";
    let page = bench.deliver("one", vec![item("s", short, "Bridge")]).await.pages.remove(0);
    let lost = bench.deliver("two", vec![item("1", LONG, "Bridge")]).await.pages.remove(0);
    bench.claim_page(lost.seq).await.unwrap();
    bench.claim_page(page.seq).await.unwrap();
    bench.record_page(page.seq, article(short, LONG)).await;
    // The second entry has become one with the first while its page was on its way.
    let next = bench.deliver("three", vec![item("9", "https://site.example/council", "Council")]).await;
    assert_ne!(next.pages[0].seq, lost.seq);
    bench.record_page(lost.seq, article(LONG, LONG)).await;
    assert!(bench.feed().await.iter().all(|entry| entry.title != "Council" || entry.article.is_none()));
}
