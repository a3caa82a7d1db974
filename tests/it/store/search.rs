//! Searching: what is in the index and since when, what is found and in which order.

mod index;
mod order;

use super::*;
use offprint::search::{Query, SourceName};
use offprint::store::{Found, Order, SearchRequest};
use rusqlite::Connection;

const TAGGED: [&str; 1] = ["news"];

fn query(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A request of everything, for sources of which `two` has the tag `news`.
fn request(text: &str, now: Timestamp) -> SearchRequest {
    let query = query(text);
    let tags = TAGGED.map(str::to_owned);
    let sources = ["one", "two", "three"].map(|id| SourceName {
        id,
        title: Some(if id == "three" { "The Third Paper" } else { id }),
        tags: if id == "two" { &tags } else { &[] },
    });
    SearchRequest {
        on_sources: query.on_sources(&sources),
        query,
        order: Order::Newest,
        offset: 0,
        limit: 1000,
        cluster: false,
        now,
    }
}

impl Bench {
    async fn ask(&self, request: SearchRequest) -> Found {
        self.store.read(move |conn| store::found(conn, &request)).await.unwrap()
    }

    /// Titles of what is found, in alphabetical order, the same by every way.
    async fn search(&self, text: &str) -> Vec<String> {
        let titles = |found: Found| -> Vec<String> {
            let mut titles: Vec<String> = found.hits.into_iter().map(|hit| hit.entry.title).collect();
            titles.sort();
            titles
        };
        let newest = titles(self.ask(request(text, self.now)).await);
        let best = titles(self.ask(SearchRequest { order: Order::Best, ..request(text, self.now) }).await);
        assert_eq!(newest, best, "{text}");
        let asked = request(text, self.now);
        let mut filter = Filter { query: Some(asked.query), ..Filter::default() };
        for of in asked.on_sources {
            let ids = of.ids.iter().map(|name| id(name));
            if of.not { filter.without.extend(ids) } else { filter.sources.push(ids.collect()) }
        }
        let stored = self.store.read(move |conn| store::newest_stored(conn, None, &filter, 1000)).await;
        let mut in_feeds: Vec<String> = stored.unwrap().into_iter().map(|entry| entry.title).collect();
        in_feeds.sort();
        assert_eq!(in_feeds, newest, "{text}");
        newest
    }
}

/// An entry with a text, published on a day of January.
fn story(number: i64, title: &str, text: &str) -> FeedEntry {
    let html = format!("<p>{text}</p><script>var hidden</script>");
    FeedEntry { title: Some(title.to_owned()), content: Some(html), ..dated(number) }
}
