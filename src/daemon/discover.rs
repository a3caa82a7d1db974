//! Finding the feed behind an address: the address itself, the feeds that its page names,
//! links that look like one, the usual places. Every request goes through the port, so
//! budgets and the address guard hold.

use super::ports::Fetch;
use super::settings::without_credentials;
use crate::feed::{self, Limits, ParseError};
use crate::model::{
    FeedDocument, FetchError, FetchPolicy, FetchRequest, FetchResponse, Purpose, Retry, Validators, one_line,
};
use std::sync::Arc;
use url::Url;

/// Feeds that a page names and that are looked at.
const MAX_DECLARED: usize = 6;
/// Links that look like feeds and that are looked at.
const MAX_LINKS: usize = 5;

/// A feed that was found, or what stands in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Where it is: after permanent redirects, as it was asked for otherwise.
    pub url: Url,
    /// What is there.
    pub document: FeedDocument,
    /// Whether it is a sitemap instead of a feed.
    pub sitemap: bool,
}

/// What came of looking for a feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Discovery {
    /// Feeds, the best one first.
    pub found: Vec<Found>,
    /// Further feeds that the page names and that were not looked at.
    pub more: Vec<Url>,
    /// Addresses that were asked for in vain, and why each is none.
    pub tried: Vec<(String, String)>,
}

/// Looks for the feed behind `url`, which may have credentials.
pub async fn discover(fetch: &dyn Fetch, policy: &Arc<FetchPolicy>, url: &Url) -> Discovery {
    let mut search = Search { fetch, policy, start: url, result: Discovery::default(), over: false };
    let Some(page) = search.look(url).await else { return search.result };
    if !search.result.found.is_empty() {
        return search.result;
    }
    search.on_page(&page).await;
    if search.result.found.is_empty() {
        let all = feed::well_known(&page.url);
        search.first_of(all, 1, usize::MAX).await;
    }
    search.result.found.sort_by_key(|found| {
        let comments = feed::is_of_comments(&found.url, found.document.title.as_deref());
        (comments, found.document.entries.is_empty())
    });
    search.result
}

struct Search<'a> {
    fetch: &'a dyn Fetch,
    policy: &'a Arc<FetchPolicy>,
    start: &'a Url,
    result: Discovery,
    /// A server wants a pause: nothing more is asked.
    over: bool,
}

impl Search<'_> {
    /// Asks for an address. What is a feed is noted, the page in its place is answered.
    async fn look(&mut self, url: &Url) -> Option<FetchResponse> {
        let response = match ask(self.fetch, self.policy, url, Purpose::Feed).await {
            Ok(response) => response,
            Err(error) => {
                self.over |= matches!(error.retry, Retry::Later(Some(_))) || is_unreachable(&error);
                self.result.tried.push((without_credentials(url).into(), error.message.clone()));
                return None;
            }
        };
        let (response, read) = blocking(move || {
            let read = read(&response);
            (response, read)
        })
        .await?;
        match read {
            Ok((document, sitemap)) => {
                let lasting = response.permanent_url.clone().unwrap_or_else(|| url.clone());
                let known = self
                    .result
                    .found
                    .iter()
                    .any(|found| without_credentials(&found.url) == without_credentials(&lasting));
                if !known {
                    self.result.found.push(Found { url: lasting, document, sitemap });
                }
            }
            Err(error) => {
                let message = match error {
                    ParseError::Html { .. } => "an HTML page".to_owned(),
                    error => error.to_string(),
                };
                self.result.tried.push((without_credentials(url).into(), message));
            }
        }
        Some(response)
    }

    /// The feeds that a page names, else its links that look like feeds.
    async fn on_page(&mut self, page: &FetchResponse) {
        let (body, base) = (page.body.clone(), page.url.clone());
        let links = blocking(move || (feed::discover(&body, &base), feed::feed_like_links(&body, &base)));
        let Some((mut declared, links)) = links.await else { return };
        declared.sort_by_key(|link| feed::is_of_comments(&link.url, link.title.as_deref()));
        let declared: Vec<Url> = declared.into_iter().map(|link| link.url).collect();
        self.result.more = declared.iter().skip(MAX_DECLARED).cloned().collect();
        self.first_of(declared, usize::MAX, MAX_DECLARED).await;
        if self.result.found.is_empty() {
            self.first_of(links, usize::MAX, MAX_LINKS).await;
        }
    }

    /// Looks at `most` of the addresses, until `enough` are feeds.
    async fn first_of(&mut self, urls: Vec<Url>, enough: usize, most: usize) {
        for url in urls.into_iter().take(most) {
            if self.over || self.result.found.len() >= enough {
                return;
            }
            let shown: String = without_credentials(&url).into();
            if self.result.tried.iter().any(|(tried, _)| *tried == shown) {
                continue;
            }
            let url = super::poll::with_credentials_of(self.start, url);
            self.look(&url).await;
        }
    }
}

/// Whether nothing of a host can be reached.
fn is_unreachable(error: &FetchError) -> bool {
    matches!(error.kind.as_str(), "dns" | "connect" | "tls" | "timeout" | "address")
}

/// A feed, or a sitemap (`true`).
fn read(response: &FetchResponse) -> Result<(FeedDocument, bool), ParseError> {
    let content_type = response.content_type.as_deref();
    let limits = Limits::default();
    match feed::parse(&response.body, content_type, &response.url, &limits) {
        Err(ParseError::NotAFeed) => {
            match feed::read_sitemap(&response.body, content_type, &response.url, &limits) {
                Ok(feed::Sitemap::Pages(document)) => Ok((*document, true)),
                Ok(feed::Sitemap::Index(links)) => Ok((index(&response.url, links.len()), true)),
                Err(_) => Err(ParseError::NotAFeed),
            }
        }
        read => read.map(|document| (document, false)),
    }
}

/// What can be told of an index without reading its sitemaps.
fn index(url: &Url, sitemaps: usize) -> FeedDocument {
    let host = url.host_str().unwrap_or_default();
    let title = one_line(&format!("{host} (index of {sitemaps} sitemaps)"), 200);
    FeedDocument { title: Some(title), ..FeedDocument::empty(crate::model::FeedKind::Sitemap) }
}

/// One request, without condition.
pub(super) async fn ask(
    fetch: &dyn Fetch,
    policy: &Arc<FetchPolicy>,
    url: &Url,
    purpose: Purpose,
) -> Result<FetchResponse, FetchError> {
    let validators = Validators::default();
    fetch.fetch(FetchRequest { url: url.clone(), purpose, validators, policy: policy.clone() }).await
}

/// Work that needs a processor; a panic in it becomes `None`.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
