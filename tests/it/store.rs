//! What the store promises, through its public functions, on a database in a
//! temporary folder.

mod aging;
mod anything;
mod changes;
mod copies;
mod duplicates;
mod files;
mod identity;
mod imports;
mod log;
mod order;
mod pages;
mod plans;
mod search;
mod selection;
mod sources;
mod texts;

use jiff::{SignedDuration, Timestamp};
use offprint::health::TextPrint;
use offprint::identity::{StripRules, candidate, clean_link, content_hash, web_address};
use offprint::model::{
    FeedDocument, FeedEntry, FeedHints, FeedKind, Reason, SourceId, StoredEntry, Validators,
};
use offprint::schedule::{Rhythm, Terms};
use offprint::store::{
    self, ClaimedFeed, ClaimedPage, Delivery, Filter, Incoming, Moved, PageOutcome, PageRecord, PollOutcome,
    PollRecord, Recorded, Role, Selection, Store, Wanted,
};
use std::time::Duration;
use tempfile::TempDir;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id(name: &str) -> SourceId {
    SourceId::new(name).unwrap()
}

/// An entry; empty texts are missing ones.
fn item(guid: &str, link: &str, title: &str) -> FeedEntry {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    FeedEntry { guid: some(guid), link: some(link), title: some(title), ..FeedEntry::default() }
}

fn dated(number: i64) -> FeedEntry {
    let published = time("2026-01-01T00:00:00Z") + DAY * number as i32;
    let link = format!("https://site.example/{number}");
    FeedEntry { published: Some(published), ..item(&number.to_string(), &link, &format!("Story {number}")) }
}

fn incoming(source: &SourceId, entry: FeedEntry) -> Incoming {
    let rules = StripRules::default();
    Incoming {
        candidate: candidate(source, &entry, rules),
        hash: content_hash(&entry),
        url: entry.link.as_deref().and_then(web_address).map(|link| clean_link(&link, rules).into()),
        wanted: true,
        entry,
    }
}

fn etag(text: &str) -> Validators {
    Validators { etag: Some(text.into()), last_modified: None }
}

/// A store with the sources `one`, `two` and `three`, and a clock that is set by hand.
struct Bench {
    dir: TempDir,
    store: Store,
    now: Timestamp,
    wanted: Vec<Wanted>,
    /// How the next documents are taken.
    pages: bool,
    first_import: usize,
    validators: Option<(Validators, Vec<u8>)>,
}

impl Bench {
    async fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap()).await
    }

    async fn on(dir: TempDir) -> Self {
        let store = Store::open(dir.path(), Role::Daemon).unwrap();
        let wanted = ["one", "two", "three"].map(|name| Wanted {
            id: id(name),
            url: format!("https://{name}.example/feed"),
            enabled: true,
            full_text: 0,
            priority: 0,
            interval: std::time::Duration::from_hours(1),
            max_interval: std::time::Duration::from_hours(24),
            first_import: 50,
            reading: "feed".to_owned(),
            log_in: 0,
        });
        let bench = Self {
            dir,
            store,
            now: time("2026-03-02T10:00:00Z"),
            wanted: wanted.into(),
            pages: false,
            first_import: 50,
            validators: Some((etag("\"1\""), vec![1])),
        };
        bench.sync().await;
        bench
    }

    async fn sync(&self) {
        let (now, mut wanted) = (self.now, self.wanted.clone());
        wanted.sort_by(|a, b| a.id.cmp(&b.id));
        self.store.write(move |conn| store::sync_sources(conn, now, wanted)).await.unwrap();
    }

    fn pass(&mut self, time: SignedDuration) {
        self.now += time;
    }

    async fn claim(&self, source: &str) -> ClaimedFeed {
        let (now, claims) = (self.now, vec![(id(source), self.now + HOUR)]);
        let longest = Duration::from_hours(200);
        let claimed =
            self.store.write(move |conn| store::claim_feeds(conn, now, longest, &claims, true)).await;
        claimed.unwrap().pop().unwrap()
    }

    async fn record(&self, claimed: &ClaimedFeed, outcome: PollOutcome) -> Recorded {
        let interval = Duration::from_hours(1);
        let record = PollRecord {
            sid: claimed.sid,
            attempt: claimed.attempt,
            now: self.now,
            terms: Terms {
                rhythm: Rhythm { interval, max_interval: interval, obey_hints: true, seed: 0 },
                fresh_for: None,
                hints: FeedHints::default(),
                retry_after: None,
            },
            bytes: 100,
            outcome,
        };
        self.store.write(move |conn| store::record_poll(conn, &record)).await.unwrap()
    }

    fn delivery(&self, source: &str, entries: Vec<FeedEntry>) -> Delivery {
        let source = id(source);
        Delivery {
            feed: document(source.as_str()),
            entries: entries.into_iter().map(|entry| incoming(&source, entry)).collect(),
            validators: self.validators.clone(),
            moved: Moved::AsBefore,
            first_import: self.first_import,
            most_new: usize::MAX,
            parts: None,
            pages: self.pages,
            own_text_limit: None,
            wait: Duration::from_mins(5),
            cut: None,
            hub: None,
            repairs: vec![],
        }
    }

    /// One poll that brings a document.
    async fn deliver(&self, source: &str, entries: Vec<FeedEntry>) -> Recorded {
        self.deliver_with(source, entries, |_| {}).await
    }

    async fn deliver_with(
        &self,
        source: &str,
        entries: Vec<FeedEntry>,
        change: impl FnOnce(&mut Delivery),
    ) -> Recorded {
        let claimed = self.claim(source).await;
        let mut delivery = self.delivery(source, entries);
        change(&mut delivery);
        self.record(&claimed, PollOutcome::Delivered(Box::new(delivery))).await
    }

    /// One poll that brings a 304.
    async fn unchanged(&self, source: &str) {
        let claimed = self.claim(source).await;
        self.record(&claimed, PollOutcome::Unchanged { validators: None, moved: Moved::AsBefore }).await;
    }

    async fn fail(&self, source: &str, gone: bool) {
        let claimed = self.claim(source).await;
        self.record(
            &claimed,
            PollOutcome::Failed { reason: Reason::new("http-500", "no"), gone, proposal: None },
        )
        .await;
    }

    async fn claim_page(&self, seq: i64) -> Option<ClaimedPage> {
        let (now, retry) = (self.now, self.now + HOUR);
        let claimed = self.store.write(move |conn| store::claim_pages(conn, now, retry, &[seq])).await;
        claimed.unwrap().pop()
    }

    /// Whether the page stands behind what is stored.
    async fn record_page(&self, seq: i64, outcome: PageOutcome) -> bool {
        let record = PageRecord { seq, now: self.now, outcome };
        self.store.write(move |conn| store::record_page(conn, &record)).await.unwrap()
    }

    async fn selected(&self, selection: Selection) -> store::Summary {
        let now = self.now;
        self.store.read(move |conn| store::merged(conn, now, &selection)).await.unwrap()
    }

    /// The merged feed.
    async fn feed(&self) -> Vec<StoredEntry> {
        let window = Duration::from_hours(48);
        self.selected(Selection {
            limit: 200,
            window,
            max_per_source: None,
            wait: std::time::Duration::MAX,
            cluster: true,
            filter: Filter::default(),
            before: None,
        })
        .await
        .entries
    }

    async fn titles(&self) -> Vec<String> {
        self.feed().await.into_iter().map(|entry| entry.title).collect()
    }

    async fn revision(&self) -> i64 {
        self.store.read(store::revision).await.unwrap()
    }

    async fn prune(&self, days: u64) -> usize {
        let (now, retention) = (self.now, Duration::from_hours(days * 24));
        self.store.write(move |conn| store::prune(conn, now, retention)).await.unwrap()
    }
}

fn document(title: &str) -> FeedDocument {
    FeedDocument {
        kind: FeedKind::Rss,
        title: Some(title.to_owned()),
        link: None,
        id: None,
        updated: None,
        lang: None,
        authors: vec![],
        hints: FeedHints::default(),
        links: Default::default(),
        entries: vec![],
        warnings: vec![],
        truncated: false,
    }
}

fn carriers(entry: &StoredEntry) -> Vec<&str> {
    entry.carriers.iter().map(|carrier| carrier.source.as_str()).collect()
}

/// What a page's text of a thousand characters looks like.
fn print_of(entry: u32, digest: u32) -> TextPrint {
    TextPrint { entry, digest, chars: 1_000 }
}
