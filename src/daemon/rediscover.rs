//! A feed that has gone from its address: is it somewhere else on its site?
//!
//! Looked for rarely, after several failures in a row, on the page that is served in its
//! place and on the site's home page. What is found is taken by itself only on the same
//! site and only if it is the same feed; anything else is proposed to the operator.

use super::discover::{ask, blocking};
use super::engine::Engine;
use super::poll::{Document, Failure, incoming, with_credentials_of};
use super::settings::{Settings, without_credentials};
use crate::config::{Source, SourceKind};
use crate::feed::{self, Limits};
use crate::identity::{StripRules, canonical, digest};
use crate::model::{EntryKey, FetchResponse, HostKey, Purpose};
use crate::store::{self, ClaimedFeed};
use std::collections::HashSet;
use url::Url;

/// Failures in a row before it is looked for.
const FIRST: u32 = 3;
/// And then after so many more each time: weeks, when the pauses are at their longest.
const AGAIN: u32 = 8;
/// Feeds that are looked at each time.
const MAX_CANDIDATES: usize = 3;

/// What came of looking.
pub(super) enum Elsewhere {
    Nothing,
    /// It may be there: the operator decides.
    Proposed(Url),
    /// It is there.
    Found(Box<Document>),
}

/// Whether a feed should be looked for elsewhere now: it has delivered before, and what
/// its address answers says that it is there no more.
fn is_time(source: &Source, claimed: &ClaimedFeed, failure: &Failure) -> bool {
    let failures = claimed.failures.saturating_add(1);
    let due = failures >= FIRST && (failures - FIRST).is_multiple_of(AGAIN);
    due && source.kind == SourceKind::Feed && claimed.delivered && has_gone(&failure.reason.kind)
}

/// Whether an error of this kind means the address rather than the moment or the client.
fn has_gone(kind: &str) -> bool {
    match kind.strip_prefix("http-") {
        Some(status) => {
            let ours = ["401", "402", "403", "407", "408", "410", "421", "425", "429", "451"];
            status.starts_with('4') && !ours.contains(&status)
        }
        None => matches!(kind, "html" | "not-a-feed"),
    }
}

/// Looks for a feed whose poll has just failed. `served` is the feed that the page in its
/// place names. Counts the bytes that cross the network.
pub(super) async fn look(
    engine: &Engine,
    settings: &Settings,
    source: &Source,
    claimed: &ClaimedFeed,
    failure: &Failure,
    served: Option<Url>,
    bytes: &mut u64,
) -> Elsewhere {
    if !is_time(source, claimed, failure) {
        return Elsewhere::Nothing;
    }
    let search = Search { engine, settings, source, claimed };
    let mut candidates: Vec<Url> = served.into_iter().collect();
    candidates.extend(search.of_home_page(bytes).await);
    let mut proposal = None;
    for url in search.worth_a_look(candidates) {
        match search.verify(&url, bytes).await {
            Elsewhere::Found(document) => return Elsewhere::Found(document),
            Elsewhere::Proposed(url) => proposal = proposal.or(Some(url)),
            Elsewhere::Nothing => {}
        }
    }
    proposal.map_or(Elsewhere::Nothing, Elsewhere::Proposed)
}

struct Search<'a> {
    engine: &'a Engine,
    settings: &'a Settings,
    source: &'a Source,
    claimed: &'a ClaimedFeed,
}

impl Search<'_> {
    /// The feeds that the site's home page names. Nobody named that page, so it is asked
    /// for as an article is: robots.txt decides.
    async fn of_home_page(&self, bytes: &mut u64) -> Vec<Url> {
        let site = self.claimed.link.as_deref().and_then(|link| Url::parse(link).ok());
        let web = |url: &Url| matches!(url.scheme(), "http" | "https");
        let home = site.filter(web).or_else(|| without_credentials(&self.source.url).join("/").ok());
        let Some(home) = home else { return Vec::new() };
        let policy = self.settings.page_policy(self.source, &self.source.url);
        let Ok(response) = ask(self.engine.fetch.as_ref(), &policy, &home, Purpose::Page).await else {
            return Vec::new();
        };
        *bytes += response.wire_bytes;
        let read = move || {
            let mut links = feed::discover(&response.body, &response.url);
            links.retain(|link| !feed::is_of_comments(&link.url, link.title.as_deref()));
            links.into_iter().map(|link| link.url).collect()
        };
        blocking(read).await.unwrap_or_default()
    }

    /// Each once, without the addresses that have just failed; a few of them.
    fn worth_a_look(&self, candidates: Vec<Url>) -> Vec<Url> {
        let form = |url: &Url| canonical(url, StripRules::default()).form;
        let moved = self.claimed.moved_to.as_deref().and_then(|url| Url::parse(url).ok());
        let mut seen: HashSet<String> =
            [Some(&self.source.url), moved.as_ref()].into_iter().flatten().map(form).collect();
        candidates.into_iter().filter(|url| seen.insert(form(url))).take(MAX_CANDIDATES).collect()
    }

    /// Whether there is a feed, and whether it is this source's.
    async fn verify(&self, url: &Url, bytes: &mut u64) -> Elsewhere {
        let policy = self.settings.feed_policy(self.source);
        let asked = with_credentials_of(&self.source.url, url.clone());
        let Ok(response) = ask(self.engine.fetch.as_ref(), &policy, &asked, Purpose::Feed).await else {
            return Elsewhere::Nothing;
        };
        *bytes += response.wire_bytes;
        let source = self.source.clone();
        let Some(Some(document)) = self.engine.compute(move || document(&source, response)).await else {
            return Elsewhere::Nothing;
        };
        if document.entries.is_empty() {
            return Elsewhere::Nothing;
        }
        let keys: Vec<EntryKey> = document
            .entries
            .iter()
            .flat_map(|new| [new.candidate.guid, new.candidate.exact, new.candidate.url])
            .flatten()
            .collect();
        let sid = self.claimed.sid;
        let shared = self.engine.store.read(move |conn| store::shares_entries(conn, sid, &keys)).await;
        let shared = shared.unwrap_or(false);
        let titled = document.feed.title.is_some() && document.feed.title == self.claimed.title;
        let landed = document.response.url.clone();
        let same_site = [url, &landed].iter().all(|url| HostKey::of(url) == HostKey::of(&self.source.url));
        match () {
            () if same_site && (shared || titled) => {
                let discovered = Some(without_credentials(url));
                Elsewhere::Found(Box::new(Document { discovered, ..document }))
            }
            () if same_site || shared => Elsewhere::Proposed(without_credentials(url)),
            () => Elsewhere::Nothing,
        }
    }
}

/// The answer as a document of this source, if it is a feed.
fn document(source: &Source, mut response: FetchResponse) -> Option<Document> {
    let body = std::mem::take(&mut response.body);
    let hash = digest(&[&body]).0.to_vec();
    let limits = Limits::default();
    let mut feed = feed::parse(&body, response.content_type.as_deref(), &response.url, &limits).ok()?;
    let entries = incoming(source, std::mem::take(&mut feed.entries));
    Some(Document { response, hash, feed, entries, discovered: None, parts: None })
}
