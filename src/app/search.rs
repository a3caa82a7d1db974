//! The page of a search.

use super::pages::printed;
use crate::config::Duplicates;
use crate::daemon::{Press, Settings, assembled, on_sources};
use crate::model::StoredEntry;
use crate::search::{Query, highlight, snippet};
use crate::server::{Order, Printed};
use crate::store::{self, SearchRequest, StoreError};
use crate::web::{self, Hit, Pictures, SearchPage, Site};
use jiff::Timestamp;
use std::sync::Arc;

/// Pages of what was found that can be turned to.
const PAGES: usize = 100;

/// Answers a search, or shows how to search.
pub(super) async fn page(
    press: &Press,
    settings: Arc<Settings>,
    site: Site,
    words: String,
    order: Order,
    number: usize,
) -> Result<Printed, StoreError> {
    let mut page = SearchPage { words, newest: order == Order::Newest, number, ..SearchPage::default() };
    if page.words.is_empty() {
        return printed(press, Pictures::None, move || Some(web::search(&site, &page))).await;
    }
    let query = match Query::parse(&page.words) {
        Ok(_) if !(1..=PAGES).contains(&number) => return super::pages::missing(press, site).await,
        Ok(query) => query,
        Err(error) => {
            page.problem = Some(error.to_string());
            return printed(press, Pictures::None, move || Some(web::search(&site, &page))).await;
        }
    };
    let part = Part { order, offset: (number - 1) * web::HITS, limit: web::HITS, cluster: None };
    let request = request(&settings, &query, part, site.now);
    let found = press.engine().store().read(move |conn| store::found(conn, &request)).await?;
    printed(press, Pictures::None, move || {
        page.more = found.more && number < PAGES;
        (page.cut, page.not_indexed) = (found.cut, found.not_indexed);
        for hit in found.hits {
            let text = snippet(&query, &hit.text, web::EXCERPT);
            let title = highlight(&query, &hit.entry.title);
            // Of the texts only the part is shown: cleaning them would cost more than the search.
            let bare = StoredEntry { summary: None, content: None, article: None, ..hit.entry };
            page.hits.extend(assembled(&settings, vec![bare]).pop().map(|entry| Hit { entry, title, text }));
        }
        Some(web::search(&site, &page))
    })
    .await
}

/// A part of what a query finds.
pub(super) struct Part {
    pub(super) order: Order,
    /// Entries before it.
    pub(super) offset: usize,
    pub(super) limit: usize,
    /// Whether near-duplicates appear once; `None`: as configured.
    pub(super) cluster: Option<bool>,
}

/// The same as the store wants it.
pub(super) fn request(settings: &Settings, query: &Query, part: Part, now: Timestamp) -> SearchRequest {
    SearchRequest {
        query: query.clone(),
        on_sources: on_sources(settings, query),
        order: match part.order {
            Order::Newest => store::Order::Newest,
            Order::Best => store::Order::Best,
        },
        offset: part.offset,
        limit: part.limit,
        cluster: part.cluster.unwrap_or(settings.config.output.duplicates == Duplicates::Cluster),
        now,
    }
}
