//! Whatever feeds and pages bring, in whatever order: what always holds.

use super::identity::{Page, extracted};
use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rusqlite::Connection;
use std::collections::HashMap;

const GUIDS: [&str; 4] = ["", "g1", "g2", "g3"];
const LINKS: [&str; 8] = [
    "",
    "https://site.example/",
    "https://site.example/a",
    "https://site.example/a#1",
    "https://site.example/a#2",
    "http://www.site.example/b/?utm_source=x",
    "https://site.example/b",
    "https://short.example/x",
];
const TITLES: [&str; 4] = ["", "Bridge reopens", "Bridge reopens today", "Council votes"];
const LANDED: [&str; 3] = ["https://site.example/a", "https://site.example/b", "https://consent.example/ask"];

#[derive(Debug, Clone)]
enum Step {
    /// A source delivers items: guid, link, title.
    Document(usize, Vec<(usize, usize, usize)>),
    /// The page of an entry was found at this address.
    Page(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let item = (0..GUIDS.len(), 0..LINKS.len(), 0..TITLES.len());
    prop_oneof![
        4 => (0..3usize, prop::collection::vec(item, 0..5)).prop_map(|(source, items)| Step::Document(source, items)),
        1 => (0..8usize, 0..LANDED.len()).prop_map(|(entry, landed)| Step::Page(entry, landed)),
    ]
}

/// Whether the guids of a document tell its items apart.
fn one_guid_one_link(items: &[(usize, usize, usize)]) -> bool {
    let mut guids = HashMap::new();
    items.iter().filter(|item| item.0 > 0).all(|item| *guids.entry(item.0).or_insert(item.1) == item.1)
}

impl Bench {
    async fn take(&self, step: &Step) {
        match step {
            Step::Document(source, items) => {
                let source = ["one", "two", "three"][*source];
                let entries = || items.iter().map(|&(g, l, t)| item(GUIDS[g], LINKS[l], TITLES[t])).collect();
                self.deliver(source, entries()).await;
                if !one_guid_one_link(items) {
                    // Such a guid says nothing; it may take a second look to see what is what.
                    self.deliver(source, entries()).await;
                }
                let (feed, revision) = (self.feed().await, self.revision().await);
                let again = self.deliver(source, entries()).await;
                assert_eq!((again.new, again.changed), (0, 0), "the same document brings nothing");
                assert_eq!(self.feed().await, feed);
                assert_eq!(self.revision().await, revision);
            }
            Step::Page(entry, landed) => {
                let feed = self.feed().await;
                let Some(entry) = feed.get(*entry) else { return };
                let Some(url) = &entry.url else { return };
                // Half of the walls show a headline that fits.
                let page = Page {
                    link: url,
                    landed: LANDED[*landed],
                    headline: entry.seq % 2 == 0,
                    ..Page::default()
                };
                self.record_page(entry.seq, extracted(page)).await;
            }
        }
    }

    /// Nothing in the database points into the void.
    async fn whole(&self) {
        let lost = |conn: &Connection| {
            let sql =
                "SELECT (SELECT count(*) FROM keys WHERE seq > 0 AND seq NOT IN (SELECT seq FROM entries))
                 + (SELECT count(*) FROM carriers WHERE seq NOT IN (SELECT seq FROM entries))
                 + (SELECT count(*) FROM pages WHERE seq NOT IN (SELECT seq FROM entries))
                 + (SELECT count(*) FROM entries WHERE seq NOT IN (SELECT seq FROM carriers))
                 + (SELECT count(*) FROM entries WHERE seq NOT IN (SELECT seq FROM keys))";
            conn.query_row(sql, [], |row| row.get::<_, i64>(0))
        };
        assert_eq!(self.store.read(lost).await.unwrap(), 0);
        self.index_is_right().await;
    }
}

async fn walk(steps: Vec<Step>) {
    let mut bench = Bench::new().await;
    let mut known = HashMap::new();
    for step in steps {
        bench.pass(HOUR);
        let before = bench.feed().await;
        bench.take(&step).await;
        bench.whole().await;
        let feed = bench.feed().await;
        for entry in &feed {
            let dates = (entry.published, entry.first_seen);
            assert_eq!(*known.entry(entry.id).or_insert(dates), dates, "these never change");
        }
        let vanished = before.iter().filter(|old| feed.iter().all(|new| new.id != old.id)).count();
        let allowed = usize::from(matches!(step, Step::Page(..)));
        assert!(vanished <= allowed, "only a page joins two entries");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]
    #[test]
    fn holds(steps in prop::collection::vec(step(), 1..10)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(walk(steps));
    }
}
